import type { Millis } from './time';

/** What the operator wants of one gateway's replicas. Words and defaults follow the Kubernetes HPA v2. */
export interface ScalingPolicy {
  readonly name: string;
  /** `observe`: decide and report, write nothing. `auto`: act. */
  readonly mode: 'observe' | 'auto';
  readonly replicas: { readonly min: number; readonly max: number };
  readonly signals: readonly Signal[];
  readonly scaleUp: Behavior;
  readonly scaleDown: Behavior;
  /** A signal whose newest complete minute is older than this is missing. CloudMonitor itself is 2 to 3 minutes late. */
  readonly metricMaxAge: Millis;
}

/** One load signal with its targets per replica, in the unit of the metric. */
export interface Signal {
  readonly metric: LoadMetric;
  /** Load that one replica should carry; more asks for another replica. */
  readonly target: number;
  /** Load per replica that may remain after a scale-in; at most `target`. The gap between the two is a dead band. */
  readonly scaleInBelow: number;
}

/** How fast and after what wait one direction may move (HPA v2 `behavior`). */
export interface Behavior {
  /** Share of the target that the load may stray from it before anything moves, 0.1 for 10 %. */
  readonly tolerance: number;
  /** The most cautious recommendation of this window counts (up: the lowest, down: the highest). */
  readonly stabilizationWindow: Millis;
  /** Least time between the completion of the last change in either direction and the next one in this direction. */
  readonly cooldown: Millis;
  readonly selectPolicy: 'Max' | 'Min' | 'Disabled';
  readonly policies: readonly RatePolicy[];
}

/** At most `value` pods, or `value` percent of the replicas at the start of the period, in any `period`. */
export interface RatePolicy {
  readonly type: 'Pods' | 'Percent';
  readonly value: number;
  readonly period: Millis;
}

/** Load metrics of a CLB instance that CloudMonitor keeps (namespace `acs_slb_dashboard`, one-minute averages). */
export const LOAD_METRICS = {
  newConnections: { metric: 'InstanceNewConnection', unit: 'connections/s' },
  activeConnections: { metric: 'InstanceActiveConnection', unit: 'connections' },
  trafficIn: { metric: 'InstanceTrafficRX', unit: 'bit/s' },
  trafficOut: { metric: 'InstanceTrafficTX', unit: 'bit/s' },
  /** Layer-7 listeners only; empty for TCP listeners. */
  requests: { metric: 'InstanceQps', unit: 'requests/s' },
} as const;

export type LoadMetric = keyof typeof LOAD_METRICS;
