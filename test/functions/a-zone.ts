import {
  type Cloud,
  createCloud,
  type InitialRecord,
  type NameServerSetup,
  type ZoneSetup,
} from '../../rehearsal/cloud';
import { createLoadBalancers, createLoadBalancerWriter } from '../../shared/cloud/load-balancers';
import { withRetries } from '../../shared/cloud/retry';
import type { OpenApi, OpenApiCall } from '../../shared/cloud/seams';
import { createZones, createZoneWriter } from '../../shared/cloud/zones';
import { CLB_TAGS, OWNERSHIP_TAG } from '../../shared/core/load-balancer';
import type { NameToPublish } from '../../shared/core/publication-model';
import { MINUTE } from '../../shared/core/time';
import type { RecordSeen } from '../../shared/core/zone';
import type { Clock } from '../../shared/ports';
import { type PublishingResult, publishNames } from '../../shared/run/publish';
import type { PublishingLook, PublishingMemory } from '../../shared/run/publish-run';

export const ZONE = 'example.com';
export const REGION = 'cn-hangzhou';
export const OTHER_REGION = 'cn-shanghai';
/** A Monday, ten in the morning UTC. */
export const TEN = Date.UTC(2026, 10, 23, 10, 0);
export const OWN = 'lb-own';
export const EXTRA = 'lb-extra';
export const THIRD = 'lb-third';
export const FAR = 'lb-far';

/** Its answers are never late: what it says is what the zone holds. */
const TRUTH: NameServerSetup = { host: 'ns0.alidns.example', delay: 0 };
const LATE: readonly NameServerSetup[] = [
  { host: 'ns1.alidns.example', delay: 2_000 },
  { host: 'ns2.alidns.example', delay: 4_000 },
];
export const TELECOM = '203.0.113.0/24';

/** A minute, less what is kept for the answer. */
const INVOCATION = 58_500;

/** www.example.com, in front of one gateway with its own CLB in one region. */
export const WWW: NameToPublish = {
  name: 'www.example.com',
  zone: ZONE,
  rr: 'www',
  gateway: 'ingressgateway',
  publish: 'auto',
  ttl: 60,
  lines: [{ line: 'default', regions: [REGION] }],
  mode: 'active-active',
  subnets: {},
  weights: 'off',
  own: { [REGION]: [OWN] },
};

export interface ZoneStageOptions {
  readonly names?: readonly NameToPublish[];
  readonly edition?: ZoneSetup['edition'];
  /** Given the addresses of CLBs by id; one marked record with that of the own CLB unless told. */
  readonly records?: (address: (id: string) => string) => readonly InitialRecord[];
  /** For how long the zone refuses writes after each. */
  readonly busy?: number;
}

/** Called before and after each call of the API, which is counted from 1 from `resetCalls` on. */
export type CallHook = (call: OpenApiCall, count: number) => void | Promise<void>;

export interface ZoneStage {
  readonly cloud: Cloud;
  readonly address: (id: string) => string;
  /** An invocation of 60 s by the cloud's clock, with its own memory unless one is given. */
  look(changes?: Partial<PublishingLook>): Promise<PublishingResult>;
  /** A look a minute, `count` of them. */
  looks(count: number): Promise<PublishingResult>;
  /** Tags a CLB as an extra one in a stage. */
  tag(id: string, stage: string, tags?: Readonly<Record<string, string>>): Promise<void>;
  /** What the zone's servers answer in the end, by line. */
  answers(line?: string, name?: string): Promise<readonly string[]>;
  records(): Promise<readonly RecordSeen[]>;
  /** Addresses of the enabled records of www on the default line. */
  enabled(): Promise<readonly string[]>;
  /** What was called, for example `alidns.AddDomainRecord`. */
  calls(): readonly string[];
  writes(): readonly string[];
  /** Lets one controller do something around each of its calls. */
  around(hooks: { readonly before?: CallHook; readonly after?: CallHook }): OpenApi;
  /** What a controller that calls through this API would look with. */
  through(api: OpenApi): Partial<PublishingLook>;
  readonly log: readonly Readonly<Record<string, unknown>>[];
}

