import { combineLoad, isComplete, newestComplete, newestKnown } from '../../../shared/core/load';
import { MINUTE, SECOND } from '../../../shared/core/time';
import { NOON } from './a-snapshot';

const at = (minutesAgo: number) => NOON - minutesAgo * MINUTE;

describe('the load of a gateway', () => {
  it('is the sum over its load balancers, and says how many are missing from a minute', () => {
    const samples = new Map([
      [
        'lb-1',
        [
          { at: at(2), value: 10 },
          { at: at(3), value: 20 },
        ],
      ],
      [
        'lb-2',
        [
          { at: at(2), value: 5 },
          { at: at(4), value: 7 },
        ],
      ],
      ['lb-of-another', [{ at: at(2), value: 1_000 }]],
    ]);
    expect(combineLoad(samples, ['lb-1', 'lb-2'])).toEqual([
      { at: at(4), value: 7, missing: 1 },
      { at: at(3), value: 20, missing: 1 },
      { at: at(2), value: 15, missing: 0 },
    ]);
  });

  it('a load balancer without any sample makes every minute partial, never zero', () => {
    const samples = new Map([['lb-1', [{ at: at(2), value: 10 }]]]);
    expect(combineLoad(samples, ['lb-1', 'lb-2'])).toEqual([{ at: at(2), value: 10, missing: 1 }]);
  });

  it('samples that are some seconds off belong to the nearest minute', () => {
    const samples = new Map([
      ['lb-1', [{ at: at(2) + 3 * SECOND, value: 10 }]],
      ['lb-2', [{ at: at(2) - 3 * SECOND, value: 5 }]],
    ]);
    expect(combineLoad(samples, ['lb-1', 'lb-2'])).toEqual([{ at: at(2), value: 15, missing: 0 }]);
  });

  it('a load balancer whose id is not known makes every minute partial', () => {
    const samples = new Map([['lb-1', [{ at: at(2), value: 10 }]]]);
    expect(combineLoad(samples, ['lb-1'], 1)).toEqual([{ at: at(2), value: 10, missing: 1 }]);
  });

  it('two samples of one load balancer in a minute do not stand in for another that has none', () => {
    const samples = new Map([
      [
        'lb-1',
        [
          { at: at(2), value: 10 },
          { at: at(2) + 3 * SECOND, value: 11 },
        ],
      ],
    ]);
    expect(combineLoad(samples, ['lb-1', 'lb-2'])).toEqual([{ at: at(2), value: 11, missing: 1 }]);
  });

  const complete = { at: at(3), value: 30, missing: 0 };

  it.each([
    ['a newer partial minute with less says nothing', { at: at(2), value: 10, missing: 1 }, complete],
    [
      'one with more is a lower bound that counts',
      { at: at(2), value: 40, missing: 1 },
      { at: at(2), value: 40, missing: 1 },
    ],
  ])('%s', (_, partial, known) => {
    expect(newestComplete([complete, partial], NOON, 5 * MINUTE)).toEqual(complete);
    expect(newestKnown([complete, partial], NOON, 5 * MINUTE)).toEqual(known);
  });

  it('without a young complete minute a partial one is known, and nothing is complete', () => {
    const points = [
      { ...complete, at: at(6) },
      { at: at(2), value: 10, missing: 1 },
    ];
    expect(newestComplete(points, NOON, 5 * MINUTE)).toBeUndefined();
    expect(newestKnown(points, NOON, 5 * MINUTE)).toEqual({ at: at(2), value: 10, missing: 1 });
    expect(newestKnown(points, NOON, MINUTE)).toBeUndefined();
  });

  it.each([
    [3, [5, 4, 3], true],
    [3, [5, 3], false],
    [3, [4, 3], false],
    [0, [3], true],
  ])('a window of %i minutes over %j minutes ago is complete: %s', (minutes, ago, complete) => {
    const points = ago.map((minutesAgo) => ({ at: at(minutesAgo), value: 1, missing: 0 }));
    const newest = points.at(-1);
    expect(newest !== undefined && isComplete(points, newest, minutes * MINUTE)).toBe(complete);
  });
});
