import { z } from 'zod';
import { documented, typed } from '../behaviour';
import type { DnsAccount } from './alidns/account';
import { linesOf } from './alidns/lines';
import { listOf, pageOf, selected, shapeOf } from './alidns/listing';
import { RECORD_TYPES, type RecordFields } from './alidns/record';
import { notOurs } from './alidns/rules';
import type { Zone } from './alidns/zone';
import type { ZoneState } from './alidns/zone-state';
import { ApiRefusal, operation, type ProductModule } from './operation';
import { flag, text, wholeNumber } from './parameters';

const SDK = typed('aliyun/alibabacloud-typescript-sdk alidns-20150109 4.6.0');
const WEIGHT_PAGE = documented('https://www.alibabacloud.com/help/doc-detail/34316.htm (2016-05-27)');

const lowerCase = () => text().transform((value) => value.toLowerCase());
const recordType = () =>
  text()
    .transform((value) => value.toUpperCase())
    .pipe(z.enum(RECORD_TYPES));
const status = () =>
  text()
    .transform((value) => value.toLowerCase())
    .pipe(z.enum(['enable', 'disable']));
const paging = (most: number) => ({
  PageNumber: wholeNumber(1, 1_000_000).default(1),
  PageSize: wholeNumber(1, most).default(20),
});

const Content = {
  RR: lowerCase(),
  Type: recordType(),
  Value: text(),
  // What is left out is set to the default, also by an update.
  TTL: wholeNumber(1, 1_000_000_000).default(600),
  Line: text().default('default'),
  Priority: wholeNumber(1, 50).optional(),
};
const Filter = {
  SearchMode: z.enum(['LIKE', 'EXACT', 'ADVANCED', 'COMBINATION']).optional(),
  KeyWord: z.string().optional(),
  RRKeyWord: z.string().optional(),
  TypeKeyWord: z.string().optional(),
  ValueKeyWord: z.string().optional(),
  Type: z.string().optional(),
  Line: z.string().optional(),
  Status: z.string().optional(),
};
const ByRecord = z.object({ RecordId: text() });
const ByDomain = z.object({ DomainName: lowerCase() });

