import { rehearsedSurroundings } from '../../rehearsal/surroundings';
import type { OpenApi } from '../../shared/cloud/seams';
import { createZoneWriter } from '../../shared/cloud/zones';
import { checkConfiguration, loadConfiguration } from '../../shared/config/load';
import { MINUTE, SECOND } from '../../shared/core/time';
import { CloudError } from '../../shared/errors';
import { failoverDnsHandler } from '../../shared/serve/failover-dns';
import { reportedZone } from '../../shared/serve/publish-answer';
import { A, aRegionStage, B, POINT, type RegionStage, timeTo, ZONE } from '../functions/a-region-stage';
import {
  aRecord,
  aZone,
  both,
  EXTRA,
  FAR,
  LEASE,
  MARK,
  OTHER_REGION,
  OWN,
  onlyName,
  REGION,
  recordOf,
  THIRD,
  WWW,
  withExtra,
  type ZoneStage,
} from '../functions/a-zone';
import { type Invariants, watchInvariants } from './invariants';

/** What went wrong at others (`dns-failover` page, section 5.2), on our cloud; the invariants are watched at every change. */

const SERVERS = ['ns0.alidns.example', 'ns1.alidns.example', 'ns2.alidns.example'];

function watched({ cloud }: ZoneStage, names: readonly string[] = ['www']): Invariants {
  return watchInvariants(cloud, { zone: ZONE, names, isWell: (address) => cloud.loadBalancers.answers(address, 443) });
}

/** The sick one recovers, and the other falls sick. */
function turn({ cloud }: ZoneStage): void {
  cloud.loadBalancers.break(EXTRA, false);
  cloud.loadBalancers.break(OWN, true);
}

async function wish(stage: RegionStage, what: string): Promise<void> {
  const until = new Date(stage.clock.now() + 60 * MINUTE).toISOString().slice(0, 16);
  const value = `${what};owner=li.wei;until=${until}Z;reason=in a hurry`;
  const content = { rr: '_gateway-autopilot-regions', type: 'TXT', value, line: 'default', ttl: 60 };
  await stage.invariants.byHand(() => createZoneWriter(stage.cloud.openApi()).add(ZONE, content));
}

