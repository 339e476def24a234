import type { Judgement } from '../core/judgement';
import type { Hold } from '../core/publication-model';
import { type Millis, SECOND } from '../core/time';
import type { Confirmed, Refused } from './publish-confirm';
import type { PublishingLook } from './publish-run';
import { onceEach, watchedIn, type ZoneWork } from './publish-work';

/** Whether a removal rests on votes. */
export function isVoted({ candidate }: Pick<Confirmed, 'candidate'>): boolean {
  return candidate.removal.until !== undefined;
}

/** Votes must be good for as long as lease, barrier and removal take. */
const NEEDED: Millis = 8 * SECOND;

/** Whether a vote that a removal rests on would be too old after a wait. */
export function mustVoteAgain(
  { clock, failover }: PublishingLook,
  proven: readonly Confirmed[],
  wait: Millis,
): boolean {
  const end = clock.now() + wait + NEEDED;
  return failover?.watch !== undefined && proven.some(({ candidate }) => (candidate.removal.until ?? end) < end);
}

/**
 * Whether the votes that removals rest on still stand after a wait; those that would be too old by then are asked for again.
 *
 * @param wait until the removals begin
 */
export async function voteAgain(
  zone: ZoneWork,
  proven: readonly Confirmed[],
  wait: Millis,
): Promise<{ readonly confirmed: readonly Confirmed[]; readonly refused: readonly Refused[] }> {
  const { look } = zone.run;
  const watch = look.failover?.watch;
  const voted = proven.filter(isVoted);
  if (watch === undefined || !mustVoteAgain(look, proven, wait)) return { confirmed: voted, refused: [] };
  const names = [...new Set(voted.map(({ candidate }) => candidate.name))];
  const addresses = onceEach(watchedIn(zone.world, { of: names, records: zone.records }));
  await watch.look(addresses);
  const judged = watch.judgements(addresses);
  const seen = voted.map((each) => seenAgain(each, judged));
  return {
    confirmed: seen.flatMap((each) => ('proven' in each ? [each] : [])),
    refused: seen.flatMap((each) => ('hold' in each ? [each] : [])),
  };
}

function seenAgain({ candidate, proven }: Confirmed, judged: ReadonlyMap<string, Judgement>): Confirmed | Refused {
  const { removal } = candidate;
  const hold = (message: string): Refused => ({ candidate, hold: changed(message) });
  const mine = judged.get(removal.record.value);
  if (mine?.state !== 'down')
    return hold(`${removal.record.value} is not down any more: ${mine?.message ?? 'unknown'}`);
  const up = [...proven].filter((address) => judged.get(address)?.state === 'up');
  if (up.length === 0) return hold('no other address of the line is up by the votes any more');
  const until = Math.min(mine.until, Math.max(...up.map((address) => judged.get(address)?.until ?? 0)));
  return { candidate: { ...candidate, removal: { ...removal, until } }, proven: new Set(up) };
}

function changed(message: string): Hold {
  return { reason: 'ConcurrentChange', message: `after the wait for the lease: ${message}`, needsPerson: false };
}
