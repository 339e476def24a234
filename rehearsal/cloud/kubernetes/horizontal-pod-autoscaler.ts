import { type Instant, MINUTE, type Millis, SECOND } from '../../../shared/core/time';
import type { ScalingRules } from './objects';

/**
 * What the HPA controller decides, after kubernetes/kubernetes pkg/controller/podautoscaler `horizontal.go` and
 * `replica_calculator.go` for one resource metric. Pure: the memory that the controller keeps goes in and comes out.
 */
export interface AutoscalerInput {
  readonly at: Instant;
  /** `spec.replicas` of the target. */
  readonly current: number;
  readonly min: number;
  readonly max: number;
  /** Target utilization in percent of the pods' request. */
  readonly target: number;
  /** Mean utilization, percent, of the pods that count; undefined when there is none to measure. */
  readonly utilization: number | undefined;
  /** Pods whose metrics count. */
  readonly ready: number;
  /** Pods that exist but are too young to count. */
  readonly unready: number;
  readonly behavior:
    | { readonly scaleUp?: ScalingRules | undefined; readonly scaleDown?: ScalingRules | undefined }
    | undefined;
}

export interface AutoscalerMemory {
  readonly recommendations: readonly { readonly at: Instant; readonly replicas: number }[];
  /** Changes made, `change` > 0 for up and < 0 for down; kept only for HPAs with `behavior`, as the controller does. */
  readonly changes: readonly { readonly at: Instant; readonly change: number }[];
}

export const NO_MEMORY: AutoscalerMemory = { recommendations: [], changes: [] };

export interface AutoscalerDecision {
  readonly desired: number;
  readonly memory: AutoscalerMemory;
}

/** Default of `--horizontal-pod-autoscaler-tolerance`. */
const TOLERANCE = 0.1;
/** Default of `--horizontal-pod-autoscaler-downscale-stabilization`. */
const DOWN_WINDOW = 5 * MINUTE;
/** The longest period of a rate policy that autoscaling/v2 admits; older changes can never count. */
const LONGEST_PERIOD = 30 * MINUTE;

export function decideReplicas(input: AutoscalerInput, memory: AutoscalerMemory): AutoscalerDecision {
  const { at, current, min, max } = input;
  if (current === 0 && min !== 0) return { desired: 0, memory };
  // The bounds come first: neither tolerance nor windows nor rates hold them back.
  if (current > max) return remembered(input, max, memory);
  if (current < min) return remembered(input, min, memory);
  const recommended = recommendation(input);
  if (recommended === undefined) return { desired: current, memory };
  const oldest = at - longestWindow(input);
  const recommendations = [...memory.recommendations.filter((r) => r.at >= oldest), { at, replicas: recommended }];
  const remembering = { ...memory, recommendations };
  const desired =
    input.behavior === undefined ? withoutBehavior(input, recommendations) : withBehavior(input, recommended, memory);
  return remembered(input, desired, remembering);
}

function longestWindow({ behavior }: AutoscalerInput): Millis {
  const up = (behavior?.scaleUp?.stabilizationWindowSeconds ?? 0) * SECOND;
  const down = (behavior?.scaleDown?.stabilizationWindowSeconds ?? 0) * SECOND;
  return Math.max(DOWN_WINDOW, up, down);
}

function remembered(input: AutoscalerInput, desired: number, memory: AutoscalerMemory): AutoscalerDecision {
  if (input.behavior === undefined || desired === input.current) return { desired, memory };
  const changes = [...memory.changes, { at: input.at, change: desired - input.current }];
  return { desired, memory: { ...memory, changes: changes.filter((c) => c.at > input.at - LONGEST_PERIOD) } };
}

/** `GetResourceReplicas`: undefined when no metrics came. Utilization is a whole percentage, cut off, as there. */
function recommendation(input: AutoscalerInput): number | undefined {
  const { utilization, ready, unready, current, target } = input;
  if (utilization === undefined || ready === 0) return undefined;
  const ratio = Math.trunc(utilization) / target;
  if (unready === 0 || ratio <= 1) {
    return within(ratio, input) ? current : Math.ceil(ratio * ready);
  }
  const pods = ready + unready;
  const damped = Math.trunc((utilization * ready) / pods) / target;
  if (within(damped, input) || damped < 1) return current;
  return Math.max(current, Math.ceil(damped * pods));
}

