import type { Instant, Millis } from './time';

/** Where a gateway is: the region of its cluster and its name there. */
export interface GatewayId {
  readonly region: string;
  readonly gateway: string;
}

/** How the configuration names the Kubernetes objects of a gateway. */
export interface GatewayNames {
  readonly gateway: string;
  readonly namespace: string;
  readonly deployment: string;
  readonly service: string;
}

/**
 * A part of the world that was read, or the reason why it could not be. Unknown is never the same as empty.
 * `needsPerson`: it does not become readable by waiting.
 */
export type Reading<T> = { readonly ok: true; readonly value: T } | Unread;
export interface Unread {
  readonly ok: false;
  readonly problem: string;
  readonly needsPerson?: boolean;
}

/** What one look saw of a cluster's gateways; only the fields that decisions need. */
export interface ClusterSeen {
  readonly deployments: readonly DeploymentSeen[];
  readonly autoscalers: readonly AutoscalerSeen[];
  readonly services: readonly ServiceSeen[];
  /** `undefined` when the region has no mesh configured. One that cannot be understood does not hide the others. */
  readonly istioGateways: Reading<readonly IstioGatewayFound[]> | undefined;
  readonly journal: Reading<Journal>;
}

export interface DeploymentSeen {
  readonly namespace: string;
  readonly name: string;
  readonly resourceVersion: string;
  readonly replicas: number;
  readonly readyReplicas: number;
  /** What its pods are found by; `undefined` when the selector is more than labels. */
  readonly podLabels: Readonly<Record<string, string>> | undefined;
  /** Time between a pod's notice and its end: `terminationGracePeriodSeconds`. */
  readonly gracePeriod: Millis;
}

/** A pod that no node has room for. */
export interface UnschedulablePod {
  readonly namespace: string;
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  /** Since when the scheduler has said so. */
  readonly since: Instant;
  /** The scheduler's words. */
  readonly message: string;
}

/** A HorizontalPodAutoscaler, autoscaling/v2. */
export interface AutoscalerSeen {
  readonly namespace: string;
  readonly name: string;
  readonly resourceVersion: string;
  /** Kind and name of `spec.scaleTargetRef`. */
  readonly scales: { readonly kind: string; readonly name: string };
  readonly minReplicas: number;
  readonly maxReplicas: number;
}

export interface ServiceSeen {
  readonly namespace: string;
  readonly name: string;
  readonly type: string;
  readonly selector: Readonly<Record<string, string>>;
  /** From the label that the cloud controller sets; absent until the CLB is bound. */
  readonly loadBalancerId: string | undefined;
  /** How long its CLB lets connections to a removed pod end; `undefined` when it does not wait. */
  readonly connectionDrain: Millis | undefined;
}

export interface IstioGatewayFound {
  readonly namespace: string;
  readonly name: string;
  readonly seen: Reading<IstioGatewaySeen>;
}

/** The custom resource from which ASM makes a gateway's Deployment, Service and HPA. */
export interface IstioGatewaySeen {
  readonly namespace: string;
  readonly name: string;
  readonly resourceVersion: string;
  /** `asm.alibabacloud.com/managed-by-asm: "true"`: ASM runs and scales it itself. */
  readonly serverless: boolean;
  /** `asm.alibabacloud.com/replicas-managed-by-asm: "false"`: ASM leaves the replica count alone (ASM 1.19+). */
  readonly replicasLeftToUs: boolean;
  readonly clusterIds: readonly string[];
  readonly fields: IstioGatewayReplicas;
  /** `spec.overrides[clusterId]`, fields that a cluster sets for itself. */
  readonly overrides: Readonly<Record<string, IstioGatewayReplicas>>;
}

export interface IstioGatewayReplicas {
  readonly replicaCount?: number | undefined;
  readonly minReplicas?: number | undefined;
  readonly maxReplicas?: number | undefined;
  readonly autoscaleEnabled?: boolean | undefined;
}

