import {
  type Cloud,
  type ClusterSetup,
  createCloud,
  type GatewaySetup,
  type MeshSetup,
  type Rights,
} from '../../rehearsal/cloud';
import { rehearsedSurroundings } from '../../rehearsal/surroundings';
import type { Kube, ResourceKind } from '../../shared/cloud/seams';
import { loadConfiguration } from '../../shared/config/load';
import type { ObjectPatch, Patch } from '../../shared/core/audit/finding';
import { KUBE_RIGHTS } from '../../shared/core/kube-rights';
import { MINUTE } from '../../shared/core/time';
import { auditGatewayHandler } from '../../shared/serve/audit-gateway';

export const REGION = 'cn-hangzhou';
/** A Monday, ten past two in the morning UTC. */
export const NOW = Date.UTC(2026, 10, 23, 2, 10);

/** Two regions, one mesh over both clusters, one name. */
export const CONFIGURATION = `
version: 1
regions:
  cn-hangzhou: { cluster: { id: c1 }, mesh: { id: m1 } }
  cn-shanghai: { cluster: { id: c2 }, mesh: { id: m1 } }
gateways:
  web: { regions: [cn-hangzhou, cn-shanghai], policy: web }
policies:
  web: { mode: auto, replicas: { min: 2, max: 40 }, signals: [{ metric: newConnections, target: 300 }] }
names:
  www.example.com: { zone: example.com, gateway: web, publish: none, lines: { default: [cn-hangzhou], telecom: [cn-hangzhou] } }
`;

const { cluster, mesh, namespaced } = KUBE_RIGHTS['audit-gateway'];
const CLUSTER_RIGHTS: Rights = { namespace: 'istio-system', rules: namespaced, clusterRules: cluster };
const MESH_RIGHTS: Rights = { namespace: 'istio-system', rules: [], clusterRules: mesh };

const SPREAD = ['kubernetes.io/hostname', 'topology.kubernetes.io/zone'].map((topologyKey) => ({
  weight: 100,
  podAffinityTerm: { labelSelector: { matchLabels: { app: 'istio-web' } }, topologyKey },
}));
export const CAPABLE = { 'feature.node.kubernetes.io/mb-feature-enable': 'true' } as const;
/** Of a gateway that is spread, drains for as long as its pods live, and runs where TLS is fast. */
export const POD_SPEC = {
  terminationGracePeriodSeconds: 60,
  nodeSelector: CAPABLE,
  affinity: { podAntiAffinity: { preferredDuringSchedulingIgnoredDuringExecution: SPREAD } },
} as const;
export const DRAIN = {
  'service.beta.kubernetes.io/alibaba-cloud-loadbalancer-connection-drain': 'on',
  'service.beta.kubernetes.io/alibaba-cloud-loadbalancer-connection-drain-timeout': '60',
} as const;

/** What differs from an estate in which every check passes. */
export interface Estate {
  readonly configuration?: string;
  readonly cluster?: Partial<ClusterSetup>;
  readonly mesh?: Partial<MeshSetup>;
  readonly gateway?: Partial<GatewaySetup>;
  /** Lines on which the name is answered; default and telecom unless told. */
  readonly lines?: readonly string[];
  /** Whether nodes are labelled; so unless told. */
  readonly labelled?: boolean;
  /** Of the DestinationRule of the service behind, `absent` for none. */
  readonly outlierDetection?: object | 'absent';
  readonly preStop?: boolean;
  /** `http`: through the real SDKs. */
  readonly face?: 'http' | 'in-process';
}

export interface FindingAnswer {
  readonly id: string;
  readonly outcome: string;
  readonly severity: string;
  readonly evidence: readonly string[];
  readonly fix?: {
    readonly text: string;
    readonly safe: boolean;
    readonly patches: readonly (Patch & { readonly command: string })[];
  };
}

export interface Answer {
  readonly message: string;
  readonly gateways?: readonly { readonly gateway: string; readonly findings: readonly FindingAnswer[] }[];
  readonly text?: string;
  readonly markdown?: string;
  readonly fixes?: readonly {
    readonly id: string;
    readonly outcome: string;
    readonly message: string;
    readonly undo?: string;
  }[];
  readonly [field: string]: unknown;
}

export interface AuditStage {
  readonly cloud: Cloud;
  readonly logText: () => string;
  invoke(event: object): Promise<Answer>;
  /** One finding of a fresh audit. */
  finding(id: string): Promise<FindingAnswer>;
  /** From now on the function has this configuration. */
  configure(text: string): void;
  /** Carries out a printed patch as its owner would; false for what only a person can do. */
  apply(patch: Patch): Promise<boolean>;
  /** As their admins reach them. */
  kube(of: 'ack' | 'asm'): Promise<Kube>;
  pass(minutes: number): void;
  close(): Promise<void>;
}

