import type { Outcome } from '../core/decision';
import type { Freeze } from '../core/gateway';
import type { FrontsByRegion, Hold, NamePlan, NameToPublish } from '../core/publication-model';
import { maintenanceText } from '../core/standing';
import { standingWords, steersOf } from '../core/steer';
import type { Instant, Millis } from '../core/time';
import { FREE_EDITION_TTL } from '../core/zone';
import { freezeIn } from '../core/zone-freeze';
import { carryZones } from './carry-zones';
import { observeFrontClbs } from './front-clbs';
import { textOf } from './publish-add';
import { proposed } from './publish-propose';
import { removalText } from './publish-remove';
import { roomsFor } from './publish-rooms';
import type { Fence, PublishingLook, ZoneRun } from './publish-run';
import { isToChange, onceEach, planAll, type Work, watchedIn, type ZoneWork, type ZoneWorld } from './publish-work';
import { zoneWork } from './publish-zone';
import { observeZone, type UnreadZone } from './read-zone';
import type { Room } from './regional-room';
import { type Ringing, ringingAlarms } from './ringing-alarms';
import { beforeTheAnswer } from './time-left';
import type { WatchedAddress } from './vantage-watch';
import { createVendorClock, type VendorClock } from './vendor-clock';
import type { LineVerification } from './verify-lines';
import type { Asking } from './verify-zone';
import { askDelegation, type DelegationAsked, withDelegation } from './zone-delegation';
import { freezeOn } from './zone-freeze';

/** What became of one name. */
export interface NameReport extends Omit<Work, 'name'> {
  readonly verification: readonly LineVerification[];
  /** Whether it would be changed by a look that writes. */
  readonly wouldChange: boolean;
}

/** What a look says of one name. */
export interface NameOutcome extends Outcome, NameReport {}

export interface ZoneOutcome {
  readonly zone: string;
  /** `undefined` when the zone could not be read. */
  readonly fence: Fence | undefined;
  /** `undefined` where none stands, or the zone could not be read. */
  readonly freeze: Freeze | undefined;
  /** Drains and pins that stood when it was read, in words. */
  readonly standing: readonly string[];
  readonly names: readonly NameOutcome[];
}

export interface PublishingResult {
  readonly zones: readonly ZoneOutcome[];
  /** What the regions said of the load that moves, by gateway; only where some does. */
  readonly rooms: ReadonlyMap<string, Room>;
  /** The CLBs in front of the names, which a look that follows may go by. */
  readonly fronts: FrontsSeen;
  /** Every address that clients are led to, or could be, as far as its zone could be read. */
  readonly addresses: readonly WatchedAddress[];
  /** True when no zone could be read for a reason that may pass. */
  readonly retry: boolean;
}

export interface FrontsSeen {
  /** By name. */
  readonly byName: ReadonlyMap<string, FrontsByRegion>;
  /** Alarms of CloudMonitor. */
  readonly ringing: Ringing;
  /** When they were read, as `elapsed` has it. */
  readonly observedAt: Millis;
}

/** Of the removals' leases, in seconds; more where the edition wants more. */
const LEASE_TTL = 60;

/**
 * Observe → decide → apply → verify for all names. Any number of looks may run at once, in one region or many: additions
 * cannot be in each other's way, and removals are made by one at a time in each zone. Does not throw for a cloud that fails.
 */
export async function publishNames(look: PublishingLook, known?: FrontsSeen): Promise<PublishingResult> {
  const seen = await observeNames(look, known);
  // Who follows another look has heard from the vantage points a moment ago.
  if (known === undefined) await look.failover?.watch?.settle(seen.addresses);
  return publishSeen(look, seen);
}

/** What a look goes by, before anybody has probed anything. */
export interface NamesSeen extends Pick<PublishingResult, 'fronts' | 'addresses'> {
  readonly read: readonly (ReadZone | Unobserved)[];
}

export async function observeNames(given: PublishingLook, known?: FrontsSeen): Promise<NamesSeen> {
  const look: PublishingLook = { ...given, deadline: beforeTheAnswer(given.deadline) };
  const fronts = known ?? (await observeFronts(look));
  const zones = [...new Set(look.names.map((name) => name.zone))];
  const read = await Promise.all(zones.map((zone) => readZone(look, zone, fronts)));
  return { read, fronts, addresses: onceEach(read.flatMap((zone) => (zone.ok ? watchedIn(zone.world) : []))) };
}

