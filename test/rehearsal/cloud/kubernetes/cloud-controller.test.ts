import type { Cloud, GatewaySetup } from '../../../../rehearsal/cloud';
import { at } from '../../../../rehearsal/cloud/json';
import type { Kube, ResourceKind } from '../../../../shared/cloud/seams';
import { MINUTE, SECOND } from '../../../../shared/core/time';
import { CLUSTER, DEPLOYMENTS, errorOf, NAMESPACE, REGION, SERVICES, smallCloud, steady } from '../faces';
import { attribute, buy, health, ids, listeners, slb, tagsOf } from '../products/load-balancers';

const EVENTS: ResourceKind = { group: '', version: 'v1', plural: 'events', kind: 'Event' };
const PREFIX = 'service.beta.kubernetes.io/alibaba-cloud-loadbalancer-';
const FINALIZER = 'service.k8s.alibaba/resources';
const OWN = 'istio-ingressgateway';
const EXTRA = 'istio-ingressgateway-clb-extra';

interface Scene {
  readonly cloud: Cloud;
  readonly kube: Kube;
  /** Of an instance that was bought a minute ago. */
  readonly id: string;
}

async function scene(gateway: Partial<GatewaySetup> = {}): Promise<Scene> {
  const cloud = smallCloud({ loadBalancerIds: ['lb-1'], replicas: 2, ...gateway });
  const kube = await cloud.kubeConnector().open({ of: 'ack', region: REGION, id: CLUSTER, privateApi: false });
  const id = await buy(cloud, { 'Tag.1.Key': 'managed-by', 'Tag.1.Value': 'us' });
  cloud.step(MINUTE);
  return { cloud, kube, id };
}

/** A Service with the gateway's own selector and ports. */
function extraService(annotations: Readonly<Record<string, string>>, change: object = {}, name = EXTRA): object {
  const prefixed = Object.entries(annotations).map(([key, value]) => [`${PREFIX}${key}`, value]);
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name, annotations: Object.fromEntries(prefixed) },
    spec: {
      type: 'LoadBalancer',
      selector: { app: OWN, istio: 'ingressgateway' },
      ports: [
        { name: 'http2', port: 80, targetPort: 8080, protocol: 'TCP' },
        { name: 'https', port: 443, targetPort: 8443, protocol: 'TCP' },
      ],
      ...change,
    },
  };
}

const bound = (id: string) => ({ id, 'force-override-listeners': 'true' });

/** What the controller leaves on a Service. */
async function marks(kube: Kube, name = EXTRA): Promise<readonly unknown[]> {
  const service = await kube.get(SERVICES, NAMESPACE, name);
  return [
    at(service, 'metadata', 'labels', 'service.k8s.alibaba/loadbalancer-id'),
    at(service, 'status', 'loadBalancer', 'ingress'),
    at(service, 'metadata', 'finalizers'),
  ];
}

async function events(kube: Kube, name = EXTRA): Promise<readonly string[]> {
  const all = await kube.list(EVENTS, NAMESPACE);
  const own = all.filter((event) => at(event, 'involvedObject', 'name') === name);
  return own.map(
    (event) => `${at(event, 'type')} ${at(event, 'reason')} ${at(event, 'message')} x${at(event, 'count')}`,
  );
}

const RUNNING = ['80 running', '443 running'];
const HEALTHY = ['80 normal', '80 normal', '443 normal', '443 normal'];
const SAYS_GONE = 'The specified LoadBalancerId does not exist.';

