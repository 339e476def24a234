import type { FailoverView } from '../core/failover';
import { decidePublication } from '../core/publication';
import type { FrontsByRegion, Hold, NamePlan, NameToPublish } from '../core/publication-model';
import { clbsOf } from '../core/publication-view';
import { concerns, steersOf } from '../core/steer';
import { isAddress, type NameServer, type RecordSeen } from '../core/zone';
import type { MoveTimes } from './move-times';
import type { Candidate } from './publish-confirm';
import type { PublishingLook, ZoneRun } from './publish-run';
import type { StepResult } from './publish-step';
import { readRecords, type ZoneSeen } from './read-zone';
import type { Room } from './regional-room';
import type { Ringing } from './ringing-alarms';
import type { WatchedAddress } from './vantage-watch';

export interface ZoneWorld {
  readonly names: readonly NameToPublish[];
  readonly seen: ZoneSeen;
  /** By name. */
  readonly fronts: ReadonlyMap<string, FrontsByRegion>;
  /** Alarms of CloudMonitor. */
  readonly ringing: Ringing;
  /** By gateway, once it was asked for. */
  readonly rooms: ReadonlyMap<string, Room>;
}

/** A name, as one look goes about it. */
export interface Work {
  readonly name: NameToPublish;
  /** As it was decided on what the look saw first. */
  readonly plan: NamePlan;
  /** As it is after the look's own writes. */
  after: NamePlan;
  readonly done: string[];
  /** What was to be done and was not. */
  readonly failures: Hold[];
  readonly times: MoveTimes;
  /** Fingerprint of the plan, where it waits for a person's approval. */
  readonly proposal?: string | undefined;
}

/** A zone that may be written to, as one look goes about it. */
export interface ZoneWork {
  readonly run: ZoneRun;
  /** The CLBs in front are replaced by what is seen of them later. */
  world: ZoneWorld;
  readonly works: readonly Work[];
  /** As they were read last. */
  records: readonly RecordSeen[];
  /** What the vantage points said of its addresses when the look decided. */
  readonly verdicts: string;
  /** Additions that were tried. */
  readonly tried: Set<string>;
  /** Looked up at the first use. */
  readonly servers: () => Promise<readonly NameServer[]>;
}

export function planAll(look: PublishingLook, world: ZoneWorld, records: readonly RecordSeen[]): readonly NamePlan[] {
  const { fronts, names, seen } = world;
  return names.map((name) => {
    const failover = viewOf(look, world, name, records);
    return decidePublication({
      at: look.clock.now(),
      name,
      adopt: look.adopt.has(name.name),
      minTtl: seen.info.ok ? seen.info.value.minTtl : undefined,
      records,
      fronts: fronts.get(name.name) ?? new Map(),
      ...(failover === undefined ? {} : { failover }),
    });
  });
}

function viewOf(
  { clock, failover, pretended = [] }: PublishingLook,
  { fronts, ringing, rooms }: ZoneWorld,
  name: NameToPublish,
  records: readonly RecordSeen[],
): FailoverView | undefined {
  if (failover === undefined) return undefined;
  const room = rooms.get(name.gateway);
  const addresses = addressesOf(name, fronts.get(name.name) ?? new Map(), records);
  return {
    policy: failover.policy,
    votes: failover.watch?.judgements(addresses),
    ringing: ringing.get(name.gateway) ?? new Map(),
    steers: [...steersOf(records, clock.now()).steers, ...pretended].filter((steer) => concerns(steer, name)),
    leaving: room?.leaving ?? new Map(),
    arriving: room?.arriving ?? new Map(),
  };
}

/** Every address that clients of a name are led to, or could be. */
function addressesOf(
  name: NameToPublish,
  fronts: FrontsByRegion,
  records: readonly RecordSeen[],
): readonly WatchedAddress[] {
  const mine = records.filter((record) => record.rr === name.rr && isAddress(record));
  const answered = new Set(mine.filter(({ enabled }) => enabled).map(({ value }) => value));
  const serving = clbsOf(fronts, mine).filter((clb) => clb.serving);
  const byAddress = new Map(serving.map(({ address, region }) => [address, region]));
  return [...byAddress].map(([address, region]) => ({
    address,
    region,
    gateway: name.gateway,
    answered: answered.has(address),
  }));
}

/** One for each address, however many names it is behind. */
export function onceEach(addresses: readonly WatchedAddress[]): readonly WatchedAddress[] {
  const byAddress = new Map<string, WatchedAddress>();
  for (const each of addresses) {
    const known = byAddress.get(each.address);
    byAddress.set(each.address, { ...each, answered: each.answered || (known?.answered ?? false) });
  }
  return [...byAddress.values()];
}

/** Every address of a zone that clients of these names are led to, or could be. */
export function watchedIn(
  { fronts, names, seen }: ZoneWorld,
  {
    of = names,
    records = seen.records,
  }: { readonly of?: readonly NameToPublish[]; readonly records?: readonly RecordSeen[] } = {},
): readonly WatchedAddress[] {
  return of.flatMap((name) => addressesOf(name, fronts.get(name.name) ?? new Map(), records));
}

/** What the vantage points say of every address of a zone by now. */
export function verdictsOn(look: PublishingLook, world: ZoneWorld): string {
  const judged = look.failover?.watch?.judgements(onceEach(watchedIn(world))) ?? [];
  return [...judged].map(([address, { state }]) => `${address} ${state}`).join(', ');
}

/** Whether something is to be changed that may be. */
export function isToChange({ name, outcome }: NamePlan): boolean {
  return name.publish === 'auto' && outcome === 'change';
}

export function note({ done, failures, times }: Work, result: StepResult): void {
  if (!result.ok) {
    failures.push(result.hold);
    return;
  }
  done.push(result.done);
  if (result.changedAt !== undefined) times.written = Math.max(times.written ?? 0, result.changedAt);
}

/** What the zone holds after writes; what cannot be read leaves plans and records as they are. */
export async function readAgain({ run, works, world, ...zone }: ZoneWork): Promise<readonly RecordSeen[]> {
  const read = await readRecords(run.look, run.vendor, run.zone, world.names);
  if (!read.ok) {
    run.look.log.warn('not-read-back', { zone: run.zone, error: read.problem });
    return zone.records;
  }
  const plans = planAll(run.look, world, read.value.records);
  for (const work of works) work.after = plans.find(({ name }) => name.name === work.name.name) ?? work.after;
  return read.value.records;
}

export function candidatesOf({ after, name }: Work): readonly Candidate[] {
  if (name.publish !== 'auto') return [];
  return after.lines.flatMap((plan) => plan.removals.map((removal) => ({ name, plan, removal })));
}
