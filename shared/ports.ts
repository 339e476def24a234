import type { RoutingSeen } from './core/audit/routes';
import type {
  AuditedLoadBalancer,
  AuditedService,
  ClusterProfile,
  ControllerSeen,
  IstioGatewayFields,
  MeshClusterSeen,
  MeshSeen,
  NodeSeen,
  NodeTypeSeen,
  PodSeen,
  WorkloadSeen,
} from './core/audit/snapshot';
import type { ClbStage, IntentSeen } from './core/clb-stage';
import type { FrontService, ServiceShape } from './core/front-service';
import type { AutoscalerSeen, ClusterSeen, Journal, Original, ScaleTarget, UnschedulablePod } from './core/gateway';
import type {
  ListenerBackends,
  LoadBalancerDetails,
  LoadBalancerOrder,
  LoadBalancerSeen,
  Purchase,
  Tags,
} from './core/load-balancer';
import type { EventAt, FieldsOf } from './core/log-events';
import type { ChangedObject, Message, Notice } from './core/notice';
import type { AddressState, ProbeOutcome, ProbeTarget, VantageReport } from './core/probe';
import type { RegionalGateway } from './core/survivors';
import type { Instant, Millis } from './core/time';
import type { FieldSeen } from './core/uninstall/cluster';
import type {
  DnsAnswer,
  DnsQuestion,
  NameServerHost,
  RecordContent,
  RecordSeen,
  RecordSet,
  ZoneInfo,
} from './core/zone';

/** Time, passed in. Only entry points and adapters hold a real one. */
export interface Clock {
  now(): Instant;
  /** Resolves after `duration`. Never rejects. */
  sleep(duration: Millis): Promise<void>;
}

/** By when the running invocation must have returned, on a clock that is never set back. */
export interface Deadline {
  /** Milliseconds left, never below 0. */
  left(): Millis;
}

/** One sample of a metric: the value of the period that ends at `at`. */
export interface Point {
  readonly at: Instant;
  readonly value: number;
}

/** One metric of many instances over a span, in one-minute periods. */
export interface MetricQuery {
  readonly region: string;
  /** For example `acs_slb_dashboard`. */
  readonly namespace: string;
  /** For example `InstanceNewConnection`. */
  readonly metric: string;
  readonly statistic: 'Average' | 'Maximum' | 'Minimum';
  readonly instanceIds: readonly string[];
  /** Exclusive, as CloudMonitor has it. */
  readonly from: Instant;
  /** Inclusive. */
  readonly to: Instant;
}

/** Points in ascending order for each instance asked for; an instance without any has an empty list. */
export type MetricHistory = ReadonlyMap<string, readonly Point[]>;

/** CloudMonitor. Throws CloudError. Costs ceil(instances/50) calls per query, plus pages. */
export interface Metrics {
  history(query: MetricQuery): Promise<MetricHistory>;
}

/** A rule of CloudMonitor as it stands. */
export interface AlarmRule {
  readonly id: string;
  readonly name: string;
  /** Whether it is on, and its last evaluation was an alarm. */
  readonly isRinging: boolean;
}

/** Rules of CloudMonitor, read back. Throws CloudError. */
export interface AlarmRules {
  /** Those of the ids that exist: one call for each 20. */
  read(ids: readonly string[]): Promise<readonly AlarmRule[]>;
}

/** The gateways of one cluster, seen. Throws CloudError when what every decision needs could not be read. */
export interface Gateways {
  /** One list per kind of object for all gateways of the namespaces together. */
  observe(): Promise<ClusterSeen>;
  /** Pods of a namespace that no node has room for. */
  unschedulablePods(namespace: string): Promise<readonly UnschedulablePod[]>;
  /** The journal alone, for a command that must work while the rest cannot be read. */
  journal(): Promise<Journal>;
  /** What the field of a scale target holds now. */
  read(target: ScaleTarget): Promise<number>;
}

