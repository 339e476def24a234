/** Schedules, failovers, brakes and budgets: what bends the load's recommendation. */
import type { Reason } from '../../../shared/core/decision';
import type { GatewayJournal, ScaleEvent } from '../../../shared/core/gateway';
import { EMPTY_JOURNAL } from '../../../shared/core/journal';
import type { Budget } from '../../../shared/core/policy';
import { decideScaling, type ScalingSnapshot } from '../../../shared/core/scaling';
import { HOUR, MINUTE, SECOND } from '../../../shared/core/time';
import { aPolicy, aSignal, aSnapshot, aTarget, DEFAULT_DOWN, loadOf, NOON, steadyLoad } from './a-snapshot';

type Expected = readonly [to: number | undefined, outcome: 'steady' | 'change' | 'hold', reason: Reason];

function decided(snapshot: ScalingSnapshot): Expected {
  const { change, outcome, reason } = decideScaling(snapshot);
  return [change?.to, outcome, reason];
}

function remembered(changes: Partial<GatewayJournal>): Partial<ScalingSnapshot> {
  return { journal: { ok: true, value: { ...EMPTY_JOURNAL, ...changes } } };
}

function scheduled(floor: number | undefined, ceiling?: number): Partial<ScalingSnapshot> {
  const bound = (replicas: number | undefined) =>
    replicas === undefined ? undefined : { replicas, schedule: 'office-hours', until: NOON + HOUR };
  return { schedule: { floor: bound(floor), ceiling: bound(ceiling) } };
}

const protection = (floor: number, until = NOON + HOUR) =>
  remembered({
    protection: { floor, owner: 'failover-dns', reason: 'cn-shanghai is drained', from: NOON - HOUR, until },
  });

const NO_DATA: Partial<ScalingSnapshot> = { signals: [aSignal([])] };

describe('schedules', () => {
  it.each<[what: string, snapshot: ScalingSnapshot, expected: Expected]>([
    ['a floor is reached at once, past every rate', aSnapshot(3, 600, scheduled(30)), [30, 'change', 'ScheduledFloor']],
    [
      'exactly: the tolerance is for loads',
      aSnapshot(88, 26_400, { ...scheduled(89), policy: aPolicy({ replicas: { min: 2, max: 100 } }) }),
      [89, 'change', 'ScheduledFloor'],
    ],
    ['without any data', aSnapshot(3, 0, { ...scheduled(30), ...NO_DATA }), [30, 'change', 'ScheduledFloor']],
    [
      'while cooling down',
      aSnapshot(3, 600, {
        ...scheduled(30),
        ...remembered({ events: [{ at: NOON - MINUTE, from: 4, to: 3, written: true, completedAt: undefined }] }),
      }),
      [30, 'change', 'ScheduledFloor'],
    ],
    ['a floor lets the load ask for more', aSnapshot(30, 10_000, scheduled(30)), [34, 'change', 'LoadAboveTarget']],
    ['and keeps it from taking away', aSnapshot(30, 600, scheduled(30)), [undefined, 'steady', 'ScheduledFloor']],
    ['down to it and no further', aSnapshot(32, 600, scheduled(30)), [30, 'change', 'LoadBelowTarget']],
    ['a floor below the minimum does nothing', aSnapshot(2, 0, scheduled(1)), [undefined, 'steady', 'TooFewReplicas']],
    ['a floor never passes the maximum', aSnapshot(10, 3_000, scheduled(90)), [40, 'change', 'ScheduledFloor']],
    ['a ceiling stops the load', aSnapshot(10, 6_000, scheduled(undefined, 12)), [12, 'change', 'LoadAboveTarget']],
    ['and holds there', aSnapshot(12, 6_000, scheduled(undefined, 12)), [undefined, 'hold', 'ScheduledCeiling']],
    [
      'a ceiling below the present count is walked down to',
      aSnapshot(40, 3_000, scheduled(undefined, 12)),
      [30, 'change', 'ScheduledCeiling'],
    ],
    ['as far as the load allows', aSnapshot(20, 5_700, scheduled(undefined, 12)), [19, 'change', 'ScheduledCeiling']],
    [
      'and never without data',
      aSnapshot(40, 0, { ...scheduled(undefined, 12), ...NO_DATA }),
      [undefined, 'hold', 'MissingMetrics'],
    ],
    [
      'a ceiling over the maximum does nothing',
      aSnapshot(40, 20_000, scheduled(undefined, 60)),
      [undefined, 'hold', 'TooManyReplicas'],
    ],
    ['exact: up at once', aSnapshot(3, 600, scheduled(12, 12)), [12, 'change', 'ScheduledFloor']],
    ['exact: and down, step by step', aSnapshot(20, 600, scheduled(12, 12)), [15, 'change', 'ScheduledCeiling']],
  ])('%s', (_, snapshot, expected) => {
    expect(decided(snapshot)).toEqual(expected);
  });

  it('a ceiling is nothing to wake a person for, the maximum is', () => {
    expect(decideScaling(aSnapshot(12, 6_000, scheduled(undefined, 12))).needsPerson).toBe(false);
    expect(decideScaling(aSnapshot(40, 20_000)).needsPerson).toBe(true);
  });

  it('names the schedule', () => {
    expect(decideScaling(aSnapshot(3, 600, scheduled(30))).message).toBe(
      '3 replicas are too few: schedule office-hours asks for 30 until 2026-11-22T13:00:00Z',
    );
    expect(decideScaling(aSnapshot(12, 6_000, scheduled(undefined, 12))).message).toBe(
      'newConnections 6000 connections/s is 167 % of 12 × 300; schedule office-hours allows 12 until 2026-11-22T13:00:00Z',
    );
  });
});

