import type { Cloud } from '../../../rehearsal/cloud';
import { at } from '../../../rehearsal/cloud/json';
import { createKube } from '../../../shared/cloud/kube';
import { createOpenApi } from '../../../shared/cloud/open-api';
import type { OpenApi } from '../../../shared/cloud/seams';
import {
  CLUSTER,
  DEADLINE,
  DEPLOYMENTS,
  errorOf,
  FACES,
  type Face,
  NAMESPACE,
  openCluster,
  REGION,
  smallCloud,
} from './faces';

const NAME = 'istio-ingressgateway';
const QUERY = {
  product: 'cms',
  region: REGION,
  action: 'DescribeMetricList',
  query: { Namespace: 'acs_slb_dashboard', MetricName: 'InstanceNewConnection' },
  effect: 'read',
} as const;
const SCALE = [DEPLOYMENTS, NAMESPACE, NAME, { spec: { replicas: 7 } }, { subresource: 'scale' }] as const;

describe.each(FACES)('faults %s', (_, open) => {
  let face: Face;
  afterEach(() => face.close());

  async function start(): Promise<Cloud> {
    const cloud = smallCloud();
    face = await open(cloud);
    return cloud;
  }

  it("the vendor's clock goes ahead: answers are dated by it, and dates of requests are judged by it", async () => {
    const cloud = await start();
    const before = (await face.openApi.call(QUERY)).date ?? 0;
    cloud.faults.vendorClock(100_000);
    const { date = 0 } = await face.openApi.call(QUERY);
    expect(Math.abs(date - before - 100_000)).toBeLessThan(5_000);
    const signedAt = before;
    cloud.faults.vendorClock(16 * 60_000);
    expect(await errorOf(face.openApi.call({ ...QUERY, signedAt }))).toMatchObject({
      code: 'InvalidTimeStamp.Expired',
    });
    cloud.faults.vendorClock(0);
    await face.openApi.call({ ...QUERY, signedAt });
  });

  it.each([
    ['throttled', 400, 'Throttling.User', 'throttled'],
    ['forbidden', 403, 'Forbidden.RAM', 'permission'],
    ['out of order', 503, 'ServiceUnavailable', 'unavailable'],
  ] as const)('make an API %s, for as many calls as were asked for', async (_name, status, code, kind) => {
    const cloud = await start();
    cloud.faults.fail({ operation: 'cms.DescribeMetricList', times: 2, status, code });
    expect(await errorOf(face.openApi.call(QUERY))).toMatchObject({ kind, status, code });
    expect(await errorOf(face.openApi.call(QUERY))).toMatchObject({ kind, status, code });
    await expect(face.openApi.call(QUERY)).resolves.toMatchObject({ body: { Success: true } });
    expect(cloud.calls().map((call) => call.status)).toEqual([status, status, 200]);
  });

  it('concern what the pattern names, until they are cleared', async () => {
    const cloud = await start();
    const kube = await openCluster(face);
    cloud.faults.fail({ operation: /^kube (patch|create)/, status: 403, code: 'Forbidden' });
    expect(await errorOf(kube.patch(...SCALE))).toMatchObject({ kind: 'permission', status: 403, code: 'Forbidden' });
    await expect(kube.get(DEPLOYMENTS, NAMESPACE, NAME)).resolves.toMatchObject({ spec: { replicas: 3 } });
    cloud.faults.clear();
    await expect(kube.patch(...SCALE)).resolves.toMatchObject({ spec: { replicas: 7 } });
  });

  it.each([
    [false, 3],
    [true, 7],
  ])('cut the connection of a write, done: %s', async (afterEffect, replicas) => {
    const cloud = await start();
    const kube = await openCluster(face);
    cloud.faults.cut({ operation: 'kube patch deployments/scale', times: 1, afterEffect });
    expect(await errorOf(kube.patch(...SCALE))).toMatchObject({ kind: 'unknown-outcome', code: 'ECONNRESET' });
    await expect(kube.get(DEPLOYMENTS, NAMESPACE, NAME)).resolves.toMatchObject({ spec: { replicas } });
    expect(cloud.calls().filter(({ operation }) => operation.includes('patch'))).toMatchObject([
      { status: 0, code: 'ECONNRESET' },
    ]);
  });

  it('cut the connection of a read', async () => {
    const cloud = await start();
    cloud.faults.cut({ operation: 'cms.DescribeMetricList', times: 1 });
    expect(await errorOf(face.openApi.call(QUERY))).toMatchObject({ kind: 'unavailable', code: 'ECONNRESET' });
  });

  it('fail a write that was carried out', async () => {
    const cloud = await start();
    const kube = await openCluster(face);
    cloud.faults.fail({ operation: /scale/, times: 1, status: 504, code: 'Timeout', afterEffect: true });
    expect(await errorOf(kube.patch(...SCALE))).toMatchObject({ kind: 'unknown-outcome', status: 504 });
    await expect(kube.get(DEPLOYMENTS, NAMESPACE, NAME)).resolves.toMatchObject({ spec: { replicas: 7 } });
  });

  it.each([
    [200, 'unreadable'],
    [502, 'unavailable'],
    [504, 'timeout'],
  ])('answer reads with HTML and status %s', async (status, kind) => {
    const cloud = await start();
    const kube = await openCluster(face);
    cloud.faults.garble({ operation: /./, times: 2, status });
    expect(await errorOf(kube.get(DEPLOYMENTS, NAMESPACE, NAME))).toMatchObject({ kind, status });
    expect(await errorOf(face.openApi.call(QUERY))).toMatchObject({ kind, status });
  });

  it.each([
    [200, 'unknown-outcome'],
    [502, 'unavailable'],
    [504, 'unknown-outcome'],
  ])('answer writes with HTML and status %s', async (status, kind) => {
    const cloud = await start();
    const kube = await openCluster(face);
    cloud.faults.garble({ operation: /./, times: 2, status });
    expect(await errorOf(kube.patch(...SCALE))).toMatchObject({ kind, status });
    expect(await errorOf(face.openApi.call({ ...QUERY, effect: 'write' }))).toMatchObject({ kind, status });
  });

  it('let another writer in between', async () => {
    const cloud = await start();
    const kube = await openCluster(face);
    const resourceVersion = at(await kube.get(DEPLOYMENTS, NAMESPACE, NAME), 'metadata', 'resourceVersion');
    cloud.faults.before({ operation: 'kube patch deployments/scale', times: 1 }, async () => {
      await kube.patch(DEPLOYMENTS, NAMESPACE, NAME, { spec: { replicas: 5 } });
    });
    const ours = { metadata: { resourceVersion }, spec: { replicas: 7 } };
    const refused = kube.patch(DEPLOYMENTS, NAMESPACE, NAME, ours, { subresource: 'scale' });
    expect(await errorOf(refused)).toMatchObject({ kind: 'conflict', status: 409 });
    expect(cloud.stats(REGION, 'ingressgateway').specReplicas).toBe(5);
  });
});

