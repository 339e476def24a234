/**
 * How many CLB instances should stand in front of a gateway. Pure: everything known is in the snapshot, time included.
 *
 * DNS sends clients to all addresses alike, whatever the capacity behind them. So the fullest instance decides: with k more
 * beside n, it goes down to n / (n + k) of what it carries.
 */
import type { ClbCapacity } from './clb-capacity';
import type { Clamp, Mode, Outcome, Reason } from './decision';
import type { GatewayId, Reading } from './gateway';
import { isComplete, type LoadPoint, newestComplete, newestKnown, windowOf } from './load';
import { ROUNDING } from './rounding';
import type { ScheduledBounds } from './schedule';
import { HOUR, type Instant, isoTime, MINUTE, type Millis } from './time';
import { percent } from './words';

/** What the operator wants of the CLBs of one gateway. */
export interface BalancingPolicy {
  readonly mode: Mode;
  /** Instances beside the gateway's own. */
  readonly maxExtra: number;
  /** Share of its capacity that one instance should carry; more asks for another instance. */
  readonly target: number;
  /** Share of its capacity that the fullest one may carry after a release; at most `target`. */
  readonly releaseBelow: number;
  /** The highest want of this long counts before a release. */
  readonly releaseWindow: Millis;
  readonly metricMaxAge: Millis;
}

/** What one look saw of the CLBs of one gateway. */
export interface BalancingSnapshot {
  readonly at: Instant;
  readonly id: GatewayId;
  readonly policy: BalancingPolicy;
  /** Floor and ceiling of the extra instances by schedule. */
  readonly schedule: ScheduledBounds;
  /** What a person asked for, which comes before everything else but `maxExtra`. */
  readonly asked: Asked | undefined;
  /** Those in front of the gateway: its own and the extra ones that serve. */
  readonly serving: readonly ClbSeen[];
  /** Extra instances that are being attached, and will serve. */
  readonly attaching: number;
  /** Those that have taken so long for it that nobody can count on them. */
  readonly stuck: number;
  /** Times the present load that is to be reckoned with, for who is about to lead clients here; 1 unless told. */
  readonly times?: number;
  /** For how long after it began to serve an instance may carry little, because clients have not heard of it yet. */
  readonly settle: Millis;
  /** Bit/s of all pay-by-traffic instances of the region in the newest minute, which share one ceiling. */
  readonly regionalTraffic: Reading<number>;
}

/** A person's floor or ceiling. */
export interface Asked {
  readonly bound: 'floor' | 'ceiling';
  readonly count: number;
  readonly owner: string;
  readonly reason: string;
  readonly until: Instant;
}

export interface ClbSeen {
  readonly id: string;
  /** One of the extra instances, which alone can be released, and since when it serves. */
  readonly extra: { readonly since: Instant } | undefined;
  /** `undefined`: a specification that is not known. */
  readonly capacity: ClbCapacity | undefined;
  /** Minutes of the past, oldest first. */
  readonly load: Readonly<Record<ClbMetric, Reading<readonly LoadPoint[]>>>;
}

export type ClbMetric = keyof ClbCapacity | 'droppedConnections';

/** The wanted number of extra CLBs of one gateway and why. */
export interface BalancingDecision extends Outcome {
  readonly id: GatewayId;
  readonly at: Instant;
  /** Extra instances that serve or are being attached. */
  readonly have: number;
  readonly want: number;
  readonly clamps: readonly Clamp[];
  /** Share of its capacity that the fullest instance carries, in the metric where it is highest. */
  readonly fullest?: { readonly clb: string; readonly metric: keyof ClbCapacity; readonly share: number };
}

/** All pay-by-traffic instances of a region and account together (CLB documentation, "Maximum bandwidth", read 2026-11). */
const REGIONAL_TRAFFIC = 5e9;

/** Drops of one minute may be chance; those of two in a row ask for help. */
const DROPPING_MINUTES = 2;

export const CAPACITY_METRICS = ['connections', 'newConnections', 'traffic'] as const;

