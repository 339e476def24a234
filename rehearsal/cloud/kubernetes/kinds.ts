import { at } from '../json';
import {
  Autoscaler,
  ConfigMap,
  Deployment,
  type GatewayFields,
  IstioGateway,
  type KindOf,
  KubeEvent,
  type KubeObject,
  NetworkingObject,
  type ScalingRules,
  type ServedKind,
  Service,
} from './objects';
import { type Problem, wrong } from './status';

export const DEPLOYMENTS: KindOf<Deployment> = {
  group: 'apps',
  version: 'v1',
  plural: 'deployments',
  kind: 'Deployment',
  custom: false,
  hasStatus: true,
  scalable: true,
  hasGeneration: true,
  schema: Deployment,
  problems: ({ spec, status }, old) => [
    ...below('spec.replicas', spec.replicas, 0),
    ...labelProblems(spec),
    ...(old === undefined || sameLabels(old.spec.selector.matchLabels, spec.selector.matchLabels)
      ? []
      : [wrong('spec.selector', { matchLabels: spec.selector.matchLabels }, 'field is immutable')]),
    ...(status === undefined ? [] : statusProblems(status)),
  ],
  tidy: (deployment) =>
    deployment.status === undefined ? deployment : { ...deployment, status: withoutZeros(deployment.status) },
};

export const AUTOSCALERS: KindOf<Autoscaler> = {
  group: 'autoscaling',
  version: 'v2',
  plural: 'horizontalpodautoscalers',
  kind: 'HorizontalPodAutoscaler',
  custom: false,
  hasStatus: true,
  scalable: false,
  hasGeneration: true,
  schema: Autoscaler,
  problems: ({ spec }) => [
    ...(spec.maxReplicas < spec.minReplicas
      ? [wrong('spec.maxReplicas', spec.maxReplicas, 'must be greater than or equal to `minReplicas`')]
      : []),
    ...(spec.maxReplicas < 1
      ? [{ field: 'spec.maxReplicas', cause: 'FieldValueRequired', message: 'Required value' } as const]
      : []),
    ...below('spec.minReplicas', spec.minReplicas, 0),
    ...(spec.minReplicas === 0 && spec.metrics.every(({ type }) => type !== 'Object' && type !== 'External')
      ? [TO_ZERO]
      : []),
    ...rulesProblems('spec.behavior.scaleUp', spec.behavior?.scaleUp),
    ...rulesProblems('spec.behavior.scaleDown', spec.behavior?.scaleDown),
  ],
};

const TO_ZERO: Problem = {
  field: 'spec.metrics',
  cause: 'FieldValueForbidden',
  message: 'Forbidden: must specify at least one Object or External metric to support scaling to zero replicas',
};

export const SERVICES: KindOf<Service> = {
  group: '',
  version: 'v1',
  plural: 'services',
  kind: 'Service',
  custom: false,
  hasStatus: true,
  scalable: false,
  hasGeneration: false,
  answersDeletionWithObject: true,
  fields: new Map([
    ['spec.type', fieldAt('spec', 'type')],
    ['spec.clusterIP', fieldAt('spec', 'clusterIP')],
  ]),
  schema: Service,
  problems: ({ spec }) =>
    spec.type !== 'ExternalName' && (spec.ports ?? []).length === 0
      ? [{ field: 'spec.ports', cause: 'FieldValueRequired', message: 'Required value' }]
      : [],
};

/** 1 MiB in all (k8s.io/kubernetes core/validation MaxSecretSize). */
const MOST_DATA = 1_048_576;

export const CONFIG_MAPS: KindOf<ConfigMap> = {
  group: '',
  version: 'v1',
  plural: 'configmaps',
  kind: 'ConfigMap',
  custom: false,
  hasStatus: false,
  scalable: false,
  hasGeneration: false,
  schema: ConfigMap,
  problems: ({ data = {} }) => [
    ...Object.keys(data)
      .filter((key) => !/^[-._a-zA-Z0-9]{1,253}$/.test(key))
      .map((key) => wrong(`data[${key}]`, key, 'a valid config key must consist of alphanumeric characters')),
    ...(Object.values(data).reduce((bytes, text) => bytes + Buffer.byteLength(text), 0) > MOST_DATA
      ? [
          {
            field: '[]',
            cause: 'FieldValueTooLong',
            message: `Too long: may not be more than ${MOST_DATA} bytes`,
          } as const,
        ]
      : []),
  ],
  tidy: ({ data, ...rest }) => (data === undefined || Object.keys(data).length === 0 ? rest : { ...rest, data }),
};

/** Not stored: see pods.ts. */
export const PODS: ServedKind = {
  group: '',
  version: 'v1',
  plural: 'pods',
  kind: 'Pod',
  custom: false,
  hasStatus: true,
  scalable: false,
  hasGeneration: true,
  answersDeletionWithObject: true,
  fields: new Map([
    ['status.phase', fieldAt('status', 'phase')],
    ['spec.nodeName', fieldAt('spec', 'nodeName')],
  ]),
};

