import { DAY, type Instant, MINUTE } from '../../shared/core/time';
import { type AutoscalerSettings, type Recommendations, synchronise } from './horizontal-autoscaler';
import { type SampledLoad, STEP } from './load';
import type { Scaler } from './world';

const WEEK = 7 * DAY;
const QUARTER = 15 * MINUTE;
const MARGIN = 1.1;

/**
 * An HPA above a floor: 1.1 times the highest demand of the same quarter of an hour one week before, as replicas that serve
 * it when saturated; no floor in the first week. The simplest forecast, and the mark that a better one has to beat.
 */
export function lastWeek(
  settings: AutoscalerSettings & { readonly capacity: number },
  load: SampledLoad,
): Scaler<Recommendations> {
  const highest = highestByQuarter(load);
  return {
    start: [],
    step: (view, memory) => {
      const expected = (highest.get(quarterOf(view.at - WEEK)) ?? 0) * MARGIN;
      const floor = Math.min(settings.max, Math.ceil(expected / settings.capacity - 1e-9));
      const synced = synchronise(view, memory, settings);
      return { replicas: Math.max(floor, synced.replicas), memory: synced.memory };
    },
  };
}

function quarterOf(at: Instant): number {
  return Math.floor(at / QUARTER);
}

function highestByQuarter({ from, values }: SampledLoad): ReadonlyMap<number, number> {
  const highest = new Map<number, number>();
  for (const [step, value] of values.entries()) {
    const quarter = quarterOf(from + step * STEP);
    highest.set(quarter, Math.max(highest.get(quarter) ?? 0, value));
  }
  return highest;
}
