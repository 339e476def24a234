import { createZones, createZoneWriter } from '../../shared/cloud/zones';
import { MINUTE, SECOND } from '../../shared/core/time';
import { A, aRegionStage, B, POINT, type RegionStage, timeTo, ZONE } from './a-region-stage';

/** Reasons of what failover-dns said of the name, from an instant on. */
function reasons(stage: RegionStage, from: number): readonly string[] {
  return [
    ...new Set(stage.logged('publication').flatMap(({ at, reason }) => (Number(at) >= from ? [String(reason)] : []))),
  ];
}

/** The phases of the look that took a region out, in seconds after it was detected. */
function phasesOfTheMove(stage: RegionStage): Readonly<Record<string, number>> {
  const move = stage.logged('publication').find(({ phases, reason }) => phases && reason === 'RegionUnhealthy');
  const { detected, ...after } = Object(move?.['phases']);
  return {
    detected: Date.parse(detected),
    ...Object.fromEntries(Object.entries(after).map(([phase, text]) => [phase, Number.parseFloat(String(text))])),
  };
}

let stage: RegionStage;
afterEach(() => stage.end());

describe('a region that dies', () => {
  it('is left within seconds, by one write and the lease, and comes back when it was well for ten minutes', async () => {
    stage = aRegionStage();
    const { cloud } = stage;
    await stage.run(3 * MINUTE);
    expect(await stage.answered()).toEqual([A, B]);
    cloud.resetCalls();
    const diedAt = stage.clock.now();
    const took = await timeTo(stage, [B], MINUTE, () => cloud.regions.die(A));
    expect(took).toBeLessThanOrEqual(16 * SECOND);
    const writes = cloud
      .calls()
      .flatMap(({ operation, status }) =>
        /^alidns\.(?!Describe)/.test(operation) && status === 200 ? [operation] : [],
      );
    expect(writes.slice(0, 3)).toEqual([
      'alidns.AddDomainRecord',
      'alidns.SetDomainRecordStatus',
      'alidns.DeleteDomainRecord',
    ]);
    await stage.run(3 * MINUTE);
    const { detected = 0, ...after } = phasesOfTheMove(stage);
    expect(detected).toBeGreaterThan(diedAt);
    // Enabled standbys need nothing: from the last vote to the name servers within seconds.
    expect(Object.keys(after)).toEqual(['survivorsReady', 'decided', 'written', 'visible']);
    const { survivorsReady = 0, decided = 0, written = 0, visible = 0 } = after;
    expect([0, survivorsReady, decided, written, visible, 12]).toEqual(
      [0, survivorsReady, decided, written, visible, 12].toSorted((a, b) => a - b),
    );
    expect(Math.abs(detected + written * SECOND - diedAt - (took ?? 0))).toBeLessThanOrEqual(2 * SECOND);
    expect((await stage.records()).find(({ value }) => value === stage.address(A))?.remark).toMatch(/ down:\d+:1$/);
    expect(await timeTo(stage, [A, B], 8 * MINUTE, () => cloud.regions.revive(A))).toBeUndefined();
    expect((await stage.records()).find(({ value }) => value === stage.address(A))?.remark).toMatch(/ up:\d+:1$/);
    expect(await timeTo(stage, [A, B], 5 * MINUTE)).toBeDefined();
    expect((await stage.records()).find(({ value }) => value === stage.address(A))?.remark).toMatch(/ back:\d+:1$/);
    expect(stage.invariants.broken).toEqual([]);
  }, 180_000);

  it('for the second time within hours stays out until a person says so', async () => {
    stage = aRegionStage({ failover: '{ recovery: 1m }' });
    const { regions } = stage.cloud;
    await stage.run(2 * MINUTE);
    for (let time = 1; time <= 2; time += 1) {
      expect(await timeTo(stage, [B], MINUTE, () => regions.die(A))).toBeDefined();
      await stage.run(2 * MINUTE);
      if (time === 1) expect(await timeTo(stage, [A, B], 5 * MINUTE, () => regions.revive(A))).toBeDefined();
    }
    const from = stage.clock.now();
    expect(await timeTo(stage, [A, B], 6 * MINUTE, () => regions.revive(A))).toBeUndefined();
    expect(reasons(stage, from)).toContain('Latched');
    expect(stage.invariants.broken).toEqual([]);
  }, 180_000);

  it('is told to people when it was left, while the look that left it watches on', async () => {
    stage = aRegionStage({ cloudMonitor: 'everything' });
    await stage.run(2 * MINUTE);
    const died = stage.clock.now();
    const took = await timeTo(stage, [B], MINUTE, () => stage.cloud.regions.die(A));
    const told = stage.cloud.customEvents().find(({ content }) => content.includes('www.example.com RegionUnhealthy'));
    expect(told?.content).toContain(`disable ${stage.address(A)} on default`);
    expect((told?.at ?? 0) - died).toBeLessThanOrEqual((took ?? 0) + 5 * SECOND);
    expect(stage.invariants.broken).toEqual([]);
  }, 180_000);

  it('while the other has no room: it is asked for more replicas first, and clients move when they are ready', async () => {
    stage = aRegionStage({ replicas: 6, requests: 8_000, failover: '{ deadline: 10m }' });
    await stage.run(4 * MINUTE);
    const took = await timeTo(stage, [B], 4 * MINUTE, () => stage.cloud.regions.die(A));
    expect(took).toBeGreaterThan(20 * SECOND);
    expect(took).toBeLessThan(3 * MINUTE);
    expect(stage.logged('floor-asked')[0]).toMatchObject({ region: B, gateway: 'web' });
    expect(reasons(stage, 0)).toEqual(expect.arrayContaining(['SurvivorsNotReady', 'RegionUnhealthy']));
    const { survivorsReady = 0, written = 0 } = phasesOfTheMove(stage);
    expect(survivorsReady).toBeGreaterThan(20);
    expect(written).toBeGreaterThanOrEqual(survivorsReady);
    expect(stage.invariants.broken).toEqual([]);
  }, 180_000);

  it('whose load fills the CLB of the other: that one gets another, and the move does not wait for it', async () => {
    stage = aRegionStage({
      policy: 'loadBalancers: { mode: auto, maxExtra: 1 }',
      specification: 'slb.s1.small',
      requests: 9_000,
      replicas: 40,
    });
    await stage.run(4 * MINUTE);
    const took = await timeTo(stage, [B], MINUTE, () => stage.cloud.regions.die(A));
    expect(took).toBeLessThanOrEqual(18 * SECOND);
    await stage.run(MINUTE);
    // 1,350 connections a second of 3,000, and 1.3 times as many more.
    expect(stage.logged('load-announced')[0]).toMatchObject({
      region: B,
      gateway: 'web',
      times: expect.closeTo(2.3, 1),
    });
    expect(stage.logged('command').map(({ by, message }) => [by, String(message).split(' until ')[0]])).toEqual([
      [B, 'web is to have at least 1 extra CLBs'],
    ]);
    await stage.run(3 * MINUTE);
    expect(stage.cloud.loadBalancers.bill()).toHaveLength(1);
    expect(stage.invariants.broken).toEqual([]);
  }, 180_000);

  it('while the other cannot be raised: all of it moves at the deadline', async () => {
    stage = aRegionStage({ replicas: 6, requests: 8_000, failover: '{ deadline: 1m, target: 10% }' });
    await stage.run(4 * MINUTE);
    const took = await timeTo(stage, [B], 4 * MINUTE, () => stage.cloud.regions.die(A));
    expect(took).toBeGreaterThan(40 * SECOND);
    expect(took).toBeLessThan(3 * MINUTE);
    expect(stage.invariants.broken).toEqual([]);
  }, 180_000);

  it('of active-standby: the standby answers at once, and the dead one goes', async () => {
    stage = aRegionStage({
      name: ', mode: active-standby',
      records: (address) => [{ rr: 'www', type: 'A', value: address(A), ttl: 60, remark: `gateway-autopilot ${A}` }],
    });
    await stage.run(2 * MINUTE);
    expect(await stage.answered()).toEqual([A]);
    expect(await timeTo(stage, [B], MINUTE, () => stage.cloud.regions.die(A))).toBeLessThanOrEqual(25 * SECOND);
    await stage.run(MINUTE);
    // Back: first beside the standby, which goes then.
    stage.cloud.regions.revive(A);
    expect(await timeTo(stage, [A], 15 * MINUTE)).toBeGreaterThan(9 * MINUTE);
    expect(stage.invariants.broken).toEqual([]);
  }, 180_000);
});

