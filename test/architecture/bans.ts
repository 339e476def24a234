import { type Broken, specifierOf } from './import-rules';
import { isNode, type Node, type SourceFile, type Visit, visit } from './source-tree';

/** What a decision may not reach by itself: it would no longer follow from its arguments alone. */
export type Reach = 'clock' | 'timers' | 'chance' | 'environment' | 'network' | 'files' | 'processes';

const WHAT_TO_DO: Readonly<Record<Reach, string>> = {
  clock: 'time is an argument or the Clock port',
  timers: 'waiting is for the Clock port',
  chance: 'randomness is a seeded argument',
  environment: 'entry points read the environment and pass on what they read',
  network: 'the network is reached through a port',
  files: 'entry points read files and pass on the text',
  processes: 'nothing here starts or watches processes',
};

/** Global names and what they reach. `Date`, `Math` and `AbortSignal` are judged by how they are used. */
const GLOBALS: Readonly<Record<string, Reach>> = {
  performance: 'clock',
  setTimeout: 'timers',
  setInterval: 'timers',
  setImmediate: 'timers',
  crypto: 'chance',
  process: 'environment',
  globalThis: 'environment',
  global: 'environment',
  fetch: 'network',
  WebSocket: 'network',
  EventSource: 'network',
};

const MODULES: Readonly<Record<string, Reach>> = {
  timers: 'timers',
  perf_hooks: 'clock',
  process: 'environment',
  os: 'environment',
  http: 'network',
  http2: 'network',
  https: 'network',
  net: 'network',
  tls: 'network',
  dns: 'network',
  dgram: 'network',
  fs: 'files',
  child_process: 'processes',
  worker_threads: 'processes',
  cluster: 'processes',
};

/** Names of `node:crypto` that give another value each time; hashing and signing are free. */
const RANDOM_NAMES = /^(random|getRandomValues|generateKey|webcrypto)/;

/** A place that may reach something, and why. */
export interface Permit {
  /** A file, or a folder with everything in it. */
  readonly place: string;
  readonly may: readonly Reach[];
  readonly because: string;
}

const EVERYTHING: readonly Reach[] = ['clock', 'timers', 'chance', 'environment', 'network', 'files', 'processes'];

export const PERMITS: readonly Permit[] = [
  { place: 'shared/cloud', may: EVERYTHING, because: 'adapters are how the outside is reached' },
  {
    place: 'shared/serve/function-runtime.ts',
    may: ['environment', 'files', 'chance'],
    because: 'what an entry point hands to the handlers: environment, configuration file, jitter of retries',
  },
  { place: 'functions', may: ['environment'], because: 'entry points' },
  { place: 'rehearsal/main.ts', may: EVERYTHING, because: 'an entry point' },
  { place: 'rehearsal/cloud/http.ts', may: EVERYTHING, because: 'the face of the emulated cloud over HTTP' },
  { place: 'rehearsal/cloud/dns-server.ts', may: ['network'], because: 'the emulated name servers' },
  {
    place: 'rehearsal/cloud/entry-servers.ts',
    may: ['network', 'timers'],
    because: 'the emulated entries on loopback, and how late they answer',
  },
  {
    place: 'rehearsal/cloud/wall-clock.ts',
    may: ['clock', 'timers'],
    because: 'the clock of a rehearsal in real time',
  },
  {
    place: 'rehearsal/cloud/timeline.ts',
    may: ['timers'],
    because: 'in virtual time a sleep lets pending work run and waits for nothing',
  },
  {
    place: 'rehearsal/cloud/idle-clock.ts',
    may: ['timers'],
    because: 'virtual time moves on when nothing else is left to run',
  },
  {
    place: 'rehearsal/cloud/function-compute.ts',
    may: ['timers'],
    because: 'cuts a function off at its time limit, as the vendor does',
  },
  { place: 'cli', may: EVERYTHING, because: 'an entry point' },
  { place: 'deploy', may: ['files', 'environment'], because: 'entry points that write what is deployed' },
  { place: 'bench', may: EVERYTHING, because: 'measures real time' },
  { place: 'scripts', may: EVERYTHING, because: 'entry points' },
  { place: 'test', may: EVERYTHING, because: 'tests start servers and processes on this machine' },
];

interface Reached {
  readonly reach: Reach;
  /** As it is written, for example `Date.now`. */
  readonly what: string;
}

function nameOf(value: unknown): string | undefined {
  if (!isNode(value)) return undefined;
  if (value.type === 'Computed') return nameOf(value['expression']);
  const name = value['value'];
  return (value.type === 'Identifier' || value.type === 'StringLiteral') && typeof name === 'string' ? name : undefined;
}

