import { type Millis, SECOND } from '../core/time';
import { CloudError } from '../errors';
import type { Clock, Deadline } from '../ports';
import type { OpenApi, OpenApiAnswer, OpenApiCall } from './seams';
import { shortened } from './time-limit';

const BASE_WAIT: Millis = 200;
const LONGEST_WAIT: Millis = 5 * SECOND;
/** A call that is given less time than this is not worth its place in the vendor's rate limit. */
const LEAST_CALL_TIME: Millis = 500;

export interface RetryOptions {
  readonly clock: Clock;
  readonly deadline: Deadline;
  /** Uniform in [0, 1). */
  readonly random: () => number;
  /** Calls in all, the first one included. */
  readonly attempts?: number;
}

/**
 * Makes calls again that may succeed the next time: reads after every retryable failure, writes only after an answer
 * that says that nothing was done (throttled, busy), removals never.
 *
 * Waits with "full jitter": uniform between 0 and min(5 s, 200 ms · 2^n) (AWS Architecture Blog, "Exponential Backoff
 * And Jitter", 2015). Gives up early when the deadline leaves no room for the wait and half a second of call. The last
 * failure is thrown, with the number of attempts in its message.
 */
export function withRetries(api: OpenApi, options: RetryOptions): OpenApi {
  const call = (wanted: OpenApiCall): Promise<OpenApiAnswer> => {
    const { limit } = wanted;
    const mayAgain = (error: CloudError): boolean => mayRepeat(wanted, error);
    if (limit === undefined) return repeat(() => api.call(wanted), mayAgain, options);
    const deadline = shortened(options.deadline, limit);
    return repeat(() => api.call({ ...wanted, limit: deadline.left() }), mayAgain, { ...options, deadline });
  };
  return { call };
}

/** Does work again, as {@link withRetries} does, for as long as `mayRepeat` says so of its failure. */
export async function repeat<T>(
  work: () => Promise<T>,
  mayRepeat: (error: CloudError) => boolean,
  { clock, deadline, random, attempts = 4 }: RetryOptions,
): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof CloudError)) throw error;
      const wait = random() * Math.min(LONGEST_WAIT, BASE_WAIT * 2 ** (attempt - 1));
      const again = attempt < attempts && mayRepeat(error) && deadline.left() >= wait + LEAST_CALL_TIME;
      if (!again) throw attempt === 1 ? error : afterAttempts(error, attempt);
      await clock.sleep(wait);
    }
  }
}

/** Whether the vendor says that nothing was done, and that it may be another time. */
export function wasRefusedForNow({ kind }: CloudError): boolean {
  return kind === 'throttled' || kind === 'busy';
}

function mayRepeat({ effect }: OpenApiCall, error: CloudError): boolean {
  switch (effect) {
    case 'read':
      return error.retryable;
    case 'write':
      return wasRefusedForNow(error);
    case 'removal':
      return false;
  }
}

function afterAttempts(error: CloudError, attempts: number): CloudError {
  const { kind, operation, code, status, requestId } = error;
  const message = error.message.slice(`${operation}: `.length);
  return new CloudError(`${message} (after ${attempts} attempts)`, {
    kind,
    operation,
    code,
    status,
    requestId,
    cause: error,
  });
}
