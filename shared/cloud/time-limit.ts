import type { Millis } from '../core/time';
import { CloudError } from '../errors';
import type { Deadline } from '../ports';

/** No single call may eat a whole invocation: one that has not answered by then rarely answers at all. */
export const CALL_LIMIT: Millis = 10_000;

/** Time that one call may take: what is left of the deadline, at most `cap`. Throws CloudError `deadline` when none is. */
export function timeForCall(deadline: Deadline, cap: Millis, operation: string): Millis {
  const left = deadline.left();
  if (left <= 0) throw new CloudError('no time left, nothing was sent', { kind: 'deadline', operation });
  return Math.min(left, cap);
}
