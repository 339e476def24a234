import { createHash } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import { type Instant, type Millis, SECOND } from '../../../shared/core/time';
import { ASSUMED, type Behaviour, coded } from '../behaviour';
import type { Fleet } from '../load-balancers/fleet';
import type { LoadBalancer } from '../load-balancers/instance';
import { ApiRefusal } from '../products/operation';
import type { Cluster } from './api-server';
import { annotationOf, bind, type Endpoints, findFor, letGo, SyncFailed } from './binding';
import type { Service } from './objects';
import { reportEvent } from './service-events';

const SOURCE = 'kubernetes/cloud-provider-alibaba-cloud (2026-04-10)';
const part = 'Cloud controller';

export const CLOUD_CONTROLLER_BEHAVIOURS: readonly Behaviour[] = [
  { part, what: 'A Service is reconciled 30 s after its annotations, spec or deletion changed.', basis: ASSUMED },
  {
    part,
    what: 'After a failure it is tried again after 5 s, then after twice the wait, up to 300 s.',
    basis: coded(`${SOURCE} service_controller.go`),
  },
  {
    part,
    what: 'Services of type LoadBalancer without a class or another type of load balancer are its own.',
    basis: coded(`${SOURCE} helper/service_utils.go NeedCLB`),
  },
  {
    part,
    what: 'The finalizer comes first; label, hash, address and the event EnsuredLoadBalancer come when all went well.',
    basis: coded(`${SOURCE} service_controller.go reconcileLoadBalancerResources`),
  },
  {
    part,
    what: 'An instance that the Service names is used, unless Kubernetes made it or the Service already has another address; without a name it makes one, under deletion protection.',
    basis: coded(`${SOURCE} clbv1/model_applier.go applyLoadBalancer, isLoadBalancerReusable`),
  },
  {
    part,
    what: 'Listeners of a named instance are touched with force-override-listeners "true" only; then one of another Service on the same port and protocol is taken over without a word.',
    basis: coded(`${SOURCE} clbv1/listeners.go buildActionsForListeners`),
  },
  {
    part,
    what: 'additional-resource-tags removes every other tag but its own and those of acs:; its own tag is not added to ten others.',
    basis: coded(`${SOURCE} clbv1/loadbalancer.go updateLoadBalancerTags, addTagIfNotExist`),
  },
  {
    part,
    what: 'A Service that is deleted or changes its type loses its listeners and groups on the instance that its annotation names, then label, address and finalizer; a named instance stays, one that was made is deleted.',
    basis: coded(`${SOURCE} clbv1/model_applier.go deleteLoadBalancer, cleanup`),
  },
  {
    part,
    what: 'Without the annotation at that moment nothing is let go of, and without the override its groups cannot be deleted under the listeners that use them.',
    basis: coded(`${SOURCE} clbv1/model_builder.go, model_applier.go`),
  },
  {
    part,
    what: 'Backends are the ready pods of the Service at once, as Terway has it, without the calls that this takes.',
    basis: ASSUMED,
  },
];

export const CLOUD_CONTROLLER_NOT_IMITATED: readonly { readonly what: string; readonly why: string }[] = [
  { what: 'Addresses and ports of backends that are nodes', why: 'their type alone says that they are' },
  {
    what: 'Most annotations of Services: health checks, certificates, protocols, bandwidth, weights, user-made groups',
    why: 'nothing here depends on them',
  },
  { what: 'Readiness gates of pods', why: 'they need a change of the pod template, which ASM owns' },
];

/** From the change of a Service to the end of its reconciliation. */
const RECONCILIATION: Millis = 30 * SECOND;
const FIRST_RETRY: Millis = 5 * SECOND;
const LONGEST_RETRY: Millis = 300 * SECOND;

const FINALIZER = 'service.k8s.alibaba/resources';
const BOUND = 'service.k8s.alibaba/loadbalancer-id';
const HASH = 'service.beta.kubernetes.io/hash';

/** Binds Services of type LoadBalancer to CLB instances, and lets go of them. */
export interface CloudController {
  /** Takes note of what was written since. */
  notice(at: Instant): void;
  /** Carries out what is due. */
  reconcile(at: Instant): void;
  /** Binds a Service whose instance was there for long, at once and without an event. */
  adopt(service: Service, at: Instant): void;
}

interface Watched {
  service: Service;
  /** When it is reconciled next; undefined while nothing is to be done. */
  dueAt: Instant | undefined;
  failures: number;
}

