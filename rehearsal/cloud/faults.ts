import type { Instant, Millis } from '../../shared/core/time';
import type { FullNodes } from './estate';

/** Which calls a fault concerns: `cms.DescribeMetricList` or `kube patch deployments/scale`, exactly or by pattern. */
export interface FaultRule {
  readonly operation: string | RegExp;
  /** How many calls; without it, all until `clear`. */
  readonly times?: number;
}

/** Whether the call did its work before its answer was lost or replaced. */
export interface AfterEffect {
  readonly afterEffect?: boolean;
}

export interface MetricGap {
  readonly region: string;
  /** All instances of the region when absent. */
  readonly instanceIds?: readonly string[];
  /** Minutes that start at or after `from` and before `to` have no data. */
  readonly from: Instant;
  readonly to: Instant;
}

/** Ways to break the cloud on purpose. They hold on both faces. */
export interface Faults {
  /** Answers with an error. For a cluster's API, `code` is the reason of the Status, for example `Forbidden`. */
  fail(
    rule: FaultRule & AfterEffect & { readonly status: number; readonly code: string; readonly message?: string },
  ): void;
  /** Refuses every call of an operation, as a RAM policy or a Role does that does not name it. */
  deny(operation: FaultRule['operation']): void;
  /** Closes the connection without an answer. */
  cut(rule: FaultRule & AfterEffect): void;
  /** Answers with HTML, as a proxy in between would. */
  garble(rule: FaultRule & AfterEffect & { readonly status: number }): void;
  /**
   * Holds the answer back: on the HTTP face in real time. In the process no time passes, so a delay below the time
   * limit of a call changes nothing, and a longer one is a timeout of a call that was carried out.
   */
  delay(rule: FaultRule & { readonly by: Millis }): void;
  /**
   * Does something just before the call is carried out, for example another writer's change. Calls that `act` makes
   * pass the same rules.
   */
  before(rule: FaultRule, act: () => void | Promise<void>): void;
  metricGap(gap: MetricGap): void;
  /** From the end of a minute until its data can be read; 90 s unless told. */
  metricDelay(delay: Millis): void;
  /** Calls of the CloudMonitor query operations that this month still has free. */
  metricQuota(callsLeft: number): void;
  /** New pods of a region stay Pending, as unschedulable, until a node has room again. */
  nodesFull(full: FullNodes): void;
  /** The vendor's clock goes ahead of everybody else's: it dates answers by it, and judges the dates of signatures. 0 ends it. */
  vendorClock(ahead: Millis): void;
  /** Ends every fault of calls; the vendor's clock, full nodes, and gaps, the delay and the quota of metrics stay. */
  clear(): void;
}

export type Failure =
  | {
      readonly kind: 'fail';
      readonly afterEffect: boolean;
      readonly status: number;
      readonly code: string;
      readonly message: string;
    }
  | { readonly kind: 'cut'; readonly afterEffect: boolean }
  | { readonly kind: 'garble'; readonly afterEffect: boolean; readonly status: number };

/** What is to happen to one call. */
export interface Trouble {
  readonly delay: Millis;
  readonly before: readonly (() => void | Promise<void>)[];
  readonly failure: Failure | undefined;
}

export interface CallFaults extends Pick<Faults, 'fail' | 'deny' | 'cut' | 'garble' | 'delay' | 'before' | 'clear'> {
  /** The trouble of a call that is about to be carried out; uses up one of `times` of each rule that applies. */
  next(operation: string): Trouble;
}

type Effect =
  | { readonly kind: 'failure'; readonly failure: Failure }
  | { readonly kind: 'delay'; readonly by: Millis }
  | { readonly kind: 'before'; readonly act: () => void | Promise<void> };

interface Rule {
  readonly matches: (operation: string) => boolean;
  readonly effect: Effect;
  left: number;
}

export function createCallFaults(): CallFaults {
  let rules: Rule[] = [];

  function add({ operation, times = Number.POSITIVE_INFINITY }: FaultRule, effect: Effect): void {
    const matches =
      typeof operation === 'string'
        ? (name: string) => name === operation
        : (name: string) => name.search(operation) >= 0;
    rules.push({ matches, effect, left: times });
  }

  function next(operation: string): Trouble {
    const before: (() => void | Promise<void>)[] = [];
    let delay = 0;
    let failure: Failure | undefined;
    for (const rule of rules.filter(({ matches }) => matches(operation))) {
      const { effect } = rule;
      if (effect.kind === 'failure' && failure !== undefined) continue;
      rule.left -= 1;
      if (effect.kind === 'failure') failure = effect.failure;
      else if (effect.kind === 'delay') delay += effect.by;
      else before.push(effect.act);
    }
    rules = rules.filter(({ left }) => left > 0);
    return { delay, before, failure };
  }

  return {
    fail: ({ status, code, message = 'broken on purpose', afterEffect = false, ...rule }) =>
      add(rule, { kind: 'failure', failure: { kind: 'fail', afterEffect, status, code, message } }),
    deny: (operation) => {
      const isKube = String(operation).includes('kube');
      const refusal = { status: 403, code: isKube ? 'Forbidden' : 'Forbidden.RAM', message: 'not authorized' };
      add({ operation }, { kind: 'failure', failure: { kind: 'fail', afterEffect: false, ...refusal } });
    },
    cut: ({ afterEffect = false, ...rule }) => add(rule, { kind: 'failure', failure: { kind: 'cut', afterEffect } }),
    garble: ({ status, afterEffect = false, ...rule }) =>
      add(rule, { kind: 'failure', failure: { kind: 'garble', afterEffect, status } }),
    delay: ({ by, ...rule }) => add(rule, { kind: 'delay', by }),
    before: (rule, act) => add(rule, { kind: 'before', act }),
    clear: () => {
      rules = [];
    },
    next,
  };
}
