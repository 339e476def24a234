import { type Instant, isoTime, type Millis } from '../../../shared/core/time';
import { ASSUMED, type Behaviour, coded } from '../behaviour';
import { type Chance, HEX, NAME_ALPHABET } from '../chance';
import { isObject } from '../json';
import type { Cluster } from './api-server';
import type { Deployment, Pod } from './objects';

export const DEPLOYMENT_BEHAVIOURS: readonly Behaviour[] = [
  {
    part: 'Deployments',
    what: 'A pod is ready a fixed time after it was made.',
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
    what: 'Pods beyond what a cluster has room for stay Pending with the condition PodScheduled=False, Unschedulable.',
    basis: coded('kubernetes/kubernetes pkg/scheduler/schedule_one.go'),
  },
];

/** A pod as traffic and the autoscaler see it. */
export interface RunningPod {
  readonly name: string;
  readonly createdAt: Instant;
  /** When it becomes ready; never, while the cluster has no room for it. */
  readyAt: Instant;
  ready: boolean;
}

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
  /** Pods that the cluster has room for in all; Infinity by default. */
  readonly room: () => number;
  readonly startUpOf: (namespace: string, deployment: string) => Millis;
}

interface Managed {
  readonly hash: string;
  deployment: Deployment;
  pods: RunningPod[];
}

export function createDeploymentController(options: DeploymentControllerOptions): DeploymentController {
  const { cluster, chance, room, startUpOf } = options;
  const managed = new Map<string, Managed>();
  /** Pods made and not yet removed, and those of them that a node has room for. */
  let made = 0;
  let scheduled = 0;

  function reconcile(at: Instant): void {
    const deletedByOthers = cluster.pods.list().length < made;
    for (const deployment of cluster.deployments.values()) {
      const { uid } = deployment.metadata;
      let own = managed.get(uid);
      if (own?.deployment === deployment && !deletedByOthers) continue;
      if (own === undefined) {
        own = { hash: chance.text(9, HEX), deployment, pods: [] };
        managed.set(uid, own);
      }
      own.deployment = deployment;
      resize(own, at);
      publish(own);
    }
    if (managed.size > cluster.deployments.list().length) forgetDeleted();
    if (scheduled < made && scheduled < room()) scheduleWaiting(at);
  }

  function forgetDeleted(): void {
    for (const [uid, own] of managed) {
      const { namespace, name } = own.deployment.metadata;
      if (cluster.deployments.find(namespace, name)?.metadata.uid === uid) continue;
      for (const pod of own.pods) removePod(own, pod);
      managed.delete(uid);
    }
  }

  function resize(own: Managed, at: Instant): void {
    const { replicas } = own.deployment.spec;
    const { namespace } = own.deployment.metadata;
    const present = own.pods.filter((pod) => cluster.pods.find(namespace, pod.name) !== undefined);
    const surplus = [...present].sort(firstToGo).slice(0, Math.max(0, present.length - replicas));
    for (const pod of own.pods) {
      if (!present.includes(pod) || surplus.includes(pod)) removePod(own, pod);
    }
    own.pods = present.filter((pod) => !surplus.includes(pod));
    while (own.pods.length < replicas) own.pods.push(addPod(own, at));
  }

  /** Five characters meet by chance among thousands of pods; the real controller tries another name then, too. */
  function freeName(namespace: string, stem: string): string {
    let name = `${stem}-${chance.text(5, NAME_ALPHABET)}`;
    while (cluster.pods.find(namespace, name) !== undefined) name = `${stem}-${chance.text(5, NAME_ALPHABET)}`;
    return name;
  }

  function addPod(own: Managed, at: Instant): RunningPod {
    const { namespace } = own.deployment.metadata;
    const pod: RunningPod = {
      name: freeName(namespace, `${own.deployment.metadata.name}-${own.hash}`),
      createdAt: at,
      readyAt: Number.POSITIVE_INFINITY,
      ready: false,
    };
    made += 1;
    const { metadata, spec } = own.deployment.spec.template;
    cluster.pods.create(namespace, {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name: pod.name, labels: { ...metadata.labels, 'pod-template-hash': own.hash } },
      spec: isObject(spec) ? spec : {},
      status: {
        phase: 'Pending',
        startTime: isoTime(at),
        conditions: [{ ...condition('PodScheduled', false, at), reason: 'Unschedulable' }],
      },
    });
    if (scheduled < room()) schedule(own, pod, at);
    return pod;
  }

  function schedule(own: Managed, pod: RunningPod, at: Instant): void {
    const { namespace, name } = own.deployment.metadata;
    scheduled += 1;
    pod.readyAt = at + startUpOf(namespace, name);
    setStatus(namespace, pod, 'Pending', [condition('PodScheduled', true, at), condition('Ready', false, at)]);
  }

  function scheduleWaiting(at: Instant): void {
    for (const own of managed.values()) {
      for (const pod of own.pods) {
        if (pod.readyAt === Number.POSITIVE_INFINITY && scheduled < room()) schedule(own, pod, at);
      }
    }
  }

  function removePod(own: Managed, pod: RunningPod): void {
    const { namespace } = own.deployment.metadata;
    made -= 1;
    if (pod.readyAt !== Number.POSITIVE_INFINITY) scheduled -= 1;
    if (cluster.pods.find(namespace, pod.name) !== undefined) cluster.pods.remove(namespace, pod.name);
  }

  function settle(at: Instant): void {
    for (const own of managed.values()) {
      const due = own.pods.filter((pod) => !pod.ready && pod.readyAt <= at);
      if (due.length === 0) continue;
      for (const pod of due) {
        pod.ready = true;
        setStatus(own.deployment.metadata.namespace, pod, 'Running', [
          condition('PodScheduled', true, pod.createdAt),
          condition('Ready', true, at),
        ]);
      }
      publish(own);
    }
  }

  function setStatus(namespace: string, pod: RunningPod, phase: string, conditions: readonly object[]): void {
    const stored: Pod = cluster.pods.get(namespace, pod.name);
    cluster.pods.change(stored, { ...stored, status: { phase, startTime: isoTime(pod.createdAt), conditions } });
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

  return { reconcile, settle, podsOf };
}

/** The youngest; with one start-up time for all, those that are not ready are among them. */
function firstToGo(a: RunningPod, b: RunningPod): number {
  return b.createdAt - a.createdAt;
}

function condition(type: string, holds: boolean, at: Instant): object {
  return { type, status: holds ? 'True' : 'False', lastTransitionTime: isoTime(at) };
}