describe('a gateway that was there', () => {
  it('has instances that the controller made', async () => {
    const { cloud, kube } = await scene();
    const uid = String(at(await kube.get(SERVICES, NAMESPACE, OWN), 'metadata', 'uid'));
    const name = `a${uid.replaceAll('-', '')}`.slice(0, 32);
    expect(await attribute(cloud, 'lb-1')).toMatchObject({
      LoadBalancerName: name,
      LoadBalancerStatus: 'active',
      DeleteProtection: 'on',
      LoadBalancerSpec: 'slb.lcu.elastic',
      ListenerPorts: { ListenerPort: [80, 443] },
    });
    expect(await tagsOf(cloud, 'lb-1')).toEqual({ 'kubernetes.do.not.delete': name, 'ack.aliyun.com': CLUSTER });
    expect(await listeners(cloud, 'lb-1')).toEqual(RUNNING);
    expect(await health(cloud, 'lb-1')).toEqual(HEALTHY);
    const address = cloud.loadBalancers.address('lb-1');
    expect(await marks(kube, OWN)).toEqual(['lb-1', [{ ip: address }], [FINALIZER]]);
    expect(await events(kube, OWN)).toEqual([]);
  });

  it('has instances of the specification that is told', async () => {
    const { cloud } = await scene({ specification: 'slb.s2.small' });
    expect(await attribute(cloud, 'lb-1')).toMatchObject({
      LoadBalancerSpec: 'slb.s2.small',
      InstanceChargeType: 'PayBySpec',
    });
  });

  it('keeps its instances without listeners in the cluster when ASM runs it', async () => {
    const { cloud } = await scene({ owner: 'serverless' });
    expect(await listeners(cloud, 'lb-1')).toEqual([]);
    expect(await attribute(cloud, 'lb-1')).toMatchObject({ LoadBalancerStatus: 'active' });
  });

  it('loses its instance with its Service', async () => {
    const { cloud, kube, id } = await scene();
    await kube.delete(SERVICES, NAMESPACE, OWN);
    cloud.step(30 * SECOND);
    expect(await ids(cloud)).toEqual([id]);
    expect(await errorOf(kube.get(SERVICES, NAMESPACE, OWN))).toMatchObject({ kind: 'not-found' });
  });
});

