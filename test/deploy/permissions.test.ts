import { CLUSTER_RULES, MESH_RULES } from '../../deploy/cluster-rbac';
import { type RamPolicy, ROLES, type RoleOf, ramPolicy } from '../../deploy/ram-policies';
import { createCloud, type InitialRecord } from '../../rehearsal/cloud';
import { createStage } from '../../rehearsal/stage';
import { loadConfiguration } from '../../shared/config/load';
import { MINUTE, SECOND } from '../../shared/core/time';
import { createRamGate } from './ram-gate';

const A = 'cn-hangzhou';
const B = 'cn-shanghai';
const ACCOUNT = '1234567890123456';
const TOKEN = 'a-secret-of-32-characters-or-more';

const CONFIGURATION = `
version: 1
cloudMonitor: { paidMetrics: true, customMetrics: 'on' }
notify: { cloudMonitor: everything }
regions:
  ${A}: { cluster: { id: c1 }, mesh: { id: m1 } }
  ${B}: { cluster: { id: c2 } }
gateways:
  web:
    regions: [${A}, ${B}]
    policy: web
    loadBalancers: { ${A}: [lb-a], ${B}: [lb-b] }
    alarms: { ${A}: [rule-a] }
policies:
  web:
    mode: auto
    replicas: { min: 2, max: 60 }
    signals: [{ metric: newConnections, target: 300, scaleInBelow: 240 }]
    loadBalancers: { mode: auto, maxExtra: 2, releaseWindow: 10m, fewConnections: 100000 }
names:
  www.example.com: { zone: example.com, gateway: web, publish: auto, ttl: 60s, weights: even }
  first.example.com: { zone: example.com, gateway: web, publish: auto, ttl: 60s, mode: active-standby }
probes: { points: [${A}, ${B}, cn-beijing] }
failover: { recovery: 1m }
`;

/** What takes something back. */
const LEAVING = /^(kube (patch|create|delete) (?!events)|slb\.(?!Describe)|alidns\.(?!Describe))/;
const PERSON = { owner: 'li.wei', reason: 'drill' };
const LAST_STEP = { gateway: 'web', ...PERSON };

/** Everything that the functions are for, once: with the rights that are rendered for them, and no others. */
async function everything(requests = 4_000) {
  const cloud = createCloud({ at: Date.UTC(2026, 10, 28, 11, 30), seed: 11, accountId: ACCOUNT, paidMetrics: true });
  const configuration = loadConfiguration(CONFIGURATION, 'autopilot.yaml');
  const policies = new Map(
    ROLES.map((role): [RoleOf, RamPolicy | undefined] => [role, ramPolicy(configuration, ACCOUNT, role)]),
  );
  const gate = createRamGate(policies, ACCOUNT);
  cloud.addCluster({ region: A, id: 'c1' });
  cloud.addMesh({ region: A, id: 'm1', clusterIds: ['c1'] });
  cloud.addCluster({ region: B, id: 'c2' });
  for (const [region, clusterId, id] of [
    [A, 'c1', 'lb-a'],
    [B, 'c2', 'lb-b'],
  ] as const) {
    const owned =
      region === A ? ({ owner: 'asm-left-to-us', meshId: 'm1' } as const) : ({ owner: 'deployment' } as const);
    const gateway = { name: 'web', replicas: 20, capacityPerReplica: 430, deleteProtection: false, ...owned };
    cloud.addGateway({ ...gateway, region, clusterId, loadBalancerIds: [id], specification: 'slb.s1.small' });
  }
  const record = (rr: string, region: string, id: string): InitialRecord => ({
    rr,
    type: 'A',
    value: cloud.loadBalancers.address(id),
    ttl: 120,
    remark: `gateway-autopilot ${region}`,
  });
  // One of the warm pool, without a listener.
  cloud.loadBalancers.add({
    region: B,
    id: 'lb-pool',
    tags: { 'managed-by': 'gateway-autopilot', 'gateway-autopilot-pool': 'true', 'gateway-autopilot-gateway': 'web' },
  });
  cloud.dns.addZone({
    name: 'example.com',
    edition: 'ultimate',
    nameServers: [{ host: 'ns0.alidns.example', delay: 0 }],
    records: [record('www', A, 'lb-a'), record('www', B, 'lb-b'), record('first', A, 'lb-a')],
  });
  const load = { requests };
  for (const name of ['www.example.com', 'first.example.com']) {
    cloud.sendName({
      name,
      gateway: 'web',
      populations: [{ subnet: '203.0.113.0/24', share: 1 }],
      load: () => ({
        requests: load.requests / 2,
        newConnections: load.requests * 0.15,
        activeConnections: load.requests,
        trafficIn: load.requests * 1e3,
        trafficOut: load.requests * 1e4,
      }),
    });
  }
  cloud.alarms.set('rule-a', { name: 'no healthy backend', state: 'OK' });
  const seconds = { 'scale-gateway': 20, 'attach-clb': 30, 'failover-dns': 5 } as const;
  const timers = [A, B].flatMap((region, index) =>
    Object.entries(seconds).map(([name, second]) => ({ region, function: name, second: second + 15 * index })),
  );
  const through = gate.through;
  const stage = createStage({ cloud, configuration, timers, environment: { AUTOPILOT_ALARM_TOKEN: TOKEN }, through });
  cloud.step(30 * MINUTE);
  return { cloud, gate, load, stage };
}

