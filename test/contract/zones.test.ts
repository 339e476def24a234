import type { Cloud, ListeningDns } from '../../rehearsal/cloud';
import { createDnsResolver } from '../../shared/cloud/dns-resolver';
import { createZones, createZoneWriter } from '../../shared/cloud/zones';
import { MINUTE, SECOND } from '../../shared/core/time';
import type { NameServer, RecordContent } from '../../shared/core/zone';
import type { Resolver } from '../../shared/ports';
import { DEADLINE, errorOf, FACES, type Face, START } from '../rehearsal/cloud/faces';
import { cloudWith, WWW, ZONE } from '../rehearsal/cloud/products/zones';

const NEW: RecordContent = { rr: 'www', type: 'A', value: '192.0.2.9', line: 'telecom', ttl: 60 };
const LEASE: RecordContent = { rr: '_lease', type: 'TXT', value: 'epoch=29921760', line: 'default', ttl: 60 };

describe.each(FACES)('Zones %s', (_, open) => {
  let face: Face;
  afterEach(() => face.close());

  async function portsOf(cloud: Cloud) {
    face = await open(cloud);
    return { zones: createZones(face.openApi), writer: createZoneWriter(face.openApi) };
  }

  const operations = (cloud: Cloud) => cloud.calls().map(({ operation, code }) => [operation, code]);

  it('reads a zone in one answer', async () => {
    const { zones } = await portsOf(
      cloudWith([
        { ...WWW, remark: 'ours' },
        { ...WWW, line: 'telecom', enabled: false },
      ]),
    );
    const { records, inOneAnswer } = await zones.records(ZONE);
    expect(inOneAnswer).toBe(true);
    expect(records.map(({ id, ...record }) => record)).toEqual([
      {
        rr: 'www',
        type: 'A',
        value: '192.0.2.1',
        line: 'telecom',
        ttl: 60,
        enabled: false,
        locked: false,
        weight: undefined,
        remark: '',
        updatedAt: START,
      },
      {
        rr: 'www',
        type: 'A',
        value: '192.0.2.1',
        line: 'default',
        ttl: 60,
        enabled: true,
        locked: false,
        weight: undefined,
        remark: 'ours',
        updatedAt: START,
      },
    ]);
  });

  it('reads a large zone page by page', async () => {
    const records = Array.from({ length: 501 }, (__, i) => ({ rr: `n${i}`, type: 'A' as const, value: '192.0.2.1' }));
    const cloud = cloudWith(records);
    const { zones } = await portsOf(cloud);
    const set = await zones.records(ZONE);
    expect([set.records.length, set.inOneAnswer, cloud.calls().length]).toEqual([501, false, 2]);
    expect((await zones.recordsOf(ZONE, 'n7')).records).toMatchObject([{ rr: 'n7' }]);
  });

  it('reads again when a record is added between two pages', async () => {
    const records = Array.from({ length: 501 }, (__, i) => ({ rr: `n${i}`, type: 'A' as const, value: '192.0.2.1' }));
    const cloud = cloudWith(records);
    const { zones } = await portsOf(cloud);
    let call = 0;
    cloud.faults.before({ operation: 'alidns.DescribeDomainRecords' }, async () => {
      call += 1;
      if (call === 2) await createZoneWriter(cloud.openApi()).add(ZONE, NEW);
    });
    expect((await zones.records(ZONE)).records).toHaveLength(502);
    expect(call).toBe(4);
  });

  it('adds, remarks, changes, disables, enables and removes a record', async () => {
    const { zones, writer } = await portsOf(cloudWith([WWW]));
    const { id } = await writer.add(ZONE, NEW);
    const now = async () => (await zones.recordsOf(ZONE, 'www')).records.find((record) => record.id === id);
    expect(await now()).toMatchObject({ ...NEW, enabled: true, remark: '' });
    await writer.remark(id, 'gateway-autopilot');
    expect(await now()).toMatchObject({ ...NEW, remark: 'gateway-autopilot' });
    expect((await writer.update(id, { ...NEW, value: '192.0.2.10' })).id).toBe(id);
    expect(await now()).toMatchObject({ ...NEW, value: '192.0.2.10', remark: 'gateway-autopilot' });
    await writer.setEnabled(id, false);
    expect(await now()).toMatchObject({ enabled: false, remark: 'gateway-autopilot' });
    await writer.setEnabled(id, true);
    await writer.remark(id, '');
    expect(await now()).toMatchObject({ enabled: true, remark: '' });
    await writer.remove(id);
    expect(await now()).toBeUndefined();
  });

  it('sets weights', async () => {
    const { zones, writer } = await portsOf(cloudWith([WWW, { ...WWW, value: '192.0.2.2' }]));
    const [newest] = (await zones.records(ZONE)).records;
    const id = newest?.id ?? '';
    expect(await errorOf(writer.weigh(id, 5))).toMatchObject({ kind: 'conflict', code: 'DisableDNSSLB' });
    await writer.openWeights({ zone: ZONE, rr: 'www', type: 'A' }, true);
    await writer.weigh(id, 5);
    expect((await zones.records(ZONE)).records.map(({ weight }) => weight)).toEqual([5, 1]);
    expect(await errorOf(writer.weigh(id, 0))).toMatchObject({ kind: 'rejected', code: 'InvalidWeigth' });
    await writer.setEnabled(id, false);
    expect(await errorOf(writer.weigh(id, 6))).toMatchObject({ kind: 'conflict', code: 'DomainRecordDisable' });
  });

  it('tells what an edition allows', async () => {
    const { zones } = await portsOf(cloudWith([], { edition: 'personal' }));
    expect(await zones.info(ZONE)).toEqual({
      zone: 'example.com',
      edition: 'version_personal',
      minTtl: 600,
      nameServers: ['ns1.alidns.example', 'ns2.alidns.example'],
      lines: ['default', 'telecom', 'unicom', 'mobile', 'edu', 'oversea', 'search'],
    });
  });

  it('gives one of two claims the lease', async () => {
    const { writer } = await portsOf(cloudWith());
    const claims = await Promise.allSettled([writer.add(ZONE, LEASE), writer.add(ZONE, LEASE)]);
    expect(claims.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    expect(await errorOf(writer.add(ZONE, LEASE))).toMatchObject({ kind: 'conflict', code: 'DomainRecordDuplicate' });
  });

  it.each<[string, string, string | undefined, Partial<RecordContent>]>([
    ['DomainRecordDuplicate', 'conflict', undefined, { value: '192.0.2.1', line: 'default' }],
    ['QuotaExceeded.TTL', 'quota', undefined, { ttl: 86_401 }],
    ['UnsupportedLine', 'rejected', undefined, { line: 'moon' }],
    ['DomainRecordNotBelongToUser', 'not-found', '1', {}],
  ])('names a refused change: %s, %s', async (code, kind, id, change) => {
    const { zones, writer } = await portsOf(cloudWith([WWW]));
    const [record] = (await zones.records(ZONE)).records;
    const refused = writer.update(id ?? record?.id ?? '', { ...NEW, ...change });
    expect(await errorOf(refused)).toMatchObject({ kind, code });
  });

  it('names a locked record and a zone that is not there', async () => {
    const cloud = cloudWith([WWW]);
    const { zones, writer } = await portsOf(cloud);
    const [record] = (await zones.records(ZONE)).records;
    cloud.dns.lock(ZONE, record?.id ?? '', true);
    expect((await zones.records(ZONE)).records).toMatchObject([{ locked: true }]);
    expect(await errorOf(writer.remove(record?.id ?? ''))).toMatchObject({
      kind: 'permission',
      code: 'DomainRecordLocked',
    });
    expect(await errorOf(zones.records('example.net'))).toMatchObject({ kind: 'not-found' });
  });

  it('says that a zone is busy with the write before', async () => {
    const cloud = cloudWith([WWW]);
    const { writer } = await portsOf(cloud);
    cloud.dns.busyAfterWrite(ZONE, 2 * SECOND);
    await writer.add(ZONE, NEW);
    expect(await errorOf(writer.add(ZONE, LEASE))).toMatchObject({ kind: 'busy', code: 'LastOperationNotFinished' });
  });

  it('tells the date of the vendor, which a fence is measured against', async () => {
    const cloud = cloudWith([WWW]);
    const { zones } = await portsOf(cloud);
    const { date = Number.NaN } = await zones.records(ZONE);
    expect(date % SECOND).toBe(0);
    expect(await zones.accepts(ZONE, date - 14 * MINUTE - 50 * SECOND)).toBe(true);
    expect(await zones.accepts(ZONE, date - 15 * MINUTE - 5 * SECOND)).toBe(false);
    cloud.dns.ignoreDates(true);
    expect(await zones.accepts(ZONE, date - 15 * MINUTE - 5 * SECOND)).toBe(true);
  });

  it('carries a removal out as long as its date lasts, and no longer', async () => {
    const { zones, writer } = await portsOf(cloudWith([WWW]));
    const { records, date = Number.NaN } = await zones.records(ZONE);
    const id = records[0]?.id ?? '';
    const late = { signedAt: date - 15 * MINUTE - 5 * SECOND };
    for (const removal of [writer.setEnabled(id, false, late), writer.remove(id, late), writer.update(id, NEW, late)]) {
      expect(await errorOf(removal)).toMatchObject({ kind: 'conflict', code: 'InvalidTimeStamp.Expired' });
    }
    expect((await zones.records(ZONE)).records).toEqual(records);
    const written = await writer.setEnabled(id, false, { signedAt: date - 14 * MINUTE - 50 * SECOND });
    expect([written.id, (written.date ?? Number.NaN) >= date]).toEqual([id, true]);
    expect((await zones.records(ZONE)).records).toMatchObject([{ enabled: false }]);
  });

  it.each([
    [
      'no answer',
      (cloud: Cloud) => cloud.faults.cut({ operation: 'alidns.AddDomainRecord', times: 1, afterEffect: true }),
    ],
    [
      'an error of the vendor',
      (cloud: Cloud) =>
        cloud.faults.fail({
          operation: 'alidns.AddDomainRecord',
          times: 1,
          status: 503,
          code: 'ServiceUnavailable',
          afterEffect: true,
        }),
    ],
    [
      'what is no answer',
      (cloud: Cloud) =>
        cloud.faults.garble({ operation: 'alidns.AddDomainRecord', times: 1, status: 200, afterEffect: true }),
    ],
    [
      'a page of a proxy',
      (cloud: Cloud) =>
        cloud.faults.garble({ operation: 'alidns.AddDomainRecord', times: 1, status: 502, afterEffect: true }),
    ],
  ])('leaves open whether a record was added when there came %s', async (__, fault) => {
    const cloud = cloudWith();
    const { zones, writer } = await portsOf(cloud);
    fault(cloud);
    expect(await errorOf(writer.add(ZONE, NEW))).toMatchObject({ kind: 'unknown-outcome' });
    expect((await zones.records(ZONE)).records).toMatchObject([NEW]);
    expect(operations(cloud)).toHaveLength(2);
  });

  it('says that a throttled write did nothing', async () => {
    const cloud = cloudWith();
    const { zones, writer } = await portsOf(cloud);
    cloud.faults.fail({ operation: 'alidns.AddDomainRecord', times: 1, status: 400, code: 'Throttling.User' });
    expect(await errorOf(writer.add(ZONE, NEW))).toMatchObject({ kind: 'throttled' });
    expect((await zones.records(ZONE)).records).toEqual([]);
  });
});

it('a removal that is held up past its date dies, in virtual time', async () => {
  const cloud = cloudWith([WWW]);
  const zones = createZones(cloud.openApi());
  const { records, date = Number.NaN } = await zones.records(ZONE);
  expect(date).toBe(START);
  cloud.faults.before({ operation: 'alidns.SetDomainRecordStatus', times: 1 }, () => cloud.step(51 * SECOND));
  const signing = { signedAt: START + MINUTE - 10 * SECOND - 15 * MINUTE };
  const removal = createZoneWriter(cloud.openApi()).setEnabled(records[0]?.id ?? '', false, signing);
  expect(await errorOf(removal)).toMatchObject({ kind: 'conflict', code: 'InvalidTimeStamp.Expired' });
  expect((await zones.records(ZONE)).records).toMatchObject([{ enabled: true }]);
});

const HOSTS = ['ns1.alidns.example', 'ns2.alidns.example'] as const;

interface DnsFace {
  readonly resolver: Resolver;
  readonly servers: readonly NameServer[];
  close(): Promise<void>;
}

async function overTheWire(cloud: Cloud): Promise<DnsFace> {
  const listening: ListeningDns = await cloud.dns.listen();
  const resolver = createDnsResolver({ deadline: DEADLINE, questionLimit: 300 });
  return { resolver, servers: listening.servers, close: listening.close };
}

async function inProcess(cloud: Cloud): Promise<DnsFace> {
  const servers = HOSTS.map((host) => ({ host, address: '127.0.0.1', port: 53 }));
  return { resolver: cloud.dns.resolver(), servers, close: async () => undefined };
}

describe.each([
  ['over the wire', overTheWire],
  ['in the process', inProcess],
] as const)('Resolver %s', (_, open) => {
  let face: DnsFace;
  afterEach(() => face.close());

  function server(index: 0 | 1): NameServer {
    const found = face.servers[index];
    if (found === undefined) throw new Error(`there is no name server ${index}`);
    return found;
  }

  it('hears a write from each name server when it has got there', async () => {
    const cloud = cloudWith([WWW]);
    face = await open(cloud);
    await createZoneWriter(cloud.openApi()).add(ZONE, { ...NEW, line: 'default' });
    const counts = async () => {
      const answers = [0, 1].map(async (index) => {
        const { records } = await face.resolver.ask({
          server: server(index === 0 ? 0 : 1),
          name: 'www.example.com',
          type: 'A',
        });
        return records.length;
      });
      return await Promise.all(answers);
    };
    expect(await counts()).toEqual([1, 1]);
    cloud.step(2 * SECOND);
    expect(await counts()).toEqual([2, 1]);
    cloud.step(2 * SECOND);
    expect(await counts()).toEqual([2, 2]);
  });

  it('hears the answers of each line', async () => {
    const cloud = cloudWith([WWW, { ...WWW, value: '192.0.2.2', line: 'telecom' }]);
    cloud.dns.addSubnet('203.0.113.0/24', 'telecom');
    face = await open(cloud);
    const question = { server: server(0), name: 'www.example.com', type: 'A' } as const;
    expect(await face.resolver.ask({ ...question, subnet: '203.0.113.0/24' })).toEqual({
      outcome: 'NOERROR',
      authoritative: true,
      records: [{ name: 'www.example.com', type: 'A', ttl: 60, value: '192.0.2.2' }],
      negativeTtl: undefined,
      scope: 24,
      transport: 'udp',
    });
    expect(await face.resolver.ask({ ...question, subnet: '198.51.100.0/24' })).toMatchObject({
      records: [{ value: '192.0.2.1' }],
      scope: 0,
    });
    expect(await face.resolver.ask(question)).toMatchObject({ records: [{ value: '192.0.2.1' }], scope: undefined });
  });

  it.each([
    ['nowhere.example.com', 'A', 'NXDOMAIN'],
    ['www.example.com', 'TXT', 'NOERROR'],
  ] as const)('hears that there is nothing, and for how long it is kept: %s %s', async (name, type, outcome) => {
    face = await open(cloudWith([WWW]));
    expect(await face.resolver.ask({ server: server(0), name, type })).toEqual({
      outcome,
      authoritative: true,
      records: [],
      negativeTtl: 600,
      scope: undefined,
      transport: 'udp',
    });
  });

  it.each([
    ['TXT', '_lease.example.com', 'epoch=29921760'],
    ['AAAA', 'www.example.com', '2001:db8::1'],
    ['CNAME', 'alias.example.com', 'www.example.com'],
    ['NS', 'example.com', 'ns1.alidns.example'],
    ['SOA', 'example.com', 'ns1.alidns.example hostmaster.hichina.com 1'],
  ] as const)('hears %s records', async (type, name, value) => {
    face = await open(
      cloudWith([
        { rr: '_lease', type: 'TXT', value: 'epoch=29921760' },
        { rr: 'www', type: 'AAAA', value: '2001:db8::1' },
        { rr: 'alias', type: 'CNAME', value: 'www.example.com' },
      ]),
    );
    const { records } = await face.resolver.ask({ server: server(0), name, type });
    expect(records[0]).toMatchObject({ name, type, value });
  });

  it('hears all of a long answer', async () => {
    const records = Array.from({ length: 90 }, (__, i) => ({ ...WWW, value: `192.0.2.${i}` }));
    face = await open(cloudWith(records));
    const answer = await face.resolver.ask({ server: server(0), name: 'www.example.com', type: 'A' });
    expect(answer.records).toHaveLength(90);
  });

  it.each([
    ['silent', 'timeout'],
    ['servfail', 'unavailable'],
    ['refused', 'rejected'],
    ['garbled', 'unreadable'],
  ] as const)('names a server that is %s: %s', async (outage, kind) => {
    const cloud = cloudWith([WWW]);
    face = await open(cloud);
    cloud.dns.breakServer(HOSTS[0], outage);
    const question = { name: 'www.example.com', type: 'A' } as const;
    expect(await errorOf(face.resolver.ask({ ...question, server: server(0) }))).toMatchObject({ kind });
    expect((await face.resolver.ask({ ...question, server: server(1) })).records).toHaveLength(1);
  });
});
