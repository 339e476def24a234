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
/** The further one has come, the longer it stays. */
const KEPT_FIRST: readonly ClbStage[] = ['serving', 'binding', 'bought', 'draining', 'intent'];

export function isAttaching({ stage }: Pick<IntentSeen, 'stage'>): boolean {
  return ATTACHING.has(stage);
}

/**
 * The names of those that are wanted when `count` are. Those that serve stay first, the sick go first, then the highest
 * ordinals: the same for whoever looks, so that two looks never release two. Of intents the one that was made first stays:
 * whoever lists after making one sees all earlier ones, so that of any number only one goes on to buy.
 */
export function wantedExtras(extras: readonly ExtraClb[], count: number): ReadonlySet<string> {
  const staying = extras.filter(({ intent }) => !LEAVING.has(intent.stage));
  const ranked = staying.toSorted((a, b) => rank(a) - rank(b) || made(a) - made(b) || ordinal(a) - ordinal(b));
  return new Set(ranked.slice(0, count).map(({ intent }) => intent.name));
}

function rank({ intent, sick }: ExtraClb): number {
  return (sick ? KEPT_FIRST.length : 0) + KEPT_FIRST.indexOf(intent.stage);
}

function made({ intent }: ExtraClb): number {
  return intent.stage === 'intent' ? intent.createdAt : 0;
}

function ordinal({ intent }: ExtraClb): number {
  return intent.ordinal;
}

/** How many of `count` there is nothing for yet: one that is being released can be kept, a sick one is replaced. */
export function missingExtras(extras: readonly ExtraClb[], count: number): number {
  return Math.max(0, count - extras.filter(({ intent, sick }) => !sick && !LEAVING.has(intent.stage)).length);
}

/** The lowest ordinal that no Service has, whatever its stage. */
export function freeOrdinal(taken: readonly number[]): number {
  for (let ordinal = 1; ; ordinal += 1) if (!taken.includes(ordinal)) return ordinal;
}
