import { formatDuration } from '../core/duration';
import { NOT_PER_REPLICA, type Step } from '../core/policy';
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
    signals.flatMap(({ index, value }) =>
      'steps' in value || value.scaleInBelow <= value.target
        ? []
        : [
            {
              path: ['policies', name, 'signals', index, 'scaleInBelow'],
              spot: 'value',
              message: `${value.scaleInBelow} is over the target of ${value.target}, so that a scale-in would be undone at once`,
            },
          ],
    ),
  );
}

export function duplicateSignal({ policies }: Parts): readonly Finding[] {
  return policies.flatMap(({ name, signals }) =>
    repeated(signals, (value) => `${value.metric} ${'steps' in value}`).map(({ index, value }) => ({
      path: ['policies', name, 'signals', index, 'metric'],
      spot: 'value',
      message:
        'steps' in value
          ? `${value.metric} has step rules in this policy already; write all steps there`
          : `${value.metric} is a signal of this policy already; keep the one with the lower target`,
    })),
  );
}

/** Steps that leave values out, or claim some twice, do not say what they mean. */
export function stepsApart({ policies }: Parts): readonly Finding[] {
  return policies.flatMap(({ name, signals }) =>
    signals.flatMap(({ index, value }) =>
      'steps' in value
        ? stepProblems(value.steps).map(({ message, step }) => ({
            path: ['policies', name, 'signals', index, 'steps', step],
            spot: 'value' as const,
            message,
          }))
        : [],
    ),
  );
}

function stepProblems(steps: readonly Step[]): readonly { readonly step: number; readonly message: string }[] {
  return steps.flatMap(({ below, from = 0 }, step) => {
    if (below !== undefined && from >= below) return [{ step, message: `is empty: from ${from} to below ${below}` }];
    const before = steps[step - 1];
    if (before === undefined) return [];
    const end = before.below;
    if (end === undefined) return [{ step, message: 'is never reached: the step before it has no end (below)' }];
    if (from > end)
      return [{ step, message: `leaves a gap: the step before it ends below ${end}, this one begins at ${from}` }];
    if (from < end)
      return [{ step, message: `overlaps: the step before it ends below ${end}, this one begins at ${from}` }];
    return [];
  });
}

/** A warning: an amount for the whole gateway stays as it is when replicas are added, so that the step is taken again and again. */
export function stepsOfTotals({ policies }: Parts): readonly Finding[] {
  return policies.flatMap(({ name, signals }) =>
    signals.flatMap(({ index, value }) =>
      'steps' in value &&
      value.per === 'gateway' &&
      !NOT_PER_REPLICA.some((metric) => metric === value.metric) &&
      value.steps.some(({ adjust }) => adjust.type !== 'Exact' && adjust.value !== 0)
        ? [
            {
              path: ['policies', name, 'signals', index, 'steps'],
              spot: 'key' as const,
              message: `${value.metric} of the whole gateway does not change with its replicas, so that a step would be taken again after each warm-up; say per: replica, or exact counts`,
            },
          ]
        : [],
    ),
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