describe('nothing changes', () => {
  it.each<[string, (stage: RegionStage) => void, string]>([
    [
      'when all regions die at once, for those who look on',
      ({ cloud }) => {
        cloud.regions.loseData(A, true);
        cloud.regions.loseData(B, true);
      },
      'NothingHealthy',
    ],
    [
      'when all vantage points are isolated',
      ({ cloud }) => {
        for (const point of [A, B, POINT]) cloud.regions.isolate(point, true);
      },
      'Unwatched',
    ],
    [
      'when one vantage point alone cannot reach a region',
      ({ cloud }) => cloud.regions.answerOnly(A, [A, B]),
      'Published',
    ],
    ['when only the APIs of a region are down', ({ cloud }) => cloud.regions.loseControl(A, true), 'Published'],
    ['when the region is slow, but answers in time', ({ cloud }) => cloud.regions.slow(A, 800), 'Published'],
  ])(
    '%s',
    async (_, happens, reason) => {
      stage = aRegionStage();
      await stage.run(2 * MINUTE);
      const from = stage.clock.now();
      await stage.run(4 * MINUTE, async () => happens(stage));
      expect(await stage.answered()).toEqual([A, B]);
      expect(reasons(stage, from)).toContain(reason);
      const before = (await stage.records()).map(({ enabled, remark, value }) => [enabled, remark, value]);
      expect(before).toEqual([
        [true, `gateway-autopilot ${B}`, stage.address(B)],
        [true, `gateway-autopilot ${A}`, stage.address(A)],
      ]);
      expect(stage.invariants.broken).toEqual([]);
    },
    60_000,
  );

  it('when Alidns cannot be reached while a region dies; it moves when it can be', async () => {
    stage = aRegionStage();
    const { cloud } = stage;
    await stage.run(2 * MINUTE);
    cloud.faults.fail({ operation: /^alidns/, status: 503, code: 'ServiceUnavailable' });
    expect(await timeTo(stage, [B], 3 * MINUTE, () => cloud.regions.die(A))).toBeUndefined();
    expect(await stage.answered()).toEqual([A, B]);
    cloud.faults.clear();
    expect(await timeTo(stage, [B], 3 * MINUTE)).toBeLessThan(2 * MINUTE);
    expect(stage.invariants.broken).toEqual([]);
  }, 180_000);
});

