import type { FailoverPolicy } from '../core/failover';
import type { Reading } from '../core/gateway';
import type { Moves } from '../core/publication-model';
import { type CapacityPlan, capacityPlan, estimatedLoad, MOST_TIMES, type RegionalGateway } from '../core/survivors';
import { HOUR, type Instant, MINUTE, type Millis } from '../core/time';
import { CloudError } from '../errors';
import type { Clock, Log, RegionalGateways } from '../ports';
import { errorFields } from './error-fields';
import { reading } from './reading';

/** What is asked for one gateway whose clients are about to move. */
export interface RoomWanted {
  readonly gateway: string;
  /** Regions that are asked: those that answer nobody any more would be waited for in vain. */
  readonly regions: readonly string[];
  readonly moves: Moves;
}

export interface Room {
  /** When everybody had answered. */
  readonly askedAt: Instant;
  readonly leaving: ReadonlyMap<string, CapacityPlan>;
  readonly arriving: ReadonlyMap<string, CapacityPlan>;
}

/** Loads as they were last reported, for a region that does not answer any more. It saves an estimate; nothing rests on it. */
export type RememberedLoads = Map<string, RememberedLoad>;

interface RememberedLoad {
  readonly load: number;
  readonly at: Instant;
  /** What the other regions carried then. */
  readonly beside: ReadonlyMap<string, number>;
}

export interface RoomLook {
  readonly clock: Clock;
  readonly policy: FailoverPolicy;
  readonly regional: RegionalGateways;
  /** Whether anything may be asked of other regions. */
  readonly mayRaise: boolean;
  /** Gateways whose extra CLBs are attached and released by load. */
  readonly balanced: ReadonlySet<string>;
  readonly remembered: RememberedLoads;
  readonly log: Log;
}

export function loadKey(region: string, gateway: string): string {
  return `${region} ${gateway}`;
}

/** What is remembered of a load is good for so long. */
const REMEMBERED: Millis = HOUR;
/** A floor ends by itself, should nobody renew it; it is renewed when half of it is over. */
const FLOOR_LASTS: Millis = HOUR;
const RENEWED_BEFORE: Millis = 30 * MINUTE;

/**
 * Asks every region of a gateway what it carries, and whether what would come has room; where it has not, its function is asked
 * for more replicas, which a later look will see. Regions that clients were led away from keep what they have. Does not throw
 * for a cloud that fails.
 */
export async function roomFor(look: RoomLook, wanted: RoomWanted): Promise<Room> {
  const reports = await reportsOf(look, wanted);
  const askedAt = look.clock.now();
  const known = new Map([...reports].flatMap(([region, seen]) => (seen.ok ? [[region, seen.value] as const] : [])));
  const leaving = new Map<string, CapacityPlan>();
  for (const [region, shares] of wanted.moves.leaving) {
    const others = withoutArrived(look, wanted, region, known);
    leaving.set(region, capacityPlan({ load: loadOf(look, wanted, region, known), shares }, others, look.policy));
  }
  const arriving = new Map<string, CapacityPlan>();
  for (const [region, share] of wanted.moves.arriving) arriving.set(region, arrivalPlan(look, region, share, known));
  if (look.mayRaise) {
    await Promise.all([
      raiseAll(look, wanted, known, [...leaving.values(), ...arriving.values()]),
      ...(look.balanced.has(wanted.gateway) ? [expectAll(look, wanted, known)] : []),
    ]);
  }
  return { askedAt, leaving, arriving };
}

async function reportsOf(
  { clock, log, regional, remembered }: RoomLook,
  { gateway, regions }: RoomWanted,
): Promise<ReadonlyMap<string, Reading<RegionalGateway>>> {
  const reports = await Promise.all(
    regions.map(async (region) => [region, await reading(regional.report(region, gateway))] as const),
  );
  const loads = new Map(
    reports.flatMap(([region, seen]) => (seen.ok && seen.value.load !== undefined ? [[region, seen.value.load]] : [])),
  );
  for (const [region, seen] of reports) {
    if (!seen.ok) log.warn('region-not-asked', { targetRegion: region, gateway, error: seen.problem });
  }
  for (const [region, load] of loads) {
    remembered.set(loadKey(region, gateway), { load, at: clock.now(), beside: loads });
  }
  return new Map(reports);
}

/**
 * The regions as they were before clients of one that does not answer came to them, which are counted with what it carried: where
 * a standby answers beside it already, half of them are there.
 */
function withoutArrived(
  { clock, remembered }: RoomLook,
  { gateway }: RoomWanted,
  from: string,
  known: ReadonlyMap<string, RegionalGateway>,
): ReadonlyMap<string, RegionalGateway> {
  const last = remembered.get(loadKey(from, gateway));
  if (known.has(from) || last === undefined || clock.now() - last.at > REMEMBERED) return known;
  return new Map(
    [...known].map(([region, seen]) => {
      const then = last.beside.get(region) ?? seen.load;
      const load = then === undefined || seen.load === undefined ? seen.load : Math.min(then, seen.load);
      return [region, { ...seen, load }];
    }),
  );
}