export function decideBalancing(snapshot: BalancingSnapshot): BalancingDecision {
  const { attaching, serving, stuck } = snapshot;
  const have = serving.filter(({ extra }) => extra !== undefined).length + attaching + stuck;
  const wanted = want(snapshot, have);
  const clamps = limited(snapshot, wanted.want, have);
  const to = clamps.at(-1)?.to ?? wanted.want;
  const moved = clamps.findLast((clamp) => clamp.to > clamp.from || clamp.reason === 'Override');
  const reason = (to === have ? clamps.at(-1)?.reason : moved?.reason) ?? wanted.reason;
  return {
    id: snapshot.id,
    at: snapshot.at,
    outcome: to !== have ? 'change' : STEADY.has(reason) ? 'steady' : 'hold',
    reason,
    message: [wanted.message, ...clamps.map(({ message }) => message)].join('; '),
    needsPerson: to === have && FOR_PERSON.has(reason),
    have,
    want: to,
    clamps,
    ...(wanted.fullest === undefined ? {} : { fullest: wanted.fullest }),
  };
}

const STEADY: ReadonlySet<Reason> = new Set(['WithinTolerance', 'ScheduledFloor', 'OverrideHeld']);
const FOR_PERSON: ReadonlySet<Reason> = new Set([
  'TooManyLoadBalancers',
  'RegionalCeiling',
  'UnknownCapacity',
  'LoadBalancerUnused',
  'LoadBalancerStuck',
]);

interface Wanted {
  readonly want: number;
  readonly reason: Reason;
  readonly message: string;
  readonly fullest?: Fullest;
}

type Fullest = NonNullable<BalancingDecision['fullest']>;

function want(snapshot: BalancingSnapshot, have: number): Wanted {
  const { policy, serving, times = 1 } = snapshot;
  const unknown = serving.find(({ capacity }) => capacity === undefined);
  if (unknown !== undefined) {
    const message = `the capacity of ${unknown.id} is not known, so neither is how full it is`;
    return { want: have, reason: 'UnknownCapacity', message };
  }
  const fullest = fullestNow(snapshot);
  const words = fullest === undefined ? 'no load balancer has usable data' : inWords(fullest, times);
  const coming = snapshot.attaching + serving.filter((clb) => isFresh(clb, snapshot)).length;
  const unused = serving.filter((clb) => isUnused(clb, snapshot));
  const needed = Math.max(0, neededFor(snapshot, (fullest?.share ?? 0) * times, policy.target) - coming);
  const [idle] = unused;
  if (idle !== undefined && needed > 0) {
    const message = `${words}, but ${idle.id} stands beside it unused: is its address published?`;
    return {
      want: have + Math.max(0, needed - unused.length),
      reason: 'LoadBalancerUnused',
      message,
      ...shown(fullest),
    };
  }
  if (needed > 0 && snapshot.stuck > 0) {
    const message = `${words}, over ${percent(policy.target)}, and ${snapshot.stuck} extra do not come to serve`;
    const more = Math.max(0, needed - snapshot.stuck);
    return { want: have + more, reason: 'LoadBalancerStuck', message, ...shown(fullest) };
  }
  if (needed > 0) {
    const message = `${words}, over ${percent(policy.target)}`;
    return { want: have + needed, reason: 'LoadBalancersFull', message, ...shown(fullest) };
  }
  const dropping = serving.find((clb) => isDropping(clb, snapshot));
  if (dropping !== undefined && coming === 0) {
    const message = `${dropping.id} drops connections`;
    if (idle !== undefined) {
      const unpublished = `${message}, but ${idle.id} stands beside it unused: is its address published?`;
      return { want: have, reason: 'LoadBalancerUnused', message: unpublished, ...shown(fullest) };
    }
    if (snapshot.stuck > 0) return { want: have, reason: 'LoadBalancerStuck', message, ...shown(fullest) };
    return { want: have + 1, reason: 'ConnectionsDropped', message, ...shown(fullest) };
  }
  return coming > 0
    ? { want: have, reason: 'WithinTolerance', message: words, ...shown(fullest) }
    : fewer(snapshot, have, words, fullest);
}

/** One that clients have not heard of yet has not shown what it takes. */
function isFresh({ extra }: ClbSeen, { at, settle }: BalancingSnapshot): boolean {
  return extra !== undefined && at - extra.since < settle;
}

/** For certain: an extra one that nobody comes to although there was time. */
function isUnused(clb: ClbSeen, snapshot: BalancingSnapshot): boolean {
  if (clb.extra === undefined || isFresh(clb, snapshot)) return false;
  const { newConnections } = clb.load;
  const newest = newConnections.ok
    ? newestKnown(newConnections.value, snapshot.at, snapshot.policy.metricMaxAge)
    : undefined;
  return newest?.value === 0;
}

