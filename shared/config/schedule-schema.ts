import { array, type core, NEVER, record, strictObject, string } from 'zod';
import { DAY, MINUTE, type Millis } from '../core/time';
import { CronExpression, cronDays, TimeZone } from './calendar';
import { noSuchDay } from './exception-days';
import { hasDayForm, type LocalDay, parseDay, type Weekday } from './local-day';
import { Count, duration, Name } from './units';
import { EVERY_DAY, Weekdays } from './weekdays';

/** When the windows of a schedule are, before date range and calendars are asked. */
export type Window =
  | {
      /** By the clock on the wall, in minutes since midnight; `to` at or before `from` is on the next day. */
      readonly kind: 'wallClock';
      readonly days: readonly Weekday[];
      readonly from: number;
      readonly to: number;
    }
  | {
      /** From a time by the clock on the wall, for as long as has elapsed. */
      readonly kind: 'cron';
      readonly starts: string;
      readonly lasts: Millis;
    };

/** A named window and the bounds on the replicas while it is on. */
export interface Schedule {
  readonly name: string;
  /** IANA name, or UTC. */
  readonly timeZone: string;
  readonly window: Window;
  /** The first and the last day, both included, on which a window may start; without one, that side is open. */
  readonly firstDay?: LocalDay;
  readonly lastDay?: LocalDay;
  /** Names of calendars: a window starts on their days only. */
  readonly only?: readonly string[];
  /** Names of calendars: no window starts on their days. */
  readonly except: readonly string[];
  /** How much earlier than the window the floor begins; the ceiling does not. */
  readonly lead: Millis;
  readonly floor?: number;
  readonly ceiling?: number;
}

const NO_DAY = 'is not a day; write for example 2026-10-01';
const NO_TIME = 'is not a time of day; write hours and minutes in quotes, for example "08:00"';
const HOURS_AND_MINUTES = '([01]?\\d|2[0-3]):[0-5]\\d';

function timeOfDay(form: string) {
  return string({ error: ({ input }) => (input === undefined || input === null ? undefined : NO_TIME) })
    .regex(new RegExp(form), {
      error: ({ input }) => (input === '24:00' ? 'is the end of a day; write "00:00"' : NO_TIME),
    })
    .transform((text): number => {
      const [hours = 0, minutes = 0] = text.split(':').map(Number);
      return hours * 60 + minutes;
    });
}

const Day = string({
  error: ({ input }) => (input === undefined || input === null ? undefined : NO_DAY),
})
  .transform((text, context): LocalDay => {
    const day = parseDay(text);
    if (day === undefined) {
      const message = hasDayForm(text) ? noSuchDay(text) : NO_DAY;
      context.issues.push({ code: 'custom', input: text, message });
      return NEVER;
    }
    return day;
  })
  .meta({ pattern: '^20\\d\\d-\\d\\d-\\d\\d$' });

const CalendarNames = array(Name).min(1);

/** As it is written; a rule that asks for one key alone finds it here. */
export const WrittenSchedule = strictObject({
  days: Weekdays.optional().describe('On which weekdays a window starts, for example [Mon-Fri]; daily by default.'),
  from: timeOfDay(`^${HOURS_AND_MINUTES}$`)
    .optional()
    .describe('When it starts by the clock on the wall, for example "08:00".'),
  to: timeOfDay(`^(${HOURS_AND_MINUTES}|24:00)$`)
    .optional()
    .describe('When it ends by the clock on the wall; at or before from means on the next day.'),
  starts: CronExpression.optional().describe(
    'When windows start as five cron fields, in place of days, from and to; 1#2 is the second Monday, L the last day of the month.',
  ),
  lasts: duration({ atLeast: MINUTE, atMost: 7 * DAY })
    .optional()
    .describe('How long a window lasts that is written with starts, in elapsed time, from 1m to 7d.'),
  timeZone: TimeZone,
  firstDay: Day.optional().describe('The first day on which a window may start.'),
  lastDay: Day.optional().describe('The last day on which a window may start.'),
  only: CalendarNames.optional().describe('Calendars: a window starts on their days only.'),
  except: CalendarNames.optional().describe('Calendars: no window starts on their days.'),
  lead: duration({ atLeast: 0, atMost: DAY })
    .prefault('0s')
    .describe('How much earlier than the window the floor begins, up to 24h; the ceiling does not.'),
  floor: Count.optional().describe('Never fewer replicas than this while a window is on.'),
  ceiling: Count.optional().describe('Never more replicas than this while a window is on.'),
  exact: Count.optional().describe('Exactly this many replicas while a window is on: floor and ceiling in one.'),
});
type WrittenSchedule = core.output<typeof WrittenSchedule>;

