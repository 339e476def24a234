import {
  type ClbStage,
  type IntentSeen,
  nextStep,
  type StageReason,
  type StageStep,
  type StageWait,
} from '../core/clb-stage';
import type { Reason } from '../core/decision';
import type { FrontService } from '../core/front-service';
import { recordPurchase } from '../core/journal';
import type { Refusal } from '../core/limits';
import { CLB_TAGS, type LoadBalancerOrder, type Tags } from '../core/load-balancer';
import { CloudError } from '../errors';
import type { BalancingLook, BalancingWriters, GatewayToBalance } from './balance-gateways';
import { errorFields } from './error-fields';
import type { Fronts, SeenGateway } from './observe-fronts';
import { observeStage } from './observe-stage';

/** What the stages of one gateway's extra CLBs share. */
export interface StageRun {
  readonly look: BalancingLook;
  readonly gateway: GatewayToBalance;
  readonly place: SeenGateway;
  readonly fronts: Fronts;
  /** Absent where nothing may be written. */
  readonly writers: BalancingWriters | undefined;
}

/** What became of one extra CLB in this look. */
export interface ExtraReport {
  readonly service: string;
  readonly stage: ClbStage | 'unknown' | 'ended';
  readonly wanted: boolean;
  readonly clb: IntentSeen['clb'];
  /** Steps that were taken, in words. */
  readonly done: readonly string[];
  /** What it waits for; `undefined` when it has ended. */
  readonly waits: ExtraWait | undefined;
}

export interface ExtraWait {
  readonly reason: StageReason | Reason;
  readonly message: string;
  readonly needsPerson: boolean;
}

/** From the intent to the end and back there are fewer. */
const MOST_STEPS = 20;
const RACES = 4;

/**
 * Takes one extra CLB as far as it gets without waiting. What each step rests on is read right before it; a step that fails
 * ends the look at this instance, and the next one goes on from what is there then.
 */
export async function carryStage(
  run: StageRun,
  service: FrontService,
  { stopped, wanted }: { readonly wanted: boolean; readonly stopped: Refusal | undefined },
): Promise<ExtraReport> {
  const done: string[] = [];
  const learned = new Set<string>();
  let current = service;
  for (let count = 0; count < MOST_STEPS; count += 1) {
    const seen = current.intent?.seen;
    if (seen === undefined || !seen.ok) return broken(current, wanted, seen?.problem);
    const report = (waits: ExtraWait): ExtraReport => reportOf(seen.value, wanted, done, waits);
    try {
      const world = await observeStage(run, current, seen.value, { wanted, learned });
      const step = nextStep(world);
      if (step.do === 'wait') return report(step);
      if (stopped !== undefined || run.writers === undefined) {
        const { message = 'nothing is written', needsPerson = false, reason = 'DryRun' } = stopped ?? {};
        return report({ reason, message: `${message}; would ${wordsOf(step)}`, needsPerson });
      }
      const next = await perform(run, run.writers, current, seen.value, step, learned);
      done.push(wordsOf(step));
      run.look.log.info('clb-step', { ...idOf(run, current), stage: seen.value.stage, step: wordsOf(step) });
      if (next === 'ended') return { ...reportOf(seen.value, wanted, done, undefined), stage: 'ended' };
      // Whoever was about to publish it has until the next look to see the mark.
      if (step.do === 'tag' && step.stage === 'deleting') return report(MARKED);
      current = next;
    } catch (error) {
      if (!(error instanceof CloudError)) throw error;
      run.look.log.warn('clb-step-failed', { ...idOf(run, current), stage: seen.value.stage, ...errorFields(error) });
      return report(failed(error));
    }
  }
  throw new Error(`Service ${service.name} took ${MOST_STEPS} steps in one look: ${done.join(', ')}`);
}

const MARKED: ExtraWait = {
  reason: 'Unbinding',
  message: 'marked, to be deleted at the next look',
  needsPerson: false,
};

function idOf({ gateway, look }: StageRun, { name }: FrontService) {
  return { region: look.region, gateway: gateway.names.gateway, service: name };
}

