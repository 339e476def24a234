import { kindOfSilence } from '../shared/cloud/error-codes';
import { createFunctions } from '../shared/cloud/functions';
import { createOpenApi } from '../shared/cloud/open-api';
import type { ClusterApi, Kube, KubeConnector, OpenApi } from '../shared/cloud/seams';
import { createServiceFunctions } from '../shared/cloud/service-functions';
import { elapsed } from '../shared/cloud/system-clock';
import { CALL_LIMIT, noAnswer } from '../shared/cloud/time-limit';
import { postJson } from '../shared/cloud/webhook';
import type { Configuration } from '../shared/config/load';
import { CloudError } from '../shared/errors';
import type { Clock, Deadline, Prober } from '../shared/ports';
import { configurationDigest } from '../shared/serve/deployed';
import type { Network, Networked } from '../shared/serve/network';
import { connections, type Surroundings } from '../shared/serve/surroundings';
import type { Cloud } from './cloud';
import { show } from './shown';

export interface RehearsedSurroundings {
  readonly cloud: Cloud;
  readonly configuration: Configuration;
  /** The operator's, where the functions have another one than it says; what they have unless told. */
  readonly written?: Configuration;
  /** Where the cloud listens; without it the functions reach it inside the process. */
  readonly url: string | undefined;
  /** Receives the functions' log lines. */
  readonly writeLine: (line: string) => void;
  /** Environment of the functions; empty unless told. */
  readonly environment?: Readonly<Record<string, string>>;
  /** Region of the functions, from which probes see the others; as from nowhere in particular unless told. */
  readonly region?: string;
  /** By which functions wait, deadlines included; unless told no time passes while a function looks. */
  readonly clock?: Clock;
  /** What every call to an API passes on its way inside the process; nothing unless told. */
  readonly through?: (openApi: OpenApi) => OpenApi;
  /** The same for calls to clusters and meshes. */
  readonly throughKube?: (kube: Kube, api: ClusterApi) => Kube;
}

/**
 * The emulated cloud in place of the real one, around the handlers that production runs. Over HTTP the real SDKs sign, send
 * and parse every call; inside the process only the transport is left out.
 */
export function rehearsedSurroundings(settings: RehearsedSurroundings): Surroundings<Networked> {
  const { clock, cloud, configuration, region = 'nowhere', url, writeLine } = settings;
  const { through = (openApi) => openApi, throughKube = (kube) => kube } = settings;
  const kubeconfigs = new Map();
  // Addresses of the emulated cloud are nobody's outside the process: they are reached inside it in either case.
  const network: Network = {
    dialler: { connects: (address, port) => Promise.resolve(cloud.loadBalancers.answers(address, port)) },
    resolver: cloud.dns.resolver(),
    prober: patient(cloud.prober(region), clock),
    nameServers: (hosts) => Promise.resolve(hosts.map((host) => ({ host, address: '127.0.0.1', port: 53 }))),
    delegations: cloud.dns.delegations(),
  };
  const connector = cloud.kubeConnector(through(cloud.openApi()));
  const clusters: KubeConnector = { open: async (api) => throughKube(await connector.open(api), api) };
  const inProcess = { ...network, clusters, close: () => undefined };
  const { accountId } = cloud;
  // Jitter is of no use where nothing else competes, and would make runs differ.
  const random = (): number => 0.5;
  return {
    clock: clock ?? cloud.clock,
    elapsed: clock?.now ?? (url === undefined ? () => 0 : elapsed),
    random,
    configuration: () => withEmulatedNetwork(configuration),
    deployed: () => ({ configuration: configurationDigest(settings.written ?? configuration), code: undefined }),
    environment: (name) => settings.environment?.[name],
    writeLine: (line) => {
      show('log line', line);
      writeLine(line);
    },
    connect: (credentials, deadline) => {
      const around = { clock: clock ?? cloud.clock, deadline, random, kubeconfigs };
      if (url === undefined) {
        const openApi = through(clock === undefined ? cloud.openApi() : waitingApi(cloud, region, clock, deadline));
        const functions = createFunctions({ ...around, openApi, services: cloud.serviceFunctions() });
        return { ...inProcess, openApi, functions };
      }
      const calls = {
        openApi: createOpenApi({ credentials, deadline, endpoint: url }),
        services: createServiceFunctions({ credentials, accountId, endpoint: url }),
      };
      return { ...network, ...connections(calls, around) };
    },
    post: (target, body, headers, timeout) => {
      show('card', body);
      return postJson(target, body, headers, timeout);
    },
  };
}

/** Silence takes its time where somebody waits by the clock, and nothing gets out of a region that is dead, nor back into it. */
function waitingApi(cloud: Cloud, region: string, clock: Clock, deadline: Deadline): OpenApi {
  const openApi = cloud.openApi();
  return {
    call: async (call) => {
      const { limit = CALL_LIMIT } = call;
      const end = clock.now() + Math.min(limit, deadline.left());
      const silence = noAnswer(limit, kindOfSilence(call.effect, 'timeout'), `${call.product}.${call.action}`);
      try {
        if (!cloud.regions.isAlive(region)) throw silence;
        const answer = await openApi.call(call);
        if (!cloud.regions.isAlive(region)) throw silence;
        return answer;
      } catch (error) {
        if (error instanceof CloudError && error.message === silence.message) await clock.sleep(end - clock.now());
        throw error;
      }
    },
  };
}

/** A probe takes its time where somebody waits by the clock. */
function patient(prober: Prober, clock: Clock | undefined): Prober {
  if (clock === undefined) return prober;
  return {
    probe: async (target, timeout) => {
      const outcome = await prober.probe(target, timeout);
      await clock.sleep(outcome.took);
      return outcome;
    },
  };
}

function withEmulatedNetwork(configuration: Configuration): Configuration {
  const { probes } = configuration;
  return probes === undefined
    ? configuration
    : { ...configuration, probes: { ...probes, allow: [...probes.allow, '198.18.0.0/15'] } };
}
