/**
 * How many replicas a gateway should have. Pure: everything known is in the snapshot, time included.
 *
 * The algorithm is that of the Kubernetes HPA v2 with `AverageValue` metrics (kubernetes/kubernetes
 * pkg/controller/podautoscaler, KEP-853, KEP-4951), with three differences, each of them more careful:
 *
 * - recommendations of the past are computed again from the metric history, so that no memory can be lost;
 * - a scale-in needs every signal for every minute of its window, and rests on the lower target `scaleInBelow`;
 * - a count above the maximum is walked down at the rate of `scaleDown`, not cut.
 */
import type { Clamp, Outcome, Reason } from './decision';
import type { GatewayId, GatewayJournal, Override, Reading, ScaleEvent, ScaleTarget } from './gateway';
import { isComplete, type LoadPoint, newestUsable, windowOf } from './load';
import { type Behavior, LOAD_METRICS, type ScalingPolicy, type Signal } from './policy';
import { type Instant, isoTime, MINUTE, type Millis } from './time';

/** What one look saw of one gateway. */
export interface ScalingSnapshot {
  readonly at: Instant;
  readonly id: GatewayId;
  readonly policy: ScalingPolicy;
  readonly target: ScaleTarget;
  readonly readyReplicas: number;
  readonly journal: Reading<GatewayJournal>;
  readonly signals: readonly SignalSeen[];
}

export interface SignalSeen {
  readonly signal: Signal;
  /** Minutes of the past, oldest first; a problem when they could not be read. */
  readonly load: Reading<readonly LoadPoint[]>;
}

/** The wanted count of one gateway and why. */
export interface ScalingDecision extends Outcome {
  readonly id: GatewayId;
  readonly at: Instant;
  readonly policy: string;
  /** The value of the scale target's field when looked at. */
  readonly current?: number;
  readonly readyReplicas?: number;
  /** What the rules ask for before any limit. */
  readonly wanted?: number;
  readonly change?: ScaleChange;
  /** What was refused by a limit. */
  readonly withheld?: ScaleChange;
  readonly clamps: readonly Clamp[];
  readonly signals: readonly SignalReport[];
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
  readonly target: number;
  readonly state: 'complete' | 'partial' | 'missing';
  readonly at?: Instant;
  readonly load?: number;
  /** Replicas that this signal alone would have now. */
  readonly wants?: number;
  readonly problem?: string;
}

/** A change not seen to complete counts as completed after this long, so that one stuck pod does not hold for ever. */
const PATIENCE: Millis = 10 * MINUTE;
/** Keeps 3.0000000000000004 replicas from becoming 4. */
const ROUNDING = 1e-9;

/** Decides for one gateway; `limitScaling` (limits.ts) then says what of it may be done now. */
export function decideScaling(snapshot: ScalingSnapshot): ScalingDecision {
  const signals = snapshot.signals.map((seen) => reportSignal(seen, snapshot));
  const { reason, message, wanted, clamps } = want(snapshot, signals);
  const { id, at, policy, target, readyReplicas } = snapshot;
  const to = clamps.at(-1)?.to ?? wanted;
  const because = to === target.current ? (clamps.at(-1)?.reason ?? reason) : reason;
  return {
    id,
    at,
    policy: policy.name,
    outcome: to !== target.current ? 'change' : STEADY.has(because) ? 'steady' : 'hold',
    reason: because,
    message: [message, ...clamps.map((clamp) => clamp.message)].join('; '),
    needsPerson: because === 'TooManyReplicas' || (because === 'MissingMetrics' && longMissing(snapshot)),
    current: target.current,
    readyReplicas,
    wanted,
    ...(to === target.current ? {} : { change: { target, from: target.current, to } }),
    clamps,
    signals,
  };
}

/** Reasons for leaving the count alone that are no hold: what is there is what should be there. */
const STEADY: ReadonlySet<Reason> = new Set(['WithinTolerance', 'OverrideHeld', 'TooFewReplicas']);

interface Wanted {
  readonly reason: Reason;
  readonly message: string;
  readonly wanted: number;
  readonly clamps: readonly Clamp[];
}

/** Order of precedence: a person, the bounds, load. */
function want(snapshot: ScalingSnapshot, signals: readonly SignalReport[]): Wanted {
  const { current } = snapshot.target;
  const override = activeOverride(snapshot);
  if (override !== undefined) {
    const { max, min } = snapshot.policy.replicas;
    if (override.replicas >= min && override.replicas <= max) return wantOverride(override, current);
    // The bounds were changed after it was accepted. Obeying it partly would cut replicas at once.
    const byLoad = wantByLoad(snapshot, signals);
    const why = `the override to ${override.replicas} by ${override.owner} is outside the bounds and void`;
    return { ...byLoad, message: `${byLoad.message}; ${why}` };
  }
  return wantByLoad(snapshot, signals);
}

