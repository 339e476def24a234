import fc from 'fast-check';
import type { GatewayJournal, ScaleEvent } from '../../../shared/core/gateway';
import { EMPTY_JOURNAL } from '../../../shared/core/journal';
import { limitScaling, type Rails } from '../../../shared/core/limits';
import type { Adjustment, Behavior, ScalingPolicy, StepSignal, TargetSignal } from '../../../shared/core/policy';
import { decideScaling, type ScalingSnapshot } from '../../../shared/core/scaling';
import type { ScheduledBounds } from '../../../shared/core/schedule';
import { MINUTE, SECOND } from '../../../shared/core/time';
import { aPolicy, aTarget, NOON } from './a-snapshot';

const behavior = (windows: readonly number[]): fc.Arbitrary<Behavior> =>
  fc.record({
    tolerance: fc.constantFrom(0, 0.05, 0.1, 0.3),
    stabilizationWindow: fc.constantFrom(...windows),
    cooldown: fc.constantFrom(0, MINUTE, 5 * MINUTE),
    selectPolicy: fc.constantFrom('Max', 'Min', 'Disabled'),
    policies: fc.array(
      fc.record({
        type: fc.constantFrom('Pods', 'Percent'),
        value: fc.integer({ min: 1, max: 200 }),
        period: fc.constantFrom(15 * SECOND, MINUTE, 10 * MINUTE),
      }),
      { minLength: 1, maxLength: 3 },
    ),
  });

const targetSignal: fc.Arbitrary<TargetSignal> = fc
  .record({
    metric: fc.constantFrom('newConnections', 'activeConnections', 'trafficOut'),
    target: fc.double({ min: 1, max: 1_000, noNaN: true }),
    share: fc.constantFrom(0.5, 0.8, 1),
  })
  .map(({ metric, share, target }) => ({ metric, target, scaleInBelow: target * share }));

const adjustment: fc.Arbitrary<Adjustment> = fc.oneof(
  fc.record({ type: fc.constant('Exact'), value: fc.integer({ min: 1, max: 80 }) }),
  fc.record({ type: fc.constant('Change'), value: fc.integer({ min: -5, max: 5 }) }),
  fc.record({
    type: fc.constant('Percent'),
    value: fc.integer({ min: -60, max: 200 }),
    atLeast: fc.integer({ min: 1, max: 3 }),
  }),
);

const stepSignal: fc.Arbitrary<StepSignal> = fc
  .record({
    metric: fc.constantFrom('droppedConnections', 'responseTime', 'newConnections'),
    per: fc.constantFrom('gateway', 'replica'),
    warmUp: fc.constantFrom(0, MINUTE, 3 * MINUTE),
    whenMissing: fc.constantFrom('hold', 'ignore'),
    bounds: fc.uniqueArray(fc.double({ min: 0, max: 50_000, noNaN: true }), { minLength: 1, maxLength: 4 }),
    adjustments: fc.array(adjustment, { minLength: 4, maxLength: 4 }),
  })
  .map(({ adjustments, bounds, ...rest }) => {
    const sorted = bounds.sort((a, b) => a - b);
    const steps = sorted.flatMap((from, index) => {
      const adjust = adjustments[index];
      return adjust === undefined ? [] : [{ from, below: sorted[index + 1], adjust }];
    });
    return { ...rest, steps };
  });

const policy: fc.Arbitrary<ScalingPolicy> = fc
  .record({
    min: fc.integer({ min: 1, max: 10 }),
    span: fc.integer({ min: 0, max: 50 }),
    scaleUp: behavior([0, MINUTE, 3 * MINUTE]),
    scaleDown: behavior([0, 5 * MINUTE, 15 * MINUTE]),
    signals: fc.uniqueArray(fc.oneof({ weight: 3, arbitrary: targetSignal }, { weight: 1, arbitrary: stepSignal }), {
      selector: ({ metric }) => metric,
      minLength: 1,
      maxLength: 3,
    }),
    connectionDrain: fc.constantFrom(undefined, undefined, 0, 30 * SECOND, 5 * MINUTE),
    budget: fc.constantFrom(undefined, undefined, {
      replicasPerHour: 20,
      replicaHoursPerDay: 200,
      whenExceeded: 'hold' as const,
    }),
  })
  .map(({ min, span, ...rest }) => aPolicy({ ...rest, replicas: { min, max: min + span } }));

const points = fc
  .array(
    fc.option(
      fc.record({ value: fc.double({ min: 0, max: 50_000, noNaN: true }), missing: fc.constantFrom(0, 0, 0, 1) }),
    ),
    {
      maxLength: 22,
    },
  )
  .map((minutes) =>
    minutes.flatMap((minute, index) =>
      minute === null ? [] : [{ at: NOON - 2 * MINUTE - (minutes.length - 1 - index) * MINUTE, ...minute }],
    ),
  );