async function observeFronts(look: PublishingLook): Promise<FrontsSeen> {
  const alarms = look.failover?.alarms;
  const [byName, ringing] = await Promise.all([
    observeFrontClbs(look),
    alarms === undefined ? new Map() : ringingAlarms(alarms, look.log),
  ]);
  return { byName, ringing, observedAt: look.elapsed() };
}

/** The rest of a look, on what it saw and what the vantage points say. */
export async function publishSeen(given: PublishingLook, seen: NamesSeen): Promise<PublishingResult> {
  const look: PublishingLook = { ...given, deadline: beforeTheAnswer(given.deadline) };
  const { addresses, fronts, read } = seen;
  const worlds = read.flatMap((zone) => (zone.ok ? [zone.world] : []));
  const rooms = await roomsFor(look, worlds);
  const asking: Asking = { ...look, silences: new Map() };
  const zones = read.map((zone) =>
    zone.ok ? observed(look, asking, { ...zone, world: { ...zone.world, rooms } }) : zone,
  );
  const verifications = await carryZones(
    asking,
    zones.flatMap((zone) => (zone.ok && zone.work !== undefined ? [zone.work] : [])),
    fronts.observedAt,
  );
  await Promise.all(zones.map((zone) => (zone.ok ? zone.delegation.answered() : undefined)));
  return {
    zones: await Promise.all(
      zones.map((zone) => (zone.ok ? reported(look, zone, verifications) : unreadZone(look, zone))),
    ),
    rooms,
    fronts,
    addresses,
    retry: zones.length > 0 && zones.every((zone) => !zone.ok && zone.retryable),
  };
}

/** A zone as the look saw it first. */
interface ReadZone {
  readonly ok: true;
  readonly world: ZoneWorld;
  readonly zone: string;
  readonly vendor: VendorClock;
  readonly delegation: DelegationAsked;
}

interface Observed extends ReadZone {
  readonly fence: Fence;
  /** `undefined` where nothing may be written. */
  readonly work: ZoneWork | undefined;
}

type Unobserved = UnreadZone & { readonly zone: string };

async function readZone(
  look: PublishingLook,
  zone: string,
  { byName, ringing }: FrontsSeen,
): Promise<ReadZone | Unobserved> {
  const names = look.names.filter((name) => name.zone === zone);
  const vendor = createVendorClock(look.elapsed);
  const asked = askDelegation(look, zone);
  const seen = await observeZone(look, vendor, zone, names);
  if (!seen.ok) return { ...seen, zone };
  const world = { names, seen: seen.value, fronts: byName, ringing, rooms: new Map() };
  return { ok: true, world, zone, vendor, delegation: asked(seen.value.info) };
}

function observed(look: PublishingLook, asking: Asking, read: ReadZone): Observed {
  const { delegation, vendor, world, zone } = read;
  const { fence, info } = world.seen;
  const { maintenance, writer } = look;
  if (writer === undefined || maintenance !== undefined) return { ...read, fence, work: undefined };
  const minTtl = info.ok ? info.value.minTtl : undefined;
  const leaseTtl = Math.max(LEASE_TTL, minTtl ?? FREE_EDITION_TTL);
  const run: ZoneRun = { look, zone, writer, vendor, fence, delegation, leaseTtl, asking };
  return { ...read, fence, work: zoneWork(run, world) };
}

async function reported(
  look: PublishingLook,
  { delegation, fence, work, world, zone }: Observed,
  verifications: ReadonlyMap<Work, readonly LineVerification[]>,
): Promise<ZoneOutcome> {
  const reports: readonly NameReport[] =
    work?.works.map((each) => ({ ...each, verification: verifications.get(each) ?? [], wouldChange: false })) ??
    (await unwritten(look, zone, world));
  const told = reports.map((report) => withDelegation(report, delegation.now()));
  const freeze = freezeIn(world.seen.records, look.clock.now());
  const standing = steersOf(world.seen.records, look.clock.now()).steers.map(standingWords);
  return { zone, fence, freeze, standing, names: told.map((report) => ({ ...report, ...outcomeOf(report) })) };
}

