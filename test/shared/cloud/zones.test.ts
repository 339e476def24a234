import { createZones, createZoneWriter } from '../../../shared/cloud/zones';
import { CloudError, type CloudErrorKind } from '../../../shared/errors';
import { failureOf } from './failure';
import { scriptedApi } from './scripted-api';

const CONTENT = { rr: 'www', type: 'A', value: '192.0.2.1', line: 'default', ttl: 60 };
const SIGNED_AT = 1_795_305_600_000;

function listed(id: number, change: object = {}): object {
  return {
    RecordId: `${id}`,
    RR: 'www',
    Type: 'A',
    Value: `192.0.2.${id}`,
    Line: 'default',
    TTL: 60,
    Status: 'ENABLE',
    Locked: false,
    ...change,
  };
}

function page(TotalCount: number, ids: readonly number[]): object {
  return { TotalCount, DomainRecords: { Record: ids.map((id) => listed(id)) } };
}

const upTo = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, i) => from + i);

function refusal(kind: CloudErrorKind, code?: string, status?: number): CloudError {
  return new CloudError('refused', { kind, operation: 'alidns.X', code, status, requestId: 'R1' });
}

describe('records of a zone', () => {
  it('are asked for 500 at a time, and read as they are', async () => {
    const api = scriptedApi({
      TotalCount: '2',
      DomainRecords: {
        Record: [
          listed(1, { RR: 'WWW', Type: 'a', Weight: 7, Remark: 'ours', UpdateTimestamp: 5, TTL: '60' }),
          {
            RecordId: 2,
            RR: '@',
            Type: 'HTTPS',
            Line: 'telecom',
            TTL: 600,
            Status: 'Disable',
            Locked: 'true',
            Remark: null,
          },
        ],
      },
    });
    expect(await createZones(api).records('example.com')).toEqual({
      records: [
        {
          id: '1',
          rr: 'www',
          type: 'A',
          value: '192.0.2.1',
          line: 'default',
          ttl: 60,
          enabled: true,
          locked: false,
          weight: 7,
          remark: 'ours',
          updatedAt: 5,
        },
        {
          id: '2',
          rr: '@',
          type: 'HTTPS',
          value: '',
          line: 'telecom',
          ttl: 600,
          enabled: false,
          locked: true,
          weight: undefined,
          remark: '',
          updatedAt: undefined,
        },
      ],
      inOneAnswer: true,
      date: undefined,
    });
    expect(api.calls).toEqual([
      {
        product: 'alidns',
        region: '',
        action: 'DescribeDomainRecords',
        query: { DomainName: 'example.com', PageNumber: 1, PageSize: 500 },
        effect: 'read',
      },
    ]);
  });

  it('are none in a zone without records, which one answer says', async () => {
    const set = await createZones(scriptedApi(page(0, []))).records('example.com');
    expect(set).toEqual({ records: [], inOneAnswer: true, date: undefined });
  });

  it('come on several pages when there are many', async () => {
    const api = scriptedApi(page(1001, upTo(1, 500)), page(1001, upTo(501, 1000)), page(1001, [1001]));
    const { records, inOneAnswer } = await createZones(api).records('example.com');
    expect([records.length, records.at(-1)?.id, inOneAnswer]).toEqual([1001, '1001', false]);
    expect(api.calls.map(({ query }) => query?.['PageNumber'])).toEqual([1, 2, 3]);
  });

  it.each([
    ['one more in all', [page(501, upTo(1, 500)), page(502, [501, 502])]],
    ['one less in all', [page(501, upTo(1, 500)), page(500, [])]],
    ['one that moved from the first page to the second', [page(501, upTo(1, 500)), page(501, [500])]],
    ['too few', [page(501, upTo(1, 500)), page(501, [])]],
    ['too many', [page(501, upTo(1, 500)), page(501, [501, 502])]],
    ['a short page', [page(501, upTo(1, 499)), page(501, [500]), page(501, [])]],
    ['fewer than are counted', [page(2, [1]), page(2, [])]],
  ])('are read again when the pages do not fit together: %s', async (_, pages) => {
    const api = scriptedApi(...pages, page(1, [7]));
    const { records } = await createZones(api).records('example.com');
    expect(records.map(({ id }) => id)).toEqual(['7']);
    expect(api.calls).toHaveLength(pages.length + 1);
  });

  it('are not told when they change each time', async () => {
    const changing = [page(501, upTo(1, 500)), page(502, [501, 502])];
    const api = scriptedApi(...changing, ...changing, ...changing);
    const failure = await failureOf(createZones(api).records('example.com'));
    expect([failure.kind, failure.message]).toEqual([
      'conflict',
      'alidns.DescribeDomainRecords: the list changed each of the 3 times that it was read',
    ]);
    expect(api.calls).toHaveLength(6);
  });

  it.each([
    ['no list', { TotalCount: 0 }],
    ['no count', { DomainRecords: { Record: [] } }],
    ['a record without an id', { TotalCount: 1, DomainRecords: { Record: [listed(1, { RecordId: undefined })] } }],
    ['a status that is not known', { TotalCount: 1, DomainRecords: { Record: [listed(1, { Status: 'Frozen' })] } }],
    ['a record without a line', { TotalCount: 1, DomainRecords: { Record: [listed(1, { Line: undefined })] } }],
    ['a TTL that is no number', { TotalCount: 1, DomainRecords: { Record: [listed(1, { TTL: 'soon' })] } }],
  ])('cannot be read from an answer with %s', async (_, answer) => {
    expect((await failureOf(createZones(scriptedApi(answer)).records('example.com'))).kind).toBe('unreadable');
  });

  it('are not told when a later page fails', async () => {
    const api = scriptedApi(page(501, upTo(1, 500)), refusal('throttled'));
    expect((await failureOf(createZones(api).records('example.com'))).kind).toBe('throttled');
  });
});

