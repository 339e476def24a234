import type { Replayed } from '../../rehearsal/demand';
import { type AutoscaledGateway, plainAutoscaler } from '../../rehearsal/plain-autoscaler';
import { HOUR, MINUTE, SECOND } from '../../shared/core/time';

const START = Date.UTC(2026, 10, 23);
const GATEWAY: AutoscaledGateway = {
  min: 2,
  max: 40,
  requestsPerDemand: 700,
  capacityPerReplica: 1_000,
  startUp: 45 * SECOND,
  publication: 90 * SECOND,
  replicas: 10,
};

function replayed(demand: Replayed['demand'], length = HOUR): Replayed {
  return { name: 'test', from: START, to: START + length, demand, events: [] };
}

describe('a plain HPA on the same demand', () => {
  it('leaves a steady demand alone', () => {
    expect(
      plainAutoscaler(
        replayed(() => 10),
        GATEWAY,
      ),
    ).toEqual({
      offered: 10 * 700 * 3_600,
      lost: 0,
      replicaHours: 10,
      changes: 0,
    });
  });

  it.each([
    ['within the tolerance', 10.9, 0],
    ['beyond it', 11.1, 1],
  ])('tolerates 10 %%: %s', (_, demand, changes) => {
    expect(
      plainAutoscaler(
        replayed(() => demand),
        GATEWAY,
      ).changes,
    ).toBe(changes);
  });

  it('loses what the ready replicas cannot serve until the published average, the sync and the start have passed', () => {
    // From 10 to 20 at minute 30. The first minute average is out at 32:30, the pods are ready at 33:15; two syncs double.
    const step = replayed((at) => (at < START + 30 * MINUTE ? 10 : 20));
    const { changes, lost } = plainAutoscaler(step, GATEWAY);
    expect(changes).toBe(1);
    expect(lost).toBe((20 * 700 - 10 * 1_000) * (2 * 60 + 30 + 45));
  });

  it('doubles, or adds four, at each sync', () => {
    const huge = replayed(() => 40, MINUTE);
    expect(plainAutoscaler(huge, { ...GATEWAY, replicas: 2 }).replicaHours * 240).toBeCloseTo(6 + 12 + 24 + 40, 6);
  });

  it('shrinks when the highest recommendation of five minutes allows it, all at once', () => {
    const drop = replayed((at) => (at < START + 10 * MINUTE ? 10 : 4));
    const { changes, replicaHours } = plainAutoscaler(drop, GATEWAY);
    // The drop is out at 12:30; the last recommendation of 10 leaves the window five minutes after 12:15.
    expect(changes).toBe(1);
    expect(replicaHours).toBeCloseTo((10 * (17 * 60 + 15) + 4 * (3_600 - 17 * 60 - 15)) / 3_600, 6);
  });

  it('goes to its bounds at once, whatever the windows say', () => {
    expect(
      plainAutoscaler(
        replayed(() => 0.1),
        { ...GATEWAY, replicas: 1 },
      ).replicaHours,
    ).toBe(2);
    expect(
      plainAutoscaler(
        replayed(() => 39),
        { ...GATEWAY, replicas: 60 },
      ).replicaHours,
    ).toBe(40);
  });
});
