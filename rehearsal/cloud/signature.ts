import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import { type Instant, MINUTE } from '../../shared/core/time';
import type { Clock } from '../../shared/ports';
import { ASSUMED, type Behaviour, documented } from './behaviour';
import type { CredentialStore } from './credentials';
import { ApiRefusal, missingParameter } from './products/operation';

export const SIGNATURE_BEHAVIOURS: readonly Behaviour[] = [
  {
    part: 'Signature',
    what: 'ACS3-HMAC-SHA256 with STS credentials; every x-acs header must be signed; the date may be 15 minutes off; a nonce counts once.',
    basis: documented('https://help.aliyun.com/en/sdk/product-overview/v3-request-structure-and-signature'),
  },
  {
    part: 'Signature',
    what: 'Codes MissingSecurityToken, InvalidSecurityToken.MismatchWithAccessKey, InvalidSecurityToken.Expired.',
    basis: ASSUMED,
  },
];

/** A request as it came over the wire; header names in lower case. */
export interface SignedRequest {
  readonly method: string;
  /** Path and query, still encoded. */
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

export interface SignatureCheck {
  /** Throws ApiRefusal unless the request is signed with credentials that are known and current. */
  check(request: SignedRequest): void;
}

export interface SignatureOptions {
  readonly credentials: CredentialStore;
  /** The cloud's clock, which credentials expire by. */
  readonly clock: Clock;
  /** The clock of the caller's machine, which signatures are dated by. */
  readonly wallClock: () => Instant;
}

/** How far the date of a signature may be off. */
const SKEW = 15 * MINUTE;
const AUTHORIZATION = /^ACS3-HMAC-SHA256 Credential=([^,]+), ?SignedHeaders=([^,]+), ?Signature=([0-9a-f]{64})$/;

export function createSignatureCheck({ credentials, clock, wallClock }: SignatureOptions): SignatureCheck {
  const nonces = new Map<string, Instant>();

  function check(request: SignedRequest): void {
    const { headers } = request;
    const [, accessKeyId, signedHeaders, signature] = AUTHORIZATION.exec(headers['authorization'] ?? '') ?? [];
    if (accessKeyId === undefined || signedHeaders === undefined || signature === undefined) {
      throw new ApiRefusal(
        400,
        'IncompleteSignature',
        'The request signature does not conform to Alibaba Cloud standards.',
      );
    }
    const secret = secretOf(accessKeyId, headers);
    const names = signedHeaders.split(';');
    const unsigned = Object.keys(headers).filter((name) => mustBeSigned(name) && !names.includes(name));
    if (unsigned.length > 0) {
      throw new ApiRefusal(400, 'IncompleteSignature', `Headers that are not signed: ${unsigned.join(', ')}.`);
    }
    const digest = sha256(request.body);
    const expected = hmac(secret, `ACS3-HMAC-SHA256\n${sha256(canonicalRequest(request, names, digest))}`);
    const genuine = timingSafeEqual(Buffer.from(expected), Buffer.from(signature));
    if (!genuine) {
      throw new ApiRefusal(400, 'SignatureDoesNotMatch', 'Specified signature does not match our calculation.');
    }
    const date = headers['x-acs-date'];
    if (date === undefined) throw missingParameter('x-acs-date');
    checkDate(Date.parse(date), wallClock());
    useNonce(headers['x-acs-signature-nonce']);
  }

  function secretOf(accessKeyId: string, headers: Readonly<Record<string, string>>): string {
    const found = credentials.find(accessKeyId);
    if (found === undefined) {
      throw new ApiRefusal(404, 'InvalidAccessKeyId.NotFound', 'Specified access key is not found.');
    }
    const token = headers['x-acs-security-token'];
    if (token === undefined)
      throw new ApiRefusal(400, 'MissingSecurityToken', 'SecurityToken is mandatory for this action.');
    if (token !== found.securityToken) {
      throw new ApiRefusal(
        400,
        'InvalidSecurityToken.MismatchWithAccessKey',
        'Specified SecurityToken mismatch with the AccessKey.',
      );
    }
    if (found.expires <= clock.now()) {
      throw new ApiRefusal(400, 'InvalidSecurityToken.Expired', 'Specified SecurityToken is expired.');
    }
    return found.accessKeySecret;
  }

  function useNonce(nonce: string | undefined): void {
    if (nonce === undefined) throw missingParameter('x-acs-signature-nonce');
    const now = wallClock();
    for (const [old, at] of nonces) {
      if (at + 2 * SKEW > now) break;
      nonces.delete(old);
    }
    if (nonces.has(nonce)) {
      throw new ApiRefusal(400, 'SignatureNonceUsed', 'Specified signature nonce was used already.');
    }
    nonces.set(nonce, now);
  }

  return { check };
}

/** Throws ApiRefusal for the date of a signature that is too far off, or is none. */
export function checkDate(date: Instant, now: Instant): void {
  if (!(Math.abs(date - now) <= SKEW)) {
    throw new ApiRefusal(400, 'InvalidTimeStamp.Expired', 'Specified time stamp or date value is expired.');
  }
}

function mustBeSigned(header: string): boolean {
  return header === 'host' || header.startsWith('x-acs-');
}

function canonicalRequest({ method, url, headers }: SignedRequest, names: readonly string[], digest: string): string {
  const mark = url.indexOf('?');
  const path = mark < 0 ? url : url.slice(0, mark);
  const query = mark < 0 ? '' : url.slice(mark + 1);
  return [
    method,
    path.replaceAll('+', '%20').replaceAll('*', '%2A').replaceAll('%7E', '~'),
    canonicalQuery(query),
    ...names.map((name) => `${name}:${(headers[name] ?? '').trim()}`),
    '',
    names.join(';'),
    digest,
  ].join('\n');
}

/** Clients send the query in another encoding than they sign: it is decoded and encoded anew, as RFC 3986 has it. */
function canonicalQuery(query: string): string {
  return [...new URLSearchParams(query)]
    .map(([name, value]) => [percentEncoded(name), percentEncoded(value)] as const)
    .sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0))
    .map(([name, value]) => `${name}=${value}`)
    .join('&');
}

function percentEncoded(text: string): string {
  return encodeURIComponent(text).replace(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}

function sha256(content: Buffer | string): string {
  return createHash('sha256').update(content).digest('hex');
}

function hmac(secret: string, content: string): string {
  return createHmac('sha256', secret).update(content).digest('hex');
}
