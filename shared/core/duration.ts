import { DAY, HOUR, MINUTE, type Millis, SECOND } from './time';

/** At most six digits each: the longest sum, about 2,850 years, still lies within what `Date` can hold. */
const DURATION = /^(?:(\d{1,6})d)?(?:(\d{1,6})h)?(?:(\d{1,6})m)?(?:(\d{1,6})s)?$/;

/**
 * Reads `90s`, `5m`, `1h30m`, `2d`: whole numbers of days, hours, minutes and seconds, in this order, each at most once.
 * A day is 24 hours. `undefined` for anything else: blanks, signs, fractions, capitals, other units.
 */
export function parseDuration(text: string): Millis | undefined {
  const parts = text === '' ? null : DURATION.exec(text);
  if (parts === null) return undefined;
  const [, days = '0', hours = '0', minutes = '0', seconds = '0'] = parts;
  return Number(days) * DAY + Number(hours) * HOUR + Number(minutes) * MINUTE + Number(seconds) * SECOND;
}

/**
 * Writes what {@link parseDuration} reads: `1h30m`, `2d`, `0s`. Parts of a second are rounded to the nearest second; a
 * negative duration has a minus sign, which is not read back.
 */
export function formatDuration(duration: Millis): string {
  const whole = Math.round(Math.abs(duration) / SECOND) * SECOND;
  if (whole === 0) return '0s';
  const units: readonly (readonly [string, number])[] = [
    ['d', Math.floor(whole / DAY)],
    ['h', Math.floor((whole % DAY) / HOUR)],
    ['m', Math.floor((whole % HOUR) / MINUTE)],
    ['s', (whole % MINUTE) / SECOND],
  ];
  const written = units.map(([unit, count]) => (count === 0 ? '' : `${count}${unit}`)).join('');
  return duration < 0 ? `-${written}` : written;
}
