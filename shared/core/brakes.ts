/** What keeps replicas from being taken away although the load would allow it, and from being added although it asks. */

import { activeProtection, type Bound } from './bounds';
import type { Clamp, Reason } from './decision';
import { formatDuration } from './duration';
import { DROP_REMEMBERED, newestComplete } from './load';
import { carriedOut } from './pace';
import { seenUntil } from './recommendation';
import type { ScalingSnapshot } from './scaling';
import { isWarmingUp } from './steps';
import { isoTime, MINUTE, type Millis } from './time';

const DROP = 2;

/** A node autoscaler gets this long to make room before pods count as stuck. */
const NODES_COME_WITHIN: Millis = 3 * MINUTE;

export interface Brake {
  readonly reason: Reason;
  readonly message: string;
}

/** Why nothing may be taken away now. */
export function scaleInBrake(snapshot: ScalingSnapshot, goal: number): Brake | undefined {
  return (
    tooFewReady(snapshot, goal) ??
    protectedNow(snapshot) ??
    warmingUp(snapshot) ??
    droppedLoad(snapshot, goal) ??
    drainTooShort(snapshot)
  );
}

function tooFewReady({ readyReplicas, target }: ScalingSnapshot, goal: number): Brake | undefined {
  if (readyReplicas >= goal) return undefined;
  const why = `${readyReplicas} of ${target.current} replicas are ready and the load needs ${goal}`;
  return { reason: 'PodsNotReady', message: `${why}: none is taken away` };
}

function protectedNow(snapshot: ScalingSnapshot): Brake | undefined {
  const protection = activeProtection(snapshot);
  if (protection === undefined) return undefined;
  const { owner, reason, until } = protection;
  return { reason: 'Protected', message: `${owner} protects it until ${isoTime(until)}: ${reason}` };
}

function warmingUp(snapshot: ScalingSnapshot): Brake | undefined {
  const events = carriedOut(snapshot);
  const warming = snapshot.signals.some(
    ({ signal }) => 'steps' in signal && isWarmingUp(events, seenUntil(signal, snapshot), signal.warmUp),
  );
  return warming
    ? { reason: 'WarmingUp', message: 'replicas added a moment ago do not show in the metrics yet: none is taken away' }
    : undefined;
}

/** Silent when what would be left still carries the load from before the drop. */
function droppedLoad({ at, policy, signals }: ScalingSnapshot, goal: number): Brake | undefined {
  for (const { signal, load } of signals) {
    const points = load.ok ? load.value : [];
    const newest = newestComplete(points, at, policy.metricMaxAge);
    if ('steps' in signal || newest === undefined) continue;
    const before = points.findLast(
      (point) =>
        point.at > newest.at - DROP_REMEMBERED &&
        point.at < newest.at &&
        point.value >= DROP * newest.value &&
        point.value > goal * signal.target,
    );
    if (before === undefined) continue;
    const [high, low] = [before.value, newest.value].map((value) => Number(value.toPrecision(3)));
    const message = `${signal.metric} fell from ${high} to ${low} at ${isoTime(before.at)} or later, which may be an outage`;
    return {
      reason: 'LoadDropped',
      message: `${message}: nothing is taken away before ${isoTime(before.at + DROP_REMEMBERED)}`,
    };
  }
  return undefined;
}

/** Pods end at the end of their grace period, whatever connections are still open. */
function drainTooShort({ drain, policy }: ScalingSnapshot): Brake | undefined {
  const asked = policy.connectionDrain;
  const needed = asked ?? drain.loadBalancers ?? 0;
  const text = formatDuration(needed);
  if (needed > drain.gracePeriod) {
    const who = asked === undefined ? 'the load balancers wait' : 'connectionDrain asks for';
    const grace = formatDuration(drain.gracePeriod);
    const message = `${who} ${text} for connections to end, but pods are killed after ${grace} (terminationGracePeriodSeconds)`;
    return { reason: 'DrainTooShort', message };
  }
  if (asked === undefined || needed <= (drain.loadBalancers ?? 0)) return undefined;
  const waits = drain.loadBalancers === undefined ? 'do not wait' : `wait ${formatDuration(drain.loadBalancers)}`;
  const message = `connectionDrain asks for ${text}, but the load balancers ${waits} (connection-drain-timeout)`;
  return { reason: 'DrainTooShort', message };
}

/** Pods that no node has room for: more of them would wait as well. A floor is written all the same. */
export function stuckPods(
  { at, target, unschedulable }: ScalingSnapshot,
  goal: number,
  floor: Bound,
): Clamp | undefined {
  const stuck = unschedulable.filter(({ since }) => at - since >= NODES_COME_WITHIN);
  const limit = Math.max(target.current, Math.min(goal, floor.replicas));
  const [first] = stuck;
  if (first === undefined || goal <= limit) return undefined;
  const message = `${stuck.length} pods are unschedulable since ${isoTime(Math.min(...stuck.map(({ since }) => since)))} (${first.message})`;
  return { reason: 'UnschedulablePods', from: goal, to: limit, message };
}