function wantByLoad(snapshot: ScalingSnapshot, signals: readonly SignalReport[]): Wanted {
  const { current } = snapshot.target;
  if (current === 0) return stay('ScalingDisabled', 'scaled to 0 by somebody; left alone until it has replicas', 0);
  if (snapshot.signals.length === 0) return stay('NoLoadBalancer', 'no load balancer is bound to it yet', current);
  const message = loadMessage(signals, current);
  const up = recommendedUp(snapshot);
  if (up.lowest > current || current < snapshot.policy.replicas.min) return wantMore(snapshot, up.lowest, message);
  const missing = signals.filter(({ state }) => state === 'missing');
  if (missing.length > 0) return stay('MissingMetrics', `no usable data: ${problems(missing)}`, current);
  const down = recommendedDown(snapshot);
  if (down.highest < current) return wantFewer(snapshot, down, message);
  if (up.newest > current)
    return stay('ScaleUpStabilized', `${message}; a lower load within the window counts`, current);
  if (down.newest < current) {
    return stay('ScaleDownStabilized', `${message}; a higher load within the window counts`, current);
  }
  return stay('WithinTolerance', message, current);
}

function stay(reason: Reason, message: string, current: number): Wanted {
  return { reason, message, wanted: current, clamps: [] };
}

// --- A person's count -------------------------------------------------------------------------------------------

function activeOverride({ journal, at }: ScalingSnapshot): Override | undefined {
  const override = journal.ok ? journal.value.override : undefined;
  return override !== undefined && override.from <= at && at < override.until ? override : undefined;
}

function wantOverride({ owner, reason, replicas, until }: Override, current: number): Wanted {
  return {
    reason: replicas === current ? 'OverrideHeld' : 'Override',
    message: `${owner} asked for ${replicas} until ${isoTime(until)}: ${reason}`,
    wanted: replicas,
    clamps: [],
  };
}

// --- Load -------------------------------------------------------------------------------------------------------

function wantMore(snapshot: ScalingSnapshot, byLoad: number, message: string): Wanted {
  const { policy, target } = snapshot;
  const { min, max } = policy.replicas;
  const wanted = Math.max(byLoad, min);
  const clamps = withinBounds(wanted, { min, max: Math.max(max, target.current) });
  const goal = clamps.at(-1)?.to ?? wanted;
  // Reaching the minimum is not delayed by anything; only what goes beyond it is.
  const cooling = coolingDown(snapshot, policy.scaleUp);
  const limit = Math.max(min, cooling === undefined ? rateLimit(snapshot, 'up') : target.current);
  const slowed: Clamp[] = goal > limit ? [{ ...slow(snapshot, 'up', cooling, limit), from: goal, to: limit }] : [];
  const tooFew = byLoad < min;
  return {
    reason: tooFew ? 'TooFewReplicas' : 'LoadAboveTarget',
    message: tooFew ? `${target.current} replicas are fewer than the minimum of ${min}` : message,
    wanted,
    clamps: [...clamps, ...slowed],
  };
}

function wantFewer(snapshot: ScalingSnapshot, down: Down, message: string): Wanted {
  const { policy, readyReplicas, target } = snapshot;
  const wanted = Math.min(down.highest, policy.replicas.max);
  const clamps = withinBounds(wanted, policy.replicas);
  const goal = clamps.at(-1)?.to ?? wanted;
  if (goal >= target.current) return { reason: 'LoadBelowTarget', message, wanted, clamps };
  if (down.gaps.length > 0) {
    return stay(
      'PartialMetrics',
      `${message}; no scale-in without complete data: ${down.gaps.join('; ')}`,
      target.current,
    );
  }
  if (readyReplicas < goal) {
    const why = `${readyReplicas} of ${target.current} replicas are ready and the load needs ${goal}`;
    return stay('PodsNotReady', `${message}; ${why}: none is taken away`, target.current);
  }
  const cooling = coolingDown(snapshot, policy.scaleDown);
  const limit = cooling === undefined ? rateLimit(snapshot, 'down') : target.current;
  const slowed: Clamp[] = goal < limit ? [{ ...slow(snapshot, 'down', cooling, limit), from: goal, to: limit }] : [];
  const tooMany = target.current > policy.replicas.max;
  return {
    reason: tooMany ? 'TooManyReplicas' : 'LoadBelowTarget',
    message: tooMany ? `${target.current} replicas are more than the maximum of ${policy.replicas.max}` : message,
    wanted,
    clamps: [...clamps, ...slowed],
  };
}

