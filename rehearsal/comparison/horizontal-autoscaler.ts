import type { Instant, Millis } from '../../shared/core/time';
import type { Scaler, View } from './world';

export interface AutoscalerSettings {
  readonly min: number;
  readonly max: number;
  /** Demand that one replica should carry. */
  readonly target: number;
  /** How long a higher recommendation keeps replicas. */
  readonly downWindow: Millis;
}

/** What the controller remembers: its recommendations of the window, oldest first. */
export type Recommendations = readonly { readonly at: Instant; readonly replicas: number }[];

/** Default of `--horizontal-pod-autoscaler-tolerance`. */
const TOLERANCE = 0.1;

/** A Kubernetes HPA with one external metric of type `AverageValue`, nothing else. */
export function horizontalAutoscaler(settings: AutoscalerSettings): Scaler<Recommendations> {
  return { start: [], step: (view, memory) => synchronise(view, memory, settings) };
}

/**
 * One sync, after kubernetes/kubernetes pkg/controller/podautoscaler horizontal.go and replica_calculator.go: bounds before
 * all else; 10 % tolerance; up to twice the count or 4 more a sync (KEP-853); down to the highest recommendation of the
 * window. A recommendation exactly as old as the window still counts, as in `stabilizeRecommendation`.
 */
export function synchronise(
  { at, demand, replicas }: View,
  memory: Recommendations,
  { downWindow, max, min, target }: AutoscalerSettings,
): { readonly replicas: number; readonly memory: Recommendations } {
  if (replicas > max) return { replicas: max, memory };
  if (replicas < min) return { replicas: min, memory };
  const ratio = demand / (target * replicas);
  const recommended = Math.abs(ratio - 1) <= TOLERANCE ? replicas : Math.ceil(demand / target - 1e-9);
  const recommendations = [...memory.filter((old) => old.at >= at - downWindow), { at, replicas: recommended }];
  const highest = recommendations.reduce((most, old) => Math.max(most, old.replicas), 0);
  const stabilized = recommended < replicas ? Math.min(replicas, highest) : recommended;
  const limited = Math.min(stabilized, Math.max(2 * replicas, replicas + 4));
  return { replicas: Math.min(max, Math.max(min, limited)), memory: recommendations };
}
