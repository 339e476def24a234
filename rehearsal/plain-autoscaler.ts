/**
 * What a plain Kubernetes HPA would have done with the same demand, reading the same CloudMonitor figures through a metrics
 * adapter: the comparison of a rehearsal.
 *
 * The exact algorithm of kubernetes/kubernetes pkg/controller/podautoscaler (autoscaling/v2, `AverageValue` of an external
 * metric): every 15 s; tolerance 0.1; bounds before all else; default behaviour: up by max(100 %, 4 pods) per 15 s without a
 * window, down by 100 % per 15 s after a window of 300 s.
 */
import { type Instant, MINUTE, type Millis, SECOND } from '../shared/core/time';
import type { Demand, Replayed } from './demand';

export interface AutoscaledGateway {
  readonly min: number;
  readonly max: number;
  /** Requests per second of one unit of demand. */
  readonly requestsPerDemand: number;
  /** Requests per second that a ready replica serves; more is lost. */
  readonly capacityPerReplica: number;
  readonly startUp: Millis;
  /** How long after its end a minute's average can be read. The autoscaler sees the same figures as we do. */
  readonly publication: Millis;
  readonly replicas: number;
}

/** Figures of one way of scaling over one replay. */
export interface Score {
  /** Requests. */
  readonly offered: number;
  readonly lost: number;
  readonly replicaHours: number;
  readonly changes: number;
}

const SYNC: Millis = 15 * SECOND;
const TOLERANCE = 0.1;
const DOWN_WINDOW: Millis = 5 * MINUTE;

export function plainAutoscaler({ demand, from, to }: Replayed, gateway: AutoscaledGateway): Score {
  let replicas = gateway.replicas;
  let starting: readonly { readonly readyAt: number; readonly count: number }[] = [];
  let recommendations: readonly { readonly at: number; readonly replicas: number }[] = [];
  let offered = 0;
  let lost = 0;
  let replicaSeconds = 0;
  let changes = 0;
  for (let at = from; at < to; at += SYNC) {
    starting = starting.filter(({ readyAt }) => readyAt > at);
    const seen = published(demand, Math.max(from, at - gateway.publication));
    const recommended = recommend(replicas, seen, gateway);
    recommendations = [...recommendations.filter((old) => old.at > at - DOWN_WINDOW), { at, replicas: recommended }];
    const wanted = behave(replicas, recommended, recommendations, gateway);
    if (wanted !== replicas) {
      changes += 1;
      starting = follow(starting, wanted - replicas, at + gateway.startUp);
      replicas = wanted;
    }
    const requests = demand(at) * gateway.requestsPerDemand;
    const ready = replicas - starting.reduce((sum, { count }) => sum + count, 0);
    offered += requests * (SYNC / SECOND);
    lost += Math.max(0, requests - ready * gateway.capacityPerReplica) * (SYNC / SECOND);
    replicaSeconds += replicas * (SYNC / SECOND);
  }
  return { offered, lost, replicaHours: replicaSeconds / 3_600, changes };
}

/** The newest minute average that is out at `at` less the delay of its publication. */
function published(demand: Demand, at: Instant): number {
  const end = Math.floor(at / MINUTE) * MINUTE;
  let sum = 0;
  for (let sample = end - MINUTE + SYNC / 2; sample < end; sample += SYNC) sum += demand(sample);
  return sum / (MINUTE / SYNC);
}

function recommend(replicas: number, demand: number, { max, min }: AutoscaledGateway): number {
  if (replicas > max) return max;
  if (replicas < min) return min;
  const ratio = demand / replicas;
  return Math.abs(ratio - 1) <= TOLERANCE ? replicas : Math.ceil(demand - 1e-9);
}

function behave(
  replicas: number,
  recommended: number,
  recommendations: readonly { readonly replicas: number }[],
  { max, min }: AutoscaledGateway,
): number {
  const highest = Math.max(...recommendations.map((old) => old.replicas));
  const stabilized = recommended < replicas ? Math.min(replicas, highest) : recommended;
  const upLimit = Math.max(2 * replicas, replicas + 4);
  return Math.min(Math.max(Math.min(stabilized, upLimit), min), max);
}

/** New pods start; pods that are taken away are those that have not started yet, then others. */
function follow(
  starting: readonly { readonly readyAt: number; readonly count: number }[],
  difference: number,
  readyAt: number,
): readonly { readonly readyAt: number; readonly count: number }[] {
  if (difference > 0) return [...starting, { readyAt, count: difference }];
  let left = -difference;
  return [...starting]
    .reverse()
    .map((group) => {
      const taken = Math.min(group.count, left);
      left -= taken;
      return { ...group, count: group.count - taken };
    })
    .filter(({ count }) => count > 0)
    .reverse();
}
