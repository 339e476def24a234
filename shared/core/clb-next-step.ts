/** The step that may be taken now with an extra CLB, or what is waited for. Pure. */
import { fromIntent } from './clb-purchase';
import { fromDeleting, fromDraining, fromServing, fromUnbound } from './clb-release';
import type { StageStep, StageWorld } from './clb-stage';
import { namedTwice, ours, unread, wait } from './clb-wait';

export function nextStep(world: StageWorld): StageStep {
  switch (world.intent.stage) {
    case 'intent':
      return fromIntent(world);
    case 'bought':
      return fromBought(world);
    case 'binding':
      return fromBinding(world);
    case 'serving':
      return fromServing(world);
    case 'draining':
      return fromDraining(world);
    case 'unbound':
      return fromUnbound(world);
    case 'deleting':
      return fromDeleting(world);
  }
}

function fromBought(world: StageWorld): StageStep {
  const clb = ours(world);
  if ('do' in clb) return clb;
  if (!world.wanted) return { do: 'enter', stage: 'unbound' };
  if (clb.status === 'locked') return wait('LoadBalancerLocked', `${clb.id} is locked`, true);
  const foreign = clb.foreignListeners;
  if (foreign.length > 0)
    return wait('ForeignListener', `${clb.id} has listeners of others: ${foreign.join(', ')}`, true);
  if (world.alsoNamedBy.length > 0) return namedTwice(world);
  // Without listeners an instance is inactive by itself (SLB documentation, SetLoadBalancerStatus, read 2026-11).
  if (clb.status === 'other') return wait('Binding', `${clb.id} is not active yet`);
  if (clb.stageTag !== 'bought') return { do: 'tag', stage: 'bought' };
  return { do: 'bind' };
}

function fromBinding(world: StageWorld): StageStep {
  const clb = ours(world);
  if ('do' in clb) return clb;
  // Nobody is sent to it before it serves; of one that served before, its end waits for clients and late writes.
  if (!world.wanted) return { do: 'unbind' };
  if (world.inStep === false) return { do: 'follow' };
  if (world.boundId !== clb.id) return wait('Binding', `the cloud controller has not bound ${clb.id} yet`);
  if (clb.status === 'locked') return wait('LoadBalancerLocked', `${clb.id} is locked`, true);
  // One that once lost its last listener stays off; the cloud controller does not switch it on.
  if (clb.status === 'inactive' && clb.listeners.length > 0) return { do: 'activate' };
  const sick = unhealthy(world);
  if (sick !== undefined) return sick;
  if (!world.answers.ok) return unread('whether it answers from outside', world.answers);
  if (!world.answers.value) return wait('NotAnswering', `${clb.address} does not answer from outside yet`);
  return { do: 'enter', stage: 'serving' };
}

function unhealthy({ health, limits, ports }: StageWorld): StageStep | undefined {
  if (!health.ok) return unread('the health of its listeners', health);
  const sick = ports.filter((port) => {
    const listener = health.value.find((each) => each.port === port);
    return listener === undefined || !listener.running || listener.normalBackends < limits.backends;
  });
  return sick.length === 0 ? undefined : wait('Binding', `listeners are not healthy yet: ${sick.join(', ')}`);
}
