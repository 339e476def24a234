import { ApiRefusal } from '../operation';
import type { Edition } from './editions';
import type { RecordFields, ZoneRecord } from './record';

export function notOurs(): ApiRefusal {
  return new ApiRefusal(400, 'DomainRecordNotBelongToUser', 'The domain record does not belong to this user.');
}

export function isWildcard(rr: string): boolean {
  return rr === '*' || rr.startsWith('*.');
}

export function isSame(a: RecordFields, b: RecordFields): boolean {
  return a.rr === b.rr && a.type === b.type && a.line === b.line && a.value === b.value && a.priority === b.priority;
}

export function duplicate(): ApiRefusal {
  return new ApiRefusal(400, 'DomainRecordDuplicate', 'The domain record is duplicated.');
}

/** The same record may not be there twice, enabled or not, and a CNAME wants its name and line for itself. */
export function checkAgainst(fields: RecordFields, others: readonly ZoneRecord[]): void {
  if (others.some((other) => isSame(other, fields))) throw duplicate();
  if (others.some((other) => other.rr === fields.rr && other.line === fields.line && conflict(other, fields))) {
    throw new ApiRefusal(400, 'DomainRecordConflict', 'The domain record is conflict with other records.');
  }
}

function conflict(a: RecordFields, b: RecordFields): boolean {
  if ((a.type === 'CNAME') === (b.type === 'CNAME')) return false;
  const other = a.type === 'CNAME' ? b.type : a.type;
  return !(a.rr === '@' && (other === 'MX' || other === 'TXT'));
}

export function checkRoom(fields: RecordFields, others: readonly ZoneRecord[], edition: Edition): void {
  const alike = others.filter(({ rr, type, line }) => rr === fields.rr && type === fields.type && line === fields.line);
  if (alike.length < edition.recordsPerLine) return;
  const address = fields.type === 'A' || fields.type === 'AAAA';
  throw new ApiRefusal(
    400,
    address ? 'QuotaExceeded.ARecord' : 'QuotaExceeded.Record',
    `You can't add this domain record because the records have been out of MAX count (${edition.recordsPerLine}).`,
  );
}
