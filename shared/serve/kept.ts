import type { Told } from './notices';
import type { ProposedBefore } from './proposals';

/** What an instance keeps from look to look. Nothing rests on it: a new instance may tell once more, or say less of a difference. */
export interface Kept {
  readonly told: Told;
  readonly proposed: ProposedBefore;
}

export function nothingKept(): Kept {
  return { told: new Map(), proposed: new Map() };
}
