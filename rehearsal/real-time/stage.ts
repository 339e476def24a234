import { createDelegations } from '../../shared/cloud/delegations';
import { createDnsResolver } from '../../shared/cloud/dns-resolver';
import { createOpenApi } from '../../shared/cloud/open-api';
import { createProber } from '../../shared/cloud/prober';
import type { OpenApi } from '../../shared/cloud/seams';
import { createServiceFunctions } from '../../shared/cloud/service-functions';
import { elapsed } from '../../shared/cloud/system-clock';
import { calledAs, USUAL_NAMES } from '../../shared/config/functions-schema';
import { loadConfiguration } from '../../shared/config/load';
import type { FunctionName } from '../../shared/core/function-name';
import { type Instant, MINUTE, type Millis, SECOND } from '../../shared/core/time';
import { CloudError } from '../../shared/errors';
import type { Clock } from '../../shared/ports';
import type { Network, Networked } from '../../shared/serve/network';
import { connections, type Surroundings } from '../../shared/serve/surroundings';
import { type Cloud, createCloud } from '../cloud';
import { createChance } from '../cloud/chance';
import { shiftedClock } from '../cloud/wall-clock';
import { deploy, firstOf, type StageTimer, timerEvent } from '../stage';
import { rehearsedSurroundings } from '../surroundings';

const ZONE = 'example.com';
const NAME = `www.${ZONE}`;
/** The name server follows the zone after this long. */
const PROPAGATION: Millis = SECOND;
/** After a write the zone refuses others for this long, as `LastOperationNotFinished`. */
const BUSY: Millis = 2 * SECOND;
/** The cloud's time follows the machine's in steps of this length. */
const STEP: Millis = 50;
/** What the gateways have behind them when it begins: their metrics are asked for. */
const PAST: Millis = 30 * MINUTE;

/** Two regions that serve one name, both with room for all of its clients, and a vantage point elsewhere. */
const REGIONS = ['cn-hangzhou', 'cn-shanghai'] as const;
const POINT = 'cn-beijing';
export type GatewayRegion = (typeof REGIONS)[number];
const CLUSTERS = { 'cn-hangzhou': 'c1', 'cn-shanghai': 'c2' } as const;
const CLBS = { 'cn-hangzhou': 'lb-a', 'cn-shanghai': 'lb-b' } as const;

const CONFIGURATION = `
version: 1
regions:
  cn-hangzhou: { cluster: { id: c1 } }
  cn-shanghai: { cluster: { id: c2 } }
gateways:
  web:
    regions: [cn-hangzhou, cn-shanghai]
    policy: web
    loadBalancers: { cn-hangzhou: [lb-a], cn-shanghai: [lb-b] }
    probe: { protocol: https, host: ${NAME}, path: /healthz }
policies:
  web:
    mode: auto
    replicas: { min: 2, max: 60 }
    signals: [{ metric: newConnections, target: 300, scaleInBelow: 240 }]
names:
  ${NAME}: { zone: ${ZONE}, gateway: web, publish: auto, ttl: 60s }
probes: { points: [cn-hangzhou, cn-shanghai, ${POINT}], every: 5s, timeout: 2s, fall: 2 }
failover: {}
`;

const TIMERS: readonly StageTimer[] = [
  { region: 'cn-hangzhou', function: 'failover-dns', second: 5 },
  { region: 'cn-shanghai', function: 'failover-dns', second: 35 },
  { region: 'cn-hangzhou', function: 'scale-gateway', second: 20 },
  { region: 'cn-shanghai', function: 'scale-gateway', second: 20 },
];

export interface LossStage {
  readonly clock: Clock;
  readonly address: (region: GatewayRegion) => string;
  /** Log lines of the functions, with when they were written and where. */
  readonly log: readonly LossLine[];
  /** Nothing of the region answers any more, and what runs there acts no more. */
  kill(region: GatewayRegion): void;
  /** What the authoritative server answers for the name. */
  answered(): Promise<readonly string[]>;
  /** Ends every function and frees the ports. */
  close(): Promise<void>;
}

export interface LossLine {
  readonly at: Instant;
  readonly region: string;
  readonly [field: string]: unknown;
}

/**
 * The functions of all regions in real time: a cloud of its own that is reached over HTTP by the real SDKs, its name server over
 * UDP by the real resolver, its entries over TLS by the real prober.
 *
 * @param ahead how far everything's clock is ahead of the machine's, by which the SDKs sign: a minute or two either way
 */
