import { type Instant, isoTime, MINUTE, SECOND } from '../../../shared/core/time';
import { ASSUMED, type Behaviour, coded } from '../behaviour';
import type { Cluster } from './api-server';
import type { DeploymentController, RunningPod } from './deployments';
import { type AutoscalerMemory, decideReplicas, NO_MEMORY } from './horizontal-pod-autoscaler';
import type { Autoscaler, Deployment } from './objects';

export const AUTOSCALER_BEHAVIOURS: readonly Behaviour[] = [
  {
    part: 'HorizontalPodAutoscaler',
    what: 'Every 15 s; utilization, unready pods, tolerance, windows and rates as in the real controller, one cpu metric.',
    basis: coded('kubernetes/kubernetes pkg/controller/podautoscaler horizontal.go, replica_calculator.go'),
  },
  {
    part: 'HorizontalPodAutoscaler',
    what: 'Utilization is the load at the sync divided by the capacity of the serving pods, without a delay and without a ceiling at 100 %: both in the favour of the HPA.',
    basis: ASSUMED,
  },
  {
    part: 'HorizontalPodAutoscaler',
    what: 'A pod younger than 5 minutes counts from one metric window of 15 s after it became ready.',
    basis: coded('kubernetes/kubernetes pkg/controller/podautoscaler/replica_calculator.go groupPods'),
  },
];

/** Default of `--horizontal-pod-autoscaler-sync-period`. */
export const SYNC_PERIOD = 15 * SECOND;
/** Default of `--horizontal-pod-autoscaler-cpu-initialization-period`. */
const INITIALIZATION = 5 * MINUTE;
/** Window of a metrics-server sample: its default `--metric-resolution`. */
const METRIC_WINDOW = 15 * SECOND;

/** Load of one Deployment, in the same unit as its capacity; undefined where nothing is measured. */
export type LoadOf = (
  namespace: string,
  deployment: string,
) => { readonly load: number; readonly capacityPerPod: number } | undefined;

export interface AutoscalerController {
  /** One sync of every HPA of the cluster. */
  sync(at: Instant): void;
}

export function createAutoscalerController(
  cluster: Cluster,
  deployments: DeploymentController,
  loadOf: LoadOf,
): AutoscalerController {
  const memories = new Map<string, AutoscalerMemory>();
  /** What the status of each HPA says, so that an unchanged one costs nothing. */
  const reported = new Map<string, string>();

  function sync(at: Instant): void {
    for (const autoscaler of cluster.autoscalers.list()) {
      const { kind, name } = autoscaler.spec.scaleTargetRef;
      const target = cluster.deployments.find(autoscaler.metadata.namespace, name);
      if (kind === 'Deployment' && target !== undefined) syncOne(autoscaler, target, at);
    }
  }

  function syncOne(autoscaler: Autoscaler, deployment: Deployment, at: Instant): void {
    const { namespace, name } = deployment.metadata;
    const { uid } = autoscaler.metadata;
    const { spec } = autoscaler;
    const pods = deployments.podsOf(namespace, name);
    const counted = pods.filter((pod) => counts(pod, at)).length;
    const utilization = utilizationOf(namespace, name, pods);
    const target = cpuTarget(autoscaler);
    const decision = decideReplicas(
      {
        at,
        current: deployment.spec.replicas,
        min: spec.minReplicas,
        max: spec.maxReplicas,
        target: target ?? 0,
        utilization: target === undefined ? undefined : utilization,
        ready: counted,
        unready: pods.length - counted,
        behavior: spec.behavior,
      },
      memories.get(uid) ?? NO_MEMORY,
    );
    memories.set(uid, decision.memory);
    const rescaled = decision.desired !== deployment.spec.replicas;
    if (rescaled) {
      cluster.deployments.change(deployment, {
        ...deployment,
        spec: { ...deployment.spec, replicas: decision.desired },
      });
    }
    report(autoscaler, deployment.spec.replicas, decision.desired, utilization, rescaled ? at : undefined);
  }

  function utilizationOf(namespace: string, name: string, pods: readonly RunningPod[]): number | undefined {
    const measured = loadOf(namespace, name);
    const serving = pods.filter((pod) => pod.ready).length;
    if (measured === undefined || serving === 0) return undefined;
    return (100 * measured.load) / (serving * measured.capacityPerPod);
  }

  function report(
    autoscaler: Autoscaler,
    current: number,
    desired: number,
    utilization: number | undefined,
    rescaledAt: Instant | undefined,
  ): void {
    const { uid } = autoscaler.metadata;
    const summary = `${current} ${desired} ${utilization === undefined ? '' : Math.trunc(utilization)}`;
    if (rescaledAt === undefined && reported.get(uid) === summary) return;
    reported.set(uid, summary);
    const currentMetrics =
      utilization === undefined
        ? []
        : [{ type: 'Resource', resource: { name: 'cpu', current: { averageUtilization: Math.trunc(utilization) } } }];
    cluster.autoscalers.change(autoscaler, {
      ...autoscaler,
      status: {
        ...autoscaler.status,
        currentReplicas: current,
        desiredReplicas: desired,
        currentMetrics,
        ...(rescaledAt === undefined ? {} : { lastScaleTime: isoTime(rescaledAt) }),
      },
    });
  }

  return { sync };
}

function counts(pod: RunningPod, at: Instant): boolean {
  if (!pod.ready) return false;
  return at >= pod.createdAt + INITIALIZATION || at >= pod.readyAt + METRIC_WINDOW;
}

function cpuTarget(autoscaler: Autoscaler): number | undefined {
  const cpu = autoscaler.spec.metrics.find((metric) => metric.resource?.name === 'cpu');
  return cpu?.resource?.target.averageUtilization;
}
