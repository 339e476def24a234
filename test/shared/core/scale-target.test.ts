import type {
  AutoscalerSeen,
  ClusterSeen,
  DeploymentSeen,
  GatewayNames,
  IstioGatewayFound,
  IstioGatewaySeen,
  Reading,
  ServiceSeen,
} from '../../../shared/core/gateway';
import { locate } from '../../../shared/core/scale-target';

const NAMES: GatewayNames = {
  gateway: 'ingressgateway',
  namespace: 'istio-system',
  deployment: 'istio-ingressgateway',
  service: 'istio-ingressgateway',
};

const DEPLOYMENT: DeploymentSeen = {
  namespace: 'istio-system',
  name: 'istio-ingressgateway',
  resourceVersion: '11',
  replicas: 4,
  readyReplicas: 3,
  podLabels: { app: 'istio-ingressgateway' },
  gracePeriod: 30_000,
};

function autoscaler(changes: Partial<AutoscalerSeen> = {}): AutoscalerSeen {
  return {
    namespace: 'istio-system',
    name: 'gateway-hpa',
    resourceVersion: '22',
    scales: { kind: 'Deployment', name: 'istio-ingressgateway' },
    minReplicas: 3,
    maxReplicas: 10,
    ...changes,
  };
}

function istioGateway(changes: Partial<IstioGatewaySeen> = {}): IstioGatewaySeen {
  return {
    namespace: 'istio-system',
    name: 'ingressgateway',
    resourceVersion: '33',
    serverless: false,
    replicasLeftToUs: false,
    clusterIds: ['c1'],
    fields: { replicaCount: 4 },
    overrides: {},
    ...changes,
  };
}

function service(
  name: string,
  loadBalancerId: string | undefined,
  selector: ServiceSeen['selector'] = { app: 'istio-ingressgateway' },
): ServiceSeen {
  return {
    namespace: 'istio-system',
    name,
    type: 'LoadBalancer',
    selector,
    loadBalancerId,
    connectionDrain: undefined,
  };
}

function cluster(changes: Partial<ClusterSeen> = {}): ClusterSeen {
  return {
    deployments: [DEPLOYMENT],
    autoscalers: [],
    services: [service('istio-ingressgateway', 'lb-1')],
    istioGateways: undefined,
    journal: { ok: true, value: { resourceVersion: undefined, freeze: undefined, gateways: {} } },
    ...changes,
  };
}

function mesh(changes: Partial<IstioGatewaySeen> = {}): Reading<readonly IstioGatewayFound[]> {
  const value = istioGateway(changes);
  return { ok: true, value: [{ namespace: value.namespace, name: value.name, seen: { ok: true, value } }] };
}

/** An IstioGateway that could not be understood. */
function unread(name: string): Reading<readonly IstioGatewayFound[]> {
  const seen = { ok: false as const, problem: 'replicaCount is text', needsPerson: true };
  const found = { namespace: 'istio-system', name, seen };
  const others = mesh();
  return { ok: true, value: others.ok && name !== 'ingressgateway' ? [found, ...others.value] : [found] };
}

/** Object, field, present value and ceiling of what would be written, or the refusal. */
function found(seen: ClusterSeen) {
  const located = locate(NAMES, seen, 'c1');
  if ('refused' in located) return located.refused;
  const { ceiling, current, field, kind, name, resourceVersion } = located.target;
  return [`${kind}/${name}@${resourceVersion}`, field.join('.'), current, ceiling];
}

