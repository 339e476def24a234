import { z } from 'zod';
import type { Configuration } from '../shared/config/load';
import { gatewaysOf } from '../shared/config/region';
import { scheduledBounds } from '../shared/config/schedule';
import type { ScalingPolicy } from '../shared/core/policy';
import type { ScheduledBounds } from '../shared/core/schedule';
import { type Instant, isoTime, MINUTE, type Millis, SECOND } from '../shared/core/time';
import { InvalidInput } from '../shared/errors';
import { scaleGatewayHandler } from '../shared/serve/scale-gateway';
import { type Cloud, createCloud, type Load } from './cloud';
import { compareRivals } from './comparison/compare';
import { sampleLoad } from './comparison/load';
import { createScorekeeper, type Score, type Slice } from './comparison/score';
import type { Compared } from './comparison/table';
import type { World } from './comparison/world';
import type { Replayed } from './demand';
import { rehearsedSurroundings } from './surroundings';

/** One minute of a replay, as a person watches it. */
export interface Minute {
  readonly at: Instant;
  /** Requests per second that arrive. */
  readonly requests: number;
  /** Requests per second that the ready replicas serve. */
  readonly capacity: number;
  readonly replicas: number;
  readonly ready: number;
  /** Requests lost since the minute before. */
  readonly lost: number;
  /** What the function said about the gateway. */
  readonly outcome: string;
  readonly reason: string;
  readonly message: string;
  readonly change: { readonly from: number; readonly to: number } | undefined;
}

export interface Replay {
  readonly configuration: Configuration;
  readonly region: string;
  readonly gateway: string;
  readonly replayed: (policy: ScalingPolicy) => Replayed;
  readonly seed: number;
  /** From the end of a minute until CloudMonitor shows it. */
  readonly metricDelay: Millis;
  /** From a pod's making to its being ready. */
  readonly startUp: Millis;
  /** What the policy's targets are of a replica's capacity: 0.7 when it saturates at 1/0.7 of its target. */
  readonly targetShare: number;
  /** `http`: signed calls through the real SDKs to a server on loopback. `in-process`: the same core without transport. */
  readonly face: 'http' | 'in-process';
  /** The address of the emulated cloud, once it listens. */
  readonly onListening: (url: string) => void;
  readonly onMinute: (minute: Minute) => void;
  /** Says that somebody wants to stop. */
  readonly stopped: () => boolean;
}

export interface ReplayResult {
  readonly name: string;
  readonly from: Instant;
  /** Earlier than the end of the replay when it was stopped. */
  readonly to: Instant;
  readonly looks: number;
  readonly autopilot: Score;
  /** What others would have done with the same load, metrics, start-up and bounds. */
  readonly rivals: readonly Compared[];
  /** Calls by operation. */
  readonly calls: Readonly<Record<string, number>>;
  /** How often each reason was given. */
  readonly reasons: Readonly<Record<string, number>>;
}

/** Requests per second that make a replica carry exactly its targets. */
export const REQUESTS_AT_TARGET = 1_000;
/** Metrics of the time before the replay, so that it does not start blind. */
const WARM_UP: Millis = 30 * MINUTE;
/** How finely the gateway is watched: the emulated cloud's own tick. */
const SLICE: Millis = 5 * SECOND;
/** Looks come this long after the full minute, as the timer in s.yaml has it: just after CloudMonitor has published. */
const LOOK_AT: Millis = 35 * SECOND;
const FUNCTION = { name: 'scale-gateway', timeout: 60, memory: 512, reservedConcurrency: 3 } as const;

