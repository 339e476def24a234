import { Calendars } from '../../../shared/config/exception-days';
import { scheduledBounds } from '../../../shared/config/schedule';
import { Schedules } from '../../../shared/config/schedule-schema';

const CALENDARS = Calendars.parse({
  holidays: ['2026-10-01..2026-10-07', 'every 01-01'],
  sales: ['every 11-11'],
  leap: ['every 02-29'],
});

/** `[replicas, schedule, until]` of what the schedules, as written, ask for. */
function boundsAt(written: Record<string, object>, at: string) {
  const { ceiling, floor } = scheduledBounds(Schedules.parse(written), CALENDARS, Date.parse(at));
  return {
    ...(floor && { floor: [floor.replicas, floor.schedule, new Date(floor.until).toISOString()] }),
    ...(ceiling && { ceiling: [ceiling.replicas, ceiling.schedule, new Date(ceiling.until).toISOString()] }),
  };
}

/** When the floor of one schedule holds until, or nothing. */
function heldUntil(schedule: object, at: string): string | undefined {
  return boundsAt({ one: { floor: 5, ...schedule } }, at).floor?.[2]?.toString();
}

describe('a window by the clock on the wall', () => {
  const office = { days: ['Mon-Fri'], from: '08:00', to: '22:00', timeZone: 'Asia/Shanghai' };

  // 2026-11-20 is a Friday; Shanghai is eight hours ahead.
  it.each([
    ['2026-11-19T23:59:59.999Z', undefined],
    ['2026-11-20T00:00:00.000Z', '2026-11-20T14:00:00.000Z'],
    ['2026-11-20T13:59:59.999Z', '2026-11-20T14:00:00.000Z'],
    ['2026-11-20T14:00:00.000Z', undefined],
    ['2026-11-21T02:00:00.000Z', undefined],
    ['2026-11-22T02:00:00.000Z', undefined],
    ['2026-11-23T00:00:00.000Z', '2026-11-23T14:00:00.000Z'],
  ])('on weekdays from eight to ten at night: %s', (at, until) => {
    expect(heldUntil(office, at)).toBe(until);
  });

  it.each([
    ['2026-11-20T13:59:59Z', undefined],
    ['2026-11-20T14:00:00Z', '2026-11-20T22:00:00.000Z'],
    ['2026-11-20T21:59:59Z', '2026-11-20T22:00:00.000Z'],
    ['2026-11-20T22:00:00Z', undefined],
    ['2026-11-21T14:30:00Z', undefined],
  ])('on Fridays over midnight: %s', (at, until) => {
    expect(heldUntil({ days: ['Fri'], from: '22:00', to: '06:00', timeZone: 'Asia/Shanghai' }, at)).toBe(until);
  });

  it.each([
    ['2026-12-31T22:59:59Z', undefined],
    ['2026-12-31T23:00:00Z', '2027-01-01T03:00:00.000Z'],
    ['2027-01-01T02:59:59Z', '2027-01-01T03:00:00.000Z'],
    ['2027-01-01T03:00:00Z', undefined],
  ])('over the end of a year: %s', (at, until) => {
    expect(heldUntil({ days: ['Thu'], from: '23:00', to: '03:00', timeZone: 'UTC' }, at)).toBe(until);
  });

  it.each([
    ['2028-02-28T23:59:59Z', undefined],
    ['2028-02-29T00:00:00Z', '2028-03-01T00:00:00.000Z'],
    ['2028-02-29T23:59:59Z', '2028-03-01T00:00:00.000Z'],
    ['2028-03-01T00:00:00Z', undefined],
    ['2027-03-01T00:00:00Z', undefined],
  ])('on a leap day: %s', (at, until) => {
    expect(heldUntil({ from: '00:00', to: '24:00', timeZone: 'UTC', only: ['leap'] }, at)).toBe(until);
  });

  it('that ends at its start goes round the clock', () => {
    const round = { days: ['Sat'], from: '9:30', to: '9:30', timeZone: 'UTC' };
    expect(heldUntil(round, '2026-11-22T09:29:59Z')).toBe('2026-11-22T09:30:00.000Z');
    expect(heldUntil(round, '2026-11-22T09:30:00Z')).toBeUndefined();
  });

  it.each([
    [{ from: '00:00', to: '00:00' }, '2026-11-20T10:00:00Z', '2026-11-27T10:00:00.000Z'],
    [{ days: ['Mon-Fri'], from: '00:00', to: '24:00' }, '2026-11-18T10:00:00Z', '2026-11-21T00:00:00.000Z'],
    [{ days: ['Sat', 'Sun'], from: '12:00', to: '12:00' }, '2026-11-21T13:00:00Z', '2026-11-23T12:00:00.000Z'],
  ])('that goes on into the next is one with it: %j', (window, at, until) => {
    expect(heldUntil({ ...window, timeZone: 'UTC' }, at)).toBe(until);
  });
});

