import type { Cloud } from '../../../../rehearsal/cloud';
import type { Scalar } from '../../../../shared/cloud/seams';
import { MINUTE, SECOND } from '../../../../shared/core/time';
import { errorOf, START } from '../faces';
import { api, cloudWith, idOf, listed, WWW, ZONE } from './zones';

const ADD = { DomainName: ZONE, RR: 'www', Type: 'A', Value: '192.0.2.9', TTL: 60, Line: 'default' } as const;

async function codeOf(cloud: Cloud, action: string, query: Readonly<Record<string, Scalar>>): Promise<unknown> {
  return (await errorOf(api(cloud, action, query))).code;
}

describe('AddDomainRecord', () => {
  it('adds an enabled record without a remark or a weight', async () => {
    const cloud = cloudWith();
    const { RecordId } = await api(cloud, 'AddDomainRecord', { ...ADD, RR: 'WWW' });
    expect(await listed(cloud)).toEqual([
      {
        DomainName: 'example.com',
        RecordId,
        RR: 'www',
        Type: 'A',
        Value: '192.0.2.9',
        Line: 'default',
        TTL: 60,
        Status: 'ENABLE',
        Locked: false,
        LbaStatus: false,
        CreateTimestamp: START,
        UpdateTimestamp: START,
      },
    ]);
  });

  it('takes 600 s and the default line for what is left out', async () => {
    const cloud = cloudWith();
    const { TTL, Line, ...rest } = ADD;
    await api(cloud, 'AddDomainRecord', rest);
    expect(await listed(cloud)).toMatchObject([{ TTL: 600, Line: 'default' }]);
  });

  it.each<[string, Readonly<Record<string, Scalar>>, string]>([
    ['the same record', { Value: '192.0.2.1' }, 'DomainRecordDuplicate'],
    ['the same record with another TTL', { Value: '192.0.2.1', TTL: 61 }, 'DomainRecordDuplicate'],
    ['the same record, which is disabled', { RR: 'off', Value: '192.0.2.2' }, 'DomainRecordDuplicate'],
    ['a CNAME beside an address', { Type: 'CNAME', Value: 'b.example.com' }, 'DomainRecordConflict'],
    ['an address beside a CNAME', { RR: 'alias' }, 'DomainRecordConflict'],
    ['a text beside a CNAME', { RR: 'alias', Type: 'TXT', Value: 'x' }, 'DomainRecordConflict'],
    ['a line that is not known', { Line: 'moon' }, 'UnsupportedLine'],
    ['a TTL above a day', { TTL: 86_401 }, 'QuotaExceeded.TTL'],
    ['an address that is none', { Value: '192.0.2.256' }, 'InvalidParameter'],
    ['an IPv6 address as A', { Value: '2001:db8::1' }, 'InvalidParameter'],
    ['an IPv4 address as AAAA', { Type: 'AAAA' }, 'InvalidParameter'],
    ['a network', { Value: '192.0.2.0/24' }, 'InvalidParameter'],
    ['a text with quotes', { Type: 'TXT', Value: '"x"' }, 'InvalidParameter'],
    ['a host record with a blank', { RR: 'a b' }, 'InvalidParameter'],
    ['a type that is not known', { Type: 'BOGUS' }, 'InvalidParameter'],
    ['a zone of somebody else', { DomainName: 'example.net' }, 'InvalidDomainName.NoExist'],
  ])('refuses %s', async (_, change, code) => {
    const cloud = cloudWith([
      WWW,
      { rr: 'off', type: 'A', value: '192.0.2.2', enabled: false },
      { rr: 'alias', type: 'CNAME', value: 'www.example.com' },
    ]);
    expect(await codeOf(cloud, 'AddDomainRecord', { ...ADD, ...change })).toBe(code);
    expect(await listed(cloud)).toHaveLength(3);
  });

  it.each<[string, Readonly<Record<string, Scalar>>]>([
    ['the same value on another line', { Value: '192.0.2.1', Line: 'telecom' }],
    ['another value', {}],
    ['a second CNAME', { RR: 'alias', Type: 'CNAME', Value: 'b.example.com' }],
    ['a CNAME on another line than an address', { Type: 'CNAME', Value: 'b.example.com', Line: 'telecom' }],
    ['a text beside a CNAME of the zone itself', { RR: '@', Type: 'TXT', Value: 'x' }],
    ['a wildcard', { RR: '*.a' }],
    ['an IPv6 address', { Type: 'AAAA', Value: '2001:db8::1' }],
    ['a name with an underscore', { RR: '_lease', Type: 'TXT', Value: 'epoch=1' }],
  ])('accepts %s', async (_, change) => {
    const cloud = cloudWith([
      WWW,
      { rr: 'alias', type: 'CNAME', value: 'www.example.com' },
      { rr: '@', type: 'CNAME', value: 'www.example.com' },
    ]);
    await api(cloud, 'AddDomainRecord', { ...ADD, ...change });
    expect(await listed(cloud)).toHaveLength(4);
  });

  it.each([
    ['free', 599, 'telecom', 'QuotaExceeded.TTL'],
    ['personal', 599, 'telecom', 'QuotaExceeded.TTL'],
    ['standard', 59, 'telecom', 'QuotaExceeded.TTL'],
    ['free', 600, 'cn_telecom_zhejiang', 'SubDomainInvalid.Line'],
    ['personal', 600, 'cn_telecom_zhejiang', 'SubDomainInvalid.Line'],
  ] as const)('holds the %s edition to its limits (TTL %d, line %s)', async (edition, TTL, Line, code) => {
    expect(await codeOf(cloudWith([], { edition }), 'AddDomainRecord', { ...ADD, TTL, Line })).toBe(code);
  });

  it.each([
    ['free', 600, 'telecom'],
    ['standard', 60, 'cn_telecom_zhejiang'],
    ['ultimate', 1, 'cn_telecom_zhejiang'],
  ] as const)('gives the %s edition its limits (TTL %d, line %s)', async (edition, TTL, Line) => {
    const cloud = cloudWith([], { edition });
    await api(cloud, 'AddDomainRecord', { ...ADD, TTL, Line });
    expect(await listed(cloud)).toMatchObject([{ TTL, Line }]);
  });

  it.each([
    ['A', 'free', 10, 'QuotaExceeded.ARecord'],
    ['TXT', 'free', 10, 'QuotaExceeded.Record'],
    ['A', 'standard', 90, 'QuotaExceeded.ARecord'],
  ] as const)(
    'has room for so many records of type %s on a line of the %s edition: %d',
    async (type, edition, room, code) => {
      const records = Array.from({ length: room }, (_, i) => ({
        rr: 'www',
        type,
        value: `10.0.0.${i}`,
        enabled: i > 0,
      }));
      const cloud = cloudWith(records, { edition });
      expect(await codeOf(cloud, 'AddDomainRecord', { ...ADD, TTL: 600, Type: type, Value: '10.0.1.1' })).toBe(code);
      await api(cloud, 'AddDomainRecord', { ...ADD, TTL: 600, Type: type, Value: '10.0.1.1', Line: 'telecom' });
    },
  );
});

