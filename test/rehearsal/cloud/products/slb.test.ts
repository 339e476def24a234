import { type Cloud, createCloud } from '../../../../rehearsal/cloud';
import { DAY, HOUR, MINUTE, SECOND } from '../../../../shared/core/time';
import { errorOf, REGION, START, smallCloud } from '../faces';
import { attribute, buy, health, ids, itemsOf, listeners, ORDER, type Query, slb, tagsOf } from './load-balancers';

const ZONES = { MasterZoneId: 'cn-hangzhou-b', SlaveZoneId: 'cn-hangzhou-c' };

function emptyCloud(): Cloud {
  return createCloud({ at: START, seed: 1 });
}

describe('CreateLoadBalancer', () => {
  it('makes an instance that is active after 5 s', async () => {
    const cloud = emptyCloud();
    const made = await slb(cloud, 'CreateLoadBalancer', {
      ...ORDER,
      ...ZONES,
      LoadBalancerName: 'extra-1',
      DeleteProtection: 'on',
      ModificationProtectionStatus: 'ConsoleProtection',
      ModificationProtectionReason: 'automatic',
      'Tag.1.Key': 'stage',
      'Tag.1.Value': 'bought',
    });
    expect(made).toMatchObject({ LoadBalancerName: 'extra-1', Address: '198.18.0.1', AddressIPVersion: 'ipv4' });
    const id = String(made['LoadBalancerId']);
    expect(id).toMatch(/^lb-[a-z0-9]{20}$/);
    expect(await attribute(cloud, id)).toMatchObject({
      LoadBalancerId: id,
      LoadBalancerName: 'extra-1',
      LoadBalancerStatus: 'inactive',
      RegionId: 'cn-hangzhou',
      Address: '198.18.0.1',
      AddressType: 'internet',
      MasterZoneId: 'cn-hangzhou-b',
      SlaveZoneId: 'cn-hangzhou-c',
      PayType: 'PayOnDemand',
      InstanceChargeType: 'PayByCLCU',
      LoadBalancerSpec: 'slb.lcu.elastic',
      InternetChargeType: 'paybytraffic',
      CreateTime: '2026-11-22T00:00:00Z',
      CreateTimeStamp: START,
      DeleteProtection: 'on',
      ModificationProtectionStatus: 'ConsoleProtection',
      ModificationProtectionReason: 'automatic',
      Tags: { Tag: [{ TagKey: 'stage', TagValue: 'bought' }] },
      ListenerPorts: { ListenerPort: [] },
      BackendServers: { BackendServer: [] },
    });
    cloud.step(4 * SECOND);
    expect(await attribute(cloud, id)).toMatchObject({ LoadBalancerStatus: 'inactive' });
    cloud.step(SECOND);
    expect(await attribute(cloud, id)).toMatchObject({ LoadBalancerStatus: 'active' });
  });

  it('makes a private one when it is given a vSwitch', async () => {
    const cloud = emptyCloud();
    const { AddressType: _, ...order } = ORDER;
    const id = String((await slb(cloud, 'CreateLoadBalancer', { ...order, VSwitchId: 'vsw-1' }))['LoadBalancerId']);
    expect(await attribute(cloud, id)).toMatchObject({
      Address: '10.64.0.1',
      AddressType: 'intranet',
      VSwitchId: 'vsw-1',
    });
  });

  it('gives no address twice', async () => {
    const cloud = emptyCloud();
    const first = await buy(cloud);
    const address = cloud.loadBalancers.address(first);
    await slb(cloud, 'DeleteLoadBalancer', { LoadBalancerId: first });
    expect(cloud.loadBalancers.address(await buy(cloud))).not.toBe(address);
  });

  it.each<[string, Query, string]>([
    ['by specification', { InstanceChargeType: 'PayBySpec', LoadBalancerSpec: 'slb.s1.small' }, 'InvalidParameter'],
    ['a subscription', { PayType: 'PrePay' }, 'InvalidParameter'],
    ['by bandwidth', { InternetChargeType: 'paybybandwidth', Bandwidth: 10 }, 'InvalidParameter'],
    ['another charge type', { InstanceChargeType: 'Free' }, 'InvalidParameter'],
    ['a name that starts with a digit', { LoadBalancerName: '1-extra' }, 'InvalidParameter'],
    ['a reserved tag', { 'Tag.1.Key': 'acs:owner', 'Tag.1.Value': 'x' }, 'InvalidParameter'],
    ['a long tag', { 'Tag.1.Key': 'k'.repeat(65), 'Tag.1.Value': 'x' }, 'InvalidParameter'],
    ['a long value', { 'Tag.1.Key': 'k', 'Tag.1.Value': 'x'.repeat(129) }, 'InvalidParameter'],
    ['a zone that there is not', { MasterZoneId: 'cn-hangzhou-z' }, 'PRODUCT.NOT_AVAILABLE_IZ'],
    ['no region', { RegionId: '' }, 'MissingParameter'],
  ])('refuses %s', async (_, query, code) => {
    const cloud = emptyCloud();
    expect(await errorOf(slb(cloud, 'CreateLoadBalancer', { ...ORDER, ...query }))).toMatchObject({ code });
    expect(await ids(cloud)).toEqual([]);
  });

  it('refuses an order without a charge type, which asks for a specification', async () => {
    const { InstanceChargeType: _, ...order } = ORDER;
    expect(await errorOf(slb(emptyCloud(), 'CreateLoadBalancer', order))).toMatchObject({ code: 'InvalidParameter' });
  });

  it('refuses in a zone without stock, and sells in another', async () => {
    const cloud = emptyCloud();
    cloud.loadBalancers.stock('cn-hangzhou-a', false);
    const order = { MasterZoneId: 'cn-hangzhou-a' };
    expect(await errorOf(buy(cloud, order))).toMatchObject({ code: 'PRODUCT.INSUFFICIENT_STOCK' });
    expect(await attribute(cloud, await buy(cloud))).toMatchObject({ MasterZoneId: 'cn-hangzhou-b' });
    cloud.loadBalancers.stock('cn-hangzhou-a', true);
    expect(await attribute(cloud, await buy(cloud, order))).toMatchObject({ MasterZoneId: 'cn-hangzhou-a' });
  });

  it('refuses above the quota of the account', async () => {
    const cloud = smallCloud();
    cloud.loadBalancers.quota(3);
    const third = await buy(cloud);
    expect(await errorOf(buy(cloud))).toMatchObject({ code: 'ORDER.QUOTA_EXCEEDED', kind: 'quota' });
    await slb(cloud, 'DeleteLoadBalancer', { LoadBalancerId: third });
    await buy(cloud);
  });

  it('refuses while the account owes', async () => {
    const cloud = emptyCloud();
    cloud.loadBalancers.arrears(true);
    expect(await errorOf(buy(cloud))).toMatchObject({ code: 'ARREARAGE', kind: 'arrears' });
    cloud.loadBalancers.arrears(false);
    await buy(cloud);
  });
});

