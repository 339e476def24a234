/** What the stages of an extra CLB wait for in common. Pure. */
import type { ClbState, StageReason, StageStep, StageWait, StageWorld } from './clb-stage';
import type { Unread } from './gateway';
import { MINUTE, type Millis } from './time';

/** A moment after a purchase the vendor may not know its own instance everywhere; what it does not know this long after is gone. */
export const GONE_AFTER: Millis = 2 * MINUTE;

/** The instance while it should be there. */
export function ours(world: StageWorld): ClbState | StageStep {
  const { at, intent } = world;
  const clb = oursOrGone(world);
  if (clb !== 'gone') return clb;
  if (at - intent.since < GONE_AFTER) return wait('Settling', `${intent.clb?.id} cannot be read yet`);
  // Somebody deleted it. Its records, if any, must go before the Service does.
  return { do: 'enter', stage: 'unbound' };
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