describe('delays', () => {
  it('hold an answer back in real time over HTTP: the write was carried out all the same', async () => {
    const cloud = smallCloud();
    const server = await cloud.listen();
    const openApi = createOpenApi({
      credentials: cloud.credentials(),
      deadline: DEADLINE,
      endpoint: server.url,
      callLimit: 200,
    });
    const { kubeconfig } = await fetchKubeconfig(openApi);
    const kube = createKube({ kubeconfig, deadline: DEADLINE, callLimit: 200 });
    cloud.faults.delay({ operation: 'kube patch deployments/scale', times: 1, by: 5_000 });
    cloud.faults.delay({ operation: 'cms.DescribeMetricList', times: 1, by: 5_000 });
    cloud.faults.delay({ operation: 'kube get deployments', times: 1, by: 50 });
    const [write, read] = await Promise.all([errorOf(kube.patch(...SCALE)), errorOf(openApi.call(QUERY))]);
    expect([write.kind, read.kind]).toEqual(['unknown-outcome', 'timeout']);
    await expect(kube.get(DEPLOYMENTS, NAMESPACE, NAME)).resolves.toMatchObject({ spec: { replicas: 7 } });
    kube.close();
    await server.close();
  });

  it('are timeouts in the process from the time limit of a call on', async () => {
    const cloud = smallCloud();
    const kube = await openCluster({
      openApi: cloud.openApi(),
      connector: cloud.kubeConnector(),
      close: async () => undefined,
    });
    cloud.faults.delay({ operation: 'kube patch deployments/scale', times: 1, by: 10_000 });
    cloud.faults.delay({ operation: 'cms.DescribeMetricList', times: 1, by: 10_000 });
    cloud.faults.delay({ operation: 'kube get deployments', times: 1, by: 9_999 });
    expect(await errorOf(kube.patch(...SCALE))).toMatchObject({ kind: 'unknown-outcome' });
    expect(await errorOf(cloud.openApi().call(QUERY))).toMatchObject({ kind: 'timeout' });
    await expect(kube.get(DEPLOYMENTS, NAMESPACE, NAME)).resolves.toMatchObject({ spec: { replicas: 7 } });
  });
});

async function fetchKubeconfig(openApi: OpenApi): Promise<{ readonly kubeconfig: string }> {
  const { body } = await openApi.call({
    product: 'cs',
    region: REGION,
    action: 'DescribeClusterUserKubeconfig',
    roa: { method: 'GET', path: `/k8s/${CLUSTER}/user_config` },
    effect: 'read',
  });
  return { kubeconfig: String(at(body, 'config')) };
}
