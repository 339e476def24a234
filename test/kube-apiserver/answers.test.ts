import { z } from 'zod';
import { AUTOSCALER, CONFIG_MAP, DEPLOYMENT, ISTIO_GATEWAYS, SERVICE } from '../../shared/cloud/kinds';
import type { ResourceKind } from '../../shared/cloud/seams';
import type { CloudErrorKind } from '../../shared/errors';
import { NAMESPACE, PODS } from '../rehearsal/cloud/faces';
import { type Estate, KUBERNETES_APIS, type KubernetesApi, START_LIMIT } from '../setup/real-kubernetes';

const NAME = 'istio-ingressgateway';
const [ISTIO_GATEWAY, ISTIO_GATEWAY_V1] = ISTIO_GATEWAYS;
const SCALE = { subresource: 'scale' } as const;
const Answer = z.object({ metadata: z.object({ resourceVersion: z.string().optional() }) });

function configMap(name: string, data: object = { a: '1' }) {
  return { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name }, data };
}

function patchScale(patch: object) {
  return ({ kube }: Estate) => kube.patch(DEPLOYMENT, NAMESPACE, NAME, patch, SCALE);
}

function patchAutoscaler(spec: object) {
  return ({ kube }: Estate) => kube.patch(AUTOSCALER, NAMESPACE, NAME, { spec });
}

function createConfigMap(object: object) {
  return ({ operator }: Estate) => operator.create(CONFIG_MAP, NAMESPACE, object);
}

type Refused = readonly [
  name: string,
  call: (estate: Estate) => Promise<unknown>,
  status: number,
  code: string | undefined,
  kind: CloudErrorKind,
];

/** `code` is the `reason` of the Status object; a path that is not served is answered with plain text instead. */
const REFUSED: readonly Refused[] = [
  ['no such Deployment', ({ kube }) => kube.get(DEPLOYMENT, NAMESPACE, 'none'), 404, 'NotFound', 'not-found'],
  ['no such ConfigMap', ({ kube }) => kube.get(CONFIG_MAP, NAMESPACE, 'none'), 404, 'NotFound', 'not-found'],
  ['no such IstioGateway', (e) => e.istioKube.get(ISTIO_GATEWAY, NAMESPACE, 'none'), 404, 'NotFound', 'not-found'],
  ['a version not served', (e) => e.istioKube.list(ISTIO_GATEWAY_V1, NAMESPACE), 404, undefined, 'not-found'],
  ['a negative count', patchScale({ spec: { replicas: -1 } }), 422, 'Invalid', 'rejected'],
  ['a minimum above the maximum', patchAutoscaler({ minReplicas: 11 }), 422, 'Invalid', 'rejected'],
  ['a minimum of 0', patchAutoscaler({ minReplicas: 0 }), 422, 'Invalid', 'rejected'],
  [
    'a window of more than an hour',
    patchAutoscaler({ behavior: { scaleDown: { stabilizationWindowSeconds: 3601 } } }),
    422,
    'Invalid',
    'rejected',
  ],
  ['a name with capitals', createConfigMap(configMap('Journal')), 422, 'Invalid', 'rejected'],
  ['a key with a slash', createConfigMap(configMap('a', { 'x/y': '1' })), 422, 'Invalid', 'rejected'],
  ['data that is no text', createConfigMap(configMap('a', { a: 1 })), 400, 'BadRequest', 'rejected'],
  [
    'more than 1 MiB of data',
    createConfigMap(configMap('a', { a: 'x'.repeat(1_048_577) })),
    422,
    'Invalid',
    'rejected',
  ],
  ['no name', createConfigMap({ ...configMap('a'), metadata: {} }), 422, 'Invalid', 'rejected'],
  ['another kind', createConfigMap({ ...configMap('a'), kind: 'Secret' }), 400, 'BadRequest', 'rejected'],
  [
    'another namespace',
    createConfigMap({ ...configMap('a'), metadata: { name: 'a', namespace: 'default' } }),
    400,
    'BadRequest',
    'rejected',
  ],
  [
    'a namespace that does not exist',
    ({ operator }) => operator.create(CONFIG_MAP, 'nowhere', configMap('a')),
    404,
    'NotFound',
    'not-found',
  ],
];

function forbidden(name: string, call: (estate: Estate) => Promise<unknown>): Refused {
  return [name, call, 403, 'Forbidden', 'permission'];
}

/** The emulated API knows no rights and leaves these to the real one. */
const WITHOUT_RIGHT: readonly Refused[] = [
  forbidden('delete a ConfigMap', ({ kube }) => kube.delete(CONFIG_MAP, NAMESPACE, 'gateway-autopilot')),
  forbidden('delete a Deployment', ({ kube }) => kube.delete(DEPLOYMENT, NAMESPACE, NAME)),
  forbidden('patch a Deployment', ({ kube }) => kube.patch(DEPLOYMENT, NAMESPACE, NAME, { spec: { replicas: 4 } })),
  forbidden('patch a Service', ({ kube }) => kube.patch(SERVICE, NAMESPACE, NAME, { metadata: { labels: {} } })),
  forbidden('list Pods', ({ kube }) => kube.list(PODS, NAMESPACE)),
  forbidden('list elsewhere', ({ kube }) => kube.list(DEPLOYMENT, 'nowhere')),
  // Rights come first: whether the kind exists is not told.
  forbidden('list a kind that is not served', ({ kube }) => kube.list({ ...DEPLOYMENT, plural: 'gadgets' }, NAMESPACE)),
];

