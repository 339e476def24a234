import { z } from 'zod';
import { CLB_STAGES, type IntentSeen } from '../core/clb-stage';
import { type FrontService, type ServiceShape, shapingAnnotations } from '../core/front-service';
import { readAnswer, readPart } from './answer';
import { readServices } from './gateway-objects';
import { SERVICE } from './kinds';
import { Time } from './untyped';

/** Carries the name of the gateway: what makes a Service ours. ASM looks after Services with its own labels only. */
export const GATEWAY_LABEL = 'gateway-autopilot/gateway';
/** Of the cloud controller (cloud-provider-alibaba-cloud annotations.go, 2026-04). */
export const NAMED_ID = 'service.beta.kubernetes.io/alibaba-cloud-loadbalancer-id';
/** Of old, and still read by it. */
const NAMED_ID_OF_OLD = 'service.beta.kubernetes.io/alicloud-loadbalancer-id';
export const OVERRIDE = 'service.beta.kubernetes.io/alibaba-cloud-loadbalancer-force-override-listeners';
const FINALIZER = 'service.k8s.alibaba/resources';

/** Our annotations: the state of an extra CLB. */
export const NOTES = {
  ordinal: 'gateway-autopilot/ordinal',
  stage: 'gateway-autopilot/stage',
  since: 'gateway-autopilot/stage-since',
  attempt: 'gateway-autopilot/attempt',
  zone: 'gateway-autopilot/zone',
  refusedZones: 'gateway-autopilot/refused-zones',
  nothingSeenAt: 'gateway-autopilot/nothing-seen-at',
  taking: 'gateway-autopilot/taking',
  clb: 'gateway-autopilot/load-balancer',
  address: 'gateway-autopilot/address',
  everServed: 'gateway-autopilot/ever-served',
  withdrawnAt: 'gateway-autopilot/withdrawn-at',
} as const;

const Texts = z.record(z.string(), z.string());
const Number1 = z
  .string()
  .regex(/^[1-9]\d{0,5}$/)
  .transform(Number);

/** A stage without an instance, or an instance without an address, is for `nextStep` to refuse: here only the form counts. */
const Notes = z
  .object({
    [NOTES.ordinal]: Number1,
    [NOTES.stage]: z.enum(CLB_STAGES),
    [NOTES.since]: Time,
    [NOTES.attempt]: Number1.default(1),
    [NOTES.zone]: z.string().min(1).optional(),
    [NOTES.refusedZones]: z.string().default(''),
    [NOTES.nothingSeenAt]: Time.optional(),
    [NOTES.taking]: z.string().min(1).optional(),
    [NOTES.clb]: z.string().min(1).optional(),
    [NOTES.address]: z.string().min(1).optional(),
    [NOTES.everServed]: z.literal('true').optional(),
    [NOTES.withdrawnAt]: Time.optional(),
  })
  .transform((notes) => ({
    ordinal: notes[NOTES.ordinal],
    stage: notes[NOTES.stage],
    since: notes[NOTES.since],
    attempt: notes[NOTES.attempt],
    zone: notes[NOTES.zone],
    refusedZones: notes[NOTES.refusedZones].split(',').filter((zone) => zone !== ''),
    nothingSeenAt: notes[NOTES.nothingSeenAt],
    taking: notes[NOTES.taking],
    clb: clbOf(notes[NOTES.clb], notes[NOTES.address]),
    everServed: notes[NOTES.everServed] !== undefined,
    withdrawnAt: notes[NOTES.withdrawnAt],
  }));

function clbOf(id: string | undefined, address: string | undefined): IntentSeen['clb'] {
  return id === undefined || address === undefined ? undefined : { id, address };
}

const Port = z.object({
  name: z.string().nullish(),
  protocol: z.string().default('TCP'),
  port: z.int(),
  targetPort: z.union([z.int(), z.string()]).nullish(),
  appProtocol: z.string().nullish(),
});

const Front = z.object({
  metadata: z.object({
    namespace: z.string(),
    name: z.string(),
    uid: z.string().min(1),
    resourceVersion: z.string().min(1),
    creationTimestamp: Time,
    annotations: Texts.nullish(),
    labels: Texts.nullish(),
    finalizers: z.array(z.string()).nullish(),
    deletionTimestamp: z.string().nullish(),
  }),
  spec: z.object({
    type: z.string().default('ClusterIP'),
    selector: Texts.nullish(),
    ports: z.array(Port).nullish(),
    externalTrafficPolicy: z.string().nullish(),
  }),
});
type Front = z.infer<typeof Front>;

/** Reads all or none, as every list that decisions rest on. Throws CloudError `unreadable`. */
export function readFrontServices(items: readonly unknown[]): readonly FrontService[] {
  const seen = readServices(SERVICE, items);
  return items.map((item, index) => {
    const service = readAnswer(Front, item, 'kube list services');
    const basics = seen[index];
    if (basics === undefined) throw new Error('a Service that was read and is not there');
    const { annotations, deletionTimestamp, finalizers, labels, resourceVersion, uid } = service.metadata;
    const gateway = labels?.[GATEWAY_LABEL];
    return {
      ...basics,
      uid,
      resourceVersion,
      shape: shapeOf(service),
      namedId: annotations?.[NAMED_ID] || annotations?.[NAMED_ID_OF_OLD] || undefined,
      finalizer: (finalizers ?? []).includes(FINALIZER),
      deleting: (deletionTimestamp ?? undefined) !== undefined,
      intent: gateway === undefined ? undefined : { gateway, seen: intentOf(service) },
    };
  });
}

function shapeOf({ metadata, spec }: Front): ServiceShape {
  return {
    selector: spec.selector ?? {},
    ports: (spec.ports ?? []).map(({ appProtocol, name, port, protocol, targetPort }) => ({
      name: name ?? undefined,
      protocol,
      port,
      // Kubernetes: the same as `port` unless told.
      targetPort: targetPort ?? port,
      appProtocol: appProtocol ?? undefined,
    })),
    externalTrafficPolicy: spec.externalTrafficPolicy ?? undefined,
    annotations: shapingAnnotations(metadata.annotations ?? {}),
  };
}

function intentOf({ metadata, spec }: Front) {
  const { annotations, creationTimestamp, name, namespace, resourceVersion, uid } = metadata;
  const notes = readPart(Notes, annotations ?? {}, `the annotations of Service ${namespace}/${name}`);
  if (!notes.ok) return notes;
  const type = spec.type === 'LoadBalancer' ? ('LoadBalancer' as const) : ('ClusterIP' as const);
  return {
    ok: true as const,
    value: { name, uid, resourceVersion, createdAt: creationTimestamp, type, ...notes.value },
  };
}
