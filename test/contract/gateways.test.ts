import { type Cloud, createCloud, type GatewaySetup } from '../../rehearsal/cloud';
import { createGateways, createGatewayWriter } from '../../shared/cloud/gateways';
import type { ClusterSeen, Journal, ScaleTarget } from '../../shared/core/gateway';
import { MINUTE, SECOND } from '../../shared/core/time';
import {
  AUTOSCALERS,
  CLUSTER,
  CONFIG_MAPS,
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

const NAME = 'istio-ingressgateway';
const HPA = { min: 2, max: 10, targetUtilization: 50 };

describe.each(FACES)('Gateways and GatewayWriter %s', (_, open) => {
  let face: Face;
  afterEach(() => face.close());

  async function start(change: Partial<GatewaySetup> = {}, withMesh = true) {
    const cloud = smallCloud(change);
    face = await open(cloud);
    return ports(cloud, withMesh);
  }

  async function ports(cloud: Cloud, withMesh: boolean) {
    const kube = await openCluster(face);
    const istioKube = withMesh ? ({ ok: true, value: await openMesh(face) } as const) : undefined;
    const access = { kube, istioKube, journalNamespace: NAMESPACE, namespaces: [NAMESPACE] };
    cloud.resetCalls();
    return { cloud, kube, gateways: createGateways(access), writer: createGatewayWriter(access) };
  }

  it('sees a gateway of each kind of owner', async () => {
    const { gateways, cloud } = await start({ owner: 'asm-left-to-us-hpa', hpa: HPA });
    const seen = await gateways.observe();
    expect(seen).toEqual({
      deployments: [
        {
          namespace: NAMESPACE,
          name: NAME,
          resourceVersion: expect.stringMatching(/^\d+$/),
          replicas: 3,
          readyReplicas: 3,
        },
      ],
      autoscalers: [
        {
          namespace: NAMESPACE,
          name: NAME,
          resourceVersion: expect.stringMatching(/^\d+$/),
          scales: { kind: 'Deployment', name: NAME },
          minReplicas: 2,
          maxReplicas: 10,
        },
      ],
      services: [
        {
          namespace: NAMESPACE,
          name: NAME,
          type: 'LoadBalancer',
          selector: { app: NAME, istio: 'ingressgateway' },
          loadBalancerId: 'lb-1',
        },
        {
          namespace: NAMESPACE,
          name: `${NAME}-clb-2`,
          type: 'LoadBalancer',
          selector: { app: NAME, istio: 'ingressgateway' },
          loadBalancerId: 'lb-2',
        },
      ],
      istioGateways: {
        ok: true,
        value: [
          {
            namespace: NAMESPACE,
            name: 'ingressgateway',
            seen: {
              ok: true,
              value: {
                namespace: NAMESPACE,
                name: 'ingressgateway',
                resourceVersion: expect.stringMatching(/^\d+$/),
                serverless: false,
                replicasLeftToUs: true,
                clusterIds: [CLUSTER],
                fields: expect.objectContaining({ replicaCount: 3 }),
                overrides: {},
              },
            },
          },
        ],
      },
      journal: { ok: true, value: { resourceVersion: undefined, freeze: undefined, gateways: {} } },
    });
    expect(
      cloud
        .calls()
        .map(({ operation }) => operation)
        .sort(),
    ).toEqual([
      'kube get configmaps',
      'kube list deployments',
      'kube list horizontalpodautoscalers',
      'kube list istiogateways',
      'kube list services',
    ]);
  });

  it('sees a gateway without a mesh, and a serverless one', async () => {
    const alone = await start({}, false);
    expect((await alone.gateways.observe()).istioGateways).toBeUndefined();
    await face.close();
    const { gateways } = await start({ owner: 'serverless' });
    const seen = await gateways.observe();
    expect(seen.deployments).toEqual([]);
    expect(seen.istioGateways).toMatchObject({
      ok: true,
      value: [{ seen: { value: { serverless: true, clusterIds: [] } } }],
    });
  });

  it('sees a Deployment without a ready pod', async () => {
    const { cloud, gateways, kube } = await start();
    await kube.patch(DEPLOYMENTS, NAMESPACE, NAME, { spec: { replicas: 0 } });
    cloud.step(5 * SECOND);
    expect((await gateways.observe()).deployments).toMatchObject([{ replicas: 0, readyReplicas: 0 }]);
  });

  it('looks at a hundred gateways with as many calls as at one', async () => {
    const cloud = createCloud({ at: START, seed: 1 });
    cloud.addCluster({ region: REGION, id: CLUSTER });
    cloud.addMesh({ region: REGION, id: MESH, clusterIds: [CLUSTER] });
    for (let index = 0; index < 100; index += 1) {
      cloud.addGateway({
        region: REGION,
        clusterId: CLUSTER,
        meshId: MESH,
        name: `g${index}`,
        replicas: 1,
        owner: 'asm',
        loadBalancerIds: [`lb-${index}`],
        capacityPerReplica: 1,
      });
    }
    face = await open(cloud);
    const { gateways } = await ports(cloud, true);
    expect((await gateways.observe()).deployments).toHaveLength(100);
    expect(cloud.calls()).toHaveLength(5);
  });

  it.each([
    ['deployments', 'kube list deployments'],
    ['autoscalers', 'kube list horizontalpodautoscalers'],
    ['services', 'kube list services'],
  ])('throws when %s cannot be read', async (_name, operation) => {
    const { cloud, gateways } = await start();
    cloud.faults.fail({ operation, status: 403, code: 'Forbidden' });
    expect(await errorOf(gateways.observe())).toMatchObject({ kind: 'permission', operation });
  });

  it.each([
    ['istioGateways', 'kube list istiogateways'],
    ['journal', 'kube get configmaps'],
  ] as const)('goes on without %s, and says why', async (part, operation) => {
    const { cloud, gateways } = await start({ owner: 'asm' });
    cloud.faults.fail({ operation, status: 503, code: 'ServiceUnavailable', message: 'etcd is away' });
    const seen = await gateways.observe();
    expect(seen[part]).toMatchObject({ ok: false, problem: expect.stringContaining('etcd is away') });
    expect(seen.deployments).toHaveLength(1);
  });

  async function deploymentTarget(gateways: ReturnType<typeof createGateways>): Promise<ScaleTarget> {
    const [deployment] = (await gateways.observe()).deployments;
    return {
      kind: 'Deployment',
      namespace: NAMESPACE,
      name: NAME,
      resourceVersion: deployment?.resourceVersion ?? '',
      field: ['spec', 'replicas'],
      current: 3,
      ceiling: undefined,
    };
  }

  it('scales a Deployment, an HPA and an IstioGateway', async () => {
    const { cloud, gateways, writer, kube } = await start({ owner: 'asm-left-to-us-hpa', hpa: HPA });
    const seen = await gateways.observe();
    const deployment = await deploymentTarget(gateways);
    expect(await writer.scale(deployment, 4)).toMatchObject({ value: 4 });
    const autoscaler: ScaleTarget = {
      ...deployment,
      kind: 'HorizontalPodAutoscaler',
      field: ['spec', 'minReplicas'],
      current: 2,
      ceiling: 10,
      resourceVersion: seen.autoscalers[0]?.resourceVersion ?? '',
    };
    expect(await writer.scale(autoscaler, 5)).toMatchObject({ value: 5 });
    const resourceVersion = istioGatewayVersion(seen);
    const gateway: ScaleTarget = {
      ...deployment,
      kind: 'IstioGateway',
      name: 'ingressgateway',
      field: ['spec', 'overrides', CLUSTER, 'replicaCount'],
      current: 3,
      resourceVersion,
    };
    expect(await writer.scale({ ...gateway, field: ['spec', 'replicaCount'] }, 6)).toMatchObject({ value: 6 });
    expect([await gateways.read(deployment), await gateways.read(autoscaler)]).toEqual([4, 5]);
    expect(await kube.get(AUTOSCALERS, NAMESPACE, NAME)).toMatchObject({ spec: { minReplicas: 5, maxReplicas: 10 } });
    expect(await gateways.read({ ...gateway, field: ['spec', 'replicaCount'] })).toBe(6);
    cloud.step(MINUTE);
    expect(cloud.stats(REGION, 'ingressgateway').specReplicas).toBe(5);
  });

  it('scales the override of one cluster', async () => {
    const { cloud, gateways, writer } = await start({ owner: 'asm' });
    const mesh = await openMesh(face);
    await mesh.patch(ISTIO_GATEWAYS, NAMESPACE, 'ingressgateway', {
      spec: { overrides: { [CLUSTER]: { replicaCount: 4 } } },
    });
    const seen = await gateways.observe();
    const resourceVersion = istioGatewayVersion(seen);
    const target: ScaleTarget = {
      kind: 'IstioGateway',
      namespace: NAMESPACE,
      name: 'ingressgateway',
      resourceVersion,
      field: ['spec', 'overrides', CLUSTER, 'replicaCount'],
      current: 4,
      ceiling: undefined,
    };
    expect(await writer.scale(target, 8)).toMatchObject({ value: 8 });
    cloud.step(MINUTE);
    expect(cloud.stats(REGION, 'ingressgateway').specReplicas).toBe(8);
  });

  it('scales when only the status has changed since', async () => {
    const { cloud, gateways, writer, kube } = await start();
    const target = await deploymentTarget(gateways);
    await kube.patch(DEPLOYMENTS, NAMESPACE, NAME, { status: { readyReplicas: 2 } }, { subresource: 'status' });
    expect(await writer.scale(target, 5)).toMatchObject({ value: 5 });
    expect(cloud.stats(REGION, 'ingressgateway').specReplicas).toBe(5);
  });

  it('does not scale an IstioGateway that has changed, whatever changed', async () => {
    const { gateways, writer } = await start({ owner: 'asm' });
    const resourceVersion = istioGatewayVersion(await gateways.observe());
    const mesh = await openMesh(face);
    await mesh.patch(ISTIO_GATEWAYS, NAMESPACE, 'ingressgateway', { metadata: { annotations: { a: 'b' } } });
    const target: ScaleTarget = {
      kind: 'IstioGateway',
      namespace: NAMESPACE,
      name: 'ingressgateway',
      resourceVersion,
      field: ['spec', 'replicaCount'],
      current: 3,
      ceiling: undefined,
    };
    expect(await errorOf(writer.scale(target, 5))).toMatchObject({ kind: 'conflict' });
    expect(await gateways.read(target)).toBe(3);
  });

  it('does not scale when somebody else has', async () => {
    const { cloud, gateways, writer, kube } = await start();
    const target = await deploymentTarget(gateways);
    await kube.patch(DEPLOYMENTS, NAMESPACE, NAME, { spec: { replicas: 9 } });
    expect(await errorOf(writer.scale(target, 5))).toMatchObject({ kind: 'conflict' });
    expect(cloud.stats(REGION, 'ingressgateway').specReplicas).toBe(9);
  });

  it.each([
    ['done', true, 5],
    ['not done', false, 3],
  ])('reads a write back whose answer was lost: %s', async (_name, afterEffect, replicas) => {
    const { cloud, gateways, writer } = await start();
    const target = await deploymentTarget(gateways);
    cloud.faults.cut({ operation: 'kube patch deployments/scale', times: 1, afterEffect });
    const outcome = await writer.scale(target, 5).then(
      ({ value }) => value,
      ({ kind }) => kind,
    );
    expect(outcome).toBe(afterEffect ? 5 : 'unknown-outcome');
    expect(cloud.stats(REGION, 'ingressgateway').specReplicas).toBe(replicas);
    expect(cloud.calls().filter(({ operation }) => operation === 'kube patch deployments/scale')).toHaveLength(1);
  });

  it('does not raise a minimum above the maximum', async () => {
    const { gateways, writer } = await start({ owner: 'hpa', hpa: HPA });
    const [autoscaler] = (await gateways.observe()).autoscalers;
    const target: ScaleTarget = {
      kind: 'HorizontalPodAutoscaler',
      namespace: NAMESPACE,
      name: NAME,
      resourceVersion: autoscaler?.resourceVersion ?? '',
      field: ['spec', 'minReplicas'],
      current: 2,
      ceiling: 10,
    };
    expect(await errorOf(writer.scale(target, 11))).toMatchObject({ kind: 'rejected', status: 422 });
  });

  const JOURNAL: Journal = {
    resourceVersion: undefined,
    freeze: { owner: 'alice', reason: 'release', until: START + MINUTE },
    gateways: {
      ingressgateway: {
        ok: true,
        value: {
          override: { replicas: 8, owner: 'bob', reason: 'sale', from: START, until: START + MINUTE },
          events: [{ at: START, from: 3, to: 5, completedAt: START + SECOND }],
        },
      },
      other: { ok: true, value: { override: undefined, events: [] } },
    },
  };

  it('keeps a journal: creates, replaces, forgets', async () => {
    const { gateways, writer } = await start();
    const created = await writer.record(JOURNAL);
    expect(created).toEqual({ ...JOURNAL, resourceVersion: expect.stringMatching(/^\d+$/) });
    expect((await gateways.observe()).journal).toEqual({ ok: true, value: created });
    expect(await gateways.journal()).toEqual(created);
    const shorter: Journal = {
      resourceVersion: created.resourceVersion,
      freeze: undefined,
      gateways: { other: { ok: true, value: { override: undefined, events: [] } } },
    };
    const replaced = await writer.record(shorter);
    expect(replaced).toEqual({ ...shorter, resourceVersion: expect.stringMatching(/^\d+$/) });
    expect((await gateways.observe()).journal).toEqual({ ok: true, value: replaced });
  });

  it('leaves an entry of the journal that somebody broke as it is', async () => {
    const { gateways, writer, kube } = await start();
    await writer.record(JOURNAL);
    await kube.patch(CONFIG_MAPS, NAMESPACE, 'gateway-autopilot', { data: { 'other.json': 'replicas: 5' } });
    const seen = await gateways.journal();
    expect(seen.gateways['other']).toMatchObject({ ok: false, needsPerson: true });
    const written = await writer.record({ ...seen, freeze: undefined, gateways: {} });
    expect(Object.keys(written.gateways)).toEqual(['other']);
    const stored = await kube.get(CONFIG_MAPS, NAMESPACE, 'gateway-autopilot');
    expect(stored).toMatchObject({ data: { 'other.json': 'replicas: 5' } });
  });

  it('does not overwrite the journal of another look', async () => {
    const { writer } = await start();
    const created = await writer.record(JOURNAL);
    expect(await errorOf(writer.record(JOURNAL))).toMatchObject({ kind: 'conflict' });
    await writer.record({ ...created, freeze: undefined });
    expect(await errorOf(writer.record({ ...created, gateways: {} }))).toMatchObject({ kind: 'conflict' });
  });

  it('loses the race of two writers in one place only', async () => {
    const { cloud, writer, kube } = await start();
    const created = await writer.record(JOURNAL);
    cloud.faults.before({ operation: 'kube patch configmaps', times: 1 }, async () => {
      await kube.patch(CONFIG_MAPS, NAMESPACE, 'gateway-autopilot', { data: { freeze: 'stop everything' } });
    });
    expect(await errorOf(writer.record({ ...created, freeze: undefined }))).toMatchObject({ kind: 'conflict' });
    const stored = await kube.get(CONFIG_MAPS, NAMESPACE, 'gateway-autopilot');
    expect(stored).toMatchObject({ data: { freeze: 'stop everything' } });
  });
});

function istioGatewayVersion({ istioGateways }: ClusterSeen): string {
  const seen = istioGateways?.ok === true ? istioGateways.value[0]?.seen : undefined;
  if (seen?.ok !== true) throw new Error('the IstioGateway was not read');
  return seen.value.resourceVersion;
}
