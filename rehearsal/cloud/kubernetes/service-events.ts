import { createHash } from 'node:crypto';
import { type Instant, isoTime } from '../../../shared/core/time';
import type { Cluster } from './api-server';
import type { Service } from './objects';

export interface ServiceEvent {
  readonly type: 'Normal' | 'Warning';
  readonly reason: string;
  readonly message: string;
}

/** Says something about a Service; what was said before is counted (client-go tools/record events_cache.go). */
export function reportEvent(cluster: Cluster, service: Service, event: ServiceEvent, at: Instant): void {
  const { name, namespace, uid } = service.metadata;
  const said = createHash('sha256')
    .update(JSON.stringify([uid, event]))
    .digest('hex')
    .slice(0, 16);
  const eventName = `${name}.${said}`;
  const known = cluster.events.find(namespace, eventName);
  const now = isoTime(at);
  if (known === undefined) {
    cluster.events.create(namespace, {
      apiVersion: 'v1',
      kind: 'Event',
      metadata: { name: eventName },
      ...event,
      involvedObject: { kind: 'Service', namespace, name, uid, apiVersion: 'v1' },
      source: { component: 'service-controller' },
      firstTimestamp: now,
      lastTimestamp: now,
      count: 1,
    });
  } else {
    cluster.events.change(known, { ...known, count: Number(known['count']) + 1, lastTimestamp: now });
  }
}
