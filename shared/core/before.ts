/**
 * What was there before our first write to records of somebody else: TXT records `_gateway-autopilot-before`, one for each record
 * that was adopted and one for weights that were switched on. The earlier remark is the remark of the TXT record itself, since
 * remarks are not for everybody to read and a TXT record is. Pure.
 */
import { controlText, readControl } from './control-text';
import type { AddressType, NameToPublish } from './publication-model';
import { isMarked } from './record-mark';
import type { RecordSeen } from './zone';

export const BEFORE_RR = '_gateway-autopilot-before';

/** A record as it was before it was adopted. */
export interface RecordBefore {
  readonly of: 'record';
  readonly recordId: string;
  /** Seconds. */
  readonly ttl: number | undefined;
  readonly enabled: boolean;
  /** Of the note. */
  readonly id: string;
  readonly remark: string;
}

/** Weights that were off before we switched them on. */
export interface WeightsBefore {
  readonly of: 'weights';
  readonly rr: string;
  readonly type: AddressType;
  readonly id: string;
}

/** Whether adopting a record changes anything that is to be given back. */
export function isWorthNoting(
  { enabled, remark, ttl }: RecordSeen,
  name: Pick<NameToPublish, 'mode' | 'ttl'>,
): boolean {
  return remark !== '' || ttl !== name.ttl || (name.mode === 'active-standby' && enabled);
}

/** The content of the note on a record, apart from its remark. */
export function recordNote({ enabled, id, ttl }: Pick<RecordSeen, 'id' | 'ttl' | 'enabled'>): string {
  return controlText([
    ['record', id],
    ['ttl', String(ttl)],
    ['answered', enabled ? 'yes' : 'no'],
  ]);
}

export function weightsNote({ rr, type }: Pick<WeightsBefore, 'rr' | 'type'>): string {
  return controlText([
    ['weights', 'off'],
    ['name', rr],
    ['type', type],
  ]);
}

/** What is not understood is left alone, as something that a person wrote. */
export function notesBefore(records: readonly RecordSeen[]): readonly (RecordBefore | WeightsBefore)[] {
  return records.flatMap(({ id, remark, rr, type, value }): readonly (RecordBefore | WeightsBefore)[] => {
    if (rr !== BEFORE_RR || type !== 'TXT' || isMarked({ remark })) return [];
    const fields = readControl(value);
    const recordId = fields.get('record');
    if (recordId !== undefined) {
      const ttl = Number(fields.get('ttl'));
      const known = Number.isSafeInteger(ttl) && ttl > 0 ? ttl : undefined;
      return [{ of: 'record', recordId, ttl: known, enabled: fields.get('answered') === 'yes', id, remark }];
    }
    const name = fields.get('name');
    const of = fields.get('type');
    if (fields.get('weights') !== 'off' || name === undefined || (of !== 'A' && of !== 'AAAA')) return [];
    return [{ of: 'weights', rr: name, type: of, id }];
  });
}
