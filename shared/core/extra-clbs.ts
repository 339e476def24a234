/** Which of the extra CLBs of a gateway are wanted, and which are to be made. Pure. */
import type { ClbStage, IntentSeen } from './clb-stage';

/** An extra CLB as its gateway's look sees it. */
export interface ExtraClb {
  readonly intent: IntentSeen;
  /** Whether it does its work badly, so that it is the first to go. */
  readonly sick: boolean;
}

/** Past the point of no return: a new want is a new instance. */
const LEAVING: ReadonlySet<ClbStage> = new Set(['unbound', 'deleting']);
const ATTACHING: ReadonlySet<ClbStage> = new Set(['intent', 'bought', 'binding']);

export function isAttaching({ stage }: Pick<IntentSeen, 'stage'>): boolean {
  return ATTACHING.has(stage);
}

/**
 * The names of those that are wanted when `count` are. The sick go first, then those that are being released already, then
 * the highest ordinals: the same for whoever looks, so that two looks never release two.
 */
export function wantedExtras(extras: readonly ExtraClb[], count: number): ReadonlySet<string> {
  const staying = extras.filter(({ intent }) => !LEAVING.has(intent.stage));
  const ranked = staying.toSorted((a, b) => rank(a) - rank(b) || a.intent.ordinal - b.intent.ordinal);
  return new Set(ranked.slice(0, count).map(({ intent }) => intent.name));
}

function rank({ intent, sick }: ExtraClb): number {
  return (sick ? 2 : 0) + (intent.stage === 'draining' ? 1 : 0);
}

/** How many of `count` there is nothing for yet: one that is being released can be kept, a sick one is replaced. */
export function missingExtras(extras: readonly ExtraClb[], count: number): number {
  return Math.max(0, count - extras.filter(({ intent, sick }) => !sick && !LEAVING.has(intent.stage)).length);
}

/** The lowest ordinal that no Service has, whatever its stage. */
export function freeOrdinal(taken: readonly number[]): number {
  for (let ordinal = 1; ; ordinal += 1) if (!taken.includes(ordinal)) return ordinal;
}
