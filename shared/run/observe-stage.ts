import { type ClbState, type IntentSeen, nextStep, type RecordsOfAddress, type StageWorld } from '../core/clb-stage';
import { type FrontService, sameShape } from '../core/front-service';
import type { Reading } from '../core/gateway';
import { purchasesOfDay } from '../core/journal';
import { newestKnown, windowOf } from '../core/load';
import { CLB_TAGS, isOurs, type LoadBalancerDetails, type LoadBalancerSeen } from '../core/load-balancer';
import { MINUTE } from '../core/time';
import { addressTypeOf, clbName, type StageRun } from './carry-stage';
import { loadOf } from './observe-fronts';
import { reading } from './reading';

interface Asked {
  readonly wanted: boolean;
  /** Instances that this look bought or took, which lists may not show yet. */
  readonly learned: ReadonlySet<string>;
}

/** As long as there must have been few connections. */
const QUIET_MINUTES = 10;

const NOT_ASKED = { ok: false, problem: 'not asked for' } as const;

/** Reads what the stage of an instance rests on, and nothing else. */
export async function observeStage(
  run: StageRun,
  service: FrontService,
  intent: IntentSeen,
  { learned, wanted }: Asked,
): Promise<StageWorld> {
  const { fronts, gateway, look, place } = run;
  const [owned, pool, purchasesLeft, zones] = await ofThePurchase(run, intent, wanted, learned);
  const clb = await instanceOf(run, intent, wanted);
  const records = await recordsOf(run, intent);
  const bare: StageWorld = {
    at: look.clock.now(),
    intent,
    wanted,
    owned,
    pool,
    clb,
    boundId: service.loadBalancerId,
    finalizer: service.finalizer,
    alsoNamedBy: fronts.services.flatMap(({ name, namedId, uid }) =>
      intent.clb !== undefined && namedId === intent.clb.id && uid !== intent.uid ? [name] : [],
    ),
    health: NOT_ASKED,
    ports: place.own.shape.ports.map(({ port }) => port),
    inStep: sameShape(service.shape, place.own.shape),
    answers: NOT_ASKED,
    records,
    connections: connectionsOf(run, intent),
    purchasesLeft,
    othersServing: await othersServing(run, intent, wanted),
    otherRelease: place.extras.some(
      ({ intent: other }) =>
        other?.seen.ok === true && other.seen.value.name !== intent.name && other.seen.value.stage === 'draining',
    ),
    limits: { zones, ...gateway.stages },
  };
  return intent.stage === 'binding' ? withHealth(run, bare) : bare;
}

async function ofThePurchase(
  run: StageRun,
  intent: IntentSeen,
  wanted: boolean,
  learned: ReadonlySet<string>,
): Promise<
  readonly [StageWorld['owned'], StageWorld['pool'], StageWorld['purchasesLeft'], StageWorld['limits']['zones']]
> {
  if (intent.stage !== 'intent') return [NOT_ASKED, NOT_ASKED, NOT_ASKED, []];
  const [owned, pool, zones] = await Promise.all([
    reading(ownedBy(run, intent, learned)),
    wanted && intent.zone === undefined ? reading(freeOfPool(run)) : NOT_ASKED,
    wanted && intent.zone === undefined ? zonesToBuyIn(run) : [],
  ]);
  const { journal } = run.fronts;
  const bought: Reading<number> = journal.ok
    ? purchasesOfDay(journal.value, run.gateway.names.gateway, run.look.clock.now())
    : journal;
  const left = bought.ok ? { ok: true as const, value: run.gateway.stages.purchasesPerDay - bought.value } : bought;
  return [owned, pool, left, zones];
}

/** Found by tag in the list of this look, by name in a list of now, or by what this look just bought; each read by its id. */
async function ownedBy(
  { fronts, look }: StageRun,
  intent: IntentSeen,
  learned: ReadonlySet<string>,
): Promise<readonly ClbState[]> {
  const listed = fronts.clbs.filter(({ tags }) => tags[CLB_TAGS.service] === intent.uid);
  const named = intent.zone === undefined ? [] : await look.loadBalancers.named(clbName(intent));
  const ids = new Set([...learned, ...[...listed, ...named].map(({ id }) => id)]);
  const details = await Promise.all([...ids].map((id) => look.loadBalancers.read(id)));
  return details
    .flatMap((clb) => (clb === 'gone' ? [] : [stateOf(look.clusterId, clb)]))
    .filter(({ ownerUid, id }) => ownerUid === intent.uid || named.some((clb) => clb.id === id));
}

/** Set aside for this gateway, and named by nobody. */
async function freeOfPool(run: StageRun): Promise<readonly ClbState[]> {
  const { fronts, gateway, look } = run;
  const named = new Set(
    fronts.services.flatMap(({ intent, namedId }) => [
      namedId,
      intent?.seen.ok ? intent.seen.value.clb?.id : undefined,
    ]),
  );
  const isFree = ({ addressType, id, tags }: LoadBalancerSeen): boolean =>
    tags[CLB_TAGS.pool] === 'true' &&
    isOurs({ tags }) &&
    tags[CLB_TAGS.gateway] === gateway.names.gateway &&
    tags[CLB_TAGS.service] === undefined &&
    [undefined, look.clusterId].includes(tags[CLB_TAGS.cluster]) &&
    addressType === addressTypeOf(run) &&
    !named.has(id);
  const candidates = fronts.clbs.filter(isFree).toSorted((a, b) => (a.id < b.id ? -1 : 1));
  for (const { id } of candidates) {
    const clb = await look.loadBalancers.read(id);
    if (clb !== 'gone' && isFree(clb) && clb.status !== 'locked') return [stateOf(look.clusterId, clb)];
  }
  return [];
}

