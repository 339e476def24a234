import { createLoadBalancerWriter } from '../../shared/cloud/load-balancers';
import type { OpenApi } from '../../shared/cloud/seams';
import { createZoneWriter } from '../../shared/cloud/zones';
import { MINUTE, SECOND } from '../../shared/core/time';
import type { Resolver } from '../../shared/ports';
import {
  aRecord,
  aZone,
  both,
  EXTRA,
  FAR,
  LEASE,
  leases,
  MARK,
  OTHER_REGION,
  OWN,
  onlyName,
  REGION,
  recordOf,
  THIRD,
  WWW,
  withExtra,
  ZONE,
} from './a-zone';

describe('an extra CLB', () => {
  it.each([0, 2_000])(
    'is published when it serves, and withdrawn when it drains; busy for %i ms after a write',
    async (busy) => {
      const stage = await aZone({ busy });
      expect(onlyName(await stage.look())).toMatchObject({ outcome: 'steady', reason: 'Published' });
      await stage.tag(EXTRA, 'serving');
      const added = onlyName(await stage.look());
      expect(added).toMatchObject({ outcome: 'change', reason: 'AddressMissing', failures: [], needsPerson: false });
      expect(added.done).toEqual(['add 198.18.0.2 on default']);
      expect(added.verification).toMatchObject([{ line: 'default', type: 'A', outcome: 'verified' }]);
      expect(await recordOf(stage, EXTRA)).toMatchObject({ remark: `${MARK} cn-hangzhou+`, ttl: 60 });
      expect(await stage.answers()).toEqual(both(stage, OWN, EXTRA));
      stage.cloud.step(MINUTE);
      await stage.tag(EXTRA, 'draining');
      const withdrawn = onlyName(await stage.look());
      expect(withdrawn).toMatchObject({ outcome: 'change', reason: 'AddressNotServing', failures: [] });
      expect(withdrawn.verification).toMatchObject([{ outcome: 'verified' }]);
      expect(await stage.answers()).toEqual([stage.address(OWN)]);
      expect(await recordOf(stage, EXTRA)).toMatchObject({ enabled: false, remark: `${MARK} cn-hangzhou+` });
      expect(await leases(stage)).toEqual([]);
      // A want that comes back finds the standby record.
      await stage.tag(EXTRA, 'serving');
      expect(onlyName(await stage.look()).done).toEqual(['enable 198.18.0.2 on default']);
      expect(await stage.answers()).toEqual(both(stage, OWN, EXTRA));
    },
  );

  it.each([
    ['of another cluster', { 'gateway-autopilot-cluster': 'c9' }],
    ['of another gateway', { 'gateway-autopilot-gateway': 'egress' }],
    ['of somebody else', { 'managed-by': 'somebody' }],
  ])('%s is not published', async (_, tags) => {
    const stage = await aZone();
    await stage.tag(EXTRA, 'serving', tags);
    expect(onlyName(await stage.look())).toMatchObject({ outcome: 'steady' });
    expect(stage.writes()).toEqual([]);
  });

  it('is not published when it drains between the list and the write', async () => {
    const stage = await aZone();
    await stage.tag(EXTRA, 'serving');
    stage.cloud.faults.before({ operation: 'slb.DescribeLoadBalancerAttribute', times: 1 }, () =>
      stage.tag(EXTRA, 'draining'),
    );
    expect(onlyName(await stage.look())).toMatchObject({ outcome: 'hold', reason: 'ConcurrentChange' });
    expect(stage.writes()).toEqual([]);
  });

  it('is not published by a look that was held up for longer than two minutes', async () => {
    const stage = await aZone();
    await stage.tag(EXTRA, 'serving');
    stage.cloud.faults.before({ operation: 'alidns.AddDomainRecord', times: 1 }, async () => {
      stage.cloud.step(2 * MINUTE + 5 * SECOND);
      await stage.tag(EXTRA, 'draining');
    });
    expect(onlyName(await stage.look())).toMatchObject({ outcome: 'hold', reason: 'ConcurrentChange' });
    expect(await stage.answers()).toEqual([stage.address(OWN)]);
  });

  it('is not published while it is sick', async () => {
    const stage = await aZone();
    await stage.tag(EXTRA, 'serving');
    stage.cloud.loadBalancers.break(EXTRA, true);
    expect(onlyName(await stage.look())).toMatchObject({ outcome: 'steady' });
    stage.cloud.loadBalancers.break(EXTRA, false);
    expect(onlyName(await stage.look())).toMatchObject({ outcome: 'change', reason: 'AddressMissing' });
  });

  it('that was deleted under its record is withdrawn', async () => {
    const stage = await withExtra();
    const writer = createLoadBalancerWriter(stage.cloud.openApi(), REGION);
    await writer.protect(EXTRA, false);
    await writer.delete(EXTRA);
    expect(onlyName(await stage.look())).toMatchObject({ outcome: 'change', reason: 'AddressNotServing' });
    expect(await stage.answers()).toEqual([stage.address(OWN)]);
  });
});

