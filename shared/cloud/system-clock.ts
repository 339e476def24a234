import type { Millis } from '../core/time';
import type { Clock, Deadline } from '../ports';

/** The real clock, for entry points. */
export function systemClock(): Clock {
  return {
    now: () => Date.now(),
    sleep: (duration) => new Promise((resolve) => setTimeout(resolve, duration)),
  };
}

/** A deadline `duration` from now. */
export function deadlineIn(clock: Clock, duration: Millis): Deadline {
  const at = clock.now() + duration;
  return { at, left: () => Math.max(0, at - clock.now()) };
}
