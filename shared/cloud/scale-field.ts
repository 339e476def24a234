import { z } from 'zod';
import type { ScaleTarget } from '../core/gateway';
import { CloudError } from '../errors';
import type { Written } from '../ports';
import { readAnswer } from './answer';
import type { IstioGateways } from './istio-gateways';
import { AUTOSCALER, DEPLOYMENT, nameOf } from './kinds';
import type { Kube } from './seams';
import { fieldOf } from './untyped';

const AnyObject = z.looseObject({ metadata: z.object({ resourceVersion: z.string().min(1) }) });

/** What the field of a scale target holds now, and the version of the object that says so. Throws CloudError. */
export async function readField(kube: Kube, istio: IstioGateways, target: ScaleTarget): Promise<Written> {
  return fieldIn(await getObject(kube, istio, target), target);
}

/** Reads a scale target's field out of an answer, of the object itself or of its `scale` subresource. */
export function fieldIn(answer: unknown, target: ScaleTarget): Written {
  const operation = `kube read ${nameOf(target)}`;
  const object = readAnswer(AnyObject, answer, operation);
  const value = valueAt(object, target.field) ?? (isScale(object) ? 0 : valueWhenAbsent(object, target));
  if (typeof value !== 'number' || !Number.isSafeInteger(value)) {
    throw new CloudError(`${target.field.join('.')} is not a whole number`, { kind: 'unreadable', operation });
  }
  return { resourceVersion: object.metadata.resourceVersion, value };
}

/** The `scale` subresource leaves out a count of 0, where the object itself shows it (kube-apiserver 1.37.2). */
function isScale(object: unknown): boolean {
  return fieldOf(object, 'kind') === 'Scale';
}

function getObject(kube: Kube, istio: IstioGateways, { kind, namespace, name }: ScaleTarget): Promise<unknown> {
  switch (kind) {
    case 'Deployment':
      return kube.get(DEPLOYMENT, namespace, name);
    case 'HorizontalPodAutoscaler':
      return kube.get(AUTOSCALER, namespace, name);
    case 'IstioGateway':
      return istio.get(namespace, name);
  }
}

/**
 * Kubernetes defaults the replicas of a Deployment and the minimum of an HPA to 1, ASM the `replicaCount` too. A field
 * that a cluster does not set for itself is that of the whole gateway, and a minimum that is set nowhere is still what
 * it was when it was seen.
 */
function valueWhenAbsent(object: unknown, { kind, field, current }: ScaleTarget): unknown {
  if (kind !== 'IstioGateway') return 1;
  const leaf = field.at(-1);
  return valueAt(object, ['spec', ...field.slice(-1)]) ?? (leaf === 'replicaCount' ? 1 : current);
}

function valueAt(object: unknown, path: readonly string[]): unknown {
  return path.reduce<unknown>((value, key) => fieldOf(value, key), object);
}
