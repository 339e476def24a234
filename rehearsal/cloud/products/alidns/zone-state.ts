import { HOUR, type Instant } from '../../../../shared/core/time';
import type { Clock } from '../../../../shared/ports';
import type { RecordType, ZoneRecord } from './record';

/** A name and type whose answers are drawn by weight, on one line or on all. */
export interface Weighted {
  readonly rr: string;
  readonly type: RecordType;
  readonly line: string | 'all';
}

/** A zone at one moment; never changed, only replaced. */
export interface ZoneState {
  /** In the order in which they were added. */
  readonly records: readonly ZoneRecord[];
  readonly weighted: readonly Weighted[];
  /** Grows with every change. */
  readonly serial: number;
}

export type Change = Partial<Pick<ZoneState, 'records' | 'weighted'>>;

/** What a zone was like during the last hours: its servers and its lists may show the past. */
export interface ZoneHistory {
  present(): ZoneState;
  at(instant: Instant): ZoneState;
  /** The present changes now. */
  change(change: Change): void;
}

/** How far back a zone can be shown. */
const MEMORY = 3 * HOUR;

export function createZoneHistory(initial: readonly ZoneRecord[], clock: Clock): ZoneHistory {
  let moments: readonly { readonly since: Instant; readonly state: ZoneState }[] = [
    { since: Number.NEGATIVE_INFINITY, state: { records: initial, weighted: [], serial: 1 } },
  ];

  function at(instant: Instant): ZoneState {
    const found = moments.findLast(({ since }) => since <= instant) ?? moments[0];
    if (found === undefined) throw new Error('a zone without a history');
    return found.state;
  }

  function present(): ZoneState {
    return at(Number.POSITIVE_INFINITY);
  }

  function change(wanted: Change): void {
    const now = clock.now();
    const state = { ...present(), ...wanted, serial: present().serial + 1 };
    const oldest = moments.findLastIndex(({ since }) => since <= now - MEMORY);
    moments = [...moments.slice(Math.max(0, oldest)), { since: now, state }];
  }

  return { present, at, change };
}

/** Whether answers are drawn by weight among the records of this one's name, type and line. */
export function isWeighted(
  { weighted }: ZoneState,
  { rr, type, line }: Pick<ZoneRecord, 'rr' | 'type' | 'line'>,
): boolean {
  return weighted.some(
    (entry) => entry.rr === rr && entry.type === type && (entry.line === 'all' || entry.line === line),
  );
}

/** The lines with weights, after they were switched on or off for one line or, without one, for all. */
export function linesAfter(
  before: readonly string[],
  present: readonly string[],
  line: string | undefined,
  open: boolean,
): readonly string[] {
  if (line === undefined) return open ? ['all'] : [];
  if (open) return before.includes('all') ? before : [...before.filter((known) => known !== line), line];
  return (before.includes('all') ? present : before).filter((known) => known !== line);
}
