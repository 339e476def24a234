import { type Millis, SECOND } from '../../shared/core/time';
import { InvalidInput } from '../../shared/errors';
import type { Cluster, Mesh } from './kubernetes/api-server';
import { generatedName, LEFT_TO_US, SERVERLESS } from './kubernetes/asm';

/** Who decides about the replicas of a gateway. */
export type GatewayOwner =
  /** Nobody else: a Deployment of the operator's. */
  | 'deployment'
  /** The operator's HPA on such a Deployment. */
  | 'hpa'
  /** ASM, with `replicaCount` of the IstioGateway. */
  | 'asm'
  /** ASM, with an HPA that it makes from the IstioGateway. */
  | 'asm-autoscale'
  /** Nobody: ASM made the Deployment and is told to leave the count alone. */
  | 'asm-left-to-us'
  /** The operator's HPA, ASM being told to leave the count alone. */
  | 'asm-left-to-us-hpa'
  /** ASM, outside the cluster. */
  | 'serverless';

export interface GatewaySetup {
  readonly region: string;
  readonly clusterId: string;
  /** Needed where ASM has a part. */
  readonly meshId?: string;
  /** The gateway's name; its objects are called `istio-<name>`, as ASM calls them. */
  readonly name: string;
  /** `istio-system` unless told; ASM knows no other. */
  readonly namespace?: string;
  /** Names of its Deployment and Service where ASM has no part; `istio-<name>` unless told, as ASM calls them. */
  readonly deployment?: string;
  readonly service?: string;
  readonly replicas: number;
  readonly owner: GatewayOwner;
  /** Needed where an HPA has a part. Utilization in percent. */
  readonly hpa?: { readonly min: number; readonly max: number; readonly targetUtilization: number };
  /** One Service for each; at least one, but for serverless gateways. */
  readonly loadBalancerIds: readonly string[];
  /** Requests per second that a ready replica serves; more is lost. */
  readonly capacityPerReplica: number;
  /** From a pod's making to its being ready; 45 s unless told. */
  readonly startUp?: Millis;
  /** Specification of its CLBs, for example `slb.s2.small`; paid by what they carry unless told. */
  readonly specification?: string;
  /** Mbit/s that its CLBs were bought with; paid by traffic unless told. */
  readonly bandwidth?: number;
  /** Those of its CLBs that are private; public unless told. */
  readonly privateIds?: readonly string[];
  /** Of its CLBs, by id; the first two of the region unless told. An empty slave zone is none to fall back on. */
  readonly zones?: Readonly<Record<string, { readonly master: string; readonly slave: string }>>;
  /** Whether its CLBs are under deletion protection; so unless told, as the cloud controller makes them. */
  readonly deleteProtection?: boolean;
  /** Annotations of its Services. */
  readonly serviceAnnotations?: Readonly<Record<string, string>>;
  /** What the pod template says beside the labels, for example an affinity. */
  readonly podSpec?: Readonly<Record<string, unknown>>;
  readonly podAnnotations?: Readonly<Record<string, string>>;
  /** What the CLBs' listeners are: `InstanceQps` has data for `http` only. `tcp` unless told, as ASM makes them. */
  readonly listeners?: 'tcp' | 'http';
}

export const NAMESPACE = 'istio-system';
export const START_UP: Millis = 45 * SECOND;

/** Makes the objects of a gateway that people and the cloud controller would have made; those of ASM follow by its sync. */
export function setUpGateway(setup: GatewaySetup, cluster: Cluster, mesh: Mesh | undefined): void {
  const { namespace = NAMESPACE, owner } = setup;
  cluster.addNamespace(namespace);
  switch (owner) {
    case 'deployment':
      makeWorkload(setup, cluster);
      return;
    case 'hpa':
      makeWorkload(setup, cluster);
      makeAutoscaler(setup, cluster);
      return;
    case 'asm':
    case 'asm-autoscale':
    case 'asm-left-to-us':
      makeWorkload(setup, cluster);
      makeIstioGateway(setup, meshOf(setup, mesh));
      return;
    case 'asm-left-to-us-hpa':
      makeWorkload(setup, cluster);
      makeAutoscaler(setup, cluster);
      makeIstioGateway(setup, meshOf(setup, mesh));
      return;
    case 'serverless':
      makeIstioGateway(setup, meshOf(setup, mesh));
  }
}

function meshOf({ name, clusterId, meshId }: GatewaySetup, mesh: Mesh | undefined): Mesh {
  if (mesh === undefined) throw new InvalidInput(`gateway ${name}: there is no mesh ${meshId}`);
  if (!mesh.clusterIds.includes(clusterId)) {
    throw new InvalidInput(`gateway ${name}: cluster ${clusterId} is not part of mesh ${mesh.id}`);
  }
  return mesh;
}

