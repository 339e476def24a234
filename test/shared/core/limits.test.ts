import type { Reason } from '../../../shared/core/decision';
import type { GatewayJournal, Hold, ScaleEvent } from '../../../shared/core/gateway';
import { EMPTY_JOURNAL } from '../../../shared/core/journal';
import { limitScaling, type Rails } from '../../../shared/core/limits';
import { decideScaling } from '../../../shared/core/scaling';
import { MINUTE } from '../../../shared/core/time';
import { aSnapshot, aTarget, NOON } from './a-snapshot';

const CLEAR: Rails = {
  at: NOON,
  mode: 'auto',
  propose: () => undefined,
  dryRun: false,
  freeze: { ok: true, value: undefined },
  journal: { ok: true, value: EMPTY_JOURNAL },
  maintenance: undefined,
};

const up = decideScaling(aSnapshot(10, 4_000));
const down = decideScaling(aSnapshot(10, 1_000));
const freeze = (until: number | undefined) => ({
  ok: true as const,
  value: { owner: 'li.wei', reason: 'upgrade', until },
});

const remembered = (changes: Partial<GatewayJournal>) => ({
  journal: { ok: true as const, value: { ...EMPTY_JOURNAL, ...changes } },
});
const hold = (direction: Hold['direction'], until = NOON + 1) =>
  remembered({ hold: { direction, owner: 'li.wei', reason: 'a test', from: NOON - MINUTE, until } });

/** We set `to` so many minutes ago, after the value had been found at 10 again each time. */
const set = (...changes: readonly (readonly [minutesAgo: number, to: number])[]) =>
  changes.map(
    ([minutes, to]): ScaleEvent => ({
      at: NOON - minutes * MINUTE,
      from: 10,
      to,
      written: true,
      completedAt: undefined,
    }),
  );

