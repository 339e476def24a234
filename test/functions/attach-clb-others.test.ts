import { SERVICE } from '../../shared/cloud/kinds';
import { MINUTE } from '../../shared/core/time';
import { aFront, CAPACITY, type Front, NAMESPACE, only, PUBLISHED, REGION, stages } from './a-front';

const SERVING = (answer: Parameters<typeof stages>[0]) => stages(answer).join() === 'serving';
const OWNED = { 'managed-by': 'gateway-autopilot', 'gateway-autopilot-cluster': 'c1' };
const POOLED = {
  'managed-by': 'gateway-autopilot',
  'gateway-autopilot-pool': 'true',
  'gateway-autopilot-gateway': 'ingressgateway',
};

function full(front: Front): Front {
  front.load(0.9 * CAPACITY);
  front.pass(3);
  return front;
}

async function slb(front: Front, action: string, query: Readonly<Record<string, string | number>>): Promise<unknown> {
  const call = {
    product: 'slb',
    region: REGION,
    action,
    effect: 'write',
    query: { RegionId: REGION, ...query },
  } as const;
  return (await front.cloud.openApi().call(call)).body;
}

async function minute(front: Front) {
  const answer = await front.look();
  await front.publish();
  front.pass(1);
  return answer;
}

/** An extra one serves and is answered. */
async function published(): Promise<{ front: Front; id: string; address: string }> {
  const front = full(aFront({ configuration: PUBLISHED }));
  for (let count = 0; count < 10; count += 1) await minute(front);
  const [id = ''] = front.bought();
  return { front, id, address: front.cloud.loadBalancers.address(id) };
}

describe('an instance whose Service somebody deleted', () => {
  /** Until it is deleted: at least so long after name servers gave it for the last time. */
  async function expectPatience({ front, address, id }: Awaited<ReturnType<typeof published>>): Promise<void> {
    let withdrawn: number | undefined;
    while (front.bought().length > 0) {
      await minute(front);
      const isAnswered = Object.values(await front.answered()).some((addresses) => addresses.includes(address));
      if (!isAnswered) withdrawn ??= front.cloud.clock.now();
    }
    const [{ to = 0 } = {}] = front.cloud.loadBalancers.bill();
    expect(to - (withdrawn ?? to)).toBeGreaterThanOrEqual(19 * MINUTE);
    expect(front.cloud.loadBalancers.bill()).toMatchObject([{ id }]);
    expect(await front.services()).toEqual([]);
  }

  it('and that clients were sent to: it waits for them and for late writes, as every other one', async () => {
    const seen = await published();
    const { front } = seen;
    front.pass(40);
    const kube = await front.kube();
    await kube.delete(SERVICE, NAMESPACE, 'ingressgateway-clb-1');
    front.load(0.1 * CAPACITY);
    front.pass(75);
    await expectPatience(seen);
  });

  it('also when its adoption was ended in the middle, and a person wants none before it serves again', async () => {
    const seen = await published();
    const { front } = seen;
    front.pass(40);
    const kube = await front.kube();
    await kube.delete(SERVICE, NAMESPACE, 'ingressgateway-clb-1');
    front.pass(2);
    front.cloud.faults.cut({ operation: 'slb.TagResources', times: 1, afterEffect: true });
    await front.look();
    front.pass(1);
    expect(stages(await front.look())).toEqual(['binding']);
    const release = {
      action: 'release',
      gateway: 'ingressgateway',
      extra: 0,
      owner: 'li.wei',
      reason: 'over',
      for: '6h',
    };
    await front.invoke(release);
    await expectPatience(seen);
  });

  it('is left alone while a freeze holds', async () => {
    const front = full(aFront());
    await front.looksUntil(SERVING, 6);
    await front.invoke({ action: 'freeze', owner: 'li.wei', reason: 'upgrade' });
    const kube = await front.kube();
    await kube.delete(SERVICE, NAMESPACE, 'ingressgateway-clb-1');
    front.pass(45);
    front.cloud.resetCalls();
    await front.looks(3);
    expect(front.writes()).toEqual([]);
  });
});

describe('what comes in the way of a deletion', () => {
  /** In its last stage, which a busy instance keeps it in. */
  async function atTheEnd(): Promise<{ front: Front; id: string; address: string }> {
    const seen = await published();
    const { front } = seen;
    front.load(0.1 * CAPACITY);
    front.pass(70);
    const operation = 'slb.SetLoadBalancerDeleteProtection';
    front.cloud.faults.fail({ operation, status: 409, code: 'ServiceIsConfiguring' });
    for (let looks = 0; looks < 130; looks += 1) if (stages(await minute(front)).includes('deleting')) break;
    front.cloud.faults.clear();
    return seen;
  }

  it('a record of somebody, in its last stage', async () => {
    const { address, front, id } = await atTheEnd();
    const query = { DomainName: 'example.com', RR: 'shop', Type: 'A', Value: address };
    const call = { product: 'alidns', region: REGION, action: 'AddDomainRecord', effect: 'write', query } as const;
    await front.cloud.openApi().call(call);
    for (let looks = 0; looks < 25; looks += 1) await minute(front);
    expect(front.bought()).toEqual([id]);
    expect(only(await front.look()).extras).toMatchObject([{ stage: 'deleting', reason: 'Withdrawing' }]);
  });

  it.each(['alibaba-cloud', 'alicloud'])(
    'a Service that names it with the prefix %s, made a moment ago',
    async (old) => {
      const { front, id } = await atTheEnd();
      const kube = await front.kube();
      const annotations = { [`service.beta.kubernetes.io/${old}-loadbalancer-id`]: id };
      const metadata = { name: 'team-b', namespace: NAMESPACE, annotations };
      const spec = { type: 'ClusterIP', ports: [{ name: 'https', port: 443 }] };
      let made = false;
      front.cloud.faults.before({ operation: 'slb.DescribeLoadBalancerAttribute' }, async () => {
        if (made) return;
        made = true;
        await kube.create(SERVICE, NAMESPACE, { apiVersion: 'v1', kind: 'Service', metadata, spec });
      });
      await front.looks(3);
      expect(front.bought()).toEqual([id]);
      expect(only(await front.look()).extras).toMatchObject([{ reason: 'ForeignLoadBalancer', needsPerson: true }]);
    },
  );
});

