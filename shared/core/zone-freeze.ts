/**
 * The freeze of a zone: an enabled TXT record `_gateway-autopilot-freeze`, from any console and with every function down. Its
 * presence counts; the text may say who, why and until when, for example `owner=li.wei;until=2026-11-28T20:00Z;reason=migration`.
 * Pure.
 */
import { controlText, readControl } from './control-text';
import type { Freeze } from './gateway';
import { freezeEnd } from './standing';
import { type Instant, isoTime } from './time';
import type { RecordSeen } from './zone';

export const FREEZE_RR = '_gateway-autopilot-freeze';

export function freezeRecords(records: readonly RecordSeen[]): readonly RecordSeen[] {
  return records.filter(({ enabled, rr, type }) => rr === FREEZE_RR && type === 'TXT' && enabled);
}

/** The freeze that stands longest; `undefined` when there is none, or each is over. */
export function freezeIn(records: readonly RecordSeen[], at: Instant): Freeze | undefined {
  const standing = freezeRecords(records)
    .map(({ value }) => readFreeze(value))
    .filter(({ until }) => until === undefined || at < until);
  return standing.toSorted((a, b) => freezeEnd(b) - freezeEnd(a))[0];
}

/** What cannot be read as an end is none: it stands until somebody removes it. */
function readFreeze(text: string): Freeze {
  const fields = readControl(text);
  const until = Date.parse(fields.get('until') ?? '');
  return {
    owner: fields.get('owner') ?? 'somebody',
    reason: fields.get('reason') ?? text,
    until: Number.isNaN(until) ? undefined : until,
  };
}

export function freezeText({ owner, reason, until }: Freeze): string {
  return controlText([
    ['owner', owner],
    ...(until === undefined ? [] : ([['until', isoTime(until)]] as const)),
    ['reason', reason],
  ]);
}
