import { createGateways } from '../../../shared/cloud/gateways';
import type { ScaleTarget } from '../../../shared/core/gateway';
import { CloudError, type CloudErrorKind } from '../../../shared/errors';
import { failureOf } from './failure';
import { scriptedKube } from './scripted-kube';

const DEPLOYMENTS = 'list apps/v1/deployments n';
const AUTOSCALERS = 'list autoscaling/v2/horizontalpodautoscalers n';
const SERVICES = 'list v1/services n';
const BETA = 'list istio.alibabacloud.com/v1beta1/istiogateways n';
const STABLE = 'list istio.alibabacloud.com/v1/istiogateways n';
const JOURNAL = 'get v1/configmaps n/gateway-autopilot';

function failing(kind: CloudErrorKind): CloudError {
  return new CloudError('no', { kind, operation: 'kube x' });
}

function meta(name: string, more: object = {}): object {
  return { namespace: 'n', name, resourceVersion: `v-${name}`, uid: 'u', ...more };
}

const EMPTY = { [DEPLOYMENTS]: [[]], [AUTOSCALERS]: [[]], [SERVICES]: [[]], [JOURNAL]: [failing('not-found')] };

function observing(script: Readonly<Record<string, readonly unknown[]>>, mesh?: readonly unknown[]) {
  const kube = scriptedKube({ ...EMPTY, ...script });
  const istio = scriptedKube(mesh === undefined ? {} : { [BETA]: mesh });
  const istioKube = mesh === undefined ? undefined : ({ ok: true, value: istio } as const);
  return createGateways({ kube, istioKube, namespaces: ['n'], journalNamespace: 'n' }).observe();
}

it('sees a cluster, only the fields that decisions need', async () => {
  const seen = await observing(
    {
      [DEPLOYMENTS]: [
        [
          {
            metadata: meta('istio-gw'),
            spec: { replicas: 3, template: {} },
            status: { readyReplicas: 2, replicas: 3 },
          },
          { metadata: meta('starting'), spec: { replicas: 0 }, status: {} },
          { metadata: meta('bare'), spec: {} },
        ],
      ],
      [AUTOSCALERS]: [
        [
          {
            metadata: meta('hpa'),
            spec: {
              scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'istio-gw' },
              minReplicas: 2,
              maxReplicas: 9,
            },
          },
          { metadata: meta('hpa1'), spec: { scaleTargetRef: { kind: 'Deployment', name: 'x' }, maxReplicas: 5 } },
        ],
      ],
      [SERVICES]: [
        [
          {
            metadata: meta('istio-gw', { labels: { 'service.k8s.alibaba/loadbalancer-id': 'lb-1', a: 'b' } }),
            spec: { type: 'LoadBalancer', selector: { istio: 'gw' }, ports: [] },
          },
          { metadata: meta('plain'), spec: {} },
        ],
      ],
      [JOURNAL]: [{ metadata: { resourceVersion: '4' }, data: { freeze: 'hands off' } }],
    },
    [
      [
        {
          metadata: meta('gw', {
            annotations: {
              'asm.alibabacloud.com/replicas-managed-by-asm': 'false',
              'asm.alibabacloud.com/managed-by-asm': 'false',
            },
          }),
          spec: {
            clusterIds: ['c1', 'c2'],
            replicaCount: 2,
            minReplicas: null,
            maxReplicas: 6,
            autoscaleEnabled: true,
            overrides: { c1: { replicaCount: 4, serviceType: 'ClusterIP' } },
          },
        },
        { metadata: meta('less', { annotations: { 'asm.alibabacloud.com/managed-by-asm': 'true' } }), spec: {} },
      ],
    ],
  );
  expect(seen).toEqual({
    deployments: [
      { namespace: 'n', name: 'istio-gw', resourceVersion: 'v-istio-gw', replicas: 3, readyReplicas: 2 },
      { namespace: 'n', name: 'starting', resourceVersion: 'v-starting', replicas: 0, readyReplicas: 0 },
      { namespace: 'n', name: 'bare', resourceVersion: 'v-bare', replicas: 1, readyReplicas: 0 },
    ],
    autoscalers: [
      {
        namespace: 'n',
        name: 'hpa',
        resourceVersion: 'v-hpa',
        scales: { kind: 'Deployment', name: 'istio-gw' },
        minReplicas: 2,
        maxReplicas: 9,
      },
      {
        namespace: 'n',
        name: 'hpa1',
        resourceVersion: 'v-hpa1',
        scales: { kind: 'Deployment', name: 'x' },
        minReplicas: 1,
        maxReplicas: 5,
      },
    ],
    services: [
      { namespace: 'n', name: 'istio-gw', type: 'LoadBalancer', selector: { istio: 'gw' }, loadBalancerId: 'lb-1' },
      { namespace: 'n', name: 'plain', type: 'ClusterIP', selector: {}, loadBalancerId: undefined },
    ],
    istioGateways: {
      ok: true,
      value: [
        {
          namespace: 'n',
          name: 'gw',
          resourceVersion: 'v-gw',
          serverless: false,
          replicasLeftToUs: true,
          clusterIds: ['c1', 'c2'],
          fields: { replicaCount: 2, minReplicas: undefined, maxReplicas: 6, autoscaleEnabled: true },
          overrides: {
            c1: { replicaCount: 4, minReplicas: undefined, maxReplicas: undefined, autoscaleEnabled: undefined },
          },
        },
        {
          namespace: 'n',
          name: 'less',
          resourceVersion: 'v-less',
          serverless: true,
          replicasLeftToUs: false,
          clusterIds: [],
          fields: {
            replicaCount: undefined,
            minReplicas: undefined,
            maxReplicas: undefined,
            autoscaleEnabled: undefined,
          },
          overrides: {},
        },
      ],
    },
    journal: {
      ok: true,
      value: {
        resourceVersion: '4',
        freeze: { owner: 'unknown', reason: 'hands off', until: undefined },
        gateways: {},
      },
    },
  });
});

