import { objection } from '../core/publication-guard';
import type { Hold, Removal } from '../core/publication-model';
import { freezeInWords } from '../core/standing';
import { type Millis, SECOND } from '../core/time';
import { isSameLine, type RecordSet } from '../core/zone';
import { freezeIn } from '../core/zone-freeze';
import { removalDate, removalsEnd, staleLeases } from '../core/zone-lease';
import { CloudError } from '../errors';
import type { Signing, ZoneWriter, ZoneWritten } from '../ports';
import { BUSY, isBusy } from './busy-zone';
import { errorFields } from './error-fields';
import {
  type Candidate,
  type Confirmed,
  isOfHealth,
  type SecondLook,
  secondLook,
  VERDICT_LASTS,
  type Verdicts,
  verdictsOf,
} from './publish-confirm';
import type { ZoneRun } from './publish-run';
import { failed, type StepResult } from './publish-step';
import { FOR_A_CALL, sleepInTime } from './time-left';
import { freezeOn } from './zone-freeze';
import { claimLease, collectLeases, type LeaseWorld, releaseLease, type ZoneLease } from './zone-lease';

export interface Removed {
  readonly candidate: Candidate;
  readonly result: StepResult;
}

export interface UnderLease {
  readonly removed: readonly Removed[];
  /** The newest; `undefined` when nothing was looked at again. */
  readonly second: SecondLook | undefined;
}

export function held(candidate: Candidate, hold: Hold): Removed {
  return { candidate, result: { ok: false, hold } };
}

export type VoteAgain = (voted: readonly Confirmed[]) => Promise<Pick<Verdicts, 'confirmed' | 'refused'>>;

/** What is known under the lease. */
interface Session {
  readonly run: ZoneRun;
  readonly lease: ZoneLease;
  verdicts: Verdicts;
  /** Asks once more for the votes that removals rest on. */
  readonly voteAgain: VoteAgain;
  /** The zone as it was read under the lease; `undefined` when it must be read again. */
  set: RecordSet | undefined;
  /** Why it cannot be read under this lease. */
  blind: Hold | undefined;
  /** Whether the zone takes several answers. */
  paged: boolean;
  /** Whether a removal was not answered, so that it may still land. */
  inDoubt: boolean;
  /** Whether somebody has frozen the zone. */
  frozen: boolean;
}

/**
 * Takes answers away under the zone's lease: what was confirmed before is judged once more on the whole zone, read in an
 * answer that shows the lease. A removal that is refused for certain is judged on a new one; without an answer the plan ends,
 * and the lease is kept until it is over.
 */
export async function removeUnderLease(run: ZoneRun, verdicts: Verdicts, voteAgain: VoteAgain): Promise<UnderLease> {
  const { confirmed, refused, second } = verdicts;
  const removed = refused.map(({ candidate, hold }) => held(candidate, hold));
  if (confirmed.length === 0) return { removed, second };
  const leaseWorld: LeaseWorld = { ...run.look, ...run };
  const claim = (await freezeOn(run.look, run.zone)) ?? (await claimed(leaseWorld));
  if ('reason' in claim)
    return { removed: [...removed, ...confirmed.map((each) => held(each.candidate, claim))], second };
  const session: Session = {
    run,
    lease: claim,
    verdicts,
    voteAgain,
    set: undefined,
    blind: undefined,
    paged: false,
    inDoubt: false,
    frozen: false,
  };
  for (const { candidate } of confirmed) removed.push({ candidate, result: await removeOne(session, candidate) });
  await putDown(session, leaseWorld);
  return { removed, second: session.verdicts.second };
}

async function claimed(world: LeaseWorld): Promise<ZoneLease | Hold> {
  try {
    const claim = await claimLease(world);
    return claim.held ? claim.lease : claim;
  } catch (error) {
    if (!(error instanceof CloudError)) throw error;
    return failed(error, 'the lease');
  }
}

/** In a zone that somebody has frozen nothing is written any more, our own lease included: it ends by itself. */
async function putDown({ frozen, inDoubt, lease, paged, run }: Session, world: LeaseWorld): Promise<void> {
  if (frozen) return;
  // A zone that is read page by page hides what lands between the pages, so that nobody gives its lease back early.
  if (!inDoubt && !paged) await releaseLease(world, lease);
  await collectLeases(run, staleLeases(lease.others, lease.epoch));
}

