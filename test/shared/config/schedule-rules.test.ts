import { checkConfiguration, loadConfiguration, problemText } from '../../../shared/config/load';
import { SMALLEST, smallestWith } from './a-configuration';

const CALENDARS = `version: 1
calendars:
  holidays: [2026-10-01..2026-10-07, every 01-01]
  sales: [every 11-11]
`;

/** The smallest configuration with calendars and these schedules, from line 19 on. */
function withSchedules(...schedules: readonly string[]): string {
  const lines = schedules.map((schedule) => `      ${schedule}\n`).join('');
  const used = '      used: { from: "00:00", to: "00:01", timeZone: UTC, only: [holidays, sales], floor: 2 }\n';
  return smallestWith('version: 1\n', CALENDARS).concat(`    schedules:\n${used}${lines}`);
}

function problemsOf(text: string): readonly string[] {
  return checkConfiguration(text, 'a.yaml').problems.map(problemText);
}

describe('schedules that can be used', () => {
  it('have every default filled in and every unit converted', () => {
    const text = smallestWith('version: 1\n', CALENDARS).concat(`    schedules:
      day:
        days: [Mon-Thu, FRIDAY]
        from: 8:00
        to: "24:00"
        timeZone: Asia/Shanghai
        firstDay: 2026-11-01
        lastDay: 2027-02-28
        only: [sales]
        except: [holidays]
        lead: 1h30m
        floor: 4
        ceiling: 9
      night: { starts: "0 22 * * *", lasts: 9h, timeZone: Europe/Berlin, exact: 4 }
      always: { from: 00:00, to: 00:00, timeZone: UTC, ceiling: 30 }
`);
    const { calendars, policies } = loadConfiguration(text, 'a.yaml');
    expect(calendars).toEqual({
      holidays: [
        { kind: 'dated', first: 20_727, last: 20_733 },
        { kind: 'yearly', month: 1, dayOfMonth: 1 },
      ],
      sales: [{ kind: 'yearly', month: 11, dayOfMonth: 11 }],
    });
    expect(policies['web']?.schedules).toStrictEqual([
      {
        name: 'day',
        timeZone: 'Asia/Shanghai',
        window: { kind: 'wallClock', days: [1, 2, 3, 4, 5], from: 480, to: 1440 },
        firstDay: 20_758,
        lastDay: 20_877,
        only: ['sales'],
        except: ['holidays'],
        lead: 5_400_000,
        floor: 4,
        ceiling: 9,
      },
      {
        name: 'night',
        timeZone: 'Europe/Berlin',
        window: { kind: 'cron', starts: '0 22 * * *', lasts: 32_400_000 },
        except: [],
        lead: 0,
        floor: 4,
        ceiling: 4,
      },
      {
        name: 'always',
        timeZone: 'UTC',
        window: { kind: 'wallClock', days: [0, 1, 2, 3, 4, 5, 6], from: 0, to: 0 },
        except: [],
        lead: 0,
        ceiling: 30,
      },
    ]);
  });

  it('are none by default', () => {
    const { calendars, policies } = loadConfiguration(SMALLEST, 'a.yaml');
    expect([calendars, policies['web']?.schedules]).toEqual([{}, []]);
  });
});

