import type { ProbeTarget } from '../core/probe';

export interface ProbeLane {
  add(targets: readonly ProbeTarget[]): void;
  /** Resolves when nothing is left in it. */
  idle(): Promise<void>;
  /** Throws what the work on one threw. */
  check(): void;
}

/** Works on some targets at once, in the order in which they came; one that is still in it is not added again. */
export function createProbeLane(atOnce: number, work: (target: ProbeTarget) => Promise<void>): ProbeLane {
  const waiting = new Set<ProbeTarget>();
  const running = new Set<ProbeTarget>();
  let onIdle: readonly (() => void)[] = [];
  let broken: { readonly error: unknown } | undefined;

  async function run(target: ProbeTarget): Promise<void> {
    running.add(target);
    try {
      await work(target);
    } catch (error) {
      // Probes do not reject: this is a bug, and is thrown to who checks.
      broken ??= { error };
    }
    running.delete(target);
    start();
    if (running.size > 0) return;
    for (const resolve of onIdle) resolve();
    onIdle = [];
  }

  function start(): void {
    for (const target of waiting) {
      if (running.size >= atOnce) return;
      waiting.delete(target);
      void run(target);
    }
  }

  return {
    add: (targets) => {
      for (const target of targets) if (!running.has(target)) waiting.add(target);
      start();
    },
    idle: () =>
      running.size + waiting.size === 0
        ? Promise.resolve()
        : new Promise((resolve) => {
            onIdle = [...onIdle, resolve];
          }),
    check: () => {
      if (broken !== undefined) throw broken.error;
    },
  };
}