describe('one name in one zone', () => {
  let stage: ZoneStage;
  let invariants: Invariants;

  async function begin(made: Promise<ZoneStage>, names?: readonly string[]): Promise<void> {
    stage = await made;
    invariants = watched(stage, names);
  }
  afterEach(() => expect(invariants.broken).toEqual([]));

  it('P1 AWS DynamoDB, 2025-10-19: a delayed writer does not undo a newer plan', async () => {
    await begin(withExtra());
    stage.cloud.loadBalancers.break(EXTRA, true);
    stage.cloud.faults.before({ operation: 'alidns.SetDomainRecordStatus', times: 1 }, async () => {
      stage.cloud.step(2 * MINUTE);
      turn(stage);
      expect(onlyName(await stage.look({ memory: new Map() })).done).toHaveLength(1);
    });
    expect(onlyName(await stage.look())).toMatchObject({ outcome: 'hold', reason: 'ConcurrentChange', done: [] });
    expect(await stage.enabled()).toEqual([stage.address(EXTRA)]);
  });

  it.each([
    ['an empty name', []],
    [
      'a name of garbage',
      [aRecord('192.0.2.9', { remark: MARK }), aRecord('192.0.2.8', { remark: MARK, enabled: false })],
    ],
  ])('P1 AWS DynamoDB, 2025-10-20: %s is mended by itself', async (_, records) => {
    await begin(aZone({ records: () => records }));
    await stage.looks(3);
    expect(await stage.answers()).toEqual([stage.address(OWN)]);
    stage.cloud.resetCalls();
    expect([onlyName(await stage.look()).outcome, stage.writes()]).toEqual(['steady', []]);
  });

  it('P4 ExternalDNS #2858, #3841, 2022-2023: a page that fails, or a list that is empty, deletes nothing', async () => {
    const names = ['www', 'api', 'web'].map((rr) => ({ ...WWW, rr, name: `${rr}.example.com` }));
    const many = Array.from({ length: 1_100 }, (_, i) => aRecord('192.0.2.1', { rr: `n${i}` }));
    const records = (address: (id: string) => string) => [
      ...names.flatMap(({ rr }) => [OWN, EXTRA].map((id) => aRecord(address(id), { rr, remark: MARK }))),
      ...many,
    ];
    await begin(aZone({ names, records }), ['www', 'api', 'web']);
    await stage.tag(EXTRA, 'draining');
    stage.cloud.resetCalls();
    const failing = stage.around({
      before: ({ action, query }) => {
        if (action !== 'DescribeDomainRecords' || query?.['PageNumber'] !== 2) return;
        stage.cloud.faults.fail({ operation: 'alidns.DescribeDomainRecords', times: 1, status: 503, code: 'Timeout' });
      },
    });
    const { zones } = await stage.look(stage.through(failing));
    expect(zones[0]?.names.map(({ outcome, reason }) => [outcome, reason])).toEqual(
      Array(3).fill(['hold', 'ReadFailed']),
    );
    expect(stage.calls().filter((call) => call === 'alidns.DescribeDomainRecords').length).toBeGreaterThan(2);
    const emptied: OpenApi = {
      call: async (call) => {
        const answer = await stage.cloud.openApi().call(call);
        return /^Describe(Domain|SubDomain)Records$/.test(call.action)
          ? { ...answer, body: { TotalCount: 0, PageNumber: 1, PageSize: 500, DomainRecords: { Record: [] } } }
          : answer;
      },
    };
    expect(stage.writes()).toEqual([]);
    const before = await stage.records();
    await stage.look(stage.through(emptied));
    expect(await stage.records()).toEqual(before);
  });

  it('P4 ExternalDNS #414, #3997, 2017-2023: a first region that cannot be asked keeps its clients, and no standby begins', async () => {
    const regions = [REGION, OTHER_REGION];
    const name = { ...WWW, lines: [{ line: 'default', regions }], own: { [REGION]: [OWN], [OTHER_REGION]: [FAR] } };
    await begin(aZone({ names: [{ ...name, mode: 'active-standby' }] }));
    stage.cloud.regions.loseControl(REGION, true);
    expect(onlyName(await stage.looks(3))).toMatchObject({ outcome: 'hold', reason: 'ReadFailed' });
    expect([await stage.answers(), stage.writes()]).toEqual([[stage.address(OWN)], []]);
  });

  it('P5 GitHub, 2014-01-08: a source that shows a part of what it had is not believed', async () => {
    const records = (address: (id: string) => string) =>
      [OWN, EXTRA, THIRD].map((id) => aRecord(address(id), { remark: `${MARK} ${REGION}${id === OWN ? '' : '+'}` }));
    await begin(aZone({ records }));
    await stage.tag(EXTRA, 'serving');
    await stage.tag(THIRD, 'serving');
    stage.cloud.resetCalls();
    const partial: OpenApi = {
      call: async (call) => {
        const answer = await stage.cloud.openApi().call(call);
        const isOurs = call.action === 'DescribeLoadBalancers' && call.query?.['Tag.1.Key'] !== undefined;
        return isOurs
          ? { ...answer, body: { TotalCount: 0, PageNumber: 1, PageSize: 100, LoadBalancers: { LoadBalancer: [] } } }
          : answer;
      },
    };
    expect(onlyName(await stage.look(stage.through(partial)))).toMatchObject({
      outcome: 'hold',
      reason: 'ReadFailed',
      needsPerson: true,
      done: [],
    });
    expect(stage.writes()).toEqual([]);
    expect(onlyName(await stage.look())).toMatchObject({ outcome: 'steady' });
  });

  it('P7 Cloudflare, 2025-07-14: a name that is added for a test touches no other one', async () => {
    const test = {
      ...WWW,
      name: 'test.example.com',
      rr: 'test',
      lines: [{ line: 'default', regions: [OTHER_REGION] }],
      own: { [OTHER_REGION]: [FAR] },
    };
    await begin(withExtra(), ['test']);
    const before = await stage.records();
    const { zones } = await stage.look({ names: [WWW, test] });
    const planned = zones[0]?.names.map(({ done, plan: { lines, name, outcome } }) => {
      const removals = lines.flatMap((line) => line.removals);
      return [name.rr, outcome, removals, done];
    });
    expect(planned).toEqual([
      ['www', 'steady', [], []],
      ['test', 'change', [], [`add ${stage.address(FAR)} on default`]],
    ]);
    stage.cloud.loadBalancers.break(FAR, true);
    stage.cloud.step(MINUTE);
    await stage.look({ names: [WWW, test] });
    expect((await stage.records()).filter(({ rr }) => rr === 'www')).toEqual(before);
  });

  it('P8 Cloudflare, 2023-10-04: a type of record that is not known is passed over, and the rest is carried on', async () => {
    await begin(withExtra());
    await stage.tag(EXTRA, 'draining');
    const unknown = {
      RR: 'www',
      Type: 'ZONEMD',
      Value: '1 1 1',
      Line: 'default',
      RecordId: '99',
      TTL: 60,
      Status: 'ENABLE',
    };
    const strange: OpenApi = {
      call: async (call) => {
        const answer = await stage.cloud.openApi().call(call);
        if (!/^Describe(Domain|SubDomain)Records$/.test(call.action)) return answer;
        const body = answer.body as { TotalCount: number; DomainRecords: { Record: object[] } };
        return {
          ...answer,
          body: {
            ...body,
            TotalCount: body.TotalCount + 1,
            DomainRecords: { Record: [unknown, ...body.DomainRecords.Record] },
          },
        };
      },
    };
    expect(onlyName(await stage.look(stage.through(strange)))).toMatchObject({ outcome: 'change', failures: [] });
    expect(await stage.answers()).toEqual([stage.address(OWN)]);
  });

  it('P8 Cloudflare, 2023-10-04: what is read from old data is acted on by nobody, and told when it lasts', async () => {
    await begin(withExtra());
    await stage.tag(EXTRA, 'draining');
    stage.cloud.dns.listsLag(10 * MINUTE);
    expect(onlyName(await stage.look())).toMatchObject({ outcome: 'hold', done: [], needsPerson: false });
    const late = onlyName(await stage.looks(12));
    expect(late).toMatchObject({ outcome: 'hold', needsPerson: true });
    expect(late.message).toContain('for more than 10 minutes');
    expect(await stage.answers()).toEqual(both(stage, OWN, EXTRA));
  });

  it('P9 Slack, 2021-09-30: how long a change takes to undo is said with it, by the longest TTL that is involved', async () => {
    const records = (address: (id: string) => string) => [
      aRecord(address(OWN), { remark: MARK }),
      aRecord(address(EXTRA), { remark: MARK, ttl: 86_400 }),
    ];
    await begin(aZone({ records }));
    await stage.tag(EXTRA, 'draining');
    const [zone] = (await stage.look()).zones;
    if (zone === undefined) throw new Error('no zone');
    expect(reportedZone(zone).names[0]).toMatchObject({
      clientsFollowWithin: '86400 s after the name servers do, where resolvers keep to the TTL',
      clients: { half: '43200 s', nearlyAll: '82080 s', undo: 'as long, by the same TTL of 86400 s' },
    });
  });

  it('P11 Azure Front Door, 2025-10-29: what fails minutes after it was verified has replaced nothing', async () => {
    await begin(aZone({ names: [{ ...WWW, weights: 'even' }] }));
    await stage.tag(EXTRA, 'serving');
    expect(onlyName(await stage.look()).verification).toMatchObject([{ outcome: 'verified' }]);
    expect((await recordOf(stage, EXTRA))?.weight).toBe(1);
    stage.cloud.step(3 * MINUTE);
    stage.cloud.loadBalancers.break(EXTRA, true);
    expect(await stage.enabled()).toEqual(both(stage, OWN, EXTRA));
    await stage.looks(2);
    expect(await stage.answers()).toEqual([stage.address(OWN)]);
  });

  it('P12 Azure, 2019-05-02: a zone whose name servers do not answer for it loses nothing, and a person hears of it', async () => {
    await begin(withExtra());
    await stage.tag(EXTRA, 'draining');
    for (const host of SERVERS) stage.cloud.dns.breakServer(host, 'refused');
    expect(onlyName(await stage.look())).toMatchObject({ outcome: 'hold', reason: 'NotVerified', done: [] });
    expect(onlyName(await stage.looks(12))).toMatchObject({ reason: 'NotVerified', needsPerson: true });
    expect(await stage.enabled()).toEqual(both(stage, OWN, EXTRA));
  });

  it('P12 Azure, 2019-05-02: a zone whose delegation was changed by mistake is not written while its own servers go on answering', async () => {
    await begin(withExtra());
    await stage.tag(THIRD, 'serving');
    await stage.tag(EXTRA, 'draining');
    stage.cloud.dns.delegate(ZONE, [{ host: 'ns1.migrated.example', address: '203.0.113.1' }]);
    stage.cloud.resetCalls();
    const result = onlyName(await stage.looks(3));
    expect(result).toMatchObject({ outcome: 'hold', reason: 'DelegatedElsewhere', needsPerson: true, done: [] });
    expect(result.message).toBe(
      'clients of example.com are sent to ns1.migrated.example (203.0.113.1), not to ns0.alidns.example, ns1.alidns.example, ns2.alidns.example, which Alidns names for it: what is written here reaches nobody',
    );
    expect([await stage.answers(), stage.writes()]).toEqual([both(stage, OWN, EXTRA), []]);
    stage.cloud.dns.delegate(ZONE, undefined);
    expect(onlyName(await stage.look())).toMatchObject({ outcome: 'change', failures: [] });
    expect(await stage.answers()).toEqual(both(stage, OWN, THIRD));
  });

  it('P13 Azure DNS, 2021-04-01, and Dyn, 2016-10-21: an API that throttles is called less and less, and a few times a look', async () => {
    await begin(withExtra());
    await stage.tag(EXTRA, 'draining');
    stage.cloud.faults.fail({ operation: /^alidns/, status: 400, code: 'Throttling.User' });
    for (let look = 1; look <= 5; look += 1) {
      stage.cloud.resetCalls();
      const retrying = stage.through(stage.cloud.openApi());
      expect(onlyName(await stage.look(retrying))).toMatchObject({ outcome: 'hold', reason: 'ReadFailed', done: [] });
      const calls = stage.cloud.calls().filter(({ operation }) => operation.startsWith('alidns'));
      // Half of what may be waited at most, which is 200 ms and doubles.
      const gaps = calls.slice(1).map(({ at }, index) => at - (calls[index]?.at ?? 0));
      expect(gaps).toEqual([100, 200, 400]);
      stage.cloud.step(MINUTE);
    }
    // What takes something away is judged anew before it is sent once more.
    stage.cloud.faults.clear();
    stage.cloud.faults.fail({ operation: 'alidns.SetDomainRecordStatus', status: 400, code: 'Throttling.User' });
    stage.cloud.resetCalls();
    expect(onlyName(await stage.look())).toMatchObject({ outcome: 'hold', reason: 'WriteFailed' });
    const count = (operation: string): number => stage.calls().filter((call) => call === operation).length;
    expect(count('alidns.SetDomainRecordStatus')).toBe(5);
    expect(count('alidns.DescribeDomainRecords')).toBeGreaterThanOrEqual(5);
  });

  it('P14 aliyuncs.com, 2025-06-06: the API is lost before any call, and what was half done is ended afterwards', async () => {
    const away = (made: ZoneStage, from: number): OpenApi => {
      let count = 0;
      return {
        call: (call) => {
          count += 1;
          const lost = new CloudError('no such host', { kind: 'unavailable', operation: call.action });
          return count >= from ? Promise.reject(lost) : made.cloud.openApi().call(call);
        },
      };
    };
    let ended = false;
    for (let from = 1; !ended; from += 1) {
      await begin(withExtra());
      await stage.tag(THIRD, 'serving');
      await stage.tag(EXTRA, 'draining');
      stage.cloud.resetCalls();
      const result = onlyName(await stage.look(stage.through(away(stage, from))));
      ended = result.outcome === 'change' && result.failures.length === 0 && (await stage.records()).length === 3;
      if (!ended) expect([from, result.outcome]).toEqual([from, 'hold']);
      for (let look = 1; look <= 3; look += 1) {
        stage.cloud.step(MINUTE);
        await stage.look({ memory: new Map() });
      }
      expect([from, await stage.answers(), invariants.broken]).toEqual([from, both(stage, OWN, THIRD), []]);
      expect(from).toBeLessThan(60);
    }
  }, 30_000);

  it('P16 Cloudflare and ExternalDNS #1463, 2020: what the API lists and DNS does not answer is told, and not made again and again', async () => {
    await begin(withExtra({ records: (address) => [aRecord(address(OWN), { remark: MARK })] }));
    for (const host of SERVERS) stage.cloud.dns.breakServer(host, 'stale');
    stage.cloud.resetCalls();
    const said = [onlyName(await stage.look())];
    for (let look = 1; look <= 6; look += 1) {
      stage.cloud.step(MINUTE);
      said.push(onlyName(await stage.look()));
    }
    expect(said.map(({ reason }) => reason)).toEqual(Array(7).fill('NotVerified'));
    expect(stage.writes()).toEqual(['alidns.AddDomainRecord', 'alidns.UpdateDomainRecordRemark']);
    // Nothing is taken away for an answer that clients do not get.
    stage.cloud.loadBalancers.break(OWN, true);
    expect(onlyName(await stage.look())).toMatchObject({ outcome: 'hold', reason: 'NotVerified', done: [] });
    expect(await stage.enabled()).toEqual(both(stage, OWN, EXTRA));
  });

  it('P17 spinifex #610, 2026-07: a timer and an alarm in the same second remove one after the other', async () => {
    await begin(withExtra());
    await stage.tag(EXTRA, 'draining');
    let alarm: Awaited<ReturnType<ZoneStage['look']>> | undefined;
    stage.cloud.faults.before({ operation: 'alidns.SetDomainRecordStatus', times: 1 }, async () => {
      alarm = await stage.look({ memory: new Map() });
    });
    expect(onlyName(await stage.look())).toMatchObject({ outcome: 'change' });
    expect(alarm === undefined ? undefined : onlyName(alarm)).toMatchObject({ outcome: 'hold', reason: 'LeaseHeld' });
    expect(stage.writes().filter((call) => call === 'alidns.SetDomainRecordStatus')).toHaveLength(1);
  });

  it.each(['first', 'second'] as const)(
    'P18 libdns #10, ddns-updater #1142: calls that arrive twice, of which the %s is answered, and a name that looks alike',
    async (answered) => {
      const alike = ['b.www', 'www.b', 'www2', 'ww'];
      const records = (address: (id: string) => string) => [
        ...['www', 'api'].map((rr) => aRecord(address(OWN), { rr, remark: MARK })),
        ...alike.map((rr) => aRecord(address(EXTRA), { rr })),
      ];
      // Two names, so that the zone is listed whole.
      await begin(aZone({ records, names: [WWW, { ...WWW, name: 'api.example.com', rr: 'api' }] }), ['www', 'api']);
      const twice: OpenApi = {
        call: async (call) => {
          const send = () => stage.cloud.openApi().call(call);
          if (call.effect === 'read') return send();
          const [one, other] = [await Promise.allSettled([send()]), await Promise.allSettled([send()])];
          const [{ status, ...rest }] = answered === 'first' ? one : other;
          if (status === 'rejected' && 'reason' in rest) throw rest.reason;
          return one[0].status === 'fulfilled' && other[0].status === 'fulfilled' && answered === 'second'
            ? other[0].value
            : (one[0] as PromiseFulfilledResult<Awaited<ReturnType<OpenApi['call']>>>).value;
        },
      };
      await stage.tag(EXTRA, 'serving');
      for (let look = 1; look <= 3; look += 1) {
        expect(onlyName(await stage.look(stage.through(twice))).failures).toEqual([]);
        stage.cloud.step(MINUTE);
      }
      const listed = await stage.records();
      expect(listed.filter(({ rr }) => rr === 'www').map(({ remark, value }) => [value, remark])).toEqual([
        [stage.address(EXTRA), `${MARK} ${REGION}+`],
        [stage.address(OWN), MARK],
      ]);
      expect(listed.filter(({ remark, rr }) => alike.includes(rr) && remark === '')).toHaveLength(4);
    },
  );
});

