import type { Reason } from './decision';
import type {
  AutoscalerSeen,
  ClusterSeen,
  DeploymentSeen,
  GatewayNames,
  IstioGatewayReplicas,
  IstioGatewaySeen,
  ScaleTarget,
  ServiceSeen,
  Unread,
} from './gateway';
import type { Millis } from './time';

/** A gateway as found in its cluster: where its replicas are set, what runs, and which CLBs stand in front of it. */
export interface Located {
  readonly target: ScaleTarget;
  readonly deployment: DeploymentSeen;
  readonly loadBalancerIds: readonly string[];
  /** Services that have or will have a CLB whose id is not known: its label is missing, or it is not bound yet. */
  readonly unboundServices: number;
  /** The longest connection drain of those CLBs. */
  readonly connectionDrain: Millis | undefined;
}

/** Why a gateway cannot be scaled by us. */
export interface Refused {
  readonly refused: Reason;
  readonly message: string;
  readonly needsPerson: boolean;
}

/**
 * Finds the one object to write, without ever setting up two writers against each other:
 *
 * - ASM owns the replicas (an IstioGateway without `replicas-managed-by-asm: "false"`): the IstioGateway itself, since
 *   ASM overwrites everything that it made from it.
 * - otherwise an HPA that scales the Deployment: its `minReplicas`, which it follows at its next sync without
 *   tolerance, window or rate limit.
 * - otherwise the Deployment's `scale`.
 *
 * Source: help.aliyun.com "customize the scaling policy of an ASM gateway" (2026-03-10); ASM 1.19 or later.
 */
export function locate(names: GatewayNames, cluster: ClusterSeen, clusterId: string): Located | Refused {
  const istioGateway = findIstioGateway(names, cluster);
  if (istioGateway !== undefined && 'refused' in istioGateway) return istioGateway;
  if (istioGateway?.serverless === true) {
    const message = `${names.gateway} is a serverless gateway: ASM scales it itself`;
    return { refused: 'ServerlessGateway', message, needsPerson: false };
  }
  const deployment = cluster.deployments.find(
    ({ namespace, name }) => namespace === names.namespace && name === names.deployment,
  );
  if (deployment === undefined) {
    return refuse('GatewayNotFound', `no Deployment ${names.namespace}/${names.deployment} in the cluster`);
  }
  const autoscalers = cluster.autoscalers.filter(
    ({ namespace, scales }) =>
      namespace === names.namespace && scales.kind === 'Deployment' && scales.name === names.deployment,
  );
  if (autoscalers.length > 1) {
    const list = autoscalers.map(({ name }) => name).join(', ');
    return refuse('AmbiguousScaleTarget', `several autoscalers scale ${names.deployment}: ${list}`);
  }
  const [autoscaler] = autoscalers;
  const target =
    istioGateway !== undefined && !istioGateway.replicasLeftToUs
      ? istioGatewayTarget(istioGateway, clusterId, autoscaler)
      : autoscaler !== undefined
        ? autoscalerTarget(autoscaler)
        : deploymentTarget(deployment);
  if ('refused' in target) return target;
  return { target, deployment, ...loadBalancersOf(names, cluster) };
}

function findIstioGateway(names: GatewayNames, cluster: ClusterSeen): IstioGatewaySeen | Refused | undefined {
  if (cluster.istioGateways === undefined) return undefined;
  if (!cluster.istioGateways.ok) return ownerUnknown(cluster.istioGateways);
  const found = cluster.istioGateways.value.find(
    ({ namespace, name }) => namespace === names.namespace && name === names.gateway,
  );
  if (found !== undefined) return found.seen.ok ? found.seen.value : ownerUnknown(found.seen);
  return refuse(
    'GatewayNotFound',
    `the mesh has no IstioGateway ${names.namespace}/${names.gateway}, so its owner is unknown`,
  );
}

