import { ASSUMED, type Behaviour, coded, documented, typed } from '../../behaviour';

const SDK = typed('aliyun/alibabacloud-typescript-sdk alidns-20150109 4.6.0');
const WEIGHTS_GUIDE = documented('https://www.alibabacloud.com/help/en/dns/pubz-weight-configuration (2025-12-17)');
const part = 'Alidns';

export const ALIDNS_BEHAVIOURS: readonly Behaviour[] = [
  {
    part,
    what: 'The smallest TTL is 600 s in the free and personal editions, 60 s in the standard and 1 s in the ultimate one.',
    basis: documented('https://www.alibabacloud.com/help/doc-detail/29806.htm'),
  },
  {
    part,
    what: 'A TTL below it is refused as QuotaExceeded.TTL.',
    basis: coded('aliyun/terraform-provider-alicloud alidns_record (2026-08)'),
  },
  {
    part,
    what: 'The same name, type, value and line is there once only: DomainRecordDuplicate.',
    basis: documented('the list of errors on the API page AddDomainRecord (2016)'),
  },
  { part, what: 'Disabled records count as duplicates, towards conflicts and towards the quota.', basis: ASSUMED },
  {
    part,
    what: 'An update that changes nothing is refused as DomainRecordDuplicate.',
    basis: coded('libdns/alidns issue 10, TimothyYe/godns issue 47'),
  },
  {
    part,
    what: 'A CNAME is alone on its name and line, but for MX and TXT on the zone itself: DomainRecordConflict.',
    basis: documented('https://help.aliyun.com/en/dns/pubz-dns-record-conflict-rules (2025-07-30)'),
  },
  {
    part,
    what: '10 records of a name, type and line in the free edition, 90 in the others; QuotaExceeded.ARecord for addresses.',
    basis: WEIGHTS_GUIDE,
  },
  {
    part,
    what: 'Codes UnsupportedLine for a line that is not known and SubDomainInvalid.Line for one that the edition has not.',
    basis: ASSUMED,
  },
  { part, what: 'Every change of a locked record is refused, its remark included.', basis: ASSUMED },
  { part, what: 'A record that is enabled or disabled already may be so again.', basis: ASSUMED },
  { part, what: 'An update keeps the status, the remark and the weight.', basis: ASSUMED },
  { part, what: 'A remark has up to 50 characters.', basis: ASSUMED },
  {
    part,
    what: 'With weights on, one record of the line is answered, drawn by weight among those that are enabled.',
    basis: WEIGHTS_GUIDE,
  },
  {
    part,
    what: 'Weights can be switched on for a single record; a record keeps its weight while it is disabled or weights are off, and has 1 at first.',
    basis: ASSUMED,
  },
  { part, what: 'SetDNSSLBStatus takes CNAME too.', basis: ASSUMED },
  {
    part,
    what: 'Codes DomainRecordDisable, PanDomainRecord, DisableDNSSLB and InvalidWeigth of UpdateDNSSLBWeight.',
    basis: documented('https://www.alibabacloud.com/help/doc-detail/34316.htm (2016-05-27)'),
  },
  { part, what: 'Lists show the newest record first.', basis: SDK },
  {
    part,
    what: 'With busyAfterWrite, writes to a zone within that time after another are refused as LastOperationNotFinished.',
    basis: coded('aliyun/terraform-provider-alicloud errors.go (2026-08)'),
  },
  {
    part,
    what: "A name without records of a client's line is answered from the line above it, then from the default line.",
    basis: ASSUMED,
  },
  {
    part,
    what: 'The line is that of the EDNS client subnet, or of the address that asks.',
    basis: documented('AlibabaCloudDocs/dns cn.zh-CN, intelligent resolution (2021)'),
  },
  { part, what: 'The name servers follow a write after 2 and 4 s.', basis: ASSUMED },
  { part, what: 'SOA and NS have a TTL of 600 s, and so has the answer that there is nothing.', basis: ASSUMED },
  {
    part,
    what: 'Servers of the zone above, and of any zone above that they serve, refer to those that a zone is delegated to, without addresses; they deny a zone that is delegated to nobody.',
    basis: documented('RFC 1034, 4.3.2'),
  },
  {
    part,
    what: 'A server that serves the lower zone too answers for it itself.',
    basis: documented('RFC 1034, 4.3.2'),
  },
  { part, what: 'A zone is delegated to the servers that the API names for it.', basis: ASSUMED },
];