describe('a window by cron', () => {
  it.each([
    ['0 8 * * 1-5', '14h', '2026-11-20T08:00:00Z', '2026-11-20T22:00:00.000Z'],
    ['0 8 * * 1-5', '14h', '2026-11-20T07:59:59Z', undefined],
    ['0 8 * * 1-5', '14h', '2026-11-21T12:00:00Z', undefined],
    // The second Monday of December is the 14th.
    ['0 8 * * 1#2', '2h', '2026-12-14T08:00:00Z', '2026-12-14T10:00:00.000Z'],
    ['0 8 * * 1#2', '2h', '2026-12-07T08:00:00Z', undefined],
    ['0 8 * * 1#2', '2h', '2026-12-21T08:00:00Z', undefined],
    ['0 22 L * *', '4h', '2027-03-01T01:59:59Z', '2027-03-01T02:00:00.000Z'],
    ['0 22 L * *', '4h', '2027-02-27T23:00:00Z', undefined],
    ['0 0 29 2 *', '24h', '2028-02-29T10:00:00Z', '2028-03-01T00:00:00.000Z'],
    ['0 0 29 2 *', '24h', '2027-03-01T10:00:00Z', undefined],
    ['15 8,18 * * *', '1h', '2026-11-20T08:15:00Z', '2026-11-20T09:15:00.000Z'],
    ['15 8,18 * * *', '1h', '2026-11-20T18:15:00Z', '2026-11-20T19:15:00.000Z'],
    ['15 8,18 * * *', '1h', '2026-11-20T09:15:00Z', undefined],
    // Starts again before it is over, and just when it is.
    ['0 8,9 * * *', '90m', '2026-11-20T08:10:00Z', '2026-11-20T10:30:00.000Z'],
    ['0 8,9 * * *', '1h', '2026-11-20T08:10:00Z', '2026-11-20T10:00:00.000Z'],
    ['0 0 * * 1', '7d', '2026-11-20T08:00:00Z', '2026-11-27T08:00:00.000Z'],
    ['0 0 1 * *', '7d', '2026-11-07T23:59:59Z', '2026-11-08T00:00:00.000Z'],
    ['0 0 1 * *', '7d', '2026-11-08T00:00:00Z', undefined],
    ['0 * * * *', '7d', '2026-11-20T08:30:00Z', '2026-11-27T08:30:00.000Z'],
  ])('%s for %s at %s', (starts, lasts, at, until) => {
    expect(heldUntil({ starts, lasts, timeZone: 'UTC' }, at)).toBe(until);
  });
});

