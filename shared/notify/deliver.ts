import type { Message } from '../core/notice';
import { type Instant, type Millis, SECOND } from '../core/time';
import { CloudError } from '../errors';
import type { Deadline, Robot, RobotAnswer } from '../ports';

/** One HTTP POST. Throws CloudError when no answer came in time; any status that came is an answer. */
export type Post = (
  url: string,
  body: string,
  headers: Readonly<Record<string, string>>,
  timeoutMs: Millis,
) => Promise<RobotAnswer>;

/** A receiver that needs longer must not hold up the function, which has a deadline. */
const TIMEOUT: Millis = 5 * SECOND;

export interface Delivery {
  readonly robot: Robot;
  readonly post: Post;
  readonly deadline: Deadline;
  readonly at: Instant;
}

/**
 * Sends a message: one POST. Throws CloudError `throttled` when the receiver has had too many, `unavailable` when it does not
 * take it, `deadline` when no time is left, and whatever `post` throws. No error holds the URL or a signature. Sending again
 * is harmless.
 */
export async function deliver(message: Message, { at, deadline, post, robot }: Delivery): Promise<void> {
  const operation = 'notify.POST';
  const timeout = Math.min(TIMEOUT, deadline.left());
  if (timeout <= 0) throw new CloudError('no time was left', { kind: 'deadline', operation });
  const { body, headers, url } = robot.request(message, at);
  const answer = await post(url, body, headers, timeout);
  const verdict = robot.verdict(answer);
  if (verdict.taken) return;
  const kind = verdict.throttled ? 'throttled' : 'unavailable';
  throw new CloudError(verdict.problem, { kind, operation, status: answer.status });
}
