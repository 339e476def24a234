/**
 * The figures of the Kubernetes HPA's own tables (kubernetes/kubernetes, pkg/controller/podautoscaler: the cases for
 * behaviours, stabilization and per-pod external metrics, read 2026-11), put to our decision. Where the answer differs on
 * purpose, the row says so.
 */
import type { Reason } from '../../../shared/core/decision';
import type { ScaleEvent } from '../../../shared/core/gateway';
import { EMPTY_JOURNAL } from '../../../shared/core/journal';
import type { Behavior, RatePolicy } from '../../../shared/core/policy';
import { decideScaling } from '../../../shared/core/scaling';
import { MINUTE, SECOND } from '../../../shared/core/time';
import { aPolicy, aSnapshot, loadOf, NOON, steadyLoad } from './a-snapshot';

const TARGET = 100;
const SIGNAL = { metric: 'newConnections', target: TARGET, scaleInBelow: TARGET } as const;

/** `pods` per `podsPeriod` seconds and `percent` per `percentPeriod` seconds; 0 leaves a policy out. */
type Rules = readonly [pods: number, podsPeriod: number, percent: number, percentPeriod: number];

function behavior(rules: Rules | undefined, defaults: readonly RatePolicy[], selectPolicy: 'Max' | 'Min'): Behavior {
  const [pods, podsPeriod, percent, percentPeriod] = rules ?? [0, 0, 0, 0];
  const policies: readonly RatePolicy[] = [
    ...(pods === 0 ? [] : [{ type: 'Pods' as const, value: pods, period: podsPeriod * SECOND }]),
    ...(percent === 0 ? [] : [{ type: 'Percent' as const, value: percent, period: percentPeriod * SECOND }]),
  ];
  return {
    tolerance: 0,
    stabilizationWindow: 0,
    cooldown: 0,
    selectPolicy,
    policies: rules === undefined ? defaults : policies,
  };
}

const HPA_UP: readonly RatePolicy[] = [
  { type: 'Percent', value: 100, period: 15 * SECOND },
  { type: 'Pods', value: 4, period: 15 * SECOND },
];
const HPA_DOWN: readonly RatePolicy[] = [{ type: 'Percent', value: 100, period: 15 * SECOND }];

/** Changes spread evenly over the last two minutes, ending at `current`. */
function spread(current: number, changes: readonly number[]): readonly ScaleEvent[] {
  const gap = (2 * MINUTE) / Math.max(1, changes.length);
  let to = current;
  return changes
    .map((change, index) => ({ change, at: NOON - 2 * MINUTE + gap * (index + 0.5) }))
    .reverse()
    .map(({ at, change }): ScaleEvent => {
      const event = { at, from: to - change, to, written: true, completedAt: at };
      to = event.from;
      return event;
    })
    .reverse();
}

interface Case {
  readonly current: number;
  readonly wants: number;
  readonly min?: number;
  readonly max?: number;
  readonly up?: Rules;
  readonly down?: Rules;
  readonly select?: 'Max' | 'Min';
  readonly events?: readonly number[];
}

function decide({ current, down, events = [], max = 1_000, min = 1, select = 'Max', up, wants }: Case) {
  const policy = aPolicy({
    replicas: { min, max },
    signals: [SIGNAL],
    scaleUp: behavior(up, HPA_UP, select),
    scaleDown: behavior(down, HPA_DOWN, select),
  });
  const { change, reason } = decideScaling(
    aSnapshot(current, 0, {
      policy,
      // A whole count: the load that it carries at its target.
      signals: [{ signal: SIGNAL, load: { ok: true, value: steadyLoad(wants * TARGET) } }],
      journal: { ok: true, value: { ...EMPTY_JOURNAL, events: spread(current, events) } },
      drain: { gracePeriod: 0, loadBalancers: undefined },
    }),
  );
  return [change?.to ?? current, reason];
}

