import type { ClusterSeen, Journal, Reading, UnschedulablePod } from '../core/gateway';
import { gatewayJournal } from '../core/journal';
import { combineLoad, historyNeeded, type LoadPoint } from '../core/load';
import { LOAD_METRICS, type LoadMetric, type ScalingPolicy } from '../core/policy';
import type { Located, Refused } from '../core/scale-target';
import type { ScalingDecision, ScalingSnapshot } from '../core/scaling';
import type { Millis } from '../core/time';
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
    run.log.error('read-failed', { cluster: run.clusterId, ...errorFields(error) });
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
  const located = found.flatMap(({ gateway, at }) => ('refused' in at ? [] : [{ ...gateway, found: at }]));
  const [loads, unschedulable] = await Promise.all([readLoads(run, located), readUnschedulable(run, located)]);
  return found.map(({ gateway, at }) =>
    'refused' in at
      ? { seen: 'not-enough', decision: blindDecision(run, gateway, at) }
      : { seen: 'whole', snapshot: snapshotOf(run, gateway, at, { journal, loads, unschedulable }) },
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
    run.log.error('read-failed', { metric, ...errorFields(error) });
    return { ok: false, problem: error.message, needsPerson: error.needsPerson };
  }
}

/** Pods that no node has room for, asked for only where pods are not ready. Not knowing them stops nothing. */
async function readUnschedulable(
  run: ScalingLook,
  located: readonly { readonly found: Located }[],
): Promise<readonly UnschedulablePod[]> {
  const waiting = located.filter(({ found: { deployment } }) => deployment.readyReplicas < deployment.replicas);
  const namespaces = [...new Set(waiting.map(({ found }) => found.deployment.namespace))];
  const answers = namespaces.map(async (namespace) => {
    try {
      return await run.reader.unschedulablePods(namespace);
    } catch (error) {
      if (!(error instanceof CloudError)) throw error;
      run.log.warn('read-failed', { namespace, ...errorFields(error) });
      return [];
    }
  });
  return (await Promise.all(answers)).flat();
}

function podsOf({ deployment }: Located, pods: readonly UnschedulablePod[]): readonly UnschedulablePod[] {
  const labels = Object.entries(deployment.podLabels ?? {});
  return labels.length === 0
    ? []
    : pods.filter(
        (pod) => pod.namespace === deployment.namespace && labels.every(([key, value]) => pod.labels[key] === value),
      );
}

interface Readings {
  readonly journal: Reading<Journal>;
  readonly loads: ReadonlyMap<LoadMetric, Reading<MetricHistory>>;
  readonly unschedulable: readonly UnschedulablePod[];
}

function snapshotOf(
  run: ScalingLook,
  { names, policy, schedule }: GatewayToScale,
  located: Located,
  { journal, loads, unschedulable }: Readings,
): ScalingSnapshot {
  const { connectionDrain, deployment, loadBalancerIds, target, unboundServices } = located;
  const loadOf = (metric: LoadMetric): Reading<readonly LoadPoint[]> => {
    const reading = loads.get(metric);
    if (reading === undefined) return { ok: false, problem: 'not read' };
    if (!reading.ok) return reading;
    const { combine } = LOAD_METRICS[metric];
    return { ok: true, value: combineLoad(reading.value, loadBalancerIds, unboundServices, combine) };
  };
  return {
    at: run.at,
    id: { region: run.region, gateway: names.gateway },
    policy,
    schedule,
    target,
    runningReplicas: deployment.replicas,
    readyReplicas: deployment.readyReplicas,
    drain: { gracePeriod: deployment.gracePeriod, loadBalancers: connectionDrain },
    unschedulable: podsOf(located, unschedulable),
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
    candidates: [],
    clamps: [],
    alarms: [],
    signals: [],
  };
}
