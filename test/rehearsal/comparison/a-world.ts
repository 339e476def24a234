import { type MetricModel, sampleLoad } from '../../../rehearsal/comparison/load';
import type { World } from '../../../rehearsal/comparison/world';
import type { Demand } from '../../../rehearsal/demand';
import { HOUR, MINUTE, type Millis, SECOND } from '../../../shared/core/time';

export const START = Date.UTC(2026, 10, 23);

/** Minutes from the start. */
export function minute(count: number): number {
  return START + count * MINUTE;
}

/** An hour at a gateway whose replicas serve 1 each, with what a plain HPA of CloudMonitor figures would see. */
export function aWorld(demand: Demand, changes: Partial<World> & { readonly length?: Millis } = {}): World {
  const { length = HOUR, ...rest } = changes;
  const metrics: MetricModel = { show: 'minutes', delay: 90 * SECOND };
  return {
    load: sampleLoad({ demand, from: START, to: START + length }),
    min: 2,
    max: 40,
    capacity: 1,
    requestsPerDemand: 1_000,
    startUp: 45 * SECOND,
    metrics,
    replicas: 10,
    ...rest,
  };
}
