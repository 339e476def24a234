import { version } from '../package.json';
import { CloudError, InvalidInput } from '../shared/errors';
import { readArguments, type Written } from './arguments';
import { COMMANDS, isCommand } from './commands';
import { EXIT_CODES, type Outcome } from './exit-code';
import { helpOf, overview } from './help';
import { isOn } from './options';
import { shown } from './paint';
import { type Failure, failureText, type Result, WrongUsage } from './result';
import type { World } from './world';

/**
 * Carries out one command line and prints what became of it: results to the standard output, errors and notes to the standard
 * error. With `--json` all of it is one document on the standard output.
 *
 * @returns the exit code
 */
export async function main(args: readonly string[], world: World): Promise<number> {
  const isJson = args.includes('--json');
  const name = args.find(isCommand);
  try {
    const written = readArguments(args);
    const { command, options } = written;
    if (isOn(options, 'version')) return said(version, world);
    if (command === undefined && !isOn(options, 'help') && args.length > 0)
      throw new WrongUsage('which command? --help lists them');
    if (command === undefined || isOn(options, 'help'))
      return said(command === undefined ? overview() : helpOf(command), world);
    return print(command, await run({ ...written, command }, world), isJson, world);
  } catch (error) {
    return print(name, failed(error), isJson, world);
  }
}

function run(written: Written & { readonly command: keyof typeof COMMANDS }, world: World): Promise<Result> {
  return COMMANDS[written.command].load()(written, world);
}

function said(text: string, world: World): number {
  world.out(text);
  return EXIT_CODES.done;
}

/** Anything that is neither of these is our bug, and fails loudly. */
function failed(error: unknown): Result {
  if (error instanceof WrongUsage) return without('wrong-usage', error);
  if (error instanceof InvalidInput || error instanceof CloudError) return without('failed', error);
  throw error;
}

function without(outcome: Outcome, error: { readonly message: string; readonly problems?: readonly string[] }): Result {
  const { message, problems = [] } = error;
  const failure: Failure = problems.length === 0 ? { message } : { message, problems };
  return { outcome, body: {}, lines: [], errors: [failure], notes: [] };
}

function print(command: string | undefined, result: Result, isJson: boolean, world: World): number {
  const { body, errors, isNoted, isPrinted, isWhole, lines, notes, outcome } = result;
  const exitCode = EXIT_CODES[outcome];
  if (isPrinted === true) return exitCode;
  if (isJson) {
    const head = { command: command ?? null, outcome, exitCode };
    world.out(JSON.stringify(isWhole === true ? body : { ...head, ...body, errors, notes }, undefined, 2));
    return exitCode;
  }
  for (const note of isNoted === true ? [] : notes) world.error(shown(`Note: ${note}`));
  for (const line of lines) world.out(line);
  for (const error of errors) {
    world.error(shown(`Error: ${failureText(error)}`));
    for (const problem of error.problems ?? []) world.error(shown(`  ${problem}`));
  }
  return exitCode;
}