/** Not stored: see nodes.ts. */
export const NODES: ServedKind = {
  group: '',
  version: 'v1',
  plural: 'nodes',
  kind: 'Node',
  custom: false,
  hasStatus: true,
  scalable: false,
  hasGeneration: false,
};

export const DESTINATION_RULES = networking('destinationrules', 'DestinationRule');
export const VIRTUAL_SERVICES = networking('virtualservices', 'VirtualService');
export const GATEWAYS = networking('gateways', 'Gateway');

/** What routes requests from gateways, as far as its content matters to nobody here. */
function networking(plural: string, kind: NetworkingObject['kind']): KindOf<NetworkingObject> {
  return {
    group: 'networking.istio.io',
    version: 'v1beta1',
    plural,
    kind,
    custom: true,
    hasStatus: false,
    scalable: false,
    hasGeneration: true,
    schema: NetworkingObject,
    problems: () => [],
  };
}

export const EVENTS: KindOf<KubeEvent> = {
  group: '',
  version: 'v1',
  plural: 'events',
  kind: 'Event',
  custom: false,
  hasStatus: false,
  scalable: false,
  hasGeneration: false,
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
  hasGeneration: true,
  schema: IstioGateway,
  problems: ({ metadata, spec }) => [
    ...(metadata.namespace === 'istio-system'
      ? []
      : [wrong('metadata.namespace', metadata.namespace, 'an IstioGateway must be in istio-system')]),
    ...counts('spec', spec),
    ...Object.entries(spec.overrides ?? {}).flatMap(([id, fields]) => counts(`spec.overrides.${id}`, fields)),
  ],
};

function fieldAt(...path: readonly string[]): (object: KubeObject) => string {
  return (object) => {
    const value = at(object, ...path);
    return typeof value === 'string' ? value : '';
  };
}

function below(field: string, value: number, least: number): readonly Problem[] {
  return value < least ? [wrong(field, value, `must be greater than or equal to ${least}`)] : [];
}

function sameLabels(a: Readonly<Record<string, string>>, b: Readonly<Record<string, string>>): boolean {
  const keys = Object.keys(a);
  return keys.length === Object.keys(b).length && keys.every((key) => a[key] === b[key]);
}

function labelProblems({ selector, template }: Deployment['spec']): readonly Problem[] {
  const { labels } = template.metadata;
  const fits = Object.entries(selector.matchLabels).every(([key, value]) => labels[key] === value);
  return fits ? [] : [wrong('spec.template.metadata.labels', labels, '`selector` does not match template `labels`')];
}

/** `ValidateDeploymentStatus` of k8s.io/kubernetes apps/validation. */
function statusProblems(status: NonNullable<Deployment['status']>): readonly Problem[] {
  const { replicas = 0, updatedReplicas = 0, readyReplicas = 0, availableReplicas = 0 } = status;
  return [
    ...below('status.replicas', replicas, 0),
    ...below('status.updatedReplicas', updatedReplicas, 0),
    ...below('status.readyReplicas', readyReplicas, 0),
    ...below('status.availableReplicas', availableReplicas, 0),
    ...above('status.updatedReplicas', updatedReplicas, replicas, 'status.replicas'),
    ...above('status.readyReplicas', readyReplicas, replicas, 'status.replicas'),
    ...above('status.availableReplicas', availableReplicas, replicas, 'status.replicas'),
    ...above('status.availableReplicas', availableReplicas, readyReplicas, 'readyReplicas'),
  ];
}

function above(field: string, value: number, most: number, name: string): readonly Problem[] {
  return value > most ? [wrong(field, value, `cannot be greater than ${name}`)] : [];
}

function withoutZeros(status: NonNullable<Deployment['status']>): NonNullable<Deployment['status']> {
  return Object.fromEntries(Object.entries(status).filter(([, value]) => value !== 0));
}

function counts(path: string, fields: GatewayFields): readonly Problem[] {
  const { replicaCount = 0, minReplicas = 0, maxReplicas = 0 } = fields;
  return [
    ...below(`${path}.replicaCount`, replicaCount, 0),
    ...below(`${path}.minReplicas`, minReplicas, 0),
    ...below(`${path}.maxReplicas`, maxReplicas, 0),
  ];
}

/** Bounds of autoscaling/v2: windows up to 3600 s, periods up to 1800 s (k8s.io/kubernetes autoscaling/validation). */
function rulesProblems(path: string, rules: ScalingRules | undefined): readonly Problem[] {
  const { stabilizationWindowSeconds = 0, policies = [] } = rules ?? {};
  return [
    ...between(`${path}.stabilizationWindowSeconds`, stabilizationWindowSeconds, 0, 3600),
    ...policies.flatMap(({ value, periodSeconds }, i) => [
      ...below(`${path}.policies[${i}].value`, value, 1),
      ...between(`${path}.policies[${i}].periodSeconds`, periodSeconds, 1, 1800),
    ]),
  ];
}

function between(field: string, value: number, least: number, most: number): readonly Problem[] {
  if (value > most) return [wrong(field, value, `must be less than or equal to ${most}`)];
  return below(field, value, least);
}
