import type { GatewayJournal, Journal, Reading, ScaleEvent } from '../../../shared/core/gateway';
import {
  EMPTY_JOURNAL,
  endAll,
  gatewayJournal,
  markCompleted,
  purchasesOfDay,
  recentEvents,
  recordChanges,
  recordOriginals,
  recordPurchase,
  setExtraAsked,
  setHold,
  setOverride,
  setProtection,
  settleChange,
} from '../../../shared/core/journal';
import { HOUR, MINUTE } from '../../../shared/core/time';
import { NOON } from './a-snapshot';

function entry(event: ScaleEvent, replicaHours: number): Reading<GatewayJournal> {
  return { ok: true, value: { ...EMPTY_JOURNAL, events: [event], usage: { at: event.at, replicaHours } } };
}

/** What the journal holds of gateway `a`. */
function known(journal: Journal): GatewayJournal {
  const found = gatewayJournal({ ok: true, value: journal }, 'a');
  if (!found.ok) throw new Error(found.problem);
  return found.value;
}

const EMPTY: Journal = { resourceVersion: '7', freeze: undefined, gateways: {} };

describe('the journal of a cluster', () => {
  it('writes changes down, keeps the other gateways and forgets after an hour', () => {
    const first = recordChanges(EMPTY, NOON, [
      { gateway: 'a', from: 4, to: 6, running: 4 },
      { gateway: 'b', from: 9, to: 8, running: 9 },
    ]);
    const second = recordChanges(first, NOON + HOUR, [{ gateway: 'a', from: 6, to: 7, running: 6 }]);
    expect(second).toEqual({
      resourceVersion: '7',
      freeze: undefined,
      gateways: {
        a: entry({ at: NOON + HOUR, from: 6, to: 7, written: false, completedAt: undefined }, 54),
        b: entry({ at: NOON, from: 9, to: 8, written: false, completedAt: undefined }, 108),
      },
    });
  });

  it.each<[what: string, from: number, to: number, seen: Parameters<typeof markCompleted>[3], completed: boolean]>([
    [
      'a scale-out completes when its pods are ready',
      4,
      6,
      { current: 6, running: 6, ready: 6, floorOnly: false },
      true,
    ],
    ['not before', 4, 6, { current: 6, running: 6, ready: 5, floorOnly: false }, false],
    ['a scale-in completes when its pods are gone', 6, 4, { current: 4, running: 4, ready: 4, floorOnly: false }, true],
    ['not before', 6, 4, { current: 4, running: 5, ready: 5, floorOnly: false }, false],
    ['lowering a floor completes at once', 6, 4, { current: 4, running: 9, ready: 9, floorOnly: true }, true],
    [
      'a change that was never made does not complete',
      4,
      6,
      { current: 4, running: 4, ready: 4, floorOnly: false },
      false,
    ],
  ])('%s', (_, from, to, seen, completed) => {
    const journal = recordChanges(EMPTY, NOON, [{ gateway: 'a', from, to, running: from }]);
    const marked = markCompleted(journal, 'a', NOON + MINUTE, seen);
    expect(known(marked).events[0]?.completedAt).toBe(completed ? NOON + MINUTE : undefined);
    expect(marked === journal).toBe(!completed);
  });

  it('an override is set and removed without touching the events', () => {
    const journal = recordChanges(EMPTY, NOON, [{ gateway: 'a', from: 4, to: 6, running: 4 }]);
    const override = { replicas: 9, owner: 'li.wei', reason: 'sale', from: NOON, until: NOON + MINUTE };
    const pinned = setOverride(journal, 'a', override);
    expect(known(pinned).override).toEqual(override);
    expect(setOverride(pinned, 'a', undefined)).toEqual(journal);
  });

  it('holds and protections stand beside each other and the override', () => {
    const person = { owner: 'li.wei', reason: 'sale', from: NOON, until: NOON + MINUTE };
    const hold = { ...person, direction: 'in' as const };
    const protection = { ...person, floor: 9 };
    const both = setProtection(setHold(EMPTY, 'a', hold), 'a', protection);
    expect(known(both)).toEqual({ ...EMPTY_JOURNAL, hold, protection });
    expect(known(setHold(both, 'a', undefined))).toEqual({ ...EMPTY_JOURNAL, protection });
  });

  it('the record of a change that was not made is taken back, those before it stay', () => {
    const first = recordChanges(EMPTY, NOON, [{ gateway: 'a', from: 4, to: 6, running: 4 }]);
    const second = recordChanges(first, NOON + MINUTE, [{ gateway: 'a', from: 6, to: 8, running: 6 }]);
    expect(known(settleChange(second, 'a', NOON + MINUTE, false)).events).toEqual(known(first).events);
    expect(known(settleChange(second, 'a', NOON + MINUTE, true)).events.map(({ written }) => written)).toEqual([
      false,
      true,
    ]);
  });

  it('replica-hours are counted from midnight, with the count that there was', () => {
    const MIDNIGHT = NOON + 12 * HOUR;
    const first = recordChanges(EMPTY, MIDNIGHT + HOUR, [{ gateway: 'a', from: 4, to: 6, running: 4 }]);
    expect(known(first).usage).toEqual({ at: MIDNIGHT + HOUR, replicaHours: 4 });
    const second = recordChanges(first, MIDNIGHT + 90 * MINUTE, [{ gateway: 'a', from: 6, to: 5, running: 6 }]);
    expect(known(second).usage).toEqual({ at: MIDNIGHT + 90 * MINUTE, replicaHours: 7 });
    const tomorrow = recordChanges(second, MIDNIGHT + 26 * HOUR, [{ gateway: 'a', from: 5, to: 6, running: 5 }]);
    expect(known(tomorrow).usage).toEqual({ at: MIDNIGHT + 26 * HOUR, replicaHours: 10 });
  });

  it('an entry that could not be understood is never replaced', () => {
    const broken: Reading<GatewayJournal> = { ok: false, problem: 'not JSON', needsPerson: true };
    const journal: Journal = { ...EMPTY, gateways: { a: broken } };
    const override = { replicas: 9, owner: 'li.wei', reason: 'sale', from: NOON, until: NOON + MINUTE };
    expect(recordChanges(journal, NOON, [{ gateway: 'a', from: 4, to: 6, running: 4 }])).toBe(journal);
    expect(setOverride(journal, 'a', override)).toBe(journal);
    expect(gatewayJournal({ ok: true, value: journal }, 'a')).toBe(broken);
  });

  it('events of the future, written by a clock that is wrong, do not count', () => {
    const event = (at: number): ScaleEvent => ({ at, from: 4, to: 6, written: true, completedAt: undefined });
    const events = [event(NOON - HOUR), event(NOON - MINUTE), event(NOON + MINUTE), event(NOON + 2 * MINUTE)];
    expect(recentEvents(events, NOON).map(({ at }) => (at - NOON) / MINUTE)).toEqual([-1, 1]);
  });
});

