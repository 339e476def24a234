import { Cron, CronPattern } from 'croner';
import { string } from 'zod';
import { DAY, type Instant } from '../core/time';
import { type LocalDay, type Weekday, weekdayOf } from './local-day';
import { nearest } from './suggest';

/** A cron expression with the five fields minute, hour, day of month, month, day of week; croner's dialect. */
export const CronExpression = string()
  .superRefine((text, context) => {
    const message = cronProblem(text);
    if (message !== undefined) {
      context.issues.push({ code: 'custom', input: text, message });
    }
  })
  .describe('Five cron fields: minute, hour, day of month, month, day of week (0 or 7 is Sunday).');

/** An IANA time zone such as `Asia/Shanghai`, or `UTC`. */
export const TimeZone = string()
  .superRefine((text, context) => {
    if (!isTimeZone(text)) {
      const near = nearestZone(text);
      const message = 'is not an IANA time zone such as Asia/Shanghai, or UTC';
      context.issues.push({
        code: 'custom',
        input: text,
        message: near === undefined ? message : `${message}; did you mean ${JSON.stringify(near)}?`,
      });
    }
  })
  .describe('An IANA time zone, for example Asia/Shanghai, or UTC.');

/**
 * Cities that people write, since Alibaba Cloud has regions there or they know no other, and that are no zone's. By
 * spelling alone Beijing would be taken for Beirut.
 */
const CITIES: readonly (readonly [zone: string, cities: readonly string[]])[] = [
  [
    'Asia/Shanghai',
    [
      ...['beijing', 'peking', 'chengdu', 'fuzhou', 'guangzhou', 'hangzhou', 'heyuan', 'hohhot', 'nanjing', 'qingdao'],
      ...['shenzhen', 'ulanqab', 'wuhan', 'zhangjiakou', 'zhongwei', 'china'],
    ],
  ],
  ['Asia/Kolkata', ['mumbai', 'delhi', 'newdelhi', 'bangalore', 'bengaluru', 'india']],
  ['Asia/Tokyo', ['osaka', 'japan']],
  ['Europe/Berlin', ['frankfurt', 'munich', 'germany']],
  ['America/Los_Angeles', ['siliconvalley', 'sanfrancisco', 'seattle', 'california']],
  ['America/New_York', ['virginia', 'washington']],
];

