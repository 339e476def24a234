import type { ZoneRecord } from './record';
import type { Zone } from './zone';
import { isWeighted, type ZoneState } from './zone-state';

export interface Paging {
  /** From 1. */
  readonly PageNumber: number;
  readonly PageSize: number;
}

export interface Search {
  readonly SearchMode?: 'LIKE' | 'EXACT' | 'ADVANCED' | 'COMBINATION' | undefined;
  readonly KeyWord?: string | undefined;
  readonly RRKeyWord?: string | undefined;
  readonly TypeKeyWord?: string | undefined;
  readonly ValueKeyWord?: string | undefined;
  readonly Type?: string | undefined;
  readonly Line?: string | undefined;
  readonly Status?: string | undefined;
}

export function pageOf<T>(items: readonly T[], { PageNumber, PageSize }: Paging): readonly T[] {
  return items.slice((PageNumber - 1) * PageSize, PageNumber * PageSize);
}

/** The answer of the operations that list records. */
export function listOf(zone: Zone, state: ZoneState, records: readonly ZoneRecord[], page: Paging): object {
  const newestFirst = records.toReversed();
  return {
    TotalCount: records.length,
    PageNumber: page.PageNumber,
    PageSize: page.PageSize,
    DomainRecords: { Record: pageOf(newestFirst, page).map((record) => shapeOf(record, zone, state)) },
  };
}

/** A record as it is listed; its weight only where weights are on. */
export function shapeOf(record: ZoneRecord, zone: Zone, state: ZoneState): object {
  const { id, rr, type, value, line, ttl, enabled, locked, weight, remark, createdAt, updatedAt, priority } = record;
  const weighted = isWeighted(state, record);
  return {
    DomainName: zone.name,
    RecordId: id,
    RR: rr,
    Type: type,
    Value: value,
    Line: line,
    TTL: ttl,
    Status: enabled ? 'ENABLE' : 'DISABLE',
    Locked: locked,
    LbaStatus: weighted,
    ...(weighted ? { Weight: weight } : {}),
    ...(remark === '' ? {} : { Remark: remark }),
    ...(priority === undefined ? {} : { Priority: priority }),
    CreateTimestamp: createdAt,
    UpdateTimestamp: updatedAt,
  };
}

/** With a KeyWord it is matched alone, the whole of it in mode EXACT; else every filter counts. */
export function selected(records: readonly ZoneRecord[], search: Search): readonly ZoneRecord[] {
  const mode = search.SearchMode ?? (search.KeyWord === undefined ? 'ADVANCED' : 'LIKE');
  switch (mode) {
    case 'LIKE':
    case 'EXACT': {
      const matches = mode === 'LIKE' ? contains : equals;
      return records.filter(({ rr, value }) => matches(rr, search.KeyWord) || matches(value, search.KeyWord));
    }
    case 'ADVANCED':
    case 'COMBINATION': {
      const matches = mode === 'ADVANCED' ? contains : equals;
      return records.filter(
        ({ rr, value, type, line, enabled }) =>
          matches(rr, search.RRKeyWord) &&
          matches(value, search.ValueKeyWord) &&
          equals(type, search.TypeKeyWord) &&
          equals(type, search.Type) &&
          equals(line, search.Line) &&
          equals(enabled ? 'enable' : 'disable', search.Status),
      );
    }
  }
}

/** Without case; what is not asked for always fits. */
function contains(text: string, wanted: string | undefined): boolean {
  return wanted === undefined || text.toLowerCase().includes(wanted.toLowerCase());
}

function equals(text: string, wanted: string | undefined): boolean {
  return wanted === undefined || text.toLowerCase() === wanted.toLowerCase();
}
