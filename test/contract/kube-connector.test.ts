import { createCloud } from '../../rehearsal/cloud';
import { HOUR, MINUTE } from '../../shared/core/time';
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
  REGION,
  START,
  smallCloud,
} from '../rehearsal/cloud/faces';

const KUBECONFIG = 'cs.DescribeClusterUserKubeconfig';

describe.each(FACES)('KubeConnector %s', (_, open) => {
  let face: Face;
  afterEach(() => face.close());

  it('opens a cluster and a mesh', async () => {
    face = await open(smallCloud({ owner: 'asm' }));
    const [cluster, mesh] = [await openCluster(face), await openMesh(face)];
    expect(await cluster.list(DEPLOYMENTS, NAMESPACE)).toHaveLength(1);
    expect(await mesh.list(ISTIO_GATEWAYS, NAMESPACE)).toHaveLength(1);
    expect(await errorOf(mesh.list(DEPLOYMENTS, NAMESPACE))).toMatchObject({ kind: 'not-found' });
  });

  it('finds IstioGateways at the cluster where the data-plane API is switched on', async () => {
    const cloud = createCloud({ at: START, seed: 1 });
    cloud.addCluster({ region: REGION, id: CLUSTER });
    cloud.addMesh({ region: REGION, id: MESH, clusterIds: [CLUSTER], dataPlaneApi: true });
    cloud.addGateway({
      region: REGION,
      clusterId: CLUSTER,
      meshId: MESH,
      name: 'g',
      replicas: 1,
      owner: 'asm',
      loadBalancerIds: ['lb'],
      capacityPerReplica: 1,
    });
    face = await open(cloud);
    const kube = await openCluster(face);
    await kube.patch(ISTIO_GATEWAYS, NAMESPACE, 'g', { spec: { replicaCount: 4 } });
    cloud.step(MINUTE);
    expect(cloud.stats(REGION, 'g').specReplicas).toBe(4);
  });

  it('asks for one kubeconfig for many opens', async () => {
    const cloud = smallCloud();
    face = await open(cloud);
    await Promise.all([openCluster(face), openCluster(face), openCluster(face)]);
    await openCluster(face);
    expect(cloud.calls().map(({ operation }) => operation)).toEqual([KUBECONFIG]);
  });

  it('asks for a new one five minutes before the old one ends', async () => {
    const cloud = smallCloud();
    face = await open(cloud);
    await openCluster(face);
    cloud.step(55 * MINUTE - 1);
    await openCluster(face);
    expect(cloud.calls()).toHaveLength(1);
    cloud.step(1);
    await openCluster(face);
    expect(cloud.calls()).toHaveLength(2);
  });

  it('gets a new one, once, when the cluster does not know it any more', async () => {
    const cloud = smallCloud();
    face = await open(cloud);
    const kube = await openCluster(face);
    cloud.resetCalls();
    cloud.faults.fail({ operation: 'kube list deployments', times: 1, status: 401, code: 'Unauthorized' });
    expect(await kube.list(DEPLOYMENTS, NAMESPACE)).toHaveLength(1);
    expect(cloud.calls().map(({ operation, status }) => [operation, status])).toEqual([
      ['kube list deployments', 401],
      [KUBECONFIG, 200],
      ['kube list deployments', 200],
    ]);
    cloud.faults.fail({ operation: 'kube list deployments', status: 401, code: 'Unauthorized' });
    expect(await errorOf(kube.list(DEPLOYMENTS, NAMESPACE))).toMatchObject({ kind: 'permission', status: 401 });
    expect(cloud.calls().filter(({ operation }) => operation === KUBECONFIG)).toHaveLength(2);
  });

  it('asks again after a failure', async () => {
    const cloud = smallCloud();
    face = await open(cloud);
    cloud.faults.fail({ operation: KUBECONFIG, times: 1, status: 503, code: 'ServiceUnavailable' });
    expect(await errorOf(openCluster(face))).toMatchObject({ kind: 'unavailable', operation: KUBECONFIG });
    expect(await (await openCluster(face)).list(DEPLOYMENTS, NAMESPACE)).toHaveLength(1);
  });

  it('works for hours on one connection', async () => {
    const cloud = smallCloud();
    face = await open(cloud);
    const kube = await openCluster(face);
    for (let hour = 0; hour < 3; hour += 1) {
      cloud.step(HOUR);
      expect(await kube.list(DEPLOYMENTS, NAMESPACE)).toHaveLength(1);
    }
  });
});