describe('a ClientToken', () => {
  it('gets the same answer for the same order', async () => {
    const cloud = emptyCloud();
    const order = { ...ORDER, ClientToken: 't1' };
    const first = await slb(cloud, 'CreateLoadBalancer', order);
    const again = await slb(cloud, 'CreateLoadBalancer', order);
    expect(again['LoadBalancerId']).toBe(first['LoadBalancerId']);
    expect(await ids(cloud)).toHaveLength(1);
    expect(await buy(cloud, { ClientToken: 't2' })).not.toBe(first['LoadBalancerId']);
  });

  it('gets the answer that names an instance that is deleted by now', async () => {
    const cloud = emptyCloud();
    const id = await buy(cloud, { ClientToken: 't1' });
    await slb(cloud, 'DeleteLoadBalancer', { LoadBalancerId: id });
    expect(await buy(cloud, { ClientToken: 't1' })).toBe(id);
    expect(await ids(cloud)).toEqual([]);
    expect(await errorOf(attribute(cloud, id))).toMatchObject({ kind: 'not-found' });
  });

  it('is refused for another order', async () => {
    const cloud = emptyCloud();
    await buy(cloud, { ClientToken: 't1' });
    const other = buy(cloud, { ClientToken: 't1', LoadBalancerName: 'other' });
    expect(await errorOf(other)).toMatchObject({ code: 'LX_REQUEST_TOKEN_CONFLICT', kind: 'rejected' });
  });

  it('is free again after a refusal, and after a day', async () => {
    const cloud = emptyCloud();
    cloud.loadBalancers.stock('cn-hangzhou-a', false);
    expect(await errorOf(buy(cloud, { ClientToken: 't1', MasterZoneId: 'cn-hangzhou-a' }))).toMatchObject({
      code: 'PRODUCT.INSUFFICIENT_STOCK',
    });
    const id = await buy(cloud, { ClientToken: 't1', MasterZoneId: 'cn-hangzhou-b' });
    cloud.step(DAY - SECOND);
    expect(await buy(cloud, { ClientToken: 't1', MasterZoneId: 'cn-hangzhou-b' })).toBe(id);
    cloud.step(SECOND);
    expect(await buy(cloud, { ClientToken: 't1', MasterZoneId: 'cn-hangzhou-b' })).not.toBe(id);
  });
});

