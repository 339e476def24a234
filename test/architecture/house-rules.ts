import type { Broken } from './import-rules';
import { type SourceFile, visit } from './source-tree';

const NAMES = /(^|[/.-])(utils?|helpers?|common|managers?)([/.-]|$)/;
const SILENCED = /(\/\/|\/\*)\s*@ts-(ignore|nocheck)/;

function brokenName({ path: file }: SourceFile): readonly Broken[] {
  const name = NAMES.exec(file)?.[2];
  if (name === undefined) return [];
  return [{ file, line: 1, message: `is called ${name}, which says nothing: name it after what it knows or does` }];
}

function silenced({ path: file, text }: SourceFile): readonly Broken[] {
  return text
    .split('\n')
    .flatMap((content, i) =>
      SILENCED.test(content)
        ? [{ file, line: i + 1, message: 'silences the type checker: say the type or narrow the value' }]
        : [],
    );
}

/** Casts; `as const` is none, and tests may cast what they made up. */
function casts(file: SourceFile): readonly Broken[] {
  if (file.path.startsWith('test/')) return [];
  return visit(file).flatMap(({ node, line }) => {
    switch (node.type) {
      case 'TsAsExpression':
      case 'TsTypeAssertion':
        return [
          {
            file: file.path,
            line: line(),
            message: 'casts: parse or narrow the value, so that a wrong one is noticed',
          },
        ];
      case 'TsKeywordType':
        return node['kind'] === 'any'
          ? [{ file: file.path, line: line(), message: 'says any: say unknown and narrow the value' }]
          : [];
      default:
        return [];
    }
  });
}

function withoutEntry(files: readonly SourceFile[]): readonly Broken[] {
  const names = files.map(({ path }) => /^functions\/([^/]+)\//.exec(path)?.[1]);
  return [...new Set(names)]
    .filter((name) => name !== undefined)
    .filter((name) => !files.some(({ path }) => path === `functions/${name}/index.ts`))
    .map((name) => ({ file: `functions/${name}`, line: 1, message: 'has no index.ts, so nothing can run it' }));
}

/** Names, casts and silenced checks that the house style refuses, and functions without an entry. */
export function brokenHouseRules(files: readonly SourceFile[]): readonly Broken[] {
  return [...files.flatMap((file) => [...brokenName(file), ...silenced(file), ...casts(file)]), ...withoutEntry(files)];
}
