import { CHECKS } from '../../shared/core/audit/checks';
import { recorded } from './a-stage';
import {
  type Answer,
  type AuditStage,
  anAuditStage,
  CONFIGURATION,
  type Estate,
  kindOf,
  POD_SPEC,
} from './an-audit-stage';
import { CASES } from './audit-checks';

const AUDIT = { action: 'audit', gateway: 'web' } as const;

function outcomes({ gateways = [] }: Answer, outcome: string): readonly string[] {
  return (gateways[0]?.findings ?? []).filter((each) => each.outcome === outcome).map(({ id }) => id);
}

/** Instances that the cloud controller buys get a name by chance. */
function withoutNewIds(evidence: readonly string[]): readonly string[] {
  return evidence.map((fact) => fact.replace(/lb-[a-z0-9]{20}/, 'lb-new'));
}

describe('a gateway that follows every practice', () => {
  it('passes every check', async () => {
    const stage = await anAuditStage();
    const answer = await stage.invoke(AUDIT);
    expect(answer.message).toBe('web: 0 of 25 checks fail, 0 critical');
    expect(outcomes(answer, 'pass').length).toBe(25);
  });

  it('passes them through the real SDKs, too', async () => {
    const stage = await anAuditStage({ face: 'http' });
    const answer = await stage.invoke(AUDIT);
    await stage.close();
    expect(answer.message).toBe('web: 0 of 25 checks fail, 0 critical');
    expect(outcomes(answer, 'pass').length).toBe(25);
  });

  it('is not mixed up with another one in the same namespace', async () => {
    const stage = await anAuditStage();
    const other = { region: 'cn-hangzhou', clusterId: 'c1', name: 'api', replicas: 1, capacityPerReplica: 100 };
    stage.cloud.addGateway({ ...other, owner: 'deployment', loadBalancerIds: ['lb-9'] });
    expect((await stage.finding('clb-count')).evidence).toEqual(['2 CLBs: lb-1, lb-2']);
    expect((await stage.finding('spread-over-nodes')).evidence).toEqual(['4 on node-1, 3 on node-2']);
  });

  it('is read without a single write', async () => {
    const stage = await anAuditStage();
    await stage.invoke(AUDIT);
    const operations = stage.cloud.calls().map(({ operation }) => operation);
    expect(operations.filter((each) => !/^(kube (get|list) |\w+\.(Describe|List))/.test(each))).toEqual([]);
  });
});

describe('each check', () => {
  it('has a gateway that fails it', () => {
    expect(CASES.map(({ id }) => id)).toEqual(CHECKS.map(({ id }) => id));
  });

  it.each(CASES.map((each) => [each.id, each] as const))(
    '%s fails, prints its fix, and passes with it',
    async (id, { breaks, byHand, commands, fails, mended, seen }) => {
      const stage = await anAuditStage(fails);
      await breaks?.(stage);
      const found = await stage.finding(id);
      expect(found).toMatchObject({ outcome: 'fail', evidence: seen });
      const patches = found.fix?.patches ?? [];
      expect(patches.map(({ command }) => command)).toEqual(commands);
      const applied = await applyAll(stage, found.fix?.patches ?? []);
      // Only what nobody but a person can do is done by hand.
      expect(applied.includes(false)).toBe(byHand !== undefined);
      byHand?.(stage);
      stage.pass(5);
      const after = await stage.finding(id);
      expect({ ...after, evidence: withoutNewIds(after.evidence) }).toMatchObject({
        outcome: 'pass',
        evidence: mended,
      });
    },
  );
});

async function applyAll(stage: AuditStage, patches: readonly Parameters<AuditStage['apply']>[0][]): Promise<boolean[]> {
  const done: boolean[] = [];
  for (const patch of patches) done.push(await stage.apply(patch));
  return done;
}

