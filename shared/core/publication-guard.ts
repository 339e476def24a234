/** Whether an answer may be taken away, judged on what was read under the lease. Pure. */
import type { Hold, Removal } from './publication-model';
import { isMarked } from './record-mark';
import type { RecordSeen } from './zone';

export interface GuardedSet {
  /** Read under the lease, in an answer that shows the lease itself. */
  readonly records: readonly RecordSeen[];
  /** Every removal of the plan: what is to go keeps nothing. */
  readonly removals: readonly Removal[];
  /** Ids of records whose address is healthy, and which every name server of the zone was seen to answer on their line. */
  readonly proven: ReadonlySet<string>;
}

/** `undefined` when nothing speaks against it. */
export function objection(removal: Removal, { proven, records, removals }: GuardedSet): Hold | undefined {
  const planned = removal.record;
  const victim = records.find(({ id }) => id === planned.id);
  if (victim === undefined) return changed('the record is gone');
  if (!victim.enabled) return changed('it is disabled already');
  if (!isSame(victim, planned)) return changed('its record is another one now');
  if (victim.locked) return { reason: 'RecordLocked', message: 'the record is locked', needsPerson: true };
  if (!isMarked(victim)) return changed('the record does not carry our mark');
  const alike = records.filter(
    ({ id, line, rr, type }) => id !== victim.id && rr === victim.rr && type === victim.type && line === victim.line,
  );
  switch (removal.do) {
    case 'retime':
      return undefined;
    case 'move':
      if (alike.some(({ enabled }) => enabled)) return changed('it is not the only answer of its line any more');
      return alike.some(({ value }) => value === removal.to.value)
        ? changed('the new address has a record already')
        : undefined;
    case 'disable':
    case 'lighten': {
      const stays = alike.some(
        ({ enabled, id }) => enabled && proven.has(id) && !removals.some((other) => takes(other, id)),
      );
      if (stays) return undefined;
      const message = 'no other answer of the line is known to be healthy and answered';
      return { reason: 'LastAnswer', message, needsPerson: false };
    }
  }
}

/** Whether a removal takes the answer of a record away. */
export function takes(removal: Removal, id: string): boolean {
  return removal.do !== 'retime' && removal.record.id === id;
}

function isSame(a: RecordSeen, b: RecordSeen): boolean {
  return a.value === b.value && a.line === b.line && a.rr === b.rr && a.type === b.type;
}

function changed(message: string): Hold {
  return { reason: 'ConcurrentChange', message, needsPerson: false };
}