describe('a name of two regions', () => {
  let stage: RegionStage;
  afterEach(async () => {
    await stage.end();
    expect(stage.invariants.broken).toEqual([]);
  });

  it('P2 AWS NLB, 2025-10-20: checks that pass and fail by turns for an hour move clients away and back once', async () => {
    stage = aRegionStage({ failover: '{ recovery: 1m }' });
    const { cloud, clock } = stage;
    let turns = 0;
    cloud.dns.watch(ZONE, (before, after) => {
      const isAnswered = ({ records }: typeof before): boolean =>
        records.some(({ enabled, value }) => enabled && value === stage.address(A));
      if (isAnswered(before) !== isAnswered(after)) turns += 1;
    });
    await stage.run(60 * MINUTE, async () => {
      for (let time = 1; time <= 12; time += 1) {
        cloud.regions.loseData(A, true);
        await clock.sleep(MINUTE);
        cloud.regions.loseData(A, false);
        await clock.sleep(4 * MINUTE - SECOND);
      }
    });
    expect(turns).toBe(3);
    expect(await stage.answered()).toEqual([B]);
  }, 180_000);

  it.each([
    ['all of the vantage points', [A, B, POINT]],
    ['most of the vantage points', [B, POINT]],
  ])(
    'P3 Facebook, 2021-10-04: %s that reach nothing at all take nothing away',
    async (_, isolated) => {
      stage = aRegionStage();
      await stage.run(2 * MINUTE);
      await stage.run(4 * MINUTE, async () => {
        for (const point of isolated) stage.cloud.regions.isolate(point, true);
      });
      expect(stage.logged('vantage-point-isolated').length).toBeGreaterThan(0);
      expect(await stage.answered()).toEqual([A, B]);
    },
    30_000,
  );

  it('P10 Salesforce, 2021-05-11: a person in a hurry who drains every region empties nothing', async () => {
    stage = aRegionStage();
    await stage.run(2 * MINUTE, async () => {
      await wish(stage, `drain=${A}`);
      await stage.clock.sleep(3 * SECOND);
      await wish(stage, `drain=${B}`);
    });
    expect(stage.logged('publication').at(-1)).toMatchObject({
      outcome: 'hold',
      reason: 'NotObeyed',
      message: expect.stringContaining('is answered although it is drained until'),
      needsPerson: true,
    });
    expect(await stage.answered()).toEqual([A, B]);
  }, 30_000);

  it('P10 Salesforce, 2021-05-11: and one who drained a region gets it back when the other dies', async () => {
    stage = aRegionStage();
    await stage.run(MINUTE);
    expect(await timeTo(stage, [B], 3 * MINUTE, () => wish(stage, `drain=${A}`))).toBeDefined();
    expect(await timeTo(stage, [A], 3 * MINUTE, () => stage.cloud.regions.loseData(B, true))).toBeDefined();
  }, 30_000);

  it('P15 AWS us-east-1, 2021-12-07: a region is left without its own APIs and functions, though it died with the lease', async () => {
    stage = aRegionStage();
    const { cloud, clock } = stage;
    await stage.run(3 * MINUTE);
    cloud.resetCalls();
    const took = await timeTo(stage, [B], 3 * MINUTE, async () => {
      const value = `epoch=${Math.floor(clock.now() / MINUTE)}`;
      const lease = { rr: LEASE, type: 'TXT', value, line: 'default', ttl: 60 };
      await stage.invariants.byHand(() => createZoneWriter(cloud.openApi()).add(ZONE, lease));
      cloud.regions.die(A);
    });
    expect(took).toBeLessThan(2 * MINUTE);
  }, 30_000);
});

