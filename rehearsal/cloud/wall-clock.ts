import { setMaxListeners } from 'node:events';
import { setTimeout as wait } from 'node:timers/promises';
import type { Instant, Millis } from '../../shared/core/time';
import type { Clock } from '../../shared/ports';

/** Time of this machine. The HTTP face compares the date of a signature with it; nothing else in the cloud does. */
export function wallClock(): Instant {
  return Date.now();
}

/**
 * The machine's clock, set ahead, for a rehearsal in real time.
 *
 * @param ahead negative for one that is late
 * @param end its waits fail from then on, so that whatever waits comes to its end, too
 */
export function shiftedClock(ahead: Millis, end: AbortSignal): Clock {
  // One signal ends everything that waits, which Node would take for a leak.
  setMaxListeners(0, end);
  return {
    now: () => Date.now() + ahead,
    sleep: (duration) => wait(duration, undefined, { signal: end }),
  };
}
