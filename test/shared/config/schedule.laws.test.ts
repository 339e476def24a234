import { Cron } from 'croner';
import fc from 'fast-check';
import { Calendars } from '../../../shared/config/exception-days';
import { scheduledBounds } from '../../../shared/config/schedule';
import { firstMeeting } from '../../../shared/config/schedule-meetings';
import { Schedules } from '../../../shared/config/schedule-schema';

const MINUTE = 60_000;
const DAY = 1440 * MINUTE;
const WEEK = 7 * DAY;
const QUARTER = 15 * MINUTE;
const START = Date.parse('2026-01-01T00:00:00Z');
const END = Date.parse('2027-01-01T00:00:00Z');
const ZONES = ['UTC', 'Asia/Shanghai', 'Europe/Berlin', 'America/New_York', 'America/Havana', 'Australia/Lord_Howe'];
const DAYS = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'];
const CRONS = [
  '0 8 * * 1-5',
  '30 2 * * *',
  '0 0 L * *',
  '15 1 * * 1#2',
  '45 22 1,15 * *',
  '30 1,2 * * 0',
  '0 3 * * 0,6',
];

interface Window {
  readonly start: number;
  readonly end: number;
}

/** When clocks in a zone show a time, asked every quarter of an hour from two weeks before 2026 to two weeks after. */
const clocks = new Map<string, (text: string) => readonly number[]>();

function clock(timeZone: string): (text: string) => readonly number[] {
  const known = clocks.get(timeZone);
  if (known !== undefined) return known;
  // Sweden writes dates as ISO 8601 does.
  const format = new Intl.DateTimeFormat('sv-SE', { timeZone, dateStyle: 'short', timeStyle: 'short' });
  const quarters = Array.from({ length: (END - START + 4 * WEEK) / QUARTER }, (_, place) => {
    const at = START - 2 * WEEK + place * QUARTER;
    return { at, text: format.format(at) };
  });
  const shown = new Map<string, number[]>();
  for (const { at, text } of quarters) shown.set(text, [...(shown.get(text) ?? []), at]);
  const ask = (text: string): readonly number[] => {
    // A time that is never shown is over as soon as a later one is.
    return shown.get(text) ?? [quarters.find((quarter) => quarter.text > text)?.at ?? Number.NaN];
  };
  clocks.set(timeZone, ask);
  return ask;
}

/** All windows by looking at the clock every quarter of an hour: the slow way, which nobody could get wrong. */
function windowsByClock(timeZone: string, days: readonly string[], from: string, to: string): readonly Window[] {
  const instants = clock(timeZone);
  return Array.from({ length: 365 + 16 }, (_, place) => START + (place - 8) * DAY).flatMap((midnight) => {
    const date = new Date(midnight);
    if (!days.includes(DAYS[date.getUTCDay()] ?? '')) return [];
    const endDate = new Date(to > from ? midnight : midnight + DAY);
    const start = Math.min(...instants(`${date.toISOString().slice(0, 10)} ${from}`));
    const end = Math.max(...instants(`${endDate.toISOString().slice(0, 10)} ${to}`));
    return start < end ? [{ start, end }] : [];
  });
}

function windowsByCron(timeZone: string, starts: string, lasts: number): readonly Window[] {
  // By default croner starts twice in the hour that clocks repeat where an expression names more than one hour.
  const cron = new Cron(starts, { timezone: timeZone, mode: '5-part', fixedTimeRule: 'no-wildcard' });
  return cron
    .nextRuns(1000, new Date(START - 2 * WEEK))
    .map((run) => ({ start: run.getTime(), end: run.getTime() + lasts }))
    .filter(({ start }) => start < END + 2 * WEEK);
}

/** Asks until when the windows, each begun `lead` earlier, hold at an instant. */
function held(windows: readonly Window[], lead: number): (at: number) => number | undefined {
  const joined: { start: number; end: number }[] = [];
  for (const { end, start } of windows) {
    const last = joined.at(-1);
    if (last !== undefined && start - lead <= last.end) last.end = Math.max(last.end, end);
    else joined.push({ start: start - lead, end });
  }
  return (at) => {
    const on = joined.find(({ end, start }) => start <= at && at < end);
    return on === undefined ? undefined : Math.min(on.end, at + WEEK);
  };
}

/** Instants of 2026 at which something begins or ends, the milliseconds before, and some others. */
function instantsToTry(windows: readonly Window[], lead: number, others: readonly number[]): readonly number[] {
  const edges = windows.flatMap(({ end, start }) => [start - lead - 1, start - lead, start, end - 1, end]);
  return [...edges, ...others].filter((at) => at >= START && at < END);
}

const quarterOfDay = fc
  .integer({ min: 0, max: 95 })
  .map((quarter) => new Date(quarter * QUARTER).toISOString().slice(11, 16));
const lead = fc.oneof(fc.constant(0), fc.integer({ min: 1, max: 1440 }));
const others = fc.array(fc.integer({ min: START, max: END - 1 }), { minLength: 20, maxLength: 20 });

