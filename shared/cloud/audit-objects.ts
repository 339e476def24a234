import { z } from 'zod';
import type { RoutingSeen } from '../core/audit/routes';
import type { AuditedService, IstioGatewayFields, NodeSeen, PodSeen, WorkloadSeen } from '../core/audit/snapshot';
import {
  GRACE_PERIOD_SECONDS,
  LOAD_BALANCER_LABEL,
  MANAGED_BY_ASM,
  REPLICAS_MANAGED_BY_ASM,
} from '../core/object-labels';
import { SECOND } from '../core/time';

/** Kubernetes objects as audits need them: read strictly, because one that is left out would look absent. */

const Texts = z.record(z.string(), z.string());
const Metadata = z.object({
  namespace: z.string().default(''),
  name: z.string(),
  labels: Texts.nullish(),
  annotations: Texts.nullish(),
});

const ZONE_LABELS = ['topology.kubernetes.io/zone', 'failure-domain.beta.kubernetes.io/zone'] as const;
const TYPE_LABELS = ['node.kubernetes.io/instance-type', 'beta.kubernetes.io/instance-type'] as const;

const Term = z.object({ topologyKey: z.string() });
const PodSpec = z.object({
  terminationGracePeriodSeconds: z.number().nullish(),
  nodeSelector: Texts.nullish(),
  affinity: z
    .object({
      podAntiAffinity: z
        .object({
          preferredDuringSchedulingIgnoredDuringExecution: z.array(z.object({ podAffinityTerm: Term })).nullish(),
          requiredDuringSchedulingIgnoredDuringExecution: z.array(Term).nullish(),
        })
        .nullish(),
    })
    .nullish(),
  topologySpreadConstraints: z.array(Term).nullish(),
  containers: z
    .array(z.object({ name: z.string(), lifecycle: z.object({ preStop: z.unknown().optional() }).nullish() }))
    .nullish(),
});

export const Workload = z
  .object({
    metadata: Metadata,
    spec: z.object({
      replicas: z.int().default(1),
      template: z.object({
        metadata: z.object({ labels: Texts.nullish(), annotations: Texts.nullish() }).nullish(),
        spec: PodSpec.nullish(),
      }),
    }),
    status: z.object({ readyReplicas: z.int().nullish() }).nullish(),
  })
  .transform(({ metadata: { name, namespace }, spec: { replicas, template }, status }): WorkloadSeen => {
    const { containers, nodeSelector, terminationGracePeriodSeconds } = template.spec ?? {};
    return {
      namespace,
      name,
      replicas,
      readyReplicas: status?.readyReplicas ?? 0,
      labels: template.metadata?.labels ?? {},
      annotations: template.metadata?.annotations ?? {},
      spreadOver: spreadOver(template.spec ?? {}),
      nodeSelector: nodeSelector ?? {},
      gracePeriod: (terminationGracePeriodSeconds ?? GRACE_PERIOD_SECONDS) * SECOND,
      containers: (containers ?? []).map((container) => ({
        name: container.name,
        preStop: (container.lifecycle?.preStop ?? undefined) !== undefined,
      })),
    };
  });

function spreadOver({ affinity, topologySpreadConstraints }: z.infer<typeof PodSpec>): readonly string[] {
  const {
    preferredDuringSchedulingIgnoredDuringExecution: soft,
    requiredDuringSchedulingIgnoredDuringExecution: hard,
  } = affinity?.podAntiAffinity ?? {};
  const terms = [
    ...(soft ?? []).map(({ podAffinityTerm }) => podAffinityTerm),
    ...(hard ?? []),
    ...(topologySpreadConstraints ?? []),
  ];
  return [...new Set(terms.map(({ topologyKey }) => topologyKey))].toSorted();
}

export const Node = z.object({ metadata: Metadata }).transform(({ metadata: { labels, name } }): NodeSeen => {
  const first = (keys: readonly string[]): string =>
    keys.map((key) => labels?.[key]).find((text) => text !== undefined) ?? '';
  return { name, zone: first(ZONE_LABELS), type: first(TYPE_LABELS), labels: labels ?? {} };
});

