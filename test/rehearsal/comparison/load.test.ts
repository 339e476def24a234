import { minutesSeen, newestSeen, sampleLoad } from '../../../rehearsal/comparison/load';
import { MINUTE, SECOND } from '../../../shared/core/time';
import { minute, START } from './a-world';

/** 0 in the first minute, 1 in the second, and so on; 10 minutes. */
const load = sampleLoad({
  demand: (at) => Math.floor((at - START) / MINUTE),
  from: START,
  to: START + 10 * MINUTE,
});

describe('what metrics show', () => {
  it.each([
    ['just before a minute is published', 5 * 60 + 89, 3],
    ['just as it is', 5 * 60 + 90, 4],
    ['before the first one is: the first step', 60, 0],
  ])('of minutes, %s', (_, seconds, seen) => {
    expect(newestSeen(load, { show: 'minutes', delay: 90 * SECOND }, START + seconds * SECOND)).toBe(seen);
  });

  it('of instants, the demand as it was the delay ago', () => {
    expect(newestSeen(load, { show: 'instants', delay: 150 * SECOND }, minute(5))).toBe(2);
    expect(newestSeen(load, { show: 'instants', delay: 150 * SECOND }, minute(5.5))).toBe(3);
  });

  it('of the past, a point for each minute; before the start it was as in the first step', () => {
    const points = minutesSeen(load, { show: 'minutes', delay: 90 * SECOND }, minute(4.75), 4 * MINUTE);
    expect(points).toEqual([
      { at: minute(-1), value: 0, missing: 0 },
      { at: minute(0), value: 0, missing: 0 },
      { at: minute(1), value: 0, missing: 0 },
      { at: minute(2), value: 1, missing: 0 },
      { at: minute(3), value: 2, missing: 0 },
    ]);
    const instants = minutesSeen(load, { show: 'instants', delay: 150 * SECOND }, minute(4), 2 * MINUTE);
    expect(instants).toEqual([
      { at: minute(-0.5), value: 0, missing: 0 },
      { at: minute(0.5), value: 0, missing: 0 },
      { at: minute(1.5), value: 1, missing: 0 },
    ]);
  });

  it('is sampled from a whole minute on', () => {
    expect(() => sampleLoad({ demand: () => 1, from: START + SECOND, to: START + MINUTE })).toThrow('whole minute');
  });
});
