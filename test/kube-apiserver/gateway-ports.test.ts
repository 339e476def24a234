import { z } from 'zod';
import { createGateways, createGatewayWriter } from '../../shared/cloud/gateways';
import { AUTOSCALER, CONFIG_MAP, DEPLOYMENT, ISTIO_GATEWAYS } from '../../shared/cloud/kinds';
import type { Journal, ScaleTarget } from '../../shared/core/gateway';
import { CloudError } from '../../shared/errors';
import { errorOf, NAMESPACE, START } from '../rehearsal/cloud/faces';
import { KUBERNETES_APIS, type KubernetesApi, START_LIMIT } from '../setup/real-kubernetes';

const NAME = 'istio-ingressgateway';
const Version = z.object({ metadata: z.object({ resourceVersion: z.string() }) });
const VERSION = expect.stringMatching(/^\d+$/);

describe.each(KUBERNETES_APIS)('Gateways and GatewayWriter %s', (_, start) => {
  let api: KubernetesApi;
  beforeAll(async () => {
    api = await start();
  }, START_LIMIT);
  afterAll(() => api.close());

  async function furnish() {
    const { kube, istioKube, operator } = await api.furnish();
    const access = { kube, istioKube: { ok: true, value: istioKube }, journalNamespace: NAMESPACE } as const;
    const gateways = createGateways({ ...access, namespaces: [NAMESPACE] });
    const mesh = Version.parse(await istioKube.get(ISTIO_GATEWAYS[0], NAMESPACE, 'ingressgateway'));
    const seen = { ...(await gateways.observe()), istioGatewayVersion: mesh.metadata.resourceVersion };
    return { gateways, writer: createGatewayWriter(access), operator, seen };
  }
  type Seen = Awaited<ReturnType<typeof furnish>>['seen'];

  function deployment({ deployments }: Seen): ScaleTarget {
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

  function autoscaler(seen: Seen): ScaleTarget {
    return {
      ...deployment(seen),
      kind: 'HorizontalPodAutoscaler',
      resourceVersion: seen.autoscalers[0]?.resourceVersion ?? '',
      field: ['spec', 'minReplicas'],
      current: 2,
      ceiling: 10,
    };
  }

  function istioGateway(seen: Seen, field: readonly string[]): ScaleTarget {
    return {
      ...deployment(seen),
      kind: 'IstioGateway',
      name: 'ingressgateway',
      resourceVersion: seen.istioGatewayVersion,
      field,
    };
  }

  it('sees a gateway', async () => {
    const { seen } = await furnish();
    expect(seen).toEqual({
      deployments: [{ namespace: NAMESPACE, name: NAME, resourceVersion: VERSION, replicas: 3, readyReplicas: 3 }],
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
      istioGateways: { ok: true, value: [expect.objectContaining({ namespace: NAMESPACE, name: 'ingressgateway' })] },
      journal: { ok: true, value: { resourceVersion: undefined, freeze: undefined, gateways: {} } },
      istioGatewayVersion: VERSION,
    });
  });

  it('scales a Deployment, an HPA, an IstioGateway and the override of one cluster', async () => {
    const { gateways, writer, seen } = await furnish();
    const whole = istioGateway(seen, ['spec', 'replicaCount']);
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

  it('scales when only the status has changed since', async () => {
    const { gateways, writer, operator, seen } = await furnish();
    const status = { readyReplicas: 2, availableReplicas: 2 };
    await operator.patch(DEPLOYMENT, NAMESPACE, NAME, { status }, { subresource: 'status' });
    expect(await writer.scale(deployment(seen), 5)).toMatchObject({ value: 5 });
    expect((await gateways.observe()).deployments).toMatchObject([{ replicas: 5, readyReplicas: 2 }]);
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

  const JOURNAL: Journal = {
    resourceVersion: undefined,
    freeze: { owner: 'alice', reason: 'release', until: START },
    gateways: {},
  };

  it('keeps a journal: creates, replaces, empties', async () => {
    const { gateways, writer } = await furnish();
    const created = await writer.record(JOURNAL);
    expect(created).toEqual({ ...JOURNAL, resourceVersion: VERSION });
    expect((await gateways.observe()).journal).toEqual({ ok: true, value: created });
    const emptied = await writer.record({ ...created, freeze: undefined });
    expect(emptied).toEqual({ resourceVersion: VERSION, freeze: undefined, gateways: {} });
    expect((await gateways.observe()).journal).toEqual({ ok: true, value: emptied });
  });

  it('does not overwrite the journal of another look', async () => {
    const { writer, operator } = await furnish();
    const created = await writer.record(JOURNAL);
    expect(await errorOf(writer.record(JOURNAL))).toMatchObject({ kind: 'conflict', code: 'AlreadyExists' });
    await operator.patch(CONFIG_MAP, NAMESPACE, 'gateway-autopilot', { data: { freeze: 'stop everything' } });
    expect(await errorOf(writer.record({ ...created, freeze: undefined }))).toBeInstanceOf(CloudError);
    const stored = await operator.get(CONFIG_MAP, NAMESPACE, 'gateway-autopilot');
    expect(stored).toMatchObject({ data: { freeze: 'stop everything' } });
  });
});
