import { lastWeek } from '../../../rehearsal/comparison/last-week';
import { simulate } from '../../../rehearsal/comparison/world';
import { DAY, HOUR, MINUTE } from '../../../shared/core/time';
import { aWorld, minute, START } from './a-world';

const WEEK = 7 * DAY;

describe('an HPA with the last week as its floor', () => {
  it('has 1.1 times what the same quarter of an hour needed at most a week before', () => {
    // A minute of 9 at 12:07 on the first Monday, otherwise 2.
    const burst = START + 12 * HOUR + 7 * MINUTE;
    const world = aWorld((at) => (at >= burst && at < burst + MINUTE ? 9 : 2), {
      length: 8 * DAY,
      replicas: 3,
      max: 20,
    });
    const scaler = lastWeek({ min: 2, max: 20, target: 0.7, downWindow: 5 * MINUTE, capacity: 1 }, world.load);
    const seen = new Map<number, number>();
    simulate(world, {
      start: scaler.start,
      step: (view, memory) => {
        const stepped = scaler.step(view, memory);
        seen.set(view.at, stepped.replicas);
        return stepped;
      },
    });
    const at = (hour: number, minutes: number): number | undefined =>
      seen.get(START + WEEK + hour * HOUR + minutes * MINUTE);
    expect(seen.get(minute(30))).toBe(3);
    expect([at(11, 59), at(12, 0), at(12, 14), at(12, 15)]).toEqual([3, 10, 10, 3]);
  });
});
