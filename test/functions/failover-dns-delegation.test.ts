import type { StrangeServer } from '../../rehearsal/cloud';
import { createZoneWriter } from '../../shared/cloud/zones';
import { MINUTE, SECOND } from '../../shared/core/time';
import type { Delegations } from '../../shared/ports';
import type { PublishingMemory } from '../../shared/run/publish-run';
import { newsOf } from '../../shared/serve/publish-news';
import { A, aRegionStage, B, type RegionStage, timeTo } from './a-region-stage';
import {
  aRecord,
  aZone,
  both,
  EXTRA,
  MARK,
  OWN,
  onlyName,
  REGION,
  recordOf,
  WWW,
  withExtra,
  ZONE,
  type ZoneStage,
} from './a-zone';

const FAR: StrangeServer = { host: 'ns1.far.example', address: '203.0.113.1' };
const SENT_AWAY =
  'clients of example.com are sent to ns1.far.example (203.0.113.1), not to ns0.alidns.example, ns1.alidns.example, ns2.alidns.example, which Alidns names for it: what is written here reaches nobody';

/** Counts who is asked for. */
function counting({ cloud }: ZoneStage) {
  const { addressesOf, of } = cloud.dns.delegations();
  const asked: string[] = [];
  const delegations: Delegations = {
    addressesOf: (hosts) => {
      asked.push('addresses');
      return addressesOf(hosts);
    },
    of: (zone) => {
      asked.push(zone);
      return of(zone);
    },
  };
  return { asked, delegations };
}

/** Answers only when it is let. */
function held({ cloud }: ZoneStage) {
  const { addressesOf, of } = cloud.dns.delegations();
  let answer = (): void => undefined;
  const gate = new Promise<void>((resolve) => {
    answer = resolve;
  });
  const delegations: Delegations = { addressesOf, of: (zone) => gate.then(() => of(zone)) };
  return { answer: () => answer(), delegations };
}

/** Lets everything go on that waits for no time to pass. */
async function meanwhile(): Promise<void> {
  for (let turn = 0; turn < 100; turn += 1) await new Promise((resolve) => setImmediate(resolve));
}

describe('a zone whose clients are sent elsewhere', () => {
  it('is not written at all, a person hears of it, and it goes on when they are back', async () => {
    const stage = await withExtra();
    await stage.tag(EXTRA, 'draining');
    stage.cloud.dns.delegate(ZONE, [FAR]);
    stage.cloud.resetCalls();
    const result = await stage.look();
    const { done, failures, message, outcome, plan, reason } = onlyName(result);
    expect({ done, message, outcome, reason }).toEqual({
      done: [],
      message: SENT_AWAY,
      outcome: 'hold',
      reason: 'DelegatedElsewhere',
    });
    expect(failures).toHaveLength(1);
    expect(plan.lines[0]?.removals).toHaveLength(1);
    expect(newsOf(result, REGION, 0)).toEqual([
      {
        kind: 'held',
        region: REGION,
        subject: 'www.example.com',
        reason: 'DelegatedElsewhere',
        message: SENT_AWAY,
        at: 0,
      },
    ]);
    await stage.looks(3);
    expect(stage.calls().filter((call) => !/Describe/.test(call))).toEqual([]);
    stage.cloud.dns.delegate(ZONE, undefined);
    expect(onlyName(await stage.look())).toMatchObject({ outcome: 'change', needsPerson: false });
    expect(await stage.answers()).toEqual([stage.address(OWN)]);
  });

  it('is told of although nothing is to be done, in a dry run, and where it is only observed', async () => {
    const stage = await aZone();
    stage.cloud.dns.delegate(ZONE, []);
    const held = { outcome: 'hold', reason: 'DelegatedElsewhere', needsPerson: true };
    expect(onlyName(await stage.look())).toMatchObject(held);
    expect(onlyName(await stage.look()).message).toContain('are sent to no name server, not to ns0.alidns.example');
    expect(onlyName(await stage.look({ names: [{ ...WWW, publish: 'observe' }] }))).toMatchObject(held);
    expect(onlyName(await stage.look({ writer: undefined, dryRun: true }))).toMatchObject(held);
    expect(stage.writes()).toEqual([]);
  });

  it('keeps what a crash left in it until they are back', async () => {
    const stage = await aZone({ records: () => [] });
    stage.cloud.faults.fail({ operation: 'alidns.UpdateDomainRecordRemark', status: 503, code: 'ServiceUnavailable' });
    await stage.look();
    stage.cloud.faults.clear();
    expect(await recordOf(stage, OWN)).toMatchObject({ enabled: true, remark: '' });
    stage.cloud.dns.delegate(ZONE, [FAR]);
    const memory: PublishingMemory = new Map();
    memory.set(ZONE, { delegation: { value: { state: 'elsewhere', message: 'as it was' }, at: 0 } });
    stage.cloud.resetCalls();
    expect(onlyName(await stage.look({ memory }))).toMatchObject({ reason: 'DelegatedElsewhere', done: [] });
    expect(stage.writes()).toEqual([]);
    stage.cloud.dns.delegate(ZONE, undefined);
    await stage.look({ memory });
    expect((await recordOf(stage, OWN))?.remark).toBe('gateway-autopilot');
  });

  it('keeps no other zone from being written', async () => {
    const org = { ...WWW, name: 'www.example.org', zone: 'example.org' };
    const stage = await aZone({ names: [WWW, org] });
    stage.cloud.dns.addZone({
      name: 'example.org',
      edition: 'ultimate',
      records: [aRecord(stage.address(OWN), { remark: MARK })],
    });
    await stage.tag(EXTRA, 'serving');
    stage.cloud.dns.delegate(ZONE, [FAR]);
    const { zones } = await stage.look();
    expect(zones.map(({ names }) => names.map(({ reason }) => reason))).toEqual([
      ['DelegatedElsewhere'],
      ['AddressMissing'],
    ]);
  });
});

