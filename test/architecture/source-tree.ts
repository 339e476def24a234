import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { parseSync } from '@swc/core';

/** A source file by its path from the root of the project, with `/` on every system. */
export interface SourceFile {
  readonly path: string;
  readonly text: string;
}

/** A node of the syntax tree, as swc names its parts. */
export type Node = { readonly type: string } & Readonly<Record<string, unknown>>;

const SOURCES = /\.(ts|mjs)$/;

/** All TypeScript and JavaScript sources of some folders of the project. A folder that does not exist is empty. */
export function readTree(root: string, folders: readonly string[]): readonly SourceFile[] {
  return folders.flatMap((folder) => {
    const entries = readdirSync(root).includes(folder)
      ? readdirSync(path.join(root, folder), { recursive: true, encoding: 'utf8' })
      : [];
    return entries
      .filter((entry) => SOURCES.test(entry))
      .map((entry) => ({
        path: [folder, ...entry.split(path.sep)].join('/'),
        text: readFileSync(path.join(root, folder, entry), 'utf8'),
      }));
  });
}

export function isNode(value: unknown): value is Node {
  return typeof value === 'object' && value !== null && 'type' in value && typeof value.type === 'string';
}

/** A node of a file's syntax tree with its ancestors, nearest first. */
export interface Visit {
  readonly node: Node;
  readonly parents: readonly Node[];
  line(): number;
}

const visits = new WeakMap<SourceFile, readonly Visit[]>();

/** Every node of a file's syntax tree, in the order of the source. A file is parsed once. */
export function visit(file: SourceFile): readonly Visit[] {
  const known = visits.get(file) ?? walk(file);
  visits.set(file, known);
  return known;
}

/**
 * Positions of swc are byte offsets that go on counting from one call of the parser to the next; the semicolon in front
 * of the source shows where this file begins.
 */
function walk(file: SourceFile): readonly Visit[] {
  // The first line of a program is for the shell alone.
  const source = `;${file.text.replace(/^#!/, '//')}`;
  const { body } = parseSync(source, { syntax: 'typescript', target: 'es2022' });
  const start = body[0]?.span.start ?? 0;
  const found: Visit[] = [];
  const descend = (value: unknown, parents: readonly Node[], offset: number): void => {
    if (Array.isArray(value)) {
      for (const item of value) descend(item, parents, offset);
    } else if (isNode(value)) {
      const here = startOf(value) ?? offset;
      found.push({ node: value, parents, line: () => lineAt(source, here - start) });
      for (const child of Object.values(value)) descend(child, [value, ...parents], here);
    } else if (typeof value === 'object' && value !== null) {
      for (const child of Object.values(value)) descend(child, parents, offset);
    }
  };
  descend(body, [], start);
  return found;
}

function startOf(node: Node): number | undefined {
  const span = node['span'];
  if (typeof span !== 'object' || span === null || !('start' in span)) return undefined;
  return typeof span.start === 'number' ? span.start : undefined;
}

function lineAt(source: string, bytes: number): number {
  return Buffer.from(source).subarray(0, bytes).toString().split('\n').length;
}
