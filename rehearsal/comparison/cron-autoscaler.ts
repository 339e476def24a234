import type { ScheduledBounds } from '../../shared/core/schedule';
import { type Instant, MINUTE } from '../../shared/core/time';
import { type AutoscalerSettings, type Recommendations, synchronise } from './horizontal-autoscaler';
import type { Scaler } from './world';

/** One run of a CronHPA job. */
export interface CronRun {
  readonly at: Instant;
  readonly targetSize: number;
}

interface CronMemory {
  readonly recommendations: Recommendations;
  /** Bounds of the HPA as the jobs have left them. */
  readonly min: number;
  readonly max: number;
  /** Runs before this one are done. */
  readonly next: number;
}

/**
 * An HPA whose bounds are moved by jobs, as AliyunContainerService/kubernetes-cronhpa-controller does it with an HPA as
 * its target (commit 31c63bed of 2023-11-27, pkg/controller/cronjob.go L134-222):
 *
 * - the maximum is raised when the job's size is above it, and never put back;
 * - the minimum is lowered to the job's size, but raised to it only when fewer replicas run: with more running the floor
 *   does not hold, and is lost once the load falls;
 * - only when fewer run than its size is the workload scaled, too;
 * - a job acts once, at its time; nothing holds in between.
 *
 * @param runs in the order of time
 */
export function cronAutoscaler(settings: AutoscalerSettings, runs: readonly CronRun[]): Scaler<CronMemory> {
  return {
    start: { recommendations: [], min: settings.min, max: settings.max, next: 0 },
    step: (view, memory) => {
      let { max, min, next } = memory;
      let { replicas } = view;
      for (let run = runs[next]; run !== undefined && run.at <= view.at; run = runs[next]) {
        next += 1;
        max = Math.max(max, run.targetSize);
        min = run.targetSize < min || replicas < run.targetSize ? run.targetSize : min;
        replicas = Math.max(replicas, run.targetSize);
      }
      const synced = synchronise({ ...view, replicas }, memory.recommendations, { ...settings, min, max });
      return { replicas: synced.replicas, memory: { recommendations: synced.memory, min, max, next } };
    },
  };
}

/**
 * The jobs that an operator would write for the schedules of a policy: one at the start of each window with its floor, one
 * at its end with the policy's minimum. A window that is open at `from` is taken to start there. Jobs know no calendars and
 * no zones of their own; they are given the right times here, in their favour.
 */
export function cronRuns(
  boundsAt: (at: Instant) => ScheduledBounds,
  { from, min, to }: { readonly from: Instant; readonly to: Instant; readonly min: number },
): readonly CronRun[] {
  const runs: CronRun[] = [];
  let floor: number | undefined;
  for (let at = from; at < to; at += MINUTE) {
    const now = boundsAt(at).floor?.replicas;
    if (now !== floor) runs.push({ at, targetSize: now ?? min });
    floor = now;
  }
  return runs;
}
