import type { Instant, Millis } from '../../../shared/core/time';
import { ASSUMED, type Behaviour, coded } from '../behaviour';
import { type Chance, HEX, NAME_ALPHABET, uuid } from '../chance';
import type { Cluster } from './api-server';
import type { Deployment } from './objects';
import { createPods, type PodSet, type RunningPod } from './pods';

export type { RunningPod } from './pods';

export const DEPLOYMENT_BEHAVIOURS: readonly Behaviour[] = [
  {
    part: 'Deployments',
    what: 'A pod is ready a fixed time after a node took it; its phase is Pending until then, and Running from then on.',
    basis: ASSUMED,
  },
  {
    part: 'Deployments',
    what: 'Scale-in takes pods that are not ready first, then the youngest; they are gone at once, without a grace period.',
    basis: coded('kubernetes/kubernetes pkg/controller/controller_utils.go ActivePodsWithRanks'),
  },
  {
    part: 'Deployments',
    what: 'Counts of 0 are left out of the status; every change of the status changes the resourceVersion.',
    basis: coded('k8s.io/api apps/v1 types.go DeploymentStatus'),
  },
  {
    part: 'Deployments',
    what: 'Pods beyond what a cluster has room for, and new ones while its nodes are full, stay Pending with the condition PodScheduled=False, Unschedulable.',
    basis: coded('kubernetes/kubernetes pkg/scheduler/schedule_one.go'),
  },
  {
    part: 'Deployments',
    what: 'A pod is owned by a ReplicaSet named after the Deployment and its template, and named after that.',
    basis: coded('kubernetes/kubernetes pkg/controller/deployment/sync.go getNewReplicaSet'),
  },
];

/** Makes and removes pods so that each Deployment has as many as it asks for. */
export interface DeploymentController {
  /** Takes note of what was written since; new pods are made at this instant. */
  reconcile(at: Instant): void;
  /** Pods whose start-up is over become ready. */
  settle(at: Instant): void;
  podsOf(namespace: string, deployment: string): readonly RunningPod[];
}

export interface DeploymentControllerOptions {
  readonly cluster: Cluster;
  readonly chance: Chance;
  /** Whether a node takes one more pod, when so many have one. */
  readonly hasRoom: (scheduled: number, at: Instant) => boolean;
  readonly startUpOf: (namespace: string, deployment: string) => Millis;
}

interface Managed extends PodSet {
  deployment: Deployment;
  pods: RunningPod[];
  /** Whether somebody took a pod away since the last reconciliation. */
  robbed: boolean;
}

