import type { Addition, FrontClb, Hold, NameToPublish } from '../core/publication-model';
import { FIRST_WEIGHT } from '../core/publication-weights';
import { isMarked, markText, type RecordMark } from '../core/record-mark';
import type { Instant } from '../core/time';
import { CloudError } from '../errors';
import { type Adding, beginAdding, endAdding } from './adding-entries';
import { noteRecord, noteWeights } from './before-notes';
import { whenFree } from './busy-zone';
import { errorFields } from './error-fields';
import { readClb } from './front-clbs';
import type { ZoneRun } from './publish-run';
import { failed, mark, type StepResult, signing } from './publish-step';

/**
 * Carries out what needs no lease. What is to be published is read by its id right before, also before each repetition, and
 * the write is signed so that it takes effect within two minutes or never.
 */
export async function carryAddition(run: ZoneRun, name: NameToPublish, step: Addition): Promise<StepResult> {
  const fields = { zone: run.zone, name: name.name, step: textOf(step) };
  try {
    const done = step.do === 'add' ? await add(run, name, step) : await carryOut(run, name, step);
    if (done.ok) run.look.log.info('write', fields);
    return done;
  } catch (error) {
    if (!(error instanceof CloudError)) throw error;
    run.look.log.error('write-failed', { ...fields, ...errorFields(error) });
    return { ok: false, hold: failed(error, textOf(step)) };
  }
}

type Added = StepResult | { readonly id: string; readonly at: Instant };
type Add = Extract<Addition, { do: 'add' }>;

async function add(run: ZoneRun, name: NameToPublish, step: Add): Promise<StepResult> {
  // An extra CLB's tags say whose its record is.
  const adding = step.clb.origin === 'own' ? await beginAdding(run, step.content) : undefined;
  const added = await addOnly(run, name, step, adding);
  if (!('id' in added)) return added;
  // Not part of what is repeated: by now the record is there.
  const problem = await marked(run, added.id, step.mark);
  if (problem !== undefined) {
    const hold = failed(problem, `mark ${step.content.value} on ${step.content.line} as ours`);
    // Without an entry nothing tells the next look whose it is.
    const isLost = step.clb.origin === 'own' && adding === undefined;
    return { ok: false, hold: { ...hold, needsPerson: hold.needsPerson || isLost } };
  }
  await endAdding(run, adding);
  return { ok: true, done: textOf(step), changedAt: added.at };
}

async function addOnly(run: ZoneRun, name: NameToPublish, step: Add, adding: Adding | undefined): Promise<Added> {
  try {
    const added = await whenFree<Added>(run.look, async () => {
      const objection = await objectionTo(run, name, step.clb);
      if (objection !== undefined) return { ok: false, hold: objection };
      const { date, id } = await run.writer.add(run.zone, step.content, signing(run));
      run.vendor.note(date);
      return { id, at: run.look.clock.now() };
    });
    if (!('id' in added)) await endNew(run, adding);
    return added;
  } catch (error) {
    if (!(error instanceof CloudError)) throw error;
    // Nothing was added, so that whatever has this content now is not ours.
    if (error.kind !== 'unknown-outcome') await endNew(run, adding);
    // The same record by somebody else: what was wanted is there.
    if (error.code === 'DomainRecordDuplicate') return { ok: true, done: `${textOf(step)}: it is there already` };
    throw error;
  }
}

/** One that was there before is somebody else's, who may still be at it. */
async function endNew(run: ZoneRun, adding: Adding | undefined): Promise<void> {
  if (adding?.isNew === true) await endAdding(run, adding);
}

async function marked(run: ZoneRun, id: string, text: RecordMark): Promise<CloudError | undefined> {
  try {
    await whenFree(run.look, () => mark(run, id, text));
    return undefined;
  } catch (error) {
    if (!(error instanceof CloudError)) throw error;
    run.look.log.error('not-marked', { zone: run.zone, recordId: id, ...errorFields(error) });
    return error;
  }
}

async function carryOut(run: ZoneRun, name: NameToPublish, step: Exclude<Addition, Add>): Promise<StepResult> {
  switch (step.do) {
    case 'enable': {
      const hold = await whenFree(run.look, () => enable(run, name, step));
      if (hold !== undefined) return { ok: false, hold };
      const changedAt = run.look.clock.now();
      // Refused while a record is disabled (error DomainRecordDisable).
      if (step.softly) await whenFree(run.look, () => weigh(run, step.record.id, FIRST_WEIGHT));
      if (step.mark !== undefined) await marked(run, step.record.id, step.mark);
      return { ok: true, done: textOf(step), changedAt };
    }
    case 'mark':
      if (!isMarked(step.record) && !step.mark.isExtra) await noteRecord(run, name, step.record);
      await whenFree(run.look, () => mark(run, step.record.id, step.mark));
      break;
    case 'open-weights':
      await noteWeights(run, step);
      await whenFree(run.look, () =>
        run.writer.openWeights({ zone: run.zone, rr: step.rr, type: step.type }, true, signing(run)),
      );
      break;
    case 'weigh':
      await whenFree(run.look, () => weigh(run, step.record.id, step.weight));
      return { ok: true, done: textOf(step), changedAt: run.look.clock.now() };
  }
  return { ok: true, done: textOf(step) };
}

async function objectionTo(run: ZoneRun, name: NameToPublish, clb: FrontClb): Promise<Hold | undefined> {
  const { objection } = await readClb(run.look, clb, name.gateway, false);
  return objection === undefined ? undefined : { reason: 'ConcurrentChange', message: objection, needsPerson: false };
}

async function enable(
  run: ZoneRun,
  name: NameToPublish,
  { clb, record }: Extract<Addition, { do: 'enable' }>,
): Promise<Hold | undefined> {
  const objection = await objectionTo(run, name, clb);
  if (objection !== undefined) return objection;
  const { date } = await run.writer.setEnabled(record.id, true, signing(run));
  run.vendor.note(date);
  return undefined;
}

async function weigh(run: ZoneRun, id: string, weight: number): Promise<void> {
  const { date } = await run.writer.weigh(id, weight, signing(run));
  run.vendor.note(date);
}

export function textOf(step: Addition): string {
  switch (step.do) {
    case 'add':
      return `add ${step.content.value} on ${step.content.line}`;
    case 'enable':
      return `enable ${step.record.value} on ${step.record.line}`;
    case 'mark':
      return `remark of ${step.record.value} on ${step.record.line}: ${markText(step.mark)}`;
    case 'open-weights':
      return `switch weights of type ${step.type} on`;
    case 'weigh':
      return `weight of ${step.record.value} on ${step.record.line} from ${step.record.weight ?? 'none'} to ${step.weight}`;
  }
}
