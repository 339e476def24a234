import type { Freeze } from '../core/gateway';
import { freezeEnd, freezeInWords } from '../core/standing';
import { FREEZE_RR, freezeIn, freezeRecords, freezeText } from '../core/zone-freeze';
import { CloudError } from '../errors';
import type { Log, RegionalOrders, Zones, ZoneWriter } from '../ports';
import { whenFree } from './busy-zone';
import { addControlRecord } from './control-record';
import { errorFields } from './error-fields';
import type { Waiting } from './time-left';

/** Everything that is written to: zones, and the clusters of regions. */
export interface Everywhere extends Waiting {
  readonly zones: Zones;
  readonly writer: ZoneWriter;
  readonly clusters: RegionalOrders;
  readonly allZones: readonly string[];
  readonly regions: readonly string[];
  readonly log: Log;
}

/** What became of a freeze in one place. */
export interface FreezeReached {
  /** For example `zone example.com` or `cluster of cn-hangzhou`. */
  readonly place: string;
  readonly reached: boolean;
  readonly message: string;
}

/** A freeze or its end in every zone and every cluster, side by side; a place that fails keeps no other one from it. */
export async function orderEverywhere(world: Everywhere, order: FreezeOrder): Promise<readonly FreezeReached[]> {
  const { allZones, regions } = world;
  return Promise.all([
    ...allZones.map((zone) => attempt(world, `zone ${zone}`, () => inZone(world, zone, order))),
    ...regions.map((region) =>
      attempt(world, `cluster of ${region}`, () => world.clusters.order(region, order.command)),
    ),
  ]);
}

export interface FreezeOrder {
  /** `undefined` ends what stands. */
  readonly freeze: Freeze | undefined;
  /** As the functions of the regions get it. */
  readonly command: object;
}

async function attempt({ log }: Everywhere, place: string, work: () => Promise<string>): Promise<FreezeReached> {
  try {
    return { place, reached: true, message: await work() };
  } catch (error) {
    if (!(error instanceof CloudError)) throw error;
    log.error('freeze-not-reached', { place, ...errorFields(error) });
    return { place, reached: false, message: error.message };
  }
}

async function inZone(world: Everywhere, zone: string, { freeze }: FreezeOrder): Promise<string> {
  const { clock, writer, zones } = world;
  const { records } = await zones.recordsOf(zone, FREEZE_RR);
  if (freeze === undefined) {
    const standing = freezeRecords(records);
    for (const { id } of standing) await whenFree(world, () => writer.remove(id));
    return standing.length === 0 ? 'it was not frozen' : 'the freeze is lifted';
  }
  const before = freezeIn(records, clock.now());
  if (before !== undefined && freezeEnd(before) >= freezeEnd(freeze)) return `already ${freezeInWords(before)}`;
  await addControlRecord(world, writer, zone, { rr: FREEZE_RR, value: freezeText(freeze) });
  return freezeInWords(freeze);
}