describe('in the night in which clocks skip an hour', () => {
  // Berlin, 2026-03-29, at 01:00Z; New York, 2026-03-08, at 07:00Z; Havana, 2026-03-08, at 05:00Z, from midnight to one.
  it.each([
    ['Europe/Berlin', '02:30', '06:00', '2026-03-29T00:59:59Z', undefined],
    ['Europe/Berlin', '02:30', '06:00', '2026-03-29T01:00:00Z', '2026-03-29T04:00:00.000Z'],
    ['Europe/Berlin', '22:00', '02:30', '2026-03-29T00:59:59Z', '2026-03-29T01:00:00.000Z'],
    ['Europe/Berlin', '22:00', '02:30', '2026-03-29T01:00:00Z', undefined],
    ['Europe/Berlin', '22:00', '06:00', '2026-03-29T03:59:59Z', '2026-03-29T04:00:00.000Z'],
    ['Europe/Berlin', '02:10', '02:50', '2026-03-29T01:00:00Z', undefined],
    ['America/New_York', '02:30', '06:00', '2026-03-08T06:59:59Z', undefined],
    ['America/New_York', '02:30', '06:00', '2026-03-08T07:00:00Z', '2026-03-08T10:00:00.000Z'],
    ['America/New_York', '22:00', '02:30', '2026-03-08T06:59:59Z', '2026-03-08T07:00:00.000Z'],
    ['America/Havana', '00:00', '06:00', '2026-03-08T04:59:59Z', undefined],
    ['America/Havana', '00:00', '06:00', '2026-03-08T05:00:00Z', '2026-03-08T10:00:00.000Z'],
    ['America/Havana', '20:00', '24:00', '2026-03-08T04:59:59Z', '2026-03-08T05:00:00.000Z'],
    ['America/Havana', '20:00', '00:30', '2026-03-08T05:00:00Z', undefined],
  ])('%s from %s to %s: %s', (timeZone, from, to, at, until) => {
    expect(heldUntil({ from, to, timeZone }, at)).toBe(until);
  });

  it('a window by cron begins after the gap and lasts as long', () => {
    const window = { starts: '30 2 * * *', lasts: '2h', timeZone: 'Europe/Berlin' };
    expect(heldUntil(window, '2026-03-29T00:59:59Z')).toBeUndefined();
    expect(heldUntil(window, '2026-03-29T01:00:00Z')).toBe('2026-03-29T03:00:00.000Z');
    expect(heldUntil(window, '2026-03-29T03:00:00Z')).toBeUndefined();
  });
});

describe('in the night in which clocks show an hour twice', () => {
  // Berlin, 2026-10-25: 02:30 is at 00:30Z and at 01:30Z; New York, 2026-11-01: 01:30 is at 05:30Z and at 06:30Z;
  // Havana, 2026-11-01: 00:30 is at 04:30Z and at 05:30Z.
  it.each([
    ['Europe/Berlin', '02:30', '06:00', '2026-10-25T00:29:59Z', undefined],
    ['Europe/Berlin', '02:30', '06:00', '2026-10-25T00:30:00Z', '2026-10-25T05:00:00.000Z'],
    ['Europe/Berlin', '22:00', '02:30', '2026-10-25T01:29:59Z', '2026-10-25T01:30:00.000Z'],
    ['Europe/Berlin', '22:00', '02:30', '2026-10-25T01:30:00Z', undefined],
    ['Europe/Berlin', '02:10', '02:50', '2026-10-25T00:09:59Z', undefined],
    ['Europe/Berlin', '02:10', '02:50', '2026-10-25T00:10:00Z', '2026-10-25T01:50:00.000Z'],
    ['Europe/Berlin', '02:10', '02:50', '2026-10-25T00:55:00Z', '2026-10-25T01:50:00.000Z'],
    ['America/New_York', '01:30', '06:00', '2026-11-01T05:29:59Z', undefined],
    ['America/New_York', '01:30', '06:00', '2026-11-01T05:30:00Z', '2026-11-01T11:00:00.000Z'],
    ['America/New_York', '22:00', '01:30', '2026-11-01T06:29:59Z', '2026-11-01T06:30:00.000Z'],
    ['America/New_York', '22:00', '01:30', '2026-11-01T06:30:00Z', undefined],
    ['America/Havana', '00:00', '06:00', '2026-11-01T03:59:59Z', undefined],
    ['America/Havana', '00:00', '06:00', '2026-11-01T04:00:00Z', '2026-11-01T11:00:00.000Z'],
    ['America/Havana', '20:00', '24:00', '2026-11-01T04:59:59Z', '2026-11-01T05:00:00.000Z'],
    ['America/Havana', '20:00', '24:00', '2026-11-01T05:00:00Z', undefined],
  ])('%s from %s to %s: %s', (timeZone, from, to, at, until) => {
    expect(heldUntil({ from, to, timeZone }, at)).toBe(until);
  });

  it('a window by cron begins at the first of the two and lasts as long', () => {
    const window = { starts: '30 2 * * *', lasts: '30m', timeZone: 'Europe/Berlin' };
    expect(heldUntil(window, '2026-10-25T00:30:00Z')).toBe('2026-10-25T01:00:00.000Z');
    expect(heldUntil(window, '2026-10-25T01:00:00Z')).toBeUndefined();
    expect(heldUntil(window, '2026-10-25T01:45:00Z')).toBeUndefined();
  });
});