describe('a failover that leans on the gateway', () => {
  it.each<[what: string, snapshot: ScalingSnapshot, expected: Expected]>([
    ['its floor is reached at once', aSnapshot(6, 1_800, protection(25)), [25, 'change', 'Protected']],
    [
      'it is stronger than a scheduled ceiling',
      aSnapshot(6, 1_800, { ...protection(25), ...scheduled(undefined, 12) }),
      [25, 'change', 'Protected'],
    ],
    [
      'the higher floor counts',
      aSnapshot(6, 1_800, { ...protection(25), ...scheduled(30) }),
      [30, 'change', 'ScheduledFloor'],
    ],
    [
      'nothing is taken away, above the floor either',
      aSnapshot(30, 1_800, protection(25)),
      [undefined, 'steady', 'Protected'],
    ],
    ['until it ends', aSnapshot(30, 1_800, protection(25, NOON)), [22, 'change', 'LoadBelowTarget']],
  ])('%s', (_, snapshot, expected) => {
    expect(decided(snapshot)).toEqual(expected);
  });

  it('a person may still go below it, and is told', () => {
    const override = { replicas: 5, owner: 'li.wei', reason: 'a test', from: NOON, until: NOON + HOUR };
    const { protection: standing } = { protection: protection(25).journal };
    if (standing === undefined || !standing.ok) throw new Error('no protection');
    const journal = { ok: true as const, value: { ...standing.value, override } };
    const { change, message } = decideScaling(aSnapshot(30, 1_800, { journal }));
    expect(change?.to).toBe(5);
    expect(message).toContain('otherwise failover-dns protects 25 until 2026-11-22T13:00:00Z: cn-shanghai is drained');
  });
});

describe('a load that halves', () => {
  const quick = aPolicy({ scaleDown: { ...DEFAULT_DOWN, stabilizationWindow: 2 * MINUTE } });
  const fell = (...values: number[]): ScalingSnapshot =>
    aSnapshot(10, 0, { policy: quick, signals: [aSignal(loadOf(values))] });

  it.each<[what: string, snapshot: ScalingSnapshot, expected: Expected]>([
    [
      'is no reason to take away for ten minutes',
      fell(3_000, ...Array(9).fill(1_000)),
      [undefined, 'hold', 'LoadDropped'],
    ],
    ['then it is', fell(3_000, ...Array(10).fill(1_000)), [7, 'change', 'LoadBelowTarget']],
    ['a smaller fall is calm', fell(1_990, ...Array(9).fill(1_000)), [7, 'change', 'LoadBelowTarget']],
    [
      'unless what is left would carry the load from before',
      fell(300, ...Array(9).fill(100)),
      [7, 'change', 'LoadBelowTarget'],
    ],
    ['nothing at all is the deepest fall', fell(3_000, ...Array(9).fill(0)), [undefined, 'hold', 'LoadDropped']],
  ])('%s', (_, snapshot, expected) => {
    expect(decided(snapshot)).toEqual(expected);
  });

  it('says so', () => {
    expect(decideScaling(fell(3_000, ...Array(9).fill(1_000))).message).toBe(
      'newConnections 1000 connections/s is 33 % of 10 × 300; newConnections fell from 3000 to 1000 at 2026-11-22T11:49:00Z or later, which may be an outage: nothing is taken away before 2026-11-22T11:59:00Z',
    );
  });
});

