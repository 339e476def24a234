import { parse } from 'yaml';
import { z } from 'zod';
import { ACCESS_REVIEWS, AccessReviewAnswer, accessReview } from '../../shared/cloud/access-review';
import { kindOfAnswer, kindOfSilence, kindOfSocketError, kindOfStatus } from '../../shared/cloud/error-codes';
import { type Invocation, type Invoked, type Invoker, OPERATION } from '../../shared/cloud/invocation';
import { fetchKubeconfig } from '../../shared/cloud/kube-connector';
import type {
  ClusterApi,
  Kube,
  KubeConnector,
  KubeWriteOptions,
  OpenApi,
  OpenApiCall,
  ResourceKind,
} from '../../shared/cloud/seams';
import { CALL_LIMIT, noAnswer } from '../../shared/cloud/time-limit';
import { parseJson } from '../../shared/cloud/untyped';
import { type Instant, type Millis, SECOND } from '../../shared/core/time';
import { CloudError } from '../../shared/errors';
import type { Clock } from '../../shared/ports';
import type { Exchange } from './gate';
import { at, copyOf } from './json';
import { type KubeRequest, kubeOperation } from './kubernetes/rest';
import type { ApiRequest } from './open-api';
import type { Parameters } from './products/operation';
import type { Reply } from './reply';

type Effect = OpenApiCall['effect'];

/**
 * The seam `OpenApi` without a wire: no signature, no sockets, errors named by the tables that the real adapter uses.
 *
 * @param checkDate refuses dates that are too far off; a call that names none is signed now
 */
export function createInProcessOpenApi(
  answer: (request: ApiRequest) => Promise<Exchange>,
  nextRequestId: () => string,
  checkDate: (signedAt: Instant) => void,
): OpenApi {
  async function call(wanted: OpenApiCall) {
    const requestId = nextRequestId();
    const { signedAt, headers = {}, limit = CALL_LIMIT } = wanted;
    const exchange = await answer({
      product: wanted.product,
      action: wanted.action,
      method: wanted.roa?.method ?? 'POST',
      path: wanted.roa?.path ?? '/',
      parameters: asText(wanted.query ?? {}),
      context: { requestId, region: wanted.region, baseUrl: BASE_URL, headers, body: Buffer.from(wanted.body ?? '') },
      ...(signedAt === undefined ? {} : { authenticate: () => checkDate(Math.floor(signedAt / SECOND) * SECOND) }),
    });
    const operation = `${wanted.product}.${wanted.action}`;
    const reply = arrived(exchange, operation, wanted.effect, limit);
    const isGiven = reply.status < 300;
    const body = isGiven && wanted.answer === 'text' ? textOf(reply) : readApi(reply, operation, wanted.effect);
    if (!isGiven) throw refusal(reply, body, requestId, operation, wanted.effect);
    const date = Date.parse(reply.headers['date'] ?? '');
    return { body, requestId, headers: reply.headers, date: Number.isNaN(date) ? undefined : date };
  }
  return { call };
}

/** Functions of FC 2.0 without a wire and a signature. */
export function createInProcessInvoker(
  answer: (request: ApiRequest) => Promise<Exchange>,
  nextRequestId: () => string,
): Invoker {
  async function invoke({ address, event, type, taskId, limit, effect }: Invocation): Promise<Invoked> {
    const requestId = nextRequestId();
    const [service = '', name = ''] = address.name.split('/');
    const headers = {
      'x-fc-invocation-type': type,
      ...(taskId === undefined ? {} : { 'x-fc-stateful-async-invocation-id': taskId }),
    };
    const exchange = await answer({
      product: 'fc',
      version: '2016-08-15',
      action: 'InvokeFunction',
      method: 'POST',
      path: `/2016-08-15/services/${service}/functions/${name}/invocations`,
      parameters: {},
      context: { requestId, region: address.region, baseUrl: BASE_URL, headers, body: Buffer.from(event) },
    });
    const reply = arrived(exchange, OPERATION, effect, limit);
    // Its client names by the status what is an error and no JSON.
    if (reply.status >= 300) throw refusal(reply, parseJson(textOf(reply)), requestId, OPERATION, effect);
    return {
      answer: parseJson(textOf(reply)),
      errorType: reply.headers['x-fc-error-type'],
      requestId: reply.headers['x-fc-request-id'],
    };
  }
  return { invoke };
}

