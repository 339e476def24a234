import { isEndless, maintenanceAt } from '../../../shared/config/maintenance';

const HOUR = 3_600_000;

function untilAt(window: { starts: string; timeZone: string; lasts: number }, at: string): string | undefined {
  const maintenance = maintenanceAt([{ ...window, reason: 'upgrade' }], Date.parse(at));
  return maintenance === undefined ? undefined : new Date(maintenance.until).toISOString();
}

describe('maintenance', () => {
  const saturdays = { starts: '0 2 * * 6', timeZone: 'Asia/Shanghai', lasts: 2 * HOUR };

  it.each([
    ['2026-11-20T17:59:59.999Z', undefined],
    ['2026-11-20T18:00:00.000Z', '2026-11-20T20:00:00.000Z'],
    ['2026-11-20T19:59:59.999Z', '2026-11-20T20:00:00.000Z'],
    ['2026-11-20T20:00:00.000Z', undefined],
    ['2026-11-21T18:30:00.000Z', undefined],
  ])('on Saturdays from two to four in Shanghai: %s', (at, until) => {
    expect(untilAt(saturdays, at)).toBe(until);
  });

  it('crosses midnight, the month and the year', () => {
    const night = { starts: '0 23 31 12 *', timeZone: 'UTC', lasts: 4 * HOUR };
    expect(untilAt(night, '2027-01-01T02:59:59Z')).toBe('2027-01-01T03:00:00.000Z');
    expect(untilAt(night, '2027-01-01T03:00:00Z')).toBeUndefined();
  });

  it('starts again while it is on', () => {
    const often = { starts: '0,30 8 * * *', timeZone: 'UTC', lasts: HOUR };
    expect(untilAt(often, '2026-11-20T08:29:00Z')).toBe('2026-11-20T09:00:00.000Z');
    expect(untilAt(often, '2026-11-20T08:30:00Z')).toBe('2026-11-20T09:30:00.000Z');
  });

  // Berlin, 2026-03-29: 02:00 to 03:00 does not exist; 01:00Z is 03:00 by the clock on the wall.
  it.each([
    ['2026-03-29T00:59:59Z', undefined],
    ['2026-03-29T01:00:00Z', '2026-03-29T03:00:00.000Z'],
    ['2026-03-29T02:59:59Z', '2026-03-29T03:00:00.000Z'],
    ['2026-03-29T03:00:00Z', undefined],
    ['2026-03-30T00:30:00Z', '2026-03-30T02:30:00.000Z'],
  ])('starts after the hour that the clocks skip: %s', (at, until) => {
    expect(untilAt({ starts: '30 2 * * *', timeZone: 'Europe/Berlin', lasts: 2 * HOUR }, at)).toBe(until);
  });

  // Berlin, 2026-10-25: 02:30 is at 00:30Z and again at 01:30Z.
  it.each([
    ['2026-10-25T00:29:59Z', undefined],
    ['2026-10-25T00:30:00Z', '2026-10-25T01:00:00.000Z'],
    ['2026-10-25T00:59:59Z', '2026-10-25T01:00:00.000Z'],
    ['2026-10-25T01:00:00Z', undefined],
    ['2026-10-25T01:45:00Z', undefined],
    ['2026-10-26T01:30:00Z', '2026-10-26T02:00:00.000Z'],
  ])('starts once in the hour that the clocks repeat: %s', (at, until) => {
    expect(untilAt({ starts: '30 2 * * *', timeZone: 'Europe/Berlin', lasts: HOUR / 2 }, at)).toBe(until);
  });

  it('lasts as long in the night that is longer by the clock', () => {
    const night = { starts: '0 1 * * *', timeZone: 'Europe/Berlin', lasts: 3 * HOUR };
    // 01:00 is 23:00Z the day before; three hours later the clock says 03:00, not 04:00.
    expect(untilAt(night, '2026-10-25T01:59:59Z')).toBe('2026-10-25T02:00:00.000Z');
    expect(untilAt(night, '2026-10-25T02:00:00Z')).toBeUndefined();
  });

  it('of several windows is the one that ends last', () => {
    const windows = [
      { starts: '0 2 * * *', timeZone: 'UTC', lasts: HOUR, reason: 'short' },
      { starts: '0 1 * * *', timeZone: 'UTC', lasts: 4 * HOUR, reason: 'long' },
      { starts: '0 9 * * *', timeZone: 'UTC', lasts: 9 * HOUR, reason: 'other' },
    ];
    expect(maintenanceAt(windows, Date.parse('2026-11-20T02:30:00Z'))).toEqual({
      reason: 'long',
      until: Date.parse('2026-11-20T05:00:00Z'),
    });
    expect(maintenanceAt(windows, Date.parse('2026-11-20T06:00:00Z'))).toBeUndefined();
    expect(maintenanceAt([], Date.parse('2026-11-20T02:30:00Z'))).toBeUndefined();
  });
});

describe('a window', () => {
  it.each([
    ['* * * * *', HOUR / 60, true],
    ['0 * * * *', HOUR, true],
    ['0 2 * * *', 24 * HOUR, true],
    ['0 2 * * 6', 168 * HOUR, true],
    ['0 * * * *', HOUR - 1_000, false],
    ['0 2 * * 6', 167 * HOUR, false],
    ['0 0-22 * * *', HOUR, false],
    ['0 0 1 * *', 168 * HOUR, false],
  ])('at %s that lasts %d ms is endless: %s', (starts, lasts, endless) => {
    expect(isEndless({ starts, timeZone: 'UTC', lasts, reason: 'x' })).toBe(endless);
  });
});
