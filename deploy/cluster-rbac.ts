/** What `scale-gateway` and `attach-clb` may do in a cluster: a Role and its binding in each namespace that holds gateways. */
import { gatewaysOf } from '../shared/config/region';
import type { Configuration } from '../shared/config/schema';

/** Exactly the calls that the adapters make. */
export const CLUSTER_RULES = [
  { apiGroups: ['apps'], resources: ['deployments'], verbs: ['get', 'list'] },
  { apiGroups: ['apps'], resources: ['deployments/scale'], verbs: ['get', 'patch'] },
  { apiGroups: ['autoscaling'], resources: ['horizontalpodautoscalers'], verbs: ['get', 'list', 'patch'] },
  { apiGroups: [''], resources: ['services'], verbs: ['get', 'list', 'create', 'patch', 'delete'] },
  { apiGroups: [''], resources: ['pods'], verbs: ['list'] },
  { apiGroups: [''], resources: ['configmaps'], verbs: ['get', 'create', 'patch'] },
  // Of the journal alone, for `uninstall`.
  { apiGroups: [''], resources: ['configmaps'], resourceNames: ['gateway-autopilot'], verbs: ['delete'] },
  { apiGroups: [''], resources: ['events'], verbs: ['create'] },
] as const;

/** In the mesh: rights that ASM grants by its role Administrator, and no RBAC of ours. */
export const MESH_RULES = [
  { apiGroups: ['istio.alibabacloud.com'], resources: ['istiogateways'], verbs: ['get', 'list', 'patch'] },
] as const;

/** Of `audit-gateway`, in the namespaces of gateways. The freeze is read only for `fix`. */
export const AUDIT_RULES = [
  { apiGroups: ['apps'], resources: ['deployments'], verbs: ['list'] },
  { apiGroups: ['autoscaling'], resources: ['horizontalpodautoscalers'], verbs: ['list'] },
  { apiGroups: [''], resources: ['services', 'pods'], verbs: ['list'] },
  { apiGroups: [''], resources: ['configmaps'], verbs: ['get'] },
] as const;

/** Nodes, and the workloads behind, in whatever namespaces the routes lead to. */
export const AUDIT_CLUSTER_RULES = [
  { apiGroups: [''], resources: ['nodes', 'services'], verbs: ['list'] },
  { apiGroups: ['apps'], resources: ['deployments'], verbs: ['list'] },
] as const;

/** In the mesh, in all namespaces; granted by ASM. */
export const AUDIT_MESH_RULES = [
  { apiGroups: ['istio.alibabacloud.com'], resources: ['istiogateways'], verbs: ['list'] },
  {
    apiGroups: ['networking.istio.io'],
    resources: ['gateways', 'virtualservices', 'destinationrules'],
    verbs: ['list'],
  },
] as const;

const NAME = 'gateway-autopilot';
/** Where the journal is, whether gateways are there or not. */
const JOURNAL_NAMESPACE = 'istio-system';

/**
 * The manifests of one region's cluster, in the order in which they are made.
 *
 * @param users the RAM roles of the two functions, as the cluster knows them (the ids of the roles)
 */
export function clusterRbac(configuration: Configuration, region: string, users: readonly string[]): readonly object[] {
  const namespaces = gatewaysOf(configuration, region).map(({ names }) => names.namespace);
  return [...new Set([JOURNAL_NAMESPACE, ...namespaces])].flatMap((namespace) => [
    {
      apiVersion: 'rbac.authorization.k8s.io/v1',
      kind: 'Role',
      metadata: { name: NAME, namespace },
      rules: CLUSTER_RULES,
    },
    {
      apiVersion: 'rbac.authorization.k8s.io/v1',
      kind: 'RoleBinding',
      metadata: { name: NAME, namespace },
      roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name: NAME },
      subjects: users.map((name) => ({ apiGroup: 'rbac.authorization.k8s.io', kind: 'User', name })),
    },
  ]);
}
