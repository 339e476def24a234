import type { Instant, Millis } from '../../shared/core/time';
import type { Clock } from '../../shared/ports';

/** Time that moves on its own accord when everybody waits, to whatever ends the shortest wait. */
export interface IdleClock extends Clock {
  /** Runs work whose waits pass in virtual time, with everything that waits beside it. */
  run<T>(work: () => Promise<T>): Promise<T>;
}

interface Sleeper {
  readonly at: Instant;
  readonly wake: () => void;
}

/** Work inside the process goes on for a few turns of the event loop without waiting for time. */
const IDLE_TURNS = 6;

/** @param step moves the emulated cloud's time, in whole milliseconds */
export function createIdleClock(now: () => Instant, step: (duration: Millis) => void): IdleClock {
  const sleepers: Sleeper[] = [];
  let registered = 0;

  async function idle(): Promise<void> {
    for (let turns = 0, seen = registered; turns < IDLE_TURNS; turns += 1) {
      await new Promise((resolve) => setImmediate(resolve));
      if (seen === registered) continue;
      seen = registered;
      turns = 0;
    }
  }

  function wakeNext(): boolean {
    const next = sleepers.toSorted((a, b) => a.at - b.at)[0];
    if (next === undefined) return false;
    sleepers.splice(sleepers.indexOf(next), 1);
    step(Math.max(0, next.at - now()));
    next.wake();
    return true;
  }

  return {
    now,
    sleep: (duration) =>
      new Promise((resolve) => {
        registered += 1;
        sleepers.push({ at: now() + Math.max(0, Math.ceil(duration)), wake: resolve });
      }),
    run: async (work) => {
      let ended = false;
      const result = work().finally(() => {
        ended = true;
      });
      // Its failure is the caller's, who awaits it below.
      result.catch(() => undefined);
      while (!ended) {
        await idle();
        if (!ended) wakeNext();
      }
      return result;
    },
  };
}
