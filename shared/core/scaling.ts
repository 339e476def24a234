/**
 * How many replicas a gateway should have. Pure: everything known is in the snapshot, time included.
 *
 * The algorithm is that of the Kubernetes HPA v2 with `AverageValue` metrics (kubernetes/kubernetes
 * pkg/controller/podautoscaler, KEP-853, KEP-4951), with three differences, each of them more careful:
 *
 * - recommendations of the past are computed again from the metric history, so that no memory can be lost;
 * - a scale-in needs every signal for every minute of its window, and rests on the lower target `scaleInBelow`;
 * - a count above the maximum is walked down at the rate of `scaleDown`, as far as the load allows, not cut.
 */
import { type Bounds, boundsOf } from './bounds';
import { scaleInBrake, stuckPods } from './brakes';
import { budgetAlarms, estimate, overBudget, type ReplicaHours } from './budget';
import type { Alarm, Candidate, Clamp, Outcome, Reason } from './decision';
import type { GatewayId, GatewayJournal, Override, Reading, ScaleTarget, UnschedulablePod } from './gateway';
import type { LoadPoint } from './load';
import { slowed } from './pace';
import type { ScalingPolicy, Signal } from './policy';
import { type Down, mayBeMissing, recommendedDown, recommendedUp } from './recommendation';
import type { ScheduledBounds } from './schedule';
import { loadMessage, problems, reportSignal, stepAsked } from './signal-report';
import { pinText, standing } from './standing';
import { type Instant, isoTime, MINUTE, type Millis } from './time';

/** What one look saw of one gateway. */
export interface ScalingSnapshot {
  readonly at: Instant;
  readonly id: GatewayId;
  readonly policy: ScalingPolicy;
  /** What the policy's schedules ask for at `at`. */
  readonly schedule: ScheduledBounds;
  readonly target: ScaleTarget;
  /** Pods that the Deployment should have now; more than the target's count where that is only a minimum. */
  readonly runningReplicas: number;
  readonly readyReplicas: number;
  readonly drain: DrainSeen;
  /** Its pods for which no node has room. */
  readonly unschedulable: readonly UnschedulablePod[];
  readonly journal: Reading<GatewayJournal>;
  readonly signals: readonly SignalSeen[];
}

/** How long a pod that is taken away may go on serving. */
export interface DrainSeen {
  /** Until it is killed. */
  readonly gracePeriod: Millis;
  /** The longest of the CLBs' connection drain; `undefined` when none waits. */
  readonly loadBalancers: Millis | undefined;
}

export interface SignalSeen {
  readonly signal: Signal;
  /** Minutes of the past, oldest first; a problem when they could not be read. */
  readonly load: Reading<readonly LoadPoint[]>;
}

/** The wanted count of one gateway and why: the record of one evaluation, made at every look, acted on or not. */
export interface ScalingDecision extends Outcome {
  readonly id: GatewayId;
  readonly at: Instant;
  readonly policy: string;
  /** The value of the scale target's field when looked at. */
  readonly current?: number;
  readonly readyReplicas?: number;
  /** What asked for how many, in order of precedence. */
  readonly candidates: readonly Candidate[];
  /** The candidate that `wanted` is of. */
  readonly winner?: Candidate['by'];
  /** What the rules ask for before any limit. */
  readonly wanted?: number;
  readonly change?: ScaleChange;
  /** What was refused by a limit, or is not made in a dry run. */
  readonly withheld?: ScaleChange;
  readonly clamps: readonly Clamp[];
  readonly alarms: readonly Alarm[];
  /** Pins, holds and protections that stand, in words; absent when the journal could not be read. */
  readonly standing?: readonly string[];
  readonly signals: readonly SignalReport[];
  readonly replicaHours?: ReplicaHours;
  /** What a failover asks before it leads clients here; absent when the gateway could not be seen. */
  readonly capacity?: Capacity;
}

/** What a gateway carries, and could carry. */
export interface Capacity {
  readonly ready: number;
  /** Most replicas that its policy allows. */
  readonly max: number;
  /** Its load in replicas that carry exactly their targets, by the signal that asks for most; absent when none is known. */
  readonly load?: number;
  /** The protection that stands. */
  readonly floor?: { readonly replicas: number; readonly until: Instant };
  /** What would keep a higher floor from being reached; absent where only `max` does. */
  readonly limit?: ReplicaLimit;
}