describe('a region that clients cannot use', () => {
  it.each<[string, (stage: RegionStage) => void]>([
    ['although its APIs say that all is well', ({ cloud }) => cloud.regions.loseData(A, true)],
    ['since its answers take too long', ({ cloud }) => cloud.regions.slow(A, 5 * SECOND)],
    ['from most of the places outside it', ({ cloud }) => cloud.regions.answerOnly(A, [A])],
  ])(
    '%s, is left',
    async (_, happens) => {
      stage = aRegionStage();
      await stage.run(2 * MINUTE);
      expect(await timeTo(stage, [B], 2 * MINUTE, () => happens(stage))).toBeLessThan(45 * SECOND);
      expect(stage.invariants.broken).toEqual([]);
    },
    60_000,
  );
});

it('a vantage point that cannot reach what others can is told of, once in each run', async () => {
  stage = aRegionStage();
  await stage.run(MINUTE);
  await stage.run(2 * MINUTE, async () => stage.cloud.regions.answerOnly(A, [A, B]));
  const told = stage.logged('vantage-points-disagree');
  expect(told[0]).toMatchObject({
    address: stage.address(A),
    message: `up from ${B}, down from ${POINT} (of 2 outside): no answer within 2000 ms`,
  });
  expect(told.length).toBeLessThanOrEqual(6);
});