describe('a gateway that ASM does not own', () => {
  const { nodeSelector: _, affinity: __, ...plain } = POD_SPEC;
  const owned = { owner: 'deployment', loadBalancerIds: ['lb-1'] } as const;
  const deployment = 'kubectl --context c1 -n istio-system patch deployment istio-web --type merge -p ';
  const service = 'kubectl --context c1 -n istio-system patch service istio-web --type merge -p ';
  const spread =
    '[{"maxSkew":1,"topologyKey":"kubernetes.io/hostname","whenUnsatisfiable":"ScheduleAnyway","labelSelector":{"matchLabels":{"app":"istio-web"}}},{"maxSkew":1,"topologyKey":"topology.kubernetes.io/zone","whenUnsatisfiable":"ScheduleAnyway","labelSelector":{"matchLabels":{"app":"istio-web"}}}]';

  it.each<[string, Estate, string]>([
    ['replicas', { gateway: { ...owned, replicas: 1 } }, `${deployment}'{"spec":{"replicas":2}}'`],
    [
      'spread-over-nodes',
      { gateway: { ...owned, podSpec: plain } },
      `${deployment}'{"spec":{"template":{"spec":{"topologySpreadConstraints":${spread}}}}}'`,
    ],
    [
      'multi-buffer-placement',
      {
        gateway: { ...owned, podSpec: { ...plain, affinity: POD_SPEC.affinity } },
        cluster: {
          nodes: [
            { name: 'node-1', zone: 'cn-hangzhou-a', type: 'ecs.g6.xlarge' },
            { name: 'node-2', zone: 'cn-hangzhou-b', type: 'ecs.g7.xlarge' },
          ],
        },
      },
      `${deployment}'{"spec":{"template":{"spec":{"nodeSelector":{"feature.node.kubernetes.io/mb-feature-enable":"true"}}}}}'`,
    ],
    [
      'connection-drain',
      { gateway: { ...owned, serviceAnnotations: {} } },
      `${service}'{"metadata":{"annotations":{"service.beta.kubernetes.io/alibaba-cloud-loadbalancer-connection-drain":"on","service.beta.kubernetes.io/alibaba-cloud-loadbalancer-connection-drain-timeout":"60"}}}'`,
    ],
    [
      'termination-grace',
      { gateway: { ...owned, podSpec: { ...POD_SPEC, terminationGracePeriodSeconds: 10 } } },
      `${deployment}'{"spec":{"template":{"spec":{"terminationGracePeriodSeconds":60}}}}'`,
    ],
  ])('is changed itself: %s', async (id, estate, command) => {
    const stage = await anAuditStage(estate);
    const found = await stage.finding(id);
    expect(found.fix?.patches.map((patch) => patch.command)).toEqual([command]);
    await applyAll(stage, found.fix?.patches ?? []);
    stage.pass(5);
    expect((await stage.finding(id)).outcome).toBe('pass');
  });
});

describe('who owns the numbers', () => {
  it('is ASM where it autoscales: bounds are set in the IstioGateway', async () => {
    const hpa = { min: 1, max: 1, targetUtilization: 70 };
    const stage = await anAuditStage({ gateway: { owner: 'asm-autoscale', hpa } });
    const found = await stage.finding('autoscaler-bounds');
    expect(found.fix?.patches.map(({ command }) => command)).toEqual([
      'kubectl --context m1 -n istio-system patch istiogateway web --type merge -p \'{"spec":{"minReplicas":2,"maxReplicas":4}}\'',
    ]);
    await applyAll(stage, found.fix?.patches ?? []);
    stage.pass(5);
    expect((await stage.finding('autoscaler-bounds')).evidence).toEqual(['HPA istio-web: 2 to 4 replicas']);
  });

  it('is not guessed when the mesh cannot be read: the fix is a question', async () => {
    const stage = await anAuditStage({ gateway: { serviceAnnotations: {}, loadBalancerIds: ['lb-1'] } });
    stage.cloud.faults.deny('kube list istiogateways');
    const { fix } = await stage.finding('connection-drain');
    expect(fix?.patches.map(({ kind }) => kind)).toEqual(['console']);
    expect(fix?.patches[0]?.command).toContain('find out whether ASM owns Service istio-system/istio-web');
  });
});

