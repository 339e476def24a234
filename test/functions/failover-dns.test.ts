import { type Cloud, createCloud, type InitialRecord } from '../../rehearsal/cloud';
import { rehearsedSurroundings } from '../../rehearsal/surroundings';
import { createLoadBalancerWriter } from '../../shared/cloud/load-balancers';
import { createZones } from '../../shared/cloud/zones';
import { loadConfiguration } from '../../shared/config/load';
import { CLB_TAGS, OWNERSHIP_TAG } from '../../shared/core/load-balancer';
import { MINUTE } from '../../shared/core/time';
import { failoverDnsHandler } from '../../shared/serve/failover-dns';

const REGION = 'cn-hangzhou';
const TIMER = { triggerTime: '2026-11-23T10:00:00Z', triggerName: 'every-minute', payload: '' };
const CONFIGURATION = `
version: 1
regions:
  cn-hangzhou:
    cluster: { id: c1 }
gateways:
  ingressgateway:
    regions: [cn-hangzhou]
    policy: web
    loadBalancers: { cn-hangzhou: [lb-own] }
policies:
  web:
    mode: auto
    replicas: { min: 2, max: 40 }
    signals:
      - { metric: newConnections, target: 300, scaleInBelow: 240 }
names:
  www.example.com: { zone: example.com, gateway: ingressgateway, publish: auto, ttl: 60s, weights: 'off' }
`;

interface NameAnswer {
  readonly name: string;
  readonly outcome: string;
  readonly reason: string;
  readonly done?: readonly string[];
  readonly withheld?: readonly string[];
  readonly lines: readonly Readonly<Record<string, unknown>>[];
  readonly [field: string]: unknown;
}

interface Answer {
  readonly message: string;
  readonly outcome?: string;
  readonly zones?: readonly { readonly zone: string; readonly fence?: string; readonly names: readonly NameAnswer[] }[];
  readonly [field: string]: unknown;
}

let close: (() => Promise<void>) | undefined;
afterEach(async () => {
  await close?.();
  close = undefined;
});

/** The SDK signs with the time of this machine; what answers are dated by stands still in the middle of its minute. */
const STILL = Math.floor(Date.now() / MINUTE) * MINUTE + 20_000;

async function deployed(face: 'http' | 'in-process', record: Partial<InitialRecord> = { remark: 'gateway-autopilot' }) {
  const cloud: Cloud = createCloud({
    at: Date.UTC(2026, 10, 23, 9, 48),
    seed: 3,
    tick: 15_000,
    wallClock: () => STILL,
  });
  cloud.addCluster({ region: REGION, id: 'c1' });
  cloud.addGateway({
    region: REGION,
    clusterId: 'c1',
    name: 'ingressgateway',
    replicas: 3,
    owner: 'deployment',
    capacityPerReplica: 430,
    loadBalancerIds: ['lb-own', 'lb-extra'],
  });
  const value = cloud.loadBalancers.address('lb-own');
  cloud.dns.addZone({
    name: 'example.com',
    edition: 'ultimate',
    records: [{ rr: 'www', type: 'A', value, ttl: 60, ...record }],
  });
  cloud.step(12 * MINUTE);
  const server = face === 'http' ? await cloud.listen() : undefined;
  close = async () => server?.close();
  const lines: string[] = [];
  const surroundings = rehearsedSurroundings({
    cloud,
    configuration: loadConfiguration(CONFIGURATION, 'autopilot.yaml'),
    url: server?.url,
    writeLine: (line) => lines.push(line),
  });
  const clock = {
    now: cloud.clock.now,
    sleep: (duration: number) => {
      cloud.step(Math.ceil(duration));
      return new Promise<void>((resolve) => setImmediate(resolve));
    },
  };
  const handler = failoverDnsHandler({ ...surroundings, clock });
  cloud.functions.deploy({ region: REGION, name: 'failover-dns', timeout: 60, memory: 512, handler });
  return {
    cloud,
    lines,
    tag: (stage: string) =>
      createLoadBalancerWriter(cloud.openApi(), REGION).tag('lb-extra', {
        [OWNERSHIP_TAG.key]: OWNERSHIP_TAG.value,
        [CLB_TAGS.gateway]: 'ingressgateway',
        [CLB_TAGS.cluster]: 'c1',
        [CLB_TAGS.stage]: stage,
      }),
    records: async () => (await createZones(cloud.openApi()).recordsOf('example.com', 'www')).records,
    invoke: async (event: unknown): Promise<Answer> => {
      const { body } = await cloud.functions.invoke(REGION, 'failover-dns', JSON.stringify(event));
      return JSON.parse(body) as Answer;
    },
  };
}

