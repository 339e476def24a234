import { MINUTE } from '../../shared/core/time';
import type { DnsAnswer } from '../../shared/core/zone';
import type { Resolver } from '../../shared/ports';
import {
  aRecord,
  aZone,
  both,
  EXTRA,
  FAR,
  MARK,
  OTHER_REGION,
  OWN,
  onlyName,
  REGION,
  recordOf,
  TELECOM,
  WWW,
  withExtra,
} from './a-zone';

describe('records of others', () => {
  it('a foreign and a locked one are left alone and told', async () => {
    const stage = await withExtra({
      records: (address) => [
        aRecord(address(OWN), { remark: MARK }),
        aRecord('192.0.2.7'),
        aRecord(address(EXTRA), { remark: MARK, locked: true }),
      ],
    });
    stage.cloud.loadBalancers.break(EXTRA, true);
    const { plan } = onlyName(await stage.look());
    expect(plan).toMatchObject({ outcome: 'hold', reason: 'RecordLocked', needsPerson: true });
    expect(plan.lines[0]?.foreign.map(({ value }) => value).sort()).toEqual(['192.0.2.7', stage.address(EXTRA)].sort());
    expect(stage.writes()).toEqual([]);
  });

  it('a CNAME is a conflict for a person', async () => {
    const stage = await aZone({ records: () => [{ rr: 'www', type: 'CNAME', value: 'cdn.example.net' }] });
    expect(onlyName(await stage.look())).toMatchObject({
      outcome: 'hold',
      reason: 'RecordConflict',
      needsPerson: true,
    });
    expect(stage.writes()).toEqual([]);
  });

  it('an unmarked record of an extra CLB is ours, and is marked', async () => {
    const stage = await withExtra({
      records: (address) => [aRecord(address(OWN), { remark: MARK }), aRecord(address(EXTRA))],
    });
    expect(onlyName(await stage.look())).toMatchObject({ outcome: 'change', reason: 'RecordDiffers' });
    expect(await recordOf(stage, EXTRA)).toMatchObject({ remark: `${MARK} cn-hangzhou+` });
  });

  it('one of the own CLB is taken over on demand only, and what that would change is shown before', async () => {
    const stage = await aZone({ records: (address) => [aRecord(address(OWN), { ttl: 600 })] });
    const before = onlyName(await stage.look());
    expect(before).toMatchObject({ outcome: 'steady' });
    expect(before.plan.lines[0]?.adoptable.map(({ changes }) => changes)).toEqual([
      ['our mark in its remark', 'TTL 600 s to 60 s'],
    ]);
    expect(stage.writes()).toEqual([]);
    const adopted = onlyName(await stage.look({ adopt: new Set([WWW.name]) }));
    expect(adopted.done).toEqual([
      'remark of 198.18.0.1 on default: gateway-autopilot cn-hangzhou',
      'TTL of 198.18.0.1 on default from 600 to 60 s',
    ]);
    expect(await recordOf(stage, OWN)).toMatchObject({
      remark: `${MARK} cn-hangzhou`,
      ttl: 60,
      enabled: true,
    });
  });

  it('beside one that is not adopted an extra CLB is published, and it is not withdrawn', async () => {
    const stage = await aZone({ records: (address) => [aRecord(address(OWN))] });
    await stage.tag(EXTRA, 'serving');
    await stage.look();
    expect(await stage.answers()).toEqual(both(stage, OWN, EXTRA));
    stage.cloud.loadBalancers.break(OWN, true);
    stage.cloud.step(MINUTE);
    await stage.look();
    expect(await stage.answers()).toEqual(both(stage, OWN, EXTRA));
  });
});

