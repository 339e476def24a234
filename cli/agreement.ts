import { counted } from '../shared/core/words';
import { shown } from './paint';
import type { Result } from './result';
import type { World } from './world';

/**
 * `3 changes would be made.`
 *
 * @param isSeen whether everything was
 * @param others what there is beside the changes, in words
 */
export function wouldBeMade(changes: number, isSeen: boolean, others: readonly string[] = []): string {
  const nothing = isSeen
    ? 'Nothing would be changed'
    : 'Nothing is known that would be changed: not everything could be seen';
  return `${[changes > 0 ? `${counted(changes, 'change')} would be made` : nothing, ...others].join('; ')}.`;
}

/** Shows a plan, notes first, and asks whether its changes are to be made. */
export async function isAgreed({ errors, lines, notes }: Result, changes: number, world: World): Promise<boolean> {
  for (const line of [...notes.map((note) => shown(`Note: ${note}`)), ...lines]) world.error(line);
  if (errors.length > 0) world.error(`What could not be seen is left out: ${counted(errors.length, 'error')}.`);
  return await saysYes(`Make ${changes === 1 ? 'this change' : `these ${changes} changes`}?`, world);
}

/** Whether a person answers yes; anything else is no. */
export async function saysYes(question: string, world: Pick<World, 'ask'>): Promise<boolean> {
  return /^y(es)?$/i.test((await world.ask(`${question} [y/N] `)).trim());
}

/** A plan that was not agreed to: what is to be done is still to be done. */
export function declined(before: Result): Result {
  return { ...before, body: { ...before.body, done: [] }, lines: ['Nothing was changed.'], isNoted: true };
}
