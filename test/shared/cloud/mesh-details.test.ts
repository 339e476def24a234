import { createMeshDetails } from '../../../shared/cloud/mesh-details';
import { failureOf } from './failure';
import { scriptedApi } from './scripted-api';

function detailsBy(body: unknown) {
  return createMeshDetails(scriptedApi(body), 'cn-hangzhou', 'm1');
}

function meshAnswer(mesh: object, meshConfig: object = {}): unknown {
  return { ServiceMesh: { Clusters: ['c1'], Spec: { MeshConfig: meshConfig }, ...mesh } };
}

it('reads edition, version, clusters and switches of a mesh', async () => {
  const config = {
    EnableLocalityLB: true,
    ExtraConfiguration: { MultiBuffer: { Enabled: false, PollDelay: '0.02s' } },
  };
  const mesh = { ClusterSpec: 'enterprise', ServiceMeshInfo: { Version: 'v1.22.6.71-g4d2d9e0e-aliyun' } };
  expect(await detailsBy(meshAnswer(mesh, config)).detail()).toEqual({
    id: 'm1',
    edition: 'enterprise',
    version: { text: 'v1.22.6.71-g4d2d9e0e-aliyun', major: 1, minor: 22 },
    localityBalancing: true,
    multiBuffer: false,
    clusterIds: ['c1'],
  });
});

it('takes a switch that is not spoken of for unknown, not for off', async () => {
  expect(await detailsBy(meshAnswer({})).detail()).toMatchObject({
    edition: 'other',
    version: undefined,
    localityBalancing: undefined,
    multiBuffer: undefined,
  });
});

it('sends the id of the mesh', async () => {
  const api = scriptedApi({ InstanceTypes: [] });
  await createMeshDetails(api, 'cn-hangzhou', 'm1').nodeTypes();
  expect(api.calls).toEqual([
    {
      product: 'servicemesh',
      region: 'cn-hangzhou',
      action: 'DescribeNodesInstanceType',
      query: { ServiceMeshId: 'm1' },
      effect: 'read',
    },
  ]);
});

it('knows the label of capable nodes only where both of its halves are told', async () => {
  const InstanceTypes = [
    { NodeType: 'ecs.g7.large', MultiBufferEnabled: true, Key: 'mb', Value: 'true' },
    { NodeType: 'ecs.c7.large', MultiBufferEnabled: true, Key: 'mb', Value: '' },
    { NodeType: 'ecs.g6.large' },
  ];
  expect(await detailsBy({ InstanceTypes }).nodeTypes()).toEqual([
    { type: 'ecs.g7.large', multiBuffer: true, label: { key: 'mb', value: 'true' } },
    { type: 'ecs.c7.large', multiBuffer: true, label: undefined },
    { type: 'ecs.g6.large', multiBuffer: false, label: undefined },
  ]);
});

it('reads the cloud controller of the cluster that is asked for', async () => {
  const CCMVersions = {
    c1: { Version: 'v2.1.0', SLBGracefulDrainSupported: false, QueryState: '' },
    c2: { Version: 'v2.9.0', SLBGracefulDrainSupported: true, QueryState: '' },
  };
  expect(await detailsBy({ CCMVersions }).controller('c2')).toEqual({ version: 'v2.9.0', drains: true });
});

it.each([
  [
    'whose query timed out',
    { c1: { Version: '', QueryState: 'time_out', SLBGracefulDrainSupported: false } },
    'unavailable',
  ],
  ['that is not in the answer', {}, 'unreadable'],
  ['of which nobody says whether it drains', { c1: { Version: 'v2.9.0' } }, 'unreadable'],
])('knows nothing of a cloud controller %s', async (_, CCMVersions, kind) => {
  expect(await failureOf(detailsBy({ CCMVersions }).controller('c1'))).toMatchObject({ kind });
});