const TIMER = { triggerTime: '2026-11-23T02:10:00Z', triggerName: 'every-day', payload: '' };

/** An account with two clusters in one mesh, and a gateway of four ready replicas, an hour old. */
export async function anAuditStage(estate: Estate = {}): Promise<AuditStage> {
  const cloud = createCloud({ at: NOW - 60 * MINUTE, seed: 1 });
  const server = estate.face === 'http' ? await cloud.listen() : undefined;
  const lines: string[] = [];
  let functionName = '';

  function configure(text: string): void {
    functionName = `audit-gateway-${lines.length}-${cloud.calls().length}-${text.length}`;
    const surroundings = rehearsedSurroundings({
      cloud,
      configuration: loadConfiguration(text, 'autopilot.yaml'),
      url: server?.url,
      region: REGION,
      writeLine: (line) => lines.push(line),
    });
    const handler = auditGatewayHandler(surroundings);
    cloud.functions.deploy({ region: REGION, name: functionName, timeout: 60, memory: 512, handler });
  }

  async function kube(of: 'ack' | 'asm'): Promise<Kube> {
    const id = of === 'ack' ? 'c1' : 'm1';
    cloud.grant(id, 'everything');
    const opened = await cloud.kubeConnector().open({ of, region: REGION, id, privateApi: true });
    cloud.grant(id, of === 'ack' ? CLUSTER_RIGHTS : MESH_RIGHTS);
    return opened;
  }

  async function invoke(event: object): Promise<Answer> {
    const { body, errorType } = await cloud.functions.invoke(REGION, functionName, Buffer.from(JSON.stringify(event)));
    if (errorType !== undefined) throw new Error(body);
    return JSON.parse(body) as Answer;
  }

  async function finding(id: string): Promise<FindingAnswer> {
    const { gateways = [] } = await invoke(TIMER);
    const found = gateways[0]?.findings.find((each) => each.id === id);
    if (found === undefined) throw new Error(`no finding ${id}`);
    return found;
  }

  await build(cloud, estate, kube);
  configure(estate.configuration ?? CONFIGURATION);
  return {
    cloud,
    logText: () => lines.join('\n'),
    invoke,
    finding,
    configure,
    kube,
    apply: async (patch) => {
      const isDone = await carryOut(patch, cloud, kube);
      return isDone;
    },
    pass: (minutes) => cloud.step(minutes * MINUTE),
    close: async () => server?.close(),
  };
}

async function build(cloud: Cloud, estate: Estate, kube: AuditStage['kube']): Promise<void> {
  const nodes = [
    { name: 'node-1', zone: 'cn-hangzhou-a', type: 'ecs.g7.xlarge' },
    { name: 'node-2', zone: 'cn-hangzhou-b', type: 'ecs.g7.xlarge' },
  ];
  cloud.addCluster({ region: REGION, id: 'c1', nodes, ...estate.cluster });
  cloud.addCluster({ region: 'cn-shanghai', id: 'c2' });
  const mesh = { region: REGION, id: 'm1', clusterIds: ['c1', 'c2'], localityBalancing: true, multiBuffer: true };
  cloud.addMesh({ ...mesh, ...estate.mesh });
  if (estate.labelled ?? true) await feature(cloud, { NFDEnabled: true });
  cloud.addGateway({
    region: REGION,
    clusterId: 'c1',
    meshId: 'm1',
    name: 'web',
    replicas: 4,
    owner: 'asm-left-to-us-hpa',
    hpa: { min: 2, max: 10, targetUtilization: 70 },
    loadBalancerIds: ['lb-1', 'lb-2'],
    zones: { 'lb-2': { master: 'cn-hangzhou-b', slave: 'cn-hangzhou-c' } },
    capacityPerReplica: 430,
    podSpec: POD_SPEC,
    serviceAnnotations: DRAIN,
    ...estate.gateway,
  });
  const load = { newConnections: 900, activeConnections: 9_000, trafficIn: 1e6, trafficOut: 1e7, requests: 2_000 };
  cloud.setLoad(REGION, 'web', () => load);
  await route(await kube('asm'), await kube('ack'), estate);
  const value = cloud.loadBalancers.address('lb-1');
  cloud.dns.addZone({
    name: 'example.com',
    edition: 'ultimate',
    nameServers: [{ host: 'ns1.alidns.example', delay: 0 }],
    records: (estate.lines ?? ['default', 'telecom']).map((line) => ({ rr: 'www', type: 'A', value, ttl: 60, line })),
  });
  cloud.step(60 * MINUTE);
  cloud.resetCalls();
}

async function feature(cloud: Cloud, query: Readonly<Record<string, boolean>>): Promise<void> {
  const call = { product: 'servicemesh', region: REGION, action: 'UpdateMeshFeature', effect: 'write' } as const;
  await cloud.openApi().call({ ...call, query: { ServiceMeshId: 'm1', ...query } });
}

