import type { CommandedFunction } from '../core/function-name';

/** A command that takes a change back, to paste into the console: with an owner to fill in, and an end where it needs one. */
export function undoCommand(
  sentTo: CommandedFunction,
  command: Readonly<Record<string, string | number>>,
  lasts?: string,
): string {
  const whole = { ...command, owner: 'your.name', reason: 'undo', ...(lasts === undefined ? {} : { for: lasts }) };
  return `send ${sentTo} ${JSON.stringify(whole)}`;
}