describe('it goes on', () => {
  it.each<[string, (stage: ZoneStage) => void]>([
    [
      'where the zone has name servers under names of its own',
      ({ cloud }) => {
        const address = cloud.dns.serverAddress('ns2.alidns.example');
        cloud.dns.delegate(ZONE, [{ host: 'ns.shop.example', address }]);
      },
    ],
    [
      'where nobody can be asked whom clients are sent to',
      ({ cloud }) => {
        cloud.dns.delegate(ZONE, [FAR]);
        for (const host of ['a.registry.example', 'b.registry.example']) cloud.dns.breakServer(host, 'silent');
      },
    ],
    [
      "where it is not known which servers are Alidns's",
      ({ cloud }) => {
        cloud.dns.delegate(ZONE, [FAR]);
        cloud.faults.fail({ operation: 'alidns.DescribeDomainInfo', status: 503, code: 'ServiceUnavailable' });
      },
    ],
  ])('%s', async (_, happens) => {
    const stage = await aZone();
    await stage.tag(EXTRA, 'serving');
    happens(stage);
    const { after, failures } = onlyName(await stage.look());
    expect([failures, after.alarms]).toEqual([[], []]);
    expect(await stage.answers()).toEqual(both(stage, OWN, EXTRA));
  });

  it('where the addresses of its own servers cannot be looked up', async () => {
    const stage = await aZone();
    await stage.tag(EXTRA, 'serving');
    stage.cloud.dns.delegate(ZONE, [FAR]);
    const { of } = stage.cloud.dns.delegations();
    const delegations: Delegations = {
      of,
      addressesOf: async (hosts) => hosts.map((host) => ({ host, addresses: [] })),
    };
    expect(onlyName(await stage.look({ delegations }))).toMatchObject({ outcome: 'change', failures: [] });
  });

  it('with a warning where some of the servers are others', async () => {
    const stage = await aZone();
    await stage.tag(EXTRA, 'serving');
    const own = { host: 'ns1.alidns.example', address: stage.cloud.dns.serverAddress('ns1.alidns.example') };
    stage.cloud.dns.delegate(ZONE, [own, FAR]);
    const { after, needsPerson, outcome } = onlyName(await stage.look());
    expect([outcome, needsPerson]).toEqual(['change', false]);
    expect(after.alarms).toEqual([
      {
        reason: 'DelegatedElsewhere',
        message: `clients of example.com are sent to ns1.alidns.example (${own.address}), ns1.far.example (203.0.113.1); what is written here reaches nobody who is answered by ns1.far.example (203.0.113.1)`,
      },
    ]);
  });
});