/** The configured zones, or all that sell: those first in which the gateway has no instance yet. */
async function zonesToBuyIn(run: StageRun): Promise<readonly string[]> {
  const { fronts, look, place } = run;
  if (look.market.zones.length > 0) return look.market.zones;
  const sold = await look.loadBalancers.zones(addressTypeOf(run));
  const used = new Set(fronts.clbs.filter(({ id }) => place.ownIds.includes(id)).map(({ zone }) => zone));
  return sold.toSorted((a, b) => Number(used.has(a)) - Number(used.has(b)) || (a < b ? -1 : 1));
}

/** Asked for by its id, unless it serves, is wanted, and the list says that all is well. */
async function instanceOf(run: StageRun, intent: IntentSeen, wanted: boolean): Promise<StageWorld['clb']> {
  const { fronts, look, place } = run;
  if (intent.clb === undefined) return undefined;
  const { id } = intent.clb;
  const listed = fronts.clbs.find((clb) => clb.id === id);
  if (listed !== undefined && wanted && intent.stage === 'serving') {
    const state = stateOf(look.clusterId, { ...listed, listeners: place.own.shape.ports.map(({ port }) => port) });
    if (state.status === 'active' && state.stageTag === 'serving' && state.ownerUid === intent.uid) {
      return { ok: true, value: state };
    }
  }
  const read = await reading(look.loadBalancers.read(id));
  if (!read.ok) return read;
  return { ok: true, value: read.value === 'gone' ? 'gone' : stateOf(look.clusterId, read.value) };
}

function stateOf(clusterId: string, clb: LoadBalancerDetails): ClbState {
  const { address, deleteProtection, id, listeners, status, tags } = clb;
  const ours = isOurs(clb) && tags[CLB_TAGS.cluster] === clusterId;
  return {
    id,
    address,
    status,
    ownerUid: ours ? tags[CLB_TAGS.service] : undefined,
    stageTag: tags[CLB_TAGS.stage],
    pooled: isOurs(clb) && tags[CLB_TAGS.pool] === 'true',
    deleteProtection,
    listeners,
  };
}

async function recordsOf({ gateway }: StageRun, { clb, stage }: IntentSeen): Promise<Reading<RecordsOfAddress>> {
  if (clb === undefined || (stage !== 'draining' && stage !== 'unbound')) return NOT_ASKED;
  return reading(gateway.publications.of(clb.address));
}

/** The most of the last minutes, so that no single quiet one counts. */
function connectionsOf({ fronts, gateway, look }: StageRun, { clb }: IntentSeen): Reading<number> {
  if (clb === undefined) return NOT_ASKED;
  const points = loadOf(fronts.metrics, 'activeConnections', clb.id);
  if (!points.ok) return points;
  const newest = newestKnown(points.value, look.clock.now(), gateway.policy.metricMaxAge);
  if (newest === undefined) return { ok: false, problem: 'there is no young minute' };
  return {
    ok: true,
    value: Math.max(...windowOf(points.value, newest, QUIET_MINUTES * MINUTE).map(({ value }) => value)),
  };
}

/** Whether at least one other instance certainly does its work; asked for only where this one is to go. */
async function othersServing({ look, place }: StageRun, intent: IntentSeen, wanted: boolean): Promise<number> {
  if (wanted || (intent.stage !== 'serving' && intent.stage !== 'draining')) return 0;
  const extras = place.extras.flatMap(({ intent: other }) => {
    const seen = other?.seen.ok ? other.seen.value : undefined;
    return seen?.clb !== undefined && seen.stage === 'serving' && seen.name !== intent.name ? [seen.clb.id] : [];
  });
  for (const id of [...place.ownIds, ...extras]) {
    const health = await reading(look.loadBalancers.health(id));
    if (health.ok && health.value.some(({ normalBackends, running }) => running && normalBackends > 0)) return 1;
  }
  return 0;
}

/** The health of its listeners first; the address is dialled only when nothing else is waited for. */
async function withHealth(run: StageRun, bare: StageWorld): Promise<StageWorld> {
  const { look, place } = run;
  const { clb, intent } = bare;
  if (intent.clb === undefined || bare.boundId !== intent.clb.id || clb === undefined || !clb.ok) return bare;
  const health = await reading(look.loadBalancers.health(intent.clb.id));
  const answering: StageWorld = { ...bare, health, answers: { ok: true, value: true } };
  if (nextStep(answering).do !== 'enter') return { ...bare, health };
  const { address } = intent.clb;
  const tcp = place.own.shape.ports.filter(({ protocol }) => protocol === 'TCP');
  const dialled = await Promise.all(tcp.map(({ port }) => look.dialler.connects(address, port)));
  return { ...bare, health, answers: { ok: true, value: dialled.every((connected) => connected) } };
}
