import { type Instant, type Millis, SECOND } from '../../../shared/core/time';
import { at as valueAt } from '../json';
import { type Fleet, NO_PROTECTION } from '../load-balancers/fleet';
import type { BackendSource, Listener, LoadBalancer, VServerGroup } from '../load-balancers/instance';
import { ApiRefusal } from '../products/operation';
import type { Cluster } from './api-server';
import type { Service } from './objects';
import type { RunningPod } from './pods';

/** The ready pods that a Service selects now. */
export type Endpoints = (namespace: string, service: string) => readonly RunningPod[];

/** What the cloud controller says when it cannot go on, beside the refusals of the API. */
export class SyncFailed extends Error {
  override readonly name = 'SyncFailed';
}

const OF_KUBERNETES = 'kubernetes.do.not.delete';
const OF_CLUSTER = 'ack.aliyun.com';
const REUSED = 'kubernetes.reused.by.user';
/** The controller adds none of its own beyond (loadbalancer.go MaxLBTagNum). */
const MOST_TAGS = 10;
/** Three checks, two seconds apart: the defaults of a TCP listener. */
const HEALTH_CHECKS: Millis = 6 * SECOND;

type Port = NonNullable<Service['spec']['ports']>[number];

/** The controller reads the old prefix too (annotations.go). */
export function annotationOf({ metadata }: Service, name: string): string | undefined {
  const { annotations = {} } = metadata;
  const found =
    annotations[`service.beta.kubernetes.io/alibaba-cloud-loadbalancer-${name}`] ??
    annotations[`service.beta.kubernetes.io/alicloud-loadbalancer-${name}`];
  return found === '' ? undefined : found;
}

/** The name of an instance that the controller makes, and the value of its tag. */
export function defaultName({ metadata }: Service): string {
  return `a${metadata.uid.replaceAll('-', '')}`.slice(0, 32);
}

/** Tags of the instances that the controller makes. */
export function controllerTags(service: Service, clusterId: string): Readonly<Record<string, string>> {
  return { [OF_KUBERNETES]: defaultName(service), [OF_CLUSTER]: clusterId };
}

/** The instance of a Service: the one that it names, or the one that was made for it. */
export function findFor(service: Service, { region }: Cluster, { register }: Fleet): LoadBalancer | undefined {
  const id = annotationOf(service, 'id');
  const here = [...register.present()].filter((clb) => clb.region === region);
  if (id !== undefined) return here.find((clb) => clb.id === id);
  const name = defaultName(service);
  return here.find(({ tags }) => tags.get(OF_KUBERNETES) === name) ?? here.find((clb) => clb.name === name);
}

/** Makes listeners and groups of backends on the instance of a Service. Throws ApiRefusal and SyncFailed. */
export function bind(
  service: Service,
  cluster: Cluster,
  fleet: Fleet,
  endpoints: Endpoints,
  at: Instant,
): LoadBalancer {
  const id = annotationOf(service, 'id');
  const clb =
    id === undefined
      ? (findFor(service, cluster, fleet) ?? create(service, cluster, fleet))
      : fleet.get(cluster.region, id);
  if (id !== undefined) checkReusable(service, clb);
  checkAddressType(service, clb);
  const groups = groupsFor(service, clb, cluster, fleet, endpoints, at);
  const listeners = leavesListeners(service) ? clb.listeners : listenersFor(service, clb, cluster.id, groups, at);
  const used = [...clb.groups.filter((group) => !isOwn(group.name, service, cluster.id)), ...groups];
  return fleet.change(clb.id, { listeners, groups: used, tags: tagsFor(service, clb) });
}

/**
 * Takes listeners and groups of a Service off the instance that it names, or deletes the one that was made for it. A
 * Service that names none any more has nothing to let go of: what it had on an instance stays. Throws ApiRefusal.
 */
export function letGo(service: Service, cluster: Cluster, fleet: Fleet): void {
  const clb = findFor(service, cluster, fleet);
  if (clb === undefined) return;
  if (annotationOf(service, 'id') === undefined) {
    fleet.delete({ ...clb, deleteProtection: false });
    return;
  }
  const listeners = leavesListeners(service)
    ? clb.listeners
    : clb.listeners.filter(({ description }) => !isOwn(description, service, cluster.id));
  const [own, groups] = parted(clb.groups, ({ name }) => isOwn(name, service, cluster.id));
  if (own.some((group) => listeners.some(({ groupId }) => groupId === group.id))) {
    throw new ApiRefusal(400, 'RspoolVipExist', 'There are vips associate with this vServer group.');
  }
  if (own.length > 0 || listeners.length < clb.listeners.length) fleet.change(clb.id, { listeners, groups });
}

