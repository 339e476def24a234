import type { RecordSeen } from '../../../shared/core/zone';

/** As Alidns lists a TXT record that nobody has marked. */
export function aTxtRecord(rr: string, value: string, changes: Partial<RecordSeen> = {}): RecordSeen {
  return {
    id: 'r1',
    rr,
    type: 'TXT',
    value,
    line: 'default',
    ttl: 600,
    enabled: true,
    locked: false,
    weight: undefined,
    remark: '',
    updatedAt: undefined,
    ...changes,
  };
}
