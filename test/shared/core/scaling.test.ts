import type { Reason } from '../../../shared/core/decision';
import type { GatewayJournal } from '../../../shared/core/gateway';
import { EMPTY_JOURNAL } from '../../../shared/core/journal';
import { decideScaling, type ScalingSnapshot } from '../../../shared/core/scaling';
import { HOUR, MINUTE, SECOND } from '../../../shared/core/time';
import { aPolicy, aSignal, aSnapshot, aTarget, DEFAULT_DOWN, DEFAULT_UP, loadOf, NOON, steadyLoad } from './a-snapshot';

/** What a table row expects: the count to be set (`undefined`: left alone), the outcome and the reason. */
type Expected = readonly [to: number | undefined, outcome: 'steady' | 'change' | 'hold', reason: Reason];

function decided(snapshot: ScalingSnapshot): Expected {
  const { change, outcome, reason } = decideScaling(snapshot);
  return [change?.to, outcome, reason];
}

function journal(changes: Partial<GatewayJournal>): ScalingSnapshot['journal'] {
  return { ok: true, value: { ...EMPTY_JOURNAL, ...changes } };
}

describe('scale by a steady load of 300 new connections a second per replica', () => {
  it.each<[what: string, current: number, load: number, expected: Expected]>([
    ['exactly on target', 10, 3_000, [undefined, 'steady', 'WithinTolerance']],
    ['10 % over is tolerated', 10, 3_300, [undefined, 'steady', 'WithinTolerance']],
    ['just over the tolerance', 10, 3_301, [12, 'change', 'LoadAboveTarget']],
    ['a third over', 10, 4_000, [14, 'change', 'LoadAboveTarget']],
    ['an exact multiple is not rounded up', 10, 3_600, [12, 'change', 'LoadAboveTarget']],
    ['in the dead band between 240 and 300', 10, 2_500, [undefined, 'steady', 'WithinTolerance']],
    ['below it, but nine would carry more than 240 each', 10, 2_161, [undefined, 'steady', 'WithinTolerance']],
    ['nine can carry it', 10, 2_160, [9, 'change', 'LoadBelowTarget']],
    ['half of the load is gone: 25 % of the replicas a minute', 40, 4_000, [30, 'change', 'LoadBelowTarget']],
    ['at least one pod a minute', 3, 100, [2, 'change', 'LoadBelowTarget']],
    ['nothing at the minimum to take away', 2, 10, [undefined, 'steady', 'TooFewReplicas']],
    ['no load at all keeps the minimum', 2, 0, [undefined, 'steady', 'TooFewReplicas']],
    ['at the maximum and wanting more', 40, 20_000, [undefined, 'hold', 'TooManyReplicas']],
    ['up to the maximum and no further', 36, 20_000, [40, 'change', 'LoadAboveTarget']],
    ['doubling a minute at most', 10, 9_000, [20, 'change', 'LoadAboveTarget']],
    ['or four more, if that is more', 2, 6_000, [6, 'change', 'LoadAboveTarget']],
    ['under the minimum', 1, 0, [2, 'change', 'TooFewReplicas']],
    ['under the minimum and overloaded: four more', 1, 3_000, [5, 'change', 'LoadAboveTarget']],
    ['scaled to zero by somebody', 0, 3_000, [undefined, 'hold', 'ScalingDisabled']],
    ['over the maximum: walked down, not cut', 100, 9_000, [75, 'change', 'TooManyReplicas']],
    ['over the maximum and overloaded', 50, 20_000, [undefined, 'hold', 'TooManyReplicas']],
    ['over the maximum, which the load needs', 50, 15_000, [undefined, 'hold', 'TooManyReplicas']],
    ['over the maximum: down to what the load needs', 50, 13_000, [44, 'change', 'TooManyReplicas']],
  ])('%s: %i replicas, %i/s', (_, current, load, expected) => {
    expect(decided(aSnapshot(current, load))).toEqual(expected);
  });

  it('says which maximum is passed, and tells a person only where nothing can be done', () => {
    const over = decideScaling(aSnapshot(50, 15_000));
    expect(over.message).toBe(
      'newConnections 15000 connections/s is 100 % of 50 × 300; the maximum is 40, but the load needs 50',
    );
    expect(over.needsPerson).toBe(true);
    expect(decideScaling(aSnapshot(50, 20_000)).message).toContain('the maximum is 40');
    expect(decideScaling(aSnapshot(100, 9_000)).needsPerson).toBe(false);
  });

  it('without a lower target of its own, scale-in starts below the tolerance as the HPA does', () => {
    const hpa = (load: number) => {
      const signal = { metric: 'newConnections', target: 300, scaleInBelow: 300 } as const;
      return aSnapshot(20, 0, { signals: [{ signal, load: { ok: true, value: steadyLoad(load) } }] });
    };
    expect(decided(hpa(5_400))).toEqual([undefined, 'steady', 'WithinTolerance']);
    expect(decided(hpa(5_399))).toEqual([18, 'change', 'LoadBelowTarget']);
  });

  it('reaching the minimum is not slowed down by rate policies', () => {
    const policy = aPolicy({ replicas: { min: 20, max: 40 } });
    expect(decided(aSnapshot(3, 0, { policy }))).toEqual([20, 'change', 'TooFewReplicas']);
  });

  it('explains itself with the numbers', () => {
    const { message, needsPerson } = decideScaling(aSnapshot(40, 20_000));
    expect(message).toBe('newConnections 20000 connections/s is 167 % of 40 × 300; the maximum is 40');
    expect(needsPerson).toBe(true);
  });
});

