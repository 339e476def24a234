import type { Cloud } from '../../../../rehearsal/cloud';
import { at } from '../../../../rehearsal/cloud/json';
import { HOUR, SECOND } from '../../../../shared/core/time';
import {
  AUTOSCALERS,
  CLUSTER,
  CONFIG_MAPS,
  DEPLOYMENTS,
  errorOf,
  FACES,
  type Face,
  ISTIO_GATEWAYS,
  NAMESPACE,
  openCluster,
  openMesh,
  REGION,
  SERVICES,
  START,
  smallCloud,
} from '../faces';

const NAME = 'istio-ingressgateway';
const HPA = { min: 2, max: 10, targetUtilization: 60 };

function configMap(name: string, data: Readonly<Record<string, string>> = {}) {
  return { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name }, data };
}

function versionOf(object: unknown): string {
  return String(at(object, 'metadata', 'resourceVersion'));
}

describe.each(FACES)('Kubernetes API %s', (_, open) => {
  let face: Face;
  afterEach(() => face.close());

  async function kubeOf(cloud: Cloud) {
    face = await open(cloud);
    return openCluster(face);
  }

  it('shows a gateway as its Deployment and one Service for each CLB', async () => {
    const kube = await kubeOf(smallCloud());
    const [deployment, ...more] = await kube.list(DEPLOYMENTS, NAMESPACE);
    expect(more).toEqual([]);
    expect(deployment).toMatchObject({
      metadata: {
        name: NAME,
        namespace: NAMESPACE,
        generation: 1,
        creationTimestamp: '2026-11-22T00:00:00Z',
        labels: { app: NAME, istio: 'ingressgateway' },
      },
      spec: { replicas: 3 },
      status: { observedGeneration: 1, replicas: 3, readyReplicas: 3 },
    });
    expect(deployment).not.toHaveProperty('kind');
    const services = await kube.list(SERVICES, NAMESPACE);
    expect(
      services.map((s) => [
        at(s, 'metadata', 'name'),
        at(s, 'metadata', 'labels', 'service.k8s.alibaba/loadbalancer-id'),
      ]),
    ).toEqual([
      ['istio-ingressgateway', 'lb-1'],
      ['istio-ingressgateway-clb-2', 'lb-2'],
    ]);
  });

  it('lists custom resources with their kind', async () => {
    face = await open(smallCloud({ owner: 'asm' }));
    const kube = await openMesh(face);
    expect(await kube.list(ISTIO_GATEWAYS, NAMESPACE)).toMatchObject([
      {
        kind: 'IstioGateway',
        apiVersion: 'istio.alibabacloud.com/v1beta1',
        spec: { clusterIds: [CLUSTER], replicaCount: 3 },
      },
    ]);
  });

  it('merges a patch and counts versions and generations up', async () => {
    const kube = await kubeOf(smallCloud());
    const before = await kube.get(DEPLOYMENTS, NAMESPACE, NAME);
    const labelled = await kube.patch(DEPLOYMENTS, NAMESPACE, NAME, {
      metadata: { labels: { istio: null, team: 'edge' } },
    });
    expect(labelled).toMatchObject({ metadata: { labels: { app: NAME, team: 'edge' }, generation: 1 } });
    expect(at(labelled, 'metadata', 'labels', 'istio')).toBeUndefined();
    const scaled = await kube.patch(DEPLOYMENTS, NAMESPACE, NAME, { spec: { replicas: 5 } });
    expect(scaled).toMatchObject({ spec: { replicas: 5 }, metadata: { generation: 2 }, status: { replicas: 3 } });
    expect(Number(versionOf(labelled))).toBeGreaterThan(Number(versionOf(before)));
    expect(Number(versionOf(scaled))).toBeGreaterThan(Number(versionOf(labelled)));
  });

  it('keeps the version when a patch changes nothing', async () => {
    const kube = await kubeOf(smallCloud());
    const before = await kube.get(DEPLOYMENTS, NAMESPACE, NAME);
    expect(await kube.patch(DEPLOYMENTS, NAMESPACE, NAME, { spec: { replicas: 3 } })).toEqual(before);
  });

  it('refuses a patch on a version that is gone, and takes one on the present version', async () => {
    const kube = await kubeOf(smallCloud());
    const old = versionOf(await kube.get(DEPLOYMENTS, NAMESPACE, NAME));
    const fresh = versionOf(await kube.patch(DEPLOYMENTS, NAMESPACE, NAME, { spec: { replicas: 4 } }));
    const stale = kube.patch(DEPLOYMENTS, NAMESPACE, NAME, {
      metadata: { resourceVersion: old },
      spec: { replicas: 9 },
    });
    expect(await errorOf(stale)).toMatchObject({ kind: 'conflict', status: 409, code: 'Conflict' });
    const current = kube.patch(DEPLOYMENTS, NAMESPACE, NAME, {
      metadata: { resourceVersion: fresh },
      spec: { replicas: 5 },
    });
    await expect(current).resolves.toMatchObject({ spec: { replicas: 5 } });
  });

  it('changes the version of a Deployment when only its status changes', async () => {
    const cloud = smallCloud();
    const kube = await kubeOf(cloud);
    const scaled = versionOf(await kube.patch(DEPLOYMENTS, NAMESPACE, NAME, { spec: { replicas: 4 } }));
    cloud.step(50 * SECOND);
    const later = kube.patch(DEPLOYMENTS, NAMESPACE, NAME, {
      metadata: { resourceVersion: scaled },
      spec: { replicas: 5 },
    });
    expect(await errorOf(later)).toMatchObject({ kind: 'conflict' });
  });

  it('scales through the scale subresource, on the version of the Deployment', async () => {
    const kube = await kubeOf(smallCloud());
    const resourceVersion = versionOf(await kube.get(DEPLOYMENTS, NAMESPACE, NAME));
    const patch = { metadata: { resourceVersion }, spec: { replicas: 7 } };
    const scale = await kube.patch(DEPLOYMENTS, NAMESPACE, NAME, patch, { subresource: 'scale' });
    expect(scale).toMatchObject({
      kind: 'Scale',
      apiVersion: 'autoscaling/v1',
      spec: { replicas: 7 },
      status: { replicas: 3 },
    });
    const deployment = await kube.get(DEPLOYMENTS, NAMESPACE, NAME);
    expect(deployment).toMatchObject({ spec: { replicas: 7 } });
    expect(versionOf(deployment)).toBe(versionOf(scale));
    const again = kube.patch(DEPLOYMENTS, NAMESPACE, NAME, patch, { subresource: 'scale' });
    expect(await errorOf(again)).toMatchObject({ kind: 'conflict', status: 409 });
  });

  it('has no scale subresource on kinds that have none', async () => {
    const kube = await kubeOf(smallCloud({ owner: 'hpa', hpa: HPA }));
    const patch = kube.patch(AUTOSCALERS, NAMESPACE, NAME, { spec: { replicas: 7 } }, { subresource: 'scale' });
    expect(await errorOf(patch)).toMatchObject({ kind: 'not-found', status: 404 });
  });

  it('changes the status through its subresource and by no other way', async () => {
    const kube = await kubeOf(smallCloud());
    const patch = { status: { readyReplicas: 99 }, spec: { replicas: 8 } };
    expect(await kube.patch(DEPLOYMENTS, NAMESPACE, NAME, patch)).toMatchObject({
      spec: { replicas: 8 },
      status: { readyReplicas: 3 },
    });
    const other = { status: { readyReplicas: 99 }, spec: { replicas: 1 } };
    expect(await kube.patch(DEPLOYMENTS, NAMESPACE, NAME, other, { subresource: 'status' })).toMatchObject({
      spec: { replicas: 8 },
      status: { readyReplicas: 99 },
    });
  });

  it('creates once, and deletes', async () => {
    const kube = await kubeOf(smallCloud());
    const made = await kube.create(CONFIG_MAPS, NAMESPACE, configMap('journal', { a: '1' }));
    expect(made).toMatchObject({ metadata: { name: 'journal', namespace: NAMESPACE }, data: { a: '1' } });
    expect(at(made, 'metadata', 'uid')).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/);
    expect(await errorOf(kube.create(CONFIG_MAPS, NAMESPACE, configMap('journal')))).toMatchObject({
      kind: 'conflict',
      status: 409,
      code: 'AlreadyExists',
    });
    await kube.delete(CONFIG_MAPS, NAMESPACE, 'journal');
    expect(await errorOf(kube.get(CONFIG_MAPS, NAMESPACE, 'journal'))).toMatchObject({
      kind: 'not-found',
      status: 404,
      code: 'NotFound',
    });
    expect(await errorOf(kube.delete(CONFIG_MAPS, NAMESPACE, 'journal'))).toMatchObject({ kind: 'not-found' });
  });

  it('stores nothing in a dry run, but validates', async () => {
    const kube = await kubeOf(smallCloud());
    const before = await kube.get(DEPLOYMENTS, NAMESPACE, NAME);
    const dry = { dryRun: true } as const;
    expect(await kube.patch(DEPLOYMENTS, NAMESPACE, NAME, { spec: { replicas: 6 } }, dry)).toMatchObject({
      spec: { replicas: 6 },
    });
    expect(
      await kube.patch(DEPLOYMENTS, NAMESPACE, NAME, { spec: { replicas: 6 } }, { ...dry, subresource: 'scale' }),
    ).toMatchObject({ spec: { replicas: 6 } });
    expect(await kube.get(DEPLOYMENTS, NAMESPACE, NAME)).toEqual(before);
    await kube.create(CONFIG_MAPS, NAMESPACE, configMap('journal'), dry);
    expect(await errorOf(kube.get(CONFIG_MAPS, NAMESPACE, 'journal'))).toMatchObject({ kind: 'not-found' });
    expect(await errorOf(kube.patch(DEPLOYMENTS, NAMESPACE, NAME, { spec: { replicas: -1 } }, dry))).toMatchObject({
      status: 422,
    });
  });

  it.each([
    ['fewer than no replicas', DEPLOYMENTS, { spec: { replicas: -1 } }, 422, 'Invalid'],
    ['half a replica', DEPLOYMENTS, { spec: { replicas: 2.5 } }, 400, 'BadRequest'],
    ['replicas in words', DEPLOYMENTS, { spec: { replicas: 'three' } }, 400, 'BadRequest'],
    [
      'a selector that misses the pods',
      DEPLOYMENTS,
      { spec: { selector: { matchLabels: { app: 'other' } } } },
      422,
      'Invalid',
    ],
    ['another name', DEPLOYMENTS, { metadata: { name: 'other' } }, 400, 'BadRequest'],
    ['another uid', DEPLOYMENTS, { metadata: { uid: '0' } }, 409, 'Conflict'],
    ['a minimum above the maximum', AUTOSCALERS, { spec: { minReplicas: 11 } }, 422, 'Invalid'],
    ['a maximum below the minimum', AUTOSCALERS, { spec: { maxReplicas: 1 } }, 422, 'Invalid'],
    ['a minimum of 0', AUTOSCALERS, { spec: { minReplicas: 0 } }, 422, 'Invalid'],
    [
      'a window that is too long',
      AUTOSCALERS,
      { spec: { behavior: { scaleDown: { stabilizationWindowSeconds: 3601 } } } },
      422,
      'Invalid',
    ],
  ])('refuses %s', async (_name, kind, patch, status, code) => {
    const kube = await kubeOf(smallCloud({ owner: 'hpa', hpa: HPA }));
    const before = await kube.get(kind, NAMESPACE, NAME);
    expect(await errorOf(kube.patch(kind, NAMESPACE, NAME, patch))).toMatchObject({ status, code });
    expect(await kube.get(kind, NAMESPACE, NAME)).toEqual(before);
  });

  it.each([
    ['replicas in words', { spec: { replicaCount: 'three' } }],
    ['a negative override', { spec: { overrides: { [CLUSTER]: { minReplicas: -1 } } } }],
  ])('refuses in a custom resource, as invalid, %s', async (_name, patch) => {
    face = await open(smallCloud({ owner: 'asm' }));
    const kube = await openMesh(face);
    const refused = kube.patch(ISTIO_GATEWAYS, NAMESPACE, 'ingressgateway', patch);
    expect(await errorOf(refused)).toMatchObject({ kind: 'rejected', status: 422, code: 'Invalid' });
  });

  it.each([
    ['a name with capitals', { ...configMap('Journal') }, NAMESPACE, 422],
    ['no name', { apiVersion: 'v1', kind: 'ConfigMap', metadata: {} }, NAMESPACE, 422],
    ['another kind', { ...configMap('a'), kind: 'Secret' }, NAMESPACE, 400],
    [
      'another namespace in the body',
      { ...configMap('a'), metadata: { name: 'a', namespace: 'default' } },
      NAMESPACE,
      400,
    ],
    ['a namespace that does not exist', configMap('a'), 'nowhere', 404],
    ['a key with a slash', configMap('a', { 'x/y': '1' }), NAMESPACE, 422],
    ['data that is no text', { ...configMap('a'), data: { a: 1 } }, NAMESPACE, 400],
  ])('refuses to create with %s', async (_name, body, namespace, status) => {
    const kube = await kubeOf(smallCloud());
    expect(await errorOf(kube.create(CONFIG_MAPS, namespace, body))).toMatchObject({ status });
  });

  it('finds by labels', async () => {
    const kube = await kubeOf(smallCloud());
    await kube.patch(SERVICES, NAMESPACE, NAME, { metadata: { labels: { team: 'edge' } } });
    const expected = [
      ['team=edge', [NAME]],
      ['team==edge,istio=ingressgateway', [NAME]],
      ['team!=edge', ['istio-ingressgateway-clb-2']],
      ['team', [NAME]],
      ['!team', ['istio-ingressgateway-clb-2']],
      ['team=core', []],
    ] as const;
    for (const [selector, names] of expected) {
      const found = await kube.list(SERVICES, NAMESPACE, selector);
      expect([selector, found.map((object) => at(object, 'metadata', 'name'))]).toEqual([selector, names]);
    }
    expect(await errorOf(kube.list(SERVICES, NAMESPACE, 'team in (edge, core)'))).toMatchObject({ status: 400 });
  });

  it('does not serve a version or a kind that it does not have', async () => {
    const kube = await kubeOf(smallCloud({ owner: 'asm' }));
    expect(await errorOf(kube.list(ISTIO_GATEWAYS, NAMESPACE))).toMatchObject({ kind: 'not-found', status: 404 });
    expect(await errorOf(kube.list({ ...AUTOSCALERS, version: 'v1' }, NAMESPACE))).toMatchObject({ kind: 'not-found' });
    expect(await kube.list(DEPLOYMENTS, 'nowhere')).toEqual([]);
  });

  it('gives objects that the caller may change without changing the cloud', async () => {
    const kube = await kubeOf(smallCloud());
    const patch = { spec: { template: { spec: { note: { text: 'first' } } } } };
    const taken = await kube.patch(DEPLOYMENTS, NAMESPACE, NAME, patch);
    patch.spec.template.spec.note.text = 'second';
    Object.assign(Object(at(taken, 'spec')), { replicas: 99 });
    expect(await kube.get(DEPLOYMENTS, NAMESPACE, NAME)).toMatchObject({
      spec: { replicas: 3, template: { spec: { note: { text: 'first' } } } },
    });
  });

  it('refuses an expired token, and the connector gets a new one', async () => {
    const cloud = smallCloud();
    const kube = await kubeOf(cloud);
    await kube.list(DEPLOYMENTS, NAMESPACE);
    cloud.step(HOUR);
    cloud.resetCalls();
    await kube.list(DEPLOYMENTS, NAMESPACE);
    const seen = cloud.calls().map(({ operation, status }) => [operation, status]);
    expect(seen.filter(([, status]) => status === 200)).toEqual([
      ['cs.DescribeClusterUserKubeconfig', 200],
      ['kube list deployments', 200],
    ]);
  });

  it('refuses clusters and meshes that do not exist', async () => {
    face = await open(smallCloud());
    const cluster = face.connector.open({ of: 'ack', region: REGION, id: 'c-nowhere', privateApi: false });
    expect(await errorOf(cluster)).toMatchObject({ kind: 'not-found', code: 'ErrorClusterNotFound', status: 404 });
    const mesh = face.connector.open({ of: 'asm', region: REGION, id: 'm-nowhere', privateApi: true });
    expect(await errorOf(mesh)).toMatchObject({ kind: 'not-found', code: 'ServiceMesh.NotFound', status: 404 });
  });

  it.each([
    ['TemporaryDurationMinutes', 14],
    ['TemporaryDurationMinutes', 4321],
    ['TemporaryDurationMinutes', 'long'],
    ['PrivateIpAddress', 'perhaps'],
  ])('refuses %s %s', async (name, value) => {
    face = await open(smallCloud());
    const call = face.openApi.call({
      product: 'cs',
      region: REGION,
      action: 'DescribeClusterUserKubeconfig',
      roa: { method: 'GET', path: `/k8s/${CLUSTER}/user_config` },
      query: { [name]: value },
      effect: 'read',
    });
    expect(await errorOf(call)).toMatchObject({ kind: 'rejected', code: 'InvalidParameter' });
  });

  it('records what was called', async () => {
    const cloud = smallCloud();
    const kube = await kubeOf(cloud);
    await kube.get(DEPLOYMENTS, NAMESPACE, NAME);
    await kube.patch(DEPLOYMENTS, NAMESPACE, NAME, { spec: { replicas: 4 } }, { subresource: 'scale' });
    await errorOf(kube.get(CONFIG_MAPS, NAMESPACE, 'none'));
    expect(cloud.calls()).toEqual([
      { at: START, face: 'openapi', operation: 'cs.DescribeClusterUserKubeconfig', status: 200 },
      { at: START, face: 'kube', operation: 'kube get deployments', status: 200 },
      { at: START, face: 'kube', operation: 'kube patch deployments/scale', status: 200 },
      { at: START, face: 'kube', operation: 'kube get configmaps', status: 404, code: 'NotFound' },
    ]);
    cloud.resetCalls();
    expect(cloud.calls()).toEqual([]);
  });
});
