import OpenApiClient, { Config, OpenApiRequest, Params } from '@alicloud/openapi-client';
import { RuntimeOptions } from '@alicloud/tea-util';
import { createCloud, type Listening } from '../../../rehearsal/cloud';
import { isoTime, MINUTE, SECOND } from '../../../shared/core/time';
import { START } from './faces';
import { WWW, ZONE } from './products/zones';

/** What the clock of the machine shows, which over HTTP is the vendor's too. */
const NOW = START + 7 * MINUTE + 30 * SECOND;

let server: Listening;
afterEach(() => server.close());

async function serving(version = '2015-01-09') {
  const cloud = createCloud({ at: START, seed: 1, wallClock: () => NOW });
  cloud.dns.addZone({ name: ZONE, edition: 'free', records: [{ ...WWW, ttl: 600 }] });
  server = await cloud.listen();
  const endpoint = new URL(server.url).host;
  const client = new OpenApiClient(new Config({ ...cloud.credentials(), endpoint, protocol: 'HTTP' }));

  /** A call of the vendor's own client with a date of our choosing: the code of the refusal, or none. */
  async function call(action: string, signedAt: number, query: Record<string, string> = { DomainName: ZONE }) {
    const params = new Params({
      action,
      version,
      protocol: 'HTTP',
      authType: 'AK',
      style: 'RPC',
      method: 'POST',
      pathname: '/',
      reqBodyType: 'formData',
      bodyType: 'json',
    });
    const request = new OpenApiRequest({ query, headers: { 'x-acs-date': isoTime(signedAt) } });
    try {
      return await client.callApi(params, request, new RuntimeOptions({ autoretry: false }));
    } catch (error) {
      return { code: (error as { readonly code: string }).code };
    }
  }
  return { cloud, call };
}

it.each([
  ['14 min 50 s ago', -(14 * MINUTE + 50 * SECOND), undefined],
  ['15 min 5 s ago', -(15 * MINUTE + 5 * SECOND), 'InvalidTimeStamp.Expired'],
  ['14 min 50 s ahead', 14 * MINUTE + 50 * SECOND, undefined],
  ['15 min 5 s ahead', 15 * MINUTE + 5 * SECOND, 'InvalidTimeStamp.Expired'],
])('a request signed %s', async (_, shift, code) => {
  const { call } = await serving();
  expect((await call('DescribeDomainInfo', NOW + shift))['code']).toBe(code);
});

it('a removal that is signed to be over does nothing', async () => {
  const { cloud, call } = await serving();
  const { body } = await call('DescribeDomainRecords', NOW);
  const RecordId = String(body.DomainRecords.Record[0].RecordId);
  const late = await call('SetDomainRecordStatus', NOW - 15 * MINUTE - SECOND, { RecordId, Status: 'Disable' });
  expect(late['code']).toBe('InvalidTimeStamp.Expired');
  expect(cloud.calls().map(({ operation, status, code }) => [operation, status, code])).toEqual([
    ['alidns.DescribeDomainRecords', 200, undefined],
    ['alidns.SetDomainRecordStatus', 400, 'InvalidTimeStamp.Expired'],
  ]);
  expect((await call('DescribeDomainRecords', NOW))['body'].DomainRecords.Record[0].Status).toBe('ENABLE');
});

it('dates are ignored by Alidns alone, and only when told', async () => {
  const { cloud, call } = await serving();
  cloud.dns.ignoreDates(true);
  expect((await call('DescribeDomainInfo', NOW - 60 * MINUTE))['code']).toBeUndefined();
  cloud.dns.ignoreDates(false);
  expect((await call('DescribeDomainInfo', NOW - 60 * MINUTE))['code']).toBe('InvalidTimeStamp.Expired');
  await server.close();
  const other = await serving('2019-01-01');
  other.cloud.dns.ignoreDates(true);
  expect((await other.call('DescribeMetricList', NOW - 60 * MINUTE, {}))['code']).toBe('InvalidTimeStamp.Expired');
});

it('answers and refusals tell the date that signatures are compared with', async () => {
  const { call } = await serving();
  expect((await call('DescribeDomainInfo', NOW))['headers'].date).toBe('Sun, 22 Nov 2026 00:07:30 GMT');
  const refused = await fetch(`${server.url}/`, { method: 'POST', headers: { 'x-acs-version': '2015-01-09' } });
  expect([refused.status, refused.headers.get('date')]).toEqual([400, 'Sun, 22 Nov 2026 00:07:30 GMT']);
});
