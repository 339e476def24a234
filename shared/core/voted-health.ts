/** What the vendor's own checks and the vantage points together say of a CLB. Pure. */
import type { Judgement } from './judgement';
import type { ClbHealth, FrontClb } from './publication-model';

/**
 * One that its backends or its clients cannot use is sick. Where they disagree it is not known, and nothing is done on it. A
 * region whose API does not answer is judged by its clients alone, and where no vantage point says anything its backends are.
 */
export function votedHealth(
  { address, health }: Pick<FrontClb, 'address' | 'health'>,
  votes: ReadonlyMap<string, Judgement> | undefined,
): ClbHealth {
  if (votes === undefined) return health;
  const judgement = votes.get(address);
  if (judgement === undefined || isSilent(judgement)) return health;
  const { message, state } = judgement;
  if (state === 'down') return { state: 'sick', why: message };
  if (health.state === 'sick') {
    return state === 'up' ? { state: 'unknown', why: `${health.why}, and yet it is ${message}` } : health;
  }
  return state === 'up' ? { state: 'well' } : { state: 'unknown', why: message };
}

/** Whether nobody said anything that counts. */
export function isSilent({ down, up }: Judgement): boolean {
  return up.length + down.length === 0;
}
