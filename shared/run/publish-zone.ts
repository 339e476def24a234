import { decidePublication } from '../core/publication';
import type { Addition, FrontsByRegion, Hold, NamePlan, NameToPublish } from '../core/publication-model';
import type { Instant } from '../core/time';
import type { NameServer, RecordSeen } from '../core/zone';
import { epochAt, isFrozen, staleLeases } from '../core/zone-lease';
import { carryAddition, type StepResult, textOf } from './publish-add';
import type { Candidate } from './publish-confirm';
import { removeAnswers } from './publish-remove';
import type { PublishingLook, ZoneRun } from './publish-run';
import { readFreeze, readRecords, serversOf, type ZoneSeen } from './read-zone';
import { reading } from './reading';
import { type LineVerification, verifyLines } from './verify-lines';
import { collectLeases } from './zone-lease';

/** What became of one name. */
export interface NameReport {
  /** As it was decided on what the look saw first. */
  readonly plan: NamePlan;
  /** As it is after the look's own writes. */
  readonly after: NamePlan;
  readonly done: readonly string[];
  /** What was to be done and was not. */
  readonly failures: readonly Hold[];
  readonly verification: readonly LineVerification[];
}

/** A name, as one look goes about it. */
interface Work {
  readonly name: NameToPublish;
  readonly plan: NamePlan;
  after: NamePlan;
  readonly done: string[];
  readonly failures: Hold[];
}

export interface ZoneWorld {
  readonly names: readonly NameToPublish[];
  readonly seen: ZoneSeen;
  readonly fronts: ReadonlyMap<string, FrontsByRegion>;
  readonly observedAt: Instant;
}

/** Looked up at the first use. */
export type Servers = () => Promise<readonly NameServer[]>;

/** Of the removals' leases, in seconds; more where the edition wants more. */
const LEASE_TTL = 60;
const UNKNOWN_MIN_TTL = 600;

/** Additions follow from each other: a new answer, then the weights of its line. */
const ROUNDS = 4;

export function planAll(look: PublishingLook, world: ZoneWorld, records: readonly RecordSeen[]): readonly NamePlan[] {
  const { fronts, names, seen } = world;
  return names.map((name) =>
    decidePublication({
      at: look.clock.now(),
      name,
      adopt: look.adopt.has(name.name),
      minTtl: seen.info.ok ? seen.info.value.minTtl : undefined,
      records,
      fronts: fronts.get(name.name) ?? new Map(),
    }),
  );
}

export function untouched(plan: NamePlan, failures: readonly Hold[] = []): NameReport {
  return { plan, after: plan, done: [], failures, verification: [] };
}

/** Additions first, then removals under the lease, then what the zone's own servers say. Does not throw for a cloud that fails. */
export async function carryZone(run: ZoneRun, world: ZoneWorld): Promise<readonly NameReport[]> {
  const plans = planAll(run.look, world, world.seen.records);
  const isAuto = ({ name, outcome }: NamePlan): boolean => name.publish === 'auto' && outcome === 'change';
  const works = plans.map((plan): Work => ({ name: plan.name, plan, after: plan, done: [], failures: [] }));
  let found: Promise<readonly NameServer[]> | undefined;
  const servers: Servers = () => {
    found ??= serversOf(run.look, world.seen.info);
    return found;
  };
  let records = world.seen.records;
  if (plans.some(isAuto)) {
    const stopped = await stoppedBy(run, world.seen);
    if (stopped !== undefined) return plans.map((plan) => untouched(plan, isAuto(plan) ? [stopped] : []));
    records = await addAll(run, world, works, records);
    records = await removeAll(run, world, works, records, servers);
  }
  await collect(run, world.seen);
  const reports: NameReport[] = [];
  for (const work of works) {
    reports.push({ ...work, verification: await verifyLines(run, servers, work, records) });
  }
  return reports;
}

