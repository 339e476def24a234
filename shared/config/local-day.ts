import { DAY } from '../core/time';

/**
 * A day of the calendar on the wall, whatever the time zone: days since 1970-01-01. A number, so that days are
 * compared and counted without a library.
 */
export type LocalDay = number;

/** 0 is Sunday, as in cron. */
export type Weekday = number;

const DAY_FORM = /^20\d\d-\d\d-\d\d$/;

/** Reads `2026-10-01`, in the years from 2000 to 2099; `undefined` for another form and for a day that does not exist. */
export function parseDay(text: string): LocalDay | undefined {
  if (!DAY_FORM.test(text)) return undefined;
  // ECMAScript takes every day up to the 31st in every month, and counts on into the next.
  const day = Date.parse(text) / DAY;
  return dayText(day) === text ? day : undefined;
}

/** Whether `text` has the form that {@link parseDay} reads, though there may be no such day. */
export function hasDayForm(text: string): boolean {
  return DAY_FORM.test(text);
}

/** `2026-10-01`; the form sorts by time. */
export function dayText(day: LocalDay): string {
  return Number.isFinite(day) ? new Date(day * DAY).toISOString().slice(0, 10) : '';
}

export function weekdayOf(day: LocalDay): Weekday {
  // 1970-01-01 was a Thursday.
  return (((day + 4) % 7) + 7) % 7;
}

/** `month` and `dayOfMonth` from 1; a day past the end of its month counts on into the next. */
export function dayOf(year: number, month: number, dayOfMonth: number): LocalDay {
  return Date.UTC(year, month - 1, dayOfMonth) / DAY;
}

export function yearOf(day: LocalDay): number {
  return new Date(day * DAY).getUTCFullYear();
}
