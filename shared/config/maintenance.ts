import { DAY, type Instant } from '../core/time';
import { lastStart, nextStart } from './calendar';
import type { MaintenanceWindow } from './schema';

/** A planned freeze that is on. */
export interface Maintenance {
  readonly reason: string;
  /** Exclusive: at this instant it is over. */
  readonly until: Instant;
}

/**
 * The maintenance that is on at `at`; of several, the one that ends last. It is on while the last start is less than
 * `lasts` ago, in elapsed time: where the clocks change meanwhile, the window ends an hour earlier or later by the
 * clock on the wall.
 *
 * @param windows valid ones, as a loaded configuration holds them
 */
export function maintenanceAt(windows: readonly MaintenanceWindow[], at: Instant): Maintenance | undefined {
  return windows
    .flatMap(({ lasts, reason, starts, timeZone }) => {
      const start = lastStart(starts, timeZone, at);
      return start === undefined || start + lasts <= at ? [] : [{ reason, until: start + lasts }];
    })
    .sort((a, b) => b.until - a.until)[0];
}

/** Meets every hour of a week. Windows that leave a gap less often are taken for endless. */
const HORIZON = 8 * DAY;
/** More than a day of starts in every minute, which are the most that cron can say. */
const MOST_STARTS = 1500;

/** Whether each start of the window comes before the last one is over, so that nothing could ever be written. */
export function isEndless({ lasts, starts, timeZone }: MaintenanceWindow): boolean {
  const first = nextStart(starts, timeZone, 0);
  if (first === undefined) return false;
  let start = first;
  for (let count = 0; count < MOST_STARTS && start < first + HORIZON; count++) {
    const later = lastStart(starts, timeZone, start + lasts);
    if (later === undefined || later <= start) return false;
    start = later;
  }
  return true;
}
