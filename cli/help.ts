import { COMMAND_NAMES, COMMANDS, COMMON, type CommandName, isCommand } from './commands';
import { OPTIONS, type OptionName } from './options';

/** What the command line is, for somebody who asked for nothing in particular. */
export function overview(): string {
  const width = Math.max(...COMMAND_NAMES.map((name) => name.length));
  return [
    'gateway-autopilot COMMAND [options]',
    '',
    'Asks the deployed functions, in every region that a command is about, and prints what they answer.',
    '',
    ...COMMAND_NAMES.filter(isCommand).map((name) => `  ${name.padEnd(width)}  ${COMMANDS[name].does}`),
    '',
    ...optionLines(COMMON),
    '',
    'gateway-autopilot COMMAND --help says more of each.',
    'Exit codes: 0 done, or nothing to do; 1 something failed; 2 something is to be done and was not (plan, alarms, audit, or you said no); 3 a function refused; 64 wrong usage.',
  ].join('\n');
}

export function helpOf(name: CommandName): string {
  const { does, example, options, takes } = COMMANDS[name];
  return [
    ['gateway-autopilot', name, ...takes, '[options]'].join(' '),
    '',
    `${does.charAt(0).toUpperCase()}${does.slice(1)}.`,
    '',
    ...optionLines([...options, ...COMMON]),
    '',
    `For example: gateway-autopilot ${name} ${example}`.trimEnd(),
  ].join('\n');
}

function optionLines(names: readonly OptionName[]): readonly string[] {
  const rows = names.map((name) => {
    const { does, takes } = OPTIONS[name];
    return { head: `--${name}${takes === undefined ? '' : ` ${takes}`}`, does };
  });
  const width = Math.max(...rows.map(({ head }) => head.length));
  return rows.map(({ does, head }) => `  ${head.padEnd(width)}  ${does}`);
}
