import type { ClusterApi, KubeAccess, KubeConnector } from '../../cloud/seams';
import type { RegionConfiguration } from '../../config/load';
import type { ClusterReached } from '../../core/check/cluster';
import { type KubeRole, kubeRights, namespacesOfRights, type Rule } from '../../core/kube-rights';
import { tried } from '../../run/tried';

/** What a function may do in the cluster, where the gateways and the journal are and in the whole of it. */
export function clusterRights(
  role: KubeRole,
  { mesh }: RegionConfiguration,
  namespaces: readonly string[],
): readonly KubeAccess[] {
  const { cluster, namespaced } = kubeRights(role, mesh?.istioGateways);
  return [...accesses(namespaced, namespacesOfRights(namespaces)), ...accesses(cluster, [undefined])];
}

/** @param namespaces `undefined` stands for all of them */
export function accesses(rules: readonly Rule[], namespaces: readonly (string | undefined)[]): readonly KubeAccess[] {
  return namespaces.flatMap((namespace) =>
    rules.flatMap(({ apiGroups, resourceNames = [undefined], resources, verbs }) =>
      apiGroups.flatMap((group) =>
        resources.flatMap((resource) =>
          verbs.flatMap((verb) => resourceNames.map((name) => ({ verb, group, resource, namespace, name }))),
        ),
      ),
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

function rightText({ name, namespace, resource, verb }: KubeAccess): string {
  return `${verb} ${resource}${name === undefined ? '' : ` ${name}`}${namespace === undefined ? '' : ` in ${namespace}`}`;
}

export function clusterApi(region: string, { cluster }: RegionConfiguration): ClusterApi {
  return { of: 'ack', region, id: cluster.id, privateApi: cluster.privateApi };
}

/** `undefined` where there is no mesh, or its IstioGateways are read in the cluster. */
export function meshApi(region: string, { mesh }: RegionConfiguration): ClusterApi | undefined {
  if (mesh?.istioGateways !== 'controlPlane') return undefined;
  return { of: 'asm', region, id: mesh.id, privateApi: mesh.privateApi };
}