/** The emulated API refuses these with another answer, or not at all. */
const REFUSED_OTHERWISE: readonly Refused[] = [
  ['half a replica', patchScale({ spec: { replicas: 2.5 } }), 422, 'Invalid', 'rejected'],
  ['replicas in words', patchScale({ spec: { replicas: 'three' } }), 422, 'Invalid', 'rejected'],
  [
    'another uid',
    ({ kube }) => kube.patch(AUTOSCALER, NAMESPACE, NAME, { metadata: { uid: '0' } }),
    422,
    'Invalid',
    'rejected',
  ],
  [
    'a version that is no number',
    patchScale({ metadata: { resourceVersion: 'x' }, spec: { replicas: 4 } }),
    500,
    undefined,
    'unavailable',
  ],
  [
    'a new object with a version',
    createConfigMap({ ...configMap('a'), metadata: { name: 'a', resourceVersion: '1' } }),
    500,
    undefined,
    'unavailable',
  ],
  [
    'more ready replicas than there are',
    ({ operator }) =>
      operator.patch(DEPLOYMENT, NAMESPACE, NAME, { status: { readyReplicas: 4 } }, { subresource: 'status' }),
    422,
    'Invalid',
    'rejected',
  ],
];

describe.each(KUBERNETES_APIS)('Kubernetes API %s', (_title, start, { isReal }) => {
  let api: KubernetesApi;
  beforeAll(async () => {
    api = await start();
  }, START_LIMIT);
  afterAll(() => api.close());

  async function versionOf(estate: Estate, kind: ResourceKind, name: string): Promise<string> {
    const kube = kind === ISTIO_GATEWAY ? estate.istioKube : estate.kube;
    return Answer.parse(await kube.get(kind, NAMESPACE, name)).metadata.resourceVersion ?? '';
  }

  it.each(isReal ? [...REFUSED, ...WITHOUT_RIGHT, ...REFUSED_OTHERWISE] : REFUSED)(
    'refuses: %s',
    async (_name, call, status, code, kind) => {
      await expect(call(await api.furnish())).rejects.toMatchObject({ status, code, kind });
    },
  );

  it.each([
    ['Deployment/scale', DEPLOYMENT, NAME, { spec: { replicas: 4 } }, SCALE],
    ['HPA', AUTOSCALER, NAME, { spec: { minReplicas: 4 } }, {}],
    ['IstioGateway', ISTIO_GATEWAY, 'ingressgateway', { spec: { overrides: { 'c-test': { replicaCount: 4 } } } }, {}],
  ] as const)('takes a patch of a %s once per version', async (_name, kind, name, patch, options) => {
    const estate = await api.furnish();
    const kube = kind === ISTIO_GATEWAY ? estate.istioKube : estate.kube;
    const resourceVersion = await versionOf(estate, kind, name);
    const conditional = { metadata: { resourceVersion }, ...patch };
    const first = await kube.patch(kind, NAMESPACE, name, conditional, options);
    expect(first).toMatchObject(patch);
    const now = await versionOf(estate, kind, name);
    expect(Answer.parse(first).metadata.resourceVersion).toBe(now);
    expect(now).not.toBe(resourceVersion);
    await expect(kube.patch(kind, NAMESPACE, name, conditional, options)).rejects.toMatchObject({
      status: 409,
      code: 'Conflict',
      kind: 'conflict',
    });
    const unchanged = { metadata: { resourceVersion: now }, ...patch };
    expect(Answer.parse(await kube.patch(kind, NAMESPACE, name, unchanged, options)).metadata.resourceVersion).toBe(
      now,
    );
  });

  it('leaves the overrides of other clusters alone', async () => {
    const { istioKube } = await api.furnish();
    const patch = (overrides: object) =>
      istioKube.patch(ISTIO_GATEWAY, NAMESPACE, 'ingressgateway', { spec: { overrides } });
    await patch({ 'c-test': { replicaCount: 4, minReplicas: 2 } });
    expect(await patch({ 'c-other': { replicaCount: 7 } })).toMatchObject({
      spec: {
        replicaCount: 3,
        overrides: { 'c-test': { replicaCount: 4, minReplicas: 2 }, 'c-other': { replicaCount: 7 } },
      },
    });
  });

  it('stores nothing in a dry run', async () => {
    const estate = await api.furnish();
    const { kube, istioKube } = estate;
    const before = [
      await kube.get(DEPLOYMENT, NAMESPACE, NAME),
      await istioKube.get(ISTIO_GATEWAY, NAMESPACE, 'ingressgateway'),
    ];
    const dry = { dryRun: true } as const;
    expect(
      await kube.patch(DEPLOYMENT, NAMESPACE, NAME, { spec: { replicas: 9 } }, { ...SCALE, ...dry }),
    ).toMatchObject({ kind: 'Scale', spec: { replicas: 9 } });
    const replicaCount = { spec: { replicaCount: 9 } };
    expect(await istioKube.patch(ISTIO_GATEWAY, NAMESPACE, 'ingressgateway', replicaCount, dry)).toMatchObject(
      replicaCount,
    );
    await kube.create(CONFIG_MAP, NAMESPACE, configMap('dry'), dry);
    await expect(kube.get(CONFIG_MAP, NAMESPACE, 'dry')).rejects.toMatchObject({ status: 404 });
    expect([
      await kube.get(DEPLOYMENT, NAMESPACE, NAME),
      await istioKube.get(ISTIO_GATEWAY, NAMESPACE, 'ingressgateway'),
    ]).toEqual(before);
  });

  if (isReal) {
    it('shows a Scale of no replicas without the field', async () => {
      expect(await patchScale({ spec: { replicas: 0 } })(await api.furnish())).toHaveProperty('spec', {});
    });
  }
});
