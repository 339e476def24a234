import { type Cloud, createCloud } from '../../../../rehearsal/cloud';
import { at } from '../../../../rehearsal/cloud/json';
import type { Kube } from '../../../../shared/cloud/seams';
import { HOUR, MINUTE, SECOND } from '../../../../shared/core/time';
import {
  AUTOSCALERS,
  CLUSTER,
  DEPLOYMENTS,
  errorOf,
  ISTIO_GATEWAYS,
  MESH,
  NAMESPACE,
  PODS,
  REGION,
  START,
  smallCloud,
  steady,
} from '../faces';

const GATEWAY = 'ingressgateway';
const NAME = 'istio-ingressgateway';
const HPA = { min: 2, max: 10, targetUtilization: 50 };

function cluster(cloud: Cloud): Promise<Kube> {
  return cloud.kubeConnector().open({ of: 'ack', region: REGION, id: CLUSTER, privateApi: false });
}

function mesh(cloud: Cloud): Promise<Kube> {
  return cloud.kubeConnector().open({ of: 'asm', region: REGION, id: MESH, privateApi: false });
}

async function scale(cloud: Cloud, replicas: number): Promise<void> {
  const kube = await cluster(cloud);
  await kube.patch(DEPLOYMENTS, NAMESPACE, NAME, { spec: { replicas } }, { subresource: 'scale' });
}

function counts(cloud: Cloud): readonly [number, number] {
  const { specReplicas, readyReplicas } = cloud.stats(REGION, GATEWAY);
  return [specReplicas, readyReplicas];
}

