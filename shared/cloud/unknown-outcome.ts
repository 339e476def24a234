import { CloudError, type CloudErrorKind } from '../errors';

/** What a write was answered by its failure: an error of the vendor's own making (status 5xx) does not say that nothing was done. */
export function failedWrite(error: unknown): unknown {
  if (!(error instanceof CloudError) || error.kind !== 'unavailable' || error.status === undefined) return error;
  return unknownOutcome(error);
}

/** The same failure, of which it is not known whether the write was done. */
export function unknownOutcome(error: CloudError): CloudError {
  return withKind(error, 'unknown-outcome');
}

/** The same failure under another name. */
export function withKind(error: CloudError, kind: CloudErrorKind): CloudError {
  const { code, operation, requestId, status } = error;
  const message = error.message.slice(`${operation}: `.length);
  return new CloudError(message, { kind, operation, code, status, requestId, cause: error });
}
