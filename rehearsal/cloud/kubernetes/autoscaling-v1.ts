import { at, defined, isObject } from '../json';
import { Autoscaler, type KubeObject } from './objects';
import { badRequest, unfitPatch } from './status';
import type { View } from './views';

const API_VERSION = 'autoscaling/v1';
const KIND = 'HorizontalPodAutoscaler';

/**
 * HorizontalPodAutoscalers as autoscaling/v1 shows them, which knows one cpu target and no behavior. The real server
 * packs the rest into annotations; here it is not shown, and a write leaves it as it is.
 */
export const AUTOSCALER_V1: View = {
  apiVersion: API_VERSION,
  kind: KIND,
  show(object) {
    const { metadata, spec, status } = Autoscaler.parse(object);
    const { metrics, behavior: _, ...common } = spec;
    return {
      kind: KIND,
      apiVersion: API_VERSION,
      metadata,
      spec: defined({ ...common, targetCPUUtilizationPercentage: cpuTarget(metrics) }),
      status: {
        ...(status?.['lastScaleTime'] === undefined ? {} : { lastScaleTime: status['lastScaleTime'] }),
        currentReplicas: status?.currentReplicas ?? 0,
        desiredReplicas: status?.desiredReplicas ?? 0,
        ...currentUtilization(status?.['currentMetrics']),
      },
    };
  },
  restore(old, written) {
    if (!isObject(written)) return written;
    if (written['kind'] !== KIND || written['apiVersion'] !== API_VERSION) {
      const why = `${String(written['kind'])} in version "${String(written['apiVersion'])}" is no ${KIND} of ${API_VERSION}`;
      throw old === undefined ? badRequest(why) : unfitPatch(written, why);
    }
    const { spec, ...rest } = written;
    return { ...rest, apiVersion: 'autoscaling/v2', spec: isObject(spec) ? restoredSpec(old, spec) : spec };
  },
};

type Metrics = Autoscaler['spec']['metrics'];

function restoredSpec(old: KubeObject | undefined, written: Readonly<Record<string, unknown>>): object {
  const { targetCPUUtilizationPercentage: averageUtilization, ...common } = written;
  const { metrics = [], behavior } = old === undefined ? {} : Autoscaler.parse(old).spec;
  const others = metrics.filter(({ resource }) => resource?.name !== 'cpu');
  const target = { type: 'Utilization', averageUtilization };
  const cpu = averageUtilization === undefined ? [] : [{ type: 'Resource', resource: { name: 'cpu', target } }];
  const wanted = [...cpu, ...others];
  return defined({ ...common, metrics: wanted.length === 0 ? undefined : wanted, behavior });
}

function cpuTarget(metrics: Metrics): number | undefined {
  return metrics.find(({ resource }) => resource?.name === 'cpu')?.resource?.target.averageUtilization;
}

function currentUtilization(currentMetrics: unknown): object {
  if (!Array.isArray(currentMetrics)) return {};
  const cpu = currentMetrics.find((metric) => at(metric, 'resource', 'name') === 'cpu');
  const utilization = at(cpu, 'resource', 'current', 'averageUtilization');
  return utilization === undefined ? {} : { currentCPUUtilizationPercentage: utilization };
}
