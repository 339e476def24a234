import { z } from 'zod';
import { type Instant, MINUTE } from '../core/time';
import { CloudError } from '../errors';
import type { Clock, Deadline } from '../ports';
import { readAnswer } from './answer';
import { createKube, type OpenKube } from './kube';
import { readKubeconfig } from './kubeconfig';
import type { ClusterApi, Kube, KubeConnector, OpenApi } from './seams';

/** A kubeconfig and the instant until which it may be used again. */
export interface CachedKubeconfig {
  readonly kubeconfig: string;
  readonly goodUntil: Instant;
}

/**
 * Kubeconfigs by cluster API; one map for the life of the process lets a warm instance skip the fetch. The key does
 * not hold the access key, because the role's keys change all the time while the identity that a kubeconfig speaks for
 * does not: an instance of a function has one role, and another role means another version and so another process.
 * So a map must never be shared between accounts or roles.
 */
export type KubeconfigCache = Map<string, CachedKubeconfig>;

export interface KubeConnectorOptions {
  readonly openApi: OpenApi;
  readonly clock: Clock;
  readonly deadline: Deadline;
  /** Without one, kubeconfigs are kept for the life of the connector. */
  readonly cache?: KubeconfigCache;
}

/** Validity that is asked of CS; the API takes 15 to 4320 minutes. Also the longest time that any kubeconfig is kept. */
const VALID_MINUTES = 60;
/** Clocks differ, and a call may start just before the end. */
const EXPIRY_MARGIN = 5 * MINUTE;

const AckAnswer = z.object({ config: z.string().min(1), expiration: z.string().optional().catch(undefined) });
const AsmAnswer = z.object({ Kubeconfig: z.string().min(1), ExpireTime: z.string().optional().catch(undefined) });

/**
 * Opens cluster APIs with the kubeconfigs that CS (ACK) and ASM hand out. A 401 from the cluster drops the kubeconfig,
 * fetches another and makes the call once more: 401 comes before anything is done, so that writes are safe too.
 *
 * A kubeconfig is also dropped when no answer comes, since the cluster may have got another address or certificate: the
 * next `open` asks for a new one.
 *
 * `close` ends all connections of all opened clusters; from then on nothing is opened, called or made once more: CloudError
 * `deadline`. Throws CloudError.
 */
export function createKubeConnector(options: KubeConnectorOptions): KubeConnector & { close(): void } {
  const { openApi, clock, deadline, cache = new Map<string, CachedKubeconfig>() } = options;
  const fetching = new Map<string, Promise<string>>();
  const opened: OpenKube[] = [];
  let closed = false;

  function kubeconfigOf(api: ClusterApi): Promise<string> {
    const key = keyOf(api);
    const cached = cache.get(key);
    if (cached !== undefined && clock.now() < cached.goodUntil) return Promise.resolve(cached.kubeconfig);
    const running = fetching.get(key);
    if (running !== undefined) return running;
    const started = fetchKubeconfig(openApi, api, clock)
      .then((fresh) => {
        // One that cannot be used must not be kept until it ends.
        readKubeconfig(fresh.kubeconfig);
        cache.set(key, fresh);
        return fresh.kubeconfig;
      })
      .finally(() => fetching.delete(key));
    fetching.set(key, started);
    return started;
  }

  function refuseWhenClosed(): void {
    if (closed)
      throw new CloudError('the invocation is over, nothing was sent', { kind: 'deadline', operation: 'kube open' });
  }

  async function connect(api: ClusterApi): Promise<Connection> {
    refuseWhenClosed();
    const kubeconfig = await kubeconfigOf(api);
    refuseWhenClosed();
    const kube = createKube({ kubeconfig, deadline });
    opened.push(kube);
    return { kube, kubeconfig };
  }

  /** Lists that run side by side are refused together; only the first of them drops the kubeconfig. */
  function drop(api: ClusterApi, { kubeconfig }: Connection): void {
    const key = keyOf(api);
    if (cache.get(key)?.kubeconfig === kubeconfig) cache.delete(key);
  }

  async function open(api: ClusterApi): Promise<Kube> {
    let current = Promise.resolve(await connect(api));

    async function attempt<T>(call: (kube: Kube) => Promise<T>): Promise<T> {
      const used = current;
      const connection = await used;
      try {
        return await call(connection.kube);
      } catch (error) {
        if (!(error instanceof CloudError)) throw error;
        if (isUnanswered(error)) drop(api, connection);
        if (error.status !== 401) throw error;
        if (current === used) {
          drop(api, connection);
          current = connect(api);
        }
        return await call((await current).kube);
      }
    }

    return {
      list: (kind, namespace, selector) => attempt((kube) => kube.list(kind, namespace, selector)),
      get: (kind, namespace, name) => attempt((kube) => kube.get(kind, namespace, name)),
      patch: (kind, namespace, name, mergePatch, write) =>
        attempt((kube) => kube.patch(kind, namespace, name, mergePatch, write)),
      create: (kind, namespace, object, write) => attempt((kube) => kube.create(kind, namespace, object, write)),
      delete: (kind, namespace, name, preconditions) =>
        attempt((kube) => kube.delete(kind, namespace, name, preconditions)),
      allows: (access) => attempt((kube) => kube.allows(access)),
    };
  }

  return {
    open,
    close() {
      closed = true;
      for (const kube of opened.splice(0)) kube.close();
    },
  };
}