function fewer(snapshot: BalancingSnapshot, have: number, words: string, fullest: Fullest | undefined): Wanted {
  const { policy } = snapshot;
  const steady: Wanted = { want: have, reason: 'WithinTolerance', message: words, ...shown(fullest) };
  if (have === 0) return fullest === undefined ? { ...steady, reason: 'MissingMetrics' } : steady;
  // The window is worth reading only where the present would allow a release.
  const least = fullestWithoutLast(snapshot, carriedNow(snapshot));
  if (least !== undefined && least > policy.releaseBelow + ROUNDING) return steady;
  // Nor where a floor keeps what is there, whatever the window says.
  if (have <= floorOf(snapshot)) return { ...steady, want: have - 1 };
  const after = fullestWithoutLast(snapshot, carriedInWindow(snapshot));
  if (after === undefined) {
    return { ...steady, reason: 'PartialMetrics', message: `${words}; no release without complete data of the window` };
  }
  if (after > policy.releaseBelow + ROUNDING) return steady;
  const message = `${words}; the highest of ${hours(policy.releaseWindow)} would be ${percent(after)} without the last extra one`;
  return { want: have - 1, reason: 'LoadBalancersIdle', message, ...shown(fullest) };
}

/** What no further instance can help with, then the bounds of schedules and people, who know why, and the policy's most. */
function limited(snapshot: BalancingSnapshot, wanted: number, have: number): readonly Clamp[] {
  const { policy } = snapshot;
  const { ceiling, floor } = snapshot.schedule;
  const asked = activeAsked(snapshot);
  const clamps: Clamp[] = [];
  const goal = (): number => clamps.at(-1)?.to ?? wanted;
  if (goal() > have && atRegionalCeiling(snapshot)) {
    const message = `the region's pay-by-traffic instances share ${REGIONAL_TRAFFIC / 1e9} Gbit/s, which is used up: more instances cannot help`;
    clamps.push({ reason: 'RegionalCeiling', from: goal(), to: have, message });
  }
  if (floor !== undefined && goal() < floor.replicas) {
    const message = `schedule ${floor.schedule} asks for ${floor.replicas} extra until ${isoTime(floor.until)}`;
    clamps.push({ reason: 'ScheduledFloor', from: goal(), to: floor.replicas, message });
  }
  if (ceiling !== undefined && goal() > Math.max(ceiling.replicas, have)) {
    const message = `schedule ${ceiling.schedule} allows ${ceiling.replicas} extra until ${isoTime(ceiling.until)}`;
    clamps.push({ reason: 'ScheduledCeiling', from: goal(), to: Math.max(ceiling.replicas, have), message });
  }
  if (asked !== undefined && (asked.bound === 'floor' ? goal() < asked.count : goal() > asked.count)) {
    const [least, end] = [asked.bound === 'floor' ? 'at least' : 'at most', isoTime(asked.until)];
    const message = `${asked.owner} asks for ${least} ${asked.count} extra until ${end}: ${asked.reason}`;
    const reason = asked.count === have ? 'OverrideHeld' : 'Override';
    clamps.push({ reason, from: goal(), to: asked.count, message });
  }
  if (goal() > Math.max(policy.maxExtra, have)) {
    const to = Math.max(policy.maxExtra, have);
    clamps.push({ reason: 'TooManyLoadBalancers', from: goal(), to, message: `maxExtra is ${policy.maxExtra}` });
  }
  return clamps;
}

/** The number that schedules and people let none be taken away from. */
function floorOf(snapshot: BalancingSnapshot): number {
  const asked = activeAsked(snapshot);
  return Math.max(snapshot.schedule.floor?.replicas ?? 0, asked?.bound === 'floor' ? asked.count : 0);
}

function activeAsked({ asked, at }: BalancingSnapshot): Asked | undefined {
  return asked !== undefined && at < asked.until ? asked : undefined;
}

/** Only where traffic is what is short; connections have no ceiling of a region. */
function atRegionalCeiling({ policy, regionalTraffic, serving, at }: BalancingSnapshot): boolean {
  if (!regionalTraffic.ok || regionalTraffic.value < policy.target * REGIONAL_TRAFFIC) return false;
  return serving.every((clb) =>
    (['connections', 'newConnections'] as const).every(
      (metric) => (shareOf(clb, metric, at, policy) ?? 0) <= policy.target,
    ),
  );
}

