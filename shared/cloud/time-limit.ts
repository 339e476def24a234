import type { Millis } from '../core/time';
import { CloudError, type CloudErrorKind } from '../errors';
import type { Deadline } from '../ports';

/** No single call may eat a whole invocation: one that has not answered by then rarely answers at all. */
export const CALL_LIMIT: Millis = 10_000;

/** Time that one call may take: what is left of the deadline, at most `cap`. Throws CloudError `deadline` when none is. */
export function timeForCall(deadline: Deadline, cap: Millis, operation: string): Millis {
  const left = deadline.left();
  if (left <= 0) throw new CloudError('no time left, nothing was sent', { kind: 'deadline', operation });
  return Math.min(left, cap);
}

/** What is left of a deadline, and of a span that starts now. */
export function shortened(deadline: Deadline, span: Millis): Deadline {
  const atStart = deadline.left();
  return {
    left: () => {
      const left = deadline.left();
      return Math.max(0, Math.min(left, span - (atStart - left)));
    },
  };
}

export class TimeLimitReached extends Error {}

/** The SDKs take no AbortSignal and their timers do not cover name resolution: this promise ends in time whatever they do. */
export async function within<T>(limit: Millis, work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const guard = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new TimeLimitReached()), limit);
  });
  try {
    return await Promise.race([work, guard]);
  } finally {
    clearTimeout(timer);
  }
}

export function noAnswer(limit: Millis, kind: CloudErrorKind, operation: string): CloudError {
  return new CloudError(`no answer within ${Math.round(limit)} ms`, { kind, operation });
}
