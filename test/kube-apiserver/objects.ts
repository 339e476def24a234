import { KUBE_RIGHTS } from '../../shared/core/kube-rights';

/** An object to create, and where. */
export interface Manifest {
  /** The collection, for example `/api/v1/namespaces`. */
  readonly path: string;
  readonly object: object;
}

const NAMESPACE = 'istio-system';
const RBAC = `/apis/rbac.authorization.k8s.io/v1/namespaces/${NAMESPACE}`;
const AnyFields = { type: 'object', 'x-kubernetes-preserve-unknown-fields': true } as const;

const Namespace: Manifest = {
  path: '/api/v1/namespaces',
  object: { apiVersion: 'v1', kind: 'Namespace', metadata: { name: NAMESPACE } },
};

/** ASM's own definition is not public: any field is kept and none is checked. */
const IstioGateways: Manifest = {
  path: '/apis/apiextensions.k8s.io/v1/customresourcedefinitions',
  object: {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name: 'istiogateways.istio.alibabacloud.com' },
    spec: {
      group: 'istio.alibabacloud.com',
      scope: 'Namespaced',
      names: { plural: 'istiogateways', singular: 'istiogateway', kind: 'IstioGateway', listKind: 'IstioGatewayList' },
      versions: [
        {
          name: 'v1beta1',
          served: true,
          storage: true,
          schema: { openAPIV3Schema: { type: 'object', properties: { spec: AnyFields, status: AnyFields } } },
        },
      ],
    },
  },
};

/** In the cluster, and in its mesh, which is the same server here. */
export const RULES = [
  ...KUBE_RIGHTS['scale-gateway'].namespaced,
  ...KUBE_RIGHTS['scale-gateway'].mesh,
  ...KUBE_RIGHTS['attach-clb'].namespaced,
];

const Role: Manifest = {
  path: `${RBAC}/roles`,
  object: {
    apiVersion: 'rbac.authorization.k8s.io/v1',
    kind: 'Role',
    metadata: { name: 'gateway-autopilot', namespace: NAMESPACE },
    rules: RULES,
  },
};

const RoleBinding: Manifest = {
  path: `${RBAC}/rolebindings`,
  object: {
    apiVersion: 'rbac.authorization.k8s.io/v1',
    kind: 'RoleBinding',
    metadata: { name: 'gateway-autopilot', namespace: NAMESPACE },
    roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name: 'gateway-autopilot' },
    subjects: [{ apiGroup: 'rbac.authorization.k8s.io', kind: 'User', name: 'autopilot' }],
  },
};

/** In the order in which they are created. */
export const MANIFESTS: readonly Manifest[] = [Namespace, IstioGateways, Role, RoleBinding];

/** What the user `autopilot` can read once all manifests have taken effect. */
export const READABLE = [
  `/apis/apps/v1/namespaces/${NAMESPACE}/deployments`,
  `/apis/istio.alibabacloud.com/v1beta1/namespaces/${NAMESPACE}/istiogateways`,
] as const;
