import type { CommandedFunction } from '../core/function-name';
import type { Journal } from '../core/gateway';
import { NO_JOURNAL } from '../core/journal';
import type { Instant } from '../core/time';
import { CloudError, InvalidInput } from '../errors';
import { COMMANDS, type Command, overrideEnd } from '../event';
import { type CommandWorld, type JournalCommand, judgeCommand } from '../run/command';
import type { Invocation } from './serve';

/** Where a command is written down, and by what it is judged. */
export interface CommandTarget {
  readonly function: CommandedFunction;
  readonly invocation: Invocation;
  readonly gateways: CommandWorld['gateways'];
  readonly at: Instant;
  readonly dryRun: boolean;
  /** Opened at the first use. */
  readonly journal: () => Promise<Journal>;
  readonly record: (journal: Journal) => Promise<Journal>;
}

export type Obeyed =
  | { readonly accepted: true; readonly message: string; readonly journal: Journal }
  | { readonly accepted: false; readonly message: string };

/** A person is not sent away because timers and alarms write the journal at the same moment. */
const ATTEMPTS = 4;

/** Writes a command down; the look that follows acts on it. Needs the journal alone, so that a freeze is never in the way. */
export async function obey(command: JournalCommand, target: CommandTarget): Promise<Obeyed> {
  return elsewhere(command, target) ?? impossible(command, target) ?? (await attempted(command, target, 1));
}

function elsewhere({ action }: JournalCommand, target: CommandTarget): Obeyed | undefined {
  const { by } = COMMANDS[action];
  if (by.includes(target.function)) return undefined;
  return { accepted: false, message: `Nothing was changed: "${action}" is for ${by.join(' or ')}, send it there` };
}

/** What is wrong with a command whatever the cluster says, so that nobody waits for the network to hear of a typing error. */
function impossible(command: JournalCommand, target: CommandTarget): Obeyed | undefined {
  if (!('gateway' in command) || command.action === 'resume') return undefined;
  const verdict = judge(command, target, NO_JOURNAL);
  return verdict.accepted ? undefined : verdict;
}

function judge(command: JournalCommand, { at, gateways }: CommandTarget, journal: Journal): Obeyed {
  const verdict = judgeCommand(command, { at, gateways, journal, end: (asked) => overrideEnd(asked, at) });
  return verdict.accepted ? verdict : { accepted: false, message: `Nothing was changed: ${verdict.message}` };
}

async function attempted(command: JournalCommand, target: CommandTarget, attempt: number): Promise<Obeyed> {
  const { dryRun, invocation } = target;
  try {
    const before = await target.journal();
    const verdict = judge(command, target, before);
    if (!verdict.accepted) return verdict;
    const isWritten = !dryRun && verdict.journal !== before;
    const journal = isWritten ? await target.record(verdict.journal) : verdict.journal;
    const asked = 'owner' in command ? { owner: command.owner, reason: command.reason } : {};
    invocation.log.info('command', { action: command.action, ...asked, dryRun, message: verdict.message });
    const message = dryRun ? `Nothing was written; without dryRun: ${verdict.message}` : verdict.message;
    return { accepted: true, message, journal };
  } catch (error) {
    if (!(error instanceof CloudError)) throw error;
    if (error.kind === 'conflict' && attempt < ATTEMPTS) return attempted(command, target, attempt + 1);
    invocation.log.error('command-failed', { action: command.action, kind: error.kind, error: error.message });
    return { accepted: false, message: `${disobeyed(error)}: ${error.message}` };
  }
}

function disobeyed({ kind }: CloudError): string {
  return kind === 'unknown-outcome'
    ? 'It is not known whether the command was recorded; look, and say it again if it was not'
    : 'Nothing was changed';
}

/** Those that a `look` or a plan is about, or all. Throws InvalidInput for a name that is not configured. */
export function chosen<G extends CommandWorld['gateways'][number]>(
  configured: readonly G[],
  command: Command | undefined,
): readonly G[] {
  if (command?.action === 'apply' && command.gateway === undefined) {
    throw new InvalidInput('a plan of a name is for failover-dns; one of this function is of a gateway');
  }
  if ((command?.action !== 'look' && command?.action !== 'apply') || command.gateway === undefined) return configured;
  const found = configured.filter(({ names }) => names.gateway === command.gateway);
  if (found.length > 0) return found;
  const known = configured.map(({ names }) => names.gateway).join(', ');
  throw new InvalidInput(`no gateway "${command.gateway}" is configured in this region; there is: ${known || 'none'}`);
}
