import type { ClusterApi, KubeAccess, KubeConnector } from '../../cloud/seams';
import type { RegionConfiguration } from '../../config/load';
import type { ClusterReached } from '../../core/check/cluster';
import { tried } from '../../run/tried';

/** Rights in a cluster or a mesh, as a rule of a Role has them. */
export interface RightsRule {
  readonly group: string;
  readonly resources: readonly string[];
  readonly verbs: readonly string[];
}

/**
 * What each function does in a cluster. The Roles are rendered in deploy/cluster-rbac.ts, which no function may import; a test
 * compares both.
 */
export const SCALE_GATEWAY_RIGHTS: readonly RightsRule[] = [
  { group: 'apps', resources: ['deployments'], verbs: ['get', 'list'] },
  { group: 'apps', resources: ['deployments/scale'], verbs: ['get', 'patch'] },
  { group: 'autoscaling', resources: ['horizontalpodautoscalers'], verbs: ['get', 'list', 'patch'] },
  { group: '', resources: ['services', 'pods'], verbs: ['list'] },
  { group: '', resources: ['configmaps'], verbs: ['get', 'create', 'patch'] },
  { group: '', resources: ['events'], verbs: ['create'] },
];
export const ATTACH_CLB_RIGHTS: readonly RightsRule[] = [
  { group: '', resources: ['services'], verbs: ['get', 'list', 'create', 'patch', 'delete'] },
  { group: '', resources: ['configmaps'], verbs: ['get', 'create', 'patch'] },
  { group: '', resources: ['events'], verbs: ['create'] },
];
export const SCALE_GATEWAY_MESH_RIGHTS: readonly RightsRule[] = [
  { group: 'istio.alibabacloud.com', resources: ['istiogateways'], verbs: ['get', 'list', 'patch'] },
];
export const AUDIT_RIGHTS: readonly RightsRule[] = [
  { group: 'apps', resources: ['deployments'], verbs: ['list'] },
  { group: 'autoscaling', resources: ['horizontalpodautoscalers'], verbs: ['list'] },
  { group: '', resources: ['services', 'pods'], verbs: ['list'] },
  { group: '', resources: ['configmaps'], verbs: ['get'] },
];
/** In all namespaces, and of kinds that are in none; here and below. */
export const AUDIT_CLUSTER_RIGHTS: readonly RightsRule[] = [
  { group: '', resources: ['nodes', 'services'], verbs: ['list'] },
  { group: 'apps', resources: ['deployments'], verbs: ['list'] },
];
export const AUDIT_MESH_RIGHTS: readonly RightsRule[] = [
  { group: 'istio.alibabacloud.com', resources: ['istiogateways'], verbs: ['list'] },
  { group: 'networking.istio.io', resources: ['gateways', 'virtualservices', 'destinationrules'], verbs: ['list'] },
];

/** @param namespaces `undefined` stands for all of them */
export function accesses(
  rules: readonly RightsRule[],
  namespaces: readonly (string | undefined)[],
): readonly KubeAccess[] {
  return namespaces.flatMap((namespace) =>
    rules.flatMap(({ group, resources, verbs }) =>
      resources.flatMap((resource) => verbs.map((verb) => ({ verb, group, resource, namespace }))),
    ),
  );
}

/** Opens a cluster or a mesh and asks its API server for each right, which is also how it is seen to answer. */
export async function reached(
  clusters: KubeConnector,
  api: ClusterApi,
  wanted: readonly KubeAccess[],
): Promise<ClusterReached> {
  const opened = await tried(clusters.open(api));
  const rights = opened.ok
    ? await Promise.all(
        wanted.map(async (access) => ({ right: rightText(access), allowed: await tried(opened.value.allows(access)) })),
      )
    : [];
  return { id: api.id, privateApi: api.privateApi, opened, rights };
}

function rightText({ namespace, resource, verb }: KubeAccess): string {
  return `${verb} ${resource}${namespace === undefined ? '' : ` in ${namespace}`}`;
}

export function clusterApi(region: string, { cluster }: RegionConfiguration): ClusterApi {
  return { of: 'ack', region, id: cluster.id, privateApi: cluster.privateApi };
}

/** `undefined` where there is no mesh, or its IstioGateways are read in the cluster. */
export function meshApi(region: string, { mesh }: RegionConfiguration): ClusterApi | undefined {
  if (mesh?.istioGateways !== 'controlPlane') return undefined;
  return { of: 'asm', region, id: mesh.id, privateApi: mesh.privateApi };
}