const events: fc.Arbitrary<readonly ScaleEvent[]> = fc
  .array(
    fc.record({
      age: fc.integer({ min: 1, max: 25 * 60 }),
      from: fc.integer({ min: 1, max: 60 }),
      to: fc.integer({ min: 1, max: 60 }),
      took: fc.option(fc.integer({ min: 0, max: 300 })),
    }),
    { maxLength: 4 },
  )
  .map((list) =>
    list
      .sort((a, b) => b.age - a.age)
      .map(({ age, from, to, took }) => {
        const at = NOON - age * SECOND;
        return {
          at,
          from,
          to,
          written: true,
          completedAt: took === null ? undefined : Math.min(NOON, at + took * SECOND),
        };
      }),
  );

const NOT_APPROVED = { reason: 'ProposeMode', message: 'plan 0123456789ab', proposal: '0123456789ab' } as const;
const PERSON = { owner: 'li.wei', reason: 'a test', from: NOON - MINUTE, until: NOON + MINUTE };

const protection = fc.option(fc.record({ floor: fc.integer({ min: 1, max: 100 }), ...constants(PERSON) }), {
  nil: undefined,
  freq: 1,
});

function constants<T extends object>(object: T): { [Key in keyof T]: fc.Arbitrary<T[Key]> } {
  return Object.fromEntries(Object.entries(object).map(([key, value]) => [key, fc.constant(value)])) as never;
}

const bound = fc.option(
  fc.record({
    replicas: fc.integer({ min: 1, max: 60 }),
    schedule: fc.constant('day'),
    until: fc.constant(NOON + MINUTE),
  }),
  { nil: undefined },
);

const schedule: fc.Arbitrary<ScheduledBounds> = fc
  .record({ floor: bound, ceiling: bound })
  .map(({ ceiling, floor }) =>
    floor !== undefined && ceiling !== undefined && floor.replicas > ceiling.replicas
      ? { floor, ceiling: floor }
      : { floor, ceiling },
  );

const override = fc.option(
  fc.record({
    replicas: fc.integer({ min: 1, max: 100 }),
    owner: fc.constant('li.wei'),
    reason: fc.constant('a test'),
    from: fc.constant(NOON - MINUTE),
    until: fc.constantFrom(NOON - SECOND, NOON + MINUTE),
  }),
  { nil: undefined },
);

const snapshot: fc.Arbitrary<ScalingSnapshot> = policy.chain((wanted) =>
  fc
    .record({
      current: fc.integer({ min: 0, max: 80 }),
      notReady: fc.integer({ min: 0, max: 3 }),
      events,
      override,
      protection,
      schedule,
      hours: fc.option(fc.double({ min: 0, max: 300, noNaN: true }), { nil: undefined }),
      gracePeriod: fc.constantFrom(0, 30 * SECOND, 10 * MINUTE),
      stuck: fc.constantFrom(0, 0, 2),
      loads: fc.tuple(points, points, points),
      broken: fc.constantFrom(false, false, false, true),
    })
    .map(({ broken, current, gracePeriod, hours, loads, notReady, schedule: scheduled, stuck, ...journal }) => ({
      at: NOON,
      id: { region: 'cn-hangzhou', gateway: 'ingressgateway' },
      policy: wanted,
      schedule: scheduled,
      target: aTarget(current),
      runningReplicas: current,
      readyReplicas: Math.max(0, current - notReady),
      drain: { gracePeriod, loadBalancers: undefined },
      unschedulable: Array.from({ length: stuck }, (_, index) => ({
        namespace: 'istio-system',
        name: `pod-${index}`,
        labels: {},
        since: NOON - 5 * MINUTE,
        message: 'no nodes available',
      })),
      journal: {
        ok: true as const,
        value: {
          ...EMPTY_JOURNAL,
          ...journal,
          usage: hours === undefined ? undefined : { at: NOON - 30 * MINUTE, replicaHours: hours },
        },
      },
      signals: wanted.signals.map((signal, index) => ({
        signal,
        load:
          broken && index === 0
            ? { ok: false as const, problem: 'throttled' }
            : { ok: true as const, value: loads[index] ?? [] },
      })),
    })),
);

/** The world right after a change was made and recorded: same instant, same metrics. */
function afterwards(before: ScalingSnapshot, to: number): ScalingSnapshot {
  const old: GatewayJournal = before.journal.ok ? before.journal.value : EMPTY_JOURNAL;
  const event: ScaleEvent = { at: before.at, from: before.target.current, to, written: false, completedAt: undefined };
  return {
    ...before,
    target: { ...before.target, current: to },
    runningReplicas: to,
    journal: { ok: true, value: { ...old, events: [...old.events, event] } },
  };
}

const runs = { numRuns: 1_000 };

