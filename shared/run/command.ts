import { wasUndone } from '../core/conflict';
import type { Mode } from '../core/decision';
import type { GatewayNames, Journal, Reading } from '../core/gateway';
import {
  endAll,
  gatewayJournal,
  recentEvents,
  setExtraAsked,
  setHold,
  setOverride,
  setProtection,
} from '../core/journal';
import { activeFreeze, activeHold } from '../core/limits';
import type { ScalingPolicy } from '../core/policy';
import { freezeEnd, freezeEndText } from '../core/standing';
import { type Instant, isoTime } from '../core/time';
import type {
  ApplyCommand,
  AttachCommand,
  Command,
  EndingCommand,
  FreezeCommand,
  HoldCommand,
  LookCommand,
  ProtectCommand,
  ReleaseCommand,
  ResumeCommand,
  ScaleCommand,
} from '../event/command';

/** A command that changes something; most of them what the journal says. The look that follows acts on it. */
export type JournalCommand = Exclude<Command, ApplyCommand | LookCommand>;

/** What a policy allows of extra CLBs. */
interface ExtraBounds {
  readonly mode: Mode;
  readonly maxExtra: number;
}

export interface CommandWorld {
  readonly at: Instant;
  readonly journal: Journal;
  readonly gateways: readonly {
    readonly names: GatewayNames;
    readonly policy: ScalingPolicy & { readonly loadBalancers?: ExtraBounds | undefined };
  }[];
  /** When the command's effect ends, or why it cannot be that. */
  readonly end: (command: EndingCommand) => Reading<Instant | undefined>;
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
    case 'hold':
      return judgeHold(command, journal, world);
    case 'protect':
      return judgeProtect(command, journal, world);
    case 'attach':
    case 'release':
      return judgeExtra(command, journal, world);
    case 'expect':
      return refused('what a load needs is judged by attach-clb on what it sees');
    case 'drain':
    case 'pin':
    case 'adopt':
      return refused('names are led elsewhere, and records adopted, by failover-dns');
    case 'check':
      return refused('a function checks itself before anything is judged by the cluster');
    case 'probe':
      return refused('addresses are probed by probe-region');
    case 'uninstall':
      return refused('what is left behind is taken back past the journal');
    case 'audit':
      return refused('gateways are audited by audit-gateway');
    case 'resume':
      return judgeResume(command, journal, world.at);
    case 'freeze':
      return judgeFreeze(command, journal, world);
    case 'unfreeze':
      return journal.freeze === undefined
        ? accepted(journal, 'nothing was frozen here')
        : accepted(
            { ...journal, freeze: undefined },
            `the freeze by ${journal.freeze.owner} is lifted by ${command.owner}`,
          );
  }
}

type Gateway = CommandWorld['gateways'][number];

/** The gateway that a command names, provided that something may be recorded for it. */
function gatewayOf(name: string, journal: Journal, world: CommandWorld): Reading<Gateway> {
  const gateway = world.gateways.find(({ names }) => names.gateway === name);
  if (gateway === undefined) {
    const known = world.gateways.map(({ names }) => names.gateway).join(', ');
    return problem(`no gateway "${name}" is configured in this region; there is: ${known || 'none'}`);
  }
  const entry = gatewayJournal({ ok: true, value: journal }, name);
  return entry.ok ? { ok: true, value: gateway } : problem(`nothing can be recorded for it: ${entry.problem}`);
}

/** The end of a command that must have one. */
function endOfOverride(command: EndingCommand, world: CommandWorld): Reading<Instant> {
  const end = world.end(command);
  if (!end.ok) return end;
  return end.value === undefined ? problem('it needs an end') : { ok: true, value: end.value };
}

function judgeScale(command: ScaleCommand, journal: Journal, world: CommandWorld): CommandVerdict {
  const gateway = gatewayOf(command.gateway, journal, world);
  if (!gateway.ok) return refused(gateway.problem);
  const unsuitable = unsuitableCount(command.replicas, gateway.value) ?? stopped(command.gateway, journal, world.at);
  if (unsuitable !== undefined) return refused(unsuitable);
  const end = endOfOverride(command, world);
  if (!end.ok) return refused(end.problem);
  const { owner, reason } = command;
  const override = { replicas: command.replicas, owner, reason, from: world.at, until: end.value };
  return accepted(
    setOverride(journal, command.gateway, override),
    `${command.gateway} is pinned to ${command.replicas} until ${isoTime(end.value)} by ${owner}: ${reason}`,
  );
}

function judgeProtect(command: ProtectCommand, journal: Journal, world: CommandWorld): CommandVerdict {
  const gateway = gatewayOf(command.gateway, journal, world);
  if (!gateway.ok) return refused(gateway.problem);
  const { mode, name, replicas } = gateway.value.policy;
  if (mode === 'observe') return refused(onlyObserves(name));
  if (command.floor > replicas.max)
    return refused(`${command.floor} is over the maximum ${replicas.max} of policy "${name}"`);
  const end = endOfOverride(command, world);
  if (!end.ok) return refused(end.problem);
  const { floor, owner, reason } = command;
  return accepted(
    setProtection(journal, command.gateway, { floor, owner, reason, from: world.at, until: end.value }),
    `${command.gateway} is protected at ${floor} or more until ${isoTime(end.value)} by ${owner}: ${reason}`,
  );
}

