/**
 * What the remark of a record of ours says: whose it is, the region of its CLB (so that it is known while the region's own APIs are
 * not; with a plus where the CLB is an extra one), and what became of the address. For example `gateway-autopilot cn-hangzhou
 * down:2611281200:1`: since 2026-11-28 12:00 UTC, for the first time. Pure.
 */
import { type Instant, MINUTE } from './time';
import type { RecordSeen } from './zone';

/** What the remark of a record that is ours starts with: nothing without it is ever changed. */
const RECORD_MARK = 'gateway-autopilot';

/** Longest remark that Alidns is taken to accept; its limit is not published. */
export const LONGEST_REMARK = 50;

/** What is written down of an address that vantage points took out of DNS. */
export interface Absence {
  /** `down`: it is sick. `up`: it is well again, and is watched. `back`: it is answered again. */
  readonly state: 'down' | 'up' | 'back';
  /** Since when, in whole minutes. */
  readonly since: Instant;
  /** How many times it went down, one after the other. */
  readonly times: number;
}

export interface RecordMark {
  readonly region: string | undefined;
  /** Whether its CLB is an extra one, which comes and goes. */
  readonly isExtra: boolean;
  readonly absence: Absence | undefined;
}

export function isMarked({ remark }: Pick<RecordSeen, 'remark'>): boolean {
  return remark === RECORD_MARK || remark.startsWith(`${RECORD_MARK} `);
}

/** What is not understood is as if it were not there: a person may have written it. */
export function readMark(remark: string): RecordMark {
  const [mark, ...words] = remark.split(' ');
  if (mark !== RECORD_MARK) return { region: undefined, isExtra: false, absence: undefined };
  const place = words.find((word) => !word.includes(':'));
  return {
    region: place?.replace(/\+$/, ''),
    isExtra: place?.endsWith('+') === true,
    absence: absenceIn(words),
  };
}

const ABSENCE = /^(down|up|back):(\d\d)(\d\d)(\d\d)(\d\d)(\d\d):([1-9]\d?)$/;

function absenceIn(words: readonly string[]): Absence | undefined {
  for (const word of words) {
    const found = ABSENCE.exec(word);
    if (found === null) continue;
    const [, state, year, month, day, hour, minute, times] = found;
    const since = Date.parse(`20${year}-${month}-${day}T${hour}:${minute}Z`);
    if (Number.isNaN(since) || (state !== 'down' && state !== 'up' && state !== 'back')) continue;
    return { state, since, times: Number(times) };
  }
  return undefined;
}

/** Without the region where it would be too long with it. */
export function markText({ absence, isExtra, region }: RecordMark): string {
  const place = region === undefined ? [] : [`${region}${isExtra ? '+' : ''}`];
  const note =
    absence === undefined ? [] : [`${absence.state}:${minuteText(absence.since)}:${Math.min(99, absence.times)}`];
  const text = [RECORD_MARK, ...place, ...note].join(' ');
  return text.length <= LONGEST_REMARK ? text : [RECORD_MARK, ...note].join(' ');
}

/** `2611281200` for 2026-11-28 12:00 UTC. */
function minuteText(at: Instant): string {
  return new Date(Math.floor(at / MINUTE) * MINUTE).toISOString().slice(2, 16).replaceAll(/\D/g, '');
}
