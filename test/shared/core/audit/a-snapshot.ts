import type { AuditedLoadBalancer, AuditedService, AuditSnapshot } from '../../../../shared/core/audit/snapshot';

/** A reading that went well. */
export function read<T>(value: T): { readonly ok: true; readonly value: T } {
  return { ok: true, value };
}

export const UNREAD = { ok: false, problem: 'not authorized' } as const;

const DRAIN = 'service.beta.kubernetes.io/alibaba-cloud-loadbalancer-connection-drain';

export function aLoadBalancer(changes: Partial<AuditedLoadBalancer> = {}): AuditedLoadBalancer {
  const listener = { port: 443, running: true, normalBackends: 2, abnormalBackends: 0, unknownBackends: 0 };
  return {
    id: 'lb-1',
    name: 'lb-1',
    address: '203.0.113.1',
    addressType: 'internet',
    status: 'active',
    specification: 'slb.lcu.elastic',
    bandwidth: undefined,
    zone: 'cn-hangzhou-a',
    createdAt: undefined,
    deleteProtection: true,
    tags: {},
    slaveZone: 'cn-hangzhou-b',
    chargeType: 'PayByCLCU',
    listeners: read([listener]),
    backends: read({ eni: 2, ecs: 0 }),
    ...changes,
  };
}

export function aService(changes: Partial<AuditedService> = {}): AuditedService {
  return {
    namespace: 'istio-system',
    name: 'istio-web',
    loadBalancerId: 'lb-1',
    selector: { app: 'istio-web' },
    ports: [{ port: 443 }],
    externalTrafficPolicy: 'Local',
    annotations: { [DRAIN]: 'on', [`${DRAIN}-timeout`]: '30' },
    ...changes,
  };
}

/** Two pods of an ASM gateway on two nodes in two zones, behind one CLB. */
export function aSnapshot(changes: Partial<AuditSnapshot> = {}): AuditSnapshot {
  const label = { key: 'mb', value: 'true' };
  return {
    at: Date.UTC(2026, 10, 23),
    region: 'cn-hangzhou',
    clusterId: 'c1',
    contexts: { cluster: 'c1', mesh: 'm1' },
    gateway: {
      name: 'web',
      namespace: 'istio-system',
      deployment: 'istio-web',
      service: 'istio-web',
      regions: ['cn-hangzhou', 'cn-shanghai'],
    },
    mesh: read({
      id: 'm1',
      edition: 'ultimate',
      version: { text: 'v1.22.6', major: 1, minor: 22 },
      localityBalancing: true,
      multiBuffer: true,
      clusterIds: ['c1'],
    }),
    meshClusters: read([{ id: 'c1', region: 'cn-hangzhou', state: 'running', vpcId: 'vpc-1', forbidden: 0 }]),
    controller: read({ version: 'v2.10.0', drains: true }),
    nodeTypes: read([{ type: 'ecs.g7.large', multiBuffer: true, label }]),
    istioGateway: read({
      namespace: 'istio-system',
      name: 'web',
      clusterIds: ['c1'],
      overridden: false,
      serverless: false,
      replicasLeftToUs: false,
      autoscales: false,
    }),
    routes: read([]),
    workloads: read([]),
    cluster: read({ serverless: false }),
    addons: read(['terway-eniip']),
    nodes: read([
      { name: 'node-1', zone: 'cn-hangzhou-a', type: 'ecs.g7.large', labels: { mb: 'true' } },
      { name: 'node-2', zone: 'cn-hangzhou-b', type: 'ecs.g7.large', labels: { mb: 'true' } },
    ]),
    deployment: read({
      namespace: 'istio-system',
      name: 'istio-web',
      replicas: 2,
      readyReplicas: 2,
      labels: { app: 'istio-web' },
      annotations: {},
      spreadOver: ['kubernetes.io/hostname', 'topology.kubernetes.io/zone'],
      nodeSelector: {},
      gracePeriod: 30_000,
      containers: [],
    }),
    autoscaler: read(undefined),
    pods: read([
      { name: 'web-1', node: 'node-1' },
      { name: 'web-2', node: 'node-2' },
    ]),
    services: read([aService()]),
    loadBalancers: read([aLoadBalancer()]),
    zonesOnSale: read(['cn-hangzhou-a', 'cn-hangzhou-b']),
    names: [],
    certificates: [],
    ...changes,
  };
}
