import type { core } from 'zod';
import { didYouMean } from './finding';
import { nearest } from './suggest';

/** zod's error map: what is wrong with a value, for an operator. Never repeats the value. */
export function plainWords(issue: core.$ZodRawIssue): string {
  switch (issue.code) {
    case 'invalid_type':
      return wrongType(issue.expected, issue.input);
    case 'invalid_value':
      return wrongChoice(issue.values.map(String), issue.input);
    case 'too_small':
      return issue.origin === 'array' || issue.origin === 'string'
        ? 'must not be empty'
        : `must be ${issue.inclusive === true ? 'at least' : 'over'} ${issue.minimum}`;
    case 'too_big':
      return `must be at most ${issue.maximum}`;
    default:
      // Schemas that can raise anything else bring their own sentence.
      return 'is not valid';
  }
}

function wrongType(expected: string, input: unknown): string {
  if (input === null) return `is empty; ${wordFor(expected)} is expected`;
  if (expected === 'string' && (typeof input === 'number' || typeof input === 'boolean')) {
    return 'must be text; put it in quotes';
  }
  if (expected === 'number' && typeof input === 'string' && /^[\d.]+$/.test(input)) {
    return 'must be a number; remove the quotes';
  }
  if (typeof input === 'number' && expected === 'number') return 'must be a finite number';
  return `must be ${wordFor(expected)}`;
}

function wordFor(expected: string): string {
  switch (expected) {
    case 'string':
      return 'text';
    case 'int':
      return 'a whole number';
    case 'boolean':
      return 'true or false';
    case 'array':
      return 'a list';
    case 'object':
    case 'record':
      return 'a mapping of keys to values';
    default:
      return `a ${expected}`;
  }
}

function wrongChoice(values: readonly string[], input: unknown): string {
  const choice = values.length === 1 ? `must be ${values.join()}` : `must be one of ${values.join(', ')}`;
  if (typeof input !== 'string') return choice;
  return values.includes(input) ? `${choice}; remove the quotes` : `${choice}${didYouMean(nearest(input, values))}`;
}
