import {
  type core,
  safeParse,
  ZodArray,
  ZodDefault,
  ZodObject,
  ZodOptional,
  ZodPipe,
  ZodPrefault,
  ZodRecord,
} from 'zod';
import { didYouMean, type Finding } from './finding';
import { plainWords } from './plain-words';
import { type Path, pathText } from './positions';
import { nearest } from './suggest';

type Schema = core.$ZodType;

/** Everything in which `value` does not follow `schema`. Values are not repeated in messages: one may be a secret. */
export function schemaFindings(schema: Schema, value: unknown): readonly Finding[] {
  const deviations = deviationsOf(schema, value, []);
  const misspelt = new Set(
    deviations.flatMap(({ kind, meant, path }) =>
      kind === 'unknownKey' && meant !== undefined ? [pathText([...path.slice(0, -1), meant])] : [],
    ),
  );
  return (
    deviations
      // A key that is only misspelt is not missing as well.
      .filter(({ kind, path }) => kind !== 'missing' || !misspelt.has(pathText(path)))
      .map(({ kind, message, path }) => ({ path, spot: kind === 'value' ? 'value' : 'key', message }))
  );
}

interface Deviation {
  readonly kind: 'missing' | 'unknownKey' | 'key' | 'value';
  readonly path: Path;
  readonly message: string;
  /** The key that an unknown key is a misspelling of. */
  readonly meant?: string | undefined;
}

/** @param above the path of `value` in the file */
function deviationsOf(schema: Schema, value: unknown, above: Path): readonly Deviation[] {
  const result = safeParse(schema, value, { error: plainWords, reportInput: true });
  return result.success ? [] : result.error.issues.flatMap((issue) => deviationsIn(schema, value, issue, above));
}

function deviationsIn(schema: Schema, value: unknown, issue: core.$ZodIssue, above: Path): readonly Deviation[] {
  const inside = issue.path.map((part) => (typeof part === 'number' ? part : String(part)));
  const path = [...above, ...inside];
  switch (issue.code) {
    case 'unrecognized_keys':
      return issue.keys.map((name) => unknownKey(name, path, schemaAt(schema, inside)));
    case 'invalid_key': {
      const message = issue.issues.map((reason) => reason.message).join('; ');
      // zod does not look at what stands under a key that it refuses.
      const under = schemaAt(schema, inside);
      const below = under === undefined ? [] : deviationsOf(under, valueAt(value, inside), path);
      return [{ kind: 'key', path, message }, ...below];
    }
    default:
      return issue.input === undefined
        ? [{ kind: 'missing', path, message: 'is missing' }]
        : [{ kind: 'value', path, message: issue.message }];
  }
}

function unknownKey(name: string, above: Path, holder: Schema | undefined): Deviation {
  const meant = nearest(name, keysOf(holder));
  return { kind: 'unknownKey', path: [...above, name], message: unknownKeyMessage(name, meant, holder), meant };
}

function unknownKeyMessage(name: string, meant: string | undefined, holder: Schema | undefined): string {
  if (name === '<<') return 'merge keys are not part of YAML 1.2 and are not read';
  if (meant !== undefined) return `unknown key${didYouMean(meant)}`;
  const homes = keysOf(holder).filter((key) => keysOf(schemaAt(holder, [key])).includes(name));
  return homes.length > 0
    ? `unknown key here; it belongs under ${homes.join(' or ')}`
    : `unknown key; known here are ${keysOf(holder).join(', ')}`;
}

function keysOf(schema: Schema | undefined): readonly string[] {
  const plain = unwrapped(schema);
  return plain instanceof ZodObject ? Object.keys(plain.shape) : [];
}

/** The schema of what stands at `path` in a value of `schema`. */
function schemaAt(schema: Schema | undefined, path: Path): Schema | undefined {
  const plain = unwrapped(schema);
  const [first, ...rest] = path;
  if (first === undefined) return plain;
  if (plain instanceof ZodObject) return schemaAt(plain.shape[first], rest);
  if (plain instanceof ZodRecord) return schemaAt(plain.valueType, rest);
  if (plain instanceof ZodArray) return schemaAt(plain.element, rest);
  return undefined;
}

/** The schema of the written form, without its default, optionality and transformation. */
function unwrapped(schema: Schema | undefined): Schema | undefined {
  if (schema instanceof ZodPipe) return unwrapped(schema.in);
  return schema instanceof ZodDefault || schema instanceof ZodPrefault || schema instanceof ZodOptional
    ? unwrapped(schema.unwrap())
    : schema;
}

function valueAt(value: unknown, path: Path): unknown {
  return path.reduce<unknown>((holder, part) => {
    return typeof holder === 'object' && holder !== null ? Reflect.get(holder, part) : undefined;
  }, value);
}