describe('nothing is written', () => {
  it('in a frozen zone', async () => {
    const stage = await aZone({
      records: (address) => [
        aRecord(address(OWN), { remark: MARK }),
        { rr: '_gateway-autopilot-freeze', type: 'TXT', value: 'owner=ops' },
      ],
    });
    await stage.tag(EXTRA, 'serving');
    expect(onlyName(await stage.look())).toMatchObject({ outcome: 'hold', reason: 'Frozen' });
    expect(stage.writes()).toEqual([]);
  });

  it.each([
    ['a dry look', { writer: undefined, dryRun: true }],
    ['maintenance', { maintenance: { reason: 'night', until: Date.UTC(2026, 10, 23, 12) } }],
  ])('in a frozen zone nothing is planned: %s says who has frozen it, until when and why', async (_, changes) => {
    const stage = await aZone({
      records: (address) => [
        aRecord(address(OWN), { remark: MARK }),
        {
          rr: '_gateway-autopilot-freeze',
          type: 'TXT',
          value: 'owner=ops;until=2099-01-01T00:00:00Z;reason=migration',
        },
      ],
    });
    await stage.tag(EXTRA, 'serving');
    expect(onlyName(await stage.look(changes))).toMatchObject({
      outcome: 'hold',
      reason: 'Frozen',
      message: 'example.com is frozen by ops until 2099-01-01T00:00:00Z: migration',
    });
  });

  it('in a dry run, which says so beside the reason', async () => {
    const stage = await aZone();
    await stage.tag(EXTRA, 'serving');
    const result = onlyName(await stage.look({ writer: undefined, dryRun: true }));
    expect(result).toMatchObject({ outcome: 'change', reason: 'AddressMissing', dryRun: true, done: [], failures: [] });
    expect(result.plan.lines[0]?.additions).toMatchObject([{ do: 'add' }]);
    expect(stage.writes()).toEqual([]);
  });

  it.each([
    ['ObserveMode', { names: [{ ...WWW, publish: 'observe' as const }] }],
    ['Maintenance', { maintenance: { reason: 'night', until: Date.UTC(2026, 10, 23, 12) } }],
  ])('%s', async (reason, changes) => {
    const stage = await aZone();
    await stage.tag(EXTRA, 'serving');
    const result = onlyName(await stage.look(changes));
    expect(result).toMatchObject({ outcome: 'hold', reason });
    expect(result.plan.lines[0]?.additions).toMatchObject([{ do: 'add' }]);
    expect(stage.writes()).toEqual([]);
  });
});

