import type { AutoscalerSeen, Reading } from '../gateway';
import type { ListenerBackends, LoadBalancerSeen } from '../load-balancer';
import type { ProbeFailure } from '../probe';
import type { Instant, Millis } from '../time';
import type { RecordSeen } from '../zone';
import type { Contexts } from './finding';

/** One gateway as it is in one region, with what is global. Each part was read by itself, and may have failed to be. */
export interface AuditSnapshot {
  readonly at: Instant;
  readonly region: string;
  readonly clusterId: string;
  readonly contexts: Contexts;
  readonly gateway: AuditedGateway;
  /** `undefined` where no mesh is configured, here and below. */
  readonly mesh: Reading<MeshSeen> | undefined;
  readonly meshClusters: Reading<readonly MeshClusterSeen[]> | undefined;
  readonly controller: Reading<ControllerSeen> | undefined;
  readonly nodeTypes: Reading<readonly NodeTypeSeen[]> | undefined;
  readonly istioGateway: Reading<IstioGatewayFields | undefined> | undefined;
  /** Services that the gateway's routes lead to, with what is set for them. */
  readonly routes: Reading<readonly RouteSeen[]> | undefined;
  readonly workloads: Reading<readonly WorkloadSeen[]> | undefined;
  readonly cluster: Reading<ClusterProfile>;
  /** Names of the cluster's components. */
  readonly addons: Reading<readonly string[]>;
  readonly nodes: Reading<readonly NodeSeen[]>;
  /** `undefined` when there is none. */
  readonly deployment: Reading<WorkloadSeen | undefined>;
  readonly autoscaler: Reading<AutoscalerSeen | undefined>;
  readonly pods: Reading<readonly PodSeen[]>;
  /** The gateway's own Service first, then others with the same selector. */
  readonly services: Reading<readonly AuditedService[]>;
  readonly loadBalancers: Reading<readonly AuditedLoadBalancer[]>;
  /** Zones that CLBs are sold in. */
  readonly zonesOnSale: Reading<readonly string[]>;
  readonly names: readonly AuditedName[];
  readonly certificates: readonly CertificateSeen[];
}

export interface AuditedGateway {
  readonly name: string;
  readonly namespace: string;
  readonly deployment: string;
  readonly service: string;
  /** Of the configuration. */
  readonly regions: readonly string[];
}

/** DescribeServiceMeshDetail. */
export interface MeshSeen {
  readonly id: string;
  readonly edition: 'standard' | 'enterprise' | 'ultimate' | 'other';
  /** Major and minor, for example 1.22; `undefined` when it cannot be told. */
  readonly version: { readonly text: string; readonly major: number; readonly minor: number } | undefined;
  /** `undefined` when the answer did not say, both. */
  readonly localityBalancing: boolean | undefined;
  readonly multiBuffer: boolean | undefined;
  readonly clusterIds: readonly string[];
}

/** DescribeServiceMeshClusters. */
export interface MeshClusterSeen {
  readonly id: string;
  readonly region: string;
  readonly state: string;
  readonly vpcId: string;
  /** 0: nothing stands in the way. 2: no connection between the VPCs. 3: overlapping networks. */
  readonly forbidden: number;
}

/** DescribeCCMVersion, of the gateway's cluster. */
export interface ControllerSeen {
  readonly version: string;
  readonly drains: boolean;
}

/** DescribeNodesInstanceType. */
export interface NodeTypeSeen {
  readonly type: string;
  readonly multiBuffer: boolean;
  /** The label by which capable nodes are known. */
  readonly label: { readonly key: string; readonly value: string } | undefined;
}

export interface IstioGatewayFields {
  readonly namespace: string;
  readonly name: string;
  readonly clusterIds: readonly string[];
  /** Whether the cluster has fields of its own under `overrides`. */
  readonly overridden: boolean;
  readonly serverless: boolean;
  readonly replicasLeftToUs: boolean;
  readonly autoscales: boolean;
}

export interface RouteSeen {
  readonly namespace: string;
  readonly service: string;
  /** The DestinationRule for it, if there is one. */
  readonly rule: { readonly namespace: string; readonly name: string; readonly outlierDetection: boolean } | undefined;
}

export interface ClusterProfile {
  /** Pods run on ECI instead of nodes. */
  readonly serverless: boolean;
}

export interface NodeSeen {
  readonly name: string;
  /** Empty when the label is missing. */
  readonly zone: string;
  /** Empty when the label is missing. */
  readonly type: string;
  readonly labels: Readonly<Record<string, string>>;
}

/** A Deployment with what its pods are made of. */
export interface WorkloadSeen {
  readonly namespace: string;
  readonly name: string;
  readonly replicas: number;
  readonly readyReplicas: number;
  /** Labels of its pods. */
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  /** Topology keys over which it asks its pods to be spread, by anti-affinity or constraints. */
  readonly spreadOver: readonly string[];
  readonly nodeSelector: Readonly<Record<string, string>>;
  readonly gracePeriod: Millis;
  readonly containers: readonly { readonly name: string; readonly preStop: boolean }[];
}

export interface PodSeen {
  readonly name: string;
  /** `undefined` while no node has taken it. */
  readonly node: string | undefined;
}

export interface AuditedService {
  readonly namespace: string;
  readonly name: string;
  readonly loadBalancerId: string | undefined;
  readonly selector: Readonly<Record<string, string>>;
  readonly ports: readonly object[];
  readonly externalTrafficPolicy: string | undefined;
  readonly annotations: Readonly<Record<string, string>>;
}

export interface AuditedLoadBalancer extends LoadBalancerSeen {
  readonly slaveZone: string | undefined;
  readonly chargeType: string;
  readonly listeners: Reading<readonly ListenerBackends[]>;
  /** How many backends of each kind its groups have: `eni` is a pod, `ecs` a port of a node. */
  readonly backends: Reading<{ readonly eni: number; readonly ecs: number }>;
}

export interface AuditedName {
  readonly name: string;
  readonly zone: string;
  readonly rr: string;
  readonly ttl: number;
  /** Of the configuration, each with its regions from nearest to last. */
  readonly lines: readonly { readonly line: string; readonly regions: readonly string[] }[];
  /** Every record of the name. */
  readonly records: Reading<readonly RecordSeen[]>;
}

/** What a client that asks for TLS was shown at an address. */
export interface CertificateSeen {
  readonly address: string;
  readonly host: string | undefined;
  readonly ends: Instant | undefined;
  readonly failure: ProbeFailure | undefined;
  readonly message: string;
}