/** Most replicas that a gateway gets for now, and what keeps it there. */
export interface ReplicaLimit {
  readonly replicas: number;
  readonly reason: Reason;
  readonly message: string;
}

export interface ScaleChange {
  readonly target: ScaleTarget;
  readonly from: number;
  readonly to: number;
}

/** One signal as the decision read it. */
export interface SignalReport {
  readonly metric: Signal['metric'];
  readonly unit: string;
  /** Per replica; absent for step rules. */
  readonly target?: number;
  /** The step that holds the value, in words. */
  readonly step?: string;
  readonly state: 'complete' | 'partial' | 'missing';
  readonly at?: Instant;
  readonly load?: number;
  /** Replicas that this signal alone would have now. */
  readonly wants?: number;
  readonly problem?: string;
}

/** Data later than this is not just late: CloudMonitor itself takes 2 to 3 minutes. */
const DATA_LATE_AFTER: Millis = 10 * MINUTE;

/** Decides for one gateway; `limitScaling` (limits.ts) then says what of it may be done now. */
export function decideScaling(snapshot: ScalingSnapshot): ScalingDecision {
  const signals = snapshot.signals.map((seen) => reportSignal(seen, snapshot));
  const bounds = boundsOf(snapshot);
  const { reason, message, wanted, clamps, winner } = want(snapshot, bounds, signals);
  const { id, at, journal, policy, target, readyReplicas } = snapshot;
  const to = clamps.at(-1)?.to ?? wanted;
  const because = to === target.current ? (clamps.at(-1)?.reason ?? reason) : reason;
  return {
    id,
    at,
    policy: policy.name,
    outcome: to !== target.current ? 'change' : STEADY.has(because) ? 'steady' : 'hold',
    reason: because,
    message: [message, ...clamps.map((clamp) => clamp.message)].join('; '),
    needsPerson: to === target.current && asksForPerson(because, snapshot),
    current: target.current,
    readyReplicas,
    candidates: candidatesOf(snapshot, bounds, signals),
    winner,
    wanted,
    ...(to === target.current ? {} : { change: { target, from: target.current, to } }),
    clamps,
    alarms: budgetAlarms(
      snapshot,
      to,
      clamps.find((each) => each.reason === 'BudgetExceeded'),
    ),
    ...(journal.ok ? { standing: standing(journal.value, at) } : {}),
    signals,
    capacity: capacityOf(snapshot, signals),
    replicaHours: estimate(snapshot, target.ceiling === undefined ? to : Math.max(to, snapshot.runningReplicas)),
  };
}

function capacityOf(snapshot: ScalingSnapshot, signals: readonly SignalReport[]): Capacity {
  const { at, journal, policy, readyReplicas } = snapshot;
  const limit = limitOf(snapshot);
  const loads = signals.flatMap(({ load, target }) =>
    load === undefined || target === undefined ? [] : [load / target],
  );
  const protection = journal.ok ? journal.value.protection : undefined;
  return {
    ready: readyReplicas,
    max: policy.replicas.max,
    ...(loads.length === 0 ? {} : { load: Math.max(...loads) }),
    ...(protection === undefined || protection.until <= at
      ? {}
      : { floor: { replicas: protection.floor, until: protection.until } }),
    ...(limit === undefined ? {} : { limit }),
  };
}

/** A pin comes before every floor, and an autoscaler's own maximum is never raised. */
function limitOf(snapshot: ScalingSnapshot): ReplicaLimit | undefined {
  const { ceiling, kind, name } = snapshot.target;
  const override = activeOverride(snapshot);
  if (override !== undefined && isWithinBounds(override, snapshot)) {
    return { replicas: override.replicas, reason: 'OverrideHeld', message: pinText(override) };
  }
  if (ceiling === undefined) return undefined;
  return { replicas: ceiling, reason: 'AutoscalerMaximum', message: `the maximum of ${kind} ${name} is ${ceiling}` };
}

/** Reasons for leaving the count alone that are no hold: what is there is what should be there. */
const STEADY: ReadonlySet<Reason> = new Set([
  'WithinTolerance',
  'OverrideHeld',
  'TooFewReplicas',
  'ScheduledFloor',
  'Protected',
]);

