import { type Cloud, createCloud, type Destinations } from '../../../rehearsal/cloud';
import { MINUTE, SECOND } from '../../../shared/core/time';
import { errorOf, REGION, START, smallCloud, steady } from './faces';
import { buy, slb } from './products/load-balancers';

const GATEWAY = 'ingressgateway';
const NO_LOAD = { newConnections: 0, activeConnections: 0, trafficIn: 0, trafficOut: 0, requests: 0 };

/** The average of a metric in the first minute. */
async function average(cloud: Cloud, metric: string, id: string): Promise<unknown> {
  const query = {
    Namespace: 'acs_slb_dashboard',
    MetricName: metric,
    Period: 60,
    StartTime: START - 1,
    EndTime: START,
    Dimensions: JSON.stringify([{ instanceId: id }]),
  };
  const call = { product: 'cms', region: REGION, action: 'DescribeMetricList', query, effect: 'read' } as const;
  const { Datapoints } = (await cloud.openApi().call(call)).body as { readonly Datapoints: string };
  return (JSON.parse(Datapoints) as readonly { readonly Average: number }[])[0]?.Average;
}

function to(cloud: Cloud, weights: Readonly<Record<string, number>>): () => Destinations {
  const entries = Object.entries(weights).map(([id, weight]) => [cloud.loadBalancers.address(id), weight]);
  return () => Object.fromEntries(entries);
}

describe('the load of a gateway', () => {
  it('goes evenly to its own load balancers', async () => {
    const cloud = smallCloud();
    cloud.setLoad(REGION, GATEWAY, steady(100));
    cloud.step(5 * MINUTE);
    expect(await average(cloud, 'InstanceNewConnection', 'lb-1')).toBe(100);
    expect(await average(cloud, 'InstanceNewConnection', 'lb-2')).toBe(100);
    expect(cloud.stats(REGION, GATEWAY)).toMatchObject({ offered: 30_000, refused: 0, lost: 0 });
  });

  it('goes where it is sent, by weight', async () => {
    const cloud = smallCloud();
    cloud.setLoad(REGION, GATEWAY, steady(100));
    cloud.sendTo(REGION, GATEWAY, to(cloud, { 'lb-1': 3, 'lb-2': 1 }));
    cloud.step(5 * MINUTE);
    expect(await average(cloud, 'InstanceNewConnection', 'lb-1')).toBe(150);
    expect(await average(cloud, 'InstanceActiveConnection', 'lb-1')).toBe(750);
    expect(await average(cloud, 'InstanceTrafficTX', 'lb-2')).toBe(200_000);
  });

  it('is sent elsewhere from one tick to the next', async () => {
    const cloud = smallCloud();
    cloud.setLoad(REGION, GATEWAY, steady(100));
    const [first, second] = [to(cloud, { 'lb-1': 1 }), to(cloud, { 'lb-2': 1 })];
    cloud.sendTo(REGION, GATEWAY, (at) => (at < START + 45 * SECOND ? first() : second()));
    cloud.step(5 * MINUTE);
    expect(await average(cloud, 'InstanceNewConnection', 'lb-1')).toBe(150);
    expect(await average(cloud, 'InstanceNewConnection', 'lb-2')).toBe(50);
  });

  it.each<[string, (cloud: Cloud) => Promise<Destinations> | Destinations]>([
    ['nobody has', () => ({ '192.0.2.1': 1 })],
    ['there is none of', () => ({})],
    ['have no weight', (cloud) => to(cloud, { 'lb-1': 0, 'lb-2': 0 })()],
    [
      'belong to an instance that was deleted',
      async (cloud) => {
        const id = await buy(cloud);
        const destinations = to(cloud, { [id]: 1 })();
        await slb(cloud, 'DeleteLoadBalancer', { LoadBalancerId: id });
        return destinations;
      },
    ],
    ['belong to an instance without listeners', async (cloud) => to(cloud, { [await buy(cloud)]: 1 })()],
  ])('is refused at addresses that %s', async (_, destinations) => {
    const cloud = smallCloud();
    cloud.setLoad(REGION, GATEWAY, steady(100));
    const chosen = await destinations(cloud);
    cloud.sendTo(REGION, GATEWAY, () => chosen);
    cloud.step(MINUTE);
    expect(cloud.stats(REGION, GATEWAY)).toMatchObject({ offered: 6_000, refused: 6_000, lost: 6_000 });
    expect(await average(cloud, 'InstanceNewConnection', 'lb-1')).toBeUndefined();
  });

  it.each<[string, (cloud: Cloud) => unknown]>([
    ['broken', (cloud) => cloud.loadBalancers.break('lb-1', true)],
    ['locked', (cloud) => cloud.loadBalancers.lock('lb-1', true)],
    [
      'switched off',
      (cloud) => slb(cloud, 'SetLoadBalancerStatus', { LoadBalancerId: 'lb-1', LoadBalancerStatus: 'inactive' }),
    ],
    [
      'without a running listener',
      async (cloud) => {
        await slb(cloud, 'StopLoadBalancerListener', { LoadBalancerId: 'lb-1', ListenerPort: 80 });
        await slb(cloud, 'StopLoadBalancerListener', { LoadBalancerId: 'lb-1', ListenerPort: 443 });
      },
    ],
  ])('is refused by an instance that is %s', async (_, trouble) => {
    const cloud = smallCloud();
    cloud.setLoad(REGION, GATEWAY, steady(100));
    await trouble(cloud);
    cloud.step(5 * MINUTE);
    expect(cloud.stats(REGION, GATEWAY)).toMatchObject({ offered: 30_000, refused: 15_000, lost: 15_000 });
    expect(await average(cloud, 'InstanceNewConnection', 'lb-1')).toBe(0);
    expect(await average(cloud, 'InstanceNewConnection', 'lb-2')).toBe(100);
  });

  it('is refused while no pod is ready', async () => {
    const cloud = smallCloud({ replicas: 0 });
    cloud.setLoad(REGION, GATEWAY, steady(100));
    cloud.step(MINUTE);
    expect(cloud.stats(REGION, GATEWAY)).toMatchObject({ offered: 6_000, refused: 6_000, lost: 6_000 });
  });

  it('is refused by the broken instance of a serverless gateway', async () => {
    const cloud = smallCloud({ owner: 'serverless' });
    cloud.setLoad(REGION, GATEWAY, steady(100));
    cloud.loadBalancers.break('lb-1', true);
    cloud.step(MINUTE);
    expect(cloud.stats(REGION, GATEWAY)).toMatchObject({ offered: 6_000, refused: 3_000, lost: 3_000 });
  });

  it.each([
    ['negative', -1],
    ['not a number', Number.NaN],
  ])('cannot be sent by a weight that is %s', async (_, weight) => {
    const cloud = smallCloud();
    cloud.sendTo(REGION, GATEWAY, () => ({ '192.0.2.1': weight }));
    expect(() => cloud.step(SECOND)).toThrow('it must be finite and 0 or more');
  });
});

