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

const DRAIN = 'service.beta.kubernetes.io/alibaba-cloud-loadbalancer-connection-drain';

function failing(kind: CloudErrorKind): CloudError {
  return new CloudError('no', { kind, operation: 'kube x' });
}

function meta(name: string, more: object = {}): object {
  return { namespace: 'n', name, resourceVersion: `v-${name}`, uid: 'u', ...more };
}

const NO_FIELDS = {
  replicaCount: undefined,
  minReplicas: undefined,
  maxReplicas: undefined,
  autoscaleEnabled: undefined,
};

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
            spec: {
              replicas: 3,
              selector: { matchLabels: { istio: 'gw' } },
              template: { spec: { terminationGracePeriodSeconds: 90 } },
            },
            status: { readyReplicas: 2, replicas: 3 },
          },
          {
            metadata: meta('starting'),
            spec: {
              replicas: 0,
              selector: { matchLabels: { a: 'b' }, matchExpressions: [{ key: 'x', operator: 'Exists' }] },
              template: {},
            },
            status: {},
          },
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
            metadata: meta('istio-gw', {
              labels: { 'service.k8s.alibaba/loadbalancer-id': 'lb-1', a: 'b' },
              annotations: { [DRAIN]: 'on', [`${DRAIN}-timeout`]: '300' },
            }),
            spec: { type: 'LoadBalancer', selector: { istio: 'gw' }, ports: [] },
          },
          { metadata: meta('plain', { annotations: { [DRAIN]: 'off', [`${DRAIN}-timeout`]: '300' } }), spec: {} },
          { metadata: meta('typo', { annotations: { [DRAIN]: 'on', [`${DRAIN}-timeout`]: '5m' } }), spec: {} },
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
      {
        namespace: 'n',
        name: 'istio-gw',
        resourceVersion: 'v-istio-gw',
        replicas: 3,
        readyReplicas: 2,
        podLabels: { istio: 'gw' },
        gracePeriod: 90_000,
      },
      {
        namespace: 'n',
        name: 'starting',
        resourceVersion: 'v-starting',
        replicas: 0,
        readyReplicas: 0,
        podLabels: undefined,
        gracePeriod: 30_000,
      },
      {
        namespace: 'n',
        name: 'bare',
        resourceVersion: 'v-bare',
        replicas: 1,
        readyReplicas: 0,
        podLabels: undefined,
        gracePeriod: 30_000,
      },
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
      {
        namespace: 'n',
        name: 'istio-gw',
        type: 'LoadBalancer',
        selector: { istio: 'gw' },
        loadBalancerId: 'lb-1',
        connectionDrain: 300_000,
      },
      ...['plain', 'typo'].map((name) => ({
        namespace: 'n',
        name,
        type: 'ClusterIP',
        selector: {},
        loadBalancerId: undefined,
        connectionDrain: undefined,
      })),
    ],
    istioGateways: {
      ok: true,
      value: [
        {
          namespace: 'n',
          name: 'gw',
          seen: {
            ok: true,
            value: {
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
          },
        },
        {
          namespace: 'n',
          name: 'less',
          seen: {
            ok: true,
            value: {
              namespace: 'n',
              name: 'less',
              resourceVersion: 'v-less',
              serverless: true,
              replicasLeftToUs: false,
              clusterIds: [],
              fields: NO_FIELDS,
              overrides: {},
            },
          },
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

it('sees which pods no node has room for, among those that are pending', async () => {
  const pod = (name: string, conditions: unknown) => ({
    metadata: { ...meta(name), labels: { a: 'b' } },
    status: { conditions },
  });
  const refusal = {
    type: 'PodScheduled',
    status: 'False',
    reason: 'Unschedulable',
    message: '0/3 nodes are available: 3 Insufficient cpu.',
    lastTransitionTime: '2026-11-22T12:00:00Z',
  };
  const kube = scriptedKube({
    'list v1/pods n': [
      [
        pod('stuck', [{ type: 'Ready', status: 'False' }, refusal]),
        pod('pulling', [{ type: 'PodScheduled', status: 'True' }]),
        pod('gated', [{ ...refusal, reason: 'SchedulingGated' }]),
        pod('undated', [{ ...refusal, lastTransitionTime: null }]),
        pod('new', null),
        { metadata: { name: 7 } },
      ],
    ],
  });
  const gateways = createGateways({ kube, namespaces: ['n'], journalNamespace: 'n' });
  expect(await gateways.unschedulablePods('n')).toEqual([
    {
      namespace: 'n',
      name: 'stuck',
      labels: { a: 'b' },
      since: Date.parse('2026-11-22T12:00:00Z'),
      message: '0/3 nodes are available: 3 Insufficient cpu.',
    },
  ]);
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
    istioKube: { ok: false, problem: 'the mesh has no public address', needsPerson: true },
    namespaces: ['n'],
    journalNamespace: 'n',
  });
  expect(await gateways.observe()).toMatchObject({
    istioGateways: { ok: false, problem: 'the mesh has no public address', needsPerson: true },
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

it('reads every valid object, whatever is left out', async () => {
  const seen = await observing({
    [DEPLOYMENTS]: [[{ metadata: meta('new'), spec: { paused: true }, status: { conditions: [] } }]],
    [AUTOSCALERS]: [
      [
        {
          metadata: meta('idle'),
          spec: { scaleTargetRef: { kind: 'Deployment', name: 'd' }, minReplicas: 0, maxReplicas: 1, metrics: null },
          status: { currentMetrics: null, desiredReplicas: 0 },
        },
      ],
    ],
    [SERVICES]: [
      [
        { metadata: meta('named'), spec: { type: 'ExternalName', externalName: 'x.example' } },
        { metadata: meta('headless'), spec: { clusterIP: 'None', selector: null }, status: { loadBalancer: {} } },
      ],
    ],
  });
  expect(seen.deployments).toMatchObject([{ name: 'new', replicas: 1, readyReplicas: 0 }]);
  expect(seen.autoscalers).toMatchObject([{ name: 'idle', minReplicas: 0, maxReplicas: 1 }]);
  expect(seen.services).toEqual([
    { namespace: 'n', name: 'named', type: 'ExternalName', selector: {}, loadBalancerId: undefined },
    { namespace: 'n', name: 'headless', type: 'ClusterIP', selector: {}, loadBalancerId: undefined },
  ]);
});

describe('IstioGateways', () => {
  const GOOD = { metadata: meta('good'), spec: { replicaCount: 2 } };

  async function istioGateways(...items: readonly unknown[]) {
    const { istioGateways } = await observing({}, [items]);
    if (istioGateways?.ok !== true) throw new Error('the list was not read');
    return istioGateways.value.map(({ name, seen }) => [name, seen]);
  }

  it.each([
    ['no spec', { metadata: meta('gw') }, NO_FIELDS, {}],
    ['a spec that is null', { metadata: meta('gw'), spec: null }, NO_FIELDS, {}],
    [
      'a cluster without fields of its own',
      { metadata: meta('gw'), spec: { overrides: { c1: null, c2: {} } } },
      NO_FIELDS,
      { c1: NO_FIELDS, c2: NO_FIELDS },
    ],
    [
      'fields that are not ours',
      {
        metadata: meta('gw', { annotations: null }),
        spec: { replicaCount: 3, resources: [1], rollingMaxSurge: '100%' },
        status: 'x',
      },
      { ...NO_FIELDS, replicaCount: 3 },
      {},
    ],
  ])('reads one with %s', async (_, item, fields, overrides) => {
    expect(await istioGateways(item)).toEqual([
      ['gw', { ok: true, value: expect.objectContaining({ name: 'gw', fields, overrides }) }],
    ]);
  });

  it.each([
    ['a count in words', { metadata: meta('gw'), spec: { replicaCount: 'two' } }, 'spec.replicaCount: '],
    ['a count as text', { metadata: meta('gw'), spec: { minReplicas: '2' } }, 'spec.minReplicas: '],
    ['half a replica', { metadata: meta('gw'), spec: { maxReplicas: 2.5 } }, 'spec.maxReplicas: '],
    ['a switch as text', { metadata: meta('gw'), spec: { autoscaleEnabled: 'true' } }, 'spec.autoscaleEnabled: '],
    [
      'one cluster wrong',
      { metadata: meta('gw'), spec: { overrides: { c1: { replicaCount: '2' } } } },
      'spec.overrides.c1.replicaCount: ',
    ],
    ['clusters as text', { metadata: meta('gw'), spec: { clusterIds: 'c1' } }, 'spec.clusterIds: '],
    ['no resourceVersion', { metadata: { namespace: 'n', name: 'gw' } }, 'metadata.resourceVersion: '],
    ['a spec that is a list', { metadata: meta('gw'), spec: [] }, 'spec: '],
  ])('makes a problem of that one alone of %s', async (_, item, field) => {
    expect(await istioGateways(item, GOOD)).toEqual([
      [
        'gw',
        {
          ok: false,
          problem: expect.stringContaining(`IstioGateway n/gw cannot be read: ${field}`),
          needsPerson: true,
        },
      ],
      ['good', { ok: true, value: expect.objectContaining({ fields: { ...NO_FIELDS, replicaCount: 2 } }) }],
    ]);
  });

  it.each([
    ['a name', { metadata: { namespace: 'n', resourceVersion: '1' }, spec: {} }],
    ['a namespace', { metadata: { name: 'gw', resourceVersion: '1' }, spec: {} }],
    ['anything', null],
  ])('makes a problem of all of them for one without %s', async (_, item) => {
    expect((await observing({}, [[GOOD, item]])).istioGateways).toEqual({
      ok: false,
      problem: expect.stringContaining('kube list istiogateways: IstioGateway at 1 of the list cannot be read: '),
      needsPerson: false,
    });
  });

  it.each([
    ['permission', true],
    ['timeout', false],
  ] as const)(
    'says whether a person must act when the mesh or the journal fails with %s',
    async (kind, needsPerson) => {
      const seen = await observing({ [JOURNAL]: [failing(kind)] }, [failing(kind)]);
      expect(seen.istioGateways).toEqual({ ok: false, problem: 'kube x: no', needsPerson });
      expect(seen.journal).toEqual({ ok: false, problem: 'kube x: no', needsPerson });
    },
  );
});

it('makes a problem of one gateway of a journal entry that cannot be read', async () => {
  const data = { 'edge.json': '?', 'inner.json': '{"events":[]}' };
  const seen = await observing({ [JOURNAL]: [{ metadata: { resourceVersion: '1' }, data }] });
  expect(seen.journal).toMatchObject({
    ok: true,
    value: { gateways: { edge: { ok: false, needsPerson: true }, inner: { ok: true } } },
  });
});

describe('the journal alone', () => {
  function reading(script: Readonly<Record<string, readonly unknown[]>>) {
    const kube = scriptedKube(script);
    const mesh = { ok: false, problem: 'no' } as const;
    const journal = createGateways({ kube, istioKube: mesh, namespaces: ['n'], journalNamespace: 'n' }).journal();
    return { kube, journal };
  }

  it('is one call', async () => {
    const { kube, journal } = reading({
      [JOURNAL]: [{ metadata: { resourceVersion: '4' }, data: { freeze: 'stop' } }],
    });
    expect(await journal).toEqual({
      resourceVersion: '4',
      freeze: { owner: 'unknown', reason: 'stop', until: undefined },
      gateways: {},
    });
    expect(kube.calls.map(({ what }) => what)).toEqual([JOURNAL]);
  });

  it('is empty when there is none', async () => {
    const { journal } = reading({ [JOURNAL]: [failing('not-found')] });
    expect(await journal).toEqual({ resourceVersion: undefined, freeze: undefined, gateways: {} });
  });

  it.each(['timeout', 'permission'] as const)('throws %s', async (kind) => {
    expect((await failureOf(reading({ [JOURNAL]: [failing(kind)] }).journal)).kind).toBe(kind);
  });
});

it('waits for all calls before it throws, with what failed first', async () => {
  let answer: (items: readonly unknown[]) => void = () => undefined;
  const slow = new Promise<readonly unknown[]>((resolve) => {
    answer = resolve;
  });
  const kube = scriptedKube({ ...EMPTY, [DEPLOYMENTS]: [failing('permission')], [SERVICES]: [slow] });
  let ended = false;
  const observed = createGateways({ kube, namespaces: ['n'], journalNamespace: 'n' }).observe();
  const failed = failureOf(observed).finally(() => {
    ended = true;
  });
  await new Promise(setImmediate);
  expect(ended).toBe(false);
  answer([]);
  expect((await failed).kind).toBe('permission');
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
  expect((await gateways.observe()).istioGateways).toEqual({ ok: false, problem: 'kube x: no', needsPerson: false });
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
