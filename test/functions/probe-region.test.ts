import { createCloud } from '../../rehearsal/cloud';
import { show } from '../../rehearsal/shown';
import { rehearsedSurroundings } from '../../rehearsal/surroundings';
import { createVantagePoints } from '../../shared/cloud/vantage-points';
import { loadConfiguration } from '../../shared/config/load';
import type { ProbeOutcome, ProbeTarget } from '../../shared/core/probe';
import { probeRegionHandler } from '../../shared/serve/probe-region';
import { CONTEXT } from '../build/function-process';
import { eventClock } from '../shared/run/event-clock';

const CONFIGURATION = `version: 1
regions: { cn-hangzhou: { cluster: { id: c1 } } }
gateways:
  web: { regions: [cn-hangzhou], policy: web, probe: { protocol: https, host: www.example.com, port: 8443 } }
  api: { regions: [cn-hangzhou], policy: web }
policies: { web: { replicas: { min: 2, max: 40 }, signals: [{ metric: newConnections, target: 300 }] } }
`;
const PROBES = 'probes: { points: [cn-beijing], allow: [10.0.0.0/8] }\n';
const CONTROLS = ['223.5.5.5', '119.29.29.29', 'www.aliyun.com'];

/** One invocation in cn-beijing, in virtual time, in which these addresses do not answer. */
async function invoked(event: object, silent: readonly string[] = [], text = CONFIGURATION + PROBES) {
  const clock = eventClock();
  const probed: ProbeTarget[] = [];
  const lines: Readonly<Record<string, unknown>>[] = [];
  const configuration = loadConfiguration(text, 'a.yaml');
  const probe = async (target: ProbeTarget): Promise<ProbeOutcome> => {
    probed.push(target);
    await clock.sleep(20);
    return silent.includes(target.address)
      ? { failure: 'refused', message: 'the connection was refused or reset (ECONNREFUSED)', took: 20 }
      : { failure: undefined, message: '', took: 20, certificateEnds: Date.parse('2027-01-01T00:00:00Z') };
  };
  const handler = probeRegionHandler({
    clock,
    elapsed: () => clock.now(),
    random: () => 0,
    configuration: () => configuration,
    deployed: () => ({ configuration: '0123456789ab', code: undefined }),
    environment: () => undefined,
    writeLine: (line) => {
      show('log line', line);
      lines.push(JSON.parse(line));
    },
    connect: () => ({ prober: { probe }, close: () => undefined }),
    post: () => Promise.reject(new Error('nobody is told anything')),
  });
  const context = { ...CONTEXT, region: 'cn-beijing' };
  const answered = await clock.run(handler(Buffer.from(JSON.stringify(event)), context));
  show('answer', answered);
  const answer = JSON.parse(answered);
  const gateways = probed.filter(({ address }) => !CONTROLS.includes(address));
  return { answer, lines, probed: gateways, controls: probed.length - gateways.length, endedAt: clock.now() };
}

it('probes the addresses that the event names, as the gateways that it names say', async () => {
  const { answer, endedAt, lines, probed } = await invoked({
    action: 'probe',
    targets: [
      { gateway: 'web', address: '203.0.113.7' },
      { gateway: 'api', address: '10.1.2.3' },
    ],
    known: { '203.0.113.7': 'up', '10.1.2.3': 'up' },
    for: '10s',
  });
  expect(new Set(probed.map(({ address, spec }) => `${spec.protocol} ${address}:${spec.port} ${spec.host}`))).toEqual(
    new Set(['https 203.0.113.7:8443 www.example.com', 'tcp 10.1.2.3:443 undefined']),
  );
  expect(endedAt).toBe(10_000);
  expect(answer).toEqual({
    function: 'probe-region',
    at: '1970-01-01T00:00:00Z',
    requestId: expect.any(String),
    region: 'cn-beijing',
    trigger: 'command',
    tookMs: 10_000,
    message: 'cn-beijing sees 2 up, 0 changed; 3 of 3 control targets answer',
    point: 'cn-beijing',
    isolation: { isolated: false, message: '3 of 3 control targets answer' },
    verdicts: [
      {
        address: '203.0.113.7',
        state: 'up',
        probedAt: '1970-01-01T00:00:05Z',
        why: '',
        inARow: 2,
        took: 20,
        certificateEnds: '2027-01-01T00:00:00Z',
      },
      expect.objectContaining({ address: '10.1.2.3', state: 'up' }),
    ],
    changed: [],
    refused: [],
  });
  expect(lines.map(({ event }) => event)).toEqual(['probed']);
});

it('says at once what is down, in the answer and in the log', async () => {
  const event = {
    action: 'probe',
    targets: [{ gateway: 'web', address: '203.0.113.7' }],
    known: { '203.0.113.7': 'up' },
    for: '50s',
  };
  const { answer, endedAt, lines } = await invoked(event, ['203.0.113.7']);
  const change = {
    address: '203.0.113.7',
    from: 'up',
    to: 'down',
    why: 'the connection was refused or reset (ECONNREFUSED)',
  };
  expect(answer.changed).toEqual([change]);
  expect(endedAt).toBeLessThan(6_000);
  expect(lines).toMatchObject([
    { event: 'verdict-changed', ...change },
    { event: 'probed', isolated: false, targets: 1 },
  ]);
});

