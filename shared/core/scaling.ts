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
import type { GatewayId, GatewayJournal, Override, Reading, ScaleTarget } from './gateway';
import type { LoadPoint } from './load';
import { slowed } from './pace';
import type { ScalingPolicy, Signal } from './policy';
import { type Down, recommendedDown, recommendedUp } from './recommendation';
import { loadMessage, problems, reportSignal } from './signal-report';
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

/** Data later than this is not just late: CloudMonitor itself takes 2 to 3 minutes. */
const PATIENCE: Millis = 10 * MINUTE;

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

function wantMore(snapshot: ScalingSnapshot, byLoad: number, message: string): Wanted {
  const { policy, target } = snapshot;
  const { min, max } = policy.replicas;
  const wanted = Math.max(byLoad, min);
  // A maximum below the present count keeps it from growing; walking down is for when the load allows it.
  const most = Math.max(max, target.current);
  const clamps = wanted > most ? [bound('TooManyReplicas', wanted, most, `the maximum is ${max}`)] : [];
  const goal = Math.min(wanted, most);
  const tooFew = byLoad < min;
  return {
    reason: tooFew ? 'TooFewReplicas' : 'LoadAboveTarget',
    message: tooFew ? `${target.current} replicas are fewer than the minimum of ${min}` : message,
    wanted,
    // Reaching the minimum is not delayed by anything; only what goes beyond it is.
    clamps: [...clamps, ...slowed(snapshot, 'up', goal, min)],
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
  return {
    reason: tooMany ? 'TooManyReplicas' : 'LoadBelowTarget',
    message: tooMany
      ? `${current} replicas are more than the maximum of ${max}; ${message}`
      : `${message}; the highest load of the window needs ${down.highest}`,
    wanted,
    clamps: [...clamps, ...slowed(snapshot, 'down', goal)],
  };
}

function bound(reason: Reason, from: number, to: number, message: string): Clamp {
  return { reason, from, to, message };
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
