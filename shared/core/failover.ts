/** Which regions answer on a line: by health, by what people ask for, and by how long they were away. Pure. */
import type { Judgement } from './judgement';
import type { FrontClb, NameToPublish } from './publication-model';
import { readMark } from './record-mark';
import type { CapacityPlan } from './survivors';
import { type Instant, isoTime, type Millis } from './time';
import type { RecordSeen } from './zone';

/** How regions are moved away from and back. */
export interface FailoverPolicy {
  /** Share of what its ready replicas should carry that a region may carry after a move. */
  readonly target: number;
  /** What moved load is counted as: it comes with retries and new connections. */
  readonly margin: number;
  /** How long a move waits for other regions to be raised. */
  readonly deadline: Millis;
  readonly atDeadline: 'all' | 'share';
  /** How long an address must be healthy before it is answered again. */
  readonly recovery: Millis;
  /** Regions that may be out at a time without a person. */
  readonly regionsOut: number;
  /** What went down so many times within `latchWindow` stays out until a person says so. */
  readonly latchAfter: number;
  readonly latchWindow: Millis;
  /** Least time between two steps of weight on the way back. */
  readonly rampStep: Millis;
}

/** What a person asks for a region: to lead nobody there (`drain`), or nobody elsewhere (`pin`). */
export interface Steer {
  readonly verb: 'drain' | 'pin';
  readonly region: string;
  readonly owner: string;
  readonly reason: string;
  readonly since: Instant;
  readonly until: Instant;
}

/** What is known beyond the zone and the CLBs of the name. */
export interface FailoverView {
  readonly policy: FailoverPolicy;
  /** By address; `undefined` where no vantage points are configured. */
  readonly votes: ReadonlyMap<string, Judgement> | undefined;
  /**
   * Names of CloudMonitor's alarms of the gateway that ring, by region. They keep clients from being led back, and take no answer
   * away: they may ring for load, and come minutes after what clients see.
   */
  readonly ringing: ReadonlyMap<string, string>;
  /** Those of this name that stand. */
  readonly steers: readonly Steer[];
  /** Whether the others carry the load of a region that clients leave; a region that nobody asked about is missing. */
  readonly leaving: ReadonlyMap<string, CapacityPlan>;
  /** Whether a region carries the load that would come to it. */
  readonly arriving: ReadonlyMap<string, CapacityPlan>;
}

/** Where a region stands on a line, apart from health. */
export type RegionStanding = { readonly is: 'in' } | { readonly is: 'drained' | 'not-pinned'; readonly steer: Steer };

/** For example `cn-hangzhou is drained until 2026-11-28T20:00:00Z by li.wei: power works`. */
export function steerWords({ owner, reason, region, until, verb }: Steer, of?: string): string {
  const what = verb === 'drain' ? `${region} is drained` : `clients are pinned to ${region}`;
  return `${what}${of === undefined ? '' : ` for ${of}`} until ${isoTime(until)} by ${owner}: ${reason}`;
}

/** Why an address that is healthy again is not answered yet. */
export type Waiting =
  | { readonly for: 'recovery'; readonly until: Instant | undefined; readonly wasDown: boolean }
  | { readonly for: 'alarm'; readonly ringing: string }
  | { readonly for: 'person' };

export interface Choice {
  /** Healthy addresses that should be answered. */
  readonly wanted: readonly FrontClb[];
  /** Nothing better is left than what should rest. */
  readonly isRescue: boolean;
  readonly standing: ReadonlyMap<string, RegionStanding>;
}

export interface LineToChoose {
  readonly at: Instant;
  readonly mode: NameToPublish['mode'];
  /** In order of preference. */
  readonly regions: readonly string[];
  /** CLBs of these regions that serve. */
  readonly serving: readonly FrontClb[];
  readonly records: readonly RecordSeen[];
  /** Regions of answers of ours that may be well, and nobody can tell; `undefined` for one that is not known either. */
  readonly doubted: readonly (string | undefined)[];
  readonly failover: FailoverView | undefined;
}

/**
 * Healthy addresses of regions that are neither drained nor away; where there is none, of those that are away or drained
 * all the same: a sick answer is never left alone while a healthy one exists. In active-standby only the first region's.
 */
export function chooseAnswers(line: LineToChoose): Choice {
  const { failover, mode, regions, serving } = line;
  const standing = new Map(regions.map((region) => [region, standingOf(region, failover?.steers ?? [])]));
  const healthy = serving.filter(({ health }) => health.state === 'well');
  const allowed = healthy.filter(({ region }) => standing.get(region)?.is === 'in');
  const present = allowed.filter((clb) => waitingOf(clb, line) === undefined);
  const best = [present, allowed, healthy].find((clbs) => clbs.length > 0) ?? [];
  const wanted = mode === 'active-standby' ? firstOf(best, line, standing) : best;
  return { wanted, isRescue: best.length > 0 && best !== present && present.length === 0, standing };
}

/**
 * The first region that is well. A region does not begin to answer beside one of which it is only not known how it is: no data is
 * not a failure.
 */
function firstOf(
  best: readonly FrontClb[],
  { doubted, records, regions }: LineToChoose,
  standing: Choice['standing'],
): readonly FrontClb[] {
  const isAnswered = ({ address }: FrontClb): boolean =>
    records.some(({ enabled, value }) => enabled && value === address);
  const first = regions.find((region) => best.some((clb) => clb.region === region));
  const mayBeWell = doubted.some((region) => region === undefined || standing.get(region)?.is === 'in');
  return mayBeWell && !best.some(isAnswered) ? [] : best.filter(({ region }) => region === first);
}

function standingOf(region: string, steers: readonly Steer[]): RegionStanding {
  const drain = steers.find((steer) => steer.verb === 'drain' && steer.region === region);
  if (drain !== undefined) return { is: 'drained', steer: drain };
  const pins = steers.filter(({ verb }) => verb === 'pin');
  const [pin] = pins;
  return pin === undefined || pins.some((each) => each.region === region)
    ? { is: 'in' }
    : { is: 'not-pinned', steer: pin };
}

/**
 * Why an address that was taken out is not to come back yet; `undefined` when nothing is in its way. Without vantage points nobody
 * has seen since when it is well: it stays out as long from when it was taken out, so that one that comes and goes is not followed.
 */
export function waitingOf(
  { address, origin, region }: Pick<FrontClb, 'address' | 'origin' | 'region'>,
  { at, failover, records }: Pick<LineToChoose, 'at' | 'failover' | 'records'>,
): Waiting | undefined {
  const record = records.find(({ value }) => value === address);
  if (record === undefined || record.enabled || failover === undefined) return undefined;
  const { latchAfter, recovery } = failover.policy;
  const absence = failover.votes === undefined ? undefined : readMark(record.remark).absence;
  if (absence !== undefined && absence.state !== 'back' && absence.times >= latchAfter) return { for: 'person' };
  if (absence?.state === 'down') return { for: 'recovery', until: undefined, wasDown: true };
  const since = absence?.state === 'up' ? absence.since : disabledAt(record, origin);
  const until = since + recovery;
  if (at < until) return { for: 'recovery', until, wasDown: absence !== undefined };
  // Those of extra CLBs come and go with their stages.
  const ringing = origin === 'own' || absence !== undefined ? failover.ringing.get(region) : undefined;
  return ringing === undefined ? undefined : { for: 'alarm', ringing };
}

/** Nobody but a failover disables the records of own CLBs; those of extra ones come and go with their stages. */
function disabledAt({ updatedAt = 0 }: RecordSeen, origin: FrontClb['origin']): Instant {
  return origin === 'own' ? updatedAt : 0;
}
