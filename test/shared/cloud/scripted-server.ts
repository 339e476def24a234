import http from 'node:http';
import type { AddressInfo } from 'node:net';

/** One request as it came over the wire. */
export interface Seen {
  readonly method: string;
  readonly path: string;
  readonly query: Readonly<Record<string, string>>;
  readonly headers: http.IncomingHttpHeaders;
  readonly body: string;
  /** Tells connections apart. */
  readonly port: number;
}

export type Reply = (res: http.ServerResponse, seen: Seen) => void;

export interface ScriptedServer {
  readonly url: string;
  readonly seen: Seen[];
  close(): Promise<void>;
}

/** A server on loopback that answers each request with the next reply; the last one is repeated. */
export async function serve(...replies: readonly Reply[]): Promise<ScriptedServer> {
  const seen: Seen[] = [];
  const server = http.createServer((req, res) => {
    const chunks: Buffer[] = [];
    req.on('data', (chunk: Buffer) => chunks.push(chunk));
    req.on('end', () => {
      const url = new URL(req.url ?? '/', 'http://server');
      const request: Seen = {
        method: req.method ?? '',
        path: url.pathname,
        query: Object.fromEntries(url.searchParams),
        headers: req.headers,
        body: Buffer.concat(chunks).toString('utf8'),
        port: req.socket.remotePort ?? 0,
      };
      seen.push(request);
      const reply = replies[Math.min(seen.length, replies.length) - 1];
      if (reply === undefined) throw new Error('the server has no reply');
      reply(res, request);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    seen,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

export function json(body: unknown, status = 200, headers: http.OutgoingHttpHeaders = {}): Reply {
  return (res) => res.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body));
}

export function html(status: number): Reply {
  return (res) => res.writeHead(status, { 'content-type': 'text/html' }).end('<html>Bad gateway</html>');
}

export function text(body: string, status = 200): Reply {
  return (res) => res.writeHead(status, { 'content-type': 'application/json' }).end(body);
}

/** Ways in which an answer does not come. */
export const SILENCES: Readonly<Record<string, Reply>> = {
  'no headers': () => undefined,
  'a body that stalls': (res) => {
    res.writeHead(200, { 'content-type': 'application/json' }).write('{"a":');
  },
  'a body that drips': (res) => {
    res.writeHead(200, { 'content-type': 'application/json' }).write('{"a":"');
    const drip = setInterval(() => res.write('x'), 20);
    res.on('close', () => clearInterval(drip));
  },
};

/** Cuts the connection, before the answer or in the middle of its body. */
export const RESETS: Readonly<Record<string, Reply>> = {
  'a reset before the answer': (res) => res.destroy(),
  'a reset in a chunked body': (res) => {
    res.writeHead(200, { 'content-type': 'application/json' }).write('{"a":');
    setTimeout(() => res.destroy(), 20);
  },
};

/** Cuts the connection in the middle of a body whose length was announced. */
export const CUT_SHORT: Reply = (res) => {
  res.writeHead(200, { 'content-type': 'application/json', 'content-length': 100 }).write('{"a":');
  setTimeout(() => res.destroy(), 20);
};
