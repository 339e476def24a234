import { type Cloud, createCloud, type GatewaySetup } from '../../rehearsal/cloud';
import { rehearsedSurroundings } from '../../rehearsal/surroundings';
import { SERVICE } from '../../shared/cloud/kinds';
import type { Kube } from '../../shared/cloud/seams';
import { loadConfiguration } from '../../shared/config/load';
import { MINUTE, SECOND } from '../../shared/core/time';
import { attachClbHandler } from '../../shared/serve/attach-clb';
import { failoverDnsHandler } from '../../shared/serve/failover-dns';
import { RULES } from '../kube-apiserver/objects';

export const REGION = 'cn-hangzhou';
export const ZONES = ['cn-hangzhou-a', 'cn-hangzhou-b'] as const;
/** A Monday, ten in the morning UTC. */
export const TEN = Date.UTC(2026, 10, 23, 10, 0);
export const NAMESPACE = 'istio-system';
/** New connections a second that the gateway's own CLB carries, an slb.s2.small. */
export const CAPACITY = 5_000;

/** One gateway behind one small CLB, names of which nobody here publishes. */
export const CONFIGURATION = `
version: 1
regions:
  cn-hangzhou:
    cluster: { id: c1 }
    loadBalancers: { zones: [${ZONES.join(', ')}] }
gateways:
  ingressgateway: { regions: [cn-hangzhou], policy: web }
policies:
  web:
    mode: auto
    replicas: { min: 2, max: 40 }
    signals:
      - { metric: newConnections, target: 300, scaleInBelow: 240 }
    loadBalancers: { mode: auto, maxExtra: 3 }
`;

/** The same, published under www.example.com. */
export const PUBLISHED = `${CONFIGURATION.replace('policy: web }', 'policy: web, loadBalancers: { cn-hangzhou: [lb-1] } }')}
names:
  www.example.com: { zone: example.com, gateway: ingressgateway, publish: auto, ttl: 60s }
`;
const WWW = 'www.example.com';

/** An account with one gateway whose CLB carries 60 % of what it can. */
export interface Front {
  readonly cloud: Cloud;
  /** The cluster as its admin reaches it. */
  kube(): Promise<Kube>;
  readonly log: readonly Readonly<Record<string, unknown>>[];
  /** New connections a second from now on. */
  load(newConnections: number): void;
  /** Which CLBs clients come to from now on, by weight; evenly to all that served at the last look unless told. */
  sendTo(weights: Readonly<Record<string, number>>): void;
  pass(minutes: number): void;
  invoke(event: unknown): Promise<FrontAnswer>;
  look(): Promise<FrontAnswer>;
  /** A look of failover-dns. */
  publish(): Promise<FrontAnswer>;
  /** What each of the zone's name servers answers now, by host. */
  answered(): Promise<Readonly<Record<string, readonly string[]>>>;
  /** A look a minute, the first one at once. */
  looks(count: number): Promise<FrontAnswer>;
  /** Looks until the answer is as wanted; how many it took. Fails after `most`. */
  looksUntil(wanted: (answer: FrontAnswer) => boolean, most: number): Promise<number>;
  /** Ids of what was bought and is still there. */
  bought(): readonly string[];
  services(): Promise<readonly string[]>;
  /** Operations that changed something, in their order. */
  writes(): readonly string[];
}

export interface FrontAnswer {
  readonly message: string;
  readonly outcome?: string;
  readonly gateways?: readonly FrontGateway[];
  readonly [field: string]: unknown;
}

export interface FrontGateway {
  readonly gateway: string;
  readonly outcome: string;
  readonly reason: string;
  readonly message: string;
  readonly needsPerson: boolean;
  readonly have: number;
  readonly want: number;
  readonly withheld?: number;
  readonly extras: readonly FrontExtra[];
  readonly cost: { readonly perHour: string };
}

