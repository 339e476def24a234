import { z } from 'zod';
import { AUTOSCALER, CONFIG_MAP, DEPLOYMENT, ISTIO_GATEWAYS, POD, SERVICE } from '../../shared/cloud/kinds';
import type { KubeAccess, ResourceKind } from '../../shared/cloud/seams';
import type { CloudErrorKind } from '../../shared/errors';
import { NAMESPACE } from '../rehearsal/cloud/faces';
import { type Estate, KUBERNETES_APIS, type KubernetesApi, START_LIMIT } from '../setup/kubernetes-apis';

const NAME = 'istio-ingressgateway';
const [ISTIO_GATEWAY, ISTIO_GATEWAY_V1] = ISTIO_GATEWAYS;
const SCALE = { subresource: 'scale' } as const;
const Answer = z.object({ metadata: z.object({ name: z.string(), resourceVersion: z.string().optional() }) });

function configMap(name: string, data: object = { a: '1' }) {
  return { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name }, data };
}

function patchScale(patch: object) {
  return ({ kube }: Estate) => kube.patch(DEPLOYMENT, NAMESPACE, NAME, patch, SCALE);
}

function patchAutoscaler(patch: object) {
  return ({ kube }: Estate) => kube.patch(AUTOSCALER, NAMESPACE, NAME, patch);
}