describe('whom clients are sent to', () => {
  it('is asked for every five minutes, by name alone, and at every look while it is elsewhere', async () => {
    const stage = await aZone();
    const { asked, delegations } = counting(stage);
    for (let look = 0; look < 10; look += 1) {
      await stage.look({ delegations });
      stage.cloud.step(MINUTE);
    }
    expect(asked).toEqual([ZONE, ZONE]);
    stage.cloud.dns.delegate(ZONE, [FAR]);
    for (let look = 0; look < 3; look += 1) {
      await stage.look({ delegations });
      stage.cloud.step(MINUTE);
    }
    expect(asked.slice(2)).toEqual([ZONE, 'addresses', ZONE, 'addresses', ZONE, 'addresses']);
  });

  it('is not asked for again and again where nobody can say it', async () => {
    const stage = await aZone();
    for (const host of ['a.registry.example', 'b.registry.example']) stage.cloud.dns.breakServer(host, 'silent');
    const { asked, delegations } = counting(stage);
    for (let look = 0; look < 5; look += 1) {
      await stage.look({ delegations });
      stage.cloud.step(MINUTE);
    }
    expect(asked).toEqual([ZONE]);
  });

  it('is waited for by no rescue, and by whatever else is written', async () => {
    const api = { ...WWW, name: 'api.example.com', rr: 'api' };
    const records = (address: (id: string) => string) => [aRecord(address(OWN), { rr: 'api', remark: MARK })];
    const stage = await aZone({ names: [WWW, api], records });
    await stage.tag(EXTRA, 'serving');
    stage.cloud.dns.delegate(ZONE, [FAR]);
    const { answer, delegations } = held(stage);
    const look = stage.look({ delegations });
    await meanwhile();
    expect(await stage.answers()).toEqual(both(stage, OWN, EXTRA));
    answer();
    const { zones } = await look;
    expect(zones[0]?.names.map(({ done, reason }) => [reason, done.length])).toEqual([
      ['DelegatedElsewhere', 2],
      ['DelegatedElsewhere', 0],
    ]);
    expect(await stage.answers('default', 'api.example.com')).toEqual([stage.address(OWN)]);
  });

  it('is waited for by a rescue where it was elsewhere a while ago', async () => {
    const stage = await aZone();
    stage.cloud.dns.delegate(ZONE, [FAR]);
    await stage.look();
    const { id = '' } = (await recordOf(stage, OWN)) ?? {};
    await createZoneWriter(stage.cloud.openApi()).remove(id);
    stage.cloud.resetCalls();
    expect(onlyName(await stage.look())).toMatchObject({ reason: 'DelegatedElsewhere', done: [] });
    stage.cloud.dns.delegate(ZONE, undefined);
    const { answer, delegations } = held(stage);
    const look = stage.look({ delegations });
    await meanwhile();
    expect(stage.writes()).toEqual([]);
    answer();
    expect(onlyName(await look)).toMatchObject({ outcome: 'change', failures: [] });
    expect(await stage.answers()).toEqual([stage.address(OWN)]);
  });

  it('is waited for by what a dry run says', async () => {
    const stage = await aZone();
    stage.cloud.dns.delegate(ZONE, [FAR]);
    const { answer, delegations } = held(stage);
    const look = stage.look({ delegations, writer: undefined, dryRun: true });
    await meanwhile();
    answer();
    expect(onlyName(await look)).toMatchObject({ reason: 'DelegatedElsewhere' });
  });
});

describe('when a region dies', () => {
  let stage: RegionStage;
  afterEach(() => stage.end());

  /** What was written, apart from what a person did. */
  function writes(): readonly string[] {
    const operations = stage.cloud.calls().map(({ operation }) => operation);
    return operations.filter((operation) => /^alidns\.(?!Describe)/.test(operation));
  }

  it('while clients are sent elsewhere, nothing is written and a person is told; it goes on when they are back', async () => {
    stage = aRegionStage();
    const { cloud } = stage;
    await stage.run(2 * MINUTE);
    cloud.dns.delegate(ZONE, [FAR]);
    await stage.run(5 * MINUTE);
    cloud.resetCalls();
    const from = stage.clock.now();
    expect(await timeTo(stage, [B], 3 * MINUTE, () => cloud.regions.die(A))).toBeUndefined();
    expect([await stage.answered(), writes()]).toEqual([[A, B], []]);
    const said = stage.logged('publication').filter(({ at }) => Number(at) > from);
    expect([...new Set(said.map(({ needsPerson, reason }) => `${reason} ${needsPerson}`))]).toEqual([
      'DelegatedElsewhere true',
    ]);
    expect(await timeTo(stage, [B], 3 * MINUTE, () => cloud.dns.delegate(ZONE, undefined))).toBeLessThan(2 * MINUTE);
    expect(stage.invariants.broken).toEqual([]);
  }, 180_000);

  it.each<[string, (stage: RegionStage) => void]>([
    [
      'under names of its own for the same servers',
      ({ cloud }) => {
        const address = cloud.dns.serverAddress('ns1.alidns.example');
        cloud.dns.delegate(ZONE, [{ host: 'ns.shop.example', address }]);
      },
    ],
    [
      'while nobody can say whom clients are sent to',
      ({ cloud }) => {
        for (const host of ['a.registry.example', 'b.registry.example']) cloud.dns.breakServer(host, 'silent');
      },
    ],
  ])(
    '%s, it is left as soon as ever',
    async (_, happens) => {
      stage = aRegionStage();
      happens(stage);
      await stage.run(3 * MINUTE);
      expect(await timeTo(stage, [B], MINUTE, () => stage.cloud.regions.die(A))).toBeLessThanOrEqual(16 * SECOND);
      expect(stage.invariants.broken).toEqual([]);
    },
    60_000,
  );
});
