import type { Reason } from '../../../shared/core/decision';
import type { ScaleEvent } from '../../../shared/core/gateway';
import { EMPTY_JOURNAL } from '../../../shared/core/journal';
import type { Adjustment, StepSignal } from '../../../shared/core/policy';
import { decideScaling, type ScalingSnapshot } from '../../../shared/core/scaling';
import { stepWant } from '../../../shared/core/steps';
import { MINUTE } from '../../../shared/core/time';
import { aPolicy, aSignal, aSnapshot, DEFAULT_UP, NOON, steadyLoad } from './a-snapshot';

/** Errors a second: below 1 one in ten goes, up to 5 nothing, then 10 % more, then 30 % and at least 3 more. */
const ERRORS: StepSignal = {
  metric: 'serverErrors',
  per: 'gateway',
  // The newest minute of the tests begins three minutes before noon.
  warmUp: 3 * MINUTE,
  whenMissing: 'hold',
  steps: [
    { from: undefined, below: 1, adjust: { type: 'Percent', value: -10, atLeast: 1 } },
    { from: 1, below: 5, adjust: { type: 'Change', value: 0 } },
    { from: 5, below: 20, adjust: { type: 'Percent', value: 10, atLeast: 1 } },
    { from: 20, below: undefined, adjust: { type: 'Percent', value: 30, atLeast: 3 } },
  ],
};
const FAST = { ...DEFAULT_UP, policies: [{ type: 'Percent', value: 900, period: MINUTE }] as const };

function errors(current: number, value: number, changes: Partial<ScalingSnapshot> = {}): ScalingSnapshot {
  return aSnapshot(current, 0, {
    policy: aPolicy({ signals: [ERRORS], scaleUp: FAST }),
    signals: [{ signal: ERRORS, load: { ok: true, value: steadyLoad(value) } }],
    ...changes,
  });
}

function added(minutesAgo: number, from: number, to: number, readyMinutesAgo?: number): ScaleEvent {
  return {
    at: NOON - minutesAgo * MINUTE,
    from,
    to,
    written: true,
    completedAt: readyMinutesAgo === undefined ? undefined : NOON - readyMinutesAgo * MINUTE,
  };
}

function having(...events: readonly ScaleEvent[]): Partial<ScalingSnapshot> {
  return { journal: { ok: true, value: { ...EMPTY_JOURNAL, events } } };
}

describe('what one value asks for', () => {
  const want = (adjust: Adjustment, current: number): number =>
    stepWant(
      { ...ERRORS, steps: [{ from: undefined, below: undefined, adjust }] },
      { current, running: current, beforeAdding: current, beforeRemoving: current },
      7,
    ).replicas;

  it.each<[adjust: Adjustment, current: number, wants: number]>([
    [{ type: 'Exact', value: 12 }, 10, 12],
    [{ type: 'Exact', value: 4 }, 10, 4],
    [{ type: 'Change', value: 3 }, 10, 13],
    [{ type: 'Change', value: -3 }, 10, 7],
    [{ type: 'Change', value: -30 }, 10, 1],
    [{ type: 'Percent', value: 10, atLeast: 1 }, 10, 11],
    [{ type: 'Percent', value: 10, atLeast: 1 }, 11, 13], // 1.1 is rounded up
    [{ type: 'Percent', value: 10, atLeast: 4 }, 11, 15],
    [{ type: 'Percent', value: 5, atLeast: 1 }, 2, 3],
    [{ type: 'Percent', value: -10, atLeast: 1 }, 20, 18],
    [{ type: 'Percent', value: -10, atLeast: 1 }, 19, 18], // 1.9 is rounded down
    [{ type: 'Percent', value: -10, atLeast: 1 }, 5, 4], // but never to nothing
    [{ type: 'Percent', value: -10, atLeast: 2 }, 5, 3],
    [{ type: 'Percent', value: -100, atLeast: 1 }, 5, 1],
    [{ type: 'Percent', value: 30, atLeast: 1 }, 10, 13], // 0.3 × 10 is 3, whatever the floating point says
  ])('%j of %i replicas is %i', (adjust, current, wants) => {
    expect(want(adjust, current)).toBe(wants);
  });

  it.each<[value: number, wants: number]>([
    [0, 9],
    [0.99, 9],
    [1, 10],
    [4.99, 10],
    [5, 11],
    [19.99, 11],
    [20, 13],
    [1e9, 13],
  ])('a bound belongs to the step that begins there: %d', (value, wants) => {
    expect(stepWant(ERRORS, { current: 10, running: 10, beforeAdding: 10, beforeRemoving: 10 }, value).replicas).toBe(
      wants,
    );
  });

  it('a value outside all steps asks for nothing', () => {
    const signal = { ...ERRORS, steps: ERRORS.steps.slice(2, 3) };
    const counts = { current: 10, running: 10, beforeAdding: 10, beforeRemoving: 10 };
    expect([4, 7, 20].map((value) => stepWant(signal, counts, value).replicas)).toEqual([10, 11, 10]);
  });

  it('bounds may be of the share of one replica', () => {
    const counts = { current: 10, running: 10, beforeAdding: 10, beforeRemoving: 10 };
    const want = (value: number) => stepWant({ ...ERRORS, per: 'replica' }, counts, value).replicas;
    expect([9.9, 49, 50, 200].map(want)).toEqual([9, 10, 11, 13]);
    const twelve = { ...counts, current: 3, running: 12, beforeAdding: 3, beforeRemoving: 3 };
    // A minimum of three with twelve pods: each carries a twelfth.
    expect(stepWant({ ...ERRORS, per: 'replica' }, twelve, 59).replicas).toBe(3);
  });
});