/** Serves the pods at the cluster's API, too. */
export function createDeploymentController(options: DeploymentControllerOptions): DeploymentController {
  const { cluster, chance, hasRoom, startUpOf } = options;
  const managed = new Map<string, Managed>();
  /** Pods made and not yet removed, and those of them that a node took. */
  let made = 0;
  let scheduled = 0;

  function reconcile(at: Instant): void {
    for (const deployment of cluster.deployments.values()) {
      const own = managed.get(deployment.metadata.uid) ?? manage(deployment);
      if (own.deployment === deployment && !own.robbed && own.pods.length === deployment.spec.replicas) continue;
      own.deployment = deployment;
      own.robbed = false;
      resize(own, at);
      publish(own);
    }
    if (managed.size > cluster.deployments.list().length) forgetDeleted();
    if (scheduled < made && hasRoom(scheduled, at)) scheduleWaiting(at);
  }

  function manage(deployment: Deployment): Managed {
    const hash = chance.text(9, HEX);
    const replicaSet = { name: `${deployment.metadata.name}-${hash}`, uid: uuid(chance), hash };
    const own: Managed = { deployment, replicaSet, pods: [], robbed: true };
    managed.set(deployment.metadata.uid, own);
    return own;
  }

  function forgetDeleted(): void {
    for (const [uid, own] of managed) {
      const { namespace, name } = own.deployment.metadata;
      if (cluster.deployments.find(namespace, name)?.metadata.uid === uid) continue;
      forget(own.pods);
      managed.delete(uid);
    }
  }

  function resize(own: Managed, at: Instant): void {
    const { replicas } = own.deployment.spec;
    const surplus = [...own.pods].sort(firstToGo).slice(0, Math.max(0, own.pods.length - replicas));
    if (surplus.length > 0) {
      forget(surplus);
      own.pods = own.pods.filter((pod) => !surplus.includes(pod));
    }
    const names = new Set(own.pods.map(({ name }) => name));
    while (own.pods.length < replicas) own.pods.push(addPod(own, names, at));
  }

  /** Five characters meet by chance among thousands of pods; the real controller tries another name then, too. */
  function freeName({ replicaSet }: PodSet, taken: Set<string>): string {
    let name: string;
    do name = `${replicaSet.name}-${chance.text(5, NAME_ALPHABET)}`;
    while (taken.has(name));
    taken.add(name);
    return name;
  }

  function addPod(own: Managed, names: Set<string>, at: Instant): RunningPod {
    const pod: RunningPod = {
      name: freeName(own, names),
      uid: uuid(chance),
      createdAt: at,
      scheduledAt: undefined,
      readyAt: Number.POSITIVE_INFINITY,
      ready: false,
      version: cluster.nextVersion(),
    };
    made += 1;
    if (hasRoom(scheduled, at)) schedule(own, pod, at);
    return pod;
  }

  function schedule(own: Managed, pod: RunningPod, at: Instant): void {
    const { namespace, name } = own.deployment.metadata;
    scheduled += 1;
    pod.scheduledAt = at;
    pod.readyAt = at + startUpOf(namespace, name);
    pod.version = cluster.nextVersion();
  }

  function scheduleWaiting(at: Instant): void {
    for (const own of managed.values()) {
      for (const pod of own.pods) {
        if (pod.scheduledAt === undefined && hasRoom(scheduled, at)) schedule(own, pod, at);
      }
    }
  }

  /** Counts pods out that are gone. */
  function forget(pods: readonly RunningPod[]): void {
    made -= pods.length;
    scheduled -= pods.filter(({ scheduledAt }) => scheduledAt !== undefined).length;
    if (pods.length > 0) cluster.nextVersion();
  }

  function removePod(namespace: string, name: string): void {
    for (const own of managed.values()) {
      if (own.deployment.metadata.namespace !== namespace) continue;
      const gone = own.pods.filter((pod) => pod.name === name);
      if (gone.length === 0) continue;
      forget(gone);
      own.pods = own.pods.filter((pod) => pod.name !== name);
      own.robbed = true;
    }
  }

  function settle(at: Instant): void {
    for (const own of managed.values()) {
      const due = own.pods.filter((pod) => !pod.ready && pod.readyAt <= at);
      if (due.length === 0) continue;
      for (const pod of due) {
        pod.ready = true;
        pod.version = cluster.nextVersion();
      }
      publish(own);
    }
  }

  function publish(own: Managed): void {
    const { namespace, name, generation } = own.deployment.metadata;
    const stored = cluster.deployments.find(namespace, name);
    if (stored === undefined) return;
    const count = own.pods.length;
    const ready = own.pods.filter((pod) => pod.ready).length;
    own.deployment = cluster.deployments.change(stored, {
      ...stored,
      status: {
        ...(generation === undefined ? {} : { observedGeneration: generation }),
        ...(count === 0 ? {} : { replicas: count, updatedReplicas: count }),
        ...(ready === 0 ? {} : { readyReplicas: ready, availableReplicas: ready }),
        ...(count === ready ? {} : { unavailableReplicas: count - ready }),
      },
    });
  }

  function podsOf(namespace: string, deployment: string): readonly RunningPod[] {
    const uid = cluster.deployments.find(namespace, deployment)?.metadata.uid;
    return (uid === undefined ? undefined : managed.get(uid)?.pods) ?? [];
  }

  cluster.serve(createPods({ podSets: () => managed.values(), removePod }, cluster.traits.nodes));
  return { reconcile, settle, podsOf };
}

/** The youngest; with one start-up time for all, those that are not ready are among them. */
function firstToGo(a: RunningPod, b: RunningPod): number {
  return b.createdAt - a.createdAt;
}
