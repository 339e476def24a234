import { z } from 'zod';
import { NAMESPACE } from '../rehearsal/cloud/faces';
import { KUBERNETES_SERVERS, type KubernetesApi, type ServedEstate, START_LIMIT } from '../setup/kubernetes-apis';

const NAME = 'istio-ingressgateway';
const CORE = `/api/v1/namespaces/${NAMESPACE}`;
const DEPLOYMENTS = `/apis/apps/v1/namespaces/${NAMESPACE}/deployments`;
const AUTOSCALERS = `/apis/autoscaling/v2/namespaces/${NAMESPACE}/horizontalpodautoscalers`;
const AUTOSCALERS_V1 = `/apis/autoscaling/v1/namespaces/${NAMESPACE}/horizontalpodautoscalers`;
const ISTIO_GATEWAYS = `/apis/istio.alibabacloud.com/v1beta1/namespaces/${NAMESPACE}/istiogateways`;
const [CONFIG_MAPS, PODS, SERVICES] = [`${CORE}/configmaps`, `${CORE}/pods`, `${CORE}/services`];
const FINALIZER = 'service.k8s.alibaba/resources';

const List = z.object({
  metadata: z.object({ continue: z.string().optional(), remainingItemCount: z.number().optional() }),
  items: z.array(z.looseObject({ metadata: z.object({ name: z.string() }) })),
});

function configMap(name: string, more: object = {}) {
  return { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name }, ...more };
}

function service(name: string, metadata: object = {}) {
  return { apiVersion: 'v1', kind: 'Service', metadata: { name, ...metadata }, spec: { ports: [{ port: 80 }] } };
}

