import type { Reading } from '../core/gateway';
import { CLB_TAGS, isOurs, type ListenerBackends, type LoadBalancerSeen } from '../core/load-balancer';
import type { ClbHealth, FrontClb, FrontsByRegion, NameToPublish, RegionFronts } from '../core/publication-model';
import { CloudError } from '../errors';
import type { LoadBalancers } from '../ports';
import type { PublishingLook } from './publish-run';
import { reading } from './reading';

type ClbSources = Pick<PublishingLook, 'clusters' | 'loadBalancers' | 'names'>;

interface RegionSeen {
  /** Those that carry our tags, whatever their gateway. */
  readonly ours: readonly LoadBalancerSeen[];
  /** The configured ones; `gone` when the vendor does not know the id. */
  readonly own: ReadonlyMap<string, LoadBalancerSeen | 'gone'>;
  readonly health: ReadonlyMap<string, ClbHealth>;
}

/** Health that nobody asked for, since nobody is sent there. */
const NOT_ASKED: ClbHealth = { state: 'unknown', why: 'it neither serves nor drains' };
/** Stages in which clients still come: whether an answer that is on its way out carries them decides how its line is moved. */
const CARRYING: ReadonlySet<string | undefined> = new Set(['serving', 'draining']);

/**
 * The CLBs in front of the gateways of all names, by name: in each region one list of ours, one of the configured ones, and
 * the health of each that clients come to. A region that cannot be read is a problem, never an absence.
 */
export async function observeFrontClbs(sources: ClbSources): Promise<ReadonlyMap<string, FrontsByRegion>> {
  const regions = [...new Set(sources.names.flatMap(regionsOf))];
  const readings = await Promise.all(
    regions.map(async (region) => [region, await readRegion(sources, region)] as const),
  );
  const seen = new Map(readings);
  return new Map(
    sources.names.map((name) => {
      const fronts = regionsOf(name).map(
        (region) => [region, ofName(sources, name, region, seen.get(region))] as const,
      );
      return [name.name, new Map(fronts)];
    }),
  );
}

/** Where a name's addresses may be from. */
function regionsOf({ lines, own }: NameToPublish): readonly string[] {
  return [...new Set([...lines.flatMap(({ regions }) => regions), ...Object.keys(own)])];
}

async function readRegion(sources: ClbSources, region: string): Promise<Reading<RegionSeen>> {
  const loadBalancers = sources.loadBalancers(region);
  const ownIds = [...new Set(sources.names.flatMap(({ own }) => own[region] ?? []))];
  const [ours, own] = await Promise.all([reading(loadBalancers.ours()), reading(readOwn(loadBalancers, ownIds))]);
  if (!ours.ok) return ours;
  if (!own.ok) return own;
  const isCarrying = (clb: LoadBalancerSeen): boolean =>
    CARRYING.has(clb.tags[CLB_TAGS.stage]) &&
    sources.names.some(({ gateway }) => isExtra(clb, gateway, sources.clusters[region]));
  const carrying = [...ours.value.filter(isCarrying), ...[...own.value.values()].filter((clb) => clb !== 'gone')];
  const health = await Promise.all(carrying.map(async (clb) => [clb.id, await healthOf(loadBalancers, clb)] as const));
  return { ok: true, value: { ours: ours.value, own: own.value, health: new Map(health) } };
}

/** A list may miss what is there: only the vendor's word on the id itself says that it is gone. */
async function readOwn(
  loadBalancers: LoadBalancers,
  ids: readonly string[],
): Promise<ReadonlyMap<string, LoadBalancerSeen | 'gone'>> {
  const clbs = new Map<string, LoadBalancerSeen | 'gone'>();
  if (ids.length === 0) return clbs;
  const listed = await loadBalancers.byIds(ids);
  for (const id of ids) clbs.set(id, listed.find((clb) => clb.id === id) ?? (await loadBalancers.read(id)));
  return clbs;
}

function isExtra(clb: LoadBalancerSeen, gateway: string, clusterId: string | undefined): boolean {
  const { tags } = clb;
  return (
    isOurs(clb) && tags[CLB_TAGS.gateway] === gateway && clusterId !== undefined && tags[CLB_TAGS.cluster] === clusterId
  );
}

function serves({ tags }: LoadBalancerSeen): boolean {
  return tags[CLB_TAGS.stage] === 'serving';
}