describe('dates', () => {
  const november = { from: '22:00', to: '02:00', timeZone: 'Asia/Shanghai' };

  it.each([
    [{ firstDay: '2026-11-10' }, '2026-11-09T15:00:00Z', undefined],
    [{ firstDay: '2026-11-10' }, '2026-11-10T15:00:00Z', '2026-11-10T18:00:00.000Z'],
    [{ firstDay: '2026-11-10' }, '2031-11-10T15:00:00Z', '2031-11-10T18:00:00.000Z'],
    // The window that starts on the last day ends after it.
    [{ lastDay: '2026-11-10' }, '2026-11-10T17:59:59Z', '2026-11-10T18:00:00.000Z'],
    [{ lastDay: '2026-11-10' }, '2026-11-11T15:00:00Z', undefined],
    [{ lastDay: '2026-11-10' }, '2001-11-11T15:00:00Z', '2001-11-11T18:00:00.000Z'],
    [{ firstDay: '2026-11-10', lastDay: '2026-11-10' }, '2026-11-10T15:00:00Z', '2026-11-10T18:00:00.000Z'],
    [{ firstDay: '2026-11-10', lastDay: '2026-11-10' }, '2026-11-09T15:00:00Z', undefined],
    [{ firstDay: '2026-11-10', lastDay: '2026-11-10' }, '2026-11-11T15:00:00Z', undefined],
  ])('%j: %s', (dates, at, until) => {
    expect(heldUntil({ ...november, ...dates }, at)).toBe(until);
  });
});

describe('calendars', () => {
  const night = { from: '22:00', to: '02:00', timeZone: 'Asia/Shanghai' };

  it.each([
    // The window of 30 September reaches into the holidays, that of 7 October out of them.
    [{ except: ['holidays'] }, '2026-09-30T17:59:59Z', '2026-09-30T18:00:00.000Z'],
    [{ except: ['holidays'] }, '2026-10-01T14:00:00Z', undefined],
    [{ except: ['holidays'] }, '2026-10-07T17:00:00Z', undefined],
    [{ except: ['holidays'] }, '2026-10-08T14:00:00Z', '2026-10-08T18:00:00.000Z'],
    [{ except: ['holidays', 'sales'] }, '2026-11-11T14:00:00Z', undefined],
    [{ only: ['holidays'] }, '2026-09-30T17:00:00Z', undefined],
    [{ only: ['holidays'] }, '2026-10-07T17:00:00Z', '2026-10-07T18:00:00.000Z'],
    [{ only: ['holidays', 'sales'] }, '2029-11-11T14:00:00Z', '2029-11-11T18:00:00.000Z'],
    [{ only: ['holidays'], except: ['sales'] }, '2027-01-01T14:00:00Z', '2027-01-01T18:00:00.000Z'],
    [{ only: ['holidays'], firstDay: '2026-10-05' }, '2026-10-04T14:00:00Z', undefined],
    [{ only: ['holidays'], days: ['Mon'] }, '2026-10-04T14:00:00Z', undefined],
    [{ only: ['holidays'], days: ['Mon'] }, '2026-10-05T14:00:00Z', '2026-10-05T18:00:00.000Z'],
  ])('%j: %s', (calendars, at, until) => {
    expect(heldUntil({ ...night, ...calendars }, at)).toBe(until);
  });

  it('give a day a window of its own', () => {
    const schedules = {
      usual: { from: '08:00', to: '20:00', timeZone: 'UTC', except: ['sales'], exact: 10 },
      sale: { from: '00:00', to: '24:00', timeZone: 'UTC', only: ['sales'], floor: 30 },
    };
    expect(boundsAt(schedules, '2026-11-10T12:00:00Z')).toEqual({
      floor: [10, 'usual', '2026-11-10T20:00:00.000Z'],
      ceiling: [10, 'usual', '2026-11-10T20:00:00.000Z'],
    });
    expect(boundsAt(schedules, '2026-11-11T12:00:00Z')).toEqual({ floor: [30, 'sale', '2026-11-12T00:00:00.000Z'] });
  });

  it('that a schedule names and that do not exist are a bug', () => {
    const schedules = Schedules.parse({ one: { ...night, only: ['missing'], floor: 1 } });
    expect(() => scheduledBounds(schedules, CALENDARS, 0)).toThrow('missing');
  });
});

