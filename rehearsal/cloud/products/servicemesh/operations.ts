import { z } from 'zod';
import { ASSUMED, type Behaviour, documented, typed } from '../../behaviour';
import type { Cluster, Mesh } from '../../kubernetes/api-server';
import { type Operation, operation } from '../operation';
import { flag, text } from '../parameters';

const SDK = typed('aliyun/alibabacloud-typescript-sdk servicemesh-20200111 1.5.0');
const MULTI_BUFFER_PAGE =
  'https://www.alibabacloud.com/help/en/asm/user-guide/enable-multi-buffer-for-tls-acceleration';
const part = 'Service Mesh';

export const MESH_OPERATION_BEHAVIOURS: readonly Behaviour[] = [
  {
    part,
    what: 'Nodes of the families that the page names can do Multi-Buffer.',
    basis: documented(MULTI_BUFFER_PAGE),
  },
  { part, what: 'NFDEnabled labels the nodes that can, at once.', basis: ASSUMED },
  {
    part,
    what: 'Clusters of a mesh in several VPCs that are not joined have the flag 2 once they are in the mesh, too.',
    basis: ASSUMED,
  },
];

/** Families with Ice Lake processors, of the page above (2024-02-22). */
const CAPABLE = /^ecs\.(g7|g7se|g7t|c7|c7re|c7se|c7t|r7|r7p|r7se|r7t|re7p|vgn7i-vws|gn7i|ebmgn7i|sccc7|sccg7)\./;
const LABEL = { key: 'feature.node.kubernetes.io/mb-feature-enable', value: 'true' } as const;

const OneMesh = { ServiceMeshId: text() };

/** What a mesh tells of itself, and the switches that audits speak of. */
export function meshOperations(
  meshOf: (id: string) => Mesh,
  clusters: ReadonlyMap<string, Cluster>,
): Readonly<Record<string, Operation>> {
  function clustersOf({ clusterIds }: Mesh): readonly Cluster[] {
    return clusterIds.flatMap((id) => clusters.get(id) ?? []);
  }

  return {
    DescribeServiceMeshDetail: operation({
      what: 'One mesh: edition, version, clusters, the switches of locality and Multi-Buffer.',
      basis: SDK,
      parameters: z.object(OneMesh),
      handle: ({ ServiceMeshId }) => ({ ServiceMesh: detail(meshOf(ServiceMeshId)) }),
    }),
    DescribeServiceMeshClusters: operation({
      what: 'The clusters of a mesh, with their networks and whether something stands in the way.',
      basis: SDK,
      parameters: z.object(OneMesh),
      handle: ({ ServiceMeshId }) => {
        const mesh = meshOf(ServiceMeshId);
        const own = clustersOf(mesh);
        const isSplit = !mesh.traits.joined && new Set(own.map(({ traits }) => traits.vpcId)).size > 1;
        const Clusters = own.map(({ id, region, traits }) => ({
          ClusterId: id,
          RegionId: region,
          State: 'running',
          VpcId: traits.vpcId,
          ForbiddenFlag: isSplit ? 2 : 0,
        }));
        return { NumberOfClusters: Clusters.length, Clusters };
      },
    }),
    DescribeCCMVersion: operation({
      what: 'The cloud controller of each cluster, and whether it can drain.',
      basis: SDK,
      parameters: z.object(OneMesh),
      handle: ({ ServiceMeshId }) => ({
        CCMVersions: Object.fromEntries(
          clustersOf(meshOf(ServiceMeshId)).map(({ id, traits: { controller } }) => [
            id,
            {
              ClusterId: id,
              Version: controller.version,
              SLBGracefulDrainSupported: controller.drains,
              QueryState: '',
              Message: '',
            },
          ]),
        ),
      }),
    }),
    DescribeNodesInstanceType: operation({
      what: 'The types of the nodes of a mesh, with the label of those that can do Multi-Buffer.',
      basis: SDK,
      parameters: z.object(OneMesh),
      handle: ({ ServiceMeshId }) => {
        const types = clustersOf(meshOf(ServiceMeshId)).flatMap(({ traits }) => traits.nodes.map(({ type }) => type));
        const InstanceTypes = [...new Set(types)].map((type) => ({
          NodeType: type,
          MultiBufferEnabled: CAPABLE.test(type),
          ...(CAPABLE.test(type) ? { Key: LABEL.key, Value: LABEL.value } : {}),
        }));
        return { InstanceTypes };
      },
    }),
    UpdateMeshFeature: operation({
      what: 'Switches locality, Multi-Buffer and the labelling of nodes.',
      basis: SDK,
      parameters: z.object({
        ...OneMesh,
        LocalityLoadBalancing: flag().optional(),
        MultiBufferEnabled: flag().optional(),
        NFDEnabled: flag().optional(),
      }),
      handle: ({ LocalityLoadBalancing, MultiBufferEnabled, NFDEnabled, ServiceMeshId }) => {
        const mesh = meshOf(ServiceMeshId);
        mesh.traits.localityBalancing = LocalityLoadBalancing ?? mesh.traits.localityBalancing;
        mesh.traits.multiBuffer = MultiBufferEnabled ?? mesh.traits.multiBuffer;
        if (NFDEnabled === true) for (const cluster of clustersOf(mesh)) labelNodes(cluster);
        return {};
      },
    }),
  };
}

function detail({ clusterIds, id, region, traits }: Mesh): object {
  const { edition, localityBalancing, multiBuffer, version } = traits;
  return {
    ClusterSpec: edition,
    Clusters: clusterIds,
    ServiceMeshInfo: {
      ServiceMeshId: id,
      RegionId: region,
      State: 'running',
      Version: version,
      Profile: edition === 'standard' ? 'Default' : 'Pro',
    },
    Spec: {
      MeshConfig: {
        EnableLocalityLB: localityBalancing,
        ExtraConfiguration: { MultiBuffer: { Enabled: multiBuffer, PollDelay: '0.02s' } },
      },
    },
  };
}

function labelNodes({ traits }: Cluster): void {
  for (const node of traits.nodes) {
    if (CAPABLE.test(node.type)) node.labels = { ...node.labels, [LABEL.key]: LABEL.value };
  }
}