describe('lines', () => {
  const TWO_LINES = {
    ...WWW,
    lines: [...WWW.lines, { line: 'telecom', regions: [OTHER_REGION] }],
    own: { [REGION]: [OWN], [OTHER_REGION]: [FAR] },
  };

  it('each has the addresses of its regions, and is asked for by its subnet', async () => {
    const stage = await aZone({ names: [{ ...TWO_LINES, subnets: { telecom: TELECOM } }] });
    const result = onlyName(await stage.look());
    expect(result.verification.map(({ line, outcome }) => [line, outcome])).toEqual([['telecom', 'verified']]);
    expect(await stage.answers()).toEqual([stage.address(OWN)]);
    expect(await stage.answers('telecom')).toEqual([stage.address(FAR)]);
  });

  it('one without a subnet is said to be unverifiable', async () => {
    const stage = await aZone({ names: [TWO_LINES] });
    expect(onlyName(await stage.look()).verification).toMatchObject([{ line: 'telecom', outcome: 'unverifiable' }]);
  });

  const DEFAULT_CLIENT = '198.51.100.0/24';

  /** An extra CLB on one of two lines drains, and the other answer of the line was enabled a moment ago. */
  async function drainingOn(line: 'default' | 'telecom', subnets: Readonly<Record<string, string>>) {
    const name = { ...WWW, lines: [...WWW.lines, { line: 'telecom', regions: [REGION] }], subnets };
    const other = line === 'default' ? 'telecom' : 'default';
    const stage = await aZone({
      names: [name],
      records: (address) => [
        aRecord(address(OWN), { remark: MARK, line: other }),
        aRecord(address(OWN), { remark: MARK, line, enabled: false }),
        aRecord(address(EXTRA), { remark: MARK, line }),
      ],
    });
    await stage.tag(EXTRA, 'draining');
    return stage;
  }

  it.each<[string, Partial<DnsAnswer>, string]>([
    ['from a cache', { authoritative: false }, 'ns0.alidns.example does not speak for the zone'],
    ['whatever the subnet', { scope: undefined }, 'ns0.alidns.example takes no notice of client subnets'],
  ])('answers %s prove nothing', async (_, changed, why) => {
    const stage = await drainingOn('telecom', { telecom: TELECOM });
    const inner = stage.cloud.dns.resolver();
    const resolver: Resolver = { ask: async (question) => ({ ...(await inner.ask(question)), ...changed }) };
    const result = onlyName(await stage.look({ resolver }));
    expect(result.done).toEqual(['enable 198.18.0.1 on telecom']);
    expect(result).toMatchObject({ outcome: 'hold', reason: 'NotVerified' });
    expect(result.message).toContain(why);
    expect(result.verification).toMatchObject([{ line: 'telecom', outcome: 'unverified' }]);
  });

  it('answers that are the same for every client (scope 0) prove nothing of a line', async () => {
    const stage = await drainingOn('telecom', { telecom: TELECOM });
    const inner = stage.cloud.dns.resolver();
    const resolver: Resolver = { ask: async (question) => ({ ...(await inner.ask(question)), scope: 0 }) };
    const result = onlyName(await stage.look({ resolver }));
    expect(result).toMatchObject({ outcome: 'hold', reason: 'NotVerified', done: ['enable 198.18.0.1 on telecom'] });
    expect(result.verification).toMatchObject([{ line: 'telecom', outcome: 'unverifiable' }]);
    stage.cloud.step(5 * MINUTE);
    expect(onlyName(await stage.look({ resolver }))).toMatchObject({ outcome: 'change', reason: 'AddressNotServing' });
  });

  it.each([[0], [undefined]])(
    'of the only line they are its own (scope %p), also where it has a subnet',
    async (scope) => {
      const stage = await aZone({
        names: [{ ...WWW, subnets: { default: DEFAULT_CLIENT } }],
        records: (address) => [
          aRecord(address(OWN), { remark: MARK, enabled: false }),
          aRecord(address(EXTRA), { remark: MARK }),
        ],
      });
      await stage.tag(EXTRA, 'draining');
      const inner = stage.cloud.dns.resolver();
      const asked = new Set<string | undefined>();
      const resolver: Resolver = {
        ask: async (question) => {
          asked.add(question.subnet);
          return { ...(await inner.ask(question)), scope };
        },
      };
      const result = onlyName(await stage.look({ resolver }));
      expect(result).toMatchObject({ outcome: 'change', verification: [{ line: 'default', outcome: 'verified' }] });
      expect(await stage.answers()).toEqual([stage.address(OWN)]);
      expect([...asked]).toEqual([DEFAULT_CLIENT]);
    },
  );

  it('the line default beside others is asked for by its own subnet', async () => {
    const stage = await drainingOn('default', { default: DEFAULT_CLIENT, telecom: TELECOM });
    stage.cloud.dns.addSubnet(DEFAULT_CLIENT, 'default');
    const inner = stage.cloud.dns.resolver();
    const asked = new Set<string | undefined>();
    const resolver: Resolver = {
      ask: (question) => {
        asked.add(question.subnet);
        return inner.ask(question);
      },
    };
    expect(onlyName(await stage.look({ resolver }))).toMatchObject({ outcome: 'change' });
    expect([...asked]).toEqual([DEFAULT_CLIENT]);
    expect(await stage.answers()).toEqual([stage.address(OWN)]);
  });

  it('without one it cannot be asked for, since the function may be a client of another line', async () => {
    const stage = await drainingOn('default', { telecom: TELECOM });
    const result = onlyName(await stage.look());
    expect(result).toMatchObject({ outcome: 'hold', reason: 'NotVerified', done: ['enable 198.18.0.1 on default'] });
    expect(result.verification).toMatchObject([{ line: 'default', outcome: 'unverifiable' }]);
    stage.cloud.step(5 * MINUTE);
    expect(onlyName(await stage.look())).toMatchObject({ outcome: 'change', reason: 'AddressNotServing' });
  });

  it('one that cannot be asked for: an answer goes when another has been there for a while', async () => {
    const name = { ...WWW, lines: [...WWW.lines, { line: 'telecom', regions: [REGION] }] };
    const stage = await aZone({
      names: [name],
      records: (address) => [
        aRecord(address(OWN), { remark: MARK }),
        aRecord(address(OWN), { remark: MARK, line: 'telecom', enabled: false }),
        aRecord(address(EXTRA), { remark: MARK, line: 'telecom' }),
      ],
    });
    await stage.tag(EXTRA, 'draining');
    expect(onlyName(await stage.look())).toMatchObject({ outcome: 'hold', reason: 'NotVerified' });
    expect(await stage.answers('telecom')).toEqual(both(stage, OWN, EXTRA));
    stage.cloud.step(5 * MINUTE);
    expect(onlyName(await stage.look())).toMatchObject({ outcome: 'change', reason: 'AddressNotServing' });
    expect(await stage.answers('telecom')).toEqual([stage.address(OWN)]);
  });

  it('one answer before and after is changed in place', async () => {
    const stage = await aZone({
      names: [
        {
          ...WWW,
          lines: [{ line: 'default', regions: [OTHER_REGION] }],
          own: { [REGION]: [OWN], [OTHER_REGION]: [FAR] },
        },
      ],
    });
    const [before] = await stage.records();
    const result = onlyName(await stage.look());
    expect(result.done).toEqual([
      'change 198.18.0.1 on default to 198.18.0.4: lb-own is in cn-hangzhou, which is not a region of line default',
    ]);
    expect(await stage.records()).toMatchObject([
      { id: before?.id, value: stage.address(FAR), enabled: true, remark: MARK },
    ]);
  });
});