function withinBounds(wanted: number, { min, max }: { readonly min: number; readonly max: number }): readonly Clamp[] {
  if (wanted > max) return [{ reason: 'TooManyReplicas', from: wanted, to: max, message: `the maximum is ${max}` }];
  if (wanted < min) return [{ reason: 'TooFewReplicas', from: wanted, to: min, message: `the minimum is ${min}` }];
  return [];
}

/** The lowest recommendation of the scale-up window, by what is known: a partial load is a lower bound. */
function recommendedUp({ at, policy, signals, target }: ScalingSnapshot): { lowest: number; newest: number } {
  const perMinute = new Map<Instant, number>();
  let newest = 0;
  for (const { signal, load } of signals) {
    const points = load.ok ? load.value : [];
    const last = newestUsable(points, at, policy.metricMaxAge);
    if (last === undefined) continue;
    newest = Math.max(newest, recommend(signal, policy, target.current, last.value));
    for (const point of windowOf(points, last, policy.scaleUp.stabilizationWindow)) {
      const wants = recommend(signal, policy, target.current, point.value);
      perMinute.set(point.at, Math.max(perMinute.get(point.at) ?? 0, wants));
    }
  }
  return { lowest: perMinute.size === 0 ? 0 : Math.min(...perMinute.values()), newest };
}

interface Down {
  readonly highest: number;
  readonly newest: number;
  /** Signals that are not known for every minute of the window, with which `highest` could be higher. */
  readonly gaps: readonly string[];
}

/** The highest recommendation of the scale-down window. */
function recommendedDown({ at, policy, signals, target }: ScalingSnapshot): Down {
  const window = policy.scaleDown.stabilizationWindow;
  const gaps: string[] = [];
  let highest = 0;
  let newest = 0;
  for (const { signal, load } of signals) {
    const points = load.ok ? load.value : [];
    const last = newestUsable(points, at, policy.metricMaxAge);
    if (last === undefined || !isComplete(points, last, window)) gaps.push(`${signal.metric} has gaps in its window`);
    if (last === undefined) continue;
    newest = Math.max(newest, recommend(signal, policy, target.current, last.value));
    for (const { value } of windowOf(points, last, window)) {
      highest = Math.max(highest, recommend(signal, policy, target.current, value));
    }
  }
  return { highest, newest, gaps };
}

/**
 * HPA v2, AverageValue: `ceil(load / target)`, unless the load is within the tolerance of what the present count should
 * carry. A scale-in starts below `scaleInBelow` (or the tolerance, where that is lower) and ends at it, so that replicas
 * taken away are not wanted back at once; between the two nothing moves.
 */
function recommend(signal: Signal, policy: ScalingPolicy, current: number, load: number): number {
  const { scaleInBelow, target } = signal;
  if (load > current * target * (1 + policy.scaleUp.tolerance)) return replicasFor(load, target);
  const floor = Math.min(scaleInBelow, target * (1 - policy.scaleDown.tolerance));
  return load < current * floor ? Math.min(current, replicasFor(load, scaleInBelow)) : current;
}

function replicasFor(load: number, perReplica: number): number {
  return Math.max(1, Math.ceil(load / perReplica - ROUNDING));
}

// --- Waiting and rates ------------------------------------------------------------------------------------------

function coolingDown({ at, journal, target }: ScalingSnapshot, { cooldown }: Behavior): string | undefined {
  const last = carriedOut(journal, target.current).at(-1);
  if (last === undefined || cooldown === 0) return undefined;
  if (last.completedAt === undefined && at - last.at < PATIENCE) {
    return `the change from ${last.from} to ${last.to} at ${isoTime(last.at)} has not completed`;
  }
  const until = (last.completedAt ?? last.at + PATIENCE) + cooldown;
  return at < until ? `cooling down until ${isoTime(until)} after the change to ${last.to}` : undefined;
}

function slow(
  { policy }: ScalingSnapshot,
  direction: 'up' | 'down',
  cooling: string | undefined,
  limit: number,
): Pick<Clamp, 'reason' | 'message'> {
  if (cooling !== undefined) return { reason: 'CoolingDown', message: cooling };
  const { selectPolicy } = direction === 'up' ? policy.scaleUp : policy.scaleDown;
  if (selectPolicy === 'Disabled') {
    return {
      reason: direction === 'up' ? 'ScaleUpDisabled' : 'ScaleDownDisabled',
      message: `scaling ${direction} is disabled`,
    };
  }
  return {
    reason: direction === 'up' ? 'ScaleUpLimit' : 'ScaleDownLimit',
    message: `the rate policies stop at ${limit} for now`,
  };
}