describe('what cannot be read', () => {
  const OF_CLBS = [
    'clb-count',
    'clb-zones',
    'clb-charge-type',
    'clb-delete-protection',
    'clb-health',
    'backend-type',
    'certificate-expiry',
  ];
  const OF_NODES = ['spread-over-nodes', 'spread-over-zones', 'multi-buffer-nodes', 'multi-buffer-placement'];
  const OF_MESH = [
    'locality-balancing',
    'connected-networks',
    'multi-buffer-mesh',
    'multi-buffer-nodes',
    'multi-buffer-placement',
  ];

  it.each<[string, readonly string[]]>([
    ['servicemesh.DescribeServiceMeshDetail', OF_MESH],
    ['servicemesh.DescribeServiceMeshClusters', ['connected-networks']],
    ['servicemesh.DescribeCCMVersion', ['connection-drain']],
    ['servicemesh.DescribeNodesInstanceType', ['multi-buffer-nodes', 'multi-buffer-placement']],
    ['servicemesh.DescribeServiceMeshKubeconfig', ['outlier-detection', 'workload-pre-stop']],
    ['kube list virtualservices', ['outlier-detection', 'workload-pre-stop']],
    ['alidns.DescribeSubDomainRecords', ['dns-default-line', 'dns-nearest-region']],
    ['slb.DescribeLoadBalancerAttribute', OF_CLBS],
    ['slb.DescribeHealthStatus', ['clb-health', 'certificate-expiry']],
    ['slb.DescribeVServerGroups', ['backend-type']],
    ['slb.DescribeAvailableResource', []],
    ['cs.ListClusterAddonInstances', ['network-plugin', 'backend-type']],
    ['cs.DescribeClusterDetail', ['spread-asked-for', ...OF_NODES]],
    ['kube list nodes', OF_NODES],
    ['kube list pods', ['spread-over-nodes', 'spread-over-zones', 'multi-buffer-placement']],
    ['kube list horizontalpodautoscalers', ['autoscaler-bounds']],
    ['kube list services', [...OF_CLBS, 'connection-drain', 'termination-grace', 'workload-pre-stop']],
    [
      'kube list deployments',
      [
        'replicas',
        'spread-asked-for',
        'spread-over-nodes',
        'spread-over-zones',
        'termination-grace',
        'outlier-detection',
        'workload-pre-stop',
        'multi-buffer-placement',
      ],
    ],
    [
      'cs.DescribeClusterUserKubeconfig',
      [
        ...OF_CLBS,
        ...OF_NODES,
        'replicas',
        'autoscaler-bounds',
        'spread-asked-for',
        'connection-drain',
        'termination-grace',
        'outlier-detection',
        'workload-pre-stop',
      ],
    ],
  ])('is unknown, never a failure: %s', async (operation, ids) => {
    const stage = await anAuditStage();
    stage.cloud.faults.deny(operation);
    const answer = await stage.invoke(AUDIT);
    expect(outcomes(answer, 'unknown').toSorted()).toEqual([...new Set(ids)].toSorted());
    expect(outcomes(answer, 'fail')).toEqual([]);
  });

  it('says what it was that could not be read', async () => {
    const stage = await anAuditStage();
    stage.cloud.faults.deny('kube list nodes');
    expect((await stage.finding('spread-over-zones')).evidence).toEqual([
      'kube list nodes: Forbidden: not authorized (status 403)',
    ]);
  });

  it('is a cloud controller whose query timed out', async () => {
    const stage = await anAuditStage();
    stage.cloud.faults.fail({ operation: 'servicemesh.DescribeCCMVersion', status: 503, code: 'ServiceUnavailable' });
    expect((await stage.finding('connection-drain')).outcome).toBe('unknown');
  });

  it('is what is behind, where routes lead to more namespaces than are read', async () => {
    const stage = await anAuditStage();
    const hosts = Array.from({ length: 20 }, (_, index) => `shop.team-${index}`);
    const http = [{ route: hosts.map((host) => ({ destination: { host } })) }];
    await (await stage.kube('asm')).create(kindOf('VirtualService'), 'default', {
      apiVersion: 'networking.istio.io/v1beta1',
      kind: 'VirtualService',
      metadata: { name: 'many' },
      spec: { gateways: ['entry'], http },
    });
    expect(await stage.finding('workload-pre-stop')).toMatchObject({
      outcome: 'unknown',
      evidence: ['routes lead to 21 namespaces, more than the 20 that are read'],
    });
  });

  it('is what is not answered in time', async () => {
    const stage = await anAuditStage();
    stage.cloud.faults.delay({ operation: 'slb.DescribeHealthStatus', by: 60_000 });
    const answer = await stage.invoke(AUDIT);
    expect(outcomes(answer, 'unknown')).toEqual(['clb-health', 'certificate-expiry']);
  });

  it('is health where checks are off', async () => {
    const stage = await anAuditStage();
    stage.cloud.loadBalancers.checks('lb-1', false);
    expect(await stage.finding('clb-health')).toMatchObject({
      outcome: 'unknown',
      evidence: [
        'lb-1: 0 of 7 backends normal on 80, 0 of 7 backends normal on 443',
        'lb-2: 7 of 7 backends normal on 80, 7 of 7 backends normal on 443',
        'health checks are off or not finished',
      ],
    });
  });
});

