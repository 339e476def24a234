import type { Waiting } from '../core/clb-patience';
import type { IntentSeen } from '../core/clb-stage';
import type { FrontService } from '../core/front-service';
import { CLB_TAGS } from '../core/load-balancer';
import type { Acting } from '../core/step-words';
import { CloudError } from '../errors';
import type { BalancingWriters } from './balance-gateways';
import { buy, chooseZone } from './purchase';
import { type StageRun, tagsOf } from './stage-run';

/** The Service as it is then; `ended`: it is gone; or why nothing more can be done in this look. */
export type Performed = FrontService | 'ended' | Waiting;

/** Carries out one step. @param learned ids that it bought or claimed, which lists may not show yet. Throws CloudError. */
export async function performStep(
  run: StageRun,
  writers: BalancingWriters,
  service: FrontService,
  intent: IntentSeen,
  step: Acting,
  learned: Set<string>,
): Promise<Performed> {
  const { services } = writers;
  const { shape } = run.place.own;
  const now = run.look.clock.now();
  switch (step.do) {
    case 'take':
      return services.note(service, { taking: step.id });
    case 'let-go':
      return services.note(service, { taking: undefined });
    case 'choose-zone':
      return chooseZone(run, writers, service, step);
    case 'note-nothing-seen':
      return services.note(service, { nothingSeenAt: step.at });
    case 'buy':
      return buy(run, writers, await unchanged(run, service), intent, step, learned);
    case 'record': {
      const clb = { id: step.id, address: step.address };
      return services.note(service, { clb, stage: 'bought', since: now, taking: undefined });
    }
    case 'bind':
      return services.bind(service, instanceIn(intent).id, shape, now);
    case 'follow':
      return services.follow(service, shape);
    case 'enter': {
      // What was seen withdrawn stays so on the way to the end, and on no other.
      const served = step.stage === 'serving' ? ({ withdrawnAt: undefined, everServed: true } as const) : {};
      const drains = step.stage === 'draining' ? { withdrawnAt: undefined } : {};
      return services.note(service, { stage: step.stage, since: now, ...served, ...drains });
    }
    case 'note-withdrawn':
      return services.note(service, { withdrawnAt: step.at });
    case 'unbind':
      return services.unbind(service, now);
    case 'delete-service':
      await services.remove(service);
      return 'ended';
    case 'claim':
    case 'activate':
    case 'tag':
    case 'delete-records':
    case 'unprotect':
    case 'delete-clb':
    case 'give-back':
      await unchanged(run, service);
      await changeInstance(run, writers, intent, step);
      return service;
  }
}

type OfTheInstance = Extract<
  Acting,
  { do: 'claim' | 'activate' | 'tag' | 'delete-records' | 'unprotect' | 'delete-clb' | 'give-back' }
>;

async function changeInstance(
  run: StageRun,
  { loadBalancers, zones }: BalancingWriters,
  intent: IntentSeen,
  step: OfTheInstance,
): Promise<void> {
  if (step.do === 'claim') return loadBalancers.tag(step.id, tagsOf(run, intent, 'bought'));
  const { address, id } = instanceIn(intent);
  switch (step.do) {
    case 'activate':
      return loadBalancers.activate(id);
    case 'tag':
      return loadBalancers.tag(id, tagsOf(run, intent, step.stage));
    case 'delete-records':
      await run.gateway.publications.deleteDisabled(address, zones);
      return;
    case 'unprotect':
      return loadBalancers.protect(id, false);
    case 'delete-clb':
      return loadBalancers.delete(id);
    case 'give-back':
      return loadBalancers.untag(id, [CLB_TAGS.service, CLB_TAGS.stage, CLB_TAGS.cluster]);
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

function instanceIn({ clb, name }: IntentSeen): NonNullable<IntentSeen['clb']> {
  if (clb === undefined) throw new Error(`Service ${name} names no instance`);
  return clb;
}
