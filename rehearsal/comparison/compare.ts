import { isDeepStrictEqual } from 'node:util';
import type { ScheduledBounds } from '../../shared/core/schedule';
import { DAY, type Instant, MINUTE, type Millis } from '../../shared/core/time';
import { cronAutoscaler, cronRuns } from './cron-autoscaler';
import { horizontalAutoscaler } from './horizontal-autoscaler';
import { lastWeek } from './last-week';
import { STEP } from './load';
import type { Score } from './score';
import { stepAlarms } from './step-alarms';
import type { Compared } from './table';
import { simulate, type World } from './world';

/** Share of a replica's capacity that the HPAs aim at. */
const UTILISATION = 0.7;

/**
 * The ways of scaling that people use today, on the same load with the same metrics, start-up and bounds.
 *
 * @param boundsAt the policy's schedules, which CronHPA gets as jobs; `undefined` when there are none. Without a job it is an HPA, and left out
 */
export function compareRivals(
  world: World,
  boundsAt: ((at: Instant) => ScheduledBounds) | undefined,
): readonly Compared[] {
  const { capacity, load, max, min } = world;
  const target = UTILISATION * capacity;
  const usual = { min, max, target, downWindow: 5 * MINUTE };
  const patient = { ...usual, downWindow: 15 * MINUTE };
  const plain = simulate(world, horizontalAutoscaler(usual));
  const runs = boundsAt === undefined ? [] : cronRuns(boundsAt, { ...load, min });
  return [
    { name: 'HPA 70 %, 300 s', score: plain },
    { name: 'HPA 70 %, 900 s', score: simulate(world, horizontalAutoscaler(patient)) },
    ...(runs.length === 0 ? [] : [withJobs(simulate(world, cronAutoscaler(usual, runs)), plain)]),
    { name: 'step alarms', score: simulate(world, stepAlarms({ ...world, phase: alarmPhase(world) })) },
    ...(load.to - load.from > 8 * DAY
      ? [{ name: 'HPA + last week', score: simulate(world, lastWeek({ ...usual, capacity }, load)) }]
      : []),
  ];
}

/** A job that finds as many replicas as its size does nothing. One that finds fewer adds them, which its score shows. */
function withJobs(score: Score, plain: Score): Compared {
  const name = 'HPA 70 %, 300 s + CronHPA';
  return isDeepStrictEqual(score, plain) ? { name, score, note: NOTHING_DONE } : { name, score };
}

const NOTHING_DONE =
  'CronHPA changed nothing here: a job acts once, and whenever one ran there were as many replicas as it asks for.';

/** Alarms are evaluated as soon as a minute is published; where instants are shown, at full minutes. */
function alarmPhase({ metrics: { delay, show } }: World): Millis {
  return show === 'minutes' ? (Math.ceil((delay % MINUTE) / STEP) * STEP) % MINUTE : 0;
}
