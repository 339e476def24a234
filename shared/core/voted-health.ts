/** What the vendor's own checks and the vantage points together say of a CLB. Pure. */
import type { Judgement } from './judgement';
import type { ClbHealth, FrontClb } from './publication-model';

/**
 * One that its backends or its clients cannot use is sick. Where they disagree, or nobody outside can tell, it is not known,
 * and nothing is done on it. A region whose API does not answer is judged by its clients alone.
 */
export function votedHealth(
  { address, health }: Pick<FrontClb, 'address' | 'health'>,
  votes: ReadonlyMap<string, Judgement> | undefined,
): ClbHealth {
  if (votes === undefined) return health;
  const judgement = votes.get(address);
  const state = judgement?.state ?? 'unknown';
  const message = judgement?.message ?? 'no vantage point has looked yet';
  if (state === 'down') return { state: 'sick', why: message };
  if (health.state === 'sick') {
    return state === 'up' ? { state: 'unknown', why: `${health.why}, and yet it is ${message}` } : health;
  }
  return state === 'up' ? { state: 'well' } : { state: 'unknown', why: message };
}
