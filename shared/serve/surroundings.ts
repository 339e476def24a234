import { createFunctions } from '../cloud/functions';
import type { Invoker } from '../cloud/invocation';
import { createKubeConnector, type KubeconfigCache } from '../cloud/kube-connector';
import { createOpenApi } from '../cloud/open-api';
import { withRetries } from '../cloud/retry';
import type { KubeConnector, OpenApi } from '../cloud/seams';
import { createServiceFunctions } from '../cloud/service-functions';
import type { Configuration } from '../config/load';
import type { Millis } from '../core/time';
import type { Post } from '../notify/deliver';
import type { Clock, Credentials, Deadline, Functions } from '../ports';
import type { Deployed } from './deployed';
import { functionRuntime } from './function-runtime';
import type { Closing } from './serve';

/**
 * Everything outside that a function touches. Production has one ({@link functionCompute}); a rehearsal brings its own clock
 * and its own cloud and runs the same handlers.
 */
export interface Surroundings<Reach extends Closing = Connections> {
  readonly clock: Clock;
  /** Milliseconds since some moment, on a clock that is never set back: what deadlines are measured by. */
  elapsed(): Millis;
  /** 0 to 1, for jitter. */
  random(): number;
  configuration(): Configuration;
  /** Throws InvalidInput. */
  deployed(): Deployed;
  environment(name: string): string | undefined;
  /** One log line, without its line end. */
  writeLine(line: string): void;
  /** The connections of one invocation; closed when it ends. */
  connect(credentials: Credentials, deadline: Deadline): Reach;
  readonly post: Post;
}

/** The vendor's APIs, which every function but vantage points and the intake has; what more one reaches is in its own type. */
export interface Connections extends Closing {
  readonly openApi: OpenApi;
  readonly clusters: KubeConnector;
  readonly functions: Functions;
}

/**
 * The real thing: Function Compute's environment, the configuration beside the bundle, the vendor's endpoints.
 *
 * @param further what else the function reaches; a bundle holds no more than that
 */
export function functionCompute<Further extends object>(
  directory: string,
  further: (deadline: Deadline) => Further,
): Surroundings<Connections & Further> {
  const runtime = functionRuntime(directory);
  const { clock, random } = runtime;
  const kubeconfigs: KubeconfigCache = new Map();
  return {
    ...runtime,
    connect: (credentials, deadline) => {
      const endpoint = runtime.environment('AUTOPILOT_ENDPOINT');
      const accountId = runtime.environment('FC_ACCOUNT_ID');
      const calls = {
        openApi: createOpenApi({ credentials, deadline, endpoint }),
        services: createServiceFunctions({ credentials, accountId, endpoint }),
      };
      return { ...further(deadline), ...connections(calls, { clock, deadline, random, kubeconfigs }) };
    },
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
  return { openApi, clusters, functions, close: () => clusters.close() };
}
