import type { Configuration } from '../shared/config/load';
import { inOrder } from '../shared/core/uninstall/writing';
import { counted } from '../shared/core/words';
import { afterwards } from './afterwards';
import { saysYes } from './agreement';
import type { Asked } from './commands';
import { isOn } from './options';
import { shown } from './paint';
import { ownerOf, reasonOf } from './person';
import { reachable } from './reachable';
import { type Failure, type Result, WrongUsage } from './result';
import { type Target, targetsOf } from './route';
import { isRefusal, type Replies, type Reply, refusalOf, send } from './send';
import type { Reach, World } from './world';

/** A zone takes a write every two seconds, and a function answers within a minute: so many times it is asked to go on. */
const ROUNDS = 20;

interface Leaving {
  readonly reach: Reach;
  readonly configuration: Configuration;
  readonly event: { readonly action: 'uninstall'; readonly owner: string; readonly reason: string };
  /** One after the other: CLBs lead to records, and the journal is what the others rest on. */
  readonly stages: readonly Target[];
}

/**
 * Asks the functions to take back what is ours: first all of them what that would be, and whether anything stands in the way; then,
 * when it is agreed to, one kind of function after the other.
 */
export async function uninstall(asked: Asked, world: World): Promise<Result> {
  const { options } = asked;
  const isDry = isOn(options, 'dry-run');
  const isSure = isOn(options, 'yes');
  if (isDry && isSure) throw new WrongUsage('--dry-run asks for nothing; leave --yes out');
  const event = { action: 'uninstall', owner: ownerOf(options, world), reason: reasonOf(options) } as const;
  if (!isDry && !isSure && !world.isInteractive) throw new WrongUsage('there is no terminal to ask on; say --yes');
  const { configuration, open } = reachable(asked, world, { isAsWritten: true });
  const stages = targetsOf(event, configuration, undefined);
  const leaving: Leaving = { reach: await open(), configuration, event, stages };
  const seen = await look(leaving);
  if (isDry || seen.outcome !== 'done') return resultOf(leaving, seen);
  if (isSure) return resultOf(leaving, await carry(leaving, seen));
  const isAgreed = await agreed(leaving, seen, world);
  const result = resultOf(leaving, isAgreed ? await carry(leaving, seen) : seen);
  if (isAgreed) return { ...result, isNoted: true };
  return { ...result, outcome: 'changes', lines: ['Nothing was taken back.'], isNoted: true };
}

/** What was found, or done. */
interface Seen {
  readonly outcome: Extract<Result['outcome'], 'done' | 'nothing-to-do' | 'refused' | 'failed'>;
  readonly would: readonly string[];
  readonly done: readonly string[] | undefined;
  readonly left: readonly string[];
  readonly errors: readonly Failure[];
}

/** Every function of every region: one that is deployed with an older configuration would make everything anew. */
async function look({ configuration, event, reach, stages }: Leaving): Promise<Seen> {
  const everywhere = stages.map((target) => ({ ...target, ask: 'each' as const }));
  const replies = await send(reach, configuration.functions, everywhere, { ...event, dryRun: true });
  const refused = refusalsIn(replies.answers.filter(isRefusal));
  const would = said(replies.answers, 'would');
  const errors = [...replies.failures, ...refused, ...replies.answers.flatMap(misunderstood)];
  const failed = errors.length > refused.length;
  const outcome = failed ? 'failed' : refused.length > 0 ? 'refused' : would.length === 0 ? 'nothing-to-do' : 'done';
  return { outcome, would, done: undefined, left: said(replies.answers, 'left'), errors };
}

/** What a function of an earlier version answers, which knows no such command. */
function misunderstood(reply: Reply): readonly Failure[] {
  const { answer, function: name, region } = reply;
  if (isRefusal(reply) || answer.uninstall !== undefined || answer.outcome !== undefined) return [];
  return [{ function: name, region, message: `it did not say what is left: ${answer.message}` }];
}

/** Of failover-dns every region sees the same zones. */
function said(answers: Replies['answers'], what: 'would' | 'done' | 'left'): readonly string[] {
  return [...new Set(answers.flatMap(({ answer }) => answer.uninstall?.[what] ?? []))];
}

/** What must be done first, as one list in its order: functions see the same zones and clusters, and have the same settings. */
function refusalsIn(refused: readonly Reply[]): readonly Failure[] {
  const each = refused.flatMap(({ answer }) => answer.uninstall ?? []);
  const once = (all: readonly string[]): readonly string[] => [...new Set(all)];
  const first = inOrder(
    once(each.flatMap(({ blockers = [] }) => blockers)),
    once(each.flatMap(({ settings = [] }) => settings)),
  );
  const message = `Nothing was taken back: ${counted(first.length, 'thing')} must be done first.`;
  return [
    ...(first.length === 0 ? [] : [{ message, problems: first }]),
    ...refused.filter(({ answer }) => answer.uninstall?.blockers === undefined).map(refusalOf),
  ];
}

async function carry({ configuration, event, reach, stages }: Leaving, seen: Seen): Promise<Seen> {
  const done: string[] = [];
  for (const stage of stages) {
    for (let round = 1; ; round += 1) {
      const { answers, failures } = await send(reach, configuration.functions, [stage], event);
      const now = said(answers, 'done');
      done.push(...now);
      const refused = answers.filter(isRefusal).map(refusalOf);
      const partly = answers.filter(({ answer }) => answer.outcome === 'partly').map(refusalOf);
      const errors = [...failures, ...refused];
      if (errors.length > 0) return { ...seen, done, outcome: failures.length > 0 ? 'failed' : 'refused', errors };
      if (partly.length === 0) break;
      if (now.length === 0 || round === ROUNDS) return { ...seen, done, outcome: 'failed', errors: partly };
    }
  }
  return { ...seen, done };
}

async function agreed({ reach }: Leaving, { left, would }: Seen, world: World): Promise<boolean> {
  for (const note of reach.notes) world.error(shown(`Note: ${note}`));
  for (const words of would) world.error(shown(words));
  for (const words of left) world.error(shown(`Stays: ${words}`));
  const count = would.length === 1 ? 'this' : `these ${would.length} things`;
  return await saysYes(`Take ${count} back?`, world);
}

function resultOf({ configuration, reach }: Leaving, { done, errors, left, outcome, would }: Seen): Result {
  const isClear = outcome === 'done' || outcome === 'nothing-to-do';
  const byHand = isClear ? afterwards(configuration) : [];
  return {
    outcome,
    body: { would, done: done ?? [], left, byHand },
    lines: [
      ...(done ?? would).map((words) => `${done === undefined ? 'would' : 'done '}  ${shown(words)}`),
      ...left.map((words) => `stays  ${shown(words)}`),
      ...(outcome === 'nothing-to-do' && left.length === 0 ? [nothingLeft(configuration)] : []),
      ...(isClear ? ['What is left to do by hand, once that is done:', ...byHand.map((line) => `  ${line}`)] : []),
    ],
    errors,
    notes: reach.notes,
  };
}

/** Only of what was looked at. */
function nothingLeft({ names }: Configuration): string {
  return Object.keys(names).length === 0
    ? 'Nothing of ours is left in clusters. No name is configured, so that no zone was looked at.'
    : 'Nothing of ours is left in zones and clusters.';
}
