import type { RatePolicy, ScalingPolicy } from '../../shared/core/policy';
import { MINUTE, type Millis } from '../../shared/core/time';

/** The parts of a policy that decide between cost, losses and changes. */
export interface Tuning {
  /** Shares of what a replica can serve. */
  readonly target: number;
  readonly scaleInBelow: number;
  readonly upTolerance: number;
  readonly downWindow: Millis;
  readonly downCooldown: Millis;
  readonly up: readonly RatePolicy[];
  readonly down: readonly RatePolicy[];
}

/**
 * Found with `npm run bench:scaling` on the recorded load of a load balancer (numenta/NAB elb_request_count_8c0756): a high
 * target, the load below which replicas go far below it, and a window of ten minutes. Rates, tolerance and cooldown are the
 * defaults of the configuration.
 */
export const TUNED: Tuning = {
  target: 0.8,
  scaleInBelow: 0.42,
  upTolerance: 0.1,
  downWindow: 10 * MINUTE,
  downCooldown: 5 * MINUTE,
  up: [
    { type: 'Percent', value: 100, period: MINUTE },
    { type: 'Pods', value: 4, period: MINUTE },
  ],
  down: [
    { type: 'Percent', value: 25, period: MINUTE },
    { type: 'Pods', value: 1, period: MINUTE },
  ],
};

/** @param capacity demand that one replica serves */
export function tunedPolicy(
  tuning: Tuning,
  { capacity, max, min }: { readonly capacity: number; readonly min: number; readonly max: number },
): ScalingPolicy {
  const { down, downCooldown, downWindow, scaleInBelow, target, up, upTolerance } = tuning;
  return {
    name: 'tuned',
    mode: 'auto',
    replicas: { min, max },
    signals: [{ metric: 'requests', target: target * capacity, scaleInBelow: scaleInBelow * capacity }],
    metricMaxAge: 5 * MINUTE,
    connectionDrain: undefined,
    budget: undefined,
    scaleUp: { tolerance: upTolerance, stabilizationWindow: 0, cooldown: 0, selectPolicy: 'Max', policies: up },
    scaleDown: {
      tolerance: 0.1,
      stabilizationWindow: downWindow,
      cooldown: downCooldown,
      selectPolicy: 'Max',
      policies: down,
    },
  };
}
