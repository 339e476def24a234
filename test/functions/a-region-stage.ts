import { type Cloud, createCloud, type InitialRecord } from '../../rehearsal/cloud';
import { createStage, type Stage, type StageTimer } from '../../rehearsal/stage';
import { createZones } from '../../shared/cloud/zones';
import { loadConfiguration } from '../../shared/config/load';
import { MINUTE, type Millis, SECOND } from '../../shared/core/time';
import type { RecordSeen } from '../../shared/core/zone';
import { type Invariants, watchInvariants } from '../simulation/invariants';

export const A = 'cn-hangzhou';
export const B = 'cn-shanghai';
/** Vantage point only. */
export const POINT = 'cn-beijing';
export const ZONE = 'example.com';
/** The only answer of the rehearsed servers that is never late. */
const TRUTH = { host: 'ns0.alidns.example', delay: 0 };

/** The end of the address of callbacks. */
export const ALARM_TOKEN = 'a-secret-of-32-characters-or-more';

const CONFIGURATION = `
version: 1
regions:
  ${A}: { cluster: { id: c1 } }
  ${B}: { cluster: { id: c2 } }
gateways:
  web: { regions: [${A}, ${B}], policy: web, loadBalancers: { ${A}: [lb-a], ${B}: [lb-b] } OF_GATEWAY }
policies:
  web:
    mode: auto
    replicas: { min: 2, max: 60 }
    signals: [{ metric: newConnections, target: 300, scaleInBelow: 240 }]
    OF_POLICY
names:
  www.example.com: { zone: example.com, gateway: web, publish: PUBLISH, ttl: 60s MORE }
  OF_NAMES
probes: { points: [${A}, ${B}, ${POINT}] }
failover: FAILOVER
notify: { cloudMonitor: CLOUD_MONITOR }
`;

export interface RegionStage extends Stage {
  readonly invariants: Invariants;
  /** Addresses answered now, as regions. */
  answered(): Promise<readonly string[]>;
  records(): Promise<readonly RecordSeen[]>;
  readonly address: (region: string) => string;
  /** What the look-ups of the log lines `event` say, newest last. */
  logged(event: string): readonly Readonly<Record<string, unknown>>[];
}

export interface RegionStageOptions {
  /** YAML of the name beside the usual, with a comma before it. */
  readonly name?: string;
  /** Lines of YAML of further names, two spaces in. */
  readonly names?: string;
  /** YAML of the gateway beside the usual, with a comma before it. */
  readonly gateway?: string;
  /** A line of YAML of the policy. */
  readonly policy?: string;
  /** Of the CLBs. */
  readonly specification?: string;
  /** `auto` unless told. */
  readonly publish?: string;
  readonly failover?: string;
  /** Which notices are custom events of CloudMonitor, too: none unless told. */
  readonly cloudMonitor?: string;
  readonly records?: (address: (region: string) => string) => readonly InitialRecord[];
  readonly replicas?: number;
  /** Requests a second that all clients of the name bring. */
  readonly requests?: number;
  readonly busy?: number;
}

/** Two regions that serve one name, both with room for all of its clients, and a vantage point elsewhere. */
export function aRegionStage(options: RegionStageOptions = {}): RegionStage {
  const {
    busy = 2 * SECOND,
    failover = '{}',
    gateway = '',
    name = '',
    names = '',
    policy = '',
    replicas = 20,
    requests = 4_000,
  } = options;
  const cloud = createCloud({ at: Date.UTC(2026, 10, 28, 11, 30), seed: 11 });
  for (const [region, clusterId, id] of [
    [A, 'c1', 'lb-a'],
    [B, 'c2', 'lb-b'],
  ] as const) {
    cloud.addCluster({ region, id: clusterId });
    cloud.addGateway({
      region,
      clusterId,
      name: 'web',
      replicas,
      owner: 'deployment',
      capacityPerReplica: 430,
      loadBalancerIds: [id],
      ...(options.specification === undefined ? {} : { specification: options.specification }),
    });
  }
  const address = (region: string): string => cloud.loadBalancers.address(region === A ? 'lb-a' : 'lb-b');
  const record = (region: string): InitialRecord => ({
    rr: 'www',
    type: 'A',
    value: address(region),
    ttl: 60,
    remark: `gateway-autopilot ${region}`,
  });
  cloud.dns.addZone({
    name: ZONE,
    edition: 'ultimate',
    nameServers: [TRUTH, { host: 'ns1.alidns.example', delay: SECOND }],
    records: options.records?.(address) ?? [record(A), record(B)],
  });
  cloud.dns.busyAfterWrite(ZONE, busy);
  cloud.sendName({
    name: 'www.example.com',
    gateway: 'web',
    populations: [{ subnet: '203.0.113.0/24', share: 1 }],
    load: () => ({
      requests,
      newConnections: requests * 0.3,
      activeConnections: requests,
      trafficIn: requests * 1e3,
      trafficOut: requests * 1e4,
    }),
  });
  const configuration = loadConfiguration(
    CONFIGURATION.replace(' MORE', name)
      .replace('  OF_NAMES', names)
      .replace(' OF_GATEWAY', gateway)
      .replace('OF_POLICY', policy)
      .replace('PUBLISH', options.publish ?? 'auto')
      .replace('FAILOVER', failover)
      .replace('CLOUD_MONITOR', options.cloudMonitor ?? 'nothing'),
    'autopilot.yaml',
  );
  const timers: readonly StageTimer[] = [
    { region: A, function: 'failover-dns', second: 5 },
    { region: B, function: 'failover-dns', second: 35 },
    { region: A, function: 'scale-gateway', second: 20 },
    { region: B, function: 'scale-gateway', second: 20 },
  ];
  const stage = createStage({ cloud, configuration, timers, environment: { AUTOPILOT_ALARM_TOKEN: ALARM_TOKEN } });
  const isWell = (value: string): boolean => isServing(cloud, value);
  const invariants = watchInvariants(cloud, { zone: ZONE, names: ['www'], isWell });
  cloud.step(30 * MINUTE);
  return {
    ...stage,
    invariants,
    address,
    answered: async () => {
      const server = { host: TRUTH.host, address: '127.0.0.1', port: 53 };
      const { records } = await cloud.dns.resolver().ask({ server, name: 'www.example.com', type: 'A' });
      return records.map(({ value }) => (value === address(A) ? A : value === address(B) ? B : value)).sort();
    },
    records: async () => (await createZones(cloud.openApi()).records(ZONE)).records,
    logged: (event) => stage.log.filter((line) => line['event'] === event),
  };
}

function isServing(cloud: Cloud, address: string): boolean {
  return cloud.loadBalancers.answers(address, 443);
}

/** How long after `happens` the name is answered by these regions alone; `undefined` if not within `most`. */
export async function timeTo(
  stage: RegionStage,
  regions: readonly string[],
  most: Millis,
  happens: () => void | Promise<void> = () => undefined,
): Promise<Millis | undefined> {
  const { clock } = stage;
  let took: Millis | undefined;
  await stage.run(most, async () => {
    await happens();
    const from = clock.now();
    while (took === undefined && clock.now() < from + most - 2 * SECOND) {
      if ((await stage.answered()).join() === regions.join()) took = clock.now() - from;
      else await clock.sleep(SECOND / 2);
    }
  });
  return took;
}
