import { audit } from '../core/audit/checks';
import type { Contexts, GatewayAudit } from '../core/audit/finding';
import type { AuditedGateway, AuditedName, AuditSnapshot } from '../core/audit/snapshot';
import type { Reading } from '../core/gateway';
import type { Instant } from '../core/time';
import type { AuditedCluster, AuditedLoadBalancers, AuditedRouting, MeshDetails, Prober, Zones } from '../ports';
import { viewOf } from './audit-view';
import { reading } from './reading';

/** What an audit of a region reads, and of which gateways. */
export interface AuditLook {
  readonly at: Instant;
  readonly region: string;
  readonly clusterId: string;
  readonly contexts: Contexts;
  readonly gateways: readonly GatewayToAudit[];
  readonly cluster: AuditedCluster;
  /** `undefined` where no mesh is configured. */
  readonly mesh: { readonly details: MeshDetails; readonly routing: AuditedRouting } | undefined;
  readonly loadBalancers: AuditedLoadBalancers;
  readonly zones: Pick<Zones, 'recordsOf'>;
  readonly prober: Prober;
}

export interface GatewayToAudit extends AuditedGateway {
  readonly names: readonly Omit<AuditedName, 'records'>[];
  /** Of its own CLBs, by the configuration. */
  readonly loadBalancerIds: readonly string[];
  /** Port and hosts that its certificates are looked at by. */
  readonly tls: { readonly port: number; readonly hosts: readonly string[] };
}

/** What gateways of one region have in common: read when it is first needed, and once. */
export interface RegionReadings {
  readonly deployments: ByNamespace<AuditedCluster['deployments']>;
  readonly services: ByNamespace<AuditedCluster['services']>;
  readonly autoscalers: ByNamespace<AuditedCluster['autoscalers']>;
  readonly istioGateways: ByNamespace<AuditedRouting['istioGateways']> | undefined;
  readonly routing: (() => Promise<Reading<Awaited<ReturnType<AuditedRouting['routing']>>>>) | undefined;
  readonly region: () => Promise<RegionView>;
}
type ByNamespace<Read extends (namespace: string) => Promise<unknown>> = (
  namespace: string,
) => Promise<Reading<Awaited<ReturnType<Read>>>>;

export type RegionView = Pick<
  AuditSnapshot,
  'mesh' | 'meshClusters' | 'controller' | 'nodeTypes' | 'cluster' | 'addons' | 'nodes' | 'zonesOnSale'
>;

/**
 * Reads a gateway side by side, and judges it; one gateway after another, so that many do not run into the vendor's limits. What
 * fails is a reading that failed, and makes what needs it unknown.
 */
export async function auditGateways(look: AuditLook): Promise<readonly GatewayAudit[]> {
  const readings = readingsOf(look);
  const audits: GatewayAudit[] = [];
  for (const gateway of look.gateways) audits.push(audit(await viewOf(look, gateway, readings)));
  return audits;
}

function readingsOf(look: AuditLook): RegionReadings {
  const { cluster, mesh } = look;
  return {
    deployments: byNamespace(cluster.deployments),
    services: byNamespace(cluster.services),
    autoscalers: byNamespace(cluster.autoscalers),
    istioGateways: mesh === undefined ? undefined : byNamespace(mesh.routing.istioGateways),
    routing: mesh === undefined ? undefined : once(() => reading(mesh.routing.routing())),
    region: once(() => regionOf(look)),
  };
}

async function regionOf({ cluster, clusterId, loadBalancers, mesh }: AuditLook): Promise<RegionView> {
  const details = mesh?.details;
  const [profile, addons, nodes, zonesOnSale, ofMesh, meshClusters, controller, nodeTypes] = await Promise.all([
    reading(cluster.profile()),
    reading(cluster.addons()),
    reading(cluster.nodes()),
    reading(loadBalancers.zones('internet')),
    details === undefined ? undefined : reading(details.detail()),
    details === undefined ? undefined : reading(details.clusters()),
    details === undefined ? undefined : reading(details.controller(clusterId)),
    details === undefined ? undefined : reading(details.nodeTypes()),
  ]);
  return { cluster: profile, addons, nodes, zonesOnSale, mesh: ofMesh, meshClusters, controller, nodeTypes };
}

function once<T>(read: () => Promise<T>): () => Promise<T> {
  let running: Promise<T> | undefined;
  return () => {
    running ??= read();
    return running;
  };
}

function byNamespace<T>(read: (namespace: string) => Promise<T>): (namespace: string) => Promise<Reading<T>> {
  const running = new Map<string, Promise<Reading<T>>>();
  return (namespace) => {
    const known = running.get(namespace) ?? reading(read(namespace));
    running.set(namespace, known);
    return known;
  };
}
