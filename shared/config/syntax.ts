import type { LineCounter, YAMLError } from 'yaml';
import { type Position, positionAt } from './positions';

/** Something that is wrong with the text as YAML, whatever it means. */
export interface Fault {
  readonly at: Position;
  readonly message: string;
}

/** Faults of syntax follow from each other; more of them help nobody. */
const MOST_FAULTS = 20;

/** The parser's errors in plain words. */
export function syntaxFaults(errors: readonly YAMLError[], lines: LineCounter): readonly Fault[] {
  // Where the stack ends, everything after it is reported as unclosed too.
  const tooDeep = errors.filter((error) => error.code === 'RESOURCE_EXHAUSTION').slice(-1);
  return (tooDeep.length > 0 ? tooDeep : errors.slice(0, MOST_FAULTS)).map((error) => ({
    at: positionAt(lines, error.pos[0]),
    message: syntaxMessage(error),
  }));
}

function syntaxMessage({ code, message }: YAMLError): string {
  switch (code) {
    case 'TAB_AS_INDENT':
      return 'a tab indents this line; YAML is indented with spaces';
    case 'MULTIPLE_DOCS':
      return 'a second document starts here; a configuration is one document';
    case 'RESOURCE_EXHAUSTION':
      return 'is nested too deeply';
    case 'TAG_RESOLVE_FAILED':
      return 'tags (words that start with !) have no meaning here';
    case 'NON_STRING_KEY':
      return 'a key is plain text, not a list, a mapping or an alias';
    case 'UNEXPECTED_TOKEN':
      // The library's sentence quotes the text, which may be a secret.
      return 'is not expected here';
    case 'BAD_SCALAR_START':
      return `${message}; put the value in quotes`;
    default:
      return message;
  }
}
