import type { CloudError } from '../errors';

/** A failed call as a log line tells it. */
export function errorFields({ kind, operation, code, status, requestId, message }: CloudError) {
  return { kind, operation, code, status, cloudRequestId: requestId, error: message };
}
