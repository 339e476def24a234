import type { Instant } from '../../shared/core/time';
import { InvalidInput } from '../../shared/errors';
import { ASSUMED, type Behaviour, documented } from './behaviour';
import type { RunningPod } from './kubernetes/deployments';
import type { MetricHistory } from './metric-history';

export const TRAFFIC_BEHAVIOURS: readonly Behaviour[] = [
  {
    part: 'Traffic',
    what: 'Load is spread evenly over the CLBs of a gateway and over its ready pods.',
    basis: ASSUMED,
  },
  {
    part: 'Traffic',
    what: 'Requests above what the ready pods serve are lost at once; nothing is queued, slowed or sent again.',
    basis: ASSUMED,
  },
  {
    part: 'Traffic',
    what: 'Lost requests are answered with a 5xx by layer-7 listeners. Response time is that of one queue, 20 ms when idle and 50 times that at most.',
    basis: ASSUMED,
  },
  {
    part: 'Traffic',
    what: 'A CLB drops new connections above 100,000 a second.',
    basis: documented(
      'https://help.aliyun.com/en/slb/classic-load-balancer/product-overview/modify-the-configurations-of-pay-as-you-go-clb-instances',
    ),
  },
];

/** What arrives at a whole gateway: connections and requests per second, connections open, bits per second. */
export interface Load {
  readonly newConnections: number;
  readonly activeConnections: number;
  readonly trafficIn: number;
  readonly trafficOut: number;
  readonly requests: number;
}

export const NO_LOAD: Load = { newConnections: 0, activeConnections: 0, trafficIn: 0, trafficOut: 0, requests: 0 };

/** Since the gateway was added. */
export interface GatewayStats {
  /** Requests that arrived. */
  readonly offered: number;
  /** Requests that no ready pod had room for. */
  readonly lost: number;
  /** Pods that exist, ready or not, times seconds. */
  readonly replicaSeconds: number;
  readonly readyReplicas: number;
  readonly specReplicas: number;
  /** Changes of the wanted number of replicas, by whomever. */
  readonly changes: number;
}

export interface GatewayFlow {
  readonly loadBalancerIds: readonly string[];
  readonly capacityPerReplica: number;
  /** ASM scales it by itself, as much as it takes. */
  readonly serverless: boolean;
  /** `InstanceQps` has data for layer-7 listeners only. */
  readonly listeners: 'tcp' | 'http';
  readonly pods: () => readonly RunningPod[];
  readonly specReplicas: () => number;
}

/** The load of one gateway and what became of it. */
export interface GatewayTraffic {
  setLoad(load: (at: Instant) => Load): void;
  /** Requests per second at the start of the last slice. */
  requests(): number;
  flow(from: Instant, to: Instant): void;
  stats(): GatewayStats;
}

const NOT_LAYER_7 = { requests: undefined, serverErrors: undefined, responseTime: undefined } as const;
/** Milliseconds of an idle pod, and the share of its capacity up to which the queue in front of it grows. */
const IDLE_RESPONSE = 20;
const MOST_BUSY = 0.98;

/** New connections per second that one pay-by-LCU CLB takes. */
const CLB_NEW_CONNECTIONS = 100_000;

export function createGatewayTraffic(gateway: GatewayFlow, history: MetricHistory): GatewayTraffic {
  let loadAt: (at: Instant) => Load = () => NO_LOAD;
  let requests = 0;
  let offered = 0;
  let lost = 0;
  let replicaSeconds = 0;
  let changes = 0;
  let specReplicas = gateway.specReplicas();

  function noteChanges(): void {
    const now = gateway.specReplicas();
    if (now !== specReplicas) changes += 1;
    specReplicas = now;
  }

  function flow(from: Instant, to: Instant): void {
    const load = checked(loadAt(from), from);
    const seconds = (to - from) / 1000;
    const pods = gateway.pods();
    requests = load.requests;
    offered += load.requests * seconds;
    lost += Math.max(0, load.requests - capacityOf(pods)) * seconds;
    replicaSeconds += pods.length * seconds;
    noteChanges();
    measure(load, from, to);
  }

  function capacityOf(pods: readonly RunningPod[]): number {
    return gateway.serverless ? Number.POSITIVE_INFINITY : ready(pods) * gateway.capacityPerReplica;
  }

  function measure(load: Load, from: Instant, to: Instant): void {
    const share = gateway.loadBalancerIds.length;
    const newConnections = load.newConnections / share;
    const sample = {
      newConnections,
      activeConnections: load.activeConnections / share,
      trafficIn: load.trafficIn / share,
      trafficOut: load.trafficOut / share,
      droppedConnections: Math.max(0, newConnections - CLB_NEW_CONNECTIONS),
      ...(gateway.listeners === 'http' ? layer7(load.requests, share) : NOT_LAYER_7),
    };
    for (const id of gateway.loadBalancerIds) history.record(id, sample, from, to);
  }

  function layer7(arriving: number, share: number) {
    const capacity = capacityOf(gateway.pods());
    const served = Math.min(arriving, capacity);
    const busy = capacity === 0 ? 1 : served / capacity;
    return {
      requests: arriving / share,
      serverErrors: (arriving - served) / share,
      responseTime: IDLE_RESPONSE / (1 - Math.min(busy, MOST_BUSY)),
    };
  }

  function stats(): GatewayStats {
    noteChanges();
    return { offered, lost, replicaSeconds, readyReplicas: ready(gateway.pods()), specReplicas, changes };
  }

  return {
    setLoad: (load) => {
      loadAt = load;
    },
    requests: () => requests,
    flow,
    stats,
  };
}

function ready(pods: readonly RunningPod[]): number {
  return pods.filter((pod) => pod.ready).length;
}

function checked(load: Load, at: Instant): Load {
  const { newConnections, activeConnections, trafficIn, trafficOut, requests } = load;
  const sum = newConnections + activeConnections + trafficIn + trafficOut + requests;
  const least = Math.min(newConnections, activeConnections, trafficIn, trafficOut, requests);
  if (Number.isFinite(sum) && least >= 0) return load;
  throw new InvalidInput(`the load at ${at} is ${JSON.stringify(load)}; every figure must be finite and 0 or more`);
}
