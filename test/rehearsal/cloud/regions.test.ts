import { createKubeConnector } from '../../../shared/cloud/kube-connector';
import { createOpenApi } from '../../../shared/cloud/open-api';
import type { OpenApiCall } from '../../../shared/cloud/seams';
import { MINUTE, SECOND } from '../../../shared/core/time';
import { DEPLOYMENTS, errorOf, NAMESPACE, START, steady } from './faces';
import { CLUSTERS, GATEWAY, HERE, minutesOf, OWN, THERE, twoRegions } from './two-regions';

const NAME = 'istio-ingressgateway';

/** A call of a product for a region. */
function callOf(product: OpenApiCall['product'], region: string): OpenApiCall {
  const calls: Readonly<Record<OpenApiCall['product'], Omit<OpenApiCall, 'product' | 'region'>>> = {
    slb: { action: 'DescribeLoadBalancers', effect: 'read', query: { RegionId: region } },
    cms: {
      action: 'DescribeMetricList',
      effect: 'read',
      query: { Namespace: 'acs_slb_dashboard', MetricName: 'InstanceNewConnection' },
    },
    cs: {
      action: 'DescribeClusterUserKubeconfig',
      effect: 'read',
      roa: { method: 'GET', path: `/k8s/${region === HERE ? CLUSTERS[HERE] : CLUSTERS[THERE]}/user_config` },
    },
    fc: {
      action: 'InvokeFunction',
      effect: 'write',
      roa: { method: 'POST', path: '/2023-03-30/functions/f/invocations' },
    },
    alidns: { action: 'DescribeDomains', effect: 'read', query: {} },
    servicemesh: { action: 'DescribeServiceMeshKubeconfig', effect: 'read', query: { ServiceMeshId: 'mesh' } },
    ram: { action: 'GetRole', effect: 'read', query: { RoleName: 'a-role' } },
    sts: { action: 'GetCallerIdentity', effect: 'read' },
  };
  return { product, region, ...calls[product] };
}

function cloudWithMesh() {
  const cloud = twoRegions();
  cloud.addMesh({ region: HERE, id: 'mesh', clusterIds: [CLUSTERS[HERE]] });
  return cloud;
}

