import { finishAdding } from './finish-adding';
import { withdrawAll } from './publish-withdraw';
import { isToChange, type Work, type ZoneWork } from './publish-work';
import { addAll, addRest, collect, isToWrite, rescueAll } from './publish-zone';
import { type LineVerification, verifyLines } from './verify-lines';
import type { Asking } from './verify-zone';
import { isElsewhere } from './zone-delegation';
import { freezeOn } from './zone-freeze';

/**
 * Additions first, then removals under each zone's lease, then what the name servers say, each over all zones before the
 * next: what waits in one zone keeps no other one from what is more urgent.
 */
export async function carryZones(
  asking: Asking,
  zones: readonly ZoneWork[],
  observedAt: number,
): Promise<ReadonlyMap<Work, readonly LineVerification[]>> {
  const open = await served(zones);
  for (const zone of open) await addAll(zone);
  await withdrawAll(asking, open, observedAt);
  for (const zone of open) if (!(await isStopped(zone))) await addRest(zone);
  for (const zone of open) await collect(zone);
  return verifyLines(asking, open);
}

/**
 * Zones that are written to, after their rescues. These wait for no answer as to whom clients are sent to: where it has not come,
 * what was known before counts, and only a zone that was elsewhere waits for it, after all others.
 */
async function served(zones: readonly ZoneWork[]): Promise<readonly ZoneWork[]> {
  const first = zones.filter(({ run }) => !isElsewhere(run.delegation));
  const open = await rescued(first);
  for (const { run } of zones) await run.delegation.answered();
  const late = zones.filter((zone) => !first.includes(zone) && !isElsewhere(zone.run.delegation));
  return [...open, ...(await rescued(late))].filter(({ run }) => !isElsewhere(run.delegation));
}

async function rescued(zones: readonly ZoneWork[]): Promise<readonly ZoneWork[]> {
  const open: ZoneWork[] = [];
  for (const zone of zones) await finishAdding(zone);
  for (const zone of zones) if (!(await isStopped(zone))) open.push(zone);
  for (const zone of open) await rescueAll(zone);
  return open;
}

/** Asked for only where something is to be written. */
async function isStopped(zone: ZoneWork): Promise<boolean> {
  const { run, works, world } = zone;
  const stopped = isToWrite(zone) ? await freezeOn(run.look, run.zone, world.seen) : undefined;
  if (stopped === undefined) return false;
  for (const { failures, plan } of works) if (isToChange(plan)) failures.push(stopped);
  return true;
}