function patchIstioGateway(patch: object) {
  return ({ istioKube }: Estate) => istioKube.patch(ISTIO_GATEWAY, NAMESPACE, 'ingressgateway', patch);
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

/** `code` is the `reason` of the Status object, where it has one; a path that no group serves is answered with plain text. */
const REFUSED: readonly Refused[] = [
  ['no such Deployment', ({ kube }) => kube.get(DEPLOYMENT, NAMESPACE, 'none'), 404, 'NotFound', 'not-found'],
  ['no such ConfigMap', ({ kube }) => kube.get(CONFIG_MAP, NAMESPACE, 'none'), 404, 'NotFound', 'not-found'],
  ['no such IstioGateway', (e) => e.istioKube.get(ISTIO_GATEWAY, NAMESPACE, 'none'), 404, 'NotFound', 'not-found'],
  ['a version not served', (e) => e.istioKube.list(ISTIO_GATEWAY_V1, NAMESPACE), 404, undefined, 'not-found'],
  [
    'a kind not served',
    ({ operator }) => operator.list({ ...DEPLOYMENT, plural: 'gadgets' }, NAMESPACE),
    404,
    'NotFound',
    'not-found',
  ],
  ['a negative count', patchScale({ spec: { replicas: -1 } }), 422, 'Invalid', 'rejected'],
  ['half a replica', patchScale({ spec: { replicas: 2.5 } }), 422, 'Invalid', 'rejected'],
  ['replicas in words', patchScale({ spec: { replicas: 'three' } }), 422, 'Invalid', 'rejected'],
  ['a Scale of another object', patchScale({ metadata: { uid: '0' } }), 409, 'Conflict', 'conflict'],
  [
    'a version that is no number',
    patchScale({ metadata: { resourceVersion: 'x' }, spec: { replicas: 4 } }),
    500,
    undefined,
    'unavailable',
  ],
  ['a minimum above the maximum', patchAutoscaler({ spec: { minReplicas: 11 } }), 422, 'Invalid', 'rejected'],
  ['a maximum below the minimum', patchAutoscaler({ spec: { maxReplicas: 1 } }), 422, 'Invalid', 'rejected'],
  ['a minimum of 0', patchAutoscaler({ spec: { minReplicas: 0 } }), 422, 'Invalid', 'rejected'],
  [
    'a window of more than an hour',
    patchAutoscaler({ spec: { behavior: { scaleDown: { stabilizationWindowSeconds: 3601 } } } }),
    422,
    'Invalid',
    'rejected',
  ],
  [
    'a select policy that there is not',
    patchAutoscaler({ spec: { behavior: { scaleUp: { selectPolicy: 'Most' } } } }),
    422,
    'Invalid',
    'rejected',
  ],
  ['another uid', patchAutoscaler({ metadata: { uid: '0' } }), 422, 'Invalid', 'rejected'],
  ['another name', patchAutoscaler({ metadata: { name: 'other' } }), 400, 'BadRequest', 'rejected'],
  ['another kind in a patch', patchAutoscaler({ kind: 'Other' }), 422, 'Invalid', 'rejected'],
  [
    'an IstioGateway without a version',
    patchIstioGateway({ metadata: { resourceVersion: null }, spec: { replicaCount: 4 } }),
    422,
    'Invalid',
    'rejected',
  ],
  [
    'version 0 of an IstioGateway',
    patchIstioGateway({ metadata: { resourceVersion: '0' }, spec: { replicaCount: 4 } }),
    422,
    'Invalid',
    'rejected',
  ],
  ['another uid of an IstioGateway', patchIstioGateway({ metadata: { uid: '0' } }), 422, 'Invalid', 'rejected'],
  [
    'more ready replicas than there are',
    ({ operator }) =>
      operator.patch(DEPLOYMENT, NAMESPACE, NAME, { status: { readyReplicas: 4 } }, { subresource: 'status' }),
    422,
    'Invalid',
    'rejected',
  ],
  [
    'another selector',
    ({ operator }) =>
      operator.patch(DEPLOYMENT, NAMESPACE, NAME, { spec: { selector: { matchLabels: { app: 'other' } } } }),
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
  [
    'a new object with a version',
    createConfigMap({ ...configMap('a'), metadata: { name: 'a', resourceVersion: '1' } }),
    500,
    undefined,
    'unavailable',
  ],
  [
    'a selector that cannot be read',
    ({ kube }) => kube.list(SERVICE, NAMESPACE, { labels: 'team in (edge' }),
    400,
    'BadRequest',
    'rejected',
  ],
  [
    'a field that is no selector',
    ({ kube }) => kube.list(DEPLOYMENT, NAMESPACE, { fields: 'status.phase=Pending' }),
    400,
    'BadRequest',
    'rejected',
  ],
];

function forbidden(name: string, call: (estate: Estate) => Promise<unknown>): Refused {
  return [name, call, 403, 'Forbidden', 'permission'];
}

/** Rights come first: whether a kind, a namespace or an object exists is not told. */
const WITHOUT_RIGHT: readonly Refused[] = [
  forbidden('delete a ConfigMap of others', ({ kube }) => kube.delete(CONFIG_MAP, NAMESPACE, 'istio')),
  forbidden('delete a Deployment', ({ kube }) => kube.delete(DEPLOYMENT, NAMESPACE, NAME)),
  forbidden('patch a Deployment', ({ kube }) => kube.patch(DEPLOYMENT, NAMESPACE, NAME, { spec: { replicas: 4 } })),
  forbidden('patch the status of a Service', ({ kube }) =>
    kube.patch(SERVICE, NAMESPACE, NAME, { status: {} }, { subresource: 'status' }),
  ),
  forbidden('patch the status of an HPA', ({ kube }) =>
    kube.patch(AUTOSCALER, NAMESPACE, NAME, { status: {} }, { subresource: 'status' }),
  ),
  forbidden('get a Pod', ({ kube }) => kube.get(POD, NAMESPACE, 'none')),
  forbidden('list elsewhere', ({ kube }) => kube.list(DEPLOYMENT, 'nowhere')),
  forbidden('create elsewhere', ({ kube }) => kube.create(CONFIG_MAP, 'nowhere', configMap('a'))),
  forbidden('list a kind that is not served', ({ kube }) => kube.list({ ...DEPLOYMENT, plural: 'gadgets' }, NAMESPACE)),
];

describe.each(KUBERNETES_APIS)('Kube %s', (_title, start) => {
  let api: KubernetesApi;
  beforeAll(async () => {
    api = await start();
  }, START_LIMIT);
  afterAll(() => api.close());

  describe('refuses', () => {
    let estate: Estate;
    let before: readonly unknown[];
    beforeAll(async () => {
      estate = await api.furnish();
      before = await everythingOf(estate);
    });

    it.each([...REFUSED, ...WITHOUT_RIGHT])('%s', async (_name, call, status, code, kind) => {
      await expect(call(estate)).rejects.toMatchObject({ status, code, kind });
      expect(await everythingOf(estate)).toEqual(before);
    });
  });

  async function everythingOf({ operator }: Estate): Promise<readonly unknown[]> {
    const kinds = [DEPLOYMENT, AUTOSCALER, SERVICE, CONFIG_MAP, POD, ISTIO_GATEWAY];
    return Promise.all(kinds.map((kind) => operator.list(kind, NAMESPACE)));
  }

  async function versionOf(estate: Estate, kind: ResourceKind, name: string): Promise<string> {
    const kube = kind === ISTIO_GATEWAY ? estate.istioKube : estate.kube;
    return Answer.parse(await kube.get(kind, NAMESPACE, name)).metadata.resourceVersion ?? '';
  }

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

  it.each(['0', '', null])('takes version %j of a built-in kind for no condition', async (resourceVersion) => {
    const estate = await api.furnish();
    const metadata = { resourceVersion };
    expect(await patchScale({ metadata, spec: { replicas: 4 } })(estate)).toMatchObject({ spec: { replicas: 4 } });
    expect(await patchAutoscaler({ metadata, spec: { minReplicas: 4 } })(estate)).toMatchObject({
      spec: { minReplicas: 4 },
    });
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
    const before = await everythingOf(estate);
    const dry = { dryRun: true } as const;
    const version = await versionOf(estate, DEPLOYMENT, NAME);
    expect(
      await kube.patch(DEPLOYMENT, NAMESPACE, NAME, { spec: { replicas: 9 } }, { ...SCALE, ...dry }),
    ).toMatchObject({ kind: 'Scale', metadata: { resourceVersion: version }, spec: { replicas: 9 } });
    const minimum = await kube.patch(AUTOSCALER, NAMESPACE, NAME, { spec: { minReplicas: 4 } }, dry);
    expect(minimum).toMatchObject({ metadata: { generation: 2 }, spec: { minReplicas: 4 } });
    const replicaCount = { spec: { replicaCount: 9 } };
    expect(await istioKube.patch(ISTIO_GATEWAY, NAMESPACE, 'ingressgateway', replicaCount, dry)).toMatchObject(
      replicaCount,
    );
    const made = await kube.create(CONFIG_MAP, NAMESPACE, configMap('dry'), dry);
    expect(Answer.parse(made).metadata).toEqual({ name: 'dry' });
    await expect(kube.get(CONFIG_MAP, NAMESPACE, 'dry')).rejects.toMatchObject({ status: 404 });
    expect(await everythingOf(estate)).toEqual(before);
  });

  it('creates once', async () => {
    const { kube } = await api.furnish();
    const made = await kube.create(CONFIG_MAP, NAMESPACE, configMap('journal'));
    expect(made).toMatchObject({ metadata: { name: 'journal', namespace: NAMESPACE }, data: { a: '1' } });
    await expect(kube.create(CONFIG_MAP, NAMESPACE, configMap('journal'))).rejects.toMatchObject({
      status: 409,
      code: 'AlreadyExists',
      kind: 'conflict',
    });
  });

  it('leaves a count of 0 out of a Scale and shows it in the Deployment', async () => {
    const estate = await api.furnish();
    expect(await patchScale({ spec: { replicas: 0 } })(estate)).toHaveProperty('spec', {});
    expect(await estate.kube.get(DEPLOYMENT, NAMESPACE, NAME)).toMatchObject({ spec: { replicas: 0 } });
    await patchScale({ spec: { replicas: 2 } })(estate);
    expect(await patchScale({ spec: { replicas: null } })(estate)).toHaveProperty('spec', {});
  });

  it('lists pods by phase and by label, and tells which no node has room for', async () => {
    const { kube, blockPod } = await api.furnish();
    const pending = { fields: 'status.phase=Pending' };
    expect(await kube.list(POD, NAMESPACE)).toHaveLength(3);
    expect(await kube.list(POD, NAMESPACE, { fields: 'status.phase=Running', labels: `app=${NAME}` })).toHaveLength(3);
    expect(await kube.list(POD, NAMESPACE, pending)).toEqual([]);
    await blockPod();
    expect(await kube.list(POD, NAMESPACE, { fields: 'status.phase!=Pending' })).toHaveLength(2);
    expect(await kube.list(POD, NAMESPACE, { ...pending, labels: 'app=other' })).toEqual([]);
    expect(await kube.list(POD, NAMESPACE, pending)).toEqual([
      expect.objectContaining({
        metadata: expect.objectContaining({
          name: expect.stringMatching(/^istio-ingressgateway-[0-9a-f]+-\w+$/),
          namespace: NAMESPACE,
          labels: expect.objectContaining({ app: NAME, istio: 'ingressgateway' }),
        }),
        status: expect.objectContaining({
          phase: 'Pending',
          conditions: [
            expect.objectContaining({
              type: 'PodScheduled',
              status: 'False',
              reason: 'Unschedulable',
              message: '0/3 nodes are available: 3 Insufficient cpu.',
              lastTransitionTime: '2026-11-21T23:59:50Z',
            }),
          ],
        }),
      }),
    ]);
  });

  it.each<[string, KubeAccess, boolean]>([
    ['what its Role grants', { verb: 'list', group: 'apps', resource: 'deployments', namespace: NAMESPACE }, true],
    ['a subresource', { verb: 'patch', group: 'apps', resource: 'deployments/scale', namespace: NAMESPACE }, true],
    ['another verb', { verb: 'delete', group: 'apps', resource: 'deployments', namespace: NAMESPACE }, false],
    ['another group', { verb: 'list', group: '', resource: 'deployments', namespace: NAMESPACE }, false],
    ['another namespace', { verb: 'list', group: 'apps', resource: 'deployments', namespace: 'default' }, false],
    ['all namespaces', { verb: 'list', group: 'apps', resource: 'deployments', namespace: undefined }, false],
    ['a kind in none', { verb: 'list', group: '', resource: 'nodes', namespace: undefined }, false],
  ])('says whether it may: %s', async (_, access, allowed) => {
    const { kube, operator } = await api.furnish();
    expect(await kube.allows(access)).toBe(allowed);
    expect(await operator.allows(access)).toBe(true);
  });

  it('says how long a pod is given to end', async () => {
    const { kube, operator } = await api.furnish();
    const seconds = (value: number) => ({
      spec: { template: { spec: { terminationGracePeriodSeconds: value } } },
    });
    expect(await kube.get(DEPLOYMENT, NAMESPACE, NAME)).toMatchObject(seconds(30));
    await operator.patch(DEPLOYMENT, NAMESPACE, NAME, seconds(60));
    expect(await kube.get(DEPLOYMENT, NAMESPACE, NAME)).toMatchObject(seconds(60));
  });
});
