import type { RecordSeen } from '../../../shared/core/zone';
import {
  additionDate,
  claimDate,
  epochAt,
  isHeld,
  lastWithoutWait,
  leaseValue,
  removalDate,
  removalsEnd,
  staleLeases,
  waitForLease,
} from '../../../shared/core/zone-lease';
import { aTxtRecord } from './a-txt-record';

const TEN = Date.UTC(2026, 10, 23, 10, 0, 0);
/** Minutes since 1970 at ten. */
const EPOCH = 29_923_800;

function text(rr: string, value: string, changes: Partial<RecordSeen> = {}): RecordSeen {
  return aTxtRecord(rr, value, { id: value, ttl: 60, ...changes });
}

const LEASE = '_gateway-autopilot-lease';

it('is a minute of the vendor’s clock', () => {
  expect([epochAt(TEN - 1), epochAt(TEN), epochAt(TEN + 59_999)]).toEqual([EPOCH - 1, EPOCH, EPOCH]);
  expect(leaseValue(EPOCH)).toBe('epoch=29923800');
});

it.each([
  [0, 0],
  [45_000, 0],
  [46_000, 14_000],
  [59_000, 1_000],
])('%i ms into a minute the wait is %i ms', (into, wait) => {
  expect(waitForLease(TEN + into)).toBe(wait);
});

it.each([
  [0, 0],
  [45_000, 45_000],
  [45_001, 45_000],
  [59_999, 45_000],
])('%i ms into a minute nothing waits since %i ms', (into, since) => {
  expect(lastWithoutWait(TEN + into)).toBe(TEN + since);
});

it('signs what is to die in time: 15 minutes after its date at the latest', () => {
  expect(new Date(removalsEnd(EPOCH)).toISOString()).toBe('2026-11-23T10:00:50.000Z');
  expect(new Date(removalDate(EPOCH)).toISOString()).toBe('2026-11-23T09:45:50.000Z');
  expect(new Date(claimDate(EPOCH)).toISOString()).toBe('2026-11-23T09:46:00.000Z');
  expect(new Date(additionDate(TEN)).toISOString()).toBe('2026-11-23T09:47:00.000Z');
});

it('knows the lease of a minute', () => {
  const records = [text(LEASE, 'epoch=29923800'), text('www', 'epoch=29923801')];
  expect([isHeld(records, EPOCH), isHeld(records, EPOCH + 1)]).toEqual([true, false]);
});

it('finds the leases of minutes long over', () => {
  const records = [
    text(LEASE, 'epoch=29923796'),
    text(LEASE, 'epoch=29923797'),
    text(LEASE, 'epoch=29923798'),
    text(LEASE, 'epoch=1', { locked: true }),
    text(LEASE, 'epoch='),
    text(LEASE, 'by hand'),
    text(LEASE, 'epoch=2', { type: 'CNAME' }),
    text('www', 'epoch=3'),
  ];
  expect(staleLeases(records, EPOCH).map(({ value }) => value)).toEqual(['epoch=29923796', 'epoch=29923797']);
});
