import { CAPACITY_METRICS, type ClbMetric } from '../core/balancing';
import type { Reading } from '../core/gateway';
import { combineLoad, type LoadPoint, newestKnown } from '../core/load';
import type { LoadBalancerSeen } from '../core/load-balancer';
import { type Instant, MINUTE, type Millis } from '../core/time';
import type { MetricHistory } from '../ports';
import type { BalancingLook, GatewayToBalance } from './balance-gateways';
import type { Fronts } from './observe-fronts';
import { reading } from './reading';

/** Connections over which something passes say who is left on one that drains; its capacity is about all that are open. */
type FrontMetric = ClbMetric | 'activeConnections';

export type Metered = ReadonlyMap<FrontMetric, Reading<MetricHistory>>;

/** CloudMonitor's names, of several the highest; connections and drops are per second there. */
const METRICS: Readonly<Record<FrontMetric, readonly string[]>> = {
  connections: ['InstanceMaxConnection'],
  newConnections: ['InstanceNewConnection'],
  traffic: ['InstanceTrafficRX', 'InstanceTrafficTX'],
  droppedConnections: ['InstanceDropConnection'],
  activeConnections: ['InstanceActiveConnection'],
};
export const BALANCED_BY = [...CAPACITY_METRICS, 'droppedConnections'] as const;

/** Enough for the newest minutes, and for the quiet ones before an instance counts as drained. */
const RECENT: Millis = 10 * MINUTE;

interface Metering {
  /** Ids of all CLBs in front of the gateways. */
  readonly all: readonly string[];
  /** Those of them that drain. */
  readonly draining: readonly string[];
}

export async function readMetrics(
  run: BalancingLook,
  at: Instant,
  clbs: readonly LoadBalancerSeen[],
  { all, draining }: Metering,
): Promise<Metered> {
  const sharing = clbs.filter(sharesCeiling).map(({ id }) => id);
  const span = RECENT + Math.max(...run.gateways.map(({ policy }) => policy.metricMaxAge));
  const wanted: readonly (readonly [FrontMetric, readonly string[]])[] = [
    ...BALANCED_BY.map(
      (metric) => [metric, metric === 'traffic' ? [...new Set([...all, ...sharing])].sort() : all] as const,
    ),
    ['activeConnections', draining],
  ];
  const answers = wanted.map(async ([metric, ids]) => [metric, await readMetric(run, at, metric, ids, span)] as const);
  return new Map(await Promise.all(answers));
}

/** The window that a release is judged by, of the CLBs of one gateway: read only where it may come to that. */
export async function withWindow(
  run: BalancingLook,
  fronts: Fronts,
  { policy }: GatewayToBalance,
  ids: readonly string[],
): Promise<Fronts> {
  const answers = CAPACITY_METRICS.map(async (metric) => {
    const recent = fronts.metrics.get(metric);
    const read = await readMetric(run, fronts.at, metric, ids, policy.releaseWindow + policy.metricMaxAge);
    // Of the other instances of the region the newest minutes are known already.
    const both = recent?.ok && read.ok ? { ok: true as const, value: new Map([...recent.value, ...read.value]) } : read;
    return [metric, both] as const;
  });
  return { ...fronts, metrics: new Map([...fronts.metrics, ...(await Promise.all(answers))]) };
}

async function readMetric(
  run: BalancingLook,
  at: Instant,
  metric: FrontMetric,
  instanceIds: readonly string[],
  span: Millis,
): Promise<Reading<MetricHistory>> {
  if (instanceIds.length === 0) return { ok: true, value: new Map() };
  const query = { region: run.region, namespace: 'acs_slb_dashboard', statistic: 'Average', instanceIds } as const;
  const histories = METRICS[metric].map((name) =>
    run.metrics.history({ ...query, metric: name, from: at - span, to: at }),
  );
  const read = await reading(Promise.all(histories));
  if (!read.ok) {
    run.log.error('read-failed', { metric, error: read.problem });
    return read;
  }
  return { ok: true, value: read.value.reduce(busier) };
}

/** Minute by minute the larger; a minute of which one is missing is missing. */
function busier(one: MetricHistory, other: MetricHistory): MetricHistory {
  return new Map(
    [...one].map(([id, points]) => {
      const others = new Map((other.get(id) ?? []).map(({ at, value }) => [at, value]));
      const larger = points.flatMap(({ at, value }) => {
        const beside = others.get(at);
        return beside === undefined ? [] : [{ at, value: Math.max(value, beside) }];
      });
      return [id, larger];
    }),
  );
}

/** Public and paid by traffic: those share the region's ceiling. */
function sharesCeiling({ addressType, bandwidth }: LoadBalancerSeen): boolean {
  return addressType === 'internet' && bandwidth === undefined;
}

/** One metric of one instance, minute by minute. */
export function loadOf(metrics: Metered, metric: FrontMetric, id: string): Reading<readonly LoadPoint[]> {
  const history = metrics.get(metric);
  if (history === undefined) return { ok: false, problem: 'not read' };
  return history.ok ? { ok: true, value: combineLoad(history.value, [id]) } : history;
}

/** @param ownIds instances of the gateway that asks: private ones do not share the ceiling, and have nothing to do with it */
export function regionalTraffic(
  { at, clbs, metrics }: Fronts,
  ownIds: readonly string[],
  maxAge: Millis,
): Reading<number> {
  const traffic = metrics.get('traffic');
  if (traffic === undefined) return { ok: false, problem: 'not read' };
  if (!traffic.ok) return traffic;
  const sharing = clbs.filter(sharesCeiling).map(({ id }) => id);
  if (!ownIds.some((id) => sharing.includes(id))) return { ok: true, value: 0 };
  const newest = newestKnown(combineLoad(traffic.value, sharing), at, maxAge);
  return newest === undefined ? { ok: false, problem: 'there is no young minute' } : { ok: true, value: newest.value };
}