/** Alibaba Cloud DNS 2015-01-09: zones, records, lines and weights. One endpoint serves all regions. */
export function createAlidns(account: DnsAccount): ProductModule {
  function zoneNamed(name: string): Zone {
    const zone = account.zones.get(name);
    if (zone === undefined) throw noSuchDomain();
    return zone;
  }

  function listed(zone: Zone): ZoneState {
    return zone.stateAt(account.listedAt());
  }

  /** Which zone has the record now; what a list shows may be older. */
  function holding(id: string): Zone {
    const found = [...account.zones.values()].find((zone) => zone.state().records.some((record) => record.id === id));
    if (found === undefined) throw notOurs();
    return found;
  }

  function recordInfo(id: string): object {
    for (const zone of account.zones.values()) {
      const state = listed(zone);
      const record = state.records.find((candidate) => candidate.id === id);
      if (record !== undefined) return shapeOf(record, zone, state);
    }
    throw notOurs();
  }

  function ofSubDomain(fqdn: string, domain: string | undefined): { readonly zone: Zone; readonly rr: string } {
    const zone = domain === undefined ? account.zoneOf(fqdn) : zoneNamed(domain);
    if (zone === undefined || !fqdn.endsWith(`.${zone.name}`)) throw noSuchDomain();
    return { zone, rr: fqdn.slice(0, -zone.name.length - 1) };
  }

  return {
    product: 'alidns',
    version: '2015-01-09',
    errorFields: 'Code',
    operations: {
      DescribeDomainRecords: operation({
        what: 'Records of a zone in pages of up to 500, the newest first; keywords match parts, in mode COMBINATION the whole.',
        basis: SDK,
        parameters: z.object({ ...ByDomain.shape, ...Filter, ...paging(500) }),
        handle: (query) => {
          const zone = zoneNamed(query.DomainName);
          return listOf(zone, listed(zone), selected(listed(zone).records, query), query);
        },
      }),
      DescribeSubDomainRecords: operation({
        what: 'Records of one name, `@.example.com` for the zone itself, in pages of up to 100.',
        basis: SDK,
        parameters: z.object({
          SubDomain: lowerCase(),
          DomainName: lowerCase().optional(),
          Type: z.string().optional(),
          Line: z.string().optional(),
          ...paging(100),
        }),
        handle: (query) => {
          const { zone, rr } = ofSubDomain(query.SubDomain, query.DomainName);
          const { Type, Line } = query;
          const found = selected(listed(zone).records, { Type, Line }).filter((record) => record.rr === rr);
          return listOf(zone, listed(zone), found, query);
        },
      }),
      DescribeDomainRecordInfo: operation({
        what: 'One record.',
        basis: SDK,
        parameters: ByRecord,
        handle: ({ RecordId }) => recordInfo(RecordId),
      }),
      AddDomainRecord: operation({
        what: 'A new record, enabled and without a remark. Refused when there is the same, enabled or not.',
        basis: documented('the list of errors on the API page AddDomainRecord (2016)'),
        parameters: z.object({ ...ByDomain.shape, ...Content }),
        handle: ({ DomainName, ...content }) => ({ RecordId: zoneNamed(DomainName).add(fieldsOf(content)).id }),
      }),
      UpdateDomainRecord: operation({
        what: 'Changes a record in place; a TTL or Line that is left out is set to the default. Refused when nothing would change.',
        basis: SDK,
        parameters: z.object({ ...ByRecord.shape, ...Content }),
        handle: ({ RecordId, ...content }) => ({ RecordId: holding(RecordId).update(RecordId, fieldsOf(content)).id }),
      }),
      SetDomainRecordStatus: operation({
        what: 'Enables a record or pauses it.',
        basis: SDK,
        parameters: z.object({ ...ByRecord.shape, Status: status() }),
        handle: ({ RecordId, Status }) => {
          const { enabled } = holding(RecordId).setEnabled(RecordId, Status === 'enable');
          return { RecordId, Status: enabled ? 'Enable' : 'Disable' };
        },
      }),
      DeleteDomainRecord: operation({
        what: 'Removes a record.',
        basis: SDK,
        parameters: ByRecord,
        handle: ({ RecordId }) => ({ RecordId: holding(RecordId).remove(RecordId).id }),
      }),
      UpdateDomainRecordRemark: operation({
        what: 'Sets the remark of a record; an empty one removes it.',
        basis: SDK,
        parameters: z.object({ ...ByRecord.shape, Remark: z.string().max(50).default('') }),
        handle: ({ RecordId, Remark }) => {
          holding(RecordId).setRemark(RecordId, Remark);
          return {};
        },
      }),
      SetDNSSLBStatus: operation({
        what: 'Switches the weights of a name on or off, for one line or for all.',
        basis: documented('https://help.aliyun.com/document_detail/29782.html'),
        parameters: z.object({
          SubDomain: lowerCase(),
          DomainName: lowerCase().optional(),
          Open: flag().default(true),
          Type: recordType()
            .pipe(z.enum(['A', 'AAAA', 'CNAME']))
            .default('A'),
          Line: text().optional(),
        }),
        handle: ({ SubDomain, DomainName, Open, Type, Line }) => {
          const { zone, rr } = ofSubDomain(SubDomain, DomainName);
          return { Open, RecordCount: zone.openWeights({ rr, type: Type }, Line, Open) };
        },
      }),
      UpdateDNSSLBWeight: operation({
        what: 'Sets the weight of a record, 1 to 100. Refused while the record is disabled or the weights of its name are off.',
        basis: WEIGHT_PAGE,
        parameters: z.object({ ...ByRecord.shape, Weight: z.string().regex(/^\d+$/).transform(Number) }),
        handle: ({ RecordId, Weight }) => {
          if (Weight < 1 || Weight > 100) throw new ApiRefusal(400, 'InvalidWeigth', 'The weigth value is invalid.');
          return { RecordId, Weight: holding(RecordId).setWeight(RecordId, Weight).weight };
        },
      }),
      DescribeDNSSLBSubDomains: operation({
        what: 'The names of a zone that weights are or can be on for.',
        basis: SDK,
        parameters: z.object({ ...ByDomain.shape, Rr: lowerCase().optional(), ...paging(100) }),
        handle: ({ DomainName, Rr, ...page }) => {
          const zone = zoneNamed(DomainName);
          const names = weightable(zone, listed(zone)).filter((name) => Rr === undefined || name.rr === Rr);
          const SlbSubDomain = pageOf(names, page).map(({ rr: _, ...shown }) => shown);
          return { TotalCount: names.length, ...page, SlbSubDomains: { SlbSubDomain } };
        },
      }),
      DescribeSupportLines: operation({
        what: 'The lines that records may have.',
        basis: SDK,
        parameters: z.object({ DomainName: lowerCase().optional() }),
        handle: ({ DomainName }) => ({
          RecordLines: { RecordLine: lineShapes(DomainName === undefined ? undefined : zoneNamed(DomainName)) },
        }),
      }),
      DescribeDomainInfo: operation({
        what: 'Edition and name servers; smallest TTL and lines only with NeedDetailAttributes.',
        basis: SDK,
        parameters: z.object({ ...ByDomain.shape, NeedDetailAttributes: flag().default(false) }),
        handle: ({ DomainName, NeedDetailAttributes }) => {
          const zone = zoneNamed(DomainName);
          return NeedDetailAttributes
            ? { ...domainShape(zone), MinTtl: zone.edition.minTtl, RecordLines: { RecordLine: lineShapes(zone) } }
            : domainShape(zone);
        },
      }),
      DescribeDomains: operation({
        what: 'The zones of the account, in pages of up to 100.',
        basis: SDK,
        parameters: z.object({ KeyWord: z.string().default(''), ...paging(100) }),
        handle: ({ KeyWord, ...page }) => {
          const zones = [...account.zones.values()].filter(({ name }) => name.includes(KeyWord.toLowerCase()));
          const Domain = pageOf(zones, page).map((zone) => ({
            ...domainShape(zone),
            RecordCount: listed(zone).records.length,
          }));
          return { TotalCount: zones.length, ...page, Domains: { Domain } };
        },
      }),
    },
  };
}

