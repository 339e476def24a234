import type { Hold } from '../core/publication-model';
import { MINUTE, type Millis, SECOND } from '../core/time';
import { waitForLease } from '../core/zone-lease';
import { noteRemoval } from './move-times';
import {
  CONFIRMED_AFTER,
  type Confirmed,
  isOfHealth,
  type SecondLook,
  secondLook,
  verdictsOf,
} from './publish-confirm';
import { proveAll, type ZoneCandidates } from './publish-prove';
import { held, type Removed, removalText, removeUnderLease, type UnderLease } from './publish-remove';
import { isVoted, mustVoteAgain, voteAgain } from './publish-votes';
import { candidatesOf, note, readAgain, type Work, type ZoneWork } from './publish-work';
import { addAll } from './publish-zone';
import { FOR_REMOVALS, sleepInTime } from './time-left';
import type { Asking } from './verify-zone';
import { freezeOn } from './zone-freeze';

/** A zone with something to take away. */
interface Leaving extends ZoneCandidates {
  readonly zone: ZoneWork;
}

/** From the proof to the claim. */
const CLAIMING: Millis = SECOND;
/** What a second look takes. */
const LOOKING: Millis = 5 * SECOND;
/** What a round of the vantage points takes when one of them is silent. */
const VOTING: Millis = 5 * SECOND;

/**
 * Takes answers away in all zones. What stays must be seen on the name servers, which are asked for all zones together, and
 * both verdicts a second time.
 *
 * @param observedAt when the health was seen first, as `elapsed` has it
 */
export async function withdrawAll(asking: Asking, zones: readonly ZoneWork[], observedAt: Millis): Promise<void> {
  const leaving: Leaving[] = [];
  for (const zone of zones) {
    const candidates = zone.works.flatMap(candidatesOf);
    if (candidates.length === 0) noteAll(zone, []);
    else leaving.push({ zone, candidates, records: zone.records, servers: await zone.servers() });
  }
  const proofs = await proveAll(asking, leaving);
  for (const each of leaving) {
    const { proven = [], refused = [] } = proofs.get(each) ?? {};
    const { removed, second } = await withdrawFrom(each.zone, proven, observedAt);
    noteAll(each.zone, [...refused.map(({ candidate, hold }) => held(candidate, hold)), ...removed]);
    if (second !== undefined) await wayBack(each.zone, second);
  }
}

/** The minute is waited for before the second look and not after it, so that what is acted on is new. */
async function withdrawFrom(zone: ZoneWork, proven: readonly Confirmed[], observedAt: Millis): Promise<UnderLease> {
  if (proven.length === 0) return { removed: [], second: undefined };
  const { run } = zone;
  const { look, vendor } = run;
  const settle = proven.some(isOfHealth) ? Math.max(0, observedAt + CONFIRMED_AFTER - look.elapsed()) : 0;
  const now = vendor.now();
  const waitFor = (before: Millis): Millis => settle + (now === undefined ? 0 : waitForLease(now + settle, before));
  // Where nothing is looked at again, there is that much more of the minute.
  const isQuick = proven.every(isVoted) && !mustVoteAgain(look, proven, waitFor(CLAIMING));
  const looking = isQuick ? CLAIMING : LOOKING;
  const wait = waitFor(looking);
  // Votes are asked for once more while the minute is waited for.
  const before = Math.max(0, wait - VOTING);
  if (await sleepInTime(look, before, wait - before + looking + FOR_REMOVALS)) {
    const [votes] = await Promise.all([voteAgain(zone, proven, wait), look.clock.sleep(Math.ceil(wait - before))]);
    const others = proven.filter((each) => !isVoted(each));
    const { confirmed, refused, second } = await verdictsOf(await secondLook(look, others), others);
    const verdicts = { second, confirmed: [...votes.confirmed, ...confirmed], refused: [...votes.refused, ...refused] };
    return removeUnderLease(run, verdicts, (voted) => voteAgain(zone, voted, 0));
  }
  const message = 'too little time is left to take an answer away';
  const hold: Hold = { reason: 'DeadlineReached', message, needsPerson: false };
  return { removed: proven.map(({ candidate }) => held(candidate, hold)), second: undefined };
}

/** What is held for so long does not come right by itself. */
const HELD_LONG: Millis = 10 * MINUTE;

/** What became of a zone's removals; one that every look of this instance had to hold for long is for a person. */
function noteAll(zone: ZoneWork, removed: readonly Removed[]): void {
  const { run, works } = zone;
  const { elapsed, memory } = run.look;
  const before = memory.get(run.zone)?.heldSince;
  const heldSince = new Map<string, Millis>();
  for (const each of removed) {
    const { candidate, result } = each;
    const work = works.find(({ name }) => name === candidate.name);
    if (work === undefined) continue;
    if (result.ok) {
      note(work, result);
      noteRemoval(zone, work.times, each);
      continue;
    }
    const key = `${work.name.name} ${candidate.plan.type} ${removalText(candidate.removal)}`;
    const since = before?.get(key) ?? elapsed();
    heldSince.set(key, since);
    note(work, elapsed() - since < HELD_LONG ? result : { ok: false, hold: heldLong(result.hold) });
  }
  memory.set(run.zone, { ...memory.get(run.zone), heldSince });
}

function heldLong(hold: Hold): Hold {
  return { ...hold, message: `for more than 10 minutes: ${hold.message}`, needsPerson: true };
}

/** A line that has nothing healthy left, by what was seen last, gets it back at once. */
async function wayBack(zone: ZoneWork, { fronts }: SecondLook): Promise<void> {
  const { run, world, works } = zone;
  zone.world = { ...world, fronts: new Map([...world.fronts, ...fronts]) };
  zone.records = await readAgain(zone);
  const bare = works.filter(isBare);
  if (bare.length === 0) return;
  const frozen = await freezeOn(run.look, run.zone);
  if (frozen === undefined) await addAll(zone, bare);
}

function isBare({ after }: Work): boolean {
  return after.lines.some(
    ({ answers, wanted }) => wanted.length > 0 && !answers.some((address) => wanted.includes(address)),
  );
}
