import type { Instant } from '../core/time';
import { counted } from '../core/words';
import { InvalidInput } from '../errors';
import { readSource } from './document';
import type { Finding } from './finding';
import { partsOf } from './parts';
import { pathText } from './positions';
import { DATED_WARNINGS, ERRORS, WARNINGS } from './rules';
import { Configuration } from './schema';
import { schemaFindings } from './schema-findings';

export type { Configuration, RegionConfiguration } from './schema';

/** What a problem breaks: YAML itself, the form of the configuration, or a rule by name. */
export type RuleName = 'syntax' | 'schema' | (typeof ERRORS | typeof WARNINGS | typeof DATED_WARNINGS)[number]['name'];

/** Something that the operator should change, and where. */
export interface Problem {
  readonly rule: RuleName;
  readonly file: string;
  /** Both from 1. */
  readonly line: number;
  readonly column: number;
  /** For example `policies.web.replicas.min`; empty for the whole file. */
  readonly path: string;
  readonly message: string;
}

export interface CheckedConfiguration {
  /** `undefined` exactly when there are problems. */
  readonly configuration: Configuration | undefined;
  /** All of them, in the order of the file. */
  readonly problems: readonly Problem[];
  readonly warnings: readonly Problem[];
}

/**
 * Reads a configuration with all its problems. Never throws.
 *
 * @param text the content of the file, YAML 1.2
 * @param file its name, for messages only
 * @param now whether its days are over is said where this is known
 */
export function checkConfiguration(text: string, file: string, now?: Instant): CheckedConfiguration {
  const source = readSource(text);
  const syntax = source.faults.map(({ at, message }): Problem => ({ rule: 'syntax', file, ...at, path: '', message }));
  if (source.content === undefined) return { configuration: undefined, problems: inOrder(syntax), warnings: [] };
  const { value } = source.content;
  const parts = partsOf(value);
  const toProblem = (rule: RuleName, { message, path, spot }: Finding): Problem => {
    return { rule, file, ...source.locate(path, spot), path: pathText(path), message };
  };
  const broken = (rules: typeof ERRORS | typeof WARNINGS): readonly Problem[] =>
    rules.flatMap(({ check, name }) => check(parts).map((finding) => toProblem(name, finding)));
  const over = DATED_WARNINGS.flatMap(({ check, name }) =>
    now === undefined ? [] : check(parts, now).map((finding) => toProblem(name, finding)),
  );
  const shape = schemaFindings(Configuration, value).map((finding) => toProblem('schema', finding));
  const problems = inOrder([...syntax, ...shape, ...broken(ERRORS)]);
  return {
    configuration: problems.length === 0 ? Configuration.parse(value) : undefined,
    problems,
    warnings: inOrder([...broken(WARNINGS), ...over]),
  };
}

/**
 * Reads a configuration that is to be used. Its warnings are left to {@link checkConfiguration}.
 *
 * @throws InvalidInput with one line for each problem, as {@link problemText} writes it
 */
export function loadConfiguration(text: string, file: string): Configuration {
  const { configuration, problems } = checkConfiguration(text, file);
  if (configuration === undefined) {
    throw new InvalidInput(`${file} cannot be used: ${counted(problems.length, 'problem')}`, problems.map(problemText));
  }
  return configuration;
}

/** `autopilot.yaml:12:7 policies.web.replicas.min: 50 is over the max of 40`. */
export function problemText({ column, file, line, message, path }: Problem): string {
  return `${file}:${line}:${column} ${path === '' ? '' : `${path}: `}${message}`;
}

function inOrder(problems: readonly Problem[]): readonly Problem[] {
  return [...problems].sort((a, b) => a.line - b.line || a.column - b.column);
}
