import type { Hold } from '../core/publication-model';
import { MINUTE, type Millis } from '../core/time';
import type { StepResult } from './publish-step';
import type { Work, ZoneWork } from './publish-work';

/** An addition that only a person can make possible. */
export interface RefusedAddition {
  readonly hold: Hold;
  /** As `elapsed` has it. */
  readonly at: Millis;
  /** What the name had then. */
  readonly records: string;
}

/** So often it is asked for once more, though nothing was seen to change. */
const AGAIN_AFTER: Millis = 10 * MINUTE;

/** Why an addition is not asked for again: it was refused a while ago, and the name has the same records as then. */
export function refusedBefore({ records, run }: ZoneWork, { name }: Work, key: string): Hold | undefined {
  const before = run.look.memory.get(run.zone)?.refused?.get(key);
  if (before === undefined || run.look.elapsed() - before.at >= AGAIN_AFTER) return undefined;
  return before.records === namedRecords(records, name.rr) ? before.hold : undefined;
}

export function rememberRefusal({ records, run }: ZoneWork, { name }: Work, key: string, result: StepResult): void {
  const known = run.look.memory.get(run.zone);
  const refused = new Map(known?.refused);
  refused.delete(key);
  if (!result.ok && result.hold.reason === 'RecordConflict') {
    refused.set(key, { hold: result.hold, at: run.look.elapsed(), records: namedRecords(records, name.rr) });
  }
  run.look.memory.set(run.zone, { ...known, refused });
}

function namedRecords(records: ZoneWork['records'], rr: string): string {
  const named = records.filter((record) => record.rr === rr);
  return named
    .map(({ enabled, id, line, type, value }) => [id, type, line, value, enabled].join(' '))
    .sort()
    .join('\n');
}