export function createCloudController(cluster: Cluster, fleet: Fleet, endpoints: Endpoints): CloudController {
  /** By UID. */
  const watched = new Map<string, Watched>();
  let noticed = '';

  function notice(at: Instant): void {
    if (cluster.version() === noticed) return;
    noticed = cluster.version();
    for (const service of cluster.services.values()) {
      const known = watched.get(service.metadata.uid);
      if (known?.service === service) continue;
      const changed = known === undefined ? concernsUs(service) : isChanged(known.service, service);
      const dueAt = changed ? at + RECONCILIATION : known?.dueAt;
      watched.set(service.metadata.uid, { service, dueAt, failures: changed ? 0 : (known?.failures ?? 0) });
    }
    if (watched.size > cluster.services.list().length) forgetDeleted();
  }

  /** A Service without the finalizer goes without being let go of. */
  function forgetDeleted(): void {
    for (const [uid, { service }] of watched) if (newest(service)?.metadata.uid !== uid) watched.delete(uid);
  }

  function newest({ metadata }: Service): Service | undefined {
    return cluster.services.find(metadata.namespace, metadata.name);
  }

  function reconcile(at: Instant): void {
    for (const [uid, entry] of watched) {
      if (entry.dueAt === undefined || at < entry.dueAt) continue;
      const service = newest(entry.service);
      if (service?.metadata.uid === uid) carryOut(entry, service, at);
    }
  }

  function carryOut(entry: Watched, service: Service, at: Instant): void {
    try {
      if (needsNoLoadBalancer(service)) cleanUp(service, at);
      else if (isOurKind(service)) ensure(service, at);
      entry.dueAt = undefined;
      entry.failures = 0;
    } catch (error) {
      if (!(error instanceof ApiRefusal || error instanceof SyncFailed)) throw error;
      entry.dueAt = at + Math.min(LONGEST_RETRY, FIRST_RETRY * 2 ** entry.failures);
      entry.failures += 1;
      const [reason, doing] = needsNoLoadBalancer(service)
        ? ['CleanLoadBalancerFailed', 'deleting']
        : ['SyncLoadBalancerFailed', 'syncing'];
      const named = findFor(service, cluster, fleet)?.id ?? annotationOf(service, 'id') ?? '';
      const message = `Error ${doing} load balancer [${named}]: ${error.message}`;
      reportEvent(cluster, service, { type: 'Warning', reason, message }, at);
    }
  }

  function ensure(service: Service, at: Instant): void {
    const { id } = apply(service, at);
    reportEvent(
      cluster,
      service,
      { type: 'Normal', reason: 'EnsuredLoadBalancer', message: `Ensured load balancer [${id}]` },
      at,
    );
  }

  /** The finalizer comes first, so that nothing is left behind; label and address come when all went well. */
  function apply(service: Service, at: Instant): LoadBalancer {
    const held = changed(service, { finalizers: [...new Set([...(service.metadata.finalizers ?? []), FINALIZER])] });
    const bound = bind(held, cluster, fleet, endpoints, at);
    const labels = { ...held.metadata.labels, [BOUND]: bound.id, [HASH]: hashOf(held) };
    const status = { ...held.status, loadBalancer: { ingress: [{ ip: bound.address }] } };
    remember(cluster.services.change(held, { ...held, metadata: { ...held.metadata, labels }, status }));
    return bound;
  }

  function cleanUp(service: Service, at: Instant): void {
    const { finalizers = [], labels = {}, ...metadata } = service.metadata;
    if (!finalizers.includes(FINALIZER)) return;
    letGo(service, cluster, fleet);
    const event = { type: 'Normal', reason: 'CleanLoadBalancer', message: 'Clean load balancer' } as const;
    reportEvent(cluster, service, event, at);
    const { [BOUND]: _bound, [HASH]: _hash, ...others } = labels;
    const left = finalizers.filter((finalizer) => finalizer !== FINALIZER);
    const released = {
      ...metadata,
      ...(Object.keys(others).length === 0 ? {} : { labels: others }),
      ...(left.length === 0 ? {} : { finalizers: left }),
    };
    const status = { ...service.status, loadBalancer: {} };
    remember(cluster.services.change(service, { ...service, metadata: released, status }));
  }

  function changed(service: Service, metadata: Partial<Service['metadata']>): Service {
    return cluster.services.change(service, { ...service, metadata: { ...service.metadata, ...metadata } });
  }

  function remember(service: Service): void {
    const entry = watched.get(service.metadata.uid);
    if (entry === undefined) watched.set(service.metadata.uid, { service, dueAt: undefined, failures: 0 });
    else entry.service = service;
  }

  return {
    notice,
    reconcile,
    adopt: (service, at) => {
      apply(service, at);
    },
  };
}

/** What is reconciled at first sight: Services that need an instance, and those that once had one. */
function concernsUs(service: Service): boolean {
  return isOurKind(service) || (service.metadata.finalizers ?? []).includes(FINALIZER);
}

function needsNoLoadBalancer({ metadata, spec }: Service): boolean {
  return metadata.deletionTimestamp !== undefined || spec.type !== 'LoadBalancer';
}

/** Other classes of load balancers are for other controllers. */
function isOurKind(service: Service): boolean {
  return (
    service.spec.type === 'LoadBalancer' &&
    service.spec['loadBalancerClass'] === undefined &&
    service.metadata.annotations?.['service.beta.kubernetes.io/class'] === undefined &&
    annotationOf(service, 'type') === undefined
  );
}

function isChanged(before: Service, after: Service): boolean {
  if (!isOurKind(before) && !isOurKind(after)) return false;
  return (
    !isDeepStrictEqual(before.metadata.annotations ?? {}, after.metadata.annotations ?? {}) ||
    !isDeepStrictEqual(before.spec, after.spec) ||
    before.metadata.deletionTimestamp !== after.metadata.deletionTimestamp
  );
}

function hashOf({ metadata, spec }: Service): string {
  const content = JSON.stringify([spec.ports, spec.type, spec['externalTrafficPolicy'], metadata.annotations]);
  return createHash('sha256').update(content).digest('hex').slice(0, 56);
}