/** What we remember per cluster, in one ConfigMap: nothing that could be read elsewhere. */
export interface Journal {
  /** Absent until the first write. */
  readonly resourceVersion: string | undefined;
  readonly freeze: Freeze | undefined;
  /** An entry that cannot be understood, say after an edit by hand, is its gateway's problem alone, and is never overwritten. */
  readonly gateways: Readonly<Record<string, Reading<GatewayJournal>>>;
}

export interface GatewayJournal {
  readonly override: Override | undefined;
  readonly hold: Hold | undefined;
  readonly protection: Protection | undefined;
  /** The last hour, oldest first. */
  readonly events: readonly ScaleEvent[];
  readonly usage: Usage | undefined;
  readonly extra: ExtraJournal;
  /** What was there before our first write, of fields that go on to count when we are gone. */
  readonly originals: readonly Original[];
}

/** What a field of an autoscaler or an IstioGateway held before we wrote to it. */
export interface Original extends Pick<ScaleTarget, 'namespace' | 'name' | 'field'> {
  /** A Deployment's replicas are only a number: what runs goes on to run. */
  readonly kind: Exclude<ScaleTarget['kind'], 'Deployment'>;
  /** `undefined`: the object did not have the field. */
  readonly value: number | undefined;
  /** What we wrote last or were about to write: anything else that is there is somebody else's. */
  readonly ours: readonly number[];
}

/** What is on record about the extra CLBs of a gateway. */
export interface ExtraJournal {
  readonly asked: ExtraAsked | undefined;
  /** When instances were bought, the last day of it. */
  readonly purchases: readonly Instant[];
}

/** A person asks for at least, or at most, so many extra CLBs for a while. */
export interface ExtraAsked {
  readonly bound: 'floor' | 'ceiling';
  readonly count: number;
  readonly owner: string;
  readonly reason: string;
  readonly from: Instant;
  readonly until: Instant;
}

/** A person stops every write in the cluster. */
export interface Freeze {
  readonly owner: string;
  readonly reason: string;
  /** Without an end it holds until somebody removes it. */
  readonly until: Instant | undefined;
}

/** A person pins the replicas of a gateway for a while. */
export interface Override {
  readonly replicas: number;
  readonly owner: string;
  readonly reason: string;
  readonly from: Instant;
  readonly until: Instant;
}

/** A person stops changes of a gateway for a while: `in` stops scale-in, `out` scale-out. */
export interface Hold {
  readonly direction: 'all' | 'in' | 'out';
  readonly owner: string;
  readonly reason: string;
  readonly from: Instant;
  readonly until: Instant;
}

/** A failover leans on the gateway, or its region is drained: never fewer replicas than the floor, and no scale-in. */
export interface Protection {
  readonly floor: number;
  readonly owner: string;
  readonly reason: string;
  readonly from: Instant;
  readonly until: Instant;
}

/** Replica-hours from midnight (UTC) to the last change. */
export interface Usage {
  readonly at: Instant;
  readonly replicaHours: number;
}

/** A change that we wrote down just before making it. */
export interface ScaleEvent {
  readonly at: Instant;
  readonly from: number;
  readonly to: number;
  /** Whether the write was answered with success; without it, it may never have been made. */
  readonly written: boolean;
  /** When the ready replicas were first seen to have followed. */
  readonly completedAt: Instant | undefined;
}

/** The one field that decides how many replicas a gateway has, and who else would put it back. */
export interface ScaleTarget {
  readonly kind: 'HorizontalPodAutoscaler' | 'Deployment' | 'IstioGateway';
  readonly namespace: string;
  readonly name: string;
  readonly resourceVersion: string;
  /** Path of the field, for example `spec.minReplicas`. */
  readonly field: readonly string[];
  readonly current: number;
  /** The object does not have the field: `current` is what holds without it. */
  readonly absent?: true;
  /** Where an autoscaler has a maximum of its own: the highest value that the field may take. Never raised by us. */
  readonly ceiling: number | undefined;
}
