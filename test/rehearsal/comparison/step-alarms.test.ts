import { stepAlarms } from '../../../rehearsal/comparison/step-alarms';
import type { View } from '../../../rehearsal/comparison/world';
import { SECOND } from '../../../shared/core/time';
import { minute } from './a-world';

const ALARMS = stepAlarms({ min: 2, max: 40, capacity: 10, phase: 0 });

function view(changes: Partial<View>): View {
  return { at: minute(0), replicas: 10, ready: 10, demand: 60, history: () => [], ...changes };
}

describe('step alarms', () => {
  it.each([
    ['80 % exactly: nothing', { demand: 80 }, 10],
    ['just over: 10 %', { demand: 80.1 }, 11],
    ['more than ten points over: 30 %', { demand: 91 }, 13],
    ['more than thirty points over: 60 %', { demand: 111 }, 16],
    ['at least one', { ready: 2, replicas: 2, demand: 17 }, 3],
    ['rounded up', { ready: 12, replicas: 12, demand: 97 }, 14],
    ['replicas that are starting count', { ready: 10, replicas: 16, demand: 111 }, 16],
    ['a larger step adds only the difference', { ready: 10, replicas: 13, demand: 111 }, 16],
    ['never above the maximum', { ready: 38, replicas: 38, demand: 600 }, 40],
    ['only at whole minutes', { at: minute(0) + 15 * SECOND, demand: 200 }, 10],
  ])('out, %s', (_, changes, expected) => {
    expect(ALARMS.step(view(changes), ALARMS.start).replicas).toBe(expected);
  });

  it('is evaluated once a minute, when the minute is out', () => {
    const late = stepAlarms({ min: 2, max: 40, capacity: 10, phase: 30 * SECOND });
    const counts = [0, 15, 30, 45].map(
      (second) => late.step(view({ at: minute(0) + second * SECOND, demand: 81 }), late.start).replicas,
    );
    expect(counts).toEqual([10, 10, 11, 10]);
  });

  /** Replicas after each minute of a demand per minute. */
  function countsOver(demands: readonly number[], replicas: number): readonly number[] {
    let memory = ALARMS.start;
    let count = replicas;
    return demands.map((demand, index) => {
      const stepped = ALARMS.step(view({ at: minute(index), demand, replicas: count, ready: count }), memory);
      memory = stepped.memory;
      count = stepped.replicas;
      return count;
    });
  }

  it('in: by a tenth, rounded down, after 15 minutes under 40 %, and again after 15 more', () => {
    const counts = countsOver(Array<number>(46).fill(30), 39);
    expect([counts[13], counts[14], counts[28], counts[29], counts[43], counts[44]]).toEqual([39, 36, 36, 33, 33, 30]);
  });

  it('in: one louder minute starts the quiet anew, and the minimum stays', () => {
    const broken = [...Array<number>(14).fill(30), 45, ...Array<number>(14).fill(30)];
    expect(countsOver(broken, 11).at(-1)).toBe(11);
    expect(countsOver([...broken, 30], 11).at(-1)).toBe(10);
    expect(countsOver(Array<number>(30).fill(1), 2).at(-1)).toBe(2);
  });
});
