import { nextStep } from '../core/clb-next-step';
import type { IntentSeen, RecordsOfAddress, StageWorld } from '../core/clb-stage';
import { wantedExtras } from '../core/extra-clbs';
import { type FrontService, sameShape } from '../core/front-service';
import type { Reading } from '../core/gateway';
import { isComplete, newestComplete, windowOf } from '../core/load';
import { CLB_TAGS } from '../core/load-balancer';
import { MINUTE } from '../core/time';
import { stateOf } from './clb-state';
import { loadOf } from './front-metrics';
import { NOT_ASKED, observePurchase } from './observe-purchase';
import { othersServing } from './others-serving';
import { reading } from './reading';
import type { StageRun } from './stage-run';
import { readable } from './standing';

interface Asked {
  readonly wanted: boolean;
  /** Instances that this look bought or claimed, which lists may not show yet. */
  readonly learned: ReadonlySet<string>;
}

/** As long as there must have been few connections. */
const QUIET_MINUTES = 10;

/** Reads what the stage of an instance rests on, and nothing else. Throws CloudError. */
export async function observeStage(
  run: StageRun,
  service: FrontService,
  intent: IntentSeen,
  { learned, wanted: wasWanted }: Asked,
): Promise<StageWorld> {
  const { fronts, gateway, look, place, standing } = run;
  if (isAboutOthers(intent, wasWanted)) await standing.listAgain();
  const wanted = wasWanted && isStillWanted(run, intent);
  const bare: StageWorld = {
    at: look.clock.now(),
    intent,
    wanted,
    ...(await observePurchase(run, service, intent, { learned, wanted })),
    strays: fronts.clbs.flatMap(({ id, tags }) =>
      intent.clb !== undefined && id !== intent.clb.id && tags[CLB_TAGS.service] === intent.uid ? [id] : [],
    ),
    clb: await instanceOf(run, service, intent, wanted),
    boundId: service.loadBalancerId,
    finalizer: service.finalizer,
    alsoNamedBy: standing
      .all()
      .flatMap(({ name, namedId, uid }) =>
        intent.clb !== undefined && namedId === intent.clb.id && uid !== intent.uid ? [name] : [],
      ),
    health: NOT_ASKED,
    ports: place.own.shape.ports.map(({ port }) => port),
    inStep: sameShape(service.shape, place.own.shape),
    answers: NOT_ASKED,
    records: await recordsOf(run, intent),
    connections: connectionsOf(run, intent),
    othersServing: await othersServing(run, intent, wanted),
    askedToRelease: run.askedToRelease,
    otherRelease: standing
      .extras()
      .some(
        ({ intent: other }) =>
          other?.seen.ok === true && other.seen.value.uid !== intent.uid && other.seen.value.stage === 'draining',
      ),
    limits: gateway.stages,
  };
  return intent.stage === 'binding' ? withHealth(run, bare) : bare;
}

/** Whether what other looks did meanwhile counts: before an order, a binding, a release and a deletion. */
function isAboutOthers({ stage, zone }: IntentSeen, wanted: boolean): boolean {
  switch (stage) {
    case 'intent':
      return zone === undefined;
    case 'serving':
      return !wanted;
    case 'bought':
    case 'unbound':
    case 'deleting':
      return true;
    case 'binding':
    case 'draining':
      return false;
  }
}

/** Two looks may make two Services for one need; before either is to cost anything, one of them stands back. */
function isStillWanted({ place, standing, want }: StageRun, { name, stage, zone }: IntentSeen): boolean {
  if (stage !== 'intent' || zone !== undefined) return true;
  return wantedExtras(readable(standing.extras(), place.sick), want).has(name);
}

/** Asked for by its id, unless it serves, is wanted, and the list says that all is well. */
async function instanceOf(
  { fronts, look, place }: StageRun,
  service: FrontService,
  { clb, stage, uid }: IntentSeen,
  wanted: boolean,
): Promise<StageWorld['clb']> {
  if (clb === undefined) return undefined;
  const listed = fronts.clbs.find(({ id }) => id === clb.id);
  if (listed !== undefined && wanted && stage === 'serving') {
    const listeners = place.own.shape.ports.map(({ port }) => ({ port, description: '' }));
    const state = stateOf(look.clusterId, { ...listed, listeners }, service);
    if (state.status === 'active' && state.stageTag === 'serving' && state.ownerUid === uid) {
      return { ok: true, value: state };
    }
  }
  const read = await reading(look.loadBalancers.read(clb.id));
  if (!read.ok) return read;
  if (read.value !== 'gone') return { ok: true, value: stateOf(look.clusterId, read.value, service) };
  // One answer is no proof against another, but after a deletion of ours, when the list is the older one.
  const isContradicted = listed !== undefined && stage !== 'deleting';
  return isContradicted ? { ok: false, problem: 'it is listed, and not known by its id' } : { ok: true, value: 'gone' };
}

async function recordsOf({ gateway }: StageRun, { clb, stage }: IntentSeen): Promise<Reading<RecordsOfAddress>> {
  if (clb === undefined || !['draining', 'unbound', 'deleting'].includes(stage)) return NOT_ASKED;
  return reading(gateway.publications.of(clb.address));
}

/** The most of the last minutes, each of which must be known: no single quiet one counts. */
function connectionsOf({ fronts, gateway, look }: StageRun, { clb, stage }: IntentSeen): Reading<number> {
  if (clb === undefined || stage !== 'draining') return NOT_ASKED;
  const points = loadOf(fronts.metrics, 'activeConnections', clb.id);
  if (!points.ok) return points;
  const newest = newestComplete(points.value, look.clock.now(), gateway.policy.metricMaxAge);
  if (newest === undefined || !isComplete(points.value, newest, QUIET_MINUTES * MINUTE)) {
    return { ok: false, problem: `not each of the last ${QUIET_MINUTES} minutes is known` };
  }
  const quiet = windowOf(points.value, newest, QUIET_MINUTES * MINUTE);
  return { ok: true, value: Math.max(...quiet.map(({ value }) => value)) };
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