describe('UpdateDomainRecord', () => {
  it('changes the record in place and keeps id, status and remark', async () => {
    const cloud = cloudWith([{ ...WWW, enabled: false, remark: 'ours' }]);
    const RecordId = await idOf(cloud, '192.0.2.1');
    cloud.step(MINUTE);
    const { DomainName, ...content } = ADD;
    await api(cloud, 'UpdateDomainRecord', { RecordId, ...content });
    expect(await listed(cloud)).toMatchObject([
      {
        RecordId,
        Value: '192.0.2.9',
        Status: 'DISABLE',
        Remark: 'ours',
        CreateTimestamp: START,
        UpdateTimestamp: START + MINUTE,
      },
    ]);
  });

  it('sets a TTL and a line that are left out to the defaults', async () => {
    const cloud = cloudWith([{ ...WWW, line: 'telecom' }]);
    const RecordId = await idOf(cloud, '192.0.2.1');
    await api(cloud, 'UpdateDomainRecord', { RecordId, RR: 'www', Type: 'A', Value: '192.0.2.9' });
    expect(await listed(cloud)).toMatchObject([{ Line: 'default', TTL: 600 }]);
  });

  it('changes the TTL alone', async () => {
    const cloud = cloudWith([WWW]);
    const RecordId = await idOf(cloud, '192.0.2.1');
    await api(cloud, 'UpdateDomainRecord', { RecordId, RR: 'www', Type: 'A', Value: '192.0.2.1', TTL: 30 });
    expect(await listed(cloud)).toMatchObject([{ TTL: 30 }]);
  });

  it.each([
    ['a change of nothing', { Value: '192.0.2.1' }, 'DomainRecordDuplicate'],
    ['the content of another record, which is disabled', { Value: '192.0.2.2' }, 'DomainRecordDuplicate'],
    ['a CNAME beside an address', { Type: 'CNAME', Value: 'b.example.com' }, 'DomainRecordConflict'],
  ])('refuses %s', async (_, change, code) => {
    const cloud = cloudWith([WWW, { ...WWW, value: '192.0.2.2', enabled: false }]);
    const { DomainName, ...content } = ADD;
    const RecordId = await idOf(cloud, '192.0.2.1');
    expect(await codeOf(cloud, 'UpdateDomainRecord', { RecordId, ...content, ...change })).toBe(code);
  });
});