function within(ratio: number, { behavior }: AutoscalerInput): boolean {
  const up = quantity(behavior?.scaleUp?.tolerance) ?? TOLERANCE;
  const down = quantity(behavior?.scaleDown?.tolerance) ?? TOLERANCE;
  return ratio >= 1 - down && ratio <= 1 + up;
}

function quantity(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  return text.endsWith('m') ? Number(text.slice(0, -1)) / 1000 : Number(text);
}

/** `normalizeDesiredReplicas`: the highest recommendation of five minutes, at most twice the present count (or 4). */
function withoutBehavior(input: AutoscalerInput, recommendations: AutoscalerMemory['recommendations']): number {
  const { at, current, min, max } = input;
  const recent = recommendations.filter((r) => r.at >= at - DOWN_WINDOW).map((r) => r.replicas);
  const stabilized = Math.max(...recent);
  const limit = Math.min(Math.max(2 * current, 4), max);
  return Math.min(Math.max(stabilized, min), limit);
}

/** `normalizeDesiredReplicasWithBehaviors`. */
function withBehavior(input: AutoscalerInput, recommended: number, memory: AutoscalerMemory): number {
  const { current, min, max } = input;
  const desired = stabilized(input, recommended, memory);
  if (desired > current) return Math.min(desired, max, Math.max(current, upLimit(input, memory)));
  if (desired < current) return Math.max(desired, min, Math.min(current, downLimit(input, memory)));
  return desired;
}

function stabilized({ at, current, behavior }: AutoscalerInput, recommended: number, memory: AutoscalerMemory): number {
  const upWindow = (behavior?.scaleUp?.stabilizationWindowSeconds ?? 0) * SECOND;
  const downWindow = (behavior?.scaleDown?.stabilizationWindowSeconds ?? DOWN_WINDOW / SECOND) * SECOND;
  function inside(window: number): readonly number[] {
    return [recommended, ...memory.recommendations.filter((r) => r.at > at - window).map((r) => r.replicas)];
  }
  const up = Math.min(...inside(upWindow));
  const down = Math.max(...inside(downWindow));
  return Math.min(Math.max(current, up), down);
}

type Policy = NonNullable<ScalingRules['policies']>[number];
/** Defaults of autoscaling/v2: up by 4 pods or 100 % in 15 s, down by 100 % in 15 s. */
const UP: readonly Policy[] = [
  { type: 'Pods', value: 4, periodSeconds: 15 },
  { type: 'Percent', value: 100, periodSeconds: 15 },
];
const DOWN: readonly Policy[] = [{ type: 'Percent', value: 100, periodSeconds: 15 }];

function upLimit(input: AutoscalerInput, memory: AutoscalerMemory): number {
  const rules = input.behavior?.scaleUp;
  if (rules?.selectPolicy === 'Disabled') return input.current;
  const limits = (rules?.policies ?? UP).map((policy) => {
    const start = periodStart(input, memory, policy);
    return policy.type === 'Pods' ? start + policy.value : Math.ceil(start * (1 + policy.value / 100));
  });
  return rules?.selectPolicy === 'Min' ? Math.min(...limits) : Math.max(...limits);
}

function downLimit(input: AutoscalerInput, memory: AutoscalerMemory): number {
  const rules = input.behavior?.scaleDown;
  if (rules?.selectPolicy === 'Disabled') return input.current;
  const limits = (rules?.policies ?? DOWN).map((policy) => {
    const start = periodStart(input, memory, policy);
    return policy.type === 'Pods' ? start - policy.value : Math.trunc(start * (1 - policy.value / 100));
  });
  return rules?.selectPolicy === 'Min' ? Math.max(...limits) : Math.min(...limits);
}

/** Replicas at the start of the policy's period: the present count with the period's changes undone. */
function periodStart({ at, current }: AutoscalerInput, memory: AutoscalerMemory, { periodSeconds }: Policy): number {
  const changes = memory.changes.filter((c) => c.at > at - periodSeconds * SECOND);
  return current - changes.reduce((sum, { change }) => sum + change, 0);
}
