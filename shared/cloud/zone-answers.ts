import { z } from 'zod';
import type { RecordSeen } from '../core/zone';
import { canonicalAddress } from './ip-address';

/** Answers of Alidns 2015-01-09, by the types of the SDK alidns-20150109 4.6.0; what they leave optional is read as such. */

/** Code of the refusal of a request for the date that it is signed with. */
export const DATE_REFUSED = 'InvalidTimeStamp.Expired';

/** Numbers are typed as such, and come as text in places. */
const WholeNumber = z.union([
  z.int(),
  z
    .string()
    .regex(/^\d{1,15}$/)
    .transform(Number),
]);
const Flag = z.union([z.boolean(), z.enum(['true', 'false']).transform((value) => value === 'true')]);
const Id = z.union([z.string().min(1), z.int().transform(String)]);
/** Requests say `Enable` and answers `ENABLE`, or the other way round. */
const Status = z
  .string()
  .transform((value) => value.toLowerCase())
  .pipe(z.enum(['enable', 'disable']));

const ListedRecord = z.object({
  RecordId: Id,
  RR: z.string().min(1),
  Type: z.string().min(1),
  Value: z.string().nullish(),
  Line: z.string().min(1),
  TTL: WholeNumber,
  Status,
  Locked: Flag.nullish(),
  Weight: WholeNumber.nullish(),
  Remark: z.string().nullish(),
  UpdateTimestamp: WholeNumber.nullish(),
});

/** A page of something, of which there are `TotalCount`. */
const Counted = z.object({ TotalCount: WholeNumber });

export const RecordsPage = Counted.extend({ DomainRecords: z.object({ Record: z.array(ListedRecord) }) });

/** The smallest TTL and the lines come with `NeedDetailAttributes` only. */
export const DomainInfo = z.object({
  VersionCode: z.string().nullish(),
  MinTtl: WholeNumber.nullish(),
  DnsServers: z.object({ DnsServer: z.array(z.string().min(1)).min(1) }),
  RecordLines: z.object({ RecordLine: z.array(z.object({ LineCode: z.string().min(1) })) }).nullish(),
});

export const RecordWritten = z.object({ RecordId: Id });

export function recordOf(listed: z.infer<typeof ListedRecord>): RecordSeen {
  return {
    id: listed.RecordId,
    rr: listed.RR.toLowerCase(),
    type: listed.Type.toUpperCase(),
    value: canonicalAddress(listed.Value ?? ''),
    line: listed.Line,
    ttl: listed.TTL,
    enabled: listed.Status === 'enable',
    locked: listed.Locked ?? false,
    weight: listed.Weight ?? undefined,
    remark: listed.Remark ?? '',
    updatedAt: listed.UpdateTimestamp ?? undefined,
  };
}