describe('a configuration', () => {
  it('P6 Akamai, 2021-07-22: one that cannot be used is refused whole, and changes nothing', async () => {
    const stage = await withExtra();
    const invariants = watched(stage);
    await stage.tag(EXTRA, 'draining');
    stage.cloud.resetCalls();
    const good = `
version: 1
regions: { ${REGION}: { cluster: { id: c1 } } }
gateways:
  ingressgateway: { regions: [${REGION}], policy: web, loadBalancers: { ${REGION}: [${OWN}] } }
policies:
  web:
    mode: auto
    replicas: { min: 2, max: 60 }
    signals: [{ metric: newConnections, target: 300, scaleInBelow: 240 }]
names:
  www.example.com: { zone: example.com, gateway: ingressgateway, publish: auto, ttl: 60s }
`;
    // Both have the right form; what is wrong is what they mean.
    const bad = good.replace('gateway: ingressgateway', 'gateway: ingresgateway');
    expect(checkConfiguration(bad, 'autopilot.yaml').configuration).toBeUndefined();
    const context = {
      requestId: 'r',
      region: REGION,
      function: { name: 'failover-dns', timeout: 60, memory: 512 },
      credentials: stage.cloud.credentials(),
    };
    const look = (text: string) => {
      const configuration = loadConfiguration(good, 'autopilot.yaml');
      const writeLine = (): void => undefined;
      const { clock } = stage.cloud;
      const around = rehearsedSurroundings({
        cloud: stage.cloud,
        configuration,
        url: undefined,
        writeLine,
        region: REGION,
        clock,
      });
      const handler = failoverDnsHandler({ ...around, configuration: () => loadConfiguration(text, 'autopilot.yaml') });
      return handler(
        Buffer.from('{"triggerTime":"2026-11-23T10:00:00Z","triggerName":"every-minute","payload":""}'),
        context,
      );
    };
    expect(JSON.parse(await look(bad))).toMatchObject({
      outcome: 'refused',
      problems: [expect.stringContaining('ingressgateway')],
    });
    expect(stage.calls()).toEqual([]);
    expect(JSON.parse(await look(good)).message).toContain('1 name in 1 zone');
    expect(invariants.broken).toEqual([]);
  });
});