/** The farthest count that the rate policies allow now (KEP-853), counting what was already done in their periods. */
function rateLimit(snapshot: ScalingSnapshot, direction: 'up' | 'down'): number {
  const { current } = snapshot.target;
  const behavior = direction === 'up' ? snapshot.policy.scaleUp : snapshot.policy.scaleDown;
  if (behavior.selectPolicy === 'Disabled') return current;
  const events = carriedOut(snapshot.journal, current);
  const limits = behavior.policies.map(({ type, value, period }) => {
    const start = current - movedSince(events, snapshot.at - period);
    if (direction === 'up') return type === 'Pods' ? start + value : Math.ceil(start * (1 + value / 100) - ROUNDING);
    return type === 'Pods' ? start - value : Math.floor(start * (1 - value / 100) + ROUNDING);
  });
  const widest = (behavior.selectPolicy === 'Max') === (direction === 'up');
  const limit = widest ? Math.max(...limits) : Math.min(...limits);
  return direction === 'up' ? Math.max(limit, current) : Math.max(Math.min(limit, current), 1);
}

/** Net replicas added (negative: removed) by events later than `since`. */
function movedSince(events: readonly ScaleEvent[], since: Instant): number {
  return events.filter(({ at }) => at > since).reduce((sum, { from, to }) => sum + to - from, 0);
}

/** Events that took place: the last one is written down before the change, so it may have been cut off there. */
function carriedOut(journal: Reading<GatewayJournal>, current: number): readonly ScaleEvent[] {
  const events = journal.ok ? journal.value.events : [];
  const last = events.at(-1);
  return last !== undefined && last.from === current && last.to !== current ? events.slice(0, -1) : events;
}

// --- Saying it --------------------------------------------------------------------------------------------------

function reportSignal({ signal, load }: SignalSeen, { at, policy, target }: ScalingSnapshot): SignalReport {
  const base = { metric: signal.metric, unit: LOAD_METRICS[signal.metric].unit, target: signal.target };
  if (!load.ok) return { ...base, state: 'missing', problem: load.problem };
  const last = newestUsable(load.value, at, policy.metricMaxAge);
  if (last === undefined) {
    const newest = load.value.at(-1);
    const problem = newest === undefined ? 'no data' : `newest data is of ${isoTime(newest.at)}`;
    return { ...base, state: 'missing', problem };
  }
  return {
    ...base,
    state: last.missing === 0 ? 'complete' : 'partial',
    at: last.at,
    load: last.value,
    wants: recommend(signal, policy, target.current, last.value),
    ...(last.missing === 0 ? {} : { problem: `${last.missing} load balancers have no data for this minute` }),
  };
}

function problems(signals: readonly SignalReport[]): string {
  return signals.map(({ metric, problem }) => `${metric}: ${problem ?? 'no data'}`).join('; ');
}

/** Data that is only late comes back by itself; a person is told when it has not, or when it cannot be read at all. */
function longMissing({ at, signals }: ScalingSnapshot): boolean {
  return signals.some(({ load }) => !load.ok || at - (load.value.at(-1)?.at ?? 0) > PATIENCE);
}

/** The strongest signal in words: `newConnections 2,400 connections/s is 133 % of 6 replicas × 300`. */
function loadMessage(report: readonly SignalReport[], current: number): string {
  const known = report.flatMap(({ metric, unit, load, target }) =>
    load === undefined ? [] : [{ metric, unit, load, target, share: load / (current * target) }],
  );
  const strongest = known.sort((a, b) => b.share - a.share)[0];
  if (strongest === undefined) return 'no signal has usable data';
  const { metric, unit, load, target, share } = strongest;
  return `${metric} ${round(load)} ${unit} is ${Math.round(share * 100)} % of ${current} × ${round(target)}`;
}

/** Three digits are enough to decide by: `4500`, `0.25`, `208M`. */
function round(value: number): string {
  if (value >= 1e9) return `${Number((value / 1e9).toPrecision(3))}G`;
  if (value >= 1e6) return `${Number((value / 1e6).toPrecision(3))}M`;
  return value >= 100 ? String(Math.round(value)) : String(Number(value.toPrecision(3)));
}
