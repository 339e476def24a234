import http from 'node:http';
import https from 'node:https';
import {
  HttpMethod,
  IsomorphicFetchHttpLibrary,
  type RequestContext,
  ServerConfiguration,
} from '@kubernetes/client-node';
import { z } from 'zod';
import type { Millis } from '../core/time';
import { CloudError } from '../errors';
import type { Deadline } from '../ports';
import { ACCESS_REVIEWS, AccessReviewAnswer, accessReview } from './access-review';
import { readAnswer, shorten } from './answer';
import { kindOfSilence, kindOfSocketError, kindOfStatus } from './error-codes';
import { type ClusterAccess, readKubeconfig } from './kubeconfig';
import type { Kube, KubeWriteOptions, OpenApiCall, ResourceKind } from './seams';
import { CALL_LIMIT, timeForCall } from './time-limit';
import { parseJson, textOf } from './untyped';

export interface KubeOptions {
  /** YAML or JSON; see `readKubeconfig` for what is refused. */
  readonly kubeconfig: string;
  readonly deadline: Deadline;
  /** Longest time that one call may take. */
  readonly callLimit?: Millis;
}

/** A {@link Kube} that keeps connections until it is closed, which must happen before the invocation ends. */
export type OpenKube = Kube & { close(): void };

const FIELD_MANAGER = 'gateway-autopilot';
const PAGE_SIZE = 500;
/** 50,000 objects: a list that is longer is not one of gateways. */
const MAX_PAGES = 100;

const ListAnswer = z.object({
  items: z.array(z.unknown()),
  metadata: z.object({ continue: z.string().optional() }).optional(),
});

/** `Status`, the API server's own form of an error (kubernetes.io, API conventions). */
const StatusAnswer = z.object({
  reason: z.string().optional().catch(undefined),
  message: z.string().optional().catch(undefined),
});

interface Request {
  /** For errors: `kube patch deployments`. */
  readonly operation: string;
  readonly effect: OpenApiCall['effect'];
  readonly method: HttpMethod;
  readonly path: string;
  readonly query?: Readonly<Record<string, string | undefined>>;
  readonly body?: object;
  readonly contentType?: 'application/json' | 'application/merge-patch+json';
}

/**
 * One cluster's API. Only the transport of @kubernetes/client-node is used, since its typed API classes bring 0.8 MB
 * of models that we would not trust anyway: answers stay JSON and whoever asked checks them. A connection that closes
 * inside a body of announced length is noticed by the time limit only (node-fetch 2). Redirects are never followed. After
 * `close` every call is CloudError `deadline`.
 *
 * Throws CloudError `unreadable` for a kubeconfig that cannot be used.
 */
export function createKube(options: KubeOptions): OpenKube {
  const access = readKubeconfig(options.kubeconfig);
  const agent = agentFor(access);
  const server = new ServerConfiguration(access.server, {});
  const transport = new IsomorphicFetchHttpLibrary();
  let closed = false;

  async function send(request: Request): Promise<unknown> {
    if (closed) {
      const { operation } = request;
      throw new CloudError('the connection is closed, nothing was sent', { kind: 'deadline', operation });
    }
    const limit = timeForCall(options.deadline, options.callLimit ?? CALL_LIMIT, request.operation);
    const aborter = new AbortController();
    const timer = setTimeout(() => aborter.abort(), limit);
    try {
      const context = server.makeRequestContext(request.path, request.method);
      giveAgent(context, agent, request);
      context.setSignal(aborter.signal);
      context.setHeaderParam('Accept', 'application/json');
      if (access.token !== undefined) context.setHeaderParam('Authorization', `Bearer ${access.token}`);
      for (const [name, value] of Object.entries(request.query ?? {})) {
        if (value !== undefined) context.setQueryParam(name, value);
      }
      if (request.body !== undefined) {
        context.setHeaderParam('Content-Type', request.contentType ?? 'application/json');
        context.setBody(JSON.stringify(request.body));
      }
      const answer = await transport.send(context).toPromise();
      return readBody(request, answer.httpStatusCode, await answer.body.text());
    } catch (error) {
      if (aborter.signal.aborted) throw noAnswer(request, limit);
      throw named(error, request);
    } finally {
      clearTimeout(timer);
    }
  }

  async function listOnce(request: Request): Promise<readonly unknown[]> {
    const items: unknown[] = [];
    let token: string | undefined;
    for (let page = 1; page <= MAX_PAGES; page += 1) {
      const body = await send({ ...request, query: { ...request.query, continue: token } });
      const answer = readAnswer(ListAnswer, body, request.operation);
      for (const item of answer.items) items.push(item);
      const next = answer.metadata?.continue;
      if (next === undefined || next === '') return items;
      token = next;
    }
    throw new CloudError(`more than ${MAX_PAGES} pages`, { kind: 'unreadable', operation: request.operation });
  }

  return {
    async list(kind, namespace, selector) {
      const request: Request = {
        operation: `kube list ${kind.plural}`,
        effect: 'read',
        method: HttpMethod.GET,
        path: pathOf(kind, [namespace]),
        query: { limit: String(PAGE_SIZE), labelSelector: selector?.labels, fieldSelector: selector?.fields },
      };
      try {
        return await listOnce(request);
      } catch (error) {
        // A continue token lives about 5 minutes (kubernetes.io, API concepts): start over, once.
        if (error instanceof CloudError && error.status === 410) return await listOnce(request);
        throw error;
      }
    },
    get: (kind, namespace, name) =>
      send({
        operation: `kube get ${kind.plural}`,
        effect: 'read',
        method: HttpMethod.GET,
        path: pathOf(kind, [namespace, name]),
      }),
    patch: (kind, namespace, name, mergePatch, write = {}) =>
      send({
        operation: `kube patch ${kind.plural}${write.subresource === undefined ? '' : `/${write.subresource}`}`,
        effect: 'write',
        method: HttpMethod.PATCH,
        path: pathOf(kind, [namespace, name], write.subresource),
        query: writeQuery(write),
        body: mergePatch,
        // Without it the client's default is a JSON patch, and a strategic merge patch is refused for custom resources.
        contentType: 'application/merge-patch+json',
      }),
    create: (kind, namespace, object, write = {}) =>
      send({
        operation: `kube create ${kind.plural}`,
        effect: 'write',
        method: HttpMethod.POST,
        path: pathOf(kind, [namespace], write.subresource),
        query: writeQuery(write),
        body: object,
      }),
    async delete(kind, namespace, name, preconditions) {
      await send({
        operation: `kube delete ${kind.plural}`,
        effect: 'removal',
        method: HttpMethod.DELETE,
        path: pathOf(kind, [namespace, name]),
        ...(preconditions === undefined ? {} : { body: { kind: 'DeleteOptions', apiVersion: 'v1', preconditions } }),
      });
    },
    async allows(access) {
      // The only object that is made to be answered: it changes nothing, and may be asked for again like any read.
      const operation = 'kube create selfsubjectaccessreviews';
      const body = await send({
        operation,
        effect: 'read',
        method: HttpMethod.POST,
        path: ACCESS_REVIEWS,
        body: accessReview(access),
      });
      return readAnswer(AccessReviewAnswer, body, operation).status.allowed;
    },
    close() {
      closed = true;
      agent.destroy();
    },
  };
}