export interface FrontExtra {
  readonly service: string;
  readonly stage: string;
  readonly wanted: boolean;
  readonly id?: string;
  readonly address?: string;
  readonly done?: readonly string[];
  readonly reason?: string;
  readonly message?: string;
  readonly needsPerson?: boolean;
}

export interface FrontOptions {
  readonly configuration?: string;
  readonly gateways?: readonly Partial<GatewaySetup>[];
  /** Before the gateways are there, say to add load balancers and zones. */
  readonly prepare?: (cloud: Cloud) => void;
  readonly environment?: Readonly<Record<string, string>>;
}

const RIGHTS = { namespace: NAMESPACE, rules: RULES } as const;
const FUNCTION = { name: 'attach-clb', timeout: 60, memory: 512 } as const;
const TIMER = { triggerTime: '2026-11-23T10:00:00Z', triggerName: 'every-minute', payload: '' };
/** Operations that change something. */
export const WRITES = /^(kube (patch|create|delete) (?!events)|slb\.(?!Describe)|alidns\.(?!Describe))/;

export function aFront(options: FrontOptions = {}): Front {
  const cloud = createCloud({ at: TEN - 90 * MINUTE, seed: 1 });
  cloud.addCluster({ region: REGION, id: 'c1' });
  options.prepare?.(cloud);
  for (const gateway of options.gateways ?? [{}]) cloud.addGateway(aGateway(gateway));
  cloud.grant('c1', RIGHTS);
  const lines: string[] = [];
  let serving: readonly string[] = [];
  const { configuration = CONFIGURATION } = options;
  const around = rehearsedSurroundings({
    cloud,
    configuration: loadConfiguration(configuration, 'autopilot.yaml'),
    url: undefined,
    writeLine: (line) => lines.push(line),
    ...(options.environment === undefined ? {} : { environment: options.environment }),
  });
  // A function that waits lets time pass.
  const sleep = async (duration: number): Promise<void> => {
    cloud.step(Math.ceil(duration));
    await cloud.clock.sleep(0);
  };
  const surroundings = { ...around, clock: { now: cloud.clock.now, sleep } };
  cloud.functions.deploy({ region: REGION, ...FUNCTION, handler: attachClbHandler(surroundings) });
  cloud.functions.deploy({
    region: REGION,
    ...FUNCTION,
    name: 'failover-dns',
    handler: failoverDnsHandler(surroundings),
  });
  const invoke = async (name: string, event: unknown): Promise<FrontAnswer> => {
    const invocation = await cloud.functions.invoke(REGION, name, Buffer.from(JSON.stringify(event)));
    if (invocation.status === 200 && invocation.errorType === undefined)
      return JSON.parse(invocation.body) as FrontAnswer;
    return { message: `${invocation.code ?? invocation.errorType}: ${invocation.body}`, outcome: 'failed' };
  };
  const front: Front = {
    cloud,
    kube: async () => {
      cloud.grant('c1', 'everything');
      const kube = await cloud.kubeConnector().open({ of: 'ack', region: REGION, id: 'c1', privateApi: true });
      cloud.grant('c1', RIGHTS);
      return kube;
    },
    get log() {
      return lines.map((line) => JSON.parse(line) as Record<string, unknown>);
    },
    load: (newConnections) => {
      cloud.setLoad(REGION, 'ingressgateway', () => ({
        newConnections,
        activeConnections: newConnections * 5,
        trafficIn: newConnections * 8_000,
        trafficOut: newConnections * 80_000,
        requests: newConnections,
      }));
    },
    sendTo: (weights) => {
      const { address } = cloud.loadBalancers;
      cloud.sendTo(REGION, 'ingressgateway', () =>
        Object.fromEntries(Object.entries(weights).map(([id, weight]) => [address(id), weight])),
      );
    },
    pass: (minutes) => cloud.step(minutes * MINUTE),
    invoke: async (event) => {
      const answer = await invoke(FUNCTION.name, event);
      if (answer.gateways !== undefined) {
        const extras = answer.gateways.flatMap((gateway) => gateway.extras);
        serving = extras.flatMap(({ id, stage }) => (id !== undefined && stage === 'serving' ? [id] : []));
      }
      return answer;
    },
    publish: () => invoke('failover-dns', TIMER),
    answered: async () => {
      const resolver = cloud.dns.resolver();
      const answers: Record<string, readonly string[]> = {};
      for (const { host } of NAME_SERVERS) {
        const server = { host, address: '127.0.0.1', port: 53 };
        const { records } = await resolver.ask({ server, name: WWW, type: 'A' });
        answers[host] = records.map(({ value }) => value).sort();
      }
      return answers;
    },
    look: () => front.invoke(TIMER),
    looks: async (count) => {
      let answer = await front.look();
      for (let look = 1; look < count; look += 1) {
        front.pass(1);
        answer = await front.look();
      }
      return answer;
    },
    looksUntil: async (wanted, most) => {
      for (let looks = 1; looks <= most; looks += 1) {
        if (looks > 1) front.pass(1);
        if (wanted(await front.look())) return looks;
      }
      const last = await front.look();
      throw new Error(`not after ${most} looks: ${JSON.stringify(last.gateways ?? last, null, 2)}`);
    },
    bought: () => cloud.loadBalancers.bill().flatMap(({ id, to }) => (to === undefined ? [id] : [])),
    services: async () => {
      const kube = await front.kube();
      const services = (await kube.list(SERVICE, NAMESPACE)) as { metadata: { name: string } }[];
      return services.map(({ metadata }) => metadata.name).filter((name) => name.startsWith('ingressgateway-clb-'));
    },
    writes: () => cloud.calls().flatMap(({ operation }) => (WRITES.test(operation) ? [operation] : [])),
  };
  const [{ loadBalancerIds = ['lb-1'] } = {}] = options.gateways ?? [];
  if (configuration.includes(WWW)) publishOwn(cloud);
  else
    cloud.sendTo(REGION, 'ingressgateway', () =>
      Object.fromEntries([...loadBalancerIds, ...serving].map((id) => [cloud.loadBalancers.address(id), 1])),
    );
  front.load(0.6 * CAPACITY);
  cloud.step(90 * MINUTE + 45 * SECOND);
  cloud.resetCalls();
  return front;
}