it('tells an absent mesh from an unknown one, and an absent journal from an unknown one', async () => {
  expect(await observing({})).toEqual({
    deployments: [],
    autoscalers: [],
    services: [],
    istioGateways: undefined,
    journal: { ok: true, value: { resourceVersion: undefined, freeze: undefined, gateways: {} } },
  });
  const kube = scriptedKube({ ...EMPTY, [JOURNAL]: [failing('timeout')] });
  const gateways = createGateways({
    kube,
    istioKube: { ok: false, problem: 'the mesh has no public address' },
    namespaces: ['n'],
    journalNamespace: 'n',
  });
  expect(await gateways.observe()).toMatchObject({
    istioGateways: { ok: false, problem: 'kube istiogateways: the mesh has no public address' },
    journal: { ok: false, problem: 'kube x: no' },
  });
});

it.each([
  [DEPLOYMENTS, 'timeout'],
  [AUTOSCALERS, 'permission'],
  [SERVICES, 'unavailable'],
] as const)('throws when %s cannot be read', async (what, kind) => {
  expect((await failureOf(observing({ [what]: [failing(kind)] }))).kind).toBe(kind);
});

it.each([
  [
    DEPLOYMENTS,
    { metadata: meta('a'), spec: { replicas: '3' } },
    'kube list deployments: Deployment n/a cannot be read: spec.replicas: ',
  ],
  [DEPLOYMENTS, { metadata: { name: 'a' } }, 'kube list deployments: Deployment at 1 of the list cannot be read: '],
  [DEPLOYMENTS, null, 'Deployment at 1 of the list'],
  [DEPLOYMENTS, { metadata: meta('a'), spec: { replicas: -1 } }, 'spec.replicas: '],
  [
    AUTOSCALERS,
    { metadata: meta('a'), spec: { maxReplicas: 3 } },
    'HorizontalPodAutoscaler n/a cannot be read: spec.scaleTargetRef: ',
  ],
  [SERVICES, { metadata: meta('a'), spec: { selector: { a: 1 } } }, 'Service n/a cannot be read: spec.selector.a: '],
])('refuses the whole list of %s for one item that cannot be read', async (what, item, message) => {
  const good: Readonly<Record<string, object>> = {
    [DEPLOYMENTS]: { metadata: meta('good'), spec: {} },
    [AUTOSCALERS]: { metadata: meta('good'), spec: { scaleTargetRef: { kind: 'D', name: 'd' }, maxReplicas: 1 } },
    [SERVICES]: { metadata: meta('good'), spec: {} },
  };
  const failure = await failureOf(observing({ [what]: [[good[what], item]] }));
  expect(failure.kind).toBe('unreadable');
  expect(failure.message).toContain(message);
});

it.each([
  [
    'an IstioGateway that cannot be read',
    [[{ metadata: meta('gw'), spec: { replicaCount: 'two' } }]],
    'IstioGateway n/gw',
  ],
  ['a mesh that fails', [failing('permission')], 'kube x: no'],
])('makes a problem of %s', async (_, mesh, problem) => {
  const seen = await observing({}, mesh);
  expect(seen.istioGateways).toMatchObject({ ok: false, problem: expect.stringContaining(problem) });
});

it('makes a problem of a journal entry that cannot be read', async () => {
  const seen = await observing({ [JOURNAL]: [{ metadata: { resourceVersion: '1' }, data: { 'edge.json': '?' } }] });
  expect(seen.journal).toMatchObject({ ok: false, problem: expect.stringContaining('edge.json') });
});

it('lets a bug pass', async () => {
  await expect(observing({ [JOURNAL]: [new TypeError('ours')] })).rejects.toThrow(TypeError);
});

