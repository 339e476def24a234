import { aStage, CONFIGURATION, only, REGION, recorded, type Stage, TIMER } from './a-stage';

let stage: Stage;
afterEach(() => stage.close());

describe('a gateway under load', () => {
  it('grows when the load rises, and the next look leaves it alone', async () => {
    stage = await aStage();
    expect(only(await stage.look())).toMatchObject({ outcome: 'steady', reason: 'WithinTolerance', current: 10 });
    expect(stage.writes()).toEqual([]);
    stage.load(4_500);
    stage.pass(3);
    const answer = await stage.look();
    expect(only(answer)).toMatchObject({
      outcome: 'change',
      reason: 'LoadAboveTarget',
      change: { object: 'Deployment istio-system/istio-ingressgateway', field: 'spec.replicas', from: 10, to: 15 },
    });
    expect(answer.message).toBe('1 gateway in cn-hangzhou: 1 changed, 0 steady, 0 held');
    expect(stage.replicas()).toBe(15);
    stage.pass(1);
    expect(only(await stage.look())).toMatchObject({ outcome: 'steady', current: 15 });
  });

  it('shrinks only after a quarter of an hour, step by step, with time to cool down', async () => {
    stage = await aStage();
    stage.load(600);
    const seen: number[] = [];
    for (let minute = 0; minute < 60; minute += 1) {
      stage.pass(1);
      await stage.look();
      seen.push(stage.replicas());
    }
    expect(seen.slice(0, 15)).toEqual(Array(15).fill(10));
    expect([...new Set(seen)]).toEqual([10, 9, 6, 4, 3]);
    expect(only(await stage.look()).message).toBe('newConnections 600 connections/s is 67 % of 3 × 300');
  });

  it('a drop that lasts ten minutes is ridden out', async () => {
    stage = await aStage();
    stage.load(100);
    await stage.looks(10);
    stage.load(3_000);
    expect(only(await stage.looks(20))).toMatchObject({ outcome: 'steady', current: 10 });
    expect(stage.writes()).toEqual([]);
  });
});

describe('the object that is written', () => {
  const bounds = { min: 3, max: 12, targetUtilization: 70 };

  it.each([
    ['deployment', 'Deployment istio-system/istio-ingressgateway', 'spec.replicas', 10, 15],
    ['asm-left-to-us', 'Deployment istio-system/istio-ingressgateway', 'spec.replicas', 10, 15],
    ['asm', 'IstioGateway istio-system/ingressgateway', 'spec.replicaCount', 10, 15],
    ['asm-left-to-us-hpa', 'HorizontalPodAutoscaler istio-system/istio-ingressgateway', 'spec.minReplicas', 3, 7],
    ['asm-autoscale', 'IstioGateway istio-system/ingressgateway', 'spec.minReplicas', 3, 7],
  ] as const)('%s: %s', async (owner, object, field, from, to) => {
    const configuration = owner === 'deployment' ? CONFIGURATION.replace('    mesh: { id: m1 }\n', '') : CONFIGURATION;
    stage = await aStage({ configuration, gateways: [{ owner, hpa: bounds }] });
    stage.load(4_500);
    stage.pass(3);
    expect(only(await stage.look()).change).toEqual({ object, field, from, to });
    stage.pass(5);
    // ASM has synchronised since, and has not put it back.
    expect(only(await stage.look()).current).toBeGreaterThanOrEqual(to);
    expect(stage.replicas()).toBeGreaterThanOrEqual(to);
  });

  it("an HPA's own maximum is never raised: it is reached, and a person is told", async () => {
    stage = await aStage({ gateways: [{ owner: 'asm-left-to-us-hpa', hpa: bounds }] });
    stage.load(9_000);
    stage.pass(3);
    const answer = await stage.looks(3);
    expect(only(answer)).toMatchObject({
      outcome: 'hold',
      reason: 'AutoscalerMaximum',
      current: 12,
      needsPerson: true,
    });
    expect(only(answer).message).toContain('the maximum of HorizontalPodAutoscaler istio-ingressgateway is 12');
  });

  it('a serverless gateway is left to ASM', async () => {
    stage = await aStage({ gateways: [{ owner: 'serverless', loadBalancerIds: [] }] });
    expect(only(await stage.look())).toMatchObject({ outcome: 'hold', reason: 'ServerlessGateway' });
  });

  it('a gateway that does not exist is held, and a person is told', async () => {
    stage = await aStage({ gateways: [{ name: 'another' }] });
    expect(only(await stage.look())).toMatchObject({ outcome: 'hold', reason: 'GatewayNotFound', needsPerson: true });
  });
});