describe('one mistake in a schedule', () => {
  const noTime = 'is not a time of day; write hours and minutes in quotes, for example "08:00"';
  const noWeekday = 'is not a weekday; write for example Mon, monday, Mon-Fri or daily';
  it.each([
    // Its form.
    ['{ timeZone: UTC, floor: 3 }', ': says no time; write from and to (and days), or starts and lasts'],
    ['{ from: "08:00", timeZone: UTC, floor: 3 }', '.to: is missing'],
    ['{ to: "08:00", timeZone: UTC, floor: 3 }', '.from: is missing'],
    ['{ starts: 0 8 * * *, timeZone: UTC, floor: 3 }', '.lasts: is missing'],
    ['{ lasts: 1h, timeZone: UTC, floor: 3 }', '.starts: is missing'],
    ['{ from: "08:00", to: "09:00", floor: 3 }', '.timeZone: is missing'],
    [
      '{ from: "08:00", to: "09:00", lasts: 1h, timeZone: UTC, floor: 3 }',
      ': says its times twice; write either from and to (and days), or starts and lasts',
    ],
    [
      '{ days: [Mon], starts: 0 8 * * *, lasts: 1h, timeZone: UTC, floor: 3 }',
      ': says its times twice; write either from and to (and days), or starts and lasts',
    ],
    ['{ from: "08:00", to: "09:00", timeZone: UTC }', ': asks for nothing; add a floor, a ceiling or exact'],
    [
      '{ from: "08:00", to: "09:00", timeZone: UTC, exact: 3, floor: 3 }',
      '.exact: is floor and ceiling in one; remove it, or both of them',
    ],
    ['{ from: "25:00", to: "09:00", timeZone: UTC, floor: 3 }', `.from: ${noTime}`],
    ['{ from: "24:00", to: "09:00", timeZone: UTC, floor: 3 }', '.from: is the end of a day; write "00:00"'],
    ['{ from: "08:60", to: "09:00", timeZone: UTC, floor: 3 }', `.from: ${noTime}`],
    ['{ from: "08:00", to: "24:01", timeZone: UTC, floor: 3 }', `.to: ${noTime}`],
    ['{ from: "08:00", to: 8pm, timeZone: UTC, floor: 3 }', `.to: ${noTime}`],
    ['{ from: 8, to: "09:00", timeZone: UTC, floor: 3 }', `.from: ${noTime}`],
    ['{ from: "08:00:00", to: "09:00", timeZone: UTC, floor: 3 }', `.from: ${noTime}`],
    ['{ from: , to: "09:00", timeZone: UTC, floor: 3 }', '.from: is empty; text is expected'],
    [
      '{ days: Mon-Fri, from: "08:00", to: "09:00", timeZone: UTC, floor: 3 }',
      '.days: must be a list; put it into brackets, such as [Mon-Fri]',
    ],
    ['{ days: [], from: "08:00", to: "09:00", timeZone: UTC, floor: 3 }', '.days: must not be empty'],
    ['{ days: [Mon, Funday], from: "08:00", to: "09:00", timeZone: UTC, floor: 3 }', `.days[1]: ${noWeekday}`],
    ['{ days: [Mon-], from: "08:00", to: "09:00", timeZone: UTC, floor: 3 }', `.days[0]: ${noWeekday}`],
    ['{ days: [1], from: "08:00", to: "09:00", timeZone: UTC, floor: 3 }', `.days[0]: ${noWeekday}`],
    ['{ starts: 0 8 * * *, lasts: 7d1s, timeZone: UTC, floor: 3 }', '.lasts: must be at most 7d'],
    [
      '{ starts: "*/15 * * * *", lasts: 1h, timeZone: UTC, floor: 3 }',
      '.starts: starts 96 times a day, over the most of 24; write fewer that last longer',
    ],
    ['{ starts: 0 8 31 2 *, lasts: 1h, timeZone: UTC, floor: 3 }', '.starts: never comes; no such day exists'],
    ['{ from: "08:00", to: "09:00", timeZone: UTC, lead: 25h, floor: 3 }', '.lead: must be at most 1d'],
    [
      '{ from: "08:00", to: "09:00", timeZone: CST, floor: 3 }',
      '.timeZone: is not an IANA time zone such as Asia/Shanghai, or UTC',
    ],
    ['{ from: "08:00", to: "09:00", timeZone: UTC, floor: 0 }', '.floor: must be at least 1'],
    ['{ from: "08:00", to: "09:00", timeZone: UTC, flor: 3 }', '.flor: unknown key; did you mean "floor"?'],
    [
      '{ from: "08:00", to: "09:00", timeZone: UTC, floor: 3, firstDay: 2026-02-30 }',
      '.firstDay: there is no day 2026-02-30; the last of that month is 2026-02-28',
    ],
    [
      '{ from: "08:00", to: "09:00", timeZone: UTC, floor: 3, lastDay: tomorrow }',
      '.lastDay: is not a day; write for example 2026-10-01',
    ],
    // What it says together with the rest.
    [
      '{ from: "08:00", to: "09:00", timeZone: UTC, floor: 3, firstDay: 2026-02-20, lastDay: 2026-02-19 }',
      '.lastDay: 2026-02-19 is before the firstDay of 2026-02-20',
    ],
    ['{ from: "08:00", to: "09:00", timeZone: UTC, floor: 41 }', ".floor: 41 is over the policy's replicas.max of 40"],
    ['{ from: "08:00", to: "09:00", timeZone: UTC, exact: 41 }', ".exact: 41 is over the policy's replicas.max of 40"],
    [
      '{ from: "08:00", to: "09:00", timeZone: UTC, ceiling: 1 }',
      ".ceiling: 1 is under the policy's replicas.min of 2",
    ],
    ['{ from: "08:00", to: "09:00", timeZone: UTC, exact: 1 }', ".exact: 1 is under the policy's replicas.min of 2"],
    ['{ from: "08:00", to: "09:00", timeZone: UTC, floor: 5, ceiling: 4 }', '.floor: 5 is over the ceiling of 4'],
    [
      '{ from: "08:00", to: "09:00", timeZone: UTC, floor: 3, only: [holiday] }',
      '.only[0]: there is no calendar "holiday" under calendars; did you mean "holidays"?',
    ],
    [
      '{ from: "08:00", to: "09:00", timeZone: UTC, floor: 3, except: [sales, constructor] }',
      '.except[1]: there is no calendar "constructor" under calendars',
    ],
    ['{ from: "08:00", to: "09:00", timeZone: UTC, floor: 3, only: [] }', '.only: must not be empty'],
    [
      '{ from: "08:00", to: "09:00", timeZone: UTC, floor: 3, only: [sales], except: [sales] }',
      ': never comes: no day is allowed by its days or starts, its dates and its calendars all together',
    ],
    [
      // The second Monday of October 2026 is the 12th.
      '{ starts: 0 8 * * 1#2, lasts: 1h, timeZone: UTC, floor: 3, only: [holidays], firstDay: 2026-10-01, lastDay: 2026-10-31 }',
      ': never comes: no day is allowed by its days or starts, its dates and its calendars all together',
    ],
  ])('%s', (schedule, problem) => {
    const problems = checkConfiguration(withSchedules(`one: ${schedule}`), 'a.yaml').problems;
    expect(problems.map(({ message, path }) => `${path}: ${message}`)).toEqual([
      `policies.web.schedules.one${problem}`,
    ]);
    expect(problems.map(({ line }) => line)).toEqual([19]);
  });

  it.each([
    'one: { days: [Mon, tuesday, WED, Thurs, Fri., Sat-Sun], from: 8:00, to: 08:00, timeZone: UTC, floor: 3 }',
    'one: { days: [daily], from: 08:00, to: 09:00, timeZone: UTC, floor: 40, ceiling: 40, lead: 24h }',
    // Not before 2031.
    'one: { days: [Tue], from: 08:00, to: 09:00, timeZone: UTC, floor: 3, only: [sales], firstDay: 2026-11-12 }',
    'one: { starts: 0 8 29 2 *, lasts: 1h, timeZone: UTC, floor: 3 }',
    'one: { from: 08:00, to: 09:00, timeZone: UTC, floor: 3, lastDay: 2001-01-01 }',
  ])('is none of %s', (schedule) => {
    expect(problemsOf(withSchedules(schedule))).toEqual([]);
  });

  it('is told with its line and column', () => {
    const text = withSchedules('one:', '  from: "08:00"', '  to: "09:00"', '  timeZone: UTC', '  floor: 41');
    expect(problemsOf(text)).toEqual([
      "a.yaml:23:16 policies.web.schedules.one.floor: 41 is over the policy's replicas.max of 40",
    ]);
  });

  it('is too many of them', () => {
    const lines = Array.from({ length: 32 }, (_, n) => `s${n}: { from: 0:00, to: 1:00, timeZone: UTC, floor: 2 }`);
    expect(problemsOf(withSchedules(...lines))).toEqual([
      'a.yaml:18:7 policies.web.schedules: must be at most 32 schedules',
    ]);
  });
});

