import { fingerprint } from '../cloud/digests';
import type { Outcome } from '../core/decision';
import type { CommandedFunction } from '../core/function-name';
import type { Propose } from '../core/limits';
import type { ApplyCommand } from '../event';
import type { Log } from '../ports';
import type { Answer } from './serve';

/** What an instance proposed lately, by its fingerprint: it serves to say what is different, and nothing rests on it. */
export type ProposedBefore = Map<string, readonly string[]>;

export interface ProposalsOptions {
  readonly function: CommandedFunction;
  /** What the subjects are: gateways, or names in DNS. */
  readonly of: 'gateway' | 'name';
  readonly before: ProposedBefore;
  readonly command: ApplyCommand | undefined;
}

/** Enough for the proposals of many names within a day. */
const MOST_KEPT = 500;

/**
 * What is said of a plan in mode `propose`: its fingerprint and how to approve it, or, where a person approved another one, what
 * is different now. Nothing is said of the plan that was approved.
 */
export function createProposals({
  before,
  command,
  function: sentTo,
  of,
}: ProposalsOptions): (subject: string) => Propose {
  return (subject) => (steps) => {
    const plan = fingerprint(JSON.stringify([sentTo, subject, ...steps]));
    before.set(plan, steps);
    for (const oldest of [...before.keys()].slice(0, Math.max(0, before.size - MOST_KEPT))) before.delete(oldest);
    const approved = command?.[of] === subject ? command.plan : undefined;
    if (approved === plan) return undefined;
    const order = { action: 'apply', [of]: subject, plan, owner: 'your.name', reason: 'approved' };
    const now = `plan ${plan}: ${steps.join('; ')}; to carry it out send ${sentTo} ${JSON.stringify(order)}`;
    return approved === undefined
      ? { reason: 'ProposeMode', message: now, needsPerson: true, proposal: plan }
      : {
          reason: 'PlanChanged',
          message: `${changed(approved, before.get(approved), steps)}; now ${now}`,
          needsPerson: true,
          proposal: plan,
        };
  };
}

function changed(plan: string, before: readonly string[] | undefined, now: readonly string[]): string {
  const what = `plan ${plan} is not what would be done any more`;
  if (before === undefined) return what;
  const gone = before.filter((step) => !now.includes(step)).map((step) => `no longer ${step}`);
  const added = now.filter((step) => !before.includes(step)).map((step) => `instead ${step}`);
  return `${what}: ${[...gone, ...added].join('; ')}`;
}

/**
 * A look at one gateway that may carry out the plan of a person's, with what became of it.
 *
 * @param look as any other look, for the gateway of the command alone
 */
export async function applyPlan(command: ApplyCommand, log: Log, look: () => Promise<LookAnswer>): Promise<Answer> {
  log.info('command', { ...command });
  const { gateways, ...answer } = await look();
  const [decision] = gateways;
  const isDone = decision?.outcome === 'change';
  return { ...answer, gateways, ...applied(command, { isDone, message: decision?.message ?? answer.message }) };
}

interface LookAnswer extends Answer {
  readonly gateways: readonly Pick<Outcome, 'outcome' | 'message'>[];
}

/** What a person who approved a plan hears of it. */
export function applied(
  { owner, plan, reason }: ApplyCommand,
  done: { readonly isDone: boolean; readonly message: string },
): { readonly outcome?: 'refused'; readonly command?: string; readonly message?: string } {
  return done.isDone
    ? { command: `plan ${plan} is carried out for ${owner}: ${reason}` }
    : { outcome: 'refused', message: `plan ${plan} was not carried out: ${done.message}` };
}
