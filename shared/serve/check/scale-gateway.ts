import type { Configuration, RegionConfiguration } from '../../config/load';
import { contextsOf, gatewaysOf, namespacesOf } from '../../config/region';
import type { Finding } from '../../core/audit/finding';
import { CLUSTER_CHECKS, grantingAdministrator, grantingRole } from '../../core/check/cluster';
import { OWNER_CHECKS } from '../../core/check/owners';
import { judge } from '../../core/check/self-check';
import { KUBE_RIGHTS } from '../../core/kube-rights';
import { tried } from '../../run/tried';
import { openCluster } from '../cluster';
import type { Answer, Invocation } from '../serve';
import { type OwnFindings, selfCheck } from './answer';
import { accesses, clusterApi, clusterRights, meshApi, reached } from './cluster';
import { clbFinder, readsOf, tryReads } from './reads';
import { watchedApi } from './watched-api';

export function checkScaleGateway(invocation: Invocation): Promise<Answer> {
  return selfCheck('scale-gateway', invocation, (configuration) => examine(invocation, configuration));
}

async function examine(invocation: Invocation, configuration: Configuration): Promise<OwnFindings> {
  const { connections, context, surroundings } = invocation;
  const { region } = context;
  const { clocks, openApi } = watchedApi(connections.openApi, surroundings.clock);
  const clbIn = clbFinder(configuration);
  const described = configuration.regions[region];
  const [reads, findings] = await Promise.all([
    tryReads(readsOf('scale-gateway', configuration, region), { openApi, clock: surroundings.clock, clbIn }),
    described === undefined ? [] : inRegion(invocation, configuration, described),
  ]);
  return {
    tellsPeople: true,
    signsRemovals: false,
    reads,
    clocks,
    findings,
  };
}

async function inRegion(
  { connections: { clusters }, context }: Invocation,
  configuration: Configuration,
  described: RegionConfiguration,
): Promise<readonly Finding[]> {
  const { accountId: account, region } = context;
  const gateways = gatewaysOf(configuration, region);
  const namespaces = namespacesOf(gateways);
  const ofMesh = meshApi(region, described);
  const ofIstioGateways = accesses(KUBE_RIGHTS['scale-gateway'].mesh, namespaces);
  const [cluster, mesh, seen] = await Promise.all([
    reached(clusters, clusterApi(region, described), clusterRights('scale-gateway', described, namespaces)),
    ofMesh === undefined ? undefined : reached(clusters, ofMesh, ofIstioGateways),
    tried(openCluster(clusters, region, described, namespaces).then((opened) => opened.gateways.observe())),
  ]);
  const whose = { function: 'scale-gateway', region, account };
  const ofAsm = mesh === undefined ? undefined : { ...mesh, granting: grantingAdministrator(whose, mesh.id) };
  return [
    ...judge(CLUSTER_CHECKS, { ...whose, cluster, mesh: ofAsm, granting: grantingRole(whose, described.cluster.id) }),
    ...judge(OWNER_CHECKS, {
      region,
      clusterId: described.cluster.id,
      contexts: contextsOf(described),
      meshId: described.mesh?.id,
      gateways: gateways.map(({ names, policy }) => ({ names, range: policy.replicas })),
      cluster: seen,
    }),
  ];
}
