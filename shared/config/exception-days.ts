import { array, NEVER, type output, record, string } from 'zod';
import { dayOf, dayText, hasDayForm, type LocalDay, parseDay, yearOf } from './local-day';
import { Name } from './units';

/** Days of a calendar: from the first to the last, or one day of every year. */
export type ExceptionDay =
  | { readonly kind: 'dated'; readonly first: LocalDay; readonly last: LocalDay }
  | { readonly kind: 'yearly'; readonly month: number; readonly dayOfMonth: number };

const FORMS = 'write 2026-10-01 for a day, 2026-10-01..2026-10-07 for several, or every 10-01';
const NO_DAY = `is not a day; ${FORMS}`;
const YEARLY = /^every +(\d\d)-(\d\d)$/;

/** For editors; whether there is such a day is decided below. */
const DAY_PATTERN = '20\\d\\d-\\d\\d-\\d\\d';

export const ExceptionDay = string({ error: NO_DAY })
  .transform((text, context): ExceptionDay => {
    const day = exceptionDay(text);
    if (typeof day === 'string') {
      context.issues.push({ code: 'custom', input: text, message: day });
      return NEVER;
    }
    return day;
  })
  .meta({
    pattern: `^(${DAY_PATTERN}(\\.\\.${DAY_PATTERN})?|every +\\d\\d-\\d\\d)$`,
    description:
      'A day (2026-10-01), several (2026-10-01..2026-10-07, both included) or one of every year (every 10-01).',
  });

export const Calendar = array(ExceptionDay).min(1);
export type Calendar = Readonly<output<typeof Calendar>>;

export const Calendars = record(Name, Calendar)
  .default({})
  .describe('Days that are not like others, such as public holidays and sales, by name; schedules refer to them.');
export type Calendars = Readonly<Record<string, Calendar>>;

/** The first day of `calendar` that is not before `day`. */
export function nextIn(calendar: Calendar, day: LocalDay): LocalDay | undefined {
  const days = calendar.flatMap((exception) => nextOf(exception, day) ?? []);
  return days.length === 0 ? undefined : Math.min(...days);
}

export function covers(calendar: Calendar, day: LocalDay): boolean {
  return nextIn(calendar, day) === day;
}

/** Until when a calendar is kept up. */
export interface CalendarEnd {
  readonly calendar: string;
  /** The last day that it names with its year, for example `2026-10-07`; `undefined` when all come every year. */
  readonly lastDay: string | undefined;
}

/**
 * The last dated day of each calendar, so that a report can warn of one that nobody has kept up. A configuration is
 * checked without a clock and cannot say so itself.
 */
export function calendarEnds(calendars: Calendars): readonly CalendarEnd[] {
  return Object.entries(calendars).map(([calendar, days]) => {
    const lasts = days.flatMap((day) => (day.kind === 'dated' ? [day.last] : []));
    return { calendar, lastDay: lasts.length === 0 ? undefined : dayText(Math.max(...lasts)) };
  });
}

/** As the configuration writes it. */
export function exceptionDayText(day: ExceptionDay): string {
  switch (day.kind) {
    case 'yearly':
      return `every ${two(day.month)}-${two(day.dayOfMonth)}`;
    case 'dated':
      return day.first === day.last ? dayText(day.first) : `${dayText(day.first)}..${dayText(day.last)}`;
  }
}

/** Whether two entries of one calendar say the same of some day. A yearly one beside a dated one is no slip: laws name both. */
export function sayTheSame(one: ExceptionDay, other: ExceptionDay): boolean {
  if (one.kind === 'dated' && other.kind === 'dated') return one.first <= other.last && other.first <= one.last;
  return exceptionDayText(one) === exceptionDayText(other);
}

function nextOf(exception: ExceptionDay, day: LocalDay): LocalDay | undefined {
  if (exception.kind === 'dated') return day > exception.last ? undefined : Math.max(day, exception.first);
  const { dayOfMonth, month } = exception;
  const year = yearOf(day);
  // From one 29 February to the next it is 8 years at most, over 2100.
  for (let later = 0; later <= 8; later++) {
    const found = dayOf(year + later, month, dayOfMonth);
    if (found >= day && isIn(found, month)) return found;
  }
  return undefined;
}

function isIn(day: LocalDay, month: number): boolean {
  return Number(dayText(day).slice(5, 7)) === month;
}

/** What the text stands for, or what is wrong with it. */
function exceptionDay(text: string): ExceptionDay | string {
  const yearly = YEARLY.exec(text);
  if (yearly !== null) return yearlyDay(Number(yearly[1]), Number(yearly[2]));
  const [from = '', to = from, ...more] = text.split('..');
  if (more.length > 0 || !hasDayForm(from) || !hasDayForm(to)) return NO_DAY;
  const first = parseDay(from);
  const last = parseDay(to);
  if (first === undefined) return noSuchDay(from);
  if (last === undefined) return noSuchDay(to);
  return last < first ? `ends before it begins; ${to} is earlier than ${from}` : { kind: 'dated', first, last };
}

function yearlyDay(month: number, dayOfMonth: number): ExceptionDay | string {
  // A leap year, so that 29 February is a day.
  const day = dayOf(2024, month, dayOfMonth);
  const exists = month >= 1 && month <= 12 && dayOfMonth >= 1 && isIn(day, month);
  return exists
    ? { kind: 'yearly', month, dayOfMonth }
    : `there is no day ${two(month)}-${two(dayOfMonth)} in any year`;
}

/** @param text of the form of a day */
export function noSuchDay(text: string): string {
  const [year = 0, month = 0, dayOfMonth = 0] = text.split('-').map(Number);
  if (month < 1 || month > 12) return `there is no day ${text}; months go from 01 to 12, and come before the day`;
  if (dayOfMonth < 1) return `there is no day ${text}; days go from 01`;
  return `there is no day ${text}; the last of that month is ${dayText(dayOf(year, month + 1, 0))}`;
}

function two(number: number): string {
  return String(number).padStart(2, '0');
}
