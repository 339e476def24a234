import type { RecordSeen } from './zone';

/** What the remark of a record that is ours starts with: nothing without it is ever changed. */
export const RECORD_MARK = 'gateway-autopilot';

export function isMarked({ remark }: Pick<RecordSeen, 'remark'>): boolean {
  return remark === RECORD_MARK || remark.startsWith(`${RECORD_MARK} `);
}
