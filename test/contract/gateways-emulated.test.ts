import { type Cloud, createCloud, type GatewaySetup } from '../../rehearsal/cloud';
import { createGateways, createGatewayWriter } from '../../shared/cloud/gateways';
import type { ScaleTarget } from '../../shared/core/gateway';
import { MINUTE, SECOND } from '../../shared/core/time';
import {
  CLUSTER,
  CONFIG_MAPS,
  DEPLOYMENTS,
  errorOf,
  FACES,
  type Face,
  MESH,
  NAMESPACE,
  openCluster,
  openMesh,
  REGION,
  START,
  smallCloud,
} from '../rehearsal/cloud/faces';

const NAME = 'istio-ingressgateway';

/** What a real API server cannot be asked for: faults, controllers, other owners, a count of calls. */
describe.each(FACES)('Gateways and GatewayWriter of the emulated cloud %s', (_, open) => {
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

  it('sees the pods of a region whose nodes are full, until they are not', async () => {
    const { cloud, gateways, kube } = await start();
    const message = '0/3 nodes are available: 3 Insufficient cpu.';
    cloud.faults.nodesFull({ region: REGION, from: START, to: START + MINUTE });
    await kube.patch(DEPLOYMENTS, NAMESPACE, NAME, { spec: { replicas: 5 } });
    cloud.step(30 * SECOND);
    expect(await gateways.unschedulablePods(NAMESPACE)).toMatchObject([
      { since: START, message },
      { since: START, message },
    ]);
    cloud.step(MINUTE);
    expect(await gateways.unschedulablePods(NAMESPACE)).toEqual([]);
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

  it.each([
    ['whole gateway', ['spec', 'replicaCount']],
    ['override of one cluster', ['spec', 'overrides', CLUSTER, 'replicaCount']],
  ])('scales pods through the %s', async (_name, field) => {
    const { cloud, gateways, writer } = await start({ owner: 'asm' });
    const { istioGateways } = await gateways.observe();
    const seen = istioGateways?.ok === true ? istioGateways.value[0]?.seen : undefined;
    const target: ScaleTarget = {
      kind: 'IstioGateway',
      namespace: NAMESPACE,
      name: 'ingressgateway',
      resourceVersion: seen?.ok === true ? seen.value.resourceVersion : '',
      field,
      current: 3,
      ceiling: undefined,
    };
    expect(await writer.scale(target, 8)).toMatchObject({ value: 8 });
    cloud.step(MINUTE);
    expect(cloud.stats(REGION, 'ingressgateway').specReplicas).toBe(8);
  });

  it.each([
    ['done', true, 5],
    ['not done', false, 3],
  ])('reads a write back whose answer was lost: %s', async (_name, afterEffect, replicas) => {
    const { cloud, gateways, writer } = await start();
    const [deployment] = (await gateways.observe()).deployments;
    const target: ScaleTarget = {
      kind: 'Deployment',
      namespace: NAMESPACE,
      name: NAME,
      resourceVersion: deployment?.resourceVersion ?? '',
      field: ['spec', 'replicas'],
      current: 3,
      ceiling: undefined,
    };
    cloud.faults.cut({ operation: 'kube patch deployments/scale', times: 1, afterEffect });
    const outcome = await writer.scale(target, 5).then(
      ({ value }) => value,
      ({ kind }) => kind,
    );
    expect(outcome).toBe(afterEffect ? 5 : 'unknown-outcome');
    expect(cloud.stats(REGION, 'ingressgateway').specReplicas).toBe(replicas);
    expect(cloud.calls().filter(({ operation }) => operation === 'kube patch deployments/scale')).toHaveLength(1);
  });

  it('loses the race of two writers of the journal in one place only', async () => {
    const { cloud, writer, kube } = await start();
    const freeze = { owner: 'alice', reason: 'release', until: START + MINUTE };
    const created = await writer.record({ resourceVersion: undefined, freeze, gateways: {} });
    cloud.faults.before({ operation: 'kube patch configmaps', times: 1 }, async () => {
      await kube.patch(CONFIG_MAPS, NAMESPACE, 'gateway-autopilot', { data: { freeze: 'stop everything' } });
    });
    expect(await errorOf(writer.record({ ...created, freeze: undefined }))).toMatchObject({ kind: 'conflict' });
    const stored = await kube.get(CONFIG_MAPS, NAMESPACE, 'gateway-autopilot');
    expect(stored).toMatchObject({ data: { freeze: 'stop everything' } });
  });
});
