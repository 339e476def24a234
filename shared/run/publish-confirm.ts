import type { Reading } from '../core/gateway';
import { takes } from '../core/publication-guard';
import type { FrontClb, FrontsByRegion, Hold, LinePlan, NameToPublish, Removal } from '../core/publication-model';
import { type Instant, MINUTE, type Millis, SECOND } from '../core/time';
import type { NameServer, RecordSeen } from '../core/zone';
import { type ClbNow, observeFrontClbs, readClb } from './front-clbs';
import type { ZoneRun } from './publish-run';
import { reading } from './reading';
import { askUntil, canAsk } from './verify-zone';

/** An answer that is to be taken away, with the line that it is on. */
export interface Candidate {
  readonly name: NameToPublish;
  readonly plan: LinePlan;
  readonly removal: Removal;
}

export interface RemovalWorld {
  readonly candidates: readonly Candidate[];
  /** As they were read last. */
  readonly records: readonly RecordSeen[];
  readonly servers: readonly NameServer[];
  /** When the health of the CLBs was read. */
  readonly observedAt: Instant;
  /** Seconds. */
  readonly leaseTtl: number;
}

/** A candidate that stood the second look, and the addresses that stay on its line: healthy, and seen to be answered. */
export interface Confirmed {
  readonly candidate: Candidate;
  readonly proven: ReadonlySet<string>;
}

export interface Refused {
  readonly candidate: Candidate;
  readonly hold: Hold;
}

/** A verdict must hold for so long before an answer is taken away for it. */
const CONFIRMED_AFTER: Millis = 10 * SECOND;
/** A line that cannot be asked for: what has been enabled for so long is taken for answered. */
const SETTLED: Millis = 5 * MINUTE;

/**
 * Which answers may be taken away, as far as can be said before the lease: what stays is answered by every server of the zone,
 * and both verdicts, that one is to go and that another is healthy, are seen a second time.
 */
export async function confirmAll(
  run: ZoneRun,
  world: RemovalWorld,
): Promise<{ readonly confirmed: readonly Confirmed[]; readonly refused: readonly Refused[] }> {
  const refused: Refused[] = [];
  const answered: Confirmed[] = [];
  for (const candidate of world.candidates) {
    const proven = await provenOn(run, world, candidate);
    if (proven.ok) answered.push({ candidate, proven: proven.value });
    else refused.push({ candidate, hold: { reason: 'NotVerified', message: proven.problem, needsPerson: false } });
  }
  if (answered.every(({ candidate }) => candidate.removal.do === 'retime')) return { confirmed: answered, refused };
  await run.look.clock.sleep(Math.max(0, Math.ceil(world.observedAt + CONFIRMED_AFTER - run.look.clock.now())));
  const second = await secondLook(run, answered);
  const confirmed: Confirmed[] = [];
  for (const each of answered) {
    const seen = await seenAgain(second, each);
    if ('proven' in seen) confirmed.push(seen);
    else refused.push({ candidate: each.candidate, hold: seen });
  }
  return { confirmed, refused };
}

/** The healthy addresses that stay on the line and that its clients get, or why there is none. */
async function provenOn(
  run: ZoneRun,
  { candidates, records, servers }: RemovalWorld,
  { name, plan, removal }: Candidate,
): Promise<Reading<ReadonlySet<string>>> {
  if (removal.do !== 'disable') return { ok: true, value: new Set() };
  const staying = records.filter(
    (record) =>
      isOnLine(record, removal.record) &&
      record.enabled &&
      !candidates.some((candidate) => takes(candidate.removal, record.id)) &&
      plan.wanted.includes(record.value),
  );
  const line = {
    name: name.name,
    type: plan.type,
    line: plan.line,
    subnet: name.subnets[plan.line],
    weighted: staying.some(({ weight }) => weight !== undefined),
  };
  if (!canAsk(line)) return settledOn(staying, plan.line, run.look.clock.now());
  if (servers.length === 0) return { ok: false, problem: 'the name servers of the zone are not known' };
  const values = staying.map(({ value }) => value);
  const { byAll, problems } = await askUntil({ ...run.look, ...run, servers }, line, (answered) =>
    values.some((value) => answered.byAll.has(value)),
  );
  const proven = values.filter((value) => byAll.has(value));
  if (proven.length > 0 && problems.length === 0) return { ok: true, value: new Set(proven) };
  const because = problems.length > 0 ? `: ${problems.join('; ')}` : '';
  const problem = `not every name server answers another healthy address on line ${plan.line}${because}`;
  return { ok: false, problem };
}

function settledOn(staying: readonly RecordSeen[], line: string, at: Instant): Reading<ReadonlySet<string>> {
  const settled = staying.filter(({ updatedAt }) => updatedAt !== undefined && updatedAt + SETTLED <= at);
  if (settled.length > 0) return { ok: true, value: new Set(settled.map(({ value }) => value)) };
  return { ok: false, problem: `line ${line} cannot be asked for, and no other answer has been there for 5 minutes` };
}

export function isOnLine(a: RecordSeen, b: RecordSeen): boolean {
  return a.rr === b.rr && a.type === b.type && a.line === b.line;
}

/** Everything once more: lists for what stays, and each CLB that is to go by its id. */
interface SecondLook {
  readonly fronts: ReadonlyMap<string, FrontsByRegion>;
  /** Asked once for each CLB, however many names it is behind. */
  read(clb: FrontClb, gateway: string): Promise<Reading<ClbNow>>;
}

async function secondLook({ look }: ZoneRun, answered: readonly Confirmed[]): Promise<SecondLook> {
  const names = [...new Set(answered.map(({ candidate }) => candidate.name))];
  const asked = new Map<string, Promise<Reading<ClbNow>>>();
  return {
    fronts: await observeFrontClbs({ ...look, names }),
    read: (clb, gateway) => {
      const key = `${clb.id} ${gateway}`;
      const now = asked.get(key) ?? reading(readClb(look, clb, gateway, true));
      asked.set(key, now);
      return now;
    },
  };
}

async function seenAgain(second: SecondLook, { candidate, proven }: Confirmed): Promise<Confirmed | Hold> {
  const { name, plan, removal } = candidate;
  if (removal.do === 'retime') return { candidate, proven };
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
  // It serves, and goes because its region is none of the line's: nothing that it could have become again.
  if (clb.serving && reason === 'AddressNotServing') return undefined;
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
