import OpenApiClient, { Config, GlobalParameters, OpenApiRequest, Params } from '@alicloud/openapi-client';
import { RuntimeOptions } from '@alicloud/tea-util';
import { type Instant, isoTime, type Millis } from '../core/time';
import { CloudError } from '../errors';
import type { Credentials, Deadline } from '../ports';
import { type Endpoint, readEndpoint, regionHeader } from './endpoint';
import { kindOfAnswer, kindOfSilence, kindOfSocketError, kindOfStatus } from './error-codes';
import { withHttpStatus } from './http-status';
import { PRODUCTS } from './products';
import { safeMessage } from './safe-message';
import type { OpenApi, OpenApiAnswer, OpenApiCall } from './seams';
import { CALL_LIMIT, noAnswer, TimeLimitReached, timeForCall, within } from './time-limit';
import { fieldOf, parseJson, textOf } from './untyped';

export interface OpenApiOptions {
  /** The role's credentials of this invocation. They are held by the returned object only. */
  readonly credentials: Credentials;
  readonly deadline: Deadline;
  /** Asked instead of every product's own endpoint, for example `http://127.0.0.1:8080`. Plain HTTP on loopback only. */
  readonly endpoint?: string | undefined;
  /** Longest time that one call may take. */
  readonly callLimit?: Millis;
}

/**
 * Calls Alibaba Cloud APIs, RPC and ROA, signed with ACS3-HMAC-SHA256. Answers are read whole; the SDK has no limit
 * on their size.
 *
 * Every call has its own connection (`connection: close`). The SDK keeps one agent for the life of the process and
 * takes no other, so a kept connection would outlive the invocation: after Function Compute has frozen and thawed the
 * instance the first call on it fails with ECONNRESET, and a kept connection also loses the read timeout (httpx 2.3.3,
 * measured 2026-11-22). The agent does keep TLS sessions, so a further call resumes one instead of a full handshake.
 *
 * Throws CloudError, and InvalidInput for an endpoint that cannot be used.
 */
export function createOpenApi(options: OpenApiOptions): OpenApi {
  const origin = options.endpoint === undefined ? undefined : readEndpoint(options.endpoint);
  const clients = new Map<string, OpenApiClient>();

  function clientFor(host: string): OpenApiClient {
    const known = clients.get(host);
    if (known !== undefined) return known;
    const client = new OpenApiClient(
      new Config({
        ...options.credentials,
        endpoint: host,
        protocol: origin?.protocol ?? 'HTTPS',
        globalParameters: new GlobalParameters({ headers: { connection: 'close' } }),
      }),
    );
    clients.set(host, client);
    return client;
  }

  async function call(wanted: OpenApiCall): Promise<OpenApiAnswer> {
    const operation = `${wanted.product}.${wanted.action}`;
    const limit = timeForCall(options.deadline, wanted.limit ?? options.callLimit ?? CALL_LIMIT, operation);
    const product = PRODUCTS[wanted.product];
    const client = clientFor(origin?.host ?? product.endpoint(wanted.region));
    return await withHttpStatus(async (status) => {
      try {
        const answer = await within(
          limit,
          client.callApi(paramsOf(wanted, product.version), requestOf(wanted, origin), timeouts(limit)),
        );
        return readBody(answer, wanted, operation);
      } catch (error) {
        if (isNotJson(error)) throw notJson(status(), wanted, operation);
        throw named(error, wanted, operation, limit, options.credentials);
      }
    });
  }

  return { call };
}

function paramsOf({ action, roa, body }: OpenApiCall, version: string): Params {
  return new Params({
    action,
    version,
    protocol: 'HTTPS',
    authType: 'AK',
    style: roa === undefined ? 'RPC' : 'ROA',
    method: roa?.method ?? 'POST',
    pathname: roa?.path ?? '/',
    reqBodyType: roa === undefined ? 'formData' : body === undefined ? 'json' : 'byte',
    // The text as it came: the SDK's own JSON parsing loses the status of an answer that is not a JSON object.
    bodyType: 'string',
  });
}

/** The headers of a request go over those that the SDK sets itself, and are signed (openapi-client 0.4.15, `doRequest`). */
function requestOf(wanted: OpenApiCall, origin: Endpoint | undefined): OpenApiRequest {
  const { query = {}, signedAt, headers = {}, body } = wanted;
  const given = Object.entries(query).flatMap(([name, value]) => (value === undefined ? [] : [[name, String(value)]]));
  return new OpenApiRequest({
    query: Object.fromEntries(given),
    headers: {
      ...headers,
      ...(wanted.product === 'fc' ? regionHeader(wanted.region, origin) : {}),
      ...(signedAt === undefined ? {} : { 'x-acs-date': isoTime(signedAt) }),
    },
    ...(body === undefined ? {} : { body: Buffer.from(body) }),
  });
}