describe('other reads', () => {
  it('asks for one name and keeps only that', async () => {
    const api = scriptedApi({
      TotalCount: 2,
      DomainRecords: { Record: [listed(1), listed(2, { RR: 'b.www' })] },
    });
    const { records } = await createZones(api).recordsOf('example.com', 'www');
    expect(records.map(({ id }) => id)).toEqual(['1']);
    expect(api.calls).toMatchObject([
      {
        action: 'DescribeSubDomainRecords',
        query: { DomainName: 'example.com', SubDomain: 'www.example.com', PageNumber: 1, PageSize: 100 },
      },
    ]);
  });

  it('reads what an edition allows', async () => {
    const api = scriptedApi({
      VersionCode: 'mianfei',
      MinTtl: 600,
      DnsServers: { DnsServer: ['NS1.example.net', 'ns2.example.net'] },
      RecordLines: { RecordLine: [{ LineCode: 'default' }, { LineCode: 'telecom' }] },
    });
    expect(await createZones(api).info('example.com')).toEqual({
      zone: 'example.com',
      edition: 'mianfei',
      minTtl: 600,
      nameServers: ['ns1.example.net', 'ns2.example.net'],
      lines: ['default', 'telecom'],
    });
    expect(api.calls).toMatchObject([{ query: { DomainName: 'example.com', NeedDetailAttributes: true } }]);
  });

  it('does without what the vendor leaves out', async () => {
    const api = scriptedApi({ DnsServers: { DnsServer: ['ns1.example.net'] } });
    expect(await createZones(api).info('example.com')).toMatchObject({ edition: '', minTtl: undefined, lines: [] });
  });

  it('refuses a zone without name servers', async () => {
    const api = scriptedApi({ DnsServers: { DnsServer: [] } });
    expect((await failureOf(createZones(api).info('example.com'))).kind).toBe('unreadable');
  });

  it.each([
    ['accepts', {}, true],
    ['refuses', refusal('rejected', 'InvalidTimeStamp.Expired', 400), false],
  ])('measures that the vendor %s a date', async (_, answer, accepted) => {
    const api = scriptedApi(answer);
    expect(await createZones(api).accepts('example.com', SIGNED_AT)).toBe(accepted);
    expect(api.calls).toMatchObject([{ effect: 'read', signedAt: SIGNED_AT }]);
  });

  it('does not take another failure for a measurement', async () => {
    const api = scriptedApi(refusal('throttled', 'Throttling.User', 400));
    expect((await failureOf(createZones(api).accepts('example.com', SIGNED_AT))).kind).toBe('throttled');
  });
});