describe('a person', () => {
  const pin = {
    action: 'scale',
    gateway: 'ingressgateway',
    replicas: 20,
    owner: 'li.wei',
    reason: 'flash sale',
    for: '2h',
  };

  it('pins replicas for a while; afterwards load decides again', async () => {
    stage = await aStage();
    const answer = await stage.invoke(pin);
    expect(answer['command']).toBe('ingressgateway is pinned to 20 until 2026-11-23T12:00:35Z by li.wei: flash sale');
    expect(only(answer)).toMatchObject({ outcome: 'change', reason: 'Override', change: { from: 10, to: 20 } });
    expect(stage.replicas()).toBe(20);
    expect(only(await stage.looks(60))).toMatchObject({ outcome: 'steady', reason: 'OverrideHeld', current: 20 });
    stage.pass(60);
    expect(only(await stage.looks(45)).reason).not.toBe('OverrideHeld');
    expect(stage.replicas()).toBe(13);
  });

  it('ends a pin early', async () => {
    stage = await aStage();
    await stage.invoke(pin);
    const answer = await stage.invoke({ action: 'resume', gateway: 'ingressgateway', owner: 'li.wei', reason: 'over' });
    expect(answer['command']).toBe('the override by li.wei of ingressgateway ended by li.wei: over');
    expect(only(answer).reason).not.toBe('OverrideHeld');
  });

  it.each([
    ['outside the bounds', { ...pin, replicas: 50 }, '50 is outside the bounds 2 to 40 of policy "web"'],
    [
      'an unknown gateway',
      { ...pin, gateway: 'ingresgateway' },
      'no gateway "ingresgateway" is configured in this region; there is: ingressgateway',
    ],
    ['too long', { ...pin, for: '73h' }, 'a pin of 3d1h is too long; at most 3d is allowed'],
    [
      'nothing to resume',
      { action: 'resume', gateway: 'ingressgateway', owner: 'a', reason: 'b' },
      'nothing that was asked for "ingressgateway" is in place',
    ],
  ])('is refused with the reason: %s', async (_, command, why) => {
    stage = await aStage();
    const answer = await stage.invoke(command);
    expect(answer.outcome).toBe('refused');
    expect(answer.message).toContain(why);
    expect(stage.writes()).toEqual([]);
  });

  it('ends a freeze where there is none: nothing is written, and that is no failure', async () => {
    stage = await aStage();
    const answer = await stage.invoke({ action: 'unfreeze', owner: 'a', reason: 'b' });
    expect(answer).toMatchObject({ command: 'nothing was frozen here' });
    expect(answer.outcome).not.toBe('refused');
    expect(stage.writes()).toEqual([]);
  });

  it('asks what would happen, and nothing is written', async () => {
    stage = await aStage();
    const answer = await stage.invoke({ ...pin, dryRun: true });
    expect(answer['command']).toMatch(/^Nothing was written; without dryRun: ingressgateway is pinned to 20 /);
    expect(only(answer)).toMatchObject({
      ...{ outcome: 'change', reason: 'Override', dryRun: true },
      withheld: { from: 10, to: 20 },
    });
    expect(answer.message).toBe('1 gateway in cn-hangzhou: 1 would be changed, 0 steady, 0 held');
    expect(stage.writes()).toEqual([]);
  });

  it('stops every write within one look, and allows them again', async () => {
    stage = await aStage();
    stage.load(4_500);
    stage.pass(3);
    const frozen = await stage.invoke({ action: 'freeze', owner: 'li.wei', reason: 'upgrade' });
    expect(frozen['freeze']).toEqual({ owner: 'li.wei', reason: 'upgrade' });
    expect(only(frozen)).toMatchObject({ outcome: 'hold', reason: 'Frozen', withheld: { from: 10, to: 15 } });
    expect(only(await stage.looks(3))).toMatchObject({ reason: 'Frozen' });
    expect((await stage.invoke(pin)).message).toBe('Nothing was changed: frozen by li.wei: upgrade; unfreeze first');
    expect(stage.replicas()).toBe(10);
    const lifted = await stage.invoke({ action: 'unfreeze', owner: 'wang', reason: 'done' });
    expect(only(lifted)).toMatchObject({ outcome: 'change', change: { from: 10, to: 15 } });
  });

  it('is answered when another invocation writes the journal at the same moment', async () => {
    stage = await aStage();
    const answers = await Promise.all([stage.invoke(pin), stage.invoke({ ...pin, replicas: 21 })]);
    expect(answers.filter(({ command }) => command !== undefined)).toHaveLength(2);
    stage.pass(1);
    const { current } = only(await stage.look());
    expect([20, 21]).toContain(current);
  });
});