const NETWORKING = { group: 'networking.istio.io', version: 'v1beta1' } as const;
const KINDS: Readonly<Record<string, ResourceKind>> = {
  Deployment: { group: 'apps', version: 'v1', plural: 'deployments', kind: 'Deployment' },
  Service: { group: '', version: 'v1', plural: 'services', kind: 'Service' },
  HorizontalPodAutoscaler: {
    group: 'autoscaling',
    version: 'v2',
    plural: 'horizontalpodautoscalers',
    kind: 'HorizontalPodAutoscaler',
  },
  IstioGateway: { group: 'istio.alibabacloud.com', version: 'v1beta1', plural: 'istiogateways', kind: 'IstioGateway' },
  DestinationRule: { ...NETWORKING, plural: 'destinationrules', kind: 'DestinationRule' },
  VirtualService: { ...NETWORKING, plural: 'virtualservices', kind: 'VirtualService' },
  Gateway: { ...NETWORKING, plural: 'gateways', kind: 'Gateway' },
};

export function kindOf(name: string): ResourceKind {
  const kind = KINDS[name];
  if (kind === undefined) throw new Error(`no kind ${name}`);
  return kind;
}

/** Requests to the gateway go to the workload `shop`, in the namespace `default`. */
export async function route(
  mesh: Kube,
  cluster: Kube,
  estate: Pick<Estate, 'outlierDetection' | 'preStop'>,
): Promise<void> {
  const { outlierDetection = { consecutive5xxErrors: 5 }, preStop = true } = estate;
  const apiVersion = 'networking.istio.io/v1beta1';
  const make = async (on: Kube, kind: string, object: object): Promise<void> => {
    await on.create(kindOf(kind), 'default', { kind, ...object });
  };
  const selector = { istio: 'web' };
  await make(mesh, 'Gateway', { apiVersion, metadata: { name: 'entry' }, spec: { selector } });
  const http = [{ route: [{ destination: { host: 'shop' } }] }];
  await make(mesh, 'VirtualService', { apiVersion, metadata: { name: 'shop' }, spec: { gateways: ['entry'], http } });
  if (outlierDetection !== 'absent') {
    const spec = { host: 'shop.default.svc.cluster.local', trafficPolicy: { outlierDetection } };
    await make(mesh, 'DestinationRule', { apiVersion, metadata: { name: 'shop-rule' }, spec });
  }
  const labels = { app: 'shop' };
  await make(cluster, 'Service', {
    apiVersion: 'v1',
    metadata: { name: 'shop' },
    spec: { selector: labels, ports: [{ port: 80 }] },
  });
  const lifecycle = preStop ? { lifecycle: { preStop: { exec: { command: ['sleep', '5'] } } } } : {};
  await make(cluster, 'Deployment', {
    apiVersion: 'apps/v1',
    metadata: { name: 'shop' },
    spec: {
      replicas: 1,
      selector: { matchLabels: labels },
      template: { metadata: { labels }, spec: { containers: [{ name: 'shop', image: 'shop:1', ...lifecycle }] } },
    },
  });
}

async function carryOut(patch: Patch, cloud: Cloud, kube: AuditStage['kube']): Promise<boolean> {
  switch (patch.kind) {
    case 'merge':
    case 'strategic': {
      const on = await kube(patch.on === 'cluster' ? 'ack' : 'asm');
      const { kind, name, namespace } = patch.object;
      const body = patch.kind === 'merge' ? patch.patch : await merged(on, patch);
      await on.patch(kindOf(kind), namespace, name, body);
      return true;
    }
    case 'create': {
      const on = await kube(patch.on === 'cluster' ? 'ack' : 'asm');
      await on.create(kindOf(patch.object.kind), patch.object.namespace, patch.manifest);
      return true;
    }
    case 'call': {
      const { action, parameters, product, region } = patch;
      const query = product === 'slb' ? { RegionId: region, ...parameters } : parameters;
      await cloud.openApi().call({ product, region, action, query, effect: 'write' });
      return true;
    }
    case 'configuration':
    case 'command':
    case 'console':
      return false;
  }
}

/** As the API server merges lists of containers: by their names, keeping what the patch does not name. */
async function merged(on: Kube, patch: ObjectPatch): Promise<object> {
  const { kind, name, namespace } = patch.object;
  type Containers = readonly { readonly name: string }[];
  const pods = (object: unknown) =>
    (object as { spec: { template: { spec: { containers: Containers } } } }).spec.template.spec.containers;
  const wanted = pods(patch.patch);
  const containers = pods(await on.get(kindOf(kind), namespace, name)).map((container) => ({
    ...container,
    ...wanted.find((each) => each.name === container.name),
  }));
  return { spec: { template: { spec: { containers } } } };
}