/** What stands under the name of a schedule. */
export type ScheduleEntry = Omit<Schedule, 'name'>;

/** The most starts a day; an hourly start is the most often that makes sense for replicas, and what is tested. */
const MOST_STARTS = 24;

/** Something wrong with a schedule as a whole, or with a key in it beside the others. */
interface Slip {
  readonly key: keyof WrittenSchedule | undefined;
  readonly message: string;
}

/** The used form; floor and ceiling in place of `exact`. */
export const ScheduleEntry = WrittenSchedule.transform((written, context): ScheduleEntry => {
  // zod goes on here after an unknown key; what that one stands for may be just what is missing.
  if (context.issues.length > 0) return NEVER;
  const window = windowOf(written);
  const slips = [...('slips' in window ? window.slips : []), ...boundSlips(written)];
  for (const { key, message } of slips) {
    const at = key === undefined ? { input: written, path: [] } : { input: written[key], path: [key] };
    context.issues.push({ code: 'custom', message, ...at });
  }
  if ('slips' in window || slips.length > 0) return NEVER;
  const { except = [], exact, firstDay, lastDay, lead, only, timeZone } = written;
  const floor = written.floor ?? exact;
  const ceiling = written.ceiling ?? exact;
  return {
    timeZone,
    window,
    // Absent rather than undefined, so that a configuration is the same after a way through JSON.
    ...(firstDay !== undefined && { firstDay }),
    ...(lastDay !== undefined && { lastDay }),
    ...(only !== undefined && { only }),
    except,
    lead,
    ...(floor !== undefined && { floor }),
    ...(ceiling !== undefined && { ceiling }),
  };
});

/** Each pair of them may have to be looked through for contradictions, which takes some milliseconds. */
const MOST_SCHEDULES = 32;

/** In the order of the file, which settles between schedules that ask for the same. */
export const Schedules = record(Name, ScheduleEntry)
  .refine((schedules) => Object.keys(schedules).length <= MOST_SCHEDULES, {
    error: `must be at most ${MOST_SCHEDULES} schedules`,
  })
  .meta({ maxProperties: MOST_SCHEDULES })
  .default({})
  .transform((schedules): readonly Schedule[] =>
    Object.entries(schedules).map(([name, schedule]) => ({ name, ...schedule })),
  )
  .describe(
    'Windows of time with bounds on the replicas, by name. Of several that are on, the highest floor and the lowest ceiling hold.',
  );

function windowOf(written: WrittenSchedule): Window | Slips {
  const { days, from, lasts, starts, to } = written;
  const wallClock = days !== undefined || from !== undefined || to !== undefined;
  if (starts === undefined && lasts === undefined) {
    if (!wallClock) return slip(undefined, 'says no time; write from and to (and days), or starts and lasts');
    if (from === undefined || to === undefined) return missing(written, ['from', 'to']);
    return { kind: 'wallClock', days: days ?? EVERY_DAY, from, to };
  }
  if (wallClock) {
    return slip(undefined, 'says its times twice; write either from and to (and days), or starts and lasts');
  }
  if (starts === undefined || lasts === undefined) return missing(written, ['starts', 'lasts']);
  const { length } = cronDays(starts).minutes;
  if (length <= MOST_STARTS) return { kind: 'cron', starts, lasts };
  return slip('starts', `starts ${length} times a day, over the most of ${MOST_STARTS}; write fewer that last longer`);
}

function boundSlips({ ceiling, exact, floor }: WrittenSchedule): readonly Slip[] {
  if (exact !== undefined && (floor !== undefined || ceiling !== undefined)) {
    return [{ key: 'exact', message: 'is floor and ceiling in one; remove it, or both of them' }];
  }
  return floor === undefined && ceiling === undefined && exact === undefined
    ? [{ key: undefined, message: 'asks for nothing; add a floor, a ceiling or exact' }]
    : [];
}

interface Slips {
  readonly slips: readonly Slip[];
}

function slip(key: Slip['key'], message: string): Slips {
  return { slips: [{ key, message }] };
}

function missing(written: WrittenSchedule, keys: readonly (keyof WrittenSchedule)[]): Slips {
  return { slips: keys.filter((key) => written[key] === undefined).map((key) => ({ key, message: 'is missing' })) };
}