describe('the capacity of an instance', () => {
  it.each([
    [
      'new connections',
      undefined,
      { newConnections: 125_000 },
      0.2,
      { InstanceNewConnection: 100_000, InstanceDropConnection: 25_000 },
    ],
    ['open connections', undefined, { activeConnections: 2_000_000 }, 0.5, { InstanceActiveConnection: 1_000_000 }],
    ['traffic', undefined, { trafficOut: 20e9 }, 0.75, { InstanceTrafficTX: 5e9 }],
    [
      'a small one',
      'slb.s2.small',
      { newConnections: 20_000 },
      0.75,
      { InstanceNewConnection: 5_000, InstanceDropConnection: 15_000 },
    ],
    [
      'what fits',
      'slb.s2.small',
      { newConnections: 5_000 },
      0,
      { InstanceNewConnection: 5_000, InstanceDropConnection: 0 },
    ],
  ])('cuts off what is above it: %s', async (_, specification, load, cutOff, metrics) => {
    const cloud = smallCloud({
      loadBalancerIds: ['lb-1'],
      ...(specification === undefined ? {} : { specification }),
    });
    cloud.setLoad(REGION, GATEWAY, () => ({ ...NO_LOAD, requests: 100, ...load }));
    cloud.step(5 * MINUTE);
    const { offered, refused } = cloud.stats(REGION, GATEWAY);
    expect(offered).toBe(30_000);
    expect(refused).toBeCloseTo(30_000 * cutOff, 6);
    for (const [metric, value] of Object.entries(metrics)) expect(await average(cloud, metric, 'lb-1')).toBe(value);
  });

  it('is that which it was bought with, by bandwidth', async () => {
    const cloud = smallCloud();
    cloud.loadBalancers.add({ region: REGION, id: 'lb-old', specification: 'slb.s3.large', bandwidth: 100 });
    expect(await slb(cloud, 'DescribeLoadBalancerAttribute', { LoadBalancerId: 'lb-old' })).toMatchObject({
      LoadBalancerSpec: 'slb.s3.large',
      InstanceChargeType: 'PayBySpec',
      InternetChargeType: 'paybybandwidth',
      Bandwidth: 100,
      CreateTime: '2026-10-23T00:00:00Z',
    });
  });
});

