import { BEFORE_RR, isWorthNoting, recordNote, weightsNote } from '../core/before';
import type { Addition, NameToPublish } from '../core/publication-model';
import type { RecordSeen } from '../core/zone';
import { CloudError } from '../errors';
import { whenFree } from './busy-zone';
import { errorFields } from './error-fields';
import type { ZoneRun } from './publish-run';
import { signing } from './publish-step';

/**
 * Writes down what a record was like that is about to be adopted, so that `uninstall` can give it back. Throws CloudError where that
 * cannot be done: adopting is in no hurry, and the earlier remark would be lost.
 */
export async function noteRecord(run: ZoneRun, name: NameToPublish, record: RecordSeen): Promise<void> {
  if (!isWorthNoting(record, name)) return;
  const id = await noted(run, recordNote(record));
  if (record.remark === '') return;
  const { date } = await whenFree(run.look, () => run.writer.remark(id, record.remark, signing(run)));
  run.vendor.note(date);
}

/** That weights were off before us. Where it cannot be noted they are switched on without, and `uninstall` leaves them on. */
export async function noteWeights(run: ZoneRun, weights: Extract<Addition, { do: 'open-weights' }>): Promise<void> {
  const value = weightsNote(weights);
  try {
    await noted(run, value);
  } catch (error) {
    if (!(error instanceof CloudError)) throw error;
    run.look.log.warn('before-not-noted', { zone: run.zone, value, ...errorFields(error) });
  }
}

/** Id of the note, which an earlier try may have left. */
async function noted(run: ZoneRun, value: string): Promise<string> {
  try {
    const content = { rr: BEFORE_RR, type: 'TXT', value, line: 'default', ttl: run.leaseTtl };
    const { date, id } = await whenFree(run.look, () => run.writer.add(run.zone, content, signing(run)));
    run.vendor.note(date);
    return id;
  } catch (error) {
    if (!(error instanceof CloudError) || error.code !== 'DomainRecordDuplicate') throw error;
    const { records } = await run.look.zones.recordsOf(run.zone, BEFORE_RR);
    const found = records.find((record) => record.value === value);
    if (found === undefined) throw error;
    return found.id;
  }
}
