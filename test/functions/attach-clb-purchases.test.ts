import { SERVICE } from '../../shared/cloud/kinds';
import { MINUTE } from '../../shared/core/time';
import { aFront, CAPACITY, CONFIGURATION, type Front, NAMESPACE, only, REGION, stages, ZONES } from './a-front';

const serving = (count: number) => (answer: Parameters<typeof stages>[0]) =>
  stages(answer).filter((stage) => stage === 'serving').length === count;

function full(front: Front): Front {
  front.load(0.9 * CAPACITY);
  front.pass(3);
  return front;
}

function bill(front: Front): number {
  return front.cloud.loadBalancers.bill().length;
}

function creations(front: Front): number {
  return front.cloud.calls().filter(({ operation }) => operation === 'slb.CreateLoadBalancer').length;
}

const FLOOR = { action: 'attach', gateway: 'ingressgateway', owner: 'li.wei', reason: 'flash sale', for: '6h' };

describe('what the vendor does not know yet', () => {
  it.each([0, 1])('an instance that cannot be read right after its purchase, lists %s minutes late', async (late) => {
    const front = full(aFront());
    front.cloud.loadBalancers.listsLag(late * MINUTE);
    const code = 'InvalidLoadBalancerId.NotFound';
    front.cloud.faults.fail({ operation: 'slb.DescribeLoadBalancerAttribute', times: 1, status: 404, code });
    expect(only(await front.look()).extras).toMatchObject([{ stage: 'intent', reason: 'Settling' }]);
    front.pass(1);
    await front.looksUntil(serving(1), 6);
    expect(bill(front)).toBe(1);
  });

  it.each(['binding', 'draining'])('an instance in stage %s that is once not known by its id', async (stage) => {
    const front = full(aFront());
    await front.looks(1);
    if (stage !== 'binding') await front.looksUntil(serving(1), 6);
    if (stage === 'draining') {
      await front.invoke({ ...FLOOR, action: 'release', extra: 0 });
      await front.look();
    }
    expect(stages(await front.look())).toEqual([stage]);
    const code = 'InvalidLoadBalancerId.NotFound';
    front.cloud.faults.fail({ operation: 'slb.DescribeLoadBalancerAttribute', times: 2, status: 404, code });
    await front.look();
    front.cloud.faults.clear();
    expect(['binding', 'serving', 'draining']).toContain(stages(await front.look()).join());
    expect(bill(front)).toBe(1);
  });

  it('an instance that was deleted before it was recorded: another one, counted', async () => {
    const front = full(aFront());
    const code = 'InvalidLoadBalancerId.NotFound';
    front.cloud.loadBalancers.listsLag(40 * MINUTE);
    front.cloud.faults.fail({ operation: 'slb.DescribeLoadBalancerAttribute', times: 3, status: 404, code });
    await front.looks(3);
    expect(bill(front)).toBe(1);
    await front.looksUntil(serving(1), 8);
    expect(bill(front)).toBe(2);
    const kube = await front.kube();
    const configMap = await kube.get({ ...SERVICE, plural: 'configmaps' }, NAMESPACE, 'gateway-autopilot');
    expect(JSON.stringify(configMap).match(/T\d\d:\d\d:\d\d.\d{3}Z\\"[,\]]/g)).toHaveLength(2);
  });

  it('an order that was not answered, and lists that are twelve minutes old', async () => {
    const front = full(aFront());
    front.cloud.loadBalancers.listsLag(12 * MINUTE);
    front.cloud.faults.cut({ operation: 'slb.CreateLoadBalancer', times: 1, afterEffect: true });
    await front.look();
    front.pass(10);
    await front.looksUntil(serving(1), 25);
    expect(bill(front)).toBe(1);
  });

  it('an order that bought nothing for certain: half an hour and two looks later another attempt', async () => {
    const front = full(aFront());
    front.cloud.faults.cut({ operation: 'slb.CreateLoadBalancer', times: 3 });
    await front.look();
    front.pass(11);
    await front.looks(10);
    expect(only(await front.look()).extras).toMatchObject([{ stage: 'intent', reason: 'Settling' }]);
    await front.looksUntil(serving(1), 15);
    expect(bill(front)).toBe(1);
  });

  it('an instance whose answers are a minute old: waits, without repeating itself', async () => {
    const front = full(aFront());
    front.cloud.loadBalancers.readsLag(MINUTE);
    front.cloud.loadBalancers.listsLag(MINUTE);
    await front.looksUntil(serving(1), 12);
    expect(bill(front)).toBe(1);
    expect(creations(front)).toBeLessThanOrEqual(3);
  });

  it('a second instance with its mark: a person is told, whatever stage it is in', async () => {
    const front = full(aFront());
    await front.looksUntil(serving(1), 6);
    const kube = await front.kube();
    const service = (await kube.get(SERVICE, NAMESPACE, 'ingressgateway-clb-1')) as { metadata: { uid: string } };
    const tags = { 'managed-by': 'gateway-autopilot', 'gateway-autopilot-service': service.metadata.uid };
    front.cloud.loadBalancers.add({ region: REGION, id: 'lb-second', tags });
    const [extra] = only(await front.look()).extras;
    expect(extra).toMatchObject({ stage: 'serving', reason: 'AmbiguousLoadBalancer', needsPerson: true });
    expect(extra?.message).toContain('lb-second');
  });
});

describe('an order that is refused', () => {
  it('arrears of two hours: the cause is named at every look, and no purchase is counted', async () => {
    const front = full(aFront());
    front.cloud.loadBalancers.arrears(true);
    for (let minute = 0; minute < 120; minute += 1) {
      const [extra] = only(await front.look()).extras;
      expect([minute, extra?.reason, extra?.message, extra?.needsPerson]).toEqual([
        minute,
        'WriteFailed',
        expect.stringContaining('outstanding payment'),
        true,
      ]);
      front.pass(1);
    }
    expect(only(await front.look())).toMatchObject({ outcome: 'hold', reason: 'LoadBalancerStuck', needsPerson: true });
    front.cloud.loadBalancers.arrears(false);
    await front.looksUntil(serving(1), 4);
    expect(bill(front)).toBe(1);
  });

  it('no stock anywhere: asked again after ten minutes, by itself', async () => {
    const front = full(aFront());
    for (const zone of ZONES) front.cloud.loadBalancers.stock(zone, false);
    await front.looks(3);
    for (const zone of ZONES) front.cloud.loadBalancers.stock(zone, true);
    expect(only(await front.look()).extras).toMatchObject([{ reason: 'NoZoneLeft', needsPerson: true }]);
    await front.looksUntil(serving(1), 14);
    expect(bill(front)).toBe(1);
  });

  it.each(['ActionNotAllowed', 'LX_REQUEST_TOKEN_CONFLICT'])('%s: a person is told', async (code) => {
    const front = full(aFront());
    front.cloud.faults.fail({ operation: 'slb.CreateLoadBalancer', status: 400, code });
    expect(only(await front.look()).extras).toMatchObject([{ reason: 'WriteFailed', needsPerson: true }]);
  });

  it('the purchases of a day are counted within one look, too', async () => {
    const front = aFront({ configuration: CONFIGURATION.replace('maxExtra: 3', 'maxExtra: 3, purchasesPerDay: 1') });
    await front.invoke({ ...FLOOR, extra: 2 });
    await front.looks(3);
    expect(bill(front)).toBe(1);
    expect(only(await front.look()).extras).toMatchObject([{ stage: 'serving' }, { reason: 'TooManyPurchases' }]);
  });
});

describe('a Service that cannot be made', () => {
  it.each([
    [403, 'Forbidden'],
    [422, 'Invalid'],
  ])('%s %s: a hold, and a person is told', async (status, code) => {
    const front = full(aFront());
    front.cloud.faults.fail({ operation: 'kube create services', status, code });
    expect(only(await front.look())).toMatchObject({
      outcome: 'hold',
      reason: 'WriteFailed',
      needsPerson: true,
      message: expect.stringContaining('lb-1 carries 90 % of its newConnections'),
    });
  });
});

describe('two looks for one need', () => {
  it('a name that frees itself between their lists: one of them stands back', async () => {
    const front = full(aFront());
    await front.looksUntil(serving(1), 6);
    front.load(0.2 * CAPACITY);
    front.pass(70);
    front.cloud.faults.fail({ operation: 'slb.DeleteLoadBalancer', status: 409, code: 'ServiceIsConfiguring' });
    await front.looksUntil((answer) => stages(answer).includes('deleting'), 130);
    front.cloud.faults.clear();
    full(front);
    const kube = await front.kube();
    const [id = ''] = front.bought();
    front.cloud.faults.before({ operation: 'kube create services', times: 1 }, async () => {
      // A third one, which had stood still before its last two writes, goes on; and a second one sees the name free.
      await front.cloud.openApi().call({
        product: 'slb',
        region: REGION,
        action: 'DeleteLoadBalancer',
        effect: 'removal',
        query: { RegionId: REGION, LoadBalancerId: id },
      });
      await kube.delete(SERVICE, NAMESPACE, 'ingressgateway-clb-1');
      await front.look();
    });
    await front.look();
    front.pass(1);
    expect(front.bought()).toHaveLength(1);
    expect(await front.services()).toEqual(['ingressgateway-clb-1']);
    await front.looksUntil(serving(1), 5);
  });

  it('an intent that gets nowhere: one that serves stays when fewer are wanted', async () => {
    const front = aFront();
    await front.invoke({ ...FLOOR, extra: 2 });
    await front.looksUntil(serving(2), 6);
    const kube = await front.kube();
    const [one = ''] = front.bought();
    await kube.delete(SERVICE, NAMESPACE, 'ingressgateway-clb-1');
    front.pass(2);
    for (const [action, query] of [
      ['SetLoadBalancerDeleteProtection', { DeleteProtection: 'off' }],
      ['DeleteLoadBalancer', {}],
    ] as const) {
      const all = { RegionId: REGION, LoadBalancerId: one, ...query };
      await front.cloud.openApi().call({ product: 'slb', region: REGION, action, effect: 'write', query: all });
    }
    for (const zone of ZONES) front.cloud.loadBalancers.stock(zone, false);
    await front.looks(3);
    await front.invoke({ ...FLOOR, action: 'release', extra: 1 });
    await front.look();
    expect(only(await front.look()).extras).toMatchObject([{ service: 'ingressgateway-clb-2', stage: 'serving' }]);
  });
});