it('speaks of bits in millions', () => {
  const signal = { metric: 'trafficOut', target: 50_000_000, scaleInBelow: 40_000_000 } as const;
  const busy = aSnapshot(6, 0, { signals: [{ signal, load: { ok: true, value: steadyLoad(348_044_576) } }] });
  expect(decideScaling(busy).message).toBe('trafficOut 348M bit/s is 116 % of 6 × 50M');
});

describe('stabilization', () => {
  it.each<[what: string, values: (number | null)[], expected: Expected]>([
    [
      'a drop counts only when it has lasted',
      [...Array(14).fill(3_000), 1_000],
      [undefined, 'hold', 'ScaleDownStabilized'],
    ],
    [
      'one high minute at the start of the window',
      [3_000, ...Array(14).fill(1_000)],
      [undefined, 'hold', 'ScaleDownStabilized'],
    ],
    ['that minute has left the window', [3_000, ...Array(15).fill(1_000)], [7, 'change', 'LoadBelowTarget']],
    ['the highest of the window counts', [1_900, ...Array(14).fill(1_000)], [8, 'change', 'LoadBelowTarget']],
    ['a rise counts at once', [...Array(14).fill(1_000), 4_000], [14, 'change', 'LoadAboveTarget']],
  ])('%s', (_, values, expected) => {
    expect(decided(aSnapshot(10, 0, { signals: [aSignal(loadOf(values))] }))).toEqual(expected);
  });

  it('a scale-up window takes the lowest of its minutes', () => {
    const policy = aPolicy({ scaleUp: { ...DEFAULT_UP, stabilizationWindow: 3 * MINUTE } });
    const rising = aSnapshot(10, 0, { policy, signals: [aSignal(loadOf([...Array(13).fill(3_000), 3_700, 4_500]))] });
    expect(decided(rising)).toEqual([undefined, 'hold', 'ScaleUpStabilized']);
    const risen = aSnapshot(10, 0, {
      policy,
      signals: [aSignal(loadOf([...Array(12).fill(3_000), 3_600, 3_700, 4_500]))],
    });
    expect(decided(risen)).toEqual([12, 'change', 'LoadAboveTarget']);
  });
});

