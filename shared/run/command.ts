import type { Freeze, GatewayNames, Journal, Reading } from '../core/gateway';
import { gatewayJournal, setOverride } from '../core/journal';
import { activeFreeze } from '../core/limits';
import type { ScalingPolicy } from '../core/policy';
import { type Instant, isoTime } from '../core/time';
import type { FreezeCommand, ResumeCommand, ScaleCommand, UnfreezeCommand } from '../event/command';

/** A command that changes what the journal says. The look that follows acts on it. */
export type JournalCommand = ScaleCommand | ResumeCommand | FreezeCommand | UnfreezeCommand;

export interface CommandWorld {
  readonly at: Instant;
  readonly journal: Journal;
  readonly gateways: readonly { readonly names: GatewayNames; readonly policy: ScalingPolicy }[];
  /** End of an override or freeze, or why it cannot be that. */
  readonly end: (command: ScaleCommand | FreezeCommand) => Reading<Instant | undefined>;
}

/** What a person's command comes to: the journal to write, or a refusal that says how to get it accepted. */
export type CommandVerdict =
  | { readonly accepted: true; readonly journal: Journal; readonly message: string }
  | { readonly accepted: false; readonly message: string };

/** Pure. Bounds, mode and freeze are checked before anything is written, so that a refused command leaves no trace. */
export function judgeCommand(command: JournalCommand, world: CommandWorld): CommandVerdict {
  const { journal } = world;
  switch (command.action) {
    case 'scale':
      return judgeScale(command, journal, world);
    case 'resume':
      return judgeResume(command, journal);
    case 'freeze':
      return judgeFreeze(command, journal, world);
    case 'unfreeze':
      return journal.freeze === undefined
        ? refused('nothing is frozen here')
        : accepted(
            { ...journal, freeze: undefined },
            `the freeze by ${journal.freeze.owner} is lifted by ${command.owner}`,
          );
  }
}

function judgeScale(command: ScaleCommand, journal: Journal, world: CommandWorld): CommandVerdict {
  const gateway = world.gateways.find(({ names }) => names.gateway === command.gateway);
  if (gateway === undefined) {
    const known = world.gateways.map(({ names }) => names.gateway).join(', ');
    return refused(`no gateway "${command.gateway}" is configured in this region; there is: ${known || 'none'}`);
  }
  const { mode, name, replicas } = gateway.policy;
  if (command.replicas < replicas.min || command.replicas > replicas.max) {
    return refused(`${command.replicas} is outside the bounds ${replicas.min} to ${replicas.max} of policy "${name}"`);
  }
  if (mode === 'observe')
    return refused(`policy "${name}" only observes; set its mode to auto to let anything be written`);
  const freeze = activeFreeze(journal.freeze, world.at);
  if (freeze !== undefined) return refused(`frozen by ${freeze.owner}: ${freeze.reason}; unfreeze first`);
  const entry = gatewayJournal({ ok: true, value: journal }, command.gateway);
  if (!entry.ok) return refused(`nothing can be recorded for it: ${entry.problem}`);
  const end = world.end(command);
  if (!end.ok) return refused(end.problem);
  if (end.value === undefined) return refused('an override needs an end');
  const { owner, reason } = command;
  const override = { replicas: command.replicas, owner, reason, from: world.at, until: end.value };
  return accepted(
    setOverride(journal, command.gateway, override),
    `${command.gateway} is pinned to ${command.replicas} until ${isoTime(end.value)} by ${owner}: ${reason}`,
  );
}

function judgeResume(command: ResumeCommand, journal: Journal): CommandVerdict {
  const entry = gatewayJournal({ ok: true, value: journal }, command.gateway);
  if (!entry.ok) return refused(`its override cannot be read: ${entry.problem}`);
  const { override } = entry.value;
  if (override === undefined) return refused(`no override of "${command.gateway}" is in place`);
  return accepted(
    setOverride(journal, command.gateway, undefined),
    `the override of ${command.gateway} by ${override.owner} is ended by ${command.owner}: ${command.reason}`,
  );
}

function judgeFreeze(command: FreezeCommand, journal: Journal, world: CommandWorld): CommandVerdict {
  const end = world.end(command);
  if (!end.ok) return refused(end.problem);
  const { owner, reason } = command;
  const freeze = { owner, reason, until: end.value };
  const before = activeFreeze(journal.freeze, world.at);
  if (before !== undefined && endOf(before) > endOf(freeze)) {
    return refused(`already frozen ${untilWhen(before)} by ${before.owner}, which is longer: ${before.reason}`);
  }
  const instead = before === undefined ? '' : `, instead of the freeze by ${before.owner} (${before.reason})`;
  return accepted(
    { ...journal, freeze },
    `every write in this cluster is stopped ${untilWhen(freeze)} by ${owner}: ${reason}${instead}`,
  );
}

function endOf({ until }: Freeze): Instant {
  return until ?? Number.POSITIVE_INFINITY;
}

function untilWhen({ until }: Freeze): string {
  return until === undefined ? 'until it is lifted' : `until ${isoTime(until)}`;
}

function accepted(journal: Journal, message: string): CommandVerdict {
  return { accepted: true, journal, message };
}

function refused(message: string): CommandVerdict {
  return { accepted: false, message };
}
