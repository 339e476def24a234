import type { Instant, Millis } from '../../shared/core/time';
import { InvalidInput } from '../../shared/errors';
import { ASSUMED, type Behaviour, documented } from './behaviour';
import type { RunningPod } from './kubernetes/deployments';
import type { Carriage, Share } from './load-balancers/carriage';

export const TRAFFIC_BEHAVIOURS: readonly Behaviour[] = [
  {
    part: 'Traffic',
    what: 'Load is spread evenly over the CLBs of a gateway, or by the weights that are told, and evenly over its ready pods.',
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
    what: 'A CLB drops connections above its capacity, by charge type and specification, on the first limit that is reached.',
    basis: documented(
      'https://www.alibabacloud.com/help/en/slb/classic-load-balancer/user-guide/faq-about-clb-2 (2025-12-03)',
    ),
  },
  {
    part: 'Traffic',
    what: 'Connections above a limit are dropped at once in the same part as requests and traffic are; the metrics show what is carried.',
    basis: ASSUMED,
  },
  {
    part: 'Traffic',
    what: 'The public pay-by-traffic CLBs of a region carry 5 Gbit/s together.',
    basis: documented('https://help.aliyun.com/en/slb/classic-load-balancer/product-overview/limits-1'),
  },
  {
    part: 'Traffic',
    what: 'What that ceiling cuts off is spread evenly over them.',
    basis: ASSUMED,
  },
  {
    part: 'Traffic',
    what: 'An address that no CLB has, and one of a CLB that is not active or has no healthy backend on a running listener, refuses everything.',
    basis: ASSUMED,
  },
  {
    part: 'Traffic',
    what: 'A CLB that carries nothing has metrics of 0, from the minute in which it is made.',
    basis: ASSUMED,
  },
];

/** What arrives at a whole gateway: connections and requests per second, connections open, bits per second. */
export interface Load {
  readonly newConnections: number;
  readonly activeConnections: number;
  /** Open, and nothing passes over them; none unless told. */
  readonly inactiveConnections?: number;
  readonly trafficIn: number;
  readonly trafficOut: number;
  readonly requests: number;
}

const NO_LOAD: Load = { newConnections: 0, activeConnections: 0, trafficIn: 0, trafficOut: 0, requests: 0 };

/** Since the gateway was added. */
export interface GatewayStats {
  /** Requests that arrived. */
  readonly offered: number;
  /** Requests that no load balancer passed on or that no ready pod had room for. */
  readonly lost: number;
  /** Those of them that no load balancer passed on. */
  readonly refused: number;
  /** Pods that exist, ready or not, times seconds. */
  readonly replicaSeconds: number;
  readonly readyReplicas: number;
  readonly specReplicas: number;
  /** Changes of the wanted number of replicas, by whomever. */
  readonly changes: number;
}

/** Addresses and how much of a gateway's load goes to each, by weight. */
export type Destinations = Readonly<Record<string, number>>;

export interface GatewayFlow {
  /** Of its own load balancers. */
  readonly addresses: readonly string[];
  readonly capacityPerReplica: number;
  /** ASM scales it by itself, as much as it takes. */
  readonly serverless: boolean;
  /** `InstanceQps` has data for layer-7 listeners only. */
  readonly listeners: 'tcp' | 'http';
  readonly pods: () => readonly RunningPod[];
  readonly specReplicas: () => number;
  /** How much longer answers take than the pods do. */
  readonly delay: () => Millis;
}

/** The load of one gateway and what became of it. */
export interface GatewayTraffic {
  setLoad(load: (at: Instant) => Load): void;
  sendTo(destinations: (at: Instant) => Destinations): void;
  /** Requests per second that reached the pods in the last slice. */
  requests(): number;
  /** Brings the load of a slice to the load balancers. */
  offer(from: Instant): void;
  /** Brings load of others to one of them, after `offer`; what became of it is known after `serve`. */
  bring(address: string, load: Load): Share;
  /** Serves what they let pass, for the whole slice. */
  serve(from: Instant, to: Instant): void;
  stats(): GatewayStats;
}

/** Milliseconds of an idle pod, and the share of its capacity up to which the queue in front of it grows. */
const IDLE_RESPONSE = 20;
const MOST_BUSY = 0.98;

