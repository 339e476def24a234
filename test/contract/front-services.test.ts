import { createFrontServices, createFrontServiceWriter } from '../../shared/cloud/front-service-writer';
import { SERVICE } from '../../shared/cloud/kinds';
import type { FrontService } from '../../shared/core/front-service';
import { MINUTE } from '../../shared/core/time';
import { errorOf, NAMESPACE, START } from '../rehearsal/cloud/faces';
import { KUBERNETES_APIS, type KubernetesApi, START_LIMIT } from '../setup/kubernetes-apis';

const OWN = 'istio-ingressgateway';
const NAME = 'ingressgateway-clb-1';
const VERSION = expect.stringMatching(/^\d+$/);

/** The intent of a Service that must have one. */
function intentOf({ intent }: FrontService) {
  if (intent?.seen.ok !== true) throw new Error('no intent that can be read');
  return intent.seen.value;
}

describe.each(KUBERNETES_APIS)('FrontServices and FrontServiceWriter %s', (_, start) => {
  let api: KubernetesApi;
  beforeAll(async () => {
    api = await start();
  }, START_LIMIT);
  afterAll(() => api.close());

  async function furnish() {
    const { kube, operator } = await api.furnish();
    const services = createFrontServices(kube, [NAMESPACE]);
    const writer = createFrontServiceWriter(kube);
    const own = await services.read(NAMESPACE, OWN);
    if (own === 'gone') throw new Error('the gateway has no Service');
    const created = await writer.create({
      at: START,
      namespace: NAMESPACE,
      name: NAME,
      gateway: 'ingressgateway',
      ordinal: 1,
      shape: own.shape,
    });
    if (created === 'taken') throw new Error('there is one already');
    return { services, writer, operator, own, created };
  }

  it('makes a Service that nothing is bound to, once', async () => {
    const { created, own, services, writer } = await furnish();
    expect(created).toMatchObject({ namespace: NAMESPACE, name: NAME, type: 'ClusterIP', finalizer: false });
    expect(created.shape.selector).toEqual({ app: OWN, istio: 'ingressgateway' });
    expect(created.shape.ports).toEqual(own.shape.ports);
    expect(intentOf(created)).toEqual({
      name: NAME,
      uid: created.uid,
      resourceVersion: VERSION,
      ordinal: 1,
      createdAt: expect.any(Number),
      type: 'ClusterIP',
      stage: 'intent',
      since: START,
      attempt: 1,
      zone: undefined,
      refusedZones: [],
      nothingSeenAt: undefined,
      taking: undefined,
      clb: undefined,
      everServed: false,
      withdrawnAt: undefined,
    });
    const again = { at: START, namespace: NAMESPACE, name: NAME, gateway: 'other', ordinal: 1, shape: own.shape };
    expect(await writer.create(again)).toBe('taken');
    expect(await services.read(NAMESPACE, NAME)).toEqual(created);
    expect((await services.list()).find(({ name }) => name === NAME)).toEqual(created);
  });

  it('writes notes down, changes and removes them', async () => {
    const { created, writer } = await furnish();
    const noted = await writer.note(created, {
      zone: 'cn-hangzhou-h',
      attempt: 2,
      refusedZones: ['cn-hangzhou-b', 'cn-hangzhou-g'],
      clb: { id: 'lb-9', address: '203.0.113.9' },
      withdrawnAt: START + MINUTE,
      taking: 'lb-8',
      nothingSeenAt: START,
      everServed: true,
    });
    expect(intentOf(noted)).toMatchObject({
      stage: 'intent',
      zone: 'cn-hangzhou-h',
      attempt: 2,
      refusedZones: ['cn-hangzhou-b', 'cn-hangzhou-g'],
      clb: { id: 'lb-9', address: '203.0.113.9' },
      withdrawnAt: START + MINUTE,
      taking: 'lb-8',
      nothingSeenAt: START,
      everServed: true,
    });
    const gone = { zone: undefined, withdrawnAt: undefined, taking: undefined, nothingSeenAt: undefined };
    const less = await writer.note(noted, { ...gone, stage: 'bought', since: START });
    expect(intentOf(less)).toMatchObject({ ...gone, stage: 'bought', attempt: 2, everServed: true });
  });

  it('binds, follows and unbinds, with the shape of the own Service', async () => {
    const { created, operator, own, services, writer } = await furnish();
    const bound = await writer.bind(created, 'lb-9', own.shape, START + MINUTE);
    expect(bound).toMatchObject({ type: 'LoadBalancer', namedId: 'lb-9', shape: own.shape });
    expect(intentOf(bound)).toMatchObject({ type: 'LoadBalancer', stage: 'binding', since: START + MINUTE });
    const annotations = {
      'service.beta.kubernetes.io/alibaba-cloud-loadbalancer-scheduler': 'wlc',
      'service.beta.kubernetes.io/alibaba-cloud-loadbalancer-name': 'not-taken-over',
    };
    const ports = [...own.shape.ports, { name: 'more', protocol: 'TCP', port: 8443, targetPort: 8443 }];
    await operator.patch(SERVICE, NAMESPACE, OWN, { metadata: { annotations }, spec: { ports } });
    const changed = await services.read(NAMESPACE, OWN);
    if (changed === 'gone') throw new Error('the gateway lost its Service');
    const followed = await writer.follow(bound, changed.shape);
    expect(followed.shape).toEqual(changed.shape);
    expect(followed.shape.ports.map(({ port }) => port)).toContain(8443);
    expect(followed.shape.annotations).toEqual({
      'service.beta.kubernetes.io/alibaba-cloud-loadbalancer-scheduler': 'wlc',
    });
    const back = await writer.follow(followed, own.shape);
    expect(back.shape).toEqual(own.shape);
    const unbound = await writer.unbind(back, START + 2 * MINUTE);
    expect(unbound).toMatchObject({ type: 'ClusterIP', namedId: 'lb-9' });
    expect(intentOf(unbound)).toMatchObject({ type: 'ClusterIP', stage: 'unbound', since: START + 2 * MINUTE });
  });

  it('sees which instance a Service names, also by the annotation of old', async () => {
    const { operator, services } = await furnish();
    const annotations = { 'service.beta.kubernetes.io/alicloud-loadbalancer-id': 'lb-7' };
    await operator.patch(SERVICE, NAMESPACE, NAME, { metadata: { annotations } });
    expect(await services.read(NAMESPACE, NAME)).toMatchObject({ namedId: 'lb-7' });
  });

  it('removes; what is gone is as good as removed', async () => {
    const { created, services, writer } = await furnish();
    await writer.remove(created);
    expect(await services.read(NAMESPACE, NAME)).toBe('gone');
    await writer.remove(created);
  });

  it('changes nothing that was changed since, and removes nothing that was', async () => {
    const { created, own, services, writer } = await furnish();
    const newer = await writer.note(created, { attempt: 2 });
    const late = [
      writer.note(created, { attempt: 3 }),
      writer.bind(created, 'lb-9', own.shape, START),
      writer.follow(created, own.shape),
      writer.unbind(created, START),
      writer.remove(created),
    ];
    for (const write of late) expect(await errorOf(write)).toMatchObject({ kind: 'conflict' });
    expect(await services.read(NAMESPACE, NAME)).toEqual(newer);
  });

  it('tells what somebody broke, and leaves the others readable', async () => {
    const { operator, services } = await furnish();
    await operator.patch(SERVICE, NAMESPACE, NAME, {
      metadata: { annotations: { 'gateway-autopilot/stage': 'flying' } },
    });
    const seen = await services.list();
    const broken = seen.find(({ name }) => name === NAME);
    expect(broken?.intent).toMatchObject({ gateway: 'ingressgateway', seen: { ok: false, needsPerson: true } });
    expect(seen.find(({ name }) => name === OWN)?.intent).toBeUndefined();
  });
});
