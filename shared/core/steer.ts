/**
 * What people ask for regions by TXT records `_gateway-autopilot-regions` of the zone, from any console and with every function
 * down: `drain` leads nobody to a region, `pin` nobody elsewhere. The value says which, for which `name` of the zone or for those
 * of which `gateway` (all, unless told), by whom, why and until when, for example `drain=cn-hangzhou;name=www.example.com;
 * owner=li.wei;until=2026-11-28T20:00Z;reason=power works`. Pure.
 */
import { controlText, readControl } from './control-text';
import { type Steer, steerWords } from './failover';
import { LONGEST_WISH } from './standing';
import { type Instant, isoTime } from './time';
import type { RecordSeen } from './zone';

export const STEER_RR = '_gateway-autopilot-regions';

/** A wish for a region and all names of the zone, or those of a gateway, or one. */
export interface ZoneSteer extends Steer {
  readonly name: string | undefined;
  readonly gateway: string | undefined;
  readonly recordId: string;
}

/** Whether a wish is about a name. */
export function concerns(
  steer: Pick<ZoneSteer, 'gateway' | 'name'>,
  { gateway, name }: { readonly name: string; readonly gateway: string },
): boolean {
  return (steer.name ?? name) === name && (steer.gateway ?? gateway) === gateway;
}

/** One that nobody has written down. */
export type UnwrittenSteer = Omit<ZoneSteer, 'recordId'>;

export interface SteersSeen {
  /** Those that stand. */
  readonly steers: readonly ZoneSteer[];
  /** Ids of those that are over. */
  readonly over: readonly string[];
  /** What a person wrote and nobody can obey, in words. */
  readonly problems: readonly string[];
}

export function steersOf(records: readonly RecordSeen[], at: Instant): SteersSeen {
  const mine = records.filter(({ enabled, rr, type }) => rr === STEER_RR && type === 'TXT' && enabled);
  const read = mine.map((record) => ({ record, steer: readSteer(record, at) }));
  return {
    steers: read.flatMap(({ steer }) => (typeof steer === 'string' || steer.until <= at ? [] : [steer])),
    over: read.flatMap(({ record, steer }) => (typeof steer !== 'string' && steer.until <= at ? [record.id] : [])),
    problems: read.flatMap(({ record, steer }) =>
      typeof steer === 'string' ? [`TXT ${record.rr} "${record.value}": ${steer}`] : [],
    ),
  };
}

/** The wish, or what is wrong with it. */
function readSteer({ id, updatedAt, value }: RecordSeen, at: Instant): ZoneSteer | string {
  const fields = readControl(value);
  const drained = fields.get('drain');
  const pinned = fields.get('pin');
  const region = drained ?? pinned;
  const owner = fields.get('owner');
  const reason = fields.get('reason');
  const until = Date.parse(fields.get('until') ?? '');
  if (region === undefined || (drained !== undefined && pinned !== undefined)) return 'either drain or pin is needed';
  if (owner === undefined || reason === undefined) return 'owner and reason are needed';
  if (Number.isNaN(until)) return 'until must be a time such as 2026-11-28T20:00Z';
  const since = updatedAt ?? at;
  if (until - since > LONGEST_WISH) return `it would last for more than 72 hours, until ${isoTime(until)}`;
  const name = fields.get('name');
  const gateway = fields.get('gateway');
  return {
    verb: drained === undefined ? 'pin' : 'drain',
    region,
    name,
    gateway,
    owner,
    reason,
    since,
    until,
    recordId: id,
  };
}

/** A wish as people are told of it. */
export function standingWords(steer: ZoneSteer): string {
  return steerWords(steer, steer.name ?? steer.gateway);
}

/** What is written for a wish. */
export function steerText(steer: Omit<ZoneSteer, 'since' | 'recordId'>): string {
  const { gateway, name, owner, reason, region, until, verb } = steer;
  return controlText([
    [verb, region],
    ...(name === undefined ? [] : ([['name', name]] as const)),
    ...(gateway === undefined ? [] : ([['gateway', gateway]] as const)),
    ['owner', owner],
    ['until', isoTime(until)],
    ['reason', reason],
  ]);
}
