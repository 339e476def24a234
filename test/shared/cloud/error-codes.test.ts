import { kindOfAnswer, kindOfSocketError, kindOfStatus } from '../../../shared/cloud/error-codes';

describe('vendor codes, by who must act', () => {
  it.each([
    ['Throttling', 400, 'throttled'],
    ['Throttling.User', 400, 'throttled'],
    ['Throttling.Api', 503, 'throttled'],
    ['Rejected.Throttling', 400, 'throttled'],
    ['SystemBusy', 449, 'busy'],
    ['OperationBusy', 400, 'busy'],
    ['ServiceIsStopping', 409, 'busy'],
    ['BackendServer.configuring', 409, 'busy'],
    ['OperationFailed.TokenIsProcessing', 400, 'busy'],
    ['LastOperationNotFinished', 400, 'busy'],
    ['RecordForbidden.DNSChange', 400, 'busy'],
    ['InvalidActiveState.ACK', 400, 'busy'],
    ['ServiceUnavailable', 503, 'unavailable'],
    ['InternalError', 500, 'unavailable'],
    ['Forbidden', 403, 'permission'],
    ['Forbidden.RAM', 403, 'permission'],
    ['Forbbiden.SubUser', 400, 'permission'],
    ['AUTH.RAM_AUTH_FAILED', 400, 'permission'],
    ['OperationDomain.NoPermission', 400, 'permission'],
    ['InvalidAccessKeyId.NotFound', 404, 'permission'],
    ['InvalidSecurityToken.Expired', 400, 'permission'],
    ['SignatureDoesNotMatch', 400, 'permission'],
    ['DomainRecordLocked', 400, 'permission'],
    ['RecordForbidden.BlackHole', 400, 'permission'],
    ['OverQuota', 400, 'quota'],
    ['QuotaExceeded.ARecord', 400, 'quota'],
    ['LineDnsSlb.QuotaExceeded', 400, 'quota'],
    ['PRODUCT.INSUFFICIENT_STOCK', 400, 'quota'],
    ['ARREARAGE', 400, 'arrears'],
    ['AccountHasArrearage', 400, 'arrears'],
    ['PAY.INSUFFICIENT', 400, 'arrears'],
    ['OrderFailed', 400, 'arrears'],
    ['InvalidLoadBalancerId.NotFound', 400, 'not-found'],
    ['ErrorClusterNotFound', 404, 'not-found'],
    ['InvalidRR.NoExist', 400, 'not-found'],
    ['DomainRecordNotBelongToUser', 400, 'not-found'],
    ['InvalidAction.NotFound', 404, 'rejected'],
    ['InvalidTimeStamp.Expired', 400, 'rejected'],
    ['ListenerAlreadyExists', 400, 'rejected'],
    ['DomainRecordDuplicate', 400, 'conflict'],
    ['LX_REQUEST_TOKEN_CONFLICT', 400, 'rejected'],
    ['InvalidParameter', 400, 'rejected'],
    ['ForbiddenFruit', 200, 'permission'],
    ['NotThrottling', 400, 'rejected'],
    ['Unheard', 500, 'unavailable'],
    ['404', 200, 'not-found'],
    ['403', 200, 'permission'],
    ['500', 200, 'unavailable'],
  ])('%s with status %i is %s', (code, status, kind) => {
    expect(kindOfAnswer(code, status, 'read')).toBe(kind);
  });
});

describe('statuses', () => {
  it.each([
    [400, 'rejected', 'rejected'],
    [401, 'permission', 'permission'],
    [403, 'permission', 'permission'],
    [404, 'not-found', 'not-found'],
    [408, 'timeout', 'unknown-outcome'],
    [409, 'conflict', 'conflict'],
    [410, 'conflict', 'conflict'],
    [415, 'rejected', 'rejected'],
    [422, 'rejected', 'rejected'],
    [429, 'throttled', 'throttled'],
    [449, 'busy', 'busy'],
    [500, 'unavailable', 'unavailable'],
    [503, 'unavailable', 'unavailable'],
    [504, 'timeout', 'unknown-outcome'],
  ])('%i is %s for a read and %s for a write', (status, read, write) => {
    expect(kindOfStatus(status, 'read')).toBe(read);
    expect(kindOfStatus(status, 'write')).toBe(write);
    expect(kindOfStatus(status, 'removal')).toBe(write);
  });
});

describe('socket failures', () => {
  it.each([
    ['ECONNREFUSED', 'unavailable', 'unavailable'],
    ['ENOTFOUND', 'unavailable', 'unavailable'],
    ['SELF_SIGNED_CERT_IN_CHAIN', 'unavailable', 'unavailable'],
    ['EHOSTUNREACH', 'unavailable', 'unknown-outcome'],
    ['ENETUNREACH', 'unavailable', 'unknown-outcome'],
    ['ECONNRESET', 'unavailable', 'unknown-outcome'],
    ['EPIPE', 'unavailable', 'unknown-outcome'],
    ['ETIMEDOUT', 'timeout', 'unknown-outcome'],
    ['ERR_STREAM_PREMATURE_CLOSE', 'unavailable', 'unknown-outcome'],
  ])('%s is %s for a read and %s for a write', (code, read, write) => {
    expect(kindOfSocketError(code, 'read')).toBe(read);
    expect(kindOfSocketError(code, 'write')).toBe(write);
    expect(kindOfSocketError(code, 'removal')).toBe(write);
  });
});