describe('Deployments', () => {
  it('have new pods ready when their start-up is over, and not before', async () => {
    const cloud = smallCloud({ startUp: 45 * SECOND });
    await scale(cloud, 5);
    cloud.step(44 * SECOND);
    expect(counts(cloud)).toEqual([5, 3]);
    cloud.step(SECOND);
    expect(counts(cloud)).toEqual([5, 5]);
  });

  it('take the pods that are not ready first when they scale in, then the youngest', async () => {
    const cloud = smallCloud();
    const kube = await cluster(cloud);
    async function pods(): Promise<readonly unknown[]> {
      return (await kube.list(PODS, NAMESPACE)).map((pod) => at(pod, 'metadata', 'name'));
    }
    const oldest = await pods();
    await scale(cloud, 5);
    cloud.step(MINUTE);
    const ready = await pods();
    await scale(cloud, 6);
    cloud.step(5 * SECOND);
    await scale(cloud, 5);
    cloud.step(5 * SECOND);
    expect(await pods()).toEqual(ready);
    await scale(cloud, 3);
    cloud.step(5 * SECOND);
    expect(await pods()).toEqual(oldest);
    expect(counts(cloud)).toEqual([3, 3]);
  });

  it('say in the status how many pods there are, and leave counts of 0 out', async () => {
    const cloud = smallCloud();
    const kube = await cluster(cloud);
    await scale(cloud, 4);
    cloud.step(5 * SECOND);
    expect(await kube.get(DEPLOYMENTS, NAMESPACE, NAME)).toMatchObject({
      status: { observedGeneration: 2, replicas: 4, readyReplicas: 3, unavailableReplicas: 1 },
    });
    await scale(cloud, 0);
    cloud.step(5 * SECOND);
    expect(at(await kube.get(DEPLOYMENTS, NAMESPACE, NAME), 'status')).toEqual({ observedGeneration: 3 });
  });

  it('show pods with their conditions, and replace one that somebody deletes', async () => {
    const cloud = smallCloud();
    const kube = await cluster(cloud);
    const [first] = await kube.list(PODS, NAMESPACE, { labels: `app=${NAME}` });
    expect(first).toMatchObject({
      status: {
        phase: 'Running',
        conditions: [
          { type: 'Ready', status: 'True' },
          { type: 'PodScheduled', status: 'True' },
        ],
      },
    });
    await kube.delete(PODS, NAMESPACE, String(at(first, 'metadata', 'name')));
    cloud.step(5 * SECOND);
    expect(counts(cloud)).toEqual([3, 2]);
    expect(await kube.list(PODS, NAMESPACE)).toHaveLength(3);
    cloud.step(MINUTE);
    expect(counts(cloud)).toEqual([3, 3]);
  });

  it('own their pods through a ReplicaSet, and name them after it', async () => {
    const cloud = smallCloud();
    const kube = await cluster(cloud);
    const [pod] = await kube.list(PODS, NAMESPACE);
    const name = String(at(pod, 'metadata', 'name'));
    const [, replicaSet] = /^(istio-ingressgateway-[0-9a-f]{9})-[a-z0-9]{5}$/.exec(name) ?? [];
    const hash = replicaSet?.slice(NAME.length + 1);
    expect(await kube.get(PODS, NAMESPACE, name)).toMatchObject({
      kind: 'Pod',
      apiVersion: 'v1',
      metadata: {
        name,
        generateName: `${replicaSet}-`,
        namespace: NAMESPACE,
        uid: expect.stringMatching(/^[0-9a-f-]{36}$/),
        resourceVersion: expect.stringMatching(/^\d+$/),
        creationTimestamp: '2026-11-21T23:00:00Z',
        labels: { app: NAME, istio: GATEWAY, 'pod-template-hash': hash },
        ownerReferences: [{ apiVersion: 'apps/v1', kind: 'ReplicaSet', name: replicaSet, controller: true }],
      },
      spec: { terminationGracePeriodSeconds: 30 },
    });
    expect(await errorOf(kube.get(PODS, NAMESPACE, `${replicaSet}-none`))).toMatchObject({ kind: 'not-found' });
    expect(await errorOf(kube.get(PODS, 'default', name))).toMatchObject({ kind: 'not-found' });
    expect(await kube.list(PODS, 'default')).toEqual([]);
  });

  it('change the version of a pod with its state, and of no other', async () => {
    const cloud = smallCloud({ startUp: 45 * SECOND });
    const kube = await cluster(cloud);
    async function versions(): Promise<ReadonlyMap<string, string>> {
      const pods = await kube.list(PODS, NAMESPACE);
      return new Map(
        pods.map((pod) => [String(at(pod, 'metadata', 'name')), String(at(pod, 'metadata', 'resourceVersion'))]),
      );
    }
    const first = await versions();
    await scale(cloud, 4);
    cloud.step(5 * SECOND);
    const young = await versions();
    cloud.step(MINUTE);
    const ready = await versions();
    expect([...first].filter(([name, version]) => ready.get(name) !== version)).toEqual([]);
    const [added] = [...young.keys()].filter((name) => !first.has(name));
    expect(Number(ready.get(added ?? ''))).toBeGreaterThan(Number(young.get(added ?? '')));
  });

  it('leave new pods waiting while the nodes of the region are full, and running ones alone', async () => {
    const cloud = smallCloud();
    const kube = await cluster(cloud);
    cloud.faults.nodesFull({ region: 'cn-beijing', from: START, to: START + HOUR });
    cloud.faults.nodesFull({ region: REGION, from: START + MINUTE, to: START + 10 * MINUTE });
    await scale(cloud, 4);
    cloud.step(2 * MINUTE);
    expect(counts(cloud)).toEqual([4, 4]);
    await scale(cloud, 6);
    cloud.step(7 * MINUTE);
    expect(counts(cloud)).toEqual([6, 4]);
    expect(await kube.list(PODS, NAMESPACE, { fields: 'status.phase=Pending' })).toMatchObject([
      {
        metadata: { creationTimestamp: '2026-11-22T00:02:00Z' },
        status: {
          conditions: [
            {
              type: 'PodScheduled',
              status: 'False',
              reason: 'Unschedulable',
              message: '0/3 nodes are available: 3 Insufficient cpu.',
              lastTransitionTime: '2026-11-22T00:02:00Z',
            },
          ],
        },
      },
      { status: { conditions: [{ reason: 'Unschedulable' }] } },
    ]);
    expect(await kube.get(DEPLOYMENTS, NAMESPACE, NAME)).toMatchObject({ status: { unavailableReplicas: 2 } });
    cloud.step(2 * MINUTE);
    expect(counts(cloud)).toEqual([6, 6]);
    expect(await kube.list(PODS, NAMESPACE, { fields: 'status.phase=Pending' })).toEqual([]);
  });

  it('keep pods waiting that no node has room for, until there is room', async () => {
    const cloud = createCloud({ at: START, seed: 1 });
    cloud.addCluster({ region: REGION, id: CLUSTER, podLimit: 4 });
    for (const name of [GATEWAY, 'other']) {
      cloud.addGateway({
        region: REGION,
        clusterId: CLUSTER,
        name,
        replicas: 1,
        owner: 'deployment',
        loadBalancerIds: [`lb-${name}`],
        capacityPerReplica: 1,
      });
    }
    const kube = await cluster(cloud);
    await scale(cloud, 5);
    cloud.step(10 * MINUTE);
    expect(counts(cloud)).toEqual([5, 3]);
    const waiting = (await kube.list(PODS, NAMESPACE)).filter((pod) => at(pod, 'status', 'phase') === 'Pending');
    expect(waiting).toHaveLength(2);
    expect(waiting[0]).toMatchObject({
      status: { conditions: [{ type: 'PodScheduled', status: 'False', reason: 'Unschedulable' }] },
    });
    await kube.patch(DEPLOYMENTS, NAMESPACE, 'istio-other', { spec: { replicas: 0 } }, { subresource: 'scale' });
    cloud.step(MINUTE);
    expect(counts(cloud)).toEqual([5, 4]);
  });

  it('take their pods with them when they are deleted', async () => {
    const cloud = smallCloud();
    const kube = await cluster(cloud);
    await kube.delete(DEPLOYMENTS, NAMESPACE, NAME);
    cloud.step(5 * SECOND);
    expect(await kube.list(PODS, NAMESPACE)).toEqual([]);
    expect(counts(cloud)).toEqual([0, 0]);
  });
});