describe('the ceiling of a region', () => {
  function twoGateways(): Cloud {
    const cloud = createCloud({ at: START, seed: 1 });
    for (const region of ['cn-hangzhou', 'cn-beijing']) cloud.addCluster({ region, id: `c-${region}` });
    const gateway = { replicas: 3, owner: 'deployment', capacityPerReplica: 100 } as const;
    const here = { ...gateway, region: REGION, clusterId: `c-${REGION}` };
    cloud.addGateway({ ...here, name: 'a', loadBalancerIds: ['lb-1', 'lb-2'] });
    cloud.addGateway({ ...here, name: 'b', loadBalancerIds: ['lb-3'] });
    cloud.addGateway({
      ...gateway,
      region: 'cn-beijing',
      clusterId: 'c-cn-beijing',
      name: 'c',
      loadBalancerIds: ['lb-4'],
    });
    return cloud;
  }

  it('holds for all its gateways together', async () => {
    const cloud = twoGateways();
    cloud.setLoad(REGION, 'a', () => ({ ...NO_LOAD, requests: 100, trafficOut: 6e9 }));
    cloud.setLoad(REGION, 'b', () => ({ ...NO_LOAD, requests: 100, trafficOut: 4e9 }));
    cloud.setLoad('cn-beijing', 'c', () => ({ ...NO_LOAD, requests: 100, trafficOut: 4e9 }));
    cloud.step(5 * MINUTE);
    expect(cloud.stats(REGION, 'a')).toMatchObject({ offered: 30_000, refused: 15_000 });
    expect(cloud.stats(REGION, 'b')).toMatchObject({ offered: 30_000, refused: 15_000 });
    expect(cloud.stats('cn-beijing', 'c')).toMatchObject({ offered: 30_000, refused: 0 });
    expect(await average(cloud, 'InstanceTrafficTX', 'lb-1')).toBe(1.5e9);
    expect(await average(cloud, 'InstanceTrafficTX', 'lb-3')).toBe(2e9);
  });

  it('does not hold below it', () => {
    const cloud = twoGateways();
    cloud.setLoad(REGION, 'a', () => ({ ...NO_LOAD, requests: 100, trafficOut: 3e9 }));
    cloud.setLoad(REGION, 'b', () => ({ ...NO_LOAD, requests: 100, trafficOut: 2e9 }));
    cloud.step(MINUTE);
    expect(cloud.stats(REGION, 'a')).toMatchObject({ refused: 0 });
  });
});

describe('metrics of load balancers', () => {
  it('are 0 while nothing comes, and there from the first minute', async () => {
    const cloud = smallCloud();
    const id = await buy(cloud);
    cloud.step(5 * MINUTE);
    expect(await average(cloud, 'InstanceNewConnection', id)).toBe(0);
    expect(await average(cloud, 'InstanceDropConnection', 'lb-1')).toBe(0);
  });

  it('of layer 7 are those of what was passed on', async () => {
    const cloud = smallCloud({ listeners: 'http', replicas: 1 });
    cloud.setLoad(REGION, GATEWAY, steady(200));
    cloud.loadBalancers.break('lb-2', true);
    cloud.step(5 * MINUTE);
    expect(await average(cloud, 'InstanceQps', 'lb-1')).toBe(100);
    expect(await average(cloud, 'InstanceStatusCode5xx', 'lb-1')).toBe(0);
    expect(await average(cloud, 'InstanceRt', 'lb-1')).toBe(1_000);
    expect(await average(cloud, 'InstanceQps', 'lb-2')).toBeUndefined();
  });
});

describe('controls', () => {
  it('tell whether an address answers', async () => {
    const cloud = smallCloud();
    const address = cloud.loadBalancers.address('lb-1');
    expect(cloud.loadBalancers.answers(address, 80)).toBe(true);
    expect(cloud.loadBalancers.answers(address, 81)).toBe(false);
    expect(cloud.loadBalancers.answers('192.0.2.1', 80)).toBe(false);
    await slb(cloud, 'StopLoadBalancerListener', { LoadBalancerId: 'lb-1', ListenerPort: 80 });
    expect(cloud.loadBalancers.answers(address, 80)).toBe(false);
    expect(cloud.loadBalancers.answers(address, 443)).toBe(true);
  });

  it.each<[string, (cloud: Cloud) => void]>([
    ['address', (cloud) => cloud.loadBalancers.address('lb-9')],
    ['lock', (cloud) => cloud.loadBalancers.lock('lb-9', true)],
    ['break', (cloud) => cloud.loadBalancers.break('lb-9', true)],
  ])('%s wants an instance that is there', (_, act) => {
    expect(() => act(smallCloud())).toThrow('there is no load balancer lb-9');
  });

  it('take no id twice, not even that of a deleted one', async () => {
    const cloud = smallCloud();
    const id = await buy(cloud);
    await slb(cloud, 'DeleteLoadBalancer', { LoadBalancerId: id });
    for (const taken of [id, 'lb-1']) {
      expect(() => cloud.loadBalancers.add({ region: REGION, id: taken })).toThrow(
        `there is or was a load balancer ${taken} already`,
      );
    }
    expect(await errorOf(slb(cloud, 'DescribeLoadBalancerAttribute', { LoadBalancerId: id }))).toMatchObject({
      kind: 'not-found',
    });
  });
});