describe('limits', () => {
  it.each<[what: string, rails: Partial<Rails>, onUp: number | Reason, onDown: number | Reason]>([
    ['nothing in the way', {}, 14, 7],
    ['frozen without an end', { freeze: freeze(undefined) }, 'Frozen', 'Frozen'],
    ['frozen until later', { freeze: freeze(NOON + 1) }, 'Frozen', 'Frozen'],
    ['a freeze that has ended', { freeze: freeze(NOON) }, 14, 7],
    [
      'an unreadable freeze allows scale-out only',
      { freeze: { ok: false, problem: 'timeout' } },
      14,
      'JournalUnreadable',
    ],
    [
      'and so does an unreadable entry of its own',
      { journal: { ok: false, problem: 'not JSON', needsPerson: true } },
      14,
      'JournalUnreadable',
    ],
    ['on hold', hold('all'), 'OnHold', 'OnHold'],
    ['scale-in on hold', hold('in'), 14, 'OnHold'],
    ['scale-out on hold', hold('out'), 'OnHold', 7],
    ['a hold that has ended', hold('all', NOON), 14, 7],
    ['a freeze is named before a hold', { ...hold('all'), freeze: freeze(undefined) }, 'Frozen', 'Frozen'],
    ['set back once is no conflict', remembered({ events: set([5, 12]) }), 14, 7],
    ['set back twice is one', remembered({ events: set([6, 12], [3, 14]) }), 'ConflictingWriter', 7],
    [
      'a scale-in set back twice stops scale-in alone',
      remembered({ events: set([6, 8], [3, 7]) }),
      14,
      'ConflictingWriter',
    ],
    [
      'writes that were never answered are none',
      remembered({ events: set([6, 12], [3, 14]).map((event) => ({ ...event, written: false })) }),
      14,
      7,
    ],
    [
      'events of a clock that is ahead are none',
      remembered({ events: set([6, 12], [3, 14]).map((event) => ({ ...event, at: event.at + 86_400_000 })) }),
      14,
      7,
    ],
    ['but not for ever', remembered({ events: set([31, 12], [3, 14]) }), 14, 7],
    [
      'nor one that somebody took further',
      remembered({ events: set([6, 12], [3, 14]).map((event) => ({ ...event, from: 4, to: 8 })) }),
      14,
      7,
    ],
    ['a change that stands is none', remembered({ events: set([6, 10], [3, 14]) }), 14, 7],
    [
      'and a pin begins afresh',
      remembered({
        events: set([6, 12], [3, 14]),
        override: { replicas: 14, owner: 'li.wei', reason: 'a test', from: NOON - MINUTE, until: NOON + MINUTE },
      }),
      14,
      7,
    ],
    ['maintenance', { maintenance: { reason: 'weekly', until: NOON + MINUTE } }, 'Maintenance', 'Maintenance'],
    ['a dry run keeps the reasons', { dryRun: true }, 'LoadAboveTarget', 'LoadBelowTarget'],
    ['a freeze is named before the dry run', { dryRun: true, freeze: freeze(undefined) }, 'Frozen', 'Frozen'],
    ['a policy that observes', { mode: 'observe' }, 'ObserveMode', 'ObserveMode'],
    [
      'an observing policy is named before the dry run',
      { dryRun: true, mode: 'observe' },
      'ObserveMode',
      'ObserveMode',
    ],
    ['a freeze is named before the mode', { mode: 'observe', freeze: freeze(undefined) }, 'Frozen', 'Frozen'],
  ])('%s', (_, rails, onUp, onDown) => {
    const [seenUp, seenDown] = [up, down].map((decision) => {
      const { change, reason } = limitScaling(decision, { ...CLEAR, ...rails });
      return change?.to ?? reason;
    });
    expect([seenUp, seenDown]).toEqual([onUp, onDown]);
  });

  it('a refused change stays visible, with the reason why it was wanted', () => {
    const limited = limitScaling(up, { ...CLEAR, freeze: freeze(undefined) });
    expect(limited).toMatchObject({ outcome: 'hold', reason: 'Frozen', withheld: { from: 10, to: 14 } });
    expect(limited.change).toBeUndefined();
    expect(limited.message).toBe(
      'frozen by li.wei until it is lifted: upgrade; would go from 10 to 14 (LoadAboveTarget: newConnections 4000 connections/s is 133 % of 10 × 300)',
    );
  });

  it('says who holds it, and what somebody else did', () => {
    expect(limitScaling(down, { ...CLEAR, ...hold('in', NOON + MINUTE) }).message).toBe(
      'scale-in is on hold until 2026-11-22T12:01:00Z by li.wei: a test; would go from 10 to 7 (LoadBelowTarget: newConnections 1000 connections/s is 33 % of 10 × 300; the highest load of the window needs 5; the rate policies stop at 7 for now)',
    );
    const contested = limitScaling(up, { ...CLEAR, ...remembered({ events: set([6, 12], [3, 14]) }) });
    expect(contested.needsPerson).toBe(true);
    expect(contested.message).toMatch(
      /^somebody else sets this value: we set it at 2026-11-22T11:54:00Z and 2026-11-22T11:57:00Z, and each time found another afterwards \(set 14, found 10\); would go/,
    );
  });

  it('a dry run makes no change, and says apart that it is one', () => {
    const { change: _, ...wanted } = up;
    expect(limitScaling(up, { ...CLEAR, dryRun: true })).toEqual({ ...wanted, withheld: up.change, dryRun: true });
    expect(up).toMatchObject({ outcome: 'change', reason: 'LoadAboveTarget', change: { from: 10, to: 14 } });
    expect(limitScaling(up, { ...CLEAR, dryRun: true, freeze: freeze(undefined) })).not.toHaveProperty('dryRun');
  });

  it('what waits for a person waits in a dry run as well', () => {
    const propose = () => ({ reason: 'ProposeMode', message: 'plan 1', proposal: '1' }) as const;
    const limited = limitScaling(up, { ...CLEAR, mode: 'propose', propose, dryRun: true });
    expect(limited).toMatchObject({ outcome: 'hold', reason: 'ProposeMode', proposal: '1' });
    expect(limited).not.toHaveProperty('dryRun');
  });

  it('a decision without a change passes unchanged', () => {
    const steady = decideScaling(aSnapshot(10, 3_000));
    expect(limitScaling(steady, CLEAR)).toBe(steady);
    const { capacity: _, ...frozen } = limitScaling(steady, { ...CLEAR, freeze: freeze(undefined) });
    const { capacity: __, ...before } = steady;
    expect(frozen).toEqual(before);
  });

  it.each<[ceiling: number, to: number | undefined, outcome: string]>([
    [20, 14, 'change'],
    [12, 12, 'change'],
    [10, undefined, 'hold'],
    [8, undefined, 'hold'],
  ])('an autoscaler maximum of %i is never raised', (ceiling, to, outcome) => {
    const target = aTarget(10, { kind: 'HorizontalPodAutoscaler', field: ['spec', 'minReplicas'], ceiling });
    const limited = limitScaling(decideScaling(aSnapshot(10, 4_000, { target })), CLEAR);
    expect([limited.change?.to, limited.outcome]).toEqual([to, outcome]);
    expect(limited.needsPerson).toBe(ceiling < 14);
  });
});

