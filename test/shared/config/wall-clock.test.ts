import { dayText, parseDay } from '../../../shared/config/local-day';
import { clocksChange, instantsOf, localDayAt, wallClockText } from '../../../shared/config/wall-clock';

function day(text: string): number {
  const parsed = parseDay(text);
  if (parsed === undefined) throw new Error(`no day ${text}`);
  return parsed;
}

function minutes(text: string): number {
  const [hours = '', more = ''] = text.split(':');
  return Number(hours) * 60 + Number(more);
}

describe('the instants of a wall-clock time', () => {
  it.each([
    ['UTC', '2026-07-01', '08:00', '2026-07-01T08:00Z', '2026-07-01T08:00Z'],
    ['Asia/Shanghai', '2026-07-01', '08:00', '2026-07-01T00:00Z', '2026-07-01T00:00Z'],
    ['Asia/Shanghai', '2026-12-31', '24:00', '2026-12-31T16:00Z', '2026-12-31T16:00Z'],
    ['Asia/Kolkata', '2026-07-01', '00:00', '2026-06-30T18:30Z', '2026-06-30T18:30Z'],
    ['Pacific/Kiritimati', '2026-07-01', '00:00', '2026-06-30T10:00Z', '2026-06-30T10:00Z'],
    ['Pacific/Niue', '2026-07-01', '23:59', '2026-07-02T10:59Z', '2026-07-02T10:59Z'],
    // Berlin skips 02:00 to 03:00 on 2026-03-29 and repeats it on 2026-10-25.
    ['Europe/Berlin', '2026-03-29', '01:59', '2026-03-29T00:59Z', '2026-03-29T00:59Z'],
    ['Europe/Berlin', '2026-03-29', '02:00', '2026-03-29T01:00Z', '2026-03-29T01:00Z'],
    ['Europe/Berlin', '2026-03-29', '02:59', '2026-03-29T01:00Z', '2026-03-29T01:00Z'],
    ['Europe/Berlin', '2026-03-29', '03:00', '2026-03-29T01:00Z', '2026-03-29T01:00Z'],
    ['Europe/Berlin', '2026-10-25', '01:59', '2026-10-24T23:59Z', '2026-10-24T23:59Z'],
    ['Europe/Berlin', '2026-10-25', '02:00', '2026-10-25T00:00Z', '2026-10-25T01:00Z'],
    ['Europe/Berlin', '2026-10-25', '02:59', '2026-10-25T00:59Z', '2026-10-25T01:59Z'],
    ['Europe/Berlin', '2026-10-25', '03:00', '2026-10-25T02:00Z', '2026-10-25T02:00Z'],
    // New York: 2026-03-08 and 2026-11-01.
    ['America/New_York', '2026-03-08', '02:30', '2026-03-08T07:00Z', '2026-03-08T07:00Z'],
    ['America/New_York', '2026-11-01', '01:30', '2026-11-01T05:30Z', '2026-11-01T06:30Z'],
    // Havana skips and repeats the hour after midnight.
    ['America/Havana', '2026-03-08', '00:00', '2026-03-08T05:00Z', '2026-03-08T05:00Z'],
    ['America/Havana', '2026-03-07', '24:00', '2026-03-08T05:00Z', '2026-03-08T05:00Z'],
    ['America/Havana', '2026-11-01', '00:30', '2026-11-01T04:30Z', '2026-11-01T05:30Z'],
    // Lord Howe moves by half an hour.
    ['Australia/Lord_Howe', '2026-10-04', '02:15', '2026-10-03T15:30Z', '2026-10-03T15:30Z'],
    ['Australia/Lord_Howe', '2026-04-05', '01:45', '2026-04-04T14:45Z', '2026-04-04T15:15Z'],
    // Samoa left out a whole day, which is the longest gap there has been.
    ['Pacific/Apia', '2011-12-30', '12:00', '2011-12-30T10:00Z', '2011-12-30T10:00Z'],
    ['Pacific/Apia', '2011-12-31', '00:00', '2011-12-30T10:00Z', '2011-12-30T10:00Z'],
  ])('%s on %s at %s: %s and %s', (zone, date, time, first, last) => {
    expect(instantsOf(zone, day(date), minutes(time))).toEqual({ first: Date.parse(first), last: Date.parse(last) });
  });
});

describe('the day on the wall', () => {
  it.each([
    ['UTC', '2026-12-31T23:59:59.999Z', '2026-12-31', '2026-12-31 23:59'],
    ['Asia/Shanghai', '2026-12-31T15:59:59.999Z', '2026-12-31', '2026-12-31 23:59'],
    ['Asia/Shanghai', '2026-12-31T16:00:00Z', '2027-01-01', '2027-01-01 00:00'],
    ['America/Havana', '2026-03-08T04:59:59Z', '2026-03-07', '2026-03-07 23:59'],
    ['America/Havana', '2026-03-08T05:00:00Z', '2026-03-08', '2026-03-08 01:00'],
    ['America/St_Johns', '2028-03-01T03:29:59Z', '2028-02-29', '2028-02-29 23:59'],
  ])('in %s at %s is %s', (zone, at, date, text) => {
    expect(dayText(localDayAt(zone, Date.parse(at)))).toBe(date);
    expect(wallClockText(zone, Date.parse(at))).toBe(text);
  });
});

describe('a change of the clocks', () => {
  it('is on the day that it is', () => {
    const days = Array.from({ length: 365 }, (_, place) => day('2026-01-01') + place);
    const changes = (zone: string) => days.filter((each) => clocksChange(zone, each)).map(dayText);
    expect(changes('Europe/Berlin')).toEqual(['2026-03-29', '2026-10-25']);
    expect(changes('America/New_York')).toEqual(['2026-03-08', '2026-11-01']);
    expect(changes('Asia/Shanghai')).toEqual([]);
    // A pause of summer time in Ramadan.
    expect(changes('Africa/Casablanca')).toEqual(['2026-02-15', '2026-03-22']);
  });
});