function ofName(
  { clusters }: ClbSources,
  name: NameToPublish,
  region: string,
  seen: Reading<RegionSeen> | undefined,
): Reading<RegionFronts> {
  if (seen === undefined) return { ok: false, problem: 'it was not looked at' };
  if (!seen.ok) return seen;
  const { health, ours, own } = seen.value;
  const ids = name.own[region] ?? [];
  const front = (clb: LoadBalancerSeen, origin: FrontClb['origin']): FrontClb => ({
    region,
    id: clb.id,
    address: clb.address,
    origin,
    serving: origin === 'own' || serves(clb),
    health: health.get(clb.id) ?? NOT_ASKED,
  });
  const found = ids.flatMap((id) => {
    const clb = own.get(id);
    return clb === undefined || clb === 'gone' ? [] : [front(clb, 'own')];
  });
  const extra = ours.filter((clb) => isExtra(clb, name.gateway, clusters[region]) && !ids.includes(clb.id));
  return {
    ok: true,
    value: {
      clbs: [...found, ...extra.map((clb) => front(clb, 'extra'))],
      gone: ids.filter((id) => own.get(id) === 'gone'),
    },
  };
}

/** What the vendor's own checks say of a CLB that was listed or read. Two calls, unless its status says enough. */
async function healthOf(loadBalancers: LoadBalancers, clb: LoadBalancerSeen): Promise<ClbHealth> {
  switch (clb.status) {
    case 'inactive':
    case 'locked':
      return { state: 'sick', why: `it is ${clb.status}` };
    case 'other':
      return { state: 'unknown', why: 'its status is none that is known' };
    case 'active':
      return listenersOf(loadBalancers, clb.id);
  }
}

async function listenersOf(loadBalancers: LoadBalancers, id: string): Promise<ClbHealth> {
  try {
    return judged(await loadBalancers.health(id));
  } catch (error) {
    if (!(error instanceof CloudError)) throw error;
    return { state: 'unknown', why: error.message };
  }
}

/** Sick when one of its listeners surely serves nobody; a check that is off or not finished says nothing of its backends. */
function judged(listeners: readonly ListenerBackends[]): ClbHealth {
  if (listeners.length === 0) return { state: 'sick', why: 'it has no listener' };
  const why = (state: ClbHealth['state']): string =>
    listeners
      .flatMap((listener) => {
        const found = stateOf(listener);
        return found.state === state && 'why' in found ? [found.why] : [];
      })
      .join(', ');
  const sick = why('sick');
  if (sick !== '') return { state: 'sick', why: sick };
  const unknown = why('unknown');
  return unknown === '' ? { state: 'well' } : { state: 'unknown', why: unknown };
}

function stateOf({ abnormalBackends, normalBackends, port, running, unknownBackends }: ListenerBackends): ClbHealth {
  if (!running) return { state: 'sick', why: `${port} is not running` };
  if (normalBackends > 0) return { state: 'well' };
  if (unknownBackends > 0) return { state: 'unknown', why: `no backend on ${port} was checked and found healthy` };
  return {
    state: 'sick',
    why: abnormalBackends > 0 ? `no healthy backend on ${port}` : `no backend at all on ${port}`,
  };
}

/** What a CLB is like now, asked for by its id, which no list delays. */
export interface ClbNow {
  readonly health: ClbHealth;
  /** Why it is not one whose address may be published; `undefined` when it is. */
  readonly objection: string | undefined;
}

/** @param withHealth whether its backends are asked for, too: two more calls */
export async function readClb(
  { clusters, loadBalancers }: Pick<ClbSources, 'clusters' | 'loadBalancers'>,
  clb: FrontClb,
  gateway: string,
  withHealth: boolean,
): Promise<ClbNow> {
  const now = await loadBalancers(clb.region).read(clb.id);
  if (now === 'gone') {
    return {
      health: { state: 'sick', why: 'it does not exist any more' },
      objection: `${clb.id} does not exist any more`,
    };
  }
  const health = withHealth ? await healthOf(loadBalancers(clb.region), now) : NOT_ASKED;
  return { health, objection: objectionTo(now, clb, gateway, clusters[clb.region]) };
}

function objectionTo(
  now: LoadBalancerSeen,
  clb: FrontClb,
  gateway: string,
  clusterId: string | undefined,
): string | undefined {
  if (now.address !== clb.address) return `${clb.id} has another address than the list said`;
  if (now.status !== 'active') return `${clb.id} is not active`;
  if (clb.origin === 'own') return undefined;
  return isExtra(now, gateway, clusterId) && serves(now) ? undefined : `${clb.id} does not serve any more`;
}