describe('what a check does not apply to', () => {
  it('is everything about pods of a serverless gateway', async () => {
    const stage = await anAuditStage({ gateway: { owner: 'serverless', loadBalancerIds: ['lb-1'] } });
    const answer = await stage.invoke(AUDIT);
    const ofPods = CHECKS.filter(({ about }) => about === 'pods').map(({ id }) => id);
    expect(outcomes(answer, 'not-applicable')).toEqual(expect.arrayContaining(ofPods));
    expect(outcomes(answer, 'fail')).toEqual([]);
  });

  it('is nodes, where pods run on ECI; there vSwitches of several zones are asked for', async () => {
    const cluster = { serverless: true };
    const stage = await anAuditStage({
      cluster,
      gateway: { podAnnotations: { 'k8s.aliyun.com/eci-vswitch': 'vsw-1' } },
    });
    expect(await stage.finding('spread-over-nodes')).toMatchObject({ outcome: 'not-applicable' });
    const found = await stage.finding('spread-asked-for');
    expect(found).toMatchObject({ outcome: 'fail', evidence: ['1 vSwitch for its ECI pods: vsw-1'] });
    expect(found.fix?.patches.map(({ command }) => command)).toEqual([
      'kubectl --context m1 -n istio-system patch istiogateway web --type merge -p \'{"spec":{"podAnnotations":{"k8s.aliyun.com/eci-vswitch":"vsw-1,…"}}}\'',
    ]);
    await applyAll(stage, found.fix?.patches ?? []);
    stage.pass(5);
    expect(await stage.finding('spread-asked-for')).toMatchObject({
      outcome: 'pass',
      evidence: ['2 vSwitches for its ECI pods: vsw-1, …'],
    });
  });

  it('is the mesh, where none is configured', async () => {
    const configuration = CONFIGURATION.replaceAll(', mesh: { id: m1 }', '');
    const answer = await (await anAuditStage({ configuration })).invoke(AUDIT);
    expect(outcomes(answer, 'not-applicable')).toEqual([
      'locality-balancing',
      'outlier-detection',
      'connected-networks',
      'workload-pre-stop',
      'multi-buffer-mesh',
      'multi-buffer-nodes',
      'multi-buffer-placement',
    ]);
  });
});

