import { createGateways, createGatewayWriter } from '../../shared/cloud/gateways';
import { AUTOSCALER, CONFIG_MAP, DEPLOYMENT, ISTIO_GATEWAYS } from '../../shared/cloud/kinds';
import type { ClusterSeen, GatewayJournal, Journal, ScaleTarget } from '../../shared/core/gateway';
import { MINUTE, SECOND } from '../../shared/core/time';
import { errorOf, NAMESPACE, START } from '../rehearsal/cloud/faces';
import { KUBERNETES_APIS, type KubernetesApi, START_LIMIT } from '../setup/kubernetes-apis';

const NAME = 'istio-ingressgateway';
const [ISTIO_GATEWAY] = ISTIO_GATEWAYS;
const LABELS = { app: NAME, istio: 'ingressgateway' } as const;
const VERSION = expect.stringMatching(/^\d+$/);

const EMPTY: GatewayJournal = {
  override: undefined,
  hold: undefined,
  protection: undefined,
  events: [],
  usage: undefined,
  extra: { asked: undefined, purchases: [] },
  originals: [],
};
const JOURNAL: Journal = {
  resourceVersion: undefined,
  freeze: { owner: 'alice', reason: 'release', until: START + MINUTE },
  gateways: {
    ingressgateway: {
      ok: true,
      value: {
        override: { replicas: 8, owner: 'bob', reason: 'sale', from: START, until: START + MINUTE },
        hold: { direction: 'in', owner: 'bob', reason: 'sale', from: START, until: START + MINUTE },
        protection: { floor: 4, owner: 'failover-dns', reason: 'drained', from: START, until: START + MINUTE },
        events: [{ at: START, from: 3, to: 5, written: true, completedAt: START + SECOND }],
        usage: { at: START, replicaHours: 7.5 },
        extra: {
          asked: { bound: 'ceiling', count: 0, owner: 'bob', reason: 'sale', from: START, until: START + MINUTE },
          purchases: [START],
        },
        originals: [
          {
            kind: 'HorizontalPodAutoscaler',
            namespace: 'istio-system',
            name: 'web',
            field: ['spec', 'minReplicas'],
            value: 2,
            ours: [3, 5],
          },
        ],
      },
    },
    other: { ok: true, value: EMPTY },
  },
};