describe('DescribeLoadBalancers', () => {
  async function threeInstances(): Promise<{ readonly cloud: Cloud; readonly made: readonly string[] }> {
    const cloud = emptyCloud();
    const made = [
      await buy(cloud, { LoadBalancerName: 'one', 'Tag.1.Key': 'a', 'Tag.1.Value': '1' }),
      await buy(cloud, { LoadBalancerName: 'two', 'Tag.1.Key': 'a', 'Tag.1.Value': '2', ...ZONES }),
      await buy(cloud, { LoadBalancerName: 'three', 'Tag.1.Key': 'b', 'Tag.1.Value': '1', AddressType: 'intranet' }),
    ];
    cloud.step(MINUTE);
    await slb(cloud, 'SetLoadBalancerStatus', { LoadBalancerId: made[2] ?? '', LoadBalancerStatus: 'inactive' });
    return { cloud, made };
  }

  it.each<[string, Query, readonly number[]]>([
    ['all', {}, [0, 1, 2]],
    ['a name', { LoadBalancerName: 'two' }, [1]],
    ['a part of a name', { LoadBalancerName: 't' }, []],
    ['a status', { LoadBalancerStatus: 'inactive' }, [2]],
    ['an address', { Address: '198.18.0.2' }, [1]],
    ['a kind of address', { AddressType: 'intranet' }, [2]],
    ['a zone', { MasterZoneId: 'cn-hangzhou-b' }, [1]],
    ['a tag', { 'Tag.1.Key': 'a', 'Tag.1.Value': '1' }, [0]],
    ['a key', { 'Tag.1.Key': 'a' }, [0, 1]],
    ['one of two tags', { 'Tag.1.Key': 'a', 'Tag.1.Value': '1', 'Tag.2.Key': 'b', 'Tag.2.Value': '1' }, [0, 2]],
    ['another region', { RegionId: 'cn-beijing' }, []],
  ])('lists by %s', async (_, query, expected) => {
    const { cloud, made } = await threeInstances();
    expect(await ids(cloud, query)).toEqual(expected.map((index) => made[index]));
  });

  it('lists by ids', async () => {
    const { cloud, made } = await threeInstances();
    expect(await ids(cloud, { LoadBalancerId: `${made[2]},lb-nowhere,${made[0]}` })).toEqual([made[0], made[2]]);
    const eleven = Array.from({ length: 11 }, (_, i) => `lb-${i}`).join(',');
    expect(await errorOf(ids(cloud, { LoadBalancerId: eleven }))).toMatchObject({ code: 'InvalidParameter' });
  });

  it('pages, and wants a page number with a page size', async () => {
    const { cloud, made } = await threeInstances();
    const second = await slb(cloud, 'DescribeLoadBalancers', { PageNumber: 2, PageSize: 2 });
    expect(second).toMatchObject({ TotalCount: 3, PageNumber: 2, PageSize: 2 });
    expect(itemsOf(second, 'LoadBalancers', 'LoadBalancer')).toMatchObject([{ LoadBalancerId: made[2] }]);
    expect(await errorOf(slb(cloud, 'DescribeLoadBalancers', { PageSize: 2 }))).toMatchObject({
      code: 'MissingParameter',
    });
  });

  it('shows the past when lists lag, which a look by id does not', async () => {
    const { cloud, made } = await threeInstances();
    cloud.loadBalancers.listsLag(30 * SECOND);
    const fourth = await buy(cloud);
    const [first = ''] = made;
    await slb(cloud, 'TagResources', {
      ResourceType: 'instance',
      'ResourceId.1': first,
      'Tag.1.Key': 'late',
      'Tag.1.Value': 'x',
    });
    await slb(cloud, 'DeleteLoadBalancer', { LoadBalancerId: made[1] ?? '' });
    expect(await ids(cloud)).toEqual(made);
    expect(await ids(cloud, { 'Tag.1.Key': 'late' })).toEqual([]);
    expect(await tagsOf(cloud, first)).toEqual({ a: '1', late: 'x' });
    expect(await attribute(cloud, fourth)).toMatchObject({ LoadBalancerId: fourth });
    cloud.step(29 * SECOND);
    expect(await ids(cloud)).toEqual(made);
    cloud.step(SECOND);
    expect(await ids(cloud)).toEqual([made[0], made[2], fourth]);
    expect(await ids(cloud, { 'Tag.1.Key': 'late' })).toEqual([first]);
  });
});