describe('missing data', () => {
  it.each<[what: string, values: (number | null)[], expected: Expected]>([
    [
      'one lost minute of the window: no scale-in',
      [...Array(7).fill(1_000), null, ...Array(7).fill(1_000)],
      [undefined, 'hold', 'PartialMetrics'],
    ],
    ['a history shorter than the window: no scale-in', Array(14).fill(1_000), [undefined, 'hold', 'PartialMetrics']],
    [
      'lost minutes do not matter while nothing would be taken away',
      [...Array(7).fill(3_000), null, 3_000],
      [undefined, 'steady', 'WithinTolerance'],
    ],
    ['nor for a scale-out', [null, null, 4_000], [14, 'change', 'LoadAboveTarget']],
    [
      'three lost minutes at the end are still young enough',
      [4_000, null, null, null],
      [14, 'change', 'LoadAboveTarget'],
    ],
    [
      'the newest data is six minutes old',
      [...Array(14).fill(9_000), null, null, null, null],
      [undefined, 'hold', 'MissingMetrics'],
    ],
    ['no data at all', [], [undefined, 'hold', 'MissingMetrics']],
  ])('%s', (_, values, expected) => {
    expect(decided(aSnapshot(10, 0, { signals: [aSignal(loadOf(values))] }))).toEqual(expected);
  });

  it('a load balancer without a sample makes the sum a lower bound: enough to scale out, never to scale in', () => {
    const partial = (value: number) => aSignal([...steadyLoad(value, 20).map((point) => ({ ...point, missing: 1 }))]);
    expect(decided(aSnapshot(10, 0, { signals: [partial(4_000)] }))).toEqual([14, 'change', 'LoadAboveTarget']);
    expect(decided(aSnapshot(10, 0, { signals: [partial(500)] }))).toEqual([undefined, 'hold', 'PartialMetrics']);
  });

  it('a newer minute of which only a part is known counts when even that part is more', () => {
    const low = loadOf([...Array(20).fill(600), null, null]);
    const rising = [1, 2].map((minutesAgo) => ({ at: NOON - (4 - minutesAgo) * MINUTE, value: 6_000, missing: 1 }));
    const snapshot = aSnapshot(6, 0, { signals: [aSignal([...low, ...rising])] });
    expect(decided(snapshot)).toEqual([12, 'change', 'LoadAboveTarget']);
    const { message, signals } = decideScaling(snapshot);
    expect(message).toContain('newConnections 6000');
    expect(signals[0]?.state).toBe('partial');
  });

  it('a load balancer that never has data is for a person', () => {
    const never = aSignal(steadyLoad(500).map((point) => ({ ...point, missing: 1 })));
    expect(decideScaling(aSnapshot(10, 0, { signals: [never] })).needsPerson).toBe(true);
    const gap = aSignal(loadOf([...Array(7).fill(1_000), null, ...Array(7).fill(1_000)]));
    expect(decideScaling(aSnapshot(10, 0, { signals: [gap] })).needsPerson).toBe(false);
  });

  it('a signal that cannot be read blocks scale-in and leaves scale-out to the others', () => {
    const broken = { ...aSignal([], 'activeConnections'), load: { ok: false, problem: 'throttled' } as const };
    const low = aSnapshot(10, 0, { signals: [aSignal(steadyLoad(500)), broken] });
    expect(decided(low)).toEqual([undefined, 'hold', 'MissingMetrics']);
    expect(decideScaling(low).message).toBe('no usable data: activeConnections: throttled');
    const high = aSnapshot(10, 0, { signals: [aSignal(steadyLoad(4_000)), broken] });
    expect(decided(high)).toEqual([14, 'change', 'LoadAboveTarget']);
  });

  it('a person is told when data stays away, not when it is late', () => {
    const late = aSnapshot(10, 0, { signals: [aSignal(loadOf([3_000, null, null, null, null]))] });
    expect(decideScaling(late).needsPerson).toBe(false);
    const gone = aSnapshot(10, 0, { signals: [aSignal(loadOf([3_000, ...Array(9).fill(null)]))] });
    expect(decideScaling(gone).needsPerson).toBe(true);
  });

  it('no load balancer, no load: held, but never below the minimum', () => {
    expect(decided(aSnapshot(10, 0, { signals: [] }))).toEqual([undefined, 'hold', 'NoLoadBalancer']);
    expect(decided(aSnapshot(1, 0, { signals: [] }))).toEqual([2, 'change', 'TooFewReplicas']);
  });

  it('points of the future are not data', () => {
    const future = [{ at: NOON + MINUTE, value: 9_000, missing: 0 }];
    expect(decided(aSnapshot(10, 0, { signals: [aSignal(future)] }))).toEqual([undefined, 'hold', 'MissingMetrics']);
  });
});

