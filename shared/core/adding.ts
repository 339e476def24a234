/**
 * What is being added, written down before: the vendor takes no remark with a new record, so that one whose writer dies before
 * the second call would look like a record of the gateway's operator, whom its address belongs to. Pure.
 */
import { isMarked } from './record-mark';
import { type Instant, MINUTE, type Millis } from './time';
import type { RecordContent, RecordSeen } from './zone';

export const ADDING_RR = '_gateway-autopilot-adding';

/** The content of an entry: type, line, name and value of the record, apart by spaces, which none of them holds. */
export function addingValue({ line, rr, type, value }: Omit<RecordContent, 'ttl'>): string {
  return `${type} ${line} ${rr} ${value}`;
}

export function addingEntries(records: readonly RecordSeen[]): readonly RecordSeen[] {
  return records.filter(({ enabled, rr, type }) => rr === ADDING_RR && type === 'TXT' && enabled);
}

/** Records that an entry names and that carry no remark at all: ours, but for the mark. */
export function unfinished(entries: readonly RecordSeen[], records: readonly RecordSeen[]): readonly RecordSeen[] {
  return records.filter(
    (record) => record.remark === '' && !record.locked && entries.some(({ value }) => value === addingValue(record)),
  );
}

/** An addition lands within two minutes or never; of an entry without its record nothing is to be expected after this. */
const EXPECTED: Millis = 10 * MINUTE;

/** Entries that have had their use: their record has a remark by now, or never came. */
export function spentEntries(
  entries: readonly RecordSeen[],
  records: readonly RecordSeen[],
  at: Instant,
): readonly RecordSeen[] {
  return entries.filter(({ updatedAt, value }) => {
    const named = records.find((record) => value === addingValue(record));
    if (named !== undefined) return isMarked(named);
    return updatedAt !== undefined && updatedAt + EXPECTED <= at;
  });
}

/** Whether a record is so young that the entry which names it may not be listed yet. */
export function isYoung({ updatedAt }: RecordSeen, at: Instant): boolean {
  return updatedAt === undefined || updatedAt + EXPECTED > at;
}