describe('an instance', () => {
  it('is deleted once its protection is off', async () => {
    const cloud = emptyCloud();
    const id = await buy(cloud, { DeleteProtection: 'on' });
    const refused = await errorOf(slb(cloud, 'DeleteLoadBalancer', { LoadBalancerId: id }));
    expect(refused).toMatchObject({ code: 'OperationDenied.DeleteProtectionIsOn', kind: 'conflict' });
    await slb(cloud, 'SetLoadBalancerDeleteProtection', { LoadBalancerId: id, DeleteProtection: 'off' });
    await slb(cloud, 'DeleteLoadBalancer', { LoadBalancerId: id });
    expect(await errorOf(slb(cloud, 'DeleteLoadBalancer', { LoadBalancerId: id }))).toMatchObject({
      code: 'InvalidLoadBalancerId.NotFound',
    });
  });

  it.each<[string, Query]>([
    ['DescribeLoadBalancerAttribute', {}],
    ['SetLoadBalancerStatus', { LoadBalancerStatus: 'active' }],
    ['SetLoadBalancerName', { LoadBalancerName: 'x' }],
    ['SetLoadBalancerDeleteProtection', { DeleteProtection: 'on' }],
    ['DescribeHealthStatus', {}],
    ['StopLoadBalancerListener', { ListenerPort: 80 }],
    ['DescribeVServerGroups', {}],
  ])('of another region is not known to %s', async (action, query) => {
    const cloud = emptyCloud();
    const id = await buy(cloud);
    const elsewhere = slb(cloud, action, { ...query, LoadBalancerId: id, RegionId: 'cn-beijing' });
    expect(await errorOf(elsewhere)).toMatchObject({ code: 'InvalidLoadBalancerId.NotFound', kind: 'not-found' });
  });

  it('is looked for in Hangzhou without a region', async () => {
    const cloud = emptyCloud();
    const id = await buy(cloud);
    const query = { LoadBalancerId: id };
    const call = { product: 'slb', region: REGION, action: 'DescribeLoadBalancerAttribute', query } as const;
    expect((await cloud.openApi().call({ ...call, effect: 'read' })).body).toMatchObject(query);
  });

  it.each([
    ['SetLoadBalancerDeleteProtection', 'DeleteProtection'],
    ['SetLoadBalancerStatus', 'LoadBalancerStatus'],
    ['DeleteLoadBalancer', 'LoadBalancerId'],
  ])('%s needs %s', async (action, parameter) => {
    const refusal = await errorOf(
      slb(emptyCloud(), action, parameter === 'LoadBalancerId' ? {} : { LoadBalancerId: 'x' }),
    );
    expect(refusal).toMatchObject({ code: 'MissingParameter' });
    expect(refusal.message).toContain(`"${parameter}"`);
  });

  it('is renamed, switched off and on', async () => {
    const cloud = emptyCloud();
    const id = await buy(cloud);
    cloud.step(MINUTE);
    await slb(cloud, 'SetLoadBalancerName', { LoadBalancerId: id, LoadBalancerName: 'renamed' });
    await slb(cloud, 'SetLoadBalancerStatus', { LoadBalancerId: id, LoadBalancerStatus: 'inactive' });
    expect(await attribute(cloud, id)).toMatchObject({ LoadBalancerName: 'renamed', LoadBalancerStatus: 'inactive' });
    await slb(cloud, 'SetLoadBalancerStatus', { LoadBalancerId: id, LoadBalancerStatus: 'active' });
    expect(await attribute(cloud, id)).toMatchObject({ LoadBalancerStatus: 'active' });
    cloud.loadBalancers.lock(id, true);
    expect(await attribute(cloud, id)).toMatchObject({ LoadBalancerStatus: 'locked' });
  });

  it('refuses writes while it is busy with the last', async () => {
    const cloud = emptyCloud();
    cloud.loadBalancers.busyAfterWrite(2 * SECOND);
    const LoadBalancerId = await buy(cloud);
    const rename = () => slb(cloud, 'SetLoadBalancerName', { LoadBalancerId, LoadBalancerName: 'n' });
    await rename();
    expect(await errorOf(rename())).toMatchObject({ code: 'ServiceIsConfiguring', kind: 'busy', status: 409 });
    expect(await errorOf(slb(cloud, 'DeleteLoadBalancer', { LoadBalancerId }))).toMatchObject({ kind: 'busy' });
    cloud.step(2 * SECOND);
    await rename();
  });
});

