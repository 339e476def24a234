import { DEPLOYMENT } from '../../shared/cloud/kinds';
import { MINUTE } from '../../shared/core/time';
import { aFront, CAPACITY, type Front, type FrontExtra, NAMESPACE, only, PUBLISHED, REGION, stages } from './a-front';

const serving = (count: number) => (answer: Parameters<typeof stages>[0]) =>
  stages(answer).filter((stage) => stage === 'serving').length === count;

function asked(action: 'attach' | 'release', extra: number, duration = '20h') {
  return { action, gateway: 'ingressgateway', extra, owner: 'li.wei', reason: 'sale', for: duration };
}

/** As many extra ones serve as a person asked for. */
async function withFloor(extra: number, duration?: string): Promise<Front> {
  const front = aFront();
  await front.invoke(asked('attach', extra, duration));
  await front.looksUntil(serving(extra), 6);
  return front;
}

async function extraOf(front: Front): Promise<FrontExtra | undefined> {
  return only(await front.look()).extras[0];
}

describe('several that are not needed any more', () => {
  it('go one by one, the highest first', async () => {
    const front = await withFloor(2);
    front.pass(60);
    const answer = await front.invoke(asked('release', 0));
    expect(only(answer).extras).toMatchObject([
      { service: 'ingressgateway-clb-1', stage: 'serving', reason: 'OtherRelease' },
      { service: 'ingressgateway-clb-2', stage: 'draining' },
    ]);
  });

  it('also when two looks are at it: what the other one began counts', async () => {
    const front = await withFloor(2);
    front.pass(60);
    let inner = false;
    front.cloud.faults.before({ operation: 'slb.DescribeHealthStatus' }, async () => {
      if (inner) return;
      inner = true;
      await front.look();
    });
    await front.invoke(asked('release', 0));
    front.cloud.faults.clear();
    expect(stages(await front.look())).toEqual(['serving', 'draining']);
  });
});

describe('the last one that works', () => {
  it.each([
    ['locked', (front: Front) => front.cloud.loadBalancers.lock('lb-1', true)],
    [
      'switched off',
      async (front: Front) => {
        const query = { RegionId: REGION, LoadBalancerId: 'lb-1', LoadBalancerStatus: 'inactive' };
        const action = 'SetLoadBalancerStatus';
        await front.cloud.openApi().call({ product: 'slb', region: REGION, action, effect: 'write', query });
      },
    ],
  ])('stays while the own one is %s, and a person who asked for it is told', async (_, hinder) => {
    const front = await withFloor(1);
    const [id] = front.bought();
    await hinder(front);
    front.pass(60);
    await front.invoke(asked('release', 0));
    expect(await extraOf(front)).toMatchObject({ id, stage: 'serving', reason: 'LastLoadBalancer', needsPerson: true });
  });

  it('stays while it is not known whether another one works', async () => {
    const front = await withFloor(1);
    front.pass(60);
    front.cloud.faults.fail({ operation: 'slb.DescribeHealthStatus', status: 403, code: 'Forbidden.RAM' });
    await front.invoke(asked('release', 0));
    expect(await extraOf(front)).toMatchObject({ stage: 'serving', reason: 'ReadFailed', needsPerson: true });
  });

  it('is not replaced because the pods are gone', async () => {
    const front = await withFloor(1);
    const kube = await front.kube();
    await kube.patch(DEPLOYMENT, NAMESPACE, 'istio-ingressgateway', { spec: { replicas: 0 } });
    front.pass(5);
    await front.looks(10);
    expect(front.cloud.loadBalancers.bill()).toHaveLength(1);
  });
});

describe('what is waited for too long', () => {
  it('one quiet minute after a gap is not ten', async () => {
    const front = await withFloor(1, '2h');
    const [id = ''] = front.bought();
    front.sendTo({ 'lb-1': 9, [id]: 1 });
    front.pass(30);
    await front.invoke(asked('release', 0));
    await front.looks(25);
    const now = front.cloud.clock.now();
    front.cloud.faults.metricGap({ region: REGION, instanceIds: [id], from: now, to: now + 20 * MINUTE });
    front.pass(18);
    front.sendTo({ 'lb-1': 1 });
    for (let minute = 0; minute < 10; minute += 1) {
      front.pass(1);
      expect([minute, await extraOf(front)]).toMatchObject([minute, { stage: 'draining', reason: 'ReadFailed' }]);
    }
  });

  it('connections that cannot be read, for hours: a person is told', async () => {
    const front = await withFloor(1, '2h');
    const [id = ''] = front.bought();
    front.sendTo({ 'lb-1': 1 });
    const now = front.cloud.clock.now();
    front.cloud.faults.metricGap({ region: REGION, instanceIds: [id], from: now, to: now + 24 * 60 * MINUTE });
    await front.invoke(asked('release', 0));
    await front.looks(3);
    front.pass(120);
    const extra = await extraOf(front);
    expect(extra).toMatchObject({ stage: 'draining', reason: 'ReadFailed', needsPerson: true });
    expect(extra?.message).toMatch(/, for 2h\d*m?/);
  });

  it('a record that nobody withdraws: a person is told', async () => {
    const front = aFront({ configuration: PUBLISHED });
    front.load(0.9 * CAPACITY);
    front.pass(3);
    for (let minute = 0; minute < 10; minute += 1) {
      await front.look();
      await front.publish();
      front.pass(1);
    }
    front.load(0.1 * CAPACITY);
    front.pass(70);
    expect(await extraOf(front)).toMatchObject({ stage: 'draining', reason: 'Withdrawing', needsPerson: false });
    front.pass(31);
    expect(await extraOf(front)).toMatchObject({ stage: 'draining', reason: 'Withdrawing', needsPerson: true });
  });

  it('one that does not come to serve while the own one is full: a person is told of both', async () => {
    const front = aFront();
    front.load(0.9 * CAPACITY);
    front.pass(3);
    await front.look();
    const [id = ''] = front.bought();
    front.cloud.loadBalancers.break(id, true);
    expect(only(await front.looks(10))).toMatchObject({ outcome: 'steady', extras: [{ reason: 'Binding' }] });
    const answer = only(await front.looks(10));
    expect(answer).toMatchObject({ outcome: 'hold', reason: 'LoadBalancerStuck', needsPerson: true, have: 1, want: 1 });
    expect(answer.extras).toMatchObject([{ id, stage: 'binding', reason: 'Binding', needsPerson: true }]);
    expect(front.bought()).toEqual([id]);
  });
});
