import { DAY, HOUR, type Instant, MINUTE } from '../shared/core/time';
import { createChance } from './cloud/chance';

/** What arrives at a gateway, counted in replicas that carry exactly their target. Not a whole number. */
export type Demand = (at: Instant) => number;

/** A stretch of time with its demand, made up or recorded. */
export interface Replayed {
  readonly name: string;
  readonly from: Instant;
  readonly to: Instant;
  readonly demand: Demand;
  /** What happens in it, for the person who watches. */
  readonly events: readonly { readonly at: Instant; readonly what: string }[];
}

/**
 * A day made from a seed: quiet at four in the morning, busiest at eight in the evening, noise of every size, and a flash
 * crowd that comes within three minutes, stays for a while and ebbs.
 *
 * @param start midnight
 * @param most replicas that the policy allows; the flash crowd reaches about 90 % of what they carry
 */
export function inventedDay(start: Instant, seed: number, most: number): Replayed {
  const chance = createChance(seed);
  const crowdStart = start + 12 * HOUR + Math.floor(chance.next() * 5 * 60) * MINUTE;
  const crowdLasts = (25 + Math.floor(chance.next() * 20)) * MINUTE;
  const ripples = Array.from({ length: 12 }, () => ({
    period: (3 + chance.next() * 87) * MINUTE,
    phase: chance.next() * 2 * Math.PI,
    size: 0.012 + chance.next() * 0.012,
  }));
  const demand = (at: Instant): number => {
    const hour = (at - start) / HOUR;
    const daily = 0.1 + 0.32 * busyness(hour);
    const noise = ripples.reduce(
      (sum, { period, phase, size }) => sum + size * Math.sin((at / period) * 2 * Math.PI + phase),
      1,
    );
    return most * (daily * noise + 0.5 * crowd(at - crowdStart, crowdLasts));
  };
  return {
    name: `a day made from seed ${seed}`,
    from: start,
    to: start + DAY,
    demand,
    events: [
      { at: crowdStart, what: 'a flash crowd arrives' },
      { at: crowdStart + crowdLasts, what: 'the flash crowd ebbs' },
    ],
  };
}

/** 0 at four in the morning, 1 at eight in the evening: sixteen hours up, eight down. */
function busyness(hour: number): number {
  const since = (hour + 20) % 24;
  const phase = since < 16 ? since / 16 : 1 - (since - 16) / 8;
  return 0.5 - 0.5 * Math.cos(phase * Math.PI);
}

/** 0 to 1: up within three minutes, down within ten. */
function crowd(since: number, lasts: number): number {
  if (since <= 0) return 0;
  const up = Math.min(1, since / (3 * MINUTE));
  const down = Math.min(1, Math.max(0, 1 - (since - lasts) / (10 * MINUTE)));
  return Math.min(up, down);
}
