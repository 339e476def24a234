import { type RamPolicy, ramPolicy } from '../../deploy/ram-policies';
import { createCloud, type InitialRecord } from '../../rehearsal/cloud';
import { createStage } from '../../rehearsal/stage';
import { loadConfiguration } from '../../shared/config/load';
import { COMMANDED, FUNCTIONS, type FunctionName } from '../../shared/core/function-name';
import { KUBE_RIGHTS } from '../../shared/core/kube-rights';
import { MINUTE, SECOND } from '../../shared/core/time';
import { route } from '../functions/an-audit-stage';
import { A, ACCOUNT, B, EVERYTHING } from './everything';
import { createRamGate } from './ram-gate';
import { createRbacGate } from './rbac-gate';

const TOKEN = 'a-secret-of-32-characters-or-more';

/** Used below. */
const LEAVING_RIGHT = 'scale-gateway namespaced delete configmaps gateway-autopilot';
/** What takes something back. */
const LEAVING = /^(kube (patch|create|delete) (?!events)|slb\.(?!Describe)|alidns\.(?!Describe))/;
const PERSON = { owner: 'li.wei', reason: 'drill' };
const LAST_STEP = { gateway: 'web', ...PERSON };

/** Everything that the functions are for, once: with the rights that are rendered for them, and no others. */
async function everything(requests = 4_000) {
  const cloud = createCloud({ at: Date.UTC(2026, 10, 28, 11, 30), seed: 11, accountId: ACCOUNT, paidMetrics: true });
  const configuration = loadConfiguration(EVERYTHING, 'autopilot.yaml');
  const policies = new Map(
    FUNCTIONS.map((role): [FunctionName, RamPolicy | undefined] => [role, ramPolicy(configuration, ACCOUNT, role)]),
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
  // Of two whose replicas lie elsewhere: with ASM, and with an HPA.
  const small = { replicas: 4, capacityPerReplica: 430 };
  cloud.addGateway({
    ...small,
    name: 'edge',
    region: A,
    clusterId: 'c1',
    meshId: 'm1',
    owner: 'asm',
    loadBalancerIds: ['lb-edge'],
  });
  cloud.addGateway({
    ...small,
    name: 'api',
    region: B,
    clusterId: 'c2',
    owner: 'hpa',
    hpa: { min: 2, max: 40, targetUtilization: 70 },
    loadBalancerIds: ['lb-api'],
  });
  const busy = { newConnections: 3_000, activeConnections: 9_000, trafficIn: 1e6, trafficOut: 1e7, requests: 9_000 };
  cloud.setLoad(A, 'edge', () => busy);
  cloud.setLoad(B, 'api', () => busy);
  const opened = (of: 'ack' | 'asm', id: string) => cloud.kubeConnector().open({ of, region: A, id, privateApi: true });
  await route(await opened('asm', 'm1'), await opened('ack', 'c1'), {});
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
  cloud.dns.addZone({
    name: 'other.org',
    edition: 'free',
    nameServers: [{ host: 'ns1.alidns.example', delay: 0 }],
    records: [{ rr: 'elsewhere', type: 'A', value: '192.0.2.7', ttl: 600 }],
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
  const seconds = [
    ['scale-gateway', 20],
    ['attach-clb', 30],
    ['failover-dns', 5],
  ] as const;
  const timers = [A, B].flatMap((region, index) =>
    seconds.map(([name, second]) => ({ region, function: name, second: second + 15 * index })),
  );
  const through = gate.through;
  const rbac = createRbacGate(KUBE_RIGHTS, 'istio-system');
  const throughKube = rbac.through;
  const environment = { AUTOPILOT_ALARM_TOKEN: TOKEN };
  const stage = createStage({ cloud, configuration, timers, environment, through, throughKube });
  cloud.step(30 * MINUTE);
  return { cloud, gate, rbac, load, stage };
}

it('each function has the rights that it needs for everything that it does, and no others', async () => {
  const { cloud, gate, load, rbac, stage } = await everything();
  const callback = {
    body: Buffer.from('alertName=a&alertState=ALERT').toString('base64'),
    isBase64Encoded: true,
    requestContext: { http: { method: 'POST', path: `/alarm/${TOKEN}`, sourceIp: '106.11.225.7' } },
  };
  // Whichever function is the first in a cluster makes its journal.
  const held = { action: 'hold', direction: 'in', for: '1m', ...LAST_STEP };
  await stage.run(10 * SECOND, async () => void (await stage.invoke(B, 'attach-clb', held)));
  await stage.run(3 * MINUTE, async () => void (await stage.invoke(A, 'receive-alarm', callback)));
  // A gateway is audited, and the one safe fix is made.
  const audit = { action: 'audit', fix: ['clb-delete-protection'], ...LAST_STEP };
  await stage.run(MINUTE, async () => void (await stage.invoke(A, 'audit-gateway', audit)));
  // Each function checks itself, everywhere.
  await stage.run(MINUTE, async () => {
    for (const region of [A, B])
      for (const name of COMMANDED)
        expect(await stage.invoke(region, name, { action: 'check' })).toMatchObject({ findings: expect.anything() });
  });
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
  // Function Compute does that for them.
  const published = ['scale-gateway', 'attach-clb', 'failover-dns', 'audit-gateway'];
  expect(gate.unused()).toEqual(published.map((role) => `${role} mns:PublishMessage`));
  expect([...new Set(rbac.missing)]).toEqual([]);
  expect(rbac.unused()).toEqual([LEAVING_RIGHT]);
}, 600_000);

it('leaving needs no right that the work does not, but for one in the cluster', async () => {
  const { cloud, gate, rbac, stage } = await everything(1_000);
  await stage.run(5 * MINUTE);
  stage.deploy(loadConfiguration(EVERYTHING.replaceAll(/(mode|publish): auto/g, '$1: observe'), 'autopilot.yaml'));
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
  expect([...new Set(gate.missing), ...new Set(rbac.missing)]).toEqual([]);
  expect(rbac.unused()).not.toContain(LEAVING_RIGHT);
  const writes = cloud.calls().filter(({ operation, status }) => LEAVING.test(operation) && status === 200);
  expect([...new Set(writes.map(({ operation }) => operation))].toSorted()).toEqual([
    'alidns.DeleteDomainRecord',
    'alidns.SetDNSSLBStatus',
    'alidns.UpdateDomainRecordRemark',
    'kube delete configmaps',
    'kube patch horizontalpodautoscalers',
  ]);
}, 600_000);
