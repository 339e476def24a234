import { jsonSchemaText } from '../shared/config/json-schema';
import type { Result } from './result';

/** Prints the JSON Schema alone, also with `--json`: whoever asks for it wants to write it into a file. */
export async function schema(): Promise<Result> {
  const text = jsonSchemaText();
  return { outcome: 'done', body: JSON.parse(text), isWhole: true, lines: [text.trimEnd()], errors: [], notes: [] };
}