describe('a Service that names an instance', () => {
  it('is bound after 30 s, and its backends are healthy after their checks', async () => {
    const { cloud, kube, id } = await scene();
    await kube.create(SERVICES, NAMESPACE, extraService(bound(id)));
    cloud.step(25 * SECOND);
    expect(await marks(kube)).toEqual([undefined, undefined, undefined]);
    expect(await listeners(cloud, id)).toEqual([]);
    cloud.step(5 * SECOND);
    expect(await marks(kube)).toEqual([id, [{ ip: cloud.loadBalancers.address(id) }], [FINALIZER]]);
    expect(await events(kube)).toEqual([`Normal EnsuredLoadBalancer Ensured load balancer [${id}] x1`]);
    expect(await listeners(cloud, id)).toEqual(['80 starting', '443 starting']);
    expect(await health(cloud, id)).toEqual(HEALTHY.map((state) => state.replace('normal', 'unavailable')));
    cloud.step(6 * SECOND);
    expect(await listeners(cloud, id)).toEqual(RUNNING);
    expect(await health(cloud, id)).toEqual(HEALTHY);
    expect(await tagsOf(cloud, id)).toEqual({ 'managed-by': 'us', 'kubernetes.reused.by.user': 'true' });
    expect(await attribute(cloud, id)).toMatchObject({ LoadBalancerStatus: 'active' });
  });

  it('is left as it is from then on', async () => {
    const { cloud, kube, id } = await scene();
    await kube.create(SERVICES, NAMESPACE, extraService(bound(id)));
    cloud.step(MINUTE);
    const before = await kube.get(SERVICES, NAMESPACE, EXTRA);
    cloud.step(30 * MINUTE);
    expect(await kube.get(SERVICES, NAMESPACE, EXTRA)).toEqual(before);
    expect(await events(kube)).toHaveLength(1);
  });

  it('may name it by the old prefix', async () => {
    const { cloud, kube, id } = await scene();
    const legacy = { [`service.beta.kubernetes.io/alicloud-loadbalancer-id`]: id };
    const service = extraService({ 'force-override-listeners': 'true' }) as { readonly metadata: object };
    const annotations = at(service, 'metadata', 'annotations') as object;
    await kube.create(SERVICES, NAMESPACE, {
      ...service,
      metadata: { ...service.metadata, annotations: { ...annotations, ...legacy } },
    });
    cloud.step(MINUTE);
    expect(await listeners(cloud, id)).toEqual(RUNNING);
  });

  it('has the ready pods as backends, as they come and go', async () => {
    const { cloud, kube, id } = await scene({ startUp: 20 * SECOND });
    await kube.create(SERVICES, NAMESPACE, extraService(bound(id)));
    cloud.step(MINUTE);
    await kube.patch(DEPLOYMENTS, NAMESPACE, OWN, { spec: { replicas: 3 } });
    cloud.step(20 * SECOND);
    expect(await health(cloud, id)).toEqual([
      '80 normal',
      '80 normal',
      '80 unavailable',
      '443 normal',
      '443 normal',
      '443 unavailable',
    ]);
    cloud.step(10 * SECOND);
    expect((await health(cloud, id)).filter((state) => state === '443 normal')).toHaveLength(3);
    await kube.patch(DEPLOYMENTS, NAMESPACE, OWN, { spec: { replicas: 1 } });
    cloud.step(5 * SECOND);
    expect(await health(cloud, id)).toEqual(['80 normal', '443 normal']);
  });

  it.each([
    ['selects no pod', { selector: { app: 'another' } }],
    ['has no selector', { selector: undefined }],
  ])('has no backends when it %s', async (_, change) => {
    const { cloud, kube, id } = await scene();
    await kube.create(SERVICES, NAMESPACE, extraService(bound(id), change));
    cloud.step(MINUTE);
    expect(await listeners(cloud, id)).toEqual(RUNNING);
    expect(await health(cloud, id)).toEqual([]);
    expect(cloud.loadBalancers.answers(cloud.loadBalancers.address(id), 80)).toBe(false);
  });

  it('changes its listeners with its ports, and leaves those of others', async () => {
    const { cloud, kube, id } = await scene();
    await slb(cloud, 'CreateLoadBalancerTCPListener', { LoadBalancerId: id, ListenerPort: 8000, Bandwidth: -1 });
    await kube.create(SERVICES, NAMESPACE, extraService(bound(id)));
    cloud.step(MINUTE);
    expect(await listeners(cloud, id)).toEqual([...RUNNING, '8000 stopped']);
    const ports = [{ name: 'https', port: 443, targetPort: 8443, protocol: 'TCP' }];
    await kube.patch(SERVICES, NAMESPACE, EXTRA, { spec: { ports } });
    cloud.step(MINUTE);
    expect(await listeners(cloud, id)).toEqual(['443 running', '8000 stopped']);
  });

  it('starts a listener that somebody stopped at its next change only', async () => {
    const { cloud, kube, id } = await scene();
    await kube.create(SERVICES, NAMESPACE, extraService(bound(id)));
    cloud.step(MINUTE);
    await slb(cloud, 'StopLoadBalancerListener', { LoadBalancerId: id, ListenerPort: 80 });
    cloud.step(10 * MINUTE);
    expect(await listeners(cloud, id)).toEqual(['80 stopped', '443 running']);
    await kube.patch(SERVICES, NAMESPACE, EXTRA, { metadata: { annotations: { seen: 'yes' } } });
    cloud.step(MINUTE);
    expect(await listeners(cloud, id)).toEqual(RUNNING);
  });

  it('leaves the listeners alone without the override, and makes groups', async () => {
    const { cloud, kube, id } = await scene();
    await kube.create(SERVICES, NAMESPACE, extraService({ id }));
    cloud.step(MINUTE);
    expect(await listeners(cloud, id)).toEqual([]);
    expect(await marks(kube)).toMatchObject([id, [{ ip: cloud.loadBalancers.address(id) }], [FINALIZER]]);
    expect(await slb(cloud, 'DescribeVServerGroups', { LoadBalancerId: id })).toMatchObject({
      VServerGroups: { VServerGroup: [{ ServerCount: 2 }, { ServerCount: 2 }] },
    });
  });

  it('takes the ports of another Service over without a word', async () => {
    const { cloud, kube, id } = await scene();
    await kube.create(SERVICES, NAMESPACE, extraService(bound(id)));
    cloud.step(MINUTE);
    await kube.create(SERVICES, NAMESPACE, extraService(bound(id), { selector: { app: 'another' } }, 'thief'));
    cloud.step(MINUTE);
    expect(await events(kube, 'thief')).toEqual([`Normal EnsuredLoadBalancer Ensured load balancer [${id}] x1`]);
    expect(await health(cloud, id)).toEqual([]);
    await kube.delete(SERVICES, NAMESPACE, EXTRA);
    cloud.step(MINUTE);
    expect(await listeners(cloud, id)).toEqual(RUNNING);
  });

  it('cannot take a port of another protocol', async () => {
    const { cloud, kube, id } = await scene();
    await slb(cloud, 'CreateLoadBalancerTCPListener', { LoadBalancerId: id, ListenerPort: 80, Bandwidth: -1 });
    const ports = [{ name: 'quic', port: 80, targetPort: 8080, protocol: 'UDP' }];
    await kube.create(SERVICES, NAMESPACE, extraService(bound(id), { ports }));
    cloud.step(31 * SECOND);
    const message = `Error syncing load balancer [${id}]: There is already have a listener on this port.`;
    expect(await events(kube)).toEqual([`Warning SyncLoadBalancerFailed ${message} x1`]);
  });

  it.each<[string, (scene: Scene) => Promise<string>, string]>([
    ['is not there', async () => 'lb-nowhere', SAYS_GONE],
    [
      'Kubernetes made',
      async () => 'lb-1',
      'alicloud: the loadbalancer lb-1 can not be reused, can not reuse loadbalancer created by kubernetes.',
    ],
    [
      'is of another region',
      async ({ cloud }) => {
        cloud.loadBalancers.add({ region: 'cn-beijing', id: 'lb-beijing' });
        return 'lb-beijing';
      },
      SAYS_GONE,
    ],
  ])('cannot have one that %s', async (_, named, why) => {
    const on = await scene();
    const id = await named(on);
    await on.kube.create(SERVICES, NAMESPACE, extraService(bound(id)));
    on.cloud.step(30 * SECOND);
    const message = `Error syncing load balancer [${id}]: ${why}`;
    expect(await events(on.kube)).toEqual([`Warning SyncLoadBalancerFailed ${message} x1`]);
    expect(await marks(on.kube)).toEqual([undefined, undefined, [FINALIZER]]);
    on.cloud.step(5 * SECOND);
    expect(await events(on.kube)).toEqual([`Warning SyncLoadBalancerFailed ${message} x2`]);
    on.cloud.step(5 * SECOND);
    expect(await events(on.kube)).toEqual([`Warning SyncLoadBalancerFailed ${message} x2`]);
    on.cloud.step(5 * SECOND);
    expect(await events(on.kube)).toEqual([`Warning SyncLoadBalancerFailed ${message} x3`]);
    on.cloud.step(60 * MINUTE);
    // 5, 10, 20, 40, 80, 160 s between tries, and 300 s from then on.
    expect(await events(on.kube)).toEqual([`Warning SyncLoadBalancerFailed ${message} x18`]);
  });

  it('wants the kind of address that it says', async () => {
    const { cloud, kube, id } = await scene();
    await kube.create(SERVICES, NAMESPACE, extraService({ ...bound(id), 'address-type': 'intranet' }));
    cloud.step(30 * SECOND);
    expect((await events(kube))[0]).toContain('can not change LoadBalancer AddressType once created');
  });

  it('cannot be moved to another one', async () => {
    const { cloud, kube, id } = await scene();
    await kube.create(SERVICES, NAMESPACE, extraService(bound(id)));
    cloud.step(MINUTE);
    const other = await buy(cloud);
    await kube.patch(SERVICES, NAMESPACE, EXTRA, { metadata: { annotations: { [`${PREFIX}id`]: other } } });
    cloud.step(MINUTE);
    const [here, there] = [id, other].map((each) => cloud.loadBalancers.address(each));
    expect((await events(kube)).filter((event) => event.startsWith('Warning'))[0]).toContain(
      `service has been associated with ip [${here}], cannot be bound to ip [${there}]`,
    );
    expect(await listeners(cloud, other)).toEqual([]);
  });

  it('waits while the instance is busy', async () => {
    const { cloud, kube, id } = await scene();
    cloud.loadBalancers.busyAfterWrite(2 * SECOND);
    await kube.create(SERVICES, NAMESPACE, extraService(bound(id)));
    cloud.step(29 * SECOND);
    await slb(cloud, 'SetLoadBalancerName', { LoadBalancerId: id, LoadBalancerName: 'n' });
    cloud.step(SECOND);
    expect((await events(kube))[0]).toContain('The specified service is configuring.');
    cloud.step(10 * SECOND);
    expect(await listeners(cloud, id)).toEqual(RUNNING);
  });

  it('wipes the tags of others with additional-resource-tags', async () => {
    const { cloud, kube, id } = await scene();
    await kube.create(
      SERVICES,
      NAMESPACE,
      extraService({ ...bound(id), 'additional-resource-tags': 'team=web,cost=1' }),
    );
    cloud.step(MINUTE);
    expect(await tagsOf(cloud, id)).toEqual({ 'kubernetes.reused.by.user': 'true', team: 'web', cost: '1' });
  });

  it('gets no tag of the controller beyond ten', async () => {
    const { cloud, kube, id } = await scene();
    const nine = Array.from({ length: 9 }, (_, i) => [
      [`Tag.${i + 1}.Key`, `k${i}`],
      [`Tag.${i + 1}.Value`, 'v'],
    ]).flat();
    await slb(cloud, 'TagResources', {
      ResourceType: 'instance',
      'ResourceId.1': id,
      ...Object.fromEntries(nine),
    });
    await kube.create(SERVICES, NAMESPACE, extraService(bound(id)));
    cloud.step(MINUTE);
    expect(Object.keys(await tagsOf(cloud, id))).toHaveLength(10);
    expect(await tagsOf(cloud, id)).not.toHaveProperty(['kubernetes.reused.by.user']);
  });
});

