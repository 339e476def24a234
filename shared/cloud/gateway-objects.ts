import { z } from 'zod';
import type {
  AutoscalerSeen,
  DeploymentSeen,
  IstioGatewayFound,
  IstioGatewayReplicas,
  IstioGatewaySeen,
  ServiceSeen,
  UnschedulablePod,
} from '../core/gateway';
import {
  CONNECTION_DRAIN,
  CONNECTION_DRAIN_TIMEOUT,
  GRACE_PERIOD_SECONDS,
  LOAD_BALANCER_LABEL,
  MANAGED_BY_ASM,
  REPLICAS_MANAGED_BY_ASM,
} from '../core/object-labels';
import { type Millis, SECOND } from '../core/time';
import { readAnswer, readPart, shorten } from './answer';
import type { ResourceKind } from './seams';

const Count = z.int().min(0);
const Texts = z.record(z.string(), z.string());

const Metadata = z.object({
  namespace: z.string(),
  name: z.string(),
  resourceVersion: z.string().min(1),
});

/** Counts that are 0 are left out of a status by the API server (`omitempty`); it fills in `spec.replicas` itself. */
const Deployment = z
  .object({
    metadata: Metadata,
    spec: z.object({
      replicas: Count.default(1),
      selector: z.object({ matchLabels: Texts.nullish(), matchExpressions: z.array(z.unknown()).nullish() }).nullish(),
      template: z
        .object({ spec: z.object({ terminationGracePeriodSeconds: z.number().min(0).nullish() }).nullish() })
        .nullish(),
    }),
    status: z.object({ readyReplicas: Count.default(0) }).default({ readyReplicas: 0 }),
  })
  .transform(
    ({ metadata, spec, status }): DeploymentSeen => ({
      ...metadata,
      replicas: spec.replicas,
      readyReplicas: status.readyReplicas,
      podLabels: spec.selector?.matchExpressions?.length ? undefined : (spec.selector?.matchLabels ?? undefined),
      gracePeriod: (spec.template?.spec?.terminationGracePeriodSeconds ?? GRACE_PERIOD_SECONDS) * SECOND,
    }),
  );

const Autoscaler = z
  .object({
    metadata: Metadata,
    spec: z.object({
      scaleTargetRef: z.object({ kind: z.string(), name: z.string() }),
      // Kubernetes: "defaults to 1 pod".
      minReplicas: Count.default(1),
      maxReplicas: Count,
    }),
  })
  .transform(
    ({ metadata, spec }): AutoscalerSeen => ({
      ...metadata,
      scales: spec.scaleTargetRef,
      minReplicas: spec.minReplicas,
      maxReplicas: spec.maxReplicas,
    }),
  );

const Service = z
  .object({
    metadata: Metadata.omit({ resourceVersion: true }).extend({
      annotations: Texts.nullish(),
      labels: Texts.nullish(),
    }),
    spec: z.object({ type: z.string().default('ClusterIP'), selector: Texts.nullish() }),
  })
  .transform(
    ({ metadata: { annotations, labels, name, namespace }, spec }): ServiceSeen => ({
      namespace,
      name,
      type: spec.type,
      selector: spec.selector ?? {},
      loadBalancerId: labels?.[LOAD_BALANCER_LABEL] || undefined,
      connectionDrain: connectionDrain(annotations ?? {}),
    }),
  );

/** A timeout that is not a number is the operator's mistake, which the controller refuses: nothing drains. */
function connectionDrain(annotations: Readonly<Record<string, string>>): Millis | undefined {
  if (annotations[CONNECTION_DRAIN] !== 'on') return undefined;
  const seconds = Number(annotations[CONNECTION_DRAIN_TIMEOUT]);
  return Number.isFinite(seconds) && seconds > 0 ? seconds * SECOND : undefined;
}

const PendingPod = z.object({
  metadata: z.object({ namespace: z.string(), name: z.string(), labels: Texts.nullish() }),
  status: z
    .object({
      conditions: z
        .array(
          z.object({
            type: z.string(),
            status: z.string(),
            reason: z.string().nullish(),
            message: z.string().nullish(),
            lastTransitionTime: z.string().nullish(),
          }),
        )
        .nullish(),
    })
    .nullish(),
});

