import { type Cloud, createCloud, type GatewaySetup } from '../../../rehearsal/cloud';
import { HOUR, MINUTE, SECOND } from '../../../shared/core/time';
import { CLUSTER, DEPLOYMENTS, MESH, NAMESPACE, PODS, REGION, START, smallCloud, steady } from './faces';

const GATEWAY = 'ingressgateway';

describe('time', () => {
  it('moves by steps only', async () => {
    const cloud = smallCloud();
    await cloud.clock.sleep(HOUR);
    expect(cloud.clock.now()).toBe(START);
    cloud.step(90 * SECOND);
    expect(cloud.clock.now()).toBe(START + 90 * SECOND);
    cloud.step(0);
    expect(cloud.clock.now()).toBe(START + 90 * SECOND);
  });

  it.each([-1, 0.5, Number.NaN, Number.POSITIVE_INFINITY])('does not step by %s', (duration) => {
    expect(() => smallCloud().step(duration)).toThrow('a whole number of milliseconds, 0 or more');
  });

  it.each([0, -5_000, 7_000, 120_000, 0.5])('does not tick every %s ms', (tick) => {
    expect(() => createCloud({ at: START, seed: 1, tick })).toThrow('divides a minute');
  });

  it('gives the same whether it passes in one step or in many', () => {
    const [one, many] = [
      smallCloud({ owner: 'hpa', hpa: { min: 2, max: 9, targetUtilization: 50 } }),
      smallCloud({ owner: 'hpa', hpa: { min: 2, max: 9, targetUtilization: 50 } }),
    ];
    const wave = (now: number) => steady(200 + 150 * Math.sin((now - START) / (10 * MINUTE)))();
    for (const cloud of [one, many]) cloud.setLoad(REGION, GATEWAY, wave);
    one.step(2 * HOUR);
    for (let minute = 0; minute < 120; minute += 1) many.step(MINUTE);
    expect(many.stats(REGION, GATEWAY)).toEqual(one.stats(REGION, GATEWAY));
    expect(one.stats(REGION, GATEWAY).changes).toBeGreaterThan(3);
  });
});

describe('chance', () => {
  async function history(seed: number): Promise<unknown> {
    const cloud = smallCloud({ owner: 'asm-left-to-us' }, seed);
    const kube = await cloud.kubeConnector().open({ of: 'ack', region: REGION, id: CLUSTER, privateApi: false });
    await kube.patch(DEPLOYMENTS, NAMESPACE, 'istio-ingressgateway', { spec: { replicas: 5 } });
    cloud.step(10 * MINUTE);
    return [await kube.list(PODS, NAMESPACE), await kube.list(DEPLOYMENTS, NAMESPACE), cloud.credentials()];
  }

  it('is the same for the same seed and the same calls', async () => {
    expect(await history(7)).toEqual(await history(7));
  });

  it('is another for another seed', async () => {
    expect(await history(7)).not.toEqual(await history(8));
  });

  it('gives pods the same names however often somebody reads', async () => {
    async function names(reads: number): Promise<unknown> {
      const cloud = smallCloud();
      const kube = await cloud.kubeConnector().open({ of: 'ack', region: REGION, id: CLUSTER, privateApi: false });
      for (let read = 0; read < reads; read += 1) await kube.list(DEPLOYMENTS, NAMESPACE);
      await kube.patch(DEPLOYMENTS, NAMESPACE, 'istio-ingressgateway', { spec: { replicas: 9 } });
      cloud.step(MINUTE);
      return kube.list(PODS, NAMESPACE);
    }
    expect(await names(0)).toEqual(await names(5));
  });
});

describe('traffic', () => {
  it('is lost above what the ready replicas serve', async () => {
    const cloud = smallCloud({ replicas: 2, startUp: 45 * SECOND });
    cloud.setLoad(REGION, GATEWAY, steady(250));
    cloud.step(MINUTE);
    expect(cloud.stats(REGION, GATEWAY)).toEqual({
      offered: 15_000,
      lost: 3_000,
      refused: 0,
      replicaSeconds: 120,
      readyReplicas: 2,
      specReplicas: 2,
      changes: 0,
    });
    const kube = await cloud.kubeConnector().open({ of: 'ack', region: REGION, id: CLUSTER, privateApi: false });
    await kube.patch(
      DEPLOYMENTS,
      NAMESPACE,
      'istio-ingressgateway',
      { spec: { replicas: 3 } },
      { subresource: 'scale' },
    );
    cloud.step(MINUTE);
    expect(cloud.stats(REGION, GATEWAY)).toEqual({
      offered: 30_000,
      lost: 5_250,
      refused: 0,
      replicaSeconds: 300,
      readyReplicas: 3,
      specReplicas: 3,
      changes: 1,
    });
  });

  it('is none until a load is set', () => {
    const cloud = smallCloud();
    cloud.step(HOUR);
    expect(cloud.stats(REGION, GATEWAY)).toMatchObject({ offered: 0, lost: 0 });
  });

  it.each([
    ['negative', -1],
    ['not a number', Number.NaN],
    ['endless', Number.POSITIVE_INFINITY],
  ])('must not be %s', (_, requests) => {
    const cloud = smallCloud();
    cloud.setLoad(REGION, GATEWAY, steady(requests));
    expect(() => cloud.step(MINUTE)).toThrow('every figure must be finite and 0 or more');
  });
});

