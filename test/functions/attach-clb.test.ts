import { SERVICE } from '../../shared/cloud/kinds';
import { HOUR, MINUTE } from '../../shared/core/time';
import { aFront, CAPACITY, CONFIGURATION, type Front, NAMESPACE, only, REGION, stages, ZONES } from './a-front';

const serving = (count: number) => (answer: Parameters<typeof stages>[0]) =>
  stages(answer).filter((stage) => stage === 'serving').length === count;

/** Full, and one extra CLB serves. */
async function attached(front: Front): Promise<string> {
  front.load(0.9 * CAPACITY);
  front.pass(3);
  await front.looksUntil(serving(1), 6);
  const [id] = front.bought();
  if (id === undefined) throw new Error('nothing was bought');
  return id;
}

describe('a CLB that fills up', () => {
  it('gets another one beside it, at most four looks after the first that sees it', async () => {
    const front = aFront();
    expect(only(await front.look())).toMatchObject({
      outcome: 'steady',
      reason: 'WithinTolerance',
      have: 0,
      extras: [],
    });
    front.load(0.9 * CAPACITY);
    front.pass(3);
    expect(await front.looksUntil(serving(1), 6)).toBeLessThanOrEqual(4);
    const [id] = front.bought();
    const answer = only(await front.look());
    expect(answer).toMatchObject({
      have: 1,
      want: 1,
      extras: [
        {
          service: 'ingressgateway-clb-1',
          stage: 'serving',
          wanted: true,
          id,
          address: front.cloud.loadBalancers.address(id ?? ''),
          reason: 'LoadBalancerServing',
        },
      ],
    });
    expect(front.cloud.loadBalancers.answers(front.cloud.loadBalancers.address(id ?? ''), 443)).toBe(true);
  });

  it('says first what it would do and what that costs', async () => {
    const front = aFront({
      configuration: CONFIGURATION.replace('{ mode: auto, maxExtra', '{ mode: observe, maxExtra'),
    });
    front.load(0.9 * CAPACITY);
    front.pass(3);
    expect(only(await front.look())).toMatchObject({
      outcome: 'hold',
      reason: 'ObserveMode',
      withheld: 1,
      message: expect.stringContaining('lb-1 carries 90 % of its newConnections, over 70 %'),
    });
    expect(front.writes()).toEqual([]);
    const dry = aFront();
    dry.load(0.9 * CAPACITY);
    dry.pass(3);
    const answer = await dry.invoke({ action: 'look', dryRun: true });
    expect(only(answer)).toMatchObject({
      ...{ outcome: 'change', reason: 'LoadBalancersFull', dryRun: true, withheld: 1 },
      cost: { instancesWanted: 1 },
    });
    expect(only(answer).cost.perHour).toContain('$0.021');
    expect(dry.writes()).toEqual([]);
  });

  it('drops connections: reason enough by itself', async () => {
    const front = aFront();
    front.load(1.4 * CAPACITY);
    front.pass(3);
    expect(only(await front.look())).toMatchObject({ outcome: 'change', reason: 'LoadBalancersFull', want: 1 });
  });

  it('a quiet look over 50 CLBs: one page of them and one query for each metric; nothing is written', async () => {
    const ids = Array.from({ length: 50 }, (_, index) => `lb-${index + 1}`);
    const front = aFront({ gateways: [{ loadBalancerIds: ids }] });
    await front.look();
    front.cloud.resetCalls();
    expect(only(await front.look())).toMatchObject({ outcome: 'steady' });
    expect(
      front.cloud
        .calls()
        .map(({ operation }) => operation)
        .sort(),
    ).toEqual([
      'cms.DescribeMetricList',
      'cms.DescribeMetricList',
      'cms.DescribeMetricList',
      'cms.DescribeMetricList',
      'cms.DescribeMetricList',
      'kube get configmaps',
      'kube list services',
      'slb.DescribeLoadBalancers',
    ]);
  });

  it('a quiet look at one that serves costs no more', async () => {
    const front = aFront();
    await attached(front);
    front.pass(5);
    await front.look();
    front.cloud.resetCalls();
    expect(stages(await front.look())).toEqual(['serving']);
    expect(front.cloud.calls()).toHaveLength(8);
    expect(front.writes()).toEqual([]);
  });

  it('two looks at the same moment buy one', async () => {
    const front = aFront();
    front.load(0.9 * CAPACITY);
    front.pass(3);
    for (let minute = 0; minute < 5; minute += 1) {
      await Promise.all([front.look(), front.look(), front.look()]);
      front.pass(1);
    }
    expect(stages(await front.look())).toEqual(['serving']);
    expect(front.bought()).toHaveLength(1);
    expect(front.cloud.loadBalancers.bill()).toHaveLength(1);
  });

  it('old lists do not make it buy twice', async () => {
    const front = aFront();
    front.cloud.loadBalancers.listsLag(20 * MINUTE);
    await attached(front);
    expect(front.cloud.loadBalancers.bill()).toHaveLength(1);
  });

  it('an answer that was lost after the purchase does not make it buy twice', async () => {
    const front = aFront();
    front.cloud.loadBalancers.listsLag(2 * MINUTE);
    front.cloud.faults.cut({ operation: 'slb.CreateLoadBalancer', times: 2, afterEffect: true });
    await attached(front);
    expect(front.cloud.loadBalancers.bill()).toHaveLength(1);
  });
});