describe('several signals', () => {
  it('the largest want wins', () => {
    const signals = [aSignal(steadyLoad(3_000)), aSignal(steadyLoad(4_200), 'activeConnections')];
    const snapshot = aSnapshot(10, 0, { signals });
    expect(decided(snapshot)).toEqual([14, 'change', 'LoadAboveTarget']);
    expect(decideScaling(snapshot).signals.map(({ metric, wants }) => [metric, wants])).toEqual([
      ['newConnections', 10],
      ['activeConnections', 14],
    ]);
  });

  it('all of them must agree to a scale-in', () => {
    const signals = [aSignal(steadyLoad(500)), aSignal(steadyLoad(3_000), 'activeConnections')];
    expect(decided(aSnapshot(10, 0, { signals }))).toEqual([undefined, 'steady', 'WithinTolerance']);
  });
});

describe('cooldown and rates count what was done', () => {
  const event = (at: number, from: number, to: number, completedAt: number | undefined) => ({
    at,
    from,
    to,
    written: true,
    completedAt,
  });

  it.each<[what: string, current: number, load: number, events: ReturnType<typeof event>[], expected: Expected]>([
    [
      'no scale-in within 5 minutes of completion',
      10,
      1_000,
      [event(NOON - 9 * MINUTE, 6, 10, NOON - 4 * MINUTE)],
      [undefined, 'hold', 'CoolingDown'],
    ],
    [
      'allowed after it',
      10,
      1_000,
      [event(NOON - 9 * MINUTE, 6, 10, NOON - 5 * MINUTE)],
      [7, 'change', 'LoadBelowTarget'],
    ],
    [
      'not while the last change is under way',
      10,
      1_000,
      [event(NOON - 9 * MINUTE, 6, 10, undefined)],
      [undefined, 'hold', 'CoolingDown'],
    ],
    [
      'a change that never completed counts as done after 10 minutes',
      10,
      1_000,
      [event(NOON - 14 * MINUTE, 6, 10, undefined)],
      [undefined, 'hold', 'CoolingDown'],
    ],
    ['and then cools down', 10, 1_000, [event(NOON - 15 * MINUTE, 6, 10, undefined)], [7, 'change', 'LoadBelowTarget']],
    [
      'scale-out has no cooldown by default',
      10,
      4_000,
      [event(NOON - 2 * MINUTE, 12, 10, NOON - MINUTE)],
      [14, 'change', 'LoadAboveTarget'],
    ],
    [
      'doubled within this minute already',
      10,
      9_000,
      [event(NOON - 30 * SECOND, 5, 10, undefined)],
      [undefined, 'hold', 'ScaleUpLimit'],
    ],
    [
      'a part of this minute is left',
      8,
      9_000,
      [event(NOON - 30 * SECOND, 5, 8, undefined)],
      [10, 'change', 'LoadAboveTarget'],
    ],
    ['the minute is over', 10, 9_000, [event(NOON - MINUTE, 5, 10, undefined)], [20, 'change', 'LoadAboveTarget']],
    [
      'written down but never made: it does not count',
      10,
      9_000,
      [event(NOON - 30 * SECOND, 10, 20, undefined)],
      [20, 'change', 'LoadAboveTarget'],
    ],
  ])('%s', (_, current, load, events, expected) => {
    expect(decided(aSnapshot(current, load, { journal: journal({ events }) }))).toEqual(expected);
  });

  it.each<[what: string, current: number, load: number, events: ReturnType<typeof event>[], expected: Expected]>([
    [
      'written down twice, made once: counted once',
      8,
      240,
      [event(NOON - 8 * MINUTE, 4, 8, undefined), event(NOON - 7 * MINUTE, 4, 8, NOON - 6 * MINUTE)],
      [3, 'change', 'LoadBelowTarget'],
    ],
    [
      'four tries that all failed do not use up the rate',
      5,
      4_000,
      [4, 3, 2, 1].map((minutes) => event(NOON - minutes * MINUTE, 5, 9, undefined)),
      [9, 'change', 'LoadAboveTarget'],
    ],
    [
      'an event of the future does not count',
      10,
      9_000,
      [event(NOON + 10 * MINUTE, 5, 10, undefined)],
      [14, 'change', 'LoadAboveTarget'],
    ],
  ])('%s', (_, current, load, events, expected) => {
    const policy = aPolicy({
      scaleUp: { ...DEFAULT_UP, policies: [{ type: 'Pods', value: 4, period: 10 * MINUTE }] },
      scaleDown: { ...DEFAULT_DOWN, policies: [{ type: 'Percent', value: 25, period: 10 * MINUTE }] },
    });
    expect(decided(aSnapshot(current, load, { policy, journal: journal({ events }) }))).toEqual(expected);
  });

  it('selectPolicy Min takes the smaller step, Disabled none', () => {
    const up = (selectPolicy: 'Min' | 'Disabled') => aPolicy({ scaleUp: { ...DEFAULT_UP, selectPolicy } });
    expect(decided(aSnapshot(10, 9_000, { policy: up('Min') }))).toEqual([14, 'change', 'LoadAboveTarget']);
    expect(decided(aSnapshot(10, 9_000, { policy: up('Disabled') }))).toEqual([undefined, 'hold', 'ScaleUpDisabled']);
    const down = (selectPolicy: 'Min' | 'Disabled') => aPolicy({ scaleDown: { ...DEFAULT_DOWN, selectPolicy } });
    expect(decided(aSnapshot(20, 1_000, { policy: down('Min') }))).toEqual([19, 'change', 'LoadBelowTarget']);
    expect(decided(aSnapshot(20, 1_000, { policy: down('Disabled') }))).toEqual([
      undefined,
      'hold',
      'ScaleDownDisabled',
    ]);
  });

  it('no pod is taken away while the ready ones are too few', () => {
    expect(decided(aSnapshot(10, 1_900, { readyReplicas: 7 }))).toEqual([undefined, 'hold', 'PodsNotReady']);
    expect(decided(aSnapshot(10, 1_900, { readyReplicas: 8 }))).toEqual([8, 'change', 'LoadBelowTarget']);
  });
});

