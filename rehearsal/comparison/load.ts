import type { LoadPoint } from '../../shared/core/load';
import { type Instant, MINUTE, type Millis, SECOND } from '../../shared/core/time';
import type { Replayed } from '../demand';

/** How finely time passes in a comparison: the sync period of the HPA controller, its default. */
export const STEP: Millis = 15 * SECOND;
const STEPS_A_MINUTE = MINUTE / STEP;

/** Demand at the start of each step. Made once for all scalers that are compared. */
export interface SampledLoad {
  /** A whole minute. */
  readonly from: Instant;
  readonly to: Instant;
  readonly values: Float64Array;
}

/** @throws RangeError when `from` is no whole minute */
export function sampleLoad({ demand, from, to }: Pick<Replayed, 'demand' | 'from' | 'to'>): SampledLoad {
  if (from % MINUTE !== 0) throw new RangeError(`a comparison starts at a whole minute, not at ${from}`);
  const steps = Math.max(0, Math.ceil((to - from) / STEP));
  return { from, to, values: Float64Array.from({ length: steps }, (_, step) => demand(from + step * STEP)) };
}

/** Demand at the start of the step that `at` lies in; before the first step as in it. */
function demandAt({ from, values }: SampledLoad, at: Instant): number {
  const step = Math.min(values.length - 1, Math.max(0, Math.floor((at - from) / STEP)));
  return values[step] ?? 0;
}

/**
 * What the metrics show, and when.
 *
 * - `minutes`: averages of whole minutes, each readable `delay` after its end, as CloudMonitor has them.
 * - `instants`: the demand `delay` ago, as simple models of an autoscaler have it.
 */
export interface MetricModel {
  readonly show: 'minutes' | 'instants';
  readonly delay: Millis;
}

/** The newest demand that can be seen at `at`. */
export function newestSeen(load: SampledLoad, { delay, show }: MetricModel, at: Instant): number {
  return show === 'instants' ? demandAt(load, at - delay) : minuteAverage(load, lastMinute(at - delay));
}

/** One point a minute, oldest first, reaching back `span` from what is newest. The time before the start was as its first step. */
export function minutesSeen(
  load: SampledLoad,
  { delay, show }: MetricModel,
  at: Instant,
  span: Millis,
): readonly LoadPoint[] {
  const newest = show === 'instants' ? at - delay : lastMinute(at - delay);
  const points: LoadPoint[] = [];
  for (let end = newest - Math.floor(span / MINUTE) * MINUTE; end <= newest; end += MINUTE) {
    const value = show === 'instants' ? demandAt(load, end) : minuteAverage(load, end);
    points.push({ at: end, value, missing: 0 });
  }
  return points;
}

function lastMinute(at: Instant): Instant {
  return Math.floor(at / MINUTE) * MINUTE;
}

function minuteAverage(load: SampledLoad, end: Instant): number {
  let sum = 0;
  for (let step = 1; step <= STEPS_A_MINUTE; step += 1) sum += demandAt(load, end - step * STEP);
  return sum / STEPS_A_MINUTE;
}