function create(service: Service, cluster: Cluster, fleet: Fleet): LoadBalancer {
  const address = addressIn(service);
  if (address !== undefined) {
    throw new SyncFailed(`alicloud: can not find loadbalancer, but it's defined in service [${address}]`);
  }
  return fleet.buy({
    region: cluster.region,
    name: defaultName(service),
    addressType: annotationOf(service, 'address-type') === 'intranet' ? 'intranet' : 'internet',
    deleteProtection: annotationOf(service, 'delete-protection') !== 'off',
    modificationProtection: { ...NO_PROTECTION, status: 'ConsoleProtection' },
    tags: new Map(Object.entries(controllerTags(service, cluster.id))),
    vpcId: '',
    vSwitchId: '',
    masterZone: annotationOf(service, 'master-zoneid'),
    slaveZone: annotationOf(service, 'slave-zoneid'),
  });
}

function checkReusable(service: Service, { address, id, tags }: LoadBalancer): void {
  const refused = `alicloud: the loadbalancer ${id} can not be reused`;
  if (tags.has(OF_KUBERNETES) || tags.has(OF_CLUSTER)) {
    throw new SyncFailed(`${refused}, can not reuse loadbalancer created by kubernetes.`);
  }
  const known = addressIn(service);
  if (known !== undefined && known !== address) {
    throw new SyncFailed(
      `${refused}, service has been associated with ip [${known}], cannot be bound to ip [${address}]`,
    );
  }
}

function checkAddressType(service: Service, { addressType }: LoadBalancer): void {
  const wanted = annotationOf(service, 'address-type');
  if (wanted !== undefined && wanted !== addressType) {
    throw new SyncFailed('alicloud: can not change LoadBalancer AddressType once created. delete and retry');
  }
}

function addressIn({ status }: Service): string | undefined {
  const ingress = valueAt(status, 'loadBalancer', 'ingress');
  const address = Array.isArray(ingress) ? valueAt(ingress[0], 'ip') : undefined;
  return typeof address === 'string' ? address : undefined;
}

/** Listeners of an instance that the Service names are the user's, unless they are to be overridden. */
function leavesListeners(service: Service): boolean {
  return annotationOf(service, 'id') !== undefined && annotationOf(service, 'force-override-listeners') !== 'true';
}

/** `k8s/<port>/<service>/<namespace>/<cluster>`, by which the controller knows its own again. */
function keyOf(port: string | number, { metadata }: Service, clusterId: string): string {
  return `k8s/${port}/${metadata.name}/${metadata.namespace}/${clusterId}`;
}

function isOwn(key: string, { metadata }: Service, clusterId: string): boolean {
  return key.startsWith('k8s/') && key.endsWith(`/${metadata.name}/${metadata.namespace}/${clusterId}`);
}

function targetOf({ port, targetPort }: Port): string | number {
  return typeof targetPort === 'number' || typeof targetPort === 'string' ? targetPort : port;
}

function groupsFor(
  service: Service,
  clb: LoadBalancer,
  { id: clusterId, traits }: Cluster,
  fleet: Fleet,
  endpoints: Endpoints,
  at: Instant,
): readonly VServerGroup[] {
  const type = backendTypeOf(service, traits.addons);
  const targets = [...new Set((service.spec.ports ?? []).map(targetOf))];
  return targets.map((target) => {
    const name = keyOf(target, service, clusterId);
    const known = clb.groups.find((group) => group.name === name);
    if (known?.type === type) return known;
    const id = known?.id ?? fleet.newId('rsp');
    return { id, name, type, backends: followPods(service, target, name, endpoints, at) };
  });
}

/** The annotation goes before what the cluster's network allows (service_utils.go IsENIBackendType). */
function backendTypeOf({ metadata }: Service, addons: readonly string[]): VServerGroup['type'] {
  const wanted = metadata.annotations?.['service.beta.kubernetes.io/backend-type'];
  if (wanted === 'eni' || wanted === 'ecs') return wanted;
  return addons.some((name) => name.startsWith('terway')) ? 'eni' : 'ecs';
}

