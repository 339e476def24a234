import type { Asked, BalancingSnapshot, ClbSeen } from '../core/balancing';
import { clbCapacity } from '../core/clb-capacity';
import { isStuck } from '../core/clb-patience';
import { isAttaching } from '../core/extra-clbs';
import type { FrontService } from '../core/front-service';
import type { Journal, Reading } from '../core/gateway';
import { newestKnown } from '../core/load';
import type { LoadBalancerSeen } from '../core/load-balancer';
import { servicesInFront } from '../core/scale-target';
import { type Instant, MINUTE, type Millis } from '../core/time';
import { CloudError } from '../errors';
import type { BalancingLook, GatewayToBalance } from './balance-gateways';
import { errorFields } from './error-fields';
import { BALANCED_BY, loadOf, type Metered, readMetrics, regionalTraffic } from './front-metrics';
import { anyWorking } from './others-serving';
import { reading } from './reading';
import { byOrdinal, isExtraOf } from './standing';

/** What one look saw of all gateways of a region. */
export interface Fronts {
  readonly at: Instant;
  readonly journal: Reading<Journal>;
  /** Every Service of the namespaces that hold gateways. */
  readonly services: readonly FrontService[];
  /** Every instance of the region, as lists show it, which may be old. */
  readonly clbs: readonly LoadBalancerSeen[];
  readonly gateways: ReadonlyMap<string, SeenGateway | Missing>;
  readonly metrics: Metered;
}

/** Why the CLBs of a gateway are left alone. */
export interface Missing {
  readonly refused: 'GatewayNotFound' | 'NoLoadBalancer';
  readonly message: string;
}

/** A gateway as it was found. */
export interface SeenGateway {
  /** Its own Service. */
  readonly own: FrontService;
  /** Instances in front of it that are not extra ones. */
  readonly ownIds: readonly string[];
  /** Services of its extra CLBs, by ordinal where it can be read. */
  readonly extras: readonly FrontService[];
  readonly takenOrdinals: readonly number[];
  /** Extra Services whose instance does its work badly. */
  readonly sick: ReadonlySet<string>;
}

type Observed =
  | { readonly ok: true; readonly value: Fronts }
  | { readonly ok: false; readonly problem: string; readonly retryable: boolean; readonly needsPerson: boolean };

/**
 * One list of Services for each namespace, one page of instances for each hundred, the journal, and one query per metric:
 * that is all when nothing is to be done. A cloud that fails is an answer, too.
 */
export async function observeFronts(run: BalancingLook): Promise<Observed> {
  const at = run.clock.now();
  try {
    const [services, clbs, journal] = await Promise.all([
      run.services.list(),
      run.loadBalancers.all(),
      reading(run.journal()),
    ]);
    const located = new Map(run.gateways.map((gateway) => [gateway.names.gateway, locate(gateway, services)]));
    const metrics = await readMetrics(run, at, clbs, metering(located));
    const gateways = new Map<string, SeenGateway | Missing>();
    for (const gateway of run.gateways) {
      const place = located.get(gateway.names.gateway);
      if (place === undefined) continue;
      const whole = 'refused' in place ? place : await withHealth(run, at, gateway, place, { clbs, metrics });
      gateways.set(gateway.names.gateway, whole);
    }
    return { ok: true, value: { at, journal, services, clbs, gateways, metrics } };
  } catch (error) {
    if (!(error instanceof CloudError)) throw error;
    run.log.error('read-failed', errorFields(error));
    return { ok: false, problem: error.message, retryable: error.retryable, needsPerson: error.needsPerson };
  }
}

function locate({ names }: GatewayToBalance, services: readonly FrontService[]): SeenGateway | Missing {
  const here = services.filter(({ namespace }) => namespace === names.namespace);
  const own = here.find(({ name }) => name === names.service);
  if (own === undefined) {
    return { refused: 'GatewayNotFound', message: `no Service ${names.namespace}/${names.service} in the cluster` };
  }
  const ownIds = servicesInFront(names, here)
    .filter(({ intent }) => intent === undefined)
    .flatMap(({ loadBalancerId }) => (loadBalancerId === undefined ? [] : [loadBalancerId]));
  if (ownIds.length === 0) {
    return { refused: 'NoLoadBalancer', message: `Service ${names.namespace}/${names.service} has no CLB of its own` };
  }
  const extras = byOrdinal(here.filter((service) => isExtraOf(service, { own }, names.gateway)));
  const takenOrdinals = here.flatMap(({ name }) => {
    const ordinal = name.startsWith(`${names.gateway}-clb-`)
      ? Number(name.slice(names.gateway.length + 5))
      : Number.NaN;
    return Number.isInteger(ordinal) ? [ordinal] : [];
  });
  return { own, ownIds: [...new Set(ownIds)].sort(), extras, takenOrdinals, sick: new Set() };
}

