/**
 * What the rules of one gateway watch of its CLBs, and from which value on. Pure. An alarm is a reason to look and no more: it
 * should come before the minute timer would matter, and not ring all day. CloudMonitor judges each CLB by itself, so that what
 * the CLBs carry together is shared out evenly.
 */

import type { ConfiguredPolicy } from '../shared/config/schema';
import { LCU_CAPACITY } from '../shared/core/clb-capacity';
import type { Condition, Conditions } from '../shared/core/metric-rule';
import { LOAD_METRICS, type LoadMetric, type StepSignal, type TargetSignal } from '../shared/core/policy';

export interface Watch {
  /** Tells the rules of a gateway apart. */
  readonly what: string;
  /** Of `acs_slb_dashboard`. */
  readonly metric: string;
  readonly conditions: Conditions;
}

/** Of what the maximum of replicas carries. */
const NEARLY_ALL = 0.9;
/** Percent. A smaller rise within a minute is noise where there is little load. */
const LEAST_RISE = 50;
/** Responses 5xx as a share of what the fewest replicas carry, where the policy has no bound of its own. */
const FAILING = 0.05;
/** Drops of one minute may be chance, as attach-clb has it. */
const DROPPING_MINUTES = 2;

/**
 * - A signal with a target: `Info` when its load rises within a minute by more than any place of the dead band has room for,
 *   target · (1 + tolerance) / scaleInBelow − 1, and at least 50 percent; `Warn` at nine tenths of what the maximum of replicas
 *   carries.
 * - A signal with steps: `Warn` at the lowest bound above zero from which a step adds replicas; a bound per replica counts for
 *   the maximum of them.
 * - `loadBalancers`: `Warn` at its target share of the capacity of a CLB that is paid by LCU.
 * - Every gateway: `Critical` without a healthy backend on a listener; `Warn` for connections or traffic dropped in two minutes
 *   in a row.
 * - Layer 7: `Warn` at the bound of a signal of serverErrors, else at one in twenty of the requests that the fewest replicas
 *   carry, in two minutes in a row.
 *
 * @param clbs how many the gateway has of its own in the region
 */
export function watchesOf(policy: ConfiguredPolicy, clbs: number): readonly Watch[] {
  return [
    watch('healthyBackends', 'HeathyServerCount', { Critical: below(1) }),
    watch('droppedConnections', 'InstanceDropConnection', { Warn: above(0) }),
    watch('droppedTrafficIn', 'InstanceDropTrafficRX', { Warn: above(0) }),
    watch('droppedTrafficOut', 'InstanceDropTrafficTX', { Warn: above(0) }),
    ...signals(policy, clbs),
    ...serverErrors(policy, clbs),
    ...balancing(policy),
  ];
}

/** One for each metric: what several signals of it ask for is joined. */
function signals({ replicas, scaleUp, signals: all }: ConfiguredPolicy, clbs: number): readonly Watch[] {
  const metrics = [...new Set(all.map(({ metric }) => metric))].filter((metric) => !HAVE_THEIR_OWN.has(metric));
  return metrics.flatMap((metric) => {
    const mine = all.filter((signal) => signal.metric === metric);
    const rises = mine.flatMap((signal) => ('target' in signal ? [riseOf(signal, scaleUp.tolerance)] : []));
    const bounds = mine.flatMap((signal) =>
      'target' in signal ? [NEARLY_ALL * signal.target * replicas.max] : boundOf(signal, replicas.max),
    );
    const [rise, bound] = [lowest(rises), lowest(bounds)];
    const conditions: Conditions = {
      ...(bound === undefined ? {} : { Warn: from(Math.max(1, Math.round(bound / sharers(metric, clbs)))) }),
      ...(rise === undefined ? {} : { Info: risenBy(rise) }),
    };
    return bound === undefined && rise === undefined ? [] : [watch(metric, LOAD_METRICS[metric].metric, conditions)];
  });
}

/** Metrics that are watched whether there is a signal of them or not. */
const HAVE_THEIR_OWN: ReadonlySet<LoadMetric> = new Set(['droppedConnections', 'serverErrors']);

function riseOf({ scaleInBelow, target }: TargetSignal, tolerance: number): number {
  return Math.max(LEAST_RISE, Math.ceil(100 * ((target * (1 + tolerance)) / scaleInBelow - 1)));
}

function boundOf({ per, steps }: StepSignal, most: number): readonly number[] {
  const adding = steps.filter(({ adjust }) => adjust.type === 'Exact' || adjust.value > 0);
  const bounds = adding.flatMap(({ from: bound = 0 }) => (bound > 0 ? [bound] : []));
  const bound = lowest(bounds);
  return bound === undefined ? [] : [per === 'replica' ? bound * most : bound];
}

function serverErrors({ replicas, signals: all }: ConfiguredPolicy, clbs: number): readonly Watch[] {
  const { combine, metric } = LOAD_METRICS.serverErrors;
  const bounds = all.flatMap((signal) =>
    'steps' in signal && signal.metric === 'serverErrors' ? boundOf(signal, replicas.max) : [],
  );
  const requests = all.flatMap((signal) =>
    'target' in signal && signal.metric === 'requests' ? [FAILING * signal.target * replicas.min] : [],
  );
  const bound = lowest(bounds) ?? lowest(requests);
  if (bound === undefined) return [];
  const share = combine === 'sum' ? bound / clbs : bound;
  return [watch('serverErrors', metric, { Warn: from(Math.max(1, Math.round(share)), 2) })];
}

function balancing({ loadBalancers }: ConfiguredPolicy): readonly Watch[] {
  if (loadBalancers === undefined) return [];
  const share = (capacity: number): Conditions => ({ Warn: from(Math.round(loadBalancers.target * capacity)) });
  return [
    watch('clbConnections', 'InstanceMaxConnection', share(LCU_CAPACITY.connections)),
    watch('clbNewConnections', 'InstanceNewConnection', share(LCU_CAPACITY.newConnections)),
    watch('clbTrafficIn', 'InstanceTrafficRX', share(LCU_CAPACITY.traffic)),
    watch('clbTrafficOut', 'InstanceTrafficTX', share(LCU_CAPACITY.traffic)),
  ];
}

function sharers(metric: LoadMetric, clbs: number): number {
  return LOAD_METRICS[metric].combine === 'sum' ? clbs : 1;
}

function lowest(values: readonly number[]): number | undefined {
  return values.length === 0 ? undefined : Math.min(...values);
}

function watch(what: string, metric: string, conditions: Conditions): Watch {
  return { what, metric, conditions };
}

/** The one statistic that metrics of layer 7 have, too. */
const statistic = 'Average';

function from(threshold: number, times = 1): Condition {
  return { statistic, comparison: 'GreaterThanOrEqualToThreshold', threshold, times };
}

function above(threshold: number): Condition {
  return { statistic, comparison: 'GreaterThanThreshold', threshold, times: DROPPING_MINUTES };
}

function below(threshold: number): Condition {
  return { statistic, comparison: 'LessThanThreshold', threshold, times: 1 };
}

/** Against the period before, in percent. */
function risenBy(threshold: number): Condition {
  return { statistic, comparison: 'GreaterThanLastPeriod', threshold, times: 1 };
}