/** What the SDK calls the connect timeout is the time without traffic on the socket, connected or not. */
function timeouts(limit: Millis): RuntimeOptions {
  return new RuntimeOptions({ connectTimeout: limit, readTimeout: limit, autoretry: false });
}

/** Message of what the SDK throws at an error answer that is JSON but no object (tea-util 1.4). */
const NOT_AN_OBJECT = 'The value is not a object';

function readBody(answer: unknown, { effect, answer: wanted }: OpenApiCall, operation: string): OpenApiAnswer {
  const status = Number(fieldOf(answer, 'statusCode'));
  const headers = readHeaders(fieldOf(answer, 'headers'));
  const text = fieldOf(answer, 'body');
  const requestId = textOf(headers, 'x-acs-request-id') ?? textOf(headers, 'x-fc-request-id');
  const date = readDate(textOf(headers, 'date'));
  if (wanted === 'text' && status < 300) return { body: text, requestId: requestId ?? '', headers, date };
  const parsed = parseJson(text);
  // The SDK takes everything below 400 for a success, redirections included.
  if (status >= 300 || typeof parsed !== 'object' || parsed === null) {
    throw new CloudError(`status ${status} without a JSON object as its body`, {
      kind: kindOfSilence(effect, 'unreadable'),
      operation,
      status,
      requestId,
    });
  }
  return { body: parsed, requestId: requestIdOf(parsed) ?? requestId ?? '', headers, date };
}

function readHeaders(headers: unknown): Readonly<Record<string, string>> {
  const all: readonly (readonly [string, unknown])[] = Object.entries(headers ?? {});
  return Object.fromEntries(all.flatMap(([name, value]) => (typeof value === 'string' ? [[name, value]] : [])));
}

function readDate(header: string | undefined): Instant | undefined {
  const date = Date.parse(header ?? '');
  return Number.isNaN(date) ? undefined : date;
}

/**
 * Names what the SDK threw. Its messages are never passed on as they are, nor as the cause: those of the connection
 * hold the whole URL with the query.
 */
function named(
  error: unknown,
  { effect }: OpenApiCall,
  operation: string,
  limit: Millis,
  credentials: Credentials,
): unknown {
  if (error instanceof CloudError) return error;
  const name = textOf(error, 'name');
  if (error instanceof TimeLimitReached || name === 'RequestTimeoutError') {
    return noAnswer(limit, kindOfSilence(effect, 'timeout'), operation);
  }
  const status = fieldOf(error, 'statusCode');
  if (typeof status === 'number') return refusal(fieldOf(error, 'data'), status, effect, operation, credentials);
  const code = textOf(error, 'code');
  if (code !== undefined) {
    return new CloudError(`the connection failed with ${code}`, {
      kind: kindOfSocketError(code, effect),
      operation,
      code,
    });
  }
  return error;
}

/** The code is read from the answer itself, since the SDK makes the text `undefined` of one that is missing. */
function refusal(
  data: unknown,
  status: number,
  effect: OpenApiCall['effect'],
  operation: string,
  credentials: Credentials,
): CloudError {
  const code = codeOf(data);
  const message = safeMessage(code ?? '', textOf(data, 'Message') ?? textOf(data, 'message') ?? '', credentials);
  const said = [code ?? '', message].filter((part) => part !== '').join(': ');
  return new CloudError(`${said === '' ? 'refused' : said} (status ${status})`, {
    kind: kindOfAnswer(code ?? '', status, effect),
    operation,
    code,
    status,
    requestId: requestIdOf(data),
  });
}

function codeOf(data: unknown): string | undefined {
  const code = fieldOf(data, 'Code') ?? fieldOf(data, 'code');
  return typeof code === 'number' ? String(code) : typeof code === 'string' && code !== '' ? code : undefined;
}

function isNotJson(error: unknown): boolean {
  return (
    textOf(error, 'code') === 'ERR_STRING_TOO_LONG' ||
    textOf(error, 'name') === 'SyntaxError' ||
    fieldOf(error, 'message') === NOT_AN_OBJECT
  );
}

/** An error page of something between us and the API: a 5xx says what it is, any other status cannot be taken for the API's. */
function notJson(status: number | undefined, { effect }: OpenApiCall, operation: string): CloudError {
  const kind =
    status !== undefined && status >= 500 ? kindOfStatus(status, effect) : kindOfSilence(effect, 'unreadable');
  return new CloudError('an error answer that is not a JSON object', { kind, operation, status });
}

/** CS spells it with a small r, Function Compute's gateway with an underscore. */
function requestIdOf(body: unknown): string | undefined {
  return textOf(body, 'RequestId') ?? textOf(body, 'requestId') ?? textOf(body, 'request_id');
}
