/** Whether clients may leave a whole region now: never the last, not too many at a time, and not before there is room. Pure. */

import { isShared } from './move-deadline';
import type { Hold, Removal } from './publication-model';
import type { Line } from './publication-view';
import { FULL_WEIGHT } from './publication-weights';
import { readMark } from './record-mark';
import { type CapacityPlan, howToMakeRoom, isKeptByPeople } from './survivors';
import { type Instant, isoTime } from './time';

/** A region whose every answer of the line is to go, and why. */
export interface LeavingRegion {
  readonly region: string;
  readonly cause: 'RegionUnhealthy' | 'RegionDrained' | 'RegionStandby';
  readonly removals: readonly Removal[];
}

export interface MovedRegions {
  readonly steps: readonly Removal[];
  readonly holds: readonly Hold[];
  /** Shares of each region's load by the regions that get it. */
  readonly leaving: ReadonlyMap<string, ReadonlyMap<string, number>>;
  /** Regions that clients would leave if there were room for them elsewhere. */
  readonly waiting: ReadonlySet<string>;
}

export const NOTHING_MOVES: MovedRegions = { steps: [], holds: [], leaving: new Map(), waiting: new Set() };

/**
 * Regions of which nothing is to be answered any more: by the votes on all of their addresses, by a person, or since a region
 * before them is well again.
 */
export function leavingRegions(line: Line, leaving: readonly Removal[]): readonly LeavingRegion[] {
  const regions = new Set(leaving.flatMap(({ clb }) => (clb === undefined ? [] : [clb.region])));
  return [...regions].flatMap((region) => {
    const removals = leaving.filter(({ clb }) => clb?.region === region);
    const cause = causeOf(line, region, removals);
    return cause === undefined ? [] : [{ region, cause, removals }];
  });
}

function causeOf(line: Line, region: string, removals: readonly Removal[]): LeavingRegion['cause'] | undefined {
  const answers = line.here.filter(({ clb, record }) => record.enabled && clb?.region === region);
  if (answers.length !== removals.length) return undefined;
  if (removals.some(({ reason }) => reason === 'RegionDrained')) return 'RegionDrained';
  if (removals.every(({ reason }) => reason === 'RegionStandby')) return 'RegionStandby';
  const votes = line.snapshot.failover?.votes;
  const serving = line.serving.filter((clb) => clb.region === region);
  const isDown = serving.length > 0 && serving.every(({ address }) => votes?.get(address)?.state === 'down');
  return isDown && removals.every(({ reason }) => reason === 'AddressUnhealthy') ? 'RegionUnhealthy' : undefined;
}

export function moveRegions(line: Line, regions: readonly LeavingRegion[]): MovedRegions {
  const steps: Removal[] = [];
  const holds: Hold[] = [];
  const leaving = new Map<string, ReadonlyMap<string, number>>();
  const waiting = new Set<string>();
  for (const each of regions) {
    const shares = sharesWithout(line, each.region);
    if (shares.size > 0) leaving.set(each.region, shares);
    const moved = moveOne(line, each, shares);
    if (Array.isArray(moved)) {
      steps.push(...moved);
      continue;
    }
    holds.push(moved);
    // Where nobody was asked, since the votes have changed meanwhile, the next look asks: there is nothing to write down yet.
    const isAsked = line.snapshot.failover?.leaving.has(each.region) === true;
    if (moved.reason === 'SurvivorsNotReady' && isAsked) waiting.add(each.region);
  }
  return { steps, holds, leaving, waiting };
}

/** By region, the share of the clients that its addresses get when a region leaves. */
function sharesWithout({ wanted }: Line, region: string): ReadonlyMap<string, number> {
  const others = wanted.filter((clb) => clb.region !== region);
  const shares = new Map<string, number>();
  for (const clb of others) shares.set(clb.region, (shares.get(clb.region) ?? 0) + 1 / others.length);
  return shares;
}

function moveOne(line: Line, leaving: LeavingRegion, shares: ReadonlyMap<string, number>): Removal[] | Hold {
  const { at, failover } = line.snapshot;
  const { cause, region } = leaving;
  const steps = leaving.removals.map(
    (removal): Removal => ({ ...removal, ...votedUntil(line, removal), reason: cause }),
  );
  if (shares.size === 0) {
    const message = `${region} stays: no other region of line ${line.line} is healthy`;
    return { reason: 'NothingHealthy', message, needsPerson: true };
  }
  if (failover === undefined) return steps;
  const tooMany = cause === 'RegionUnhealthy' ? tooManyOut(line, region, failover.policy.regionsOut) : undefined;
  if (tooMany !== undefined) return tooMany;
  const plan = failover.leaving.get(region);
  if (plan !== undefined && plan.fits >= 1) return steps;
  if (line.snapshot.name.publish === 'propose' && cause !== 'RegionDrained') return forPerson(steps, plan);
  if (cause === 'RegionDrained' && plan !== undefined && isKeptByPeople(plan) && !isShared(line)) {
    return survivorsHeld(region, plan);
  }
  const since = waitingSince(line, leaving);
  const deadline = since === undefined || cause === 'RegionStandby' ? undefined : since + failover.policy.deadline;
  if (deadline !== undefined && at >= deadline) return atDeadline(line, leaving, steps, plan);
  return notReady(line, region, plan, deadline);
}

/** A person decides whether it is worth to wait, and reads what for. */
function forPerson(steps: readonly Removal[], plan: CapacityPlan | undefined): Removal[] {
  const room = plan?.message ?? 'nobody was asked';
  return steps.map((step) => ({ ...step, because: `${step.because}; whether the others carry it: ${room}` }));
}

