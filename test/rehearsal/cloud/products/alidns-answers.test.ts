import type { Cloud, InitialRecord } from '../../../../rehearsal/cloud';
import { HOUR, SECOND } from '../../../../shared/core/time';
import type { DnsQuestion, QuestionType } from '../../../../shared/core/zone';
import { errorOf } from '../faces';
import { api, cloudWith, idOf, WWW, ZONE } from './zones';

const NS1 = { host: 'ns1.alidns.example', address: '127.0.0.1', port: 53 };
const NS2 = { ...NS1, host: 'ns2.alidns.example' };

function ask(cloud: Cloud, name: string, type: QuestionType = 'A', more: Partial<DnsQuestion> = {}) {
  return cloud.dns.resolver().ask({ server: NS1, name, type, ...more });
}

async function valuesOf(cloud: Cloud, name: string, subnet?: string): Promise<readonly string[]> {
  const { records } = await ask(cloud, name, 'A', subnet === undefined ? {} : { subnet });
  return records.map(({ value }) => value);
}

/** How often each value is the answer to so many questions. */
async function drawn(cloud: Cloud, name: string, questions: number): Promise<Readonly<Record<string, number>>> {
  const counts: Record<string, number> = {};
  for (let i = 0; i < questions; i += 1) {
    const values = await valuesOf(cloud, name);
    counts[values.join(' ')] = (counts[values.join(' ')] ?? 0) + 1;
  }
  return counts;
}

describe('what a name server answers', () => {
  const RECORDS: readonly InitialRecord[] = [
    WWW,
    { ...WWW, value: '192.0.2.2' },
    { ...WWW, value: '192.0.2.3', enabled: false },
    { rr: 'www', type: 'AAAA', value: '2001:db8::1', ttl: 60 },
    { rr: '@', type: 'A', value: '192.0.2.4', ttl: 60 },
    { rr: '@', type: 'TXT', value: 'hello world', ttl: 60 },
    { rr: 'alias', type: 'CNAME', value: 'WWW.example.com.', ttl: 30 },
    { rr: 'away', type: 'CNAME', value: 'www.example.net', ttl: 30 },
    { rr: 'lost', type: 'CNAME', value: 'nowhere.example.com', ttl: 30 },
    { rr: 'a.deep', type: 'A', value: '192.0.2.5', ttl: 60 },
    { rr: '*.wild', type: 'A', value: '192.0.2.6', ttl: 60 },
    { rr: 'x.wild', type: 'TXT', value: 'x', ttl: 60 },
    { rr: 'off', type: 'A', value: '192.0.2.7', ttl: 60, enabled: false },
  ];

  it.each<[string, QuestionType, readonly (readonly [string, string, number])[]]>([
    [
      'www.example.com',
      'A',
      [
        ['A', '192.0.2.1', 60],
        ['A', '192.0.2.2', 60],
      ],
    ],
    ['WWW.Example.com', 'AAAA', [['AAAA', '2001:db8::1', 60]]],
    ['example.com', 'A', [['A', '192.0.2.4', 60]]],
    ['example.com', 'TXT', [['TXT', 'hello world', 60]]],
    [
      'example.com',
      'NS',
      [
        ['NS', 'ns1.alidns.example', 600],
        ['NS', 'ns2.alidns.example', 600],
      ],
    ],
    ['example.com', 'SOA', [['SOA', 'ns1.alidns.example hostmaster.hichina.com 1', 600]]],
    [
      'alias.example.com',
      'A',
      [
        ['CNAME', 'www.example.com', 30],
        ['A', '192.0.2.1', 60],
        ['A', '192.0.2.2', 60],
      ],
    ],
    ['alias.example.com', 'CNAME', [['CNAME', 'www.example.com', 30]]],
    ['away.example.com', 'A', [['CNAME', 'www.example.net', 30]]],
    ['lost.example.com', 'A', [['CNAME', 'nowhere.example.com', 30]]],
    ['any.wild.example.com', 'A', [['A', '192.0.2.6', 60]]],
    ['a.b.wild.example.com', 'A', [['A', '192.0.2.6', 60]]],
  ])('%s %s', async (name, type, records) => {
    const answer = await ask(cloudWith(RECORDS), name, type);
    expect(answer).toMatchObject({ outcome: 'NOERROR', authoritative: true, negativeTtl: undefined });
    expect(answer.records.map((record) => [record.type, record.value, record.ttl])).toEqual(records);
  });

  it.each<[string, QuestionType, 'NOERROR' | 'NXDOMAIN']>([
    ['www.example.com', 'TXT', 'NOERROR'],
    ['deep.example.com', 'A', 'NOERROR'],
    ['x.wild.example.com', 'A', 'NOERROR'],
    ['wild.example.com', 'A', 'NOERROR'],
    ['example.com', 'AAAA', 'NOERROR'],
    ['nowhere.example.com', 'A', 'NXDOMAIN'],
    ['y.x.wild.example.com', 'A', 'NXDOMAIN'],
    ['off.example.com', 'A', 'NXDOMAIN'],
  ])('%s %s is empty: %s', async (name, type, outcome) => {
    expect(await ask(cloudWith(RECORDS), name, type)).toEqual({
      outcome,
      authoritative: true,
      records: [],
      negativeTtl: 600,
      scope: undefined,
      transport: 'udp',
    });
  });

  it('gives one of several CNAMEs', async () => {
    const cloud = cloudWith([
      { rr: 'www', type: 'CNAME', value: 'a.example.net' },
      { rr: 'www', type: 'CNAME', value: 'b.example.net' },
    ]);
    const counts = await drawn(cloud, 'www.example.com', 100);
    expect(Object.keys(counts).sort()).toEqual(['a.example.net', 'b.example.net']);
  });

  it('ends a chain of names that has no end', async () => {
    const cloud = cloudWith([
      { rr: 'a', type: 'CNAME', value: 'b.example.com' },
      { rr: 'b', type: 'CNAME', value: 'a.example.com' },
    ]);
    expect(await valuesOf(cloud, 'a.example.com')).toHaveLength(8);
  });

  it('knows the zone that a name is in by its longest end', async () => {
    const cloud = cloudWith([{ ...WWW, rr: 'www.sub' }]);
    cloud.dns.addZone({
      name: 'sub.example.com',
      edition: 'free',
      records: [{ rr: 'www', type: 'A', value: '192.0.2.8' }],
    });
    expect(await valuesOf(cloud, 'www.sub.example.com')).toEqual(['192.0.2.8']);
  });
});