describe('letting go', () => {
  async function boundScene(): Promise<Scene> {
    const on = await scene();
    await on.kube.create(SERVICES, NAMESPACE, extraService(bound(on.id)));
    on.cloud.step(MINUTE);
    return on;
  }

  it('happens when the type changes: the instance stays, without listeners and inactive', async () => {
    const { cloud, kube, id } = await boundScene();
    await kube.patch(SERVICES, NAMESPACE, EXTRA, { spec: { type: 'ClusterIP' } });
    cloud.step(25 * SECOND);
    expect(await listeners(cloud, id)).toEqual(RUNNING);
    cloud.step(5 * SECOND);
    expect(await marks(kube)).toEqual([undefined, undefined, undefined]);
    expect(await events(kube)).toContain('Normal CleanLoadBalancer Clean load balancer x1');
    expect(await attribute(cloud, id)).toMatchObject({
      LoadBalancerStatus: 'inactive',
      ListenerPorts: { ListenerPort: [] },
    });
    expect(await slb(cloud, 'DescribeVServerGroups', { LoadBalancerId: id })).toMatchObject({
      VServerGroups: { VServerGroup: [] },
    });
    expect(await tagsOf(cloud, id)).toEqual({ 'managed-by': 'us', 'kubernetes.reused.by.user': 'true' });
  });

  it('happens when the Service is deleted, which waits for it', async () => {
    const { cloud, kube, id } = await boundScene();
    await kube.delete(SERVICES, NAMESPACE, EXTRA);
    expect(at(await kube.get(SERVICES, NAMESPACE, EXTRA), 'metadata', 'deletionTimestamp')).toBe(
      '2026-11-22T00:02:00Z',
    );
    cloud.step(30 * SECOND);
    expect(await errorOf(kube.get(SERVICES, NAMESPACE, EXTRA))).toMatchObject({ kind: 'not-found' });
    expect(await listeners(cloud, id)).toEqual([]);
    expect(await ids(cloud)).toEqual(['lb-1', id]);
  });

  it('leaves everything when the Service does not name the instance any more', async () => {
    const { cloud, kube, id } = await boundScene();
    await kube.patch(SERVICES, NAMESPACE, EXTRA, {
      metadata: { annotations: { [`${PREFIX}id`]: null } },
      spec: { type: 'ClusterIP' },
    });
    cloud.step(MINUTE);
    expect(await marks(kube)).toEqual([undefined, undefined, undefined]);
    expect(await listeners(cloud, id)).toEqual(RUNNING);
  });

  it('fails when the listeners may not be overridden any more', async () => {
    const { cloud, kube, id } = await boundScene();
    await kube.patch(SERVICES, NAMESPACE, EXTRA, {
      metadata: { annotations: { [`${PREFIX}force-override-listeners`]: null } },
      spec: { type: 'ClusterIP' },
    });
    cloud.step(30 * SECOND);
    const message = `Error deleting load balancer [${id}]: There are vips associate with this vServer group.`;
    expect(await events(kube)).toContain(`Warning CleanLoadBalancerFailed ${message} x1`);
    expect((await marks(kube))[2]).toEqual([FINALIZER]);
    await kube.patch(SERVICES, NAMESPACE, EXTRA, {
      metadata: { annotations: { [`${PREFIX}force-override-listeners`]: 'true' } },
    });
    cloud.step(5 * MINUTE);
    expect((await marks(kube))[2]).toBeUndefined();
    expect(await listeners(cloud, id)).toEqual([]);
  });

  it('needs nothing of an instance that is gone', async () => {
    const { cloud, kube, id } = await boundScene();
    await slb(cloud, 'DeleteLoadBalancer', { LoadBalancerId: id });
    await kube.patch(SERVICES, NAMESPACE, EXTRA, { spec: { type: 'ClusterIP' } });
    cloud.step(MINUTE);
    expect(await marks(kube)).toEqual([undefined, undefined, undefined]);
  });

  it('is taken back by the type, and then the instance stays inactive until it is switched on', async () => {
    const { cloud, kube, id } = await boundScene();
    const address = cloud.loadBalancers.address(id);
    await kube.patch(SERVICES, NAMESPACE, EXTRA, { spec: { type: 'ClusterIP' } });
    cloud.step(MINUTE);
    await kube.patch(SERVICES, NAMESPACE, EXTRA, { spec: { type: 'LoadBalancer' } });
    cloud.step(MINUTE);
    expect(await listeners(cloud, id)).toEqual(RUNNING);
    expect(await attribute(cloud, id)).toMatchObject({ LoadBalancerStatus: 'inactive' });
    expect(cloud.loadBalancers.answers(address, 443)).toBe(false);
    await slb(cloud, 'SetLoadBalancerStatus', { LoadBalancerId: id, LoadBalancerStatus: 'active' });
    expect(cloud.loadBalancers.answers(address, 443)).toBe(true);
  });

  it('is not needed by a Service that never was bound', async () => {
    const { cloud, kube, id } = await scene();
    await kube.create(SERVICES, NAMESPACE, extraService(bound(id), { type: 'ClusterIP' }));
    cloud.step(10 * MINUTE);
    expect(await marks(kube)).toEqual([undefined, undefined, undefined]);
    expect(await events(kube)).toEqual([]);
    expect(await listeners(cloud, id)).toEqual([]);
    await kube.delete(SERVICES, NAMESPACE, EXTRA);
    cloud.step(MINUTE);
    expect(await events(kube)).toEqual([]);
  });
});

