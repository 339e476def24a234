/**
 * The life of one extra CLB, from the intent to the end, one step at a time. Pure: given everything that was read of it, the
 * step that may be taken now, or what is waited for. The state is the stage in the annotations of its Service, changed only
 * on condition of the `resourceVersion`; tags on the CLB mirror it. Each step is safe to repeat, and each stage to be
 * abandoned at any point.
 *
 *     intent ──buy, or take from the pool; record──▶ bought ──bind──▶ binding ──healthy, answers──▶ serving
 *        │ no longer wanted                             │                 │                          │   ▲
 *        ▼                                              ▼                 ▼                    drain ▼   │ cancel
 *     (gone) ◀──delete, or give back── deleting ◀── unbound ◀──────────unbind─────────────────────── draining
 *
 * `unbind` is the point of no return: from there a new want is a new intent.
 *
 * Why each precondition is there, and what goes wrong without it, was found by exhaustive search over a model of the API with
 * crashes, pauses, late answers and stale lists: two purchases for one need; an address published for an instance that is
 * gone, which by then may belong to somebody else; an instance deleted under its record.
 */
import type { Reading } from './gateway';
import { HOUR, type Instant, isoTime, MINUTE, type Millis } from './time';

export const CLB_STAGES = ['intent', 'bought', 'binding', 'serving', 'draining', 'unbound', 'deleting'] as const;
export type ClbStage = (typeof CLB_STAGES)[number];

/** What the annotations of an intent Service say. */
export interface IntentSeen {
  readonly name: string;
  readonly uid: string;
  readonly resourceVersion: string;
  /** Place among the extra instances of its gateway, from 1; the highest is released first. */
  readonly ordinal: number;
  readonly type: 'ClusterIP' | 'LoadBalancer';
  readonly stage: ClbStage;
  /** When the stage was entered. */
  readonly since: Instant;
  /** Of the purchase, from 1: a new one only when the last certainly bought nothing that is still there. */
  readonly attempt: number;
  /** Where the attempt buys; written before it does. */
  readonly zone: string | undefined;
  /** Zones that refused for want of stock. */
  readonly refusedZones: readonly string[];
  readonly clb: { readonly id: string; readonly address: string } | undefined;
  /** When its records were last seen withdrawn on the zone's own name servers; any publication takes it back. */
  readonly withdrawnAt: Instant | undefined;
}

/** An instance as DescribeLoadBalancerAttribute tells it. */
export interface ClbState {
  readonly id: string;
  readonly address: string;
  readonly status: 'active' | 'inactive' | 'locked' | 'other';
  /** UID of the Service that it was bought for or taken by, from its tag. */
  readonly ownerUid: string | undefined;
  readonly stageTag: string | undefined;
  /** Whether it belongs to the warm pool, to which it is given back. */
  readonly pooled: boolean;
  readonly deleteProtection: boolean;
  readonly listeners: readonly number[];
}

export interface ListenerHealth {
  readonly port: number;
  readonly running: boolean;
  readonly normalBackends: number;
}

/** Everything that was read of one extra instance. What could not be read, or not completely, is a problem, never an absence. */
export interface StageWorld {
  readonly at: Instant;
  readonly intent: IntentSeen;
  /** Whether the gateway still asks for this many instances. */
  readonly wanted: boolean;
  /** Instances tagged with this Service's UID, or named after it: a complete list. */
  readonly owned: Reading<readonly ClbState[]>;
  /** Instances of the warm pool that nobody has taken. */
  readonly pool: Reading<readonly ClbState[]>;
  /** The instance of `intent.clb`; `gone` when the API knows no such id. */
  readonly clb: Reading<ClbState | 'gone'> | undefined;
  /** The cloud controller's label on the Service. */
  readonly boundId: string | undefined;
  /** Whether the cloud controller still holds its finalizer on the Service. */
  readonly finalizer: boolean;
  /** Other Services that name the same instance. */
  readonly alsoNamedBy: readonly string[];
  readonly health: Reading<readonly ListenerHealth[]>;
  /** Ports that the Service asks for. */
  readonly ports: readonly number[];
  /** Whether selector, ports and annotations of listeners are those of the gateway's own Service; `undefined`: not known. */
  readonly inStep: boolean | undefined;
  /** Whether the address answers a probe from outside. */
  readonly answers: Reading<boolean>;
  /** Records with this address, of whomever, in every configured zone, and whether any name server still gives it. */
  readonly records: Reading<RecordsOfAddress>;
  readonly connections: Reading<number>;
  /** Purchases that are left of the day. */
  readonly purchasesLeft: Reading<number>;
  /** Healthy instances that serve beside this one, the gateway's own included. */
  readonly othersServing: number;
  /** Whether another instance of this gateway is being released. */
  readonly otherRelease: boolean;
  readonly limits: StageLimits;
}