describe('the status of a record', () => {
  it.each(['Disable', 'DISABLE'])('is switched off by %s and on again, and nothing else changes', async (off) => {
    const cloud = cloudWith([{ ...WWW, remark: 'ours' }]);
    const [before] = await listed(cloud);
    const RecordId = before?.RecordId ?? '';
    expect(await api(cloud, 'SetDomainRecordStatus', { RecordId, Status: off })).toMatchObject({
      RecordId,
      Status: 'Disable',
    });
    expect(await listed(cloud)).toEqual([{ ...before, Status: 'DISABLE' }]);
    expect(await api(cloud, 'SetDomainRecordStatus', { RecordId, Status: 'Enable' })).toMatchObject({
      Status: 'Enable',
    });
    expect(await listed(cloud)).toEqual([before]);
  });

  it('has two values', async () => {
    const cloud = cloudWith([WWW]);
    const RecordId = await idOf(cloud, '192.0.2.1');
    expect(await codeOf(cloud, 'SetDomainRecordStatus', { RecordId, Status: 'Pause' })).toBe('InvalidParameter');
  });
});

describe('a record that cannot be changed', () => {
  const CHANGES: readonly [string, Readonly<Record<string, Scalar>>][] = [
    ['UpdateDomainRecord', { RR: 'www', Type: 'A', Value: '192.0.2.9' }],
    ['SetDomainRecordStatus', { Status: 'Disable' }],
    ['UpdateDomainRecordRemark', { Remark: 'x' }],
    ['UpdateDNSSLBWeight', { Weight: 2 }],
    ['DeleteDomainRecord', {}],
  ];

  it.each(CHANGES)('%s refuses a locked one, until it is unlocked', async (action, query) => {
    const cloud = cloudWith([WWW]);
    await api(cloud, 'SetDNSSLBStatus', { SubDomain: 'www.example.com' });
    const RecordId = await idOf(cloud, '192.0.2.1');
    cloud.dns.lock(ZONE, RecordId, true);
    expect(await listed(cloud)).toMatchObject([{ Locked: true }]);
    expect(await codeOf(cloud, action, { RecordId, ...query })).toBe('DomainRecordLocked');
    cloud.dns.lock(ZONE, RecordId, false);
    await api(cloud, action, { RecordId, ...query });
  });

  it.each([...CHANGES, ['DescribeDomainRecordInfo', {}] as const])(
    '%s does not know a foreign id',
    async (action, query) => {
      expect(await codeOf(cloudWith([WWW]), action, { RecordId: '1', ...query })).toBe('DomainRecordNotBelongToUser');
    },
  );

  it.each([...CHANGES, ['AddDomainRecord', ADD] as const])(
    '%s waits for the write before it, when told so',
    async (action, query) => {
      const cloud = cloudWith([WWW]);
      const RecordId = await idOf(cloud, '192.0.2.1');
      await api(cloud, 'SetDNSSLBStatus', { SubDomain: 'www.example.com' });
      cloud.dns.busyAfterWrite(ZONE, 2 * SECOND);
      await api(cloud, 'AddDomainRecord', { ...ADD, RR: 'other' });
      expect(await codeOf(cloud, action, { RecordId, ...query })).toBe('LastOperationNotFinished');
      cloud.step(2 * SECOND);
      await api(cloud, action, { RecordId, ...query });
    },
  );
});

