import { isMarked } from '../core/record-mark';
import { freezeInWords } from '../core/standing';
import { isAddress, type RecordSeen } from '../core/zone';
import { freezeIn } from '../core/zone-freeze';
import { additionDate } from '../core/zone-lease';
import { CloudError } from '../errors';
import type { Clock, Signing, Zones, ZoneWriter } from '../ports';

/**
 * Deletes the disabled records of ours with an address, of all zones. Nothing is conditional with the vendor, and somebody may
 * have enabled one since: each is read right before, and the request dies within two minutes, wherever it is held up. Throws
 * CloudError, `conflict` for a zone that somebody has frozen.
 */
export async function deleteDisabled(
  { clock, everyZone, zones }: { readonly clock: Clock; readonly everyZone: readonly string[]; readonly zones: Zones },
  writer: Pick<ZoneWriter, 'remove'>,
  address: string,
): Promise<void> {
  for (const zone of everyZone) {
    const { records } = await zones.records(zone);
    const left = records.filter((each) => isLeftOver(each, address));
    const freeze = left.length === 0 ? undefined : freezeIn(records, clock.now());
    if (freeze !== undefined) {
      const message = `${zone} is ${freezeInWords(freeze)}`;
      throw new CloudError(message, { kind: 'conflict', operation: 'alidns.DeleteDomainRecord' });
    }
    for (const record of left) {
      await deleteOne(zones, writer, zone, record, address);
    }
  }
}

function isLeftOver(record: RecordSeen, address: string): boolean {
  return isAddress(record) && record.value === address && !record.enabled && isMarked(record);
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
