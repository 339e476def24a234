import { createDelegations } from '../../shared/cloud/delegations';
import type { Invoker } from '../../shared/cloud/invocation';
import type { NameDirectory } from '../../shared/cloud/name-directory';
import type { ClusterApi, KubeConnector, OpenApi } from '../../shared/cloud/seams';
import { type Instant, MINUTE, type Millis, SECOND } from '../../shared/core/time';
import type { NameServer } from '../../shared/core/zone';
import type { Clock, Credentials, Delegations, Prober, Resolver } from '../../shared/ports';
import { createChance, uuid } from './chance';
import { createCredentialStore } from './credentials';
import { createDnsClients, type DnsClientsSetup, MEASURED_RESOLVERS, MEASURED_STRETCHING } from './dns-clients';
import { type ListeningDns, listenDns } from './dns-server';
import { createEntries, type EntryControls } from './entries';
import { type ListeningEntries, listenEntries } from './entry-prober';
import { type ClusterControls, type ClusterSetup, createEstate, type MeshSetup } from './estate';
import { createCallFaults, type Faults } from './faults';
import { createFunctionCompute, type FunctionCompute } from './function-compute';
import { type CallRecord, createGate } from './gate';
import type { GatewaySetup } from './gateway-setup';
import { type Listening, listen } from './http';
import { admitBy, createInProcessConnector, createInProcessInvoker, createInProcessOpenApi } from './in-process';
import { createKubeApi } from './kube-api';
import type { Rights } from './kubernetes/rights';
import { createFleet, type LoadBalancerControls } from './load-balancers/fleet';
import { createMetricHistory } from './metric-history';
import type { NameStats, NameTrafficSetup } from './name-traffic';
import { createProducts } from './open-api';
import { createAlidns } from './products/alidns';
import { createDnsAccount, type DnsControls } from './products/alidns/account';
import { createEmulatedDirectory } from './products/alidns/directory';
import { withoutDates } from './products/alidns/fence';
import { createInProcessResolver } from './products/alidns/resolver';
import { type AlarmMonitor, type CustomEvent, createCloudMonitor } from './products/cms';
import { createContainerService } from './products/cs';
import type { CustomMetric } from './products/custom-metrics';
import { createFunctionsApi, createServiceFunctionsApi } from './products/fc';
import { createRam, createRoleStore, createSecurityTokens, type RoleControls } from './products/ram';
import { createServiceMesh } from './products/servicemesh';
import { createServerLoadBalancer } from './products/slb';
import { createRegions, type RegionControls } from './regions';
import { createServiceSignatureCheck } from './service-signature';
import { checkDate, createSignatureCheck } from './signature';
import { createTimeline } from './timeline';
import { createTopics, type TopicControls } from './topics';
import type { Destinations, GatewayStats, Load } from './traffic';
import { createInProcessProber, createMeet, type ProberOptions } from './vantage-point';
import { wallClock } from './wall-clock';

export { BEHAVIOURS, NOT_IMITATED } from './behaviours';
export {
  type DnsClientsSetup,
  type DnsPopulation,
  MEASURED_RESOLVERS,
  MEASURED_STRETCHING,
  NOWHERE,
  type Stretching,
} from './dns-clients';
export type { ListeningDns } from './dns-server';
export type { EntryAnswer, EntryCertificate, EntryControls } from './entries';
export type { ListeningEntries } from './entry-prober';
export type { ClusterControls, ClusterSetup, FullNodes, MeshSetup } from './estate';
export type { AfterEffect, FaultRule, Faults, MetricGap } from './faults';
export type {
  AsyncDelivery,
  FunctionCompute,
  FunctionContext,
  FunctionHandler,
  FunctionSetup,
  Invocation,
} from './function-compute';
export type { CallRecord } from './gate';
export type { GatewayOwner, GatewaySetup } from './gateway-setup';
export type { Listening } from './http';
export type { Rights, Rule } from './kubernetes/rights';
export type { BillItem, LoadBalancerControls, LoadBalancerSetup } from './load-balancers/fleet';
export type { NameFigures, NameStats, NameTrafficSetup } from './name-traffic';
export type { DnsControls, Outage } from './products/alidns/account';
export type { EditionName } from './products/alidns/editions';
export type { StrangeServer } from './products/alidns/parent';
export type { ZoneRecord } from './products/alidns/record';
export type { InitialRecord, NameServerSetup, ZoneListener, ZoneSetup } from './products/alidns/zone';
export type { ZoneState } from './products/alidns/zone-state';
export type { CustomEvent } from './products/cms';
export type { CustomMetric } from './products/custom-metrics';
export type { FunctionSettings } from './products/fc-settings';
export type { EmulatedPolicy, EmulatedRole, RoleControls } from './products/ram';
export type { AlarmNotice } from './products/ringing-rules';
export type { AnswerOptions, RegionControls } from './regions';
export type { Destinations, GatewayStats, Load } from './traffic';
export type { ProberOptions } from './vantage-point';