export function createGatewayTraffic(gateway: GatewayFlow, carriage: Carriage): GatewayTraffic {
  const own: Destinations = Object.fromEntries(gateway.addresses.map((address) => [address, 1]));
  let loadAt: (at: Instant) => Load = () => NO_LOAD;
  let destinationsAt: (at: Instant) => Destinations = () => own;
  /** Requests per second that clients send, and those of them that have no address. */
  let sent = 0;
  let nowhere = 0;
  let shares: Share[] = [];
  let requests = 0;
  let offered = 0;
  let refused = 0;
  let lost = 0;
  let replicaSeconds = 0;
  let changes = 0;
  let specReplicas = gateway.specReplicas();

  function noteChanges(): void {
    const now = gateway.specReplicas();
    if (now !== specReplicas) changes += 1;
    specReplicas = now;
  }

  function offer(from: Instant): void {
    const load = checked(loadAt(from), from);
    const destinations = Object.entries(destinationsAt(from));
    const total = weightOf(destinations, from);
    sent = load.requests;
    nowhere = total === 0 ? load.requests : 0;
    shares =
      total === 0
        ? []
        : destinations.map(([address, weight]) =>
            carriage.offer(address, partOf(load, weight, total), gateway.serverless),
          );
  }

  function bring(address: string, load: Load): Share {
    const share = carriage.offer(address, load, gateway.serverless);
    shares.push(share);
    sent += load.requests;
    return share;
  }

  function serve(from: Instant, to: Instant): void {
    const seconds = (to - from) / 1000;
    const pods = gateway.pods();
    const turnedAway = nowhere + shares.reduce((sum, share) => sum + share.sent.requests - passedOn(share), 0);
    requests = Math.max(0, sent - turnedAway);
    const served = Math.min(requests, capacityOf(pods));
    for (const share of shares) share.served = requests === 0 ? 0 : served / requests;
    offered += sent * seconds;
    refused += turnedAway * seconds;
    lost += (turnedAway + requests - served) * seconds;
    replicaSeconds += pods.length * seconds;
    noteChanges();
    if (gateway.listeners === 'http') measure(served, capacityOf(pods));
  }

  function capacityOf(pods: readonly RunningPod[]): number {
    return gateway.serverless ? Number.POSITIVE_INFINITY : ready(pods) * gateway.capacityPerReplica;
  }

  function measure(served: number, capacity: number): void {
    const busy = capacity === 0 ? 1 : served / capacity;
    const responseTime = IDLE_RESPONSE / (1 - Math.min(busy, MOST_BUSY)) + gateway.delay();
    for (const share of shares) {
      const arriving = passedOn(share);
      const serverErrors = requests === 0 ? 0 : ((requests - served) * arriving) / requests;
      share.layer7 = { requests: arriving, serverErrors, responseTime };
    }
  }

  function stats(): GatewayStats {
    noteChanges();
    return { offered, lost, refused, replicaSeconds, readyReplicas: ready(gateway.pods()), specReplicas, changes };
  }

  return {
    setLoad: (wanted) => {
      loadAt = wanted;
    },
    sendTo: (wanted) => {
      destinationsAt = wanted;
    },
    requests: () => requests,
    offer,
    bring,
    serve,
    stats,
  };
}

/** A load in the ratio of `part` to `whole`. */
export function partOf(load: Load, part: number, whole: number): Load {
  return {
    newConnections: (load.newConnections * part) / whole,
    activeConnections: (load.activeConnections * part) / whole,
    inactiveConnections: ((load.inactiveConnections ?? 0) * part) / whole,
    trafficIn: (load.trafficIn * part) / whole,
    trafficOut: (load.trafficOut * part) / whole,
    requests: (load.requests * part) / whole,
  };
}

/** Requests per second that a load balancer passes on. */
function passedOn({ forwarded, load }: Share): number {
  return load.requests * forwarded;
}

/** The sum of all weights. Throws InvalidInput. */
export function weightOf(destinations: readonly (readonly [string, number])[], at: Instant): number {
  const wrong = destinations.find(([, weight]) => !(Number.isFinite(weight) && weight >= 0));
  if (wrong === undefined) return destinations.reduce((sum, [, weight]) => sum + weight, 0);
  throw new InvalidInput(`the weight of ${wrong[0]} at ${at} is ${wrong[1]}; it must be finite and 0 or more`);
}

function ready(pods: readonly RunningPod[]): number {
  return pods.filter((pod) => pod.ready).length;
}

/** Throws InvalidInput. */
export function checked(load: Load, at: Instant): Load {
  const { newConnections, activeConnections, inactiveConnections = 0, trafficIn, trafficOut, requests } = load;
  const sum = newConnections + activeConnections + inactiveConnections + trafficIn + trafficOut + requests;
  const least = Math.min(newConnections, activeConnections, inactiveConnections, trafficIn, trafficOut, requests);
  if (Number.isFinite(sum) && least >= 0) return load;
  throw new InvalidInput(`the load at ${at} is ${JSON.stringify(load)}; every figure must be finite and 0 or more`);
}