describe('where the replicas of a gateway are written', () => {
  it.each<[what: string, seen: ClusterSeen, expected: unknown]>([
    [
      'no mesh, no HPA: the scale of the Deployment',
      cluster(),
      ['Deployment/istio-ingressgateway@11', 'spec.replicas', 4, undefined],
    ],
    [
      'no mesh, an HPA: its minimum',
      cluster({ autoscalers: [autoscaler()] }),
      ['HorizontalPodAutoscaler/gateway-hpa@22', 'spec.minReplicas', 3, 10],
    ],
    [
      'an HPA of something else does not count',
      cluster({ autoscalers: [autoscaler({ scales: { kind: 'Deployment', name: 'other' } })] }),
      ['Deployment/istio-ingressgateway@11', 'spec.replicas', 4, undefined],
    ],
    [
      'nor one in another namespace',
      cluster({ autoscalers: [autoscaler({ namespace: 'default' })] }),
      ['Deployment/istio-ingressgateway@11', 'spec.replicas', 4, undefined],
    ],
    ['two HPAs', cluster({ autoscalers: [autoscaler(), autoscaler({ name: 'second' })] }), 'AmbiguousScaleTarget'],
    [
      'ASM owns the replicas: replicaCount',
      cluster({ istioGateways: mesh() }),
      ['IstioGateway/ingressgateway@33', 'spec.replicaCount', 4, undefined],
    ],
    [
      'without replicaCount, its documented default of 1',
      cluster({ istioGateways: mesh({ fields: {} }) }),
      ['IstioGateway/ingressgateway@33', 'spec.replicaCount', 1, undefined],
    ],
    [
      'ASM autoscales: minReplicas of the IstioGateway, never the HPA that ASM made',
      cluster({
        istioGateways: mesh({ fields: { replicaCount: 4, minReplicas: 2, maxReplicas: 8, autoscaleEnabled: true } }),
        autoscalers: [autoscaler()],
      }),
      ['IstioGateway/ingressgateway@33', 'spec.minReplicas', 2, 8],
    ],
    [
      'an HPA on the Deployment shows that ASM autoscales',
      cluster({ istioGateways: mesh({ fields: { minReplicas: 2, maxReplicas: 8 } }), autoscalers: [autoscaler()] }),
      ['IstioGateway/ingressgateway@33', 'spec.minReplicas', 2, 8],
    ],
    [
      'equal bounds without an HPA are no autoscaling',
      cluster({ istioGateways: mesh({ fields: { replicaCount: 2, minReplicas: 2, maxReplicas: 2 } }) }),
      ['IstioGateway/ingressgateway@33', 'spec.replicaCount', 2, undefined],
    ],
    [
      'autoscaling without any minimum to be seen',
      cluster({ istioGateways: mesh({ fields: { autoscaleEnabled: true } }) }),
      'ReadFailed',
    ],
    [
      'replicas left to us and an HPA: the HPA',
      cluster({ istioGateways: mesh({ replicasLeftToUs: true }), autoscalers: [autoscaler()] }),
      ['HorizontalPodAutoscaler/gateway-hpa@22', 'spec.minReplicas', 3, 10],
    ],
    [
      'replicas left to us: the Deployment',
      cluster({ istioGateways: mesh({ replicasLeftToUs: true }) }),
      ['Deployment/istio-ingressgateway@11', 'spec.replicas', 4, undefined],
    ],
    [
      'several clusters: the override of ours',
      cluster({
        istioGateways: mesh({
          clusterIds: ['c1', 'c2'],
          overrides: { c1: { replicaCount: 6 }, c2: { replicaCount: 9 } },
        }),
      }),
      ['IstioGateway/ingressgateway@33', 'spec.overrides.c1.replicaCount', 6, undefined],
    ],
    [
      'several clusters and no override yet: one for ours, from the shared value',
      cluster({ istioGateways: mesh({ clusterIds: ['c1', 'c2'] }) }),
      ['IstioGateway/ingressgateway@33', 'spec.overrides.c1.replicaCount', 4, undefined],
    ],
    [
      'one cluster with an override of its own: that one is in force',
      cluster({ istioGateways: mesh({ overrides: { c1: { replicaCount: 6 } } }) }),
      ['IstioGateway/ingressgateway@33', 'spec.overrides.c1.replicaCount', 6, undefined],
    ],
    [
      'a serverless gateway',
      cluster({ istioGateways: mesh({ serverless: true }), deployments: [] }),
      'ServerlessGateway',
    ],
    ['no such Deployment', cluster({ deployments: [] }), 'GatewayNotFound'],
    ['no such IstioGateway in the mesh', cluster({ istioGateways: { ok: true, value: [] } }), 'GatewayNotFound'],
    ['an IstioGateway that cannot be understood', cluster({ istioGateways: unread('ingressgateway') }), 'ReadFailed'],
    [
      'another that cannot be understood is nothing to this one',
      cluster({ istioGateways: unread('other') }),
      ['IstioGateway/ingressgateway@33', 'spec.replicaCount', 4, undefined],
    ],
    [
      'the mesh cannot be read: who owns the replicas is unknown',
      cluster({ istioGateways: { ok: false, problem: 'timeout' } }),
      'ReadFailed',
    ],
  ])('%s', (_, seen, expected) => {
    expect(found(seen)).toEqual(expected);
  });
});