function failure(code: number, reason: string, message: unknown, details?: object) {
  const shown = details === undefined ? {} : { details };
  return { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Failure', message, reason, ...shown, code };
}

function invalid(kind: string, group: string, name: string, field: string, cause: string, said: string) {
  const named = name === '' ? {} : { name };
  return failure(422, 'Invalid', `${kind}${group === '' ? '' : `.${group}`} "${name}" is invalid: ${field}: ${said}`, {
    ...named,
    ...(group === '' ? {} : { group }),
    kind,
    causes: [{ reason: cause, message: said, field }],
  });
}

const ANY = expect.any(String);
const NO_SUCH_RESOURCE = failure(404, 'NotFound', 'the server could not find the requested resource', {});
const UNFIT_PATCH = failure(422, 'Invalid', expect.stringMatching(/^ "" is invalid: patch: Invalid value: /), {
  causes: [{ reason: 'FieldValueInvalid', message: ANY, field: 'patch' }],
});
const ASKS_FOR_NOTHING =
  'Invalid value: null: exactly one of nonResourceAttributes or resourceAttributes must be specified';
const UNSUPPORTED_DRY_RUN = 'Unsupported value: ["Some"]: supported values: "All"';

type Refused = readonly [name: string, method: string, path: string, body: unknown, answer: unknown];

const REFUSED: readonly Refused[] = [
  [
    'an object that is not there',
    'GET',
    `${DEPLOYMENTS}/none`,
    undefined,
    failure(404, 'NotFound', 'deployments.apps "none" not found', { name: 'none', group: 'apps', kind: 'deployments' }),
  ],
  [
    'a core object that is not there',
    'GET',
    `${CONFIG_MAPS}/none`,
    undefined,
    failure(404, 'NotFound', 'configmaps "none" not found', { name: 'none', kind: 'configmaps' }),
  ],
  [
    'the Scale of an object that is not there',
    'PATCH',
    `${DEPLOYMENTS}/none/scale`,
    { spec: { replicas: 1 } },
    failure(404, 'NotFound', 'deployments.apps "none" not found', { name: 'none', group: 'apps', kind: 'deployments' }),
  ],
  [
    'an HPA that is not there, by its old version',
    'GET',
    `${AUTOSCALERS_V1}/none`,
    undefined,
    failure(404, 'NotFound', 'horizontalpodautoscalers.autoscaling "none" not found', {
      name: 'none',
      group: 'autoscaling',
      kind: 'horizontalpodautoscalers',
    }),
  ],
  ['a kind that a group does not have', 'GET', `${CORE}/gadgets`, undefined, NO_SUCH_RESOURCE],
  ['a subresource that a kind does not have', 'GET', `${CONFIG_MAPS}/a/status`, undefined, NO_SUCH_RESOURCE],
  ['a Scale of an HPA', 'GET', `${AUTOSCALERS}/${NAME}/scale`, undefined, NO_SUCH_RESOURCE],
  [
    'a subresource that a custom kind does not have',
    'GET',
    `${ISTIO_GATEWAYS}/ingressgateway/scale`,
    undefined,
    failure(404, 'NotFound', 'istiogateways.istio.alibabacloud.com "ingressgateway" not found', {
      name: 'ingressgateway',
      group: 'istio.alibabacloud.com',
      kind: 'istiogateways',
    }),
  ],
  [
    'a review of rights that asks for none',
    'POST',
    '/apis/authorization.k8s.io/v1/selfsubjectaccessreviews',
    { apiVersion: 'authorization.k8s.io/v1', kind: 'SelfSubjectAccessReview', spec: {} },
    failure(422, 'Invalid', `.authorization.k8s.io "" is invalid: spec: ${ASKS_FOR_NOTHING}`, {
      group: 'authorization.k8s.io',
      causes: [{ reason: 'FieldValueInvalid', message: ASKS_FOR_NOTHING, field: 'spec' }],
    }),
  ],
  [
    'a method that a path does not have',
    'PATCH',
    CONFIG_MAPS,
    {},
    failure(405, 'MethodNotAllowed', 'the server does not allow this method on the requested resource', {}),
  ],
  [
    'a stale version',
    'PATCH',
    `${DEPLOYMENTS}/${NAME}/scale`,
    { metadata: { resourceVersion: '1' }, spec: { replicas: 4 } },
    failure(
      409,
      'Conflict',
      `Operation cannot be fulfilled on deployments.apps "${NAME}": the object has been modified; please apply your changes to the latest version and try again`,
      { name: NAME, group: 'apps', kind: 'deployments' },
    ),
  ],
  [
    'a Scale of another uid',
    'PATCH',
    `${DEPLOYMENTS}/${NAME}/scale`,
    { metadata: { uid: 'x' } },
    failure(
      409,
      'Conflict',
      expect.stringContaining('Precondition failed: UID in precondition: x, UID in object meta'),
      {
        name: NAME,
        group: 'apps',
        kind: 'deployments/scale',
      },
    ),
  ],
  [
    'a deletion on another uid',
    'DELETE',
    `${SERVICES}/${NAME}`,
    { apiVersion: 'v1', kind: 'DeleteOptions', preconditions: { uid: 'x' } },
    failure(
      409,
      'Conflict',
      expect.stringContaining('the UID in the precondition (x) does not match the UID in record'),
      {
        name: NAME,
        kind: 'Service',
      },
    ),
  ],
  [
    'a name that is taken',
    'POST',
    SERVICES,
    service(NAME),
    failure(409, 'AlreadyExists', `services "${NAME}" already exists`, { name: NAME, kind: 'services' }),
  ],
  [
    'a negative count',
    'PATCH',
    `${DEPLOYMENTS}/${NAME}/scale`,
    { spec: { replicas: -1 } },
    invalid(
      'Scale',
      'autoscaling',
      NAME,
      'spec.replicas',
      'FieldValueInvalid',
      'Invalid value: -1: must be greater than or equal to 0',
    ),
  ],
  [
    'a Service without ports',
    'POST',
    SERVICES,
    { ...service('a'), spec: {} },
    invalid('Service', '', 'a', 'spec.ports', 'FieldValueRequired', 'Required value'),
  ],
  [
    'another uid',
    'PATCH',
    `${DEPLOYMENTS}/${NAME}`,
    { metadata: { uid: '0' } },
    invalid('Deployment', 'apps', NAME, 'metadata.uid', 'FieldValueInvalid', 'Invalid value: "0": field is immutable'),
  ],
  [
    'more ready replicas than there are',
    'PATCH',
    `${DEPLOYMENTS}/${NAME}/status`,
    { status: { readyReplicas: 9 } },
    invalid(
      'Deployment',
      'apps',
      NAME,
      'status.readyReplicas',
      'FieldValueInvalid',
      'Invalid value: 9: cannot be greater than status.replicas',
    ),
  ],
  [
    'a deletion made by hand',
    'PATCH',
    `${SERVICES}/${NAME}`,
    { metadata: { deletionTimestamp: '2026-01-01T00:00:00Z' } },
    invalid(
      'Service',
      '',
      NAME,
      'metadata.deletionTimestamp',
      'FieldValueInvalid',
      'Invalid value: "2026-01-01T00:00:00Z": field is immutable',
    ),
  ],
  [
    'a select policy that there is not',
    'PATCH',
    `${AUTOSCALERS}/${NAME}`,
    { spec: { behavior: { scaleUp: { selectPolicy: 'Most' } } } },
    invalid(
      'HorizontalPodAutoscaler',
      'autoscaling',
      NAME,
      'spec.behavior.scaleUp.selectPolicy',
      'FieldValueNotSupported',
      'Unsupported value: "Most": supported values: "Disabled", "Max", "Min"',
    ),
  ],
  [
    'an HPA down to none for cpu',
    'PATCH',
    `${AUTOSCALERS_V1}/${NAME}`,
    { spec: { minReplicas: 0 } },
    invalid(
      'HorizontalPodAutoscaler',
      'autoscaling',
      NAME,
      'spec.metrics',
      'FieldValueForbidden',
      'Forbidden: must specify at least one Object or External metric to support scaling to zero replicas',
    ),
  ],
  [
    'an IstioGateway at version 0',
    'PATCH',
    `${ISTIO_GATEWAYS}/ingressgateway`,
    { metadata: { resourceVersion: '0' }, spec: { replicaCount: 9 } },
    invalid(
      'istiogateways',
      'istio.alibabacloud.com',
      'ingressgateway',
      'metadata.resourceVersion',
      'FieldValueInvalid',
      'Invalid value: 0: must be specified for an update',
    ),
  ],
  ['half a replica', 'PATCH', `${DEPLOYMENTS}/${NAME}`, { spec: { replicas: 2.5 } }, UNFIT_PATCH],
  ['half a replica in a Scale', 'PATCH', `${DEPLOYMENTS}/${NAME}/scale`, { spec: { replicas: 2.5 } }, UNFIT_PATCH],
  ['a Scale of another kind', 'PATCH', `${DEPLOYMENTS}/${NAME}/scale`, { kind: 'Other' }, UNFIT_PATCH],
  ['a version that is no text', 'PATCH', `${DEPLOYMENTS}/${NAME}`, { metadata: { resourceVersion: 1 } }, UNFIT_PATCH],
  [
    'a label that is no text',
    'PATCH',
    `${ISTIO_GATEWAYS}/ingressgateway`,
    { metadata: { labels: { a: 1 } } },
    UNFIT_PATCH,
  ],
  ['a port in words', 'PATCH', `${SERVICES}/${NAME}`, { spec: { ports: [{ port: 'x' }] } }, UNFIT_PATCH],
  [
    'another dry run in a patch',
    'PATCH',
    `${DEPLOYMENTS}/${NAME}?dryRun=Some`,
    { spec: { replicas: 9 } },
    failure(422, 'Invalid', `PatchOptions.meta.k8s.io "" is invalid: dryRun: ${UNSUPPORTED_DRY_RUN}`, {
      group: 'meta.k8s.io',
      kind: 'PatchOptions',
      causes: [{ reason: 'FieldValueNotSupported', message: UNSUPPORTED_DRY_RUN, field: 'dryRun' }],
    }),
  ],
  [
    'another dry run in a deletion',
    'DELETE',
    `${DEPLOYMENTS}/${NAME}?dryRun=Some`,
    undefined,
    failure(422, 'Invalid', `DeleteOptions.meta.k8s.io "" is invalid: dryRun: ${UNSUPPORTED_DRY_RUN}`, {
      group: 'meta.k8s.io',
      kind: 'DeleteOptions',
      causes: [{ reason: 'FieldValueNotSupported', message: UNSUPPORTED_DRY_RUN, field: 'dryRun' }],
    }),
  ],
  [
    'a list as a patch',
    'PATCH',
    `${DEPLOYMENTS}/${NAME}`,
    [],
    failure(400, 'BadRequest', expect.stringMatching(/^error decoding patch: /)),
  ],
  [
    'another name in the body',
    'PATCH',
    `${DEPLOYMENTS}/${NAME}`,
    { metadata: { name: 'other' } },
    failure(400, 'BadRequest', `the name of the object (other) does not match the name on the URL (${NAME})`),
  ],
  [
    'another namespace in the body',
    'POST',
    CONFIG_MAPS,
    { ...configMap('a'), metadata: { name: 'a', namespace: 'default' } },
    failure(400, 'BadRequest', 'the namespace of the provided object does not match the namespace sent on the request'),
  ],
  [
    'a limit in words',
    'GET',
    `${SERVICES}?limit=x`,
    undefined,
    failure(400, 'BadRequest', 'strconv.ParseInt: parsing "x": invalid syntax'),
  ],
  [
    'a continue token that is none',
    'GET',
    `${SERVICES}?continue=x`,
    undefined,
    failure(400, 'BadRequest', expect.stringMatching(/^invalid continue token: continue key is not valid/)),
  ],
  [
    'a field that Deployments do not select by',
    'GET',
    `${DEPLOYMENTS}?fieldSelector=status.replicas%3D1`,
    undefined,
    failure(
      400,
      'BadRequest',
      '"status.replicas" is not a known field selector: only "metadata.name", "metadata.namespace"',
    ),
  ],
  [
    'a field that Pods do not select by',
    'GET',
    `${PODS}?fieldSelector=metadata.labels%3Da`,
    undefined,
    failure(400, 'BadRequest', 'field label not supported: metadata.labels'),
  ],
  ['a path of no group', 'GET', `/apis/nothing/v1/namespaces/${NAMESPACE}/things`, undefined, '404 page not found\n'],
  [
    'a version of a custom group that is not served',
    'GET',
    `/apis/istio.alibabacloud.com/v1/namespaces/${NAMESPACE}/istiogateways`,
    undefined,
    '404 page not found\n',
  ],
];

const FORBIDDEN = [
  ['GET', '/apis/apps/v1/deployments', 'list resource "deployments" in API group "apps" at the cluster scope'],
  ['GET', `${CORE}/secrets`, 'list resource "secrets" in API group "" in the namespace "istio-system"'],
  ['PATCH', `${DEPLOYMENTS}/none`, 'patch resource "deployments" in API group "apps" in the namespace "istio-system"'],
  [
    'DELETE',
    `${DEPLOYMENTS}/${NAME}/scale`,
    'delete resource "deployments/scale" in API group "apps" in the namespace "istio-system"',
  ],
  ['GET', '/nowhere', 'get path "/nowhere"'],
] as const;

describe.each(KUBERNETES_SERVERS)('answers %s', (_title, start) => {
  let api: KubernetesApi<ServedEstate>;
  beforeAll(async () => {
    api = await start();
  }, START_LIMIT);
  afterAll(() => api.close());

  describe('to what is refused', () => {
    let estate: ServedEstate;
    beforeAll(async () => {
      estate = await api.furnish();
    });

    it.each(REFUSED)('%s', async (_name, method, path, body, answer) => {
      expect((await estate.ask(method, path, body)).body).toEqual(answer);
    });

    it.each(FORBIDDEN)('%s %s without the right', async (method, path, what) => {
      const { status, body } = await estate.ask(method, path, undefined, { as: 'autopilot' });
      expect({ status, body }).toMatchObject({ status: 403, body: { reason: 'Forbidden', code: 403 } });
      expect(body).toHaveProperty('message', expect.stringMatching(/forbidden: User "\w+" cannot /));
      expect(body).toHaveProperty('message', expect.stringContaining(what));
    });

    it.each([
      ['another content type', 'application/json', {}, 415],
      ['a strategic merge patch of a custom resource', 'application/strategic-merge-patch+json', {}, 415],
      ['an object as a JSON patch', 'application/json-patch+json', {}, 400],
      ['a JSON patch of what is not there', 'application/json-patch+json', [{ op: 'remove', path: '/spec/none' }], 422],
      [
        'a JSON patch whose test fails',
        'application/json-patch+json',
        [{ op: 'test', path: '/spec/replicaCount', value: 9 }],
        422,
      ],
    ])('%s', async (_name, contentType, body, status) => {
      const path = `${ISTIO_GATEWAYS}/ingressgateway`;
      expect(await estate.ask('PATCH', path, body, { contentType })).toMatchObject({ status, body: { code: status } });
    });
  });

  it('with a ConfigMap without what is empty or unknown', async () => {
    const { ask } = await api.furnish();
    const metadata = { name: 'a', labels: { team: 'edge' }, color: 'red' };
    const made = await ask('POST', CONFIG_MAPS, { metadata, data: { a: '1' }, color: 'red' });
    expect(made).toMatchObject({ status: 201, body: { kind: 'ConfigMap', apiVersion: 'v1', data: { a: '1' } } });
    expect(made.body).not.toHaveProperty('color');
    expect(made.body).not.toHaveProperty('metadata.color');
    const { body } = await ask('PATCH', `${CONFIG_MAPS}/a`, {
      metadata: { labels: { team: null } },
      data: { a: null },
    });
    expect(body).not.toHaveProperty('data');
    expect(body).not.toHaveProperty('metadata.labels');
    expect((await ask('POST', CONFIG_MAPS, configMap('b', { data: {} }))).body).not.toHaveProperty('data');
  });

  it('without fields that Deployments and HPAs do not have, and as if nothing had changed', async () => {
    const { ask } = await api.furnish();
    const unknown = { color: 'red', spec: { color: 'red', template: { spec: { color: 'red' } } } };
    for (const path of [`${DEPLOYMENTS}/${NAME}`, `${AUTOSCALERS}/${NAME}`]) {
      const before = await ask('GET', path);
      expect(await ask('PATCH', path, unknown)).toEqual(before);
    }
  });

  it('with the fields that an IstioGateway does not have, but for those beside its spec', async () => {
    const { ask } = await api.furnish();
    const { body } = await ask('PATCH', `${ISTIO_GATEWAYS}/ingressgateway`, { color: 'red', spec: { color: 'red' } });
    expect(body).toMatchObject({ spec: { color: 'red', replicaCount: 3 }, metadata: { generation: 2 } });
    expect(body).not.toHaveProperty('color');
  });

  it.each([
    [`${DEPLOYMENTS}/${NAME}`, 1],
    [`${AUTOSCALERS}/${NAME}`, 1],
    [`${ISTIO_GATEWAYS}/ingressgateway`, 1],
    [`${SERVICES}/${NAME}`, undefined],
  ])('with the generation of %s', async (path, generation) => {
    const { ask } = await api.furnish();
    const { body } = await ask('PATCH', path, { metadata: { labels: { team: 'edge' } } });
    expect(body).toHaveProperty('metadata.labels.team', 'edge');
    expect(Reflect.get(Object(Reflect.get(Object(body), 'metadata')), 'generation')).toBe(generation);
  });

  it('with a Deployment of one replica where none are named', async () => {
    const { ask } = await api.furnish();
    expect(await ask('PATCH', `${DEPLOYMENTS}/${NAME}`, { spec: { replicas: null } })).toMatchObject({
      body: { spec: { replicas: 1 }, metadata: { generation: 2 }, status: { replicas: 3 } },
    });
  });

  it('with a status that changes through its subresource and by no other way, without counts of 0', async () => {
    const { ask } = await api.furnish();
    const both = { spec: { replicas: 8 }, status: { readyReplicas: 2, availableReplicas: 0 } };
    expect(await ask('PATCH', `${DEPLOYMENTS}/${NAME}`, both)).toMatchObject({
      body: { spec: { replicas: 8 }, status: { readyReplicas: 3 }, metadata: { generation: 2 } },
    });
    const { body } = await ask('PATCH', `${DEPLOYMENTS}/${NAME}/status`, { ...both, spec: { replicas: 1 } });
    expect(body).toMatchObject({ spec: { replicas: 8 }, status: { readyReplicas: 2 }, metadata: { generation: 2 } });
    expect(body).not.toHaveProperty('status.availableReplicas');
  });

  it('to a dry run with what would be', async () => {
    const { ask } = await api.furnish();
    const made = await ask('POST', `${CONFIG_MAPS}?dryRun=All`, configMap('dry'));
    expect(made.status).toBe(201);
    expect(made.body).not.toHaveProperty('metadata.resourceVersion');
    const path = `${DEPLOYMENTS}/${NAME}`;
    const before = await ask('GET', path);
    const version = Reflect.get(Object(Reflect.get(Object(before.body), 'metadata')), 'resourceVersion');
    expect(await ask('PATCH', `${path}?dryRun=All`, { spec: { replicas: 9 } })).toMatchObject({
      body: { spec: { replicas: 9 }, metadata: { generation: 2, resourceVersion: version } },
    });
    expect(await ask('PATCH', `${path}?dryRun=All`, { spec: { replicas: 3 } })).toEqual(before);
    expect((await ask('DELETE', `${path}?dryRun=All`)).status).toBe(200);
    expect(await ask('GET', path)).toEqual(before);
  });

  it('to a deletion', async () => {
    const { ask } = await api.furnish();
    expect(await ask('DELETE', `${DEPLOYMENTS}/${NAME}`)).toEqual({
      status: 200,
      body: {
        kind: 'Status',
        apiVersion: 'v1',
        metadata: {},
        status: 'Success',
        details: { name: NAME, group: 'apps', kind: 'deployments', uid: ANY },
      },
    });
    expect((await ask('GET', `${DEPLOYMENTS}/${NAME}`)).status).toBe(404);
    await ask('POST', SERVICES, service('free'));
    expect(await ask('DELETE', `${SERVICES}/free`)).toMatchObject({ status: 200, body: { kind: 'Service' } });
    expect((await ask('GET', `${SERVICES}/free`)).status).toBe(404);
  });

  it('to the deletion of what has a finalizer: it stays until that is gone', async () => {
    const { ask } = await api.furnish();
    const path = `${SERVICES}/held`;
    await ask('POST', SERVICES, service('held', { finalizers: [FINALIZER] }));
    const going = { metadata: { deletionTimestamp: ANY, deletionGracePeriodSeconds: 0, finalizers: [FINALIZER] } };
    expect(await ask('DELETE', `${path}?dryRun=All`)).toMatchObject({ status: 200, body: going });
    expect((await ask('GET', path)).body).not.toHaveProperty('metadata.deletionTimestamp');
    expect(await ask('DELETE', path)).toMatchObject({ status: 200, body: { kind: 'Service', ...going } });
    const marked = await ask('GET', path);
    expect(marked).toMatchObject({ status: 200, body: going });
    expect(await ask('DELETE', path)).toEqual(marked);
    expect((await ask('POST', SERVICES, service('held'))).body).toEqual(
      failure(409, 'AlreadyExists', 'object is being deleted: services "held" already exists', {
        name: 'held',
        kind: 'services',
      }),
    );
    expect(await ask('PATCH', path, { metadata: { finalizers: [FINALIZER, 'a.b/c'] } })).toMatchObject({
      status: 422,
      body: { details: { causes: [{ reason: 'FieldValueForbidden', field: 'metadata.finalizers' }] } },
    });
    expect(await ask('PATCH', path, { metadata: { annotations: { a: 'b' } } })).toMatchObject({
      status: 200,
      body: going,
    });
    expect((await ask('PATCH', path, { metadata: { finalizers: null } })).status).toBe(200);
    expect((await ask('GET', path)).status).toBe(404);
  });

  it('with an HPA by its old version, where a write keeps what that cannot say', async () => {
    const { ask } = await api.furnish();
    await ask('PATCH', `${AUTOSCALERS}/${NAME}`, {
      spec: { behavior: { scaleDown: { stabilizationWindowSeconds: 60 } } },
    });
    const spec = {
      scaleTargetRef: { kind: 'Deployment', name: NAME, apiVersion: 'apps/v1' },
      minReplicas: 2,
      maxReplicas: 10,
      targetCPUUtilizationPercentage: 50,
    };
    expect(await ask('GET', `${AUTOSCALERS_V1}/${NAME}`)).toMatchObject({
      status: 200,
      body: { kind: 'HorizontalPodAutoscaler', apiVersion: 'autoscaling/v1', status: { desiredReplicas: 0 } },
    });
    const change = { spec: { minReplicas: 3, targetCPUUtilizationPercentage: 60 } };
    const written = await ask('PATCH', `${AUTOSCALERS_V1}/${NAME}`, change);
    expect(written.body).toHaveProperty('spec', { ...spec, ...change.spec });
    const cpu = { name: 'cpu', target: { type: 'Utilization', averageUtilization: 60 } };
    expect(await ask('GET', `${AUTOSCALERS}/${NAME}`)).toMatchObject({
      body: {
        apiVersion: 'autoscaling/v2',
        spec: {
          minReplicas: 3,
          metrics: [{ type: 'Resource', resource: cpu }],
          behavior: { scaleDown: { stabilizationWindowSeconds: 60 } },
        },
      },
    });
    const list = await ask('GET', AUTOSCALERS_V1);
    expect(list).toMatchObject({ body: { kind: 'HorizontalPodAutoscalerList', apiVersion: 'autoscaling/v1' } });
    const made = { apiVersion: 'autoscaling/v1', kind: 'HorizontalPodAutoscaler', metadata: { name: 'other' } };
    const target = { kind: 'Deployment', name: 'other', apiVersion: 'apps/v1' };
    expect(await ask('POST', AUTOSCALERS_V1, { ...made, spec: { scaleTargetRef: target, maxReplicas: 5 } })).toEqual({
      status: 201,
      body: expect.objectContaining({
        apiVersion: 'autoscaling/v1',
        spec: { scaleTargetRef: target, minReplicas: 1, maxReplicas: 5, targetCPUUtilizationPercentage: 80 },
      }),
    });
  });

  describe('to lists', () => {
    let estate: ServedEstate;
    beforeAll(async () => {
      estate = await api.furnish();
      for (const [name, labels] of Object.entries({ a: { team: 'a', x: '1' }, b: { team: 'b' }, c: { team: 'c' } })) {
        await estate.ask('POST', CONFIG_MAPS, { metadata: { name, labels } });
      }
    });

    async function list(query: Readonly<Record<string, string>>, path = CONFIG_MAPS): Promise<z.infer<typeof List>> {
      return List.parse((await estate.ask('GET', `${path}?${new URLSearchParams(query)}`)).body);
    }

    it.each([
      ['', 'abc'],
      ['team', 'abc'],
      ['!team', ''],
      ['!x', 'bc'],
      ['team=a', 'a'],
      ['team==a', 'a'],
      ['team!=a', 'bc'],
      [' team = a ', 'a'],
      ['team=', ''],
      ['team in (a,b)', 'ab'],
      [' team in ( a , b ) ', 'ab'],
      ['team notin (a)', 'bc'],
      ['x notin (1)', 'bc'],
      ['team in (a,b),x', 'a'],
      ['team notin (a),!x', 'bc'],
      ['x in (1),team in (a)', 'a'],
      ['team in ()', ''],
      ['x>0', 'a'],
      ['x<1', ''],
      ['team>0', ''],
    ])('finds by the labels %j', async (labelSelector, names) => {
      const { items } = await list({ labelSelector });
      expect(items.map(({ metadata }) => metadata.name).join('')).toBe(names);
    });

    it.each(['a b', 'team=a b', 'team in (a', 'team in a', ',', 'team=a,', '=a', 'team=a!b', 'te@m', '!team=a'])(
      'refuses the labels %j',
      async (labelSelector) => {
        const path = `${CONFIG_MAPS}?${new URLSearchParams({ labelSelector })}`;
        expect(await estate.ask('GET', path)).toMatchObject({ status: 400, body: { reason: 'BadRequest' } });
      },
    );

    it.each([
      ['metadata.name=a', 'a'],
      ['metadata.name==a', 'a'],
      ['metadata.name!=a', 'bc'],
      ['metadata.name=a,metadata.name=b', ''],
      ['metadata.name=a,metadata.namespace=istio-system', 'a'],
      ['metadata.namespace=default', ''],
    ])('finds by the fields %j', async (fieldSelector, names) => {
      const { items } = await list({ fieldSelector });
      expect(items.map(({ metadata }) => metadata.name).join('')).toBe(names);
    });

    it('finds Services by type', async () => {
      expect((await list({ fieldSelector: 'spec.type=LoadBalancer' }, SERVICES)).items).toHaveLength(2);
      expect((await list({ fieldSelector: 'spec.type=ClusterIP' }, SERVICES)).items).toEqual([]);
    });

    it('gives pages, and counts what is left unless it was selected', async () => {
      const first = await list({ limit: '2' });
      expect(first.metadata.remainingItemCount).toBe(1);
      const rest = await list({ limit: '2', continue: first.metadata.continue ?? '' });
      expect(rest.metadata).toEqual({});
      expect([...first.items, ...rest.items].map(({ metadata }) => metadata.name)).toEqual(['a', 'b', 'c']);
      const selected = await list({ limit: '1', labelSelector: 'team' });
      expect(selected.metadata).toEqual({ continue: ANY });
    });

    it('takes a negative limit for none', async () => {
      expect((await list({ limit: '-1' })).items).toHaveLength(3);
    });

    it('names kind and version of custom resources only', async () => {
      const [gateway] = (await list({}, ISTIO_GATEWAYS)).items;
      expect(gateway).toMatchObject({ kind: 'IstioGateway', apiVersion: 'istio.alibabacloud.com/v1beta1' });
      for (const path of [DEPLOYMENTS, AUTOSCALERS, AUTOSCALERS_V1, CONFIG_MAPS, PODS]) {
        const [item] = (await list({}, path)).items;
        expect(item).not.toHaveProperty('kind');
        expect(item).not.toHaveProperty('apiVersion');
      }
    });
  });
});
