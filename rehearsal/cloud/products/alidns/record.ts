import { ApiRefusal, invalidParameter } from '../operation';
import { type Edition, MAX_TTL } from './editions';
import { LINES, linesOf } from './lines';
import { parseSubnet } from './subnet';

/** A record as the vendor keeps it. */
export interface ZoneRecord extends RecordFields {
  readonly id: string;
  readonly enabled: boolean;
  readonly locked: boolean;
  /** Kept while the weights of its name are off. */
  readonly weight: number;
  readonly remark: string;
  readonly createdAt: number;
  readonly updatedAt: number;
}

export interface RecordFields {
  /** In lower case; `@` for the zone itself. */
  readonly rr: string;
  readonly type: RecordType;
  readonly value: string;
  readonly line: string;
  /** Seconds. */
  readonly ttl: number;
  /** Of an MX record. */
  readonly priority?: number | undefined;
}

export const RECORD_TYPES = ['A', 'AAAA', 'CNAME', 'TXT', 'NS', 'MX', 'SRV', 'CAA'] as const;
export type RecordType = (typeof RECORD_TYPES)[number];

/** Longest TXT that clients have found to be taken (dnscontrol `providers/alidns/auditrecords.go`, 2026-05). */
const LONGEST_TXT = 512;
const LABEL = /^(?!-)[a-z0-9_-]{1,63}(?<!-)$/;

/** Throws ApiRefusal unless the edition takes such a record. */
export function checkFields(fields: RecordFields, edition: Edition): void {
  if (!isName(fields.rr)) throw invalidParameter('RR', `${fields.rr} is not a host record.`);
  if (!isValue(fields))
    throw invalidParameter('Value', `${fields.value} is no value of a record of type ${fields.type}.`);
  if (!LINES.some(({ code }) => code === fields.line)) {
    throw new ApiRefusal(400, 'UnsupportedLine', 'The specified line is not supported.');
  }
  if (!linesOf(edition).some(({ code }) => code === fields.line)) {
    throw new ApiRefusal(400, 'SubDomainInvalid.Line', 'The edition of the domain does not have this line.');
  }
  if (fields.ttl < edition.minTtl || fields.ttl > MAX_TTL) {
    throw new ApiRefusal(400, 'QuotaExceeded.TTL', 'The TTL is out of the range that the edition of the domain has.');
  }
}

/** `@`, or labels; the first may be `*`. */
function isName(rr: string): boolean {
  if (rr === '@') return true;
  const [first = '', ...others] = rr.split('.');
  return (first === '*' || LABEL.test(first)) && others.every((label) => LABEL.test(label));
}

function isValue({ type, value }: RecordFields): boolean {
  switch (type) {
    case 'A':
      return isAddress(value, 4);
    case 'AAAA':
      return isAddress(value, 6);
    case 'CNAME':
    case 'NS':
    case 'MX':
      return value
        .replace(/\.$/, '')
        .toLowerCase()
        .split('.')
        .every((label) => LABEL.test(label));
    case 'TXT':
      return value.length <= LONGEST_TXT && !value.includes('"') && !value.endsWith(' ');
    case 'SRV':
    case 'CAA':
      return value !== '';
  }
}

function isAddress(value: string, family: 4 | 6): boolean {
  return !value.includes('/') && parseSubnet(value)?.family === family;
}
