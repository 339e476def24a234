/** What functions may do in clusters: each a Role and its binding in each namespace that holds gateways, and what is of the whole cluster. */
import { gatewaysOf, namespacesOf } from '../shared/config/region';
import type { Configuration } from '../shared/config/schema';
import { KUBE_ROLES, type KubeRole, kubeRights, namespacesOfRights, type Rule } from '../shared/core/kube-rights';

const API_GROUP = 'rbac.authorization.k8s.io';

/**
 * The manifests of one region's cluster, in the order in which they are made.
 *
 * @param users ids of the functions' RAM roles, by which ACK knows them; who is left out gets nothing
 */
export function clusterRbac(
  configuration: Configuration,
  region: string,
  users: Readonly<Partial<Record<KubeRole, string>>>,
): readonly object[] {
  const namespaces = namespacesOf(gatewaysOf(configuration, region));
  return KUBE_ROLES.flatMap((role) => {
    const user = users[role];
    if (user === undefined) return [];
    const { cluster, namespaced } = kubeRights(role, configuration.regions[region]?.mesh?.istioGateways);
    return [
      ...namespacesOfRights(namespaces).flatMap((namespace) =>
        granted({ kind: 'Role', role, namespace, rules: namespaced, user }),
      ),
      ...(cluster.length === 0 ? [] : granted({ kind: 'ClusterRole', role, rules: cluster, user })),
    ];
  });
}

function granted({
  kind,
  namespace,
  role,
  rules,
  user,
}: {
  readonly kind: 'Role' | 'ClusterRole';
  readonly namespace?: string;
  readonly role: KubeRole;
  readonly rules: readonly Rule[];
  readonly user: string;
}): readonly object[] {
  const name = rbacName(role);
  const metadata = { name, ...(namespace === undefined ? {} : { namespace }) };
  const apiVersion = `${API_GROUP}/v1`;
  return [
    { apiVersion, kind, metadata, rules },
    {
      apiVersion,
      kind: `${kind}Binding`,
      metadata,
      roleRef: { apiGroup: API_GROUP, kind, name },
      subjects: [{ apiGroup: API_GROUP, kind: 'User', name: user }],
    },
  ];
}

export function rbacName(role: KubeRole): string {
  return `gateway-autopilot-${role}`;
}
