import { isMarked } from '../core/record-mark';
import type { RecordSeen } from '../core/zone';
import { additionDate } from '../core/zone-lease';
import type { Signing, Zones, ZoneWriter } from '../ports';

/**
 * Deletes the disabled records of ours with an address, of all zones. Nothing is conditional with the vendor, and somebody may
 * have enabled one since: each is read right before, and the request dies within two minutes, wherever it is held up. Throws
 * CloudError.
 */
export async function deleteDisabled(
  { everyZone, zones }: { readonly everyZone: readonly string[]; readonly zones: Zones },
  writer: Pick<ZoneWriter, 'remove'>,
  address: string,
): Promise<void> {
  for (const zone of everyZone) {
    const { records } = await zones.records(zone);
    for (const record of records.filter((each) => isLeftOver(each, address))) {
      await deleteOne(zones, writer, zone, record, address);
    }
  }
}

function isLeftOver(record: RecordSeen, address: string): boolean {
  const isAddress = record.type === 'A' || record.type === 'AAAA';
  return isAddress && record.value === address && !record.enabled && isMarked(record);
}

async function deleteOne(
  zones: Zones,
  writer: Pick<ZoneWriter, 'remove'>,
  zone: string,
  { id, rr }: RecordSeen,
  address: string,
): Promise<void> {
  const { date, records } = await zones.recordsOf(zone, rr);
  const now = records.find((record) => record.id === id);
  if (now === undefined || !isLeftOver(now, address)) return;
  await writer.remove(id, await signing(zones, zone, date));
}

/** Where the vendor does not take a date of 13 minutes ago, it is signed as usual. */
async function signing(zones: Zones, zone: string, date: number | undefined): Promise<Signing> {
  const signedAt = date === undefined ? undefined : additionDate(date);
  return signedAt !== undefined && (await zones.accepts(zone, signedAt)) ? { signedAt } : {};
}