/** The most recent verdicts count for so long: that it is sick, and that another one is not. */
function votedUntil({ snapshot, wanted }: Line, { clb }: Removal): { readonly until?: Instant } {
  const votes = snapshot.failover?.votes;
  const mine = clb === undefined ? undefined : votes?.get(clb.address);
  if (votes === undefined || mine?.state !== 'down') return {};
  // What stays must be known to answer, and not only be said to by its region.
  const others = wanted.flatMap(({ address }) => {
    const other = votes.get(address);
    return other?.state === 'up' ? [other.until] : [];
  });
  return { until: Math.min(mine.until, Math.max(...others)) };
}

function tooManyOut(line: Line, region: string, most: number): Hold | undefined {
  const others = new Set(line.serving.map((clb) => clb.region).filter((each) => each !== region));
  const out = [...others].filter((each) => isOut(line, each) && carried(line, each, region));
  if (out.length < most) return undefined;
  const message = `${region} stays, although it is sick: ${out.join(', ')} ${out.length === 1 ? 'is' : 'are'} out already`;
  return { reason: 'TooManyRegionsOut', message, needsPerson: true };
}

/** Of active-standby only the regions before one have carried its clients: a standby that is sick is no region that was lost. */
function carried({ choice, snapshot }: Line, other: string, region: string): boolean {
  if (snapshot.name.mode === 'active-active') return true;
  const order = [...choice.standing.keys()];
  return order.indexOf(other) < order.indexOf(region);
}

/** Whether vantage points took every address of a region out. */
function isOut({ here }: Line, region: string): boolean {
  const mine = here.filter(({ clb }) => clb?.region === region);
  const away = mine.filter(({ record }) => !record.enabled && isAbsent(record.remark));
  return away.length > 0 && mine.every(({ record }) => !record.enabled);
}

function isAbsent(remark: string): boolean {
  const { absence } = readMark(remark);
  return absence !== undefined && absence.state !== 'back';
}

/** Whether clients were led away from a region, by vantage points or by people. */
export function isAway(line: Line, region: string): boolean {
  const mine = line.here.filter(({ clb }) => clb?.region === region);
  const isSteered = (line.choice.standing.get(region)?.is ?? 'in') !== 'in';
  return isOut(line, region) || (isSteered && mine.length > 0 && mine.every(({ record }) => !record.enabled));
}

/** Since when a move has waited for others: it is written on the records themselves, or on the person's own. */
function waitingSince({ choice }: Line, { cause, region, removals }: LeavingRegion): Instant | undefined {
  if (cause === 'RegionDrained') {
    const standing = choice.standing.get(region);
    return standing === undefined || standing.is === 'in' ? undefined : standing.steer.since;
  }
  const noted = removals.flatMap(({ record }) => {
    const { absence } = readMark(record.remark);
    return absence?.state === 'down' ? [absence.since] : [];
  });
  return noted.length === 0 ? undefined : Math.min(...noted);
}

function notReady(line: Line, region: string, plan: CapacityPlan | undefined, deadline: Instant | undefined): Hold {
  const then = isShared(line) ? 'as many as fit go' : 'all of them go all the same';
  const until = deadline === undefined ? '' : `, and at ${isoTime(deadline)} ${then}`;
  const because = plan?.message ?? 'they have not been asked';
  const message = `clients stay in ${region} until the others can carry them${until}: ${because}`;
  // What cannot be raised any more, or is kept from it, does not become ready by waiting.
  const isStuck =
    plan !== undefined && (plan.floors.length === 0 || plan.survivors.some(({ kept }) => kept !== undefined));
  return { reason: 'SurvivorsNotReady', message, needsPerson: isStuck };
}

/** A drain can wait, since the region lives: between two wishes of people's no deadline decides. */
function survivorsHeld(region: string, plan: CapacityPlan): Hold {
  const message = `clients stay in ${region}, also when the deadline is over, while people keep the others too small: ${plan.message}; to go on, ${howToMakeRoom(plan)}`;
  return { reason: 'SurvivorsHeld', message, needsPerson: true };
}

/** All of it, or as much as fits where the name has weights. */
function atDeadline(
  line: Line,
  leaving: LeavingRegion,
  steps: Removal[],
  plan: CapacityPlan | undefined,
): Removal[] | Hold {
  if (!isShared(line)) return overloading(steps, plan);
  const lighter = lighten(line, leaving, plan?.fits ?? 0);
  return lighter.length > 0 ? lighter : notReady(line, leaving.region, plan, undefined);
}

/** That there is no room is said with the move. */
function overloading(steps: readonly Removal[], plan: CapacityPlan | undefined): Removal[] {
  const room = plan?.message ?? 'nobody was asked';
  return steps.map((step) => ({
    ...step,
    because: `${step.because}; the deadline is over, with too little room: ${room}`,
  }));
}

/** Weights at which the region keeps only what does not fit elsewhere. */
function lighten({ here }: Line, { cause, region, removals }: LeavingRegion, fits: number): Removal[] {
  const answers = here.filter(({ record }) => record.enabled);
  const weightOf = (isMine: boolean): number =>
    answers
      .filter(({ clb }) => (clb?.region === region) === isMine)
      .reduce((sum, { record }) => sum + (record.weight ?? FULL_WEIGHT), 0);
  const mine = weightOf(true);
  const others = weightOf(false);
  const keeps = ((1 - fits) * mine) / (mine + others);
  const wanted = (others * keeps) / (1 - keeps);
  return removals.flatMap((removal): Removal[] => {
    const now = removal.record.weight;
    const weight = Math.max(1, Math.round(((now ?? 0) * wanted) / mine));
    return now === undefined || weight >= now ? [] : [{ ...removal, do: 'lighten', weight, reason: cause }];
  });
}
