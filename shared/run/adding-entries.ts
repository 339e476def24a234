import { ADDING_RR, addingEntries, addingValue } from '../core/adding';
import type { RecordContent } from '../core/zone';
import { CloudError } from '../errors';
import { whenFree } from './busy-zone';
import { errorFields } from './error-fields';
import type { ZoneRun } from './publish-run';
import { signing } from './publish-step';

/** An entry that names a record which is being added. */
export interface Adding {
  /** Of the entry. */
  readonly id: string;
  /** Whether it was made just now, and not by somebody who did not come to the end of it. */
  readonly isNew: boolean;
}

/**
 * Writes down what is about to be added. Where that is refused the addition goes on without it: an answer that is missing is
 * worse than one without a mark.
 */
export async function beginAdding(run: ZoneRun, content: RecordContent): Promise<Adding | undefined> {
  const value = addingValue(content);
  const entry: RecordContent = { rr: ADDING_RR, type: 'TXT', value, line: 'default', ttl: run.leaseTtl };
  try {
    const { date, id } = await whenFree(run.look, () => run.writer.add(run.zone, entry, signing(run)));
    run.vendor.note(date);
    return { id, isNew: true };
  } catch (error) {
    if (!(error instanceof CloudError)) throw error;
    const found = error.code === 'DomainRecordDuplicate' ? await entryOf(run, value) : undefined;
    if (found === undefined) run.look.log.warn('adding-not-noted', { zone: run.zone, value, ...errorFields(error) });
    return found;
  }
}

async function entryOf({ look, vendor, zone }: ZoneRun, value: string): Promise<Adding | undefined> {
  try {
    const { date, records } = await look.zones.recordsOf(zone, ADDING_RR);
    vendor.note(date);
    const found = addingEntries(records).find((entry) => entry.value === value);
    return found === undefined ? undefined : { id: found.id, isNew: false };
  } catch (error) {
    if (!(error instanceof CloudError)) throw error;
    return undefined;
  }
}

/** Strikes an entry out. Failing does no harm: a later look does it. */
export async function endAdding(run: ZoneRun, adding: Pick<Adding, 'id'> | undefined): Promise<void> {
  if (adding === undefined) return;
  try {
    const { date } = await whenFree(run.look, () => run.writer.remove(adding.id, signing(run)));
    run.vendor.note(date);
  } catch (error) {
    if (!(error instanceof CloudError)) throw error;
    if (error.kind === 'not-found') return;
    run.look.log.warn('adding-not-struck-out', { zone: run.zone, ...errorFields(error) });
  }
}
