import { type Instant, isoTime } from '../../../shared/core/time';
import type { Served } from './collection';
import { PODS } from './kinds';
import { type EmulatedNode, placeOf } from './nodes';
import type { Deployment, KubeObject } from './objects';
import { methodNotAllowed, notFound } from './status';

/** A pod as traffic and the autoscaler see it. */
export interface RunningPod {
  readonly name: string;
  readonly uid: string;
  readonly createdAt: Instant;
  /** When a node took it; undefined while none has room. */
  scheduledAt: Instant | undefined;
  /** When it becomes ready; never, while no node has room for it. */
  readyAt: Instant;
  ready: boolean;
  /** resourceVersion of its last change. */
  version: string;
}

/** The pods of one Deployment. */
export interface PodSet {
  readonly deployment: Deployment;
  /** Of the ReplicaSet that owns them, which is not served. */
  readonly replicaSet: { readonly name: string; readonly uid: string; readonly hash: string };
  readonly pods: readonly RunningPod[];
}

/** Who makes pods and takes them away. */
export interface PodOwner {
  podSets(): Iterable<PodSet>;
  removePod(namespace: string, name: string): void;
}

/** Pods as objects: made when somebody asks, since a fleet has thousands and few are ever looked at. */
export function createPods(owner: PodOwner, nodes: readonly EmulatedNode[]): Served {
  function list(namespace?: string): readonly KubeObject[] {
    return [...owner.podSets()]
      .filter(({ deployment }) => namespace === undefined || deployment.metadata.namespace === namespace)
      .flatMap((set) => set.pods.map((pod) => ({ set, pod, key: `${set.deployment.metadata.namespace}/${pod.name}` })))
      .sort((a, b) => (a.key < b.key ? -1 : 1))
      .map(({ set, pod }) => podObject(set, pod, nodes));
  }

  function find(namespace: string, name: string): KubeObject | undefined {
    for (const set of owner.podSets()) {
      if (set.deployment.metadata.namespace !== namespace || !name.startsWith(`${set.replicaSet.name}-`)) continue;
      const pod = set.pods.find((candidate) => candidate.name === name);
      if (pod !== undefined) return podObject(set, pod, nodes);
    }
    return undefined;
  }

  function get(namespace: string, name: string): KubeObject {
    const found = find(namespace, name);
    if (found === undefined) throw notFound(PODS, name);
    return found;
  }

  return {
    kind: PODS,
    get,
    list,
    create: () => {
      throw methodNotAllowed();
    },
    update: () => {
      throw methodNotAllowed();
    },
    remove: (namespace, name, { dryRun = false } = {}) => {
      const pod = get(namespace, name);
      if (!dryRun) owner.removePod(namespace, name);
      return pod;
    },
  };
}

function podObject(
  { deployment, pods, replicaSet }: PodSet,
  pod: RunningPod,
  nodes: readonly EmulatedNode[],
): KubeObject {
  const { metadata, spec } = deployment.spec.template;
  const nodeName = pod.scheduledAt === undefined ? undefined : placeOf(nodes, spec, pods.indexOf(pod));
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      name: pod.name,
      generateName: `${replicaSet.name}-`,
      namespace: deployment.metadata.namespace,
      uid: pod.uid,
      resourceVersion: pod.version,
      generation: 1,
      creationTimestamp: isoTime(pod.createdAt),
      labels: { ...metadata.labels, 'pod-template-hash': replicaSet.hash },
      ownerReferences: [
        {
          apiVersion: 'apps/v1',
          kind: 'ReplicaSet',
          name: replicaSet.name,
          uid: replicaSet.uid,
          controller: true,
          blockOwnerDeletion: true,
        },
      ],
    },
    spec: { ...spec, ...(nodeName === undefined ? {} : { nodeName }) },
    status: statusOf(pod),
  };
}

/** Room on nodes is not imitated: the scheduler says that none of three had any. */
const UNSCHEDULABLE = '0/3 nodes are available: 3 Insufficient cpu.';

function statusOf({ createdAt, scheduledAt, readyAt, ready }: RunningPod): object {
  if (scheduledAt === undefined) {
    const scheduled = condition('PodScheduled', false, createdAt);
    return {
      phase: 'Pending',
      conditions: [{ ...scheduled, reason: 'Unschedulable', message: UNSCHEDULABLE }],
    };
  }
  return {
    phase: ready ? 'Running' : 'Pending',
    startTime: isoTime(scheduledAt),
    conditions: [
      condition('Ready', ready, ready ? readyAt : scheduledAt),
      condition('PodScheduled', true, scheduledAt),
    ],
  };
}

function condition(type: string, holds: boolean, at: Instant): object {
  return { type, status: holds ? 'True' : 'False', lastTransitionTime: isoTime(at) };
}