/** What would be done, and why it is not. */
async function unwritten(look: PublishingLook, zone: string, world: ZoneWorld): Promise<readonly NameReport[]> {
  const at = look.clock.now();
  const plans = planAll(look, world, world.seen.records).map((plan) => {
    const { name, waits } = proposed(look, plan);
    return { plan, waits, isChange: waits !== undefined || isToChange({ ...plan, name }) };
  });
  const stopped = plans.some(({ isChange }) => isChange) ? await stoppedBy(look, zone, world) : undefined;
  return plans.map(({ isChange, plan, waits }) => {
    const failure = stopped ?? waits;
    const report = untouched(plan, at, isChange && failure !== undefined ? [failure] : []);
    return { ...report, wouldChange: isChange && failure === undefined, proposal: waits?.proposal };
  });
}

/** What stops a look that writes comes first: nothing is called planned that would not be done. */
async function stoppedBy(look: PublishingLook, zone: string, { seen }: ZoneWorld): Promise<Hold | undefined> {
  const frozen = await freezeOn(look, zone, seen);
  if (frozen !== undefined) return frozen;
  const { maintenance } = look;
  if (maintenance === undefined) return undefined;
  return { reason: 'Maintenance', message: maintenanceText(maintenance), needsPerson: false };
}

function untouched(plan: NamePlan, at: Instant, failures: Hold[] = []): NameReport {
  return {
    ...{ plan, after: plan, done: [], failures, times: { decided: at } },
    ...{ proposal: undefined, verification: [], wouldChange: false },
  };
}

/** What a look came to: what it did, what stood in its way, or that nothing was to be done. */
function outcomeOf({ done, failures, after, plan, verification, wouldChange }: NameReport): Outcome {
  const { name, outcome } = plan;
  const [failure] = failures;
  const holds = after.lines.flatMap((line) => line.holds);
  const needsPerson = [...failures, ...holds].some((hold) => hold.needsPerson);
  if (name.publish === 'observe' && outcome === 'change') {
    return {
      outcome: 'hold',
      reason: 'ObserveMode',
      message: `${name.name} is only observed: ${plan.message}`,
      needsPerson,
    };
  }
  if (failure !== undefined) {
    const before = done.length === 0 ? '' : `${done.join('; ')}; but `;
    return { outcome: 'hold', reason: failure.reason, message: `${before}${failure.message}`, needsPerson };
  }
  if (wouldChange)
    return { outcome, reason: plan.reason, message: stepsOf(plan).join('; '), needsPerson, dryRun: true };
  const unverified = verification.find((line) => line.outcome === 'unverified');
  const message = done.length === 0 ? plan.message : done.join('; ');
  if (unverified !== undefined && outcome !== 'hold') {
    return { outcome: 'hold', reason: 'NotVerified', message: `${message}; ${unverified.message}`, needsPerson };
  }
  // What an earlier look left undone is in no plan.
  if (outcome === 'steady' && done.length > 0) {
    return { outcome: 'change', reason: 'RecordDiffers', message, needsPerson };
  }
  return { outcome, reason: plan.reason, message, needsPerson };
}

/** What the plan would do, in words. */
export function stepsOf({ lines }: NamePlan): readonly string[] {
  return lines.flatMap(({ additions, removals }) => [...additions.map(textOf), ...removals.map(removalText)]);
}

function unreadZone({ clock, names }: PublishingLook, unread: Unobserved): ZoneOutcome {
  const { zone } = unread;
  const here = names.filter((name) => name.zone === zone);
  return {
    zone,
    fence: undefined,
    freeze: undefined,
    standing: [],
    names: here.map((name) => unreadName(name, unread, clock.now())),
  };
}

function unreadName(name: NameToPublish, unread: Unobserved, at: Instant): NameOutcome {
  const hold: Hold = {
    reason: 'ReadFailed',
    message: `zone ${name.zone} could not be read: ${unread.problem}`,
    needsPerson: unread.needsPerson ?? false,
  };
  const plan: NamePlan = { name, ttl: name.ttl, lines: [], alarms: [], outcome: 'hold', ...hold };
  return { ...untouched(plan, at), outcome: 'hold', ...hold };
}