describe('remark and removal', () => {
  it('sets a remark and takes it away', async () => {
    const cloud = cloudWith([WWW]);
    const RecordId = await idOf(cloud, '192.0.2.1');
    await api(cloud, 'UpdateDomainRecordRemark', { RecordId, Remark: 'ours' });
    expect(await listed(cloud)).toMatchObject([{ Remark: 'ours' }]);
    await api(cloud, 'UpdateDomainRecordRemark', { RecordId, Remark: '' });
    expect((await listed(cloud))[0]).not.toHaveProperty('Remark');
  });

  it('gives a record that is added again another id', async () => {
    const cloud = cloudWith();
    const first = await api(cloud, 'AddDomainRecord', ADD);
    await api(cloud, 'DeleteDomainRecord', { RecordId: String(first['RecordId']) });
    expect(await listed(cloud)).toEqual([]);
    const second = await api(cloud, 'AddDomainRecord', ADD);
    expect(second['RecordId']).not.toBe(first['RecordId']);
  });
});

describe('weights', () => {
  const TWO = [WWW, { ...WWW, value: '192.0.2.2' }];

  it('are shown once they are switched on, 1 at first', async () => {
    const cloud = cloudWith([...TWO, { ...WWW, value: '192.0.2.3', line: 'telecom' }]);
    expect(await api(cloud, 'SetDNSSLBStatus', { SubDomain: 'www.example.com' })).toMatchObject({
      Open: true,
      RecordCount: 3,
    });
    await api(cloud, 'UpdateDNSSLBWeight', { RecordId: await idOf(cloud, '192.0.2.2'), Weight: 100 });
    expect((await listed(cloud)).map(({ Value, Weight }) => [Value, Weight])).toEqual([
      ['192.0.2.3', 1],
      ['192.0.2.2', 100],
      ['192.0.2.1', 1],
    ]);
  });

  it('are switched on for one line, and off for it alone', async () => {
    const cloud = cloudWith([...TWO, { ...WWW, value: '192.0.2.3', line: 'telecom' }]);
    const weights = async () => (await listed(cloud)).map(({ Weight }) => Weight);
    await api(cloud, 'SetDNSSLBStatus', { SubDomain: 'www.example.com', Line: 'telecom' });
    expect(await weights()).toEqual([1, undefined, undefined]);
    await api(cloud, 'SetDNSSLBStatus', { SubDomain: 'www.example.com' });
    await api(cloud, 'SetDNSSLBStatus', { SubDomain: 'www.example.com', Line: 'telecom', Open: false });
    expect(await weights()).toEqual([undefined, 1, 1]);
    await api(cloud, 'SetDNSSLBStatus', { SubDomain: 'www.example.com', Open: false });
    expect(await weights()).toEqual([undefined, undefined, undefined]);
  });

  it('are kept while the record is disabled', async () => {
    const cloud = cloudWith(TWO);
    const RecordId = await idOf(cloud, '192.0.2.1');
    await api(cloud, 'SetDNSSLBStatus', { SubDomain: 'www.example.com' });
    await api(cloud, 'UpdateDNSSLBWeight', { RecordId, Weight: 7 });
    await api(cloud, 'SetDomainRecordStatus', { RecordId, Status: 'Disable' });
    expect(await codeOf(cloud, 'UpdateDNSSLBWeight', { RecordId, Weight: 8 })).toBe('DomainRecordDisable');
    await api(cloud, 'SetDomainRecordStatus', { RecordId, Status: 'Enable' });
    expect((await listed(cloud)).find(({ Value }) => Value === '192.0.2.1')?.Weight).toBe(7);
  });

  it.each([
    ['0', 0, 'InvalidWeigth'],
    ['101', 101, 'InvalidWeigth'],
    ['a weight while weights are off', 2, 'DisableDNSSLB'],
  ])('refuses %s', async (_, Weight, code) => {
    const cloud = cloudWith(TWO);
    expect(await codeOf(cloud, 'UpdateDNSSLBWeight', { RecordId: await idOf(cloud, '192.0.2.1'), Weight })).toBe(code);
  });

  it('refuses a wildcard, and a name that is not there', async () => {
    const cloud = cloudWith([{ ...WWW, rr: '*' }]);
    const RecordId = await idOf(cloud, '192.0.2.1');
    expect(await codeOf(cloud, 'UpdateDNSSLBWeight', { RecordId, Weight: 2 })).toBe('PanDomainRecord');
    expect(await codeOf(cloud, 'SetDNSSLBStatus', { SubDomain: 'www.example.com' })).toBe('InvalidRR.NoExist');
    expect(await codeOf(cloud, 'SetDNSSLBStatus', { SubDomain: 'www.example.net' })).toBe('InvalidDomainName.NoExist');
  });

  it('lists the names that may have them', async () => {
    const cloud = cloudWith([...TWO, { ...WWW, value: '192.0.2.3', line: 'telecom' }, { ...WWW, rr: 'one' }]);
    await api(cloud, 'SetDNSSLBStatus', { SubDomain: 'www.example.com', Line: 'telecom' });
    expect(await api(cloud, 'DescribeDNSSLBSubDomains', { DomainName: ZONE })).toMatchObject({
      TotalCount: 1,
      PageNumber: 1,
      PageSize: 20,
      SlbSubDomains: {
        SlbSubDomain: [
          {
            SubDomain: 'www.example.com',
            Type: 'A',
            Open: true,
            RecordCount: 3,
            LineAlgorithms: {
              LineAlgorithm: [
                { Line: 'default', Open: false },
                { Line: 'telecom', Open: true },
              ],
            },
          },
        ],
      },
    });
  });
});

