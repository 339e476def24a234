import { DAY, type Instant } from '../core/time';
import { cronDays } from './calendar';
import type { Calendars } from './exception-days';
import { dayOf, type LocalDay } from './local-day';
import type { Schedule, Window } from './schedule-schema';
import { firstEndingAfter } from './schedule-windows';
import { clocksChange } from './wall-clock';

/** Days that are looked through; both included. */
interface Span {
  readonly first: LocalDay;
  readonly last: LocalDay;
}

/**
 * In 28 years every date has fallen on every weekday that it can, 29 February too (but for 2100). A configuration is
 * checked without a clock, so the years are fixed.
 */
const GENERATION: Span = { first: dayOf(2027, 1, 1), last: dayOf(2054, 12, 31) };

/** Longer than the longest window with the longest lead. */
const REACH = 9;

/** Whether any window of the schedule ever comes, in this generation or on the days that are named. */
export function everComes(schedule: Schedule, calendars: Calendars): boolean {
  const { first, last } = spanOf([schedule], calendars);
  return firstEndingAfter(schedule, calendars, first * DAY, last) !== undefined;
}

/** Whether a window of it is on at `now` or begins later. */
export function comesAfter(schedule: Schedule, calendars: Calendars, now: Instant): boolean {
  return firstEndingAfter(schedule, calendars, now, spanOf([schedule], calendars).last) !== undefined;
}

/**
 * The first instant at which a window of a floor and a window of a ceiling are both on; `undefined` when they never are. A
 * lead may reach into a ceiling: to be ready in time is what it is for, and the floor wins there.
 *
 * Two schedules that keep to different times of the day are told apart in a few weeks on all their days; only others
 * are looked through in the whole span.
 */
export function firstMeeting(floor: Schedule, ceiling: Schedule, calendars: Calendars): Instant | undefined {
  const everyFloor = onAllDays(floor);
  const everyCeiling = onAllDays(ceiling);
  return tellingWeeks([floor, ceiling]).some((span) => meetingIn(span, everyFloor, everyCeiling, {}) !== undefined)
    ? meetingIn(spanOf([floor, ceiling], calendars), floor, ceiling, calendars)
    : undefined;
}

/**
 * Weeks in which weekly windows meet if they ever do: the first ones, like which all others are, and those around the
 * days of a year on which clocks change. They do so on the same weekday every year.
 */
function tellingWeeks(schedules: readonly Schedule[]): readonly Span[] {
  const { first } = GENERATION;
  const zones = [...new Set(schedules.map(({ timeZone }) => timeZone))];
  const year = Array.from({ length: 365 }, (_, place) => first + place);
  const changes = year.filter((day) => zones.some((zone) => clocksChange(zone, day)));
  return [first + REACH, ...changes].map((day) => ({ first: day - REACH, last: day + REACH }));
}

function meetingIn(span: Span, floor: Schedule, ceiling: Schedule, calendars: Calendars): Instant | undefined {
  let at = span.first * DAY;
  for (;;) {
    const held = firstEndingAfter(floor, calendars, at, span.last);
    if (held === undefined) return undefined;
    const limit = firstEndingAfter(ceiling, calendars, held.start, span.last);
    if (limit === undefined) return undefined;
    if (limit.start < held.end) return Math.max(held.start, limit.start);
    at = limit.start;
  }
}

/** The schedule without calendars and dates; of a cron expression that asks for more than weekdays, on every day. */
function onAllDays({ lead, name, timeZone, window }: Schedule): Schedule {
  return { name, timeZone, window: windowOnAllDays(window), except: [], lead };
}

function windowOnAllDays(window: Window): Window {
  if (window.kind === 'wallClock' || cronDays(window.starts).weekdays !== undefined) return window;
  const [minute, hour] = window.starts.trim().split(/\s+/);
  return { ...window, starts: `${minute} ${hour} * * *` };
}

function spanOf(schedules: readonly Schedule[], calendars: Calendars): Span {
  const dated = Object.values(calendars)
    .flat()
    .flatMap((day) => (day.kind === 'dated' ? [day.first, day.last] : []));
  const bounds = schedules.flatMap(({ firstDay, lastDay }) => [firstDay ?? [], lastDay ?? []].flat());
  const days = [...dated, ...bounds, GENERATION.first, GENERATION.last];
  return { first: Math.min(...days), last: Math.max(...days) };
}
