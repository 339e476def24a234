import type { ControlTarget, Isolation } from '../core/probe';
import { isolationOf } from '../core/probing';
import type { Instant, Millis } from '../core/time';
import type { Clock, Prober } from '../ports';

export interface ControlRoundsSettings {
  readonly clock: Clock;
  readonly prober: Prober;
  readonly controls: readonly ControlTarget[];
  readonly timeout: Millis;
  readonly signal: AbortSignal;
  /** Called at the end of each round. */
  readonly heard: (isolation: Isolation) => void;
}

/** Rounds of probes of the control targets, never two at once. */
export interface ControlRounds {
  /** What a round said that began so long ago at most; a new one begins where there is none. */
  ask(age: Millis): Promise<Isolation>;
}

export function createControlRounds(settings: ControlRoundsSettings): ControlRounds {
  const { clock, controls, heard, prober, signal, timeout } = settings;
  let last: { readonly beganAt: Instant; readonly said: Promise<Isolation> } | undefined;
  let isRunning = false;

  async function round(): Promise<Isolation> {
    isRunning = true;
    const seen = await Promise.all(
      controls.map(async (control) => {
        const { failure } = await prober.probe(control, timeout, signal);
        return { name: control.name, answered: failure === undefined };
      }),
    );
    isRunning = false;
    const isolation = isolationOf(seen);
    if (!signal.aborted) heard(isolation);
    return isolation;
  }

  return {
    ask: (age) => {
      if (last === undefined || (!isRunning && clock.now() - last.beganAt > age)) {
        last = { beganAt: clock.now(), said: round() };
      }
      return last.said;
    },
  };
}