it('refuses what it may not probe and goes on with the rest', async () => {
  const { answer, lines, probed } = await invoked({
    action: 'probe',
    targets: [
      { gateway: 'shop', address: '203.0.113.7' },
      { gateway: 'web', address: '100.100.100.200' },
      { gateway: 'web', address: '0x7f000001' },
      { gateway: 'web', address: '203.0.113.8' },
      { gateway: 'api', address: '203.0.113.8' },
    ],
    for: '5s',
  });
  expect(answer.refused).toEqual([
    { gateway: 'shop', address: '203.0.113.7', why: 'no such gateway is configured' },
    { gateway: 'web', address: '100.100.100.200', why: "is shared with the provider's own network" },
    { gateway: 'web', address: '0x7f000001', why: 'is not an IP address' },
    { gateway: 'api', address: '203.0.113.8', why: 'is probed for web already' },
  ]);
  expect(new Set(probed.map(({ address }) => address))).toEqual(new Set(['203.0.113.8']));
  expect(lines.filter(({ event }) => event === 'target-refused')).toHaveLength(4);
});

it('says that it is isolated and what it knew before', async () => {
  const event = {
    action: 'probe',
    targets: [{ gateway: 'web', address: '203.0.113.7' }],
    known: { '203.0.113.7': 'up' },
  };
  const { answer } = await invoked(event, ['203.0.113.7', '223.5.5.5', 'www.aliyun.com']);
  expect(answer).toMatchObject({
    message:
      'cn-beijing is isolated and judges nobody; 1 of 3 control targets answer, not tcp://223.5.5.5:53, https://www.aliyun.com/',
    isolation: { isolated: true },
    verdicts: [{ address: '203.0.113.7', state: 'up', failure: 'refused' }],
    changed: [],
  });
});

it('without targets asks the control targets alone', async () => {
  const { answer, controls, endedAt, probed } = await invoked({ action: 'probe' });
  expect({ controls, endedAt, probed }).toEqual({ controls: 3, endedAt: 20, probed: [] });
  expect(answer).toMatchObject({
    message: 'cn-beijing sees nothing that it was asked for, 0 changed; 3 of 3 control targets answer',
    verdicts: [],
  });
});

it('needs a configuration with vantage points', async () => {
  const { answer, controls } = await invoked({ action: 'probe' }, [], CONFIGURATION);
  expect(answer).toMatchObject({ outcome: 'refused', message: 'the configuration has no vantage points (probes)' });
  expect(controls).toBe(0);
});

it('is understood by who asks from another region', async () => {
  const ask = async (_: object, event: object) => (await invoked(event, ['203.0.113.7'])).answer;
  const points = createVantagePoints({ ask, tell: () => Promise.reject(new Error('unused')) }, 'probe-region');
  const targets = [{ gateway: 'web', address: '203.0.113.7' }];
  expect(await points.watch('cn-beijing', { targets, known: new Map([['203.0.113.7', 'up']]), for: 50_000 })).toEqual({
    point: 'cn-beijing',
    isolation: { isolated: false, message: '3 of 3 control targets answer' },
    verdicts: [
      {
        address: '203.0.113.7',
        state: 'down',
        probedAt: 5_000,
        failure: 'refused',
        why: 'the connection was refused or reset (ECONNREFUSED)',
        inARow: 2,
        took: 20,
        certificateEnds: undefined,
      },
    ],
  });
});

it('sees the CLBs of a rehearsal as they forward', async () => {
  const cloud = createCloud({ at: Date.UTC(2026, 10, 23, 10), seed: 7, tick: 60_000 });
  cloud.addCluster({ region: 'cn-hangzhou', id: 'c1' });
  cloud.addGateway({
    name: 'api',
    replicas: 3,
    owner: 'deployment',
    capacityPerReplica: 430,
    region: 'cn-hangzhou',
    clusterId: 'c1',
    loadBalancerIds: ['lb-1', 'lb-2'],
  });
  cloud.step(12 * 60_000);
  cloud.loadBalancers.break('lb-2', true);
  const configuration = loadConfiguration(CONFIGURATION + PROBES, 'a.yaml');
  const handler = probeRegionHandler(
    rehearsedSurroundings({ cloud, configuration, url: undefined, writeLine: () => undefined }),
  );
  const [one, two] = ['lb-1', 'lb-2'].map(cloud.loadBalancers.address);
  const event = {
    action: 'probe',
    targets: [one, two].map((address) => ({ gateway: 'api', address })),
    for: '50s',
  };
  const answer = JSON.parse(await handler(Buffer.from(JSON.stringify(event)), { ...CONTEXT, region: 'cn-beijing' }));
  expect(answer).toMatchObject({
    message: 'cn-beijing sees 1 up, 1 down, 2 changed; 3 of 3 control targets answer',
    verdicts: [
      { address: one, state: 'up' },
      { address: two, state: 'down', failure: 'refused' },
    ],
    refused: [],
  });
});