describe('a sick CLB', () => {
  it('is withdrawn alone after a second look at it, and comes back when it is well', async () => {
    const stage = await withExtra();
    stage.cloud.loadBalancers.break(EXTRA, true);
    const startedAt = stage.cloud.clock.now();
    const withdrawn = onlyName(await stage.look());
    expect(withdrawn).toMatchObject({ outcome: 'change', reason: 'AddressUnhealthy', needsPerson: false });
    expect(withdrawn.done).toEqual([
      'disable 198.18.0.2 on default: lb-extra: no healthy backend on 80, no healthy backend on 443',
    ]);
    expect(stage.cloud.clock.now() - startedAt).toBeGreaterThanOrEqual(10 * SECOND);
    expect(await stage.answers()).toEqual([stage.address(OWN)]);
    stage.cloud.loadBalancers.break(EXTRA, false);
    stage.cloud.step(MINUTE);
    await stage.look();
    expect(await stage.answers()).toEqual(both(stage, OWN, EXTRA));
  });

  it('stays when it is well at the second look', async () => {
    const stage = await withExtra();
    stage.cloud.loadBalancers.break(EXTRA, true);
    stage.cloud.faults.before({ operation: 'slb.DescribeLoadBalancerAttribute', times: 1 }, () =>
      stage.cloud.loadBalancers.break(EXTRA, false),
    );
    expect(onlyName(await stage.look())).toMatchObject({
      outcome: 'hold',
      reason: 'ConcurrentChange',
      needsPerson: false,
    });
    expect(stage.writes()).toEqual([]);
  });

  it('stays when the other one is sick at the second look', async () => {
    const stage = await withExtra();
    stage.cloud.loadBalancers.break(EXTRA, true);
    const resolver = stage.cloud.dns.resolver();
    // The name servers are asked between the two looks.
    const turning: Resolver = {
      ask: (question) => {
        stage.cloud.loadBalancers.break(OWN, true);
        return resolver.ask(question);
      },
    };
    const result = onlyName(await stage.look({ resolver: turning }));
    expect(result).toMatchObject({ outcome: 'hold', reason: 'LastAnswer', needsPerson: true });
    expect(stage.writes()).toEqual([]);
  });

  it.each([
    ['whose checks are off is not one', 'unavailable', 'no backend on 80 was checked and found healthy'],
    ['of whose backends there is no list is not one', 'missing', 'an answer without a list of backends'],
  ])('%s', async (_, what, why) => {
    const stage = await withExtra();
    if (what === 'unavailable') stage.cloud.loadBalancers.checks(EXTRA, false);
    const api: OpenApi = {
      call: async (call) => {
        const answer = await stage.cloud.openApi().call(call);
        const isAsked = call.action === 'DescribeHealthStatus' && call.query?.['LoadBalancerId'] === EXTRA;
        return isAsked && what === 'missing' ? { ...answer, body: {} } : answer;
      },
    };
    const result = onlyName(await stage.look(stage.through(api)));
    expect(result).toMatchObject({ outcome: 'hold', reason: 'ReadFailed', done: [] });
    expect(result.message).toContain(why);
    expect(stage.writes()).toEqual([]);
  });

  it('is one whose listener has no backend at all', async () => {
    const stage = await withExtra();
    const api: OpenApi = {
      call: async (call) => {
        const answer = await stage.cloud.openApi().call(call);
        const isAsked = call.action === 'DescribeHealthStatus' && call.query?.['LoadBalancerId'] === EXTRA;
        return isAsked ? { ...answer, body: { BackendServers: { BackendServer: [] } } } : answer;
      },
    };
    expect(onlyName(await stage.look(stage.through(api))).done).toEqual([
      'disable 198.18.0.2 on default: lb-extra: no backend at all on 80, no backend at all on 443',
    ]);
  });

  it('is never withdrawn as the last, and a person hears of it', async () => {
    const stage = await aZone();
    stage.cloud.loadBalancers.break(OWN, true);
    expect(onlyName(await stage.look())).toMatchObject({
      outcome: 'hold',
      reason: 'NothingHealthy',
      needsPerson: true,
    });
    expect(await stage.answers()).toEqual([stage.address(OWN)]);
    expect(stage.writes()).toEqual([]);
  });

  it('that is the only answer: the healthy one is added at once, though somebody dead holds the lease', async () => {
    const stage = await aZone();
    await stage.tag(EXTRA, 'serving');
    stage.cloud.loadBalancers.break(OWN, true);
    const epoch = Math.floor(stage.cloud.clock.now() / MINUTE);
    const lease = { rr: LEASE, type: 'TXT', value: `epoch=${epoch}`, line: 'default', ttl: 60 };
    await createZoneWriter(stage.cloud.openApi()).add(ZONE, lease);
    expect(onlyName(await stage.look())).toMatchObject({ outcome: 'hold', reason: 'LeaseHeld', needsPerson: false });
    expect(await stage.answers()).toEqual(both(stage, OWN, EXTRA));
    stage.cloud.step(MINUTE);
    await stage.look();
    expect(await stage.answers()).toEqual([stage.address(EXTRA)]);
    // The lease of the dead is cleared away by a later removal.
    stage.cloud.step(3 * MINUTE);
    await stage.tag(THIRD, 'serving');
    await stage.look();
    await stage.tag(THIRD, 'draining');
    await stage.look();
    expect([await leases(stage), await stage.answers()]).toEqual([[], [stage.address(EXTRA)]]);
  });

  it('is helped before names whose answers are well', async () => {
    const names = [WWW, { ...WWW, name: 'api.example.com', rr: 'api' }];
    const stage = await aZone({
      names,
      records: (address) => [
        aRecord(address(OWN), { remark: MARK }),
        aRecord('192.0.2.7', { rr: 'api', remark: MARK }),
      ],
    });
    await stage.tag(EXTRA, 'serving');
    const order: unknown[] = [];
    const api = stage.around({
      before: ({ action, query }) => {
        if (action === 'AddDomainRecord' && query?.['Type'] === 'A') order.push(query['RR']);
      },
    });
    await stage.look(stage.through(api));
    expect(order.slice(0, 3)).toEqual(['api', 'api', 'www']);
  });

  it('most of them at once: none is withdrawn, a person hears of it', async () => {
    const stage = await aZone({
      records: (address) => [OWN, EXTRA, THIRD].map((id) => aRecord(address(id), { remark: MARK })),
    });
    await stage.tag(EXTRA, 'serving');
    await stage.tag(THIRD, 'serving');
    stage.cloud.loadBalancers.break(EXTRA, true);
    stage.cloud.loadBalancers.break(THIRD, true);
    expect(onlyName(await stage.look())).toMatchObject({ outcome: 'hold', reason: 'TooManySick', needsPerson: true });
    expect(stage.writes()).toEqual([]);
  });

  it('one of a line in each look', async () => {
    const stage = await aZone({
      names: [
        {
          ...WWW,
          lines: [{ line: 'default', regions: [REGION, OTHER_REGION] }],
          own: { [REGION]: [OWN], [OTHER_REGION]: [FAR] },
        },
      ],
      records: (address) => [OWN, EXTRA, THIRD, FAR].map((id) => aRecord(address(id), { remark: MARK })),
    });
    await stage.tag(EXTRA, 'serving');
    await stage.tag(THIRD, 'serving');
    stage.cloud.loadBalancers.break(EXTRA, true);
    stage.cloud.loadBalancers.break(THIRD, true);
    expect(onlyName(await stage.look()).done).toHaveLength(1);
    expect(await stage.answers()).toHaveLength(3);
    stage.cloud.step(MINUTE);
    await stage.look();
    expect(await stage.answers()).toEqual(both(stage, OWN, FAR));
  });

  it('stays while a name server does not answer what would be left', async () => {
    const stage = await withExtra();
    stage.cloud.loadBalancers.break(EXTRA, true);
    stage.cloud.dns.breakServer('ns2.alidns.example', 'silent');
    expect(onlyName(await stage.look())).toMatchObject({ outcome: 'hold', reason: 'NotVerified' });
    expect(await stage.answers()).toEqual(both(stage, OWN, EXTRA));
    expect(stage.writes()).toEqual([]);
  });
});