function only({ zones }: Answer): NameAnswer | undefined {
  return zones?.[0]?.names[0];
}

describe.each(['http', 'in-process'] as const)('failover-dns, %s', (face) => {
  it('publishes, and says what it did and how long clients take to follow', async () => {
    const { invoke, lines, records, tag } = await deployed(face);
    const quiet = await invoke(TIMER);
    expect(quiet.message).toBe('1 name in 1 zone: 0 changed, 1 steady, 0 held');
    expect(quiet.zones).toMatchObject([{ zone: 'example.com', fence: 'proven' }]);
    await tag('serving');
    const answer = await invoke(TIMER);
    expect(answer.message).toBe('1 name in 1 zone: 1 changed, 0 steady, 0 held');
    expect(only(answer)).toMatchObject({
      name: 'www.example.com',
      outcome: 'change',
      reason: 'AddressMissing',
      done: ['add 198.18.0.2 on default'],
      lines: [
        { line: 'default', type: 'A', answers: ['198.18.0.1', '198.18.0.2'], wanted: ['198.18.0.1', '198.18.0.2'] },
      ],
      verification: [{ line: 'default', type: 'A', outcome: 'verified' }],
      clientsFollowWithin: '60 s after the name servers do, where resolvers keep to the TTL',
    });
    expect((await records()).map(({ remark }) => remark).sort()).toEqual([
      'gateway-autopilot',
      'gateway-autopilot cn-hangzhou+',
    ]);
    expect(lines.some((line) => line.includes('"event":"publication"'))).toBe(true);
  });

  it('withdraws under the lease', async () => {
    const { invoke, records, tag } = await deployed(face);
    await tag('serving');
    await invoke(TIMER);
    await tag('draining');
    expect(only(await invoke(TIMER))).toMatchObject({ outcome: 'change', reason: 'AddressNotServing' });
    expect((await records()).filter(({ enabled }) => enabled).map(({ value }) => value)).toEqual(['198.18.0.1']);
  });
});

describe('commands', () => {
  it('a dry look says what it would do, and writes nothing', async () => {
    const { cloud, invoke, tag } = await deployed('in-process');
    await tag('serving');
    cloud.resetCalls();
    const answer = await invoke({ action: 'look', dryRun: true });
    expect(answer).toMatchObject({ dryRun: true });
    expect(only(answer)).toMatchObject({
      ...{ outcome: 'change', reason: 'AddressMissing', dryRun: true },
      message: 'add 198.18.0.2 on default',
      withheld: ['add 198.18.0.2 on default'],
    });
    expect(answer.message).toBe('1 name in 1 zone: 1 would be changed, 0 steady, 0 held');
    expect(cloud.calls().filter(({ operation }) => /^alidns\.(?!Describe)/.test(operation))).toEqual([]);
  });

  it('adopt takes over the records of the own CLBs, and shows before what that changes', async () => {
    const { invoke, records } = await deployed('in-process', { ttl: 300 });
    const [record] = await records();
    expect(only(await invoke(TIMER))?.lines).toMatchObject([
      {
        adoptable: [
          { record: record?.id, value: '198.18.0.1', changes: ['our mark in its remark', 'TTL 300 s to 60 s'] },
        ],
      },
    ]);
    const command = { action: 'adopt', name: 'www.example.com', owner: 'li.wei', reason: 'published from here' };
    expect(only(await invoke({ ...command, dryRun: true }))?.withheld).toEqual([
      'remark of 198.18.0.1 on default: gateway-autopilot cn-hangzhou',
      'TTL of 198.18.0.1 on default from 300 to 60 s',
    ]);
    expect(await records()).toEqual([record]);
    expect(only(await invoke(command))).toMatchObject({ outcome: 'change', reason: 'RecordDiffers' });
    expect(await records()).toMatchObject([{ id: record?.id, remark: 'gateway-autopilot cn-hangzhou', ttl: 60 }]);
  });

  it.each([
    [{ action: 'look', gateway: 'egress' }, 'no published name leads to a gateway "egress"; there is: ingressgateway'],
    [
      { action: 'adopt', name: 'x.example.com', owner: 'a', reason: 'b' },
      'no name "x.example.com" is published; there is: www.example.com',
    ],
    [
      { action: 'hold', gateway: 'ingressgateway', owner: 'a', reason: 'b', for: '1h' },
      'failover-dns does not take the command hold; it takes look, apply, drain, pin, resume, adopt, freeze, unfreeze, uninstall and check',
    ],
  ])('%j is refused', async (event, message) => {
    const { invoke } = await deployed('in-process');
    expect(await invoke(event)).toMatchObject({ outcome: 'refused', message });
  });
});
