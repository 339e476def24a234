import { DAY, type Instant, MINUTE, type Millis, SECOND } from '../core/time';
import type { LocalDay } from './local-day';

/** The two instants at which clocks on the wall show one time: the same but for the hour that they repeat. */
export interface WallClockTime {
  readonly first: Instant;
  readonly last: Instant;
}

/** The day that a calendar on the wall shows. @param timeZone an IANA name, or UTC */
export function localDayAt(timeZone: string, at: Instant): LocalDay {
  return Math.floor((at + offsetAt(timeZone, at)) / DAY);
}

/**
 * When clocks on the wall show a time. One that they skip counts as the first moment after the gap.
 *
 * @param minutes since midnight by the clock on the wall; 1440 is the midnight that ends the day
 */
export function instantsOf(timeZone: string, day: LocalDay, minutes: number): WallClockTime {
  const wall = day * DAY + minutes * MINUTE;
  // Offsets lie between -12 and +14 hours, so that one of these is surely before the time and one after it.
  const earlier = offsetAt(timeZone, wall - DAY);
  const later = offsetAt(timeZone, wall + DAY);
  if (earlier === later) return { first: wall - earlier, last: wall - earlier };
  const shown = [wall - earlier, wall - later].filter((at) => at + offsetAt(timeZone, at) === wall);
  const first = shown[0] ?? firstChanged((at) => offsetAt(timeZone, at), wall - later, wall - earlier);
  return { first, last: shown[1] ?? first };
}

/** The first instant of `read`'s later value; it changes once from `before` to `after`. */
function firstChanged(read: (at: Instant) => Millis, before: Instant, after: Instant): Instant {
  const old = read(before);
  let low = before;
  let high = after;
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (read(middle) === old) low = middle;
    else high = middle;
  }
  return high;
}

/** Whether clocks on the wall are put forward or back in the 24 hours of a day of UTC. */
export function clocksChange(timeZone: string, day: LocalDay): boolean {
  return offsetAt(timeZone, day * DAY) !== offsetAt(timeZone, (day + 1) * DAY);
}

/** `2026-10-01 07:30`, as clocks on the wall show it. */
export function wallClockText(timeZone: string, at: Instant): string {
  return new Date(at + offsetAt(timeZone, at)).toISOString().slice(0, 16).replace('T', ' ');
}

/**
 * Clocks change once at most in so many days: of all zones that Intl knows, none changes twice within 20 days from 2005
 * to 2040 (measured with the zones of Node 20.20; Cairo's pause of summer time in 2010 came nearest).
 */
const STRETCH = 16 * DAY;

/** A stretch of time in which clocks change once at most: from one offset to another. */
interface Stretch {
  readonly before: Millis;
  readonly after: Millis;
  /** The first instant of the new offset. */
  readonly change: Instant;
}

/** By zone and number. Asking Intl takes some 5 µs, too long for each of the many times that a look asks for. */
const stretches = new Map<string, Map<number, Stretch>>();

/** How far the clocks on the wall are ahead of UTC. */
function offsetAt(timeZone: string, at: Instant): Millis {
  const number = Math.floor(at / STRETCH);
  const { after, before, change } = stretches.get(timeZone)?.get(number) ?? keepStretch(timeZone, number);
  return at < change ? before : after;
}

function keepStretch(timeZone: string, number: number): Stretch {
  const zone = stretches.get(timeZone) ?? new Map<number, Stretch>();
  const stretch = readStretch(timeZone, number * STRETCH);
  stretches.set(timeZone, zone.set(number, stretch));
  return stretch;
}

function readStretch(timeZone: string, start: Instant): Stretch {
  const end = start + STRETCH;
  const before = askOffset(timeZone, start);
  const after = askOffset(timeZone, end);
  const change = before === after ? end : firstChanged((at) => askOffset(timeZone, at), start, end);
  return { before, after, change };
}

const formats = new Map<string, Intl.DateTimeFormat>();

/** Intl writes `GMT+08:00`, `GMT-02:30`, and `GMT` where it is UTC. */
const OFFSET = /GMT(?:([+-])(\d\d):(\d\d)(?::(\d\d))?)?$/;

function askOffset(timeZone: string, at: Instant): Millis {
  const format =
    formats.get(timeZone) ??
    new Intl.DateTimeFormat('en-US', { timeZone, timeZoneName: 'longOffset', year: 'numeric' });
  formats.set(timeZone, format);
  const written = format.format(at);
  const parts = OFFSET.exec(written);
  if (parts === null) throw new Error(`Intl writes the offset of ${timeZone} as ${written}`);
  const [, sign, hours = '0', minutes = '0', seconds = '0'] = parts;
  const size = (Number(hours) * 60 + Number(minutes)) * MINUTE + Number(seconds) * SECOND;
  return sign === '-' ? -size : size;
}