/** The writing half; absent in a dry run. Every write is conditional on what was seen. Throws CloudError. */
export interface GatewayWriter {
  /**
   * Sets the target's field, provided that it still holds what was seen. A Deployment or an HPA may have changed otherwise
   * since, as its status does all the time; an IstioGateway must be unchanged. Throws CloudError `conflict` else.
   */
  scale(target: ScaleTarget, replicas: number): Promise<Written>;
  /**
   * Replaces the journal, provided that it is still at its `resourceVersion`; creates it when it had none. Entries that are
   * not understood are never written, changed or removed.
   */
  record(journal: Journal): Promise<Journal>;
}

/** What is taken back from a cluster when we leave. Throws CloudError. */
export interface ClusterUndoing {
  /** What a field that we wrote holds now; `gone`: there is no such object any more. */
  field(original: Original): Promise<FieldSeen | 'gone'>;
  /** Sets it to what it held, or takes it away where it was not there, provided that the object is as it was seen. */
  giveBack(original: Original, seen: FieldSeen): Promise<void>;
  /** Keys that somebody else keeps in the ConfigMap of the journal. */
  othersInJournal(): Promise<readonly string[]>;
  /** Deletes the journal, provided that it is still at its `resourceVersion`; of a ConfigMap with keys of others only ours. */
  deleteJournal(journal: Journal): Promise<void>;
}

/** Proof of a write: what the API answered. */
export interface Written {
  readonly resourceVersion: string;
  readonly value: number;
}

/** How one kind of receiver is spoken to. It sends nothing itself. */
export interface Robot {
  /** Least time between two messages of one instance, so that all instances together stay below the receiver's limit. */
  readonly spacing: Millis;
  /** How long the receiver is left alone after it has said that there were too many. */
  readonly pause: Millis;
  /** The request that brings a message. @param at when it is signed */
  request(message: Message, at: Instant): RobotRequest;
  /** Whether the message was taken, which the status alone does not say. */
  verdict(answer: RobotAnswer): Verdict;
}