export async function aZone(options: ZoneStageOptions = {}): Promise<ZoneStage> {
  const cloud = createCloud({ at: TEN - 12 * MINUTE, seed: 7, tick: MINUTE });
  cloud.addCluster({ region: REGION, id: 'c1' });
  cloud.addCluster({ region: OTHER_REGION, id: 'c2' });
  const gateway = { name: 'ingressgateway', replicas: 3, owner: 'deployment', capacityPerReplica: 430 } as const;
  cloud.addGateway({ ...gateway, region: REGION, clusterId: 'c1', loadBalancerIds: [OWN, EXTRA, THIRD] });
  cloud.addGateway({ ...gateway, region: OTHER_REGION, clusterId: 'c2', loadBalancerIds: [FAR] });
  const address = cloud.loadBalancers.address;
  const { names = [WWW] } = options;
  const defaults = [aRecord(address(OWN), { remark: MARK })];
  cloud.dns.addZone({
    name: ZONE,
    edition: options.edition ?? 'ultimate',
    nameServers: [TRUTH, ...LATE],
    records: options.records?.(address) ?? defaults,
  });
  cloud.dns.addSubnet(TELECOM, 'telecom');
  cloud.step(12 * MINUTE);
  cloud.dns.busyAfterWrite(ZONE, options.busy ?? 0);
  const clock: Clock = {
    now: cloud.clock.now,
    sleep: (duration) => {
      cloud.step(Math.ceil(duration));
      return new Promise((resolve) => setImmediate(resolve));
    },
  };
  const lines: Readonly<Record<string, unknown>>[] = [];
  const write = (level: string) => (event: string, fields: Readonly<Record<string, unknown>>) => {
    lines.push({ level, event, ...fields });
  };
  const log = { info: write('info'), warn: write('warn'), error: write('error') };
  const memory: PublishingMemory = new Map();

  function through(api: OpenApi): Partial<PublishingLook> {
    const retried = withRetries(api, { clock, deadline: { left: () => 100_000 }, random: () => 0.5 });
    return {
      loadBalancers: (region) => createLoadBalancers(retried, region),
      zones: createZones(retried),
      writer: createZoneWriter(retried),
    };
  }

  const plain: PublishingLook = {
    clock,
    deadline: { left: () => 0 },
    elapsed: cloud.clock.now,
    names,
    adopt: new Set(),
    clusters: { [REGION]: 'c1', [OTHER_REGION]: 'c2' },
    resolver: cloud.dns.resolver(),
    nameServers: (hosts) => Promise.resolve(hosts.map((host) => ({ host, address: '127.0.0.1', port: 53 }))),
    delegations: cloud.dns.delegations(),
    dryRun: false,
    propose: () => () => undefined,
    maintenance: undefined,
    memory,
    failover: undefined,
    log,
    ...(through(cloud.openApi()) as Required<Pick<PublishingLook, 'loadBalancers' | 'zones' | 'writer'>>),
  };

  const stage: ZoneStage = {
    cloud,
    address,
    look: (changes = {}) => {
      const end = cloud.clock.now() + INVOCATION;
      const deadline = { left: () => Math.max(0, end - cloud.clock.now()) };
      return publishNames({ ...plain, deadline, ...changes });
    },
    looks: async (count) => {
      let result = await stage.look();
      for (let look = 1; look < count; look += 1) {
        cloud.step(MINUTE);
        result = await stage.look();
      }
      return result;
    },
    tag: async (id, stageTag, tags = {}) => {
      const region = id === FAR ? OTHER_REGION : REGION;
      await createLoadBalancerWriter(cloud.openApi(), region).tag(id, {
        [OWNERSHIP_TAG.key]: OWNERSHIP_TAG.value,
        [CLB_TAGS.gateway]: 'ingressgateway',
        [CLB_TAGS.cluster]: region === REGION ? 'c1' : 'c2',
        [CLB_TAGS.stage]: stageTag,
        ...tags,
      });
    },
    answers: async (line = 'default', name = WWW.name) => {
      const server = { host: TRUTH.host, address: '127.0.0.1', port: 53 };
      const subnet = line === 'default' ? {} : { subnet: TELECOM };
      const { records } = await cloud.dns.resolver().ask({ server, name, type: 'A', ...subnet });
      return records.map(({ value }) => value).sort();
    },
    records: async () => {
      const { records } = await createZones(cloud.openApi()).records(ZONE);
      return records;
    },
    enabled: async () => {
      const here = (await stage.records()).filter(
        ({ rr, type, line }) => rr === 'www' && type === 'A' && line === 'default',
      );
      return here.flatMap(({ enabled, value }) => (enabled ? [value] : [])).sort();
    },
    calls: () => cloud.calls().map(({ operation }) => operation),
    writes: () =>
      cloud
        .calls()
        .flatMap(({ operation, status }) =>
          /^alidns\.(?!Describe)/.test(operation) && status === 200 ? [operation] : [],
        ),
    around: ({ after, before }) => {
      let count = 0;
      return {
        call: async (call) => {
          count += 1;
          const index = count;
          await before?.(call, index);
          try {
            return await cloud.openApi().call(call);
          } finally {
            await after?.(call, index);
          }
        },
      };
    },
    through,
    log: lines,
  };
  cloud.resetCalls();
  return stage;
}

/** A record of www on the default line. */
export function aRecord(value: string, changes: Partial<InitialRecord> = {}): InitialRecord {
  return { rr: 'www', type: 'A', value, ttl: 60, ...changes };
}

/** What a look said of its only name. */
export function onlyName({ zones }: PublishingResult) {
  const [name] = zones.flatMap(({ names }) => names);
  if (name === undefined) throw new Error('there is no name in the result');
  return name;
}

export const MARK = 'gateway-autopilot';
export const LEASE = '_gateway-autopilot-lease';

export async function leases(stage: ZoneStage): Promise<readonly string[]> {
  return (await stage.records()).filter(({ rr }) => rr === LEASE).map(({ value }) => value);
}

/** The record of an address as it is listed. */
export async function recordOf(stage: ZoneStage, id: string): Promise<RecordSeen | undefined> {
  return (await stage.records()).find(({ value }) => value === stage.address(id));
}

export function both(stage: ZoneStage, ...ids: readonly string[]): readonly string[] {
  return ids.map(stage.address).sort();
}

/** Two answers on the default line: the gateway's own CLB and an extra one. */
export async function withExtra(options: ZoneStageOptions = {}): Promise<ZoneStage> {
  const stage = await aZone({
    records: (address) => [aRecord(address(OWN), { remark: MARK }), aRecord(address(EXTRA), { remark: MARK })],
    ...options,
  });
  await stage.tag(EXTRA, 'serving');
  return stage;
}
