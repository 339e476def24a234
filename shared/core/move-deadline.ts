/** What a move comes to that has waited for room as long as it may. Pure. */
import type { Line } from './publication-view';

/** Whether only as much moves as fits; else all of it, whatever the room. */
export function isShared({ snapshot: { failover, name } }: Line): boolean {
  return failover?.policy.atDeadline === 'share' && name.weights !== 'off';
}

/** Whether people lead clients away from every healthy answer of the line, and have waited for others until the deadline. */
export function isLedAwayByNow({ choice, here, snapshot: { at, failover } }: Line): boolean {
  if (failover === undefined) return false;
  const healthy = here.flatMap(({ clb, record }) => (record.enabled && clb?.health.state === 'well' ? [clb] : []));
  return healthy.every(({ region }) => {
    const standing = choice.standing.get(region);
    return standing !== undefined && standing.is !== 'in' && at >= standing.steer.since + failover.policy.deadline;
  });
}
