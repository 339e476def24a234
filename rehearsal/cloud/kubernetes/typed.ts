import type { z } from 'zod';
import { at, isObject } from '../json';
import { type Problem, unsupported } from './status';

/** An object that fits its kind; or why its types do not; or what is wrong with values of the right type. */
export type Typed<T> = { readonly value: T } | { readonly unfit: string } | { readonly problems: readonly Problem[] };

/**
 * Reads JSON as Go reads it into a struct: null is nothing. A type that does not fit is one matter; a field that is
 * missing, or a word that is none of those allowed, is left to validation.
 */
export function readTyped<T>(schema: z.ZodType<T>, body: object): Typed<T> {
  const given = withoutNulls(body);
  const parsed = schema.safeParse(given);
  if (parsed.success) return { value: parsed.data };
  const problems: Problem[] = [];
  for (const issue of parsed.error.issues) {
    const field = issue.path.join('.');
    const value = valueAt(given, issue.path);
    if (value === undefined) problems.push({ field, cause: 'FieldValueRequired', message: 'Required value' });
    else if (issue.code !== 'invalid_value') return { unfit: `${field}: ${issue.message}` };
    else problems.push(unsupported(field, value, issue.values.map(String).sort()));
  }
  return { problems };
}

function valueAt(object: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>(
    (value, key) => (Array.isArray(value) ? value[Number(key)] : at(value, String(key))),
    object,
  );
}

/** In maps of strings a null is the empty string, so that those stay for the schema to read. */
const MAPS_OF_TEXT = new Set(['data', 'labels', 'annotations', 'matchLabels', 'selector']);

function withoutNulls(value: unknown, key = ''): unknown {
  if (Array.isArray(value)) return value.map((item) => withoutNulls(item));
  if (!isObject(value)) return value;
  const entries = Object.entries(value).filter(([, inner]) => inner !== null || MAPS_OF_TEXT.has(key));
  return Object.fromEntries(entries.map(([name, inner]) => [name, withoutNulls(inner, name)]));
}