/** Of pending pods, those that the scheduler found no node for; one that cannot be read is left out, since it only informs. */
export function readUnschedulablePods(pods: readonly unknown[]): readonly UnschedulablePod[] {
  return pods.flatMap((item): readonly UnschedulablePod[] => {
    const pod = PendingPod.safeParse(item);
    const refusal = pod.data?.status?.conditions?.find(
      ({ reason, status, type }) => type === 'PodScheduled' && status === 'False' && reason === 'Unschedulable',
    );
    const since = Date.parse(refusal?.lastTransitionTime ?? '');
    if (pod.data === undefined || refusal === undefined || Number.isNaN(since)) return [];
    const { labels, name, namespace } = pod.data.metadata;
    return [{ namespace, name, labels: labels ?? {}, since, message: shorten(refusal.message ?? 'no reason given') }];
  });
}

const ReplicaFields = z.object({
  replicaCount: Count.nullish(),
  minReplicas: Count.nullish(),
  maxReplicas: Count.nullish(),
  autoscaleEnabled: z.boolean().nullish(),
});

const IstioGateway = z
  .object({
    metadata: Metadata.extend({ annotations: Texts.nullish() }),
    spec: ReplicaFields.extend({
      clusterIds: z.array(z.string()).nullish(),
      overrides: z.record(z.string(), ReplicaFields.nullish()).nullish(),
    }).nullish(),
  })
  .transform(
    ({ metadata: { annotations, ...metadata }, spec }): IstioGatewaySeen => ({
      ...metadata,
      serverless: annotations?.[MANAGED_BY_ASM] === 'true',
      replicasLeftToUs: annotations?.[REPLICAS_MANAGED_BY_ASM] === 'false',
      clusterIds: spec?.clusterIds ?? [],
      fields: replicaFields(spec),
      overrides: Object.fromEntries(
        Object.entries(spec?.overrides ?? {}).map(([clusterId, own]) => [clusterId, replicaFields(own)]),
      ),
    }),
  );

function replicaFields(fields: z.infer<typeof ReplicaFields> | null | undefined): IstioGatewayReplicas {
  return {
    replicaCount: fields?.replicaCount ?? undefined,
    minReplicas: fields?.minReplicas ?? undefined,
    maxReplicas: fields?.maxReplicas ?? undefined,
    autoscaleEnabled: fields?.autoscaleEnabled ?? undefined,
  };
}

export const readDeployments = readerOf(Deployment);
export const readAutoscalers = readerOf(Autoscaler);
export const readServices = readerOf(Service);

/**
 * Reads all items of a list or none: one that cannot be read makes the whole list CloudError `unreadable`, naming the
 * object, because an object that is left out would look absent.
 */
function readerOf<T>(schema: z.ZodType<T>): (kind: ResourceKind, items: readonly unknown[]) => readonly T[] {
  return (kind, items) =>
    items.map((item, i) => readAnswer(schema, item, `kube list ${kind.plural}`, `${kind.kind} ${nameIn(item, i)}`));
}

const AnyName = z.object({ metadata: z.object({ namespace: z.string(), name: z.string() }) });

/**
 * Reads IstioGateways one by one: people write them by hand, and what one of them got wrong is no reason to leave the
 * others alone. One without a name makes the whole list CloudError `unreadable`, because it could be any.
 */
export function readIstioGateways(kind: ResourceKind, items: readonly unknown[]): readonly IstioGatewayFound[] {
  return items.map((item, i) => {
    const what = `${kind.kind} ${nameIn(item, i)}`;
    const { namespace, name } = readAnswer(AnyName, item, `kube list ${kind.plural}`, what).metadata;
    return { namespace, name, seen: readPart(IstioGateway, item, what) };
  });
}

function nameIn(item: unknown, index: number): string {
  const named = AnyName.safeParse(item);
  return named.success ? `${named.data.metadata.namespace}/${named.data.metadata.name}` : `at ${index} of the list`;
}
