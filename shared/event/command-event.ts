import { distance } from 'fastest-levenshtein';
import type { z } from 'zod';
import { commandOf, WrittenCommand } from './command';
import { COMMANDS } from './command-table';
import { isObject, kept } from './fields';
import type { CommandTrigger, InvalidCommandTrigger } from './trigger';

/** More are not told: an object with thousands of keys was not meant as a command. */
const MOST_PROBLEMS = 10;

/** A person's command: an object whose `action` is text. Anything wrong with it makes the whole of it invalid. */
export function recogniseCommand(value: unknown): CommandTrigger | InvalidCommandTrigger | undefined {
  if (!isObject(value)) return undefined;
  const { action } = value;
  if (typeof action !== 'string') return undefined;
  const command = WrittenCommand.safeParse(value);
  if (command.success) return { kind: 'command', command: commandOf(command.data) };
  return { kind: 'invalid-command', problems: problemsOf(action, command.error) };
}

function problemsOf(action: string, error: z.ZodError): readonly string[] {
  const actions = Object.keys(COMMANDS);
  if (!isAction(action)) return [unknownWord('action', action, actions), `the actions are ${actions.join(', ')}`];
  const keys = Object.keys(COMMANDS[action].schema.shape);
  const problems = error.issues.flatMap((issue) => sentencesOf(issue, keys));
  return problems.length <= MOST_PROBLEMS ? problems : [...problems.slice(0, MOST_PROBLEMS), 'and more'];
}

function isAction(action: string): action is WrittenCommand['action'] {
  return Object.hasOwn(COMMANDS, action);
}

function sentencesOf(issue: z.core.$ZodIssue, keys: readonly string[]): readonly string[] {
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.slice(0, MOST_PROBLEMS + 1).map((key) => unknownWord('key', key, keys));
  }
  return [[...issue.path, issue.message].join(' ')];
}

function unknownWord(what: string, word: string, known: readonly string[]): string {
  const shown = kept(word);
  const near = nearest(shown, known);
  return `${what} ${JSON.stringify(shown)} is not known${near === undefined ? '' : `; did you mean "${near}"?`}`;
}

/** The known word that is at most a third of its letters away. */
function nearest(word: string, known: readonly string[]): string | undefined {
  const close = known
    .map((candidate) => ({ candidate, edits: distance(candidate.toLowerCase(), word.toLowerCase()) }))
    .filter(({ candidate, edits }) => edits <= Math.ceil(candidate.length / 3))
    .sort((a, b) => a.edits - b.edits);
  return close[0]?.candidate;
}
