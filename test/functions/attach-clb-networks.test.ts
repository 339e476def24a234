import { SERVICE } from '../../shared/cloud/kinds';
import { aFront, CAPACITY, CONFIGURATION, type Front, NAMESPACE, only, REGION, stages } from './a-front';

const SERVING = (answer: Parameters<typeof stages>[0]) => stages(answer).join() === 'serving';
const FLOOR = { action: 'attach', gateway: 'ingressgateway', extra: 1, owner: 'li.wei', reason: 'sale', for: '6h' };
const WITH_VSWITCH = CONFIGURATION.replace('{ zones:', '{ vSwitch: vsw-1, zones:');

const PRIVATE = { loadBalancerIds: ['lb-1'], privateIds: ['lb-1'] } as const;

async function slb(front: Front, action: string, query: object): Promise<unknown> {
  const call = {
    product: 'slb',
    region: REGION,
    action,
    effect: 'write',
    query: { RegionId: REGION, ...query },
  } as const;
  return (await front.cloud.openApi().call(call)).body;
}

describe('a gateway behind a private CLB', () => {
  it('gets another private one, in the vSwitch that is configured', async () => {
    const front = aFront({ configuration: WITH_VSWITCH, gateways: [PRIVATE] });
    await front.invoke(FLOOR);
    await front.looksUntil(SERVING, 6);
    const [id = ''] = front.bought();
    expect(await slb(front, 'DescribeLoadBalancerAttribute', { LoadBalancerId: id })).toMatchObject({
      AddressType: 'intranet',
      VSwitchId: 'vsw-1',
    });
  });

  it('without a vSwitch: a person is told, nothing is bought', async () => {
    const front = aFront({ gateways: [PRIVATE] });
    await front.invoke(FLOOR);
    const [extra] = only(await front.looks(3)).extras;
    expect(extra).toMatchObject({ stage: 'intent', reason: 'UnclearNetwork', needsPerson: true });
    expect(extra?.message).toContain('regions.<region>.loadBalancers.vSwitch');
    expect(front.bought()).toEqual([]);
  });

  it('the traffic of the public ones of the region is not its own', async () => {
    const both = CONFIGURATION.replace(
      'gateways:\n',
      'gateways:\n  other: { regions: [cn-hangzhou], policy: web }\n',
    ).replace('{ zones:', '{ vSwitch: vsw-1, zones:');
    const front = aFront({
      configuration: both,
      gateways: [PRIVATE, { name: 'other', loadBalancerIds: ['lb-2'], specification: 'slb.lcu.elastic' }],
    });
    const load = { newConnections: 10, activeConnections: 50, requests: 10, trafficIn: 0 };
    front.cloud.setLoad(REGION, 'other', () => ({ ...load, trafficOut: 4.9e9 }));
    // Traffic is what the private one is short of, too.
    front.cloud.setLoad(REGION, 'ingressgateway', () => ({ ...load, trafficOut: 4e9 }));
    front.pass(3);
    const gateways = (await front.look()).gateways ?? [];
    expect(gateways.map(({ gateway, outcome, reason }) => [gateway, outcome, reason])).toEqual([
      ['other', 'hold', 'RegionalCeiling'],
      ['ingressgateway', 'change', 'LoadBalancersFull'],
    ]);
  });
});

describe('a gateway of which nobody knows whether it is public', () => {
  it('behind one of each: a person is told, nothing is bought', async () => {
    const front = aFront({
      configuration: WITH_VSWITCH,
      gateways: [{ loadBalancerIds: ['lb-1', 'lb-2'], privateIds: ['lb-2'] }],
    });
    await front.invoke(FLOOR);
    expect(only(await front.looks(3)).extras).toMatchObject([{ reason: 'UnclearNetwork', needsPerson: true }]);
    expect(front.bought()).toEqual([]);
  });

  it('behind one that is not listed: nothing is bought', async () => {
    const front = aFront({ configuration: WITH_VSWITCH, gateways: [PRIVATE] });
    front.cloud.sendTo(REGION, 'ingressgateway', () => ({ '198.51.100.1': 1 }));
    await slb(front, 'SetLoadBalancerDeleteProtection', { LoadBalancerId: 'lb-1', DeleteProtection: 'off' });
    await slb(front, 'DeleteLoadBalancer', { LoadBalancerId: 'lb-1' });
    await front.invoke(FLOOR);
    expect(only(await front.looks(3)).extras).toMatchObject([{ stage: 'intent', reason: 'UnclearNetwork' }]);
    expect(front.bought()).toEqual([]);
  });
});

describe('what fills a CLB', () => {
  it('uploads alone', async () => {
    const front = aFront({ gateways: [{ bandwidth: 100 }] });
    const load = { newConnections: 10, activeConnections: 50, requests: 10 };
    front.cloud.setLoad(REGION, 'ingressgateway', () => ({ ...load, trafficIn: 90e6, trafficOut: 1e6 }));
    front.pass(3);
    expect(only(await front.look())).toMatchObject({ reason: 'LoadBalancersFull', want: 1 });
  });

  it('open connections over which nothing passes', async () => {
    const front = aFront();
    const load = { newConnections: 10, activeConnections: 50, requests: 10, trafficIn: 0, trafficOut: 0 };
    front.cloud.setLoad(REGION, 'ingressgateway', () => ({ ...load, inactiveConnections: 9 * CAPACITY }));
    front.pass(3);
    const answer = only(await front.look());
    expect(answer).toMatchObject({ reason: 'LoadBalancersFull', want: 1 });
    expect(answer.message).toContain('of its connections');
  });
});

it('a bug at one gateway fails loudly, after the others were looked after', async () => {
  const configuration = CONFIGURATION.replace(
    'gateways:\n',
    'gateways:\n  another: { regions: [cn-hangzhou], policy: web }\n',
  );
  const front = aFront({ configuration, gateways: [{}, { name: 'another', loadBalancerIds: ['lb-2'] }] });
  front.cloud.faults.before({ operation: 'kube create services', times: 1 }, () => {
    throw new TypeError('a bug of ours');
  });
  await front.invoke({ ...FLOOR, gateway: 'ingressgateway' });
  front.cloud.faults.before({ operation: 'kube create services', times: 1 }, () => {
    throw new TypeError('a bug of ours');
  });
  const answer = await front.invoke({ ...FLOOR, gateway: 'another' });
  expect(answer.message).toContain('a bug of ours');
  const kube = await front.kube();
  const services = (await kube.list(SERVICE, NAMESPACE)) as { metadata: { name: string } }[];
  expect(services.map(({ metadata }) => metadata.name)).toContain('ingressgateway-clb-1');
});