describe('an alarm of CloudMonitor', () => {
  it('that rings keeps a region that is well again out, and takes nothing away', async () => {
    stage = aRegionStage({ failover: '{ recovery: 1m }', gateway: `, alarms: { ${A}: [rule-a], ${B}: [rule-b] }` });
    const { alarms, regions } = stage.cloud;
    alarms.set('rule-b', { name: 'many connections', state: 'ALARM' });
    await stage.run(2 * MINUTE);
    expect(await stage.answered()).toEqual([A, B]);
    expect(stage.logged('alarm-rules-missing')[0]).toMatchObject({ ruleIds: ['rule-a'] });
    expect(await timeTo(stage, [B], MINUTE, () => regions.die(A))).toBeDefined();
    alarms.set('rule-a', { name: 'no healthy backend', state: 'ALARM' });
    await stage.run(2 * MINUTE);
    const from = stage.clock.now();
    expect(await timeTo(stage, [A, B], 5 * MINUTE, () => regions.revive(A))).toBeUndefined();
    expect(JSON.stringify(stage.logged('publication').filter(({ at }) => Number(at) >= from))).toContain(
      'lb-a is well again, and stays out while its alarm rings: no healthy backend',
    );
    expect(
      await timeTo(stage, [A, B], 3 * MINUTE, () => alarms.set('rule-a', { name: 'no healthy backend', state: 'OK' })),
    ).toBeDefined();
    expect(stage.invariants.broken).toEqual([]);
  }, 180_000);
});