describe('what stands in the way of a purchase', () => {
  function full(front: Front): Front {
    front.load(0.9 * CAPACITY);
    front.pass(3);
    return front;
  }

  it('no stock in one zone: another zone, nowhere: a person, later: goes on by itself', async () => {
    const front = full(aFront());
    for (const zone of ZONES) front.cloud.loadBalancers.stock(zone, false);
    await front.looks(3);
    const [extra] = only(await front.look()).extras;
    expect(extra).toMatchObject({ stage: 'intent', reason: 'NoZoneLeft', needsPerson: true });
    for (const zone of ZONES) front.cloud.loadBalancers.stock(zone, true);
    await front.looksUntil(serving(1), 14);
    const other = full(aFront());
    other.cloud.loadBalancers.stock(ZONES[0], false);
    expect(await other.looksUntil(serving(1), 6)).toBeLessThanOrEqual(4);
    expect(other.cloud.loadBalancers.bill()).toHaveLength(1);
  });

  it.each([
    ['the quota of instances', (front: Front) => front.cloud.loadBalancers.quota(1), 'quota'],
    ['arrears', (front: Front) => front.cloud.loadBalancers.arrears(true), 'outstanding payment'],
  ])('%s: a person is told, nothing is lost, and it goes on when that is settled', async (_, hinder, message) => {
    const front = full(aFront());
    hinder(front);
    const answer = only(await front.looks(2));
    expect(answer.extras).toMatchObject([
      { stage: 'intent', needsPerson: true, message: expect.stringContaining(message) },
    ]);
    front.cloud.loadBalancers.quota(60);
    front.cloud.loadBalancers.arrears(false);
    await front.looksUntil(serving(1), 4);
    expect(front.cloud.loadBalancers.bill()).toHaveLength(1);
  });

  it('no permission: a person is told', async () => {
    const front = full(aFront());
    front.cloud.faults.fail({ operation: 'slb.CreateLoadBalancer', status: 403, code: 'Forbidden.RAM' });
    const [extra] = only(await front.looks(2)).extras;
    expect(extra).toMatchObject({ stage: 'intent', reason: 'WriteFailed', needsPerson: true });
  });

  it('an instance that is busy after each write: it is waited for', async () => {
    const front = full(aFront());
    front.cloud.loadBalancers.busyAfterWrite(10_000);
    expect(await front.looksUntil(serving(1), 8)).toBeLessThanOrEqual(8);
    expect(front.cloud.loadBalancers.bill()).toHaveLength(1);
  });

  it('the purchases of the day are used up: a person is told', async () => {
    const front = full(
      aFront({ configuration: CONFIGURATION.replace('maxExtra: 3', 'maxExtra: 3, purchasesPerDay: 1') }),
    );
    await front.looksUntil(serving(1), 4);
    front.load(3.5 * CAPACITY);
    front.pass(30);
    const answer = only(await front.looks(3));
    expect(answer.extras.slice(1).map(({ needsPerson, reason }) => ({ needsPerson, reason }))).toContainEqual({
      needsPerson: true,
      reason: 'TooManyPurchases',
    });
    expect(front.bought()).toHaveLength(1);
  });

  it('maxExtra: a person is told', async () => {
    const front = full(aFront({ configuration: CONFIGURATION.replace('maxExtra: 3', 'maxExtra: 1') }));
    await front.looksUntil(serving(1), 4);
    front.load(30 * CAPACITY);
    front.pass(30);
    const answer = only(await front.look());
    expect(answer).toMatchObject({ have: 1, want: 1, needsPerson: true, reason: 'TooManyLoadBalancers' });
  });

  it('the cluster cannot be read: nothing is bought', async () => {
    const front = full(aFront());
    front.cloud.faults.fail({ operation: 'kube list services', status: 403, code: 'Forbidden' });
    expect(only(await front.look())).toMatchObject({ outcome: 'hold', reason: 'ReadFailed', needsPerson: true });
    expect(front.writes()).toEqual([]);
  });

  it('the journal cannot be read: nothing is bought', async () => {
    const front = full(aFront());
    front.cloud.faults.fail({ operation: 'kube get configmaps', status: 500, code: 'InternalError' });
    const answer = only(await front.looks(2));
    expect(answer.extras).toMatchObject([{ stage: 'intent', reason: 'ReadFailed' }]);
    expect(front.bought()).toEqual([]);
  });

  it('a freeze: nothing is written, whatever stage it is in', async () => {
    const front = full(aFront());
    await front.look();
    await front.invoke({ action: 'freeze', owner: 'li.wei', reason: 'upgrade' });
    front.cloud.resetCalls();
    front.pass(1);
    const answer = only(await front.look());
    expect(front.writes()).toEqual([]);
    expect(answer.extras).toMatchObject([{ reason: 'Frozen', message: expect.stringContaining('would') }]);
  });
});

