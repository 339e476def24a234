import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

const ROOT = path.join(__dirname, '..');

/** Pages for readers by their paths from the root: the README first, then docs/ by name. */
export const DOCUMENTS: ReadonlyMap<string, string> = new Map(
  ['README.md', ...pagesOf('docs')].map((name) => [name, readFileSync(path.join(ROOT, name), 'utf8')]),
);

/** @param name such as `docs/alarms.md`. Throws where there is no such page. */
export function document(name: string): string {
  const text = DOCUMENTS.get(name);
  if (text === undefined) throw new Error(`there is no ${name}`);
  return text;
}

/** The text under a heading of the README, up to the next one of its level. */
export function section(heading: string): string {
  const [, text] = document('README.md').split(`\n## ${heading}\n`);
  if (text === undefined) throw new Error(`the README has no ${heading}`);
  return text.split(/^## /m)[0] ?? '';
}

/** The fenced blocks of one language; those of none with `''`. */
export function blocks(text: string, language: string): readonly string[] {
  return [...text.matchAll(/^```(\w*)\n(.*?)^```/gms)].flatMap(([, of, block = '']) =>
    of === language ? [block] : [],
  );
}

function pagesOf(folder: string): readonly string[] {
  return readdirSync(path.join(ROOT, folder))
    .filter((name) => name.endsWith('.md'))
    .sort()
    .map((name) => `${folder}/${name}`);
}