describe('lists', () => {
  const MANY = Array.from({ length: 45 }, (_, i) => ({ rr: `n${i}`, type: 'A' as const, value: `192.0.2.${i}` }));

  it('come in pages of 20, the newest first', async () => {
    const cloud = cloudWith(MANY);
    const page = async (PageNumber: number) => {
      const answer = await api(cloud, 'DescribeDomainRecords', { DomainName: ZONE, PageNumber });
      const { Record } = answer['DomainRecords'] as { Record: { RR: string }[] };
      return [answer['TotalCount'], Record.length, Record[0]?.RR, Record.at(-1)?.RR];
    };
    expect(await page(1)).toEqual([45, 20, 'n44', 'n25']);
    expect(await page(3)).toEqual([45, 5, 'n4', 'n0']);
    expect(await page(4)).toEqual([45, 0, undefined, undefined]);
  });

  it.each([
    ['DescribeDomainRecords', { DomainName: ZONE, PageSize: 501 }],
    ['DescribeSubDomainRecords', { SubDomain: 'www.example.com', PageSize: 101 }],
    ['DescribeDomainRecords', { DomainName: ZONE, PageNumber: 0 }],
  ])('%s refuses pages out of range', async (action, query) => {
    expect(await codeOf(cloudWith(), action, query)).toBe('InvalidParameter');
  });

  it.each<[Readonly<Record<string, Scalar>>, readonly string[]]>([
    [{ RRKeyWord: 'ww' }, ['b.www', 'www', 'www']],
    [{ RRKeyWord: 'www', SearchMode: 'COMBINATION' }, ['www', 'www']],
    [{ ValueKeyWord: '2.1' }, ['www']],
    [{ KeyWord: 'www' }, ['b.www', 'www', 'www', 'alias']],
    [{ KeyWord: 'WWW', SearchMode: 'EXACT' }, ['www', 'www']],
    [{ Type: 'cname' }, ['alias']],
    [{ TypeKeyWord: 'CNAME' }, ['alias']],
    [{ Line: 'telecom' }, ['www']],
    [{ Status: 'Disable' }, ['b.www']],
    [{ Status: 'ENABLE', Type: 'A' }, ['www', 'www']],
    [{ KeyWord: 'alias', Type: 'A' }, ['alias']],
  ])('find by %j', async (filter, names) => {
    const cloud = cloudWith([
      { rr: 'alias', type: 'CNAME', value: 'www.example.com' },
      WWW,
      { ...WWW, value: '192.0.2.5', line: 'telecom' },
      { ...WWW, rr: 'b.www', value: '192.0.2.6', enabled: false },
    ]);
    expect((await listed(cloud, filter)).map(({ RR }) => RR)).toEqual(names);
  });

  it.each([
    [{ SubDomain: 'www.example.com' }, ['192.0.2.5', '192.0.2.1']],
    [{ SubDomain: 'WWW.example.com', DomainName: ZONE }, ['192.0.2.5', '192.0.2.1']],
    [{ SubDomain: 'www.example.com', Line: 'telecom' }, ['192.0.2.5']],
    [{ SubDomain: 'www.example.com', Type: 'AAAA' }, []],
    [{ SubDomain: '@.example.com' }, ['192.0.2.7']],
    [{ SubDomain: 'ww.example.com' }, []],
  ])('of one name: %j', async (query, values) => {
    const cloud = cloudWith([
      WWW,
      { ...WWW, value: '192.0.2.5', line: 'telecom' },
      { ...WWW, rr: 'b.www', value: '192.0.2.6' },
      { ...WWW, rr: '@', value: '192.0.2.7' },
    ]);
    const answer = await api(cloud, 'DescribeSubDomainRecords', query);
    const { Record } = answer['DomainRecords'] as { Record: { Value: string }[] };
    expect(Record.map(({ Value }) => Value)).toEqual(values);
  });

  it('show the past when they lag, while writes know the present', async () => {
    const cloud = cloudWith();
    cloud.dns.listsLag(5 * SECOND);
    const { RecordId } = await api(cloud, 'AddDomainRecord', ADD);
    expect(await listed(cloud)).toEqual([]);
    expect(await codeOf(cloud, 'AddDomainRecord', ADD)).toBe('DomainRecordDuplicate');
    expect(await codeOf(cloud, 'DescribeDomainRecordInfo', { RecordId: String(RecordId) })).toBe(
      'DomainRecordNotBelongToUser',
    );
    cloud.step(5 * SECOND);
    expect(await listed(cloud)).toMatchObject([{ RecordId }]);
    expect(await api(cloud, 'DescribeDomainRecordInfo', { RecordId: String(RecordId) })).toMatchObject({ RR: 'www' });
  });
});

