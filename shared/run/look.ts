import type { Outcome } from '../core/decision';

/** What a look saw of one subject: enough to decide on, or a decision already made because it is not enough. */
export type Seen<Snapshot, Decision> =
  | { readonly seen: 'whole'; readonly snapshot: Snapshot }
  | { readonly seen: 'not-enough'; readonly decision: Decision };

/**
 * The loop of every function: observe → decide → limit → apply → verify. Alarm, timer and person run the same one.
 * `decide` and `limit` are pure. A dry run has no `apply` and no `verify`: it is the same loop with the writing half absent.
 */
export interface Steps<Snapshot, Decision extends Outcome> {
  observe(): Promise<readonly Seen<Snapshot, Decision>[]>;
  decide(snapshot: Snapshot): Decision;
  limit(decision: Decision): Decision;
  readonly writing: WritingSteps<Decision> | undefined;
}

export interface WritingSteps<Decision extends Outcome> {
  /** Carries out the decisions whose outcome is `change`; returns all of them, with what became of each. */
  apply(decisions: readonly Decision[]): Promise<readonly Decision[]>;
  /** Reads back what was written. */
  verify(decisions: readonly Decision[]): Promise<readonly Decision[]>;
}

export async function look<Snapshot, Decision extends Outcome>(
  steps: Steps<Snapshot, Decision>,
): Promise<readonly Decision[]> {
  const seen = await steps.observe();
  const decisions = seen.map((each) =>
    each.seen === 'whole' ? steps.limit(steps.decide(each.snapshot)) : each.decision,
  );
  if (steps.writing === undefined) return decisions;
  return steps.writing.verify(await steps.writing.apply(decisions));
}