describe('step rules in a decision', () => {
  it.each<[what: string, snapshot: ScalingSnapshot, to: number | undefined, reason: Reason]>([
    ['a step adds', errors(10, 7), 11, 'StepUp'],
    ['a higher one adds more', errors(10, 50), 13, 'StepUp'],
    ['the quiet one takes away', errors(10, 0), 9, 'StepDown'],
    ['the neutral one does nothing', errors(10, 3), undefined, 'WithinTolerance'],
    ['once, however often it is looked at', errors(11, 7, having(added(2, 10, 11))), undefined, 'WithinTolerance'],
    ['also while the pod is warming up', errors(11, 7, having(added(4, 10, 11, 2))), undefined, 'WithinTolerance'],
    ['and again when it is warm and did not help', errors(11, 7, having(added(8, 10, 11, 6))), 13, 'StepUp'],
    ['a larger step adds only the difference', errors(11, 50, having(added(2, 10, 11))), 13, 'StepUp'],
    ['nothing is taken away during a warm-up', errors(11, 0, having(added(4, 10, 11, 2))), undefined, 'WarmingUp'],
    ['a step down is taken once, too', errors(9, 0, having(added(2, 10, 9, 1))), undefined, 'WithinTolerance'],
    ['the maximum stops a step', errors(39, 50), 40, 'StepUp'],
    [
      'missing data does nothing',
      errors(10, 0, { signals: [{ signal: ERRORS, load: { ok: true, value: [] } }] }),
      undefined,
      'MissingMetrics',
    ],
  ])('%s', (_, snapshot, to, reason) => {
    const decision = decideScaling(snapshot);
    expect([decision.change?.to, decision.reason]).toEqual([to, reason]);
  });

  it('says which step it is in', () => {
    expect(decideScaling(errors(10, 50)).message).toBe(
      'serverErrors 50 responses/s is in the step from 20: +30 %, at least 3',
    );
    expect(decideScaling(errors(10, 0)).message).toBe(
      'serverErrors 0 responses/s is in the step below 1: -10 %; the highest load of the window needs 9',
    );
    expect(decideScaling(errors(10, 3)).message).toBe('serverErrors 3 responses/s is in no step');
  });

  const onlyUp: StepSignal = { ...ERRORS, steps: ERRORS.steps.slice(2) };
  const both = (load: number, failing: number) =>
    decideScaling(
      aSnapshot(10, 0, {
        signals: [aSignal(steadyLoad(load)), { signal: onlyUp, load: { ok: true, value: steadyLoad(failing) } }],
      }),
    );

  it('beside a target the larger want wins, and a rule that never takes away does not forbid it', () => {
    expect(both(1_000, 0).change?.to).toBe(7);
    expect(both(3_000, 7).change?.to).toBe(11);
    expect(both(3_600, 7).change?.to).toBe(12);
    expect(both(1_000, 7).change?.to).toBe(11);
  });

  it('a metric that reports nothing while all is well does not forbid it, if the policy says so', () => {
    const without = (whenMissing: 'hold' | 'ignore', load: ScalingSnapshot['signals'][number]['load']) =>
      decideScaling(
        aSnapshot(10, 0, { signals: [aSignal(steadyLoad(1_000)), { signal: { ...onlyUp, whenMissing }, load }] }),
      );
    expect(without('hold', { ok: true, value: [] }).reason).toBe('MissingMetrics');
    expect(without('ignore', { ok: true, value: [] }).change?.to).toBe(7);
    expect(without('ignore', { ok: true, value: steadyLoad(0, 4) }).change?.to).toBe(7);
    expect(without('ignore', { ok: false, problem: 'throttled' }).reason).toBe('MissingMetrics');
  });

  it('a rule that takes away needs its data, whatever it says', () => {
    const blind = (load: ScalingSnapshot['signals'][number]['load']) =>
      decideScaling(aSnapshot(10, 0, { signals: [{ signal: { ...ERRORS, whenMissing: 'ignore' }, load }] }));
    const stale = steadyLoad(0).map((point) => ({ ...point, at: point.at - 30 * MINUTE }));
    expect(blind({ ok: true, value: [] }).reason).toBe('MissingMetrics');
    expect(blind({ ok: true, value: stale }).reason).toBe('MissingMetrics');
  });

  it('nobody is told that an optional metric has no data', () => {
    const optional = { signal: { ...onlyUp, whenMissing: 'ignore' as const }, load: { ok: true as const, value: [] } };
    const late = steadyLoad(1_000).map((point) => ({ ...point, at: point.at - 4 * MINUTE }));
    const decision = decideScaling(aSnapshot(10, 0, { signals: [aSignal(late), optional] }));
    expect([decision.reason, decision.needsPerson]).toEqual(['MissingMetrics', false]);
  });

  it('alone it never takes anything away', () => {
    const alone = aSnapshot(10, 0, { signals: [{ signal: onlyUp, load: { ok: true, value: steadyLoad(0) } }] });
    expect(decideScaling(alone).reason).toBe('WithinTolerance');
    const gaps = both(1_000, 0);
    expect(gaps.reason).toBe('LoadBelowTarget');
  });
});
