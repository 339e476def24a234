import type { ScheduledBound, ScheduledBounds } from '../core/schedule';
import { DAY, type Instant, type Millis } from '../core/time';
import type { Calendars } from './exception-days';
import type { Schedule } from './schedule-schema';
import { earliestStartDay, windowsOn } from './schedule-windows';
import { localDayAt } from './wall-clock';

/** As far as {@link scheduledBounds} looks ahead for the end of windows that follow on each other. */
const LONGEST_LOOK = 7 * DAY;

/**
 * What the schedules of a policy ask for at `at`, by that instant alone: a look that was missed or comes twice changes
 * nothing. A floor is asked for from the lead of its schedule on, a ceiling from the start of the window. Of several the
 * highest floor and the lowest ceiling hold, and of equal ones the one that is written first.
 *
 * `until` is when the schedule stops asking, so that windows that follow on each other count as one; a week ahead at most.
 *
 * Where a floor meets a lower ceiling the floor wins, since too little capacity is the worse mistake: the ceiling is raised to
 * it. Only a lead can lead there; a configuration in which windows meet so is refused.
 *
 * @param schedules valid ones, in the order of the file
 * @param calendars those of the same configuration, among them all that the schedules name
 */
export function scheduledBounds(schedules: readonly Schedule[], calendars: Calendars, at: Instant): ScheduledBounds {
  const floors = schedules.flatMap((schedule) => boundOf(schedule, schedule.floor, schedule.lead, calendars, at));
  const ceilings = schedules.flatMap((schedule) => boundOf(schedule, schedule.ceiling, 0, calendars, at));
  // Sorting keeps the order of equals.
  const floor = floors.sort((a, b) => b.replicas - a.replicas)[0];
  const ceiling = ceilings.sort((a, b) => a.replicas - b.replicas)[0];
  if (floor === undefined || ceiling === undefined || floor.replicas <= ceiling.replicas) return { floor, ceiling };
  return { floor, ceiling: { ...ceiling, replicas: floor.replicas } };
}

function boundOf(
  schedule: Schedule,
  replicas: number | undefined,
  lead: Millis,
  calendars: Calendars,
  at: Instant,
): readonly ScheduledBound[] {
  if (replicas === undefined) return [];
  const until = heldUntil(schedule, calendars, at, lead);
  return until === undefined ? [] : [{ replicas, schedule: schedule.name, until }];
}

/** The end of the windows, each begun `lead` earlier, that join on from `at`; `undefined` when none is on at `at`. */
function heldUntil(schedule: Schedule, calendars: Calendars, at: Instant, lead: Millis): Instant | undefined {
  const horizon = at + LONGEST_LOOK;
  const lastDay = localDayAt(schedule.timeZone, horizon + lead);
  let until = at;
  for (const { end, start } of windowsOn(schedule, calendars, earliestStartDay(schedule, at), lastDay)) {
    if (start - lead > until || until >= horizon) break;
    until = Math.max(until, end);
  }
  return until === at ? undefined : Math.min(until, horizon);
}