describe('a lead', () => {
  it.each([
    ['2026-11-20T07:29:59.999Z', undefined, undefined],
    ['2026-11-20T07:30:00.000Z', '2026-11-20T10:00:00.000Z', undefined],
    ['2026-11-20T07:59:59.999Z', '2026-11-20T10:00:00.000Z', undefined],
    ['2026-11-20T08:00:00.000Z', '2026-11-20T10:00:00.000Z', '2026-11-20T10:00:00.000Z'],
    ['2026-11-20T10:00:00.000Z', undefined, undefined],
  ])('begins the floor and not the ceiling: %s', (at, floor, ceiling) => {
    const bounds = boundsAt({ one: { from: '08:00', to: '10:00', timeZone: 'UTC', lead: '30m', exact: 5 } }, at);
    expect([bounds.floor?.[2], bounds.ceiling?.[2]]).toEqual([floor, ceiling]);
  });

  it.each([
    // Over midnight and the end of the year, onto a day that is no exception itself.
    [{ from: '01:00', to: '02:00', lead: '2h', only: ['holidays'] }, '2026-12-31T22:59:59Z', undefined],
    [
      { from: '01:00', to: '02:00', lead: '2h', only: ['holidays'] },
      '2026-12-31T23:00:00Z',
      '2027-01-01T02:00:00.000Z',
    ],
    // A day before the first day; then each window reaches to the next, for more than the week that is looked ahead.
    [
      { from: '00:00', to: '02:00', lead: '24h', firstDay: '2026-11-20' },
      '2026-11-19T00:00:00Z',
      '2026-11-26T00:00:00.000Z',
    ],
    // Into the window before it, and just up to it.
    [{ starts: '0 8,12 * * *', lasts: '2h', lead: '3h' }, '2026-11-20T05:00:00Z', '2026-11-20T14:00:00.000Z'],
    [{ starts: '0 8,12 * * *', lasts: '2h', lead: '2h' }, '2026-11-20T06:00:00Z', '2026-11-20T14:00:00.000Z'],
    [{ starts: '0 8,12 * * *', lasts: '2h', lead: '119m' }, '2026-11-20T08:00:00Z', '2026-11-20T10:00:00.000Z'],
    [{ starts: '0 8,12 * * *', lasts: '2h', lead: '119m' }, '2026-11-20T10:00:00Z', undefined],
  ])('%j: %s', (schedule, at, until) => {
    expect(heldUntil({ timeZone: 'UTC', ...schedule }, at)).toBe(until);
  });

  it('is elapsed time where clocks change', () => {
    const window = { from: '06:00', to: '08:00', timeZone: 'Europe/Berlin', lead: '5h' };
    expect(heldUntil(window, '2026-03-28T22:59:59Z')).toBeUndefined();
    expect(heldUntil(window, '2026-03-28T23:00:00Z')).toBe('2026-03-29T06:00:00.000Z');
  });
});

