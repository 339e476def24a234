import type { IntentSeen } from './clb-stage';
import type { Reading, ServiceSeen } from './gateway';

/** A Service in front of gateway pods, as far as the stages of extra CLBs need it. */
export interface FrontService extends ServiceSeen {
  readonly uid: string;
  readonly resourceVersion: string;
  readonly shape: ServiceShape;
  /** The instance that its annotation names. */
  readonly namedId: string | undefined;
  /** Whether the cloud controller still holds its finalizer. */
  readonly finalizer: boolean;
  readonly deleting: boolean;
  /** What our annotations say; `undefined` when it does not carry our label. */
  readonly intent: { readonly gateway: string; readonly seen: Reading<IntentSeen> } | undefined;
}

/** What an extra Service has in common with the gateway's own: where traffic goes, and how listeners treat it. */
export interface ServiceShape {
  readonly selector: Readonly<Record<string, string>>;
  readonly ports: readonly ServicePort[];
  readonly externalTrafficPolicy: string | undefined;
  /** Annotations of the cloud controller that shape listeners and backends, never those that shape the instance. */
  readonly annotations: Readonly<Record<string, string>>;
}

export interface ServicePort {
  readonly name: string | undefined;
  readonly protocol: string;
  readonly port: number;
  readonly targetPort: number | string;
  readonly appProtocol: string | undefined;
}

const CONTROLLER_PREFIXES = [
  'service.beta.kubernetes.io/alibaba-cloud-loadbalancer-',
  'service.beta.kubernetes.io/alicloud-loadbalancer-',
] as const;
const BACKEND_TYPES: ReadonlySet<string> = new Set([
  'service.beta.kubernetes.io/backend-type',
  'service.alibabacloud.com/backend-type',
]);

/** Annotations about the instance itself (cloud-provider-alibaba-cloud annotations.go, 2026-04); ours is bought by us. */
const OF_THE_INSTANCE: ReadonlySet<string> = new Set([
  'id',
  'force-override-listeners',
  'name',
  'resource-group-id',
  // Would take every other tag off the instance, ours among them.
  'additional-resource-tags',
  'delete-protection',
  'modification-protection',
  'preserve-lb-on-delete',
  'vswitch-id',
  'network-type',
  'charge-type',
  'bandwidth',
  'spec',
  'instance-charge-type',
  'master-zoneid',
  'slave-zoneid',
  'ip-version',
  'ip',
  'hostname',
  'external-ip-type',
  'vgroup-port',
  'weight',
]);

/** Those of a Service's annotations that an extra Service of the same gateway must have, too. */
export function shapingAnnotations(annotations: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(annotations).filter(([key]) => shapesListeners(key)));
}

function shapesListeners(key: string): boolean {
  if (BACKEND_TYPES.has(key)) return true;
  const prefix = CONTROLLER_PREFIXES.find((each) => key.startsWith(each));
  return prefix !== undefined && !OF_THE_INSTANCE.has(key.slice(prefix.length));
}

/** Whether two Services send the same traffic to the same pods in the same way. */
export function sameShape(one: ServiceShape, other: ServiceShape): boolean {
  return textOf(one) === textOf(other);
}

function textOf({ annotations, externalTrafficPolicy, ports, selector }: ServiceShape): string {
  const sortedPorts = [...ports]
    .map(({ appProtocol, name, port, protocol, targetPort }) => [port, protocol, name, targetPort, appProtocol])
    .sort(([a], [b]) => Number(a) - Number(b));
  return JSON.stringify([sorted(selector), sortedPorts, externalTrafficPolicy, sorted(annotations)]);
}

function sorted(entries: Readonly<Record<string, string>>): readonly (readonly [string, string])[] {
  return Object.entries(entries).sort(([a], [b]) => (a < b ? -1 : 1));
}