function boundsOf({ name, hpa }: GatewaySetup): NonNullable<GatewaySetup['hpa']> {
  if (hpa === undefined)
    throw new InvalidInput(`gateway ${name}: its owner is an HPA, but there are no bounds for one`);
  return hpa;
}

function makeWorkload(setup: GatewaySetup, cluster: Cluster): void {
  const { name, namespace = NAMESPACE, replicas, loadBalancerIds } = setup;
  const { deployment = generatedName(name) } = setup;
  if (loadBalancerIds.length === 0) throw new InvalidInput(`gateway ${name}: it needs at least one CLB`);
  const labels = { app: deployment, istio: name };
  cluster.deployments.create(namespace, {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: deployment, labels },
    spec: {
      replicas,
      selector: { matchLabels: labels },
      template: {
        metadata: { labels, ...(setup.podAnnotations === undefined ? {} : { annotations: setup.podAnnotations }) },
        spec: setup.podSpec ?? {},
      },
    },
  });
  const annotations = setup.serviceAnnotations ?? {};
  for (const { id, service } of servicesOf(setup))
    makeService({ cluster, namespace, name: service, loadBalancerId: id, annotations }, labels);
}

/** The Services of a gateway in its cluster, each with its CLB. */
export function servicesOf(setup: GatewaySetup): readonly { readonly service: string; readonly id: string }[] {
  const { loadBalancerIds, name, owner, service = generatedName(name) } = setup;
  if (owner === 'serverless') return [];
  return loadBalancerIds.map((id, index) => ({ id, service: index === 0 ? service : `${service}-clb-${index + 1}` }));
}

/** The cloud controller adds what is missing. */
function makeService(
  {
    annotations,
    cluster,
    loadBalancerId,
    name,
    namespace,
  }: {
    readonly cluster: Cluster;
    readonly namespace: string;
    readonly name: string;
    readonly loadBalancerId: string;
    readonly annotations: Readonly<Record<string, string>>;
  },
  selector: Readonly<Record<string, string>>,
): void {
  cluster.services.create(namespace, {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: {
      name,
      ...(Object.keys(annotations).length === 0 ? {} : { annotations }),
      labels: { ...selector, 'service.k8s.alibaba/loadbalancer-id': loadBalancerId },
      finalizers: ['service.k8s.alibaba/resources'],
    },
    spec: {
      type: 'LoadBalancer',
      externalTrafficPolicy: 'Local',
      selector,
      ports: [
        { name: 'http2', port: 80, targetPort: 8080, protocol: 'TCP' },
        { name: 'https', port: 443, targetPort: 8443, protocol: 'TCP' },
      ],
    },
  });
}

function makeAutoscaler(setup: GatewaySetup, cluster: Cluster): void {
  const { name, namespace = NAMESPACE, deployment = generatedName(name) } = setup;
  const { min, max, targetUtilization } = boundsOf(setup);
  const target = { type: 'Utilization', averageUtilization: targetUtilization };
  cluster.autoscalers.create(namespace, {
    apiVersion: 'autoscaling/v2',
    kind: 'HorizontalPodAutoscaler',
    metadata: { name: deployment },
    spec: {
      scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: deployment },
      minReplicas: min,
      maxReplicas: max,
      metrics: [{ type: 'Resource', resource: { name: 'cpu', target } }],
    },
  });
}

function makeIstioGateway(setup: GatewaySetup, mesh: Mesh): void {
  mesh.gateways.create(NAMESPACE, {
    apiVersion: 'istio.alibabacloud.com/v1beta1',
    kind: 'IstioGateway',
    metadata: { name: setup.name, annotations: annotationsOf(setup.owner) },
    spec: {
      gatewayType: 'ingress',
      serviceType: 'LoadBalancer',
      ...(setup.owner === 'serverless' ? {} : { clusterIds: [setup.clusterId] }),
      ...replicaFields(setup),
    },
  });
}

function annotationsOf(owner: GatewayOwner): Readonly<Record<string, string>> {
  if (owner === 'serverless') return { [SERVERLESS]: 'true' };
  return owner === 'asm-left-to-us' || owner === 'asm-left-to-us-hpa' ? { [LEFT_TO_US]: 'false' } : {};
}

function replicaFields(setup: GatewaySetup): object {
  if (setup.owner !== 'asm-autoscale') return { replicaCount: setup.replicas };
  const { min, max, targetUtilization } = boundsOf(setup);
  return {
    autoscaleEnabled: true,
    minReplicas: min,
    maxReplicas: max,
    cpu: { targetAverageUtilization: targetUtilization },
  };
}