export async function openLossStage(ahead: Millis, seed: number): Promise<LossStage> {
  const ending = new AbortController();
  const clock = shiftedClock(ahead, ending.signal);
  const cloud = emulated(clock, seed);
  const [http, dns, entries] = [await cloud.listen(), await cloud.dns.listen(), await cloud.entries.listen()];
  const chance = createChance(seed ^ 0x51ed270b);
  const log: LossLine[] = [];
  const dead = new Set<string>();
  const running = new Set<Promise<unknown>>();

  function surroundingsOf(region: string): Surroundings<Networked> {
    const rehearsed = rehearsedSurroundings({
      cloud,
      configuration: loadConfiguration(CONFIGURATION, 'autopilot.yaml'),
      url: http.url,
      clock,
      region,
      writeLine: (line) => log.push({ ...JSON.parse(line), at: clock.now(), region }),
    });
    const network: Pick<Network, 'prober' | 'nameServers'> = {
      prober: entries.prober(region, createProber({ authorities: entries.ca })),
      nameServers: async (hosts) => dns.servers.filter(({ host }) => hosts.includes(host)),
    };
    const kubeconfigs = new Map();
    const random = chance.next;
    return {
      ...rehearsed,
      elapsed,
      random,
      connect: (credentials, deadline) => {
        const { dialler } = rehearsed.connect(credentials, deadline);
        const calls = {
          openApi: whileAlive(createOpenApi({ credentials, deadline, endpoint: http.url }), () => !dead.has(region)),
          services: createServiceFunctions({ credentials, accountId: cloud.accountId, endpoint: http.url }),
        };
        const delegations = createDelegations(deadline, (near) => ({
          directory: cloud.dns.directory([...dns.servers, ...dns.registry]),
          resolver: createDnsResolver({ deadline: near }),
        }));
        const reach: Network = { ...network, delegations, dialler, resolver: createDnsResolver({ deadline }) };
        return { ...reach, ...connections(calls, { clock, deadline, random, kubeconfigs }) };
      },
    };
  }

  const functions: readonly FunctionName[] = ['scale-gateway', 'failover-dns', 'probe-region'];
  for (const region of REGIONS) for (const name of functions) deploy(cloud, region, name, surroundingsOf(region));
  deploy(cloud, POINT, 'probe-region', surroundingsOf(POINT));

  /** Beside whatever else goes on, until the end. */
  function begin(work: Promise<unknown>): void {
    const kept = work.then(
      () => undefined,
      (error: unknown) => {
        if (!ending.signal.aborted) throw error;
      },
    );
    running.add(kept);
    kept.finally(() => running.delete(kept)).catch(() => undefined);
  }

  async function follow(): Promise<void> {
    for (;;) {
      cloud.step(Math.max(0, Math.floor(clock.now()) - cloud.clock.now()));
      await clock.sleep(STEP);
    }
  }

  async function deliver(): Promise<void> {
    for (;;) {
      await cloud.functions.drain();
      await clock.sleep(SECOND);
    }
  }

  async function timed(timer: StageTimer): Promise<void> {
    const { function: name, region } = timer;
    for (let at = firstOf(timer, clock.now()); ; at += MINUTE) {
      await clock.sleep(Math.max(0, at - clock.now()));
      const event = JSON.stringify(timerEvent(at));
      if (!dead.has(region)) begin(cloud.functions.invoke(region, calledAs(USUAL_NAMES, name), event));
    }
  }

  begin(follow());
  begin(deliver());
  for (const timer of TIMERS) begin(timed(timer));
  const resolver = createDnsResolver({ deadline: { left: () => MINUTE } });
  return {
    clock,
    log,
    address: (region) => cloud.loadBalancers.address(CLBS[region]),
    kill: (region) => {
      dead.add(region);
      cloud.regions.die(region);
    },
    answered: async () => {
      const [server] = dns.servers;
      if (server === undefined) throw new Error('the zone has no name server');
      const { records } = await resolver.ask({ server, name: NAME, type: 'A' });
      return records.map(({ value }) => value);
    },
    close: async () => {
      ending.abort();
      await Promise.all([http.close(), dns.close(), entries.close()]);
      await Promise.all(running);
    },
  };
}

function emulated(clock: Clock, seed: number): Cloud {
  const cloud = createCloud({ at: Math.floor(clock.now()) - PAST, seed, wallClock: clock.now });
  for (const region of REGIONS) {
    cloud.addCluster({ region, id: CLUSTERS[region] });
    cloud.addGateway({
      region,
      clusterId: CLUSTERS[region],
      name: 'web',
      replicas: 20,
      owner: 'deployment',
      capacityPerReplica: 430,
      loadBalancerIds: [CLBS[region]],
    });
  }
  cloud.dns.addZone({
    name: ZONE,
    edition: 'ultimate',
    nameServers: [{ host: 'ns1.alidns.example', delay: PROPAGATION }],
    records: REGIONS.map((region) => ({
      rr: 'www',
      type: 'A',
      value: cloud.loadBalancers.address(CLBS[region]),
      ttl: 60,
      remark: `gateway-autopilot ${region}`,
    })),
  });
  cloud.dns.busyAfterWrite(ZONE, BUSY);
  cloud.sendName({
    name: NAME,
    gateway: 'web',
    populations: [{ subnet: '203.0.113.0/24', share: 1 }],
    load: () => ({
      requests: 4_000,
      newConnections: 1_200,
      activeConnections: 4_000,
      trafficIn: 4e6,
      trafficOut: 4e7,
    }),
  });
  cloud.step(PAST);
  return cloud;
}

/** What runs in a region when it dies changes nothing any more, although it is not stopped. */
function whileAlive(openApi: OpenApi, isAlive: () => boolean): OpenApi {
  return {
    call: async (wanted) => {
      if (isAlive()) return openApi.call(wanted);
      const operation = `${wanted.product}.${wanted.action}`;
      throw new CloudError('the region is dead', { kind: 'unavailable', operation });
    },
  };
}
