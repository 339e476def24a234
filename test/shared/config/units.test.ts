import { Policy } from '../../../shared/config/schema';
import { duration, Percentage } from '../../../shared/config/units';
import { LOAD_METRICS } from '../../../shared/core/policy';

const Wait = duration({ atLeast: 60_000, atMost: 86_400_000 });

function messageOf(schema: typeof Wait | typeof Percentage, value: unknown): string | undefined {
  return schema.safeParse(value).error?.issues[0]?.message;
}

describe('a duration', () => {
  it.each([
    ['60s', 60_000],
    ['1m', 60_000],
    ['1h30m', 5_400_000],
    ['1d', 86_400_000],
    ['24h', 86_400_000],
  ])('%s is %d ms', (text, millis) => {
    expect(Wait.parse(text)).toBe(millis);
  });

  it.each([
    [300, 'add a unit, for example 300s'],
    ['300', 'add a unit, for example 300s'],
    [0.5, 'add a unit, for example 0.5s'],
    ['59s', 'must be at least 1m'],
    ['1d1s', 'must be at most 1d'],
    ['5 m', expect.stringMatching(/^is not a duration; write days, hours, minutes and seconds in this order/)],
    ['', expect.stringMatching(/^is not a duration/)],
    ['-5m', expect.stringMatching(/^is not a duration/)],
    ['1m1h', expect.stringMatching(/^is not a duration/)],
  ])('%j is none', (value, message) => {
    expect(messageOf(Wait, value)).toEqual(message);
  });
});

describe('a percentage', () => {
  it.each([
    ['0%', 0],
    ['7%', 0.07],
    ['10%', 0.1],
    ['12.5%', 0.125],
    ['99.9999%', 0.999999],
  ])('%s is %d', (text, share) => {
    expect(Percentage.parse(text)).toBe(share);
  });

  it.each([
    [10, 'add the percent sign, for example 10%'],
    ['10', 'is not a percentage; write for example 10% or 12.5%'],
    ['10 %', 'is not a percentage; write for example 10% or 12.5%'],
    ['-1%', 'is not a percentage; write for example 10% or 12.5%'],
    ['.5%', 'is not a percentage; write for example 10% or 12.5%'],
    ['100%', 'must be less than 100%'],
  ])('%j is none', (value, message) => {
    expect(messageOf(Percentage, value)).toBe(message);
  });
});

describe('a signal', () => {
  it('may be any load metric that there is', () => {
    expect(Policy.shape.signals.element.in.shape.metric.options).toEqual(Object.keys(LOAD_METRICS));
  });
});