function nearestZone(text: string): string | undefined {
  const city = text.replace(/^.*\//, '');
  const known = CITIES.find(([, cities]) => cities.includes(city.toLowerCase().replace(/[^a-z]/g, '')));
  if (known !== undefined) return known[0];
  const names = Intl.supportedValuesOf('timeZone');
  return nearest(text, names) ?? nearest(city, names, (name) => name.replace(/^.*\//, ''));
}

/**
 * The last start at or before `at`; `undefined` when there was none. Where the clocks go forward over a fixed time it
 * counts as the first moment after the gap, where they go back over it, as the first of the two.
 *
 * @param expression a valid {@link CronExpression}
 * @param timeZone a valid {@link TimeZone}
 */
export function lastStart(expression: string, timeZone: string, at: Instant): Instant | undefined {
  // croner leaves out a run at the very reference.
  return cron(expression, timeZone)
    .previousRuns(1, new Date(at + 1))[0]
    ?.getTime();
}

/** The first start after `at`; `undefined` when there is none. */
export function nextStart(expression: string, timeZone: string, at: Instant): Instant | undefined {
  return cron(expression, timeZone).nextRun(new Date(at))?.getTime();
}

/** A cron expression as times of day, and the days on which it starts at them. */
export interface CronDays {
  /** Minutes since midnight by the clock on the wall, ascending. */
  readonly minutes: readonly number[];
  /** The weekdays of an expression that asks for nothing else; `undefined` for one that asks for more. */
  readonly weekdays: readonly Weekday[] | undefined;
  /** The first of its days that is not before `day`. */
  readonly nextDay: (day: LocalDay) => LocalDay | undefined;
}

/** @param expression a valid {@link CronExpression} */
export function cronDays(expression: string): CronDays {
  const known = readDays.get(expression);
  if (known !== undefined) return known;
  const fresh = daysOf(expression);
  readDays.set(expression, fresh);
  return fresh;
}

const readDays = new Map<string, CronDays>();

function daysOf(expression: string): CronDays {
  const { hour, minute } = new CronPattern(expression, undefined, { mode: '5-part' });
  const minutes = set(hour).flatMap((hours) => set(minute).map((more) => hours * 60 + more));
  const [, , dayOfMonth = '', month = '', dayOfWeek = ''] = expression.trim().split(/\s+/);
  // An offset instead of a zone: a day of the calendar is the same in all of them, and Intl takes most of the time.
  const days = new Cron(`0 0 ${dayOfMonth} ${month} ${dayOfWeek}`, { utcOffset: 0, mode: '5-part' });
  const plain = dayOfMonth === '*' && month === '*' && !/[#L+]/i.test(dayOfWeek);
  const weekdays = plain ? WEEK.filter((day) => days.match(new Date(day * DAY))).map(weekdayOf) : undefined;
  return { minutes, weekdays, nextDay: rememberingDays((day) => nextRunDay(days, day)) };
}

function nextRunDay(days: Cron, day: LocalDay): LocalDay | undefined {
  // croner leaves out a run at the very reference.
  const next = days.nextRun(new Date(day * DAY - 1));
  return next === null ? undefined : next.getTime() / DAY;
}

/** croner takes up to 0.1 ms for an answer; each look asks for the same few days, each pair of schedules for the same years. */
function rememberingDays(ask: CronDays['nextDay']): CronDays['nextDay'] {
  const answers = new Map<LocalDay, LocalDay | undefined>();
  return (day) => {
    if (!answers.has(day)) answers.set(day, ask(day));
    return answers.get(day);
  };
}

const WEEK: readonly LocalDay[] = [0, 1, 2, 3, 4, 5, 6];

/** The places of a field that are set. */
function set(field: readonly number[]): readonly number[] {
  return field.flatMap((flag, place) => (flag === 0 ? [] : [place]));
}

/** Parsing an expression takes longer than asking it; a configuration has few. */
const parsed = new Map<string, Cron>();

/** Without a function to call, croner computes times and starts no timer. */
function cron(expression: string, timeZone: string): Cron {
  const key = `${timeZone} ${expression}`;
  const known = parsed.get(key);
  if (known !== undefined) return known;
  const fresh = new Cron(expression, { timezone: timeZone, mode: '5-part' });
  parsed.set(key, fresh);
  return fresh;
}

function cronProblem(text: string): string | undefined {
  // croner would also take nicknames such as @daily and ISO dates.
  const fields = text.trim().split(/\s+/).length;
  if (fields === 6) return 'has six fields; leave the seconds out: minute, hour, day of month, month, day of week';
  if (fields !== 5) {
    return 'is not a cron expression; write five fields: minute, hour, day of month, month, day of week';
  }
  try {
    return nextStart(text, 'UTC', 0) === undefined ? 'never comes; no such day exists' : undefined;
  } catch (error) {
    // croner throws TypeError and RangeError, each with a sentence about the field, and nothing else.
    if (error instanceof TypeError || error instanceof RangeError) {
      return `is not a cron expression; ${error.message.replace(/^CronPattern: /, '')}`;
    }
    throw error;
  }
}

/**
 * Abbreviations are refused although Intl knows them: it takes `CST` for Chicago, where the operator may mean China.
 */
function isTimeZone(text: string): boolean {
  if (text !== 'UTC' && !text.includes('/')) return false;
  try {
    return new Intl.DateTimeFormat('en', { timeZone: text }) !== undefined;
  } catch (error) {
    if (error instanceof RangeError) return false;
    throw error;
  }
}
