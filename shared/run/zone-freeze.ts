import type { Hold } from '../core/publication-model';
import { freezeInWords } from '../core/standing';
import { FREEZE_RR, freezeIn } from '../core/zone-freeze';
import type { Clock, Zones } from '../ports';
import type { ZoneSeen } from './read-zone';
import { reading } from './reading';

type Read = Pick<ZoneSeen, 'records' | 'whole'>;

/** Why nothing may be written in a zone: a person has frozen it, or that cannot be read. Asked for unless it was read whole. */
export async function freezeOn(
  { clock, zones }: { readonly clock: Clock; readonly zones: Zones },
  zone: string,
  read?: Read,
): Promise<Hold | undefined> {
  const records = read?.whole === true ? read.records : undefined;
  const frozen = await reading(records === undefined ? recordsOfFreeze(zones, zone) : Promise.resolve(records));
  if (!frozen.ok) {
    const message = `whether the zone is frozen could not be read: ${frozen.problem}`;
    return { reason: 'ReadFailed', message, needsPerson: frozen.needsPerson ?? false };
  }
  const freeze = freezeIn(frozen.value, clock.now());
  if (freeze === undefined) return undefined;
  return { reason: 'Frozen', message: `${zone} is ${freezeInWords(freeze)}`, needsPerson: false };
}

async function recordsOfFreeze(zones: Zones, zone: string) {
  return (await zones.recordsOf(zone, FREEZE_RR)).records;
}
