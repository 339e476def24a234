import { z } from 'zod';
import type { ResourceKind } from '../../../shared/cloud/seams';
import { isObject } from '../json';
import type { Problem } from './status';

/** A null in a map of strings is the empty string, as Go reads it. */
const Labels = z.record(
  z.string(),
  z
    .string()
    .nullable()
    .transform((text) => text ?? ''),
);

/**
 * A Go struct: named fields that nothing here looks into are kept, and fields that the struct does not have are dropped.
 * The names are those of k8s.io/api 0.37.2. What is below such a field is kept as it is.
 */
function struct<S extends z.ZodRawShape>(shape: S, others = '') {
  const known = new Set([...Object.keys(shape), ...others.split(' ')]);
  function withoutUnknown(value: unknown): unknown {
    if (!isObject(value)) return value;
    return Object.fromEntries(Object.entries(value).filter(([name]) => known.has(name)));
  }
  return z.preprocess(withoutUnknown, z.looseObject(shape));
}

export const Metadata = struct(
  {
    name: z.string(),
    namespace: z.string(),
    uid: z.string(),
    resourceVersion: z.string(),
    generation: z.number().optional(),
    creationTimestamp: z.string(),
    deletionTimestamp: z.string().optional(),
    deletionGracePeriodSeconds: z.number().optional(),
    labels: Labels.optional(),
    annotations: Labels.optional(),
    finalizers: z.array(z.string()).optional(),
  },
  'generateName ownerReferences managedFields',
);
export type Metadata = z.infer<typeof Metadata>;

/** What every stored object has. Objects are never changed in place: a change stores a new one. */
export interface KubeObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: Metadata;
  readonly spec?: unknown;
  readonly status?: unknown;
}

/** A kind of object that the emulated API serves. */
export interface ServedKind extends ResourceKind {
  /** Custom resources: full objects in lists, and updates must name a version. */
  readonly custom: boolean;
  /** Whether `status` is a subresource, which ordinary writes cannot change. */
  readonly hasStatus: boolean;
  readonly scalable: boolean;
  /** Whether `metadata.generation` counts the changes of the content. */
  readonly hasGeneration: boolean;
  /** Fields for field selectors, beside name and namespace. */
  readonly fields?: ReadonlyMap<string, (object: KubeObject) => string>;
  /** A deletion is answered with the object instead of a Status. */
  readonly answersDeletionWithObject?: boolean;
}

/** A kind whose objects are stored as they are written. */
export interface KindOf<T extends KubeObject> extends ServedKind {
  readonly schema: z.ZodType<T>;
  /**
   * What the API server's validation would say about a well-typed object; empty when it is fine.
   *
   * @param old what it replaces; undefined for a new one
   */
  problems(object: T, old: T | undefined): readonly Problem[];
  /** The object without what Go leaves out of its JSON when it is empty or 0. */
  tidy?(object: T): T;
}

function base<K extends string, V extends string>(kind: K, apiVersion: V) {
  return { apiVersion: z.literal(apiVersion), kind: z.literal(kind), metadata: Metadata };
}

const PodSpec = struct(
  { terminationGracePeriodSeconds: z.int().default(30) },
  'volumes initContainers containers ephemeralContainers restartPolicy activeDeadlineSeconds dnsPolicy nodeSelector serviceAccountName serviceAccount automountServiceAccountToken nodeName hostNetwork hostPID hostIPC shareProcessNamespace securityContext imagePullSecrets hostname subdomain affinity schedulerName tolerations hostAliases priorityClassName priority dnsConfig readinessGates runtimeClassName enableServiceLinks preemptionPolicy overhead topologySpreadConstraints setHostnameAsFQDN os hostUsers schedulingGates resourceClaims resources hostnameOverride workloadRef schedulingGroup evictionResponders',
);

/** Counts of 0 are left out of the JSON, as `omitempty` has it. */
const DeploymentStatus = struct(
  {
    observedGeneration: z.int().optional(),
    replicas: z.int().optional(),
    updatedReplicas: z.int().optional(),
    readyReplicas: z.int().optional(),
    availableReplicas: z.int().optional(),
    unavailableReplicas: z.int().optional(),
  },
  'terminatingReplicas conditions collisionCount',
);

export const Deployment = struct({
  ...base('Deployment', 'apps/v1'),
  spec: struct(
    {
      replicas: z.int().default(1),
      selector: struct({ matchLabels: Labels }, 'matchExpressions'),
      template: struct({
        metadata: struct({ labels: Labels }, 'name generateName namespace annotations finalizers ownerReferences'),
        spec: PodSpec,
      }),
    },
    'strategy minReadySeconds revisionHistoryLimit paused progressDeadlineSeconds',
  ),
  status: DeploymentStatus.optional(),
});
export type Deployment = z.infer<typeof Deployment>;

