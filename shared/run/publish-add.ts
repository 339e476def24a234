import { FIRST_WEIGHT } from '../core/publication-additions';
import type { Addition, FrontClb, Hold, NameToPublish } from '../core/publication-model';
import { markText, type RecordMark } from '../core/record-mark';
import { additionDate } from '../core/zone-lease';
import { CloudError } from '../errors';
import type { Signing } from '../ports';
import { whenFree } from './busy-zone';
import { errorFields } from './error-fields';
import { readClb } from './front-clbs';
import type { ZoneRun } from './publish-run';

/** What became of a step. */
export type StepResult = { readonly ok: true; readonly done: string } | { readonly ok: false; readonly hold: Hold };

/**
 * Carries out what needs no lease. What is to be published is read by its id right before, also before each repetition, and
 * the write is signed so that it takes effect within two minutes or never.
 */
export async function carryAddition(run: ZoneRun, name: NameToPublish, step: Addition): Promise<StepResult> {
  const fields = { zone: run.zone, name: name.name, step: textOf(step) };
  try {
    const done = await whenFree(run.look, () => carryOut(run, name, step));
    if (done.ok) run.look.log.info('write', fields);
    return done;
  } catch (error) {
    if (!(error instanceof CloudError)) throw error;
    // The same record by somebody else: what was wanted is there.
    if (error.code === 'DomainRecordDuplicate') return { ok: true, done: `${textOf(step)}: it is there already` };
    run.look.log.error('write-failed', { ...fields, ...errorFields(error) });
    return { ok: false, hold: failed(error, textOf(step)) };
  }
}

export function failed(error: CloudError, what: string): Hold {
  const message = `${what}: ${error.message}`;
  if (error.kind === 'deadline') return { reason: 'DeadlineReached', message, needsPerson: false };
  if (error.kind === 'conflict' || error.kind === 'not-found') {
    return { reason: 'ConcurrentChange', message, needsPerson: false };
  }
  return { reason: 'WriteFailed', message, needsPerson: error.needsPerson };
}

async function carryOut(run: ZoneRun, name: NameToPublish, step: Addition): Promise<StepResult> {
  switch (step.do) {
    case 'add':
    case 'enable': {
      const objection = await objectionTo(run, name, step.clb);
      if (objection !== undefined) return { ok: false, hold: objection };
      if (step.do === 'add') await add(run, step);
      else await enable(run, step);
      break;
    }
    case 'mark':
      await mark(run, step.record.id, step.mark);
      break;
    case 'open-weights':
      await run.writer.openWeights({ zone: run.zone, rr: step.rr, type: step.type }, true, signing(run));
      break;
    case 'weigh':
      await weigh(run, step.record.id, step.weight);
      break;
  }
  return { ok: true, done: textOf(step) };
}

async function objectionTo(run: ZoneRun, name: NameToPublish, clb: FrontClb): Promise<Hold | undefined> {
  const { objection } = await readClb(run.look, clb, name.gateway, false);
  return objection === undefined ? undefined : { reason: 'ConcurrentChange', message: objection, needsPerson: false };
}

/** The vendor takes no remark with a new record: until the second call it looks like somebody else's. */
async function add(run: ZoneRun, { content, mark: text }: Extract<Addition, { do: 'add' }>): Promise<void> {
  const { date, id } = await run.writer.add(run.zone, content, signing(run));
  run.vendor.note(date);
  await whenFree(run.look, () => mark(run, id, text));
}

async function enable(
  run: ZoneRun,
  { mark: text, record, softly }: Extract<Addition, { do: 'enable' }>,
): Promise<void> {
  const { date } = await run.writer.setEnabled(record.id, true, signing(run));
  run.vendor.note(date);
  // Refused while a record is disabled (error DomainRecordDisable).
  if (softly) await whenFree(run.look, () => weigh(run, record.id, FIRST_WEIGHT));
  if (text !== undefined) await whenFree(run.look, () => mark(run, record.id, text));
}

async function mark(run: ZoneRun, id: string, text: RecordMark): Promise<void> {
  const { date } = await run.writer.remark(id, markText(text), signing(run));
  run.vendor.note(date);
}

async function weigh(run: ZoneRun, id: string, weight: number): Promise<void> {
  const { date } = await run.writer.weigh(id, weight, signing(run));
  run.vendor.note(date);
}

/** Where the vendor does not go by dates, there is nothing to gain from an old one. */
function signing({ fence, vendor }: ZoneRun): Signing {
  const now = vendor.now();
  return fence === 'proven' && now !== undefined ? { signedAt: additionDate(now) } : {};
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
