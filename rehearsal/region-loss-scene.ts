import { USUAL_NAMES } from '../shared/config/functions-schema';
import type { Configuration } from '../shared/config/load';
import { namesOf, type PublishedName } from '../shared/config/names';
import { Probes } from '../shared/config/probe-schema';
import { gatewaysOf } from '../shared/config/region';
import type { ConfiguredPolicy } from '../shared/config/schema';
import { LCU_CAPACITY } from '../shared/core/clb-capacity';
import { formatDuration } from '../shared/core/duration';
import { type Instant, MINUTE, type Millis, SECOND } from '../shared/core/time';
import { InvalidInput } from '../shared/errors';
import type { Load } from './cloud';
import { createChance } from './cloud/chance';
import { answering, nameToLose } from './region-loss-name';
import { loadOf } from './replay';

/** One region of a gateway dies under load, and comes back. */
export interface LossScene {
  /** The operator's, cut down to the gateway and its name, and allowed to act. */
  readonly configuration: Configuration;
  readonly gateway: string;
  readonly policy: ConfiguredPolicy;
  readonly name: PublishedName;
  readonly regions: readonly string[];
  readonly dying: string;
  /** Of the load that all clients of the name bring, by line. */
  readonly clients: ReadonlyMap<string, number>;
  /** Where they are, by line. */
  readonly networks: ReadonlyMap<string, string>;
  /** What all clients bring together, all the time. */
  readonly load: Load;
  /** By region, before it happens. */
  readonly replicas: ReadonlyMap<string, number>;
  readonly from: Instant;
  readonly dies: Instant;
  readonly revives: Instant;
  /** At the latest. */
  readonly to: Instant;
  /** What the operator should know about the scene. */
  readonly notes: readonly string[];
}

/** An evening in the week, UTC. */
const START = Date.UTC(2026, 10, 24, 12, 0);
const QUIET: Millis = 2 * MINUTE;
const DEAD: Millis = 12 * MINUTE;
/** For the steps of weight, and a look at what is left. */
const AFTER_RETURN: Millis = 15 * MINUTE;
/** Longer waits are cut short: they would show nothing new. */
const LONGEST_RECOVERY: Millis = 10 * MINUTE;
/** Share of its maximum that the fullest of the others needs to carry all. */
const RAISED_TO = 0.8;
/** Share of what its CLBs carry that comes to a region then. */
const CLBS_FILLED = 0.8;
/** Share of their targets that the replicas carry before. */
const BUSY = 0.9;
/** Where the configuration has too few: any that it does not have. */
const REGIONS = ['cn-hangzhou', 'cn-shanghai', 'cn-beijing', 'cn-shenzhen', 'cn-chengdu', 'cn-qingdao'];
/** Clients of the line default for each one of any other line. */
const DEFAULT_LINE_WEIGHS = 3;

/** @throws InvalidInput when the gateway is not configured in the region */
export function lossScene(original: Configuration, region: string, gateway: string, seed: number): LossScene {
  const chosen = gatewaysOf(original, region).find(({ names }) => names.gateway === gateway);
  if (chosen === undefined) throw new InvalidInput(`no gateway "${gateway}" is configured in ${region}`);
  const { notes: missing, points, regions } = placesOf(original, gateway, region);
  const { described, dying, name: title, networks, notes } = nameToLose(original, gateway, regions);
  const { loadBalancers } = chosen.policy;
  const policy: ConfiguredPolicy = {
    ...chosen.policy,
    mode: 'auto',
    loadBalancers: loadBalancers === undefined ? undefined : { ...loadBalancers, mode: 'auto' },
  };
  const { failover } = original;
  const recovery = Math.min(failover.recovery, LONGEST_RECOVERY);
  const configuration: Configuration = {
    ...cutDown(original, gateway, regions, policy),
    names: { [title]: described },
    probes: { ...(original.probes ?? Probes.parse({ points })), points },
    functions: USUAL_NAMES,
    failover: { ...failover, recovery },
  };
  const [name] = namesOf(configuration);
  if (name === undefined) throw new Error('the scene has no name');
  const clients = clientsOf(name);
  const shares = sharesOf(name, clients, regions);
  const demand = demandFor(configuration, policy, shares, sharesOf(name, clients, regions, dying));
  const dies = START + QUIET + Math.floor(createChance(seed).next() * 60) * SECOND;
  const revives = dies + DEAD;
  const { max, min } = policy.replicas;
  const before = (each: string): number => Math.ceil((demand * (shares.get(each) ?? 0)) / BUSY);
  return {
    configuration,
    gateway,
    policy,
    name,
    regions: [dying, ...regions.filter((each) => each !== dying)],
    dying,
    clients,
    networks,
    load: loadOf(policy, demand),
    replicas: new Map(regions.map((each) => [each, Math.min(max, Math.max(min, before(each)))])),
    from: START,
    dies,
    revives,
    to: revives + recovery + AFTER_RETURN,
    notes: [
      ...missing,
      ...notes,
      ...(clients.size > 1 ? [`The line default has ${DEFAULT_LINE_WEIGHS} times the clients of any other.`] : []),
      ...(recovery < failover.recovery
        ? [`failover.recovery is ${formatDuration(recovery)} here, and not ${formatDuration(failover.recovery)}.`]
        : []),
    ],
  };
}

