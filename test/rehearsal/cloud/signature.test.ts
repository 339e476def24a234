import { createSignatureCheck, type SignatureCheck, type SignedRequest } from '../../../rehearsal/cloud/signature';
import { MINUTE } from '../../../shared/core/time';

/** Two requests as @alicloud/openapi-client 0.4.15 sent them for the key `STS.example` with the secret `secret`. */
const SIGNED_AT = Date.parse('2026-11-22T21:42:26Z');
const RPC: SignedRequest = {
  method: 'POST',
  url: '/?Namespace=acs_slb_dashboard&Dimensions=%5B%7B%22instanceId%22%3A%22%E9%BB%98%E8%AE%A4%20!*%27()~%2B%25%2F%3D%26%22%7D%5D',
  headers: {
    host: '127.0.0.1:18080',
    'x-acs-version': '2019-01-01',
    'x-acs-action': 'DescribeMetricList',
    'x-acs-date': '2026-11-22T21:42:26Z',
    'x-acs-signature-nonce': 'a1b51c42e48ff45469e2b96acdd2d333',
    accept: 'application/json',
    'content-type': 'application/x-www-form-urlencoded',
    'x-acs-content-sha256': '7b67f1727cb20bb9d3699a7950b619047e14646c50cbce6695c4c695961f917f',
    'x-acs-credentials-provider': 'static_sts',
    'x-acs-accesskey-id': 'STS.example',
    'x-acs-security-token': 'token',
    authorization:
      'ACS3-HMAC-SHA256 Credential=STS.example,SignedHeaders=content-type;host;x-acs-accesskey-id;x-acs-action;x-acs-content-sha256;x-acs-credentials-provider;x-acs-date;x-acs-security-token;x-acs-signature-nonce;x-acs-version,Signature=4761242334aa220eb50894f80613fcd2961a5a28cbf099263155f8373e5a088c',
  },
  body: Buffer.from('Length=10'),
};
const ROA: SignedRequest = {
  method: 'POST',
  url: '/2023-03-30/functions/a%20b%2Bc/invocations?qualifier=LATEST',
  headers: {
    host: '127.0.0.1:18080',
    'x-acs-version': '2023-03-30',
    'x-acs-action': 'InvokeFunction',
    'x-acs-date': '2026-11-22T21:42:26Z',
    'x-acs-signature-nonce': '0524af2745fe9f09fccbebcb2e26ab9b',
    'x-fc-invocation-type': 'Sync',
    'x-acs-content-sha256': '015abd7f5cc57a2dd94b7590f04ad8084273905ee33ec5cebeae62276a97f862',
    'x-acs-credentials-provider': 'static_sts',
    'x-acs-accesskey-id': 'STS.example',
    'x-acs-security-token': 'token',
    authorization:
      'ACS3-HMAC-SHA256 Credential=STS.example,SignedHeaders=host;x-acs-accesskey-id;x-acs-action;x-acs-content-sha256;x-acs-credentials-provider;x-acs-date;x-acs-security-token;x-acs-signature-nonce;x-acs-version,Signature=c643bed359ef7243417f1eb0f269728e3e299a1e0ab797d6100cd377ad83126a',
  },
  body: Buffer.from('{"a":1}'),
};

interface Setting {
  readonly wall?: number;
  readonly now?: number;
  readonly secret?: string;
}

function check({ wall = SIGNED_AT, now = 0, secret = 'secret' }: Setting = {}): SignatureCheck {
  const known = { accessKeyId: 'STS.example', accessKeySecret: secret, securityToken: 'token', expires: 1_000 };
  return createSignatureCheck({
    credentials: { issue: () => known, find: (id) => (id === 'STS.example' ? known : undefined) },
    clock: { now: () => now, sleep: async () => undefined },
    wallClock: () => wall,
  });
}

function withHeaders(change: Readonly<Record<string, string | undefined>>): SignedRequest {
  const headers = Object.entries({ ...RPC.headers, ...change }).filter(([, value]) => value !== undefined);
  return { ...RPC, headers: Object.fromEntries(headers) as Record<string, string> };
}

function codeOf(act: () => void): unknown {
  try {
    act();
  } catch (error) {
    return (error as { readonly code: string }).code;
  }
  return 'accepted';
}

describe('signature check', () => {
  it.each([
    ['an RPC call with odd characters and a form body', RPC],
    ['a ROA call with an encoded path and a body of bytes', ROA],
  ])('accepts %s, once', (_, request) => {
    const { check: accept } = check();
    expect(codeOf(() => accept(request))).toBe('accepted');
    expect(codeOf(() => accept(request))).toBe('SignatureNonceUsed');
  });

  it.each<[string, SignedRequest, Setting, string]>([
    ['a wrong secret', RPC, { secret: 'other' }, 'SignatureDoesNotMatch'],
    ['another query', { ...RPC, url: '/?Namespace=acs_ecs_dashboard' }, {}, 'SignatureDoesNotMatch'],
    ['another path', { ...RPC, url: RPC.url.replace('/?', '/other?') }, {}, 'SignatureDoesNotMatch'],
    ['another method', { ...RPC, method: 'PUT' }, {}, 'SignatureDoesNotMatch'],
    ['another body', { ...RPC, body: Buffer.from('Length=11') }, {}, 'SignatureDoesNotMatch'],
    ['another host', withHeaders({ host: '127.0.0.1:1' }), {}, 'SignatureDoesNotMatch'],
    ['a header that is not signed', withHeaders({ 'x-acs-extra': '1' }), {}, 'IncompleteSignature'],
    ['no signature', withHeaders({ authorization: undefined }), {}, 'IncompleteSignature'],
    ['an older kind of signature', withHeaders({ authorization: 'acs key:signature' }), {}, 'IncompleteSignature'],
    [
      'an unknown key',
      withHeaders({
        authorization: RPC.headers['authorization']?.replace('Credential=STS.example', 'Credential=STS.nobody'),
      }),
      {},
      'InvalidAccessKeyId.NotFound',
    ],
    ['no security token', withHeaders({ 'x-acs-security-token': undefined }), {}, 'MissingSecurityToken'],
    [
      'another security token',
      withHeaders({ 'x-acs-security-token': 'x' }),
      {},
      'InvalidSecurityToken.MismatchWithAccessKey',
    ],
    ['credentials that have expired', RPC, { now: 1_000 }, 'InvalidSecurityToken.Expired'],
    ['a date 15 minutes and a second old', RPC, { wall: SIGNED_AT + 15 * MINUTE + 1_000 }, 'InvalidTimeStamp.Expired'],
    [
      'a date 15 minutes and a second ahead',
      RPC,
      { wall: SIGNED_AT - 15 * MINUTE - 1_000 },
      'InvalidTimeStamp.Expired',
    ],
  ])('refuses %s', (_, request, setting, code) => {
    expect(codeOf(() => check(setting).check(request))).toBe(code);
  });

  it.each([
    ['15 minutes old', 15 * MINUTE],
    ['15 minutes ahead', -15 * MINUTE],
  ])('accepts a date %s', (_, shift) => {
    expect(codeOf(() => check({ wall: SIGNED_AT + shift }).check(RPC))).toBe('accepted');
  });
});