describe('weights', () => {
  const EVEN = { ...WWW, weights: 'even' as const };

  it('are opened with the second answer, which has a small share for a TTL', async () => {
    const stage = await aZone({ names: [EVEN], busy: 2_000 });
    await stage.tag(EXTRA, 'serving');
    expect(onlyName(await stage.look()).done).toEqual([
      'add 198.18.0.2 on default',
      'switch weights of type A on',
      'weight of 198.18.0.1 on default from 1 to 10',
    ]);
    const weights = async () =>
      [await recordOf(stage, OWN), await recordOf(stage, EXTRA)].map((record) => record?.weight);
    expect(await weights()).toEqual([10, 1]);
    stage.cloud.step(MINUTE);
    expect(onlyName(await stage.look()).done).toEqual(['weight of 198.18.0.2 on default from 1 to 10']);
    expect(await weights()).toEqual([10, 10]);
    stage.cloud.step(MINUTE);
    expect(onlyName(await stage.look())).toMatchObject({ outcome: 'steady' });
    stage.cloud.loadBalancers.break(EXTRA, true);
    const withdrawn = onlyName(await stage.look());
    expect(withdrawn).toMatchObject({ outcome: 'change', reason: 'AddressUnhealthy' });
    stage.cloud.loadBalancers.break(EXTRA, false);
    stage.cloud.step(MINUTE);
    await stage.look();
    expect(await weights()).toEqual([10, 1]);
  });
});

describe('editions', () => {
  it('the smallest TTL of the edition counts, and is told', async () => {
    const stage = await aZone({
      edition: 'personal',
      records: (address) => [aRecord(address(OWN), { ttl: 600, remark: MARK })],
    });
    await stage.tag(EXTRA, 'serving');
    const result = onlyName(await stage.look());
    expect(result.plan.ttl).toBe(600);
    expect(result.plan.alarms).toMatchObject([
      { message: 'the edition of the zone allows no TTL below 600 s; 60 s is configured' },
    ]);
    expect(await recordOf(stage, EXTRA)).toMatchObject({ ttl: 600 });
  });
});

describe('the cost of a quiet look', () => {
  it('over 50 names in one zone: one page, one list of ours, one of the own, two for the health; no write', async () => {
    const names = Array.from({ length: 50 }, (_, i) => ({ ...WWW, name: `n${i}.example.com`, rr: `n${i}` }));
    const stage = await aZone({
      names,
      records: (address) => names.map(({ rr }) => aRecord(address(OWN), { rr, remark: MARK })),
    });
    await stage.look();
    stage.cloud.step(15 * MINUTE);
    stage.cloud.resetCalls();
    const { zones } = await stage.look();
    expect(zones[0]?.names.map(({ outcome }) => outcome)).toEqual(Array(50).fill('steady'));
    expect([...stage.calls()].sort()).toEqual([
      'alidns.DescribeDomainRecords',
      'slb.DescribeHealthStatus',
      'slb.DescribeLoadBalancerListeners',
      'slb.DescribeLoadBalancers',
      'slb.DescribeLoadBalancers',
    ]);
  });

  it('a large zone is not read whole to find out that it is large, nor given up because it changes all the time', async () => {
    const many = Array.from({ length: 1_500 }, (_, i) => ({ rr: `x${i}`, type: 'A' as const, value: '192.0.2.1' }));
    const names = ['www', 'api'].map((rr) => ({ ...WWW, name: `${rr}.example.com`, rr }));
    const stage = await aZone({
      names,
      records: (address) => [...names.map(({ rr }) => aRecord(address(OWN), { rr, remark: MARK })), ...many],
    });
    const { zones } = await stage.look();
    expect(zones[0]?.names.map(({ outcome }) => outcome)).toEqual(['steady', 'steady']);
    expect(stage.calls().filter((call) => call === 'alidns.DescribeDomainRecords')).toHaveLength(1);
  });

  it('over 2 names in a zone of 1,500 records: one read per name', async () => {
    const many = Array.from({ length: 1_500 }, (_, i) => ({ rr: `x${i}`, type: 'A' as const, value: '192.0.2.1' }));
    const names = ['www', 'api'].map((rr) => ({ ...WWW, name: `${rr}.example.com`, rr }));
    const stage = await aZone({
      names,
      records: (address) => [...names.map(({ rr }) => aRecord(address(OWN), { rr, remark: MARK })), ...many],
    });
    await stage.look();
    stage.cloud.step(15 * MINUTE);
    stage.cloud.resetCalls();
    await stage.look();
    expect(stage.calls().filter((call) => call.startsWith('alidns'))).toEqual([
      'alidns.DescribeSubDomainRecords',
      'alidns.DescribeSubDomainRecords',
    ]);
  });
});
