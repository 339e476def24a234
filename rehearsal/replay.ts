import { z } from 'zod';
import type { Configuration } from '../shared/config/load';
import { gatewaysOf } from '../shared/config/region';
import type { ScalingPolicy } from '../shared/core/policy';
import { type Instant, isoTime, MINUTE, type Millis, SECOND } from '../shared/core/time';
import { InvalidInput } from '../shared/errors';
import { scaleGatewayHandler } from '../shared/serve/scale-gateway';
import { type Cloud, createCloud, type Load } from './cloud';
import type { Replayed } from './demand';
import { plainAutoscaler, type Score } from './plain-autoscaler';
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
  readonly plainAutoscaler: Score;
  /** Calls by operation. */
  readonly calls: Readonly<Record<string, number>>;
  /** How often each reason was given. */
  readonly reasons: Readonly<Record<string, number>>;
}

/** A replica saturates when its load is this multiple of the target, so a target means 70 % of what a replica can do. */
const SATURATION = 1 / 0.7;
const REQUESTS_AT_TARGET = 1_000;
const START_UP: Millis = 45 * SECOND;
/** Metrics of the time before the replay, so that it does not start blind. */
const WARM_UP: Millis = 30 * MINUTE;
/** How long the emulated CloudMonitor takes to publish a minute. */
const PUBLICATION: Millis = 90 * SECOND;
/** Looks come this long after the full minute, as the timer in s.yaml has it: just after CloudMonitor has published. */
const LOOK_AT: Millis = 35 * SECOND;
const FUNCTION = { name: 'scale-gateway', timeout: 60, memory: 512, reservedConcurrency: 3 } as const;

/** Runs the real handler once a minute over a stretch of demand, and a plain HPA beside it on the same demand. */
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
  cloud.faults.metricDelay(PUBLICATION);
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
      capacityPerReplica: REQUESTS_AT_TARGET * SATURATION,
      startUp: START_UP,
      publication: PUBLICATION,
      replicas,
    });
  } finally {
    await server?.close();
  }
}

/** The cluster, mesh and gateways of the region as the configuration names them. */
function furnish(cloud: Cloud, { configuration, region }: Replay, watched: string, replicas: number): void {
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
      capacityPerReplica: REQUESTS_AT_TARGET * SATURATION,
      startUp: START_UP,
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

function loadOf({ signals }: ScalingPolicy, demand: number): Load {
  const requests = demand * REQUESTS_AT_TARGET;
  const usual: Load = {
    requests,
    newConnections: requests / 5,
    activeConnections: requests * 4,
    trafficIn: requests * 8_000,
    trafficOut: requests * 80_000,
  };
  // The first signal binds; the others follow at 85 % of their targets.
  const bySignal = signals.map(
    ({ metric, target }, index) => [metric, demand * target * (index === 0 ? 1 : 0.85)] as const,
  );
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

async function watch(
  cloud: Cloud,
  options: Replay,
  replayed: Replayed,
  capacities: Parameters<typeof plainAutoscaler>[1],
): Promise<ReplayResult> {
  const { gateway, region } = options;
  const before = cloud.stats(region, gateway);
  cloud.resetCalls();
  const calls: Record<string, number> = {};
  const reasons: Record<string, number> = {};
  cloud.step(LOOK_AT);
  let at = replayed.from + LOOK_AT;
  let lost = before.lost;
  let looks = 0;
  while (at + MINUTE <= replayed.to && !options.stopped()) {
    cloud.step(MINUTE);
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
      capacity: stats.readyReplicas * capacities.capacityPerReplica,
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
  const after = cloud.stats(region, gateway);
  return {
    name: replayed.name,
    from: replayed.from,
    to: at,
    looks,
    autopilot: {
      offered: after.offered - before.offered,
      lost: after.lost - before.lost,
      replicaHours: (after.replicaSeconds - before.replicaSeconds) / 3_600,
      changes: after.changes - before.changes,
    },
    plainAutoscaler: plainAutoscaler({ ...replayed, to: at }, capacities),
    calls,
    reasons,
  };
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