function fullestNow({ at, policy, serving }: BalancingSnapshot): Fullest | undefined {
  const shares = serving.flatMap((clb) =>
    CAPACITY_METRICS.flatMap((metric) => {
      const share = shareOf(clb, metric, at, policy);
      return share === undefined ? [] : [{ clb: clb.id, metric, share }];
    }),
  );
  return shares.reduce<Fullest | undefined>(
    (most, each) => (each.share > (most?.share ?? -1) ? each : most),
    undefined,
  );
}

function shareOf(
  { capacity, load }: ClbSeen,
  metric: keyof ClbCapacity,
  at: Instant,
  { metricMaxAge }: BalancingPolicy,
): number | undefined {
  const points = load[metric];
  const newest = points.ok ? newestKnown(points.value, at, metricMaxAge) : undefined;
  return newest === undefined || capacity === undefined ? undefined : newest.value / capacity[metric];
}

/** Instances to add so that the fullest one goes down to `target`. */
function neededFor(snapshot: BalancingSnapshot, share: number, target: number): number {
  return share <= target ? 0 : Math.ceil(carrying(snapshot).length * (share / target - 1) - ROUNDING);
}

/** Those that clients come to. */
function carrying(snapshot: BalancingSnapshot): readonly ClbSeen[] {
  return snapshot.serving.filter((clb) => !isFresh(clb, snapshot) && !isUnused(clb, snapshot));
}

/** What one instance carries of a metric; `undefined` when that is not known. */
type Carried = (clb: ClbSeen, metric: keyof ClbCapacity) => number | undefined;

/**
 * The share of its capacity that the fullest one would carry without the last extra instance, all else being spread as it is,
 * or evenly if that is more; `undefined` unless everything is known.
 */
function fullestWithoutLast(snapshot: BalancingSnapshot, carried: Carried): number | undefined {
  const last = snapshot.serving.findLast(({ extra }) => extra !== undefined);
  const now = carrying(snapshot);
  const left = now.filter((clb) => clb !== last);
  if (left.length === 0) return Number.POSITIVE_INFINITY;
  const shares = CAPACITY_METRICS.map((metric) => {
    const loads = snapshot.serving.map((clb) => carried(clb, metric));
    const total = loads.reduce((sum, load) => (sum === undefined || load === undefined ? undefined : sum + load), 0);
    if (total === undefined) return undefined;
    return Math.max(
      ...left.map((clb) => {
        const more = ((carried(clb, metric) ?? 0) * now.length) / left.length;
        return Math.max(more, total / left.length) / (clb.capacity?.[metric] ?? 0);
      }),
    );
  });
  return shares.reduce(
    (most, share) => (most === undefined || share === undefined ? undefined : Math.max(most, share)),
    0,
  );
}

/** What is missing counts as nothing: good enough to see that a release is out of the question. */
function carriedNow({ at, policy }: BalancingSnapshot): Carried {
  return ({ load }, metric) => {
    const points = load[metric];
    return points.ok ? (newestKnown(points.value, at, policy.metricMaxAge)?.value ?? 0) : 0;
  };
}

/** The most of any minute in the release window; `undefined` unless every minute is known. */
function carriedInWindow({ at, policy }: BalancingSnapshot): Carried {
  return ({ load }, metric) => {
    const points = load[metric];
    const newest = points.ok ? newestComplete(points.value, at, policy.metricMaxAge) : undefined;
    if (!points.ok || newest === undefined || !isComplete(points.value, newest, policy.releaseWindow)) return undefined;
    return Math.max(...windowOf(points.value, newest, policy.releaseWindow).map(({ value }) => value));
  };
}

function isDropping({ load }: ClbSeen, { at, policy }: BalancingSnapshot): boolean {
  const { droppedConnections } = load;
  const newest = droppedConnections.ok ? newestKnown(droppedConnections.value, at, policy.metricMaxAge) : undefined;
  if (!droppedConnections.ok || newest === undefined) return false;
  const window = windowOf(droppedConnections.value, newest, DROPPING_MINUTES * MINUTE);
  return window.length === DROPPING_MINUTES && window.every(({ value }) => value > 0);
}

function shown(fullest: Fullest | undefined): { readonly fullest?: Fullest } {
  return fullest === undefined ? {} : { fullest };
}

function inWords({ clb, metric, share }: Fullest, times: number): string {
  const words = `${clb} carries ${percent(share)} of its ${metric}`;
  return times === 1 ? words : `${words}, and ${percent(share * times)} when the load is ${times} times that`;
}

function hours(window: Millis): string {
  return window % HOUR === 0 ? `${window / HOUR}h` : `${Math.round(window / MINUTE)}m`;
}
