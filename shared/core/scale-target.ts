import type { Reason } from './decision';
import type {
  AutoscalerSeen,
  ClusterSeen,
  DeploymentSeen,
  GatewayNames,
  IstioGatewayReplicas,
  IstioGatewaySeen,
  ScaleTarget,
} from './gateway';

/** A gateway as found in its cluster: where its replicas are set, what runs, and which CLBs stand in front of it. */
export interface Located {
  readonly target: ScaleTarget;
  readonly deployment: DeploymentSeen;
  readonly loadBalancerIds: readonly string[];
}

/** Why a gateway cannot be scaled by us. */
export interface Refused {
  readonly refused: Reason;
  readonly message: string;
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
    return refuse('ServerlessGateway', `${names.gateway} is a serverless gateway: ASM scales it itself`);
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
  return { target, deployment, loadBalancerIds: loadBalancersOf(names, cluster) };
}

function findIstioGateway(names: GatewayNames, cluster: ClusterSeen): IstioGatewaySeen | Refused | undefined {
  if (cluster.istioGateways === undefined) return undefined;
  if (!cluster.istioGateways.ok) {
    return refuse('ReadFailed', `who owns the replicas is unknown: ${cluster.istioGateways.problem}`);
  }
  const found = cluster.istioGateways.value.find(
    ({ namespace, name }) => namespace === names.namespace && name === names.gateway,
  );
  return (
    found ??
    refuse(
      'GatewayNotFound',
      `the mesh has no IstioGateway ${names.namespace}/${names.gateway}, so its owner is unknown`,
    )
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

/** The CLBs of the gateway's own Service and of every Service that selects the same pods. */
function loadBalancersOf(names: GatewayNames, cluster: ClusterSeen): readonly string[] {
  const own = cluster.services.find(({ namespace, name }) => namespace === names.namespace && name === names.service);
  if (own === undefined) return [];
  const ids = cluster.services
    .filter(({ namespace, selector }) => namespace === names.namespace && sameSelector(selector, own.selector))
    .flatMap(({ loadBalancerId }) => (loadBalancerId === undefined ? [] : [loadBalancerId]));
  return [...new Set(ids)].sort();
}

function sameSelector(a: Readonly<Record<string, string>>, b: Readonly<Record<string, string>>): boolean {
  const keys = Object.keys(a);
  return keys.length > 0 && keys.length === Object.keys(b).length && keys.every((key) => a[key] === b[key]);
}

function withoutUndefined(fields: IstioGatewayReplicas): IstioGatewayReplicas {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
}

function refuse(refused: Reason, message: string): Refused {
  return { refused, message };
}