describe('people', () => {
  /** Clients do not come evenly. */
  const about = (replicas: number): unknown => expect.closeTo(replicas, 0);
  const drain = { action: 'drain', gateway: 'web', region: A, owner: 'li.wei', reason: 'power; works', for: '1h' };

  it('drain a region by a command, and end that by another', async () => {
    stage = aRegionStage();
    await stage.run(2 * MINUTE);
    let answer: unknown;
    const drained = await timeTo(stage, [B], 2 * MINUTE, async () => {
      answer = await stage.invoke(B, 'failover-dns', drain);
    });
    expect(answer).toMatchObject({ command: expect.stringContaining('drain cn-hangzhou for the names of web until') });
    expect(drained).toBeLessThan(MINUTE);
    const text = (await stage.records()).find(({ rr }) => rr === '_gateway-autopilot-regions');
    expect(text).toMatchObject({ type: 'TXT', remark: 'gateway-autopilot' });
    expect(text?.value).toMatch(
      /^drain=cn-hangzhou;gateway=web;owner=li.wei;until=2026-11-28T13:\d\d:\d\dZ;reason=power works$/,
    );
    // Nobody comes there any more, which is no reason to scale in.
    await stage.run(4 * MINUTE);
    expect(stage.logged('floor-asked').map(({ region: by, ...line }) => [line['region'] ?? by])).not.toEqual([]);
    const resumed = await timeTo(stage, [A, B], 15 * MINUTE, async () => {
      answer = await stage.invoke(A, 'failover-dns', {
        action: 'resume',
        gateway: 'web',
        owner: 'li.wei',
        reason: 'done',
      });
    });
    expect(answer).toMatchObject({ command: expect.stringContaining('(drain of cn-hangzhou by li.wei)') });
    expect(resumed).toBeDefined();
    expect((await stage.records()).some(({ rr }) => rr === '_gateway-autopilot-regions')).toBe(false);
    expect(stage.invariants.broken).toEqual([]);
  }, 180_000);

  it('pin a region, and are told no when they name one that is not there', async () => {
    stage = aRegionStage();
    await stage.run(2 * MINUTE);
    const pin = { action: 'pin', gateway: 'web', region: B, owner: 'li.wei', reason: 'release', for: '30m' };
    expect(
      await timeTo(stage, [B], 2 * MINUTE, async () => void (await stage.invoke(A, 'failover-dns', pin))),
    ).toBeDefined();
    let answer: unknown;
    await stage.run(MINUTE, async () => {
      answer = await stage.invoke(A, 'failover-dns', { ...pin, region: 'cn-beijing' });
    });
    expect(answer).toMatchObject({
      outcome: 'refused',
      message: expect.stringContaining('there is: cn-hangzhou, cn-shanghai'),
    });
    expect(stage.invariants.broken).toEqual([]);
  }, 180_000);

  it('a dry drain writes nothing and says what it would do', async () => {
    stage = aRegionStage();
    await stage.run(2 * MINUTE);
    let answer: unknown;
    await stage.run(MINUTE, async () => {
      answer = await stage.invoke(B, 'failover-dns', { ...drain, dryRun: true });
    });
    expect(answer).toMatchObject({
      dryRun: true,
      command: expect.stringMatching(/^would drain cn-hangzhou .* by li.wei: power; works$/),
      zones: [
        { names: [{ withheld: [expect.stringMatching(/^disable \S+ on default: cn-hangzhou is drained until /)] }] },
      ],
      // 1,200 connections a second of both together, by 300 a replica.
      room: [{ gateway: 'web', leaving: A, load: about(2), withMargin: about(2.6), margin: '130 %', fits: '100 %' }],
    });
    expect((await stage.records()).length).toBe(2);
  }, 180_000);

  it('a dry drain without room for it asks for no replicas, and says how many it would ask for', async () => {
    stage = aRegionStage({ replicas: 6, requests: 8_000, policy: 'scaleUp: { selectPolicy: Disabled }' });
    await stage.run(4 * MINUTE);
    let answer: unknown;
    await stage.run(MINUTE, async () => {
      answer = await stage.invoke(B, 'failover-dns', { ...drain, dryRun: true });
    });
    expect(answer).toMatchObject({
      command: expect.stringMatching(/; not yet: www\.example\.com SurvivorsNotReady$/),
      room: [
        {
          ...{ leaving: A, load: about(4), withMargin: about(5.2), fits: expect.stringMatching(/^3\d %$/) },
          survivors: [{ region: B, ready: 6, max: 60, load: about(4), more: about(5.2), needs: 10, raisedTo: 10 }],
        },
      ],
      zones: [
        { names: [{ message: expect.stringMatching(/, and at \S+ all of them go all the same: cn-shanghai: /) }] },
      ],
    });
    await stage.run(2 * MINUTE);
    expect(stage.logged('floor-asked')).toEqual([]);
  }, 180_000);

  it('drain a region while a pin keeps the other too small: they are told at once, and it waits until that ends', async () => {
    stage = aRegionStage({ replicas: 6, requests: 8_000 });
    await stage.run(4 * MINUTE);
    const person = { gateway: 'web', owner: 'kim' };
    await stage.run(MINUTE, async () => {
      await stage.invoke(B, 'scale-gateway', { ...person, action: 'scale', replicas: 6, reason: 'sale', for: '2h' });
    });
    let answer: unknown;
    await stage.run(10 * MINUTE, async () => {
      answer = await stage.invoke(A, 'failover-dns', drain);
    });
    expect(answer).toMatchObject({
      command: expect.stringMatching(/^drain cn-hangzhou .*; not yet: www\.example\.com SurvivorsHeld$/),
      room: [{ survivors: [{ region: B, raisedTo: 10, kept: { replicas: 6, reason: 'OverrideHeld' } }] }],
      zones: [
        {
          names: [
            {
              ...{ outcome: 'hold', reason: 'SurvivorsHeld', needsPerson: true },
              message: expect.stringMatching(
                /and it is kept at 6: pinned to 6 until \S+ by kim: sale; to go on, pin 10 or more in cn-shanghai, or end that pin at scale-gateway alone$/,
              ),
            },
          ],
        },
      ],
    });
    expect(await stage.answered()).toEqual([A, B]);
    const ended = await timeTo(stage, [B], 5 * MINUTE, async () => {
      await stage.invoke(B, 'scale-gateway', { ...person, action: 'resume', reason: 'the sale is over' });
    });
    expect(ended).toBeDefined();
    expect(stage.invariants.broken).toEqual([]);
  }, 180_000);

  describe('where some of the names are only observed', () => {
    const SAME_ZONE = 'api.example.com: { zone: example.com, gateway: web, publish: observe }';
    const OTHER_ZONE = 'www.example.org: { zone: example.org, gateway: web, publish: observe }';
    const LATCHED = 'gateway-autopilot cn-hangzhou back:2611281120:2';
    const wish = (of: string): string => `drain=${A};${of};owner=kim;until=2026-11-29T08:00Z;reason=works`;
    const text = (value: string) => ({ rr: '_gateway-autopilot-regions', type: 'TXT', value, ttl: 600 }) as const;

    /** Both zones with a wish and a latched record of a name that is only observed, and of www.example.com. */
    function partlyObserved(): RegionStage {
      const a = (rr: string, value: string, remark = LATCHED) => ({ rr, type: 'A', value, ttl: 600, remark }) as const;
      const two = aRegionStage({
        names: `  ${SAME_ZONE}\n  ${OTHER_ZONE}`,
        records: (address) => [
          ...[a('www', address(A)), a('www', address(B), `gateway-autopilot ${B}`), a('api', address(A))],
          ...[text(wish('name=www.example.com')), text(wish('name=api.example.com'))],
        ],
      });
      const records = [a('www', two.address(A)), text(wish('gateway=web'))];
      two.cloud.dns.addZone({ name: 'example.org', edition: 'ultimate', records });
      return two;
    }

    async function recordsIn(zone: string): Promise<readonly string[]> {
      const { records } = await createZones(stage.cloud.openApi()).records(zone);
      return records
        .flatMap(({ remark, rr, type, value }) => (rr.includes('lease') ? [] : [`${rr} ${type} ${value} ${remark}`]))
        .toSorted();
    }

    it('drain a region for the others alone, and are told which were left out', async () => {
      stage = partlyObserved();
      const before = await recordsIn('example.org');
      let answer: unknown;
      await stage.run(2 * MINUTE, async () => {
        answer = await stage.invoke(B, 'failover-dns', { ...drain, reason: 'mine' });
      });
      expect(answer).toMatchObject({
        command: expect.stringMatching(
          /li\.wei: mine \(example\.com\); left out, being only observed: api\.example\.com, www\.example\.org$/,
        ),
      });
      expect((await recordsIn(ZONE)).join()).toContain('reason=mine');
      expect(await recordsIn('example.org')).toEqual(before);
    }, 180_000);

    it('resume the others alone, whose records are left as they are', async () => {
      stage = partlyObserved();
      const before = await recordsIn('example.org');
      const of = ({ address }: RegionStage, rr: string) => `${rr} A ${address(A)}`;
      let answer: unknown;
      await stage.run(2 * MINUTE, async () => {
        answer = await stage.invoke(B, 'failover-dns', {
          action: 'resume',
          gateway: 'web',
          owner: 'li.wei',
          reason: 'x',
        });
      });
      expect(answer).toMatchObject({
        command: expect.stringMatching(
          /\(drain of cn-hangzhou by kim, \S+ may come back\); left out, being only observed: api\.example\.com, www\.example\.org$/,
        ),
      });
      expect(await recordsIn('example.org')).toEqual(before);
      const after = await recordsIn(ZONE);
      expect(after).toContain(`${of(stage, 'api')} ${LATCHED}`);
      expect(after.filter((each) => each.startsWith(of(stage, 'www')))).not.toContain(`${of(stage, 'www')} ${LATCHED}`);
      expect(after.filter((each) => each.includes(' TXT '))).toEqual([
        expect.stringContaining(wish('name=api.example.com')),
      ]);
    }, 180_000);
  });

  it('let a region come back that went down too often', async () => {
    stage = aRegionStage({ failover: '{ recovery: 1m, latchAfter: 1 }' });
    await stage.run(2 * MINUTE);
    expect(await timeTo(stage, [B], MINUTE, () => stage.cloud.regions.die(A))).toBeDefined();
    await stage.run(2 * MINUTE);
    expect(await timeTo(stage, [A, B], 4 * MINUTE, () => stage.cloud.regions.revive(A))).toBeUndefined();
    expect(reasons(stage, 0)).toContain('Latched');
  }, 180_000);

  it('drain a region by a TXT record, until its end', async () => {
    stage = aRegionStage();
    await stage.run(2 * MINUTE);
    const until = new Date(stage.clock.now() + 10 * MINUTE).toISOString().slice(0, 16);
    const value = `drain=${A};owner=li.wei;until=${until}Z;reason=power works`;
    const text = { rr: '_gateway-autopilot-regions', type: 'TXT', value, line: 'default', ttl: 60 };
    const writer = createZoneWriter(stage.cloud.openApi());
    const drained = await timeTo(stage, [B], 3 * MINUTE, async () => {
      await stage.invariants.byHand(() => writer.add(ZONE, text));
    });
    expect(drained).toBeLessThan(2 * MINUTE);
    expect(await timeTo(stage, [A, B], 12 * MINUTE)).toBeGreaterThan(5 * MINUTE);
    expect(stage.invariants.broken).toEqual([]);
  }, 180_000);
});

