import { type Instant, MINUTE, type Millis, SECOND } from '../../shared/core/time';
import type { Scaler, View } from './world';

export interface StepAlarmSettings {
  readonly min: number;
  readonly max: number;
  /** Demand that one ready replica serves. */
  readonly capacity: number;
  /** How long after each full minute the alarms are evaluated, below a minute. */
  readonly phase: Millis;
}

interface AlarmMemory {
  /** Minutes in a row under the low threshold. */
  readonly quiet: number;
  readonly changedAt: Instant;
}

const HIGH = 0.8;
const LOW = 0.4;
const QUIET_MINUTES = 15;
const COOLDOWN = 300 * SECOND;

/**
 * Two alarms with step adjustments, as people build them from CloudWatch or CloudMonitor alarms and a script, evaluated
 * each minute on the utilisation of the ready replicas.
 *
 * Out above 80 %: by 10 % up to ten points over, 30 % up to thirty, else 60 %, at least 1; replicas that are still starting
 * count towards the step. In: 10 % rounded down, at least 1, after 15 minutes in a row under 40 % and 300 s after the last
 * change; the count of minutes begins anew with each step in.
 */
export function stepAlarms(settings: StepAlarmSettings): Scaler<AlarmMemory> {
  return {
    start: { quiet: 0, changedAt: Number.NEGATIVE_INFINITY },
    step: (view, memory) =>
      view.at % MINUTE === settings.phase ? evaluate(view, memory, settings) : { replicas: view.replicas, memory },
  };
}

function evaluate({ at, demand, ready, replicas }: View, memory: AlarmMemory, settings: StepAlarmSettings) {
  const { capacity, max, min } = settings;
  const utilisation = demand / (ready * capacity);
  if (utilisation > HIGH) {
    const step = Math.max(1, Math.ceil(ready * stepOut(utilisation - HIGH) - 1e-9));
    const wanted = Math.min(max, Math.max(replicas, ready + step));
    return { replicas: wanted, memory: { quiet: 0, changedAt: wanted > replicas ? at : memory.changedAt } };
  }
  if (utilisation >= LOW) return { replicas, memory: { ...memory, quiet: 0 } };
  const quiet = memory.quiet + 1;
  if (quiet < QUIET_MINUTES || at - memory.changedAt < COOLDOWN) return { replicas, memory: { ...memory, quiet } };
  const wanted = Math.max(min, replicas - Math.max(1, Math.floor(replicas * 0.1 + 1e-9)));
  return { replicas: wanted, memory: { quiet: 0, changedAt: wanted < replicas ? at : memory.changedAt } };
}

/** @param over share of the capacity above the threshold */
function stepOut(over: number): number {
  if (over <= 0.1) return 0.1;
  return over <= 0.3 ? 0.3 : 0.6;
}