/** One that is never late, and two that are. */
const NAME_SERVERS = [
  { host: 'ns0.alidns.example', delay: 0 },
  { host: 'ns1.alidns.example', delay: 2 * SECOND },
  { host: 'ns2.alidns.example', delay: 4 * SECOND },
] as const;

/** The gateway's own CLB is published already, and clients keep answers for their TTL. */
function publishOwn(cloud: Cloud): void {
  const value = cloud.loadBalancers.address('lb-1');
  cloud.dns.addZone({
    name: 'example.com',
    edition: 'ultimate',
    nameServers: NAME_SERVERS,
    records: [{ rr: 'www', type: 'A', value, ttl: 60, remark: 'gateway-autopilot' }],
  });
  cloud.sendTo(
    REGION,
    'ingressgateway',
    cloud.dns.clients({ name: WWW, populations: [{ subnet: '203.0.113.0/24', share: 1 }] }),
  );
}

function aGateway(changes: Partial<GatewaySetup>): GatewaySetup {
  return {
    region: REGION,
    clusterId: 'c1',
    name: 'ingressgateway',
    replicas: 20,
    owner: 'deployment',
    loadBalancerIds: ['lb-1'],
    capacityPerReplica: 430,
    specification: 'slb.s2.small',
    ...changes,
  };
}

/** The first gateway of an answer. */
export function only({ gateways, message }: FrontAnswer): FrontGateway {
  const [gateway] = gateways ?? [];
  if (gateway === undefined) throw new Error(`no gateway in the answer: ${message}`);
  return gateway;
}

/** The stages of its extra CLBs. */
export function stages(answer: FrontAnswer): readonly string[] {
  return only(answer).extras.map(({ stage }) => stage);
}