describe('the APIs of a region that died', () => {
  it.each(['slb', 'cms', 'cs'] as const)('never answer: %s', async (product) => {
    const cloud = twoRegions();
    cloud.regions.die(HERE);
    const call = callOf(product, HERE);
    expect(await errorOf(cloud.openApi().call(call))).toMatchObject({ kind: 'timeout', retryable: true });
    expect(cloud.calls()).toEqual([
      { at: START, face: 'openapi', operation: `${product}.${call.action}`, status: 0, code: 'ETIMEDOUT' },
    ]);
    await expect(cloud.openApi().call(callOf(product, THERE))).resolves.toMatchObject({ body: {} });
    cloud.regions.revive(HERE);
    await expect(cloud.openApi().call(call)).resolves.toMatchObject({ body: {} });
  });

  it.each(['alidns', 'servicemesh', 'ram', 'sts'] as const)(
    'do not include those that are in none: %s',
    async (product) => {
      const cloud = cloudWithMesh();
      cloud.roles.add({ name: 'a-role', trust: {} });
      cloud.regions.die(HERE);
      await expect(cloud.openApi().call(callOf(product, HERE))).resolves.toMatchObject({ body: {} });
    },
  );

  it('do not say whether a write was done, and it was not', async () => {
    const cloud = twoRegions();
    cloud.regions.die(HERE);
    const query = { RegionId: HERE, LoadBalancerId: OWN[HERE], DeleteProtection: 'off' };
    const call = { product: 'slb', region: HERE, action: 'SetLoadBalancerDeleteProtection', query } as const;
    expect(await errorOf(cloud.openApi().call({ ...call, effect: 'write' }))).toMatchObject({
      kind: 'unknown-outcome',
    });
    cloud.regions.revive(HERE);
    const read = { ...call, action: 'DescribeLoadBalancerAttribute', effect: 'read' } as const;
    expect((await cloud.openApi().call(read)).body).toMatchObject({ DeleteProtection: 'on' });
  });

  it('are silent from within a call on', async () => {
    const cloud = twoRegions();
    cloud.faults.before({ operation: 'slb.DescribeLoadBalancers', times: 1 }, () => cloud.regions.die(HERE));
    expect(await errorOf(cloud.openApi().call(callOf('slb', HERE)))).toMatchObject({ kind: 'timeout' });
  });

  it('include its clusters and the control planes of its meshes', async () => {
    const cloud = cloudWithMesh();
    const connector = cloud.kubeConnector();
    const cluster = await connector.open({ of: 'ack', region: HERE, id: CLUSTERS[HERE], privateApi: false });
    const mesh = await connector.open({ of: 'asm', region: HERE, id: 'mesh', privateApi: false });
    const gateways = {
      group: 'istio.alibabacloud.com',
      version: 'v1beta1',
      plural: 'istiogateways',
      kind: 'IstioGateway',
    };
    cloud.regions.die(HERE);
    expect(await errorOf(cluster.get(DEPLOYMENTS, NAMESPACE, NAME))).toMatchObject({ kind: 'timeout' });
    expect(await errorOf(mesh.list(gateways, NAMESPACE))).toMatchObject({ kind: 'timeout' });
    const patch = cluster.patch(DEPLOYMENTS, NAMESPACE, NAME, { spec: { replicas: 9 } }, { subresource: 'scale' });
    expect(await errorOf(patch)).toMatchObject({ kind: 'unknown-outcome' });
    cloud.regions.revive(HERE);
    await expect(cluster.get(DEPLOYMENTS, NAMESPACE, NAME)).resolves.toMatchObject({ spec: { replicas: 3 } });
  });

  it('take the connection over HTTP, whatever endpoint it is, and never say anything', async () => {
    const cloud = twoRegions();
    const server = await cloud.listen();
    try {
      const deadline = { left: () => 250 };
      const openApi = createOpenApi({ credentials: cloud.credentials(), deadline, endpoint: server.url });
      const connector = createKubeConnector({ openApi, clock: cloud.clock, deadline });
      const kube = await connector.open({ of: 'ack', region: HERE, id: CLUSTERS[HERE], privateApi: false });
      cloud.regions.die(HERE);
      const dimensions = JSON.stringify([{ instanceId: OWN[HERE] }]);
      const metrics = callOf('cms', HERE);
      const calls = [
        openApi.call(callOf('slb', HERE)),
        openApi.call({ ...metrics, query: { ...metrics.query, Dimensions: dimensions } }),
        openApi.call(callOf('cs', HERE)),
        kube.get(DEPLOYMENTS, NAMESPACE, NAME),
      ];
      const errors = await Promise.all(calls.map(errorOf));
      expect(errors.map(({ kind }) => kind)).toEqual(['timeout', 'timeout', 'timeout', 'timeout']);
      await expect(openApi.call(callOf('slb', THERE))).resolves.toMatchObject({ body: { TotalCount: 1 } });
      connector.close();
    } finally {
      await server.close();
    }
  });
});

describe('the functions of a region that died', () => {
  it('take the answers with them that were under way', async () => {
    const cloud = cloudWithMesh();
    const handler = (): string => {
      cloud.regions.die(HERE);
      return 'ran';
    };
    cloud.functions.deploy({ region: HERE, name: 'f', timeout: 1, memory: 128, handler });
    const call = { ...callOf('fc', HERE), effect: 'read' as const, body: '' };
    expect(await errorOf(cloud.openApi().call(call))).toMatchObject({ kind: 'timeout' });
  });

  it('do not answer over HTTP, where one endpoint stands for all regions, while those of the others do', async () => {
    const cloud = cloudWithMesh();
    for (const region of [HERE, THERE]) {
      cloud.functions.deploy({ region, name: 'f', timeout: 1, memory: 128, handler: () => '"ran"' });
    }
    const listening = await cloud.listen();
    try {
      const deadline = { left: () => 60_000 };
      const api = createOpenApi({ credentials: cloud.credentials(), deadline, endpoint: listening.url });
      const call = (region: string) =>
        api.call({ ...callOf('fc', region), effect: 'read', body: '', answer: 'text', limit: 1_000 });
      cloud.regions.die(HERE);
      expect(await errorOf(call(HERE))).toMatchObject({ kind: 'timeout' });
      expect((await call(THERE)).body).toBe('"ran"');
    } finally {
      await listening.close();
    }
  });

  function deployed() {
    const cloud = twoRegions();
    const ran: string[] = [];
    for (const region of [HERE, THERE]) {
      const handler = (event: Buffer) => ran.push(`${region} ${event}`);
      cloud.functions.deploy({ region, name: 'f', timeout: 1, memory: 128, handler });
    }
    return { cloud, ran };
  }

  it.each([false, true])('are not invoked, asynchronously: %s', async (async) => {
    const { cloud, ran } = deployed();
    cloud.regions.die(HERE);
    expect(await errorOf(cloud.functions.invoke(HERE, 'f', '1', { async }))).toMatchObject({ kind: 'timeout' });
    await cloud.functions.invoke(THERE, 'f', '2', { async });
    await cloud.functions.drain();
    expect(ran).toEqual([`${THERE} 2`]);
  });

  it('cannot be reached by the API', async () => {
    const { cloud, ran } = deployed();
    cloud.regions.die(HERE);
    expect(await errorOf(cloud.openApi().call(callOf('fc', HERE)))).toMatchObject({ kind: 'unknown-outcome' });
    expect(ran).toEqual([]);
  });

  it('get what was queued before once it is back', async () => {
    const { cloud, ran } = deployed();
    cloud.functions.duplicate(1);
    for (const region of [HERE, THERE]) await cloud.functions.invoke(region, 'f', 'queued', { async: true });
    cloud.regions.die(HERE);
    expect(await cloud.functions.drain()).toHaveLength(1);
    expect(ran).toEqual([`${THERE} queued`]);
    cloud.regions.revive(HERE);
    expect(await cloud.functions.drain()).toHaveLength(2);
    expect(ran).toEqual([`${THERE} queued`, `${HERE} queued`, `${HERE} queued`]);
  });
});