it('finds out which version of IstioGateway is served, once', async () => {
  const kube = scriptedKube(EMPTY);
  const mesh = scriptedKube({ [BETA]: [failing('not-found')], [STABLE]: [[]] });
  const gateways = createGateways({
    kube,
    istioKube: { ok: true, value: mesh },
    namespaces: ['n'],
    journalNamespace: 'n',
  });
  expect((await gateways.observe()).istioGateways).toEqual({ ok: true, value: [] });
  await gateways.observe();
  expect(mesh.calls.map(({ what }) => what)).toEqual([BETA, STABLE, STABLE]);
});

it('takes a mesh that serves neither version for unknown', async () => {
  const mesh = scriptedKube({ [BETA]: [failing('not-found')], [STABLE]: [failing('not-found')] });
  const gateways = createGateways({
    kube: scriptedKube(EMPTY),
    istioKube: { ok: true, value: mesh },
    namespaces: ['n'],
    journalNamespace: 'n',
  });
  expect((await gateways.observe()).istioGateways).toEqual({ ok: false, problem: 'kube x: no' });
});

it('makes five calls for 100 gateways in a namespace, and three lists more for another one', async () => {
  const names = Array.from({ length: 100 }, (_, i) => `gw-${i}`);
  const kube = scriptedKube({
    ...EMPTY,
    [DEPLOYMENTS]: [names.map((name) => ({ metadata: meta(name), spec: {} }))],
    [BETA]: [[]],
    'list apps/v1/deployments m': [[{ metadata: { ...meta('other'), namespace: 'm' }, spec: {} }]],
    'list autoscaling/v2/horizontalpodautoscalers m': [[]],
    'list v1/services m': [[]],
  });
  const istioKube = { ok: true, value: kube } as const;
  const one = await createGateways({ kube, istioKube, namespaces: ['n'], journalNamespace: 'n' }).observe();
  expect(one.deployments).toHaveLength(100);
  expect(kube.calls).toHaveLength(5);
  const two = await createGateways({ kube, namespaces: ['n', 'm'], journalNamespace: 'n' }).observe();
  expect(two.deployments).toHaveLength(101);
  expect(kube.calls).toHaveLength(5 + 7);
});

describe('reading a field', () => {
  const istio = 'get istio.alibabacloud.com/v1beta1/istiogateways n/x';
  const deployment = 'get apps/v1/deployments n/x';
  const autoscaler = 'get autoscaling/v2/horizontalpodautoscalers n/x';
  const own = ['spec', 'overrides', 'c1', 'replicaCount'];

  it.each([
    ['Deployment', deployment, ['spec', 'replicas'], { replicas: 4 }, 4],
    ['Deployment', deployment, ['spec', 'replicas'], {}, 1],
    ['HorizontalPodAutoscaler', autoscaler, ['spec', 'minReplicas'], { minReplicas: 2 }, 2],
    ['HorizontalPodAutoscaler', autoscaler, ['spec', 'minReplicas'], {}, 1],
    ['IstioGateway', istio, ['spec', 'replicaCount'], { replicaCount: 3 }, 3],
    ['IstioGateway', istio, ['spec', 'replicaCount'], {}, 1],
    ['IstioGateway', istio, ['spec', 'minReplicas'], {}, 42],
    ['IstioGateway', istio, own, { replicaCount: 3, overrides: { c1: { replicaCount: 8 } } }, 8],
    ['IstioGateway', istio, own, { replicaCount: 3, overrides: { c2: { replicaCount: 8 } } }, 3],
    ['IstioGateway', istio, own, {}, 1],
    ['IstioGateway', istio, ['spec', 'overrides', 'c1', 'minReplicas'], { minReplicas: 5 }, 5],
  ] as const)('%s: %s %p of %p is %i', async (kind, what, field, spec, value) => {
    const kube = scriptedKube({ [what]: [{ metadata: meta('x'), spec }] });
    const gateways = createGateways({
      kube,
      istioKube: { ok: true, value: kube },
      namespaces: ['n'],
      journalNamespace: 'n',
    });
    const target: ScaleTarget = {
      kind,
      namespace: 'n',
      name: 'x',
      resourceVersion: '1',
      field,
      current: 42,
      ceiling: undefined,
    };
    expect(await gateways.read(target)).toBe(value);
  });

  it('refuses what is not a whole number', async () => {
    const kube = scriptedKube({ [deployment]: [{ metadata: meta('x'), spec: { replicas: 'many' } }] });
    const gateways = createGateways({ kube, namespaces: ['n'], journalNamespace: 'n' });
    const target: ScaleTarget = {
      kind: 'Deployment',
      namespace: 'n',
      name: 'x',
      resourceVersion: '1',
      field: ['spec', 'replicas'],
      current: 1,
      ceiling: undefined,
    };
    expect(await failureOf(gateways.read(target))).toMatchObject({
      kind: 'unreadable',
      message: 'kube read Deployment n/x: spec.replicas is not a whole number',
    });
  });
});