describe('what cannot be read', () => {
  it('a configured CLB that a list misses is asked for by its id', async () => {
    const stage = await withExtra();
    const forgetful: OpenApi = {
      call: async (call) => {
        const answer = await stage.cloud.openApi().call(call);
        if (call.query?.['LoadBalancerId'] === undefined || call.action !== 'DescribeLoadBalancers') return answer;
        return { ...answer, body: { TotalCount: 0, LoadBalancers: { LoadBalancer: [] } } };
      },
    };
    expect(onlyName(await stage.look(stage.through(forgetful)))).toMatchObject({ outcome: 'steady' });
    expect(stage.writes()).toEqual([]);
  });

  it('an extra CLB that a list misses once keeps its answer', async () => {
    const stage = await withExtra();
    let lists = 0;
    const forgetful: OpenApi = {
      call: async (call) => {
        const answer = await stage.cloud.openApi().call(call);
        if (call.query?.['Tag.1.Key'] === undefined) return answer;
        lists += 1;
        return lists > 1 ? answer : { ...answer, body: { TotalCount: 0, LoadBalancers: { LoadBalancer: [] } } };
      },
    };
    const result = onlyName(await stage.look(stage.through(forgetful)));
    expect(result).toMatchObject({ outcome: 'hold', reason: 'ConcurrentChange' });
    expect(result.failures).toMatchObject([{ message: '198.18.0.2 is the address of lb-extra' }]);
    expect(stage.writes()).toEqual([]);
  });

  it('a configured CLB that is gone: its answer goes when another one is there, and a person can read it', async () => {
    const stage = await withExtra();
    const writer = createLoadBalancerWriter(stage.cloud.openApi(), REGION);
    await writer.protect(OWN, false);
    await writer.delete(OWN);
    const result = onlyName(await stage.look());
    expect(result).toMatchObject({ outcome: 'change', reason: 'AddressNotServing' });
    expect(result.plan.alarms).toMatchObject([{ message: 'lb-own of cn-hangzhou is configured and does not exist' }]);
    expect(await stage.answers()).toEqual([stage.address(EXTRA)]);
  });

  it('a region: its addresses stay, others go on', async () => {
    const stage = await aZone({
      names: [
        {
          ...WWW,
          lines: [{ line: 'default', regions: [REGION, OTHER_REGION] }],
          own: { [REGION]: [OWN], [OTHER_REGION]: [FAR] },
        },
      ],
      records: (address) => [aRecord(address(OWN), { remark: MARK }), aRecord(address(FAR), { remark: MARK })],
    });
    await stage.tag(EXTRA, 'serving');
    const api = stage.around({
      before: ({ product, region }) => {
        if (product === 'slb' && region === OTHER_REGION) {
          stage.cloud.faults.fail({ operation: /^slb/, times: 1, status: 503, code: 'ServiceUnavailable' });
        }
      },
    });
    const result = onlyName(await stage.look(stage.through(api)));
    expect(result).toMatchObject({ outcome: 'change', reason: 'AddressMissing' });
    expect(result.after.lines[0]?.holds).toMatchObject([{ reason: 'ReadFailed', needsPerson: false }]);
    expect(await stage.answers()).toEqual(both(stage, OWN, EXTRA, FAR));
  });

  it('the health of a CLB: its address stays', async () => {
    const stage = await withExtra();
    stage.cloud.faults.fail({ operation: 'slb.DescribeHealthStatus', status: 503, code: 'ServiceUnavailable' });
    expect(onlyName(await stage.look())).toMatchObject({ outcome: 'hold', reason: 'ReadFailed', needsPerson: false });
    expect(stage.writes()).toEqual([]);
  });

  it('the zone: nothing is planned, and it is worth another try', async () => {
    const stage = await aZone();
    stage.cloud.faults.fail({ operation: /^alidns/, status: 503, code: 'ServiceUnavailable' });
    const result = await stage.look();
    expect(result.retry).toBe(true);
    expect(onlyName(result)).toMatchObject({ outcome: 'hold', reason: 'ReadFailed', needsPerson: false, done: [] });
  });

  it.each([
    [403, 'Forbidden.RAM'],
    [400, 'InvalidDomainName.NoExist'],
  ])('the zone, %i %s: a person hears of it, and another try is worth nothing', async (status, code) => {
    const stage = await aZone();
    stage.cloud.faults.fail({ operation: /^alidns/, status, code });
    const result = await stage.look();
    expect(result.retry).toBe(false);
    expect(onlyName(result)).toMatchObject({ outcome: 'hold', reason: 'ReadFailed', needsPerson: true });
  });
});