describe('a zone', () => {
  it('tells its edition and name servers, and what is allowed only when asked', async () => {
    const cloud = cloudWith([], { edition: 'free' });
    const short = await api(cloud, 'DescribeDomainInfo', { DomainName: ZONE });
    expect(short).toMatchObject({
      DomainName: 'example.com',
      VersionCode: 'mianfei',
      DnsServers: { DnsServer: ['ns1.alidns.example', 'ns2.alidns.example'] },
    });
    expect(short).not.toHaveProperty('MinTtl');
    const long = await api(cloud, 'DescribeDomainInfo', { DomainName: ZONE, NeedDetailAttributes: true });
    const { RecordLine } = long['RecordLines'] as { RecordLine: { LineCode: string }[] };
    expect(long['MinTtl']).toBe(600);
    expect(RecordLine.map(({ LineCode }) => LineCode)).toEqual([
      'default',
      'telecom',
      'unicom',
      'mobile',
      'edu',
      'oversea',
      'search',
    ]);
  });

  it('tells the lines of its edition with those that they fall to', async () => {
    const answer = await api(cloudWith(), 'DescribeSupportLines', { DomainName: ZONE });
    const { RecordLine } = answer['RecordLines'] as { RecordLine: { LineCode: string }[] };
    expect(RecordLine.find(({ LineCode }) => LineCode === 'cn_telecom_zhejiang')).toEqual({
      LineCode: 'cn_telecom_zhejiang',
      LineName: 'China Telecom zhejiang',
      LineDisplayName: 'China Telecom zhejiang',
      FatherCode: 'telecom',
    });
  });

  it('is one of several', async () => {
    const cloud = cloudWith([WWW]);
    cloud.dns.addZone({ name: 'sub.example.com', edition: 'personal' });
    expect(await api(cloud, 'DescribeDomains', { PageSize: 100 })).toMatchObject({
      TotalCount: 2,
      Domains: {
        Domain: [
          { DomainName: 'example.com', VersionCode: 'version_enterprise_advanced', RecordCount: 1 },
          { DomainName: 'sub.example.com', VersionCode: 'version_personal', RecordCount: 0 },
        ],
      },
    });
    const answer = await api(cloud, 'DescribeSubDomainRecords', { SubDomain: 'www.sub.example.com' });
    expect(answer['TotalCount']).toBe(0);
    expect(await api(cloud, 'DescribeDomains', { KeyWord: 'sub' })).toMatchObject({ TotalCount: 1 });
  });

  it('is set up once, with what its edition allows', () => {
    const cloud = cloudWith();
    expect(() => cloud.dns.addZone({ name: ZONE, edition: 'free' })).toThrow('there is a zone example.com already');
    const records = [{ ...WWW, ttl: 60 }];
    expect(() => cloud.dns.addZone({ name: 'b.com', edition: 'free', records })).toThrow('TTL');
    expect(() => cloud.dns.lock('c.com', '1', true)).toThrow('there is no zone c.com');
    expect(() => cloud.dns.addSubnet('192.0.2.0/33', 'telecom')).toThrow('not a network');
    expect(() => cloud.dns.addSubnet('192.0.2.0/24', 'moon')).toThrow('there is no line moon');
    expect(() => cloud.dns.breakServer('ns9.alidns.example', 'silent')).toThrow('there is no name server');
  });
});

it.each([
  ['DescribeDomainRecords', 'DomainName'],
  ['DescribeSubDomainRecords', 'SubDomain'],
  ['DescribeDomainRecordInfo', 'RecordId'],
  ['AddDomainRecord', 'DomainName'],
  ['UpdateDomainRecord', 'RecordId'],
  ['SetDomainRecordStatus', 'RecordId'],
  ['DeleteDomainRecord', 'RecordId'],
  ['UpdateDomainRecordRemark', 'RecordId'],
  ['SetDNSSLBStatus', 'SubDomain'],
  ['UpdateDNSSLBWeight', 'RecordId'],
  ['DescribeDNSSLBSubDomains', 'DomainName'],
  ['DescribeDomainInfo', 'DomainName'],
])('%s needs %s', async (action, parameter) => {
  const error = await errorOf(api(cloudWith(), action, {}));
  expect([error.code, error.message]).toEqual(['MissingParameter', expect.stringContaining(`"${parameter}"`)]);
});
