import { readFileSync } from 'node:fs';
import { createServer as createHttpServer, type IncomingMessage, type Server } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import path from 'node:path';

/** A certificate for 127.0.0.1 that signs itself: authority, server and client at once. Good for nothing but these tests. */
export const CERTIFICATE = readFileSync(path.join(__dirname, 'fixtures/loopback.crt'));
export const KEY = readFileSync(path.join(__dirname, 'fixtures/loopback.key'));

/** What a server answers: the body, as JSON, with status 200 unless said otherwise. */
export type Answer = (request: IncomingMessage) => {
  readonly status?: number;
  readonly body: unknown;
  /** Of a body that is sent as it is. */
  readonly type?: string;
};

let servers: Server[] = [];

async function listen(server: Server): Promise<number> {
  servers.push(server);
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  return (server.address() as AddressInfo).port;
}

export async function closeServers(): Promise<void> {
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
  servers = [];
}

/** @returns its port */
export function httpServer(answer: Answer): Promise<number> {
  return listen(
    createHttpServer((request, response) => {
      const { body, status = 200, type } = answer(request);
      const text = type === undefined ? JSON.stringify(body) : String(body);
      response.writeHead(status, { 'content-type': type ?? 'application/json' }).end(text);
    }),
  );
}

/** A server that asks for a client certificate. @returns its port */
export function httpsServer(answer: Answer): Promise<number> {
  const tls = { key: KEY, cert: CERTIFICATE, ca: CERTIFICATE, requestCert: true, rejectUnauthorized: false };
  return listen(
    createHttpsServer(tls, (request, response) => {
      response.end(JSON.stringify(answer(request).body));
    }),
  );
}
