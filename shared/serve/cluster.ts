import { createClusterUndoing } from '../cloud/cluster-undoing';
import { createFrontServices, createFrontServiceWriter } from '../cloud/front-service-writer';
import { createGateways, createGatewayWriter, type GatewaysOptions } from '../cloud/gateways';
import { createObjectEvents } from '../cloud/object-events';
import type { Kube, KubeConnector } from '../cloud/seams';
import type { RegionConfiguration } from '../config/load';
import type { Journal, Reading } from '../core/gateway';
import { JOURNAL_NAMESPACE } from '../core/kube-rights';
import type {
  ClusterUndoing,
  FrontServices,
  FrontServiceWriter,
  Gateways,
  GatewayWriter,
  ObjectEvents,
} from '../ports';
import { reading } from '../run/reading';

export interface ClusterPorts {
  readonly gateways: Gateways;
  readonly writer: GatewayWriter;
  readonly events: ObjectEvents;
}

/**
 * Opens a region's cluster and, side by side, its mesh.
 *
 * @throws CloudError when the cluster cannot be opened. A mesh that cannot be opened is a reading that failed, never the
 *   absence of a mesh.
 */
export async function openCluster(
  clusters: KubeConnector,
  region: string,
  configured: RegionConfiguration,
  namespaces: readonly string[],
): Promise<ClusterPorts> {
  const access = await accessTo(clusters, region, configured, namespaces);
  const { kube } = access;
  return { gateways: createGateways(access), writer: createGatewayWriter(access), events: createObjectEvents(kube) };
}

async function accessTo(
  clusters: KubeConnector,
  region: string,
  { cluster, mesh }: RegionConfiguration,
  namespaces: readonly string[],
): Promise<GatewaysOptions> {
  const opening = clusters.open({ of: 'ack', region, id: cluster.id, privateApi: cluster.privateApi });
  const meshOpening =
    mesh?.istioGateways === 'controlPlane'
      ? reading(clusters.open({ of: 'asm', region, id: mesh.id, privateApi: mesh.privateApi }))
      : undefined;
  // Both are waited for also when one fails: nothing may go on after the invocation has answered.
  await Promise.allSettled([opening, meshOpening]);
  const kube = await opening;
  const ownApi: Reading<Kube> | undefined = mesh === undefined ? undefined : { ok: true, value: kube };
  const istioKube = meshOpening === undefined ? ownApi : await meshOpening;
  return { kube, istioKube, namespaces, journalNamespace: JOURNAL_NAMESPACE };
}

/** Opens a region's cluster, and its mesh, to take back what is ours. Throws CloudError. */
export async function openUndoing(
  clusters: KubeConnector,
  region: string,
  configured: RegionConfiguration,
  namespaces: readonly string[],
): Promise<UndoingPorts> {
  const access = await accessTo(clusters, region, configured, namespaces);
  return {
    journal: createGateways(access).journal,
    services: createFrontServices(access.kube, namespaces),
    undoing: createClusterUndoing(access),
  };
}

export interface UndoingPorts {
  readonly journal: Gateways['journal'];
  readonly services: Pick<FrontServices, 'list'>;
  readonly undoing: ClusterUndoing;
}

export interface FrontPorts {
  readonly services: FrontServices;
  readonly servicesWriter: FrontServiceWriter;
  readonly journal: () => Promise<Journal>;
  readonly record: (journal: Journal) => Promise<Journal>;
  readonly events: ObjectEvents;
}

/** Opens a region's cluster for what stands in front of its gateways. Throws CloudError. */
export async function openFronts(
  clusters: KubeConnector,
  region: string,
  { cluster }: RegionConfiguration,
  namespaces: readonly string[],
): Promise<FrontPorts> {
  const kube = await clusters.open({ of: 'ack', region, id: cluster.id, privateApi: cluster.privateApi });
  const access = { kube, namespaces, journalNamespace: JOURNAL_NAMESPACE };
  return {
    services: createFrontServices(kube, namespaces),
    servicesWriter: createFrontServiceWriter(kube),
    journal: createGateways(access).journal,
    record: createGatewayWriter(access).record,
    events: createObjectEvents(kube),
  };
}