describe('a warm pool', () => {
  const TAGS = {
    'managed-by': 'gateway-autopilot',
    'gateway-autopilot-pool': 'true',
    'gateway-autopilot-gateway': 'ingressgateway',
  };

  it('comes before a purchase, and gets its instance back', async () => {
    const front = aFront({
      prepare: (cloud) =>
        cloud.loadBalancers.add({ region: REGION, id: 'lb-warm', tags: TAGS, deleteProtection: true }),
    });
    front.load(0.9 * CAPACITY);
    front.pass(3);
    expect(await front.looksUntil(serving(1), 6)).toBeLessThanOrEqual(4);
    expect(only(await front.look()).extras).toMatchObject([{ id: 'lb-warm' }]);
    expect(front.cloud.loadBalancers.bill()).toEqual([]);
    front.load(0.1 * CAPACITY);
    front.pass(90);
    await front.looksUntil((answer) => only(answer).extras.length === 0, 60);
    expect(await front.services()).toEqual([]);
    front.load(0.9 * CAPACITY);
    front.pass(3);
    expect(await front.looksUntil(serving(1), 6)).toBeLessThanOrEqual(5);
    expect(front.cloud.loadBalancers.bill()).toEqual([]);
  });

  it.each([
    ['of another gateway', { ...TAGS, 'gateway-autopilot-gateway': 'other' }],
    ['without our mark', { ...TAGS, 'managed-by': 'somebody' }],
    ['taken by another cluster', { ...TAGS, 'gateway-autopilot-cluster': 'c9' }],
    ['taken already', { ...TAGS, 'gateway-autopilot-service': 'another-uid' }],
  ])('never one %s', async (_, tags) => {
    const front = aFront({ prepare: (cloud) => cloud.loadBalancers.add({ region: REGION, id: 'lb-warm', tags }) });
    await attached(front);
    expect(only(await front.look()).extras.map(({ id }) => id)).not.toContain('lb-warm');
    expect(front.bought()).toHaveLength(1);
  });
});

describe('release', () => {
  it('drains, waits out late writes and the paid hour, unbinds and deletes; nothing is left', async () => {
    const front = aFront();
    const id = await attached(front);
    front.load(0.2 * CAPACITY);
    front.pass(70);
    const seen = new Set<string>();
    await front.looksUntil((answer) => {
      for (const { reason, stage } of only(answer).extras) seen.add(`${stage} ${reason}`);
      return only(answer).extras.length === 0;
    }, 130);
    expect([...seen]).toEqual(expect.arrayContaining(['draining Draining', 'draining PaidHour', 'unbound Unbinding']));
    expect(front.bought()).toEqual([]);
    expect(await front.services()).toEqual([]);
    const [{ from = 0, to = 0 } = {}] = front.cloud.loadBalancers.bill();
    expect(to % HOUR).toBeGreaterThanOrEqual(50 * MINUTE);
    expect(to - from).toBeLessThan(4 * HOUR);
    expect(front.cloud.calls().filter(({ operation }) => operation === 'slb.DeleteLoadBalancer')).toHaveLength(1);
    expect(front.cloud.loadBalancers.address('lb-1')).toBeDefined();
    expect(id).not.toBe('lb-1');
  });

  it('is cancelled by a new want until it is unbound', async () => {
    const front = aFront();
    const id = await attached(front);
    front.load(0.2 * CAPACITY);
    front.pass(70);
    await front.looksUntil((answer) => stages(answer).includes('draining'), 5);
    front.load(0.9 * CAPACITY);
    front.pass(3);
    await front.looksUntil(serving(1), 1);
    expect(only(await front.look()).extras).toMatchObject([{ id, stage: 'serving' }]);
    expect(front.cloud.loadBalancers.bill()).toHaveLength(1);
  });

  it('never happens while connections are open whose end nobody set', async () => {
    const front = aFront();
    const id = await attached(front);
    front.load(0.2 * CAPACITY);
    front.sendTo({ 'lb-1': 9, [id]: 1 });
    front.pass(70);
    await front.looks(60);
    front.pass(600);
    const [extra] = only(await front.looks(5)).extras;
    expect(extra).toMatchObject({ id, stage: 'draining', reason: 'Draining' });
  });

  it('waits while the data of the window are incomplete', async () => {
    const front = aFront();
    await attached(front);
    front.load(0.2 * CAPACITY);
    front.cloud.faults.metricGap({
      region: REGION,
      from: front.cloud.clock.now() + 30 * MINUTE,
      to: front.cloud.clock.now() + 35 * MINUTE,
    });
    front.pass(70);
    expect(only(await front.look())).toMatchObject({ reason: 'PartialMetrics', want: 1 });
  });
});

