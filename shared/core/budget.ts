/** What a gateway has used of its budget. */
import type { Bound } from './bounds';
import type { Alarm, Clamp } from './decision';
import { carriedOut } from './pace';
import type { ScalingSnapshot } from './scaling';
import { DAY, HOUR } from './time';
import { replicaHoursToday } from './usage';

/** The estimate as a decision shows it. */
export interface ReplicaHours {
  readonly today: number;
  /** At the end of the day, if the count stays as it is after this decision. */
  readonly wholeDay: number;
}

export function estimate({ at, journal, runningReplicas }: ScalingSnapshot, replicas: number): ReplicaHours {
  const today = replicaHoursToday(journal.ok ? journal.value.usage : undefined, runningReplicas, at);
  const left = DAY - (at % DAY);
  return { today: rounded(today), wholeDay: rounded(today + (replicas * left) / HOUR) };
}

/** What of the budget is exceeded by going to `goal`, in words. */
function exceeded(snapshot: ScalingSnapshot, goal: number): string | undefined {
  const { policy, target } = snapshot;
  const { replicaHoursPerDay, replicasPerHour } = policy.budget ?? {};
  const added = addedWithinHour(snapshot) + Math.max(0, goal - target.current);
  if (replicasPerHour !== undefined && goal > target.current && added > replicasPerHour) {
    return `${added} replicas would be added within an hour, more than the budget of ${replicasPerHour}`;
  }
  const { today } = estimate(snapshot, target.current);
  return replicaHoursPerDay !== undefined && today >= replicaHoursPerDay
    ? `${today} replica-hours today, at the budget of ${replicaHoursPerDay}`
    : undefined;
}

function addedWithinHour(snapshot: ScalingSnapshot): number {
  return carriedOut(snapshot)
    .filter((event) => event.at > snapshot.at - HOUR)
    .reduce((sum, { from, to }) => sum + Math.max(0, to - from), 0);
}

/**
 * Tells a person, whatever else the look decides.
 *
 * @param to what the other limits leave
 * @param cut what the budget itself cut
 */
export function budgetAlarms(snapshot: ScalingSnapshot, to: number, cut: Clamp | undefined): readonly Alarm[] {
  const message = cut?.message ?? exceeded(snapshot, Math.max(to, snapshot.target.current));
  return message === undefined ? [] : [{ reason: 'BudgetExceeded', message }];
}

/** Where the budget stops a scale-out, if the policy says that it does; a floor is never stopped by it. */
export function overBudget(snapshot: ScalingSnapshot, goal: number, floor: Bound): Clamp | undefined {
  const { policy, target } = snapshot;
  const message = exceeded(snapshot, goal);
  if (message === undefined || policy.budget?.whenExceeded !== 'hold') return undefined;
  const limit = Math.max(target.current, Math.min(goal, floor.replicas), affordable(snapshot, goal));
  return goal <= limit ? undefined : { reason: 'BudgetExceeded', from: goal, to: limit, message };
}

/** The highest count up to `goal` that the budget still allows. */
function affordable(snapshot: ScalingSnapshot, goal: number): number {
  const { current } = snapshot.target;
  // Without adding anything only the hours of the day can be exceeded.
  if (exceeded(snapshot, current) !== undefined) return current;
  const left = (snapshot.policy.budget?.replicasPerHour ?? goal) - addedWithinHour(snapshot);
  return Math.min(goal, current + Math.max(0, left));
}

function rounded(hours: number): number {
  return Math.round(hours * 10) / 10;
}