/** As it is reported; else as it was, or as the others' suggests. */
function loadOf(
  { clock, remembered }: RoomLook,
  { gateway, moves: { answers } }: RoomWanted,
  region: string,
  known: ReadonlyMap<string, RegionalGateway>,
): number | undefined {
  const reported = known.get(region)?.load;
  const last = remembered.get(loadKey(region, gateway));
  const isYoung = last !== undefined && clock.now() - last.at <= REMEMBERED;
  // What a dead region reports of itself may be nothing, since nobody reaches it any more.
  const all = [reported, isYoung ? last.load : undefined, estimatedLoad(region, answers, known)];
  const loads = all.filter((load) => load !== undefined);
  return loads.length === 0 ? undefined : Math.max(...loads);
}

/** A region that comes back gets its share of what all of them carry. */
function arrivalPlan(
  { policy }: RoomLook,
  region: string,
  share: number,
  known: ReadonlyMap<string, RegionalGateway>,
): CapacityPlan {
  const loads = [...known.values()].flatMap(({ load }) => (load === undefined ? [] : [load]));
  const mine = known.get(region);
  const emptied = mine === undefined ? known : new Map([...known, [region, { ...mine, load: 0 }]]);
  const load = loads.length === 0 ? undefined : loads.reduce((sum, each) => sum + each, 0);
  return capacityPlan({ load, shares: new Map([[region, share]]) }, emptied, policy);
}

async function raiseAll(
  look: RoomLook,
  { gateway, moves: { away } }: RoomWanted,
  known: ReadonlyMap<string, RegionalGateway>,
  plans: readonly CapacityPlan[],
): Promise<void> {
  const floors = new Map<string, number>();
  for (const { floor, region } of plans.flatMap((plan) => plan.floors)) {
    floors.set(region, Math.max(floor, floors.get(region) ?? 0));
  }
  // Nobody comes there, which must not be taken for a reason to scale in.
  for (const region of away) {
    const ready = known.get(region)?.ready ?? 0;
    if (ready > 0 && !floors.has(region)) floors.set(region, ready);
  }
  await Promise.all([...floors].map(([region, floor]) => raise(look, gateway, region, floor, known.get(region))));
}

/** Less than that is no reason to buy anything. */
const LEAST_TIMES = 1.05;

/** Each region that clients are about to come to is told, for its CLBs: the move waits for none of them. */
async function expectAll(
  look: RoomLook,
  wanted: RoomWanted,
  known: ReadonlyMap<string, RegionalGateway>,
): Promise<void> {
  const { clock, log, policy, regional } = look;
  const { gateway } = wanted;
  const times = new Map<string, number>();
  for (const [from, shares] of wanted.moves.leaving) {
    const moved = policy.margin * (loadOf(look, wanted, from, known) ?? 0);
    for (const [region, share] of shares) {
      const load = known.get(region)?.load ?? 0;
      if (load > 0) times.set(region, (times.get(region) ?? 1) + (moved * share) / load);
    }
  }
  const told = [...times].filter(([, each]) => each >= LEAST_TIMES);
  await Promise.all(
    told.map(async ([region, each]) => {
      const reason = 'clients of another region are about to come here';
      try {
        const asked = { times: Math.min(MOST_TIMES, each), reason, lasts: FLOOR_LASTS, at: clock.now() };
        await regional.expect(region, gateway, asked);
        log.info('load-announced', { targetRegion: region, gateway, times: asked.times });
      } catch (error) {
        if (!(error instanceof CloudError)) throw error;
        log.warn('load-not-announced', { targetRegion: region, gateway, ...errorFields(error) });
      }
    }),
  );
}

async function raise(
  { clock, log, regional }: RoomLook,
  gateway: string,
  region: string,
  floor: number,
  seen: RegionalGateway | undefined,
): Promise<void> {
  // A cluster that is frozen takes no floor; it is asked when it is not any more.
  if (seen?.limit?.reason === 'Frozen') return;
  const standing = seen?.protection;
  const isYoung = standing !== undefined && standing.until - clock.now() > RENEWED_BEFORE;
  if (isYoung && standing.floor >= floor) return;
  const asked = {
    floor: Math.max(floor, standing?.floor ?? 0),
    reason: 'clients of another region come here, or are led away from here for now',
    lasts: Math.max(FLOOR_LASTS, (standing?.until ?? 0) - clock.now()),
  };
  try {
    await regional.protect(region, gateway, asked);
    log.info('floor-asked', { targetRegion: region, gateway, floor: asked.floor });
  } catch (error) {
    if (!(error instanceof CloudError)) throw error;
    log.warn('floor-not-asked', { targetRegion: region, gateway, floor: asked.floor, ...errorFields(error) });
  }
}