function textOf({ body }: Reply): string {
  return body.type === 'json' ? JSON.stringify(body.value) : body.bytes.toString();
}

function refusal(reply: Reply, body: unknown, requestId: string, operation: string, effect: Effect): CloudError {
  const { code = '', status } = reply;
  const message = String(at(body, 'Message') ?? at(body, 'message') ?? at(body, 'ErrorMessage') ?? 'refused');
  return new CloudError(`${code}: ${message}`, {
    kind: kindOfAnswer(code, status, effect),
    operation,
    code,
    status,
    requestId,
  });
}

/** Nothing listens there: kubeconfigs need an address, and the in-process face finds the cluster by its id. */
const BASE_URL = 'http://127.0.0.1:9';

function asText(query: NonNullable<OpenApiCall['query']>): Parameters {
  const given = Object.entries(query).flatMap(([name, value]) => (value === undefined ? [] : [[name, String(value)]]));
  return Object.fromEntries(given);
}

/** The answer, unless the caller of a real API would not have got it. */
function arrived({ reply, delay }: Exchange, operation: string, effect: Effect, limit: Millis): Reply {
  if (delay >= limit) throw noAnswer(limit, kindOfSilence(effect, 'timeout'), operation);
  if (reply !== 'cut') return reply;
  const code = 'ECONNRESET';
  throw new CloudError(`the connection failed with ${code}`, {
    kind: kindOfSocketError(code, effect),
    operation,
    code,
  });
}

/** The SDK cannot read what is not JSON; the real adapter names it by its status from 500 on. */
function readApi({ status, body }: Reply, operation: string, effect: Effect): unknown {
  if (body.type === 'json') return body.value;
  const kind = status >= 500 ? kindOfStatus(status, effect) : kindOfSilence(effect, 'unreadable');
  throw new CloudError('the answer is not JSON', { kind, operation, status });
}

export type AskKube = (serverId: string, request: KubeRequest) => Promise<Exchange>;

/** A token and the instant until which it is used. */
export interface Admission {
  readonly token: string;
  readonly goodUntil: Instant;
}

/**
 * The seam `KubeConnector` without a wire. Tokens come from `admit`, which asks the API that hands out kubeconfigs, and
 * are kept as the real adapter keeps them: until they end, or until the cluster does not know them any more.
 */
export function createInProcessConnector(
  ask: AskKube,
  admit: (api: ClusterApi) => Promise<Admission>,
  clock: Clock,
): KubeConnector {
  const admissions = new Map<string, Promise<Admission>>();

  async function tokenFor(api: ClusterApi): Promise<string> {
    const key = `${api.of}/${api.id}`;
    const known = admissions.get(key);
    if (known !== undefined && clock.now() < (await known).goodUntil) return (await known).token;
    const asked = admit(api);
    admissions.set(key, asked);
    try {
      return (await asked).token;
    } catch (error) {
      admissions.delete(key);
      throw error;
    }
  }

  async function send(api: ClusterApi, effect: Effect, request: Omit<KubeRequest, 'token'>): Promise<unknown> {
    const first = await ask(api.id, { ...request, token: await tokenFor(api) });
    if (first.reply === 'cut' || first.reply.status !== 401) return readKube(first, effect, request);
    admissions.delete(`${api.of}/${api.id}`);
    return readKube(await ask(api.id, { ...request, token: await tokenFor(api) }), effect, request);
  }

  async function open(api: ClusterApi): Promise<Kube> {
    await tokenFor(api);
    return kubeOf((effect, request) => send(api, effect, request));
  }

  return { open };
}