describe('tags', () => {
  const on = (id: string) => ({ ResourceType: 'instance', 'ResourceId.1': id });

  it('are set, replaced and removed', async () => {
    const cloud = emptyCloud();
    const id = await buy(cloud, { 'Tag.1.Key': 'a', 'Tag.1.Value': '1', 'Tag.2.Key': 'b', 'Tag.2.Value': '' });
    await slb(cloud, 'TagResources', {
      ...on(id),
      'Tag.1.Key': 'a',
      'Tag.1.Value': '2',
      'Tag.2.Key': 'c',
      'Tag.2.Value': '3',
    });
    expect(await tagsOf(cloud, id)).toEqual({ a: '2', b: '', c: '3' });
    await slb(cloud, 'UntagResources', { ...on(id), 'TagKey.1': 'a', 'TagKey.2': 'nothing' });
    expect(await tagsOf(cloud, id)).toEqual({ b: '', c: '3' });
    await slb(cloud, 'UntagResources', { ...on(id), All: true });
    expect(await tagsOf(cloud, id)).toEqual({});
  });

  it('are 20 at most', async () => {
    const cloud = emptyCloud();
    const numbered = (from: number, to: number) =>
      Object.fromEntries(
        Array.from({ length: to - from + 1 }, (_, i) => [
          [`Tag.${i + 1}.Key`, `k${from + i}`],
          [`Tag.${i + 1}.Value`, 'v'],
        ]).flat(),
      );
    const id = await buy(cloud, numbered(1, 20));
    const more = slb(cloud, 'TagResources', { ...on(id), ...numbered(21, 21) });
    expect(await errorOf(more)).toMatchObject({ code: 'QuotaExceeded.TagsPerResource', kind: 'quota' });
    await slb(cloud, 'TagResources', { ...on(id), ...numbered(20, 20) });
    expect(await errorOf(buy(cloud, numbered(1, 21)))).toMatchObject({ code: 'QuotaExceeded.TagsPerResource' });
  });

  it('are set on all instances or on none', async () => {
    const cloud = emptyCloud();
    const id = await buy(cloud);
    const query = { ...on(id), 'ResourceId.2': 'lb-nowhere', 'Tag.1.Key': 'a', 'Tag.1.Value': '1' };
    expect(await errorOf(slb(cloud, 'TagResources', query))).toMatchObject({ code: 'InvalidLoadBalancerId.NotFound' });
    expect(await tagsOf(cloud, id)).toEqual({});
  });

  it.each<[string, Query, string]>([
    ['TagResources', { 'Tag.1.Key': 'a', 'Tag.1.Value': 'b' }, 'ResourceId'],
    ['TagResources', { 'ResourceId.1': 'lb-1' }, 'Tag'],
    ['UntagResources', { 'ResourceId.1': 'lb-1' }, 'TagKey'],
  ])('%s needs what it is about', async (action, query, parameter) => {
    const refusal = await errorOf(slb(smallCloud(), action, { ResourceType: 'instance', ...query }));
    expect(refusal).toMatchObject({ code: 'MissingParameter' });
    expect(refusal.message).toContain(`"${parameter}"`);
  });

  it('are listed in pages', async () => {
    const cloud = emptyCloud();
    const tags = Object.fromEntries(
      Array.from({ length: 20 }, (_, i) => [
        [`Tag.${i + 1}.Key`, `k${i + 1}`],
        [`Tag.${i + 1}.Value`, 'v'],
      ]).flat(),
    );
    const made = [await buy(cloud, tags), await buy(cloud, tags), await buy(cloud, tags)];
    const first = await slb(cloud, 'ListTagResources', { ResourceType: 'instance' });
    expect(itemsOf(first, 'TagResources', 'TagResource')).toHaveLength(50);
    const NextToken = String(first['NextToken']);
    const second = await slb(cloud, 'ListTagResources', { ResourceType: 'instance', NextToken });
    expect(itemsOf(second, 'TagResources', 'TagResource')).toHaveLength(10);
    expect(second['NextToken']).toBeUndefined();
    const one = await slb(cloud, 'ListTagResources', { ...on(made[1] ?? ''), 'Tag.1.Key': 'k7', 'Tag.1.Value': 'v' });
    const found = itemsOf(one, 'TagResources', 'TagResource');
    expect(found).toHaveLength(20);
    expect(found[6]).toEqual({ ResourceId: made[1], ResourceType: 'instance', TagKey: 'k7', TagValue: 'v' });
  });
});

