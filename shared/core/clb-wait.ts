/** What the stages of an extra CLB wait for in common. Pure. */
import type { ClbState, StageReason, StageStep, StageWait, StageWorld } from './clb-stage';
import type { Unread } from './gateway';

/** The instance while it should be there. */
export function ours(world: StageWorld): ClbState | StageStep {
  const clb = oursOrGone(world);
  // Somebody deleted it. Its records, if any, must go before the Service does.
  return clb === 'gone' ? { do: 'enter', stage: 'unbound' } : clb;
}

/** The instance, provided that it was read and carries our mark; otherwise what is waited for. */
export function oursOrGone({ clb, intent }: StageWorld): ClbState | 'gone' | StageStep {
  if (intent.clb === undefined || clb === undefined) {
    return wait('BrokenIntent', `Service ${intent.name} is ${intent.stage} but names no instance`, true);
  }
  if (!clb.ok) return unread(`instance ${intent.clb.id}`, clb);
  if (clb.value === 'gone' || clb.value.ownerUid === intent.uid) return clb.value;
  return wait('ForeignLoadBalancer', `${intent.clb.id} does not carry the mark of Service ${intent.name}`, true);
}

export function namedTwice({ alsoNamedBy, intent }: StageWorld): StageWait {
  const others = alsoNamedBy.join(', ');
  return wait('ForeignLoadBalancer', `Service ${others} names the instance of ${intent.name}, too`, true);
}

export function unread(what: string, { needsPerson = false, problem }: Unread): StageWait {
  return wait('ReadFailed', `${what} could not be read: ${problem}`, needsPerson);
}

export function wait(reason: StageReason, message: string, needsPerson = false): StageWait {
  return { do: 'wait', reason, message, needsPerson };
}
