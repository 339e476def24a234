import type { Reading } from '../core/gateway';
import type { FrontClb, FrontsByRegion, Hold, LinePlan, NameToPublish, Removal } from '../core/publication-model';
import { type Millis, SECOND } from '../core/time';
import { type ClbNow, observeFrontClbs, readClb } from './front-clbs';
import type { PublishingLook } from './publish-run';
import { reading } from './reading';

/** An answer that is to be taken away, with the line that it is on. */
export interface Candidate {
  readonly name: NameToPublish;
  readonly plan: LinePlan;
  readonly removal: Removal;
}

/** A candidate, and the addresses that stay on its line: healthy, and seen to be answered. */
export interface Confirmed {
  readonly candidate: Candidate;
  readonly proven: ReadonlySet<string>;
}

export interface Refused {
  readonly candidate: Candidate;
  readonly hold: Hold;
}

/** Everything once more: lists for what stays, and each CLB that is to go by its id. */
export interface SecondLook {
  /** Before it began, as `elapsed` has it. */
  readonly observedAt: Millis;
  readonly fronts: ReadonlyMap<string, FrontsByRegion>;
  /** Asked once for each CLB, however many names it is behind. */
  read(clb: FrontClb, gateway: string): Promise<Reading<ClbNow>>;
}

/** Which candidates stood a second look, and which did not. */
export interface Verdicts {
  readonly second: SecondLook;
  readonly confirmed: readonly Confirmed[];
  readonly refused: readonly Refused[];
}

/** A verdict must hold for so long before an answer is taken away for it. */
export const CONFIRMED_AFTER: Millis = 10 * SECOND;
/** A verdict that is older says too little of now. */
export const VERDICT_LASTS: Millis = 20 * SECOND;

export async function secondLook(look: PublishingLook, proven: readonly Confirmed[]): Promise<SecondLook> {
  const names = [...new Set(proven.filter(isOfHealth).map(({ candidate }) => candidate.name))];
  const asked = new Map<string, Promise<Reading<ClbNow>>>();
  return {
    observedAt: look.elapsed(),
    fronts: await observeFrontClbs({ ...look, names }),
    read: (clb, gateway) => {
      const key = `${clb.id} ${gateway}`;
      const now = asked.get(key) ?? reading(readClb(look, clb, gateway, true));
      asked.set(key, now);
      return now;
    },
  };
}

/**
 * Whether health decides on it that must be looked at again: a TTL is changed whoever is healthy, and votes are of several
 * probes in a row by several points.
 */
export function isOfHealth({ candidate }: Pick<Confirmed, 'candidate'>): boolean {
  return candidate.removal.do !== 'retime' && candidate.removal.until === undefined;
}

/** Both verdicts, that one is to go and that another is healthy, seen a second time. */
export async function verdictsOf(second: SecondLook, proven: readonly Confirmed[]): Promise<Verdicts> {
  const confirmed: Confirmed[] = [];
  const refused: Refused[] = [];
  for (const each of proven) {
    const seen = await seenAgain(second, each);
    if ('proven' in seen) confirmed.push(seen);
    else refused.push({ candidate: each.candidate, hold: seen });
  }
  return { second, confirmed, refused };
}

async function seenAgain(second: SecondLook, { candidate, proven }: Confirmed): Promise<Confirmed | Hold> {
  const { name, plan, removal } = candidate;
  if (!isOfHealth({ candidate })) return { candidate, proven };
  const changed = await changedSince(second, candidate);
  if (changed !== undefined) return changed;
  if (removal.do === 'move') return { candidate, proven };
  const clbs = [...(second.fronts.get(name.name)?.values() ?? [])].flatMap((seen) => (seen.ok ? seen.value.clbs : []));
  const healthy = clbs.filter(({ health, serving }) => serving && health.state === 'well');
  const still = new Set(healthy.map(({ address }) => address).filter((address) => proven.has(address)));
  if (still.size > 0) return { candidate, proven: still };
  const message = `no other address of line ${plan.line} was healthy a second time`;
  return { reason: 'LastAnswer', message, needsPerson: true };
}

/** Why the removal is not called for any more. */
async function changedSince(second: SecondLook, { name, removal }: Candidate): Promise<Hold | undefined> {
  const otherwise = (message: string): Hold => ({ reason: 'ConcurrentChange', message, needsPerson: false });
  if (removal.do === 'move') {
    const target = await second.read(removal.target, name.gateway);
    if (!target.ok) return unseen(target.problem);
    const { health, objection } = target.value;
    if (objection !== undefined) return otherwise(objection);
    if (health.state !== 'well') return otherwise(`${removal.target.id} is not healthy: ${health.why}`);
  }
  const { clb, reason } = removal;
  if (clb === undefined) return ownerSince(second, name, removal.record.value);
  // It serves, and goes because its region should not answer the line: nothing that it could have become again.
  if (clb.serving && reason !== 'AddressUnhealthy') return undefined;
  const now = await second.read(clb, name.gateway);
  if (!now.ok) return unseen(now.problem);
  const { health, objection } = now.value;
  if (reason === 'AddressUnhealthy') {
    return health.state === 'sick' ? undefined : otherwise(`${clb.id} is not sick any more`);
  }
  return objection === undefined ? otherwise(`${clb.id} serves again`) : undefined;
}

/** A list may have missed the CLB that has the address. */
function ownerSince({ fronts }: SecondLook, name: NameToPublish, address: string): Hold | undefined {
  const regions = [...(fronts.get(name.name)?.values() ?? [])];
  const unread = regions.find((region) => !region.ok);
  if (unread !== undefined && !unread.ok) return unseen(unread.problem);
  const known = regions.flatMap((region) => (region.ok ? region.value.clbs : []));
  const found = known.find((clb) => clb.address === address);
  if (found === undefined) return undefined;
  return { reason: 'ConcurrentChange', message: `${address} is the address of ${found.id}`, needsPerson: false };
}

function unseen(problem: string): Hold {
  return { reason: 'ReadFailed', message: `not seen a second time: ${problem}`, needsPerson: false };
}
