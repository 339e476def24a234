import { type Cloud, createCloud, type InitialRecord, type ZoneSetup } from '../../../../rehearsal/cloud';
import type { Scalar } from '../../../../shared/cloud/seams';
import { START } from '../faces';

export const ZONE = 'example.com';

export const WWW: InitialRecord = { rr: 'www', type: 'A', value: '192.0.2.1', ttl: 60 };

/** A cloud with one zone, of the ultimate edition unless told. */
export function cloudWith(records: readonly InitialRecord[] = [], setup: Partial<ZoneSetup> = {}): Cloud {
  const cloud = createCloud({ at: START, seed: 1 });
  cloud.dns.addZone({ name: ZONE, edition: 'ultimate', records, ...setup });
  return cloud;
}

/** A call of the API in the process. */
export async function api(
  cloud: Cloud,
  action: string,
  query: Readonly<Record<string, Scalar>>,
): Promise<Record<string, unknown>> {
  const { body } = await cloud.openApi().call({ product: 'alidns', region: '', action, query, effect: 'write' });
  return body as Record<string, unknown>;
}

export interface Listed {
  readonly RecordId: string;
  readonly RR: string;
  readonly Type: string;
  readonly Value: string;
  readonly Line: string;
  readonly TTL: number;
  readonly Status: string;
  readonly Locked: boolean;
  readonly Weight?: number;
  readonly Remark?: string;
}

/** What the API lists, the newest first. */
export async function listed(cloud: Cloud, query: Readonly<Record<string, Scalar>> = {}): Promise<readonly Listed[]> {
  const answer = await api(cloud, 'DescribeDomainRecords', { DomainName: ZONE, PageSize: 500, ...query });
  return (answer['DomainRecords'] as { readonly Record: readonly Listed[] }).Record;
}

/** The id of the record with a value. */
export async function idOf(cloud: Cloud, value: string): Promise<string> {
  const record = (await listed(cloud)).find(({ Value }) => Value === value);
  if (record === undefined) throw new Error(`there is no record ${value}`);
  return record.RecordId;
}