describe('connections of removed pods', () => {
  const draining = (gracePeriod: number, loadBalancers: number | undefined, connectionDrain?: number) =>
    aSnapshot(10, 1_000, { drain: { gracePeriod, loadBalancers }, policy: aPolicy({ connectionDrain }) });

  it.each<[what: string, snapshot: ScalingSnapshot, expected: Expected]>([
    ['the load balancers do not wait', draining(30 * SECOND, undefined), [7, 'change', 'LoadBelowTarget']],
    ['they wait as long as pods live', draining(300 * SECOND, 300 * SECOND), [7, 'change', 'LoadBelowTarget']],
    ['they wait longer than pods live', draining(30 * SECOND, 300 * SECOND), [undefined, 'hold', 'DrainTooShort']],
    [
      'which the operator may accept',
      draining(30 * SECOND, 300 * SECOND, 30 * SECOND),
      [7, 'change', 'LoadBelowTarget'],
    ],
    [
      'the operator asks for more than pods live',
      draining(30 * SECOND, 60 * SECOND, 60 * SECOND),
      [undefined, 'hold', 'DrainTooShort'],
    ],
    [
      'or more than the load balancers wait',
      draining(300 * SECOND, 60 * SECOND, 120 * SECOND),
      [undefined, 'hold', 'DrainTooShort'],
    ],
    [
      'or than those that do not',
      draining(300 * SECOND, undefined, 120 * SECOND),
      [undefined, 'hold', 'DrainTooShort'],
    ],
  ])('%s', (_, snapshot, expected) => {
    expect(decided(snapshot)).toEqual(expected);
  });

  it('a person must mend it, and reads how', () => {
    const decision = decideScaling(draining(30 * SECOND, 300 * SECOND));
    expect(decision.needsPerson).toBe(true);
    expect(decision.message).toContain(
      'the load balancers wait 5m for connections to end, but pods are killed after 30s (terminationGracePeriodSeconds)',
    );
  });

  it('a drain of a quarter of an hour is waited for whole', () => {
    const at = NOON - 14 * MINUTE;
    const events: readonly ScaleEvent[] = [{ at, from: 13, to: 10, written: true, completedAt: at + MINUTE }];
    const drain = { gracePeriod: 15 * MINUTE, loadBalancers: 15 * MINUTE };
    expect(decided(aSnapshot(10, 1_000, { ...remembered({ events }), drain }))).toEqual([
      undefined,
      'hold',
      'Draining',
    ]);
  });

  const removed = (minutesAgo: number, loadBalancers: number | undefined): ScalingSnapshot => {
    const at = NOON - minutesAgo * MINUTE;
    const events: readonly ScaleEvent[] = [{ at, from: 13, to: 10, written: true, completedAt: at + MINUTE }];
    const policy = aPolicy({ scaleDown: { ...DEFAULT_DOWN, cooldown: 2 * MINUTE } });
    return aSnapshot(10, 1_000, {
      ...remembered({ events }),
      drain: { gracePeriod: 10 * MINUTE, loadBalancers },
      policy,
    });
  };

  it.each<[what: string, snapshot: ScalingSnapshot, expected: Expected]>([
    ['the next pods go when the last have drained', removed(4, 5 * MINUTE), [undefined, 'hold', 'Draining']],
    ['and the cooldown counts from there', removed(6, 5 * MINUTE), [undefined, 'hold', 'CoolingDown']],
    ['then they go', removed(7, 5 * MINUTE), [7, 'change', 'LoadBelowTarget']],
    ['where nothing says how long, until pods are killed', removed(9, undefined), [undefined, 'hold', 'Draining']],
    [
      'a scale-out does not wait',
      { ...removed(4, 5 * MINUTE), signals: [aSignal(steadyLoad(4_000))] },
      [14, 'change', 'LoadAboveTarget'],
    ],
  ])('%s', (_, snapshot, expected) => {
    expect(decided(snapshot)).toEqual(expected);
  });
});

describe('pods that no node has room for', () => {
  const stuck = (minutes: number): Partial<ScalingSnapshot> => ({
    readyReplicas: 8,
    unschedulable: ['a', 'b'].map((name) => ({
      namespace: 'istio-system',
      name,
      labels: {},
      since: NOON - minutes * MINUTE,
      message: '0/3 nodes are available: 3 Insufficient cpu.',
    })),
  });

  it.each<[what: string, snapshot: ScalingSnapshot, expected: Expected]>([
    ['stop a scale-out by load', aSnapshot(10, 4_000, stuck(3)), [undefined, 'hold', 'UnschedulablePods']],
    ['after a node autoscaler had its time', aSnapshot(10, 4_000, stuck(2)), [14, 'change', 'LoadAboveTarget']],
    [
      'not a floor, which is what nodes are made for',
      aSnapshot(10, 4_000, { ...stuck(3), ...scheduled(12) }),
      [12, 'change', 'LoadAboveTarget'],
    ],
  ])('%s', (_, snapshot, expected) => {
    expect(decided(snapshot)).toEqual(expected);
  });

  it('a person reads what the scheduler says', () => {
    const { message, needsPerson } = decideScaling(aSnapshot(10, 4_000, stuck(4)));
    expect(needsPerson).toBe(true);
    expect(message).toContain(
      '2 pods are unschedulable since 2026-11-22T11:56:00Z (0/3 nodes are available: 3 Insufficient cpu.)',
    );
  });
});

