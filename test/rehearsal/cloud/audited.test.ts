import { createCloud, type GatewaySetup, type Rights } from '../../../rehearsal/cloud';
import type { Kube, OpenApi } from '../../../shared/cloud/seams';
import { MINUTE } from '../../../shared/core/time';
import {
  CLUSTER,
  DEPLOYMENTS,
  errorOf,
  FACES,
  type Face,
  ISTIO_GATEWAYS,
  MESH,
  NAMESPACE,
  openCluster,
  openMesh,
  PODS,
  REGION,
  SERVICES,
  START,
} from './faces';

const NODES = { group: '', version: 'v1', plural: 'nodes', kind: 'Node' };
const NAME = 'istio-ingressgateway';
const ZONE = 'topology.kubernetes.io/zone';

/** Two nodes in one zone and one in another, and a gateway of four replicas. */
function aCloud(gateway: Partial<GatewaySetup> = {}) {
  const cloud = createCloud({ at: START, seed: 1 });
  const nodes = [
    { name: 'node-1', zone: 'cn-hangzhou-a', type: 'ecs.g6.xlarge' },
    { name: 'node-2', zone: 'cn-hangzhou-a', type: 'ecs.g7.xlarge' },
    { name: 'node-3', zone: 'cn-hangzhou-b', type: 'ecs.c7.large' },
  ];
  cloud.addCluster({ region: REGION, id: CLUSTER, nodes, addons: ['flannel'], vpcId: 'vpc-1' });
  cloud.addMesh({ region: REGION, id: MESH, clusterIds: [CLUSTER], edition: 'enterprise', version: 'v1.20.0' });
  const own = { region: REGION, clusterId: CLUSTER, meshId: MESH, loadBalancerIds: ['lb-1'], capacityPerReplica: 100 };
  cloud.addGateway({ ...own, name: 'ingressgateway', replicas: 4, owner: 'asm', ...gateway });
  return cloud;
}

function bodyOf(
  openApi: OpenApi,
  product: 'cs' | 'servicemesh' | 'slb',
  action: string,
  more: object,
): Promise<unknown> {
  const call = { product, region: REGION, action, effect: 'read' as const, ...more };
  return openApi.call(call).then(({ body }) => body);
}

async function nodesOf(kube: Kube): Promise<readonly string[]> {
  const pods = (await kube.list(PODS, NAMESPACE)) as readonly { readonly spec: { readonly nodeName: string } }[];
  return pods.map(({ spec }) => spec.nodeName).toSorted();
}

