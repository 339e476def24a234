import { array, lazy, literal, number, object, record, string, unknown, type ZodType } from 'zod';
import { jsonSchemaText } from '../shared/config/json-schema';
import { table } from './markdown';

/** As much of JSON Schema as the configuration's has. */
interface Part {
  readonly type?: string | undefined;
  readonly description?: string | undefined;
  readonly default?: unknown;
  readonly enum?: readonly string[] | undefined;
  readonly const?: unknown;
  readonly pattern?: string | undefined;
  readonly properties?: Readonly<Record<string, Part>> | undefined;
  readonly required?: readonly string[] | undefined;
  readonly items?: Part | undefined;
  /** Of objects whose keys are names: what each holds. */
  readonly additionalProperties?: Part | false | undefined;
}

type Row = readonly string[];

const Part: ZodType<Part> = lazy(() =>
  object({
    type: string().optional(),
    description: string().optional(),
    default: unknown().optional(),
    enum: array(string()).optional(),
    const: number().optional(),
    pattern: string().optional(),
    properties: record(string(), Part).optional(),
    required: array(string()).optional(),
    items: Part.optional(),
    additionalProperties: literal(false).or(Part).optional(),
  }),
);

/** Forms of strings that have a name of their own, by an example. */
const FORMS: readonly (readonly [example: string, form: string])[] = [
  ['90m', 'duration'],
  ['12.5%', 'percentage'],
  ['23:59', 'time'],
  ['2026-11-28', 'day'],
];

/** The page on every field for people who write a configuration, from its JSON Schema. */
export function configurationFieldsPage(): string {
  const { properties = {}, required = [] } = Part.parse(JSON.parse(jsonSchemaText()));
  const sections = Object.entries(properties).map(([key, part]) =>
    [`## ${key}\n`, table(['field', 'form', 'default', 'what it says'], rows(key, part, required.includes(key)))].join(
      '\n',
    ),
  );
  return `# Fields of the configuration

Made by \`npm run configuration-fields\` from the schema; a test compares them. [Configuration](configuration.md) explains how signals, steps, schedules and budgets work together.

\`<name>\` is a name of your own, or the id of a region, a line or a calendar; \`[]\` is each entry of a list. Durations are such as \`90s\`, \`30m\`, \`1h30m\`, percentages such as \`70%\`.

${sections.join('\n\n')}
`;
}

function rows(path: string, part: Part, isRequired: boolean): readonly Row[] {
  const { additionalProperties, description = '', items, properties = {}, required = [] } = part;
  const own: Row = [`\`${path}\``, formOf(part), isRequired ? 'required' : defaultOf(part), prose(description)];
  return [
    own,
    ...Object.entries(properties).flatMap(([key, each]) => rows(`${path}.${key}`, each, required.includes(key))),
    ...(additionalProperties === undefined || additionalProperties === false
      ? []
      : below(`${path}.<name>`, additionalProperties)),
    ...(items === undefined ? [] : below(`${path}[]`, items)),
  ];
}

/** An entry of a list or of a section of names has a row of its own where there is something to say of it. */
function below(path: string, part: Part): readonly Row[] {
  const all = rows(path, part, false);
  return part.description === undefined && part.enum === undefined ? all.slice(1) : all;
}

function formOf({ const: only, enum: words, pattern, type = '' }: Part): string {
  if (only !== undefined) return code(only);
  if (words !== undefined) return words.map(code).join(', ');
  const forms: Readonly<Record<string, string>> = {
    array: 'list',
    boolean: '`true`, `false`',
    integer: 'whole number',
    number: 'number',
    object: 'section',
  };
  const known = pattern === undefined ? undefined : FORMS.find(([example]) => isOnly(new RegExp(pattern), example));
  return forms[type] ?? known?.[1] ?? 'text';
}

function isOnly(pattern: RegExp, example: string): boolean {
  return pattern.test(example) && !pattern.test('words');
}

function defaultOf({ default: value }: Part): string {
  if (value === undefined || JSON.stringify(value) === '{}') return '';
  return code(value);
}

/** Markdown takes `<name of …>` for a tag. */
function prose(text: string): string {
  return text.replaceAll('<', '\\<');
}

function code(value: unknown): string {
  return `\`${typeof value === 'string' ? value : JSON.stringify(value)}\``;
}