describe('a mistake in a calendar', () => {
  it.each([
    ['[every 11-11, 2026-11-11]', []],
    ['[]', ['a.yaml:4:10 calendars.sales: must not be empty']],
    ['', ['a.yaml:4:10 calendars.sales: is empty; a list is expected']],
    [
      '[2026-02-30, every 06-18]',
      ['a.yaml:4:11 calendars.sales[0]: there is no day 2026-02-30; the last of that month is 2026-02-28'],
    ],
    [
      '[every 06-18, every  06-18]',
      ['a.yaml:4:24 calendars.sales[1]: is in "every 06-18" of this calendar already, at least in part'],
    ],
    [
      '[2026-06-01..2026-06-18, 2026-06-18..2026-06-20, 2026-06-21]',
      ['a.yaml:4:35 calendars.sales[1]: is in "2026-06-01..2026-06-18" of this calendar already, at least in part'],
    ],
  ])('%s', (days, problems) => {
    const text = withSchedules().replace('sales: [every 11-11]', `sales: ${days}`);
    expect(problemsOf(text)).toEqual(problems);
  });

  it('is a name that is none', () => {
    expect(problemsOf(withSchedules().replaceAll('sales', 'Sales'))).toEqual([
      'a.yaml:4:3 calendars.Sales: must be 1 to 63 small letters, digits and hyphens, begin with a letter and not end with a hyphen',
      'a.yaml:18:75 policies.web.schedules.used.only[1]: must be 1 to 63 small letters, digits and hyphens, begin with a letter and not end with a hyphen',
    ]);
  });
});