const WRITES: readonly [
  string,
  (writer: ReturnType<typeof createZoneWriter>, signing?: { signedAt: number }) => Promise<unknown>,
  object,
][] = [
  [
    'add',
    (writer, signing) => writer.add('example.com', CONTENT, signing),
    {
      action: 'AddDomainRecord',
      query: { DomainName: 'example.com', RR: 'www', Type: 'A', Value: '192.0.2.1', Line: 'default', TTL: 60 },
      effect: 'write',
    },
  ],
  [
    'update',
    (writer, signing) => writer.update('1', CONTENT, signing),
    {
      action: 'UpdateDomainRecord',
      query: { RecordId: '1', RR: 'www', Type: 'A', Value: '192.0.2.1', Line: 'default', TTL: 60 },
      effect: 'removal',
    },
  ],
  [
    'enable',
    (writer, signing) => writer.setEnabled('1', true, signing),
    { action: 'SetDomainRecordStatus', query: { RecordId: '1', Status: 'Enable' }, effect: 'write' },
  ],
  [
    'disable',
    (writer, signing) => writer.setEnabled('1', false, signing),
    { action: 'SetDomainRecordStatus', query: { RecordId: '1', Status: 'Disable' }, effect: 'removal' },
  ],
  [
    'remark',
    (writer, signing) => writer.remark('1', '', signing),
    { action: 'UpdateDomainRecordRemark', query: { RecordId: '1', Remark: '' }, effect: 'write' },
  ],
  [
    'open weights',
    (writer, signing) => writer.openWeights({ zone: 'example.com', rr: '@', type: 'A' }, true, signing),
    {
      action: 'SetDNSSLBStatus',
      query: { DomainName: 'example.com', SubDomain: '@.example.com', Type: 'A', Open: true },
      effect: 'removal',
    },
  ],
  [
    'weigh',
    (writer, signing) => writer.weigh('1', 5, signing),
    { action: 'UpdateDNSSLBWeight', query: { RecordId: '1', Weight: 5 }, effect: 'removal' },
  ],
  [
    'remove',
    (writer, signing) => writer.remove('1', signing),
    { action: 'DeleteDomainRecord', query: { RecordId: '1' }, effect: 'removal' },
  ],
];

describe.each(WRITES)('%s', (_, write, call) => {
  it('sends one call, signed now unless told', async () => {
    const api = scriptedApi({ RecordId: '1' });
    await write(createZoneWriter(api));
    await write(createZoneWriter(api), { signedAt: SIGNED_AT });
    expect(api.calls).toEqual([
      { product: 'alidns', region: '', ...call },
      { product: 'alidns', region: '', ...call, signedAt: SIGNED_AT },
    ]);
  });

  it.each<[string, CloudError, CloudErrorKind]>([
    ['nothing came back', refusal('unknown-outcome'), 'unknown-outcome'],
    ['the vendor failed', refusal('unavailable', 'InternalError', 500), 'unknown-outcome'],
    ['nothing was sent', refusal('unavailable', 'ECONNREFUSED'), 'unavailable'],
    ['it is busy', refusal('busy', 'LastOperationNotFinished', 400), 'busy'],
    ['it is there already', refusal('conflict', 'DomainRecordDuplicate', 400), 'conflict'],
    ['it was signed too long ago', refusal('rejected', 'InvalidTimeStamp.Expired', 400), 'conflict'],
  ])('says what came of it when %s', async (__, error, kind) => {
    const failure = await failureOf(write(createZoneWriter(scriptedApi(error)), { signedAt: SIGNED_AT }));
    expect(failure).toMatchObject({ kind, code: error.code, status: error.status, operation: 'alidns.X' });
    expect(failure.message).toBe('alidns.X: refused');
  });

  it('does not hide that the clock of the machine is wrong', async () => {
    const error = refusal('rejected', 'InvalidTimeStamp.Expired', 400);
    expect((await failureOf(write(createZoneWriter(scriptedApi(error))))).kind).toBe('rejected');
  });
});

describe('the answer to a write', () => {
  it.each([
    ['a text', { RecordId: '9' }],
    ['a number', { RecordId: 9 }],
  ])('names the record, as %s', async (_, answer) => {
    expect(await createZoneWriter(scriptedApi(answer)).add('example.com', CONTENT)).toEqual({
      id: '9',
      date: undefined,
    });
  });

  it('leaves the outcome open when it does not', async () => {
    const failure = await failureOf(createZoneWriter(scriptedApi({ RequestId: 'R' })).add('example.com', CONTENT));
    expect([failure.kind, failure.operation]).toEqual(['unknown-outcome', 'alidns.AddDomainRecord']);
  });
});
