import type { Instant } from '../core/time';
import type { RecordSeen } from '../core/zone';
import { claimDate, type Epoch, epochAt, isHeld, LEASE_RR, leaseValue, waitForLease } from '../core/zone-lease';
import { CloudError } from '../errors';
import type { ZoneWritten } from '../ports';
import { BUSY, isBusy, whenFree } from './busy-zone';
import { errorFields } from './error-fields';
import type { PublishingLook, ZoneRun } from './publish-run';
import { FOR_REMOVALS, sleepInTime } from './time-left';

/** The right to take answers away in one zone, until the end of a minute of the vendor's clock. */
export interface ZoneLease {
  /** Of its record. */
  readonly id: string;
  readonly epoch: Epoch;
  /** The vendor's clock when it was given. */
  readonly since: Instant;
  /** Leases that were there before it. */
  readonly others: readonly RecordSeen[];
}

export type Claim =
  | { readonly held: true; readonly lease: ZoneLease }
  | {
      readonly held: false;
      readonly reason: 'LeaseHeld' | 'WriteFailed' | 'DeadlineReached';
      readonly message: string;
      readonly needsPerson: boolean;
    };

export type LeaseWorld = Pick<PublishingLook, 'clock' | 'deadline' | 'zones' | 'log'> &
  Pick<ZoneRun, 'zone' | 'writer' | 'vendor' | 'fence' | 'leaseTtl'>;

/** One minute that is too old, and one more after a refusal that says that nothing was done. */
const ATTEMPTS = 4;

/**
 * Tries to get the lease of this minute, or of the next when too little is left. Held only by whoever got a record's id back in
 * an answer of the same minute; without an answer it counts as not held, and there is no second try in the same minute.
 */
export async function claimLease(world: LeaseWorld): Promise<Claim> {
  for (let attempt = 1; attempt <= ATTEMPTS; attempt += 1) {
    const { date, records } = await leasesOf(world);
    if (date === undefined) return notHeld('WriteFailed', "the vendor's answers have no date");
    const wait = waitForLease(date);
    if (!(await sleepInTime(world, wait, FOR_REMOVALS))) return notHeld('DeadlineReached', NO_TIME);
    if (wait > 0) continue;
    const epoch = epochAt(date);
    if (isHeld(records, epoch)) return notHeld('LeaseHeld', OTHER);
    const claim = await claimOnce(world, epoch, records);
    if (claim !== 'busy') return claim;
    if (!(await sleepInTime(world, BUSY, FOR_REMOVALS))) return notHeld('DeadlineReached', NO_TIME);
  }
  return notHeld('LeaseHeld', 'the zone was busy each time that the lease was asked for');
}

const NO_TIME = 'no time is left for the lease';
const OTHER = 'another invocation takes answers away in this zone in this minute';

function notHeld(reason: Exclude<Claim, { held: true }>['reason'], message: string, needsPerson = false): Claim {
  return { held: false, reason, message, needsPerson };
}

async function leasesOf({ vendor, zone, zones }: LeaseWorld) {
  const set = await zones.recordsOf(zone, LEASE_RR);
  vendor.note(set.date);
  return set;
}

async function claimOnce(world: LeaseWorld, epoch: Epoch, others: readonly RecordSeen[]): Promise<Claim | 'busy'> {
  const content = { rr: LEASE_RR, type: 'TXT', value: leaseValue(epoch), line: 'default', ttl: world.leaseTtl };
  const signing = world.fence === 'proven' ? { signedAt: claimDate(epoch) } : {};
  try {
    const written = await world.writer.add(world.zone, content, signing);
    world.vendor.note(written.date);
    world.log.info('lease', { zone: world.zone, epoch, recordId: written.id });
    return await checked(world, epoch, others, written);
  } catch (error) {
    if (!(error instanceof CloudError)) throw error;
    if (isBusy(error)) return 'busy';
    if (error.kind === 'conflict') return notHeld('LeaseHeld', OTHER);
    world.log.warn('lease-not-taken', { zone: world.zone, epoch, ...errorFields(error) });
    if (error.kind === 'deadline') return notHeld('DeadlineReached', error.message);
    return notHeld('WriteFailed', `the lease could not be taken: ${error.message}`, error.needsPerson);
  }
}

/** A wrong clock cannot claim a minute to come, nor one that is over. */
async function checked(
  world: LeaseWorld,
  epoch: Epoch,
  others: readonly RecordSeen[],
  { date, id }: ZoneWritten,
): Promise<Claim> {
  if (date !== undefined && epochAt(date) === epoch) return { held: true, lease: { id, epoch, since: date, others } };
  await releaseLease(world, { id, epoch });
  return notHeld('LeaseHeld', 'the lease came when its minute was over');
}

/** Gives the lease back early: only when every removal under it was answered. Failing, it ends by itself. */
export async function releaseLease(
  world: LeaseWorld,
  { epoch, id }: Pick<ZoneLease, 'id' | 'epoch'>,
): Promise<boolean> {
  try {
    const signing = world.fence === 'proven' ? { signedAt: claimDate(epoch) } : {};
    const { date } = await whenFree(world, () => world.writer.remove(id, signing));
    world.vendor.note(date);
    return true;
  } catch (error) {
    if (!(error instanceof CloudError)) throw error;
    world.log.warn('lease-not-released', { zone: world.zone, epoch, ...errorFields(error) });
    return false;
  }
}

/** Deletes leases of minutes long over. Failing does no harm but for the room that they take. */
export async function collectLeases(run: ZoneRun, leases: readonly RecordSeen[]): Promise<void> {
  for (const { id } of leases) {
    try {
      const { date } = await whenFree(run.look, () => run.writer.remove(id));
      run.vendor.note(date);
    } catch (error) {
      if (!(error instanceof CloudError)) throw error;
      if (error.kind !== 'not-found')
        run.look.log.warn('lease-not-collected', { zone: run.zone, ...errorFields(error) });
    }
  }
}
