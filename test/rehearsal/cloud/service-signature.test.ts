import { createServiceSignatureCheck } from '../../../rehearsal/cloud/service-signature';
import type { SignatureCheck, SignedRequest } from '../../../rehearsal/cloud/signature';
import { MINUTE } from '../../../shared/core/time';

/** A request as @alicloud/fc2 2.6.6 sent it for the key `STS.example` with the secret `secret`. */
const SIGNED_AT = Date.parse('2026-11-28T13:00:46Z');
const REQUEST: SignedRequest = {
  method: 'POST',
  url: '/2016-08-15/services/gateways/functions/watch/invocations',
  headers: {
    accept: 'application/json',
    date: 'Sat, 28 Nov 2026 13:00:46 GMT',
    host: '127.0.0.1',
    'x-fc-account-id': '1234567890123456',
    'x-fc-security-token': 'token',
    connection: 'close',
    'x-fc-invocation-type': 'Async',
    'x-fc-stateful-async-invocation-id': 'task',
    'content-type': 'application/octet-stream',
    'content-length': '16',
    'content-md5': 'MjAyMDc4MTkwMTg4ZmQ1NWY0YmE5NDk3MTRhNGNhYTI=',
    authorization: 'FC STS.example:kYU7ENux/cXZBN8N/vrxCE3ruDY6+CkQc2irn6S7T+4=',
  },
  body: Buffer.from('{"who":"网关"}'),
};

interface Setting {
  readonly wall?: number;
  readonly now?: number;
  readonly secret?: string;
  readonly token?: string;
}

function check({ wall = SIGNED_AT, now = 0, secret = 'secret', token = 'token' }: Setting = {}): SignatureCheck {
  const known = { accessKeyId: 'STS.example', accessKeySecret: secret, securityToken: token, expires: 1_000 };
  const credentials = { issue: () => known, find: (id: string) => (id === 'STS.example' ? known : undefined) };
  return createServiceSignatureCheck(credentials, { now: () => now, sleep: async () => undefined }, () => wall);
}

function withHeaders(change: Readonly<Record<string, string | undefined>>): SignedRequest {
  const headers = Object.entries({ ...REQUEST.headers, ...change }).filter(([, value]) => value !== undefined);
  return { ...REQUEST, headers: Object.fromEntries(headers) as Record<string, string> };
}

function outcomeOf(act: () => void): unknown {
  try {
    act();
  } catch (error) {
    const { status, code } = error as { readonly status: number; readonly code: string };
    return `${status} ${code}`;
  }
  return 'accepted';
}

describe('signature check of FC 2.0', () => {
  it('accepts what its client sends', () => {
    expect(outcomeOf(() => check().check(REQUEST))).toBe('accepted');
  });

  it.each<[string, SignedRequest, Setting, string]>([
    ['a wrong secret', REQUEST, { secret: 'other' }, '403 SignatureNotMatch'],
    ['another method', { ...REQUEST, method: 'PUT' }, {}, '403 SignatureNotMatch'],
    ['another function', { ...REQUEST, url: REQUEST.url.replace('watch', 'w') }, {}, '403 SignatureNotMatch'],
    ['another body', { ...REQUEST, body: Buffer.from('{}') }, {}, '403 SignatureNotMatch'],
    ['another type of content', withHeaders({ 'content-type': 'text/plain' }), {}, '403 SignatureNotMatch'],
    ['another x-fc header', withHeaders({ 'x-fc-invocation-type': 'Sync' }), {}, '403 SignatureNotMatch'],
    ['a further x-fc header', withHeaders({ 'x-fc-log-type': 'Tail' }), {}, '403 SignatureNotMatch'],
    ['a token that was taken away', withHeaders({ 'x-fc-security-token': undefined }), {}, '403 SignatureNotMatch'],
    ['another date', withHeaders({ date: 'Sat, 28 Nov 2026 13:00:47 GMT' }), {}, '403 SignatureNotMatch'],
    ['no date', withHeaders({ date: undefined }), {}, '400 MissingRequiredHeader'],
    ['no signature', withHeaders({ authorization: undefined }), {}, '400 MissingRequiredHeader'],
    ['another kind of signature', withHeaders({ authorization: 'acs key:signature' }), {}, '403 SignatureNotMatch'],
    [
      'an unknown key',
      withHeaders({ authorization: REQUEST.headers['authorization']?.replace('example', 'nobody') }),
      {},
      '403 InvalidAccessKeyID',
    ],
    ['the token of other credentials', REQUEST, { token: 'other' }, '403 AccessDenied'],
    ['credentials that have expired', REQUEST, { now: 1_000 }, '403 AccessDenied'],
    ['a date 15 minutes and a second old', REQUEST, { wall: SIGNED_AT + 15 * MINUTE + 1_000 }, '403 AccessDenied'],
    ['a date 15 minutes and a second ahead', REQUEST, { wall: SIGNED_AT - 15 * MINUTE - 1_000 }, '403 AccessDenied'],
  ])('refuses %s', (_, request, setting, outcome) => {
    expect(outcomeOf(() => check(setting).check(request))).toBe(outcome);
  });

  it.each([15 * MINUTE, -15 * MINUTE])('accepts a date that is off by %d ms', (shift) => {
    expect(outcomeOf(() => check({ wall: SIGNED_AT + shift }).check(REQUEST))).toBe('accepted');
  });

  it('reads a path as it was signed, before it was encoded', () => {
    const encoded = REQUEST.url.replace('watch', '%77atch');
    expect(outcomeOf(() => check().check({ ...REQUEST, url: encoded }))).toBe('accepted');
  });
});