export const Pod = z
  .object({ metadata: Metadata, spec: z.object({ nodeName: z.string().nullish() }).nullish() })
  .transform(({ metadata: { name }, spec }): PodSeen => ({ name, node: spec?.nodeName || undefined }));

const Port = z.looseObject({ port: z.int() }).transform(({ nodePort: _, ...port }) => port);

/** What the cloud controller and kubectl note for themselves is no setting. */
const NOTE = /^(kubectl\.kubernetes\.io|gateway-autopilot|service\.k8s\.alibaba)\//;
/** Names the instance of this Service, which no other one may share. */
const OWN_INSTANCE = /loadbalancer-(id|force-override-listeners|name|ip)$/;

export const Service = z
  .object({
    metadata: Metadata,
    spec: z.object({
      selector: Texts.nullish(),
      ports: z.array(Port).nullish(),
      externalTrafficPolicy: z.string().nullish(),
    }),
  })
  .transform(
    ({ metadata: { annotations, labels, name, namespace }, spec }): AuditedService => ({
      namespace,
      name,
      loadBalancerId: labels?.[LOAD_BALANCER_LABEL] || undefined,
      selector: spec.selector ?? {},
      ports: spec.ports ?? [],
      externalTrafficPolicy: spec.externalTrafficPolicy ?? undefined,
      annotations: Object.fromEntries(
        Object.entries(annotations ?? {}).filter(([key]) => !NOTE.test(key) && !OWN_INSTANCE.test(key)),
      ),
    }),
  );

/** @param clusterId whose overrides count */
export function istioGatewayFields(clusterId: string) {
  return z
    .object({
      metadata: Metadata,
      spec: z
        .object({
          clusterIds: z.array(z.string()).nullish(),
          autoscaleEnabled: z.boolean().nullish(),
          overrides: z.record(z.string(), z.unknown()).nullish(),
        })
        .nullish(),
    })
    .transform(
      ({ metadata: { annotations, name, namespace }, spec }): IstioGatewayFields => ({
        namespace,
        name,
        clusterIds: spec?.clusterIds ?? [],
        overridden: Object.hasOwn(spec?.overrides ?? {}, clusterId),
        serverless: annotations?.[MANAGED_BY_ASM] === 'true',
        replicasLeftToUs: annotations?.[REPLICAS_MANAGED_BY_ASM] === 'false',
        autoscales: spec?.autoscaleEnabled ?? false,
      }),
    );
}

export const Gateway = z
  .object({ metadata: Metadata, spec: z.object({ selector: Texts.nullish() }).nullish() })
  .transform(({ metadata: { name, namespace }, spec }): RoutingSeen['gateways'][number] => ({
    namespace,
    name,
    selector: spec?.selector ?? {},
  }));

const Legs = z
  .array(
    z.object({
      route: z.array(z.object({ destination: z.object({ host: z.string() }) })).nullish(),
    }),
  )
  .nullish();

export const VirtualService = z
  .object({
    metadata: Metadata,
    spec: z.object({ gateways: z.array(z.string()).nullish(), http: Legs, tcp: Legs, tls: Legs }).nullish(),
  })
  .transform(({ metadata: { namespace }, spec }): RoutingSeen['virtualServices'][number] => ({
    namespace,
    gateways: spec?.gateways ?? [],
    hosts: [...(spec?.http ?? []), ...(spec?.tcp ?? []), ...(spec?.tls ?? [])].flatMap(({ route }) =>
      (route ?? []).map(({ destination }) => destination.host),
    ),
  }));

export const DestinationRule = z
  .object({
    metadata: Metadata,
    spec: z.object({
      host: z.string(),
      trafficPolicy: z.object({ outlierDetection: z.unknown().optional() }).nullish(),
    }),
  })
  .transform(
    ({ metadata: { name, namespace }, spec: { host, trafficPolicy } }): RoutingSeen['destinationRules'][number] => ({
      namespace,
      name,
      host,
      outlierDetection: (trafficPolicy?.outlierDetection ?? undefined) !== undefined,
    }),
  );