/** The client makes a new agent, and so a new TLS handshake, for every call: 4.4 instead of 0.8 ms on loopback. */
function agentFor({ server, ca, client, serverName }: ClusterAccess): http.Agent {
  if (server.startsWith('http:')) return new http.Agent({ keepAlive: true });
  return new https.Agent({
    keepAlive: true,
    // Set, so that NODE_TLS_REJECT_UNAUTHORIZED cannot switch it off.
    rejectUnauthorized: true,
    ...(ca === undefined ? {} : { ca }),
    ...client,
    ...(serverName === undefined ? {} : { servername: serverName }),
  });
}

/**
 * The client has no way to say `redirect: 'manual'`, and node-fetch would take the token along to any port and subdomain
 * of the host. But node-fetch 2 accepts a function in the agent's place and asks it before every request that it makes:
 * the second one would follow a redirect. `Reflect`, because the client's types know agents only.
 */
function giveAgent(context: RequestContext, agent: http.Agent, { operation, effect }: Request): void {
  let asked = false;
  function agentForOneRequest(): http.Agent {
    if (asked) throw redirected(operation, effect);
    asked = true;
    return agent;
  }
  Reflect.apply(context.setAgent, context, [agentForOneRequest]);
}

function redirected(operation: string, effect: Request['effect']): CloudError {
  const kind = kindOfSilence(effect, 'unreadable');
  return new CloudError('a redirect, which is never followed', { kind, operation });
}

function pathOf(
  kind: ResourceKind,
  [namespace, name]: readonly [string | undefined, string?],
  subresource?: string,
): string {
  const root = kind.group === '' ? ['api', kind.version] : ['apis', kind.group, kind.version];
  const segments = [...root, ...(namespace === undefined ? [] : ['namespaces', namespace]), kind.plural];
  if (name !== undefined) segments.push(name);
  if (subresource !== undefined) segments.push(subresource);
  // An empty segment would make a list of a get, and dots would climb to another object.
  if (segments.some((segment) => segment === '' || segment === '.' || segment === '..')) {
    throw new Error(`not a Kubernetes path: ${segments.join('/')}`);
  }
  return `/${segments.map(encodeURIComponent).join('/')}`;
}

function writeQuery({ dryRun }: KubeWriteOptions): Readonly<Record<string, string | undefined>> {
  return { fieldManager: FIELD_MANAGER, dryRun: dryRun === true ? 'All' : undefined };
}

function readBody({ operation, effect }: Request, status: number, text: string): unknown {
  const body = parseJson(text);
  if (status >= 200 && status < 300) {
    if (typeof body === 'object' && body !== null) return body;
    throw new CloudError(`status ${status} with a body that is not a JSON object`, {
      kind: kindOfSilence(effect, 'unreadable'),
      operation,
      status,
    });
  }
  if (status < 400) throw redirected(operation, effect);
  const { reason, message } = StatusAnswer.catch({}).parse(body);
  const said = [reason, message].filter((part) => part !== undefined && part !== '').join(': ');
  throw new CloudError(`${said === '' ? 'refused' : shorten(said)} (status ${status})`, {
    kind: kindOfStatus(status, effect),
    operation,
    status,
    code: reason,
  });
}

function noAnswer({ operation, effect }: Request, limit: Millis): CloudError {
  return new CloudError(`no answer within ${Math.round(limit)} ms`, {
    kind: kindOfSilence(effect, 'timeout'),
    operation,
  });
}

/**
 * Failures of the connection carry Node's code; what node-fetch itself objects to, say the address of a redirect, has its
 * class only. Anything else is a bug of ours and passes. Messages are left out: they hold the URL.
 */
function named(error: unknown, { operation, effect }: Request): unknown {
  if (error instanceof CloudError) return error;
  const code = textOf(error, 'code') ?? (textOf(error, 'name') === 'FetchError' ? textOf(error, 'type') : undefined);
  if (code === undefined) return error;
  return new CloudError(`the connection failed with ${code}`, {
    kind: kindOfSocketError(code, effect),
    operation,
    code,
  });
}