describe('a write that fails', () => {
  it.each<[string, number, string, string, boolean]>([
    ['a refusal for want of rights', 403, 'Forbidden.RAM', 'WriteFailed', true],
    ['a full quota', 400, 'QuotaExceeded.ARecord', 'WriteFailed', true],
    ['a zone that stays busy', 400, 'LastOperationNotFinished', 'WriteFailed', false],
    ['an account that is throttled', 400, 'Throttling.User', 'WriteFailed', false],
  ])('%s is told, and nothing else is done', async (_, status, code, reason, needsPerson) => {
    const stage = await aZone();
    await stage.tag(EXTRA, 'serving');
    stage.cloud.faults.fail({ operation: 'alidns.AddDomainRecord', status, code });
    expect(onlyName(await stage.look())).toMatchObject({ outcome: 'hold', reason, needsPerson });
    expect(stage.writes()).toEqual([]);
    stage.cloud.faults.clear();
    expect(onlyName(await stage.look())).toMatchObject({ outcome: 'change', reason: 'AddressMissing' });
  });

  it.each(['DomainRecordConflict', 'InvalidRR.NoExist'])(
    '%s is for a person, and is not asked for again while the name is as it was',
    async (code) => {
      const stage = await aZone();
      await stage.tag(EXTRA, 'serving');
      stage.cloud.faults.fail({ operation: 'alidns.AddDomainRecord', status: 400, code });
      const adds = () => stage.calls().filter((operation) => operation === 'alidns.AddDomainRecord').length;
      const conflict = { outcome: 'hold', reason: 'RecordConflict', needsPerson: true };
      expect(onlyName(await stage.look())).toMatchObject(conflict);
      expect(onlyName(await stage.looks(5))).toMatchObject(conflict);
      expect(adds()).toBe(1);
      stage.cloud.step(10 * MINUTE);
      expect(onlyName(await stage.look())).toMatchObject(conflict);
      expect(adds()).toBe(2);
      // Somebody changes something of the name.
      stage.cloud.faults.clear();
      const other = { rr: 'www', type: 'TXT', value: 'mended', line: 'default', ttl: 60 };
      await createZoneWriter(stage.cloud.openApi()).add(ZONE, other);
      expect(onlyName(await stage.look())).toMatchObject({ outcome: 'change', reason: 'AddressMissing' });
    },
  );

  it('an addition that was carried out without an answer is seen, and marked, in the same look', async () => {
    const stage = await aZone();
    await stage.tag(EXTRA, 'serving');
    stage.cloud.faults.cut({ operation: 'alidns.AddDomainRecord', times: 1, afterEffect: true });
    await stage.look();
    expect(await recordOf(stage, EXTRA)).toMatchObject({ remark: `${MARK} cn-hangzhou+`, enabled: true });
    expect(stage.calls().filter((operation) => operation === 'alidns.AddDomainRecord')).toHaveLength(1);
  });

  it('an addition that is refused does not keep a removal on another name back', async () => {
    const names = [WWW, { ...WWW, name: 'api.example.com', rr: 'api' }];
    const stage = await aZone({
      names,
      records: (address) => [
        aRecord(address(OWN), { remark: MARK }),
        aRecord(address(OWN), { rr: 'api', remark: MARK }),
        aRecord(address(THIRD), { rr: 'api', remark: MARK }),
      ],
    });
    await stage.tag(EXTRA, 'serving');
    await stage.tag(THIRD, 'draining');
    stage.cloud.faults.fail({ operation: 'alidns.AddDomainRecord', times: 2, status: 403, code: 'Forbidden.RAM' });
    const { zones } = await stage.look();
    expect(zones[0]?.names.map(({ outcome, reason }) => [outcome, reason])).toEqual([
      ['hold', 'WriteFailed'],
      ['hold', 'WriteFailed'],
    ]);
    expect(await stage.answers('default', 'api.example.com')).toEqual([stage.address(OWN)]);
  });
});
