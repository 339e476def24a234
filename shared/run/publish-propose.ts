import type { Refusal } from '../core/limits';
import type { Hold, NamePlan, NameToPublish } from '../core/publication-model';
import { textOf } from './publish-add';
import { removalStep } from './publish-remove';
import type { PublishingLook } from './publish-run';

/** A name in mode `propose`: as it may be written to, once its plan is approved, or what it waits for. */
export interface Proposed {
  readonly name: NameToPublish;
  readonly waits: (Hold & { readonly proposal: string | undefined }) | undefined;
}

export function proposed({ propose }: Pick<PublishingLook, 'propose'>, plan: NamePlan): Proposed {
  const { name, outcome } = plan;
  if (name.publish !== 'propose' || outcome !== 'change') return { name, waits: undefined };
  const steps = wasAskedFor(plan) ? [] : stepsOf(plan);
  // What is written down of answers changes nothing that clients see; where there is nothing else, nobody is asked.
  const refusal: Refusal | undefined = steps.length === 0 ? undefined : propose(name.name)(steps);
  if (refusal === undefined) return { name: { ...name, publish: 'auto' }, waits: undefined };
  const { message, needsPerson = false, proposal, reason } = refusal;
  return { name, waits: { reason, message, needsPerson, proposal } };
}

/** A drain or a pin of a person's needs no second word. */
function wasAskedFor({ lines }: NamePlan): boolean {
  return lines.every(
    ({ additions, removals }) =>
      additions.every((step) => step.do === 'mark') && removals.every(({ reason }) => reason === 'RegionDrained'),
  );
}

/** By what they are, not by their reasons. */
function stepsOf({ lines }: NamePlan): readonly string[] {
  return lines.flatMap(({ additions, removals }) => [
    ...additions.filter((step) => step.do !== 'mark').map(textOf),
    ...removals.map(removalStep),
  ]);
}