/** Runs the real handler once a minute over a stretch of demand, and the rivals on the same demand. */
export async function replay(options: Replay): Promise<ReplayResult> {
  const { configuration, gateway, region } = options;
  const chosen = gatewaysOf(configuration, region).find(({ names }) => names.gateway === gateway);
  if (chosen === undefined) throw new InvalidInput(`no gateway "${gateway}" is configured in ${region}`);
  const replayed = options.replayed(chosen.policy);
  const { max, min } = chosen.policy.replicas;
  const replicas = Math.min(max, Math.max(min, Math.ceil(replayed.demand(replayed.from))));
  const cloud = createCloud({ at: replayed.from - WARM_UP, seed: options.seed });
  furnish(cloud, options, gateway, replicas);
  cloud.setLoad(region, gateway, (at) => loadOf(chosen.policy, replayed.demand(Math.max(at, replayed.from))));
  cloud.faults.metricDelay(options.metricDelay);
  cloud.step(WARM_UP);
  const server = options.face === 'http' ? await cloud.listen() : undefined;
  try {
    if (server !== undefined) options.onListening(server.url);
    const surroundings = rehearsedSurroundings({
      cloud,
      configuration: asIfAuto(configuration),
      url: server?.url,
      writeLine: () => undefined,
    });
    cloud.functions.deploy({ region, ...FUNCTION, handler: scaleGatewayHandler(surroundings) });
    return await watch(cloud, options, replayed, {
      min,
      max,
      requestsPerDemand: REQUESTS_AT_TARGET,
      capacity: 1 / options.targetShare,
      startUp: options.startUp,
      metrics: { show: 'minutes', delay: options.metricDelay },
      replicas,
    });
  } finally {
    await server?.close();
  }
}

/** The cluster, mesh and gateways of the region as the configuration names them. */
function furnish(
  cloud: Cloud,
  { configuration, region, startUp, targetShare }: Replay,
  watched: string,
  replicas: number,
): void {
  const described = configuration.regions[region];
  if (described === undefined) throw new InvalidInput(`the configuration has no region ${region}`);
  const { cluster, mesh } = described;
  cloud.addCluster({ region, id: cluster.id });
  if (mesh !== undefined) {
    const dataPlaneApi = mesh.istioGateways === 'dataPlane';
    cloud.addMesh({ region, id: mesh.id, clusterIds: [cluster.id], dataPlaneApi });
  }
  for (const [index, { names, policy }] of gatewaysOf(configuration, region).entries()) {
    cloud.addGateway({
      region,
      clusterId: cluster.id,
      ...(mesh === undefined ? {} : { meshId: mesh.id }),
      name: names.gateway,
      namespace: names.namespace,
      ...(mesh === undefined ? { deployment: names.deployment, service: names.service } : {}),
      replicas: names.gateway === watched ? replicas : policy.replicas.min,
      owner: mesh === undefined ? 'deployment' : 'asm-left-to-us',
      loadBalancerIds: [`lb-rehearsal-${index}`],
      capacityPerReplica: REQUESTS_AT_TARGET / targetShare,
      startUp,
      listeners: policy.signals.some(({ metric }) => metric === 'requests') ? 'http' : 'tcp',
    });
    // The gateways beside the one that is watched have a quiet day.
    const { max, min } = policy.replicas;
    cloud.setLoad(region, names.gateway, () => loadOf(policy, (min + max) / 4));
  }
}

/** A rehearsal shows what would happen if the policies were allowed to act. */
function asIfAuto(configuration: Configuration): Configuration {
  const policies = Object.entries(configuration.policies).map(([name, policy]) => [
    name,
    { ...policy, mode: 'auto' as const },
  ]);
  return { ...configuration, policies: Object.fromEntries(policies) };
}

/** @param demand in replicas that carry exactly their targets */
export function loadOf({ signals }: ScalingPolicy, demand: number): Load {
  const requests = demand * REQUESTS_AT_TARGET;
  const usual: Load = {
    requests,
    newConnections: requests / 5,
    activeConnections: requests * 4,
    trafficIn: requests * 8_000,
    trafficOut: requests * 80_000,
  };
  // The first target binds; the others follow at 85 % of theirs. Step rules have no target to follow.
  const bySignal = signals
    .flatMap((signal) => ('steps' in signal ? [] : [signal]))
    .map(({ metric, target }, index) => [metric, demand * target * (index === 0 ? 1 : 0.85)] as const);
  return { ...usual, ...Object.fromEntries(bySignal) };
}

const Answer = z.object({
  gateways: z.array(
    z.object({
      gateway: z.string(),
      outcome: z.string(),
      reason: z.string(),
      message: z.string(),
      change: z.object({ from: z.number(), to: z.number() }).optional(),
    }),
  ),
});

