import type { KubeApiserver } from './start';

const NAMESPACE = 'istio-system';
const NAME = 'istio-ingressgateway';
const LABELS = { app: NAME, istio: 'ingressgateway' } as const;
const DEPLOYMENTS = `/apis/apps/v1/namespaces/${NAMESPACE}/deployments`;
const AUTOSCALERS = `/apis/autoscaling/v2/namespaces/${NAMESPACE}/horizontalpodautoscalers`;
const ISTIO_GATEWAYS = `/apis/istio.alibabacloud.com/v1beta1/namespaces/${NAMESPACE}/istiogateways`;
const SERVICES = `/api/v1/namespaces/${NAMESPACE}/services`;
const CONFIG_MAPS = `/api/v1/namespaces/${NAMESPACE}/configmaps`;
const PODS = `/api/v1/namespaces/${NAMESPACE}/pods`;
const EVERYTHING = [DEPLOYMENTS, AUTOSCALERS, ISTIO_GATEWAYS, SERVICES, CONFIG_MAPS, PODS] as const;

/**
 * Leaves one gateway in the namespace and nothing else: three ready replicas with their pods, the operator's HPA of 2 to
 * 10, two CLBs, and an IstioGateway that leaves the count to us. The same as the emulated cloud's owner
 * `asm-left-to-us-hpa`.
 */
export async function placeGateway(server: KubeApiserver): Promise<void> {
  for (const collection of EVERYTHING) await must(server, 'DELETE', collection);
  for (const id of ['1', '2', '3']) await placePod(server, id);
  await must(server, 'POST', DEPLOYMENTS, deployment);
  // No controller writes it.
  const status = { observedGeneration: 1, replicas: 3, updatedReplicas: 3, readyReplicas: 3, availableReplicas: 3 };
  await must(server, 'PATCH', `${DEPLOYMENTS}/${NAME}/status`, { status });
  await must(server, 'POST', AUTOSCALERS, autoscaler);
  await must(server, 'POST', SERVICES, service(NAME, 'lb-1'));
  await must(server, 'POST', SERVICES, service(`${NAME}-clb-2`, 'lb-2'));
  await must(server, 'POST', ISTIO_GATEWAYS, istioGateway);
}

/** Replaces one of the pods by one that no node has room for, ten seconds before 2026-11-22T00:00:00Z. */
export async function blockPod(server: KubeApiserver): Promise<void> {
  await must(server, 'DELETE', `${PODS}/${podName('1')}`);
  await must(server, 'POST', PODS, pod('4'));
  await must(server, 'PATCH', `${PODS}/${podName('4')}/status`, { status: { conditions: [UNSCHEDULABLE] } });
}

/** A pod that runs, but on no node: one that a node took would stay until a kubelet confirmed its end. */
async function placePod(server: KubeApiserver, id: string): Promise<void> {
  await must(server, 'POST', PODS, pod(id));
  await must(server, 'PATCH', `${PODS}/${podName(id)}/status`, { status: { phase: 'Running', conditions: [READY] } });
}

async function must(server: KubeApiserver, method: string, path: string, body?: object): Promise<void> {
  const answer = await server.asAdmin(method, path, body);
  if (answer.status >= 300) throw new Error(`${method} ${path}: status ${answer.status}: ${JSON.stringify(answer)}`);
}

const HASH = '5d4f8c7b9';
const READY = { type: 'Ready', status: 'True', lastTransitionTime: '2026-11-22T00:00:00Z' } as const;
const UNSCHEDULABLE = {
  type: 'PodScheduled',
  status: 'False',
  reason: 'Unschedulable',
  message: '0/3 nodes are available: 3 Insufficient cpu.',
  lastTransitionTime: '2026-11-21T23:59:50Z',
} as const;

const deployment = {
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: NAME, labels: LABELS },
  spec: {
    replicas: 3,
    selector: { matchLabels: LABELS },
    template: { metadata: { labels: LABELS }, spec: { containers: [{ name: 'istio-proxy', image: 'istio-proxy' }] } },
  },
} as const;

const autoscaler = {
  apiVersion: 'autoscaling/v2',
  kind: 'HorizontalPodAutoscaler',
  metadata: { name: NAME },
  spec: {
    scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: NAME },
    minReplicas: 2,
    maxReplicas: 10,
    metrics: [{ type: 'Resource', resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: 50 } } }],
  },
} as const;

const istioGateway = {
  apiVersion: 'istio.alibabacloud.com/v1beta1',
  kind: 'IstioGateway',
  metadata: { name: 'ingressgateway', annotations: { 'asm.alibabacloud.com/replicas-managed-by-asm': 'false' } },
  spec: { gatewayType: 'ingress', serviceType: 'LoadBalancer', clusterIds: ['c-test'], replicaCount: 3 },
} as const;

/** As the cloud controller leaves it, but for its finalizer: nobody here would take it off again. */
function service(name: string, loadBalancerId: string): object {
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name, labels: { ...LABELS, 'service.k8s.alibaba/loadbalancer-id': loadBalancerId } },
    spec: {
      type: 'LoadBalancer',
      externalTrafficPolicy: 'Local',
      selector: LABELS,
      ports: [
        { name: 'http2', port: 80, targetPort: 8080, protocol: 'TCP' },
        { name: 'https', port: 443, targetPort: 8443, protocol: 'TCP' },
      ],
    },
  };
}

function podName(id: string): string {
  return `${NAME}-${HASH}-${id}`;
}

function pod(id: string): object {
  const { metadata, spec } = deployment.spec.template;
  const labels = { ...metadata.labels, 'pod-template-hash': HASH };
  return { apiVersion: 'v1', kind: 'Pod', metadata: { name: podName(id), labels }, spec };
}