describe('lines', () => {
  function lineCloud(records: readonly InitialRecord[]): Cloud {
    const cloud = cloudWith(records);
    cloud.dns.addSubnet('203.0.0.0/8', 'telecom');
    cloud.dns.addSubnet('203.0.113.0/24', 'cn_telecom_zhejiang');
    cloud.dns.addSubnet('2001:db8:1::/48', 'mobile');
    return cloud;
  }
  const ALL = [
    WWW,
    { ...WWW, line: 'telecom', value: '192.0.2.2' },
    { ...WWW, line: 'cn_telecom_zhejiang', value: '192.0.2.3' },
    { ...WWW, line: 'mobile', value: '192.0.2.4' },
  ];

  it.each([
    [undefined, '192.0.2.1', undefined],
    ['198.51.100.0/24', '192.0.2.1', 0],
    ['203.9.9.0/24', '192.0.2.2', 8],
    ['203.0.113.0/24', '192.0.2.3', 24],
    ['203.0.113.77/32', '192.0.2.3', 24],
    ['203.0.0.0/16', '192.0.2.2', 8],
    ['0.0.0.0/0', '192.0.2.1', 0],
    ['2001:db8:1:2::/64', '192.0.2.4', 48],
    ['2001:db8:2::/48', '192.0.2.1', 0],
  ])('a client in %s gets %s', async (subnet, value, scope) => {
    const answer = await ask(lineCloud(ALL), 'www.example.com', 'A', subnet === undefined ? {} : { subnet });
    expect([answer.records.map((record) => record.value), answer.scope]).toEqual([[value], scope]);
  });

  it('falls to the line above and to the default line where its own has nothing enabled', async () => {
    const cloud = lineCloud(ALL);
    const answers: unknown[] = [];
    for (const value of ['192.0.2.3', '192.0.2.2', '192.0.2.1']) {
      await api(cloud, 'SetDomainRecordStatus', { RecordId: await idOf(cloud, value), Status: 'Disable' });
      cloud.step(2 * SECOND);
      answers.push(await valuesOf(cloud, 'www.example.com', '203.0.113.0/24'));
    }
    expect(answers).toEqual([['192.0.2.2'], ['192.0.2.1'], []]);
    expect(await valuesOf(cloud, 'www.example.com', '2001:db8:1::/48')).toEqual(['192.0.2.4']);
  });
});