describe('rates of behaviours', () => {
  it.each<[what: string, given: Case, replicas: number, reason: Reason]>([
    ['within range', { current: 5, wants: 7, min: 3, max: 8 }, 7, 'LoadAboveTarget'],
    ['fewer than the minimum', { current: 3, wants: 1, min: 2, max: 8 }, 2, 'LoadBelowTarget'],
    ['the maximum is the limit', { current: 100, wants: 1_000, min: 100, max: 150 }, 150, 'LoadAboveTarget'],
    // The HPA cuts to 10 at once; we leave what the load needs.
    ['over the maximum and wanting more', { current: 20, wants: 1_000, max: 10 }, 20, 'TooManyReplicas'],
    ['1 % of 3 is rounded up', { current: 3, wants: 1_000, max: 2_000, up: [0, 0, 1, 60] }, 4, 'LoadAboveTarget'],
    [
      '20 pods a minute down',
      { current: 1_000, wants: 3, min: 3, max: 2_000, down: [20, 60, 0, 0] },
      980,
      'LoadBelowTarget',
    ],
    ['the default doubles', { current: 10, wants: 50 }, 20, 'LoadAboveTarget'],
    ['pods allow more than percent', { current: 10, wants: 500, up: [100, 60, 100, 60] }, 110, 'LoadAboveTarget'],
    ['percent allows more than pods', { current: 10, wants: 500, up: [2, 60, 100, 60] }, 20, 'LoadAboveTarget'],
    ['pods allow enough', { current: 10, wants: 50, up: [100, 60, 0, 0] }, 50, 'LoadAboveTarget'],
    ['pods are the limit', { current: 10, wants: 50, up: [30, 60, 0, 0] }, 40, 'LoadAboveTarget'],
    ['percent is the limit', { current: 10, wants: 50, up: [0, 0, 200, 60] }, 30, 'LoadAboveTarget'],
    [
      'select Min takes the smaller step up',
      { current: 1, wants: 10, up: [2, 60, 50, 60], select: 'Min' },
      2,
      'LoadAboveTarget',
    ],
    [
      'select Min takes the smaller step down',
      { current: 5, wants: 1, down: [2, 60, 50, 60], select: 'Min' },
      3,
      'LoadBelowTarget',
    ],
    ['down: pods allow more than percent', { current: 100, wants: 2, down: [20, 60, 1, 60] }, 80, 'LoadBelowTarget'],
    ['down: 2 pods allow more than 1 %', { current: 100, wants: 2, down: [2, 60, 1, 60] }, 98, 'LoadBelowTarget'],
    [
      'down: a large policy ends at the minimum',
      { current: 10, wants: 0, down: [100, 60, 0, 0] },
      1,
      'LoadBelowTarget',
    ],
    ['down: 100 % ends at the minimum', { current: 10, wants: 2, min: 5, down: [0, 0, 100, 60] }, 5, 'LoadBelowTarget'],
    ['down: pods are the limit', { current: 10, wants: 2, down: [5, 60, 0, 0] }, 5, 'LoadBelowTarget'],
    ['down: percent allows enough', { current: 10, wants: 5, down: [0, 0, 50, 60] }, 5, 'LoadBelowTarget'],
    [
      'events: a large policy ends at the maximum',
      { current: 100, wants: 500, max: 200, up: [300, 60, 0, 0], events: [1, 5, 9] },
      200,
      'LoadAboveTarget',
    ],
    [
      'events: used up already',
      { current: 100, wants: 500, up: [5, 120, 0, 0], events: [1, 5, 9] },
      100,
      'ScaleUpLimit',
    ],
    [
      'events: 100 − 15 + 150',
      { current: 100, wants: 500, up: [150, 120, 0, 0], events: [1, 5, 9] },
      235,
      'LoadAboveTarget',
    ],
    [
      'events: (100 − 15) and 200 %',
      { current: 100, wants: 500, up: [0, 0, 200, 120], events: [1, 5, 9] },
      255,
      'LoadAboveTarget',
    ],
    [
      'events: up and down count together',
      { current: 6, wants: 24, up: [0, 0, 300, 300], events: [4, -2] },
      16,
      'LoadAboveTarget',
    ],
    ['events down: the default does not care', { current: 10, wants: 5, events: [-1, -5, -9] }, 5, 'LoadBelowTarget'],
    [
      'events down: used up already',
      { current: 100, wants: 2, down: [5, 120, 0, 0], events: [-1, -5, -9] },
      100,
      'ScaleDownLimit',
    ],
    [
      'events down: (100 + 12) − 50 %',
      { current: 100, wants: 0, down: [0, 0, 50, 120], events: [-2, -4, -6] },
      56,
      'LoadBelowTarget',
    ],
    [
      'events down: (10 + 2) − 50 %',
      { current: 10, wants: 1, down: [0, 0, 50, 180], events: [2, -4] },
      6,
      'LoadBelowTarget',
    ],
    [
      'events down: (100 + 30) − 10 % is more than there is',
      { current: 100, wants: 0, down: [0, 0, 10, 120], events: [-10, -10, -10] },
      100,
      'ScaleDownLimit',
    ],
    [
      'events down: less than nothing',
      { current: 10, wants: 5, down: [0, 0, 1_000, 120], events: [-10, -10, -10] },
      5,
      'LoadBelowTarget',
    ],
    [
      'two periods: older events count for the longer one only',
      { current: 100, wants: 200, up: [1_000, 30, 100, 60], events: [8, 12, 9, 11] },
      200,
      'LoadAboveTarget',
    ],
    [
      'two periods down',
      { current: 100, wants: 5, down: [1_000, 30, 100, 60], events: [-8, -12, -9, -11] },
      5,
      'LoadBelowTarget',
    ],
  ])('%s', (_, given, replicas, reason) => {
    expect(decide(given)).toEqual([replicas, reason]);
  });
});