describe('HorizontalPodAutoscaler', () => {
  it('follows the load every 15 s and reports', async () => {
    const cloud = smallCloud({ owner: 'hpa', hpa: HPA });
    cloud.setLoad(REGION, GATEWAY, steady(240));
    cloud.step(10 * SECOND);
    expect(counts(cloud)).toEqual([3, 3]);
    cloud.step(5 * SECOND);
    expect(counts(cloud)).toEqual([5, 3]);
    const kube = await cluster(cloud);
    expect(await kube.get(AUTOSCALERS, NAMESPACE, NAME)).toMatchObject({
      status: {
        currentReplicas: 3,
        desiredReplicas: 5,
        lastScaleTime: '2026-11-22T00:00:15Z',
        currentMetrics: [{ resource: { name: 'cpu', current: { averageUtilization: 80 } } }],
      },
    });
    cloud.step(2 * MINUTE);
    expect(counts(cloud)).toEqual([5, 5]);
  });

  it('lowers only after five minutes of lower recommendations', () => {
    const cloud = smallCloud({ owner: 'hpa', hpa: HPA, replicas: 8 });
    cloud.setLoad(REGION, GATEWAY, (now) => steady(now < START + MINUTE ? 400 : 100)());
    cloud.step(6 * MINUTE);
    expect(counts(cloud)).toEqual([8, 8]);
    cloud.step(MINUTE);
    expect(counts(cloud)).toEqual([2, 2]);
  });

  it('obeys a new minimum at its next sync, and stays at its maximum', async () => {
    const cloud = smallCloud({ owner: 'hpa', hpa: HPA });
    const kube = await cluster(cloud);
    await kube.patch(AUTOSCALERS, NAMESPACE, NAME, { spec: { minReplicas: 7 } });
    cloud.step(15 * SECOND);
    expect(counts(cloud)).toEqual([7, 3]);
    cloud.setLoad(REGION, GATEWAY, steady(5_000));
    cloud.step(10 * MINUTE);
    expect(counts(cloud)).toEqual([10, 10]);
  });

  it('puts back what somebody else writes into the Deployment below its minimum', async () => {
    const cloud = smallCloud({ owner: 'hpa', hpa: HPA });
    await scale(cloud, 1);
    cloud.step(15 * SECOND);
    expect(counts(cloud)[0]).toBe(2);
  });

  it('counts a new pod only from one metric window after it became ready', async () => {
    const cloud = smallCloud({ owner: 'hpa', hpa: { ...HPA, max: 6 } });
    const kube = await cluster(cloud);
    const behavior = { scaleDown: { stabilizationWindowSeconds: 0 } };
    await kube.patch(AUTOSCALERS, NAMESPACE, NAME, { spec: { behavior } });
    cloud.setLoad(REGION, GATEWAY, steady(600));
    cloud.step(55 * SECOND);
    expect(counts(cloud)).toEqual([6, 3]);
    await kube.patch(AUTOSCALERS, NAMESPACE, NAME, { spec: { maxReplicas: 20 } });
    cloud.step(5 * SECOND);
    expect(counts(cloud)).toEqual([6, 6]);
    cloud.step(15 * SECOND);
    expect(counts(cloud)).toEqual([12, 6]);
  });

  it('does nothing while no pod is ready', async () => {
    const cloud = smallCloud({ owner: 'hpa', hpa: HPA, startUp: HOUR });
    const kube = await cluster(cloud);
    cloud.setLoad(REGION, GATEWAY, steady(400));
    for (const pod of await kube.list(PODS, NAMESPACE))
      await kube.delete(PODS, NAMESPACE, String(at(pod, 'metadata', 'name')));
    cloud.step(5 * MINUTE);
    expect(counts(cloud)).toEqual([3, 0]);
  });
});

