import { z } from 'zod';
import type { PublishedName } from '../shared/config/names';
import { isMarked } from '../shared/core/record-mark';
import { type Instant, type Millis, SECOND } from '../shared/core/time';
import type { RecordSeen } from '../shared/core/zone';
import type { NameStats } from './cloud';
import { type LossEvent, zoneEvents } from './region-loss-events';
import type { LossScene } from './region-loss-scene';
import type { Stage } from './stage';

/** Of a record, whoever lists it. */
type SeenRecord = Pick<RecordSeen, 'enabled' | 'line' | 'remark' | 'rr' | 'type' | 'value' | 'weight'>;

/** One region in one minute. */
export interface RegionMinute {
  readonly region: string;
  /** Requests per second that clients send there. */
  readonly requests: number;
  readonly ready: number;
  readonly replicas: number;
  /** Lines on which it is answered, of those that lead there. */
  readonly answered: number;
  readonly lines: number;
}

/** One minute of the scene, as a person watches it. */
export interface LossMinute {
  /** Its end. */
  readonly at: Instant;
  readonly regions: readonly RegionMinute[];
  /** Requests of this minute that nobody served. */
  readonly lost: number;
}

/** A floor of replicas, which ends by itself. */
export interface Protection {
  readonly region: string;
  readonly floor: number;
  readonly until: string;
}

/** Region of each address of the gateway's own CLBs. */
export function placesOf({ configuration, gateway }: LossScene, { cloud }: Stage): ReadonlyMap<string, string> {
  const own = Object.entries(configuration.gateways[gateway]?.loadBalancers ?? {});
  return new Map(own.flatMap(([region, ids]) => ids.map((id) => [cloud.loadBalancers.address(id), region] as const)));
}

/** The zone as its API has it, from change to change. */
export interface ZoneView {
  /** What happened since the last time. */
  news(): readonly LossEvent[];
  /** Enabled addresses of the name. */
  answers(): readonly SeenRecord[];
  /** When the answers changed last. */
  changedAt(): Instant;
  records(): readonly SeenRecord[];
}

/** @param records what the zone holds now */
export function followZone(
  scene: LossScene,
  { cloud }: Stage,
  places: ReadonlyMap<string, string>,
  records: readonly SeenRecord[],
): ZoneView {
  let state: readonly SeenRecord[] = records;
  let news: LossEvent[] = [];
  let changedAt = Number.NEGATIVE_INFINITY;
  cloud.dns.watch(scene.name.zone, (before, after) => {
    const events = zoneEvents(scene, places, cloud.clock.now(), before, after);
    if (events.some(({ kind }) => kind === 'moved' || kind === 'returned')) changedAt = cloud.clock.now();
    news.push(...events);
    state = after.records;
  });
  return {
    news: () => {
      const told = news;
      news = [];
      return told;
    },
    answers: () => state.filter(({ enabled, rr, type }) => enabled && rr === scene.name.rr && type === 'A'),
    changedAt: () => changedAt,
    records: () => state,
  };
}

export function answersText({ weights }: PublishedName, answers: readonly SeenRecord[]): string {
  return answers
    .map(({ line, value, weight }) => `${line} ${value}${weights === 'off' ? '' : ` ${weight}`}`)
    .sort()
    .join(', ');
}

/** Records of ours beside the answers: leases, notes for a crash, addresses that nobody is led to. */
export function leftovers({ name }: LossScene, records: readonly SeenRecord[]): readonly string[] {
  return records
    .filter((record) => record.rr.startsWith('_gateway-autopilot') || (isMarked(record) && !record.enabled))
    .map(({ rr, type, value }) => `${rr === name.rr ? name.name : rr} ${type} ${value}`);
}

/**
 * The part of the dying region's clients that are still led there, since the last asking; those of lines that lead nowhere else
 * are left out.
 */
export function createFollowers({ clients, dying, name }: LossScene, stats: () => NameStats): () => number {
  const lonely = name.lines
    .filter(({ regions }) => regions.length === 1 && regions[0] === dying)
    .reduce((sum, { line }) => sum + (clients.get(line) ?? 0), 0);
  const first = stats();
  const before = share(first.minutes.at(-2)?.regions ?? {}, dying) - lonely;
  let counted = first.regions;
  return () => {
    const now = stats().regions;
    const sent = Object.fromEntries(Object.entries(now).map(([region, all]) => [region, all - (counted[region] ?? 0)]));
    counted = now;
    return before <= 0 ? 0 : (share(sent, dying) - lonely) / before;
  };
}

function share(regions: Readonly<Record<string, number>>, region: string): number {
  const all = Object.values(regions).reduce((sum, requests) => sum + requests, 0);
  return all === 0 ? 0 : (regions[region] ?? 0) / all;
}

/** Sums a minute up, from the one before. */
export function createMinutes(scene: LossScene, { cloud }: Stage, zone: ZoneView, places: ReadonlyMap<string, string>) {
  let before = cloud.nameStats(scene.name.name);
  return (at: Instant, duration: Millis): LossMinute => {
    const now = cloud.nameStats(scene.name.name);
    const answers = zone.answers();
    const regions = scene.regions.map((region): RegionMinute => {
      const { readyReplicas, specReplicas } = cloud.stats(region, scene.gateway);
      const lines = scene.name.lines.filter((line) => line.regions.includes(region));
      const mine = answers.filter(({ value }) => places.get(value) === region);
      return {
        region,
        requests: (((now.regions[region] ?? 0) - (before.regions[region] ?? 0)) / duration) * SECOND,
        ready: readyReplicas,
        replicas: specReplicas,
        answered: lines.filter(({ line }) => mine.some((record) => record.line === line)).length,
        lines: lines.length,
      };
    });
    const lost = now.lost - before.lost;
    before = now;
    return { at, regions, lost };
  };
}

/** Writes that Alidns accepted, by operation. */
export function writesOf({ cloud }: Stage): Readonly<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (const { operation, status } of cloud.calls()) {
    const [product, action = ''] = operation.split('.');
    if (product !== 'alidns' || action.startsWith('Describe') || status !== 200) continue;
    counts[action] = (counts[action] ?? 0) + 1;
  }
  return counts;
}

const Look = z.object({
  gateways: z.array(
    z.object({
      gateway: z.string(),
      capacity: z.object({ floor: z.object({ replicas: z.number(), until: z.string() }).optional() }).optional(),
    }),
  ),
});

/** By the last look of each region's scale-gateway. */
export function protectionsOf({ answers }: Stage, { gateway, regions }: LossScene): readonly Protection[] {
  return regions.flatMap((region) => {
    const looks = answers.filter((each) => each.region === region && each.function === 'scale-gateway');
    const last = looks.map(({ answer }) => Look.safeParse(answer).data).findLast((look) => look !== undefined);
    const floor = last?.gateways.find((each) => each.gateway === gateway)?.capacity?.floor;
    return floor === undefined ? [] : [{ region, floor: floor.replicas, until: floor.until }];
  });
}
