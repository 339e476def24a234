/**
 * How many CLB instances should stand in front of a gateway. Pure: everything known is in the snapshot, time included.
 *
 * An extra instance takes its share of the load once its address is published, in proportion to its capacity. So the fullest
 * instance decides: with capacities S in front and C more, it goes down to S / (S + C) of what it carries.
 */
import { type ClbCapacity, LCU_CAPACITY } from './clb-capacity';
import type { Clamp, Outcome, Reason } from './decision';
import type { GatewayId, Reading } from './gateway';
import { isComplete, type LoadPoint, newestComplete, newestKnown, windowOf } from './load';
import { ROUNDING } from './rounding';
import type { ScheduledBounds } from './schedule';
import { HOUR, type Instant, isoTime, MINUTE, type Millis } from './time';

/** What the operator wants of the CLBs of one gateway. */
export interface BalancingPolicy {
  readonly mode: 'observe' | 'auto';
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
  /** Floor and ceiling of the extra instances, by schedule or by a person. */
  readonly bounds: ScheduledBounds;
  /** Those in front of the gateway: its own and the extra ones that serve. */
  readonly serving: readonly ClbSeen[];
  /** Extra instances that are being attached, and will serve. */
  readonly attaching: number;
  /** Bit/s of all pay-by-traffic instances of the region in the newest minute, which share one ceiling. */
  readonly regionalTraffic: Reading<number>;
}

