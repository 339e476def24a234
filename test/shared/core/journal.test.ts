import type { Journal } from '../../../shared/core/gateway';
import { gatewayJournal, markCompleted, recordChanges, setOverride } from '../../../shared/core/journal';
import { MINUTE } from '../../../shared/core/time';
import { NOON } from './a-snapshot';

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
        a: { override: undefined, events: [{ at: NOON + 30 * MINUTE, from: 6, to: 7, completedAt: undefined }] },
        b: { override: undefined, events: [{ at: NOON, from: 9, to: 8, completedAt: undefined }] },
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
    expect(gatewayJournal(marked, 'a').events[0]?.completedAt).toBe(completed ? NOON + MINUTE : undefined);
    expect(marked === journal).toBe(!completed);
  });

  it('an override is set and removed without touching the events', () => {
    const journal = recordChanges(EMPTY, NOON, [{ gateway: 'a', from: 4, to: 6 }]);
    const override = { replicas: 9, owner: 'li.wei', reason: 'sale', from: NOON, until: NOON + MINUTE };
    const pinned = setOverride(journal, 'a', override);
    expect(gatewayJournal(pinned, 'a').override).toEqual(override);
    expect(setOverride(pinned, 'a', undefined)).toEqual(journal);
  });
});
