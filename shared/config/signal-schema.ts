import { array, NEVER, number, enum as oneOf, strictObject } from 'zod';
import {
  type Adjustment,
  type LoadMetric,
  NOT_PER_REPLICA,
  type Signal as SignalUsed,
  type Step as StepUsed,
  type TargetMetric,
} from '../core/policy';
import { MINUTE } from '../core/time';
import { Count, duration } from './units';

const DEFAULT_WARM_UP = MINUTE;

/** In the unit of the metric. */
const Load = number().positive();

const METRICS = [
  'newConnections',
  'activeConnections',
  'trafficIn',
  'trafficOut',
  'droppedConnections',
  'requests',
  'serverErrors',
  'responseTime',
] as const satisfies readonly LoadMetric[];

const Step = strictObject({
  from: number().min(0).optional().describe('The step begins at this value; without it, at 0.'),
  below: Load.optional().describe('The step ends below this value; without it, it has no end.'),
  exact: Count.optional().describe('Set the replicas to this count.'),
  change: number().int().optional().describe('Add so many replicas; a negative number takes away.'),
  percent: number({
    error: ({ code }) => (code === 'invalid_type' ? 'must be a plain number, for example 10 or -10' : undefined),
  })
    .min(-100)
    .max(1000)
    .optional()
    .describe('Add this share of the replicas (a plain number); a negative number takes away.'),
  atLeast: Count.optional().describe('With percent: change the replicas by at least this many; 1 by default.'),
}).transform(({ atLeast, below, change, exact, from, percent }, context): StepUsed => {
  // zod transforms what has unknown keys, too; a misspelt one is reported by itself.
  if (context.issues.length > 0) return NEVER;
  const adjustments: Adjustment[] = [];
  if (exact !== undefined) adjustments.push({ type: 'Exact', value: exact });
  if (change !== undefined) adjustments.push({ type: 'Change', value: change });
  if (percent !== undefined) adjustments.push({ type: 'Percent', value: percent, atLeast: atLeast ?? 1 });
  const [adjust] = adjustments;
  if (adjust === undefined || adjustments.length > 1) {
    context.addIssue({ code: 'custom', message: 'needs exactly one of exact, change and percent' });
    return NEVER;
  }
  if (atLeast !== undefined && percent === undefined) {
    context.addIssue({ code: 'custom', message: 'has an atLeast, which goes with percent only' });
  }
  return { from, below, adjust };
});

/** A load signal: with a target per replica, or with step rules. */
export const Signal = strictObject({
  metric: oneOf(METRICS).describe(
    'Load of all load balancers of the gateway together: new connections per second, active connections, bit/s in or out, connections dropped per second; for layer-7 listeners only also requests and responses 5xx per second, and the response time in ms (of the slowest load balancer).',
  ),
  target: Load.optional().describe(
    'Load that one replica should carry, in the unit of the metric. Either this or steps.',
  ),
  scaleInBelow: Load.optional().describe(
    'Load per replica that may remain after a scale-in; at most the target, which is the default. The gap keeps replicas from coming and going.',
  ),
  steps: array(Step)
    .min(1)
    .optional()
    .describe(
      'Step rules, in ascending order without gap or overlap: what becomes of the count while the value is in a step.',
    ),
  per: oneOf(['gateway', 'replica'])
    .optional()
    .describe("Of what the steps' bounds speak: the whole gateway (the default), or its share of one replica."),
  warmUp: duration({ atLeast: 0, atMost: 30 * MINUTE })
    .optional()
    .describe(
      'Replicas that a step added count as that step until the metric shows a minute that began so long after they were ready; 1m by default.',
    ),
  whenMissing: oneOf(['hold', 'ignore'])
    .optional()
    .describe(
      'Without data of a metric nothing is taken away (hold, the default). ignore is for steps that only add, of a metric that reports nothing while there is nothing to count, such as errors.',
    ),
}).transform(({ metric, per, scaleInBelow, steps, target, warmUp, whenMissing }, context): SignalUsed => {
  if (context.issues.length > 0) return NEVER;
  if (steps !== undefined) {
    if (target !== undefined || scaleInBelow !== undefined) {
      context.addIssue({ code: 'custom', message: 'has steps and also a target; write two signals of the metric' });
    }
    if (per === 'replica' && !isTargetMetric(metric)) {
      const message = `has bounds per replica, but ${metric} is not spread over replicas; leave per out`;
      context.addIssue({ code: 'custom', message });
    }
    if (whenMissing === 'ignore' && steps.some(({ adjust }) => adjust.type === 'Exact' || adjust.value < 0)) {
      const message =
        'takes replicas away, which never happens without data; whenMissing: ignore is for steps that only add';
      context.addIssue({ code: 'custom', message });
    }
    return {
      metric,
      per: per ?? 'gateway',
      steps,
      warmUp: warmUp ?? DEFAULT_WARM_UP,
      whenMissing: whenMissing ?? 'hold',
    };
  }
  if (target === undefined || !isTargetMetric(metric)) {
    const message =
      target === undefined
        ? 'needs a target per replica, or steps'
        : `${metric} is not spread over replicas, so that a target per replica makes no sense; write steps`;
    context.addIssue({ code: 'custom', message });
    return NEVER;
  }
  if (per !== undefined || warmUp !== undefined || whenMissing !== undefined) {
    context.addIssue({ code: 'custom', message: 'has a target; warmUp, per and whenMissing go with steps only' });
  }
  return { metric, target, scaleInBelow: scaleInBelow ?? target };
});

function isTargetMetric(metric: LoadMetric): metric is TargetMetric {
  return !NOT_PER_REPLICA.some((other) => other === metric);
}
