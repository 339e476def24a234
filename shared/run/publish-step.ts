import type { Hold } from '../core/publication-model';
import { markText, type RecordMark } from '../core/record-mark';
import type { Instant } from '../core/time';
import { additionDate } from '../core/zone-lease';
import type { CloudError } from '../errors';
import type { Signing } from '../ports';
import type { ZoneRun } from './publish-run';

/** What became of a step. */
export type StepResult = Done | { readonly ok: false; readonly hold: Hold };

interface Done {
  readonly ok: true;
  readonly done: string;
  /** When the vendor took it, of what changes answers. */
  readonly changedAt?: Instant;
}

/** Something else is at the name that excludes the record, which no other look changes (error list of AddDomainRecord). */
const CONFLICTS: ReadonlySet<string> = new Set(['DomainRecordConflict', 'InvalidRR.NoExist']);

export function failed(error: CloudError, what: string): Hold {
  const message = `${what}: ${error.message}`;
  if (CONFLICTS.has(error.code ?? '')) return { reason: 'RecordConflict', message, needsPerson: true };
  if (error.kind === 'deadline') return { reason: 'DeadlineReached', message, needsPerson: false };
  if (error.kind === 'conflict' || error.kind === 'not-found') {
    return { reason: 'ConcurrentChange', message, needsPerson: false };
  }
  return { reason: 'WriteFailed', message, needsPerson: error.needsPerson };
}

/** Whose the record is, and nothing more. */
const PLAIN: RecordMark = { region: undefined, isExtra: false, absence: undefined };

/**
 * The vendor takes no remark with a new record: until this second call it looks like somebody else's.
 *
 * @param text what the remark says beyond that the record is ours
 */
export async function mark(run: ZoneRun, id: string, text: RecordMark = PLAIN): Promise<void> {
  const { date } = await run.writer.remark(id, markText(text), signing(run));
  run.vendor.note(date);
}

/** Where the vendor does not go by dates, there is nothing to gain from an old one. */
export function signing({ fence, vendor }: ZoneRun): Signing {
  const now = vendor.now();
  return fence === 'proven' && now !== undefined ? { signedAt: additionDate(now) } : {};
}