describe('listeners', () => {
  it('are made stopped, start, stop and go; without its last one an instance is inactive for good', async () => {
    const cloud = emptyCloud();
    const LoadBalancerId = await buy(cloud);
    cloud.step(MINUTE);
    const listener = { LoadBalancerId, ListenerPort: 80 };
    await slb(cloud, 'CreateLoadBalancerTCPListener', { ...listener, Bandwidth: -1, BackendServerPort: 8080 });
    expect(await listeners(cloud, LoadBalancerId)).toEqual(['80 stopped']);
    await slb(cloud, 'StartLoadBalancerListener', listener);
    expect(await listeners(cloud, LoadBalancerId)).toEqual(['80 starting']);
    cloud.step(2 * SECOND);
    expect(await listeners(cloud, LoadBalancerId)).toEqual(['80 running']);
    await slb(cloud, 'StartLoadBalancerListener', listener);
    expect(await listeners(cloud, LoadBalancerId)).toEqual(['80 running']);
    await slb(cloud, 'StopLoadBalancerListener', listener);
    expect(await listeners(cloud, LoadBalancerId)).toEqual(['80 stopped']);
    expect(await attribute(cloud, LoadBalancerId)).toMatchObject({
      LoadBalancerStatus: 'active',
      ListenerPorts: { ListenerPort: [80] },
    });
    await slb(cloud, 'DeleteLoadBalancerListener', listener);
    expect(await slb(cloud, 'DescribeLoadBalancerListeners', { 'LoadBalancerId.1': LoadBalancerId })).toEqual({
      RequestId: expect.any(String),
      TotalCount: 0,
      MaxResults: 20,
    });
    await slb(cloud, 'CreateLoadBalancerTCPListener', { ...listener, Bandwidth: -1 });
    expect(await attribute(cloud, LoadBalancerId)).toMatchObject({ LoadBalancerStatus: 'inactive' });
    await slb(cloud, 'SetLoadBalancerStatus', { LoadBalancerId, LoadBalancerStatus: 'active' });
    expect(await attribute(cloud, LoadBalancerId)).toMatchObject({ LoadBalancerStatus: 'active' });
  });

  it.each<[string, string, Query, string]>([
    [
      'a second one on a port',
      'CreateLoadBalancerTCPListener',
      { ListenerPort: 80, Bandwidth: -1 },
      'ListenerAlreadyExists',
    ],
    [
      'a group that there is not',
      'CreateLoadBalancerTCPListener',
      { ListenerPort: 81, Bandwidth: 5, VServerGroupId: 'rsp-1' },
      'InvalidParameter',
    ],
    ['one without a bandwidth', 'CreateLoadBalancerTCPListener', { ListenerPort: 81 }, 'MissingParameter'],
    [
      'a port that nobody has',
      'CreateLoadBalancerTCPListener',
      { ListenerPort: 70_000, Bandwidth: -1 },
      'InvalidParameter',
    ],
    [
      'to stop what is not there',
      'StopLoadBalancerListener',
      { ListenerPort: 81 },
      'InvalidParameter.ListenerPort.NotFound',
    ],
  ])('refuses %s', async (_, action, query, code) => {
    expect(await errorOf(slb(smallCloud(), action, { LoadBalancerId: 'lb-1', ...query }))).toMatchObject({ code });
  });

  it('are 50 at most, and listed in pages', async () => {
    const cloud = emptyCloud();
    const LoadBalancerId = await buy(cloud);
    for (let port = 1; port <= 50; port += 1) {
      await slb(cloud, 'CreateLoadBalancerTCPListener', { LoadBalancerId, ListenerPort: port, Bandwidth: -1 });
    }
    const more = slb(cloud, 'CreateLoadBalancerTCPListener', { LoadBalancerId, ListenerPort: 51, Bandwidth: -1 });
    expect(await errorOf(more)).toMatchObject({ code: 'ListenerNumberOverLimit', kind: 'quota' });
    const query = { 'LoadBalancerId.1': LoadBalancerId, MaxResults: 30 };
    const first = await slb(cloud, 'DescribeLoadBalancerListeners', query);
    expect(itemsOf(first, 'Listeners')).toHaveLength(30);
    const NextToken = String(first['NextToken']);
    const second = await slb(cloud, 'DescribeLoadBalancerListeners', { ...query, NextToken });
    expect(itemsOf(second, 'Listeners')).toHaveLength(20);
    expect(second['NextToken']).toBeUndefined();
  });

  it('have healthy backends, but not those of a broken instance', async () => {
    const cloud = smallCloud({ replicas: 2 });
    expect(await health(cloud, 'lb-1')).toEqual(['80 normal', '80 normal', '443 normal', '443 normal']);
    const answer = await slb(cloud, 'DescribeHealthStatus', { LoadBalancerId: 'lb-1', ListenerPort: 443 });
    expect(itemsOf(answer, 'BackendServers', 'BackendServer')[0]).toEqual({
      ListenerPort: 443,
      Protocol: 'tcp',
      ServerId: expect.stringMatching(/^eni-[0-9a-f]{20}$/),
      ServerIp: expect.stringMatching(/^10\.\d+\.\d+\.\d+$/),
      Port: 8443,
      Type: 'eni',
      ServerHealthStatus: 'normal',
    });
    cloud.loadBalancers.break('lb-1', true);
    expect(await health(cloud, 'lb-1')).toEqual(['80 abnormal', '80 abnormal', '443 abnormal', '443 abnormal']);
    expect(await health(cloud, 'lb-2')).toEqual(['80 normal', '80 normal', '443 normal', '443 normal']);
    cloud.loadBalancers.break('lb-1', false);
    expect(await health(cloud, 'lb-1')).toEqual(['80 normal', '80 normal', '443 normal', '443 normal']);
    cloud.loadBalancers.checks('lb-1', false);
    expect(await health(cloud, 'lb-1')).toEqual(
      Array(2).fill('80 unavailable').concat(Array(2).fill('443 unavailable')),
    );
    expect(cloud.loadBalancers.answers(cloud.loadBalancers.address('lb-1'), 443)).toBe(true);
    cloud.loadBalancers.checks('lb-1', true);
    expect(await health(cloud, 'lb-1')).toEqual(['80 normal', '80 normal', '443 normal', '443 normal']);
  });
});