interface Wanted {
  readonly reason: Reason;
  readonly message: string;
  readonly wanted: number;
  readonly winner: Candidate['by'];
  readonly clamps: readonly Clamp[];
}

/** Order of precedence: a person, then protection, schedule and minimum as the floor, then the load. */
function want(snapshot: ScalingSnapshot, bounds: Bounds, signals: readonly SignalReport[]): Wanted {
  const { current } = snapshot.target;
  const override = activeOverride(snapshot);
  if (override !== undefined) {
    if (isWithinBounds(override, snapshot)) return wantOverride(override, current, bounds);
    // The bounds were changed after it was accepted. Obeying it partly would cut replicas at once.
    const byRules = wantByRules(snapshot, bounds, signals);
    const why = `the override to ${override.replicas} by ${override.owner} is outside the bounds and void`;
    return { ...byRules, message: `${byRules.message}; ${why}` };
  }
  return wantByRules(snapshot, bounds, signals);
}

function wantByRules(snapshot: ScalingSnapshot, bounds: Bounds, signals: readonly SignalReport[]): Wanted {
  const { current } = snapshot.target;
  const { ceiling, floor } = bounds;
  if (current === 0) return stay('ScalingDisabled', 'scaled to 0 by somebody; left alone until it has replicas', 0);
  const message = loadMessage(signals, current);
  const up = recommendedUp(snapshot);
  if (up.lowest > current || current < floor.replicas) return wantMore(snapshot, bounds, up.lowest, message, signals);
  if (signals.length === 0) return stay('NoLoadBalancer', 'no load balancer is bound to its Service', current);
  const missing = signals.filter(({ state }, index) => state === 'missing' && !isOptional(snapshot.signals[index]));
  if (missing.length > 0) return stay('MissingMetrics', `no usable data: ${problems(missing)}`, current);
  const down = recommendedDown(snapshot);
  if (down.highest < current || current > ceiling.replicas) return wantFewer(snapshot, bounds, down, message, signals);
  if (up.newest > current)
    return stay('ScaleUpStabilized', `${message}; a lower load within the window counts`, current);
  if (down.newest < current) {
    return stay('ScaleDownStabilized', `${message}; a higher load within the window counts`, current);
  }
  return stay('WithinTolerance', message, current);
}

function isOptional(seen: SignalSeen | undefined): boolean {
  return seen !== undefined && mayBeMissing(seen);
}

function stay(reason: Reason, message: string, current: number): Wanted {
  return { reason, message, wanted: current, winner: 'load', clamps: [] };
}

function activeOverride({ journal, at }: ScalingSnapshot): Override | undefined {
  // Not compared with its start: a look that began just before it must not undo it.
  const override = journal.ok ? journal.value.override : undefined;
  return override !== undefined && at < override.until ? override : undefined;
}

function isWithinBounds({ replicas }: Override, { policy }: ScalingSnapshot): boolean {
  return replicas >= policy.replicas.min && replicas <= policy.replicas.max;
}

function wantOverride({ owner, reason, replicas, until }: Override, current: number, { floor }: Bounds): Wanted {
  const message = `${owner} asked for ${replicas} until ${isoTime(until)}: ${reason}`;
  return {
    reason: replicas === current ? 'OverrideHeld' : 'Override',
    message: replicas < floor.replicas ? `${message} (otherwise ${floor.because})` : message,
    wanted: replicas,
    winner: 'override',
    clamps: [],
  };
}

function wantMore(
  snapshot: ScalingSnapshot,
  { ceiling, floor }: Bounds,
  byLoad: number,
  message: string,
  signals: readonly SignalReport[],
): Wanted {
  const { current } = snapshot.target;
  const wanted = Math.max(byLoad, floor.replicas);
  // A maximum below the present count keeps it from growing; walking down is for when the load allows it.
  const most = Math.max(ceiling.replicas, current);
  const byFloor = byLoad < floor.replicas;
  return {
    reason: byFloor ? floor.reason : stepAsked(signals) === undefined ? 'LoadAboveTarget' : 'StepUp',
    message: byFloor ? `${current} replicas are too few: ${floor.because}` : message,
    wanted,
    winner: byFloor ? floor.by : 'load',
    // Reaching the floor is not delayed by anything; only what goes beyond it is.
    clamps: chain(
      wanted,
      (goal) => (goal > most ? clamp(ceiling.reason, goal, most, ceiling.because) : undefined),
      (goal) => overBudget(snapshot, goal, floor),
      (goal) => stuckPods(snapshot, goal, floor),
      (goal) => slowed(snapshot, 'up', goal, floor.replicas),
    ),
  };
}

