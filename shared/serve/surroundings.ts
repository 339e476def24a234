import { readFileSync } from 'node:fs';
import path from 'node:path';
import { createDnsResolver } from '../cloud/dns-resolver';
import { createFunctions } from '../cloud/functions';
import type { Invoker } from '../cloud/invocation';
import { createKubeConnector, type KubeconfigCache } from '../cloud/kube-connector';
import { createNameServerLookup } from '../cloud/name-server-lookup';
import { createOpenApi } from '../cloud/open-api';
import { withRetries } from '../cloud/retry';
import type { KubeConnector, OpenApi } from '../cloud/seams';
import { createServiceFunctions } from '../cloud/service-functions';
import { elapsed, systemClock } from '../cloud/system-clock';
import { createTcpDialler } from '../cloud/tcp-dialler';
import { postJson } from '../cloud/webhook';
import { type Configuration, loadConfiguration } from '../config/load';
import type { Millis } from '../core/time';
import type { NameServer } from '../core/zone';
import { InvalidInput } from '../errors';
import type { Post } from '../notify';
import type { Clock, Credentials, Deadline, Dialler, Functions, Resolver } from '../ports';

/**
 * Everything outside that a function touches. Production has one ({@link functionCompute}); a rehearsal brings its own clock
 * and its own cloud and runs the same handlers.
 */
export interface Surroundings {
  readonly clock: Clock;
  /** Milliseconds since some moment, on a clock that is never set back: what deadlines are measured by. */
  elapsed(): Millis;
  /** 0 to 1, for jitter. */
  random(): number;
  configuration(): Configuration;
  environment(name: string): string | undefined;
  /** One log line, without its line end. */
  writeLine(line: string): void;
  /** The connections of one invocation; closed when it ends. */
  connect(credentials: Credentials, deadline: Deadline): Connections;
  readonly post: Post;
}

export interface Connections extends Network {
  readonly openApi: OpenApi;
  readonly clusters: KubeConnector;
  readonly functions: Functions;
  close(): void;
}

/** What clients of the gateways see: names and addresses. */
export interface Network {
  readonly dialler: Dialler;
  readonly resolver: Resolver;
  /** Where the name servers of these hosts are. Throws CloudError. */
  nameServers(hosts: readonly string[]): Promise<readonly NameServer[]>;
}

/** The real thing: Function Compute's environment, the configuration beside the bundle, the vendor's endpoints. */
export function functionCompute(directory: string): Surroundings {
  const clock = systemClock();
  const kubeconfigs: KubeconfigCache = new Map();
  let configuration: Configuration | undefined;
  return {
    clock,
    elapsed,
    random: Math.random,
    environment: (name) => process.env[name],
    configuration: () => {
      configuration ??= readConfiguration(directory);
      return configuration;
    },
    writeLine: (line) => {
      process.stdout.write(`${line}\n`);
    },
    connect: (credentials, deadline) => {
      const endpoint = process.env['AUTOPILOT_ENDPOINT'];
      const accountId = process.env['FC_ACCOUNT_ID'];
      const calls = {
        openApi: createOpenApi({ credentials, deadline, endpoint }),
        services: createServiceFunctions({ credentials, accountId, endpoint }),
      };
      return connections(calls, internet(deadline), { clock, deadline, random: Math.random, kubeconfigs });
    },
    post: postJson,
  };
}

/** Signed calls, each sent once. */
export interface Calls {
  readonly openApi: OpenApi;
  /** To functions of FC 2.0. */
  readonly services: Invoker;
}

/** Retries and cluster access on top of the signed calls; the same for every surroundings. */
export function connections(
  calls: Calls,
  network: Network,
  around: {
    readonly clock: Clock;
    readonly deadline: Deadline;
    readonly random: () => number;
    readonly kubeconfigs: KubeconfigCache;
  },
): Connections {
  const openApi = withRetries(calls.openApi, around);
  const clusters = createKubeConnector({ openApi, cache: around.kubeconfigs, ...around });
  const functions = createFunctions({ ...calls, ...around });
  return { ...network, openApi, clusters, functions, close: () => clusters.close() };
}

function internet(deadline: Deadline): Network {
  return {
    dialler: createTcpDialler(deadline),
    resolver: createDnsResolver({ deadline }),
    nameServers: createNameServerLookup(deadline),
  };
}

function readConfiguration(directory: string): Configuration {
  const file = path.resolve(directory, process.env['AUTOPILOT_CONFIG'] ?? 'autopilot.yaml');
  return loadConfiguration(readText(file), path.basename(file));
}

function readText(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new InvalidInput(`the configuration cannot be read: ${why}; AUTOPILOT_CONFIG names the file`);
  }
}
