import { DAY, HOUR, type Instant, MINUTE, type Millis, SECOND } from '../../shared/core/time';

/**
 * How well a way of scaling did over a stretch of demand. The fewest replicas that serve all of the demand are
 * `d = max(min, ceil(demand / capacity))`, the ready ones are `s`.
 *
 * θ and τ (over time) and υ (on a grid of one minute) after Herbst et al. (BUNGEE) and Ilyushkin et al. (ICPE'17,
 * doi 10.1145/3030207.3030214). The latter's code divides θ_O by s; here both θ are divided by d.
 */
export interface Score {
  /** Requests. */
  readonly offered: number;
  /** Requests above what the ready replicas serve. */
  readonly lost: number;
  /** Ready replicas × hours. */
  readonly replicaHours: number;
  /** Replicas × hours of all that exist, those that are starting included: what is paid for. */
  readonly chargedHours: number;
  /** d × hours. */
  readonly idealHours: number;
  readonly hours: number;
  /** Changes of the count that is asked for. */
  readonly changes: number;
  /** Changes in the other direction than the one before. */
  readonly reversals: number;
  /** θ_U, percent: mean of max(d − s, 0) / d. */
  readonly under: number;
  /** θ_O, percent: mean of max(s − d, 0) / d. */
  readonly over: number;
  /** τ_U, percent of the time with s < d. */
  readonly timeUnder: number;
  /** τ_O, percent of the time with s > d. */
  readonly timeOver: number;
  /** υ, percent of the minutes in which s and d moved differently: mean of min(1, |sgn Δs − sgn Δd|). */
  readonly instability: number;
}

/** What is needed to score: the unit of demand is the caller's. */
export interface ScoredGateway {
  readonly min: number;
  /** Demand that one ready replica serves; more is lost. */
  readonly capacity: number;
  /** Requests per second of one unit of demand. */
  readonly requestsPerDemand: number;
}

/** One slice of time, in which nothing changes. */
export interface Slice {
  /** Start. The minute grid counts the slices that start at whole minutes since the first one. */
  readonly at: Instant;
  readonly length: Millis;
  readonly demand: number;
  /** The count that is asked for. */
  readonly replicas: number;
  readonly existing: number;
  readonly ready: number;
}

export interface Scorekeeper {
  /** Slices follow one another without a gap. */
  note(slice: Slice): void;
  score(): Score;
}

interface GridPoint {
  readonly needed: number;
  readonly ready: number;
}

/** @param replicas the count that is asked for before the first slice */
export function createScorekeeper({ capacity, min, requestsPerDemand }: ScoredGateway, replicas: number): Scorekeeper {
  const sums = { offered: 0, lost: 0, ready: 0, existing: 0, needed: 0, time: 0 };
  const shares = { under: 0, over: 0, timeUnder: 0, timeOver: 0 };
  const grid: { points: number; unstable: number; last: GridPoint | undefined } = {
    points: 0,
    unstable: 0,
    last: undefined,
  };
  const counted = { replicas, direction: 0, changes: 0, reversals: 0 };
  let start: Instant | undefined;

  function note(slice: Slice): void {
    const { demand, existing, length, ready } = slice;
    const needed = Math.max(min, Math.ceil(demand / capacity - 1e-9));
    start ??= slice.at;
    sums.offered += demand * length;
    sums.lost += Math.max(0, demand - ready * capacity) * length;
    sums.ready += ready * length;
    sums.existing += existing * length;
    sums.needed += needed * length;
    sums.time += length;
    shares.under += (Math.max(0, needed - ready) / needed) * length;
    shares.over += (Math.max(0, ready - needed) / needed) * length;
    shares.timeUnder += ready < needed ? length : 0;
    shares.timeOver += ready > needed ? length : 0;
    noteChange(slice.replicas);
    if ((slice.at - start) % MINUTE === 0) noteMinute({ needed, ready });
  }

  function noteChange(count: number): void {
    const turned = Math.sign(count - counted.replicas);
    counted.replicas = count;
    if (turned === 0) return;
    counted.changes += 1;
    if (turned === -counted.direction) counted.reversals += 1;
    counted.direction = turned;
  }

  function noteMinute(point: GridPoint): void {
    const { last } = grid;
    grid.points += 1;
    grid.last = point;
    if (last === undefined) return;
    grid.unstable += Math.sign(point.ready - last.ready) === Math.sign(point.needed - last.needed) ? 0 : 1;
  }

  function score(): Score {
    return {
      offered: (sums.offered * requestsPerDemand) / SECOND,
      lost: (sums.lost * requestsPerDemand) / SECOND,
      replicaHours: sums.ready / HOUR,
      chargedHours: sums.existing / HOUR,
      idealHours: sums.needed / HOUR,
      hours: sums.time / HOUR,
      changes: counted.changes,
      reversals: counted.reversals,
      under: percent(shares.under, sums.time),
      over: percent(shares.over, sums.time),
      timeUnder: percent(shares.timeUnder, sums.time),
      timeOver: percent(shares.timeOver, sums.time),
      instability: percent(grid.unstable, grid.points - 1),
    };
  }

  return { note, score };
}

function percent(part: number, whole: number): number {
  return whole <= 0 ? 0 : (100 * part) / whole;
}

/** `count` as a rate a day. */
export function perDay(count: number, { hours }: Score): number {
  return hours === 0 ? 0 : (count / hours) * (DAY / HOUR);
}

/** Percent of the requests that were lost. */
export function lostPercent({ lost, offered }: Score): number {
  return percent(lost, offered);
}