describe('a freeze', () => {
  const order = (action: string, rest: object = {}) => ({ action, owner: 'li.wei', reason: 'migration', ...rest });

  it('sent to failover-dns stops every write in all zones and clusters, shows in every report, and is lifted everywhere', async () => {
    stage = aRegionStage({ replicas: 6, requests: 8_000 });
    const { cloud } = stage;
    await stage.run(2 * MINUTE);
    let frozen: unknown;
    await stage.run(10 * SECOND, async () => {
      frozen = await stage.invoke(A, 'failover-dns', order('freeze', { for: '2h' }));
    });
    expect(frozen).toMatchObject({
      message: 'freeze reached 3 of 3 places',
      reached: [
        expect.stringMatching(/^zone example.com: frozen by li.wei until 2026-11-28T14:\S+: migration$/),
        expect.stringMatching(/^cluster of cn-hangzhou: every write in this cluster is stopped until /),
        expect.stringMatching(/^cluster of cn-shanghai: every write in this cluster is stopped until /),
      ],
      notReached: [],
    });
    cloud.resetCalls();
    const from = stage.clock.now();
    await stage.run(3 * MINUTE, async () => cloud.regions.die(A));
    expect(
      cloud
        .calls()
        .filter(({ operation }) =>
          /^(alidns\.(?!Describe)|kube (patch|create|delete)|slb\.(?!Describe))/.test(operation),
        ),
    ).toEqual([]);
    // Who watched on when it came saw the zone before.
    const publications = stage.logged('publication').filter(({ at }) => Number(at) > from + 90 * SECOND);
    expect(publications.length).toBeGreaterThan(0);
    for (const each of publications) expect(each).toMatchObject({ freeze: { owner: 'li.wei', reason: 'migration' } });
    expect(await stage.answered()).toEqual([A, B]);
    let lifted: unknown;
    const took = await timeTo(stage, [B], 4 * MINUTE, async () => {
      lifted = await stage.invoke(B, 'failover-dns', order('unfreeze'));
    });
    // The dead region's cluster is not reached, and that is said.
    expect(lifted).toMatchObject({
      outcome: 'partly',
      message: 'unfreeze reached 2 of 3 places; NOT cluster of cn-hangzhou',
      notReached: [expect.stringMatching(/^cluster of cn-hangzhou: /)],
    });
    expect(took).toBeDefined();
  }, 180_000);

  it('refuses a drain, and a dry one as well', async () => {
    stage = aRegionStage();
    const answers: unknown[] = [];
    await stage.run(MINUTE, async () => {
      await stage.invoke(A, 'failover-dns', order('freeze', { for: '2h' }));
      const drain = order('drain', { gateway: 'web', region: A, for: '1h' });
      for (const dryRun of [false, true]) answers.push(await stage.invoke(A, 'failover-dns', { ...drain, dryRun }));
    });
    for (const answer of answers)
      expect(answer).toMatchObject({
        outcome: 'refused',
        message: expect.stringMatching(
          /^nothing was changed: example.com is frozen by li.wei until 2026-11-28T14:\S+: migration$/,
        ),
      });
  }, 180_000);

  it('does not end sooner for a shorter one', async () => {
    stage = aRegionStage();
    await stage.run(MINUTE, async () => {
      await stage.invoke(A, 'failover-dns', order('freeze', { for: '2h' }));
      const second = await stage.invoke(B, 'failover-dns', order('freeze', { for: '1h', owner: 'wang' }));
      expect(Object(second).reached[0]).toMatch(/^zone example.com: already frozen by li.wei until /);
    });
    expect((await stage.records()).filter(({ rr }) => rr === '_gateway-autopilot-freeze')).toHaveLength(1);
  }, 30_000);
});