describe('the traffic of a region that died', () => {
  it('is lost, and goes on when it is back', () => {
    const cloud = twoRegions();
    for (const region of [HERE, THERE]) cloud.setLoad(region, GATEWAY, steady(100));
    cloud.step(MINUTE);
    cloud.regions.die(HERE);
    cloud.step(2 * MINUTE);
    cloud.regions.revive(HERE);
    cloud.step(MINUTE);
    expect(cloud.stats(HERE, GATEWAY)).toMatchObject({ offered: 24_000, lost: 12_000, refused: 12_000 });
    expect(cloud.stats(THERE, GATEWAY)).toMatchObject({ offered: 24_000, lost: 0 });
  });

  it('has no metrics for any minute that it was dead in', async () => {
    const cloud = twoRegions();
    for (const region of [HERE, THERE]) cloud.setLoad(region, GATEWAY, steady(100));
    cloud.step(90 * SECOND);
    cloud.regions.die(HERE);
    cloud.step(60 * SECOND);
    cloud.regions.revive(HERE);
    cloud.step(5 * MINUTE);
    expect(await minutesOf(cloud, HERE, 'InstanceNewConnection', OWN[HERE])).toEqual({ 0: 200, 3: 200, 4: 200 });
    expect(await minutesOf(cloud, THERE, 'InstanceNewConnection', OWN[THERE])).toEqual({
      0: 200,
      1: 200,
      2: 200,
      3: 200,
      4: 200,
    });
  });

  it('finds the pods as they were', async () => {
    const cloud = twoRegions();
    const connector = cloud.kubeConnector();
    const kube = await connector.open({ of: 'ack', region: HERE, id: CLUSTERS[HERE], privateApi: false });
    await kube.patch(DEPLOYMENTS, NAMESPACE, NAME, { spec: { replicas: 5 } }, { subresource: 'scale' });
    cloud.regions.die(HERE);
    cloud.step(5 * MINUTE);
    expect(cloud.stats(HERE, GATEWAY)).toMatchObject({ readyReplicas: 3, specReplicas: 5, replicaSeconds: 900 });
    cloud.regions.revive(HERE);
    cloud.step(MINUTE);
    expect(cloud.stats(HERE, GATEWAY)).toMatchObject({ readyReplicas: 5 });
  });
});

