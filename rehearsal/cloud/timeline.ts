import { type Instant, MINUTE, type Millis } from '../../shared/core/time';
import { InvalidInput } from '../../shared/errors';
import type { Clock } from '../../shared/ports';

/** Virtual time: it moves when somebody says so, and by no other cause. */
export interface Timeline {
  readonly clock: Clock;
  /** Moves time on, in slices that never cross a tick or a full minute. Throws InvalidInput unless `duration` >= 0. */
  step(duration: Millis): void;
}

/**
 * @param advance moves everything from the start of a slice to its end; afterwards the clock shows the end
 * @param tick longest slice; a divisor of a minute, so that one-minute averages are exact
 */
export function createTimeline(
  at: Instant,
  tick: Millis,
  advance: (from: Instant, to: Instant, arrive: () => void) => void,
): Timeline {
  if (!(Number.isInteger(tick) && tick > 0 && MINUTE % tick === 0)) {
    throw new InvalidInput(`tick is ${tick} ms; it must be a whole number of milliseconds that divides a minute`);
  }
  let now = at;

  function step(duration: Millis): void {
    if (!(Number.isInteger(duration) && duration >= 0)) {
      throw new InvalidInput(`a step of ${duration} ms; it must be a whole number of milliseconds, 0 or more`);
    }
    const end = now + duration;
    while (now < end) {
      const to = Math.min(end, (Math.floor(now / tick) + 1) * tick);
      advance(now, to, () => {
        now = to;
      });
    }
  }

  const clock: Clock = {
    now: () => now,
    // Time stands still while a function looks, since nobody steps then: a sleep that waited for time would never end.
    sleep: () => new Promise((resolve) => setImmediate(resolve)),
  };
  return { clock, step };
}
