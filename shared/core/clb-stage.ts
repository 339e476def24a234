/**
 * The life of one extra CLB, from the intent to the end, one step at a time: given everything that was read of it, the
 * step that may be taken now, or what is waited for (`nextStep`). The state is the stage in the annotations of its Service, changed only
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
import type { LoadBalancerSeen } from './load-balancer';
import { type Instant, MINUTE, type Millis } from './time';

export const CLB_STAGES = ['intent', 'bought', 'binding', 'serving', 'draining', 'unbound', 'deleting'] as const;
export type ClbStage = (typeof CLB_STAGES)[number];

/** What the annotations of an intent Service say. */
export interface IntentSeen {
  readonly name: string;
  readonly uid: string;
  readonly resourceVersion: string;
  /** Place among the extra instances of its gateway, from 1; the highest is released first. */
  readonly ordinal: number;
  /** When its Service was made, by the cluster's clock. */
  readonly createdAt: Instant;
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
  /** When nothing was seen of an order that was not answered, or not seen of an answered one; a later look decides. */
  readonly nothingSeenAt: Instant | undefined;
  /** Instance of the warm pool that it is about to take: written down before the instance is tagged. */
  readonly taking: string | undefined;
  readonly clb: { readonly id: string; readonly address: string } | undefined;
  /** Whether clients may ever have been sent to the instance: then they, and late writes, are waited for. */
  readonly everServed: boolean;
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
  /** Those that the cloud controller did not make for this Service. */
  readonly foreignListeners: readonly number[];
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
  /** Other instances than its own that are listed with the UID of this Service. */
  readonly strays: readonly string[];
  /** What became of the instance of `intent.taking`. */
  readonly taking: Reading<Taking>;
  readonly network: Reading<Network>;
  /** Zones to buy in, in order of preference. */
  readonly zones: Reading<readonly string[]>;
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
  /** Active and healthy instances that serve beside this one, the gateway's own included; one is enough. */
  readonly othersServing: Reading<number>;
  /** Whether a person asked for fewer. */
  readonly askedToRelease: boolean;
  /** Whether another instance of this gateway is being released. */
  readonly otherRelease: boolean;
  readonly limits: StageLimits;
}

/** `contended`: another Service is about to take it, too, and lets go of it. `lost`: it is another's, or to be left to another. */
export type Taking = 'free' | 'contended' | 'lost';

/** Where the gateway's own instances are: clients that reach one kind do not reach the other. */
export interface Network {
  readonly addressType: LoadBalancerSeen['addressType'];
  /** Of private instances that are bought. */
  readonly vSwitch: string | undefined;
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
  /** Backends that must be healthy on each listener before it serves. */
  readonly backends: number;
  /** The longest TTL of the records. */
  readonly ttl: Millis;
  /** Open connections at which an instance counts as drained. */
  readonly fewConnections: number;
  /** After this long without being published open connections are cut; `undefined`: never, where others publish the address. */
  readonly drainDeadline: Millis | undefined;
}

/** What may be done now. Every write is conditional on what was read. */
export type StageStep =
  /** Writes down which instance of the pool it takes; nobody else may claim it then. */
  | { readonly do: 'take'; readonly id: string }
  | { readonly do: 'claim'; readonly id: string }
  | { readonly do: 'let-go'; readonly id: string }
  | ZoneChoice
  | { readonly do: 'note-nothing-seen'; readonly at: Instant }
  | { readonly do: 'buy'; readonly clientToken: string; readonly zone: string; readonly network: Network }
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

/** Where the next order is sent, written down before it is. */
export interface ZoneChoice {
  readonly do: 'choose-zone';
  readonly zone: string;
  readonly attempt: number;
  readonly refusedZones: readonly string[];
  /** Whether it may become a purchase beside those that are counted. */
  readonly counts: boolean;
}

/** What an extra load balancer waits for in its stage; `LoadBalancerServing` is where it should be. */
export type StageReason =
  | 'LoadBalancerServing'
  | 'Attaching' // the next step to a serving instance is due; said in a dry run
  | 'Releasing' // the next step of a release is
  | 'Settling' // an unanswered purchase may still be carried out, or what was just written does not show yet
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
  | 'UnclearNetwork' // whether it is to be public or private, or in which vSwitch, is not known
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
 * was decided before the drain is dead by then, and so is an order that was not answered.
 */
export const LONGEST_WRITE: Millis = 20 * MINUTE;