/** The gateway's regions, the chosen one first, and enough vantage points to judge each from outside. */
function placesOf({ gateways, probes }: Configuration, gateway: string, region: string) {
  const own = gateways[gateway]?.regions ?? [];
  const others = own.filter((each) => each !== region);
  const second = REGIONS.find((each) => each !== region) ?? region;
  const regions = [region, ...(others.length > 0 ? others : [second])];
  const points = [...new Set(probes?.points ?? regions)];
  const isEnough = (): boolean => regions.every((each) => points.filter((point) => point !== each).length >= 2);
  const added: string[] = [];
  for (const candidate of REGIONS) {
    if (isEnough() || points.includes(candidate)) continue;
    points.push(candidate);
    added.push(candidate);
  }
  const notes = [
    ...(others.length > 0 ? [] : [`The gateway is in ${region} alone; a second region, ${second}, is made up.`]),
    ...(probes === undefined ? [`No vantage points are configured; ${points.join(', ')} are made up.`] : []),
    ...(probes !== undefined && added.length > 0
      ? [`Vantage points in ${added.join(', ')} are made up: two are needed outside each region.`]
      : []),
  ];
  return { regions, points, notes };
}

/** The gateway alone, in regions without a mesh: who scales it is not what this is about. */
function cutDown(
  original: Configuration,
  gateway: string,
  regions: readonly string[],
  policy: ConfiguredPolicy,
): Configuration {
  const settings = original.gateways[gateway];
  if (settings === undefined) throw new InvalidInput(`no gateway "${gateway}" is configured`);
  const [known] = Object.values(original.regions);
  const own = (region: string): readonly string[] => settings.loadBalancers[region] ?? [`lb-rehearsal-${region}`];
  const described = (region: string): Configuration['regions'] => {
    const { cluster } = original.regions[region] ?? {};
    const like = cluster ?? (known === undefined ? undefined : { ...known.cluster, id: `cluster-of-${region}` });
    return like === undefined ? {} : { [region]: { cluster: like, mesh: undefined, loadBalancers: { zones: [] } } };
  };
  return {
    ...original,
    notify: { channels: {}, cloudMonitor: 'nothing', kubernetesEvents: true },
    maintenance: [],
    regions: Object.assign({}, ...regions.map(described)),
    gateways: {
      [gateway]: {
        ...settings,
        regions: [...regions],
        loadBalancers: Object.fromEntries(regions.map((region) => [region, own(region)])),
      },
    },
    policies: { [settings.policy]: policy },
  };
}

function clientsOf({ lines }: PublishedName): LossScene['clients'] {
  const weights = lines.map(({ line }) => [line, line === 'default' ? DEFAULT_LINE_WEIGHS : 1] as const);
  const all = weights.reduce((sum, [, weight]) => sum + weight, 0);
  return new Map(weights.map(([line, weight]) => [line, weight / all]));
}

/** The part of the load that each region gets; what a line leads to nobody else stays where it is. */
function sharesOf(
  { lines, mode }: PublishedName,
  clients: LossScene['clients'],
  regions: readonly string[],
  without?: string,
): ReadonlyMap<string, number> {
  const shares = new Map(regions.map((region) => [region, 0]));
  for (const line of lines) {
    const left = { ...line, regions: line.regions.filter((region) => region !== without) };
    const answers = answering(mode, left);
    for (const region of answers) {
      shares.set(region, (shares.get(region) ?? 0) + (clients.get(line.line) ?? 0) / answers.length);
    }
  }
  return shares;
}

/** In replicas that carry exactly their targets: as much as the others can be raised for, and their CLBs carry. */
function demandFor(
  { failover, gateways }: Configuration,
  policy: ConfiguredPolicy,
  before: ReadonlyMap<string, number>,
  after: ReadonlyMap<string, number>,
): number {
  const unit = loadOf(policy, 1);
  const [gateway] = Object.values(gateways);
  const most = [...after].flatMap(([region, share]) => {
    const mine = before.get(region) ?? 0;
    const need = (mine + failover.margin * (share - mine)) / failover.target;
    const clbs = gateway?.loadBalancers[region]?.length ?? 1;
    const carried = Math.min(
      (clbs * LCU_CAPACITY.connections) / unit.activeConnections,
      (clbs * LCU_CAPACITY.newConnections) / unit.newConnections,
      // All CLBs of a region together.
      LCU_CAPACITY.traffic / Math.max(unit.trafficIn, unit.trafficOut),
    );
    return share === 0 ? [] : [(policy.replicas.max * RAISED_TO) / need, (carried * CLBS_FILLED) / share];
  });
  return Math.min(...most);
}
