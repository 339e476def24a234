import { z } from 'zod';
import { formatDuration } from '../shared/core/duration';
import { readMark } from '../shared/core/record-mark';
import { type Instant, isoTime } from '../shared/core/time';
import type { ZoneRecord, ZoneState } from './cloud';
import type { LossScene } from './region-loss-scene';
import type { StageLine } from './stage';

/** Something that happened, for a person to read. */
export interface LossEvent {
  readonly at: Instant;
  readonly kind:
    | 'died'
    | 'seen'
    | 'asked'
    | 'raised'
    | 'ready'
    | 'noted'
    | 'moved'
    | 'followed'
    | 'revived'
    | 'returned';
  readonly what: string;
}

/** What a log line of a function tells, once each. */
export type LogReader = (line: StageLine) => readonly LossEvent[];

const Verdict = z.object({
  event: z.literal('verdict-changed'),
  address: z.string(),
  to: z.enum(['up', 'down']),
  why: z.string(),
});
const Asked = z.object({ event: z.literal('floor-asked'), targetRegion: z.string(), floor: z.number() });
const Decided = z.object({
  event: z.literal('decision'),
  acted: z.literal(true),
  region: z.string(),
  reason: z.string(),
  from: z.number(),
  to: z.number(),
});

/** @param places region of each address */
export function createLogReader({ configuration }: LossScene, places: ReadonlyMap<string, string>): LogReader {
  const asked = new Map<string, number>();
  /** By address: how it was seen last, and who sees it so. */
  const seen = new Map<string, { readonly to: string; readonly points: Set<string> }>();
  const points = configuration.probes?.points ?? [];

  function vote({ at, by }: StageLine, { address, to, why }: z.infer<typeof Verdict>): readonly LossEvent[] {
    const region = places.get(address) ?? address;
    const known = seen.get(address);
    // That it answers is no news until it was seen to fail, and nobody judges a region from inside.
    if (by === region || (known === undefined && to === 'up')) return [];
    const now = known?.to === to ? known : { to, points: new Set<string>() };
    seen.set(address, now);
    if (now.points.has(by)) return [];
    now.points.add(by);
    const votes = `${now.points.size} of ${points.filter((point) => point !== region).length} votes`;
    const what = to === 'down' ? `sees ${region} fail, ${votes}: ${why}` : `sees ${region} answer again, ${votes}`;
    return [{ at, kind: 'seen', what: `the vantage point in ${by} ${what}` }];
  }

  return (line) => {
    const verdict = Verdict.safeParse(line);
    if (verdict.success) return vote(line, verdict.data);
    const wish = Asked.safeParse(line);
    if (wish.success) {
      const { floor, targetRegion: region } = wish.data;
      if (asked.get(region) === floor) return [];
      asked.set(region, floor);
      return [{ at: line.at, kind: 'asked', what: `${region} is asked to have at least ${floor} replicas` }];
    }
    const decided = Decided.safeParse(line);
    if (!decided.success) return [];
    const { from, reason, region, to } = decided.data;
    return [{ at: line.at, kind: 'raised', what: `${region}: ${from} → ${to} replicas (${reason})` }];
  };
}

/** What a change of the zone tells of the answers of the name. */
export function zoneEvents(
  { configuration, name }: LossScene,
  places: ReadonlyMap<string, string>,
  at: Instant,
  before: ZoneState,
  after: ZoneState,
): readonly LossEvent[] {
  const ids = new Set([...before.records, ...after.records].map(({ id }) => id));
  return [...ids].flatMap((id): readonly LossEvent[] => {
    const was = before.records.find((record) => record.id === id);
    const is = after.records.find((record) => record.id === id);
    const record = is ?? was;
    if (was === is || record === undefined || record.rr !== name.rr || !places.has(record.value)) return [];
    const region = places.get(record.value) ?? '';
    const where = name.lines.length === 1 ? '' : ` on the line ${record.line}`;
    if (isAnswered(was) && !isAnswered(is)) {
      return [{ at, kind: 'moved', what: `DNS: ${region} is not answered any more${where}` }];
    }
    if (!isAnswered(was) && isAnswered(is)) {
      const weight = name.weights === 'off' ? '' : `, with weight ${is?.weight ?? 1}`;
      return [{ at, kind: 'returned', what: `DNS: ${region} is answered${where}${weight}` }];
    }
    if (was !== undefined && is !== undefined && isAnswered(is) && was.weight !== is.weight) {
      return [
        { at, kind: 'returned', what: `DNS: the weight of ${region}${where} goes from ${was.weight} to ${is.weight}` },
      ];
    }
    const noted = was?.remark === is?.remark ? undefined : notedIn(is, configuration.failover.recovery);
    return noted === undefined ? [] : [{ at, kind: 'noted', what: `the record of ${region} says: ${noted}` }];
  });
}

function isAnswered(record: ZoneRecord | undefined): boolean {
  return record?.enabled === true;
}

function notedIn(record: ZoneRecord | undefined, recovery: number): string | undefined {
  const absence = record === undefined ? undefined : readMark(record.remark).absence;
  switch (absence?.state) {
    case undefined:
      return undefined;
    case 'down':
      return record?.enabled === true
        ? 'down; clients stay until the others have room (SurvivorsNotReady)'
        : `down since ${isoTime(absence.since).slice(11, 16)}`;
    case 'up':
      return `well again, watched for ${formatDuration(recovery)} (Recovering)`;
    case 'back':
      return 'back';
  }
}