describe('days that are over', () => {
  const TEXT = smallestWith(
    'version: 1\n',
    `version: 1
calendars:
  last-year: [2025-10-01..2025-10-07, 2025-12-31]
  yearly: [2025-10-01, every 10-02]
  some: [2025-12-31, 2026-01-02]
`,
  ).concat(`    schedules:
      ended: { from: 08:00, to: 22:00, timeZone: UTC, floor: 3, lastDay: 2025-12-31 }
      sale: { from: 08:00, to: 22:00, timeZone: UTC, floor: 3, only: [last-year] }
      sales: { from: 08:00, to: 22:00, timeZone: UTC, floor: 3, only: [yearly, some] }
      daily: { from: 08:00, to: 22:00, timeZone: UTC, floor: 3, except: [last-year] }
    loadBalancers:
      schedules:
        extra: { from: 22:00, to: 06:00, timeZone: America/Los_Angeles, floor: 1, lastDay: 2025-12-31 }
`);

  function warningsAt(now: string | undefined): readonly string[] {
    const at = now === undefined ? undefined : Date.parse(now);
    const { configuration, problems, warnings } = checkConfiguration(TEXT, 'a.yaml', at);
    expect(problems.map(problemText)).toEqual([]);
    expect(configuration?.version).toBe(1);
    return warnings.map(problemText);
  }

  const CALENDAR = 'a.yaml:3:3 calendars.last-year: all of its days are over, the last on 2025-12-31';
  const ENDED = 'a.yaml:19:74 policies.web.schedules.ended.lastDay: no window comes any more after 2025-12-31';
  const SALE = 'a.yaml:20:7 policies.web.schedules.sale: no window comes any more: its days are over';
  const EXTRA =
    'a.yaml:25:92 policies.web.loadBalancers.schedules.extra.lastDay: no window comes any more after 2025-12-31';

  it.each([
    ['2025-12-31T21:59:59Z', []],
    // The day is not over on all clocks, but its last window is.
    ['2025-12-31T22:00:00Z', [ENDED, SALE]],
    ['2026-01-01T11:59:59Z', [ENDED, SALE]],
    ['2026-01-01T12:00:00Z', [CALENDAR, ENDED, SALE]],
    ['2026-01-01T13:59:59Z', [CALENDAR, ENDED, SALE]],
    ['2026-01-01T14:00:00Z', [CALENDAR, ENDED, SALE, EXTRA]],
  ])('at %s are warnings', (now, expected) => {
    expect(warningsAt(now)).toEqual(expected);
  });

  it('are not looked for where it is not known what day it is', () => {
    expect(warningsAt(undefined)).toEqual([]);
  });
});

