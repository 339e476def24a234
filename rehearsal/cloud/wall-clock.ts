import type { Instant, Millis } from '../../shared/core/time';

/** Time of this machine. The HTTP face compares the date of a signature with it; nothing else in the cloud does. */
export function wallClock(): Instant {
  return Date.now();
}

/** Time that passes on this machine, which is what a call over HTTP takes while the cloud's own time stands still. */
export function elapsed(): Millis {
  return performance.now();
}