const ScalingRules = struct({
  stabilizationWindowSeconds: z.int().optional(),
  selectPolicy: z.enum(['Max', 'Min', 'Disabled']).default('Max'),
  policies: z.array(struct({ type: z.enum(['Pods', 'Percent']), value: z.int(), periodSeconds: z.int() })).optional(),
  /** A Kubernetes quantity, for example `0.05` or `50m`. */
  tolerance: z.string().optional(),
});
export type ScalingRules = z.infer<typeof ScalingRules>;

export const Autoscaler = struct({
  ...base('HorizontalPodAutoscaler', 'autoscaling/v2'),
  spec: struct({
    scaleTargetRef: struct({ apiVersion: z.string().optional(), kind: z.string(), name: z.string() }),
    minReplicas: z.int().default(1),
    maxReplicas: z.int(),
    metrics: z
      .array(
        struct(
          {
            type: z.string(),
            resource: struct({
              name: z.string(),
              target: struct({ type: z.string(), averageUtilization: z.int().optional() }, 'value averageValue'),
            }).optional(),
          },
          'object pods containerResource external',
        ),
      )
      .default([
        { type: 'Resource', resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: 80 } } },
      ]),
    behavior: struct({ scaleUp: ScalingRules.optional(), scaleDown: ScalingRules.optional() }).optional(),
  }),
  status: struct(
    { currentReplicas: z.int().optional(), desiredReplicas: z.int().optional() },
    'observedGeneration lastScaleTime currentMetrics conditions',
  ).optional(),
});
export type Autoscaler = z.infer<typeof Autoscaler>;

export const Service = struct({
  ...base('Service', 'v1'),
  spec: struct(
    {
      type: z.enum(['ClusterIP', 'NodePort', 'LoadBalancer', 'ExternalName']).default('ClusterIP'),
      selector: Labels.optional(),
      ports: z.array(struct({ port: z.int() }, 'name protocol appProtocol targetPort nodePort')).optional(),
    },
    'clusterIP clusterIPs externalIPs sessionAffinity loadBalancerIP loadBalancerSourceRanges externalName externalTrafficPolicy healthCheckNodePort publishNotReadyAddresses sessionAffinityConfig ipFamilies ipFamilyPolicy allocateLoadBalancerNodePorts loadBalancerClass internalTrafficPolicy trafficDistribution',
  ),
  status: struct({}, 'loadBalancer conditions').optional(),
});
export type Service = z.infer<typeof Service>;

export const ConfigMap = struct({ ...base('ConfigMap', 'v1'), data: Labels.optional() }, 'immutable binaryData');
export type ConfigMap = z.infer<typeof ConfigMap>;

export const KubeEvent = struct(
  {
    ...base('Event', 'v1'),
    reason: z.string().optional(),
    message: z.string().optional(),
    involvedObject: struct(
      { kind: z.string().optional(), name: z.string().optional() },
      'namespace uid apiVersion resourceVersion fieldPath',
    ),
  },
  'source firstTimestamp lastTimestamp count type eventTime series action related reportingComponent reportingInstance',
);
export type KubeEvent = z.infer<typeof KubeEvent>;

/** Gateway, VirtualService and DestinationRule of Istio: kept as they are written. */
export const NetworkingObject = z.object({
  apiVersion: z.literal('networking.istio.io/v1beta1'),
  kind: z.enum(['DestinationRule', 'VirtualService', 'Gateway']),
  metadata: Metadata,
  spec: z.looseObject({}).optional(),
});
export type NetworkingObject = z.infer<typeof NetworkingObject>;

const GatewayFields = z.looseObject({
  replicaCount: z.int().optional(),
  autoscaleEnabled: z.boolean().optional(),
  minReplicas: z.int().optional(),
  maxReplicas: z.int().optional(),
  cpu: z.looseObject({ targetAverageUtilization: z.int() }).optional(),
  serviceAnnotations: Labels.optional(),
  podAnnotations: Labels.optional(),
  nodeSelector: Labels.optional(),
  affinity: z.looseObject({}).optional(),
});
export type GatewayFields = z.infer<typeof GatewayFields>;

/** Fields of the page "CRD fields for an ASM gateway" that the emulated control plane acts on. */
export const IstioGateway = z.object({
  ...base('IstioGateway', 'istio.alibabacloud.com/v1beta1'),
  spec: GatewayFields.extend({
    clusterIds: z.array(z.string()).optional(),
    overrides: z.record(z.string(), GatewayFields).optional(),
  }),
  status: z.looseObject({}).optional(),
});
export type IstioGateway = z.infer<typeof IstioGateway>;
