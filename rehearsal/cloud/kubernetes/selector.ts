import type { KubeObject } from './objects';
import { badRequest } from './status';

export type Matcher = (object: KubeObject) => boolean;

/** Equality-based label selectors: `a=b`, `a==b`, `a!=b`, `a`, `!a`, joined by commas. Others are refused, not ignored. */
export function labelMatcher(selector: string): Matcher {
  const requirements = selector === '' ? [] : selector.split(',').map((text) => requirement(text.trim()));
  return ({ metadata }) => requirements.every((holds) => holds(metadata.labels ?? {}));
}

function requirement(text: string): (labels: Readonly<Record<string, string>>) => boolean {
  const found = /^(!?)([\w./-]+)(?:\s*(==|=|!=)\s*([\w.-]*))?$/.exec(text);
  if (found === null) throw badRequest(`unable to parse requirement: "${text}" (set-based selectors are not emulated)`);
  const [, not, key = '', operator, value = ''] = found;
  if (operator === undefined) return (labels) => (labels[key] === undefined) === (not === '!');
  return operator === '!=' ? (labels) => labels[key] !== value : (labels) => labels[key] === value;
}

/** Only `metadata.name=x`; other fields are refused, as most kinds refuse them. */
export function fieldMatcher(selector: string): Matcher {
  if (selector === '') return () => true;
  const [field, value, ...rest] = selector.split('=');
  if (rest.length > 0 || value === undefined || field !== 'metadata.name') {
    throw badRequest(`field label not supported: ${selector}`);
  }
  return ({ metadata }) => metadata.name === value;
}