describe('a policy that observes', () => {
  it('says what it would do, and has nothing to write with', async () => {
    stage = await aStage({ configuration: CONFIGURATION.replace('mode: auto', 'mode: observe') });
    stage.load(4_500);
    stage.pass(3);
    expect(only(await stage.looks(3))).toMatchObject({
      outcome: 'hold',
      reason: 'ObserveMode',
      withheld: { from: 10, to: 15 },
    });
    const refused = await stage.invoke({
      action: 'scale',
      gateway: 'ingressgateway',
      replicas: 12,
      owner: 'a',
      reason: 'b',
      for: '1h',
    });
    expect(refused.message).toBe(
      'Nothing was changed: policy "web" only observes; set its mode to auto to let anything be written',
    );
    expect(stage.writes()).toEqual([]);
  });
});

describe('a failing cloud', () => {
  it('metrics that are throttled for good: held, and said', async () => {
    stage = await aStage();
    stage.load(100);
    stage.pass(30);
    stage.cloud.faults.fail({ operation: 'cms.DescribeMetricList', status: 400, code: 'Throttling.User' });
    const answer = await stage.look();
    expect(only(answer)).toMatchObject({ outcome: 'hold', reason: 'MissingMetrics', needsPerson: true });
    expect(only(answer).message).toContain('Throttling.User');
    expect(stage.writes()).toEqual([]);
  });

  it('a gap in the metrics stops scale-in and not scale-out', async () => {
    stage = await aStage();
    const now = stage.cloud.clock.now();
    stage.cloud.faults.metricGap({ region: REGION, from: now + 60_000, to: now + 180_000 });
    stage.load(600);
    const { reason } = only(await stage.looks(16));
    expect(reason).toBe('PartialMetrics');
    expect(stage.replicas()).toBe(10);
    stage.load(4_500);
    stage.pass(3);
    expect(only(await stage.look()).change).toMatchObject({ from: 10, to: 15 });
  });

  it('a cluster that cannot be reached: the invocation fails, so that it is tried again; a person is answered', async () => {
    stage = await aStage();
    stage.cloud.faults.fail({ operation: 'kube list deployments', status: 503, code: 'ServiceUnavailable' });
    expect((await stage.look()).outcome).toBe('failed');
    const answer = await stage.invoke({ action: 'look' });
    expect(only(answer)).toMatchObject({ outcome: 'hold', reason: 'ReadFailed', needsPerson: false });
    expect(answer['freeze']).toBe('unknown: the cluster could not be read');
  });

  it('a permission that is missing is for a person, not for a retry', async () => {
    stage = await aStage();
    stage.cloud.faults.fail({ operation: 'kube list deployments', status: 403, code: 'Forbidden' });
    expect(only(await stage.look())).toMatchObject({ outcome: 'hold', reason: 'ReadFailed', needsPerson: true });
  });

  it('an unreadable freeze allows scale-out and no scale-in', async () => {
    stage = await aStage();
    stage.load(600);
    stage.pass(20);
    stage.cloud.faults.fail({ operation: 'kube get configmaps', status: 403, code: 'Forbidden' });
    expect(only(await stage.look())).toMatchObject({
      outcome: 'hold',
      reason: 'JournalUnreadable',
      withheld: { from: 10, to: 7 },
    });
    stage.load(4_500);
    stage.pass(3);
    expect(only(await stage.look())).toMatchObject({ outcome: 'change', change: { from: 10, to: 15 } });
    expect(stage.replicas()).toBe(15);
  });

  it('who owns the replicas is unknown while the mesh cannot be read: nothing is written', async () => {
    stage = await aStage();
    stage.load(4_500);
    stage.pass(3);
    stage.cloud.faults.fail({ operation: 'servicemesh.DescribeServiceMeshKubeconfig', status: 403, code: 'Forbidden' });
    expect(only(await stage.look())).toMatchObject({ outcome: 'hold', reason: 'ReadFailed' });
    expect(stage.writes()).toEqual([]);
  });

  it('the journal cannot be written: scale-out goes on, scale-in waits', async () => {
    stage = await aStage();
    stage.load(4_500);
    stage.pass(3);
    stage.cloud.faults.fail({ operation: 'kube create configmaps', status: 403, code: 'Forbidden' });
    expect(only(await stage.look())).toMatchObject({ outcome: 'change', change: { from: 10, to: 15 } });
    stage.load(600);
    stage.pass(20);
    expect(only(await stage.look())).toMatchObject({ outcome: 'hold', reason: 'WriteFailed', needsPerson: true });
  });

  it('a write whose answer is lost is read back, not sent again', async () => {
    stage = await aStage();
    stage.load(4_500);
    stage.pass(3);
    stage.cloud.faults.cut({ operation: 'kube patch deployments/scale', times: 1, afterEffect: true });
    expect(only(await stage.look())).toMatchObject({ outcome: 'change', change: { from: 10, to: 15 } });
    expect(stage.writes()).toEqual(['kube create configmaps', 'kube patch deployments/scale', 'kube patch configmaps']);
  });

  it('a write that never arrived is made at the next look', async () => {
    stage = await aStage();
    stage.load(4_500);
    stage.pass(3);
    stage.cloud.faults.cut({ operation: 'kube patch deployments/scale', times: 1 });
    expect(only(await stage.look())).toMatchObject({
      outcome: 'hold',
      reason: 'WriteFailed',
      withheld: { from: 10, to: 15 },
    });
    stage.pass(1);
    expect(only(await stage.look())).toMatchObject({ outcome: 'change', change: { from: 10, to: 15 } });
  });

  it('somebody else writes the field in between: it is not overwritten', async () => {
    stage = await aStage();
    stage.load(4_500);
    stage.pass(3);
    const kube = await stage.kube();
    const kind = { group: 'apps', version: 'v1', plural: 'deployments', kind: 'Deployment' };
    let other: Promise<unknown> = Promise.resolve();
    stage.cloud.faults.before({ operation: 'kube create configmaps', times: 1 }, () => {
      other = kube.patch(kind, 'istio-system', 'istio-ingressgateway', { spec: { replicas: 12 } });
    });
    expect(only(await stage.look())).toMatchObject({ outcome: 'hold', reason: 'ConcurrentChange' });
    await other;
    expect(stage.replicas()).toBe(12);
  });
});