type Surrounded = Omit<World, 'load'>;

async function watch(cloud: Cloud, options: Replay, replayed: Replayed, world: Surrounded): Promise<ReplayResult> {
  const { gateway, region } = options;
  cloud.resetCalls();
  const calls: Record<string, number> = {};
  const reasons: Record<string, number> = {};
  const keeper = createScorekeeper(world, world.replicas);
  const pass = (from: Instant, duration: Millis): void => {
    for (let at = from; at < from + duration; at += SLICE) keeper.note(slice(cloud, options, replayed, at));
  };
  let at = replayed.from + LOOK_AT;
  let { lost } = cloud.stats(region, gateway);
  let looks = 0;
  pass(replayed.from, LOOK_AT);
  while (at + MINUTE <= replayed.to && !options.stopped()) {
    pass(at, MINUTE);
    at += MINUTE;
    const decision = await lookOnce(cloud, region, gateway, at);
    countCalls(cloud, calls);
    // Inside the process nothing else yields, and Ctrl-C must be heard.
    await cloud.clock.sleep(0);
    looks += 1;
    reasons[decision.reason] = (reasons[decision.reason] ?? 0) + 1;
    const stats = cloud.stats(region, gateway);
    options.onMinute({
      at,
      requests: replayed.demand(at) * REQUESTS_AT_TARGET,
      capacity: (stats.readyReplicas * REQUESTS_AT_TARGET) / options.targetShare,
      replicas: stats.specReplicas,
      ready: stats.readyReplicas,
      lost: stats.lost - lost,
      outcome: decision.outcome,
      reason: decision.reason,
      message: decision.message,
      change: decision.change,
    });
    lost = stats.lost;
  }
  const load = sampleLoad({ ...replayed, to: at });
  return {
    name: replayed.name,
    from: replayed.from,
    to: at,
    looks,
    autopilot: keeper.score(),
    rivals: compareRivals({ ...world, load }, schedulesOf(options)),
    calls,
    reasons,
  };
}

/** Lets one slice pass and says what it was like. */
function slice(cloud: Cloud, { gateway, region }: Replay, { demand }: Replayed, at: Instant): Slice {
  const before = cloud.stats(region, gateway);
  cloud.step(SLICE);
  const after = cloud.stats(region, gateway);
  return {
    at,
    length: SLICE,
    demand: demand(at),
    replicas: after.specReplicas,
    existing: ((after.replicaSeconds - before.replicaSeconds) * SECOND) / SLICE,
    // Pods go at the start of a slice and become ready at its end.
    ready: Math.min(before.readyReplicas, after.readyReplicas),
  };
}

/** What the schedules of the gateway's policy ask for; `undefined` when it has none. */
function schedulesOf({ configuration, gateway }: Replay): ((at: Instant) => ScheduledBounds) | undefined {
  const policy = configuration.policies[configuration.gateways[gateway]?.policy ?? ''];
  if (policy === undefined || policy.schedules.length === 0) return undefined;
  return (at) => scheduledBounds(policy.schedules, configuration.calendars, at);
}

async function lookOnce(cloud: Cloud, region: string, gateway: string, at: Instant) {
  const event = { triggerTime: isoTime(at), triggerName: 'every-minute', payload: '' };
  const invocation = await cloud.functions.invoke(region, FUNCTION.name, JSON.stringify(event));
  if (invocation.errorType !== undefined || invocation.status !== 200) {
    throw new Error(
      `the function failed at ${isoTime(at)}: ${invocation.code ?? invocation.errorType}: ${invocation.body}`,
    );
  }
  const { gateways } = Answer.parse(JSON.parse(invocation.body));
  const decision = gateways.find((each) => each.gateway === gateway);
  if (decision === undefined) throw new Error(`the function did not report on ${gateway}`);
  return decision;
}

/** Adds what was called since the last time; a replay of months would otherwise keep every call. */
function countCalls(cloud: Cloud, counts: Record<string, number>): void {
  for (const { operation } of cloud.calls()) counts[operation] = (counts[operation] ?? 0) + 1;
  cloud.resetCalls();
}
