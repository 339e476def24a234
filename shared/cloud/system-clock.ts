import type { Millis } from '../core/time';
import type { Clock } from '../ports';

/** The real clock, for entry points. */
export function systemClock(): Clock {
  return {
    now: () => Date.now(),
    sleep: (duration) => new Promise((resolve) => setTimeout(resolve, duration)),
  };
}

/** Time since the process started, on a clock that is never set back. */
export function elapsed(): Millis {
  return performance.now();
}