/** What an address is published as, in every configured zone. */
export interface RecordsOfAddress {
  /** Enabled ones, whoever they belong to. */
  readonly enabled: number;
  /** Disabled ones of ours. */
  readonly disabled: number;
  /** Disabled ones of others, who may enable them again: never deleted by us. */
  readonly disabledOfOthers: number;
  /** Whether any name server still answers with it. */
  readonly answered: boolean;
}

export interface StageLimits {
  /** Zones to buy in, in order of preference. */
  readonly zones: readonly string[];
  /** Backends that must be healthy on each listener before it serves. */
  readonly backends: number;
  /** The longest TTL of the records. */
  readonly ttl: Millis;
  /** Open connections at which an instance counts as drained. */
  readonly fewConnections: number;
  /** After this long in `draining` open connections are cut; `undefined`: never, where others publish the address. */
  readonly drainDeadline: Millis | undefined;
}

/** What may be done now. Every write is conditional on what was read. */
export type StageStep =
  | { readonly do: 'take'; readonly id: string }
  | { readonly do: 'choose-zone'; readonly zone: string; readonly attempt: number }
  | { readonly do: 'buy'; readonly clientToken: string; readonly zone: string }
  | { readonly do: 'record'; readonly id: string; readonly address: string; readonly pooled: boolean }
  | { readonly do: 'bind' }
  | { readonly do: 'activate' }
  /** Takes over selector, ports and annotations from the gateway's own Service. */
  | { readonly do: 'follow' }
  | { readonly do: 'enter'; readonly stage: ClbStage }
  | { readonly do: 'tag'; readonly stage: ClbStage }
  /** Writes down since when it is withdrawn everywhere; `undefined`: it is published again. */
  | { readonly do: 'note-withdrawn'; readonly at: Instant | undefined }
  | { readonly do: 'unbind' }
  | { readonly do: 'delete-records' }
  | { readonly do: 'unprotect' }
  | { readonly do: 'delete-clb' }
  | { readonly do: 'give-back' }
  | { readonly do: 'delete-service' }
  | StageWait;

/** What an extra load balancer waits for in its stage; `LoadBalancerServing` is where it should be. */
export type StageReason =
  | 'LoadBalancerServing'
  | 'Settling' // an unanswered purchase may still be carried out
  | 'Binding' // the cloud controller has not made its listeners and backends, or they are not healthy
  | 'NotAnswering' // the address does not answer from outside
  | 'Withdrawing' // its records are still published
  | 'Draining' // clients, late writes or open connections
  | 'PaidHour' // the clock hour is paid for, and a new want would cancel the release at once
  | 'Unbinding' // the cloud controller has not let go of it
  | 'OtherRelease' // one release of a gateway at a time
  | 'LastLoadBalancer' // no other one serves
  | 'ReadFailed'
  // For a person.
  | 'TooManyPurchases' // as many as a day may have
  | 'NoZoneLeft' // every zone refused for want of stock
  | 'AmbiguousLoadBalancer' // more than one was bought for one need
  | 'LoadBalancerLocked'
  | 'ForeignListener' // listeners that are not its Service's
  | 'ForeignLoadBalancer' // without our mark, or named by another Service
  | 'StillPublished' // a record names it that should not
  | 'BrokenIntent'; // its annotations do not fit together

export interface StageWait {
  readonly do: 'wait';
  readonly reason: StageReason;
  readonly message: string;
  readonly needsPerson: boolean;
}

/**
 * No request lives longer once it was signed: 15 minutes by the vendor's own rule, and a margin for clocks. A publication that
 * was decided before the drain is dead by then.
 */
const LONGEST_WRITE: Millis = 20 * MINUTE;
/** Of the clock hour that is paid for: enough for the cloud controller to let go and for the deletion, at a look a minute. */
const LAST_OF_HOUR: Millis = 10 * MINUTE;
/** An unanswered purchase is asked for again with the same token only as long as the vendor surely remembers it. */
const TOKEN_REMEMBERED: Millis = 10 * MINUTE;

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

/** The token of one attempt: the same attempt never buys twice, and a new one never gets the answer of an old one. */
export function clientToken({ attempt, uid }: Pick<IntentSeen, 'attempt' | 'uid'>): string {
  return `${uid}-${attempt}`;
}

