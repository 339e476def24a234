import type { CloudErrorKind } from '../errors';
import type { OpenApiCall } from './seams';

type Effect = OpenApiCall['effect'];

interface CodeRule {
  readonly kind: CloudErrorKind;
  readonly codes: readonly (string | RegExp)[];
}

/**
 * The vendor's error codes by who must act; the first rule that matches counts. The HTTP status says little: it is
 * often 400 even for a temporary condition.
 *
 * Sources: CLB "Common error codes" (AlibabaCloudDocs/slb, 2021), terraform-provider-alicloud `errors.go` (2026-08),
 * kubernetes/cloud-provider-alibaba-cloud (2026-04), the error lists of the Alidns, CloudMonitor and Function Compute API
 * pages.
 */
const RULES: readonly CodeRule[] = [
  {
    kind: 'throttled',
    // Function Compute refuses with `ResourceThrottled` (status 503) before anything runs.
    codes: [/^Throttling(\.|$)/, 'Rejected.Throttling', 'ResourceThrottled'],
  },
  {
    kind: 'busy',
    codes: [
      'SystemBusy',
      'OperationBusy',
      'ServiceIsConfiguring',
      'ServiceIsStopping',
      'BackendServer.configuring',
      'VServerGroupProcessing',
      'OperationFailed.TokenIsProcessing',
      'ProcessingSameRequest',
      // Alidns makes writes to one domain wait for each other.
      'LastOperationNotFinished',
      'RecordForbidden.DNSChange',
      // ASM, while a mesh or one of its clusters changes.
      'ERR404',
      'InvalidActiveState.ACK',
    ],
  },
  {
    kind: 'arrears',
    codes: [
      /arrear/i,
      'INSUFFICIENT_BALANCE',
      /^PAY\./,
      'OrderFailed',
      'CreateOrderFailed',
      'RISK.RISK_CONTROL_REJECTION',
      'NoNameAuthentication',
    ],
  },
  {
    kind: 'quota',
    codes: [
      /QuotaExceeded/,
      'OverQuota',
      'ORDER.QUOTA_EXCEEDED',
      'InsufficientCapacity',
      'ListenerNumberOverLimit',
      'VipTooManyListeners',
      'InstanceBackendServerNumberOverLimit',
      'PRODUCT.NOT_AVAILABLE_IZ',
      'PRODUCT.INSUFFICIENT_STOCK',
      'VSwitchAvailableIpNotExist',
    ],
  },
  {
    kind: 'permission',
    codes: [
      // `Forbbiden.SubUser` is the vendor's spelling.
      /^Forb(id|bi)den/,
      'DomainForbidden',
      'DomainExpiredDNSForbidden',
      'DomainRecordLocked',
      'RecordForbidden.BlackHole',
      /^InvalidAccessKeyId(\.|$)/,
      /^InvalidSecurityToken(\.|$)/,
      'SignatureDoesNotMatch',
      'IncompleteSignature',
      'AUTH.RAM_AUTH_FAILED',
      'NoPermission',
      /\.NoPermission$/,
      'IncorrectDomainUser',
    ],
  },
  {
    kind: 'rejected',
    codes: [
      /^Invalid(Action|Api|Version|Product)\.NotFound$/,
      /^InvalidTimeStamp\./,
      // Of a CLB: looking again does not help, somebody's listener, backends or order are in the way.
      'ListenerAlreadyExists',
      'RspoolVipExist',
      'LX_REQUEST_TOKEN_CONFLICT',
      'ActionNotAllowed',
    ],
  },
  {
    kind: 'not-found',
    // CS calls a missing cluster `ErrorClusterNotFound`.
    codes: [/NotFound$/, /\.NoExist$/, 'DomainRecordNotBelongToUser'],
  },
  {
    kind: 'conflict',
    codes: [
      'OperationFailed.ListenerStatusNotSupport',
      // Of a CLB; it was switched on since, or never off.
      'OperationDenied.DeleteProtectionIsOn',
      'DomainRecordDuplicate',
      'DomainRecordConflict',
      // Weights cannot be set while a record is disabled, nor while those of its name are off.
      'DomainRecordDisable',
      'DisableDNSSLB',
    ],
  },
  { kind: 'unavailable', codes: [/^ServiceUnavailable/, /^InternalError/] },
];

/**
 * Names an error answer of an Alibaba Cloud API.
 *
 * @param code the answer's `Code`; CloudMonitor puts an HTTP status there
 * @param status HTTP status of the answer, used when the code is not one we know
 */
export function kindOfAnswer(code: string, status: number, effect: Effect): CloudErrorKind {
  const rule = RULES.find(({ codes }) => codes.some((known) => matches(known, code)));
  return rule?.kind ?? kindOfStatus(/^\d{3}$/.test(code) ? Number(code) : status, effect);
}

/** Names an error answer by its HTTP status alone; the same for Alibaba Cloud and for Kubernetes. */
export function kindOfStatus(status: number, effect: Effect): CloudErrorKind {
  switch (status) {
    case 401:
    case 403:
      return 'permission';
    case 404:
      return 'not-found';
    case 409:
    // A list's continue token that has expired, or a resourceVersion that is gone.
    case 410:
      return 'conflict';
    case 408:
    // Something between us and the API gave up waiting; whether the API did what was asked is not known.
    case 504:
      return effect === 'read' ? 'timeout' : 'unknown-outcome';
    case 429:
      return 'throttled';
    // SLB's own status for `SystemBusy`.
    case 449:
      return 'busy';
    default:
      return status >= 500 ? 'unavailable' : 'rejected';
  }
}

/**
 * Socket and TLS failures that happen before the first byte of a request is sent. That a host or a network cannot be reached
 * is none: a router may say so at any time.
 */
const NOTHING_SENT: ReadonlySet<string> = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'CERT_HAS_EXPIRED',
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
  'ERR_TLS_CERT_ALTNAME_INVALID',
]);

/** Names a failure of the connection by its Node error code, for example `ECONNRESET`. */
export function kindOfSocketError(code: string, effect: Effect): CloudErrorKind {
  if (NOTHING_SENT.has(code)) return 'unavailable';
  if (effect !== 'read') return 'unknown-outcome';
  return code === 'ETIMEDOUT' ? 'timeout' : 'unavailable';
}

/** The name for an answer that cannot be parsed, or for none in time: a write may have been done all the same. */
export function kindOfSilence(effect: Effect, read: 'timeout' | 'unreadable'): CloudErrorKind {
  return effect === 'read' ? read : 'unknown-outcome';
}

function matches(known: string | RegExp, code: string): boolean {
  return typeof known === 'string' ? known === code : known.test(code);
}