describe('what the log says', () => {
  it('one line for each decision and each write, with the request id, from, to and reason', async () => {
    stage = await aStage();
    stage.load(4_500);
    stage.pass(3);
    await stage.look();
    const lines = stage.log.filter(({ event }) => event === 'decision' || event === 'write');
    expect(lines).toEqual([
      expect.objectContaining({
        level: 'info',
        event: 'write',
        function: 'scale-gateway',
        requestId: expect.any(String),
        region: 'cn-hangzhou',
        gateway: 'ingressgateway',
        object: 'Deployment/istio-system/istio-ingressgateway',
        from: 10,
        to: 15,
        reason: 'LoadAboveTarget',
      }),
      expect.objectContaining({
        event: 'decision',
        outcome: 'change',
        from: 10,
        to: 15,
        reason: 'LoadAboveTarget',
        acted: true,
      }),
    ]);
  });

  it('holds nothing of the credentials', async () => {
    stage = await aStage({ face: 'http' });
    stage.cloud.faults.fail({ operation: 'cms.DescribeMetricList', status: 403, code: 'Forbidden' });
    await stage.invoke({ action: 'look' });
    const { accessKeyId, accessKeySecret, securityToken } = stage.cloud.credentials();
    for (const secret of [accessKeyId.slice(0, 8), accessKeySecret.slice(0, 8), securityToken.slice(0, 8)]) {
      expect(secret.length).toBe(8);
    }
    expect(stage.logText()).not.toMatch(/securityToken|accessKeySecret|BEGIN|Bearer/);
  });
});

