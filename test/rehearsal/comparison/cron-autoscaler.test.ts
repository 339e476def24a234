import { type CronRun, cronAutoscaler, cronRuns } from '../../../rehearsal/comparison/cron-autoscaler';
import { horizontalAutoscaler } from '../../../rehearsal/comparison/horizontal-autoscaler';
import { simulate } from '../../../rehearsal/comparison/world';
import type { ScheduledBounds } from '../../../shared/core/schedule';
import { HOUR, MINUTE } from '../../../shared/core/time';
import { aWorld, minute, START } from './a-world';

const SETTINGS = { min: 2, max: 20, target: 1, downWindow: 5 * MINUTE };

/** Replicas at each whole minute of an hour. */
function replicasOf(demand: (at: number) => number, runs: readonly CronRun[], replicas: number): readonly number[] {
  const cron = cronAutoscaler(SETTINGS, runs);
  const seen: number[] = [];
  simulate(aWorld(demand, { replicas, max: 20 }), {
    start: cron.start,
    step: (view, memory) => {
      const stepped = cron.step(view, memory);
      if (view.at % MINUTE === 0) seen.push(stepped.replicas);
      return stepped;
    },
  });
  return seen;
}

describe('an HPA with CronHPA', () => {
  it('without jobs is the HPA', () => {
    const world = aWorld((at) => 4 + 3 * Math.sin((at - START) / MINUTE), { replicas: 4 });
    expect(simulate(world, cronAutoscaler(SETTINGS, []))).toEqual(simulate(world, horizontalAutoscaler(SETTINGS)));
  });

  it('raises the minimum and the count where fewer run, and lets go at the end job', () => {
    const replicas = replicasOf(
      () => 4,
      [
        { at: minute(10), targetSize: 8 },
        { at: minute(30), targetSize: 2 },
      ],
      4,
    );
    expect([replicas[9], replicas[10], replicas[29]]).toEqual([4, 8, 8]);
    // The HPA keeps what its window of five minutes recommends: 4 all along, so it goes at once.
    expect([replicas[30], replicas[59]]).toEqual([4, 4]);
  });

  it('does not hold a floor where as many run already: it is lost once the load falls', () => {
    const replicas = replicasOf((at) => (at < minute(15) ? 9 : 3), [{ at: minute(10), targetSize: 8 }], 9);
    expect([replicas[10], replicas[59]]).toEqual([9, 3]);
  });

  it('raises the maximum for a larger size and never puts it back', () => {
    const demand = (at: number): number => (at < minute(40) ? 4 : 29);
    const runs = [
      { at: minute(10), targetSize: 30 },
      { at: minute(20), targetSize: 2 },
    ];
    const replicas = replicasOf(demand, runs, 4);
    expect([replicas[10], replicas[35], replicas[59]]).toEqual([30, 4, 29]);
    expect(replicasOf(demand, [], 4)[59]).toBe(20);
  });

  it('lowers the minimum to a smaller size, even below that of the HPA as it was configured', () => {
    const replicas = replicasOf(() => 0.5, [{ at: minute(10), targetSize: 1 }], 2);
    expect([replicas[9], replicas[59]]).toEqual([2, 1]);
  });
});

describe('the jobs for schedules', () => {
  function boundsAt(windows: readonly (readonly [from: number, to: number, floor: number])[]) {
    return (at: number): ScheduledBounds => {
      const open = windows.filter(([from, to]) => at >= minute(from) && at < minute(to));
      const floor = open.map(([, to, replicas]) => ({ replicas, schedule: 's', until: minute(to) }));
      return { floor: floor.sort((a, b) => b.replicas - a.replicas)[0], ceiling: undefined };
    };
  }
  const span = { from: START, to: START + HOUR, min: 2 };

  it.each([
    ['none without windows', [], []],
    [
      'the floor at the start and the minimum at the end',
      [[10, 20, 8]],
      [
        [10, 8],
        [20, 2],
      ],
    ],
    ['a window that is open at the start begins there, one that is open at the end stays', [[-5, 90, 8]], [[0, 8]]],
    [
      'one after another',
      [
        [10, 20, 8],
        [20, 30, 5],
      ],
      [
        [10, 8],
        [20, 5],
        [30, 2],
      ],
    ],
    [
      'the highest floor where they overlap',
      [
        [10, 40, 5],
        [20, 30, 8],
      ],
      [
        [10, 5],
        [20, 8],
        [30, 5],
        [40, 2],
      ],
    ],
  ] as const)('%s', (_, windows, jobs) => {
    expect(cronRuns(boundsAt(windows), span)).toEqual(jobs.map(([at, targetSize]) => ({ at: minute(at), targetSize })));
  });
});