function fromIntent(world: StageWorld): StageStep {
  const { intent, owned, pool, wanted } = world;
  if (!owned.ok) return unread('which instances were bought for it', owned);
  const [bought] = owned.value;
  if (owned.value.length > 1) {
    const ids = owned.value.map(({ id }) => id).join(', ');
    return wait('AmbiguousLoadBalancer', `${owned.value.length} instances were bought for it: ${ids}`, true);
  }
  if (bought !== undefined) return { do: 'record', id: bought.id, address: bought.address, pooled: bought.pooled };
  if (!wanted) return withoutPurchase(world);
  if (intent.zone !== undefined) return purchase(world, intent.zone);
  if (!pool.ok) return unread('which instances of the pool are free', pool);
  const [free] = pool.value;
  return free === undefined ? chooseZone(world) : { do: 'take', id: free.id };
}

/** What was asked for and not answered may still be carried out until its signature is too old. */
function withoutPurchase({ at, intent }: StageWorld): StageStep {
  const certain = intent.zone === undefined ? intent.since : intent.since + LONGEST_WRITE;
  if (at >= certain) return { do: 'delete-service' };
  return wait('Settling', `a purchase may still be carried out until ${isoTime(certain)}`);
}

/** The same token again while the vendor surely remembers it; by a later list of what was bought, another attempt. */
function purchase(world: StageWorld, zone: string): StageStep {
  const { at, intent } = world;
  return at - intent.since < TOKEN_REMEMBERED
    ? { do: 'buy', clientToken: clientToken(intent), zone }
    : (overspent(world) ?? { do: 'choose-zone', zone, attempt: intent.attempt + 1 });
}

function chooseZone(world: StageWorld): StageStep {
  const { intent, limits } = world;
  const zone = limits.zones.find((each) => !intent.refusedZones.includes(each));
  if (zone !== undefined) return overspent(world) ?? { do: 'choose-zone', zone, attempt: intent.attempt };
  const tried = intent.refusedZones.join(', ') || 'none is known';
  return wait('NoZoneLeft', `no zone has stock: ${tried}`, true);
}

/** A zone that refused has certainly sold nothing, so that the next one is no further purchase. */
function overspent({ intent, purchasesLeft }: StageWorld): StageWait | undefined {
  if (intent.refusedZones.length > 0) return undefined;
  if (!purchasesLeft.ok) return unread('how many were bought today', purchasesLeft);
  if (purchasesLeft.value > 0) return undefined;
  return wait('TooManyPurchases', 'as many instances were bought within 24 hours as the policy allows', true);
}

