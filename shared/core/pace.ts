/** How fast a count may move: cooldowns and rate policies, counted from the changes that took place. */
import type { Clamp } from './decision';
import type { ScaleEvent } from './gateway';
import { recentEvents } from './journal';
import type { Behavior } from './policy';
import { ROUNDING } from './recommendation';
import type { ScalingSnapshot } from './scaling';
import { type Instant, isoTime, MINUTE, type Millis } from './time';

type Direction = 'up' | 'down';

/** A change not seen to complete counts as completed after this long, so that one stuck pod does not hold for ever. */
const PATIENCE: Millis = 10 * MINUTE;

/**
 * What keeps this look from going all the way to `goal`: nothing moves while cooling down, then as far as the rate policies
 * allow. Empty when nothing does.
 *
 * @param unslowed a count that a scale-out may always reach
 */
export function slowed(snapshot: ScalingSnapshot, direction: Direction, goal: number, unslowed = 0): readonly Clamp[] {
  const { policy, target } = snapshot;
  const cooling = coolingDown(snapshot, direction === 'up' ? policy.scaleUp : policy.scaleDown);
  const free = cooling === undefined ? rateLimit(snapshot, direction) : target.current;
  const limit = direction === 'up' ? Math.max(free, unslowed) : free;
  if (direction === 'up' ? goal <= limit : goal >= limit) return [];
  const why =
    cooling === undefined
      ? slowness(snapshot, direction, limit)
      : ({ reason: 'CoolingDown', message: cooling } as const);
  return [{ ...why, from: goal, to: limit }];
}

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

function slowness({ policy }: ScalingSnapshot, direction: Direction, limit: number): Pick<Clamp, 'reason' | 'message'> {
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
function carriedOut({ at, journal, target }: ScalingSnapshot): readonly ScaleEvent[] {
  const events = journal.ok ? recentEvents(journal.value.events, at) : [];
  return events.filter(({ from, to }, index) => {
    const next = events[index + 1]?.from ?? target.current;
    return next !== from || to === from;
  });
}