/** The zone is busy with our own lease for 2 to 5 s: what helps most is sent as soon as it can be. */
const AGAIN: Millis = SECOND / 2;
/** And for no longer than that in all; an API that throttles is not asked as often. */
const PATIENCE: Millis = 8 * SECOND;

async function removeOne(session: Session, candidate: Candidate): Promise<StepResult> {
  const { lease, run } = session;
  const what = removalText(candidate.removal);
  const fields = { zone: run.zone, name: candidate.name.name, step: what, epoch: lease.epoch };
  for (let waited = 0; waited <= PATIENCE; ) {
    try {
      const hold = await holdUnderLease(session, candidate);
      if (hold !== undefined) return { ok: false, hold };
      await send(session, candidate.removal);
      run.look.log.info('write', fields);
      return { ok: true, done: what, changedAt: run.look.clock.now() };
    } catch (error) {
      if (!(error instanceof CloudError)) throw error;
      run.look.log.warn('removal-refused', { ...fields, ...errorFields(error) });
      session.inDoubt ||= error.kind === 'unknown-outcome';
      // What was refused is judged anew, on what is true now.
      session.set = undefined;
      if (!isBusy(error) || session.inDoubt) return { ok: false, hold: failed(error, what) };
      const pause = error.kind === 'throttled' ? BUSY : AGAIN;
      waited += pause;
      if (!(await sleepInTime(run.look, pause, FOR_A_CALL))) return { ok: false, hold: tooLate(what) };
    }
  }
  const message = `${what}: the zone was busy for ${PATIENCE / SECOND} s`;
  return { ok: false, hold: { reason: 'WriteFailed', message, needsPerson: false } };
}

function tooLate(what: string): Hold {
  return { reason: 'DeadlineReached', message: `${what}: no time was left`, needsPerson: false };
}

/** Why the removal is not sent now. Throws CloudError. */
async function holdUnderLease(session: Session, candidate: Candidate): Promise<Hold | undefined> {
  const { inDoubt, lease, run } = session;
  const { removal } = candidate;
  const hold = (reason: Hold['reason'], message: string): Hold => ({ reason, message, needsPerson: false });
  if (inDoubt) return hold('WriteFailed', 'a removal before it was not answered, which ends the plan');
  const set = await setUnderLease(session);
  if ('reason' in set) return set;
  const freeze = freezeIn(set.records, run.look.clock.now());
  session.frozen ||= freeze !== undefined;
  if (session.frozen)
    return hold('Frozen', freeze === undefined ? 'the zone is frozen' : `the zone is ${freezeInWords(freeze)}`);
  const refusal = await refusalOf(session, candidate);
  if (refusal !== undefined) return refusal;
  const now = run.vendor.now();
  if (now === undefined || now >= removalsEnd(lease.epoch)) return hold('DeadlineReached', 'the lease is over');
  const until = confirmedNow(session, candidate)?.candidate.removal.until;
  if (until !== undefined && run.look.clock.now() >= until) {
    return hold('ConcurrentChange', 'the votes that it rests on are too old by now');
  }
  const { confirmed } = session.verdicts;
  const proven = set.records.filter((record) =>
    confirmed.some((each) => isSameLine(record, each.candidate.removal.record) && each.proven.has(record.value)),
  );
  const why = objection(removal, {
    records: set.records,
    removals: confirmed.map((each) => each.candidate.removal),
    proven: new Set(proven.map(({ id }) => id)),
  });
  return why === undefined ? undefined : { ...why, message: `${removal.record.value} is left: ${why.message}` };
}

/** What a verdict says is looked at once more when it has grown old meanwhile. */
async function refusalOf(session: Session, candidate: Candidate): Promise<Hold | undefined> {
  const { run, verdicts } = session;
  const isOld = run.look.elapsed() - verdicts.second.observedAt > VERDICT_LASTS;
  if (isOld && isOfHealth({ candidate })) {
    const newer = await verdictsOf(await secondLook(run.look, verdicts.confirmed), verdicts.confirmed);
    session.verdicts = { ...newer, refused: [...verdicts.refused, ...newer.refused] };
  }
  await renewVotes(session, candidate);
  return session.verdicts.refused.find((each) => isOfSame(each.candidate, candidate))?.hold;
}

