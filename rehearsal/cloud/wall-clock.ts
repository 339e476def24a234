import type { Instant } from '../../shared/core/time';

/** Time of this machine. The HTTP face compares the date of a signature with it; nothing else in the cloud does. */
export function wallClock(): Instant {
  return Date.now();
}
