import { HOUR, type Instant } from '../../shared/core/time';
import { InvalidInput } from '../../shared/errors';
import type { Clock } from '../../shared/ports';
import type { Chance } from './chance';
import { type GatewaySetup, NAMESPACE, START_UP, servicesOf, setUpGateway } from './gateway-setup';
import {
  type ApiServer,
  type Cluster,
  type ClusterTraits,
  createCluster,
  createMesh,
  type Mesh,
  type MeshTraits,
} from './kubernetes/api-server';
import { generatedName, RESYNC_PERIOD, synchronise } from './kubernetes/asm';
import { type AutoscalerController, createAutoscalerController, SYNC_PERIOD } from './kubernetes/autoscaler';
import { controllerTags, defaultName } from './kubernetes/binding';
import { type CloudController, createCloudController } from './kubernetes/cloud-controller';
import { createDeploymentController, type DeploymentController } from './kubernetes/deployments';
import { createEndpoints } from './kubernetes/endpoints';
import type { NodeSetup } from './kubernetes/nodes';
import type { Rights } from './kubernetes/rights';
import { createCarriage } from './load-balancers/carriage';
import type { Fleet } from './load-balancers/fleet';
import type { MetricHistory } from './metric-history';
import { createNameTraffic, type NameStats, type NameTraffic, type NameTrafficSetup } from './name-traffic';
import type { Regions } from './regions';
import { createGatewayTraffic, type Destinations, type GatewayStats, type GatewayTraffic, type Load } from './traffic';

/** Clusters, meshes and gateways, and what happens to them as time passes. */
export interface Estate {
  readonly clusters: ReadonlyMap<string, Cluster>;
  readonly meshes: ReadonlyMap<string, Mesh>;
  server(id: string): ApiServer | undefined;
  addCluster(cluster: ClusterSetup): void;
  addMesh(mesh: MeshSetup): void;
  addGateway(setup: GatewaySetup): void;
  grant(serverId: string, rights: Rights): void;
  readonly controls: ClusterControls;
  fillNodes(full: FullNodes): void;
  setLoad(region: string, gateway: string, load: (at: Instant) => Load): void;
  sendTo(region: string, gateway: string, destinations: (at: Instant) => Destinations): void;
  stats(region: string, gateway: string): GatewayStats;
  /** @param destinations of all clients, by weight */
  sendName(setup: NameTrafficSetup, destinations: (at: Instant) => Destinations): void;
  nameStats(name: string): NameStats;
  /** Everything that happens from one instant to another; `arrive` sets the clock to the second. */
  advance(from: Instant, to: Instant, arrive: () => void): void;
}

export interface ClusterSetup {
  readonly region: string;
  readonly id: string;
  /** Pods that its nodes have room for; no limit unless told. */
  readonly podLimit?: number;
  /** One, `node-1`, unless told. */
  readonly nodes?: readonly NodeSetup[];
  /** Names of its components; Terway among them unless told. */
  readonly addons?: readonly string[];
  /** Whether pods run on ECI; not unless told. */
  readonly serverless?: boolean;
  readonly vpcId?: string;
  /** Of the cloud controller; one that can drain unless told. */
  readonly controller?: ClusterTraits['controller'];
}

/** A time in which no node of a region's clusters takes another pod; those that run stay. */
export interface FullNodes {
  readonly region: string;
  readonly from: Instant;
  /** Exclusive; Infinity for good. */
  readonly to: Instant;
}

export interface MeshSetup {
  readonly region: string;
  readonly id: string;
  /** Of clusters that were added before. */
  readonly clusterIds: readonly string[];
  /** Whether the clusters' own API servers also serve the mesh's IstioGateways; not unless told. */
  readonly dataPlaneApi?: boolean;
  /** `ultimate` unless told. */
  readonly edition?: MeshTraits['edition'];
  readonly version?: string;
  /** Off unless told, both. */
  readonly localityBalancing?: boolean;
  readonly multiBuffer?: boolean;
  /** Whether the VPCs of its clusters are joined; so unless told. */
  readonly joined?: boolean;
}

