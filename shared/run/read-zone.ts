import type { Reading, Unread } from '../core/gateway';
import type { NameToPublish } from '../core/publication-model';
import { STEER_RR } from '../core/steer';
import { HOUR, type Instant, type Millis, SECOND } from '../core/time';
import type { NameServer, RecordSeen, RecordSet, ZoneInfo } from '../core/zone';
import { FREEZE_RR } from '../core/zone-freeze';
import { type FenceSeen, SIGNATURE_LIFE } from '../core/zone-lease';
import { CloudError } from '../errors';
import type { Zones } from '../ports';
import { errorFields } from './error-fields';
import type { Fence, PublishingLook } from './publish-run';
import { reading } from './reading';
import type { VendorClock } from './vendor-clock';

/** What one look saw of a zone. */
export interface ZoneSeen {
  readonly records: readonly RecordSeen[];
  /** Whether these are all records of the zone, and not only those of its names. */
  readonly whole: boolean;
  readonly info: Reading<ZoneInfo>;
  readonly fence: Fence;
}

/** A zone that could not be read. */
export interface UnreadZone extends Unread {
  /** Whether it is worth another try soon. */
  readonly retryable: boolean;
}

type ZoneReading<T> = { readonly ok: true; readonly value: T } | UnreadZone;

/** Records on a page of the list of a zone's records. */
const PAGE = 500;
/** Edition, name servers and size of a zone hardly ever change. */
const INFO_LASTS: Millis = HOUR;

/** One call for a zone of up to 500 records. An instance's first look also asks what zone it is, and measures the fence. */
export async function observeZone(
  look: PublishingLook,
  vendor: VendorClock,
  zone: string,
  names: readonly NameToPublish[],
): Promise<ZoneReading<ZoneSeen>> {
  const records = await readRecords(look, vendor, zone, names);
  if (!records.ok) {
    look.log.error('read-failed', { zone, error: records.problem });
    return records;
  }
  return {
    ok: true,
    value: { ...records.value, info: await infoOf(look, zone), fence: await fenceOf(look, vendor, zone) },
  };
}

type Sources = Pick<PublishingLook, 'clock' | 'failover' | 'memory' | 'zones'>;

/** The names' records: one by one where the zone is known to have more pages than names. */
export async function readRecords(
  { clock, failover, memory, zones }: Sources,
  vendor: VendorClock,
  zone: string,
  names: readonly NameToPublish[],
): Promise<ZoneReading<Pick<ZoneSeen, 'records' | 'whole'>>> {
  // What people ask for is read with the names.
  const rrs = [...new Set([...names.map(({ rr }) => rr), ...(failover === undefined ? [] : [STEER_RR, FREEZE_RR])])];
  const oneByOne = rrs.length === 1 || (await pagesOf({ clock, memory, zones }, zone)) > rrs.length;
  const reads = oneByOne ? rrs.map((rr) => zones.recordsOf(zone, rr)) : [zones.records(zone)];
  const records: RecordSeen[] = [];
  for (const set of await Promise.all(reads.map(zoneReading))) {
    if (!set.ok) return set;
    vendor.note(set.value.date);
    records.push(...set.value.records);
  }
  return { ok: true, value: { records, whole: !oneByOne } };
}

/** How many the list of its records has; one while that is not known. It is asked for before pages are read that nobody needs. */
async function pagesOf({ clock, memory, zones }: Omit<Sources, 'failover'>, zone: string): Promise<number> {
  const known = memory.get(zone)?.size;
  if (known !== undefined && clock.now() - known.at < INFO_LASTS) return Math.ceil(known.value / PAGE);
  const size = await reading(zones.size(zone));
  if (!size.ok) return 1;
  memory.set(zone, { ...memory.get(zone), size: { value: size.value, at: clock.now() } });
  return Math.ceil(size.value / PAGE);
}

/** A zone that is not in the account does not come there by waiting. */
async function zoneReading(work: Promise<RecordSet>): Promise<ZoneReading<RecordSet>> {
  try {
    return { ok: true, value: await work };
  } catch (error) {
    if (!(error instanceof CloudError)) throw error;
    const { kind, message, needsPerson, retryable } = error;
    return { ok: false, problem: message, needsPerson: needsPerson || kind === 'not-found', retryable };
  }
}

async function infoOf({ clock, log, memory, zones }: PublishingLook, zone: string): Promise<Reading<ZoneInfo>> {
  const known = memory.get(zone);
  if (known?.info !== undefined && clock.now() - known.info.at < INFO_LASTS)
    return { ok: true, value: known.info.value };
  const info = await reading(zones.info(zone));
  if (info.ok) memory.set(zone, { ...memory.get(zone), info: { value: info.value, at: clock.now() } });
  else log.warn('read-failed', { zone, error: info.problem });
  return info;
}

/** Five seconds more than the vendor's limit must be refused, and ten less must not. */
const TOO_OLD: Millis = SIGNATURE_LIFE + 5 * SECOND;
const YOUNG_ENOUGH: Millis = SIGNATURE_LIFE - 10 * SECOND;

/** What the vendor makes of two harmless reads, one signed a little too long ago and one not quite. Throws CloudError. */
export async function measureFence(
  zones: Pick<Zones, 'accepts'>,
  zone: string,
  vendorNow: Instant,
): Promise<FenceSeen> {
  const takesOld = await zones.accepts(zone, vendorNow - TOO_OLD);
  return { takesOld, takesYoung: await zones.accepts(zone, vendorNow - YOUNG_ENOUGH) };
}

/** Measured once for each instance and zone, with two reads; what could not be measured is not proven. */
async function fenceOf({ log, memory, zones }: PublishingLook, vendor: VendorClock, zone: string): Promise<Fence> {
  const known = memory.get(zone)?.fence;
  const now: Instant | undefined = vendor.now();
  if (known !== undefined || now === undefined) return known ?? 'unproven';
  try {
    const { takesOld, takesYoung } = await measureFence(zones, zone, now);
    const fence: Fence = !takesOld && takesYoung ? 'proven' : 'unproven';
    memory.set(zone, { ...memory.get(zone), fence });
    log.info('fence', { zone, fence, takesOld, takesYoung });
    return fence;
  } catch (error) {
    if (!(error instanceof CloudError)) throw error;
    log.warn('fence-not-measured', { zone, ...errorFields(error) });
    return 'unproven';
  }
}

/** Where the zone's own name servers are; none when that cannot be found out, so that nothing is verified. */
export async function serversOf(
  { log, nameServers }: Pick<PublishingLook, 'log' | 'nameServers'>,
  info: Reading<ZoneInfo>,
): Promise<readonly NameServer[]> {
  if (!info.ok) return [];
  const servers = await reading(nameServers(info.value.nameServers));
  if (servers.ok) return servers.value;
  log.warn('name-servers-not-found', { zone: info.value.zone, error: servers.problem });
  return [];
}