function reportOf(
  { clb, name, stage }: IntentSeen,
  wanted: boolean,
  done: readonly string[],
  waits: ExtraWait | undefined,
): ExtraReport {
  return { service: name, stage, wanted, clb, done, waits };
}

function broken({ name }: FrontService, wanted: boolean, problem = 'it has lost our label'): ExtraReport {
  const waits: ExtraWait = { reason: 'BrokenIntent', message: problem, needsPerson: true };
  return { service: name, stage: 'unknown', wanted, clb: undefined, done: [], waits };
}

function failed(error: CloudError): ExtraWait {
  const { message, needsPerson } = error;
  if (error.kind === 'conflict') return { reason: 'ConcurrentChange', message, needsPerson: false };
  if (error.kind === 'deadline') return { reason: 'DeadlineReached', message, needsPerson: false };
  return { reason: 'WriteFailed', message, needsPerson };
}

type Acting = Exclude<StageStep, StageWait>;

async function perform(
  run: StageRun,
  writers: BalancingWriters,
  service: FrontService,
  intent: IntentSeen,
  step: Acting,
  learned: Set<string>,
): Promise<FrontService | 'ended'> {
  const { services, loadBalancers } = writers;
  const { place } = run;
  const now = run.look.clock.now();
  switch (step.do) {
    case 'take':
      await unchanged(run, service);
      await loadBalancers.tag(step.id, tagsOf(run, intent, 'bought'));
      learned.add(step.id);
      return service;
    case 'choose-zone':
      if (intent.refusedZones.length === 0) await countPurchase(run, writers);
      return services.note(service, { zone: step.zone, attempt: step.attempt, since: now });
    case 'buy':
      return buy(run, writers, await unchanged(run, service), intent, step, learned);
    case 'record':
      return services.note(service, { clb: { id: step.id, address: step.address }, stage: 'bought', since: now });
    case 'bind':
      return services.bind(service, idIn(intent), place.own.shape, now);
    case 'activate':
      await unchanged(run, service);
      await loadBalancers.activate(idIn(intent));
      return service;
    case 'follow':
      return services.follow(service, place.own.shape);
    case 'enter':
      return services.note(service, { stage: step.stage, since: now, withdrawnAt: undefined });
    case 'tag':
      await unchanged(run, service);
      await loadBalancers.tag(idIn(intent), tagsOf(run, intent, step.stage));
      return service;
    case 'note-withdrawn':
      return services.note(service, { withdrawnAt: step.at });
    case 'unbind':
      return services.unbind(service, now);
    case 'delete-records':
      await unchanged(run, service);
      for (const id of await run.gateway.publications.disabled(instanceIn(intent).address))
        await writers.zones.remove(id);
      return service;
    case 'unprotect':
      await unchanged(run, service);
      await loadBalancers.protect(idIn(intent), false);
      return service;
    case 'delete-clb':
      await unchanged(run, service);
      await loadBalancers.delete(idIn(intent));
      return service;
    case 'give-back':
      await unchanged(run, service);
      await loadBalancers.untag(idIn(intent), [CLB_TAGS.service, CLB_TAGS.stage, CLB_TAGS.cluster]);
      return service;
    case 'delete-service':
      await services.remove(service);
      return 'ended';
  }
}

/** Before a write that the Service's own `resourceVersion` cannot guard. Throws CloudError `conflict`. */
async function unchanged(
  { look }: StageRun,
  { name, namespace, resourceVersion }: FrontService,
): Promise<FrontService> {
  const now = await look.services.read(namespace, name);
  if (now !== 'gone' && now.resourceVersion === resourceVersion) return now;
  throw new CloudError(`Service ${name} was changed meanwhile`, { kind: 'conflict', operation: 'kube get services' });
}

