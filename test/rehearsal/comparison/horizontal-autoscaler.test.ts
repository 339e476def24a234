import { horizontalAutoscaler } from '../../../rehearsal/comparison/horizontal-autoscaler';
import { simulate } from '../../../rehearsal/comparison/world';
import { MINUTE, SECOND } from '../../../shared/core/time';
import { aWorld, minute } from './a-world';

/** Its replicas serve 1/0.7 of what it aims at. */
const CAPACITY = 1 / 0.7;
const HPA = horizontalAutoscaler({ min: 2, max: 40, target: 1, downWindow: 5 * MINUTE });

function run(demand: (at: number) => number, changes: Parameters<typeof aWorld>[1] = {}) {
  return simulate(aWorld(demand, { capacity: CAPACITY, requestsPerDemand: 700, ...changes }), HPA);
}

describe('a plain HPA', () => {
  it('leaves a steady demand alone', () => {
    expect(run(() => 10)).toMatchObject({ offered: 10 * 700 * 3_600, lost: 0, replicaHours: 10, changes: 0 });
  });

  it.each([
    ['within the tolerance', 10.9, 0],
    ['beyond it', 11.1, 1],
  ])('tolerates 10 %%: %s', (_, demand, changes) => {
    expect(run(() => demand).changes).toBe(changes);
  });

  it('loses what the ready replicas cannot serve until the published average, the sync and the start have passed', () => {
    // From 10 to 20 at minute 30. The first minute average is out at 32:30 and the pods are ready at 33:15.
    const { changes, chargedHours, lost, replicaHours } = run((at) => (at < minute(30) ? 10 : 20));
    expect(changes).toBe(1);
    expect(lost).toBeCloseTo((20 * 700 - 10 * 1_000) * (2 * 60 + 30 + 45), 4);
    expect(chargedHours - replicaHours).toBeCloseTo((10 * 45) / 3_600, 9);
  });

  it('doubles, or adds four, at each sync', () => {
    const { chargedHours } = run(() => 40, { length: MINUTE, replicas: 2 });
    expect(chargedHours * 240).toBeCloseTo(6 + 12 + 24 + 40, 6);
  });

  it('shrinks when the highest recommendation of five minutes allows it, all at once', () => {
    // The drop is out at 12:30. The last recommendation of 10 is of 12:15 and still counts at 17:15.
    const { changes, replicaHours } = run((at) => (at < minute(10) ? 10 : 4));
    expect(changes).toBe(1);
    expect(replicaHours).toBeCloseTo((10 * (17 * 60 + 30) + 4 * (3_600 - 17 * 60 - 30)) / 3_600, 6);
  });

  it('takes away first what has not started yet', () => {
    // 10 → 30 is seen at minute 2:30 and 10 again from 4:30 on; with a start-up of half an hour the ten stay ready.
    const demand = (at: number): number => (at >= minute(0) + 60 * SECOND && at < minute(3) ? 30 : 10);
    const { lost, replicaHours } = run(demand, { startUp: 30 * MINUTE });
    expect(replicaHours).toBe(10);
    expect(lost).toBeCloseTo((30 * 700 - 10 * 1_000) * 120, 4);
  });

  it.each([
    ['the minimum', 0.1, 1, 2],
    ['the maximum', 39, 60, 40],
  ])('goes to %s at once, whatever the windows say', (_, demand, replicas, chargedHours) => {
    expect(run(() => demand, { replicas }).chargedHours).toBe(chargedHours);
  });
});