it.each<[what: string, changes: Parameters<typeof mesh>[0], absent: true | undefined]>([
  ['of the whole gateway', { fields: { autoscaleEnabled: true, minReplicas: 3 } }, undefined],
  ['that the gateway does not have', { fields: { autoscaleEnabled: true } }, true],
  ['of one of several clusters', { clusterIds: ['c1', 'c2'], overrides: { c1: { minReplicas: 6 } } }, undefined],
  ['that one of several clusters does not have', { clusterIds: ['c1', 'c2'] }, true],
])('says of a field of an IstioGateway whether it is there: one %s', (_, changes, absent) => {
  const located = locate(NAMES, cluster({ autoscalers: [autoscaler()], istioGateways: mesh(changes) }), 'c1');
  if ('refused' in located) throw new Error(located.message);
  expect(located.target.absent).toBe(absent);
});

describe('the load balancers of a gateway', () => {
  const own = service('istio-ingressgateway', 'lb-1', { app: 'gw', istio: 'gw', provider: 'asm' });

  it.each<[what: string, services: ServiceSeen[], ids: string[], unbound: number]>([
    ['its own', [own], ['lb-1'], 0],
    ['a Service with the same selector', [own, service('extra', 'lb-2', own.selector)], ['lb-1', 'lb-2'], 0],
    [
      'one made by hand with fewer labels',
      [own, service('extra', 'lb-2', { app: 'gw', istio: 'gw' })],
      ['lb-1', 'lb-2'],
      0,
    ],
    [
      'one in front of a part of the pods',
      [own, service('canary', 'lb-3', { ...own.selector, version: 'canary' })],
      ['lb-1', 'lb-3'],
      0,
    ],
    ['not one of other pods', [own, service('other', 'lb-4', { app: 'other', istio: 'gw' })], ['lb-1'], 0],
    ['not one without a selector', [own, service('manual', 'lb-5', {})], ['lb-1'], 0],
    [
      'one whose CLB is not known carries load all the same',
      [own, service('extra', undefined, own.selector)],
      ['lb-1'],
      1,
    ],
    ['its own whose label was lost', [{ ...own, loadBalancerId: undefined }], [], 1],
    [
      'a Service inside the cluster has none',
      [own, { ...service('metrics', undefined, own.selector), type: 'ClusterIP' }],
      ['lb-1'],
      0,
    ],
    ['two Services on one CLB count once', [own, service('extra', 'lb-1', own.selector)], ['lb-1'], 0],
    ['without its own Service there is no selector to go by', [service('extra', 'lb-2', own.selector)], [], 0],
  ])('%s', (_, services, ids, unbound) => {
    const located = locate(NAMES, cluster({ services }), 'c1');
    if ('refused' in located) throw new Error(located.message);
    expect([located.loadBalancerIds, located.unboundServices]).toEqual([ids, unbound]);
  });
});