describe('a Service that names none', () => {
  it('gets an instance of its own, which goes with it', async () => {
    const { cloud, kube, id } = await scene();
    await kube.create(SERVICES, NAMESPACE, extraService({}));
    cloud.step(MINUTE);
    const made = String((await marks(kube))[0]);
    expect(await ids(cloud)).toEqual(['lb-1', id, made]);
    expect(await attribute(cloud, made)).toMatchObject({ DeleteProtection: 'on', AddressType: 'internet' });
    expect(Object.keys(await tagsOf(cloud, made))).toEqual(['kubernetes.do.not.delete', 'ack.aliyun.com']);
    expect(await health(cloud, made)).toEqual(HEALTHY);
    await kube.delete(SERVICES, NAMESPACE, EXTRA);
    cloud.step(MINUTE);
    expect(await ids(cloud)).toEqual(['lb-1', id]);
  });

  it('says so when the instance that it had is gone', async () => {
    const { cloud, kube } = await scene();
    await kube.create(SERVICES, NAMESPACE, extraService({}));
    cloud.step(MINUTE);
    const made = String((await marks(kube))[0]);
    await slb(cloud, 'SetLoadBalancerDeleteProtection', { LoadBalancerId: made, DeleteProtection: 'off' });
    await slb(cloud, 'DeleteLoadBalancer', { LoadBalancerId: made });
    await kube.patch(SERVICES, NAMESPACE, EXTRA, { metadata: { annotations: { seen: 'yes' } } });
    cloud.step(30 * SECOND);
    expect((await events(kube)).filter((event) => event.startsWith('Warning'))[0]).toContain(
      'can not find loadbalancer',
    );
  });

  it.each([
    ['another class', { loadBalancerClass: 'alibabacloud.com/nlb' }, {}],
    ['another type of load balancer', {}, { type: 'nlb' }],
  ])('of %s is for another controller', async (_, change, annotations) => {
    const { cloud, kube, id } = await scene();
    await kube.create(SERVICES, NAMESPACE, extraService(annotations, change));
    cloud.step(10 * MINUTE);
    expect(await ids(cloud)).toEqual(['lb-1', id]);
    expect(await events(kube)).toEqual([]);
  });

  it('waits until the account may buy again', async () => {
    const { cloud, kube } = await scene();
    cloud.loadBalancers.arrears(true);
    await kube.create(SERVICES, NAMESPACE, extraService({}));
    cloud.step(MINUTE);
    expect((await events(kube))[0]).toContain('Your account has an outstanding payment.');
    cloud.loadBalancers.arrears(false);
    cloud.step(5 * MINUTE);
    expect(await marks(kube)).toMatchObject([expect.stringMatching(/^lb-/), [{ ip: expect.any(String) }], [FINALIZER]]);
  });
});

describe('load', () => {
  it('reaches a new instance when clients go there and it is bound', async () => {
    const { cloud, kube, id } = await scene();
    cloud.setLoad(REGION, 'ingressgateway', steady(100));
    const address = cloud.loadBalancers.address(id);
    cloud.sendTo(REGION, 'ingressgateway', () => ({ [cloud.loadBalancers.address('lb-1')]: 3, [address]: 1 }));
    cloud.step(MINUTE);
    expect(cloud.stats(REGION, 'ingressgateway')).toMatchObject({ offered: 6_000, refused: 1_500, lost: 1_500 });
    await kube.create(SERVICES, NAMESPACE, extraService(bound(id)));
    cloud.step(2 * MINUTE);
    // Until it was bound and checked, 30 s and 6 s later; slices are 5 s long.
    expect(cloud.stats(REGION, 'ingressgateway')).toMatchObject({ offered: 18_000, refused: 2_500, lost: 2_500 });
  });
});
