import type { KubeObject, ServedKind } from './objects';
import { badRequest } from './status';

export type Matcher = (object: KubeObject) => boolean;
type Labels = Readonly<Record<string, string>>;
type Requirement = (labels: Labels) => boolean;

const KEY = '[A-Za-z0-9](?:[\\w./-]*[A-Za-z0-9])?';
const VALUE = '(?:[A-Za-z0-9](?:[\\w.-]*[A-Za-z0-9])?)?';
const EXISTS = new RegExp(`^(!?)\\s*(${KEY})$`);
const EQUALS = new RegExp(`^(${KEY})\\s*(==|=|!=)\\s*(${VALUE})$`);
const IN_SET = new RegExp(`^(${KEY})\\s+(in|notin)\\s*\\(([^()]*)\\)$`);
const COMPARES = new RegExp(`^(${KEY})\\s*([<>])\\s*(-?\\d+)$`);
const ONE_VALUE = new RegExp(`^${VALUE}$`);

/** Label selectors: `a=b`, `a==b`, `a!=b`, `a`, `!a`, `a in (b,c)`, `a notin (b)`, `a>1`, `a<2`, joined by commas. */
export function labelMatcher(selector: string): Matcher {
  const requirements = selector.trim() === '' ? [] : splitOutsideSets(selector).map((text) => requirement(text.trim()));
  return ({ metadata }) => requirements.every((holds) => holds(metadata.labels ?? {}));
}

/** The commas of a set belong to the set. */
function splitOutsideSets(selector: string): readonly string[] {
  return selector.split(/,(?![^(]*\))/);
}

function requirement(text: string): Requirement {
  return existence(text) ?? equality(text) ?? membership(text) ?? comparison(text) ?? refuse(text);
}

function refuse(text: string): never {
  throw badRequest(`unable to parse requirement: "${text}"`);
}

function existence(text: string): Requirement | undefined {
  const [, not, key] = EXISTS.exec(text) ?? [];
  if (key === undefined) return undefined;
  return (labels) => (labels[key] === undefined) === (not === '!');
}

function equality(text: string): Requirement | undefined {
  const [, key, operator, value = ''] = EQUALS.exec(text) ?? [];
  if (key === undefined) return undefined;
  return operator === '!=' ? (labels) => labels[key] !== value : (labels) => labels[key] === value;
}

function membership(text: string): Requirement | undefined {
  const [, key, operator, list = ''] = IN_SET.exec(text) ?? [];
  if (key === undefined) return undefined;
  const values = list.split(',').map((value) => value.trim());
  if (!values.every((value) => ONE_VALUE.test(value))) return undefined;
  return (labels) => {
    const value = labels[key];
    return (value !== undefined && values.includes(value)) === (operator === 'in');
  };
}

function comparison(text: string): Requirement | undefined {
  const [, key, operator, bound] = COMPARES.exec(text) ?? [];
  if (key === undefined) return undefined;
  return (labels) => {
    const value = labels[key];
    if (value === undefined || !/^-?\d+$/.test(value)) return false;
    return operator === '>' ? Number(value) > Number(bound) : Number(value) < Number(bound);
  };
}

/** Field selectors: `field=value`, `field==value`, `field!=value`, joined by commas, on the fields that the kind offers. */
export function fieldMatcher(selector: string, kind: ServedKind): Matcher {
  const terms = selector.split(',').filter((term) => term !== '');
  const requirements = terms.map((term) => fieldRequirement(term, kind));
  return (object) => requirements.every((holds) => holds(object));
}

function fieldRequirement(term: string, kind: ServedKind): Matcher {
  const [, field, operator, wanted] = /^(.*?)(==|=|!=)(.*)$/.exec(term) ?? [];
  if (field === undefined) throw badRequest(`invalid selector: '${term}'; can't understand '${term}'`);
  const read = fieldOf(field, kind);
  return (object) => (read(object) === wanted) === (operator !== '!=');
}

function fieldOf(field: string, kind: ServedKind): (object: KubeObject) => string {
  if (field === 'metadata.name') return ({ metadata }) => metadata.name;
  if (field === 'metadata.namespace') return ({ metadata }) => metadata.namespace;
  const read = kind.fields?.get(field);
  if (read !== undefined) return read;
  throw badRequest(
    kind.custom || kind.fields !== undefined
      ? `field label not supported: ${field}`
      : `"${field}" is not a known field selector: only "metadata.name", "metadata.namespace"`,
  );
}
