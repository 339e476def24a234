import type { ClusterSeen, Journal, Reading } from '../core/gateway';
import { gatewayJournal } from '../core/journal';
import { type LoadPoint, sumLoad } from '../core/load';
import { LOAD_METRICS, type LoadMetric, type ScalingPolicy } from '../core/policy';
import type { Located, Refused } from '../core/scale-target';
import type { ScalingDecision, ScalingSnapshot } from '../core/scaling';
import { MINUTE, type Millis } from '../core/time';
import { CloudError } from '../errors';
import type { MetricHistory } from '../ports';
import { errorFields } from './error-fields';
import type { Seen } from './look';
import type { FoundGateway, GatewayToScale, ScalingLook } from './scale-gateways';

type Observed =
  | { readonly ok: true; readonly value: ClusterSeen }
  | {
      readonly ok: false;
      readonly problem: string;
      readonly retryable: boolean;
      readonly needsPerson: boolean;
    };

/** Sees the cluster; a cloud that fails is an answer, too. */
export async function observeCluster(run: ScalingLook): Promise<Observed> {
  try {
    return { ok: true, value: await run.observe() };
  } catch (error) {
    if (!(error instanceof CloudError)) throw error;
    run.log.error('read-failed', { region: run.region, cluster: run.clusterId, ...errorFields(error) });
    const { message: problem, needsPerson, retryable } = error;
    return { ok: false, problem, retryable, needsPerson };
  }
}

/** Reads the load of the gateways that were found. A metric that cannot be read is a signal that is missing. */
export async function observeGateways(
  run: ScalingLook,
  found: readonly FoundGateway[],
  journal: Reading<Journal>,
): Promise<readonly Seen<ScalingSnapshot, ScalingDecision>[]> {
  const loads = await readLoads(
    run,
    found.flatMap(({ gateway, at }) => ('refused' in at ? [] : [{ policy: gateway.policy, found: at }])),
  );
  return found.map(({ gateway, at }) =>
    'refused' in at
      ? { seen: 'not-enough', decision: blindDecision(run, gateway, at) }
      : { seen: 'whole', snapshot: snapshotOf(run, gateway, at, journal, loads) },
  );
}

/** One query per metric for the CLBs of all gateways together, side by side. */
async function readLoads(
  run: ScalingLook,
  gateways: readonly { readonly policy: ScalingPolicy; readonly found: Located }[],
): Promise<ReadonlyMap<LoadMetric, Reading<MetricHistory>>> {
  const wanted = new Map<LoadMetric, { ids: Set<string>; span: Millis }>();
  for (const { policy, found } of gateways) {
    for (const { metric } of policy.signals) {
      const entry = wanted.get(metric) ?? { ids: new Set(), span: 0 };
      for (const id of found.loadBalancerIds) entry.ids.add(id);
      wanted.set(metric, { ids: entry.ids, span: Math.max(entry.span, historyNeeded(policy)) });
    }
  }
  const answers = [...wanted].map(async ([metric, { ids, span }]) => {
    const reading = await readMetric(run, metric, [...ids], span);
    return [metric, reading] as const;
  });
  return new Map(await Promise.all(answers));
}

/** Enough minutes that the longest window still fits behind the latest sample that counts as young. */
function historyNeeded({ metricMaxAge, scaleDown, scaleUp }: ScalingPolicy): Millis {
  return Math.max(scaleDown.stabilizationWindow, scaleUp.stabilizationWindow, MINUTE) + metricMaxAge;
}

async function readMetric(
  run: ScalingLook,
  metric: LoadMetric,
  instanceIds: readonly string[],
  span: Millis,
): Promise<Reading<MetricHistory>> {
  try {
    const value = await run.metrics.history({
      region: run.region,
      namespace: 'acs_slb_dashboard',
      metric: LOAD_METRICS[metric].metric,
      statistic: 'Average',
      instanceIds,
      from: run.at - span,
      to: run.at,
    });
    return { ok: true, value };
  } catch (error) {
    if (!(error instanceof CloudError)) throw error;
    run.log.error('read-failed', { region: run.region, metric, ...errorFields(error) });
    return { ok: false, problem: error.message, needsPerson: error.needsPerson };
  }
}

function snapshotOf(
  run: ScalingLook,
  { names, policy }: GatewayToScale,
  { deployment, loadBalancerIds, target, unboundServices }: Located,
  journal: Reading<Journal>,
  loads: ReadonlyMap<LoadMetric, Reading<MetricHistory>>,
): ScalingSnapshot {
  const loadOf = (metric: LoadMetric): Reading<readonly LoadPoint[]> => {
    const reading = loads.get(metric);
    if (reading === undefined) return { ok: false, problem: 'not read' };
    return reading.ok ? { ok: true, value: sumLoad(reading.value, loadBalancerIds, unboundServices) } : reading;
  };
  return {
    at: run.at,
    id: { region: run.region, gateway: names.gateway },
    policy,
    target,
    readyReplicas: deployment.readyReplicas,
    journal: gatewayJournal(journal, names.gateway),
    signals:
      loadBalancerIds.length === 0 ? [] : policy.signals.map((signal) => ({ signal, load: loadOf(signal.metric) })),
  };
}

/** A hold without having seen enough to decide. */
export function blindDecision(
  run: Pick<ScalingLook, 'at' | 'region'>,
  { names, policy }: GatewayToScale,
  { message, needsPerson, refused: reason }: Refused,
): ScalingDecision {
  return {
    id: { region: run.region, gateway: names.gateway },
    at: run.at,
    policy: policy.name,
    outcome: 'hold',
    reason,
    message,
    needsPerson,
    clamps: [],
    signals: [],
  };
}
