import { CronExpression, cronDays, lastStart, nextStart, TimeZone } from '../../../shared/config/calendar';
import { dayText, parseDay } from '../../../shared/config/local-day';

function messageOf(schema: typeof CronExpression | typeof TimeZone, value: unknown): string | undefined {
  return schema.safeParse(value).error?.issues[0]?.message;
}

describe('a cron expression', () => {
  it.each(['0 2 * * 6', '*/15 8-18 * * 1-5', '0 2 * * FRI', '0 0 L * *', '0 2 29 2 *', ' 0  2 * * 7 '])(
    '%j is one',
    (text) => {
      expect(CronExpression.parse(text)).toBe(text);
    },
  );

  it.each([
    ['0 0 2 * * 6', 'has six fields; leave the seconds out: minute, hour, day of month, month, day of week'],
    ['0 2 * *', 'is not a cron expression; write five fields: minute, hour, day of month, month, day of week'],
    ['@daily', 'is not a cron expression; write five fields: minute, hour, day of month, month, day of week'],
    ['', 'is not a cron expression; write five fields: minute, hour, day of month, month, day of week'],
    [
      '2026-01-01T00:00:00',
      'is not a cron expression; write five fields: minute, hour, day of month, month, day of week',
    ],
    ['60 2 * * *', 'is not a cron expression; Invalid value for minute: 60'],
    ['0 2 * * 8', 'is not a cron expression; Invalid value for dayOfWeek: 8'],
    ['a b c d e', 'is not a cron expression; configuration entry 1 (a) contains illegal characters.'],
    ['0 2 31 2 *', 'never comes; no such day exists'],
  ])('%j is none', (text, message) => {
    expect(messageOf(CronExpression, text)).toBe(message);
  });
});

describe('a time zone', () => {
  it.each(['Asia/Shanghai', 'UTC', 'Europe/Berlin', 'America/Argentina/Buenos_Aires', 'Etc/GMT-8'])(
    '%s is one',
    (text) => {
      expect(TimeZone.parse(text)).toBe(text);
    },
  );

  it.each([
    ['Asia/Shangai', 'is not an IANA time zone such as Asia/Shanghai, or UTC; did you mean "Asia/Shanghai"?'],
    ['Shanghai', 'is not an IANA time zone such as Asia/Shanghai, or UTC; did you mean "Asia/Shanghai"?'],
    // Cities without a zone of their own; by spelling, Beijing is near Beirut and Mumbai near nothing.
    ['Asia/Beijing', 'is not an IANA time zone such as Asia/Shanghai, or UTC; did you mean "Asia/Shanghai"?'],
    ['Beijing', 'is not an IANA time zone such as Asia/Shanghai, or UTC; did you mean "Asia/Shanghai"?'],
    ['Asia/Shen_Zhen', 'is not an IANA time zone such as Asia/Shanghai, or UTC; did you mean "Asia/Shanghai"?'],
    ['Asia/Mumbai', 'is not an IANA time zone such as Asia/Shanghai, or UTC; did you mean "Asia/Kolkata"?'],
    ['Europe/Frankfurt', 'is not an IANA time zone such as Asia/Shanghai, or UTC; did you mean "Europe/Berlin"?'],
    ['Asia/Beirutt', 'is not an IANA time zone such as Asia/Shanghai, or UTC; did you mean "Asia/Beirut"?'],
    // Intl takes it for Chicago.
    ['CST', 'is not an IANA time zone such as Asia/Shanghai, or UTC'],
    ['+08:00', 'is not an IANA time zone such as Asia/Shanghai, or UTC'],
    ['', 'is not an IANA time zone such as Asia/Shanghai, or UTC'],
  ])('%j is none', (text, message) => {
    expect(messageOf(TimeZone, text)).toBe(message);
  });
});

describe('a start', () => {
  it.each([
    ['just before', '2026-11-20T17:59:59.999Z', '2026-11-13T18:00:00.000Z', '2026-11-20T18:00:00.000Z'],
    ['at the instant', '2026-11-20T18:00:00.000Z', '2026-11-20T18:00:00.000Z', '2026-11-27T18:00:00.000Z'],
    ['just after', '2026-11-20T18:00:00.001Z', '2026-11-20T18:00:00.000Z', '2026-11-27T18:00:00.000Z'],
  ])('on Saturdays at two in Shanghai, seen %s', (_, at, last, next) => {
    expect(lastStart('0 2 * * 6', 'Asia/Shanghai', Date.parse(at))).toBe(Date.parse(last));
    expect(nextStart('0 2 * * 6', 'Asia/Shanghai', Date.parse(at))).toBe(Date.parse(next));
  });
});

describe('the days of a cron expression', () => {
  function next(expression: string, from: string): readonly (string | undefined)[] {
    const first = cronDays(expression).nextDay(parseDay(from) ?? 0);
    const second = first === undefined ? undefined : cronDays(expression).nextDay(first + 1);
    return [first, second].map((day) => (day === undefined ? undefined : dayText(day)));
  }

  it.each([
    ['0 8 * * 1-5', '2026-11-20', '2026-11-20', '2026-11-23'],
    ['0 8 * * SUN', '2026-11-20', '2026-11-22', '2026-11-29'],
    ['0 8 * * 1#2', '2026-11-20', '2026-12-14', '2027-01-11'],
    ['0 8 * * 5#L', '2026-11-20', '2026-11-27', '2026-12-25'],
    ['0 8 L * *', '2026-11-30', '2026-11-30', '2026-12-31'],
    ['0 8 29 2 *', '2026-11-20', '2028-02-29', '2032-02-29'],
    // Either, as cron has always had it.
    ['0 8 1 * 1', '2026-11-24', '2026-11-30', '2026-12-01'],
  ])('%s from %s on are %s and %s', (expression, from, first, second) => {
    expect(next(expression, from)).toEqual([first, second]);
  });

  it.each([
    ['30 8 * * *', [510], [0, 1, 2, 3, 4, 5, 6]],
    ['0 8,18 * * 1-5', [480, 1080], [1, 2, 3, 4, 5]],
    ['15,45 0-1 * * sat', [15, 45, 75, 105], [6]],
    ['0 8 * 12 1', [480], undefined],
    ['0 8 1 * 1', [480], undefined],
    ['0 8 * * 1#2', [480], undefined],
    ['0 8 * * 5L', [480], undefined],
  ])('%s starts at the minutes %j on the weekdays %j', (expression, minutes, weekdays) => {
    const found = cronDays(expression);
    expect(found.minutes).toEqual(minutes);
    expect(found.weekdays === undefined ? undefined : [...found.weekdays].sort()).toEqual(weekdays);
  });
});
