/** How an extra CLB that serves goes: drained, unbound, deleted or given back. Pure. */
import { type ClbState, LONGEST_WRITE, type StageStep, type StageWorld } from './clb-stage';
import { namedTwice, ours, oursOrGone, unread, wait } from './clb-wait';
import { HOUR, type Instant, isoTime, MINUTE, type Millis } from './time';

/** Of the clock hour that is paid for: enough for the cloud controller to let go and for the deletion, at a look a minute. */
const LAST_OF_HOUR: Millis = 10 * MINUTE;
/** Too little for that: the deletion would come in the next hour, which is paid in full then. */
const TOO_LATE: Millis = 4 * MINUTE;

export function fromServing(world: StageWorld): StageStep {
  const clb = ours(world);
  if ('do' in clb) return clb;
  if (world.wanted) {
    if (world.inStep === false) return { do: 'follow' };
    return clb.stageTag === 'serving'
      ? wait('LoadBalancerServing', `${clb.id} serves`)
      : { do: 'tag', stage: 'serving' };
  }
  if (world.otherRelease) return wait('OtherRelease', 'another instance of the gateway is being released');
  return lastOne(world, clb) ?? { do: 'enter', stage: 'draining' };
}

export function fromDraining(world: StageWorld): StageStep {
  const clb = ours(world);
  if ('do' in clb) return clb;
  // Until it is unbound, a want cancels the release.
  if (world.wanted) return { do: 'enter', stage: 'serving' };
  if (clb.stageTag !== 'draining') return { do: 'tag', stage: 'draining' };
  return withdrawn(world) ?? lastOne(world, clb) ?? connected(world) ?? paid(world, clb) ?? { do: 'unbind' };
}

export function fromUnbound(world: StageWorld): StageStep {
  const clb = mayGo(world);
  if (clb === 'gone') return { do: 'delete-service' };
  if ('do' in clb) return clb;
  // The tag says so before the first write that cannot be taken back, for whoever looks at the instance alone.
  return clb.stageTag === 'deleting' ? { do: 'enter', stage: 'deleting' } : { do: 'tag', stage: 'deleting' };
}

export function fromDeleting(world: StageWorld): StageStep {
  const { intent } = world;
  const seen = world.clb?.ok === true && world.clb.value !== 'gone' ? world.clb.value : undefined;
  // Given back already: free, or taken by another Service since.
  if (seen?.pooled === true && seen.ownerUid !== intent.uid) return { do: 'delete-service' };
  const clb = mayGo(world);
  if (clb === 'gone') return { do: 'delete-service' };
  if ('do' in clb) return clb;
  if (clb.pooled) return { do: 'give-back' };
  return clb.deleteProtection ? { do: 'unprotect' } : { do: 'delete-clb' };
}

/** The instance, when nothing is in the way of taking it away; looked for again before each write that does. */
function mayGo(world: StageWorld): ClbState | 'gone' | StageStep {
  const { intent } = world;
  if (intent.type === 'LoadBalancer') return { do: 'unbind' };
  if (world.finalizer) return wait('Unbinding', `the cloud controller has not let go of ${intent.clb?.id} yet`);
  const clb = oursOrGone(world);
  if (typeof clb === 'object' && 'do' in clb) return clb;
  if (clb !== 'gone' && clb.listeners.length > 0) {
    return wait('Unbinding', `${clb.id} still has listeners: ${clb.listeners.join(', ')}`);
  }
  if (world.alsoNamedBy.length > 0) return namedTwice(world);
  return (intent.everServed ? withdrawn(world) : published(world)) ?? disabled(world) ?? clb;
}

/** Whether its records are gone everywhere, and long enough that neither clients nor late writes bring it back. */
function withdrawn({ at, intent, limits, records }: StageWorld): StageStep | undefined {
  if (!records.ok) return unread('which records name it', records);
  const { answered, enabled } = records.value;
  if (enabled > 0 || answered) {
    if (intent.withdrawnAt !== undefined) return { do: 'note-withdrawn', at: undefined };
    const seen = answered ? 'the name servers answer it' : 'the name servers do not answer it any more';
    return wait('Withdrawing', `${intent.clb?.address} is still published: ${enabled} enabled records, ${seen}`);
  }
  if (intent.withdrawnAt === undefined) return { do: 'note-withdrawn', at };
  const settled = intent.withdrawnAt + Math.max(2 * limits.ttl, LONGEST_WRITE);
  if (at >= settled) return undefined;
  return wait('Draining', `clients and late writes may still name it until ${isoTime(settled)}`);
}

/** Of one that never served: nobody but a person can have published it. */
function published({ intent, records }: StageWorld): StageStep | undefined {
  if (!records.ok) return unread('which records name it', records);
  const { answered, enabled } = records.value;
  if (enabled === 0 && !answered) return undefined;
  return wait(
    'StillPublished',
    `${enabled} enabled records name ${intent.clb?.address}, or name servers answer it`,
    true,
  );
}

function disabled({ intent, records }: StageWorld): StageStep | undefined {
  if (!records.ok) return unread('which records name it', records);
  if (records.value.disabledOfOthers > 0) {
    const message = `${records.value.disabledOfOthers} disabled records of others name ${intent.clb?.address}; delete them first`;
    return wait('StillPublished', message, true);
  }
  return records.value.disabled > 0 ? { do: 'delete-records' } : undefined;
}

function lastOne({ askedToRelease, othersServing }: StageWorld, { id }: ClbState): StageStep | undefined {
  if (!othersServing.ok) return unread('whether another one serves', othersServing);
  return othersServing.value > 0
    ? undefined
    : wait('LastLoadBalancer', `${id} is the last that certainly serves`, askedToRelease);
}

/** Connections are waited for until the deadline, where there is one. */
function connected({ at, connections, intent, limits }: StageWorld): StageStep | undefined {
  if (connections.ok && connections.value <= limits.fewConnections) return undefined;
  const deadline = deadlineOf(intent.withdrawnAt ?? at, limits.drainDeadline);
  if (deadline !== undefined && at >= deadline) return { do: 'unbind' };
  if (!connections.ok) return unread('how many connections are open', connections);
  const end =
    deadline === undefined ? 'and whoever publishes it must withdraw it' : `until ${isoTime(deadline)} at most`;
  return wait('Draining', `${Math.round(connections.value)} connections are open, ${end}`);
}

function deadlineOf(withdrawnAt: Instant, deadline: Millis | undefined): Instant | undefined {
  return deadline === undefined ? undefined : withdrawnAt + deadline;
}

/** Hours are charged by the clock, in full (CLB billing page, read 2026-11). */
function paid({ at }: StageWorld, { pooled }: ClbState): StageStep | undefined {
  const left = HOUR - (at % HOUR);
  if (pooled || (left <= LAST_OF_HOUR && left > TOO_LATE)) return undefined;
  const until = left > LAST_OF_HOUR ? at + left : at + left + HOUR;
  return wait('PaidHour', `drained; the hour is paid until ${isoTime(until)}, and a want cancels the release`);
}
