import { type Millis, SECOND } from '../core/time';
import type { Clock, Deadline } from '../ports';

/** For the last call under way, for telling people, and for the answer. */
export const ANSWER: Millis = 5 * SECOND;

/** Under this no write is begun, nor a wait for one: a call takes about a second. */
export const FOR_A_CALL: Millis = SECOND;
/** Claim, barrier, removals and reading back. */
export const FOR_REMOVALS: Millis = 12 * SECOND;

/** By when a look must be at its end, so that its answer always comes. */
export function beforeTheAnswer(deadline: Deadline): Deadline {
  return { left: () => Math.max(0, deadline.left() - ANSWER) };
}

export interface Waiting {
  readonly clock: Clock;
  readonly deadline: Deadline;
}

/** Sleeps where the deadline allows that and what comes after it; whether it did. */
export async function sleepInTime({ clock, deadline }: Waiting, duration: Millis, after: Millis): Promise<boolean> {
  if (deadline.left() < duration + after) return false;
  if (duration > 0) await clock.sleep(Math.ceil(duration));
  return true;
}
