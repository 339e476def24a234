import { MINUTE, SECOND } from '../../shared/core/time';
import { aRecord, aZone, both, EXTRA, MARK, OWN, onlyName, THIRD, WWW, withExtra, type ZoneStage } from './a-zone';

const ORG = { ...WWW, name: 'www.example.org', zone: 'example.org' };
const SLOW = 'ns2.alidns.example';

/** How long a look took, in milliseconds, and what it said of its last name. */
async function timed(stage: ZoneStage, changes: Parameters<ZoneStage['look']>[0] = {}) {
  const startedAt = stage.cloud.clock.now();
  const { zones } = await stage.look(changes);
  return { took: stage.cloud.clock.now() - startedAt, last: zones.at(-1)?.names.at(-1), zones };
}

function manyNames(count: number) {
  return Array.from({ length: count }, (_, i) => ({ ...WWW, rr: `n${i}`, name: `n${i}.example.com` }));
}

/** Many names of one zone, and one of another, whose CLB is sick and is to be withdrawn. */
async function manyAndOne(count: number, busy = 0): Promise<ZoneStage> {
  const names = manyNames(count);
  const stage = await aZone({
    names: [...names, ORG],
    busy,
    records: (address) => names.map(({ rr }) => aRecord(address(OWN), { rr, remark: MARK })),
  });
  const records = [OWN, EXTRA].map((id) => aRecord(stage.address(id), { remark: MARK }));
  const nameServers = [{ host: 'ns0.alidns.example', delay: 0 }];
  stage.cloud.dns.addZone({ name: 'example.org', edition: 'ultimate', nameServers, records });
  await stage.tag(EXTRA, 'serving');
  return stage;
}

describe('zones do not wait for each other', () => {
  it('a rescue is there before anything else, whatever is to be taken away in a zone before it', async () => {
    const stage = await withExtra({ names: [WWW, ORG] });
    const records = [aRecord('192.0.2.9', { remark: MARK })];
    stage.cloud.dns.addZone({ name: 'example.org', edition: 'ultimate', records });
    await stage.tag(EXTRA, 'draining');
    const { now } = stage.cloud.clock;
    const startedAt = now();
    const added: number[] = [];
    const api = stage.around({
      after: ({ action, query }) => {
        if (action === 'AddDomainRecord' && query?.['RR'] === 'www') added.push(now() - startedAt);
      },
    });
    await stage.look(stage.through(api));
    expect(added).toEqual([0]);
  });

  it('a silent name server of one is waited for twice, and the other zone is carried through', async () => {
    const stage = await manyAndOne(25);
    await stage.look();
    stage.cloud.step(MINUTE);
    stage.cloud.loadBalancers.break(OWN, true);
    stage.cloud.dns.breakServer(SLOW, 'silent');
    stage.cloud.dns.answersAfter(SLOW, 3 * SECOND);
    const { last, took, zones } = await timed(stage);
    expect(zones[0]?.names[0]).toMatchObject({ outcome: 'hold', reason: 'NotVerified' });
    expect(last).toMatchObject({ outcome: 'change', reason: 'AddressUnhealthy' });
    expect(took).toBeLessThan(50 * SECOND);
  });

  it('all lines wait for a server that does not follow together, not one after the other', async () => {
    const stage = await manyAndOne(12);
    stage.cloud.dns.breakServer(SLOW, 'stale');
    const { took, zones } = await timed(stage);
    expect(zones[0]?.names.map(({ reason }) => reason)).toEqual(Array(12).fill('NotVerified'));
    expect(took).toBeLessThanOrEqual(20 * SECOND);
  });
});

