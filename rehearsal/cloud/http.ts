import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Exchange } from './gate';
import type { KubeRequest } from './kubernetes/rest';
import type { ApiRequest } from './open-api';
import type { SignatureCheck } from './signature';

/** A server on loopback that is the whole cloud: OpenAPI at `/`, clusters and meshes at `/kube/<id>`. */
export interface Listening {
  /** For example `http://127.0.0.1:41234`. */
  readonly url: string;
  /** Ends every connection and frees the port. */
  close(): Promise<void>;
}

export interface HttpOptions {
  readonly answerApi: (request: ApiRequest) => Promise<Exchange>;
  readonly answerKube: (serverId: string, request: KubeRequest) => Promise<Exchange>;
  readonly signatures: SignatureCheck;
  /** Of requests to FC 2.0. */
  readonly serviceSignatures: SignatureCheck;
  readonly nextRequestId: () => string;
  /** Region that the endpoint belongs to; without it one endpoint stands for all. */
  readonly region?: string;
}

/** Most that a request may carry: above the 32 MB that Function Compute takes. */
const BODY_LIMIT = 40 * 1024 * 1024;

export async function listen(options: HttpOptions): Promise<Listening> {
  const pending = new Set<NodeJS.Timeout>();
  const server = createServer((request, response) => {
    serve(options, request).then(
      (exchange) => deliver(response, exchange, pending),
      (error: unknown) => fail(response, error),
    );
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
  return { url: urlOf(server), close: () => close(server, pending) };
}

function urlOf(server: Server): string {
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the server has no port');
  return `http://127.0.0.1:${address.port}`;
}

async function close(server: Server, pending: Set<NodeJS.Timeout>): Promise<void> {
  for (const timer of pending) clearTimeout(timer);
  pending.clear();
  const closed = new Promise<void>((resolve, reject) => {
    server.close((error) => (error === undefined ? resolve() : reject(error)));
  });
  // Clients keep connections alive, and close() alone would wait for them.
  server.closeAllConnections();
  await closed;
}

async function serve(options: HttpOptions, request: IncomingMessage): Promise<Exchange> {
  const body = await readBody(request);
  const url = new URL(request.url ?? '/', 'http://127.0.0.1');
  const kube = /^\/kube\/([^/]+)(\/.*)$/.exec(url.pathname);
  if (kube === null) return options.answerApi(apiRequest(options, request, url, body));
  const [, id = '', path = ''] = kube;
  return options.answerKube(decodeURIComponent(id), kubeRequest(request, path, url, body));
}

async function readBody(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request) {
    const bytes = Buffer.from(chunk);
    size += bytes.length;
    if (size > BODY_LIMIT) throw new Error(`a request of more than ${BODY_LIMIT} bytes`);
    chunks.push(bytes);
  }
  return Buffer.concat(chunks);
}

function kubeRequest(request: IncomingMessage, path: string, url: URL, body: Buffer): KubeRequest {
  const bearer = /^Bearer (.+)$/.exec(request.headers.authorization ?? '');
  return {
    method: request.method ?? 'GET',
    path,
    query: url.searchParams,
    contentType: request.headers['content-type'],
    token: bearer?.[1],
    body: parsed(body),
  };
}

/** Undefined for what is not JSON: the handler refuses it as the wrong shape that it is. */
function parsed(body: Buffer): unknown {
  if (body.length === 0) return undefined;
  try {
    return JSON.parse(body.toString());
  } catch {
    return undefined;
  }
}

function apiRequest(options: HttpOptions, request: IncomingMessage, url: URL, body: Buffer): ApiRequest {
  const headers = headersOf(request);
  const isForm = (headers['content-type'] ?? '').startsWith('application/x-www-form-urlencoded');
  const form = isForm ? [...new URLSearchParams(body.toString())] : [];
  const { region } = options;
  const method = request.method ?? 'GET';
  const isService = url.pathname.startsWith('/2016-08-15/');
  const { check } = isService ? options.serviceSignatures : options.signatures;
  return {
    product: undefined,
    version: isService ? '2016-08-15' : (headers['x-acs-version'] ?? ''),
    action: isService ? 'InvokeFunction' : (headers['x-acs-action'] ?? ''),
    method,
    path: url.pathname,
    parameters: Object.fromEntries([...url.searchParams, ...form]),
    context: {
      requestId: options.nextRequestId(),
      region,
      baseUrl: `http://${headers['host'] ?? ''}`,
      headers,
      body,
    },
    authenticate: () => check({ method, url: request.url ?? '/', headers, body }),
  };
}

function headersOf(request: IncomingMessage): Readonly<Record<string, string>> {
  const flat = Object.entries(request.headers).map(([name, value]) => [
    name,
    Array.isArray(value) ? value.join(',') : (value ?? ''),
  ]);
  return Object.fromEntries(flat);
}

function deliver(response: ServerResponse, { reply, delay }: Exchange, pending: Set<NodeJS.Timeout>): void {
  // The caller waits for as long as it likes, as for packets that vanish.
  if (delay === Number.POSITIVE_INFINITY) return;
  if (delay > 0) {
    const timer = setTimeout(() => {
      pending.delete(timer);
      deliver(response, { reply, delay: 0 }, pending);
    }, delay);
    pending.add(timer);
    return;
  }
  if (reply === 'cut') {
    response.socket?.destroy();
    return;
  }
  const { body } = reply;
  const bytes = body.type === 'json' ? Buffer.from(JSON.stringify(body.value)) : body.bytes;
  const contentType = body.type === 'json' ? 'application/json;charset=utf-8' : body.contentType;
  response.writeHead(reply.status, { ...reply.headers, 'content-type': contentType, 'content-length': bytes.length });
  response.end(bytes);
}

/** A bug of the emulator: said loudly, in an answer that no adapter takes for one of the vendor's. */
function fail(response: ServerResponse, error: unknown): void {
  const message = error instanceof Error ? (error.stack ?? error.message) : String(error);
  response.writeHead(500, { 'content-type': 'application/json' });
  response.end(JSON.stringify({ Code: 'EmulatorBug', Message: message }));
}
