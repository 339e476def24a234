import type { Replayed } from '../../../rehearsal/demand';
import { DAY, MINUTE } from '../../../shared/core/time';

const SAMPLE = 5 * MINUTE;
const START = Date.UTC(2026, 10, 23);

/**
 * Four days of a load that jumps as a small site's does behind a load balancer: each sample of five minutes is far from the
 * one before (log-normal, σ about 1, hardly correlated), on a daily wave. Mostly below 2, at most 20, linear between
 * samples. The same numbers on every machine: integer arithmetic makes the chance.
 */
export function bursts(seed: number): Pick<Replayed, 'demand' | 'from' | 'to'> {
  let state = seed;
  const chance = (): number => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
  const samples = Array.from({ length: (4 * DAY) / SAMPLE + 1 }, (_, index) => {
    const wave = 0.8 + Math.abs(((index % 288) - 144) / 144) * 0.48;
    const normal = chance() + chance() + chance() + chance() + chance() + chance() - 3;
    return Math.min(20, wave * 2 ** (2 * normal));
  });
  return {
    from: START,
    to: START + 4 * DAY,
    demand: (at) => {
      const place = (at - START) / SAMPLE;
      const [a = 0, b = 0] = samples.slice(Math.floor(place), Math.floor(place) + 2);
      return a + (b - a) * (place % 1);
    },
  };
}