describe.each(FACES)('what audits read of the emulated cloud %s', (_, open) => {
  let face: Face;
  afterEach(() => face.close());

  it('nodes are in no namespace, with the labels of their zone and type', async () => {
    face = await open(aCloud());
    const [first] = await (await openCluster(face)).list(NODES, undefined);
    expect(first).toMatchObject({
      metadata: {
        name: 'node-1',
        labels: { [ZONE]: 'cn-hangzhou-a', 'node.kubernetes.io/instance-type': 'ecs.g6.xlarge' },
      },
    });
    expect(first).not.toHaveProperty('metadata.namespace');
  });

  it('objects of all namespaces are listed when none is named', async () => {
    face = await open(aCloud());
    const kube = await openCluster(face);
    await kube.create(SERVICES, 'default', {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name: 's' },
      spec: { ports: [{ port: 80 }] },
    });
    const all = (await kube.list(SERVICES, undefined)) as readonly { readonly metadata: { readonly name: string } }[];
    expect(all.map(({ metadata }) => metadata.name)).toEqual(['s', NAME]);
  });

  it('pods share a node until they ask to be spread', async () => {
    const cloud = aCloud({ owner: 'deployment' });
    face = await open(cloud);
    const kube = await openCluster(face);
    expect(await nodesOf(kube)).toEqual(['node-1', 'node-1', 'node-1', 'node-1']);
    const constraint = { maxSkew: 1, topologyKey: ZONE, whenUnsatisfiable: 'ScheduleAnyway' };
    const spec = { topologySpreadConstraints: [constraint] };
    await kube.patch(DEPLOYMENTS, NAMESPACE, NAME, { spec: { template: { spec } } });
    cloud.step(MINUTE);
    expect(await nodesOf(kube)).toEqual(['node-1', 'node-1', 'node-2', 'node-3']);
  });

  it('ASM passes the shape of its gateways on, and leaves alone what it does not name', async () => {
    const cloud = aCloud({ podSpec: { dnsPolicy: 'Default' } });
    face = await open(cloud);
    const fields = {
      nodeSelector: { [ZONE]: 'cn-hangzhou-b' },
      podAnnotations: { a: 'b' },
      serviceAnnotations: { c: 'd' },
    };
    await (await openMesh(face)).patch(ISTIO_GATEWAYS, NAMESPACE, 'ingressgateway', { spec: fields });
    cloud.step(2 * MINUTE);
    const kube = await openCluster(face);
    expect(await kube.get(DEPLOYMENTS, NAMESPACE, NAME)).toMatchObject({
      spec: {
        template: {
          metadata: { annotations: { a: 'b' } },
          spec: { dnsPolicy: 'Default', nodeSelector: { [ZONE]: 'cn-hangzhou-b' } },
        },
      },
    });
    expect(await kube.get(SERVICES, NAMESPACE, NAME)).toMatchObject({ metadata: { annotations: { c: 'd' } } });
    expect(await nodesOf(kube)).toEqual(['node-3', 'node-3', 'node-3', 'node-3']);
  });

  it('a cluster tells its profile and components', async () => {
    face = await open(aCloud());
    const detail = await bodyOf(face.openApi, 'cs', 'DescribeClusterDetail', {
      roa: { method: 'GET', path: `/clusters/${CLUSTER}` },
    });
    expect(detail).toMatchObject({ cluster_id: CLUSTER, profile: 'Default', vpc_id: 'vpc-1' });
    const path = `/clusters/${CLUSTER}/addon_instances`;
    const addons = await bodyOf(face.openApi, 'cs', 'ListClusterAddonInstances', { roa: { method: 'GET', path } });
    expect(addons).toMatchObject({ addons: [{ name: 'flannel' }] });
  });

  it('a mesh tells edition, version and switches, which its API sets', async () => {
    face = await open(aCloud());
    const query = { ServiceMeshId: MESH };
    const detail = () => bodyOf(face.openApi, 'servicemesh', 'DescribeServiceMeshDetail', { query });
    const spec = (locality: boolean) => ({ Spec: { MeshConfig: { EnableLocalityLB: locality } } });
    expect(await detail()).toMatchObject({
      ServiceMesh: {
        ClusterSpec: 'enterprise',
        Clusters: [CLUSTER],
        ServiceMeshInfo: { Version: 'v1.20.0' },
        ...spec(false),
      },
    });
    const feature = { query: { ...query, LocalityLoadBalancing: true } };
    await bodyOf(face.openApi, 'servicemesh', 'UpdateMeshFeature', feature);
    expect(await detail()).toMatchObject({ ServiceMesh: spec(true) });
  });

  it('node types say which can do Multi-Buffer; discovery labels their nodes', async () => {
    face = await open(aCloud());
    const query = { ServiceMeshId: MESH };
    const label = { Key: 'feature.node.kubernetes.io/mb-feature-enable', Value: 'true' };
    expect(await bodyOf(face.openApi, 'servicemesh', 'DescribeNodesInstanceType', { query })).toMatchObject({
      InstanceTypes: [
        { NodeType: 'ecs.g6.xlarge', MultiBufferEnabled: false },
        { NodeType: 'ecs.g7.xlarge', MultiBufferEnabled: true, ...label },
        { NodeType: 'ecs.c7.large', MultiBufferEnabled: true, ...label },
      ],
    });
    await bodyOf(face.openApi, 'servicemesh', 'UpdateMeshFeature', { query: { ...query, NFDEnabled: true } });
    const nodes = (await (await openCluster(face)).list(NODES, undefined)) as readonly {
      readonly metadata: { readonly labels: Readonly<Record<string, string>> };
    }[];
    expect(nodes.map(({ metadata }) => metadata.labels[label.Key])).toEqual([undefined, 'true', 'true']);
  });

  it('backends are ports of nodes with Flannel, and pods where a Service says so', async () => {
    const cloud = aCloud({ owner: 'deployment' });
    face = await open(cloud);
    const typesOf = async () => {
      const { BackendServers } = (await bodyOf(face.openApi, 'slb', 'DescribeHealthStatus', {
        query: { RegionId: REGION, LoadBalancerId: 'lb-1' },
      })) as { readonly BackendServers: { readonly BackendServer: readonly { readonly Type: string }[] } };
      return [...new Set(BackendServers.BackendServer.map(({ Type }) => Type))];
    };
    expect(await typesOf()).toEqual(['ecs']);
    const annotations = { 'service.beta.kubernetes.io/backend-type': 'eni' };
    await (await openCluster(face)).patch(SERVICES, NAMESPACE, NAME, { metadata: { annotations } });
    cloud.step(MINUTE);
    expect(await typesOf()).toEqual(['eni']);
  });

  it('a denied operation is refused for want of rights, and the others go on', async () => {
    const cloud = aCloud();
    cloud.faults.deny('servicemesh.DescribeCCMVersion');
    cloud.faults.deny('kube list nodes');
    face = await open(cloud);
    const query = { ServiceMeshId: MESH };
    const denied = bodyOf(face.openApi, 'servicemesh', 'DescribeCCMVersion', { query });
    expect(await errorOf(denied)).toMatchObject({ kind: 'permission', code: 'Forbidden.RAM' });
    const kube = await openCluster(face);
    expect(await errorOf(kube.list(NODES, undefined))).toMatchObject({ kind: 'permission', code: 'Forbidden' });
    expect(await kube.list(DEPLOYMENTS, NAMESPACE)).toHaveLength(1);
  });

  it('a ClusterRole opens all namespaces, and what is in none', async () => {
    const cloud = aCloud();
    const list = ['list'] as const;
    const rights: Rights = {
      namespace: NAMESPACE,
      rules: [{ apiGroups: [''], resources: ['services'], verbs: list }],
      clusterRules: [{ apiGroups: [''], resources: ['nodes'], verbs: list }],
    };
    cloud.grant(CLUSTER, rights);
    face = await open(cloud);
    const kube = await openCluster(face);
    expect(await kube.list(NODES, undefined)).toHaveLength(3);
    expect(await kube.list(SERVICES, NAMESPACE)).toHaveLength(1);
    expect(await errorOf(kube.list(SERVICES, 'default'))).toMatchObject({ kind: 'permission' });
    expect(await errorOf(kube.list(SERVICES, undefined))).toMatchObject({ kind: 'permission' });
  });
});
