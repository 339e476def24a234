import { ADDING_RR, addingEntries, isYoung, spentEntries, unfinished } from '../core/adding';
import type { RecordSeen } from '../core/zone';
import { CloudError } from '../errors';
import { endAdding } from './adding-entries';
import { whenFree } from './busy-zone';
import { errorFields } from './error-fields';
import { failed, mark, type StepResult } from './publish-step';
import { note, readAgain, type Work, type ZoneWork } from './publish-work';
import { reading } from './reading';
import { freezeOn } from './zone-freeze';

/**
 * Marks records of our own making whose writer died before it had marked them, as their entries say, and strikes out the entries
 * that have had their use. No read and no write where there is neither.
 */
export async function finishAdding(zone: ZoneWork): Promise<void> {
  const { run, works, world } = zone;
  if (works.every(({ name }) => name.publish !== 'auto')) return;
  const entries = await entriesOf(zone);
  if (entries.length === 0 || (await freezeOn(run.look, run.zone, world.seen)) !== undefined) return;
  const left = unfinished(entries, zone.records).flatMap((record) => {
    const work = works.find(({ name }) => name.rr === record.rr && name.publish === 'auto');
    return work === undefined ? [] : [{ record, work }];
  });
  for (const { record, work } of left) await finish(zone, work, record);
  if (left.length > 0) zone.records = await readAgain(zone);
  for (const entry of spentEntries(entries, zone.records, run.look.clock.now())) await endAdding(run, entry);
}

async function finish({ run }: ZoneWork, work: Work, { id, line, value }: RecordSeen): Promise<void> {
  const what = `mark ${value} on ${line} as ours`;
  let result: StepResult = { ok: true, done: what };
  try {
    await whenFree(run.look, () => mark(run, id));
    run.look.log.info('write', { zone: run.zone, name: work.name.name, step: what });
  } catch (error) {
    if (!(error instanceof CloudError)) throw error;
    run.look.log.error('not-marked', { zone: run.zone, recordId: id, ...errorFields(error) });
    result = { ok: false, hold: failed(error, what) };
  }
  note(work, result);
}

/** In a zone that is not read whole they are asked for once by each instance, and when a record is there that could be ours. */
async function entriesOf({ records, run, works, world }: ZoneWork): Promise<readonly RecordSeen[]> {
  const { clock, log, memory, zones } = run.look;
  const known = memory.get(run.zone)?.judged;
  if (world.seen.whole) {
    memory.set(run.zone, { ...memory.get(run.zone), judged: known ?? new Set() });
    return addingEntries(records);
  }
  const suspects = records.filter((record) => isSuspect(record, works) && known?.has(record.id) !== true);
  if (known !== undefined && suspects.length === 0) return [];
  const read = await reading(zones.recordsOf(run.zone, ADDING_RR));
  if (!read.ok) {
    log.warn('read-failed', { zone: run.zone, error: read.problem });
    return [];
  }
  const entries = addingEntries(read.value.records);
  const others = suspects.filter(
    (record) => !isYoung(record, clock.now()) && unfinished(entries, [record]).length === 0,
  );
  const judged = new Set([...(known ?? []), ...others.map(({ id }) => id)]);
  memory.set(run.zone, { ...memory.get(run.zone), judged });
  return entries;
}

/** Without any remark, and the address of one of the gateway's own CLBs that is not adopted. */
function isSuspect({ id, remark }: RecordSeen, works: readonly Work[]): boolean {
  if (remark !== '') return false;
  return works.some(
    ({ name, plan }) =>
      name.publish === 'auto' && plan.lines.some(({ adoptable }) => adoptable.some(({ record }) => record.id === id)),
  );
}