interface Connection {
  readonly kube: OpenKube;
  readonly kubeconfig: string;
}

/** Whether a call was made and nothing came back: nobody is there, or somebody else, or somebody slow. */
function isUnanswered({ kind, status }: CloudError): boolean {
  return status === undefined && (kind === 'unavailable' || kind === 'timeout' || kind === 'unknown-outcome');
}

function keyOf({ of, region, id, privateApi }: ClusterApi): string {
  return [of, region, id, privateApi ? 'private' : 'public'].join('/');
}

/** Asks for a kubeconfig of an hour. Throws CloudError. */
export async function fetchKubeconfig(openApi: OpenApi, api: ClusterApi, clock: Clock): Promise<CachedKubeconfig> {
  const asked = clock.now();
  const { kubeconfig, expires } = api.of === 'ack' ? await fetchAck(openApi, api) : await fetchAsm(openApi, api);
  const latest = Math.min(expires, asked + VALID_MINUTES * MINUTE);
  return { kubeconfig, goodUntil: latest - EXPIRY_MARGIN };
}

interface Fetched {
  readonly kubeconfig: string;
  readonly expires: Instant;
}

/** `DescribeClusterUserKubeconfig` 2015-12-15: `config` is YAML, `expiration` RFC 3339 in UTC. */
async function fetchAck(openApi: OpenApi, { region, id, privateApi }: ClusterApi): Promise<Fetched> {
  const { body } = await openApi.call({
    product: 'cs',
    region,
    action: 'DescribeClusterUserKubeconfig',
    roa: { method: 'GET', path: `/k8s/${encodeURIComponent(id)}/user_config` },
    query: { PrivateIpAddress: privateApi, TemporaryDurationMinutes: VALID_MINUTES },
    effect: 'read',
  });
  const { config, expiration } = readAnswer(AckAnswer, body, 'cs.DescribeClusterUserKubeconfig');
  return { kubeconfig: config, expires: instantOf(expiration) };
}

/**
 * `DescribeServiceMeshKubeconfig` 2020-01-11. `ExpireTime` is `YYYY-MM-DD hh:mm:ss` in a zone that the page does not
 * name; read as UTC+8, the earlier of the two that the vendor uses.
 */
async function fetchAsm(openApi: OpenApi, { region, id, privateApi }: ClusterApi): Promise<Fetched> {
  const { body } = await openApi.call({
    product: 'servicemesh',
    region,
    action: 'DescribeServiceMeshKubeconfig',
    query: { ServiceMeshId: id, PrivateIpAddress: privateApi },
    effect: 'read',
  });
  const { Kubeconfig, ExpireTime } = readAnswer(AsmAnswer, body, 'servicemesh.DescribeServiceMeshKubeconfig');
  return { kubeconfig: Kubeconfig, expires: instantOf(ExpireTime?.replace(' ', 'T').concat('+08:00')) };
}

/** An end that is missing or cannot be read means: for this once. */
function instantOf(text: string | undefined): Instant {
  const at = Date.parse(text ?? '');
  return Number.isNaN(at) ? 0 : at;
}
