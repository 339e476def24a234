import { type Millis, SECOND } from '../core/time';
import { CloudError } from '../errors';
import type { Clock, Deadline } from '../ports';
import type { OpenApi, OpenApiAnswer, OpenApiCall } from './seams';

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
  const { clock, deadline, random, attempts = 4 } = options;

  async function call(wanted: OpenApiCall): Promise<OpenApiAnswer> {
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await api.call(wanted);
      } catch (error) {
        if (!(error instanceof CloudError)) throw error;
        const wait = random() * Math.min(LONGEST_WAIT, BASE_WAIT * 2 ** (attempt - 1));
        const again = attempt < attempts && mayRepeat(wanted, error) && deadline.left() >= wait + LEAST_CALL_TIME;
        if (!again) throw attempt === 1 ? error : afterAttempts(error, attempt);
        await clock.sleep(wait);
      }
    }
  }

  return { call };
}

function mayRepeat({ effect }: OpenApiCall, error: CloudError): boolean {
  switch (effect) {
    case 'read':
      return error.retryable;
    case 'write':
      return error.kind === 'throttled' || error.kind === 'busy';
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
