import { parseArgs } from 'node:util';
import { nearest } from '../shared/config/suggest';
import { COMMAND_NAMES, COMMANDS, COMMON, type CommandName, isCommand } from './commands';
import { isOption, OPTIONS, type OptionName, type Options } from './options';
import { WrongUsage } from './result';

/** What somebody wrote after `gateway-autopilot`. */
export interface Written {
  /** `undefined` for help and version alone. */
  readonly command: CommandName | undefined;
  readonly options: Options;
  readonly positionals: readonly string[];
  /** Everything but the command, for one that reads its own options. */
  readonly rest: readonly string[];
}

/** @throws WrongUsage with everything that is wrong of it */
export function readArguments(args: readonly string[]): Written {
  const tokens = tokensOf(args);
  const first = tokens.find((token) => token.kind === 'positional');
  const command = first === undefined ? undefined : commandOf(first.value);
  const rest = args.filter((_, index) => index !== first?.index);
  const takesOwn = command !== undefined && COMMANDS[command].readsItself === true;
  if (takesOwn) return { command, options: new Map(), positionals: [], rest };
  const options = new Map<OptionName, string | true>();
  const problems: string[] = [];
  for (const token of tokens) {
    if (token.kind !== 'option') continue;
    const read = readOption(token, command);
    if (typeof read === 'string') problems.push(read);
    else options.set(read.name, read.value);
  }
  const positionals = tokens.flatMap((token) => (token.kind === 'positional' && token !== first ? [token.value] : []));
  const isAsking = options.has('help') || options.has('version');
  if (!isAsking) problems.push(...countProblems(command, positionals));
  if (problems.length > 0) throw new WrongUsage(problems.join('; '));
  return { command, options, positionals, rest };
}

function commandOf(word: string): CommandName {
  if (isCommand(word)) return word;
  throw new WrongUsage(`there is no command "${word}"${meant(nearest(word, COMMAND_NAMES))}; --help lists them`);
}

type Token = NonNullable<ReturnType<typeof tokensOf>>[number];
type OptionToken = Extract<Token, { kind: 'option' }>;

/** Not strict: it would stop at the first mistake, and know no suggestions. */
function tokensOf(args: readonly string[]) {
  const types = Object.entries(OPTIONS).map(([name, { takes }]) => [
    name,
    { type: takes === undefined ? ('boolean' as const) : ('string' as const) },
  ]);
  const options: Record<string, { type: 'boolean' | 'string'; short?: string }> = {
    ...Object.fromEntries(types),
    help: { type: 'boolean', short: 'h' },
  };
  return parseArgs({ args: [...args], options, strict: false, allowPositionals: true, tokens: true }).tokens;
}

function readOption(
  { inlineValue, name, rawName, value }: OptionToken,
  command: CommandName | undefined,
): { readonly name: OptionName; readonly value: string | true } | string {
  const allowed: readonly OptionName[] = command === undefined ? COMMON : [...COMMANDS[command].options, ...COMMON];
  if (!isOption(name)) return `there is no option ${rawName}${meant(nearest(name, allowed), '--')}`;
  if (!allowed.includes(name)) return `${command ?? 'it'} takes no ${rawName}`;
  const { takes } = OPTIONS[name];
  if (takes === undefined) return value === undefined ? { name, value: true } : `${rawName} takes no value`;
  if (value === undefined) return `${rawName} needs a value: ${rawName} ${takes}`;
  if (inlineValue !== true && value.startsWith('-')) {
    return `${rawName} needs a value; one that begins with a hyphen is written ${rawName}=${value}`;
  }
  return { name, value };
}

function countProblems(command: CommandName | undefined, positionals: readonly string[]): readonly string[] {
  if (command === undefined) return [];
  const { takes } = COMMANDS[command];
  const needed = takes.filter((name) => !name.startsWith('['));
  if (positionals.length < needed.length)
    return [`${needed[positionals.length]} is missing: ${command} ${takes.join(' ')}`];
  const beyond = positionals.slice(takes.length);
  return beyond.length === 0 ? [] : [`"${beyond.join(' ')}" is too much: ${[command, ...takes].join(' ')}`];
}

function meant(word: string | undefined, before = ''): string {
  return word === undefined ? '' : `; did you mean "${before}${word}"?`;
}