describe('what is somebody else’s', () => {
  it('a listener on the port of the gateway: never taken over', async () => {
    const front = full(aFront());
    let made = false;
    // Right before the binding.
    front.cloud.faults.before({ operation: 'kube list services' }, async () => {
      const [id] = front.bought();
      if (id === undefined || made) return;
      made = true;
      const listener = { ListenerPort: 443, Bandwidth: -1, BackendServerPort: 9443, Description: 'payments of team B' };
      await slb(front, 'CreateLoadBalancerTCPListener', { LoadBalancerId: id, ...listener });
    });
    const answer = only(await front.looks(3));
    expect(answer.extras).toMatchObject([{ stage: 'bought', reason: 'ForeignListener', needsPerson: true }]);
  });

  it('an instance of the pool with a listener: another one is bought', async () => {
    const front = aFront({
      prepare: (cloud) => cloud.loadBalancers.add({ region: REGION, id: 'lb-warm', tags: POOLED }),
    });
    const listener = { ListenerPort: 443, Bandwidth: -1, BackendServerPort: 9443, Description: 'payments of team B' };
    await slb(front, 'CreateLoadBalancerTCPListener', { LoadBalancerId: 'lb-warm', ...listener });
    await full(front).looksUntil(SERVING, 6);
    expect(front.bought()).toHaveLength(1);
  });
});

describe('a warm pool, and two at it', () => {
  function aFrontWithPool(...ids: readonly string[]): Front {
    return aFront({
      prepare: (cloud) => {
        for (const id of ids) cloud.loadBalancers.add({ region: REGION, id, tags: POOLED });
      },
    });
  }

  it('killed between the mark on the instance and the note of it, lists old: it is not lost', async () => {
    const front = full(aFrontWithPool('lb-warm'));
    front.cloud.loadBalancers.listsLag(2 * MINUTE);
    front.cloud.faults.cut({ operation: 'slb.TagResources', times: 1, afterEffect: true });
    await front.looksUntil(SERVING, 6);
    expect(only(await front.look()).extras).toMatchObject([{ id: 'lb-warm' }]);
    expect(front.bought()).toEqual([]);
  });

  it('two looks at once take one, and the mark of no other is left', async () => {
    const front = full(aFrontWithPool('lb-warma', 'lb-warmb'));
    for (let count = 0; count < 5; count += 1) {
      await Promise.all([front.look(), front.look(), front.look()]);
      front.pass(1);
    }
    const [extra] = only(await front.look()).extras;
    expect(extra).toMatchObject({ id: 'lb-warma', stage: 'serving', reason: 'LoadBalancerServing' });
    expect(front.bought()).toEqual([]);
  });

  it('two Services that write down the same instance: one of them has it, and its mark', async () => {
    const front = aFrontWithPool('lb-warm');
    const kube = await front.kube();
    let other = false;
    front.cloud.faults.before({ operation: 'slb.TagResources' }, async () => {
      if (other) return;
      other = true;
      // Another Service, made later, has written the same down.
      const metadata = { annotations: { 'gateway-autopilot/taking': 'lb-warm' } };
      const names = (await front.services()).filter((name) => name !== 'ingressgateway-clb-1');
      for (const name of names) await kube.patch(SERVICE, NAMESPACE, name, { metadata });
    });
    await front.invoke({
      action: 'attach',
      gateway: 'ingressgateway',
      extra: 2,
      owner: 'li.wei',
      reason: 'sale',
      for: '6h',
    });
    await front.looksUntil((answer) => stages(answer).join() === 'serving,serving', 8);
    const [first, second] = only(await front.look()).extras;
    expect(first).toMatchObject({ id: 'lb-warm', reason: 'LoadBalancerServing' });
    expect(front.bought()).toEqual([second?.id]);
  });
});

describe('a gateway that is configured no more', () => {
  it('its instances and Services are named, and a person is told', async () => {
    const tags = { ...OWNED, 'gateway-autopilot-gateway': 'gone', 'gateway-autopilot-service': 'u' };
    const front = aFront({ prepare: (cloud) => cloud.loadBalancers.add({ region: REGION, id: 'lb-lost', tags }) });
    const kube = await front.kube();
    const labels = { 'gateway-autopilot/gateway': 'gone' };
    const metadata = { name: 'gone-clb-1', namespace: NAMESPACE, labels };
    await kube.create(SERVICE, NAMESPACE, {
      apiVersion: 'v1',
      kind: 'Service',
      metadata,
      spec: { type: 'ClusterIP', ports: [{ name: 'https', port: 443 }] },
    });
    const answer = await front.look();
    expect(answer['unattended']).toEqual([
      { kind: 'CLB', name: 'lb-lost', gateway: 'gone' },
      { kind: 'Service', name: 'gone-clb-1', gateway: 'gone' },
    ]);
    expect(answer.message).toContain('lb-lost');
    expect(front.writes()).toEqual(['kube create services']);
  });
});
