import type { GatewayJournal, Journal, Reading, ScaleEvent } from '../../../shared/core/gateway';
import { gatewayJournal, markCompleted, recentEvents, recordChanges, setOverride } from '../../../shared/core/journal';
import { MINUTE } from '../../../shared/core/time';
import { NOON } from './a-snapshot';

function entry(...events: ScaleEvent[]): Reading<GatewayJournal> {
  return { ok: true, value: { override: undefined, events } };
}

/** What the journal holds of gateway `a`. */
function known(journal: Journal): GatewayJournal {
  const found = gatewayJournal({ ok: true, value: journal }, 'a');
  if (!found.ok) throw new Error(found.problem);
  return found.value;
}

const EMPTY: Journal = { resourceVersion: '7', freeze: undefined, gateways: {} };

describe('the journal of a cluster', () => {
  it('writes changes down, keeps the other gateways and forgets after half an hour', () => {
    const first = recordChanges(EMPTY, NOON, [
      { gateway: 'a', from: 4, to: 6 },
      { gateway: 'b', from: 9, to: 8 },
    ]);
    const second = recordChanges(first, NOON + 30 * MINUTE, [{ gateway: 'a', from: 6, to: 7 }]);
    expect(second).toEqual({
      resourceVersion: '7',
      freeze: undefined,
      gateways: {
        a: entry({ at: NOON + 30 * MINUTE, from: 6, to: 7, completedAt: undefined }),
        b: entry({ at: NOON, from: 9, to: 8, completedAt: undefined }),
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
    const journal = recordChanges(EMPTY, NOON, [{ gateway: 'a', from, to }]);
    const marked = markCompleted(journal, 'a', NOON + MINUTE, seen);
    expect(known(marked).events[0]?.completedAt).toBe(completed ? NOON + MINUTE : undefined);
    expect(marked === journal).toBe(!completed);
  });

  it('an override is set and removed without touching the events', () => {
    const journal = recordChanges(EMPTY, NOON, [{ gateway: 'a', from: 4, to: 6 }]);
    const override = { replicas: 9, owner: 'li.wei', reason: 'sale', from: NOON, until: NOON + MINUTE };
    const pinned = setOverride(journal, 'a', override);
    expect(known(pinned).override).toEqual(override);
    expect(setOverride(pinned, 'a', undefined)).toEqual(journal);
  });

  it('an entry that could not be understood is never replaced', () => {
    const broken: Reading<GatewayJournal> = { ok: false, problem: 'not JSON', needsPerson: true };
    const journal: Journal = { ...EMPTY, gateways: { a: broken } };
    const override = { replicas: 9, owner: 'li.wei', reason: 'sale', from: NOON, until: NOON + MINUTE };
    expect(recordChanges(journal, NOON, [{ gateway: 'a', from: 4, to: 6 }])).toBe(journal);
    expect(setOverride(journal, 'a', override)).toBe(journal);
    expect(gatewayJournal({ ok: true, value: journal }, 'a')).toBe(broken);
  });

  it('events of the future, written by a clock that is wrong, do not count', () => {
    const event = (at: number): ScaleEvent => ({ at, from: 4, to: 6, completedAt: undefined });
    const events = [event(NOON - 30 * MINUTE), event(NOON - MINUTE), event(NOON + MINUTE), event(NOON + 2 * MINUTE)];
    expect(recentEvents(events, NOON).map(({ at }) => (at - NOON) / MINUTE)).toEqual([-1, 1]);
  });
});