describe('what is on record about extra CLBs', () => {
  const DAY = 24 * HOUR;
  const asked = { bound: 'floor', count: 2, owner: 'li', reason: 'sale', from: NOON, until: NOON + HOUR } as const;

  it('purchases count for a day', () => {
    const bought = recordPurchase(recordPurchase(EMPTY, 'a', NOON), 'a', NOON + HOUR);
    expect([0, HOUR, DAY - 1, DAY, DAY + HOUR].map((after) => purchasesOfDay(bought, 'a', NOON + after))).toEqual(
      [2, 2, 2, 1, 0].map((value) => ({ ok: true, value })),
    );
    expect(purchasesOfDay(bought, 'b', NOON)).toEqual({ ok: true, value: 0 });
    expect(known(recordPurchase(bought, 'a', NOON + DAY)).extra.purchases).toEqual([NOON + HOUR, NOON + DAY]);
  });

  it('those of an entry that is not understood are unknown', () => {
    const broken: Journal = { ...EMPTY, gateways: { a: { ok: false, problem: '?', needsPerson: true } } };
    expect(purchasesOfDay(recordPurchase(broken, 'a', NOON), 'a', NOON)).toMatchObject({ ok: false, problem: '?' });
  });

  it('what a person asked for is set, and ended with everything else; purchases stay', () => {
    const journal = setExtraAsked(recordPurchase(EMPTY, 'a', NOON), 'a', asked);
    expect(known(journal).extra).toEqual({ asked, purchases: [NOON] });
    expect(known(endAll(journal, 'a')).extra).toEqual({ asked: undefined, purchases: [NOON] });
    expect(known(setExtraAsked(journal, 'a', undefined)).extra).toEqual({ asked: undefined, purchases: [NOON] });
    const scaled = recordChanges(journal, NOON, [{ gateway: 'a', from: 4, to: 6, running: 4 }]);
    expect(known(scaled).extra).toEqual({ asked, purchases: [NOON] });
  });

  it('what a field held before us outlives what people end', () => {
    const target = {
      ...{ kind: 'HorizontalPodAutoscaler' as const, namespace: 'n', name: 'a', resourceVersion: '7' },
      ...{ field: ['spec', 'minReplicas'], current: 2, ceiling: 9 },
    };
    const { ceiling, current, resourceVersion, ...field } = target;
    const noted = recordOriginals(EMPTY, [{ gateway: 'a', target, to: 5 }]);
    expect(known(noted)).toEqual({ ...EMPTY_JOURNAL, originals: [{ ...field, value: 2, ours: [5] }] });
    expect(known(endAll(noted, 'a')).originals).toEqual(known(noted).originals);
  });
});
