import { CronExpression, lastStart, nextStart, TimeZone } from '../../../shared/config/calendar';

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
    ['0 0 2 * * 6', 'is not a cron expression; write five fields: minute, hour, day of month, month, day of week'],
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
