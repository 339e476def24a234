import {
  Autoscaler,
  ConfigMap,
  Deployment,
  type GatewayFields,
  IstioGateway,
  type KindOf,
  KubeEvent,
  Pod,
  Service,
} from './objects';

export const DEPLOYMENTS: KindOf<Deployment> = {
  group: 'apps',
  version: 'v1',
  plural: 'deployments',
  kind: 'Deployment',
  custom: false,
  hasStatus: true,
  scalable: true,
  schema: Deployment,
  problems: ({ spec }) => [
    ...below('spec.replicas', spec.replicas, 0),
    ...Object.entries(spec.selector.matchLabels)
      .filter(([key, value]) => spec.template.metadata.labels[key] !== value)
      .map(
        ([key]) => `spec.template.metadata.labels: Invalid value: "${key}": selector does not match template labels`,
      ),
  ],
};

export const AUTOSCALERS: KindOf<Autoscaler> = {
  group: 'autoscaling',
  version: 'v2',
  plural: 'horizontalpodautoscalers',
  kind: 'HorizontalPodAutoscaler',
  custom: false,
  hasStatus: true,
  scalable: false,
  schema: Autoscaler,
  problems: ({ spec }) => [
    ...below('spec.minReplicas', spec.minReplicas, 1),
    ...below('spec.maxReplicas', spec.maxReplicas, 1),
    ...(spec.maxReplicas < spec.minReplicas
      ? [`spec.maxReplicas: Invalid value: ${spec.maxReplicas}: must be greater than or equal to \`minReplicas\``]
      : []),
    ...windows('spec.behavior.scaleUp', spec.behavior?.scaleUp),
    ...windows('spec.behavior.scaleDown', spec.behavior?.scaleDown),
  ],
};

export const SERVICES: KindOf<Service> = {
  group: '',
  version: 'v1',
  plural: 'services',
  kind: 'Service',
  custom: false,
  hasStatus: true,
  scalable: false,
  schema: Service,
  problems: ({ spec }) =>
    spec.type !== 'ExternalName' && (spec.ports ?? []).length === 0 ? ['spec.ports: Required value'] : [],
};

export const CONFIG_MAPS: KindOf<ConfigMap> = {
  group: '',
  version: 'v1',
  plural: 'configmaps',
  kind: 'ConfigMap',
  custom: false,
  hasStatus: false,
  scalable: false,
  schema: ConfigMap,
  problems: ({ data }) => [
    ...Object.keys(data ?? {})
      .filter((key) => !/^[-._a-zA-Z0-9]{1,253}$/.test(key))
      .map(
        (key) => `data[${key}]: Invalid value: "${key}": a valid config key must consist of alphanumeric characters`,
      ),
    // 1 MiB in all (k8s.io/kubernetes core/validation MaxSecretSize).
    ...(Buffer.byteLength(JSON.stringify(data ?? {})) > 1_048_576
      ? ['data: Too long: must have at most 1048576 bytes']
      : []),
  ],
};

export const PODS: KindOf<Pod> = {
  group: '',
  version: 'v1',
  plural: 'pods',
  kind: 'Pod',
  custom: false,
  hasStatus: true,
  scalable: false,
  schema: Pod,
  problems: () => [],
};

export const EVENTS: KindOf<KubeEvent> = {
  group: '',
  version: 'v1',
  plural: 'events',
  kind: 'Event',
  custom: false,
  hasStatus: false,
  scalable: false,
  schema: KubeEvent,
  problems: () => [],
};

export const ISTIO_GATEWAYS: KindOf<IstioGateway> = {
  group: 'istio.alibabacloud.com',
  version: 'v1beta1',
  plural: 'istiogateways',
  kind: 'IstioGateway',
  custom: true,
  hasStatus: false,
  scalable: false,
  schema: IstioGateway,
  problems: ({ metadata, spec }) => [
    ...(metadata.namespace === 'istio-system' ? [] : ['metadata.namespace: an IstioGateway must be in istio-system']),
    ...counts('spec', spec),
    ...Object.entries(spec.overrides ?? {}).flatMap(([id, fields]) => counts(`spec.overrides.${id}`, fields)),
  ],
};

function below(field: string, value: number, least: number): readonly string[] {
  return value < least ? [`${field}: Invalid value: ${value}: must be greater than or equal to ${least}`] : [];
}

function counts(path: string, fields: GatewayFields): readonly string[] {
  const { replicaCount = 0, minReplicas = 0, maxReplicas = 0 } = fields;
  return [
    ...below(`${path}.replicaCount`, replicaCount, 0),
    ...below(`${path}.minReplicas`, minReplicas, 0),
    ...below(`${path}.maxReplicas`, maxReplicas, 0),
  ];
}

/** Bounds of autoscaling/v2: windows up to 3600 s, periods up to 1800 s (k8s.io/kubernetes autoscaling/validation). */
function windows(
  path: string,
  rules:
    | {
        readonly stabilizationWindowSeconds?: number | null | undefined;
        readonly policies?: readonly { readonly value: number; readonly periodSeconds: number }[] | undefined;
      }
    | undefined,
): readonly string[] {
  const window = rules?.stabilizationWindowSeconds ?? 0;
  const policies = rules?.policies ?? [];
  return [
    ...(window < 0 || window > 3600
      ? [`${path}.stabilizationWindowSeconds: Invalid value: ${window}: must be between 0 and 3600`]
      : []),
    ...policies.flatMap(({ value, periodSeconds }, i) => [
      ...below(`${path}.policies[${i}].value`, value, 1),
      ...(periodSeconds < 1 || periodSeconds > 1800
        ? [`${path}.policies[${i}].periodSeconds: Invalid value: ${periodSeconds}: must be between 1 and 1800`]
        : []),
    ]),
  ];
}
