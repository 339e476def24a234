import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import { type Instant, MINUTE } from '../../shared/core/time';
import type { Clock } from '../../shared/ports';
import { ASSUMED, type Behaviour, coded, documented } from './behaviour';
import type { CredentialStore } from './credentials';
import { ApiRefusal } from './products/operation';
import type { SignatureCheck, SignedRequest } from './signature';

export const SERVICE_SIGNATURE_BEHAVIOURS: readonly Behaviour[] = [
  {
    part: 'Signature',
    what: 'FC 2.0: HMAC-SHA256 of method, content-md5, content-type, date, the x-fc headers and the path; the MD5 is that of the body.',
    basis: coded('@alicloud/fc2 2.6.6 lib/helper.js'),
  },
  {
    part: 'Signature',
    what: 'FC 2.0: 403 SignatureNotMatch, 403 InvalidAccessKeyID, 400 MissingRequiredHeader.',
    basis: documented('https://help.aliyun.com/zh/fc/developer-reference/error-codes'),
  },
  {
    part: 'Signature',
    what: 'FC 2.0: 403 AccessDenied for a token that is missing, wrong or expired, and for a date more than 15 minutes off.',
    basis: ASSUMED,
  },
];

const SKEW = 15 * MINUTE;
const AUTHORIZATION = /^FC ([^:]+):([A-Za-z0-9+/]{43}=)$/;

/**
 * The signature of FC 2.0, which is not that of the other APIs.
 *
 * @param wallClock the clock of the caller's machine, which requests are dated by
 */
export function createServiceSignatureCheck(
  credentials: CredentialStore,
  clock: Clock,
  wallClock: () => Instant,
): SignatureCheck {
  function check(request: SignedRequest): void {
    const { headers, body } = request;
    const [, accessKeyId, signature] = AUTHORIZATION.exec(header(headers, 'authorization')) ?? [];
    if (accessKeyId === undefined || signature === undefined) throw notMatching();
    const found = credentials.find(accessKeyId);
    if (found === undefined) throw refusal('InvalidAccessKeyID', `invalid access key ID '${accessKeyId}'`);
    const expected = createHmac('sha256', found.accessKeySecret).update(stringToSign(request)).digest();
    if (!timingSafeEqual(expected, Buffer.from(signature, 'base64'))) throw notMatching();
    if (body.length > 0 && header(headers, 'content-md5') !== digestOf(body)) throw notMatching();
    if (headers['x-fc-security-token'] !== found.securityToken)
      throw refusal('AccessDenied', 'the security token is not valid');
    if (found.expires <= clock.now()) throw refusal('AccessDenied', 'the security token has expired');
    if (!(Math.abs(Date.parse(header(headers, 'date')) - wallClock()) <= SKEW)) {
      throw refusal('AccessDenied', 'the date is too far off');
    }
  }

  return { check };
}

function header(headers: SignedRequest['headers'], name: string): string {
  const value = headers[name];
  if (value === undefined) {
    throw new ApiRefusal(400, 'MissingRequiredHeader', `required HTTP header ${name} was not specified`);
  }
  return value;
}

function stringToSign({ method, url, headers }: SignedRequest): string {
  const signed = Object.keys(headers)
    .filter((name) => name.startsWith('x-fc-'))
    .sort()
    .map((name) => `${name}:${headers[name] ?? ''}\n`);
  const path = decodeURIComponent(url.split('?', 1)[0] ?? '');
  const { 'content-md5': md5 = '', 'content-type': type = '' } = headers;
  return [method, md5, type, header(headers, 'date'), signed.join('') + path].join('\n');
}

/** Base64 of the MD5 in hexadecimal, which is what its client sends. */
function digestOf(body: Buffer): string {
  return Buffer.from(createHash('md5').update(body).digest('hex')).toString('base64');
}

function notMatching(): ApiRefusal {
  return refusal('SignatureNotMatch', 'The request signature we calculated does not match the signature you provided.');
}

function refusal(code: string, message: string): ApiRefusal {
  return new ApiRefusal(403, code, message);
}
