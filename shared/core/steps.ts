/**
 * Step scaling (EC2 Auto Scaling, "step scaling policies"), read from the metric as it is now: the step that holds the value
 * says what becomes of the count. Replicas still warming up count as the step that added them, so that a repeated alarm is
 * one action, and a larger step adds only the difference. They are warm when the metric speaks of a minute after their warm-up.
 */
import type { ScaleEvent } from './gateway';
import type { Adjustment, RelativeAdjustment, Step, StepSignal } from './policy';
import { ROUNDING } from './rounding';
import type { Instant, Millis } from './time';

/** A change not seen to complete counts as completed after this long, so that one stuck pod does not hold for ever. */
export const PATIENCE: Millis = 600_000;

/** What one value of a step signal asks for. */
export interface StepWant {
  /** `undefined` when no step holds the value, or its step changes nothing. */
  readonly step: Step | undefined;
  readonly replicas: number;
}

/** The present count, and what it was before the changes that are still within the warm-up. */
export interface Counts {
  readonly current: number;
  /** Pods that there are: more than `current` where that is an autoscaler's minimum. */
  readonly running: number;
  /** Without the replicas added. */
  readonly beforeAdding: number;
  /** With the replicas taken away. */
  readonly beforeRemoving: number;
}

/** The count that a value asks for. */
export function stepWant(signal: StepSignal, counts: Counts, value: number): StepWant {
  const { beforeAdding, beforeRemoving, current, running } = counts;
  const measured = signal.per === 'replica' ? value / Math.max(1, running) : value;
  const step = signal.steps.find(
    ({ below = Number.POSITIVE_INFINITY, from = Number.NEGATIVE_INFINITY }) => measured >= from && measured < below,
  );
  if (step === undefined || isNeutral(step.adjust)) return { step: undefined, replicas: current };
  if (step.adjust.type === 'Exact') return { step, replicas: step.adjust.value };
  // A step that adds is never a reason to take away, even when more is warming up than it asks for; nor the other way round.
  return step.adjust.value > 0
    ? { step, replicas: Math.max(current, adjusted(step.adjust, beforeAdding)) }
    : { step, replicas: Math.min(current, adjusted(step.adjust, beforeRemoving)) };
}

/** Whether a signal can ever ask for fewer replicas; one that cannot has no say in a scale-in, unless it wants more. */
export function scalesIn({ steps }: StepSignal): boolean {
  return steps.some(({ adjust }) => adjust.type === 'Exact' || adjust.value < 0);
}

/** @param seenUntil as far as the metric can show what changes have done */
export function countsAround(
  { current, running }: Pick<Counts, 'current' | 'running'>,
  events: readonly ScaleEvent[],
  seenUntil: Instant,
  warmUp: Millis,
): Counts {
  const recent = events.filter((event) => warmAt(event, warmUp) > seenUntil);
  const moved = (sign: 1 | -1): number =>
    recent.reduce((sum, { from, to }) => sum + Math.max(0, sign * (to - from)), 0);
  return {
    current,
    running,
    beforeAdding: Math.max(1, current - moved(1)),
    beforeRemoving: current + moved(-1),
  };
}

/** Whether replicas that were added are still warming up, as far as the metric can show. */
export function isWarmingUp(events: readonly ScaleEvent[], seenUntil: Instant, warmUp: Millis): boolean {
  return events.some((event) => event.to > event.from && warmAt(event, warmUp) > seenUntil);
}

function warmAt({ at, completedAt }: ScaleEvent, warmUp: Millis): Instant {
  return (completedAt ?? at + PATIENCE) + warmUp;
}

function isNeutral({ type, value }: Adjustment): boolean {
  return type !== 'Exact' && value === 0;
}

function adjusted(adjust: RelativeAdjustment, count: number): number {
  switch (adjust.type) {
    case 'Change':
      return Math.max(1, count + adjust.value);
    case 'Percent': {
      const { atLeast, value } = adjust;
      const share = (count * Math.abs(value)) / 100;
      if (value > 0) return count + Math.max(atLeast, Math.ceil(share - ROUNDING));
      return Math.max(1, count - Math.max(atLeast, Math.floor(share + ROUNDING)));
    }
  }
}
