/** What the load recommends, minute by minute; {@link ./scaling} decides what follows from it. */
import { isComplete, newestComplete, newestKnown, windowOf } from './load';
import type { ScalingPolicy, Signal } from './policy';
import type { ScalingSnapshot } from './scaling';
import { type Instant, MINUTE } from './time';

/** Keeps 3.0000000000000004 replicas from becoming 4. */
export const ROUNDING = 1e-9;

/** The lowest recommendation of the scale-up window, by what is known: a partial load is a lower bound. */
export function recommendedUp({ at, policy, signals, target }: ScalingSnapshot): { lowest: number; newest: number } {
  const perMinute = new Map<Instant, number>();
  let newest = 0;
  for (const { signal, load } of signals) {
    const points = load.ok ? load.value : [];
    const last = newestKnown(points, at, policy.metricMaxAge);
    if (last === undefined) continue;
    newest = Math.max(newest, recommend(signal, policy, target.current, last.value));
    for (const point of windowOf(points, last, policy.scaleUp.stabilizationWindow)) {
      const wants = recommend(signal, policy, target.current, point.value);
      perMinute.set(point.at, Math.max(perMinute.get(point.at) ?? 0, wants));
    }
  }
  return { lowest: perMinute.size === 0 ? 0 : Math.min(...perMinute.values()), newest };
}

/** What the scale-down window says; counts of replicas. */
export interface Down {
  readonly highest: number;
  readonly newest: number;
  /** Replicas that carry the highest load of the window at the signals' targets, whatever the present count. */
  readonly needed: number;
  /** Signals that are not known for every minute of the window, with which `highest` could be higher. */
  readonly gaps: readonly string[];
}

/** The highest recommendation of the scale-down window, later minutes of which only a part is known included. */
export function recommendedDown({ at, policy, signals, target }: ScalingSnapshot): Down {
  const window = policy.scaleDown.stabilizationWindow;
  const gaps: string[] = [];
  let highest = 0;
  let newest = 0;
  let needed = 0;
  for (const { signal, load } of signals) {
    const points = load.ok ? load.value : [];
    const last = newestComplete(points, at, policy.metricMaxAge);
    if (last === undefined || !isComplete(points, last, window)) gaps.push(`${signal.metric} has gaps in its window`);
    const known = points.filter((point) => point.at > (last?.at ?? at) - Math.max(window, MINUTE) && point.at <= at);
    for (const { value } of known) {
      highest = Math.max(highest, recommend(signal, policy, target.current, value));
      needed = Math.max(needed, replicasFor(value, signal.target));
    }
    const latest = newestKnown(points, at, policy.metricMaxAge);
    if (latest !== undefined) newest = Math.max(newest, recommend(signal, policy, target.current, latest.value));
  }
  return { highest, newest, needed, gaps };
}

/**
 * HPA v2, AverageValue: `ceil(load / target)`, unless the load is within the tolerance of what the present count should
 * carry. A scale-in starts below `scaleInBelow` (or the tolerance, where that is lower) and ends at it, so that replicas
 * taken away are not wanted back at once; between the two nothing moves.
 */
export function recommend(signal: Signal, policy: ScalingPolicy, current: number, load: number): number {
  const { scaleInBelow, target } = signal;
  if (load > current * target * (1 + policy.scaleUp.tolerance)) return replicasFor(load, target);
  const floor = Math.min(scaleInBelow, target * (1 - policy.scaleDown.tolerance));
  return load < current * floor ? Math.min(current, replicasFor(load, scaleInBelow)) : current;
}

function replicasFor(load: number, perReplica: number): number {
  return Math.max(1, Math.ceil(load / perReplica - ROUNDING));
}