describe('what others do to an extra CLB', () => {
  it.each([
    ['is wanted: it serves again', 0.9],
    ['is not wanted: it is released', 0.3],
  ])('its Service deleted, and it %s', async (_, load) => {
    const front = aFront();
    const id = await attached(front);
    const kube = await front.kube();
    await kube.delete(SERVICE, NAMESPACE, 'ingressgateway-clb-1');
    front.sendTo({ 'lb-1': 1 });
    front.load(load * CAPACITY);
    front.pass(40);
    await front.looks(load > 0.5 ? 6 : 30);
    const { extras } = only(await front.look());
    expect(extras.map((extra) => [extra.id, extra.stage])).toEqual(load > 0.5 ? [[id, 'serving']] : []);
    expect(front.bought()).toEqual(load > 0.5 ? [id] : []);
    expect(front.cloud.loadBalancers.bill()).toHaveLength(1);
  });

  it('its mark taken off: it is left alone, and a person is told', async () => {
    const front = aFront();
    const id = await attached(front);
    const openApi = front.cloud.openApi();
    await openApi.call({
      product: 'slb',
      region: REGION,
      action: 'UntagResources',
      query: { RegionId: REGION, ResourceType: 'instance', 'ResourceId.1': id, 'TagKey.1': 'managed-by' },
      effect: 'write',
    });
    front.load(0.1 * CAPACITY);
    front.pass(70);
    front.cloud.resetCalls();
    const answer = only(await front.looks(3));
    expect(answer.extras).toMatchObject([{ reason: 'ForeignLoadBalancer', needsPerson: true }]);
    expect(front.writes().filter((operation) => operation.startsWith('slb.'))).toEqual([]);
  });

  it('the ports of the own Service changed: the extra one follows', async () => {
    const front = aFront();
    await attached(front);
    const kube = await front.kube();
    const ports = [{ name: 'https', protocol: 'TCP', port: 443, targetPort: 8443 }];
    await kube.patch(SERVICE, NAMESPACE, 'istio-ingressgateway', { spec: { ports } });
    await front.looks(2);
    const extra = (await kube.get(SERVICE, NAMESPACE, 'ingressgateway-clb-1')) as {
      spec: { ports: { port: number; targetPort: number }[] };
    };
    expect(extra.spec.ports.map(({ port, targetPort }) => [port, targetPort])).toEqual([[443, 8443]]);
  });

  it('its annotations broken: a person is told, the others are looked after', async () => {
    const front = aFront();
    await attached(front);
    const kube = await front.kube();
    await kube.patch(SERVICE, NAMESPACE, 'ingressgateway-clb-1', {
      metadata: { annotations: { 'gateway-autopilot/stage': 'flying' } },
    });
    front.pass(1);
    const answer = only(await front.look());
    expect(answer.extras).toMatchObject([{ stage: 'unknown', reason: 'BrokenIntent', needsPerson: true }]);
  });

  it('broken itself: another one takes its place', async () => {
    const front = aFront();
    const id = await attached(front);
    front.cloud.loadBalancers.break(id, true);
    front.pass(3);
    await front.looksUntil((answer) => serving(2)(answer) || (serving(1)(answer) && only(answer).extras.length > 1), 8);
    expect(front.cloud.loadBalancers.bill()).toHaveLength(2);
    expect(only(await front.look()).extras.find((extra) => extra.id === id)).toMatchObject({ wanted: false });
  });
});