/** A region may be behind more answers than can be taken away while one vote lasts. */
async function renewVotes(session: Session, candidate: Candidate): Promise<void> {
  const { run, verdicts, voteAgain } = session;
  const until = confirmedNow(session, candidate)?.candidate.removal.until;
  if (until === undefined || run.look.clock.now() + FOR_A_CALL < until) return;
  const isVoted = (each: Confirmed): boolean => each.candidate.removal.until !== undefined;
  const newer = await voteAgain(verdicts.confirmed.filter(isVoted));
  session.verdicts = {
    ...verdicts,
    confirmed: [...newer.confirmed, ...verdicts.confirmed.filter((each) => !isVoted(each))],
    refused: [...verdicts.refused, ...newer.refused],
  };
}

function confirmedNow({ verdicts }: Session, candidate: Candidate): Confirmed | undefined {
  return verdicts.confirmed.find((each) => isOfSame(each.candidate, candidate));
}

function isOfSame(one: Candidate, other: Candidate): boolean {
  return one.removal.record.id === other.removal.record.id && one.removal.do === other.removal.do;
}

async function setUnderLease(session: Session): Promise<RecordSet | Hold> {
  if (session.blind !== undefined) return session.blind;
  if (session.set !== undefined) return session.set;
  const read = await barrier(session.run, session.lease);
  if ('reason' in read) {
    session.blind = read;
    return read;
  }
  session.set = read;
  session.paged ||= !read.inOneAnswer;
  return read;
}

/** Lists may be older than the last write. */
const READINGS = 3;
/** A zone of several pages is read only when what was under way before the lease has surely been carried out. */
const BEFORE_PAGES: Millis = 10 * SECOND;

/** The whole zone, in an answer that shows our lease and so everything before it. Throws CloudError. */
async function barrier({ look, vendor, zone }: ZoneRun, { id, since }: ZoneLease): Promise<RecordSet | Hold> {
  for (let reading = 1; reading <= READINGS; reading += 1) {
    const set = await look.zones.records(zone);
    vendor.note(set.date);
    const isLate = set.inOneAnswer || (set.date ?? 0) >= since + BEFORE_PAGES;
    if (isLate && set.records.some((record) => record.id === id)) return set;
    if (!(await sleepInTime(look, set.inOneAnswer ? SECOND : BEFORE_PAGES, FOR_A_CALL))) return tooLate('the zone');
  }
  const message = 'the zone as it was read does not show our lease';
  return { reason: 'ConcurrentChange', message, needsPerson: false };
}

async function send({ lease, run }: Session, removal: Removal): Promise<void> {
  const signing = run.fence === 'proven' ? { signedAt: removalDate(lease.epoch) } : {};
  const { date } = await written(run.writer, removal, signing);
  run.vendor.note(date);
}

function written(writer: ZoneWriter, removal: Removal, signing: Signing): Promise<ZoneWritten> {
  const { id, line, rr, type, value } = removal.record;
  switch (removal.do) {
    case 'disable':
      return writer.setEnabled(id, false, signing);
    case 'move':
      return writer.update(id, removal.to, signing);
    case 'lighten':
      return writer.weigh(id, removal.weight, signing);
    case 'retime':
      return writer.update(id, { rr, type, value, line, ttl: removal.ttl }, signing);
  }
}

export function removalText(removal: Removal): string {
  return removal.do === 'retime' ? removalStep(removal) : `${removalStep(removal)}: ${removal.because}`;
}

/** Without its reason, which may read otherwise a moment later. */
export function removalStep({ record, ...removal }: Removal): string {
  const what = `${record.value} on ${record.line}`;
  switch (removal.do) {
    case 'disable':
      return `disable ${what}`;
    case 'move':
      return `change ${what} to ${removal.to.value}`;
    case 'lighten':
      return `weight of ${what} from ${record.weight ?? 'none'} to ${removal.weight}`;
    case 'retime':
      return `TTL of ${what} from ${record.ttl} to ${removal.ttl} s`;
  }
}