function judgeExtra(command: AttachCommand | ReleaseCommand, journal: Journal, world: CommandWorld): CommandVerdict {
  const { action, extra, owner, reason } = command;
  const gateway = gatewayOf(command.gateway, journal, world);
  if (!gateway.ok) return refused(gateway.problem);
  const unsuitable = unsuitableExtra(command, gateway.value) ?? stopped(command.gateway, journal, world.at);
  if (unsuitable !== undefined) return refused(unsuitable);
  const end = endOfOverride(command, world);
  if (!end.ok) return refused(end.problem);
  const bound = action === 'attach' ? 'floor' : 'ceiling';
  const asked = { bound, count: extra, owner, reason, from: world.at, until: end.value } as const;
  const least = action === 'attach' ? 'at least' : 'at most';
  return accepted(
    setExtraAsked(journal, command.gateway, asked),
    `${command.gateway} is to have ${least} ${extra} extra CLBs until ${isoTime(end.value)} by ${owner}: ${reason}`,
  );
}

function unsuitableExtra({ extra }: AttachCommand | ReleaseCommand, { policy }: Gateway): string | undefined {
  const { loadBalancers, name } = policy;
  if (loadBalancers === undefined) return `policy "${name}" has no loadBalancers`;
  if (extra > loadBalancers.maxExtra) return `${extra} is over maxExtra ${loadBalancers.maxExtra} of policy "${name}"`;
  return loadBalancers.mode === 'observe'
    ? `loadBalancers of policy "${name}" only observes; set its mode to auto to let anything be bought or released`
    : undefined;
}

function judgeHold(command: HoldCommand, journal: Journal, world: CommandWorld): CommandVerdict {
  const gateway = gatewayOf(command.gateway, journal, world);
  if (!gateway.ok) return refused(gateway.problem);
  const end = endOfOverride(command, world);
  if (!end.ok) return refused(end.problem);
  const { direction = 'all', owner, reason } = command;
  const what = { all: 'every change', in: 'scale-in', out: 'scale-out' }[direction];
  return accepted(
    setHold(journal, command.gateway, { direction, owner, reason, from: world.at, until: end.value }),
    `${what} of ${command.gateway} is on hold until ${isoTime(end.value)} by ${owner}: ${reason}`,
  );
}

function unsuitableCount(count: number, { policy }: Gateway): string | undefined {
  const { mode, name, replicas } = policy;
  if (count < replicas.min || count > replicas.max) {
    return `${count} is outside the bounds ${replicas.min} to ${replicas.max} of policy "${name}"`;
  }
  return mode === 'observe' ? onlyObserves(name) : undefined;
}

function onlyObserves(policy: string): string {
  return `policy "${policy}" only observes; set its mode to auto to let anything be written`;
}

/** A freeze or a hold would keep a pin from doing anything, and nobody would notice. */
function stopped(gateway: string, journal: Journal, at: Instant): string | undefined {
  const freeze = activeFreeze(journal.freeze, at);
  if (freeze !== undefined) return `frozen by ${freeze.owner}: ${freeze.reason}; unfreeze first`;
  const entry = gatewayJournal({ ok: true, value: journal }, gateway);
  const hold = entry.ok ? activeHold(entry.value.hold, at) : undefined;
  return hold === undefined ? undefined : `on hold by ${hold.owner}: ${hold.reason}; resume first`;
}

function judgeResume(command: ResumeCommand, journal: Journal, at: Instant): CommandVerdict {
  const entry = gatewayJournal({ ok: true, value: journal }, command.gateway);
  if (!entry.ok) return refused(`what was asked for it cannot be read: ${entry.problem}`);
  const { events, extra, hold, override, protection } = entry.value;
  const ended = [
    ...(stands(override, at) ? [`the override by ${override.owner}`] : []),
    ...(stands(hold, at) ? [`the hold by ${hold.owner}`] : []),
    ...(stands(protection, at) ? [`the protection by ${protection.owner}`] : []),
    ...(stands(extra.asked, at) ? [`the number of extra CLBs by ${extra.asked.owner}`] : []),
    ...(wasUndone(recentEvents(events, at)) ? ['the way given to another writer'] : []),
  ];
  if (ended.length === 0) return refused(`nothing that was asked for "${command.gateway}" is in place`);
  const without = endAll(journal, command.gateway);
  return accepted(without, `${ended.join(' and ')} of ${command.gateway} ended by ${command.owner}: ${command.reason}`);
}

function stands<T extends { readonly until: Instant }>(asked: T | undefined, at: Instant): asked is T {
  return asked !== undefined && at < asked.until;
}

function judgeFreeze(command: FreezeCommand, journal: Journal, world: CommandWorld): CommandVerdict {
  const end = world.end(command);
  if (!end.ok) return refused(end.problem);
  const { owner, reason } = command;
  const freeze = { owner, reason, until: end.value };
  const before = activeFreeze(journal.freeze, world.at);
  if (before !== undefined && freezeEnd(before) > freezeEnd(freeze)) {
    return refused(`already frozen ${freezeEndText(before)} by ${before.owner}, which is longer: ${before.reason}`);
  }
  const instead = before === undefined ? '' : `, instead of the freeze by ${before.owner} (${before.reason})`;
  return accepted(
    { ...journal, freeze },
    `every write in this cluster is stopped ${freezeEndText(freeze)} by ${owner}: ${reason}${instead}`,
  );
}

function problem(text: string): { readonly ok: false; readonly problem: string } {
  return { ok: false, problem: text };
}

function accepted(journal: Journal, message: string): CommandVerdict {
  return { accepted: true, journal, message };
}

function refused(message: string): CommandVerdict {
  return { accepted: false, message };
}