describe('events that ask for nothing', () => {
  it.each([
    ['an empty buffer', Buffer.alloc(0)],
    ['{}', '{}'],
    ["the console's template", '{"key1":"value1"}'],
    ['plain text', 'scale up please'],
    ['__proto__ keys', '{"__proto__":{"action":"scale"},"constructor":{}}'],
    ['a misspelt command', '{"action":"scael","replicas":99}'],
    ['a command that came over HTTP', JSON.stringify(recorded('http-command'))],
  ])('%s: answered with help, nothing is even looked at', async (_, event) => {
    stage = await aStage();
    const answer = await stage.invoke(event);
    expect(answer['help']).toEqual(expect.arrayContaining([expect.stringContaining('"action":"look"')]));
    expect(stage.cloud.calls()).toEqual([]);
  });

  it('a megabyte: answered with its size and the limit, since no form of it is known', async () => {
    stage = await aStage();
    expect(await stage.invoke(JSON.stringify({ key: 'x'.repeat(1_000_000) }))).toEqual({
      function: 'scale-gateway',
      at: expect.anything(),
      outcome: 'nothing-done',
      message: 'Nothing was looked at or changed: the event has 1000010 bytes; at most 131072 are read',
    });
    expect(stage.cloud.calls()).toEqual([]);
  });
});

describe('alarms are a reason to look, over HTTP through the real SDKs', () => {
  /** The state that matters: replicas, and the changes that led there. */
  const endState = (on: Stage) => ({
    replicas: on.replicas(),
    changes: on.cloud.stats(REGION, 'ingressgateway').changes,
  });
  const grow = async (events: readonly (readonly unknown[])[]) => {
    stage = await aStage({ face: 'http' });
    stage.load(4_500);
    stage.pass(3);
    for (const together of events) await Promise.all(together.map((event) => stage.invoke(event)));
    stage.pass(1);
    await stage.look();
    return endState(stage);
  };
  const alert = recorded('callback-slb-port');
  const recovery = recorded('callback-recovery');

  it.each<[what: string, events: unknown[][]]>([
    ['a timer alone', [[TIMER]]],
    ['the same alarm twice', [[alert], [alert]]],
    ['three at once', [[alert, alert, TIMER]]],
    ['an old recovery after the alarm', [[alert], [recovery]]],
    ['an alarm of years ago after a look', [[TIMER], [recorded('callback-vendor-sample-http')]]],
  ])('%s: the same end', async (_, events) => {
    expect(await grow(events)).toEqual({ replicas: 15, changes: 1 });
  });

  it('a forged alarm for a quiet gateway changes nothing', async () => {
    stage = await aStage({ face: 'http' });
    for (const forged of [alert, recovery, recorded('callback-insufficient-data')]) {
      expect(only(await stage.invoke(forged))).toMatchObject({ outcome: 'steady' });
    }
    expect(endState(stage)).toEqual({ replicas: 10, changes: 0 });
    expect(stage.writes()).toEqual([]);
  });
});

describe('what a quiet look costs', () => {
  it('with 100 gateways and 120 CLBs: one call per 50 CLBs and signal, and four lists of the cluster', async () => {
    const gateways = Array.from({ length: 100 }, (_, index) => ({
      name: `gateway-${index}`,
      loadBalancerIds: index < 20 ? [`lb-${index}`, `lb-${index}-extra`] : [`lb-${index}`],
    }));
    const names = gateways.map(({ name }) => `  ${name}: { regions: [cn-hangzhou], policy: web }`).join('\n');
    const configuration = CONFIGURATION.replace('  ingressgateway: { regions: [cn-hangzhou], policy: web }', names);
    stage = await aStage({ configuration, gateways });
    // The first look fetches the kubeconfigs.
    await stage.look();
    stage.cloud.resetCalls();
    stage.pass(1);
    const { message } = await stage.look();
    expect(message).toBe('100 gateways in cn-hangzhou: 0 changed, 100 steady, 0 held');
    const counts: Record<string, number> = {};
    for (const { operation } of stage.cloud.calls()) counts[operation] = (counts[operation] ?? 0) + 1;
    const lists = Object.entries(counts).filter(([operation]) => operation.startsWith('kube list'));
    expect(lists.reduce((sum, [, count]) => sum + count, 0)).toBe(4);
    expect(counts['kube get configmaps']).toBe(1);
    // 120 CLBs in three calls; 22 minutes of 50 instances are one page.
    expect(counts['cms.DescribeMetricList']).toBe(3);
    expect(stage.writes()).toEqual([]);
  });
});