describe('a calendar that nobody names', () => {
  const text = smallestWith('version: 1\n', CALENDARS);

  it('is a warning', () => {
    const { configuration, warnings } = checkConfiguration(text, 'a.yaml');
    expect(warnings.map(problemText)).toEqual([
      'a.yaml:3:3 calendars.holidays: no schedule names this calendar',
      'a.yaml:4:3 calendars.sales: no schedule names this calendar',
    ]);
    expect(configuration?.version).toBe(1);
  });

  it('is none while a name is misspelt', () => {
    const misspelt = withSchedules('one: { from: 0:00, to: 1:00, timeZone: UTC, floor: 2, only: [sale] }').replace(
      ', only: [holidays, sales]',
      '',
    );
    expect(checkConfiguration(misspelt, 'a.yaml').warnings).toEqual([]);
  });
});

describe('schedules of one policy that contradict each other', () => {
  function contradictionsOf(...schedules: readonly string[]): readonly string[] {
    return checkConfiguration(withSchedules(...schedules), 'a.yaml').problems.map(
      ({ line, message, rule }) => `${rule} ${line} ${message}`,
    );
  }

  it('are told with both names and the first instant of an example', () => {
    expect(
      contradictionsOf(
        'night: { from: "22:00", to: "08:30", timeZone: Asia/Shanghai, ceiling: 8 }',
        'day: { from: "08:00", to: "22:00", timeZone: Asia/Shanghai, lead: 30m, floor: 20 }',
      ),
    ).toEqual([
      'contradictingSchedules 20 "day" wants at least 20 replicas, while "night" allows at most 8; both hold, for example, at 2027-01-01 08:00 in Asia/Shanghai. Move one of them, let it except the day, or change a number',
    ]);
  });

  it('are told whichever comes first', () => {
    expect(
      contradictionsOf(
        'day: { from: "08:00", to: "22:00", timeZone: UTC, exact: 20 }',
        'noon: { starts: 0 12 * * 1-5, lasts: 1h, timeZone: UTC, exact: 8 }',
      ),
    ).toEqual([
      'contradictingSchedules 20 "day" wants at least 20 replicas, while "noon" allows at most 8; both hold, for example, at 2027-01-01 12:00 in UTC. Move one of them, let it except the day, or change a number',
    ]);
  });

  it.each([
    // One after the other.
    [
      'a: { from: "08:00", to: "22:00", timeZone: Europe/Berlin, floor: 20 }',
      'b: { from: "22:00", to: "08:00", timeZone: Europe/Berlin, ceiling: 8 }',
    ],
    // A lead may begin before the other ends.
    [
      'a: { from: "08:00", to: "22:00", timeZone: UTC, lead: 30m, floor: 20 }',
      'b: { from: "22:00", to: "08:00", timeZone: UTC, ceiling: 8 }',
    ],
    // On other days.
    [
      'a: { days: [Mon-Fri], from: "08:00", to: "22:00", timeZone: UTC, floor: 20 }',
      'b: { starts: 0 8 * * 6-7, lasts: 24h, timeZone: UTC, ceiling: 8 }',
    ],
    [
      'a: { starts: 0 8 1-15 * *, lasts: 14h, timeZone: UTC, floor: 20 }',
      'b: { starts: 0 8 16-31 * *, lasts: 14h, timeZone: UTC, ceiling: 8 }',
    ],
    [
      'a: { starts: 0 8 * * 1#1, lasts: 14h, timeZone: UTC, floor: 20 }',
      'b: { starts: 0 8 * * 1#2, lasts: 14h, timeZone: UTC, ceiling: 8 }',
    ],
    // In the place of the other.
    [
      'a: { from: "00:00", to: "24:00", timeZone: UTC, only: [sales], floor: 20 }',
      'b: { from: "00:00", to: "24:00", timeZone: UTC, except: [sales], ceiling: 8 }',
    ],
    // Before and after a day.
    [
      'a: { from: "08:00", to: "22:00", timeZone: UTC, lastDay: 2026-06-30, floor: 20 }',
      'b: { from: "08:00", to: "22:00", timeZone: UTC, firstDay: 2026-07-01, ceiling: 8 }',
    ],
    // No floor over a ceiling.
    [
      'a: { from: "08:00", to: "22:00", timeZone: UTC, floor: 8 }',
      'b: { from: "08:00", to: "22:00", timeZone: UTC, ceiling: 8 }',
    ],
    // Shanghai is six or seven hours ahead of Berlin.
    [
      'a: { from: "15:00", to: "16:00", timeZone: Asia/Shanghai, floor: 20 }',
      'b: { from: "10:00", to: "14:00", timeZone: Europe/Berlin, ceiling: 8 }',
    ],
  ])('are not %s and %s', (one, other) => {
    expect(contradictionsOf(one, other)).toEqual([]);
  });

  it.each([
    // Only while Berlin is six hours behind.
    [
      'a: { from: "15:00", to: "16:00", timeZone: Asia/Shanghai, floor: 20 }',
      'b: { from: "09:00", to: "09:30", timeZone: Europe/Berlin, ceiling: 8 }',
      '2027-03-28 15:00 in Asia/Shanghai',
    ],
    // Only in the night in which clocks show the hour twice.
    [
      'a: { from: "02:30", to: "22:00", timeZone: Europe/Berlin, floor: 20 }',
      'b: { from: "22:00", to: "02:30", timeZone: Europe/Berlin, ceiling: 8 }',
      '2027-10-31 02:30 in Europe/Berlin',
    ],
    // The 11th of November is a Sunday in 2029 for the first time.
    [
      'a: { from: "08:00", to: "10:00", timeZone: UTC, only: [sales], floor: 20 }',
      'b: { days: [Sun], from: "09:00", to: "09:30", timeZone: UTC, ceiling: 8 }',
      '2029-11-11 09:00 in UTC',
    ],
    // A leap day is a Tuesday in 2028, and in 2056 again.
    [
      'a: { starts: 0 0 29 2 *, lasts: 24h, timeZone: UTC, floor: 20 }',
      'b: { days: [Mon], from: "23:30", to: "00:30", timeZone: UTC, ceiling: 8 }',
      '2028-02-29 00:00 in UTC',
    ],
    // Within dates that are over long before the years that are looked through otherwise.
    [
      'a: { from: "08:00", to: "10:00", timeZone: UTC, firstDay: 2020-03-01, lastDay: 2020-03-01, floor: 20 }',
      'b: { from: "09:00", to: "11:00", timeZone: UTC, ceiling: 8 }',
      '2020-03-01 09:00 in UTC',
    ],
    [
      'a: { from: "08:00", to: "10:00", timeZone: UTC, only: [holidays], firstDay: 2090-01-01, floor: 20 }',
      'b: { from: "09:00", to: "11:00", timeZone: UTC, ceiling: 8 }',
      '2090-01-01 09:00 in UTC',
    ],
  ])('are %s and %s', (one, other, at) => {
    expect(contradictionsOf(one, other)).toEqual([expect.stringContaining(`both hold, for example, at ${at}.`)]);
  });

  it('are each told', () => {
    const problems = contradictionsOf(
      'a: { from: 08:00, to: 22:00, timeZone: UTC, floor: 20 }',
      'b: { from: 08:00, to: 22:00, timeZone: UTC, ceiling: 8 }',
      'c: { from: 08:00, to: 22:00, timeZone: UTC, exact: 10 }',
    );
    expect(problems.map((problem) => problem.slice(0, 62))).toEqual([
      'contradictingSchedules 20 "a" wants at least 20 replicas, whil',
      'contradictingSchedules 21 "a" wants at least 20 replicas, whil',
      'contradictingSchedules 21 "c" wants at least 10 replicas, whil',
    ]);
  });

  it('in different policies are none', () => {
    const text = withSchedules('a: { from: 08:00, to: 22:00, timeZone: UTC, floor: 20 }')
      .replace('policy: web\n', 'policy: web\n  second: { regions: [cn-hangzhou], policy: api }\n')
      .concat(`  api:
    replicas: { min: 1, max: 9 }
    signals: [{ metric: requests, target: 5 }]
    schedules: { b: { from: 08:00, to: 22:00, timeZone: UTC, ceiling: 8 } }
`);
    expect(problemsOf(text)).toEqual([]);
  });

  it('are not looked for in what is wrong already', () => {
    expect(
      contradictionsOf(
        'a: { from: 08:00, to: 22:00, timeZone: UTC, floor: 20, only: [sale] }',
        'b: { from: 08:00, to: 22:00, timeZone: UTC, ceiling: 8 }',
        'c: { from: 08:00, to: 25:00, timeZone: UTC, floor: 30 }',
      ).map((problem) => problem.slice(0, 18)),
    ).toEqual(['unknownCalendar 19', 'schema 21 is not a']);
  });
});
