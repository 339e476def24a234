/** Whether the other regions carry the load of one that clients leave, and what they must be raised to. Pure. */
import type { FailoverPolicy } from './failover';
import type { Instant } from './time';

/** A gateway is told to reckon with no more than so many times its load: clients of other regions bring no more. */
export const MOST_TIMES = 100;

/** One region's gateway, as its own function reports it. */
export interface RegionalGateway {
  readonly region: string;
  readonly ready: number;
  /** Most replicas that its policy allows. */
  readonly max: number;
  /** What it carries, in replicas that carry exactly their targets; `undefined` when that is not known. */
  readonly load: number | undefined;
  /** The floor that a failover or a person gave it. */
  readonly protection: { readonly floor: number; readonly until: Instant } | undefined;
  /** What keeps it from having more than so many for now. */
  readonly limit?: ReplicasKept | undefined;
}

/** As the function of the region says it. */
export interface ReplicasKept {
  readonly replicas: number;
  readonly reason: string;
  readonly message: string;
}

/** A region that clients leave or come to, and where else they go. */
export interface LoadMove {
  /** In replicas, as above; `undefined` when nobody knows. */
  readonly load: number | undefined;
  /** Which share of it each region gets. */
  readonly shares: ReadonlyMap<string, number>;
}

/** What can be said of a move. */
export interface CapacityPlan {
  /** Share of the moved load that fits now, 0 to 1; 0 when it is not known. */
  readonly fits: number;
  /** Replicas that each receiving region needs, where it has fewer and may have more. */
  readonly floors: readonly { readonly region: string; readonly floor: number }[];
  readonly message: string;
  /** The load that moves, as it is and with its margin; `undefined` when it is not known. */
  readonly moved: { readonly load: number; readonly withMargin: number } | undefined;
  /** The receiving regions one by one. */
  readonly survivors: readonly Survivor[];
}

/** One region that clients come to. */
export interface Survivor {
  readonly region: string;
  /** As it reports itself; `undefined` where it could not be asked. */
  readonly gateway: RegionalGateway | undefined;
  /** What comes to it, with its margin, and the ready replicas that all of it needs; `undefined` when that is not known. */
  readonly more: number | undefined;
  readonly need: number | undefined;
  /** Why it would not get as many; `undefined` where nothing is known to be in the way. */
  readonly kept: ReplicasKept | undefined;
}

/** What people asked for a while, and can end. */
const WISHES: ReadonlySet<string> = new Set(['OverrideHeld', 'OnHold', 'Frozen']);

/** Whether people keep a receiving region from having the room that is needed. */
export function isKeptByPeople({ survivors }: CapacityPlan): boolean {
  return survivors.some(({ kept }) => kept !== undefined && WISHES.has(kept.reason));
}

/** What people can do about it, region by region. A resume at failover-dns would end the drain itself. */
export function howToMakeRoom({ survivors }: CapacityPlan): string {
  const ways = survivors.flatMap(({ kept, need, region }) => {
    switch (kept?.reason) {
      case 'OverrideHeld':
        return [`pin ${need ?? 'as many as it needs'} or more in ${region}, or end that pin at scale-gateway alone`];
      case 'OnHold':
        return [`end that hold at scale-gateway of ${region} alone`];
      case 'Frozen':
        return [`unfreeze the cluster of ${region}`];
      default:
        return [];
    }
  });
  return ways.join('; ');
}

export function capacityPlan(
  move: LoadMove,
  gateways: ReadonlyMap<string, RegionalGateway>,
  { margin, target }: Pick<FailoverPolicy, 'margin' | 'target'>,
): CapacityPlan {
  const { load } = move;
  const receiving = [...move.shares].filter(([, share]) => share > 0);
  const checks = receiving.map(([region, share]) => {
    const gateway = gateways.get(region);
    if (gateway === undefined) return unknown(region, 'it could not be asked');
    if (load === undefined) {
      const kept = keptBelow(gateway, gateway.max);
      const why = `the load that would come is not known${keptText(kept)}`;
      return { ...unknown(region, why, gateway), kept, floor: gateway.max };
    }
    const more = margin * load * share;
    if (gateway.load === undefined) return { ...unknown(region, 'its own load is not known', gateway), more };
    const need = Math.ceil((gateway.load + more) / target - ROUNDING);
    const room = target * gateway.ready - gateway.load;
    const kept = keptBelow(gateway, need);
    return {
      region,
      gateway,
      more,
      need,
      kept,
      fits: more <= 0 ? 1 : Math.max(0, Math.min(1, room / more)),
      floor: Math.min(gateway.max, need),
      message: `${region}: ${figure(gateway.load)} and ${figure(more)} more need ${need} of ${gateway.ready} ready replicas${need > gateway.max ? `, of which ${gateway.max} are allowed` : ''}${keptText(kept)}`,
    };
  });
  return {
    fits: receiving.length === 0 ? 0 : Math.min(...checks.map(({ fits }) => fits)),
    floors: checks.flatMap(({ floor, gateway, region }) =>
      floor !== undefined && floor > (gateway?.ready ?? 0) ? [{ region, floor }] : [],
    ),
    message: receiving.length === 0 ? 'no other region' : checks.map(({ message }) => message).join('; '),
    moved: load === undefined ? undefined : { load, withMargin: margin * load },
    survivors: checks.map(({ gateway, kept, more, need, region }) => ({ region, gateway, more, need, kept })),
  };
}

/** What keeps a gateway below a count that it would need and has not got. */
function keptBelow({ limit, ready }: RegionalGateway, need: number): ReplicasKept | undefined {
  return limit !== undefined && need > ready && need > limit.replicas ? limit : undefined;
}

function keptText(kept: ReplicasKept | undefined): string {
  return kept === undefined ? '' : `, and it is kept at ${kept.replicas}: ${kept.message}`;
}

const ROUNDING = 1e-9;

function unknown(region: string, why: string, gateway?: RegionalGateway) {
  const nothing = { more: undefined, need: undefined, kept: undefined, floor: undefined };
  return { ...nothing, region, gateway, fits: 0, message: `${region}: ${why}` };
}

/** Replicas that carry exactly their targets, to three digits. */
export function figure(replicas: number): string {
  return replicas >= 100 ? String(Math.round(replicas)) : String(Number(replicas.toPrecision(3)));
}

/**
 * The load of a region that cannot be asked, from what the others carry: clients spread over the answers of a name alike.
 *
 * @param answers how many addresses of each region are answered, or their weights
 */
export function estimatedLoad(
  region: string,
  answers: ReadonlyMap<string, number>,
  gateways: ReadonlyMap<string, RegionalGateway>,
): number | undefined {
  const mine = answers.get(region) ?? 0;
  let known = 0;
  let others = 0;
  for (const [other, count] of answers) {
    const load = gateways.get(other)?.load;
    if (other === region || load === undefined) continue;
    known += load;
    others += count;
  }
  return others === 0 ? undefined : (known * mine) / others;
}
