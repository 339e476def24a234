/** How fast a count may move: cooldowns and rate policies, counted from the changes that took place. */
import type { Clamp } from './decision';
import type { ScaleEvent } from './gateway';
import { recentEvents } from './journal';
import type { Behavior } from './policy';
import { ROUNDING } from './rounding';
import type { ScalingSnapshot } from './scaling';
import { PATIENCE } from './steps';
import { type Instant, isoTime, type Millis } from './time';

type Direction = 'up' | 'down';

/**
 * What keeps this look from going all the way to `goal`: nothing moves while cooling down, then as far as the rate policies
 * allow. `undefined` when nothing does.
 *
 * @param unslowed a count that a scale-out may always reach
 */
export function slowed(snapshot: ScalingSnapshot, direction: Direction, goal: number, unslowed = 0): Clamp | undefined {
  const { policy, target } = snapshot;
  const cooling =
    direction === 'up'
      ? coolingDown(snapshot, policy.scaleUp)
      : (draining(snapshot) ?? coolingDown(snapshot, policy.scaleDown));
  const free = cooling === undefined ? rateLimit(snapshot, direction) : target.current;
  const limit = direction === 'up' ? Math.max(free, unslowed) : free;
  if (direction === 'up' ? goal <= limit : goal >= limit) return undefined;
  return { ...(cooling ?? slowness(snapshot, direction, limit)), from: goal, to: limit };
}

type Why = Pick<Clamp, 'reason' | 'message'>;

function coolingDown(snapshot: ScalingSnapshot, { cooldown }: Behavior): Why | undefined {
  const { at } = snapshot;
  const last = carriedOut(snapshot).at(-1);
  if (last === undefined || cooldown === 0) return undefined;
  const completed = completion(last, snapshot);
  if (completed === undefined) {
    const message = `the change from ${last.from} to ${last.to} at ${isoTime(last.at)} has not completed`;
    return { reason: 'CoolingDown', message };
  }
  const until = completed + cooldown;
  if (at >= until) return undefined;
  return { reason: 'CoolingDown', message: `cooling down until ${isoTime(until)} after the change to ${last.to}` };
}

/** When a change was over: ready pods after a scale-out, connections ended after a scale-in; `undefined` while it is not. */
function completion(event: ScaleEvent, { at, drain, policy }: ScalingSnapshot): Instant | undefined {
  if (event.completedAt === undefined && at - event.at < PATIENCE) return undefined;
  const seen = event.completedAt ?? event.at + PATIENCE;
  return event.to < event.from ? Math.max(seen, event.at + drainTime(drain, policy)) : seen;
}

function draining(snapshot: ScalingSnapshot): Why | undefined {
  const last = carriedOut(snapshot).at(-1);
  if (last === undefined || last.to >= last.from) return undefined;
  const until = last.at + drainTime(snapshot.drain, snapshot.policy);
  if (snapshot.at >= until) return undefined;
  const message = `pods removed at ${isoTime(last.at)} may serve their connections until ${isoTime(until)}`;
  return { reason: 'Draining', message };
}

/** How long a removed pod may go on serving: until its connections have had their time, and never past its grace period. */
function drainTime(drain: ScalingSnapshot['drain'], policy: ScalingSnapshot['policy']): Millis {
  const asked = policy.connectionDrain ?? drain.loadBalancers ?? drain.gracePeriod;
  return Math.min(asked, drain.gracePeriod);
}

function slowness({ policy }: ScalingSnapshot, direction: Direction, limit: number): Why {
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
function rateLimit(snapshot: ScalingSnapshot, direction: Direction): number {
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
export function carriedOut({ at, journal, target }: ScalingSnapshot): readonly ScaleEvent[] {
  const events = journal.ok ? recentEvents(journal.value.events, at) : [];
  return events.filter(({ from, to }, index) => {
    const next = events[index + 1]?.from ?? target.current;
    return next !== from || to === from;
  });
}