function wantFewer(
  snapshot: ScalingSnapshot,
  { ceiling, floor }: Bounds,
  down: Down,
  message: string,
  signals: readonly SignalReport[],
): Wanted {
  const { current } = snapshot.target;
  const tooMany = current > ceiling.replicas;
  // A maximum may have been lowered by mistake: it is approached as far as the load's own targets allow.
  const wanted = tooMany ? Math.min(down.highest, Math.max(ceiling.replicas, down.needed)) : down.highest;
  const goal = Math.max(wanted, floor.replicas);
  const byFloor = goal > wanted;
  const clamps = byFloor ? [clamp(floor.reason, wanted, goal, floor.because)] : [];
  if (goal >= current) {
    return tooMany
      ? stay(ceiling.reason, `${message}; ${ceiling.because}, but the load needs ${down.needed}`, current)
      : { reason: 'LoadBelowTarget', message, wanted, winner: 'load', clamps };
  }
  if (down.gaps.length > 0) {
    return stay('PartialMetrics', `${message}; no scale-in without complete data: ${down.gaps.join('; ')}`, current);
  }
  const brake = scaleInBrake(snapshot, goal);
  if (brake !== undefined) return stay(brake.reason, `${message}; ${brake.message}`, current);
  const byStep = stepAsked(signals) === undefined ? 'LoadBelowTarget' : 'StepDown';
  return {
    reason: tooMany ? ceiling.reason : byStep,
    message: tooMany
      ? `${current} replicas are too many: ${ceiling.because}; ${message}`
      : `${message}; the highest load of the window needs ${down.highest}`,
    wanted,
    winner: 'load',
    clamps: [...clamps, ...chain(goal, (to) => slowed(snapshot, 'down', to))],
  };
}

/** Applies limits one after the other, each to what the last one left. */
function chain(wanted: number, ...limits: readonly ((goal: number) => Clamp | undefined)[]): readonly Clamp[] {
  const clamps: Clamp[] = [];
  for (const limit of limits) {
    const next = limit(clamps.at(-1)?.to ?? wanted);
    if (next !== undefined) clamps.push(next);
  }
  return clamps;
}

function clamp(reason: Reason, from: number, to: number, message: string): Clamp {
  return { reason, from, to, message };
}

function candidatesOf(
  snapshot: ScalingSnapshot,
  bounds: Bounds,
  signals: readonly SignalReport[],
): readonly Candidate[] {
  const override = activeOverride(snapshot);
  const loads = signals.flatMap(({ metric, wants }) => (wants === undefined ? [] : [{ metric, wants }]));
  const strongest = loads.reduce<(typeof loads)[number] | undefined>(
    (most, each) => (most === undefined || each.wants > most.wants ? each : most),
    undefined,
  );
  return [
    ...(override === undefined
      ? []
      : [{ by: 'override' as const, replicas: override.replicas, because: `${override.owner}: ${override.reason}` }]),
    ...bounds.candidates,
    ...(strongest === undefined
      ? []
      : [{ by: 'load' as const, replicas: strongest.wants, because: `${strongest.metric} of the newest minute` }]),
  ];
}

/** Data that is only late comes back by itself; a person is told when it has not, or when it cannot be read at all. */
function asksForPerson(reason: Reason, { at, signals }: ScalingSnapshot): boolean {
  const needed = signals.filter((seen) => !mayBeMissing(seen));
  if (reason === 'MissingMetrics') {
    return needed.some(({ load }) => !load.ok || at - (load.value.at(-1)?.at ?? 0) > DATA_LATE_AFTER);
  }
  if (reason === 'PartialMetrics')
    return needed.some(({ load }) => load.ok && load.value.every(({ missing }) => missing > 0));
  return FOR_PERSON.has(reason);
}

/** Holds that only a person can end. */
const FOR_PERSON: ReadonlySet<Reason> = new Set([
  'TooManyReplicas',
  'UnschedulablePods',
  'DrainTooShort',
  'BudgetExceeded',
]);