describe('fixes', () => {
  const FIX = { ...AUDIT, fix: ['clb-delete-protection'], owner: 'li.wei', reason: 'audit' } as const;
  const BARE: Estate = { gateway: { deleteProtection: false, loadBalancerIds: ['lb-1'] } };
  const WRITE = 'slb.SetLoadBalancerDeleteProtection';

  function writes({ cloud }: AuditStage): readonly string[] {
    return cloud
      .calls()
      .flatMap(({ operation }) => (/(Describe|List|kube (get|list))/.test(operation) ? [] : [operation]));
  }

  it('that are safe are applied when they are asked for, and the check is made again', async () => {
    const stage = await anAuditStage(BARE);
    const answer = await stage.invoke(FIX);
    expect(answer.fixes).toMatchObject([
      { id: 'clb-delete-protection', outcome: 'applied', message: 'deletion protection of lb-1 was switched on' },
    ]);
    expect(writes(stage)).toEqual([WRITE]);
    expect(outcomes(answer, 'pass')).toContain('clb-delete-protection');
  });

  it('are never applied in a dry run', async () => {
    const stage = await anAuditStage(BARE);
    const { fixes } = await stage.invoke({ ...FIX, dryRun: true });
    expect(fixes).toMatchObject([{ outcome: 'planned', message: 'deletion protection of lb-1 would be switched on' }]);
    expect(writes(stage)).toEqual([]);
  });

  it.each<[string, Estate, object, string]>([
    [
      'that interrupt something',
      { gateway: { podSpec: {} } },
      { fix: ['spread-over-nodes'] },
      'its fix is not safe to apply for you: do it by hand, as it is printed',
    ],
    ['of no check', {}, { fix: ['spread'] }, 'there is no check "spread"'],
    [
      'in mode observe',
      { ...BARE, configuration: CONFIGURATION.replace('mode: auto', 'mode: observe') },
      {},
      'its policy is in mode observe, in which nothing is written',
    ],
    [
      'in maintenance',
      {
        ...BARE,
        configuration: `${CONFIGURATION}maintenance: [{ starts: "0 2 * * *", timeZone: UTC, lasts: 1h, reason: upgrade }]`,
      },
      {},
      'maintenance until 2026-11-23T03:00:00Z: upgrade',
    ],
    [
      'that somebody has asked the cloud controller not to want',
      {
        gateway: {
          ...BARE.gateway,
          serviceAnnotations: { 'service.beta.kubernetes.io/alibaba-cloud-loadbalancer-delete-protection': 'off' },
        },
      },
      {},
      'its fix is not safe to apply for you: do it by hand, as it is printed',
    ],
  ])('%s are refused', async (_, estate, more, message) => {
    const stage = await anAuditStage(estate);
    const { fixes } = await stage.invoke({ ...FIX, ...more });
    expect(fixes).toMatchObject([{ outcome: 'refused', message }]);
    expect(writes(stage)).toEqual([]);
  });

  it('are not needed where the check passes, whatever stops writes', async () => {
    const observing = CONFIGURATION.replace('mode: auto', 'mode: observe');
    for (const configuration of [CONFIGURATION, observing]) {
      const stage = await anAuditStage({ configuration });
      const { fixes } = await stage.invoke(FIX);
      expect(fixes).toMatchObject([{ outcome: 'steady', message: 'nothing is to be fixed: its outcome is pass' }]);
      expect(writes(stage)).toEqual([]);
    }
  });

  it('are refused of a check that could not be judged', async () => {
    const stage = await anAuditStage(BARE);
    stage.cloud.faults.deny('slb.DescribeLoadBalancerAttribute');
    expect((await stage.invoke(FIX)).fixes).toMatchObject([
      { outcome: 'refused', message: 'nothing is to be fixed: its outcome is unknown' },
    ]);
  });

  it('are refused while writes are frozen, and when nobody can tell whether they are', async () => {
    const stage = await anAuditStage(BARE);
    const cluster = await stage.kube('ack');
    const kind = { group: '', version: 'v1', plural: 'configmaps', kind: 'ConfigMap' };
    const metadata = { name: 'gateway-autopilot' };
    await cluster.create(kind, 'istio-system', {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata,
      data: { freeze: 'ask Li' },
    });
    expect((await stage.invoke(FIX)).fixes?.[0]?.message).toContain('ask Li');
    stage.cloud.faults.deny('kube get configmaps');
    expect((await stage.invoke(FIX)).fixes?.[0]?.message).toContain('it is not known whether writes are frozen');
    expect(writes(stage)).toEqual(['kube create configmaps']);
  });

  it('say so when the vendor refuses them', async () => {
    const stage = await anAuditStage(BARE);
    stage.cloud.faults.deny(WRITE);
    const answer = await stage.invoke(FIX);
    expect(answer.fixes).toMatchObject([{ outcome: 'failed' }]);
    expect(outcomes(answer, 'fail')).toContain('clb-delete-protection');
  });

  it('that are made in part say which, how it is undone, and are news', async () => {
    const stage = await anAuditStage({
      configuration: `${CONFIGURATION}notify: { cloudMonitor: everything }\n`,
      gateway: { deleteProtection: false },
    });
    stage.cloud.faults.before({ operation: WRITE, times: 1 }, () => stage.cloud.faults.deny(WRITE));
    const answer = await stage.invoke(FIX);
    expect(answer.fixes).toEqual([
      {
        region: 'cn-hangzhou',
        gateway: 'web',
        id: 'clb-delete-protection',
        outcome: 'failed',
        message: expect.stringMatching(
          /^deletion protection of lb-1 was switched on; lb-2: slb\.SetLoadBalancerDeleteProtection: /,
        ),
        undo: 'aliyun slb SetLoadBalancerDeleteProtection --region cn-hangzhou --LoadBalancerId lb-1 --DeleteProtection off',
      },
    ]);
    const found = answer.gateways?.[0]?.findings.find(({ id }) => id === 'clb-delete-protection');
    expect(found?.evidence).toEqual(['CLBs under deletion protection: 1 of 2', 'without: lb-2']);
    expect(stage.cloud.customEvents().map(({ name }) => name)).toContain('GatewayAutopilotChanged');
  });

  it('that nobody could read back say how they would be undone', async () => {
    const stage = await anAuditStage(BARE);
    stage.cloud.faults.cut({ operation: WRITE, afterEffect: true });
    expect((await stage.invoke(FIX)).fixes).toMatchObject([
      { outcome: 'failed', message: expect.stringMatching(/^lb-1: slb\./), undo: expect.stringContaining(' lb-1 ') },
    ]);
  });

  it('go unmade where the instance is no longer as it was seen', async () => {
    const stage = await anAuditStage(BARE);
    let reads = 0;
    stage.cloud.faults.before({ operation: 'slb.DescribeLoadBalancerAttribute' }, async () => {
      reads += 1;
      // The second reading is the one right before the write.
      if (reads === 2)
        await stage.apply({
          kind: 'call',
          product: 'slb',
          action: 'SetLoadBalancerDeleteProtection',
          region: 'cn-hangzhou',
          parameters: { LoadBalancerId: 'lb-1', DeleteProtection: 'on' },
        });
    });
    expect((await stage.invoke(FIX)).fixes).toEqual([
      {
        region: 'cn-hangzhou',
        gateway: 'web',
        id: 'clb-delete-protection',
        outcome: 'steady',
        message: 'deletion protection of lb-1 is on by now',
      },
    ]);
    expect(writes(stage)).toEqual([WRITE]);
  });

  it('need somebody who wants them', async () => {
    const stage = await anAuditStage(BARE);
    expect(await stage.invoke({ action: 'audit', gateway: 'web', fix: ['clb-delete-protection'] })).toMatchObject({
      outcome: 'refused',
      problems: ['with fix, gateway, owner and reason are needed'],
    });
  });
});

