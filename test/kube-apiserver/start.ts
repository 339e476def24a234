import { type ChildProcessByStdio, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { rm } from 'node:fs/promises';
import path from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { type Answer, askServer } from './ask';
import { MANIFESTS, READABLE } from './objects';

export type KubeUser = 'admin' | 'autopilot';

/**
 * How a user proves who they are: a token; a client certificate, as ACK's kubeconfigs have it; one that has expired,
 * which is how ACK's temporary kubeconfigs end; a token that the server does not know.
 */
export type KubeCredential = 'token' | 'certificate' | 'expired-certificate' | 'unknown-token';

/** A real API server on loopback, without controllers: what no request changes stays as it is. */
export interface KubeApiserver {
  /** `https://127.0.0.1:port`. */
  readonly url: string;
  /** PEM. */
  readonly ca: string;
  token(user: KubeUser): string;
  /** JSON, which is YAML too. */
  kubeconfig(user: KubeUser, credential?: KubeCredential): string;
  /** One request of the admin's; whatever its status, the answer. A PATCH is a JSON merge patch. */
  asAdmin(method: string, path: string, body?: object): Promise<Answer>;
  /** Ends the process, its port and its files. May be called again. */
  stop(): Promise<void>;
}

const Identity = z.object({ certificate: z.string(), key: z.string() });
const User = z.object({ token: z.string(), current: Identity, expired: Identity });
const Ready = z.object({
  url: z.string(),
  ca: z.string(),
  directory: z.string(),
  users: z.object({ admin: User, autopilot: User }),
});
type Ready = z.infer<typeof Ready>;
type Child = ChildProcessByStdio<Writable, Readable, Readable>;

const SECOND = 1_000;
const STOP_LIMIT = 5 * SECOND;
const SET_UP_LIMIT = 30 * SECOND;
/** Enough of the server's log to see why it ended. */
const LOG_LENGTH = 4_000;

/** The binary's path, or one sentence that says why there is none. Never builds it. */
export function findKubeApiserver(): { readonly binary: string } | { readonly missing: string } {
  const { status, stdout, stderr } = spawnSync(process.execPath, [path.join(__dirname, 'build.mjs'), '--cached'], {
    encoding: 'utf8',
  });
  return status === 0 ? { binary: stdout.trim() } : { missing: stderr.trim() };
}

/**
 * Starts a server with the namespace `istio-system`, the kind IstioGateway (v1beta1) and the rights of the user
 * `autopilot`. Takes about four seconds. Throws when there is no binary or the server does not come up.
 */
export async function startKubeApiserver(): Promise<KubeApiserver> {
  const found = findKubeApiserver();
  if ('missing' in found) throw new Error(found.missing);
  const child = spawn(found.binary, { stdio: ['pipe', 'pipe', 'pipe'] });
  const exited = once(child, 'exit');
  let directory: string | undefined;

  async function stop(): Promise<void> {
    // The server ends, and tidies up after itself, when its standard input does.
    child.stdin.end();
    const inTime = await Promise.race([exited.then(() => true), sleep(STOP_LIMIT, false, { ref: false })]);
    if (inTime) return;
    child.kill('SIGKILL');
    await exited;
    if (directory !== undefined) await rm(directory, { recursive: true, force: true });
  }

  try {
    const ready = await readinessOf(child, exited);
    directory = ready.directory;
    const { url, ca, users } = ready;
    const server: KubeApiserver = {
      url,
      ca,
      token: (user) => users[user].token,
      kubeconfig: (user, credential = 'token') => kubeconfigOf(ready, user, credential),
      asAdmin: (method, at, body) => askServer({ url, ca, token: users.admin.token }, method, at, body),
      stop,
    };
    await setUp(server, users.autopilot.token);
    return server;
  } catch (error) {
    await stop();
    throw error;
  }
}

async function readinessOf(child: Child, exited: Promise<unknown[]>): Promise<Ready> {
  let log = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    log = (log + text).slice(-LOG_LENGTH);
  });
  const lines = createInterface(child.stdout);
  const line = await Promise.race([
    once(lines, 'line').then(([first]) => String(first)),
    exited.then(([code, signal]) => Promise.reject(new Error(`kube-apiserver ended with ${code ?? signal}:\n${log}`))),
  ]);
  return Ready.parse(JSON.parse(line));
}

async function setUp(server: KubeApiserver, token: string): Promise<void> {
  for (const { path: at, object } of MANIFESTS) {
    const { status, body } = await server.asAdmin('POST', at, object);
    if (status !== 201) throw new Error(`POST ${at}: status ${status}: ${JSON.stringify(body)}`);
  }
  // New kinds and rights take effect a moment after they were stored.
  const end = performance.now() + SET_UP_LIMIT;
  for (const at of READABLE) {
    for (;;) {
      const { status } = await askServer({ ...server, token }, 'GET', at);
      if (status === 200) break;
      if (performance.now() > end) throw new Error(`GET ${at}: still status ${status}`);
      await sleep(20);
    }
  }
}

function kubeconfigOf({ url, ca, users }: Ready, user: KubeUser, credential: KubeCredential): string {
  return JSON.stringify({
    apiVersion: 'v1',
    kind: 'Config',
    'current-context': 'tests',
    contexts: [{ name: 'tests', context: { cluster: 'tests', user } }],
    clusters: [{ name: 'tests', cluster: { server: url, 'certificate-authority-data': base64(ca) } }],
    users: [{ name: user, user: proofOf(users[user], credential) }],
  });
}

function proofOf(user: z.infer<typeof User>, credential: KubeCredential): object {
  switch (credential) {
    case 'token':
      return { token: user.token };
    case 'unknown-token':
      return { token: `not-${user.token}` };
    case 'certificate':
      return clientCertificate(user.current);
    case 'expired-certificate':
      return clientCertificate(user.expired);
  }
}

function clientCertificate({ certificate, key }: z.infer<typeof Identity>): object {
  return { 'client-certificate-data': base64(certificate), 'client-key-data': base64(key) };
}

function base64(text: string): string {
  return Buffer.from(text).toString('base64');
}
