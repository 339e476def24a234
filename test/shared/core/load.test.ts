import { isComplete, newestUsable, sumLoad } from '../../../shared/core/load';
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
    expect(sumLoad(samples, ['lb-1', 'lb-2'])).toEqual([
      { at: at(4), value: 7, missing: 1 },
      { at: at(3), value: 20, missing: 1 },
      { at: at(2), value: 15, missing: 0 },
    ]);
  });

  it('a load balancer without any sample makes every minute partial, never zero', () => {
    const samples = new Map([['lb-1', [{ at: at(2), value: 10 }]]]);
    expect(sumLoad(samples, ['lb-1', 'lb-2'])).toEqual([{ at: at(2), value: 10, missing: 1 }]);
  });

  it('samples that are some seconds off belong to the nearest minute', () => {
    const samples = new Map([
      ['lb-1', [{ at: at(2) + 3 * SECOND, value: 10 }]],
      ['lb-2', [{ at: at(2) - 3 * SECOND, value: 5 }]],
    ]);
    expect(sumLoad(samples, ['lb-1', 'lb-2'])).toEqual([{ at: at(2), value: 15, missing: 0 }]);
  });

  it('a complete minute goes before a newer partial one', () => {
    const complete = { at: at(3), value: 30, missing: 0 };
    const partial = { at: at(2), value: 10, missing: 1 };
    expect(newestUsable([complete, partial], NOON, 5 * MINUTE)).toBe(complete);
    expect(newestUsable([{ ...complete, at: at(6) }, partial], NOON, 5 * MINUTE)).toBe(partial);
    expect(newestUsable([complete, partial], NOON, MINUTE)).toBeUndefined();
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