describe('the windows of a year', () => {
  it('by the clock on the wall are those that a look at the clock finds', () => {
    const window = fc.record({
      timeZone: fc.constantFrom(...ZONES),
      days: fc.uniqueArray(fc.constantFrom(...DAYS), { minLength: 1 }),
      from: quarterOfDay,
      to: quarterOfDay,
    });
    fc.assert(
      fc.property(window, lead, others, (written, minutes, more) => {
        const windows = windowsByClock(written.timeZone, written.days, written.from, written.to);
        const schedules = Schedules.parse({ one: { ...written, lead: `${minutes}m`, floor: 3 } });
        const tried = instantsToTry(windows, minutes * MINUTE, more);
        const wanted = held(windows, minutes * MINUTE);
        const answers = tried.map((at) => ({
          at,
          found: scheduledBounds(schedules, {}, at).floor?.until,
          wanted: wanted(at),
        }));
        expect(answers.filter((answer) => answer.found !== answer.wanted)).toEqual([]);
      }),
      { numRuns: 8 },
    );
  });

  it('by cron are those that croner finds in the zone', () => {
    const window = fc.record({
      timeZone: fc.constantFrom(...ZONES),
      starts: fc.constantFrom(...CRONS),
      lasts: fc.integer({ min: 1, max: 7 * 1440 }),
    });
    fc.assert(
      fc.property(window, lead, others, ({ lasts, starts, timeZone }, minutes, more) => {
        const windows = windowsByCron(timeZone, starts, lasts * MINUTE);
        const schedules = Schedules.parse({
          one: { starts, timeZone, lasts: `${lasts}m`, lead: `${minutes}m`, floor: 3 },
        });
        const tried = instantsToTry(windows, minutes * MINUTE, more);
        const wanted = held(windows, minutes * MINUTE);
        const answers = tried.map((at) => ({
          at,
          found: scheduledBounds(schedules, {}, at).floor?.until,
          wanted: wanted(at),
        }));
        expect(answers.filter((answer) => answer.found !== answer.wanted)).toEqual([]);
      }),
      { numRuns: 8 },
    );
  });
});

describe('a floor and a ceiling', () => {
  it('are said to meet exactly when two windows of a year overlap', () => {
    const window = fc.record({
      timeZone: fc.constantFrom(...ZONES),
      days: fc.uniqueArray(fc.constantFrom(...DAYS), { minLength: 1, maxLength: 3 }),
      from: quarterOfDay,
      to: quarterOfDay,
    });
    let meetings = 0;
    let others = 0;
    fc.assert(
      fc.property(window, window, (one, other) => {
        const [floor, ceiling] = Schedules.parse({
          floor: { ...one, lead: '1h', floor: 9 },
          ceiling: { ...other, ceiling: 3 },
        });
        if (floor === undefined || ceiling === undefined) throw new Error('a schedule is lost');
        const floors = windowsByClock(one.timeZone, one.days, one.from, one.to);
        const ceilings = windowsByClock(other.timeZone, other.days, other.from, other.to);
        const overlap = floors.some((held) => ceilings.some(({ end, start }) => held.start < end && start < held.end));
        expect(firstMeeting(floor, ceiling, {}) !== undefined).toBe(overlap);
        if (overlap) meetings++;
        else others++;
      }),
      { numRuns: 60 },
    );
    expect(Math.min(meetings, others)).toBeGreaterThan(5);
  });
});

describe('what is asked for at an instant', () => {
  const calendars = Calendars.parse({ off: ['2026-10-01..2026-10-07', 'every 12-25'] });
  const written = {
    day: { from: '08:00', to: '02:30', timeZone: 'Europe/Berlin', lead: '90m', floor: 9, except: ['off'] },
    monthly: { starts: '0 3 * * 0#2', lasts: '3d', timeZone: 'America/New_York', exact: 4 },
    off: { from: '00:00', to: '24:00', timeZone: 'Asia/Shanghai', only: ['off'], floor: 2, ceiling: 12 },
  };

  it('does not depend on what was asked before, nor how often', () => {
    const instants = fc.array(fc.integer({ min: START, max: END }), { minLength: 1, maxLength: 40 });
    fc.assert(
      fc.property(instants, (asked) => {
        const schedules = Schedules.parse(written);
        const ask = (at: number) => ({ at, bounds: scheduledBounds(schedules, calendars, at) });
        const inOrder = [...asked].sort((a, b) => a - b).map(ask);
        const backwards = [...asked].sort((a, b) => b - a).map(ask);
        const twice = asked.flatMap((at) => [ask(at), ask(at)]);
        expect(backwards.reverse()).toEqual(inOrder);
        expect(twice.filter((_, place) => place % 2 === 0).sort((a, b) => a.at - b.at)).toEqual(inOrder);
        expect(twice.filter((_, place) => place % 2 === 1).sort((a, b) => a.at - b.at)).toEqual(inOrder);
      }),
      { numRuns: 50 },
    );
  });

  it('never has a floor over its ceiling, and never holds longer than a week', () => {
    fc.assert(
      fc.property(fc.integer({ min: START, max: END }), (at) => {
        const { ceiling, floor } = scheduledBounds(Schedules.parse(written), calendars, at);
        expect(floor?.replicas ?? 0).toBeLessThanOrEqual(ceiling?.replicas ?? Number.POSITIVE_INFINITY);
        for (const until of [floor?.until, ceiling?.until]) {
          expect(until ?? at + 1).toBeGreaterThan(at);
          expect(until ?? at).toBeLessThanOrEqual(at + WEEK);
        }
      }),
      { numRuns: 300 },
    );
  });
});