describe('groups of backends', () => {
  it('are listed with their backends', async () => {
    const cloud = smallCloud({ replicas: 2 });
    const answer = await slb(cloud, 'DescribeVServerGroups', { LoadBalancerId: 'lb-1' });
    const groups = itemsOf(answer, 'VServerGroups', 'VServerGroup');
    expect(groups).toEqual([
      {
        VServerGroupId: expect.stringMatching(/^rsp-/),
        VServerGroupName: 'k8s/8080/istio-ingressgateway/istio-system/c-test',
        ServerCount: 2,
      },
      {
        VServerGroupId: expect.stringMatching(/^rsp-/),
        VServerGroupName: 'k8s/8443/istio-ingressgateway/istio-system/c-test',
        ServerCount: 2,
      },
    ]);
    const [first] = groups as readonly { readonly VServerGroupId: string }[];
    const group = await slb(cloud, 'DescribeVServerGroupAttribute', { VServerGroupId: first?.VServerGroupId ?? '' });
    expect(group).toMatchObject({ LoadBalancerId: 'lb-1' });
    expect(itemsOf(group, 'BackendServers', 'BackendServer')[1]).toMatchObject({
      Port: 8080,
      Type: 'eni',
      Weight: 100,
      Description: 'k8s/8080/istio-ingressgateway/istio-system/c-test',
    });
    expect(await errorOf(slb(cloud, 'DescribeVServerGroupAttribute', { VServerGroupId: 'rsp-1' }))).toMatchObject({
      kind: 'not-found',
    });
  });
});

