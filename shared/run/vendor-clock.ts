import type { Instant } from '../core/time';
import type { Clock } from '../ports';

/**
 * The vendor's clock, as its answers tell it: what dates of signatures and leases are reckoned by. Between two answers it goes
 * on like ours.
 */
export interface VendorClock {
  /** `undefined` before any answer had a date. */
  now(): Instant | undefined;
  /** @param date of an answer that came just now, in whole seconds */
  note(date: Instant | undefined): void;
}

export function createVendorClock(clock: Clock): VendorClock {
  let noted: { readonly date: Instant; readonly ours: Instant } | undefined;
  return {
    now: () => (noted === undefined ? undefined : noted.date + Math.max(0, clock.now() - noted.ours)),
    note: (date) => {
      if (date !== undefined) noted = { date, ours: clock.now() };
    },
  };
}
