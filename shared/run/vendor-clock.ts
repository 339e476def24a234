import type { Instant, Millis } from '../core/time';

/**
 * The vendor's clock, as its answers tell it: what dates of signatures and leases are reckoned by. Between two answers it goes
 * on by the time that passes here, whatever the clock on the wall is set to.
 */
export interface VendorClock {
  /** `undefined` before any answer had a date. */
  now(): Instant | undefined;
  /** @param date of an answer that came just now, in whole seconds */
  note(date: Instant | undefined): void;
}

/** @param elapsed on a clock that is never set back */
export function createVendorClock(elapsed: () => Millis): VendorClock {
  let noted: { readonly date: Instant; readonly at: Millis } | undefined;
  return {
    now: () => (noted === undefined ? undefined : noted.date + elapsed() - noted.at),
    note: (date) => {
      if (date !== undefined) noted = { date, at: elapsed() };
    },
  };
}
