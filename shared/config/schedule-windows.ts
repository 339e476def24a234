import { DAY, type Instant } from '../core/time';
import { cronDays } from './calendar';
import { type Calendar, type Calendars, covers, nextIn } from './exception-days';
import { type LocalDay, weekdayOf } from './local-day';
import type { Schedule, Window } from './schedule-schema';
import { instantsOf, localDayAt } from './wall-clock';

/** One window of a schedule; without its lead. */
export interface Occurrence {
  readonly start: Instant;
  /** Exclusive. */
  readonly end: Instant;
}

/**
 * The windows of a schedule that start on the days from `first` to `last`, both included, in order; those that lie
 * altogether in a gap of the clock are left out.
 */
export function* windowsOn(
  schedule: Schedule,
  calendars: Calendars,
  first: LocalDay,
  last: LocalDay,
): Generator<Occurrence, void> {
  let day = nextDay(schedule, calendars, first, last);
  while (day !== undefined) {
    for (const occurrence of startingOn(schedule, day)) {
      if (occurrence.start < occurrence.end) yield occurrence;
    }
    day = nextDay(schedule, calendars, day + 1, last);
  }
}

/** The first window that ends after `at` and starts on `last` or before. */
export function firstEndingAfter(
  schedule: Schedule,
  calendars: Calendars,
  at: Instant,
  last: LocalDay,
): Occurrence | undefined {
  for (const occurrence of windowsOn(schedule, calendars, earliestStartDay(schedule, at), last)) {
    if (occurrence.end > at) return occurrence;
  }
  return undefined;
}

/** No window that starts before this day is on at `at`. */
export function earliestStartDay({ timeZone, window }: Schedule, at: Instant): LocalDay {
  const longest = window.kind === 'cron' ? Math.ceil(window.lasts / DAY) : 1;
  // One day more, for clocks that are put forward at the end of the window.
  return localDayAt(timeZone, at) - longest - 1;
}

function startingOn({ timeZone, window }: Schedule, day: LocalDay): readonly Occurrence[] {
  switch (window.kind) {
    case 'wallClock': {
      const { from, to } = window;
      const start = instantsOf(timeZone, day, from).first;
      // Where clocks show the end twice, the later is meant: too much capacity is the safer mistake.
      return [{ start, end: instantsOf(timeZone, to > from ? day : day + 1, to).last }];
    }
    case 'cron':
      return cronDays(window.starts).minutes.map((minutes) => {
        const start = instantsOf(timeZone, day, minutes).first;
        return { start, end: start + window.lasts };
      });
  }
}

/** The first day from `from` to `last` that window, date range and calendars all allow. */
function nextDay(schedule: Schedule, calendars: Calendars, from: LocalDay, last: LocalDay): LocalDay | undefined {
  const end = Math.min(last, schedule.lastDay ?? last);
  const only = schedule.only?.flatMap((name) => calendarOf(calendars, name));
  const except = schedule.except.flatMap((name) => calendarOf(calendars, name));
  let day = Math.max(from, schedule.firstDay ?? from);
  while (day <= end) {
    const next = nextWindowDay(schedule.window, day);
    const allowed = next === undefined || only === undefined ? next : nextIn(only, next);
    if (allowed === undefined || allowed > end) return undefined;
    if (allowed === next && !covers(except, allowed)) return allowed;
    day = allowed === next ? allowed + 1 : allowed;
  }
  return undefined;
}

function nextWindowDay(window: Window, day: LocalDay): LocalDay | undefined {
  const weekdays = window.kind === 'cron' ? cronDays(window.starts).weekdays : window.days;
  if (weekdays === undefined) return window.kind === 'cron' ? cronDays(window.starts).nextDay(day) : undefined;
  return [day, day + 1, day + 2, day + 3, day + 4, day + 5, day + 6].find((near) => weekdays.includes(weekdayOf(near)));
}

function calendarOf(calendars: Calendars, name: string): Calendar {
  const calendar = calendars[name];
  if (calendar === undefined) throw new Error(`a schedule names the calendar ${name}, which does not exist`);
  return calendar;
}