describe('setting up', () => {
  function gateway(change: Partial<GatewaySetup>): GatewaySetup {
    return {
      region: REGION,
      clusterId: CLUSTER,
      name: 'other',
      replicas: 1,
      owner: 'deployment',
      loadBalancerIds: ['lb-9'],
      capacityPerReplica: 1,
      ...change,
    };
  }

  it.each<[string, (cloud: Cloud) => void, string]>([
    [
      'a gateway in no cluster',
      (cloud) => cloud.addGateway(gateway({ clusterId: 'c-none' })),
      'there is no cluster c-none in cn-hangzhou',
    ],
    [
      'a gateway in a cluster of another region',
      (cloud) => cloud.addGateway(gateway({ region: 'cn-beijing' })),
      'there is no cluster c-test in cn-beijing',
    ],
    [
      'a gateway twice',
      (cloud) => cloud.addGateway(gateway({ name: GATEWAY })),
      'there is a gateway ingressgateway in cn-hangzhou already',
    ],
    ['a CLB twice', (cloud) => cloud.addGateway(gateway({ loadBalancerIds: ['lb-1'] })), 'CLB lb-1 serves another one'],
    [
      'a gateway without a CLB',
      (cloud) => cloud.addGateway(gateway({ loadBalancerIds: [] })),
      'it needs at least one CLB',
    ],
    ['an HPA without bounds', (cloud) => cloud.addGateway(gateway({ owner: 'hpa' })), 'there are no bounds for one'],
    ['an ASM gateway without a mesh', (cloud) => cloud.addGateway(gateway({ owner: 'asm' })), 'there is no mesh'],
    [
      'a mesh of clusters that do not exist',
      (cloud) => cloud.addMesh({ region: REGION, id: 'm', clusterIds: ['c-none'] }),
      'there is no cluster c-none',
    ],
    [
      'an id twice',
      (cloud) => cloud.addCluster({ region: REGION, id: MESH }),
      'there is a cluster or mesh mesh-test already',
    ],
    [
      'the load of a gateway that does not exist',
      (cloud) => cloud.setLoad(REGION, 'none', steady(1)),
      'there is no gateway none in cn-hangzhou',
    ],
  ])('refuses %s', (_, act, message) => {
    expect(() => act(smallCloud())).toThrow(message);
  });

  it('refuses a gateway in a cluster that its mesh does not serve', () => {
    const cloud = smallCloud();
    cloud.addCluster({ region: REGION, id: 'c-2' });
    expect(() => cloud.addGateway(gateway({ clusterId: 'c-2', meshId: MESH, owner: 'asm' }))).toThrow(
      'cluster c-2 is not part of mesh mesh-test',
    );
  });

  it('puts gateways into namespaces of their own where ASM has no part', async () => {
    const cloud = smallCloud();
    cloud.addGateway(gateway({ namespace: 'edge' }));
    const kube = await cloud.kubeConnector().open({ of: 'ack', region: REGION, id: CLUSTER, privateApi: false });
    await expect(kube.get(DEPLOYMENTS, 'edge', 'istio-other')).resolves.toMatchObject({ status: { readyReplicas: 1 } });
  });

  it('steps a hundred gateways', () => {
    const cloud = createCloud({ at: START, seed: 1 });
    cloud.addCluster({ region: REGION, id: CLUSTER });
    for (let index = 0; index < 100; index += 1) {
      cloud.addGateway(
        gateway({
          name: `g${index}`,
          loadBalancerIds: [`lb-${index}`],
          owner: 'hpa',
          hpa: { min: 1, max: 9, targetUtilization: 50 },
        }),
      );
      cloud.setLoad(REGION, `g${index}`, steady(2));
    }
    cloud.step(10 * MINUTE);
    expect(cloud.stats(REGION, 'g0')).toMatchObject({ readyReplicas: 4, offered: 1_200 });
    expect(cloud.stats(REGION, 'g99')).toEqual(cloud.stats(REGION, 'g0'));
  });
});
