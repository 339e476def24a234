import { CONFIG_MAPS, DEPLOYMENTS, ISTIO_GATEWAYS, SERVICES } from '../rehearsal/cloud/faces';
import { aStage, CONFIGURATION, type GatewayAnswer, only, REGION, type Stage } from './a-stage';

const FREEZE = { action: 'freeze', owner: 'li.wei', reason: 'incident' };

let stage: Stage;
afterEach(() => stage.close());

async function writeJournal(data: Readonly<Record<string, string>>): Promise<void> {
  const api = await stage.kube();
  await api.create(CONFIG_MAPS, 'istio-system', {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name: 'gateway-autopilot' },
    data,
  });
}

function of(gateways: readonly GatewayAnswer[] | undefined, name: string): GatewayAnswer | undefined {
  return gateways?.find(({ gateway }) => gateway === name);
}

describe('freezing in the middle of an incident', () => {
  it.each(['kube list deployments', 'kube list horizontalpodautoscalers', 'cms.DescribeMetricList'])(
    'works while %s fails',
    async (operation) => {
      stage = await aStage();
      stage.cloud.faults.fail({ operation, status: 503, code: 'ServiceUnavailable' });
      const answer = await stage.invoke(FREEZE);
      expect(answer['command']).toBe('every write in this cluster is stopped until it is lifted by li.wei: incident');
      stage.cloud.faults.clear();
      stage.load(4_500);
      stage.pass(3);
      expect(only(await stage.look()).reason).toBe('Frozen');
    },
  );

  it('an answer that is lost is not called a refusal', async () => {
    stage = await aStage();
    await writeJournal({});
    stage.cloud.faults.cut({ operation: 'kube patch configmaps', times: 1, afterEffect: true });
    let reads = 0;
    stage.cloud.faults.before({ operation: 'kube get configmaps' }, () => {
      reads += 1;
      // The second reading belongs to the write; the one after it would settle its outcome.
      if (reads === 2) stage.cloud.faults.cut({ operation: 'kube get configmaps', times: 1 });
    });
    const answer = await stage.invoke(FREEZE);
    expect(answer.outcome).toBe('refused');
    expect(answer.message).toMatch(/^It is not known whether the command was recorded; look, and say it again/);
    stage.cloud.faults.clear();
    expect((await stage.look())['freeze']).toEqual({ owner: 'li.wei', reason: 'incident' });
  });

  it('a longer freeze is not replaced by a shorter one; an ended one is gone', async () => {
    stage = await aStage();
    await stage.invoke({ ...FREEZE, for: '2h' });
    expect((await stage.invoke({ ...FREEZE, owner: 'wang', for: '5m' })).message).toBe(
      'Nothing was changed: already frozen until 2026-11-23T12:00:35Z by li.wei, which is longer: incident',
    );
    const longer = await stage.invoke({ ...FREEZE, owner: 'wang', reason: 'upgrade' });
    expect(longer['command']).toContain('instead of the freeze by li.wei (incident)');
    await stage.invoke({ action: 'unfreeze', owner: 'wang', reason: 'done' });
    await stage.invoke({ ...FREEZE, for: '5m' });
    stage.pass(6);
    expect((await stage.look())['freeze']).toBe('none');
  });

  it('while it lasts not even our own record is written', async () => {
    stage = await aStage();
    stage.load(4_500);
    stage.pass(3);
    await stage.look();
    await stage.invoke(FREEZE);
    stage.cloud.resetCalls();
    await stage.looks(3);
    expect(stage.writes()).toEqual([]);
  });
});