describe('weights', () => {
  it('draw one enabled answer, as often as its weight says', async () => {
    const cloud = cloudWith([WWW, { ...WWW, value: '192.0.2.2' }, { ...WWW, value: '192.0.2.3', enabled: false }]);
    await api(cloud, 'SetDNSSLBStatus', { SubDomain: 'www.example.com' });
    await api(cloud, 'UpdateDNSSLBWeight', { RecordId: await idOf(cloud, '192.0.2.1'), Weight: 3 });
    cloud.step(2 * SECOND);
    const counts = await drawn(cloud, 'www.example.com', 1000);
    expect(Object.keys(counts).sort()).toEqual(['192.0.2.1', '192.0.2.2']);
    expect(counts['192.0.2.1']).toBeGreaterThan(700);
    expect(counts['192.0.2.1']).toBeLessThan(800);
  });

  it('hold for the lines that they are on for', async () => {
    const telecom = { ...WWW, line: 'telecom' };
    const cloud = cloudWith([WWW, { ...WWW, value: '192.0.2.2' }, telecom, { ...telecom, value: '192.0.2.2' }]);
    cloud.dns.addSubnet('203.0.113.0/24', 'telecom');
    await api(cloud, 'SetDNSSLBStatus', { SubDomain: 'www.example.com', Line: 'telecom' });
    cloud.step(2 * SECOND);
    expect(await valuesOf(cloud, 'www.example.com')).toHaveLength(2);
    expect(await valuesOf(cloud, 'www.example.com', '203.0.113.0/24')).toHaveLength(1);
  });

  it('are drawn the same way for the same seed', async () => {
    const drawing = async () => {
      const cloud = cloudWith([WWW, { ...WWW, value: '192.0.2.2' }]);
      await api(cloud, 'SetDNSSLBStatus', { SubDomain: 'www.example.com' });
      cloud.step(2 * SECOND);
      const values: (readonly string[])[] = [];
      for (let i = 0; i < 20; i += 1) values.push(await valuesOf(cloud, 'www.example.com'));
      return values.join();
    };
    expect(await drawing()).toBe(await drawing());
  });
});

describe('name servers', () => {
  it('follow a write one after the other', async () => {
    const cloud = cloudWith([WWW]);
    const both = async () => [
      (await ask(cloud, 'new.example.com')).outcome,
      (await ask(cloud, 'new.example.com', 'A', { server: NS2 })).outcome,
    ];
    await api(cloud, 'AddDomainRecord', { DomainName: ZONE, RR: 'new', Type: 'A', Value: '192.0.2.9', TTL: 1 });
    expect(await both()).toEqual(['NXDOMAIN', 'NXDOMAIN']);
    cloud.step(1999);
    expect(await both()).toEqual(['NXDOMAIN', 'NXDOMAIN']);
    cloud.step(1);
    expect(await both()).toEqual(['NOERROR', 'NXDOMAIN']);
    cloud.step(2 * SECOND);
    expect(await both()).toEqual(['NOERROR', 'NOERROR']);
  });

  it('show every write in turn, however many there are', async () => {
    const cloud = cloudWith([WWW], { nameServers: [{ host: NS1.host, delay: HOUR }] });
    const RecordId = await idOf(cloud, '192.0.2.1');
    for (let minute = 1; minute <= 5 * 60; minute += 1) {
      const Value = `10.0.${Math.floor(minute / 100)}.${minute % 100}`;
      await api(cloud, 'UpdateDomainRecord', { RecordId, RR: 'www', Type: 'A', Value, TTL: 1 });
      cloud.step(60 * SECOND);
    }
    expect(await valuesOf(cloud, 'www.example.com')).toEqual(['10.0.2.41']);
  });

  it.each([
    ['silent', 'timeout', undefined],
    ['servfail', 'unavailable', 'SERVFAIL'],
    ['refused', 'rejected', 'REFUSED'],
    ['garbled', 'unreadable', undefined],
  ] as const)('can be %s', async (outage, kind, code) => {
    const cloud = cloudWith([WWW]);
    cloud.dns.breakServer(NS1.host, outage);
    expect(await errorOf(ask(cloud, 'www.example.com'))).toMatchObject({ kind, code });
    expect((await ask(cloud, 'www.example.com', 'A', { server: NS2 })).records).toHaveLength(1);
    cloud.dns.breakServer(NS1.host, undefined);
    expect(await valuesOf(cloud, 'www.example.com')).toEqual(['192.0.2.1']);
  });

  it('can be stale', async () => {
    const cloud = cloudWith([WWW]);
    cloud.dns.breakServer(NS1.host, 'stale');
    await api(cloud, 'DeleteDomainRecord', { RecordId: await idOf(cloud, '192.0.2.1') });
    cloud.step(HOUR);
    expect(await valuesOf(cloud, 'www.example.com')).toEqual(['192.0.2.1']);
    cloud.dns.breakServer(NS1.host, undefined);
    expect(await valuesOf(cloud, 'www.example.com')).toEqual([]);
  });

  it('refuse what is not theirs', async () => {
    const cloud = cloudWith([WWW]);
    expect(await errorOf(ask(cloud, 'www.example.net'))).toMatchObject({ kind: 'rejected', code: 'REFUSED' });
    const stranger = { ...NS1, host: 'ns9.alidns.example' };
    expect(await errorOf(ask(cloud, 'www.example.com', 'A', { server: stranger }))).toMatchObject({ code: 'REFUSED' });
  });
});
