import { isDeepStrictEqual } from 'node:util';
import { MINUTE } from '../../../shared/core/time';
import { ASSUMED, type Behaviour, documented } from '../behaviour';
import { isObject } from '../json';
import type { Cluster, Mesh } from './api-server';
import type { Collection } from './collection';
import type { Autoscaler, Deployment, GatewayFields, IstioGateway, KubeObject } from './objects';

const SCALING_PAGE = 'https://www.alibabacloud.com/help/en/asm/user-guide/customize-the-scaling-policy-of-asm-gateway';
const CRD_PAGE = 'https://help.aliyun.com/en/asm/sidecar/crd-fields-for-an-asm-gateway';

export const ASM_BEHAVIOURS: readonly Behaviour[] = [
  {
    part: 'ASM control plane',
    what: 'It owns the Deployment istio-<gateway> and puts back what others changed, unless replicas-managed-by-asm is "false", which leaves the replica count alone.',
    basis: documented(SCALING_PAGE),
  },
  { part: 'ASM control plane', what: 'It synchronises every 60 s.', basis: ASSUMED },
  {
    part: 'ASM control plane',
    what: 'Where the data-plane API is switched on, the API servers of the clusters serve IstioGateways too, v1beta1 as in the control plane.',
    basis: ASSUMED,
  },
  {
    part: 'ASM control plane',
    what: 'spec.overrides[clusterId] goes before the fields of spec, for that cluster.',
    basis: documented(CRD_PAGE),
  },
  {
    part: 'ASM control plane',
    what: 'autoscaleEnabled: true makes it keep an HPA istio-<gateway> with minReplicas, maxReplicas and the cpu target; then it does not write replicas. Otherwise it has no HPA and writes replicaCount.',
    basis: ASSUMED,
  },
  {
    part: 'ASM control plane',
    what: 'affinity, nodeSelector and podAnnotations of the IstioGateway go into the template of the Deployment, serviceAnnotations onto the Service istio-<gateway>; what it does not name stays.',
    basis: ASSUMED,
  },
  {
    part: 'ASM control plane',
    what: 'Annotations of others on the Deployment and the HPA that it owns are removed at every synchronisation.',
    basis: ASSUMED,
  },
  {
    part: 'ASM control plane',
    what: 'A gateway with managed-by-asm "true" is serverless: nothing of it is in a cluster.',
    basis: documented('https://www.alibabacloud.com/help/en/asm/sidecar/managed-gateway-with-asm-serverless'),
  },
];

/** The period is not published. */
export const RESYNC_PERIOD = MINUTE;

export const LEFT_TO_US = 'asm.alibabacloud.com/replicas-managed-by-asm';
export const SERVERLESS = 'asm.alibabacloud.com/managed-by-asm';
/** Annotations that Kubernetes itself or ASM set; all others are foreign. */
const OWN_ANNOTATION = /^(asm\.alibabacloud\.com|deployment\.kubernetes\.io)\//;

/** Name of the Deployment, Service and HPA that ASM makes of a gateway. */
export function generatedName(gateway: string): string {
  return `istio-${gateway}`;
}

/** Writes what every IstioGateway of the mesh asks for into the clusters that it names. */
export function synchronise(mesh: Mesh, clusters: ReadonlyMap<string, Cluster>): void {
  for (const gateway of mesh.gateways.list()) {
    if (gateway.metadata.annotations?.[SERVERLESS] === 'true') continue;
    for (const id of gateway.spec.clusterIds ?? []) {
      const cluster = clusters.get(id);
      if (cluster !== undefined && mesh.clusterIds.includes(id)) synchroniseCluster(gateway, id, cluster);
    }
  }
}

function synchroniseCluster(gateway: IstioGateway, clusterId: string, cluster: Cluster): void {
  const fields: GatewayFields = { ...gateway.spec, ...gateway.spec.overrides?.[clusterId] };
  const leftToUs = gateway.metadata.annotations?.[LEFT_TO_US] === 'false';
  const { namespace } = gateway.metadata;
  const name = generatedName(gateway.metadata.name);
  const deployment = cluster.deployments.find(namespace, name);
  if (deployment !== undefined) {
    const keepsCount = leftToUs || fields.autoscaleEnabled === true;
    restoreDeployment(cluster.deployments, deployment, keepsCount ? undefined : (fields.replicaCount ?? 1), fields);
  }
  const service = cluster.services.find(namespace, name);
  if (service !== undefined && fields.serviceAnnotations !== undefined) {
    const annotations = { ...service.metadata.annotations, ...fields.serviceAnnotations };
    cluster.services.change(service, { ...service, metadata: { ...service.metadata, annotations } });
  }
  // With the replica count left to others, an HPA in the cluster is theirs.
  if (!leftToUs) restoreAutoscaler(cluster.autoscalers, namespace, name, fields);
}

function restoreDeployment(
  collection: Collection<Deployment>,
  deployment: Deployment,
  replicas: number | undefined,
  fields: GatewayFields,
): void {
  const counted = replicas === undefined ? deployment.spec : { ...deployment.spec, replicas };
  const spec = { ...counted, template: shaped(counted.template, fields) };
  collection.change(deployment, withoutForeignAnnotations({ ...deployment, spec }));
}

function shaped(template: Deployment['spec']['template'], fields: GatewayFields): Deployment['spec']['template'] {
  const { affinity, nodeSelector, podAnnotations } = fields;
  const before = template.metadata['annotations'];
  const annotations = { ...(isObject(before) ? before : {}), ...podAnnotations };
  return {
    metadata: podAnnotations === undefined ? template.metadata : { ...template.metadata, annotations },
    spec: {
      ...template.spec,
      ...(affinity === undefined ? {} : { affinity }),
      ...(nodeSelector === undefined ? {} : { nodeSelector }),
    },
  };
}

function restoreAutoscaler(
  collection: Collection<Autoscaler>,
  namespace: string,
  name: string,
  fields: GatewayFields,
): void {
  const present = collection.find(namespace, name);
  if (fields.autoscaleEnabled !== true) {
    if (present !== undefined) collection.remove(namespace, name);
    return;
  }
  const { minReplicas = 1, maxReplicas = Math.max(minReplicas, 5), cpu } = fields;
  const averageUtilization = cpu?.targetAverageUtilization ?? 80;
  const spec = {
    scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name },
    minReplicas,
    maxReplicas,
    metrics: [{ type: 'Resource', resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization } } }],
  };
  if (present === undefined) {
    collection.create(namespace, {
      apiVersion: 'autoscaling/v2',
      kind: 'HorizontalPodAutoscaler',
      metadata: { name },
      spec,
    });
  } else {
    const next = isDeepStrictEqual(present.spec, spec) ? present : { ...present, spec };
    collection.change(present, withoutForeignAnnotations(next));
  }
}

function withoutForeignAnnotations<T extends KubeObject>(object: T): T {
  const { annotations, ...metadata } = object.metadata;
  const own = Object.entries(annotations ?? {}).filter(([key]) => OWN_ANNOTATION.test(key));
  if (annotations === undefined || own.length === Object.keys(annotations).length) return object;
  return { ...object, metadata: own.length === 0 ? metadata : { ...metadata, annotations: Object.fromEntries(own) } };
}
