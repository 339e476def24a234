import { datedBy, judge } from '../../../shared/core/judgement';
import type { AddressState, VantageReport } from '../../../shared/core/probe';
import { SECOND } from '../../../shared/core/time';

const AT = Date.UTC(2026, 10, 28, 12);
const ADDRESS = '192.0.2.1';
const POINTS = ['cn-hangzhou', 'cn-shanghai', 'cn-beijing', 'cn-shenzhen'];

interface Said {
  readonly state: AddressState;
  readonly age?: number;
  readonly isolated?: boolean;
  /** Of the last probe. */
  readonly why?: string;
}

function report(point: string, said: Said): VantageReport {
  const { age = 5, isolated = false, state } = said;
  const probedAt = AT - age * SECOND;
  const { why = state === 'down' ? 'timeout' : '' } = said;
  const verdict = { state, probedAt, why, failure: undefined, inARow: 2, took: 20 };
  return {
    point,
    isolation: { isolated, message: '' },
    verdicts: [{ address: ADDRESS, certificateEnds: undefined, ...verdict }],
  };
}

const UP: Said = { state: 'up' };
const DOWN: Said = { state: 'down' };

describe('an address of cn-hangzhou, seen from elsewhere', () => {
  it.each<[string, Readonly<Record<string, Said>>, readonly string[], AddressState]>([
    ['nobody has reported', {}, POINTS, 'unknown'],
    ['all say up', { 'cn-shanghai': UP, 'cn-beijing': UP, 'cn-shenzhen': UP }, POINTS, 'up'],
    ['one says up, the others nothing', { 'cn-shanghai': UP }, POINTS, 'up'],
    ['one alone says down', { 'cn-shanghai': DOWN }, POINTS, 'unknown'],
    ['two of three say down', { 'cn-shanghai': DOWN, 'cn-beijing': DOWN, 'cn-shenzhen': UP }, POINTS, 'down'],
    ['two of three say down, the third nothing', { 'cn-shanghai': DOWN, 'cn-beijing': DOWN }, POINTS, 'down'],
    ['one of three says down', { 'cn-shanghai': DOWN, 'cn-beijing': UP, 'cn-shenzhen': UP }, POINTS, 'up'],
    ['one each way', { 'cn-shanghai': DOWN, 'cn-beijing': UP }, POINTS, 'unknown'],
    ['its own region says down', { 'cn-hangzhou': DOWN, 'cn-shanghai': DOWN }, POINTS, 'unknown'],
    ['its own region says up', { 'cn-hangzhou': UP }, POINTS, 'unknown'],
    [
      'one of those that say down is isolated',
      { 'cn-shanghai': DOWN, 'cn-beijing': { state: 'down', isolated: true } },
      POINTS,
      'unknown',
    ],
    [
      'one that says down said so too long ago',
      { 'cn-shanghai': DOWN, 'cn-beijing': { state: 'down', age: 21 } },
      POINTS,
      'unknown',
    ],
    [
      'one that says down said so a while ago',
      { 'cn-shanghai': DOWN, 'cn-beijing': { state: 'down', age: 20 } },
      POINTS,
      'down',
    ],
    ['one cannot tell', { 'cn-shanghai': { state: 'unknown' }, 'cn-beijing': DOWN }, POINTS, 'unknown'],
    ['up, but its last probe failed', { 'cn-shanghai': { state: 'up', why: 'timeout' } }, POINTS, 'unknown'],
    [
      'down, but the last probe of one went well',
      { 'cn-shanghai': DOWN, 'cn-beijing': { state: 'down', why: '' } },
      POINTS,
      'unknown',
    ],
    ['one that is not configured', { 'eu-central-1': DOWN, 'cn-beijing': DOWN }, POINTS, 'unknown'],
    ['two outside, both say down', { 'cn-shanghai': DOWN, 'cn-beijing': DOWN }, POINTS.slice(0, 3), 'down'],
    ['two of four outside say down', { 'cn-shanghai': DOWN, 'cn-beijing': DOWN }, [...POINTS, 'cn-qingdao'], 'unknown'],
  ])('%s', (_, said, points, expected) => {
    const reports = Object.entries(said).map(([point, each]) => report(point, each));
    expect(judge(ADDRESS, 'cn-hangzhou', { at: AT, points, reports }).state).toBe(expected);
  });

  it('counts until the oldest of the votes that it rests on is too old', () => {
    const reports = [
      report('cn-shanghai', { state: 'down', age: 3 }),
      report('cn-beijing', { state: 'down', age: 12 }),
    ];
    expect(judge(ADDRESS, 'cn-hangzhou', { at: AT, points: POINTS, reports })).toEqual({
      state: 'down',
      until: AT + 8 * SECOND,
      up: [],
      down: ['cn-shanghai', 'cn-beijing'],
      message: 'down from cn-shanghai, cn-beijing (of 3 outside): timeout',
    });
  });

  it.each<[string, Readonly<Record<string, Said>>, number]>([
    [
      'two of three say down',
      { b: { state: 'down', age: 1 }, c: { state: 'down', age: 18 }, d: { state: 'down', age: 4 } },
      16,
    ],
    ['two say up', { b: { state: 'up', age: 19 }, c: { state: 'up', age: 2 } }, 18],
    [
      'two say up and one says down',
      { b: { state: 'up', age: 9 }, c: { state: 'up', age: 2 }, d: { state: 'down', age: 1 } },
      11,
    ],
  ])('counts on without an old vote that it does not need: %s', (_, said, lasts) => {
    const reports = Object.entries(said).map(([point, each]) => report(`cn-${point}`, each));
    const points = ['cn-hangzhou', 'cn-b', 'cn-c', 'cn-d'];
    expect(judge(ADDRESS, 'cn-hangzhou', { at: AT, points, reports }).until).toBe(AT + lasts * SECOND);
  });
});

describe('the report of a point whose clock is off', () => {
  it.each([
    ['ahead: no later than it came in', -500, AT],
    ['ahead by a little', -1, AT],
    ['right', 5, AT - 5 * SECOND],
    ['behind, which only makes it older', 500, AT - 500 * SECOND],
  ])('%s', (_, age, probedAt) => {
    const said = report('cn-beijing', { state: 'down', age });
    const [verdict] = datedBy(said, AT).verdicts;
    expect(verdict).toEqual({ ...said.verdicts[0], probedAt });
  });

  it('has no probe where there was none', () => {
    const said = report('cn-beijing', UP);
    const verdicts = said.verdicts.map((verdict) => ({ ...verdict, probedAt: undefined }));
    expect(datedBy({ ...said, verdicts }, AT).verdicts[0]?.probedAt).toBe(undefined);
  });
});
