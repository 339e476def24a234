import type { Clock } from '../ports';

/** The real clock, for entry points. */
export function systemClock(): Clock {
  return {
    now: () => Date.now(),
    sleep: (duration) => new Promise((resolve) => setTimeout(resolve, duration)),
  };
}