export interface CloudOptions {
  /** What the clock shows first. */
  readonly at: Instant;
  /** The same seed and the same calls give the same state. */
  readonly seed: number;
  readonly accountId?: string;
  /** How finely time passes; 5 s unless told. Must divide a minute; above 15 s autoscalers synchronise less often. */
  readonly tick?: Millis;
  /** Whether metric queries past the free ones of a month are paid for instead of blocked. */
  readonly paidMetrics?: boolean;
  /** Time of the machine, which the dates of signatures are compared with. */
  readonly wallClock?: () => Instant;
}

/** An emulated Alibaba Cloud account. Nothing in it moves but by `step` and by calls. */
export interface Cloud {
  readonly accountId: string;
  /** The cloud's own time. `sleep` resolves at once and moves nothing. */
  readonly clock: Clock;
  /** Lets time pass: pods become ready, autoscalers and ASM synchronise, metrics appear, credentials expire. */
  step(duration: Millis): void;
  addCluster(cluster: ClusterSetup): void;
  addMesh(mesh: MeshSetup): void;
  /** Makes a gateway that has been running for long: its pods are ready. Throws InvalidInput. */
  addGateway(gateway: GatewaySetup): void;
  /**
   * What kubeconfigs of a cluster or mesh allow that are handed out from now on; those before keep what they allow.
   * Everything unless told. Throws InvalidInput.
   */
  grant(serverId: string, rights: Rights): void;
  /** `load` is asked at the start of each tick and must answer the same for the same instant. */
  setLoad(region: string, gateway: string, load: (at: Instant) => Load): void;
  /**
   * Which addresses the clients of a gateway go to, by weight, asked at the start of each tick; evenly to those of its own
   * load balancers unless told. With none they get nowhere.
   */
  sendTo(region: string, gateway: string, destinations: (at: Instant) => Destinations): void;
  stats(region: string, gateway: string): GatewayStats;
  /**
   * Clients of a name that bring one load to whatever its DNS answers, in all regions together, beside what `setLoad` brings.
   * Unless told, 8.74 % of their resolvers keep answers for at least 600 s. Throws InvalidInput.
   */
  sendName(setup: NameTrafficSetup): void;
  /** Throws InvalidInput. */
  nameStats(name: string): NameStats;
  /** Every API call since the start or the last reset, on either face, in the order of their answers. */
  calls(): readonly CallRecord[];
  resetCalls(): void;
  readonly faults: Faults;
  /** New STS credentials, which the HTTP face accepts for 36 hours of the cloud's time. */
  credentials(): Credentials;
  /** The in-process face. */
  openApi(): OpenApi;
  /** Functions of FC 2.0. */
  serviceFunctions(): Invoker;
  /** @param openApi what hands out the kubeconfigs; the account's own unless told */
  kubeConnector(openApi?: OpenApi): KubeConnector;
  /** The HTTP face, on a port of the system's choosing. With `region` it is that region's endpoint only. */
  listen(options?: { readonly region?: string }): Promise<Listening>;
  readonly functions: FunctionCompute;
  /** Custom events of CloudMonitor, in the order in which they came. */
  customEvents(): readonly CustomEvent[];
  customMetrics(): readonly CustomMetric[];
  /** The CLB instances of the account. */
  readonly loadBalancers: LoadBalancerControls;
  /** Rules of CloudMonitor. */
  readonly alarms: AlarmMonitor;
  /** Topics of MNS. */
  readonly topics: TopicControls;
  /** Roles of RAM, with their policies. */
  readonly roles: RoleControls;
  /** Regions that fail. */
  readonly regions: RegionControls;
  /** What is behind the addresses of CLBs. */
  readonly entries: EmulatedEntries;
  /** What a person does to clusters and meshes. */
  readonly clusters: ClusterControls;
  /** Probes in the process, as a vantage point in a region sees them. */
  prober(point: string, options?: ProberOptions): Prober;
  /** The zones of the account and the servers that answer for them. */
  readonly dns: EmulatedDns;
}

export interface EmulatedDns extends DnsControls {
  /** Asks the name servers in the process, by their host. */
  resolver(): Resolver;
  /** Asks in the process whom clients are sent to. */
  delegations(): Delegations;
  /** What a resolver knows of name servers; of those that listen, where. */
  directory(listening?: readonly NameServer[]): NameDirectory;
  /**
   * Clients that keep what a name answers for its TTL, for `sendTo`: the addresses they go to, by weight. Throws InvalidInput.
   */
  clients(setup: DnsClientsSetup): (at: Instant) => Destinations;
  /** Serves the zones that were added, on ports of the system's choosing. */
  listen(): Promise<ListeningDns>;
}

export interface EmulatedEntries extends EntryControls {
  /**
   * Serves them for real, on ports of the system's choosing. From then on certificates end as if the cloud's time went on as
   * the machine's does.
   */
  listen(): Promise<ListeningEntries>;
}

const DEFAULT_TICK: Millis = 5 * SECOND;
const DEFAULT_ACCOUNT = '1234567890123456';