describe('a look ends before its invocation is cut', () => {
  it('in a busy zone with many names and a server that does not follow', async () => {
    const stage = await manyAndOne(14, 2_000);
    stage.cloud.dns.breakServer(SLOW, 'stale');
    const { took, zones } = await timed(stage);
    expect(took).toBeLessThan(55 * SECOND);
    const last = zones[0]?.names.at(-1);
    expect(last).toMatchObject({ outcome: 'hold', needsPerson: false });
    stage.cloud.step(MINUTE - took);
    await stage.looks(2);
    expect(await stage.answers('default', 'n13.example.com')).toEqual(both(stage, OWN, EXTRA));
  });

  it.each([
    ['before the second look', 20, 0],
    ['while the zone is read under the lease', 35, 501],
  ])('%s: nothing is taken away, and no wait begins that it has no time for', async (_, seconds, others) => {
    const many = Array.from({ length: others }, (_, i) => aRecord('192.0.2.1', { rr: `n${i}` }));
    const stage = await withExtra({
      records: (address) => [
        aRecord(address(OWN), { remark: MARK }),
        aRecord(address(EXTRA), { remark: MARK }),
        ...many,
      ],
    });
    await stage.tag(EXTRA, 'draining');
    // Lists so old that the zone would be read again and again.
    stage.cloud.dns.listsLag(MINUTE);
    const end = stage.cloud.clock.now() + seconds * SECOND;
    const deadline = { left: () => Math.max(0, end - stage.cloud.clock.now()) };
    const { last, took } = await timed(stage, { deadline });
    expect(last).toMatchObject({ outcome: 'hold', reason: 'DeadlineReached', done: [] });
    expect(took).toBeLessThanOrEqual((seconds - 5) * SECOND);
    expect(await stage.answers()).toEqual(both(stage, OWN, EXTRA));
  });

  it('without time for the name servers they are not asked, and that is said', async () => {
    const stage = await aZone();
    await stage.tag(EXTRA, 'serving');
    let left = 58_500;
    stage.cloud.faults.before({ operation: 'alidns.UpdateDomainRecordRemark', times: 1 }, () => {
      left = 5_500;
    });
    const asked: string[] = [];
    const resolver = {
      ask: (question: Parameters<ReturnType<typeof stage.cloud.dns.resolver>['ask']>[0]) => {
        asked.push(question.name);
        return stage.cloud.dns.resolver().ask(question);
      },
    };
    const result = onlyName(await stage.look({ deadline: { left: () => left }, resolver }));
    expect(result.verification).toMatchObject([
      { outcome: 'unverified', message: expect.stringContaining('no time was left to ask the name servers') },
    ]);
    expect(asked).toEqual([]);
  });
});

describe('a verdict', () => {
  it('that is older than 20 s when the removal is sent is looked at once more', async () => {
    const stage = await withExtra();
    await stage.tag(EXTRA, 'draining');
    stage.cloud.faults.before({ operation: 'alidns.AddDomainRecord', times: 1 }, () => {
      stage.cloud.step(21 * SECOND);
      stage.cloud.loadBalancers.break(OWN, true);
    });
    expect(onlyName(await stage.look())).toMatchObject({ outcome: 'hold', reason: 'LastAnswer', done: [] });
    expect(await stage.answers()).toEqual(both(stage, OWN, EXTRA));
  });

  it('is seen a second time after the minute was waited for, and not before', async () => {
    const stage = await withExtra();
    await stage.tag(EXTRA, 'draining');
    stage.cloud.step(37 * SECOND);
    let seen = 0;
    let age = 0;
    const api = stage.around({
      before: ({ action }) => {
        if (action === 'DescribeHealthStatus') seen = stage.cloud.clock.now();
        if (action === 'SetDomainRecordStatus') age = stage.cloud.clock.now() - seen;
      },
    });
    expect(onlyName(await stage.look(stage.through(api)))).toMatchObject({ outcome: 'change' });
    expect(age).toBeLessThanOrEqual(2 * SECOND);
  });

  it('on the way back is the newest', async () => {
    const stage = await withExtra({
      records: (address) => [OWN, EXTRA].map((id) => aRecord(address(id), { remark: MARK })),
    });
    await stage.tag(EXTRA, 'draining');
    await stage.tag(THIRD, 'serving');
    stage.cloud.loadBalancers.break(THIRD, true);
    // What stays is disabled by somebody under the lease, and falls sick; the third one has recovered by the second look.
    const own = (await stage.records()).find(({ value }) => value === stage.address(OWN));
    const resolver = stage.cloud.dns.resolver();
    stage.cloud.faults.before({ operation: 'alidns.AddDomainRecord', times: 1 }, async () => {
      await stage.through(stage.cloud.openApi()).writer?.setEnabled(own?.id ?? '', false);
    });
    const turning: typeof resolver = {
      ask: (question) => {
        stage.cloud.loadBalancers.break(THIRD, false);
        return resolver.ask(question);
      },
    };
    const { done } = onlyName(await stage.look({ resolver: turning }));
    expect(done).toEqual(['enable 198.18.0.1 on default', 'add 198.18.0.3 on default']);
  });
});

describe('a removal that is held', () => {
  it('for more than ten minutes is for a person', async () => {
    const stage = await withExtra();
    await stage.tag(EXTRA, 'draining');
    stage.cloud.dns.breakServer(SLOW, 'silent');
    expect(onlyName(await stage.looks(7))).toMatchObject({ reason: 'NotVerified', needsPerson: false });
    const late = onlyName(await stage.looks(6));
    expect(late).toMatchObject({ reason: 'NotVerified', needsPerson: true });
    expect(late.message).toContain('for more than 10 minutes: ');
    stage.cloud.dns.breakServer(SLOW, undefined);
    expect(onlyName(await stage.look())).toMatchObject({ outcome: 'change', needsPerson: false });
  });
});
