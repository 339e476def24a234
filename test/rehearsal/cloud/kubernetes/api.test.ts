import type { Cloud } from '../../../../rehearsal/cloud';
import { at } from '../../../../rehearsal/cloud/json';
import { HOUR, SECOND } from '../../../../shared/core/time';
import {
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

  it.each([
    ['replicas in words', { spec: { replicaCount: 'three' } }],
    ['a negative override', { spec: { overrides: { [CLUSTER]: { minReplicas: -1 } } } }],
  ])('refuses in a custom resource, as invalid, %s', async (_name, patch) => {
    face = await open(smallCloud({ owner: 'asm' }));
    const kube = await openMesh(face);
    const refused = kube.patch(ISTIO_GATEWAYS, NAMESPACE, 'ingressgateway', patch);
    expect(await errorOf(refused)).toMatchObject({ kind: 'rejected', status: 422, code: 'Invalid' });
  });

  it('gives objects that the caller may change without changing the cloud', async () => {
    const kube = await kubeOf(smallCloud());
    const patch = { metadata: { annotations: { note: 'first' } } };
    const taken = await kube.patch(DEPLOYMENTS, NAMESPACE, NAME, patch);
    patch.metadata.annotations.note = 'second';
    Object.assign(Object(at(taken, 'spec')), { replicas: 99 });
    expect(await kube.get(DEPLOYMENTS, NAMESPACE, NAME)).toMatchObject({
      metadata: { annotations: { note: 'first' } },
      spec: { replicas: 3 },
    });
  });

  it('lists nothing where there is nothing, and serves no IstioGateways beside the mesh', async () => {
    const kube = await kubeOf(smallCloud({ owner: 'asm' }));
    expect(await kube.list(DEPLOYMENTS, 'nowhere')).toEqual([]);
    expect(await errorOf(kube.list(ISTIO_GATEWAYS, NAMESPACE))).toMatchObject({ kind: 'not-found', status: 404 });
  });

  it('holds a token to the rights of when it was issued', async () => {
    const cloud = smallCloud();
    const before = await kubeOf(cloud);
    const rules = [{ apiGroups: ['apps'], resources: ['deployments'], verbs: ['list'] }];
    cloud.grant(CLUSTER, { namespace: NAMESPACE, rules });
    const other = await open(cloud);
    const after = await openCluster(other);
    await expect(before.get(DEPLOYMENTS, NAMESPACE, NAME)).resolves.toBeDefined();
    await expect(after.list(DEPLOYMENTS, NAMESPACE)).resolves.toHaveLength(1);
    expect(await errorOf(after.get(DEPLOYMENTS, NAMESPACE, NAME))).toMatchObject({ kind: 'permission', status: 403 });
    expect(await errorOf(after.list(DEPLOYMENTS, 'default'))).toMatchObject({ kind: 'permission', status: 403 });
    await other.close();
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