describe('a person', () => {
  const pin = (replicas: number) => ({
    replicas,
    owner: 'li.wei',
    reason: 'flash sale',
    from: NOON - HOUR,
    until: NOON + HOUR,
  });

  it.each<[what: string, current: number, load: number, replicas: number, expected: Expected]>([
    ['goes before load, upwards', 10, 1_000, 30, [30, 'change', 'Override']],
    ['and downwards', 10, 3_600, 4, [4, 'change', 'Override']],
    ['and is held', 30, 1_000, 30, [undefined, 'steady', 'OverrideHeld']],
    ['but not above the maximum: load decides', 10, 3_000, 60, [undefined, 'steady', 'WithinTolerance']],
    ['nor below the minimum', 10, 4_000, 1, [14, 'change', 'LoadAboveTarget']],
  ])('%s', (_, current, load, replicas, expected) => {
    expect(decided(aSnapshot(current, load, { journal: journal({ override: pin(replicas) }) }))).toEqual(expected);
  });

  it('is obeyed by a look that began just before', () => {
    const override = { ...pin(4), from: NOON + 500 };
    expect(decided(aSnapshot(4, 3_000, { journal: journal({ override }) }))).toEqual([
      undefined,
      'steady',
      'OverrideHeld',
    ]);
  });

  it('is obeyed until the end, and not a millisecond longer', () => {
    const override = { ...pin(30), until: NOON };
    expect(decided(aSnapshot(10, 3_000, { journal: journal({ override }) }))).toEqual([
      undefined,
      'steady',
      'WithinTolerance',
    ]);
    const last = { ...pin(30), until: NOON + 1 };
    expect(decided(aSnapshot(10, 3_000, { journal: journal({ override: last }) }))).toEqual([30, 'change', 'Override']);
  });

  it('says who asked and why', () => {
    const { message } = decideScaling(aSnapshot(10, 0, { journal: journal({ override: pin(30) }) }));
    expect(message).toBe('li.wei asked for 30 until 2026-11-22T13:00:00Z: flash sale');
  });

  it('a scale target keeps its own shape in the change', () => {
    const target = aTarget(10, { kind: 'IstioGateway', field: ['spec', 'overrides', 'c1', 'replicaCount'] });
    expect(decideScaling(aSnapshot(10, 4_000, { target })).change).toEqual({ target, from: 10, to: 14 });
  });
});