describe('half of a region', () => {
  it('is its control plane: traffic and functions go on', async () => {
    const cloud = twoRegions();
    cloud.functions.deploy({ region: HERE, name: 'f', timeout: 1, memory: 128, handler: () => 'ran' });
    cloud.setLoad(HERE, GATEWAY, steady(100));
    cloud.regions.loseControl(HERE, true);
    expect(await errorOf(cloud.openApi().call(callOf('slb', HERE)))).toMatchObject({ kind: 'timeout' });
    expect(await cloud.functions.invoke(HERE, 'f', '')).toMatchObject({ status: 200, body: 'ran' });
    expect(await cloud.openApi().call(callOf('cs', THERE))).toMatchObject({ body: {} });
    expect(cloud.loadBalancers.answers(cloud.loadBalancers.address(OWN[HERE]), 443)).toBe(true);
    cloud.step(7 * MINUTE);
    cloud.regions.loseControl(HERE, false);
    expect(cloud.stats(HERE, GATEWAY)).toMatchObject({ offered: 42_000, lost: 0 });
    expect(await minutesOf(cloud, HERE, 'InstanceNewConnection', OWN[HERE])).toMatchObject({ 0: 200, 4: 200 });
  });

  it('is its data plane: the APIs say that all is well', async () => {
    const cloud = twoRegions();
    cloud.setLoad(HERE, GATEWAY, steady(100));
    cloud.regions.loseData(HERE, true);
    cloud.step(7 * MINUTE);
    expect(cloud.stats(HERE, GATEWAY)).toMatchObject({ offered: 42_000, lost: 42_000, refused: 42_000 });
    expect(cloud.loadBalancers.answers(cloud.loadBalancers.address(OWN[HERE]), 443)).toBe(false);
    const { body } = await cloud.openApi().call({
      ...callOf('slb', HERE),
      action: 'DescribeHealthStatus',
      query: { RegionId: HERE, LoadBalancerId: OWN[HERE], ListenerPort: 443 },
    });
    const healthy = { ServerHealthStatus: 'normal' };
    expect(body).toMatchObject({
      BackendServers: {
        BackendServer: [expect.objectContaining(healthy), expect.objectContaining(healthy), expect.anything()],
      },
    });
    expect(await minutesOf(cloud, HERE, 'InstanceNewConnection', OWN[HERE])).toEqual({ 0: 0, 1: 0, 2: 0, 3: 0, 4: 0 });
    cloud.regions.loseData(HERE, false);
    cloud.step(MINUTE);
    expect(cloud.stats(HERE, GATEWAY)).toMatchObject({ offered: 48_000, lost: 42_000 });
  });
});

describe('a region that is not well', () => {
  it('loses a share of its load before its CLBs', async () => {
    const cloud = twoRegions();
    cloud.setLoad(HERE, GATEWAY, steady(100));
    cloud.regions.halfDie(HERE, 0.25);
    cloud.step(7 * MINUTE);
    expect(cloud.stats(HERE, GATEWAY)).toMatchObject({ offered: 42_000, lost: 10_500, refused: 10_500 });
    expect(await minutesOf(cloud, HERE, 'InstanceNewConnection', OWN[HERE])).toMatchObject({ 0: 150 });
    expect(await minutesOf(cloud, HERE, 'InstanceDropConnection', OWN[HERE])).toMatchObject({ 0: 0 });
  });

  it('answers later', async () => {
    const cloud = twoRegions({ listeners: 'http' });
    for (const region of [HERE, THERE]) cloud.setLoad(region, GATEWAY, steady(150));
    cloud.regions.slow(HERE, 400);
    cloud.step(7 * MINUTE);
    // Half busy: twice the 20 ms of an idle pod.
    expect(await minutesOf(cloud, HERE, 'InstanceRt', OWN[HERE])).toMatchObject({ 0: 440 });
    expect(await minutesOf(cloud, THERE, 'InstanceRt', OWN[THERE])).toMatchObject({ 0: 40 });
    expect(cloud.stats(HERE, GATEWAY)).toMatchObject({ offered: 63_000, lost: 0 });
  });

  it.each([
    [true, 0],
    [false, 6_000],
  ])('answers vantage points apart from clients, which get an answer: %s', (clients, lost) => {
    const cloud = twoRegions();
    cloud.setLoad(HERE, GATEWAY, steady(100));
    cloud.regions.answerOnly(HERE, [THERE], { clients });
    cloud.step(MINUTE);
    expect(cloud.stats(HERE, GATEWAY)).toMatchObject({ offered: 6_000, lost });
    cloud.regions.answerOnly(HERE, 'all');
    cloud.step(MINUTE);
    expect(cloud.stats(HERE, GATEWAY)).toMatchObject({ offered: 12_000, lost });
  });

  it.each([-1, Number.NaN, Number.POSITIVE_INFINITY])('cannot be %s ms slower', (extra) => {
    expect(() => twoRegions().regions.slow(HERE, extra)).toThrow('it must be 0 or more');
  });

  it.each([-0.1, 1.1, Number.NaN])('cannot lose a share of %s', (share) => {
    expect(() => twoRegions().regions.halfDie(HERE, share)).toThrow('it must be from 0 to 1');
  });
});

it('what happens to a region changes nothing of another', () => {
  const [well, ill] = [twoRegions(), twoRegions()];
  for (const cloud of [well, ill]) cloud.setLoad(THERE, GATEWAY, steady(150));
  ill.regions.die(HERE);
  for (const cloud of [well, ill]) cloud.step(10 * MINUTE);
  expect(ill.stats(THERE, GATEWAY)).toEqual(well.stats(THERE, GATEWAY));
});
