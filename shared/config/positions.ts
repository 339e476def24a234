import { type Document, isAlias, isMap, isNode, isScalar, isSeq, type LineCounter, type YAMLMap } from 'yaml';

/** Keys and list indexes from the top of the file to a value. */
export type Path = readonly (string | number)[];

/** Both from 1, as editors count. */
export interface Position {
  readonly line: number;
  readonly column: number;
}

/** What of a path to point at: the key that names the value, or the value itself. */
export type Spot = 'key' | 'value';

/** `policies.web.signals[0].metric`; a key that is long or not a plain word is shortened and quoted. */
export function pathText(path: Path): string {
  return path.reduce<string>((text, part) => {
    if (typeof part === 'number') {
      return `${text}[${part}]`;
    }
    const key = PLAIN_KEY.test(part) ? part : quoted(part);
    return text === '' ? key : `${text}.${key}`;
  }, '');
}

const PLAIN_KEY = /^[\w$-]{1,64}$/;

/** What somebody wrote, on one line and of bounded length, for use in a message. */
export function quoted(text: string): string {
  return JSON.stringify(text.length > 64 ? `${text.slice(0, 61)}...` : text);
}

/** Finds where a path is in the document; for one that leads nowhere, its deepest part that exists. */
export function createLocator(document: Document, lines: LineCounter): (path: Path, spot: Spot) => Position {
  // One index for each mapping: looking through a long one for each of its keys takes minutes.
  const indexes = new Map<YAMLMap, ReadonlyMap<string, Member>>();

  function memberAt(holder: unknown, part: string | number): Member | undefined {
    const node = isAlias(holder) ? holder.resolve(document) : holder;
    if (isMap(node)) {
      const index = indexes.get(node) ?? indexOf(node);
      indexes.set(node, index);
      return index.get(String(part));
    }
    return isSeq(node) && typeof part === 'number' && part < node.items.length
      ? { key: undefined, value: node.items[part] }
      : undefined;
  }

  return (path, spot) => {
    let node: unknown = document.contents;
    let found = startOf(node) ?? 0;
    for (const [depth, part] of path.entries()) {
      const member = memberAt(node, part);
      if (member === undefined) break;
      const key = startOf(member.key);
      const value = startOf(member.value);
      const atKey = spot === 'key' || depth < path.length - 1;
      found = (atKey ? (key ?? value) : (value ?? key)) ?? found;
      node = member.value;
    }
    return positionAt(lines, found);
  };
}

interface Member {
  readonly key: unknown;
  readonly value: unknown;
}

/** Of a key that stands twice, the last one, whose value is the one that counts. */
function indexOf(map: YAMLMap): ReadonlyMap<string, Member> {
  return new Map(map.items.map((pair) => [String(isScalar(pair.key) ? pair.key.value : pair.key), pair]));
}

/** @param offset in characters from the start of the text */
export function positionAt(lines: LineCounter, offset: number): Position {
  const { line, col } = lines.linePos(offset);
  // The library counts from 0 in a text without content.
  return { line: Math.max(line, 1), column: Math.max(col, 1) };
}

function startOf(node: unknown): number | undefined {
  return isNode(node) ? node.range?.[0] : undefined;
}
