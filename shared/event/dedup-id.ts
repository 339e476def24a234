import { kept } from './fields';

/** As long as any other text that is kept of an event. */
const LONGEST = 200;

/**
 * What two notices of the same change have in common, from all the parts that tell changes apart; `undefined` when one is
 * not known or together they are too long, since part of them could be the key of another change too. A notice without a
 * key is taken as new: looking once more is harmless, and missing an alarm may not be.
 */
export function dedupIdOf(...parts: readonly (string | undefined)[]): string | undefined {
  if (parts.includes(undefined)) return undefined;
  const id = parts.join('/');
  return id.length <= LONGEST ? kept(id) : undefined;
}
