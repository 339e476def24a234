import type { Usage } from './gateway';
import { DAY, HOUR, type Instant } from './time';

/**
 * Replica-hours since midnight (UTC), an estimate: since the last change the count is taken to be what it is now. Without
 * any record, since midnight.
 */
export function replicaHoursToday(usage: Usage | undefined, running: number, at: Instant): number {
  const midnight = Math.floor(at / DAY) * DAY;
  const known =
    usage !== undefined && usage.at >= midnight && usage.at <= at ? usage : { at: midnight, replicaHours: 0 };
  return known.replicaHours + (running * (at - known.at)) / HOUR;
}
