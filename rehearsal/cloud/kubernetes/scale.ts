import { at } from '../json';
import { Deployment, type KubeObject } from './objects';
import { badRequest } from './status';

/** The autoscaling/v1 Scale of a Deployment: its resourceVersion is the Deployment's own. */
export function readScale(object: KubeObject): object {
  const { metadata, spec, status } = Deployment.parse(object);
  const { name, namespace, uid, resourceVersion, creationTimestamp } = metadata;
  const selector = Object.entries(spec.selector.matchLabels).map(([key, value]) => `${key}=${value}`);
  return {
    kind: 'Scale',
    apiVersion: 'autoscaling/v1',
    metadata: { name, namespace, uid, resourceVersion, creationTimestamp },
    spec: { replicas: spec.replicas },
    status: { replicas: status?.replicas ?? 0, selector: selector.join(',') },
  };
}

/** The Deployment with what a written Scale may change: the replicas, under the condition that the Scale names. */
export function withScale(object: KubeObject, scale: unknown): object {
  const { metadata, spec, ...rest } = Deployment.parse(object);
  // A Scale without replicas asks for none: the field is an int32 that defaults to 0.
  const replicas = at(scale, 'spec', 'replicas') ?? 0;
  if (typeof replicas !== 'number') throw badRequest('Scale.spec.replicas must be a number');
  const resourceVersion = at(scale, 'metadata', 'resourceVersion');
  return { ...rest, metadata: { ...metadata, resourceVersion }, spec: { ...spec, replicas } };
}