function metering(located: ReadonlyMap<string, SeenGateway | Missing>) {
  const found = [...located.values()].flatMap((place) => ('refused' in place ? [] : [place]));
  const draining = found
    .flatMap(({ extras }) => extras)
    .filter(({ intent }) => intent?.seen.ok && intent.seen.value.stage === 'draining');
  return { all: [...new Set(found.flatMap(clbIdsOf))].sort(), draining: draining.flatMap(clbOf) };
}

/** All in front of the gateway, and those on their way there and back. */
export function clbIdsOf({ extras, ownIds }: SeenGateway): readonly string[] {
  return [...ownIds, ...extras.flatMap(clbOf)];
}

function clbOf({ intent }: FrontService): readonly string[] {
  const clb = intent?.seen.ok ? intent.seen.value.clb : undefined;
  return clb === undefined ? [] : [clb.id];
}

/** A minute ends, and CloudMonitor publishes it a minute and a half later. */
const METRICS_LATE: Millis = 3 * MINUTE;

/** The health of extra instances that serve is asked for only where nobody seems to reach them any more. */
async function withHealth(
  run: BalancingLook,
  at: Instant,
  gateway: GatewayToBalance,
  place: SeenGateway,
  { clbs, metrics }: Pick<Fronts, 'clbs' | 'metrics'>,
): Promise<SeenGateway> {
  const sick = new Set<string>();
  for (const { intent, name } of place.extras) {
    const seen = intent?.seen.ok ? intent.seen.value : undefined;
    if (seen?.clb === undefined || seen.stage !== 'serving') continue;
    const { id } = seen.clb;
    const listed = clbs.find((clb) => clb.id === id);
    const points = loadOf(metrics, 'newConnections', id);
    const newest = points.ok ? newestKnown(points.value, at, gateway.policy.metricMaxAge) : undefined;
    const carries = newest !== undefined && newest.value > 0;
    if (listed?.status === 'active' && carries) continue;
    const others = clbIdsOf(place).filter((other) => other !== id);
    if (await isSick(run, { id, isListed: listed !== undefined }, others)) sick.add(name);
  }
  return { ...place, sick };
}

/**
 * Certainly: what could not be read is not sick. Where no instance of the gateway has a healthy backend, it is the pods that are
 * missing, and another instance would be no better.
 */
async function isSick(
  run: BalancingLook,
  { id, isListed }: { readonly id: string; readonly isListed: boolean },
  others: readonly string[],
): Promise<boolean> {
  const clb = await reading(run.loadBalancers.read(id));
  if (!clb.ok) return false;
  if (clb.value === 'gone') return !isListed;
  if (clb.value.status === 'locked' || clb.value.status === 'inactive') return true;
  const health = await reading(run.loadBalancers.health(id));
  if (!health.ok || health.value.some(({ normalBackends, running }) => running && normalBackends > 0)) return false;
  const working = await anyWorking(run.loadBalancers, others);
  return working.ok && working.value > 0;
}

export function snapshotOf(
  run: BalancingLook,
  fronts: Fronts,
  { names, policy, schedule, stages }: GatewayToBalance,
  place: SeenGateway,
  asked: Asked | undefined,
): BalancingSnapshot {
  const { at, clbs, metrics } = fronts;
  const extras = place.extras.flatMap(({ intent }) => (intent?.seen.ok ? [intent.seen.value] : []));
  const serving = extras.flatMap(({ clb, name, since, stage }) =>
    clb !== undefined && stage === 'serving' && !place.sick.has(name) ? [{ id: clb.id, since }] : [],
  );
  const attaching = extras.filter(isAttaching);
  const own = place.ownIds.filter((id) => (clbs.find((clb) => clb.id === id)?.status ?? 'active') === 'active');
  const seen = (id: string, extra: ClbSeen['extra']): ClbSeen => {
    const listed = clbs.find((clb) => clb.id === id);
    const load = Object.fromEntries(BALANCED_BY.map((metric) => [metric, loadOf(metrics, metric, id)]));
    return {
      id,
      extra,
      capacity: listed === undefined ? undefined : clbCapacity(listed.specification, listed.bandwidth),
      load: { ...emptyLoad(), ...load },
    };
  };
  return {
    at,
    id: { region: run.region, gateway: names.gateway },
    policy,
    schedule,
    asked,
    serving: [...own.map((id) => seen(id, undefined)), ...serving.map(({ id, since }) => seen(id, { since }))],
    // One whose notes cannot be read may be there: nothing is bought in its place.
    attaching: attaching.filter((intent) => !isStuck(intent, at)).length + (place.extras.length - extras.length),
    stuck: attaching.filter((intent) => isStuck(intent, at)).length,
    ...(run.times === undefined ? {} : { times: run.times }),
    settle: 2 * stages.ttl + METRICS_LATE,
    regionalTraffic: regionalTraffic(fronts, place.ownIds, policy.metricMaxAge),
  };
}

function emptyLoad(): ClbSeen['load'] {
  const unread = { ok: false, problem: 'not read' } as const;
  return { connections: unread, newConnections: unread, traffic: unread, droppedConnections: unread };
}