export interface RobotRequest {
  /** A secret, with the signature where it belongs there. */
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

export interface RobotAnswer {
  readonly status: number;
  readonly body: string;
}

export type Verdict =
  | { readonly taken: true }
  /** `problem`: in our own words; `throttled`: there were too many messages. */
  | { readonly taken: false; readonly problem: string; readonly throttled: boolean };

/** What is said on a Kubernetes object. */
export interface ObjectEvent {
  readonly object: ChangedObject;
  readonly reason: string;
  readonly message: string;
  readonly at: Instant;
}

/** Events on objects of a cluster. Throws CloudError. */
export interface ObjectEvents {
  say(event: ObjectEvent): Promise<void>;
}

/** Custom events of CloudMonitor. Throws CloudError. */
export interface CustomEvents {
  put(notices: readonly Notice[]): Promise<void>;
}

/** One value of a custom metric. */
export interface MetricValue {
  readonly name: string;
  readonly value: number;
  readonly dimensions: Readonly<Record<string, string>>;
}

/** Custom metrics of CloudMonitor. Throws CloudError. */
export interface CustomMetrics {
  /** In one call, as many as fit into it, the first ones first. */
  put(values: readonly MetricValue[], at: Instant): Promise<void>;
}

/** Structured log lines, each of a known event. */
export interface Log {
  info<Event extends EventAt<'info'>>(event: Event, fields: FieldsOf<Event>): void;
  warn<Event extends EventAt<'warn'>>(event: Event, fields: FieldsOf<Event>): void;
  error<Event extends EventAt<'error'>>(event: Event, fields: FieldsOf<Event>): void;
}

/** The credentials of the invocation: those of the function's role, never kept. */
export interface Credentials {
  readonly accessKeyId: string;
  readonly accessKeySecret: string;
  readonly securityToken: string;
}

/** DNS zones, as their vendor keeps them. Throws CloudError. */
export interface Zones {
  /** Every record of a zone, disabled ones included: one call for each 500. */
  records(zone: string): Promise<RecordSet>;
  /** The records of one name, `@` for the zone itself: one call for each 100, however many the zone has. */
  recordsOf(zone: string, rr: string): Promise<RecordSet>;
  /** How many records a zone has. */
  size(zone: string): Promise<number>;
  info(zone: string): Promise<ZoneInfo>;
  /** Whether the vendor takes a request signed at `date`: what fenced writes rest on, measured with a harmless read. */
  accepts(zone: string, date: Instant): Promise<boolean>;
}

/** How a write is sent. */
export interface Signing {
  /**
   * The date that the request is signed with, instead of now. The vendor refuses dates more than 15 minutes old, so one
   * in the past bounds for how long the write can still take effect, wherever it is held up.
   */
  readonly signedAt?: Instant;
}

/** What the vendor answered to a write. */
export interface ZoneWritten {
  readonly id: string;
  /** The vendor's clock at its answer, in whole seconds; `undefined` when the answer did not say. */
  readonly date: Instant | undefined;
}

/**
 * The writing half; absent in a dry run. Nothing is conditional: the vendor has no such thing, it is the caller who must
 * hold the zone. Throws CloudError; `unknown-outcome` whenever the write may have been done, and `conflict` when the
 * vendor refused it as signed too long ago.
 */
export interface ZoneWriter {
  /** Alidns refuses a record that is there already, disabled or not: `conflict`. The new record has no remark. */
  add(zone: string, content: RecordContent, signing?: Signing): Promise<ZoneWritten>;
  /** Changes a record in place. All of its content is sent: what is left out would be set to a default. */
  update(id: string, content: RecordContent, signing?: Signing): Promise<ZoneWritten>;
  setEnabled(id: string, enabled: boolean, signing?: Signing): Promise<ZoneWritten>;
  /** An empty remark removes it. */
  remark(id: string, remark: string, signing?: Signing): Promise<ZoneWritten>;
  /** Switches the weights of a name on or off, for all lines. */
  openWeights(
    name: Pick<RecordSeen, 'rr' | 'type'> & { readonly zone: string },
    open: boolean,
    signing?: Signing,
  ): Promise<void>;
  /** @param weight 1 to 100 */
  weigh(id: string, weight: number, signing?: Signing): Promise<ZoneWritten>;
  remove(id: string, signing?: Signing): Promise<ZoneWritten>;
}

/**
 * Asks name servers, one by one and without a cache. Throws CloudError: `timeout` (no answer), `unavailable` (SERVFAIL, or
 * nothing listens), `unreadable` (no DNS message, or not the answer to the question), `rejected` (any other refusal, for
 * example REFUSED), `deadline`.
 */
export interface Resolver {
  ask(question: DnsQuestion): Promise<DnsAnswer>;
}

/**
 * Which name servers clients are sent to. Answers within a second, or throws CloudError: whoever cannot be asked, or gives no
 * clear answer, says nothing.
 */
export interface Delegations {
  /** As the parent of the zone has it; none where the parent says that nobody answers for the zone. */
  of(zone: string): Promise<readonly NameServerHost[]>;
  /** In half a second. */
  addressesOf(hosts: readonly string[]): Promise<readonly NameServerHost[]>;
}

/** The Services of the namespaces that hold gateways, extra CLBs' among them. Throws CloudError. */
export interface FrontServices {
  /** One call for each namespace. */
  list(): Promise<readonly FrontService[]>;
  read(namespace: string, name: string): Promise<FrontService | 'gone'>;
}

/** What is changed of the notes on a Service; what is not named stays, and `undefined` that is named removes. */
export interface IntentNotes {
  readonly stage?: ClbStage;
  readonly since?: Instant;
  readonly attempt?: number;
  readonly zone?: string | undefined;
  readonly refusedZones?: readonly string[];
  readonly nothingSeenAt?: Instant | undefined;
  readonly taking?: string | undefined;
  readonly clb?: NonNullable<IntentSeen['clb']>;
  /** Never taken back. */
  readonly everServed?: true;
  readonly withdrawnAt?: Instant | undefined;
}

export interface NewIntent {
  readonly at: Instant;
  readonly namespace: string;
  readonly name: string;
  readonly gateway: string;
  readonly ordinal: number;
  readonly shape: ServiceShape;
}

/**
 * The writing half; absent in a dry run. Each change is refused with CloudError `conflict` unless the Service is still at the
 * `resourceVersion` that was seen, and answers with what it is then.
 */
export interface FrontServiceWriter {
  /** Makes the Service of a new extra CLB, of type ClusterIP; `taken` when there is one of this name. */
  create(intent: NewIntent): Promise<FrontService | 'taken'>;
  note(service: FrontService, notes: IntentNotes): Promise<FrontService>;
  /** Makes it type LoadBalancer, with the shape of the gateway's own Service, and enters the stage `binding`. */
  bind(service: FrontService, clbId: string, shape: ServiceShape, at: Instant): Promise<FrontService>;
  follow(service: FrontService, shape: ServiceShape): Promise<FrontService>;
  /** Makes it type ClusterIP again and enters the stage `unbound`. */
  unbind(service: FrontService, at: Instant): Promise<FrontService>;
  /** What is gone already is as good as removed. */
  remove(service: FrontService): Promise<void>;
}

/** Whether something answers at an address, seen from where the function runs. */
export interface Dialler {
  /** Opens a TCP connection and closes it. */
  connects(address: string, port: number): Promise<boolean>;
}

/**
 * The load balancers of one region. Lists may be old: what was just bought may be missing, and tags may be those of a moment
 * ago; an instance that is asked for by its id is as it is. Throws CloudError.
 */
export interface LoadBalancers {
  /** Every instance of the region, whoever it belongs to: one call for each 100. */
  all(): Promise<readonly LoadBalancerSeen[]>;
  /** Those that carry the ownership tag: one call for each 100. */
  ours(): Promise<readonly LoadBalancerSeen[]>;
  /** Those of exactly this name, whoever they belong to. */
  named(name: string): Promise<readonly LoadBalancerSeen[]>;
  /** Those of the ids that are listed, in no particular order: one call for each 10. */
  byIds(ids: readonly string[]): Promise<readonly LoadBalancerSeen[]>;
  /** One instance; `gone` when the vendor knows no such id in this region. */
  read(id: string): Promise<LoadBalancerDetails | 'gone'>;
  /**
   * Its listeners, with what the vendor's checks say of their backends: two calls. Throws CloudError `unreadable` when it has
   * listeners and the answer has no list of backends at all, which says nothing of them.
   */
  health(id: string): Promise<readonly ListenerBackends[]>;
  /** Zones that such instances can be bought in now. */
  zones(addressType: LoadBalancerSeen['addressType']): Promise<readonly string[]>;
}

/**
 * The writing half; absent in a dry run. Nothing is conditional, since the vendor has no such thing. Throws CloudError;
 * `unknown-outcome` whenever the write may have been done: read back before it is sent again.
 */
export interface LoadBalancerWriter {
  /**
   * Buys an instance. `rejected` when the token was used for another order. The same order under the same token gets the
   * same answer again, even when what was bought is deleted by then: read it before it is used.
   */
  create(order: LoadBalancerOrder): Promise<Purchase>;
  /** Sets tags; those of other keys stay. */
  tag(id: string, tags: Tags): Promise<void>;
  untag(id: string, keys: readonly string[]): Promise<void>;
  /** Switches the deletion protection. */
  protect(id: string, on: boolean): Promise<void>;
  /** Switches an instance on that lost its last listener, as one that was given back to the pool has. */
  activate(id: string): Promise<void>;
  /** What is gone already is as good as deleted. `conflict` under deletion protection. */
  delete(id: string): Promise<void>;
}

/** Probes an address as a client would, seen from where the function runs. */
export interface Prober {
  /** Never rejects for what answers, or does not: that is its outcome. Ends within `timeout`, or when the signal says so. */
  probe(target: ProbeTarget, timeout: Millis, signal?: AbortSignal): Promise<ProbeOutcome>;
}

/** A function of ours in some region. */
export interface FunctionAddress {
  readonly region: string;
  /** FC 3.0: the name. FC 2.0: `service/function`. */
  readonly name: string;
}

/** Function Compute. Throws CloudError: also when the function itself failed (`unavailable`). */
export interface Functions {
  /** Waits for the answer, at most `timeout`. */
  ask(address: FunctionAddress, event: object, timeout: Millis): Promise<unknown>;
  /**
   * Hands an event over and waits for nothing but that it was taken.
   *
   * @param taskId of two events with the same one the second is not taken, which is no error
   */
  tell(address: FunctionAddress, event: object, taskId?: string): Promise<void>;
}

/** A floor that a failover asks a gateway for: never fewer replicas, and no scale-in, until it ends by itself. */
export interface FloorAsked {
  readonly floor: number;
  readonly reason: string;
  readonly lasts: Millis;
}

/** The gateways of all regions, as the functions there see them. Throws CloudError. */
export interface RegionalGateways {
  report(region: string, gateway: string): Promise<RegionalGateway>;
  /** Hands the wish over; whether it was granted is seen in a later report. */
  protect(region: string, gateway: string, asked: FloorAsked): Promise<void>;
  /**
   * Says that a multiple of its present load is to come, for as many CLBs as that needs; nobody waits for them. Of several
   * wishes of one minute the first is taken.
   */
  expect(region: string, gateway: string, asked: LoadExpected): Promise<void>;
}

/** Orders for the clusters of all regions, by their functions. Throws CloudError, `rejected` for one that was refused. */
export interface RegionalOrders {
  /** What became of it, in words. */
  order(region: string, command: object): Promise<string>;
}

/** What a failover says before it leads clients to a gateway. */
export interface LoadExpected {
  readonly times: number;
  readonly reason: string;
  readonly lasts: Millis;
  readonly at: Instant;
}

/** What a vantage point is asked to watch. */
export interface WatchRequest {
  readonly targets: readonly { readonly gateway: string; readonly address: string }[];
  /** The state of each address as the asker knows it; what it does not name is unknown. */
  readonly known: ReadonlyMap<string, AddressState>;
  /** Failures in a row that the same point saw a moment ago, of addresses that are up: further ones add to them. */
  readonly failed?: ReadonlyMap<string, number>;
  /** How long ago the same point last began a probe of an address that it was heard of: it goes on in the same rhythm. */
  readonly since?: ReadonlyMap<string, Millis>;
  /** How long to watch while nothing changes: whole seconds, 55 at most. */
  readonly for: Millis;
}

/** Functions of ours that probe from other regions. */
export interface VantagePoints {
  /**
   * Waits until an address is no longer what is known of it, or the time is over.
   *
   * @param point id of the region
   * @throws CloudError as {@link Functions.ask} does; `unreadable` for an answer that is no report of that point
   */
  watch(point: string, request: WatchRequest): Promise<VantageReport>;
}

/** What audits read of one ACK cluster. Throws CloudError. */
export interface AuditedCluster {
  profile(): Promise<ClusterProfile>;
  /** Names of its components. */
  addons(): Promise<readonly string[]>;
  nodes(): Promise<readonly NodeSeen[]>;
  deployments(namespace: string): Promise<readonly WorkloadSeen[]>;
  services(namespace: string): Promise<readonly AuditedService[]>;
  autoscalers(namespace: string): Promise<readonly AutoscalerSeen[]>;
  pods(namespace: string, labels: Readonly<Record<string, string>>): Promise<readonly PodSeen[]>;
}

/** What audits read of the objects of a mesh. Throws CloudError. */
export interface AuditedRouting {
  istioGateways(namespace: string): Promise<readonly IstioGatewayFields[]>;
  /** Of all namespaces. */
  routing(): Promise<RoutingSeen>;
}

/** What the vendor's API tells of one mesh. Throws CloudError. */
export interface MeshDetails {
  detail(): Promise<MeshSeen>;
  clusters(): Promise<readonly MeshClusterSeen[]>;
  /** The cloud controller of a cluster. */
  controller(clusterId: string): Promise<ControllerSeen>;
  nodeTypes(): Promise<readonly NodeTypeSeen[]>;
}

/** CLBs of one region, as audits need them. Throws CloudError. */
export interface AuditedLoadBalancers {
  read(id: string): Promise<AuditedLoadBalancer | 'gone'>;
  /** Zones that such instances can be bought in now. */
  zones(addressType: LoadBalancerSeen['addressType']): Promise<readonly string[]>;
}