describe('budgets', () => {
  const spent = (budget: Budget, load: number, more: Partial<ScalingSnapshot> = {}) =>
    aSnapshot(10, load, { policy: aPolicy({ budget }), ...more });
  const perHour = (whenExceeded: Budget['whenExceeded']): Budget => ({
    replicasPerHour: 6,
    replicaHoursPerDay: undefined,
    whenExceeded,
  });
  const perDay = (whenExceeded: Budget['whenExceeded']): Budget => ({
    replicasPerHour: undefined,
    replicaHoursPerDay: 120,
    whenExceeded,
  });
  const added = (minutesAgo: number) =>
    remembered({
      events: [{ at: NOON - minutesAgo * MINUTE, from: 6, to: 10, written: true, completedAt: NOON - MINUTE }],
    });

  it.each<[what: string, snapshot: ScalingSnapshot, expected: Expected, alarms: number]>([
    ['within it', spent(perHour('hold'), 4_000), [14, 'change', 'LoadAboveTarget'], 0],
    ['over it, alarm: goes on', spent(perHour('alarm'), 4_000, added(50)), [14, 'change', 'LoadAboveTarget'], 1],
    [
      'over it, hold: as far as it goes',
      spent(perHour('hold'), 4_000, added(50)),
      [12, 'change', 'LoadAboveTarget'],
      1,
    ],
    ['an hour later it is new', spent(perHour('hold'), 4_000, added(60)), [14, 'change', 'LoadAboveTarget'], 0],
    [
      'a schedule is not stopped by it',
      spent(perHour('hold'), 3_000, { ...added(50), ...scheduled(30) }),
      [30, 'change', 'ScheduledFloor'],
      1,
    ],
    [
      'what the maximum cuts is not spent',
      { ...spent(perHour('alarm'), 90_000), target: aTarget(40), readyReplicas: 40 },
      [undefined, 'hold', 'TooManyReplicas'],
      0,
    ],
    ['a day used up, alarm', spent(perDay('alarm'), 4_000), [14, 'change', 'LoadAboveTarget'], 1],
    ['a day used up, hold', spent(perDay('hold'), 4_000), [undefined, 'hold', 'BudgetExceeded'], 1],
    ['told also while nothing changes', spent(perDay('hold'), 3_000), [undefined, 'steady', 'WithinTolerance'], 1],
    [
      'a day not used up',
      spent(perDay('hold'), 4_000, remembered({ usage: { at: NOON - 2 * HOUR, replicaHours: 99 } })),
      [14, 'change', 'LoadAboveTarget'],
      0,
    ],
  ])('%s', (_, snapshot, expected, alarms) => {
    expect(decided(snapshot)).toEqual(expected);
    expect(decideScaling(snapshot).alarms).toHaveLength(alarms);
  });

  it('says what was spent', () => {
    expect(decideScaling(spent(perHour('alarm'), 4_000, added(50))).alarms).toEqual([
      { reason: 'BudgetExceeded', message: '8 replicas would be added within an hour, more than the budget of 6' },
    ]);
    expect(decideScaling(spent(perDay('hold'), 4_000)).message).toContain(
      '120 replica-hours today, at the budget of 120',
    );
  });
});

it('a decision keeps every candidate, the winner and what it costs', () => {
  const { candidates, clamps, replicaHours, signals, wanted, winner } = decideScaling(
    aSnapshot(10, 9_000, { ...scheduled(12, 18), ...remembered({ usage: { at: NOON - HOUR, replicaHours: 90 } }) }),
  );
  expect(candidates).toEqual([
    { by: 'minimum', replicas: 2, because: 'the minimum is 2' },
    { by: 'schedule', replicas: 12, because: 'schedule office-hours asks for 12 until 2026-11-22T13:00:00Z' },
    { by: 'load', replicas: 30, because: 'newConnections of the newest minute' },
  ]);
  expect({ wanted, winner }).toEqual({ wanted: 30, winner: 'load' });
  expect(clamps).toEqual([
    {
      reason: 'ScheduledCeiling',
      from: 30,
      to: 18,
      message: 'schedule office-hours allows 18 until 2026-11-22T13:00:00Z',
    },
  ]);
  expect(signals[0]).toMatchObject({
    metric: 'newConnections',
    load: 9_000,
    target: 300,
    wants: 30,
    state: 'complete',
  });
  expect(replicaHours).toEqual({ today: 100, wholeDay: 316 });
});