describe('zones', () => {
  it('are listed, and those with stock', async () => {
    const cloud = emptyCloud();
    cloud.loadBalancers.stock('cn-hangzhou-a', false);
    const zones = itemsOf(await slb(cloud, 'DescribeZones'), 'Zones', 'Zone');
    expect(zones).toHaveLength(3);
    expect(zones[0]).toMatchObject({
      ZoneId: 'cn-hangzhou-a',
      SlaveZones: { SlaveZone: [{ ZoneId: 'cn-hangzhou-b' }, { ZoneId: 'cn-hangzhou-c' }] },
    });
    const available = await slb(cloud, 'DescribeAvailableResource');
    expect(itemsOf(available, 'AvailableResources', 'AvailableResource')).toMatchObject([
      { MasterZoneId: 'cn-hangzhou-b', SlaveZoneId: 'cn-hangzhou-a' },
      { MasterZoneId: 'cn-hangzhou-b', SlaveZoneId: 'cn-hangzhou-c' },
      { MasterZoneId: 'cn-hangzhou-c', SlaveZoneId: 'cn-hangzhou-a' },
      { MasterZoneId: 'cn-hangzhou-c', SlaveZoneId: 'cn-hangzhou-b' },
    ]);
  });
});

describe('the bill', () => {
  it('counts every clock hour that was begun', async () => {
    const cloud = emptyCloud();
    cloud.step(59 * MINUTE);
    const first = await buy(cloud);
    cloud.step(2 * MINUTE);
    await slb(cloud, 'DeleteLoadBalancer', { LoadBalancerId: first });
    const second = await buy(cloud);
    cloud.step(3 * HOUR);
    expect(cloud.loadBalancers.bill()).toEqual([
      { id: first, from: START + 59 * MINUTE, to: START + 61 * MINUTE, hours: 2 },
      { id: second, from: START + 61 * MINUTE, to: undefined, hours: 4 },
    ]);
  });

  it('charges for an hour at least, and for none that had only just come', async () => {
    const cloud = emptyCloud();
    const first = await buy(cloud);
    await slb(cloud, 'DeleteLoadBalancer', { LoadBalancerId: first });
    const second = await buy(cloud);
    cloud.step(HOUR);
    await slb(cloud, 'DeleteLoadBalancer', { LoadBalancerId: second });
    expect(cloud.loadBalancers.bill().map(({ hours }) => hours)).toEqual([1, 1]);
  });

  it('has nothing of what was there before', () => {
    expect(smallCloud().loadBalancers.bill()).toEqual([]);
  });
});
