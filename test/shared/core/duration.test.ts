import fc from 'fast-check';
import { formatDuration, parseDuration } from '../../../shared/core/duration';

describe('parseDuration', () => {
  it.each([
    ['0s', 0],
    ['1s', 1_000],
    ['90s', 90_000],
    ['5m', 300_000],
    ['90m', 5_400_000],
    ['1h30m', 5_400_000],
    ['1h0m1s', 3_601_000],
    ['72h', 259_200_000],
    ['2d', 172_800_000],
    ['1d2h3m4s', 93_784_000],
    ['999999s', 999_999_000],
  ])('reads %s as %d ms', (text, expected) => {
    expect(parseDuration(text)).toBe(expected);
  });

  it.each([
    '',
    ' ',
    '5',
    'm',
    '5 m',
    ' 5m',
    '5m ',
    '5m\n',
    '-5m',
    '+5m',
    '1.5h',
    '5M',
    '5min',
    '500ms',
    '1w',
    '30m1h',
    '1m1m',
    'PT5M',
    '1000000s',
    '٥m',
  ])('refuses %j', (text) => {
    expect(parseDuration(text)).toBeUndefined();
  });
});

describe('formatDuration', () => {
  it.each([
    [0, '0s'],
    [499, '0s'],
    [500, '1s'],
    [90_000, '1m30s'],
    [300_000, '5m'],
    [3_599_600, '1h'],
    [5_400_000, '1h30m'],
    [86_400_000, '1d'],
    [93_784_000, '1d2h3m4s'],
    [86_405_000, '1d5s'],
    [-90_000, '-1m30s'],
    [-400, '0s'],
  ])('writes %d ms as %s', (duration, expected) => {
    expect(formatDuration(duration)).toBe(expected);
  });

  it('writes what parseDuration reads, for any number of seconds', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 86_400_000 }), (seconds) => {
        expect(parseDuration(formatDuration(seconds * 1_000))).toBe(seconds * 1_000);
      }),
    );
  });
});
