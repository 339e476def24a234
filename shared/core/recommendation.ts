/** What the load recommends, minute by minute; {@link ./scaling} decides what follows from it. */
import { isComplete, newestComplete, newestKnown, windowOf } from './load';
import { carriedOut } from './pace';
import type { ScalingPolicy, Signal, StepSignal, TargetSignal } from './policy';
import { ROUNDING } from './rounding';
import type { ScalingSnapshot, SignalSeen } from './scaling';
import { countsAround, type StepWant, scalesIn, stepWant } from './steps';
import { type Instant, MINUTE } from './time';

/** The lowest recommendation of the scale-up window, by what is known: a partial load is a lower bound. */
export function recommendedUp(snapshot: ScalingSnapshot): { lowest: number; newest: number } {
  const { at, policy, signals } = snapshot;
  const perMinute = new Map<Instant, number>();
  let newest = 0;
  for (const { signal, load } of signals) {
    const points = load.ok ? load.value : [];
    const last = newestKnown(points, at, policy.metricMaxAge);
    if (last === undefined) continue;
    newest = Math.max(newest, wants(signal, snapshot, last.value));
    for (const point of windowOf(points, last, policy.scaleUp.stabilizationWindow)) {
      const asked = wants(signal, snapshot, point.value);
      perMinute.set(point.at, Math.max(perMinute.get(point.at) ?? 0, asked));
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
export function recommendedDown(snapshot: ScalingSnapshot): Down {
  const { at, policy, signals, target } = snapshot;
  const window = policy.scaleDown.stabilizationWindow;
  const gaps: string[] = [];
  let highest = 0;
  let newest = 0;
  let needed = 0;
  for (const { signal, load } of signals) {
    const points = load.ok ? load.value : [];
    const last = newestComplete(points, at, policy.metricMaxAge);
    const whole = last !== undefined && isComplete(points, last, window);
    if (!whole && !mayBeMissing({ signal, load })) gaps.push(`${signal.metric} has gaps in its window`);
    const known = points.filter((point) => point.at > (last?.at ?? at) - Math.max(window, MINUTE) && point.at <= at);
    for (const { value } of known) {
      highest = Math.max(highest, wantsAtMost(signal, snapshot, value));
      needed = Math.max(needed, neededFor(signal, snapshot, value));
    }
    const latest = newestKnown(points, at, policy.metricMaxAge);
    if (latest !== undefined) newest = Math.max(newest, wantsAtMost(signal, snapshot, latest.value));
  }
  // Nobody who has a say was heard: no data, or only rules that never take away.
  if (highest === 0) return { highest: target.current, newest: target.current, needed, gaps };
  return { highest, newest, needed, gaps };
}

/** Whether a signal that was read may have no data, since it has no say in a scale-in: it then counts as in no step. */
export function mayBeMissing({ load, signal }: SignalSeen): boolean {
  return load.ok && 'steps' in signal && signal.whenMissing === 'ignore' && !scalesIn(signal);
}

/** The count that one signal alone would have. */
export function wants(signal: Signal, snapshot: ScalingSnapshot, value: number): number {
  return 'steps' in signal
    ? wantsByStep(signal, snapshot, value).replicas
    : recommend(signal, snapshot.policy, snapshot.target.current, value);
}

/** The step that a value is in and what it asks for. */
export function wantsByStep(signal: StepSignal, snapshot: ScalingSnapshot, value: number): StepWant {
  const { runningReplicas, target } = snapshot;
  const running = target.ceiling === undefined ? target.current : Math.max(target.current, runningReplicas);
  const now = { current: target.current, running };
  const counts = countsAround(now, carriedOut(snapshot), seenUntil(signal, snapshot), signal.warmUp);
  return stepWant(signal, counts, value);
}

/** The start of the newest minute known: changes after it cannot show in the metric. */
export function seenUntil(signal: StepSignal, { at, policy, signals }: ScalingSnapshot): Instant {
  const load = signals.find((each) => each.signal === signal)?.load;
  const newest = load?.ok === true ? newestKnown(load.value, at, policy.metricMaxAge) : undefined;
  return (newest?.at ?? at - policy.metricMaxAge) - MINUTE;
}

/** As far down as a signal lets the count go; 0 when it has no say. */
function wantsAtMost(signal: Signal, snapshot: ScalingSnapshot, value: number): number {
  if (!('steps' in signal) || scalesIn(signal)) return wants(signal, snapshot, value);
  return wantsByStep(signal, snapshot, value).step === undefined ? 0 : snapshot.target.current;
}

function neededFor(signal: Signal, snapshot: ScalingSnapshot, value: number): number {
  return 'steps' in signal ? wantsAtMost(signal, snapshot, value) : replicasFor(value, signal.target);
}

/**
 * HPA v2, AverageValue: `ceil(load / target)`, unless the load is within the tolerance of what the present count should
 * carry. A scale-in starts below `scaleInBelow` (or the tolerance, where that is lower) and ends at it, so that replicas
 * taken away are not wanted back at once; between the two nothing moves.
 */
function recommend(signal: TargetSignal, policy: ScalingPolicy, current: number, load: number): number {
  const { scaleInBelow, target } = signal;
  if (load > current * target * (1 + policy.scaleUp.tolerance)) return replicasFor(load, target);
  const floor = Math.min(scaleInBelow, target * (1 - policy.scaleDown.tolerance));
  return load < current * floor ? Math.min(current, replicasFor(load, scaleInBelow)) : current;
}

function replicasFor(load: number, perReplica: number): number {
  return Math.max(1, Math.ceil(load / perReplica - ROUNDING));
}