const Kubeconfig = z.object({ users: z.tuple([z.object({ user: z.object({ token: z.string() }) })]) });

/** Gets a token by the same call, and for as long, as the real adapter gets a kubeconfig. */
export async function admitBy(openApi: OpenApi, api: ClusterApi, clock: Clock): Promise<Admission> {
  const { goodUntil, kubeconfig } = await fetchKubeconfig(openApi, api, clock);
  const [{ user }] = Kubeconfig.parse(parse(kubeconfig)).users;
  return { token: user.token, goodUntil };
}

function readKube(exchange: Exchange, effect: Effect, request: Omit<KubeRequest, 'token'>): unknown {
  const operation = kubeOperation(request);
  const reply = arrived(exchange, operation, effect, CALL_LIMIT);
  const { status } = reply;
  const body = reply.body.type === 'json' ? reply.body.value : undefined;
  if (status < 300 && body !== undefined) return body;
  if (status < 300) {
    throw new CloudError('the answer is not JSON', { kind: kindOfSilence(effect, 'unreadable'), operation, status });
  }
  throw new CloudError(`${reply.code ?? 'refused'}: ${String(at(body, 'message') ?? '')} (status ${status})`, {
    kind: kindOfStatus(status, effect),
    operation,
    status,
    code: reply.code,
  });
}

function kubeOf(send: (effect: Effect, request: Omit<KubeRequest, 'token'>) => Promise<unknown>): Kube {
  function request(method: string, path: string, more: Partial<KubeRequest> = {}): Omit<KubeRequest, 'token'> {
    return { method, path, query: new URLSearchParams(), contentType: undefined, body: undefined, ...more };
  }
  return {
    list: async (kind, namespace, { fields, labels } = {}) => {
      const query = new URLSearchParams({
        ...(labels === undefined ? {} : { labelSelector: labels }),
        ...(fields === undefined ? {} : { fieldSelector: fields }),
      });
      const items = at(await send('read', request('GET', pathOf(kind, namespace), { query })), 'items');
      if (!Array.isArray(items)) throw new Error(`a list of ${kind.plural} without items`);
      return items;
    },
    get: (kind, namespace, name) => send('read', request('GET', pathOf(kind, namespace, name))),
    patch: (kind, namespace, name, mergePatch, options = {}) =>
      send(
        'write',
        request('PATCH', pathOf(kind, namespace, name, options.subresource), {
          query: writeQuery(options),
          contentType: 'application/merge-patch+json',
          body: copyOf(mergePatch),
        }),
      ),
    create: (kind, namespace, object, options = {}) =>
      send(
        'write',
        request('POST', pathOf(kind, namespace), {
          query: writeQuery(options),
          contentType: 'application/json',
          body: copyOf(object),
        }),
      ),
    delete: async (kind, namespace, name, preconditions) => {
      const options = preconditions === undefined ? {} : { contentType: 'application/json', body: { preconditions } };
      await send('removal', request('DELETE', pathOf(kind, namespace, name), options));
    },
    allows: async (access) => {
      const review = { contentType: 'application/json', body: copyOf(accessReview(access)) };
      const answer = await send('read', request('POST', ACCESS_REVIEWS, review));
      return AccessReviewAnswer.parse(answer).status.allowed;
    },
  };
}

function pathOf(kind: ResourceKind, namespace: string | undefined, name?: string, subresource?: string): string {
  const root = kind.group === '' ? `/api/${kind.version}` : `/apis/${kind.group}/${kind.version}`;
  const object = [name, subresource].filter((part) => part !== undefined).map(encodeURIComponent);
  const place = namespace === undefined ? [] : ['namespaces', namespace];
  return [root, ...place, kind.plural, ...object].join('/');
}

function writeQuery({ dryRun }: KubeWriteOptions): URLSearchParams {
  return new URLSearchParams(dryRun === true ? { dryRun: 'All' } : {});
}