function istioGatewayTarget(
  gateway: IstioGatewaySeen,
  clusterId: string,
  autoscaler: AutoscalerSeen | undefined,
): ScaleTarget | Refused {
  const own: IstioGatewayReplicas = gateway.overrides[clusterId] ?? {};
  const effective = { ...gateway.fields, ...withoutUndefined(own) };
  const autoscales = effective.autoscaleEnabled ?? autoscaler !== undefined;
  const field = autoscales ? 'minReplicas' : 'replicaCount';
  // A field that several clusters share is never written for one of them.
  const inOverrides = gateway.clusterIds.length > 1 || own[field] !== undefined;
  const isThere = (inOverrides ? own : gateway.fields)[field] !== undefined;
  // ASM documents replicaCount's default as 1; an autoscaler that it made carries the minimum that is in force.
  const current = effective[field] ?? (autoscales ? autoscaler?.minReplicas : 1);
  if (current === undefined) {
    return refuse(
      'ReadFailed',
      `IstioGateway ${gateway.name} autoscales but neither it nor an HPA says from which minimum`,
    );
  }
  return {
    kind: 'IstioGateway',
    namespace: gateway.namespace,
    name: gateway.name,
    resourceVersion: gateway.resourceVersion,
    field: inOverrides ? ['spec', 'overrides', clusterId, field] : ['spec', field],
    current,
    ...(isThere ? {} : { absent: true as const }),
    ceiling: autoscales ? (effective.maxReplicas ?? autoscaler?.maxReplicas) : undefined,
  };
}

function autoscalerTarget(autoscaler: AutoscalerSeen): ScaleTarget {
  return {
    kind: 'HorizontalPodAutoscaler',
    namespace: autoscaler.namespace,
    name: autoscaler.name,
    resourceVersion: autoscaler.resourceVersion,
    field: ['spec', 'minReplicas'],
    current: autoscaler.minReplicas,
    ceiling: autoscaler.maxReplicas,
  };
}

function deploymentTarget(deployment: DeploymentSeen): ScaleTarget {
  return {
    kind: 'Deployment',
    namespace: deployment.namespace,
    name: deployment.name,
    resourceVersion: deployment.resourceVersion,
    field: ['spec', 'replicas'],
    current: deployment.replicas,
    ceiling: undefined,
  };
}

/**
 * The CLBs of the gateway's own Service and of every other one in front of the same pods: one whose selector says the same,
 * less, or more.
 */
function loadBalancersOf(
  names: GatewayNames,
  cluster: ClusterSeen,
): Pick<Located, 'loadBalancerIds' | 'unboundServices' | 'connectionDrain'> {
  const services = servicesInFront(names, cluster.services);
  const ids = services.flatMap(({ loadBalancerId }) => (loadBalancerId === undefined ? [] : [loadBalancerId]));
  const unbound = services.filter(
    ({ loadBalancerId, type }) => type === 'LoadBalancer' && loadBalancerId === undefined,
  );
  const drains = services.flatMap(({ connectionDrain }) => (connectionDrain === undefined ? [] : [connectionDrain]));
  return {
    loadBalancerIds: [...new Set(ids)].sort(),
    unboundServices: unbound.length,
    connectionDrain: drains.length === 0 ? undefined : Math.max(...drains),
  };
}

/** The gateway's own Service and every other one in front of the same pods; none where there is no own one. */
export function servicesInFront<Seen extends ServiceSeen>(
  names: Pick<GatewayNames, 'namespace' | 'service'>,
  services: readonly Seen[],
): readonly Seen[] {
  const here = services.filter(({ namespace }) => namespace === names.namespace);
  const own = here.find(({ name }) => name === names.service);
  if (own === undefined) return [];
  return here.filter(({ name, selector }) => name === own.name || overlaps(selector, own.selector));
}

type Selector = Readonly<Record<string, string>>;

function overlaps(a: Selector, b: Selector): boolean {
  return Object.keys(a).length > 0 && Object.keys(b).length > 0 && (isPart(a, b) || isPart(b, a));
}

function isPart(part: Selector, whole: Selector): boolean {
  return Object.entries(part).every(([key, value]) => whole[key] === value);
}

function withoutUndefined(fields: IstioGatewayReplicas): IstioGatewayReplicas {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
}

function ownerUnknown({ needsPerson = false, problem }: Unread): Refused {
  return { refused: 'ReadFailed', message: `who owns the replicas is unknown: ${problem}`, needsPerson };
}

function refuse(refused: Reason, message: string): Refused {
  return { refused, message, needsPerson: true };
}