export function createCloud(options: CloudOptions): Cloud {
  const { at, seed, accountId = DEFAULT_ACCOUNT, tick = DEFAULT_TICK, paidMetrics = false } = options;
  const timeline = createTimeline(at, tick, (from, to, arrive) => {
    estate.advance(from, to, arrive);
    monitor.ring();
  });
  const { clock } = timeline;
  // Streams of their own, so that how often somebody reads does not change the names of pods.
  const ids = createChance(seed ^ 0x5bd1e995);
  const nextRequestId = (): string => uuid(ids).toUpperCase();
  const credentials = createCredentialStore(clock, createChance(seed ^ 0x2545f491));
  const history = createMetricHistory();
  const regions = createRegions(createChance(seed ^ 0x165667b1));
  const fleet = createFleet(clock, createChance(seed ^ 0x7f4a7c15), regions);
  const estate = createEstate(clock, createChance(seed), fleet, history, regions);
  const entries = createEntries(clock, fleet);
  const meet = createMeet(fleet, regions);
  const monitor = createCloudMonitor({
    clock,
    accountId,
    history,
    paidMetrics,
    healthyBackends: fleet.healthyBackends,
    publish: (arn, message) => topics.publish(arn, message),
  });
  const dns = createDnsAccount(clock, createChance(seed ^ 0x1b873593), createChance(seed ^ 0x38b34ae5));
  const functions = createFunctionCompute({ accountId, clock, credentials, nextRequestId, regions });
  const topics = createTopics({ accountId, now: clock.now, functions, regions, nextId: nextRequestId });
  const roles = createRoleStore();
  const callFaults = createCallFaults();
  const gate = createGate(clock, callFaults);
  const products = [
    monitor.module,
    createContainerService(clock, estate.clusters),
    createServiceMesh(clock, estate.meshes, estate.clusters),
    createFunctionsApi(functions),
    createServiceFunctionsApi(functions),
    createAlidns(dns),
    createServerLoadBalancer(fleet),
    createRam(clock, accountId, roles),
    createSecurityTokens(accountId),
  ];
  const machineClock = options.wallClock ?? wallClock;
  let vendorAhead: Millis = 0;
  const vendorMachineClock = (): Instant => machineClock() + vendorAhead;
  const answerKube = createKubeApi(estate.server, gate, regions);
  const signatures = withoutDates(
    createSignatureCheck({ credentials, clock, wallClock: vendorMachineClock }),
    dns.ignoresDates,
  );
  const vendorClock = (ahead: Millis): void => {
    vendorAhead = ahead;
  };
  const { next: _, ...faults } = { ...callFaults, ...monitor.faults, nodesFull: estate.fillNodes, vendorClock };
  const vendorNow = (): Instant => clock.now() + vendorAhead;
  const answerApi = createProducts(products, gate, regions, vendorNow);
  const openApi = createInProcessOpenApi(answerApi, nextRequestId, (signedAt) => {
    if (!dns.ignoresDates()) checkDate(signedAt, vendorNow());
  });

  const resolver = (): Resolver => createInProcessResolver(dns, timeline.step);

  return {
    accountId,
    clock,
    step: timeline.step,
    addCluster: estate.addCluster,
    addMesh: estate.addMesh,
    addGateway: estate.addGateway,
    grant: estate.grant,
    clusters: estate.controls,
    setLoad: estate.setLoad,
    sendTo: estate.sendTo,
    stats: estate.stats,
    sendName: (setup) => {
      const measured = { resolvers: MEASURED_RESOLVERS, stretching: MEASURED_STRETCHING };
      estate.sendName(setup, createDnsClients(dns, { ...measured, ...setup }));
    },
    nameStats: estate.nameStats,
    calls: gate.calls,
    resetCalls: gate.reset,
    faults,
    credentials: credentials.issue,
    openApi: () => openApi,
    serviceFunctions: () => createInProcessInvoker(answerApi, nextRequestId),
    kubeConnector: (from = openApi) =>
      createInProcessConnector(answerKube, (api: ClusterApi) => admitBy(from, api, clock), clock),
    listen: (endpoint = {}) =>
      listen({
        answerApi: createProducts(products, gate, regions, vendorMachineClock),
        answerKube,
        signatures,
        serviceSignatures: createServiceSignatureCheck(credentials, clock, vendorMachineClock),
        nextRequestId,
        ...endpoint,
      }),
    functions,
    customEvents: monitor.customEvents,
    customMetrics: monitor.customMetrics,
    loadBalancers: fleet.controls,
    alarms: monitor.alarms,
    topics: topics.controls,
    roles: roles.controls,
    regions: regions.controls,
    entries: {
      ...entries.controls,
      listen: () => listenEntries({ clock, machineClock, entries, meet, regions }),
    },
    prober: (point, probing = {}) => createInProcessProber(point, { meet, regions, entries, timeline }, probing),
    dns: {
      ...dns.controls,
      clients: (setup) => createDnsClients(dns, setup),
      resolver,
      delegations: () =>
        createDelegations({ left: () => MINUTE }, () => ({
          resolver: resolver(),
          directory: createEmulatedDirectory(dns),
        })),
      directory: (listening) => createEmulatedDirectory(dns, listening),
      listen: () => listenDns(dns),
    },
  };
}
