import { createColors } from 'picocolors';
import type { Configuration } from '../shared/config/load';
import { type Command, isDryRun } from '../shared/event';
import { recogniseCommand } from '../shared/event/command-event';
import type { Asked, CommandName } from './commands';
import { type Found, findingsIn } from './findings';
import { isOn, type Options, textOf } from './options';
import { foundLine, type Paint, shown } from './paint';
import { ownerOf } from './person';
import { reachable } from './reachable';
import { type Failure, failureText, type Result, WrongUsage } from './result';
import { roomLines } from './room';
import { gatewayOf, targetsOf } from './route';
import { isRefusal, type Replies, type Reply, refusalOf, send } from './send';
import type { World } from './world';

/** Sends what people paste in the console: the same JSON, to the functions that it is for. */
export async function order(asked: Asked, world: World): Promise<Result> {
  const { configuration, open } = reachable(asked, world);
  const event = eventOf(asked, configuration, world);
  const command = checked(event);
  checkSteered(command, configuration);
  const targets = targetsOf(command, configuration, textOf(asked.options, 'region'));
  const reach = await open();
  const replies = await send(reach, configuration.functions, targets, event);
  return ordered(command, { ...replies, notes: [...reach.notes, ...replies.notes] }, createColors(world.hasColour));
}

/** The event as it is sent: what was written, and nothing made of it. */
function eventOf({ command, options, positionals }: Asked, configuration: Configuration, world: World): object {
  const text = (name: 'for' | 'until' | 'reason'): object => {
    const value = textOf(options, name);
    return value === undefined ? {} : { [name]: value };
  };
  return {
    action: command,
    ...(isAboutGateway(command) ? { gateway: gatewayOf(configuration, textOf(options, 'gateway')) } : {}),
    ...firstField(command, positionals),
    owner: ownerOf(options, world),
    ...text('reason'),
    ...text('for'),
    ...text('until'),
    ...dryRun(options),
  };
}

function isAboutGateway(command: CommandName): boolean {
  return command !== 'adopt' && command !== 'freeze' && command !== 'unfreeze';
}

function dryRun(options: Options): object {
  return isOn(options, 'dry-run') ? { dryRun: true } : {};
}

/** What the word after the command is. */
const FIRST: Partial<Record<CommandName, string>> = {
  scale: 'replicas',
  hold: 'direction',
  protect: 'floor',
  attach: 'extra',
  release: 'extra',
  drain: 'region',
  pin: 'region',
  adopt: 'name',
};
const NUMBERS: ReadonlySet<string> = new Set(['replicas', 'floor', 'extra']);

function firstField(command: CommandName, [word]: readonly string[]): object {
  const field = FIRST[command];
  if (field === undefined || word === undefined) return {};
  return { [field]: NUMBERS.has(field) && /^\d+$/.test(word) ? Number(word) : word };
}

/** @throws WrongUsage with everything that the functions would refuse in it */
function checked(event: object): Command {
  const read = recogniseCommand(event);
  if (read?.kind === 'command') return read.command;
  const problems = (read?.problems ?? []).map((problem) =>
    problem.replace(/^(gateway|owner|reason|for|until)\b/, '--$1'),
  );
  throw new WrongUsage(`the command cannot be sent: ${problems.join('; ')}`);
}

/** The functions refuse it, too; here it is not waited for. */
function checkSteered(command: Command, { regions }: Configuration): void {
  if (command.action !== 'drain' && command.action !== 'pin') return;
  if (Object.hasOwn(regions, command.region)) return;
  throw new WrongUsage(`there is no region "${command.region}"; there is: ${Object.keys(regions).join(', ')}`);
}

function ordered(command: Command, { answers, failures, notes }: Replies, paint: Paint): Result {
  const taken = answers.filter((reply) => !isRefusal(reply));
  const refused = answers.filter(isRefusal).map(refusalOf);
  const { found, ...unread } = findingsIn(taken);
  // Of what is to be ended there is mostly something in one place only.
  const isEnough = command.action === 'resume' && taken.length > 0;
  const missed = taken.flatMap(missedIn);
  const isDry = isDryRun(command);
  const outcome = failures.length + missed.length > 0 ? 'failed' : refused.length > 0 && !isEnough ? 'refused' : 'done';
  return {
    outcome,
    body: {
      dryRun: isDry,
      taken: taken.map(({ answer, function: name, region }) => ({
        ...{ function: name, region, message: textIn(answer) },
        ...(answer.room === undefined ? {} : { room: answer.room }),
      })),
      refused,
      found,
    },
    lines: [
      ...taken.map(
        ({ answer, function: name, region }) =>
          `${isDry ? paint.yellow('would ') : paint.green('done  ')}  ${region}  ${name}  ${shown(textIn(answer))}`,
      ),
      ...taken.flatMap(({ answer }) => roomLines(answer.room ?? [], isDry)),
      ...taken.flatMap(({ answer }) => (answer.reached ?? []).map((place) => `        ${shown(place)}`)),
      ...found.filter((each) => isOfInterest(each, command)).map((each) => foundLine(each, paint)),
    ],
    errors: [...failures, ...missed, ...unread.failures, ...(isEnough ? [] : refused)],
    notes: [
      ...notes,
      ...(taken.some(({ answer }) => answer.reached) ? [] : unread.notes),
      ...(isEnough ? refused.map(failureText) : []),
    ],
  };
}

/** Where a freeze could not be set or ended. */
function missedIn({ answer, function: name, region }: Reply): readonly Failure[] {
  return (answer.notReached ?? []).map((place) => ({ function: name, region, message: `not reached: ${place}` }));
}

function textIn({ command, message }: Reply['answer']): string {
  return command ?? message;
}

/** The look that follows a command is about all gateways of the region. */
function isOfInterest({ changes, needsPerson, subject }: Found, command: Command): boolean {
  if (changes.length > 0 || needsPerson || !('gateway' in command)) return true;
  return subject === command.gateway || subject.startsWith(`${command.gateway}/`) || subject.includes('.');
}
