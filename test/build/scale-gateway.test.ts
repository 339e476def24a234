import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parse, stringify } from 'yaml';
import { type Cloud, createCloud } from '../../rehearsal/cloud';
import { loadConfiguration } from '../../shared/config/load';
import { MINUTE } from '../../shared/core/time';
import { startFunction } from './function-process';

const ROOT = path.resolve(__dirname, '../..');
const REGION = 'cn-hangzhou';
const EXAMPLE = allowedToAct(readFileSync(path.join(ROOT, 'autopilot.example.yaml'), 'utf8'));
const TIMER = '{"triggerTime":"2026-11-22T07:49:35Z","triggerName":"every-minute"}';

let out: string;

/** The example with policies that act, at any hour: its maintenance windows would stop the test once a week. */
function allowedToAct(example: string): string {
  const configuration: object = parse(example.replaceAll('mode: observe', 'mode: auto'));
  return stringify({ ...configuration, maintenance: [] });
}

/** Half an hour of 2,400 new connections a second on four replicas, for each of which the policy wants 300. */
function busyCloud(): Cloud {
  const region = loadConfiguration(EXAMPLE, 'example').regions[REGION];
  if (region?.mesh === undefined) throw new Error(`the example has no mesh in ${REGION}`);
  const cloud = createCloud({ at: Date.now() - 30 * MINUTE, seed: 1 });
  cloud.addCluster({ region: REGION, id: region.cluster.id });
  cloud.addMesh({ region: REGION, id: region.mesh.id, clusterIds: [region.cluster.id] });
  for (const name of ['ingressgateway', 'api-gateway']) {
    cloud.addGateway({
      region: REGION,
      clusterId: region.cluster.id,
      meshId: region.mesh.id,
      name,
      replicas: 4,
      owner: 'asm-left-to-us',
      loadBalancerIds: [`lb-${name}`],
      capacityPerReplica: 5_000,
      listeners: 'http',
    });
  }
  cloud.setLoad(REGION, 'ingressgateway', () => ({
    newConnections: 2_400,
    activeConnections: 8_000,
    trafficIn: 1_000_000,
    trafficOut: 1_000_000,
    requests: 12_000,
  }));
  cloud.setLoad(REGION, 'api-gateway', () => ({
    newConnections: 100,
    activeConnections: 800,
    trafficIn: 1_000_000,
    trafficOut: 1_000_000,
    requests: 3_600,
  }));
  cloud.step(30 * MINUTE);
  return cloud;
}

beforeAll(() => {
  out = mkdtempSync(path.join(tmpdir(), 'gateway-autopilot-scale-'));
  const config = path.join(out, 'auto.yaml');
  writeFileSync(config, EXAMPLE);
  execFileSync(process.execPath, ['scripts/build.mjs', '--out', out, '--config', config], { cwd: ROOT });
}, 180_000);

afterAll(() => rmSync(out, { recursive: true, force: true }));

it('is less than 650 KB, so that it starts quickly', () => {
  expect(statSync(path.join(out, 'scale-gateway/index.js')).size).toBeLessThan(650_000);
});

it('holds no table of log events, which only people and tests read', () => {
  const code = readFileSync(path.join(out, 'scale-gateway/index.js'), 'utf8');
  expect(code).toContain('nothing-configured');
  expect(code).not.toContain('The function has nothing to look after');
});

it('as deployed, finds the cluster, scales the busy gateway and leaves the quiet one, then sees that it has', async () => {
  const cloud = busyCloud();
  const server = await cloud.listen();
  const running = await startFunction(path.join(out, 'scale-gateway'), { AUTOPILOT_ENDPOINT: server.url });
  const secrets: string[] = [];
  cloud.functions.deploy({
    region: REGION,
    name: 'scale-gateway',
    timeout: 60,
    memory: 512,
    handler: async (event, { logger, ...context }) => {
      secrets.push(...Object.values(context.credentials));
      const outcome = await running.invoke(event, context);
      if ('error' in outcome) throw new Error(outcome.error.message);
      return outcome.result;
    },
  });
  const first = await cloud.functions.invoke(REGION, 'scale-gateway', TIMER);
  expect(JSON.parse(first.body)).toMatchObject({
    gateways: [
      { gateway: 'ingressgateway', outcome: 'change', change: { from: 4, to: 8 } },
      { gateway: 'api-gateway', outcome: 'steady' },
    ],
  });
  expect(cloud.stats(REGION, 'ingressgateway').specReplicas).toBe(8);
  expect(cloud.stats(REGION, 'api-gateway').specReplicas).toBe(4);
  await running.freeze(300);
  const second = await cloud.functions.invoke(REGION, 'scale-gateway', TIMER);
  expect(JSON.parse(second.body)).toMatchObject({
    gateways: [{ gateway: 'ingressgateway' }, { gateway: 'api-gateway', outcome: 'steady' }],
  });
  expect(cloud.stats(REGION, 'ingressgateway').specReplicas).toBe(8);
  const { code, printed } = await running.end();
  await server.close();
  expect(code).toBe(0);
  expect(secrets).toHaveLength(6);
  for (const secret of secrets) expect(printed + first.body + second.body).not.toContain(secret);
}, 30_000);
