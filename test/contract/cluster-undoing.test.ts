import { createClusterUndoing } from '../../shared/cloud/cluster-undoing';
import { createGateways, createGatewayWriter } from '../../shared/cloud/gateways';
import { AUTOSCALER, CONFIG_MAP } from '../../shared/cloud/kinds';
import type { Journal, Original } from '../../shared/core/gateway';
import { EMPTY_JOURNAL } from '../../shared/core/journal';
import { CloudError } from '../../shared/errors';
import { NAMESPACE } from '../rehearsal/cloud/faces';
import { KUBERNETES_APIS, type KubernetesApi, START_LIMIT } from '../setup/kubernetes-apis';
import { failureOf } from '../shared/cloud/failure';

const JOURNAL: Journal = {
  resourceVersion: undefined,
  freeze: undefined,
  gateways: { ingressgateway: { ok: true, value: EMPTY_JOURNAL } },
};

describe.each(KUBERNETES_APIS)('ClusterUndoing %s', (_, start) => {
  let api: KubernetesApi;
  beforeAll(async () => {
    api = await start();
  }, START_LIMIT);
  afterAll(() => api.close());

  async function furnish() {
    const { istioKube, kube, operator } = await api.furnish();
    const access = { kube, istioKube: { ok: true, value: istioKube }, journalNamespace: NAMESPACE } as const;
    const { journal, observe } = createGateways({ ...access, namespaces: [NAMESPACE] });
    return { operator, observe, journal, writer: createGatewayWriter(access), undoing: createClusterUndoing(access) };
  }

  it('gives an HPA its minimum back, provided that it is as it was seen', async () => {
    const { observe, operator, undoing } = await furnish();
    const [{ name = '' } = {}] = (await observe()).autoscalers;
    const field = ['spec', 'minReplicas'];
    const original: Original = {
      kind: 'HorizontalPodAutoscaler',
      namespace: NAMESPACE,
      name,
      field,
      value: 2,
      ours: [],
    };
    await operator.patch(AUTOSCALER, NAMESPACE, name, { spec: { minReplicas: 5 } });
    const seen = await undoing.field(original);
    if (seen === 'gone') throw new Error('it is there');
    expect(seen.value).toBe(5);
    await undoing.giveBack(original, seen);
    expect(await operator.get(AUTOSCALER, NAMESPACE, name)).toMatchObject({ spec: { minReplicas: 2 } });
    expect(await failureOf(undoing.giveBack({ ...original, value: 3 }, seen))).toMatchObject({ kind: 'conflict' });
    expect(await undoing.field({ ...original, name: 'other' })).toBe('gone');
  });

  it('deletes the journal, once', async () => {
    const { journal, operator, undoing, writer } = await furnish();
    const stored = await writer.record(JOURNAL);
    await undoing.deleteJournal(stored);
    expect(await failureOf(operator.get(CONFIG_MAP, NAMESPACE, 'gateway-autopilot'))).toBeInstanceOf(CloudError);
    await undoing.deleteJournal(stored);
    expect(await journal()).toEqual({ resourceVersion: undefined, freeze: undefined, gateways: {} });
  });

  it('leaves what others keep in its ConfigMap', async () => {
    const { journal, operator, undoing, writer } = await furnish();
    await writer.record(JOURNAL);
    await operator.patch(CONFIG_MAP, NAMESPACE, 'gateway-autopilot', { data: { 'notes.txt': 'theirs' } });
    expect(await undoing.othersInJournal()).toEqual(['notes.txt']);
    await undoing.deleteJournal(await journal());
    const left = await operator.get(CONFIG_MAP, NAMESPACE, 'gateway-autopilot');
    expect(left).toMatchObject({ data: { 'notes.txt': 'theirs' } });
    expect(JSON.stringify(left)).not.toContain('ingressgateway.json');
  });
});
