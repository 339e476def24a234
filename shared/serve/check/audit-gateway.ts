import { createAuditedCluster } from '../../cloud/audited-cluster';
import { createMeshDetails } from '../../cloud/mesh-details';
import type { KubeConnector, OpenApi } from '../../cloud/seams';
import type { Configuration, RegionConfiguration } from '../../config/load';
import { gatewaysOf, namespacesOf } from '../../config/region';
import type { Finding } from '../../core/audit/finding';
import { CONTROLLER_CHECKS } from '../../core/check/audit';
import { CLUSTER_CHECKS, grantingReader, grantingRole } from '../../core/check/cluster';
import { judge } from '../../core/check/self-check';
import { KUBE_RIGHTS } from '../../core/kube-rights';
import { tried } from '../../run/tried';
import type { Answer, Invocation } from '../serve';
import { type OwnFindings, selfCheck } from './answer';
import { accesses, clusterApi, clusterRights, meshApi, reached } from './cluster';
import { clbFinder, readsOf, tryReads } from './reads';
import { watchedApi } from './watched-api';

export function checkAuditGateway(invocation: Invocation): Promise<Answer> {
  return selfCheck('audit-gateway', invocation, (configuration) => examine(invocation, configuration));
}

async function examine(invocation: Invocation, configuration: Configuration): Promise<OwnFindings> {
  const { connections, context, surroundings } = invocation;
  const { region } = context;
  const { clocks, openApi } = watchedApi(connections.openApi, surroundings.clock);
  const described = configuration.regions[region];
  const clbIn = clbFinder(configuration, async () =>
    described === undefined ? undefined : boundClb(openApi, connections.clusters, configuration, region, described),
  );
  const [reads, findings] = await Promise.all([
    tryReads(readsOf('audit-gateway', configuration, region), { openApi, clock: surroundings.clock, clbIn }),
    described === undefined ? [] : inRegion(invocation, configuration, described, openApi),
  ]);
  return { tellsPeople: true, signsRemovals: false, reads, clocks, findings };
}

async function inRegion(
  { connections: { clusters }, context }: Invocation,
  configuration: Configuration,
  described: RegionConfiguration,
  openApi: OpenApi,
): Promise<readonly Finding[]> {
  const { accountId: account, region } = context;
  const namespaces = namespacesOf(gatewaysOf(configuration, region));
  const ofMesh = meshApi(region, described);
  const ofRouting = accesses(KUBE_RIGHTS['audit-gateway'].mesh, [undefined]);
  const details = described.mesh === undefined ? undefined : createMeshDetails(openApi, region, described.mesh.id);
  const [cluster, mesh, members, controller] = await Promise.all([
    reached(clusters, clusterApi(region, described), clusterRights('audit-gateway', described, namespaces)),
    ofMesh === undefined ? undefined : reached(clusters, ofMesh, ofRouting),
    details === undefined ? undefined : tried(details.clusters()),
    details === undefined ? undefined : tried(details.controller(described.cluster.id)),
  ]);
  const whose = { function: 'audit-gateway', region, account };
  const ofAsm = mesh === undefined ? undefined : { ...mesh, granting: grantingReader(whose, mesh.id) };
  const meshId = described.mesh?.id ?? '';
  return [
    ...judge(CLUSTER_CHECKS, { ...whose, cluster, mesh: ofAsm, granting: grantingRole(whose, described.cluster.id) }),
    ...judge(CONTROLLER_CHECKS, {
      membership: members === undefined ? undefined : { region, clusterId: described.cluster.id, meshId, members },
      controller,
    }),
  ];
}

/** Of the first Service of a gateway that has one; what keeps it from being found is said by the checks of the cluster. */
async function boundClb(
  openApi: OpenApi,
  clusters: KubeConnector,
  configuration: Configuration,
  region: string,
  described: RegionConfiguration,
): Promise<string | undefined> {
  const gateways = gatewaysOf(configuration, region);
  const cluster = createAuditedCluster(openApi, { region, id: described.cluster.id }, () =>
    clusters.open(clusterApi(region, described)),
  );
  const lists = await Promise.all(namespacesOf(gateways).map((namespace) => tried(cluster.services(namespace))));
  const services = lists.flatMap((list) => (list.ok ? list.value : []));
  const isFront = ({ name, namespace }: { readonly name: string; readonly namespace: string }): boolean =>
    gateways.some(({ names }) => names.service === name && names.namespace === namespace);
  return services.find((each) => isFront(each) && each.loadBalancerId !== undefined)?.loadBalancerId;
}
