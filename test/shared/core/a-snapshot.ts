import type { GatewayJournal, ScaleTarget } from '../../../shared/core/gateway';
import { EMPTY_JOURNAL } from '../../../shared/core/journal';
import type { LoadPoint } from '../../../shared/core/load';
import type { Behavior, ScalingPolicy, TargetMetric } from '../../../shared/core/policy';
import type { ScalingSnapshot, SignalSeen } from '../../../shared/core/scaling';
import type { ScheduledBounds } from '../../../shared/core/schedule';
import { MINUTE, SECOND } from '../../../shared/core/time';

/** Sunday 2026-11-22, 12:00 UTC: the instant of every table that does not say another. */
export const NOON = Date.UTC(2026, 10, 22, 12, 0);

export const DEFAULT_UP: Behavior = {
  tolerance: 0.1,
  stabilizationWindow: 0,
  cooldown: 0,
  selectPolicy: 'Max',
  policies: [
    { type: 'Percent', value: 100, period: MINUTE },
    { type: 'Pods', value: 4, period: MINUTE },
  ],
};

export const DEFAULT_DOWN: Behavior = {
  tolerance: 0.1,
  stabilizationWindow: 15 * MINUTE,
  cooldown: 5 * MINUTE,
  selectPolicy: 'Max',
  policies: [
    { type: 'Percent', value: 25, period: MINUTE },
    { type: 'Pods', value: 1, period: MINUTE },
  ],
};

/** 2 to 40 replicas by new connections, 300 a second each, scale-in down to 240 each. */
export function aPolicy(changes: Partial<ScalingPolicy> = {}): ScalingPolicy {
  return {
    name: 'web',
    mode: 'auto',
    replicas: { min: 2, max: 40 },
    signals: [{ metric: 'newConnections', target: 300, scaleInBelow: 240 }],
    scaleUp: DEFAULT_UP,
    scaleDown: DEFAULT_DOWN,
    metricMaxAge: 5 * MINUTE,
    ...changes,
  };
}

export function aTarget(current: number, changes: Partial<ScaleTarget> = {}): ScaleTarget {
  return {
    kind: 'Deployment',
    namespace: 'istio-system',
    name: 'istio-ingressgateway',
    resourceVersion: '100',
    field: ['spec', 'replicas'],
    current,
    ceiling: undefined,
    ...changes,
  };
}

/** `minutes` complete points of one value; the newest ends two minutes before noon, as late as CloudMonitor is. */
export function steadyLoad(value: number, minutes = 20): readonly LoadPoint[] {
  return Array.from({ length: minutes }, (_, index) => ({
    at: NOON - 2 * MINUTE - (minutes - 1 - index) * MINUTE,
    value,
    missing: 0,
  }));
}

/** Points that end two minutes before noon with the last value given; `null` is a minute without any sample. */
export function loadOf(values: readonly (number | null)[]): readonly LoadPoint[] {
  return values.flatMap((value, index) =>
    value === null ? [] : [{ at: NOON - 2 * MINUTE - (values.length - 1 - index) * MINUTE, value, missing: 0 }],
  );
}

export function aSignal(points: readonly LoadPoint[], metric: TargetMetric = 'newConnections'): SignalSeen {
  return { signal: { metric, target: 300, scaleInBelow: 240 }, load: { ok: true, value: points } };
}

export const NO_EVENTS: GatewayJournal = EMPTY_JOURNAL;
export const NO_SCHEDULE: ScheduledBounds = { floor: undefined, ceiling: undefined };

/** A Deployment of `current` ready replicas under a steady load. */
export function aSnapshot(current: number, load: number, changes: Partial<ScalingSnapshot> = {}): ScalingSnapshot {
  return {
    at: NOON,
    id: { region: 'cn-hangzhou', gateway: 'ingressgateway' },
    policy: aPolicy(),
    schedule: NO_SCHEDULE,
    target: aTarget(current),
    runningReplicas: current,
    readyReplicas: current,
    drain: { gracePeriod: 30 * SECOND, loadBalancers: undefined },
    unschedulable: [],
    journal: { ok: true, value: NO_EVENTS },
    signals: [aSignal(steadyLoad(load))],
    ...changes,
  };
}