/** Whether an identifier names a value here, and is not a property, a key or part of a type. */
function isReference({ node, parents: [parent] }: Visit): boolean {
  if (node.type !== 'Identifier') return false;
  switch (parent?.type) {
    case 'MemberExpression':
      return parent['object'] === node;
    case 'KeyValueProperty':
    case 'KeyValuePatternProperty':
      return parent['value'] === node;
    case 'MethodProperty':
    case 'ClassMethod':
    case 'ClassProperty':
    case 'GetterProperty':
    case 'SetterProperty':
    case 'ImportSpecifier':
    case 'ExportSpecifier':
      return parent['key'] !== node && parent['value'] === node;
    default:
      return parent === undefined || !/^Ts.*(Signature|Reference|Name|Query|Member|Declaration|Expr)/.test(parent.type);
  }
}

function reachOfDate(node: Node, parent: Node | undefined): Reached | undefined {
  const property =
    parent?.type === 'MemberExpression' && parent['object'] === node ? nameOf(parent['property']) : undefined;
  if (property === 'parse' || property === 'UTC') return undefined;
  if (parent?.type === 'NewExpression' && parent['callee'] === node) {
    const values = parent['arguments'];
    return Array.isArray(values) && values.length > 0 ? undefined : { reach: 'clock', what: 'new Date()' };
  }
  if (parent?.type === 'BinaryExpression' && parent['operator'] === 'instanceof') return undefined;
  return { reach: 'clock', what: property === undefined ? 'Date' : `Date.${property}` };
}

function reachOfMath(node: Node, parent: Node | undefined): Reached | undefined {
  const property =
    parent?.type === 'MemberExpression' && parent['object'] === node ? nameOf(parent['property']) : undefined;
  if (property !== undefined && property !== 'random') return undefined;
  return { reach: 'chance', what: property === undefined ? 'Math as a value' : 'Math.random' };
}

function reachOfAbortSignal(node: Node, parent: Node | undefined): Reached | undefined {
  const property = parent?.['object'] === node ? nameOf(parent['property']) : undefined;
  return property === 'timeout' ? { reach: 'timers', what: 'AbortSignal.timeout' } : undefined;
}

function reachOfReference(at: Visit): Reached | undefined {
  if (!isReference(at)) return undefined;
  const {
    node,
    parents: [parent],
  } = at;
  const name = nameOf(node);
  if (name === 'Date') return reachOfDate(node, parent);
  if (name === 'Math') return reachOfMath(node, parent);
  if (name === 'AbortSignal') return reachOfAbortSignal(node, parent);
  const reach = name === undefined || !Object.hasOwn(GLOBALS, name) ? undefined : GLOBALS[name];
  return name === undefined || reach === undefined ? undefined : { reach, what: name };
}

function isTypeOnly(node: Node): boolean {
  return node.type === 'TsImportType' || node['typeOnly'] === true;
}

function importedNames(node: Node): readonly string[] {
  const specifiers: unknown = node['specifiers'];
  if (!Array.isArray(specifiers)) return [];
  return specifiers.map((specifier: Node) =>
    specifier.type === 'ImportSpecifier'
      ? (nameOf(specifier['imported']) ?? nameOf(specifier['local']) ?? '')
      : 'random*',
  );
}

function reachOfImport(node: Node): Reached | undefined {
  const specifier = specifierOf(node);
  if (specifier === undefined || isTypeOnly(node)) return undefined;
  const module = specifier.replace(/^node:/, '').split('/')[0] ?? '';
  if (module === 'crypto') {
    const random = importedNames(node).find((name) => RANDOM_NAMES.test(name));
    return random === undefined ? undefined : { reach: 'chance', what: `${random} of ${specifier}` };
  }
  const reach = Object.hasOwn(MODULES, module) ? MODULES[module] : undefined;
  return reach === undefined ? undefined : { reach, what: specifier };
}

/** Uses of the clock, chance, the environment, the network, files and processes where none is permitted. */
export function brokenBans(files: readonly SourceFile[], permits: readonly Permit[]): readonly Broken[] {
  return files.flatMap((file) => {
    const permitted = permits
      .filter(({ place }) => file.path === place || file.path.startsWith(`${place}/`))
      .flatMap(({ may }) => may);
    return visit(file).flatMap((at) => {
      const reached = reachOfReference(at) ?? reachOfImport(at.node);
      if (reached === undefined || permitted.includes(reached.reach)) return [];
      const { reach, what } = reached;
      return [{ file: file.path, line: at.line(), message: `uses ${what} (${reach}): ${WHAT_TO_DO[reach]}` }];
    });
  });
}
