import { nextStep } from '../core/clb-next-step';
import { type Waiting, withPatience } from '../core/clb-patience';
import type { ClbStage, IntentSeen, StageWorld } from '../core/clb-stage';
import type { FrontService } from '../core/front-service';
import type { Refusal } from '../core/limits';
import { type Acting, wordsOf } from '../core/step-words';
import { CloudError } from '../errors';
import type { BalancingWriters } from './balance-gateways';
import { errorFields } from './error-fields';
import { observeStage } from './observe-stage';
import { type Performed, performStep } from './perform-step';
import { reading } from './reading';
import { failed, type StageRun } from './stage-run';

/** What became of one extra CLB in this look. */
export interface ExtraReport {
  readonly service: string;
  /** Where it was when the look began. */
  readonly was: ClbStage | 'unknown';
  readonly stage: ClbStage | 'unknown' | 'ended';
  readonly wanted: boolean;
  readonly clb: IntentSeen['clb'];
  /** Steps that were taken, in words. */
  readonly done: readonly string[];
  /** What it waits for; `undefined` when it has ended. */
  readonly waits: Waiting | undefined;
  /** The step that a look with writes would take, in a dry run. */
  readonly would?: string;
}

/** From the intent to the end and back there are fewer. */
const MOST_STEPS = 20;

/**
 * Takes one extra CLB as far as it gets without waiting. What each step rests on is read right before it; a step that fails
 * ends the look at this instance, and the next one goes on from what is there then.
 */
export async function carryStage(
  run: StageRun,
  service: FrontService,
  { stopped, wanted }: { readonly wanted: boolean; readonly stopped: Refusal | undefined },
): Promise<ExtraReport> {
  const done: string[] = [];
  const learned = new Set<string>();
  let current = service;
  const was = service.intent?.seen.ok === true ? service.intent.seen.value.stage : 'unknown';
  for (;;) {
    const seen = current.intent?.seen;
    if (seen === undefined || !seen.ok) return broken(current, wanted, seen?.problem);
    const intent = seen.value;
    const report = (waits: Waiting | undefined, stage: ExtraReport['stage'] = intent.stage): ExtraReport => ({
      ...{ service: intent.name, was, stage, wanted, clb: intent.clb, done },
      waits: waits && withPatience(waits, intent, run.look.clock.now()),
    });
    const world = await reading(observeStage(run, current, intent, { wanted, learned }));
    if (!world.ok)
      return report({ reason: 'ReadFailed', message: world.problem, needsPerson: world.needsPerson ?? false });
    const step = nextStep(world.value);
    if (step.do === 'wait') return report(withStrays(step, world.value));
    const words = wordsOf(step);
    const { writers } = run;
    if (stopped !== undefined) {
      const { message, needsPerson = false, reason } = stopped;
      return report({ reason, message: `${message}; would ${words}`, needsPerson });
    }
    if (writers === undefined) {
      const reason = wanted ? 'Attaching' : 'Releasing';
      return { ...report({ reason, message: `the next step is to ${words}`, needsPerson: false }), would: words };
    }
    if (done.at(-1) === words || done.length === MOST_STEPS) return report(notSeenYet(words));
    const next = await attempted(run, writers, current, intent, step, learned);
    if (typeof next === 'object' && 'reason' in next) return report(next);
    done.push(words);
    if (next === 'ended') {
      run.standing.ended(current);
      return report(undefined, 'ended');
    }
    // Whoever was about to publish it has until the next look to see the mark.
    if (step.do === 'tag' && step.stage === 'deleting') return report(MARKED);
    run.standing.put(next);
    current = next;
  }
}

async function attempted(
  run: StageRun,
  writers: BalancingWriters,
  service: FrontService,
  intent: IntentSeen,
  step: Acting,
  learned: Set<string>,
): Promise<Performed> {
  const { gateway, look } = run;
  const of = { gateway: gateway.names.gateway, service: service.name, stage: intent.stage };
  try {
    const next = await performStep(run, writers, service, intent, step, learned);
    look.log.info('clb-step', { ...of, step: wordsOf(step) });
    return next;
  } catch (error) {
    if (!(error instanceof CloudError)) throw error;
    look.log.warn('clb-step-failed', { ...of, ...errorFields(error) });
    return failed(error);
  }
}

const MARKED: Waiting = {
  reason: 'Settling',
  message: 'marked, to be deleted at the next look',
  needsPerson: false,
};

/** Reads may show the past for a moment: what was done once is not done again in the same look. */
function notSeenYet(words: string): Waiting {
  return { reason: 'Settling', message: `"${words}" was done and does not show yet`, needsPerson: false };
}

/** Whatever else it waits for: one that was bought beside its own is paid for, and a person's business. */
function withStrays(waiting: Waiting, { intent, strays }: StageWorld): Waiting {
  if (strays.length === 0 || waiting.needsPerson) return waiting;
  const message = `${strays.join(', ')} carries the mark of Service ${intent.name}, too; ${waiting.message}`;
  return { reason: 'AmbiguousLoadBalancer', message, needsPerson: true };
}

function broken({ name }: FrontService, wanted: boolean, problem = 'it has lost our label'): ExtraReport {
  const waits: Waiting = { reason: 'BrokenIntent', message: problem, needsPerson: true };
  return { service: name, was: 'unknown', stage: 'unknown', wanted, clb: undefined, done: [], waits };
}