describe('telling', () => {
  const configuration = `${CONFIGURATION}notify: { cloudMonitor: everything }\n`;

  it('people hear of critical failures, once', async () => {
    const stage = await anAuditStage({
      configuration,
      lines: ['telecom'],
      gateway: { hpa: { min: 1, max: 9, targetUtilization: 70 } },
    });
    await stage.invoke(AUDIT);
    await stage.invoke(AUDIT);
    expect(stage.cloud.customEvents().map(({ name }) => name)).toEqual(['GatewayAutopilotHeld']);
    expect(stage.cloud.customEvents()[0]?.content).toContain('names with an enabled record on default: 0 of 1');
  });

  it('every failure is a line of the log, and nothing else is', async () => {
    const stage = await anAuditStage({ lines: ['telecom'], mesh: { localityBalancing: false } });
    await stage.invoke(AUDIT);
    const lines = stage
      .logText()
      .split('\n')
      .map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(lines.filter(({ event }) => event === 'audit-finding')).toMatchObject([
      { level: 'warn', gateway: 'web', check: 'locality-balancing', severity: 'warning' },
      { level: 'warn', gateway: 'web', check: 'dns-default-line', severity: 'critical' },
    ]);
  });

  it('a fix that was applied is news, and says how it is undone', async () => {
    const stage = await anAuditStage({
      configuration,
      gateway: { deleteProtection: false, loadBalancerIds: ['lb-1'] },
    });
    const fix = { fix: ['clb-delete-protection'], owner: 'li.wei', reason: 'audit' };
    const { fixes } = await stage.invoke({ ...AUDIT, ...fix });
    expect(stage.cloud.customEvents().map(({ name }) => name)).toEqual(['GatewayAutopilotChanged']);
    expect(fixes?.[0]?.undo).toBe(
      'aliyun slb SetLoadBalancerDeleteProtection --region cn-hangzhou --LoadBalancerId lb-1 --DeleteProtection off',
    );
  });
});

