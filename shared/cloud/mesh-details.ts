import { z } from 'zod';
import type { ControllerSeen, MeshSeen, NodeTypeSeen } from '../core/audit/snapshot';
import { CloudError } from '../errors';
import type { MeshDetails } from '../ports';
import { readAnswer } from './answer';
import type { OpenApi } from './seams';

/** Answers of ServiceMesh 2020-01-11, by the types of the SDK servicemesh-20200111 1.5.0, in which every field is optional. */
const Detail = z.object({
  ServiceMesh: z.object({
    ClusterSpec: z.string().nullish(),
    Clusters: z.array(z.string()).nullish(),
    ServiceMeshInfo: z.object({ Version: z.string().nullish() }).nullish(),
    Spec: z.object({
      MeshConfig: z.object({
        EnableLocalityLB: z.boolean().nullish(),
        ExtraConfiguration: z.object({ MultiBuffer: z.object({ Enabled: z.boolean().nullish() }).nullish() }).nullish(),
      }),
    }),
  }),
});

const Clusters = z.object({
  Clusters: z
    .array(
      z.object({
        ClusterId: z.string(),
        RegionId: z.string().nullish(),
        State: z.string().nullish(),
        VpcId: z.string().nullish(),
        ForbiddenFlag: z.number().nullish(),
      }),
    )
    .nullish(),
});

const Controllers = z.object({
  CCMVersions: z
    .record(
      z.string(),
      z.object({
        Version: z.string().nullish(),
        SLBGracefulDrainSupported: z.boolean().nullish(),
        QueryState: z.string().nullish(),
        Message: z.string().nullish(),
      }),
    )
    .nullish(),
});

const NodeTypes = z.object({
  InstanceTypes: z
    .array(
      z.object({
        NodeType: z.string(),
        MultiBufferEnabled: z.boolean().nullish(),
        Key: z.string().nullish(),
        Value: z.string().nullish(),
      }),
    )
    .nullish(),
});

/** What the ASM API tells of a mesh: one call each. Throws CloudError. */
export function createMeshDetails(openApi: OpenApi, region: string, id: string): MeshDetails {
  async function ask<T>(action: string, schema: z.ZodType<T>): Promise<T> {
    const query = { ServiceMeshId: id };
    const { body } = await openApi.call({ product: 'servicemesh', region, action, query, effect: 'read' });
    return readAnswer(schema, body, `servicemesh.${action}`);
  }

  return {
    detail: async () => meshOf(id, (await ask('DescribeServiceMeshDetail', Detail)).ServiceMesh),
    clusters: async () =>
      ((await ask('DescribeServiceMeshClusters', Clusters)).Clusters ?? []).map((cluster) => ({
        id: cluster.ClusterId,
        region: cluster.RegionId ?? '',
        state: cluster.State ?? '',
        vpcId: cluster.VpcId ?? '',
        forbidden: cluster.ForbiddenFlag ?? 0,
      })),
    controller: async (clusterId) => controllerOf(clusterId, await ask('DescribeCCMVersion', Controllers)),
    nodeTypes: async () =>
      ((await ask('DescribeNodesInstanceType', NodeTypes)).InstanceTypes ?? []).map(
        ({ Key, MultiBufferEnabled, NodeType, Value }): NodeTypeSeen => ({
          type: NodeType,
          multiBuffer: MultiBufferEnabled ?? false,
          label: Key && Value ? { key: Key, value: Value } : undefined,
        }),
      ),
  };
}

function meshOf(
  id: string,
  { ClusterSpec, Clusters: clusters, ServiceMeshInfo, Spec }: z.infer<typeof Detail>['ServiceMesh'],
): MeshSeen {
  const { EnableLocalityLB, ExtraConfiguration } = Spec.MeshConfig;
  return {
    id,
    edition: editionOf(ClusterSpec ?? ''),
    version: versionOf(ServiceMeshInfo?.Version ?? ''),
    localityBalancing: EnableLocalityLB ?? undefined,
    multiBuffer: ExtraConfiguration?.MultiBuffer?.Enabled ?? undefined,
    clusterIds: clusters ?? [],
  };
}

function editionOf(text: string): MeshSeen['edition'] {
  return text === 'standard' || text === 'enterprise' || text === 'ultimate' ? text : 'other';
}

/** `v1.22.6.71-g4d2d9e0e-aliyun`. */
function versionOf(text: string): MeshSeen['version'] {
  const [, major, minor] = /^v?(\d+)\.(\d+)/.exec(text) ?? [];
  return major === undefined || minor === undefined ? undefined : { text, major: Number(major), minor: Number(minor) };
}

/** A query that failed or timed out says nothing, whatever else the entry holds. */
function controllerOf(clusterId: string, { CCMVersions }: z.infer<typeof Controllers>): ControllerSeen {
  const operation = 'servicemesh.DescribeCCMVersion';
  const found = CCMVersions?.[clusterId];
  if (found === undefined)
    throw new CloudError(`nothing is said of cluster ${clusterId}`, { kind: 'unreadable', operation });
  const { Message, QueryState, SLBGracefulDrainSupported, Version } = found;
  if (QueryState)
    throw new CloudError(`the query is ${QueryState}: ${(Message ?? '').slice(0, 200)}`, {
      kind: 'unavailable',
      operation,
    });
  if (typeof SLBGracefulDrainSupported !== 'boolean') {
    throw new CloudError('it is not said whether the cloud controller can drain', { kind: 'unreadable', operation });
  }
  return { version: Version ?? '', drains: SLBGracefulDrainSupported };
}