/** Every addition of every name, those first whose line has no healthy answer, until none is left that was not tried. */
async function addAll(
  run: ZoneRun,
  world: ZoneWorld,
  works: readonly Work[],
  seen: readonly RecordSeen[],
): Promise<readonly RecordSeen[]> {
  const tried = new Set<string>();
  let records = seen;
  for (let round = 1; round <= ROUNDS; round += 1) {
    const steps = works
      .flatMap(additionsOf)
      .filter(({ key }) => !tried.has(key))
      .toSorted((a, b) => Number(b.isRescue) - Number(a.isRescue));
    if (steps.length === 0) break;
    for (const { key, step, work } of steps) {
      tried.add(key);
      note(work, await carryAddition(run, work.name, step));
    }
    records = await readAgain(run, world, works, records);
  }
  return records;
}

interface Step {
  readonly work: Work;
  readonly step: Addition;
  /** The same for what would be the same write. */
  readonly key: string;
  /** Whether no healthy address of its line is answered. */
  readonly isRescue: boolean;
}

function additionsOf(work: Work): readonly Step[] {
  if (work.name.publish !== 'auto') return [];
  return work.after.lines.flatMap((plan) =>
    plan.additions.map((step) => ({
      work,
      step,
      key: `${work.name.name} ${plan.type} ${textOf(step)}`,
      isRescue: !plan.answers.some((address) => plan.wanted.includes(address)),
    })),
  );
}

function note({ done, failures }: Work, result: StepResult): void {
  if (result.ok) done.push(result.done);
  else failures.push(result.hold);
}

/** What the zone holds after writes; what cannot be read leaves plans and records as they are. */
async function readAgain(
  run: ZoneRun,
  world: ZoneWorld,
  works: readonly Work[],
  before: readonly RecordSeen[],
): Promise<readonly RecordSeen[]> {
  const read = await readRecords(run.look, run.vendor, run.zone, world.names);
  if (!read.ok) {
    run.look.log.warn('not-read-back', { zone: run.zone, error: read.problem });
    return before;
  }
  const plans = planAll(run.look, world, read.value.records);
  for (const work of works) work.after = plans.find(({ name }) => name.name === work.name.name) ?? work.after;
  return read.value.records;
}

async function removeAll(
  run: ZoneRun,
  world: ZoneWorld,
  works: readonly Work[],
  seen: readonly RecordSeen[],
  servers: Servers,
): Promise<readonly RecordSeen[]> {
  const candidates = works.flatMap(candidatesOf);
  if (candidates.length === 0) return seen;
  const minTtl = world.seen.info.ok ? world.seen.info.value.minTtl : undefined;
  const removed = await removeAnswers(run, {
    candidates,
    records: seen,
    servers: await servers(),
    observedAt: world.observedAt,
    leaseTtl: Math.max(LEASE_TTL, minTtl ?? UNKNOWN_MIN_TTL),
  });
  for (const { candidate, result } of removed) {
    const work = works.find(({ name }) => name === candidate.name);
    if (work !== undefined) note(work, result);
  }
  const records = await readAgain(run, world, works, seen);
  // A line that has nothing healthy left gets it back at once.
  return addAll(run, world, works.filter(isBare), records);
}

function candidatesOf({ after, name }: Work): readonly Candidate[] {
  if (name.publish !== 'auto') return [];
  return after.lines.flatMap((plan) => plan.removals.map((removal) => ({ name, plan, removal })));
}

function isBare({ after }: Work): boolean {
  return after.lines.some(
    ({ answers, wanted }) => wanted.length > 0 && !answers.some((address) => wanted.includes(address)),
  );
}

async function collect(run: ZoneRun, { records, whole }: ZoneSeen): Promise<void> {
  const now = run.vendor.now();
  if (!whole || now === undefined || isFrozen(records)) return;
  const stale = staleLeases(records, epochAt(now));
  if (stale.length > 0) await collectLeases(run, stale);
}

async function stoppedBy({ look, zone }: ZoneRun, seen: ZoneSeen): Promise<Hold | undefined> {
  const frozen = await reading(readFreeze(look, zone, seen));
  if (!frozen.ok) {
    const message = `whether the zone is frozen could not be read: ${frozen.problem}`;
    return { reason: 'ReadFailed', message, needsPerson: frozen.needsPerson ?? false };
  }
  if (!frozen.value) return undefined;
  return { reason: 'Frozen', message: `somebody has frozen ${zone}`, needsPerson: false };
}
