import { parse } from 'yaml';
import { z } from 'zod';
import { CloudError } from '../errors';
import { readAnswer } from './answer';
import { isLoopback } from './loopback';

/** What it takes to reach a cluster's API and be known there. */
export interface ClusterAccess {
  /** `https://host:port`, without a slash at its end. */
  readonly server: string;
  /** PEM. */
  readonly ca: string | undefined;
  /** PEM; both or none. */
  readonly client: { readonly cert: string; readonly key: string } | undefined;
  readonly token: string | undefined;
  /** Name that the server's certificate must carry, where it is not the host's. */
  readonly serverName: string | undefined;
}

const OPERATION = 'kubeconfig';

const Base64Text = z.base64().transform((text) => Buffer.from(text, 'base64').toString('utf8'));

/** A setting that we know and do not support: ignored, it would leave us with another identity or none. */
const Refused = z.null({ error: 'is not supported' }).optional();

const Cluster = z.object({
  server: z.string().refine((server) => URL.canParse(server), 'is not a URL'),
  'certificate-authority-data': Base64Text.optional(),
  'tls-server-name': z.string().optional(),
  'insecure-skip-tls-verify': z.boolean().optional(),
  'certificate-authority': Refused,
  'proxy-url': Refused,
});

const User = z.object({
  'client-certificate-data': Base64Text.optional(),
  'client-key-data': Base64Text.optional(),
  token: z.string().min(1).optional(),
  'client-certificate': Refused,
  'client-key': Refused,
  tokenFile: Refused,
  exec: Refused,
  'auth-provider': Refused,
  username: Refused,
  as: Refused,
});

const Named = z.object({ name: z.string() });
const Kubeconfig = z.object({
  'current-context': z.string().min(1),
  contexts: z.array(Named.extend({ context: z.object({ cluster: z.string(), user: z.string() }) })),
  clusters: z.array(Named.extend({ cluster: z.unknown() })),
  users: z.array(Named.extend({ user: z.unknown() })),
});

/**
 * Reads the current context of a kubeconfig, with a client certificate or a token. Refuses everything that would run a
 * program (`exec`, `auth-provider`), read a file of this machine, go through a proxy, or send a token unprotected.
 *
 * `KubeConfig` of @kubernetes/client-node is not used for this: it supports all of those, and brings a second YAML
 * parser and three proxy agents along.
 *
 * @param text YAML or JSON
 * @throws CloudError `unreadable`, never with anything of the text in it but names
 */
export function readKubeconfig(text: string): ClusterAccess {
  const config = readAnswer(Kubeconfig, parseYaml(text), OPERATION, 'the kubeconfig');
  const current = config['current-context'];
  const { context } = byName(config.contexts, current, 'context');
  const cluster = readAnswer(
    Cluster,
    byName(config.clusters, context.cluster, 'cluster').cluster,
    OPERATION,
    `cluster ${context.cluster}`,
  );
  const user = readAnswer(User, byName(config.users, context.user, 'user').user, OPERATION, `user ${context.user}`);
  refuseUnprotected(new URL(cluster.server), cluster['insecure-skip-tls-verify'] === true);
  const cert = user['client-certificate-data'];
  const key = user['client-key-data'];
  if ((cert === undefined) !== (key === undefined)) throw unreadable('a client certificate and its key come together');
  if (cert === undefined && user.token === undefined) throw unreadable('it has no client certificate and no token');
  return {
    server: cluster.server.replace(/\/+$/, ''),
    ca: cluster['certificate-authority-data'],
    client: cert === undefined || key === undefined ? undefined : { cert, key },
    token: user.token,
    serverName: cluster['tls-server-name'],
  };
}

function parseYaml(text: string): unknown {
  try {
    // It prints warnings otherwise, each with the line that it is about.
    return parse(text, { logLevel: 'error' });
  } catch {
    // The parser's message quotes the line that it stumbled over, which may hold a key.
    throw unreadable('it is not YAML');
  }
}

function byName<T extends { readonly name: string }>(list: readonly T[], name: string, what: string): T {
  const found = list.find((entry) => entry.name === name);
  if (found === undefined) throw unreadable(`it has no ${what} ${name}`);
  return found;
}

function refuseUnprotected({ protocol, hostname }: URL, unverified: boolean): void {
  if (protocol === 'http:' && isLoopback(hostname)) return;
  if (protocol !== 'https:') throw unreadable('its server must be https (http on loopback only)');
  if (unverified) throw unreadable('insecure-skip-tls-verify would send credentials to a server that nobody verified');
}

function unreadable(problem: string): CloudError {
  return new CloudError(`the kubeconfig cannot be used: ${problem}`, { kind: 'unreadable', operation: OPERATION });
}
