import { z } from 'zod';
import type { ResourceKind } from '../../../shared/cloud/seams';

const Labels = z.record(z.string(), z.string());

export const Metadata = z.looseObject({
  name: z.string(),
  namespace: z.string(),
  uid: z.string(),
  resourceVersion: z.string(),
  generation: z.number().optional(),
  creationTimestamp: z.string(),
  labels: Labels.optional(),
  annotations: Labels.optional(),
});
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
export interface KindOf<T extends KubeObject> extends ResourceKind {
  /** Custom resources: full objects in lists, and a wrong type is 422 instead of 400. */
  readonly custom: boolean;
  /** Whether `status` is a subresource, which ordinary writes cannot change. */
  readonly hasStatus: boolean;
  readonly scalable: boolean;
  readonly schema: z.ZodType<T>;
  /** What the API server's validation would say about a well-typed object; empty when it is fine. */
  problems(object: T): readonly string[];
}

function base<K extends string, V extends string>(kind: K, apiVersion: V) {
  return { apiVersion: z.literal(apiVersion), kind: z.literal(kind), metadata: Metadata };
}

export const Deployment = z.looseObject({
  ...base('Deployment', 'apps/v1'),
  spec: z.looseObject({
    replicas: z.int().default(1),
    selector: z.looseObject({ matchLabels: Labels }),
    template: z.looseObject({ metadata: z.looseObject({ labels: Labels }) }),
  }),
  // Counts of 0 are left out of the JSON, as `omitempty` has it (k8s.io/api apps/v1 DeploymentStatus).
  status: z
    .looseObject({
      observedGeneration: z.number().optional(),
      replicas: z.number().optional(),
      readyReplicas: z.number().optional(),
    })
    .optional(),
});
export type Deployment = z.infer<typeof Deployment>;

const ScalingRules = z.looseObject({
  stabilizationWindowSeconds: z.int().nullish(),
  selectPolicy: z.enum(['Max', 'Min', 'Disabled']).default('Max'),
  policies: z
    .array(z.looseObject({ type: z.enum(['Pods', 'Percent']), value: z.int(), periodSeconds: z.int() }))
    .optional(),
  /** A Kubernetes quantity, for example `0.05` or `50m`. */
  tolerance: z.string().optional(),
});
export type ScalingRules = z.infer<typeof ScalingRules>;

export const Autoscaler = z.looseObject({
  ...base('HorizontalPodAutoscaler', 'autoscaling/v2'),
  spec: z.looseObject({
    scaleTargetRef: z.looseObject({ apiVersion: z.string().optional(), kind: z.string(), name: z.string() }),
    minReplicas: z.int().default(1),
    maxReplicas: z.int(),
    metrics: z
      .array(
        z.looseObject({
          type: z.string(),
          resource: z
            .looseObject({
              name: z.string(),
              target: z.looseObject({ type: z.string(), averageUtilization: z.int().optional() }),
            })
            .optional(),
        }),
      )
      .default([
        { type: 'Resource', resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: 80 } } },
      ]),
    behavior: z.looseObject({ scaleUp: ScalingRules.optional(), scaleDown: ScalingRules.optional() }).optional(),
  }),
  status: z.looseObject({}).optional(),
});
export type Autoscaler = z.infer<typeof Autoscaler>;

export const Service = z.looseObject({
  ...base('Service', 'v1'),
  spec: z.looseObject({
    type: z.enum(['ClusterIP', 'NodePort', 'LoadBalancer', 'ExternalName']).default('ClusterIP'),
    selector: Labels.optional(),
    ports: z.array(z.looseObject({ port: z.int() })).optional(),
  }),
  status: z.looseObject({}).optional(),
});
export type Service = z.infer<typeof Service>;

export const ConfigMap = z.looseObject({ ...base('ConfigMap', 'v1'), data: Labels.optional() });
export type ConfigMap = z.infer<typeof ConfigMap>;

export const Pod = z.looseObject({
  ...base('Pod', 'v1'),
  spec: z.looseObject({}),
  status: z.looseObject({ phase: z.string(), startTime: z.string() }).optional(),
});
export type Pod = z.infer<typeof Pod>;

export const KubeEvent = z.looseObject({
  ...base('Event', 'v1'),
  reason: z.string().optional(),
  message: z.string().optional(),
  involvedObject: z.looseObject({ kind: z.string().optional(), name: z.string().optional() }),
});
export type KubeEvent = z.infer<typeof KubeEvent>;

const GatewayFields = z.looseObject({
  replicaCount: z.int().optional(),
  autoscaleEnabled: z.boolean().optional(),
  minReplicas: z.int().optional(),
  maxReplicas: z.int().optional(),
  cpu: z.looseObject({ targetAverageUtilization: z.int() }).optional(),
});
export type GatewayFields = z.infer<typeof GatewayFields>;

/** Fields of the page "CRD fields for an ASM gateway" that the emulated control plane acts on. */
export const IstioGateway = z.looseObject({
  ...base('IstioGateway', 'istio.alibabacloud.com/v1beta1'),
  spec: GatewayFields.extend({
    clusterIds: z.array(z.string()).optional(),
    overrides: z.record(z.string(), GatewayFields).optional(),
  }),
  status: z.looseObject({}).optional(),
});
export type IstioGateway = z.infer<typeof IstioGateway>;
