import { objection } from '../core/publication-guard';
import type { Hold, Removal } from '../core/publication-model';
import { type Millis, SECOND } from '../core/time';
import type { RecordSet } from '../core/zone';
import { isFrozen, removalDate, removalsEnd, staleLeases } from '../core/zone-lease';
import { CloudError } from '../errors';
import type { Signing, ZoneWriter, ZoneWritten } from '../ports';
import { BUSY, isBusy } from './busy-zone';
import { errorFields } from './error-fields';
import { failed, type StepResult } from './publish-add';
import { type Candidate, type Confirmed, confirmAll, isOnLine, type RemovalWorld } from './publish-confirm';
import type { ZoneRun } from './publish-run';
import { claimLease, collectLeases, type LeaseWorld, releaseLease, type ZoneLease } from './zone-lease';

export interface Removed {
  readonly candidate: Candidate;
  readonly result: StepResult;
}

/** Claim, barrier, removals and verification. */
const LEAST_LEFT: Millis = 20 * SECOND;

/**
 * Takes answers away, under the zone's lease: what was confirmed before is judged once more on the whole zone, read in an
 * answer that shows the lease. A removal that is refused for certain is judged on a new one; without an answer the plan ends,
 * and the lease is kept until it is over.
 */
export async function removeAnswers(run: ZoneRun, world: RemovalWorld): Promise<readonly Removed[]> {
  const { confirmed, refused } = await confirmAll(run, world);
  const results = refused.map(({ candidate, hold }) => held(candidate, hold));
  if (confirmed.length === 0) return results;
  if (run.look.deadline.left() < LEAST_LEFT) {
    const message = 'too little time is left to take an answer away';
    const hold: Hold = { reason: 'DeadlineReached', message, needsPerson: false };
    return [...results, ...confirmed.map(({ candidate }) => held(candidate, hold))];
  }
  return [...results, ...(await underLease(run, world, confirmed))];
}

function held(candidate: Candidate, hold: Hold): Removed {
  return { candidate, result: { ok: false, hold } };
}

/** What is known under the lease. */
interface Session {
  readonly world: LeaseWorld;
  readonly lease: ZoneLease;
  readonly confirmed: readonly Confirmed[];
  /** The zone as it was read under the lease; `undefined` when it must be read again. */
  set: RecordSet | undefined;
  /** Whether the zone takes several answers. */
  paged: boolean;
  /** Whether a removal was not answered, so that it may still land. */
  inDoubt: boolean;
}

async function underLease(
  run: ZoneRun,
  world: RemovalWorld,
  confirmed: readonly Confirmed[],
): Promise<readonly Removed[]> {
  const leaseWorld: LeaseWorld = { ...run.look, ...run, ttl: world.leaseTtl };
  const claim = await claimed(leaseWorld);
  if ('reason' in claim) return confirmed.map(({ candidate }) => held(candidate, claim));
  const session: Session = { world: leaseWorld, lease: claim, confirmed, set: undefined, paged: false, inDoubt: false };
  const results: Removed[] = [];
  for (const { candidate } of confirmed) results.push({ candidate, result: await removeOne(run, session, candidate) });
  // A zone that is read page by page hides what lands between the pages, so that nobody gives its lease back early.
  if (!session.inDoubt && !session.paged) await releaseLease(leaseWorld, claim);
  await collectLeases(run, staleLeases(claim.others, claim.epoch));
  return results;
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

const ATTEMPTS = 5;

async function removeOne(run: ZoneRun, session: Session, candidate: Candidate): Promise<StepResult> {
  const what = removalText(candidate.removal);
  const fields = { zone: run.zone, name: candidate.name.name, step: what, epoch: session.lease.epoch };
  for (let attempt = 1; attempt <= ATTEMPTS; attempt += 1) {
    try {
      const hold = await holdUnderLease(session, candidate);
      if (hold !== undefined) return { ok: false, hold };
      await send(run, session, candidate.removal);
      run.look.log.info('write', fields);
      return { ok: true, done: what };
    } catch (error) {
      if (!(error instanceof CloudError)) throw error;
      run.look.log.warn('removal-refused', { ...fields, ...errorFields(error) });
      session.inDoubt ||= error.kind === 'unknown-outcome';
      // What was refused is judged anew, on what is true now.
      session.set = undefined;
      if (!isBusy(error) || session.inDoubt) return { ok: false, hold: failed(error, what) };
      await run.look.clock.sleep(BUSY);
    }
  }
  const message = `${what}: the zone was busy each of the ${ATTEMPTS} times`;
  return { ok: false, hold: { reason: 'WriteFailed', message, needsPerson: false } };
}

/** Why the removal is not sent now. Throws CloudError. */
async function holdUnderLease(session: Session, { removal }: Candidate): Promise<Hold | undefined> {
  const { confirmed, inDoubt, lease, world } = session;
  const hold = (reason: Hold['reason'], message: string): Hold => ({ reason, message, needsPerson: false });
  if (inDoubt) return hold('WriteFailed', 'a removal before it was not answered, which ends the plan');
  session.set ??= await barrier(world, lease);
  if (session.set === undefined) return hold('ConcurrentChange', 'the zone as it was read does not show our lease');
  const { inOneAnswer, records } = session.set;
  session.paged ||= !inOneAnswer;
  if (isFrozen(records)) return hold('Frozen', 'somebody has frozen the zone');
  const now = world.vendor.now();
  if (now === undefined || now >= removalsEnd(lease.epoch)) return hold('DeadlineReached', 'the lease is over');
  const proven = records.filter((record) =>
    confirmed.some(
      ({ candidate, proven: values }) => isOnLine(record, candidate.removal.record) && values.has(record.value),
    ),
  );
  const why = objection(removal, {
    records,
    removals: confirmed.map(({ candidate }) => candidate.removal),
    proven: new Set(proven.map(({ id }) => id)),
  });
  return why === undefined ? undefined : { ...why, message: `${removal.record.value} is left: ${why.message}` };
}

/** Lists may be older than the last write. */
const READINGS = 3;
/** A zone of several pages is read only when what was under way before the lease has surely been carried out. */
const BEFORE_PAGES: Millis = 10 * SECOND;

/** The whole zone, in an answer that shows our lease and so everything before it. Throws CloudError. */
async function barrier(
  { clock, vendor, zone, zones }: LeaseWorld,
  { id, since }: ZoneLease,
): Promise<RecordSet | undefined> {
  for (let reading = 1; reading <= READINGS; reading += 1) {
    const set = await zones.records(zone);
    vendor.note(set.date);
    const isLate = set.inOneAnswer || (set.date ?? 0) >= since + BEFORE_PAGES;
    if (isLate && set.records.some((record) => record.id === id)) return set;
    await clock.sleep(set.inOneAnswer ? SECOND : BEFORE_PAGES);
  }
  return undefined;
}

async function send({ writer }: ZoneRun, { lease, world }: Session, removal: Removal): Promise<void> {
  const signing = world.fence === 'proven' ? { signedAt: removalDate(lease.epoch) } : {};
  const { date } = await written(writer, removal, signing);
  world.vendor.note(date);
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

export function removalText({ because, record, ...removal }: Removal): string {
  const what = `${record.value} on ${record.line}`;
  switch (removal.do) {
    case 'disable':
      return `disable ${what}: ${because}`;
    case 'move':
      return `change ${what} to ${removal.to.value}: ${because}`;
    case 'lighten':
      return `weight of ${what} from ${record.weight ?? 'none'} to ${removal.weight}: ${because}`;
    case 'retime':
      return `TTL of ${what} from ${record.ttl} to ${removal.ttl} s`;
  }
}
