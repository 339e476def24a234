import { Cron } from 'croner';
import type { TriggerSeen } from '../../shared/core/account';
import { DAY, HOUR, MINUTE, type Millis, SECOND } from '../../shared/core/time';

/** How the timers of a function go off. */
export interface Rhythm {
  /** Longest and shortest time between two looks. */
  readonly longest: Millis;
  readonly shortest: Millis;
  /** Of the first look after a full hour; `undefined` for `@every`, which begins whenever it was made. */
  readonly phase: Millis | undefined;
}

const FROM = Date.UTC(2026, 0, 1);
const WINDOW: Millis = DAY;
/** Of one timer: once a minute is 1,441, and more often is too often for any cadence. */
const MOST_RUNS = 2_000;
const INTERVAL = /^@every (?=\d)(?:(\d+)h)?(?:(\d+)m)?(?:(\d+)s)?$/;
const TIME_ZONE = /^CRON_TZ=(\S+) /;

/**
 * The rhythm of all timers of a function together; `undefined` when fewer than two looks are within a day, or a schedule
 * cannot be understood: six fields, seconds first, in UTC or in the zone of `CRON_TZ=`, or `@every` (fc-docs 129).
 */
export function rhythmOf(timers: readonly TriggerSeen[]): Rhythm | undefined {
  const all = timers.map(({ schedule }) => runsOf(schedule ?? ''));
  if (all.some((runs) => runs === undefined)) return undefined;
  const runs = [...new Set(all.flatMap((each) => each ?? []))].toSorted((a, b) => a - b);
  const gaps = runs.slice(1).map((run, index) => run - (runs[index] ?? run));
  const [first] = runs;
  if (first === undefined || gaps.length === 0) return undefined;
  const isInterval = timers.some(({ schedule }) => INTERVAL.test(schedule ?? ''));
  return {
    longest: Math.max(...gaps),
    shortest: Math.min(...gaps),
    phase: isInterval ? undefined : first - FROM,
  };
}

/** By schedule: the functions of all regions have the same few, and to follow one for a day takes a fifth of a second. */
const followed = new Map<string, readonly number[] | undefined>();

function runsOf(schedule: string): readonly number[] | undefined {
  if (!followed.has(schedule)) followed.set(schedule, follow(schedule));
  return followed.get(schedule);
}

function follow(schedule: string): readonly number[] | undefined {
  const interval = INTERVAL.exec(schedule);
  if (interval !== null) {
    const [, hours = 0, minutes = 0, seconds = 0] = interval;
    const every = Number(hours) * HOUR + Number(minutes) * MINUTE + Number(seconds) * SECOND;
    return every === 0
      ? undefined
      : Array.from({ length: Math.min(Math.floor(WINDOW / every) + 1, MOST_RUNS) }, (_, index) => FROM + index * every);
  }
  const timezone = TIME_ZONE.exec(schedule)?.[1] ?? 'UTC';
  try {
    return runsOfCron(new Cron(schedule.replace(TIME_ZONE, ''), { timezone, paused: true }));
  } catch {
    // Not a schedule that croner knows: nobody can say how often it goes off.
    return undefined;
  }
}

function runsOfCron(cron: Cron): readonly number[] {
  const runs: number[] = [];
  // A run at the very start would be left out.
  let run = cron.nextRun(new Date(FROM - SECOND));
  while (run !== null && runs.length < MOST_RUNS) {
    runs.push(run.getTime());
    // The first one beyond is needed: a night may be in between.
    if (run.getTime() > FROM + WINDOW) break;
    run = cron.nextRun(run);
  }
  return runs;
}

/** How far apart two rhythms of one cadence are at least: half of it at most. */
export function apart(one: Millis, other: Millis, cadence: Millis): Millis {
  const forward = (((other - one) % cadence) + cadence) % cadence;
  return Math.min(forward, cadence - forward);
}
