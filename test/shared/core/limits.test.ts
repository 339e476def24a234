import type { Reason } from '../../../shared/core/decision';
import { limitScaling, type Rails } from '../../../shared/core/limits';
import { decideScaling } from '../../../shared/core/scaling';
import { MINUTE } from '../../../shared/core/time';
import { aSnapshot, aTarget, NOON } from './a-snapshot';

const CLEAR: Rails = {
  at: NOON,
  mode: 'auto',
  dryRun: false,
  freeze: { ok: true, value: undefined },
  journal: { ok: true, value: undefined },
  maintenance: undefined,
};

const up = decideScaling(aSnapshot(10, 4_000));
const down = decideScaling(aSnapshot(10, 1_000));
const freeze = (until: number | undefined) => ({
  ok: true as const,
  value: { owner: 'li.wei', reason: 'upgrade', until },
});

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
    ['maintenance', { maintenance: { reason: 'weekly', until: NOON + MINUTE } }, 'Maintenance', 'Maintenance'],
    ['a dry run', { dryRun: true }, 'DryRun', 'DryRun'],
    ['a policy that observes', { mode: 'observe' }, 'ObserveMode', 'ObserveMode'],
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

  it('a decision without a change passes unchanged', () => {
    const steady = decideScaling(aSnapshot(10, 3_000));
    expect(limitScaling(steady, { ...CLEAR, freeze: freeze(undefined) })).toBe(steady);
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