describe('what would keep more replicas from being made', () => {
  const pin = { replicas: 12, owner: 'li.wei', reason: 'sale', from: NOON - MINUTE, until: NOON + MINUTE };
  const until = '2026-11-22T12:01:00Z';
  const pinned = { replicas: 12, reason: 'OverrideHeld', message: `pinned to 12 until ${until} by li.wei: sale` };

  it.each<[string, Partial<Rails>, GatewayJournal | undefined, object | undefined]>([
    ['nothing', {}, undefined, undefined],
    ['a dry run is nothing', { dryRun: true }, undefined, undefined],
    ['a hold of scale-in is nothing', hold('in'), undefined, undefined],
    ['a pin', {}, { ...EMPTY_JOURNAL, override: pin }, pinned],
    ['a pin that has ended is nothing', {}, { ...EMPTY_JOURNAL, override: { ...pin, until: NOON } }, undefined],
    ['a pin outside the bounds is nothing', {}, { ...EMPTY_JOURNAL, override: { ...pin, replicas: 1_000 } }, undefined],
    ['a pin needs no approval', { mode: 'propose' }, { ...EMPTY_JOURNAL, override: pin }, pinned],
    [
      'a hold of scale-out',
      hold('out', NOON + MINUTE),
      undefined,
      { replicas: 10, reason: 'OnHold', message: `scale-out is on hold until ${until} by li.wei: a test` },
    ],
    [
      'a freeze, whatever is pinned',
      { freeze: freeze(NOON + MINUTE) },
      { ...EMPTY_JOURNAL, override: pin },
      { replicas: 10, reason: 'Frozen', message: `frozen by li.wei until ${until}: upgrade` },
    ],
    ['observing', { mode: 'observe' }, undefined, { replicas: 10, reason: 'ObserveMode' }],
    ['proposing', { mode: 'propose' }, undefined, { replicas: 10, reason: 'ProposeMode' }],
  ])('%s', (_, rails, journal, expected) => {
    const seen = aSnapshot(10, 3_000);
    const decided = decideScaling(journal === undefined ? seen : { ...seen, journal: { ok: true, value: journal } });
    const limit = limitScaling(decided, { ...CLEAR, ...rails }).capacity?.limit;
    if (expected === undefined) expect(limit).toBeUndefined();
    else expect(limit).toMatchObject(expected);
  });

  it("an autoscaler's own maximum", () => {
    const seen = aSnapshot(10, 3_000, { target: aTarget(10, { kind: 'HorizontalPodAutoscaler', ceiling: 12 }) });
    expect(limitScaling(decideScaling(seen), CLEAR).capacity?.limit).toEqual({
      replicas: 12,
      reason: 'AutoscalerMaximum',
      message: expect.stringMatching(/^the maximum of HorizontalPodAutoscaler \S+ is 12$/),
    });
  });
});