describe('people and schedules', () => {
  it('attach: a floor until its end; release: a ceiling; resume ends it', async () => {
    const front = aFront();
    const attach = {
      action: 'attach',
      gateway: 'ingressgateway',
      extra: 1,
      owner: 'li.wei',
      reason: 'flash sale',
      for: '2h',
    };
    const first = await front.invoke(attach);
    expect(first['command']).toContain('li.wei');
    expect(only(first)).toMatchObject({ outcome: 'change', reason: 'Override', want: 1 });
    await front.looksUntil(serving(1), 4);
    front.pass(80);
    expect(stages(await front.look())).toEqual(['serving']);
    const release = { ...attach, action: 'release', extra: 0, reason: 'cancelled' };
    expect(only(await front.invoke(release))).toMatchObject({ reason: 'Override', want: 0 });
    const resume = await front.invoke({ action: 'resume', gateway: 'ingressgateway', owner: 'li.wei', reason: 'over' });
    expect(resume.outcome).not.toBe('refused');
  });

  describe('a load that is to come', () => {
    const expecting = (times: number, rest: object = {}) => ({
      ...{ action: 'expect', gateway: 'ingressgateway', times, owner: 'failover-dns', reason: 'cn-beijing is left' },
      ...{ for: '1h', ...rest },
    });

    it('gets the CLBs that it needs by what is carried now, for as long as it is said', async () => {
      const front = aFront();
      const answer = await front.invoke(expecting(3));
      expect(answer['command']).toContain('at least 2 extra CLBs');
      expect(only(answer)).toMatchObject({ outcome: 'change', reason: 'Override', want: 2 });
      await front.looksUntil(serving(2), 5);
      // Said again a minute later, when it is here already: nothing more.
      front.load(3 * 0.6 * CAPACITY);
      front.pass(5);
      expect(only(await front.look())).toMatchObject({ want: 2 });
    });

    it('that fits asks for nothing', async () => {
      const front = aFront();
      const answer = await front.invoke(expecting(1.1));
      expect(answer.message).toBe(
        'ingressgateway: nothing more is asked for than the 0 extra CLBs that there are: lb-1 carries 60 % of its newConnections, and 66 % when the load is 1.1 times that',
      );
      expect(front.writes()).toEqual([]);
    });

    it('gets no more than maxExtra', async () => {
      const front = aFront();
      expect(only(await front.invoke(expecting(50)))).toMatchObject({ want: 3 });
    });

    it('does not overrule a person', async () => {
      const front = aFront();
      const release = { action: 'release', extra: 0, owner: 'li.wei', reason: 'no purchases', for: '2h' };
      await front.invoke({ gateway: 'ingressgateway', ...release });
      const writes = front.writes().length;
      expect((await front.invoke(expecting(3))).message).toContain('nothing more is asked for');
      expect(front.writes()).toHaveLength(writes);
      expect(only(await front.look())).toMatchObject({ want: 0 });
    });

    it('is refused in a frozen cluster, for an unknown gateway, and without a usable end', async () => {
      const front = aFront();
      expect(await front.invoke(expecting(3, { gateway: 'other' }))).toMatchObject({ outcome: 'refused' });
      expect(await front.invoke(expecting(3, { for: '80h' }))).toMatchObject({ outcome: 'refused' });
      expect(front.writes()).toEqual([]);
      await front.invoke({ action: 'freeze', owner: 'li.wei', reason: 'upgrade' });
      expect(await front.invoke(expecting(3))).toMatchObject({
        outcome: 'refused',
        message: expect.stringContaining('frozen by li.wei'),
      });
    });
  });

  it('a schedule warms up before a promotion', async () => {
    const schedule = `
      mode: auto
      maxExtra: 3
      schedules:
        promotion: { from: "11:00", to: "13:00", timeZone: UTC, floor: 2 }`;
    const front = aFront({
      configuration: CONFIGURATION.replace(/loadBalancers: \{ mode: auto.*\}/, `loadBalancers:${schedule}`),
    });
    expect(only(await front.look())).toMatchObject({ want: 0 });
    front.pass(60);
    expect(await front.looksUntil(serving(2), 5)).toBeLessThanOrEqual(4);
  });

  it('a command for more than maxExtra is refused before anything is read', async () => {
    const front = aFront();
    const answer = await front.invoke({
      action: 'attach',
      gateway: 'ingressgateway',
      extra: 9,
      owner: 'li.wei',
      reason: 'sale',
      for: '2h',
    });
    expect(answer).toMatchObject({ outcome: 'refused', message: expect.stringContaining('3') });
    expect(front.cloud.calls()).toEqual([]);
  });
});