describe('stabilization of scale-down over five minutes', () => {
  /** Counts that the load of each minute asks for, oldest first; the newest is now. */
  it.each<[what: string, wants: readonly number[], replicas: number]>([
    ['the highest of the window counts', [3, 3, 4, 5, 3], 5],
    ['lower ones do not', [1, 1, 1, 2, 3], 3],
    ['older ones do not', [7, 6, 4, 4, 4, 4, 4], 4],
    ['nor does the order', [7, 4, 5, 4, 4, 4], 5],
  ])('%s', (_, wants, replicas) => {
    const scaleDown = { ...behavior(undefined, HPA_DOWN, 'Max'), stabilizationWindow: 5 * MINUTE };
    const policy = aPolicy({ replicas: { min: 1, max: 100 }, signals: [SIGNAL], scaleDown });
    const load = loadOf(wants.map((count) => count * TARGET));
    const { change } = decideScaling(
      aSnapshot(11, 0, {
        policy,
        signals: [{ signal: SIGNAL, load: { ok: true, value: load } }],
      }),
    );
    expect(change?.to).toBe(replicas);
  });
});

describe('an average value per pod', () => {
  it.each<[what: string, current: number, target: number, load: number, replicas: number]>([
    ['scale up', 3, 2_150, 8_600, 4],
    ['scale down', 5, 2_867, 8_600, 3],
    ['within the tolerance of 10 %', 3, 2_667, 8_600, 3],
    ['just outside of it', 3, 2_600, 8_600, 4],
  ])('%s', (_, current, target, load, replicas) => {
    const signal = { metric: 'newConnections', target, scaleInBelow: target } as const;
    const { change } = decideScaling(
      aSnapshot(current, 0, {
        policy: aPolicy({ replicas: { min: 1, max: 100 }, signals: [signal] }),
        signals: [{ signal, load: { ok: true, value: steadyLoad(load) } }],
      }),
    );
    expect(change?.to ?? current).toBe(replicas);
  });
});