/** Written down before the order is sent: a purchase too many in the count is better than one that is not in it. */
async function countPurchase(run: StageRun, { record }: Pick<BalancingWriters, 'record'>, attempt = 1): Promise<void> {
  const { gateway, look } = run;
  const journal = await look.journal();
  try {
    await record(recordPurchase(journal, gateway.names.gateway, look.clock.now()));
  } catch (error) {
    // Others write the journal, too, about other things.
    const raced = error instanceof CloudError && error.kind === 'conflict';
    if (!raced || attempt === RACES) throw error;
    await countPurchase(run, { record }, attempt + 1);
  }
}

async function buy(
  run: StageRun,
  { loadBalancers, services }: BalancingWriters,
  service: FrontService,
  intent: IntentSeen,
  { clientToken, zone }: Extract<Acting, { do: 'buy' }>,
  learned: Set<string>,
): Promise<FrontService> {
  const since = run.look.clock.now();
  const order: LoadBalancerOrder = {
    clientToken,
    name: clbName(intent),
    addressType: addressTypeOf(run),
    vSwitchId: addressTypeOf(run) === 'intranet' ? run.look.market.vSwitch : undefined,
    zone,
    resourceGroupId: run.look.market.resourceGroup,
    tags: tagsOf(run, intent, 'bought'),
  };
  const purchase = await loadBalancers.create(order);
  if (!purchase.bought) {
    const refusedZones = [...intent.refusedZones, zone];
    run.look.log.warn('clb-no-stock', { ...idOf(run, service), zone, message: purchase.message });
    return services.note(service, { refusedZones, zone: undefined, attempt: intent.attempt + 1, since });
  }
  // A token that was used long ago gets the old answer again, even when what was bought is deleted by then.
  if ((await run.look.loadBalancers.read(purchase.id)) === 'gone') {
    return services.note(service, { attempt: intent.attempt + 1, zone, since });
  }
  learned.add(purchase.id);
  return service;
}

/** Of the gateway's own instances: clients that reach one kind do not reach the other. */
export function addressTypeOf({ fronts, place }: Pick<StageRun, 'fronts' | 'place'>): LoadBalancerOrder['addressType'] {
  return fronts.clbs.find(({ id }) => place.ownIds.includes(id))?.addressType ?? 'internet';
}

/** Found by this name even where its tags are not listed yet. */
export function clbName({ name, uid }: Pick<IntentSeen, 'name' | 'uid'>): string {
  return `${name.slice(0, 60)}-${uid.slice(0, 8)}`;
}

function tagsOf({ gateway, look }: StageRun, { uid }: IntentSeen, stage: ClbStage): Tags {
  return {
    [CLB_TAGS.gateway]: gateway.names.gateway,
    [CLB_TAGS.cluster]: look.clusterId,
    [CLB_TAGS.service]: uid,
    [CLB_TAGS.stage]: stage,
  };
}

function instanceIn({ clb, name }: IntentSeen): NonNullable<IntentSeen['clb']> {
  if (clb === undefined) throw new Error(`Service ${name} names no instance`);
  return clb;
}

function idIn(intent: IntentSeen): string {
  return instanceIn(intent).id;
}

/** A step as the report and the plan say it. */
function wordsOf(step: Acting): string {
  switch (step.do) {
    case 'take':
      return `take ${step.id} from the pool`;
    case 'choose-zone':
      return `choose zone ${step.zone}, attempt ${step.attempt}`;
    case 'buy':
      return `buy an instance in ${step.zone}`;
    case 'record':
      return `record ${step.id} at ${step.address}`;
    case 'bind':
      return 'bind';
    case 'activate':
      return 'switch the instance on';
    case 'follow':
      return "follow the gateway's own Service";
    case 'enter':
      return `enter ${step.stage}`;
    case 'tag':
      return `tag ${step.stage}`;
    case 'note-withdrawn':
      return step.at === undefined ? 'note that it is published again' : 'note that it is withdrawn';
    case 'unbind':
      return 'unbind';
    case 'delete-records':
      return 'delete its disabled records';
    case 'unprotect':
      return 'take the deletion protection off';
    case 'delete-clb':
      return 'delete the instance';
    case 'give-back':
      return 'give the instance back to the pool';
    case 'delete-service':
      return 'delete the Service';
  }
}
