import { type Instant, isoTime } from '../../../shared/core/time';
import type { Clock } from '../../../shared/ports';
import { type Chance, HEX } from '../chance';
import { marked } from '../secret-mark';
import { AUTOSCALER_V1 } from './autoscaling-v1';
import { type Collection, createCollection, type Etcd, type Served } from './collection';
import {
  AUTOSCALERS,
  CONFIG_MAPS,
  DEPLOYMENTS,
  DESTINATION_RULES,
  EVENTS,
  GATEWAYS,
  ISTIO_GATEWAYS,
  NODES,
  SERVICES,
  VIRTUAL_SERVICES,
} from './kinds';
import { createNodes, type EmulatedNode, NODE_VIEW } from './nodes';
import type { Autoscaler, ConfigMap, Deployment, IstioGateway, KubeEvent, ServedKind, Service } from './objects';
import type { Rights } from './rights';
import { plainView, type View } from './views';

/** What is served at one path, and how it looks there. */
export interface Resource {
  readonly collection: Served;
  readonly view: View;
}

/** One API server with its objects and the tokens that it accepts. */
export interface ApiServer {
  readonly id: string;
  readonly region: string;
  /** By `servedAt`. */
  readonly resources: ReadonlyMap<string, Resource>;
  /** Serves one more kind, whose objects live elsewhere. */
  serve(collection: Served): void;
  /** The newest resourceVersion. */
  version(): string;
  /** Counts it up, for an object that lives elsewhere. */
  nextVersion(): string;
  addNamespace(name: string): void;
  /** Rights of the tokens that are issued from now on; everything at first. */
  grant(rights: Rights): void;
  issueToken(expires: Instant): string;
  /** Of the holder of a token; undefined when the token is not accepted. */
  rightsOf(token: string | undefined): Rights | undefined;
}

/** What a cluster is beside its objects; changed in place, as by its console. */
export interface ClusterTraits {
  readonly vpcId: string;
  readonly serverless: boolean;
  addons: readonly string[];
  controller: { readonly version: string; readonly drains: boolean };
  readonly nodes: EmulatedNode[];
}

/** What a mesh is beside its objects; changed in place, by its API. */
export interface MeshTraits {
  readonly edition: 'standard' | 'enterprise' | 'ultimate';
  readonly version: string;
  localityBalancing: boolean;
  multiBuffer: boolean;
  /** Whether the VPCs of its clusters are joined. */
  joined: boolean;
}

/** The API server of an ACK cluster. */
export interface Cluster extends ApiServer {
  readonly traits: ClusterTraits;
  readonly deployments: Collection<Deployment>;
  readonly autoscalers: Collection<Autoscaler>;
  readonly services: Collection<Service>;
  readonly configMaps: Collection<ConfigMap>;
  readonly events: Collection<KubeEvent>;
}

/** The API server of an ASM instance's control plane. */
export interface Mesh extends ApiServer {
  readonly clusterIds: readonly string[];
  readonly traits: MeshTraits;
  readonly gateways: Collection<IstioGateway>;
}

export interface Place {
  readonly region: string;
  readonly id: string;
}

export function createCluster(
  place: Place & { readonly traits: ClusterTraits },
  clock: Clock,
  chance: Chance,
): Cluster {
  const { traits } = place;
  const etcd = createEtcd(clock, chance);
  const deployments = createCollection(DEPLOYMENTS, etcd);
  const autoscalers = createCollection(AUTOSCALERS, etcd);
  const services = createCollection(SERVICES, etcd);
  const configMaps = createCollection(CONFIG_MAPS, etcd);
  const events = createCollection(EVENTS, etcd);
  const server = createApiServer(place, etcd, [deployments, autoscalers, services, configMaps, events]);
  server.serveAs({ ...AUTOSCALERS, version: 'v1' }, { collection: autoscalers, view: AUTOSCALER_V1 });
  const nodes = createNodes(traits.nodes, isoTime(clock.now()));
  server.serveAs(NODES, { collection: nodes, view: NODE_VIEW });
  return { ...server, traits, deployments, autoscalers, services, configMaps, events };
}

export function createMesh(
  place: Place & { readonly clusterIds: readonly string[]; readonly traits: MeshTraits },
  clock: Clock,
  chance: Chance,
): Mesh {
  const etcd = createEtcd(clock, chance);
  const gateways = createCollection(ISTIO_GATEWAYS, etcd);
  const others = [DESTINATION_RULES, VIRTUAL_SERVICES, GATEWAYS].map((kind) => createCollection(kind, etcd));
  const server = createApiServer(place, etcd, [gateways, ...others]);
  return { ...server, clusterIds: place.clusterIds, traits: place.traits, gateways };
}

/** Where a kind is served, for example `apps/v1/deployments` or `v1/services`. */
export function servedAt(kind: Pick<ServedKind, 'group' | 'version' | 'plural'>): string {
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

interface TokenOf {
  readonly expires: Instant;
  readonly rights: Rights;
}

function createApiServer(
  { id, region }: Place,
  etcd: Etcd,
  collections: readonly Served[],
): ApiServer & { serveAs(kind: ServedKind, resource: Resource): void } {
  const tokens = new Map<string, TokenOf>();
  const resources = new Map<string, Resource>();
  let rights: Rights = 'everything';

  function serveAs(kind: ServedKind, resource: Resource): void {
    resources.set(servedAt(kind), resource);
  }

  function serve(collection: Served): void {
    serveAs(collection.kind, { collection, view: plainView(collection.kind) });
  }

  function issueToken(expires: Instant): string {
    for (const [token, issued] of tokens) if (issued.expires <= etcd.clock.now()) tokens.delete(token);
    const token = marked(etcd.chance.text(40, HEX));
    tokens.set(token, { expires, rights });
    return token;
  }

  function rightsOf(token: string | undefined): Rights | undefined {
    const issued = token === undefined ? undefined : tokens.get(token);
    return issued !== undefined && etcd.clock.now() < issued.expires ? issued.rights : undefined;
  }

  for (const collection of collections) serve(collection);
  return {
    id,
    region,
    resources,
    serve,
    serveAs,
    version: etcd.version,
    nextVersion: etcd.nextVersion,
    addNamespace: (name) => {
      etcd.namespaces.add(name);
    },
    grant: (granted) => {
      rights = granted;
    },
    issueToken,
    rightsOf,
  };
}
