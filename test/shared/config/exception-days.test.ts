import { Calendar, Calendars, calendarEnds, covers, nextIn } from '../../../shared/config/exception-days';
import { dayText, parseDay, weekdayOf } from '../../../shared/config/local-day';

function messageOf(days: unknown): string | undefined {
  return Calendar.safeParse(days).error?.issues[0]?.message;
}

/** The days of a calendar from 2024 to 2040, asked one after the other. */
function daysOf(written: readonly string[], from: string, to: string): readonly string[] {
  const calendar = Calendar.parse(written);
  const days: string[] = [];
  for (let day = parseDay(from) ?? Number.NaN; day <= (parseDay(to) ?? Number.NaN); day++) {
    if (covers(calendar, day)) days.push(dayText(day));
  }
  return days;
}

describe('a day', () => {
  it.each([
    ['2000-01-01', 6],
    ['2026-11-22', 0],
    ['2028-02-29', 2],
    ['2099-12-31', 4],
  ])('%s is read and falls on weekday %d', (text, weekday) => {
    const day = parseDay(text);
    expect(day === undefined ? undefined : [dayText(day), weekdayOf(day)]).toEqual([text, weekday]);
  });

  it.each([
    '2026-02-29',
    '2026-04-31',
    '2026-13-01',
    '2026-00-10',
    '2026-01-00',
    '1999-12-31',
    '2100-01-01',
    '2026-1-1',
    '',
    '2026-01-01T00:00:00Z',
  ])('%j is none', (text) => {
    expect(parseDay(text)).toBeUndefined();
  });

  it('before 1970 has its weekday as well', () => {
    expect([weekdayOf(-1), weekdayOf(-7), weekdayOf(-8)]).toEqual([3, 4, 3]);
  });
});

describe('a calendar', () => {
  it('holds single days, ranges and days of every year', () => {
    expect(daysOf(['2026-10-01..2026-10-03', '2026-12-25', 'every 01-01'], '2025-12-30', '2028-01-02')).toEqual([
      '2026-01-01',
      '2026-10-01',
      '2026-10-02',
      '2026-10-03',
      '2026-12-25',
      '2027-01-01',
      '2028-01-01',
    ]);
  });

  it('has a 29 February in leap years only', () => {
    expect(daysOf(['every 02-29'], '2025-01-01', '2033-01-01')).toEqual(['2028-02-29', '2032-02-29']);
  });

  it.each([
    ['2026-09-30', '2026-10-01'],
    ['2026-10-05', '2026-10-05'],
    ['2026-10-07', '2026-10-07'],
    ['2026-10-08', '2027-02-14'],
    ['2027-02-15', '2028-02-14'],
  ])('from %s on comes next on %s', (from, next) => {
    const found = nextIn(Calendar.parse(['every 02-14', '2026-10-01..2026-10-07']), parseDay(from) ?? 0);
    expect(found === undefined ? undefined : dayText(found)).toBe(next);
  });

  it('is over after its last day', () => {
    const calendar = Calendar.parse(['2026-10-01..2026-10-07']);
    expect(nextIn(calendar, parseDay('2026-10-08') ?? 0)).toBeUndefined();
    expect(covers(calendar, parseDay('2026-10-08') ?? 0)).toBe(false);
  });

  it('goes over a century without a leap day', () => {
    const found = nextIn(Calendar.parse(['every 02-29']), parseDay('2099-01-01') ?? 0);
    expect(found === undefined ? undefined : dayText(found)).toBe('2104-02-29');
  });

  const forms = 'is not a day; write 2026-10-01 for a day, 2026-10-01..2026-10-07 for several, or every 10-01';
  it.each([
    ['2026-02-30', 'there is no day 2026-02-30; the last of that month is 2026-02-28'],
    ['2028-02-30', 'there is no day 2028-02-30; the last of that month is 2028-02-29'],
    ['2026-04-31', 'there is no day 2026-04-31; the last of that month is 2026-04-30'],
    ['2026-31-12', 'there is no day 2026-31-12; months go from 01 to 12, and come before the day'],
    ['2026-10-00', 'there is no day 2026-10-00; days go from 01'],
    ['2026-10-01..2026-10-32', 'there is no day 2026-10-32; the last of that month is 2026-10-31'],
    ['2026-10-07..2026-10-01', 'ends before it begins; 2026-10-01 is earlier than 2026-10-07'],
    ['every 02-30', 'there is no day 02-30 in any year'],
    ['every 13-01', 'there is no day 13-01 in any year'],
    ['every 01-00', 'there is no day 01-00 in any year'],
    ['every 12-24..12-26', forms],
    ['2026-10-01...2026-10-07', forms],
    ['2026-10-01..', forms],
    ['2026-10-01..2026-10-03..2026-10-05', forms],
    ['2026/10/01', forms],
    ['1 October 2026', forms],
    ['3026-10-01', forms],
    ['', forms],
    [20261001, forms],
    [{ from: '2026-10-01', to: '2026-10-07' }, forms],
  ])('cannot hold %j', (day, message) => {
    expect(messageOf([day])).toBe(message);
  });
});

describe('calendarEnds', () => {
  it('tells the last dated day of each calendar', () => {
    const calendars = Calendars.parse({
      holidays: ['2027-10-01..2027-10-07', '2026-01-01', 'every 12-25'],
      sales: ['every 11-11'],
    });
    expect(calendarEnds(calendars)).toEqual([
      { calendar: 'holidays', lastDay: '2027-10-07' },
      { calendar: 'sales', lastDay: undefined },
    ]);
    expect(calendarEnds({})).toEqual([]);
  });
});
