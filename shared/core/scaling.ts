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
import type { Clamp, Outcome, Reason } from './decision';
import type { GatewayId, GatewayJournal, Override, Reading, ScaleEvent, ScaleTarget } from './gateway';
import { recentEvents } from './journal';
import { isComplete, type LoadPoint, newestComplete, newestKnown, windowOf } from './load';
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
    needsPerson: to === target.current && asksForPerson(because, snapshot),
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
  const { max, min } = snapshot.policy.replicas;
  if (current === 0) return stay('ScalingDisabled', 'scaled to 0 by somebody; left alone until it has replicas', 0);
  const message = loadMessage(signals, current);
  const up = recommendedUp(snapshot);
  if (up.lowest > current || current < min) return wantMore(snapshot, up.lowest, message);
  if (signals.length === 0) return stay('NoLoadBalancer', 'no load balancer is bound to its Service', current);
  const missing = signals.filter(({ state }) => state === 'missing');
  if (missing.length > 0) return stay('MissingMetrics', `no usable data: ${problems(missing)}`, current);
  const down = recommendedDown(snapshot);
  if (down.highest < current || current > max) return wantFewer(snapshot, down, message);
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
  // Not compared with its start: a look that began just before it must not undo it.
  const override = journal.ok ? journal.value.override : undefined;
  return override !== undefined && at < override.until ? override : undefined;
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
  // A maximum below the present count keeps it from growing; walking down is for when the load allows it.
  const most = Math.max(max, target.current);
  const clamps = wanted > most ? [bound('TooManyReplicas', wanted, most, `the maximum is ${max}`)] : [];
  const goal = Math.min(wanted, most);
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
  const { current } = target;
  const { max, min } = policy.replicas;
  const tooMany = current > max;
  // A maximum may have been lowered by mistake: it is approached as far as the load's own targets allow.
  const wanted = tooMany ? Math.min(down.highest, Math.max(max, down.needed)) : down.highest;
  const goal = Math.max(wanted, min);
  const clamps = goal > wanted ? [bound('TooFewReplicas', wanted, goal, `the minimum is ${min}`)] : [];
  if (goal >= current) {
    return tooMany
      ? stay('TooManyReplicas', `${message}; the maximum is ${max}, but the load needs ${down.needed}`, current)
      : { reason: 'LoadBelowTarget', message, wanted, clamps };
  }
  if (down.gaps.length > 0) {
    return stay('PartialMetrics', `${message}; no scale-in without complete data: ${down.gaps.join('; ')}`, current);
  }
  if (readyReplicas < goal) {
    const why = `${readyReplicas} of ${current} replicas are ready and the load needs ${goal}`;
    return stay('PodsNotReady', `${message}; ${why}: none is taken away`, current);
  }
  const cooling = coolingDown(snapshot, policy.scaleDown);
  const limit = cooling === undefined ? rateLimit(snapshot, 'down') : current;
  const slowed: Clamp[] = goal < limit ? [{ ...slow(snapshot, 'down', cooling, limit), from: goal, to: limit }] : [];
  return {
    reason: tooMany ? 'TooManyReplicas' : 'LoadBelowTarget',
    message: tooMany
      ? `${current} replicas are more than the maximum of ${max}; ${message}`
      : `${message}; the highest load of the window needs ${down.highest}`,
    wanted,
    clamps: [...clamps, ...slowed],
  };
}

function bound(reason: Reason, from: number, to: number, message: string): Clamp {
  return { reason, from, to, message };
}

/** The lowest recommendation of the scale-up window, by what is known: a partial load is a lower bound. */
function recommendedUp({ at, policy, signals, target }: ScalingSnapshot): { lowest: number; newest: number } {
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

interface Down {
  readonly highest: number;
  readonly newest: number;
  /** Replicas that carry the highest load of the window at the signals' targets, whatever the present count. */
  readonly needed: number;
  /** Signals that are not known for every minute of the window, with which `highest` could be higher. */
  readonly gaps: readonly string[];
}

/** The highest recommendation of the scale-down window, later minutes of which only a part is known included. */
function recommendedDown({ at, policy, signals, target }: ScalingSnapshot): Down {
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

function coolingDown(snapshot: ScalingSnapshot, { cooldown }: Behavior): string | undefined {
  const { at } = snapshot;
  const last = carriedOut(snapshot).at(-1);
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
  const events = carriedOut(snapshot);
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

/**
 * Events that took place. They are written down before the change, so one may have been cut off there: what follows then
 * starts from where it started.
 */
function carriedOut({ at, journal, target }: ScalingSnapshot): readonly ScaleEvent[] {
  const events = journal.ok ? recentEvents(journal.value.events, at) : [];
  return events.filter(({ from, to }, index) => {
    const next = events[index + 1]?.from ?? target.current;
    return next !== from || to === from;
  });
}

// --- Saying it --------------------------------------------------------------------------------------------------

function reportSignal({ signal, load }: SignalSeen, { at, policy, target }: ScalingSnapshot): SignalReport {
  const base = { metric: signal.metric, unit: LOAD_METRICS[signal.metric].unit, target: signal.target };
  if (!load.ok) return { ...base, state: 'missing', problem: load.problem };
  const last = newestKnown(load.value, at, policy.metricMaxAge);
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
function asksForPerson(reason: Reason, { at, signals }: ScalingSnapshot): boolean {
  if (reason === 'MissingMetrics') {
    return signals.some(({ load }) => !load.ok || at - (load.value.at(-1)?.at ?? 0) > PATIENCE);
  }
  if (reason === 'PartialMetrics')
    return signals.some(({ load }) => load.ok && load.value.every(({ missing }) => missing > 0));
  return reason === 'TooManyReplicas';
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
