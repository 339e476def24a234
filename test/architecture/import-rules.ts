import { isBuiltin } from 'node:module';
import path from 'node:path';
import { type Node, type SourceFile, visit } from './source-tree';

/** What a part of the tree may import, and why; the first rule whose place matches a file holds for it. */
export interface ImportRule {
  /** A file, or a folder with everything in it; `*` stands for the rest of one name. */
  readonly place: string;
  /** Places (as above), packages, or Node's own modules. The place itself is always allowed. */
  readonly may: readonly string[];
  readonly because: string;
}

export interface Broken {
  readonly file: string;
  readonly line: number;
  readonly message: string;
}

const ANY_PACKAGE = 'any package';
const ANY_BUILTIN = 'node:*';
const SDKS = ['@alicloud/*', '@kubernetes/*'];

export const IMPORT_RULES: readonly ImportRule[] = [
  {
    place: 'shared/core',
    may: ['zod'],
    because:
      'decisions are pure functions over a snapshot, so that every one can be tested and replayed from data alone',
  },
  {
    place: 'shared/errors.ts',
    may: [],
    because: 'every part names its errors with it, so it must not drag another part in',
  },
  {
    place: 'shared/ports.ts',
    may: ['shared/core'],
    because: 'ports are named after the domain and know nothing of who implements them',
  },
  {
    place: 'shared/run',
    may: ['shared/ports.ts', 'shared/core', 'shared/errors.ts', 'shared/event*'],
    because:
      'the loop reaches the world through the ports alone, so that it runs against the real and the emulated cloud alike; of events it knows what a person may ask for',
  },
  {
    place: 'shared/cloud',
    may: ['shared/ports.ts', 'shared/core', 'shared/errors.ts', 'zod', 'yaml', 'dns-packet', 'node:*', ...SDKS],
    because:
      'adapters turn the answers of vendors (kubeconfigs are YAML, name servers speak DNS) into what the ports promise; others decide on them',
  },
  {
    place: 'shared/event*',
    may: ['shared/core', 'zod', 'fastest-levenshtein'],
    because: 'an event is a reason to look: reading one must not be able to reach anything',
  },
  {
    place: 'shared/config*',
    may: ['shared/core', 'shared/errors.ts', 'zod', 'yaml', 'croner', 'fastest-levenshtein'],
    because: 'configuration is checked text; it is read by whoever starts the function',
  },
  {
    place: 'shared/notify*',
    may: ['shared/ports.ts', 'shared/errors.ts', 'shared/core'],
    because: 'what to tell people is separate from how it is sent',
  },
  {
    place: 'shared/serve*',
    may: ['shared', 'zod', ANY_BUILTIN],
    because: 'it joins the parts into a handler; packages belong to the parts that it joins',
  },
  {
    place: 'functions',
    may: ['shared/serve*', 'shared/core'],
    because: 'a function is wiring only; what it does is in shared, where the rehearsal runs it too',
  },
  {
    place: 'rehearsal',
    may: ['shared', 'functions', 'deploy', ANY_PACKAGE, ANY_BUILTIN],
    because:
      'the rehearsal runs the real code, deployed as it is really, and is no part of it; the SDKs are reached through shared/cloud',
  },
  {
    place: 'cli',
    // How it is started, and what version it is.
    may: ['shared', 'rehearsal', 'deploy', 'scripts/ensure-installed.mjs', 'package.json', ANY_PACKAGE, ANY_BUILTIN],
    because: 'the command is one more way in; nothing may depend on it, and SDKs are reached through shared/cloud',
  },
  {
    place: 'deploy',
    may: ['shared', ANY_PACKAGE, ANY_BUILTIN],
    because: 'what is rendered for the deployment follows from the configuration',
  },
  {
    place: 'scripts',
    may: ['shared/config*', 'shared/core', 'rehearsal/cloud', ANY_PACKAGE, ANY_BUILTIN],
    because: 'scripts make files of the project from its sources and run nothing of it',
  },
  {
    place: 'bench',
    may: ['scripts', 'shared', 'functions', 'rehearsal', ANY_PACKAGE, ANY_BUILTIN, ...SDKS],
    because: 'figures are measured on what the project is; test code is not',
  },
  {
    place: 'test',
    may: ['shared', 'functions', 'rehearsal', 'cli', 'deploy', 'scripts', ANY_PACKAGE, ANY_BUILTIN, ...SDKS],
    because: 'nothing depends on figures',
  },
];