it('each function has the rights that it needs for everything that it does, and no others', async () => {
  const { cloud, gate, load, stage } = await everything();
  const callback = {
    body: Buffer.from('alertName=a&alertState=ALERT').toString('base64'),
    isBase64Encoded: true,
    requestContext: { http: { method: 'POST', path: `/alarm/${TOKEN}`, sourceIp: '106.11.225.7' } },
  };
  await stage.run(3 * MINUTE, async () => void (await stage.invoke(A, 'receive-alarm', callback)));
  // A gateway is audited, and the one safe fix is made.
  const audit = { action: 'audit', fix: ['clb-delete-protection'], ...LAST_STEP };
  await stage.run(MINUTE, async () => void (await stage.invoke(A, 'audit-gateway', audit)));
  // The only answer of a line moves in place.
  await stage.run(3 * MINUTE, async () => {
    await stage.clock.sleep(20 * SECOND);
    await stage.invoke(A, 'failover-dns', { action: 'drain', region: A, for: '2m', ...LAST_STEP });
  });
  // More than one CLB carries: another one is bought, published, and released when the load is gone.
  load.requests = 30_000;
  await stage.run(10 * MINUTE);
  load.requests = 2_000;
  cloud.step(70 * MINUTE);
  const number = { for: '4h', ...LAST_STEP };
  await stage.run(
    65 * MINUTE,
    async () => void (await stage.invoke(B, 'attach-clb', { action: 'release', extra: 0, ...number })),
  );
  // What was given back to the pool is switched on again.
  await stage.run(
    4 * MINUTE,
    async () => void (await stage.invoke(B, 'attach-clb', { action: 'attach', extra: 1, ...number })),
  );
  // A region dies and comes back.
  await stage.run(5 * MINUTE, async () => cloud.regions.die(A));
  await stage.run(8 * MINUTE, async () => cloud.regions.revive(A));
  await stage.end();
  expect([...new Set(gate.missing)]).toEqual([]);
  expect(gate.unused()).toEqual([]);
}, 240_000);

it('leaving needs no right that the work does not, but for one in the cluster', async () => {
  const { cloud, gate, stage } = await everything(1_000);
  for (const id of ['c1', 'c2']) cloud.grant(id, { namespace: 'istio-system', rules: CLUSTER_RULES });
  cloud.grant('m1', { namespace: 'istio-system', rules: MESH_RULES });
  await stage.run(5 * MINUTE);
  stage.deploy(loadConfiguration(CONFIGURATION.replaceAll(/(mode|publish): auto/g, '$1: observe'), 'autopilot.yaml'));
  await stage.run(3 * MINUTE);
  cloud.resetCalls();
  const answers: unknown[] = [];
  for (const [region, name] of [
    [A, 'attach-clb'],
    [B, 'attach-clb'],
    [A, 'failover-dns'],
    [A, 'scale-gateway'],
    [B, 'scale-gateway'],
  ] as const) {
    const leave = async () => void answers.push(await stage.invoke(region, name, { action: 'uninstall', ...PERSON }));
    await stage.run(MINUTE, leave);
  }
  await stage.end();
  expect(answers.map((answer) => Object(answer).outcome ?? 'done')).toEqual(Array(5).fill('done'));
  expect([...new Set(gate.missing)]).toEqual([]);
  const writes = cloud.calls().filter(({ operation, status }) => LEAVING.test(operation) && status === 200);
  expect([...new Set(writes.map(({ operation }) => operation))].toSorted()).toEqual([
    'alidns.DeleteDomainRecord',
    'alidns.SetDNSSLBStatus',
    'alidns.UpdateDomainRecordRemark',
    'kube delete configmaps',
  ]);
}, 60_000);
