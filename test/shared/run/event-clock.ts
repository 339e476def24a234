import type { Clock } from '../../../shared/ports';

/** Time that goes on to the next sleeper's end whenever nothing else is left to do. */
export interface EventClock extends Clock {
  /** Lets time pass until the work has ended. */
  run<T>(work: Promise<T>): Promise<T>;
}

export function eventClock(): EventClock {
  let now = 0;
  let sleepers: { readonly until: number; readonly wake: () => void }[] = [];
  return {
    now: () => now,
    sleep: (duration) =>
      new Promise((resolve) => {
        sleepers.push({ until: now + duration, wake: resolve });
      }),
    run: async (work) => {
      let ended = false;
      const end = (): void => {
        ended = true;
      };
      work.then(end, end);
      for (;;) {
        await new Promise((resolve) => setImmediate(resolve));
        if (ended) return work;
        const next = Math.min(...sleepers.map(({ until }) => until));
        if (!Number.isFinite(next)) throw new Error('nobody sleeps, and the work has not ended');
        now = Math.max(now, next);
        const woken = sleepers.filter(({ until }) => until <= now);
        sleepers = sleepers.filter(({ until }) => until > now);
        for (const { wake } of woken) wake();
      }
    },
  };
}