/** What a person does to clusters and meshes in the console; none of it is a call of the API. Each throws InvalidInput. */
export interface ClusterControls {
  addNode(clusterId: string, node: NodeSetup): void;
  /** Exchanges the components. */
  install(clusterId: string, addons: readonly string[]): void;
  upgradeController(clusterId: string, controller: ClusterTraits['controller']): void;
  /** Joins the VPCs of a mesh's clusters. */
  join(meshId: string): void;
}

interface ClusterParts {
  readonly cluster: Cluster;
  readonly deployments: DeploymentController;
  readonly autoscaler: AutoscalerController;
  readonly cloudController: CloudController;
}

interface Gateway {
  readonly setup: GatewaySetup;
  readonly traffic: GatewayTraffic;
}

export function createEstate(
  clock: Clock,
  chance: Chance,
  fleet: Fleet,
  history: MetricHistory,
  regions: Regions,
): Estate {
  const carriage = createCarriage(fleet, history, regions);
  const clusters = new Map<string, Cluster>();
  const meshes = new Map<string, Mesh>();
  const parts: ClusterParts[] = [];
  const gateways = new Map<string, Gateway>();
  /** Gateways by the Deployment that serves them. */
  const byDeployment = new Map<string, Gateway>();
  const names = new Map<string, NameTraffic>();
  const fullNodes: FullNodes[] = [];

  function addCluster(setup: ClusterSetup): void {
    const { region, id, podLimit = Number.POSITIVE_INFINITY } = setup;
    refuseTaken(id);
    const cluster = createCluster({ region, id, traits: traitsOf(setup) }, clock, chance);
    const deployments = createDeploymentController({
      cluster,
      chance,
      hasRoom: (scheduled, at) => scheduled < podLimit && !areFull(region, at),
      startUpOf: (namespace, name) => byDeployment.get(key(id, namespace, name))?.setup.startUp ?? START_UP,
    });
    const autoscaler = createAutoscalerController(cluster, deployments, (namespace, name) => {
      const gateway = byDeployment.get(key(id, namespace, name));
      if (gateway === undefined) return undefined;
      return { load: gateway.traffic.requests(), capacityPerPod: gateway.setup.capacityPerReplica };
    });
    clusters.set(id, cluster);
    const cloudController = createCloudController(cluster, fleet, createEndpoints(cluster, deployments));
    parts.push({ cluster, deployments, autoscaler, cloudController });
  }

  function areFull(region: string, at: Instant): boolean {
    return fullNodes.some((full) => full.region === region && at >= full.from && at < full.to);
  }

  function grant(serverId: string, rights: Rights): void {
    const server = serverOf(serverId);
    if (server === undefined) throw new InvalidInput(`there is no cluster or mesh ${serverId}`);
    server.grant(rights);
  }

  function clusterOf(id: string): Cluster {
    const cluster = clusters.get(id);
    if (cluster === undefined) throw new InvalidInput(`there is no cluster ${id}`);
    return cluster;
  }

  function serverOf(id: string): ApiServer | undefined {
    return clusters.get(id) ?? meshes.get(id);
  }

  function addMesh(mesh: MeshSetup): void {
    refuseTaken(mesh.id);
    const unknown = mesh.clusterIds.filter((id) => !clusters.has(id));
    if (unknown.length > 0) throw new InvalidInput(`mesh ${mesh.id}: there is no cluster ${unknown.join(', ')}`);
    const made = createMesh({ ...mesh, traits: meshTraitsOf(mesh) }, clock, chance);
    meshes.set(mesh.id, made);
    if (mesh.dataPlaneApi === true) for (const id of mesh.clusterIds) clusters.get(id)?.serve(made.gateways);
  }

  function refuseTaken(id: string): void {
    if (clusters.has(id) || meshes.has(id)) throw new InvalidInput(`there is a cluster or mesh ${id} already`);
  }

  function addGateway(setup: GatewaySetup): void {
    const own = parts.find(({ cluster }) => cluster.id === setup.clusterId);
    const id = key(setup.region, setup.name);
    if (own === undefined || own.cluster.region !== setup.region) {
      throw new InvalidInput(`gateway ${setup.name}: there is no cluster ${setup.clusterId} in ${setup.region}`);
    }
    if (gateways.has(id)) throw new InvalidInput(`there is a gateway ${setup.name} in ${setup.region} already`);
    const taken = setup.loadBalancerIds.filter((clb) => fleet.register.knows(clb));
    if (taken.length > 0) throw new InvalidInput(`gateway ${setup.name}: CLB ${taken.join(', ')} serves another one`);
    const mesh = setup.meshId === undefined ? undefined : meshes.get(setup.meshId);
    own.deployments.reconcile(clock.now());
    setUpGateway(setup, own.cluster, mesh);
    const addresses = addLoadBalancers(setup, own);
    const gateway = { setup, traffic: trafficOf(setup, addresses, own) };
    gateways.set(id, gateway);
    byDeployment.set(
      key(setup.clusterId, setup.namespace ?? NAMESPACE, setup.deployment ?? generatedName(setup.name)),
      gateway,
    );
    if (mesh !== undefined) synchronise(mesh, clusters);
    // It has been running for long: its pods are older than any start-up, and ready.
    own.deployments.reconcile(clock.now() - Math.max(HOUR, setup.startUp ?? START_UP));
    own.deployments.settle(clock.now());
  }

  /** The CLBs of a gateway, which the cloud controller, or ASM itself, made long ago; their addresses. */
  function addLoadBalancers(setup: GatewaySetup, { cluster, cloudController }: ClusterParts): readonly string[] {
    const { bandwidth, loadBalancerIds, namespace = NAMESPACE, privateIds = [], region, specification } = setup;
    const { deleteProtection = true, zones } = setup;
    const kindOf = (id: string) => ({
      ...(zones?.[id] === undefined ? {} : { zones: zones[id] }),
      ...(specification === undefined ? {} : { specification }),
      ...(bandwidth === undefined ? {} : { bandwidth }),
      ...(privateIds.includes(id) ? ({ addressType: 'intranet' } as const) : {}),
    });
    for (const { id, service: name } of servicesOf(setup)) {
      const service = cluster.services.get(namespace, name);
      const made = { name: defaultName(service), tags: controllerTags(service, cluster.id), deleteProtection };
      fleet.add({ region, id, ...kindOf(id), ...made });
      cloudController.adopt(service, clock.now() - HOUR);
    }
    if (setup.owner === 'serverless') for (const id of loadBalancerIds) fleet.add({ region, id, ...kindOf(id) });
    for (const id of loadBalancerIds) history.addInstance(id, region);
    return loadBalancerIds.map((id) => fleet.get(region, id).address);
  }

  function trafficOf(
    setup: GatewaySetup,
    addresses: readonly string[],
    { cluster, deployments }: ClusterParts,
  ): GatewayTraffic {
    const { namespace = NAMESPACE, capacityPerReplica, listeners = 'tcp' } = setup;
    const { deployment = generatedName(setup.name) } = setup;
    return createGatewayTraffic(
      {
        addresses,
        capacityPerReplica,
        serverless: setup.owner === 'serverless',
        listeners,
        pods: () => deployments.podsOf(namespace, deployment),
        specReplicas: () => cluster.deployments.find(namespace, deployment)?.spec.replicas ?? 0,
        delay: () => regions.delay(setup.region),
      },
      carriage,
    );
  }

  function gatewayOf(region: string, name: string): Gateway {
    const gateway = gateways.get(key(region, name));
    if (gateway === undefined) throw new InvalidInput(`there is no gateway ${name} in ${region}`);
    return gateway;
  }

  function sendName(setup: NameTrafficSetup, destinations: (at: Instant) => Destinations): void {
    const { gateway, name } = setup;
    if (names.has(name)) throw new InvalidInput(`${name} has its clients already`);
    if (![...gateways.values()].some((known) => known.setup.name === gateway)) {
      throw new InvalidInput(`${name}: there is no gateway ${gateway} in any region`);
    }
    const traffic = createNameTraffic(setup, destinations, (address, load) => {
      const region = fleet.behind(address)?.region;
      const found = region === undefined ? undefined : gateways.get(key(region, gateway));
      return region === undefined || found === undefined
        ? undefined
        : { region, share: found.traffic.bring(address, load) };
    });
    names.set(name, traffic);
  }

  function nameStats(name: string): NameStats {
    const traffic = names.get(name);
    if (traffic === undefined) throw new InvalidInput(`${name} has no clients`);
    return traffic.stats();
  }

  function advance(from: Instant, to: Instant, arrive: () => void): void {
    // Controllers stand still with the control plane of their region.
    const working = parts.filter(({ cluster }) => regions.hasControl(cluster.region));
    for (const { cloudController, deployments } of working) {
      deployments.reconcile(from);
      cloudController.notice(from);
    }
    carry(from, to);
    arrive();
    for (const { deployments } of working) deployments.settle(to);
    if (to % RESYNC_PERIOD === 0) synchroniseMeshes();
    if (to % SYNC_PERIOD === 0) for (const { autoscaler } of working) autoscaler.sync(to);
    for (const { cloudController } of working) cloudController.reconcile(to);
  }

  function synchroniseMeshes(): void {
    const within = new Map([...clusters].filter(([, { region }]) => regions.hasControl(region)));
    for (const mesh of meshes.values()) if (regions.hasControl(mesh.region)) synchronise(mesh, within);
  }

  /** What one gateway gets depends on what the others bring: load balancers have limits, and a region has one for all. */
  function carry(from: Instant, to: Instant): void {
    for (const { traffic } of gateways.values()) traffic.offer(from);
    for (const name of names.values()) name.offer(from);
    carriage.settle();
    for (const { traffic } of gateways.values()) traffic.serve(from, to);
    for (const name of names.values()) name.count(from, to);
    carriage.record(from, to);
  }

  return {
    clusters,
    meshes,
    server: serverOf,
    addCluster,
    addMesh,
    addGateway,
    grant,
    controls: {
      addNode: (id, node) => {
        clusterOf(id).traits.nodes.push({ ...node, labels: {} });
      },
      install: (id, addons) => {
        clusterOf(id).traits.addons = addons;
      },
      upgradeController: (id, controller) => {
        clusterOf(id).traits.controller = controller;
      },
      join: (id) => {
        const mesh = meshes.get(id);
        if (mesh === undefined) throw new InvalidInput(`there is no mesh ${id}`);
        mesh.traits.joined = true;
      },
    },
    fillNodes: (full) => {
      fullNodes.push(full);
    },
    setLoad: (region, name, load) => gatewayOf(region, name).traffic.setLoad(load),
    sendTo: (region, name, destinations) => gatewayOf(region, name).traffic.sendTo(destinations),
    stats: (region, name) => gatewayOf(region, name).traffic.stats(),
    sendName,
    nameStats,
    advance,
  };
}

const CONTROLLER = { version: 'v2.10.0', drains: true } as const;

function traitsOf(setup: ClusterSetup): ClusterTraits {
  const { addons = ['terway-eniip', 'cloud-controller-manager'], controller = CONTROLLER, region } = setup;
  const { id, nodes = [{ name: 'node-1', zone: `${region}-a`, type: 'ecs.g6.xlarge' }], serverless = false } = setup;
  const { vpcId = `vpc-${id}` } = setup;
  return { addons, controller, serverless, vpcId, nodes: nodes.map((node) => ({ ...node, labels: {} })) };
}

function meshTraitsOf(setup: MeshSetup): MeshTraits {
  const { edition = 'ultimate', joined = true, localityBalancing = false, multiBuffer = false } = setup;
  const { version = 'v1.22.6.71-g4d2d9e0e-aliyun' } = setup;
  return { edition, joined, localityBalancing, multiBuffer, version };
}

function key(...parts: readonly string[]): string {
  return parts.join('/');
}
