import { isObject } from './fields';

/** A real one has three or four short entries. */
const LONGEST = 2_000;
/** Values may hold `=` and `,` themselves, so an entry starts only where a comma is followed by `name=`. */
const ENTRY_START = /(?:^|,)\s*([\w.-]+)=/g;

/**
 * Reads what identifies the resource of an alarm: `{userId=12****, instanceId=i-12****}`, Java's `Map.toString`, as
 * callbacks have it, the JSON array of one object that they had before 2019 (document 60714 of the vendor's help), or JSON
 * text of an object as in MNS (document 119889).
 * The first entry of a name counts; whatever cannot be read is left out. The sample on the vendor's page has a stray `)`
 * after a value, which is dropped.
 */
export function parseDimensions(value: unknown): ReadonlyMap<string, string> {
  if (typeof value !== 'string') return fromJson(value);
  const text = value.trim();
  if (text.length > LONGEST) return new Map();
  return /^\[|^\{\s*"/.test(text) ? fromJsonText(text) : fromJavaMap(text);
}

/**
 * The same text for the same resource, in whichever order its dimensions came; `undefined` where there are none. The account
 * is left out: it is that of the rule.
 */
export function describeDimensions(dimensions: ReadonlyMap<string, string>): string | undefined {
  const written = [...dimensions].flatMap(([name, value]) => (name === 'userId' ? [] : [`${name}=${value}`]));
  return written.length === 0 ? undefined : written.sort().join(',');
}

function fromJavaMap(text: string): ReadonlyMap<string, string> {
  const inner = text.replace(/^\{/, '').replace(/\}$/, '');
  const starts = [...inner.matchAll(ENTRY_START)];
  const entries = new Map<string, string>();
  for (const [index, start] of starts.entries()) {
    const name = start[1] ?? '';
    const end = starts[index + 1]?.index ?? inner.length;
    const written = inner.slice(start.index + start[0].length, end).trim();
    if (!entries.has(name)) entries.set(name, written.includes('(') ? written : written.replace(/\)+$/, ''));
  }
  return entries;
}

function fromJsonText(text: string): ReadonlyMap<string, string> {
  try {
    return fromJson(JSON.parse(text));
  } catch {
    // Not JSON after all. Nothing depends on the resource, so the alarm is taken without it.
    return new Map();
  }
}

function fromJson(value: unknown): ReadonlyMap<string, string> {
  const entries = new Map<string, string>();
  const first: unknown = Array.isArray(value) ? value[0] : value;
  if (!isObject(first)) return entries;
  for (const [name, content] of Object.entries(first)) {
    if (typeof content === 'string' || typeof content === 'number') entries.set(name, String(content));
  }
  return entries;
}