function followPods(
  { metadata: { name, namespace } }: Service,
  target: string | number,
  description: string,
  endpoints: Endpoints,
  boundAt: Instant,
): BackendSource {
  const healthySince = ({ readyAt }: RunningPod): Instant => Math.max(boundAt, readyAt) + HEALTH_CHECKS;
  return {
    list: () =>
      endpoints(namespace, name).map((pod) => ({
        serverId: `eni-${pod.uid.replaceAll('-', '').slice(0, 20)}`,
        serverIp: addressOf(pod),
        // Of a port with a name nothing is known but the name: pods have no containers here.
        port: typeof target === 'number' ? target : 0,
        description,
        healthySince: healthySince(pod),
      })),
    healthySince: () =>
      endpoints(namespace, name).reduce((first, pod) => Math.min(first, healthySince(pod)), Number.POSITIVE_INFINITY),
  };
}

/** Pods have no addresses here; this one follows from the UID. */
function addressOf({ uid }: RunningPod): string {
  const [a, b, c] = [0, 2, 4].map((index) => Number.parseInt(uid.slice(index, index + 2), 16));
  return `10.${a}.${b}.${c}`;
}

/** A listener of another Service on the same port is taken over without a word (listeners.go buildActionsForListeners). */
function listenersFor(
  service: Service,
  clb: LoadBalancer,
  clusterId: string,
  groups: readonly VServerGroup[],
  at: Instant,
): readonly Listener[] {
  const wanted = (service.spec.ports ?? []).map((port) => listenerFor(port, service, clusterId, groups, at));
  const others = clb.listeners.filter(({ description, port }) => {
    const isMine = isOwn(description, service, clusterId);
    return !isMine && !wanted.some((listener) => listener.port === port);
  });
  const made = wanted.map((listener) => {
    const known = clb.listeners.find(({ port }) => port === listener.port);
    if (known === undefined) return listener;
    if (known.protocol !== listener.protocol && !isOwn(known.description, service, clusterId)) {
      throw new ApiRefusal(400, 'ListenerAlreadyExists', 'There is already have a listener on this port.');
    }
    return { ...known, ...listener, startedAt: known.startedAt ?? at };
  });
  return [...others, ...made].sort((a, b) => a.port - b.port);
}

function listenerFor(
  port: Port,
  service: Service,
  clusterId: string,
  groups: readonly VServerGroup[],
  at: Instant,
): Listener {
  const groupId = groups.find(({ name }) => name === keyOf(targetOf(port), service, clusterId))?.id;
  return {
    port: port.port,
    protocol: String(port['protocol'] ?? 'TCP') === 'UDP' ? 'udp' : 'tcp',
    description: keyOf(port.port, service, clusterId),
    scheduler: 'rr',
    bandwidth: -1,
    ...(groupId === undefined ? {} : { groupId }),
    startedAt: at,
  };
}

/** With additional-resource-tags every tag goes that is neither listed there nor the controller's own. */
function tagsFor(service: Service, clb: LoadBalancer): ReadonlyMap<string, string> {
  const isNamed = annotationOf(service, 'id') !== undefined;
  const tags = new Map(clb.tags);
  const [key, value] = isNamed ? [REUSED, 'true'] : [OF_KUBERNETES, defaultName(service)];
  if (!tags.has(key) && tags.size < MOST_TAGS) tags.set(key, value);
  const additional = additionalTags(service);
  if (additional.length === 0) return tags;
  const kept = [...tags].filter(
    ([name]) =>
      name.startsWith('acs:') || name === OF_KUBERNETES || name === OF_CLUSTER || (isNamed && name === REUSED),
  );
  return new Map([...kept, ...additional]);
}

function additionalTags(service: Service): readonly (readonly [string, string])[] {
  const listed = annotationOf(service, 'additional-resource-tags')?.split(',') ?? [];
  return listed.flatMap((entry) => {
    const [key = '', value = ''] = entry.trim().split('=');
    return key === '' ? [] : [[key, value] as const];
  });
}

function parted<T>(all: readonly T[], isFirst: (item: T) => boolean): readonly [readonly T[], readonly T[]] {
  return [all.filter(isFirst), all.filter((item) => !isFirst(item))];
}
