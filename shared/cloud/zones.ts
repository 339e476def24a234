import type { z } from 'zod';
import type { Instant } from '../core/time';
import type { ZoneInfo } from '../core/zone';
import { CloudError } from '../errors';
import type { Signing, Zones } from '../ports';
import { readAnswer } from './answer';
import type { OpenApi, OpenApiCall } from './seams';
import { DATE_REFUSED, DomainInfo, RecordsPage, recordOf } from './zone-answers';

export { createZoneWriter } from './zone-writer';

/** Most records on a page of DescribeDomainRecords, and most entries on one of the others (SDK alidns-20150109 4.6.0). */
const RECORDS_PAGE = 500;
const OTHER_PAGE = 100;
/** How often a list is read that changes while its pages are. */
const READINGS = 3;

/**
 * Reads zones of Alibaba Cloud DNS. A list of several pages is read again when it changed in between; what is answered in
 * the end is whole, or CloudError `conflict` is thrown.
 */
export function createZones(openApi: OpenApi): Zones {
  function read(action: string, query: NonNullable<OpenApiCall['query']>, signing: Signing = {}) {
    return openApi.call({ product: 'alidns', region: '', action, query, effect: 'read', ...signing });
  }

  async function list<T extends { readonly TotalCount: number }, I>(source: Listing<T, I>): Promise<Listed<I>> {
    for (let reading = 1; reading <= READINGS; reading += 1) {
      const found = await readPages(source);
      if (found !== undefined) return found;
    }
    throw new CloudError(`the list changed each of the ${READINGS} times that it was read`, {
      kind: 'conflict',
      operation: `alidns.${source.action}`,
    });
  }

  /** `undefined` when pages do not fit together. */
  async function readPages<T extends { readonly TotalCount: number }, I>(
    source: Listing<T, I>,
  ): Promise<Listed<I> | undefined> {
    const { action, query, pageSize, schema, itemsOf, idOf } = source;
    const items: I[] = [];
    let first: { readonly total: number; readonly date: Instant | undefined } | undefined;
    for (let page = 1; first === undefined || items.length < first.total; page += 1) {
      const { body, date } = await read(action, { ...query, PageNumber: page, PageSize: pageSize });
      const answer = readAnswer(schema, body, `alidns.${action}`);
      first ??= { total: answer.TotalCount, date };
      const more = itemsOf(answer);
      if (answer.TotalCount !== first.total || (more.length === 0 && items.length < first.total)) return undefined;
      items.push(...more);
    }
    const isWhole = items.length === first.total && new Set(items.map(idOf)).size === first.total;
    return isWhole ? { items, inOneAnswer: first.total <= pageSize, date: first.date } : undefined;
  }

  return {
    async records(zone) {
      const { items, ...how } = await list({
        ...RECORDS,
        action: 'DescribeDomainRecords',
        query: { DomainName: zone },
      });
      return { records: items.map(recordOf), ...how };
    },
    async recordsOf(zone, rr) {
      const query = { DomainName: zone, SubDomain: `${rr}.${zone}` };
      const { items, ...how } = await list({
        ...RECORDS,
        action: 'DescribeSubDomainRecords',
        query,
        pageSize: OTHER_PAGE,
      });
      return { records: items.map(recordOf).filter((record) => record.rr === rr.toLowerCase()), ...how };
    },
    async size(zone) {
      const { body } = await read('DescribeDomainRecords', { DomainName: zone, PageNumber: 1, PageSize: 1 });
      return readAnswer(RecordsPage, body, 'alidns.DescribeDomainRecords').TotalCount;
    },
    async info(zone) {
      const { body } = await read('DescribeDomainInfo', { DomainName: zone, NeedDetailAttributes: true });
      return infoOf(zone, readAnswer(DomainInfo, body, 'alidns.DescribeDomainInfo'));
    },
    async accepts(zone, date) {
      try {
        await read('DescribeDomainInfo', { DomainName: zone }, { signedAt: date });
        return true;
      } catch (error) {
        if (error instanceof CloudError && error.code === DATE_REFUSED) return false;
        throw error;
      }
    },
  };
}

/** A list that comes in numbered pages. */
interface Listing<T, I> {
  readonly action: string;
  readonly query: NonNullable<OpenApiCall['query']>;
  readonly pageSize: number;
  readonly schema: z.ZodType<T>;
  readonly itemsOf: (answer: T) => readonly I[];
  readonly idOf: (item: I) => string;
}

interface Listed<I> {
  readonly items: readonly I[];
  readonly inOneAnswer: boolean;
  readonly date: Instant | undefined;
}

type RecordItem = z.infer<typeof RecordsPage>['DomainRecords']['Record'][number];

const RECORDS = {
  pageSize: RECORDS_PAGE,
  schema: RecordsPage,
  itemsOf: ({ DomainRecords }: z.infer<typeof RecordsPage>) => DomainRecords.Record,
  idOf: ({ RecordId }: RecordItem) => RecordId,
} as const;

function infoOf(zone: string, answer: z.infer<typeof DomainInfo>): ZoneInfo {
  return {
    zone,
    edition: answer.VersionCode ?? '',
    minTtl: answer.MinTtl ?? undefined,
    nameServers: answer.DnsServers.DnsServer.map((host) => host.toLowerCase()),
    lines: (answer.RecordLines?.RecordLine ?? []).map(({ LineCode }) => LineCode),
  };
}
