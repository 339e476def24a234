import type { ChangedObject } from '../core/notice';
import { isoTime } from '../core/time';
import { shortened } from '../core/words';
import { CloudError } from '../errors';
import type { ObjectEvent, ObjectEvents } from '../ports';
import { AUTOSCALER, DEPLOYMENT, EVENT, SERVICE } from './kinds';
import type { Kube, ResourceKind } from './seams';
import { fieldOf, textOf } from './untyped';

const KINDS: Readonly<Record<ChangedObject['kind'], ResourceKind>> = {
  Deployment: DEPLOYMENT,
  HorizontalPodAutoscaler: AUTOSCALER,
  Service: SERVICE,
};
const COMPONENT = 'gateway-autopilot';
/** Characters of a message (core/v1 Event: 1024 bytes by the validation of events.k8s.io/v1, three bytes a character at most). */
const LONGEST = 340;

/**
 * Says on an object what was done to it, so that `kubectl describe` shows it: one core/v1 Event, which the cluster forgets by
 * itself after an hour. Reads the object first, since `describe` finds its events by uid. Throws CloudError.
 */
export function createObjectEvents(kube: Kube): ObjectEvents {
  return {
    say: async ({ at, message, object, reason }) => {
      const { kind, name, namespace } = object;
      const { group, version } = KINDS[kind];
      const uid = await uidOf(kube, object);
      const now = isoTime(at);
      await kube.create(EVENT, namespace, {
        apiVersion: 'v1',
        kind: 'Event',
        // A Deployment, its HPA and its Service may share a name.
        metadata: { name: `${name}.${kind.toLowerCase()}.${at.toString(16)}`, namespace },
        involvedObject: {
          apiVersion: group === '' ? version : `${group}/${version}`,
          kind,
          namespace,
          name,
          ...(uid === undefined ? {} : { uid }),
        },
        type: 'Normal',
        reason,
        message: shortened(message, LONGEST),
        source: { component: COMPONENT },
        firstTimestamp: now,
        lastTimestamp: now,
        count: 1,
      });
    },
  };
}

/** What is gone has no uid any more; its end is said all the same. */
async function uidOf(kube: Kube, { kind, name, namespace }: ObjectEvent['object']): Promise<string | undefined> {
  try {
    return textOf(fieldOf(await kube.get(KINDS[kind], namespace, name), 'metadata'), 'uid');
  } catch (error) {
    if (error instanceof CloudError && error.kind === 'not-found') return undefined;
    throw error;
  }
}