function noSuchDomain(): ApiRefusal {
  return new ApiRefusal(
    400,
    'InvalidDomainName.NoExist',
    'The specified domain name does not exist. Refresh the page and try again.',
  );
}

function fieldsOf(content: {
  readonly RR: string;
  readonly Type: RecordFields['type'];
  readonly Value: string;
  readonly TTL: number;
  readonly Line: string;
  readonly Priority?: number | undefined;
}): RecordFields {
  const { RR: rr, Type: type, Value: value, TTL: ttl, Line: line, Priority: priority } = content;
  return { rr, type, value, line, ttl, ...(priority === undefined ? {} : { priority }) };
}

function domainShape({ name, edition, nameServers, createdAt }: Zone): object {
  return {
    DomainName: name,
    VersionCode: edition.code,
    CreateTimestamp: createdAt,
    DnsServers: { DnsServer: nameServers.map(({ host }) => host) },
  };
}

function lineShapes(zone: Zone | undefined): readonly object[] {
  if (zone === undefined) return [];
  return linesOf(zone.edition).map(({ code, name, father }) => ({
    LineCode: code,
    LineName: name,
    LineDisplayName: name,
    ...(father === undefined ? {} : { FatherCode: father }),
  }));
}

/** Names with at least two enabled records of one type that may have weights. */
function weightable(zone: Zone, state: ZoneState): readonly (object & { readonly rr: string })[] {
  const able = state.records.filter(
    ({ type, enabled, rr }) => enabled && (type === 'A' || type === 'AAAA' || type === 'CNAME') && !rr.startsWith('*'),
  );
  const keys = [...new Set(able.map(({ rr, type }) => `${rr} ${type}`))];
  return keys.flatMap((key) => {
    const records = able.filter(({ rr, type }) => `${rr} ${type}` === key);
    const [first] = records;
    const entries = state.weighted.filter(({ rr, type }) => `${rr} ${type}` === key);
    if (first === undefined || (records.length < 2 && entries.length === 0)) return [];
    const lines = [...new Set(records.map(({ line }) => line))];
    const isOpen = (line: string): boolean => entries.some((entry) => entry.line === 'all' || entry.line === line);
    return [
      {
        rr: first.rr,
        SubDomain: `${first.rr}.${zone.name}`,
        Type: first.type,
        Open: lines.some(isOpen),
        RecordCount: records.length,
        LineAlgorithms: { LineAlgorithm: lines.map((Line) => ({ Line, Open: isOpen(Line) })) },
      },
    ];
  });
}
