import { z } from 'zod';
import { Deployment } from './objects';
import { conflict, invalid, unfitPatch, wrong } from './status';
import { readTyped } from './typed';
import type { View } from './views';

const Scale = z.object({
  kind: z.literal('Scale'),
  apiVersion: z.literal('autoscaling/v1'),
  metadata: z.object({
    name: z.string(),
    namespace: z.string(),
    uid: z.string().optional(),
    resourceVersion: z.string().optional(),
  }),
  // The field is an int32 that defaults to 0: a Scale without replicas asks for none.
  spec: z.object({ replicas: z.int().default(0) }).default({ replicas: 0 }),
});

/** The autoscaling/v1 Scale of a Deployment: its resourceVersion is the Deployment's own. */
export const SCALE: View = {
  apiVersion: 'autoscaling/v1',
  kind: 'Scale',
  show(object) {
    const { metadata, spec, status } = Deployment.parse(object);
    const { name, namespace, uid, resourceVersion, creationTimestamp } = metadata;
    const selector = Object.entries(spec.selector.matchLabels).map(([key, value]) => `${key}=${value}`);
    return {
      kind: 'Scale',
      apiVersion: 'autoscaling/v1',
      metadata: { name, namespace, uid, resourceVersion, creationTimestamp },
      // A count of 0 is left out here, and shown in the status (k8s.io/api autoscaling/v1 types.go).
      spec: spec.replicas === 0 ? {} : { replicas: spec.replicas },
      status: { replicas: status?.replicas ?? 0, selector: selector.join(',') },
    };
  },
  /** The Deployment with what a Scale may change: the replicas, under the condition that the Scale names. */
  restore(old, written) {
    const deployment = Deployment.parse(old);
    const read = readTyped(Scale, Object(written));
    if (!('value' in read)) throw unfitPatch(written, 'unfit' in read ? read.unfit : 'no Scale');
    const { metadata, spec } = read.value;
    const { uid } = deployment.metadata;
    if (metadata.uid !== undefined && metadata.uid !== uid) {
      const why = `Precondition failed: UID in precondition: ${metadata.uid}, UID in object meta: ${uid}`;
      throw conflict({ group: 'apps', plural: 'deployments/scale' }, metadata.name, why);
    }
    if (spec.replicas < 0) {
      const problem = wrong('spec.replicas', spec.replicas, 'must be greater than or equal to 0');
      throw invalid({ group: 'autoscaling', kind: 'Scale' }, metadata.name, [problem]);
    }
    const { name, namespace, resourceVersion } = metadata;
    return {
      ...deployment,
      metadata: { ...deployment.metadata, name, namespace, resourceVersion },
      spec: { ...deployment.spec, replicas: spec.replicas },
    };
  },
};
