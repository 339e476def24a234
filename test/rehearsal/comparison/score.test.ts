import { createScorekeeper, lostPercent, perDay } from '../../../rehearsal/comparison/score';
import { MINUTE } from '../../../shared/core/time';
import { minute } from './a-world';

const GATEWAY = { min: 2, capacity: 10, requestsPerDemand: 3 };

describe('a score', () => {
  it('is of these minutes what one works out by hand', () => {
    const keeper = createScorekeeper(GATEWAY, 4);
    // d is 4, 4, 5, 2 (the minimum).
    const minutes = [
      { demand: 40, replicas: 4, existing: 4, ready: 4 },
      { demand: 35, replicas: 6, existing: 6, ready: 4 },
      { demand: 50, replicas: 6, existing: 6, ready: 4 },
      { demand: 5, replicas: 3, existing: 3, ready: 3 },
    ];
    for (const [index, each] of minutes.entries()) keeper.note({ at: minute(index), length: MINUTE, ...each });
    const score = keeper.score();
    expect(score).toEqual({
      offered: (40 + 35 + 50 + 5) * 60 * 3,
      lost: 10 * 60 * 3,
      replicaHours: 15 / 60,
      chargedHours: 19 / 60,
      idealHours: 15 / 60,
      hours: 4 / 60,
      changes: 2,
      reversals: 1,
      // One replica of five missing in one minute of four; one of two too many in another.
      under: 5,
      over: 12.5,
      timeUnder: 25,
      timeOver: 25,
      // Of three steps one: the demand rose and the ready replicas did not.
      instability: expect.closeTo(33.333, 3),
    });
    expect(lostPercent(score)).toBeCloseTo(7.692, 3);
    expect(perDay(score.changes, score)).toBeCloseTo(720, 6);
  });

  it('looks at moves once a minute, at everything else all of the time', () => {
    const keeper = createScorekeeper(GATEWAY, 2);
    for (let slice = 0; slice < 8; slice += 1) {
      const ready = slice === 2 ? 3 : 2;
      keeper.note({ at: minute(slice / 4), length: MINUTE / 4, demand: 20, replicas: 2, existing: 3, ready });
    }
    const { changes, instability, over, timeOver } = keeper.score();
    expect({ changes, instability, over, timeOver }).toEqual({
      changes: 0,
      instability: 0,
      over: 6.25,
      timeOver: 12.5,
    });
  });

  it('of nothing is nothing', () => {
    const score = createScorekeeper(GATEWAY, 2).score();
    expect(new Set(Object.values(score))).toEqual(new Set([0]));
    expect([lostPercent(score), perDay(1, score)]).toEqual([0, 0]);
  });
});