function fromBought(world: StageWorld): StageStep {
  const clb = ours(world);
  if ('do' in clb) return clb;
  if (!world.wanted) return { do: 'enter', stage: 'unbound' };
  if (clb.status === 'locked') return wait('LoadBalancerLocked', `${clb.id} is locked`, true);
  const foreign = clb.listeners.filter((port) => !world.ports.includes(port));
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
  // Never published before it serves, so that nothing has to drain.
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

function fromServing(world: StageWorld): StageStep {
  const clb = ours(world);
  if ('do' in clb) return clb;
  if (world.wanted) {
    if (world.inStep === false) return { do: 'follow' };
    return clb.stageTag === 'serving' ? steady(clb.id) : { do: 'tag', stage: 'serving' };
  }
  if (world.otherRelease) return wait('OtherRelease', 'another instance of the gateway is being released');
  if (world.othersServing < 1) return wait('LastLoadBalancer', `${clb.id} is the last that serves`);
  return { do: 'enter', stage: 'draining' };
}

function fromDraining(world: StageWorld): StageStep {
  const { at, connections, intent, limits, records } = world;
  const clb = ours(world);
  if ('do' in clb) return clb;
  // Until it is unbound, a want cancels the release.
  if (world.wanted) return { do: 'enter', stage: 'serving' };
  if (clb.stageTag !== 'draining') return { do: 'tag', stage: 'draining' };
  if (!records.ok) return unread('which records name it', records);
  const { answered, enabled } = records.value;
  if (enabled > 0 || answered) {
    if (intent.withdrawnAt !== undefined) return { do: 'note-withdrawn', at: undefined };
    const seen = answered ? 'the name servers answer it' : 'the name servers do not answer it any more';
    return wait('Withdrawing', `${clb.address} is still published: ${enabled} enabled records, ${seen}`);
  }
  if (intent.withdrawnAt === undefined) return { do: 'note-withdrawn', at };
  const settled = intent.withdrawnAt + Math.max(2 * limits.ttl, LONGEST_WRITE);
  if (at < settled) return wait('Draining', `clients and late writes may still name it until ${isoTime(settled)}`);
  if (world.othersServing < 1) return wait('LastLoadBalancer', `${clb.id} is the last that serves`);
  const deadline = limits.drainDeadline === undefined ? undefined : intent.since + limits.drainDeadline;
  if (deadline !== undefined && at >= deadline) return { do: 'unbind' };
  if (!connections.ok) return unread('how many connections are open', connections);
  if (connections.value > limits.fewConnections) {
    const end =
      deadline === undefined ? 'and whoever publishes it must withdraw it' : `until ${isoTime(deadline)} at most`;
    return wait('Draining', `${Math.round(connections.value)} connections are open, ${end}`);
  }
  // Hours are charged by the clock, in full (CLB billing page, read 2026-11).
  const left = HOUR - (at % HOUR);
  if (clb.pooled || left <= LAST_OF_HOUR) return { do: 'unbind' };
  return wait('PaidHour', `drained; the hour is paid until ${isoTime(at + left)}, and a want cancels the release`);
}

function fromUnbound(world: StageWorld): StageStep {
  const { intent, records } = world;
  if (intent.type === 'LoadBalancer') return { do: 'unbind' };
  if (world.finalizer) return wait('Unbinding', `the cloud controller has not let go of ${intent.clb?.id} yet`);
  const clb = oursOrGone(world);
  if (typeof clb === 'object' && 'do' in clb) return clb;
  if (clb !== 'gone' && clb.listeners.length > 0) {
    return wait('Unbinding', `${clb.id} still has listeners: ${clb.listeners.join(', ')}`);
  }
  if (world.alsoNamedBy.length > 0) return namedTwice(world);
  if (!records.ok) return unread('which records name it', records);
  if (records.value.enabled > 0) {
    return wait('StillPublished', `${records.value.enabled} records name ${intent.clb?.address}`, true);
  }
  if (records.value.disabledOfOthers > 0) {
    const message = `${records.value.disabledOfOthers} disabled records of others name ${intent.clb?.address}; delete them first`;
    return wait('StillPublished', message, true);
  }
  if (records.value.disabled > 0) return { do: 'delete-records' };
  if (clb === 'gone') return { do: 'delete-service' };
  // The tag says so before the first write that cannot be taken back, for whoever looks at the instance alone.
  return clb.stageTag === 'deleting' ? { do: 'enter', stage: 'deleting' } : { do: 'tag', stage: 'deleting' };
}

function fromDeleting(world: StageWorld): StageStep {
  const { intent } = world;
  // Given back already: free, or taken by another Service since.
  if (world.clb?.ok === true && world.clb.value !== 'gone' && world.clb.value.pooled) {
    return world.clb.value.ownerUid === intent.uid ? { do: 'give-back' } : { do: 'delete-service' };
  }
  const clb = oursOrGone(world);
  if (clb === 'gone') return { do: 'delete-service' };
  if ('do' in clb) return clb;
  if (world.alsoNamedBy.length > 0) return namedTwice(world);
  return clb.deleteProtection ? { do: 'unprotect' } : { do: 'delete-clb' };
}

/** The instance while it should be there. */
function ours(world: StageWorld): ClbState | StageStep {
  const clb = oursOrGone(world);
  // Somebody deleted it. Its records, if any, must go before the Service does.
  return clb === 'gone' ? { do: 'enter', stage: 'unbound' } : clb;
}

/** The instance, provided that it was read and carries our mark; otherwise what is waited for. */
function oursOrGone({ clb, intent }: StageWorld): ClbState | 'gone' | StageStep {
  if (intent.clb === undefined || clb === undefined) {
    return wait('BrokenIntent', `Service ${intent.name} is ${intent.stage} but names no instance`, true);
  }
  if (!clb.ok) return unread(`instance ${intent.clb.id}`, clb);
  if (clb.value === 'gone' || clb.value.ownerUid === intent.uid) return clb.value;
  return wait('ForeignLoadBalancer', `${intent.clb.id} does not carry the mark of Service ${intent.name}`, true);
}

function unhealthy({ health, limits, ports }: StageWorld): StageStep | undefined {
  if (!health.ok) return unread('the health of its listeners', health);
  const sick = ports.filter((port) => {
    const listener = health.value.find((each) => each.port === port);
    return listener === undefined || !listener.running || listener.normalBackends < limits.backends;
  });
  return sick.length === 0 ? undefined : wait('Binding', `listeners are not healthy yet: ${sick.join(', ')}`);
}

function namedTwice({ alsoNamedBy, intent }: StageWorld): StageStep {
  return wait(
    'ForeignLoadBalancer',
    `Service ${alsoNamedBy.join(', ')} names the instance of ${intent.name}, too`,
    true,
  );
}

function steady(id: string): StageStep {
  return wait('LoadBalancerServing', `${id} serves`);
}

function unread(
  what: string,
  { needsPerson = false, problem }: { readonly problem: string; readonly needsPerson?: boolean },
): StageWait {
  return wait('ReadFailed', `${what} could not be read: ${problem}`, needsPerson);
}

function wait(reason: StageReason, message: string, needsPerson = false): StageWait {
  return { do: 'wait', reason, message, needsPerson };
}
