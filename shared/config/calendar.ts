import { Cron } from 'croner';
import { string } from 'zod';
import type { Instant } from '../core/time';
import { nearest } from './suggest';

/** A cron expression with the five fields minute, hour, day of month, month, day of week; croner's dialect. */
export const CronExpression = string()
  .superRefine((text, context) => {
    const message = cronProblem(text);
    if (message !== undefined) {
      context.issues.push({ code: 'custom', input: text, message });
    }
  })
  .describe('Five cron fields: minute, hour, day of month, month, day of week (0 or 7 is Sunday).');

/** An IANA time zone such as `Asia/Shanghai`, or `UTC`. */
export const TimeZone = string()
  .superRefine((text, context) => {
    if (!isTimeZone(text)) {
      const names = Intl.supportedValuesOf('timeZone');
      const near =
        nearest(text, names) ?? nearest(text.replace(/^.*\//, ''), names, (name) => name.replace(/^.*\//, ''));
      const message = 'is not an IANA time zone such as Asia/Shanghai, or UTC';
      context.issues.push({
        code: 'custom',
        input: text,
        message: near === undefined ? message : `${message}; did you mean ${JSON.stringify(near)}?`,
      });
    }
  })
  .describe('An IANA time zone, for example Asia/Shanghai, or UTC.');

/**
 * The last start at or before `at`; `undefined` when there was none. Where the clocks go forward over a fixed time it
 * counts as the first moment after the gap, where they go back over it, as the first of the two.
 *
 * @param expression a valid {@link CronExpression}
 * @param timeZone a valid {@link TimeZone}
 */
export function lastStart(expression: string, timeZone: string, at: Instant): Instant | undefined {
  // croner leaves out a run at the very reference.
  return cron(expression, timeZone)
    .previousRuns(1, new Date(at + 1))[0]
    ?.getTime();
}

/** The first start after `at`; `undefined` when there is none. */
export function nextStart(expression: string, timeZone: string, at: Instant): Instant | undefined {
  return cron(expression, timeZone).nextRun(new Date(at))?.getTime();
}

/** Parsing an expression takes longer than asking it; a configuration has few. */
const parsed = new Map<string, Cron>();

/** Without a function to call, croner computes times and starts no timer. */
function cron(expression: string, timeZone: string): Cron {
  const key = `${timeZone} ${expression}`;
  const known = parsed.get(key);
  if (known !== undefined) return known;
  const fresh = new Cron(expression, { timezone: timeZone, mode: '5-part' });
  parsed.set(key, fresh);
  return fresh;
}

function cronProblem(text: string): string | undefined {
  // croner would also take nicknames such as @daily and ISO dates.
  if (text.trim().split(/\s+/).length !== 5) {
    return 'is not a cron expression; write five fields: minute, hour, day of month, month, day of week';
  }
  try {
    return nextStart(text, 'UTC', 0) === undefined ? 'never comes; no such day exists' : undefined;
  } catch (error) {
    // croner throws TypeError and RangeError, each with a sentence about the field, and nothing else.
    if (error instanceof TypeError || error instanceof RangeError) {
      return `is not a cron expression; ${error.message.replace(/^CronPattern: /, '')}`;
    }
    throw error;
  }
}

/**
 * Abbreviations are refused although Intl knows them: it takes `CST` for Chicago, where the operator may mean China.
 */
function isTimeZone(text: string): boolean {
  if (text !== 'UTC' && !text.includes('/')) return false;
  try {
    return new Intl.DateTimeFormat('en', { timeZone: text }) !== undefined;
  } catch (error) {
    if (error instanceof RangeError) return false;
    throw error;
  }
}
