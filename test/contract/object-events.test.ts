import { EVENT } from '../../shared/cloud/kinds';
import { createObjectEvents } from '../../shared/cloud/object-events';
import type { ObjectEvent } from '../../shared/ports';
import { NAMESPACE, START } from '../rehearsal/cloud/faces';
import { KUBERNETES_APIS, type KubernetesApi, START_LIMIT } from '../setup/kubernetes-apis';

const NAME = 'istio-ingressgateway';

describe.each(KUBERNETES_APIS)('ObjectEvents %s', (_, start) => {
  let api: KubernetesApi;
  beforeAll(async () => {
    api = await start();
  }, START_LIMIT);
  afterAll(() => api.close());

  function event(kind: ObjectEvent['object']['kind'], changes: Partial<ObjectEvent> = {}): ObjectEvent {
    const object = { kind, namespace: NAMESPACE, name: NAME };
    return { object, reason: 'LoadAboveTarget', message: '3 replicas → 5 replicas', at: START, ...changes };
  }

  it.each([
    ['Deployment', 'apps/v1'],
    ['HorizontalPodAutoscaler', 'autoscaling/v2'],
    ['Service', 'v1'],
  ] as const)('says on a %s what was done, with the rights of the README', async (kind, apiVersion) => {
    const { kube, operator } = await api.furnish();
    await createObjectEvents(kube).say(event(kind));
    const events = await operator.list(EVENT, NAMESPACE);
    expect(events).toContainEqual(
      expect.objectContaining({
        involvedObject: {
          apiVersion,
          kind,
          namespace: NAMESPACE,
          name: NAME,
          uid: expect.stringMatching(/^[0-9a-f-]{36}$/),
        },
        type: 'Normal',
        reason: 'LoadAboveTarget',
        message: '3 replicas → 5 replicas',
        source: { component: 'gateway-autopilot' },
        firstTimestamp: '2026-11-22T00:00:00Z',
        lastTimestamp: '2026-11-22T00:00:00Z',
        count: 1,
      }),
    );
  });

  it('says the end of what is gone without a uid', async () => {
    const { kube, operator } = await api.furnish();
    const object = { kind: 'Service', namespace: NAMESPACE, name: 'gone' } as const;
    await createObjectEvents(kube).say(event('Service', { object }));
    expect(await operator.list(EVENT, NAMESPACE)).toContainEqual(
      expect.objectContaining({
        involvedObject: { apiVersion: 'v1', kind: 'Service', namespace: NAMESPACE, name: 'gone' },
      }),
    );
  });

  it('cuts what is too long', async () => {
    const { kube, operator } = await api.furnish();
    await createObjectEvents(kube).say(event('Deployment', { message: '过'.repeat(2_000), at: START + 1 }));
    const messages = (await operator.list(EVENT, NAMESPACE)).map((each) =>
      String(Reflect.get(Object(each), 'message')),
    );
    expect(messages).toContain(`${'过'.repeat(339)}…`);
  });
});