describe('several schedules', () => {
  const day = { from: '08:00', to: '20:00', timeZone: 'UTC' };

  it('give the highest floor and the lowest ceiling', () => {
    const schedules = {
      one: { ...day, floor: 5, ceiling: 30 },
      two: { from: '10:00', to: '12:00', timeZone: 'UTC', floor: 8, ceiling: 40 },
      three: { from: '11:00', to: '13:00', timeZone: 'UTC', floor: 6, ceiling: 20 },
    };
    expect(boundsAt(schedules, '2026-11-20T09:00:00Z')).toEqual({
      floor: [5, 'one', '2026-11-20T20:00:00.000Z'],
      ceiling: [30, 'one', '2026-11-20T20:00:00.000Z'],
    });
    expect(boundsAt(schedules, '2026-11-20T11:30:00Z')).toEqual({
      floor: [8, 'two', '2026-11-20T12:00:00.000Z'],
      ceiling: [20, 'three', '2026-11-20T13:00:00.000Z'],
    });
    expect(boundsAt(schedules, '2026-11-20T12:00:00Z')).toEqual({
      floor: [6, 'three', '2026-11-20T13:00:00.000Z'],
      ceiling: [20, 'three', '2026-11-20T13:00:00.000Z'],
    });
    expect(boundsAt(schedules, '2026-11-20T20:00:00Z')).toEqual({});
  });

  it('that ask for the same give the first that is written', () => {
    const schedules = { zulu: { ...day, exact: 5 }, alpha: { ...day, exact: 5 } };
    expect(boundsAt(schedules, '2026-11-20T09:00:00Z')).toEqual({
      floor: [5, 'zulu', '2026-11-20T20:00:00.000Z'],
      ceiling: [5, 'zulu', '2026-11-20T20:00:00.000Z'],
    });
  });

  it('that contradict each other give the floor', () => {
    const schedules = { limit: { ...day, ceiling: 5 }, need: { ...day, to: '10:00', floor: 9 } };
    expect(boundsAt(schedules, '2026-11-20T09:00:00Z')).toEqual({
      floor: [9, 'need', '2026-11-20T10:00:00.000Z'],
      ceiling: [9, 'limit', '2026-11-20T20:00:00.000Z'],
    });
    expect(boundsAt(schedules, '2026-11-20T10:00:00Z')).toEqual({ ceiling: [5, 'limit', '2026-11-20T20:00:00.000Z'] });
  });

  it('let a lead reach into a ceiling', () => {
    const schedules = {
      night: { from: '20:00', to: '08:00', timeZone: 'UTC', ceiling: 5 },
      day: { ...day, lead: '30m', floor: 9 },
    };
    expect(boundsAt(schedules, '2026-11-20T07:29:59Z')).toEqual({ ceiling: [5, 'night', '2026-11-20T08:00:00.000Z'] });
    expect(boundsAt(schedules, '2026-11-20T07:30:00Z')).toEqual({
      floor: [9, 'day', '2026-11-20T20:00:00.000Z'],
      ceiling: [9, 'night', '2026-11-20T08:00:00.000Z'],
    });
  });

  it('that follow on each other leave no instant without a floor', () => {
    const schedules = Schedules.parse({
      day: { ...day, lead: '15m', floor: 9 },
      night: { from: '20:00', to: '08:00', timeZone: 'UTC', floor: 3 },
    });
    const floors = Array.from({ length: 8 * 1440 }, (_, minute) => {
      const at = Date.parse('2026-11-20T00:00:00Z') + minute * 60_000;
      return scheduledBounds(schedules, {}, at).floor?.replicas;
    });
    expect(new Set(floors)).toEqual(new Set([3, 9]));
  });

  it('that are none ask for nothing', () => {
    expect(scheduledBounds([], {}, 0)).toEqual({ floor: undefined, ceiling: undefined });
  });
});