describe('ASM', () => {
  it('puts the replicas of its Deployment back at its next synchronisation', async () => {
    const cloud = smallCloud({ owner: 'asm' });
    await scale(cloud, 6);
    cloud.step(55 * SECOND);
    expect(counts(cloud)[0]).toBe(6);
    cloud.step(5 * SECOND);
    expect(counts(cloud)[0]).toBe(3);
    expect(cloud.stats(REGION, GATEWAY).changes).toBe(2);
  });

  it('follows replicaCount', async () => {
    const cloud = smallCloud({ owner: 'asm' });
    const kube = await mesh(cloud);
    await kube.patch(ISTIO_GATEWAYS, NAMESPACE, GATEWAY, { spec: { replicaCount: 6 } });
    cloud.step(MINUTE);
    expect(counts(cloud)[0]).toBe(6);
  });

  it('lets overrides of the cluster go first', async () => {
    const cloud = smallCloud({ owner: 'asm' });
    const kube = await mesh(cloud);
    await kube.patch(ISTIO_GATEWAYS, NAMESPACE, GATEWAY, {
      spec: { replicaCount: 6, overrides: { [CLUSTER]: { replicaCount: 4 }, 'c-other': { replicaCount: 9 } } },
    });
    cloud.step(MINUTE);
    expect(counts(cloud)[0]).toBe(4);
  });

  it('leaves the replicas alone when it is told to, but not the annotations', async () => {
    const cloud = smallCloud({ owner: 'asm-left-to-us' });
    const kube = await cluster(cloud);
    await scale(cloud, 6);
    const annotations = { 'example.com/state': 'ours', 'asm.alibabacloud.com/note': 'theirs' };
    await kube.patch(DEPLOYMENTS, NAMESPACE, NAME, { metadata: { annotations } });
    cloud.step(MINUTE);
    expect(counts(cloud)[0]).toBe(6);
    const deployment = await kube.get(DEPLOYMENTS, NAMESPACE, NAME);
    expect(at(deployment, 'metadata', 'annotations')).toEqual({ 'asm.alibabacloud.com/note': 'theirs' });
  });

  it('leaves the HPA of the operator alone when it is told to leave replicas', async () => {
    const cloud = smallCloud({ owner: 'asm-left-to-us-hpa', hpa: HPA });
    const kube = await cluster(cloud);
    await kube.patch(AUTOSCALERS, NAMESPACE, NAME, {
      spec: { minReplicas: 5 },
      metadata: { annotations: { 'example.com/state': 'ours' } },
    });
    cloud.step(2 * MINUTE);
    expect(await kube.get(AUTOSCALERS, NAMESPACE, NAME)).toMatchObject({
      metadata: { annotations: { 'example.com/state': 'ours' } },
      spec: { minReplicas: 5 },
    });
    expect(counts(cloud)).toEqual([5, 5]);
  });

  it('makes an HPA of an autoscaling gateway, and puts back what others write into it', async () => {
    const cloud = smallCloud({ owner: 'asm-autoscale', hpa: HPA });
    const kube = await cluster(cloud);
    const patch = { spec: { minReplicas: 5 }, metadata: { annotations: { 'example.com/state': 'ours' } } };
    await kube.patch(AUTOSCALERS, NAMESPACE, NAME, patch);
    cloud.step(30 * SECOND);
    expect(counts(cloud)[0]).toBe(5);
    cloud.step(30 * SECOND);
    const restored = await kube.get(AUTOSCALERS, NAMESPACE, NAME);
    expect(restored).toMatchObject({ spec: { minReplicas: 2, maxReplicas: 10 } });
    expect(at(restored, 'metadata', 'annotations')).toBeUndefined();
  });

  it('hands minReplicas of the IstioGateway on to its HPA', async () => {
    const cloud = smallCloud({ owner: 'asm-autoscale', hpa: HPA });
    const kube = await mesh(cloud);
    await kube.patch(ISTIO_GATEWAYS, NAMESPACE, GATEWAY, { spec: { minReplicas: 6 } });
    cloud.step(75 * SECOND);
    expect(counts(cloud)[0]).toBe(6);
  });

  it('removes its HPA when the gateway does not autoscale any more', async () => {
    const cloud = smallCloud({ owner: 'asm-autoscale', hpa: HPA });
    const [control, data] = [await mesh(cloud), await cluster(cloud)];
    await control.patch(ISTIO_GATEWAYS, NAMESPACE, GATEWAY, { spec: { autoscaleEnabled: false, replicaCount: 7 } });
    cloud.step(MINUTE);
    expect(await errorOf(data.get(AUTOSCALERS, NAMESPACE, NAME))).toMatchObject({ kind: 'not-found' });
    expect(counts(cloud)[0]).toBe(7);
  });

  it('does not write an object that is as it should be', async () => {
    const cloud = smallCloud({ owner: 'asm-autoscale', hpa: HPA, replicas: 2 });
    const kube = await cluster(cloud);
    cloud.step(MINUTE);
    const before = at(await kube.get(AUTOSCALERS, NAMESPACE, NAME), 'metadata', 'resourceVersion');
    cloud.step(10 * MINUTE);
    expect(at(await kube.get(AUTOSCALERS, NAMESPACE, NAME), 'metadata', 'resourceVersion')).toBe(before);
  });

  it('keeps a serverless gateway out of the cluster', async () => {
    const cloud = smallCloud({ owner: 'serverless' });
    cloud.setLoad(REGION, GATEWAY, steady(500));
    cloud.step(2 * MINUTE);
    expect(await (await cluster(cloud)).list(DEPLOYMENTS, NAMESPACE)).toEqual([]);
    const [gateway] = await (await mesh(cloud)).list(ISTIO_GATEWAYS, NAMESPACE);
    expect(gateway).toMatchObject({ metadata: { annotations: { 'asm.alibabacloud.com/managed-by-asm': 'true' } } });
    expect(at(gateway, 'spec', 'clusterIds')).toBeUndefined();
    expect(cloud.stats(REGION, GATEWAY)).toMatchObject({ offered: 60_000, lost: 0, readyReplicas: 0 });
  });
});