describe('a journal that was edited by hand', () => {
  it('presence of a freeze counts, whatever its text', async () => {
    stage = await aStage();
    await writeJournal({ freeze: 'upgrading, ask Li' });
    stage.load(4_500);
    stage.pass(3);
    expect(only(await stage.look()).message).toContain('frozen by unknown until it is lifted: upgrading, ask Li');
  });

  it('an entry that makes no sense stops the scale-in of its gateway alone, tells a person, and is left as it is', async () => {
    const configuration = CONFIGURATION.replace(
      'policies:',
      '  second: { regions: [cn-hangzhou], policy: web }\npolicies:',
    );
    stage = await aStage({ configuration, gateways: [{}, { name: 'second', loadBalancerIds: ['lb-2'] }] });
    await writeJournal({ 'ingressgateway.json': 'oops', 'notes.json': '{"todo":1}', readme: 'ours' });
    for (const name of ['ingressgateway', 'second']) stage.load(600, name);
    stage.pass(20);
    const { gateways } = await stage.look();
    expect(of(gateways, 'ingressgateway')).toMatchObject({
      outcome: 'hold',
      reason: 'JournalUnreadable',
      needsPerson: true,
    });
    expect(of(gateways, 'second')).toMatchObject({ outcome: 'change', change: { from: 10, to: 7 } });
    expect((await stage.invoke(FREEZE))['command']).toContain('every write in this cluster is stopped');
    const stored = (await (await stage.kube()).get(CONFIG_MAPS, 'istio-system', 'gateway-autopilot')) as {
      data: Record<string, string>;
    };
    expect(stored.data).toMatchObject({ 'ingressgateway.json': 'oops', 'notes.json': '{"todo":1}', readme: 'ours' });
  });
});

describe('load balancers that are not what they seem', () => {
  it('a Service that loses its label does not take its load away with it', async () => {
    stage = await aStage({ gateways: [{ loadBalancerIds: ['lb-1', 'lb-2'] }] });
    expect(only(await stage.look())).toMatchObject({ outcome: 'steady', current: 10 });
    const api = await stage.kube();
    await api.patch(SERVICES, 'istio-system', 'istio-ingressgateway-clb-2', {
      metadata: { labels: { 'service.k8s.alibaba/loadbalancer-id': null } },
    });
    expect(only(await stage.looks(30))).toMatchObject({ outcome: 'hold', reason: 'PartialMetrics' });
    expect(stage.replicas()).toBe(10);
    stage.load(9_000);
    stage.pass(3);
    // Half of it is seen, and even that is more than ten replicas should carry.
    expect(only(await stage.look()).change).toMatchObject({ from: 10, to: 15 });
  });
});

describe('two writers at the same moment', () => {
  it('a look at one gateway does not cost another its scale-out', async () => {
    const configuration = CONFIGURATION.replace(
      'policies:',
      '  second: { regions: [cn-hangzhou], policy: web }\npolicies:',
    );
    stage = await aStage({ configuration, gateways: [{}, { name: 'second', loadBalancerIds: ['lb-2'] }] });
    for (const name of ['ingressgateway', 'second']) stage.load(4_500, name);
    stage.pass(3);
    await Promise.all([stage.invoke({ action: 'look', gateway: 'ingressgateway' }), stage.look()]);
    expect([stage.replicas('ingressgateway'), stage.replicas('second')]).toEqual([15, 15]);
  });

  it('an IstioGateway that was switched to autoscaling meanwhile is not written', async () => {
    stage = await aStage({ gateways: [{ owner: 'asm' }] });
    stage.load(4_500);
    stage.pass(3);
    const mesh = await stage.cloud.kubeConnector().open({ of: 'asm', region: REGION, id: 'm1', privateApi: true });
    let other: Promise<unknown> = Promise.resolve();
    stage.cloud.faults.before({ operation: 'kube create configmaps', times: 1 }, () => {
      other = mesh.patch(ISTIO_GATEWAYS, 'istio-system', 'ingressgateway', {
        spec: { autoscaleEnabled: true, minReplicas: 2, maxReplicas: 30 },
      });
    });
    expect(only(await stage.look())).toMatchObject({ outcome: 'hold', reason: 'ConcurrentChange' });
    await other;
  });

  it('a Deployment whose status changed in between is written all the same', async () => {
    stage = await aStage();
    stage.load(4_500);
    stage.pass(3);
    const api = await stage.kube();
    let other: Promise<unknown> = Promise.resolve();
    stage.cloud.faults.before({ operation: 'kube create configmaps', times: 1 }, () => {
      other = api.patch(DEPLOYMENTS, 'istio-system', 'istio-ingressgateway', {
        metadata: { annotations: { touched: 'yes' } },
      });
    });
    expect(only(await stage.look())).toMatchObject({ outcome: 'change', change: { from: 10, to: 15 } });
    await other;
  });
});
