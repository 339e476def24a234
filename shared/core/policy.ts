import type { Mode } from './decision';
import type { Millis } from './time';

/** What the operator wants of one gateway's replicas. Words and defaults follow the Kubernetes HPA v2. */
export interface ScalingPolicy {
  readonly name: string;
  /** `observe`: decide and report, write nothing. `propose`: act on what a person approved. `auto`: act. */
  readonly mode: Mode;
  readonly replicas: { readonly min: number; readonly max: number };
  readonly signals: readonly Signal[];
  readonly scaleUp: Behavior;
  readonly scaleDown: Behavior;
  /** A signal whose newest complete minute is older than this is missing. CloudMonitor itself is 2 to 3 minutes late. */
  readonly metricMaxAge: Millis;
  /** How long open connections need to end; without it, as long as the CLBs are set to drain. */
  readonly connectionDrain?: Millis | undefined;
  readonly budget?: Budget | undefined;
}

/** One load signal: either with a target per replica, or with step rules where no such target makes sense. */
export type Signal = TargetSignal | StepSignal;

export interface TargetSignal {
  readonly metric: TargetMetric;
  /** Load that one replica should carry, in the unit of the metric; more asks for another replica. */
  readonly target: number;
  /** Load per replica that may remain after a scale-in; at most `target`. The gap between the two is a dead band. */
  readonly scaleInBelow: number;
}

/** Step scaling as EC2 Auto Scaling has it, read from the metric as it is now, never from an alarm. */
export interface StepSignal {
  readonly metric: LoadMetric;
  /** Whether the bounds are of the whole gateway's value, or of its share of one replica. */
  readonly per: 'gateway' | 'replica';
  /** In ascending order without gap or overlap. A value outside all of them asks for nothing. */
  readonly steps: readonly Step[];
  /**
   * Replicas that a step added count as that step until the metric shows a minute that began so long after they were ready, so
   * that a step is taken once.
   */
  readonly warmUp: Millis;
  /**
   * `hold`: without data nothing is taken away, as without that of any other signal. `ignore`: for a metric that reports nothing
   * while there is nothing to count; for steps that only add.
   */
  readonly whenMissing: 'hold' | 'ignore';
}

export interface Step {
  /** Inclusive; `undefined` is without bound. */
  readonly from: number | undefined;
  /** Exclusive; `undefined` is without bound. */
  readonly below: number | undefined;
  readonly adjust: Adjustment;
}

/**
 * `Exact` sets the count, `Change` adds to it (negative: takes away), `Percent` changes it by a share, but by `atLeast`
 * replicas. A share is rounded to the side of more replicas.
 */
export type Adjustment = { readonly type: 'Exact'; readonly value: number } | RelativeAdjustment;
export type RelativeAdjustment =
  | { readonly type: 'Change'; readonly value: number }
  | { readonly type: 'Percent'; readonly value: number; readonly atLeast: number };

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

/** What may be spent before a person is told. What a person, the minimum, a schedule or a failover asks for is never refused. */
export interface Budget {
  /** Replicas added within any hour. */
  readonly replicasPerHour: number | undefined;
  /** Replica-hours of a day, UTC. */
  readonly replicaHoursPerDay: number | undefined;
  /** `alarm`: tell a person and go on. `hold`: tell a person and stop there. */
  readonly whenExceeded: 'alarm' | 'hold';
}

/**
 * Load metrics of a CLB instance that CloudMonitor keeps (namespace `acs_slb_dashboard`, one-minute averages). `combine` makes
 * one value of those of several CLBs. The last four are of layer-7 listeners only, empty for TCP listeners.
 */
export const LOAD_METRICS = {
  newConnections: { metric: 'InstanceNewConnection', unit: 'connections/s', combine: 'sum' },
  activeConnections: { metric: 'InstanceActiveConnection', unit: 'connections', combine: 'sum' },
  trafficIn: { metric: 'InstanceTrafficRX', unit: 'bit/s', combine: 'sum' },
  trafficOut: { metric: 'InstanceTrafficTX', unit: 'bit/s', combine: 'sum' },
  droppedConnections: { metric: 'InstanceDropConnection', unit: 'connections/s', combine: 'sum' },
  requests: { metric: 'InstanceQps', unit: 'requests/s', combine: 'sum' },
  serverErrors: { metric: 'InstanceStatusCode5xx', unit: 'responses/s', combine: 'sum' },
  responseTime: { metric: 'InstanceRt', unit: 'ms', combine: 'max' },
} as const;

export type LoadMetric = keyof typeof LOAD_METRICS;

/** Metrics that more replicas do not divide, so that a target per replica makes no sense. */
export const NOT_PER_REPLICA = [
  'droppedConnections',
  'serverErrors',
  'responseTime',
] as const satisfies readonly LoadMetric[];
export type TargetMetric = Exclude<LoadMetric, (typeof NOT_PER_REPLICA)[number]>;
