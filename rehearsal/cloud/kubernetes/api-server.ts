import type { Instant } from '../../../shared/core/time';
import type { Clock } from '../../../shared/ports';
import { type Chance, HEX } from '../chance';
import { type Collection, createCollection, type Etcd } from './collection';
import { AUTOSCALERS, CONFIG_MAPS, DEPLOYMENTS, EVENTS, ISTIO_GATEWAYS, PODS, SERVICES } from './kinds';
import type {
  Autoscaler,
  ConfigMap,
  Deployment,
  IstioGateway,
  KindOf,
  KubeEvent,
  KubeObject,
  Pod,
  Service,
} from './objects';

/** One API server with its objects and the tokens that it accepts. */
export interface ApiServer {
  readonly id: string;
  readonly region: string;
  readonly collections: ReadonlyMap<string, Collection<KubeObject>>;
  /** Serves one more kind, whose objects live elsewhere. */
  serve(collection: Collection<KubeObject>): void;
  /** The newest resourceVersion. */
  version(): string;
  addNamespace(name: string): void;
  issueToken(expires: Instant): string;
  accepts(token: string | undefined): boolean;
}

/** The API server of an ACK cluster. */
export interface Cluster extends ApiServer {
  readonly deployments: Collection<Deployment>;
  readonly autoscalers: Collection<Autoscaler>;
  readonly services: Collection<Service>;
  readonly configMaps: Collection<ConfigMap>;
  readonly pods: Collection<Pod>;
  readonly events: Collection<KubeEvent>;
}

/** The API server of an ASM instance's control plane. */
export interface Mesh extends ApiServer {
  readonly clusterIds: readonly string[];
  readonly gateways: Collection<IstioGateway>;
}

export interface Place {
  readonly region: string;
  readonly id: string;
}

export function createCluster(place: Place, clock: Clock, chance: Chance): Cluster {
  const etcd = createEtcd(clock, chance);
  const deployments = createCollection(DEPLOYMENTS, etcd);
  const autoscalers = createCollection(AUTOSCALERS, etcd);
  const services = createCollection(SERVICES, etcd);
  const configMaps = createCollection(CONFIG_MAPS, etcd);
  const pods = createCollection(PODS, etcd);
  const events = createCollection(EVENTS, etcd);
  return {
    ...createApiServer(place, etcd, [deployments, autoscalers, services, configMaps, pods, events]),
    deployments,
    autoscalers,
    services,
    configMaps,
    pods,
    events,
  };
}

export function createMesh(
  place: Place & { readonly clusterIds: readonly string[] },
  clock: Clock,
  chance: Chance,
): Mesh {
  const etcd = createEtcd(clock, chance);
  const gateways = createCollection(ISTIO_GATEWAYS, etcd);
  return { ...createApiServer(place, etcd, [gateways]), clusterIds: place.clusterIds, gateways };
}

/** Where a kind is served, for example `apps/v1/deployments` or `v1/services`. */
export function servedAt(kind: Pick<KindOf<KubeObject>, 'group' | 'version' | 'plural'>): string {
  return [...(kind.group === '' ? [] : [kind.group]), kind.version, kind.plural].join('/');
}

function createEtcd(clock: Clock, chance: Chance): Etcd {
  let version = 1;
  return {
    clock,
    chance,
    namespaces: new Set(['default', 'kube-system', 'istio-system']),
    version: () => String(version),
    nextVersion: () => String(++version),
  };
}

function createApiServer({ id, region }: Place, etcd: Etcd, collections: readonly Collection<KubeObject>[]): ApiServer {
  const tokens = new Map<string, Instant>();
  const served = new Map<string, Collection<KubeObject>>();

  function serve(collection: Collection<KubeObject>): void {
    served.set(servedAt(collection.kind), collection);
  }

  function issueToken(expires: Instant): string {
    for (const [token, end] of tokens) if (end <= etcd.clock.now()) tokens.delete(token);
    const token = etcd.chance.text(40, HEX);
    tokens.set(token, expires);
    return token;
  }

  function accepts(token: string | undefined): boolean {
    const expires = token === undefined ? undefined : tokens.get(token);
    return expires !== undefined && etcd.clock.now() < expires;
  }

  for (const collection of collections) serve(collection);
  return {
    id,
    region,
    collections: served,
    serve,
    version: etcd.version,
    addNamespace: (name) => {
      etcd.namespaces.add(name);
    },
    issueToken,
    accepts,
  };
}