describe('commands and events', () => {
  it.each([
    [
      'another command',
      { action: 'look' },
      'audit-gateway takes the commands audit and check only; "look" is for scale-gateway or attach-clb or failover-dns',
    ],
    [
      'a gateway that is not there',
      { action: 'audit', gateway: 'wbe' },
      'no gateway "wbe" is configured in this region; there is: web',
    ],
  ])('%s is refused', async (_, event, message) => {
    const stage = await anAuditStage();
    expect(await stage.invoke(event)).toMatchObject({ outcome: 'refused', message });
    expect(stage.cloud.calls()).toEqual([]);
  });

  it('an alarm asks for no audit', async () => {
    const stage = await anAuditStage();
    const answer = await stage.invoke(Object(recorded('rule-target-alert')));
    expect(answer).toMatchObject({
      trigger: 'alarm',
      message: 'Nothing was audited: a timer or the command audit asks for it',
    });
    expect(stage.cloud.calls()).toEqual([]);
  });

  it.each([
    ['text', 'text', 'cn-hangzhou web: 0 of 25 checks fail, 0 critical\nok              several-regions: '],
    ['markdown', 'markdown', '## cn-hangzhou web\n\n0 of 25 checks fail, 0 critical.\n\n| outcome |'],
  ])('as %s the answer is one text', async (format, field, start) => {
    const answer = await (await anAuditStage()).invoke({ ...AUDIT, format });
    expect(String(answer[field]).slice(0, start.length)).toBe(start);
    expect(answer.gateways).toBeUndefined();
  });

  it('a region without gateways is told of', async () => {
    const configuration = CONFIGURATION.replace(
      'regions: [cn-hangzhou, cn-shanghai]',
      'regions: [cn-shanghai]',
    ).replace('lines: { default: [cn-hangzhou], telecom: [cn-hangzhou] }', 'lines: { default: [cn-shanghai] }');
    const stage = await anAuditStage({ configuration });
    expect(await stage.invoke({ action: 'audit' })).toMatchObject({
      message: 'No gateway is configured in cn-hangzhou; nothing was audited.',
    });
  });
});
