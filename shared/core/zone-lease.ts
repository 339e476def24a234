/**
 * The lease under which answers are taken away: a TXT record whose value is the minute that it is good for. The vendor
 * refuses a record that is there already, so that one of any number of contenders gets it, and a removal is signed with a date
 * so old that the vendor itself refuses it when the lease is over: no pause and no late packet can outlive it. Pure.
 *
 * Each part was searched for what goes wrong without it (`test/simulation/lease-model.ts`).
 */
import { type Instant, MINUTE, type Millis, SECOND } from './time';
import type { RecordSeen } from './zone';

export const LEASE_RR = '_gateway-autopilot-lease';

/** The vendor refuses requests signed longer ago (V3 signature page, read 2026-11); measured at each cold start. */
export const SIGNATURE_LIFE: Millis = 15 * MINUTE;
/** Whether the vendor took a request that was signed a little too long ago, and one that was a little younger than that. */
export interface FenceSeen {
  readonly takesOld: boolean;
  readonly takesYoung: boolean;
}

/** A removal is refused from so long before the end of its lease. */
const LEASE_MARGIN: Millis = 10 * SECOND;
/** With less time left in the minute it is not worth taking the lease. */
const LEAST_LEFT: Millis = 15 * SECOND;
/** An addition takes effect within this time or never. */
const ADDITION_LIFE: Millis = 2 * MINUTE;

/** A minute of the vendor's clock, counted from 1970. */
export type Epoch = number;

export function epochAt(date: Instant): Epoch {
  return Math.floor(date / MINUTE);
}

/** Exactly this and nothing else, or two contenders would both succeed. */
export function leaseValue(epoch: Epoch): string {
  return `epoch=${epoch}`;
}

/**
 * How long to wait for a minute with enough time left; 0 when this one has.
 *
 * @param before what is to be done before the lease is asked for
 */
export function waitForLease(date: Instant, before: Millis = 0): Millis {
  const left = endOf(epochAt(date)) - date;
  return left >= LEAST_LEFT + before ? 0 : left;
}

/** The last instant up to `date` at which no minute is waited for any longer than until `date`. */
export function lastWithoutWait(date: Instant): Instant {
  const wait = waitForLease(date);
  return wait === 0 ? date : date + wait - LEAST_LEFT;
}

/** The first instant of the vendor's clock at which removals under this lease are refused. */
export function removalsEnd(epoch: Epoch): Instant {
  return endOf(epoch) - LEASE_MARGIN;
}

/** What a removal under the lease is signed with. */
export function removalDate(epoch: Epoch): Instant {
  return removalsEnd(epoch) - SIGNATURE_LIFE;
}

/** What the claim itself is signed with: it is refused once its minute is over. */
export function claimDate(epoch: Epoch): Instant {
  return endOf(epoch) - SIGNATURE_LIFE;
}

/** @param now the vendor's clock */
export function additionDate(now: Instant): Instant {
  return now + ADDITION_LIFE - SIGNATURE_LIFE;
}

export function isLease({ rr, type }: RecordSeen): boolean {
  return rr === LEASE_RR && type === 'TXT';
}

/** Whether somebody has the lease of this minute. */
export function isHeld(records: readonly RecordSeen[], epoch: Epoch): boolean {
  return records.some((record) => isLease(record) && record.value === leaseValue(epoch));
}

/** Leases of minutes long over, which anybody may delete; nothing rests on whether they are. */
export function staleLeases(records: readonly RecordSeen[], epoch: Epoch): readonly RecordSeen[] {
  return records.filter((record) => {
    const minute = /^epoch=(\d{1,12})$/.exec(record.value)?.[1];
    return isLease(record) && minute !== undefined && Number(minute) < epoch - 2 && !record.locked;
  });
}

function endOf(epoch: Epoch): Instant {
  return (epoch + 1) * MINUTE;
}
