import { formatDuration } from '../core/duration';
import { MINUTE } from '../core/time';
import type { Finding } from './finding';
import { type Parts, repeated } from './parts';

/** CloudMonitor's period for CLB metrics (CloudMonitor documentation, appendix of metrics, read 2026-11). */
const METRIC_PERIOD = MINUTE;
/** CloudMonitor shows a minute 2 to 3 minutes late: Alibaba's own metrics adapter reads up to two minutes ago. */
const METRIC_DELAY = 3 * MINUTE;

export function floorOverCeiling({ policies }: Parts): readonly Finding[] {
  return policies.flatMap(({ name, replicas }) =>
    replicas === undefined || replicas.min <= replicas.max
      ? []
      : [
          {
            path: ['policies', name, 'replicas', 'min'],
            spot: 'value',
            message: `${replicas.min} is over the max of ${replicas.max}`,
          },
        ],
  );
}

export function scaleInOverTarget({ policies }: Parts): readonly Finding[] {
  return policies.flatMap(({ name, signals }) =>
    signals
      .filter(({ value }) => value.scaleInBelow > value.target)
      .map(({ index, value }) => ({
        path: ['policies', name, 'signals', index, 'scaleInBelow'],
        spot: 'value',
        message: `${value.scaleInBelow} is over the target of ${value.target}, so that a scale-in would be undone at once`,
      })),
  );
}

export function duplicateSignal({ policies }: Parts): readonly Finding[] {
  return policies.flatMap(({ name, signals }) =>
    repeated(signals, ({ metric }) => metric).map(({ index, value }) => ({
      path: ['policies', name, 'signals', index, 'metric'],
      spot: 'value',
      message: `${value.metric} is a signal of this policy already; keep the one with the lower target`,
    })),
  );
}

/** An error: such a policy would hold for missing data at nearly every look. */
export function metricMaxAgeUnderDelay({ policies }: Parts): readonly Finding[] {
  return policies.flatMap(({ name, metricMaxAge }) =>
    metricMaxAge === undefined || metricMaxAge >= METRIC_DELAY
      ? []
      : [
          {
            path: ['policies', name, 'metricMaxAge'],
            spot: 'value',
            message: `${formatDuration(metricMaxAge)} is less than ${formatDuration(METRIC_DELAY)}: CloudMonitor shows a minute 2 to 3 minutes late, so every metric would count as missing`,
          },
        ],
  );
}

/** A warning: legal, but a single quiet minute then removes replicas. */
export function scaleDownWindowUnderPeriod({ policies }: Parts): readonly Finding[] {
  return policies.flatMap(({ name, scaleDown }) =>
    scaleDown === undefined || scaleDown.stabilizationWindow >= METRIC_PERIOD
      ? []
      : [
          {
            path: ['policies', name, 'scaleDown', 'stabilizationWindow'],
            spot: 'value',
            message: `${formatDuration(scaleDown.stabilizationWindow)} is shorter than the metric's period of ${formatDuration(METRIC_PERIOD)}, so that a single quiet minute removes replicas`,
          },
        ],
  );
}
