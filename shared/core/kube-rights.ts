/** What functions may do in clusters and meshes: exactly the calls that they make. Roles are rendered from it, and checks ask for it. */

export interface Rule {
  readonly apiGroups: readonly string[];
  readonly resources: readonly string[];
  /** Only objects of these names. */
  readonly resourceNames?: readonly string[];
  readonly verbs: readonly string[];
}

/** What a function may do: exactly the calls that it makes. */
export interface KubeRights {
  /** In the namespaces of gateways. */
  readonly namespaced: readonly Rule[];
  /** In the whole cluster. */
  readonly cluster: readonly Rule[];
  /** In the mesh. ASM grants that by its roles, and no RBAC of ours. */
  readonly mesh: readonly Rule[];
}

const ISTIO_GATEWAYS = { apiGroups: ['istio.alibabacloud.com'], resources: ['istiogateways'] } as const;
/** Pins, holds, freezes and the record of changes. */
const JOURNAL: Rule = { apiGroups: [''], resources: ['configmaps'], verbs: ['get', 'create', 'patch'] };
const EVENTS: Rule = { apiGroups: [''], resources: ['events'], verbs: ['create'] };

/** By the folders of functions/. */
export const KUBE_RIGHTS = {
  'scale-gateway': {
    namespaced: [
      { apiGroups: ['apps'], resources: ['deployments'], verbs: ['get', 'list'] },
      { apiGroups: ['apps'], resources: ['deployments/scale'], verbs: ['patch'] },
      { apiGroups: ['autoscaling'], resources: ['horizontalpodautoscalers'], verbs: ['get', 'list', 'patch'] },
      { apiGroups: [''], resources: ['services', 'pods'], verbs: ['list'] },
      JOURNAL,
      // For `uninstall`.
      { apiGroups: [''], resources: ['configmaps'], resourceNames: ['gateway-autopilot'], verbs: ['delete'] },
      EVENTS,
    ],
    cluster: [],
    mesh: [{ ...ISTIO_GATEWAYS, verbs: ['get', 'list', 'patch'] }],
  },
  'attach-clb': {
    namespaced: [
      { apiGroups: [''], resources: ['services'], verbs: ['get', 'list', 'create', 'patch', 'delete'] },
      JOURNAL,
      EVENTS,
    ],
    cluster: [],
    mesh: [],
  },
  'audit-gateway': {
    namespaced: [
      { apiGroups: ['apps'], resources: ['deployments'], verbs: ['list'] },
      { apiGroups: ['autoscaling'], resources: ['horizontalpodautoscalers'], verbs: ['list'] },
      { apiGroups: [''], resources: ['services', 'pods'], verbs: ['list'] },
      // Whether writes are frozen, for `fix` alone.
      { apiGroups: [''], resources: ['configmaps'], verbs: ['get'] },
    ],
    // Nodes; and the workloads behind, in whatever namespaces the routes lead to.
    cluster: [
      { apiGroups: [''], resources: ['nodes', 'services'], verbs: ['list'] },
      { apiGroups: ['apps'], resources: ['deployments'], verbs: ['list'] },
    ],
    mesh: [
      { ...ISTIO_GATEWAYS, verbs: ['list'] },
      {
        apiGroups: ['networking.istio.io'],
        resources: ['gateways', 'virtualservices', 'destinationrules'],
        verbs: ['list'],
      },
    ],
  },
} as const satisfies Readonly<Record<string, KubeRights>>;

export type KubeRole = keyof typeof KUBE_RIGHTS;

/**
 * What a function may do where a region's objects are: with the mesh's in the cluster, what is of the mesh is asked for there.
 *
 * @param istioGateways where IstioGateways are read; `undefined` where no mesh is configured
 */
export function kubeRights(role: KubeRole, istioGateways: 'controlPlane' | 'dataPlane' | undefined): KubeRights {
  const rights: KubeRights = KUBE_RIGHTS[role];
  if (istioGateways === 'controlPlane') return rights;
  const { cluster, mesh, namespaced } = rights;
  if (istioGateways === undefined) return { cluster, namespaced, mesh: [] };
  // Routes may be in any namespace.
  return role === 'audit-gateway'
    ? { namespaced, cluster: [...cluster, ...mesh], mesh: [] }
    : { namespaced: [...namespaced, ...mesh], cluster, mesh: [] };
}
export const KUBE_ROLES: readonly KubeRole[] = ['scale-gateway', 'attach-clb', 'audit-gateway'];

/** Where the journal is, whether gateways are there or not. */
export const JOURNAL_NAMESPACE = 'istio-system';

/** Where a function's namespaced rights are needed, each once: where the journal is, and where gateways are. */
export function namespacesOfRights(ofGateways: readonly string[]): readonly string[] {
  return [...new Set([JOURNAL_NAMESPACE, ...ofGateways])];
}
