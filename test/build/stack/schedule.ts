import { Cron } from 'croner';

const INTERVAL = /^@every (?=\d)(?:(\d+)h)?(?:(\d+)m)?$/;
const TIME_ZONE = /^CRON_TZ=(\S+) /;

/** Minutes of `@every 1h30m`; `undefined` for another form. */
function minutesOf(expression: string): number | undefined {
  const interval = INTERVAL.exec(expression);
  return interval === null ? undefined : Number(interval[1] ?? 0) * 60 + Number(interval[2] ?? 0);
}

function cronOf(expression: string): Cron {
  const timezone = TIME_ZONE.exec(expression)?.[1] ?? 'UTC';
  return new Cron(expression.replace(TIME_ZONE, ''), { timezone, paused: true });
}

/**
 * What is wrong with the `cronExpression` of a timer, if anything: six fields, seconds first, in UTC or in the zone of
 * `CRON_TZ=`, or `@every` with hours and minutes (fc-docs 129; what is shorter than a minute is not documented).
 */
export function scheduleProblem(expression: string): string | undefined {
  const minutes = minutesOf(expression);
  if (minutes !== undefined) return minutes >= 1 ? undefined : 'every 0 minutes is never';
  if (expression.startsWith('@')) return 'must be @every with whole hours and minutes';
  if (!/^[\d*,/-]+( [\d*,/-]+){5}$/.test(expression.replace(TIME_ZONE, ''))) {
    return 'must have six fields of numbers, * , - and /, seconds first';
  }
  try {
    cronOf(expression).nextRun();
    return undefined;
  } catch (error) {
    return String(error);
  }
}

/** Seconds between two runs of a schedule that is evenly spaced over a day; `undefined` for one that is not. */
export function secondsBetweenRuns(expression: string): number | undefined {
  const minutes = minutesOf(expression);
  if (minutes !== undefined) return minutes * 60;
  const midnight = new Date('2026-01-01T00:00:00Z');
  const runs = cronOf(expression).nextRuns(1441, midnight);
  const gaps = new Set(runs.slice(1).map((run, i) => (run.getTime() - (runs[i]?.getTime() ?? 0)) / 1000));
  const [gap, ...others] = gaps;
  return others.length === 0 ? gap : undefined;
}
