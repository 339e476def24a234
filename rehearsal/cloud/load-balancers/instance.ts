import { type ClbCapacity, clbCapacity } from '../../../shared/core/clb-capacity';
import { type Instant, type Millis, SECOND } from '../../../shared/core/time';

/** A CLB instance at one moment; never changed, only replaced. */
export interface LoadBalancer {
  readonly id: string;
  readonly region: string;
  readonly name: string;
  readonly address: string;
  readonly addressType: 'internet' | 'intranet';
  readonly charge: Charge;
  readonly place: Place;
  readonly createdAt: Instant;
  /** Switched off, it is `inactive` and forwards nothing; so is one that lost its last listener. */
  readonly enabled: boolean;
  /** By the vendor, for example for want of payment. */
  readonly locked: boolean;
  readonly deleteProtection: boolean;
  /** Of the console only: the API may change a protected instance. */
  readonly modificationProtection: { readonly status: string; readonly reason: string };
  readonly tags: ReadonlyMap<string, string>;
  /** By port, ascending. */
  readonly listeners: readonly Listener[];
  readonly groups: readonly VServerGroup[];
}

export interface Charge {
  readonly by: 'PayByCLCU' | 'PayBySpec';
  /** `slb.lcu.elastic` when it is paid by what it carries. */
  readonly specification: string;
  readonly internet: 'paybytraffic' | 'paybybandwidth';
  /** Mbit/s; means nothing when it is paid by traffic. */
  readonly bandwidth: number;
}

export interface Place {
  readonly masterZone: string;
  readonly slaveZone: string;
  readonly vpcId: string;
  readonly vSwitchId: string;
}

export interface Listener {
  readonly port: number;
  readonly protocol: 'tcp' | 'udp' | 'http' | 'https';
  readonly description: string;
  readonly scheduler: string;
  /** Mbit/s; -1 is no limit. */
  readonly bandwidth: number;
  /** Absent with a port of its own for the default backends, of which there are none here. */
  readonly groupId?: string;
  readonly backendPort?: number;
  /** A new listener is stopped. */
  readonly startedAt: Instant | undefined;
}

/** Backends of one port. */
export interface VServerGroup {
  readonly id: string;
  readonly name: string;
  readonly backends: BackendSource;
  /** `eni`: pods. `ecs`: ports of nodes; only said, since nodes have no ports here. */
  readonly type: 'eni' | 'ecs';
}

/** Backends as they are now: the cloud controller follows the pods of a Service. */
export interface BackendSource {
  list(): readonly Backend[];
  /** When the first of them becomes or became healthy; Infinity without any. */
  healthySince(): Instant;
}

export interface Backend {
  readonly serverId: string;
  readonly serverIp: string;
  readonly port: number;
  readonly description: string;
  /** When it has passed its checks. */
  readonly healthySince: Instant;
}

export const LCU: Charge = {
  by: 'PayByCLCU',
  specification: 'slb.lcu.elastic',
  internet: 'paybytraffic',
  bandwidth: 5120,
};

const ACTIVATION: Millis = 5 * SECOND;
const LISTENER_START: Millis = 2 * SECOND;

export function statusOf({ createdAt, enabled, locked }: LoadBalancer, at: Instant): 'active' | 'inactive' | 'locked' {
  if (locked) return 'locked';
  return enabled && at >= createdAt + ACTIVATION ? 'active' : 'inactive';
}

export function listenerStatus({ startedAt }: Listener, at: Instant): 'running' | 'starting' | 'stopped' {
  if (startedAt === undefined) return 'stopped';
  return at >= startedAt + LISTENER_START ? 'running' : 'starting';
}

export function backendsOf(clb: LoadBalancer, { groupId }: Listener): BackendSource | undefined {
  return clb.groups.find(({ id }) => id === groupId)?.backends;
}

/** Whether clients that come to its address, on any of its ports or on one, reach a healthy backend. */
export function forwards(clb: LoadBalancer, at: Instant, port?: number): boolean {
  if (statusOf(clb, at) !== 'active') return false;
  return clb.listeners.some(
    (listener) =>
      (port === undefined || listener.port === port) &&
      listenerStatus(listener, at) === 'running' &&
      (backendsOf(clb, listener)?.healthySince() ?? Number.POSITIVE_INFINITY) <= at,
  );
}

/** Healthy backends of the listener that has the fewest; `undefined` without a listener. */
export function fewestHealthy(clb: LoadBalancer, at: Instant): number | undefined {
  const counts = clb.listeners.map(
    (listener) => (backendsOf(clb, listener)?.list() ?? []).filter(({ healthySince }) => healthySince <= at).length,
  );
  return counts.length === 0 ? undefined : Math.min(...counts);
}

const UNLIMITED: ClbCapacity = {
  connections: Number.POSITIVE_INFINITY,
  newConnections: Number.POSITIVE_INFINITY,
  traffic: Number.POSITIVE_INFINITY,
};

export function capacityOf({ charge }: LoadBalancer): ClbCapacity {
  const bandwidth = charge.internet === 'paybybandwidth' ? charge.bandwidth * 1e6 : undefined;
  return clbCapacity(charge.specification, bandwidth) ?? UNLIMITED;
}