export interface ClbSeen {
  readonly id: string;
  /** Whether it is one of the extra instances, which alone can be released. */
  readonly extra: boolean;
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
export const REGIONAL_TRAFFIC = 5e9;

/** Drops of one minute may be chance; those of two in a row ask for help. */
const DROPPING_MINUTES = 2;

const CAPACITY_METRICS = ['activeConnections', 'newConnections', 'traffic'] as const;

export function decideBalancing(snapshot: BalancingSnapshot): BalancingDecision {
  const have = snapshot.serving.filter(({ extra }) => extra).length + snapshot.attaching;
  const wanted = want(snapshot, have);
  const clamps = limited(snapshot, wanted.want, have);
  const to = clamps.at(-1)?.to ?? wanted.want;
  const raised = clamps.find((clamp) => clamp.to > clamp.from)?.reason;
  const reason = raised ?? (to === have ? (clamps.at(-1)?.reason ?? wanted.reason) : wanted.reason);
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

const STEADY: ReadonlySet<Reason> = new Set(['WithinTolerance', 'ScheduledFloor']);
const FOR_PERSON: ReadonlySet<Reason> = new Set(['TooManyLoadBalancers', 'RegionalCeiling', 'UnknownCapacity']);

interface Wanted {
  readonly want: number;
  readonly reason: Reason;
  readonly message: string;
  readonly fullest?: Fullest;
}

type Fullest = NonNullable<BalancingDecision['fullest']>;

function want(snapshot: BalancingSnapshot, have: number): Wanted {
  const { policy, serving } = snapshot;
  const unknown = serving.find(({ capacity }) => capacity === undefined);
  if (unknown !== undefined) {
    const message = `the capacity of ${unknown.id} is not known, so neither is how full it is`;
    return { want: have, reason: 'UnknownCapacity', message };
  }
  const fullest = fullestNow(snapshot);
  const words = fullest === undefined ? 'no load balancer has usable data' : inWords(fullest);
  const more = Math.max(0, neededFor(snapshot, fullest?.share ?? 0, policy.target) - snapshot.attaching);
  if (more > 0) {
    return {
      want: have + more,
      reason: 'LoadBalancersFull',
      message: `${words}, over ${percent(policy.target)}`,
      ...shown(fullest),
    };
  }
  const dropping = serving.find((clb) => isDropping(clb, snapshot));
  if (dropping !== undefined && snapshot.attaching === 0) {
    return {
      want: have + 1,
      reason: 'ConnectionsDropped',
      message: `${dropping.id} drops connections`,
      ...shown(fullest),
    };
  }
  return fewer(snapshot, have, words, fullest);
}

function fewer(snapshot: BalancingSnapshot, have: number, words: string, fullest: Fullest | undefined): Wanted {
  const { policy } = snapshot;
  const steady: Wanted = { want: have, reason: 'WithinTolerance', message: words, ...shown(fullest) };
  // One that is on its way has not shown yet what it takes.
  if (snapshot.attaching > 0) return steady;
  if (have === 0) return fullest === undefined ? { ...steady, reason: 'MissingMetrics' } : steady;
  const highest = highestOfWindow(snapshot);
  if (highest === undefined) {
    return { ...steady, reason: 'PartialMetrics', message: `${words}; no release without complete data of the window` };
  }
  const after = highest * shareAfterRelease(snapshot);
  if (after > policy.releaseBelow + ROUNDING) return steady;
  const message = `${words}; the highest of ${hours(policy.releaseWindow)} would be ${percent(after)} without the last extra one`;
  return { want: have - 1, reason: 'LoadBalancersIdle', message, ...shown(fullest) };
}

/** The bounds of a person or a schedule, the policy's most, and what no further instance can help with. */
function limited(snapshot: BalancingSnapshot, wanted: number, have: number): readonly Clamp[] {
  const { bounds, policy } = snapshot;
  const { ceiling, floor } = bounds;
  const clamps: Clamp[] = [];
  const goal = (): number => clamps.at(-1)?.to ?? wanted;
  if (floor !== undefined && goal() < floor.replicas) {
    const message = `schedule ${floor.schedule} asks for ${floor.replicas} extra until ${isoTime(floor.until)}`;
    clamps.push({ reason: 'ScheduledFloor', from: goal(), to: floor.replicas, message });
  }
  if (ceiling !== undefined && goal() > Math.max(ceiling.replicas, have)) {
    const message = `schedule ${ceiling.schedule} allows ${ceiling.replicas} extra until ${isoTime(ceiling.until)}`;
    clamps.push({ reason: 'ScheduledCeiling', from: goal(), to: Math.max(ceiling.replicas, have), message });
  }
  if (goal() > Math.max(policy.maxExtra, have)) {
    const to = Math.max(policy.maxExtra, have);
    clamps.push({ reason: 'TooManyLoadBalancers', from: goal(), to, message: `maxExtra is ${policy.maxExtra}` });
  }
  if (goal() > have && atRegionalCeiling(snapshot)) {
    const message = `the region's pay-by-traffic instances share ${REGIONAL_TRAFFIC / 1e9} Gbit/s, which is used up: more instances cannot help`;
    clamps.push({ reason: 'RegionalCeiling', from: goal(), to: have, message });
  }
  return clamps;
}

/** Only where traffic is what is short; connections have no ceiling of a region. */
function atRegionalCeiling({ policy, regionalTraffic, serving, at }: BalancingSnapshot): boolean {
  if (!regionalTraffic.ok || regionalTraffic.value < policy.target * REGIONAL_TRAFFIC) return false;
  return serving.every((clb) =>
    (['activeConnections', 'newConnections'] as const).every(
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
  if (share <= target) return 0;
  const units = capacityInFront(snapshot);
  return Math.ceil(units * (share / target - 1) - ROUNDING);
}

/** Capacity of those that serve, counted in instances paid by LCU, by the metric in which they are smallest. */
function capacityInFront({ serving }: BalancingSnapshot): number {
  return serving.reduce((sum, { capacity }) => sum + (capacity === undefined ? 0 : unitsOf(capacity)), 0);
}

function unitsOf(capacity: ClbCapacity): number {
  return Math.min(...CAPACITY_METRICS.map((metric) => capacity[metric] / LCU_CAPACITY[metric]));
}

/** By how much the others fill up when the last extra instance that serves goes. */
function shareAfterRelease(snapshot: BalancingSnapshot): number {
  const all = capacityInFront(snapshot);
  const last = snapshot.serving.findLast(({ extra }) => extra)?.capacity;
  const left = all - (last === undefined ? 0 : unitsOf(last));
  return left <= 0 ? Number.POSITIVE_INFINITY : all / left;
}

/** The highest share of any instance and metric in the release window; `undefined` unless every minute is known. */
function highestOfWindow({ at, policy, serving }: BalancingSnapshot): number | undefined {
  let highest = 0;
  for (const { capacity, load } of serving) {
    for (const metric of CAPACITY_METRICS) {
      const points = load[metric];
      const newest = points.ok ? newestComplete(points.value, at, policy.metricMaxAge) : undefined;
      if (!points.ok || newest === undefined || capacity === undefined) return undefined;
      if (!isComplete(points.value, newest, policy.releaseWindow)) return undefined;
      const window = windowOf(points.value, newest, policy.releaseWindow);
      highest = Math.max(highest, ...window.map(({ value }) => value / capacity[metric]));
    }
  }
  return highest;
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

function inWords({ clb, metric, share }: Fullest): string {
  return `${clb} carries ${percent(share)} of its ${metric}`;
}

function percent(share: number): string {
  return `${Math.round(share * 100)} %`;
}

function hours(window: Millis): string {
  return window % HOUR === 0 ? `${window / HOUR}h` : `${Math.round(window / MINUTE)}m`;
}