function matches(place: string, target: string): boolean {
  if (!place.endsWith('*')) return target === place || target.startsWith(`${place}/`);
  const prefix = place.slice(0, -1);
  return target.startsWith(prefix);
}

/** `node:fs` for `fs/promises`, the package's name for a path in it, a path of the project for `../core/time`. */
function targetOf(from: string, specifier: string): string {
  if (specifier.startsWith('.')) return path.posix.join(path.posix.dirname(from), specifier);
  if (isBuiltin(specifier)) return `node:${specifier.replace(/^node:/, '').split('/')[0]}`;
  return specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/');
}

function isAllowed(rule: ImportRule, specifier: string, target: string): boolean {
  if (specifier.startsWith('.')) return [rule.place, ...rule.may].some((place) => matchesFile(place, target));
  if (rule.may.some((name) => matches(name, target))) return true;
  return rule.may.includes(ANY_PACKAGE) && !target.startsWith('node:') && !SDKS.some((sdk) => matches(sdk, target));
}

/** Imports leave the ending out: `../errors` is `shared/errors.ts`. */
function matchesFile(place: string, target: string): boolean {
  return matches(place, target) || matches(place, `${target}.ts`) || matches(place, `${target}.mjs`);
}

function stringOf(value: unknown): string | undefined {
  return typeof value === 'object' && value !== null && 'value' in value && typeof value.value === 'string'
    ? value.value
    : undefined;
}

/** What a node imports: `import`, `export … from`, `import()`, `require()`, `import type`. */
export function specifierOf(node: Node): string | undefined {
  switch (node.type) {
    case 'ImportDeclaration':
    case 'ExportNamedDeclaration':
    case 'ExportAllDeclaration':
    case 'TsExternalModuleReference':
      return stringOf(node['source'] ?? node['expression']);
    case 'TsImportType':
      return stringOf(node['argument']);
    case 'CallExpression':
      return isImportCall(node['callee']) ? stringOf(firstArgument(node['arguments'])) : undefined;
    default:
      return undefined;
  }
}

function isImportCall(callee: unknown): boolean {
  if (typeof callee !== 'object' || callee === null || !('type' in callee)) return false;
  return callee.type === 'Import' || (callee.type === 'Identifier' && stringOf(callee) === 'require');
}

function firstArgument(list: unknown): unknown {
  const first: unknown = Array.isArray(list) ? list[0] : undefined;
  return typeof first === 'object' && first !== null && 'expression' in first ? first.expression : undefined;
}

/** Imports that break a rule. A file that no rule is about is itself reported. */
export function brokenImports(files: readonly SourceFile[], rules: readonly ImportRule[]): readonly Broken[] {
  return files.flatMap((file) => {
    const rule = rules.find(({ place }) => matches(place, file.path));
    if (rule === undefined) {
      return [
        { file: file.path, line: 1, message: 'is in a place that the import rules do not know; add a rule for it' },
      ];
    }
    return visit(file).flatMap(({ node, line }) => {
      const specifier = specifierOf(node);
      if (specifier === undefined || isAllowed(rule, specifier, targetOf(file.path, specifier))) return [];
      return [
        {
          file: file.path,
          line: line(),
          message: `imports ${specifier}, which ${rule.place} may not: ${rule.because}`,
        },
      ];
    });
  });
}
