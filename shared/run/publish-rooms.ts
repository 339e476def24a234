import { mergedMoves } from '../core/moves';
import { type Moves, type NamePlan, type NameToPublish, NO_MOVES } from '../core/publication-model';
import { concerns, steersOf } from '../core/steer';
import { MINUTE, type Millis } from '../core/time';
import { freezeIn } from '../core/zone-freeze';
import type { PublishingLook } from './publish-run';
import { planAll, watchedIn, type ZoneWorld } from './publish-work';
import { loadKey, type Room, type RoomWanted, roomFor } from './regional-room';

/**
 * What the regions of each gateway say of the load that would come to them, where clients are about to leave a region or to
 * come back to it, or were led away from one. Most looks ask nobody.
 */
export async function roomsFor(look: PublishingLook, worlds: readonly ZoneWorld[]): Promise<ReadonlyMap<string, Room>> {
  const { failover } = look;
  if (failover === undefined) return new Map();
  const wanted = roomsWanted(look, worlds);
  const mayRaise = look.writer !== undefined && look.maintenance === undefined;
  const rooms = wanted.map(async (each) => {
    const { isAuto, ...room } = each;
    const asked = { ...look, ...failover, mayRaise: mayRaise && isAuto, remembered: failover.loads };
    return [each.gateway, await roomFor(asked, room)] as const;
  });
  return new Map(await Promise.all(rooms));
}

interface Wanted extends RoomWanted {
  /** Whether a name of the gateway may be changed at all now. */
  readonly isAuto: boolean;
}

function roomsWanted(look: PublishingLook, worlds: readonly ZoneWorld[]): readonly Wanted[] {
  const plans = worlds.flatMap((world) => planAll(look, world, world.seen.records).map((plan) => ({ plan, world })));
  const gateways = [...new Set(plans.map(({ plan }) => plan.name.gateway))];
  return gateways.flatMap((gateway) => {
    const mine = plans.filter(({ plan }) => plan.name.gateway === gateway);
    const moves = mergedMoves(mine.flatMap(({ plan }) => plan.lines.map((line) => line.moves)));
    if (!isMoving(moves)) return [];
    const down = new Set(mine.flatMap(({ plan, world }) => regionsDown(look, world, plan.name)));
    const all = mine.flatMap(({ plan }) => plan.name.lines.flatMap(({ regions }) => regions));
    const regions = [...new Set(all)].filter((region) => !down.has(region));
    const isAuto = mine.some(
      ({ plan, world }) => mayLead(look, world, plan) && freezeIn(world.seen.records, look.clock.now()) === undefined,
    );
    return [{ gateway, regions, moves, isAuto }];
  });
}

/** Whether clients may be led: by us, or since a person wants it, who needs no second word for that. */
function mayLead({ clock }: PublishingLook, { seen }: ZoneWorld, { name }: NamePlan): boolean {
  if (name.publish === 'auto') return true;
  const { steers } = steersOf(seen.records, clock.now());
  return name.publish === 'propose' && steers.some((steer) => concerns(steer, name));
}

function isMoving({ arriving, away, leaving }: Moves): boolean {
  return leaving.size + arriving.size + away.length > 0;
}

/** Regions of which the vantage points say that no address answers: who asks them would wait in vain. */
function regionsDown({ failover }: PublishingLook, world: ZoneWorld, name: NameToPublish): readonly string[] {
  const addresses = watchedIn(world, { of: [name] });
  const judged = failover?.watch?.judgements(addresses);
  if (judged === undefined) return [];
  const regions = [...new Set(addresses.map(({ region }) => region))];
  return regions.filter((region) =>
    addresses.every((each) => each.region !== region || judged.get(each.address)?.state === 'down'),
  );
}

/** Loads are asked for while all is well, so that it is known what a region carried when it cannot be asked any more. */
export async function refreshLoads(look: PublishingLook): Promise<void> {
  const { clock, failover, names } = look;
  if (failover === undefined) return;
  const { balanced, loads, policy, regional } = failover;
  for (const gateway of new Set(names.map((name) => name.gateway))) {
    const mine = names.filter((name) => name.gateway === gateway);
    const regions = [...new Set(mine.flatMap((name) => name.lines.flatMap((line) => line.regions)))];
    const isOld = (region: string): boolean => clock.now() - (loads.get(loadKey(region, gateway))?.at ?? 0) > REFRESHED;
    const old = regions.length > 1 ? regions.filter(isOld) : [];
    const room = { gateway, regions: old, moves: NO_MOVES };
    if (old.length > 0)
      await roomFor({ clock, balanced, policy, regional, log: look.log, mayRaise: false, remembered: loads }, room);
  }
}

const REFRESHED: Millis = 10 * MINUTE;
