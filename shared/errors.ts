/**
 * Errors are named after who must act. Anything that is neither of the two classes here is a bug of ours and is
 * left to fail loudly.
 */

/** What the operator wrote (configuration, event, command) cannot be used. Retrying never helps. */
export class InvalidInput extends Error {
  override readonly name = 'InvalidInput';

  /** @param problems one sentence each; all of them, not only the first */
  constructor(
    message: string,
    readonly problems: readonly string[] = [],
  ) {
    super(message);
  }
}

/**
 * Why a call to a cloud API (Alibaba Cloud or Kubernetes) did not give an answer that can be used.
 *
 * - `throttled`, `busy`, `unavailable`, `timeout`: the vendor; the same call may succeed later.
 * - `unknown-outcome`: a write was sent and no answer came. Read back, never send it again blindly.
 * - `permission`, `quota`, `arrears`: the operator; nothing helps until they act.
 * - `not-found`, `conflict`: the world is not as it was seen; look again.
 * - `unreadable`: an answer came that we cannot parse (HTML from a proxy, a truncated body).
 * - `rejected`: the API refused the request as such; our bug or a fact that changed.
 * - `deadline`: there was no time left to make the call; nothing was sent.
 */
export type CloudErrorKind =
  | 'throttled'
  | 'busy'
  | 'unavailable'
  | 'timeout'
  | 'unknown-outcome'
  | 'permission'
  | 'quota'
  | 'arrears'
  | 'not-found'
  | 'conflict'
  | 'unreadable'
  | 'rejected'
  | 'deadline';

const RETRYABLE: ReadonlySet<CloudErrorKind> = new Set(['throttled', 'busy', 'unavailable', 'timeout', 'unreadable']);

const FOR_A_PERSON: ReadonlySet<CloudErrorKind> = new Set(['permission', 'quota', 'arrears', 'rejected']);

/** Facts about a failed call, for logs and reports. Never holds credentials or a request body. */
export interface CloudErrorFacts {
  readonly kind: CloudErrorKind;
  /** `product.Action` or `kube verb resource`, for example `cms.DescribeMetricList`. */
  readonly operation: string;
  /** The vendor's own error code, for example `Throttling.User`, or the socket's, for example `ECONNRESET`. */
  readonly code?: string | undefined;
  /** HTTP status, when an answer came. */
  readonly status?: number | undefined;
  readonly requestId?: string | undefined;
  readonly cause?: unknown;
}

/** A cloud API did not do what was asked; `kind` says who must act. */
export class CloudError extends Error {
  override readonly name = 'CloudError';
  readonly kind: CloudErrorKind;
  readonly operation: string;
  readonly code: string | undefined;
  readonly status: number | undefined;
  readonly requestId: string | undefined;

  constructor(message: string, facts: CloudErrorFacts) {
    super(`${facts.operation}: ${message}`, facts.cause === undefined ? undefined : { cause: facts.cause });
    this.kind = facts.kind;
    this.operation = facts.operation;
    this.code = facts.code;
    this.status = facts.status;
    this.requestId = facts.requestId;
  }

  /** Whether the same call may succeed later without anybody acting. */
  get retryable(): boolean {
    return RETRYABLE.has(this.kind);
  }

  /** Whether nothing helps until a person acts. Some kinds are neither: `conflict` or `deadline` ask for another look. */
  get needsPerson(): boolean {
    return FOR_A_PERSON.has(this.kind);
  }
}
