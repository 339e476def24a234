import type { Clock, Deadline } from '../../../shared/ports';

/** Time that passes only while somebody sleeps, and at once. */
export interface VirtualClock extends Clock {
  readonly sleeps: number[];
  advance(duration: number): void;
}

export function virtualClock(start = 0): VirtualClock {
  let now = start;
  const sleeps: number[] = [];
  return {
    sleeps,
    now: () => now,
    advance: (duration) => {
      now += duration;
    },
    sleep: async (duration) => {
      sleeps.push(duration);
      now += duration;
    },
  };
}

export function deadlineOf(clock: Clock, at: number): Deadline {
  return { left: () => Math.max(0, at - clock.now()) };
}

/** A deadline with always the same time left. */
export function timeLeft(left: number): Deadline {
  return { left: () => left };
}
