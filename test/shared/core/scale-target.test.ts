import type {
  AutoscalerSeen,
  ClusterSeen,
  DeploymentSeen,
  GatewayNames,
  IstioGatewaySeen,
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
  selector = { app: 'istio-ingressgateway' },
): ServiceSeen {
  return { namespace: 'istio-system', name, type: 'LoadBalancer', selector, loadBalancerId };
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

const mesh = (changes: Partial<IstioGatewaySeen> = {}) => ({ ok: true as const, value: [istioGateway(changes)] });

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
    [
      'the mesh cannot be read: who owns the replicas is unknown',
      cluster({ istioGateways: { ok: false, problem: 'timeout' } }),
      'ReadFailed',
    ],
  ])('%s', (_, seen, expected) => {
    expect(found(seen)).toEqual(expected);
  });
});

describe('the load balancers of a gateway', () => {
  it.each<[what: string, services: ServiceSeen[], expected: string[]]>([
    ['its own', [service('istio-ingressgateway', 'lb-1')], ['lb-1']],
    [
      'and those of Services with the same selector',
      [service('istio-ingressgateway', 'lb-1'), service('extra', 'lb-2')],
      ['lb-1', 'lb-2'],
    ],
    ['not of others', [service('istio-ingressgateway', 'lb-1'), service('other', 'lb-3', { app: 'other' })], ['lb-1']],
    [
      'one that is not bound yet does not count',
      [service('istio-ingressgateway', 'lb-1'), service('extra', undefined)],
      ['lb-1'],
    ],
    [
      'two Services on one CLB count once',
      [service('istio-ingressgateway', 'lb-1'), service('extra', 'lb-1')],
      ['lb-1'],
    ],
    ['without its own Service there is no selector to go by', [service('extra', 'lb-2')], []],
  ])('%s', (_, services, expected) => {
    const located = locate(NAMES, cluster({ services }), 'c1');
    expect('refused' in located ? located : located.loadBalancerIds).toEqual(expected);
  });
});