describe('laws of scaling', () => {
  it('deciding again, at the same instant, on what a plan leads to gives no further change', () => {
    fc.assert(
      fc.property(snapshot, (before) => {
        const { change } = decideScaling(before);
        if (change === undefined) return;
        expect(decideScaling(afterwards(before, change.to)).change).toBeUndefined();
      }),
      runs,
    );
  });

  it('a change stays within the bounds, or moves towards them', () => {
    fc.assert(
      fc.property(snapshot, (before) => {
        const { change } = decideScaling(before);
        if (change === undefined) return;
        const { max, min } = before.policy.replicas;
        expect(change.to).toBeGreaterThanOrEqual(min);
        expect(change.to).toBeLessThanOrEqual(Math.max(max, change.from));
        expect(Number.isInteger(change.to)).toBe(true);
      }),
      runs,
    );
  });

  it('a floor is reached at once, whatever the load, the rates, the cooldown, the budget and the nodes are', () => {
    fc.assert(
      fc.property(snapshot, (before) => {
        const { change, current = 0, winner } = decideScaling(before);
        if (current === 0 || winner === 'override') return;
        const { max, min } = before.policy.replicas;
        const asked = before.journal.ok ? (before.journal.value.protection?.floor ?? 0) : 0;
        const floor = Math.min(max, Math.max(min, asked, before.schedule.floor?.replicas ?? 0));
        expect(change?.to ?? current).toBeGreaterThanOrEqual(floor);
      }),
      runs,
    );
  });

  it('a protected gateway is never scaled in but by a person', () => {
    fc.assert(
      fc.property(snapshot, (before) => {
        if (!before.journal.ok || before.journal.value.protection === undefined) return;
        const { change, reason } = decideScaling(before);
        if (change !== undefined && change.to < change.from) expect(reason).toBe('Override');
      }),
      runs,
    );
  });

  it('load alone never scales in unless every minute of every window is known', () => {
    fc.assert(
      fc.property(snapshot, (before) => {
        const decision = decideScaling(before);
        if (decision.change === undefined || decision.change.to > decision.change.from) return;
        if (decision.reason === 'Override') return;
        const minutes = Math.max(1, before.policy.scaleDown.stabilizationWindow / MINUTE);
        for (const { load, signal } of before.signals) {
          const onlyAdds =
            'steps' in signal && signal.steps.every(({ adjust }) => adjust.type !== 'Exact' && adjust.value >= 0);
          if (onlyAdds && signal.whenMissing === 'ignore' && load.ok) continue;
          const known = load.ok ? load.value.filter(({ missing }) => missing === 0) : [];
          expect(known.length).toBeGreaterThanOrEqual(minutes);
        }
      }),
      runs,
    );
  });

  it('a result that does nothing says why', () => {
    fc.assert(
      fc.property(snapshot, (before) => {
        const { message, outcome, change } = decideScaling(before);
        expect(message.length).toBeGreaterThan(10);
        expect(outcome === 'change').toBe(change !== undefined);
      }),
      runs,
    );
  });

  it('limits never widen a change, never turn it around, and a frozen or observed gateway is never changed', () => {
    const freeze = { owner: 'li.wei', reason: 'upgrade', until: undefined };
    const rails: fc.Arbitrary<Rails> = fc.record({
      at: fc.constant(NOON),
      mode: fc.constantFrom('observe', 'propose', 'auto'),
      propose: fc.constantFrom(
        () => undefined,
        () => NOT_APPROVED,
      ),
      dryRun: fc.boolean(),
      freeze: fc.constantFrom(
        { ok: true as const, value: undefined },
        { ok: true as const, value: freeze },
        { ok: false as const, problem: 'timeout' },
      ),
      journal: fc.constantFrom(
        { ok: true as const, value: EMPTY_JOURNAL },
        { ok: true as const, value: { ...EMPTY_JOURNAL, hold: { ...PERSON, direction: 'in' as const } } },
        { ok: false as const, problem: 'not JSON' },
      ),
      maintenance: fc.constantFrom(undefined, { reason: 'upgrade', until: NOON + MINUTE }),
    });
    fc.assert(
      fc.property(snapshot, rails, fc.option(fc.integer({ min: 1, max: 60 })), (before, around, ceiling) => {
        const target = { ...before.target, ceiling: ceiling ?? undefined };
        const decision = decideScaling({ ...before, target });
        const limited = limitScaling(decision, around);
        if (limited.change === undefined) {
          // A dry run says what would be changed, and nothing else that is not changed is called a change.
          expect(limited.outcome === 'change').toBe(limited.dryRun === true);
          const real = limitScaling(decision, { ...around, dryRun: false });
          if (around.dryRun) expect(limited.dryRun === true ? limited.withheld : undefined).toEqual(real.change);
          return;
        }
        const { from, to } = limited.change;
        const asked = decision.change?.to ?? Number.NaN;
        expect(Math.sign(to - from)).toBe(Math.sign(asked - from));
        expect(Math.abs(to - from)).toBeLessThanOrEqual(Math.abs(asked - from));
        if (to > from && ceiling !== null) expect(to).toBeLessThanOrEqual(ceiling);
        expect(around).toMatchObject({ dryRun: false, maintenance: undefined });
        const isApproved = around.mode === 'propose' && around.propose([]) === undefined;
        expect(around.mode === 'auto' || isApproved || decision.reason === 'Override').toBe(true);
        expect(around.freeze.ok ? around.freeze.value : undefined).toBeUndefined();
        if (!around.freeze.ok || !around.journal.ok || around.journal.value.hold !== undefined)
          expect(to).toBeGreaterThan(from);
      }),
      runs,
    );
  });
});
