import { createAuditedCluster, createAuditedRouting } from '../../../shared/cloud/audited-cluster';
import { failureOf } from './failure';
import { scriptedApi } from './scripted-api';
import { scriptedKube } from './scripted-kube';

const PLACE = { region: 'cn-hangzhou', id: 'c1' };
const PREFIX = 'service.beta.kubernetes.io/alibaba-cloud-loadbalancer';

function clusterWith(script: Readonly<Record<string, readonly unknown[]>>, ...answers: readonly unknown[]) {
  const kube = scriptedKube(script);
  return { kube, cluster: createAuditedCluster(scriptedApi(...answers), PLACE, () => Promise.resolve(kube)) };
}

describe('a Service', () => {
  const service = {
    metadata: {
      namespace: 'n',
      name: 's',
      labels: { 'service.k8s.alibaba/loadbalancer-id': 'lb-1' },
      annotations: {
        [`${PREFIX}-id`]: 'lb-1',
        [`${PREFIX}-force-override-listeners`]: 'true',
        [`${PREFIX}-connection-drain`]: 'on',
        'kubectl.kubernetes.io/last-applied-configuration': '{}',
        'gateway-autopilot/stage': 'serving',
      },
    },
    spec: { selector: { app: 'a' }, ports: [{ name: 'https', port: 443, targetPort: 8443, nodePort: 31443 }] },
  };

  it('is seen without what is its own, so that another one can be made like it', async () => {
    const { cluster } = clusterWith({ 'list v1/services n': [[service]] });
    expect(await cluster.services('n')).toEqual([
      {
        namespace: 'n',
        name: 's',
        loadBalancerId: 'lb-1',
        selector: { app: 'a' },
        ports: [{ name: 'https', port: 443, targetPort: 8443 }],
        externalTrafficPolicy: undefined,
        annotations: { [`${PREFIX}-connection-drain`]: 'on' },
      },
    ]);
  });

  it('that cannot be read makes the list unreadable: one that is left out would look absent', async () => {
    const { cluster } = clusterWith({ 'list v1/services n': [[service, { metadata: {} }]] });
    expect(await failureOf(cluster.services('n'))).toMatchObject({ kind: 'unreadable' });
  });
});

describe('a Deployment', () => {
  function deployment(podSpec: object) {
    return { metadata: { namespace: 'n', name: 'd' }, spec: { template: { spec: podSpec } } };
  }

  it.each([
    ['nothing', {}, []],
    [
      'hard anti-affinity',
      { affinity: { podAntiAffinity: { requiredDuringSchedulingIgnoredDuringExecution: [{ topologyKey: 'host' }] } } },
      ['host'],
    ],
    [
      'soft anti-affinity and constraints, each key once',
      {
        affinity: {
          podAntiAffinity: {
            preferredDuringSchedulingIgnoredDuringExecution: [
              { podAffinityTerm: { topologyKey: 'zone' } },
              { podAffinityTerm: { topologyKey: 'host' } },
            ],
          },
        },
        topologySpreadConstraints: [{ topologyKey: 'zone' }],
      },
      ['host', 'zone'],
    ],
  ])('is spread over what it asks for: %s', async (_, podSpec, spreadOver) => {
    const { cluster } = clusterWith({ 'list apps/v1/deployments n': [[deployment(podSpec)]] });
    expect(await cluster.deployments('n')).toMatchObject([{ spreadOver }]);
  });

  it('has the defaults of Kubernetes, and containers that wait or do not', async () => {
    const containers = [
      { name: 'a', lifecycle: { preStop: { exec: { command: ['sleep', '5'] } } } },
      { name: 'b', lifecycle: { postStart: {} } },
      { name: 'c' },
    ];
    const { cluster } = clusterWith({ 'list apps/v1/deployments n': [[deployment({ containers })]] });
    expect(await cluster.deployments('n')).toMatchObject([
      {
        replicas: 1,
        readyReplicas: 0,
        gracePeriod: 30_000,
        containers: [
          { name: 'a', preStop: true },
          { name: 'b', preStop: false },
          { name: 'c', preStop: false },
        ],
      },
    ]);
  });
});

it('sees nodes of old clusters by their old labels', async () => {
  const labels = { 'failure-domain.beta.kubernetes.io/zone': 'z', 'beta.kubernetes.io/instance-type': 't' };
  const nodes = [{ metadata: { name: 'a', labels } }, { metadata: { name: 'b' } }];
  const { cluster } = clusterWith({ 'list v1/nodes *': [nodes] });
  expect(await cluster.nodes()).toMatchObject([
    { name: 'a', zone: 'z', type: 't' },
    { name: 'b', zone: '', type: '' },
  ]);
});

it.each([
  ['its profile', { profile: 'Serverless', cluster_type: 'ManagedKubernetes' }, true],
  ['its type', { cluster_type: 'Ask' }, true],
  ['neither', { profile: 'Default', cluster_type: 'ManagedKubernetes' }, false],
])('knows a cluster on ECI by %s', async (_, answer, serverless) => {
  const { cluster } = clusterWith({}, answer);
  expect(await cluster.profile()).toEqual({ serverless });
});

it('reads routes of TCP and TLS, too, and rules with or without outlier detection', async () => {
  const route = (host: string) => [{ route: [{ destination: { host } }] }];
  const kube = scriptedKube({
    'list networking.istio.io/v1beta1/gateways *': [
      [{ metadata: { namespace: 'n', name: 'g' }, spec: { selector: { a: 'b' } } }],
    ],
    'list networking.istio.io/v1beta1/virtualservices *': [
      [
        {
          metadata: { namespace: 'n', name: 'v' },
          spec: {
            gateways: ['g'],
            http: [...route('a'), { redirect: { uri: '/' } }],
            tcp: route('b'),
            tls: route('c'),
          },
        },
        { metadata: { namespace: 'n', name: 'inside' }, spec: {} },
      ],
    ],
    'list networking.istio.io/v1beta1/destinationrules *': [
      [
        { metadata: { namespace: 'n', name: 'r' }, spec: { host: 'a', trafficPolicy: { outlierDetection: {} } } },
        { metadata: { namespace: 'n', name: 's' }, spec: { host: 'b', trafficPolicy: { tls: {} } } },
      ],
    ],
  });
  expect(await createAuditedRouting(() => Promise.resolve(kube), 'c1').routing()).toEqual({
    gateways: [{ namespace: 'n', name: 'g', selector: { a: 'b' } }],
    virtualServices: [
      { namespace: 'n', gateways: ['g'], hosts: ['a', 'b', 'c'] },
      { namespace: 'n', gateways: [], hosts: [] },
    ],
    destinationRules: [
      { namespace: 'n', name: 'r', host: 'a', outlierDetection: true },
      { namespace: 'n', name: 's', host: 'b', outlierDetection: false },
    ],
  });
});
