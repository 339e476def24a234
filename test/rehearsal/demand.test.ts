import { inventedDay } from '../../rehearsal/demand';
import { HOUR, MINUTE } from '../../shared/core/time';

const MIDNIGHT = Date.UTC(2026, 10, 23);

function hourly(seed: number): readonly number[] {
  const day = inventedDay(MIDNIGHT, seed, 40);
  return Array.from({ length: 24 }, (_, hour) => day.demand(MIDNIGHT + hour * HOUR));
}

describe('a made-up day', () => {
  it('is the same for the same seed and another for another', () => {
    expect(hourly(7)).toEqual(hourly(7));
    expect(hourly(7)).not.toEqual(hourly(8));
  });

  it.each([1, 2, 3, 4, 5])(
    'seed %i: quiet at four, busy at eight, never above the maximum, with a crowd in between',
    (seed) => {
      const day = inventedDay(MIDNIGHT, seed, 40);
      const demands = Array.from({ length: 24 * 60 }, (_, minute) => day.demand(MIDNIGHT + minute * MINUTE));
      expect(Math.min(...demands)).toBeGreaterThan(2);
      expect(Math.max(...demands)).toBeLessThan(40);
      expect(demands[4 * 60]).toBeLessThan(7);
      expect(demands[20 * 60]).toBeGreaterThan(13);
      const arrives = day.events[0]?.at ?? 0;
      expect(day.demand(arrives + 4 * MINUTE) / day.demand(arrives)).toBeGreaterThan(1.8);
    },
  );
});
