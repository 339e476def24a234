import type { Fields } from './fields';

/**
 * The fields of a form (`application/x-www-form-urlencoded`); the first of a repeated one counts. `undefined` for a text
 * without the field `expected`: looking for its name first spares every other text the parsing.
 */
export function readForm(text: string, expected: string): Fields | undefined {
  if (!text.includes(`${expected}=`)) return undefined;
  const form = new URLSearchParams(text.trim());
  // Repeated fields in reverse, since the last one of an object stays.
  return form.has(expected) ? Object.fromEntries([...form].reverse()) : undefined;
}
