import { compareRivals } from '../../../rehearsal/comparison/compare';
import type { ScheduledBounds } from '../../../shared/core/schedule';
import { aWorld, minute } from './a-world';

/** A floor from the tenth minute to the fortieth. */
function floorOf(replicas: number): (at: number) => ScheduledBounds {
  return (at) => ({
    floor: at >= minute(10) && at < minute(40) ? { replicas, schedule: 's', until: minute(40) } : undefined,
    ceiling: undefined,
  });
}

/** The rows of CronHPA beside a load that needs ten replicas all the time. */
function cronBeside(boundsAt: ((at: number) => ScheduledBounds) | undefined) {
  return compareRivals(
    aWorld(() => 7),
    boundsAt,
  ).filter(({ name }) => name.includes('CronHPA'));
}

describe('CronHPA among the others', () => {
  it('is left out where there is nothing to make a job of', () => {
    expect(cronBeside(undefined)).toEqual([]);
    expect(cronBeside(() => ({ floor: undefined, ceiling: undefined }))).toEqual([]);
  });

  it('has a note where it does as the HPA alone, and none where a job added replicas', () => {
    expect(cronBeside(floorOf(8)).map(({ note }) => note)).toEqual([
      'CronHPA changed nothing here: a job acts once, and whenever one ran there were as many replicas as it asks for.',
    ]);
    expect(cronBeside(floorOf(12)).map(({ name, note }) => [name, note])).toEqual([
      ['HPA 70 %, 300 s + CronHPA', undefined],
    ]);
  });
});
