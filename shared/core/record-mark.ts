/**
 * What the remark of a record of ours says: whose it is, which CLB it leads to (so that it is known while the region's own APIs
 * are not), and what became of the address. For example `gateway-autopilot cn-hangzhou lb-1 down=2026-11-28T12:00Z n=1`. Pure.
 */
import { type Instant, MINUTE } from './time';
import type { RecordSeen } from './zone';

/** What the remark of a record that is ours starts with: nothing without it is ever changed. */
export const RECORD_MARK = 'gateway-autopilot';

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
  readonly clb: string | undefined;
  readonly absence: Absence | undefined;
}

export function isMarked({ remark }: Pick<RecordSeen, 'remark'>): boolean {
  return remark === RECORD_MARK || remark.startsWith(`${RECORD_MARK} `);
}

/** What is not understood is as if it were not there: a person may have written it. */
export function readMark(remark: string): RecordMark {
  const [mark, ...words] = remark.split(' ');
  if (mark !== RECORD_MARK) return { region: undefined, clb: undefined, absence: undefined };
  const [region, clb] = words.filter((word) => !word.includes('='));
  return { region, clb, absence: absenceIn(words) };
}

function absenceIn(words: readonly string[]): Absence | undefined {
  const value = (key: string): string | undefined =>
    words.find((word) => word.startsWith(`${key}=`))?.slice(key.length + 1);
  const times = Number(value('n') ?? 1);
  for (const state of ['down', 'up', 'back'] as const) {
    const since = Date.parse(value(state) ?? '');
    if (!Number.isNaN(since) && Number.isInteger(times) && times > 0) return { state, since, times };
  }
  return undefined;
}

export function markText({ absence, clb, region }: RecordMark): string {
  const place = region === undefined ? [] : [region, ...(clb === undefined ? [] : [clb])];
  const note = absence === undefined ? [] : [`${absence.state}=${minuteText(absence.since)}`, `n=${absence.times}`];
  return [RECORD_MARK, ...place, ...note].join(' ');
}

function minuteText(at: Instant): string {
  return `${new Date(Math.floor(at / MINUTE) * MINUTE).toISOString().slice(0, 16)}Z`;
}
