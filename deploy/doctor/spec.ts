import type { Fix } from '../../shared/core/audit/finding';
import { byHand, commandLine, printed } from '../../shared/core/audit/fixes';

export { findingOf, type Spec } from '../../shared/core/audit/verdict';

/** What a person does in a shell. Nothing of it is ever done by a command of ours. */
export function commands(text: string, ...lines: readonly string[]): Fix {
  return printed(text, ...lines.map(commandLine));
}

/** What a person does by hand, in the console or in a file. */
export function steps(text: string, ...each: readonly string[]): Fix {
  return printed(text, ...each.map(byHand));
}