describe.each(KUBERNETES_APIS)('Gateways and GatewayWriter %s', (_, start) => {
  let api: KubernetesApi;
  beforeAll(async () => {
    api = await start();
  }, START_LIMIT);
  afterAll(() => api.close());

  async function furnish() {
    const { kube, istioKube, operator, blockPod } = await api.furnish();
    const access = { kube, istioKube: { ok: true, value: istioKube }, journalNamespace: NAMESPACE } as const;
    const gateways = createGateways({ ...access, namespaces: [NAMESPACE] });
    return { gateways, writer: createGatewayWriter(access), operator, blockPod, seen: await gateways.observe() };
  }

  function deployment({ deployments }: ClusterSeen): ScaleTarget {
    return {
      kind: 'Deployment',
      namespace: NAMESPACE,
      name: NAME,
      resourceVersion: deployments[0]?.resourceVersion ?? '',
      field: ['spec', 'replicas'],
      current: 3,
      ceiling: undefined,
    };
  }

  function autoscaler(seen: ClusterSeen): ScaleTarget {
    return {
      ...deployment(seen),
      kind: 'HorizontalPodAutoscaler',
      resourceVersion: seen.autoscalers[0]?.resourceVersion ?? '',
      field: ['spec', 'minReplicas'],
      current: 2,
      ceiling: 10,
    };
  }

  function istioGateway(seen: ClusterSeen, field: readonly string[] = ['spec', 'replicaCount']): ScaleTarget {
    const found = seen.istioGateways?.ok === true ? seen.istioGateways.value[0]?.seen : undefined;
    if (found?.ok !== true) throw new Error('the IstioGateway was not read');
    const { resourceVersion } = found.value;
    return { ...deployment(seen), kind: 'IstioGateway', name: 'ingressgateway', resourceVersion, field };
  }

  it('sees a gateway', async () => {
    const { seen } = await furnish();
    const service = { namespace: NAMESPACE, type: 'LoadBalancer', selector: LABELS, connectionDrain: undefined };
    expect(seen).toEqual({
      deployments: [
        {
          namespace: NAMESPACE,
          name: NAME,
          resourceVersion: VERSION,
          replicas: 3,
          readyReplicas: 3,
          podLabels: LABELS,
          gracePeriod: 30 * SECOND,
        },
      ],
      autoscalers: [
        {
          namespace: NAMESPACE,
          name: NAME,
          resourceVersion: VERSION,
          scales: { kind: 'Deployment', name: NAME },
          minReplicas: 2,
          maxReplicas: 10,
        },
      ],
      services: [
        { ...service, name: NAME, loadBalancerId: 'lb-1' },
        { ...service, name: `${NAME}-clb-2`, loadBalancerId: 'lb-2' },
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
                resourceVersion: VERSION,
                serverless: false,
                replicasLeftToUs: true,
                clusterIds: ['c-test'],
                fields: expect.objectContaining({ replicaCount: 3 }),
                overrides: {},
              },
            },
          },
        ],
      },
      journal: { ok: true, value: { resourceVersion: undefined, freeze: undefined, gateways: {} } },
    });
  });

  it('sees the pods that no node has room for', async () => {
    const { gateways, blockPod } = await furnish();
    expect(await gateways.unschedulablePods(NAMESPACE)).toEqual([]);
    await blockPod();
    expect(await gateways.unschedulablePods(NAMESPACE)).toEqual([
      {
        namespace: NAMESPACE,
        name: expect.stringMatching(/^istio-ingressgateway-/),
        labels: expect.objectContaining(LABELS),
        since: START - 10 * SECOND,
        message: '0/3 nodes are available: 3 Insufficient cpu.',
      },
    ]);
  });

  it('sees a Deployment without a ready pod, and how long a pod is given to end', async () => {
    const { gateways, operator } = await furnish();
    const template = { spec: { terminationGracePeriodSeconds: 90 } };
    await operator.patch(DEPLOYMENT, NAMESPACE, NAME, { spec: { replicas: 0, template } });
    const status = { replicas: 0, updatedReplicas: 0, readyReplicas: 0, availableReplicas: 0 };
    await operator.patch(DEPLOYMENT, NAMESPACE, NAME, { status }, { subresource: 'status' });
    expect((await gateways.observe()).deployments).toMatchObject([
      { replicas: 0, readyReplicas: 0, gracePeriod: 90 * SECOND },
    ]);
  });

  it('scales a Deployment, an HPA, an IstioGateway and the override of one cluster', async () => {
    const { gateways, writer, seen } = await furnish();
    const whole = istioGateway(seen);
    const targets = [deployment(seen), autoscaler(seen), whole] as const;
    const written = [];
    for (const target of targets) written.push(await writer.scale(target, 5));
    expect(written).toEqual([
      { value: 5, resourceVersion: VERSION },
      { value: 5, resourceVersion: VERSION },
      { value: 5, resourceVersion: VERSION },
    ]);
    const override = {
      ...istioGateway(seen, ['spec', 'overrides', 'c-test', 'replicaCount']),
      current: 5,
      resourceVersion: written[2]?.resourceVersion ?? '',
    };
    expect(await writer.scale(override, 8)).toEqual({ value: 8, resourceVersion: VERSION });
    expect(await Promise.all([...targets, override].map((target) => gateways.read(target)))).toEqual([5, 5, 5, 8]);
  });

  it('scales to none and back', async () => {
    const { gateways, writer, seen } = await furnish();
    expect(await writer.scale(deployment(seen), 0)).toEqual({ value: 0, resourceVersion: VERSION });
    expect(await gateways.read(deployment(seen))).toBe(0);
    const back = { ...deployment(await gateways.observe()), current: 0 };
    expect(await writer.scale(back, 3)).toEqual({ value: 3, resourceVersion: VERSION });
  });

  it('scales when only the status has changed since', async () => {
    const { gateways, writer, operator, seen } = await furnish();
    const status = { readyReplicas: 2, availableReplicas: 2 };
    await operator.patch(DEPLOYMENT, NAMESPACE, NAME, { status }, { subresource: 'status' });
    expect(await writer.scale(deployment(seen), 5)).toMatchObject({ value: 5 });
    expect((await gateways.observe()).deployments).toMatchObject([{ replicas: 5, readyReplicas: 2 }]);
  });

  it('does not scale an IstioGateway that has changed, whatever changed', async () => {
    const { gateways, writer, operator, seen } = await furnish();
    await operator.patch(ISTIO_GATEWAY, NAMESPACE, 'ingressgateway', { metadata: { annotations: { a: 'b' } } });
    expect(await errorOf(writer.scale(istioGateway(seen), 5))).toMatchObject({ kind: 'conflict', code: 'Conflict' });
    expect(await gateways.read(istioGateway(seen))).toBe(3);
  });

  it('does not scale what somebody else has scaled', async () => {
    const { gateways, writer, operator, seen } = await furnish();
    await operator.patch(DEPLOYMENT, NAMESPACE, NAME, { spec: { replicas: 9 } });
    await operator.patch(AUTOSCALER, NAMESPACE, NAME, { spec: { minReplicas: 4 } });
    expect(await errorOf(writer.scale(deployment(seen), 5))).toMatchObject({ kind: 'conflict', code: 'Conflict' });
    expect(await errorOf(writer.scale(autoscaler(seen), 5))).toMatchObject({ kind: 'conflict', code: 'Conflict' });
    expect(await Promise.all([deployment(seen), autoscaler(seen)].map((target) => gateways.read(target)))).toEqual([
      9, 4,
    ]);
  });

  it('does not raise a minimum above the maximum', async () => {
    const { gateways, writer, seen } = await furnish();
    expect(await errorOf(writer.scale(autoscaler(seen), 11))).toMatchObject({ kind: 'rejected', status: 422 });
    expect(await gateways.read(autoscaler(seen))).toBe(2);
  });

  it('does not scale what is gone', async () => {
    const { writer, operator, seen } = await furnish();
    await operator.delete(DEPLOYMENT, NAMESPACE, NAME);
    expect(await errorOf(writer.scale(deployment(seen), 5))).toMatchObject({ kind: 'not-found', code: 'NotFound' });
  });

  it('keeps a journal: creates, replaces, forgets, empties', async () => {
    const { gateways, writer } = await furnish();
    const created = await writer.record(JOURNAL);
    expect(created).toEqual({ ...JOURNAL, resourceVersion: VERSION });
    expect((await gateways.observe()).journal).toEqual({ ok: true, value: created });
    expect(await gateways.journal()).toEqual(created);
    const shorter = { freeze: undefined, gateways: { other: { ok: true, value: EMPTY } } } as const;
    const replaced = await writer.record({ resourceVersion: created.resourceVersion, ...shorter });
    expect(replaced).toEqual({ ...shorter, resourceVersion: VERSION });
    const emptied = await writer.record({ ...replaced, gateways: {} });
    expect(emptied).toEqual({ resourceVersion: VERSION, freeze: undefined, gateways: {} });
    expect(await gateways.journal()).toEqual(emptied);
    expect(await writer.record({ ...emptied, ...shorter })).toEqual({ ...shorter, resourceVersion: VERSION });
  });

  it('leaves an entry of the journal that somebody broke as it is', async () => {
    const { gateways, writer, operator } = await furnish();
    await writer.record(JOURNAL);
    await operator.patch(CONFIG_MAP, NAMESPACE, 'gateway-autopilot', { data: { 'other.json': 'replicas: 5' } });
    const seen = await gateways.journal();
    expect(seen.gateways['other']).toMatchObject({ ok: false, needsPerson: true });
    const written = await writer.record({ ...seen, freeze: undefined, gateways: {} });
    expect(Object.keys(written.gateways)).toEqual(['other']);
    const stored = await operator.get(CONFIG_MAP, NAMESPACE, 'gateway-autopilot');
    expect(stored).toMatchObject({ data: { 'other.json': 'replicas: 5' } });
  });

  it('does not overwrite the journal of another look, nor what a person wrote', async () => {
    const { writer, operator } = await furnish();
    const created = await writer.record(JOURNAL);
    expect(await errorOf(writer.record(JOURNAL))).toMatchObject({ kind: 'conflict', code: 'AlreadyExists' });
    await operator.patch(CONFIG_MAP, NAMESPACE, 'gateway-autopilot', { data: { freeze: 'stop everything' } });
    expect(await errorOf(writer.record({ ...created, freeze: undefined }))).toMatchObject({ kind: 'conflict' });
    const stored = await operator.get(CONFIG_MAP, NAMESPACE, 'gateway-autopilot');
    expect(stored).toMatchObject({ data: { freeze: 'stop everything' } });
  });
});
