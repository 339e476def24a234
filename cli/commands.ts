import type { OptionName, Options } from './options';
import type { Result } from './result';
import type { World } from './world';

/** A command as it was written. */
export interface Asked {
  readonly command: CommandName;
  readonly options: Options;
  readonly positionals: readonly string[];
  readonly rest: readonly string[];
}

export type Run = (asked: Asked, world: World) => Promise<Result>;

interface Entry {
  readonly does: string;
  /** What follows the name; what may be left out is in brackets. */
  readonly takes: readonly string[];
  readonly options: readonly OptionName[];
  /** What follows the name in an example that works with the example's configuration. */
  readonly example: string;
  /** Its options are its own. */
  readonly readsItself?: true;
  /** Loads what it needs at its first use: most commands need no SDK, and none needs all of them. */
  readonly load: () => Run;
}

/** Options that every command has. */
export const COMMON = ['json', 'help', 'version'] as const satisfies readonly OptionName[];
const CLOUD = ['config', 'region', 'emulated', 'fresh'] as const satisfies readonly OptionName[];
const PERSON = ['owner', 'reason'] as const satisfies readonly OptionName[];
const ENDING = [...PERSON, 'for', 'until'] as const satisfies readonly OptionName[];
const FOR_A_WHILE = '--reason "flash sale" --for 2h';

const order: Entry['load'] = () => {
  const module: typeof import('./order') = require('./order');
  return module.order;
};

const TABLE = {
  validate: {
    does: 'checks your configuration and lists every mistake with its line',
    takes: ['[FILE]'],
    options: ['config'],
    example: '',
    load: () => {
      const module: typeof import('./validate') = require('./validate');
      return module.validate;
    },
  },
  schema: {
    does: 'prints the JSON Schema of the configuration',
    takes: [],
    options: [],
    example: '',
    load: () => {
      const module: typeof import('./schema') = require('./schema');
      return module.schema;
    },
  },
  plan: {
    does: 'asks every function what it would change now; exit code 2 when there is something',
    takes: [],
    options: [...CLOUD, 'gateway'],
    example: '--gateway ingressgateway',
    load: () => {
      const module: typeof import('./plan') = require('./plan');
      return module.plan;
    },
  },
  apply: {
    does: 'shows the plan, asks, and lets the functions carry it out; with --plan exactly the one that was proposed, to which --owner, --reason and --name belong',
    takes: [],
    options: [...CLOUD, ...PERSON, 'gateway', 'name', 'plan', 'yes'],
    example: '--yes',
    load: () => {
      const module: typeof import('./apply') = require('./apply');
      return module.apply;
    },
  },
  status: {
    does: 'shows gateways, extra CLBs, names and what people asked for',
    takes: [],
    options: [...CLOUD, 'gateway'],
    example: '',
    load: () => {
      const module: typeof import('./status') = require('./status');
      return module.status;
    },
  },
  scale: {
    does: 'pins the replicas of a gateway, within the bounds of its policy',
    takes: ['REPLICAS'],
    options: [...CLOUD, ...ENDING, 'gateway', 'dry-run'],
    example: `12 --gateway ingressgateway ${FOR_A_WHILE}`,
    load: order,
  },
  hold: {
    does: 'stops changes of a gateway: all, or only in (fewer) or out (more)',
    takes: ['[all|in|out]'],
    options: [...CLOUD, ...ENDING, 'gateway'],
    example: 'in --gateway ingressgateway --reason "long downloads" --for 4h',
    load: order,
  },
  protect: {
    does: 'keeps a gateway at so many replicas or more, and never scales it in',
    takes: ['FLOOR'],
    options: [...CLOUD, ...ENDING, 'gateway'],
    example: '20 --gateway ingressgateway --reason "cn-shanghai is drained" --for 3h',
    load: order,
  },
  attach: {
    does: 'keeps at least so many extra CLBs in front of a gateway',
    takes: ['EXTRA'],
    options: [...CLOUD, ...ENDING, 'gateway', 'dry-run'],
    example: `1 --gateway ingressgateway ${FOR_A_WHILE}`,
    load: order,
  },
  release: {
    does: 'keeps at most so many; those beyond are drained and released',
    takes: ['EXTRA'],
    options: [...CLOUD, ...ENDING, 'gateway', 'dry-run'],
    example: '0 --gateway ingressgateway --reason "the sale is over" --for 6h',
    load: order,
  },
  drain: {
    does: 'leads nobody to a region, once the others have room',
    takes: ['REGION'],
    options: [...CLOUD, ...ENDING, 'gateway', 'dry-run'],
    example: 'cn-hangzhou --gateway ingressgateway --reason "power works" --for 3h',
    load: order,
  },
  pin: {
    does: 'leads clients to one region alone, as long as it is healthy',
    takes: ['REGION'],
    options: [...CLOUD, ...ENDING, 'gateway', 'dry-run'],
    example: 'cn-shanghai --gateway ingressgateway --reason drill --for 1h',
    load: order,
  },
  adopt: {
    does: "takes over the records of a name that lead to the gateway's own CLBs",
    takes: ['NAME'],
    options: [...CLOUD, ...PERSON, 'dry-run'],
    example: 'www.example.com --reason "published from here" --dry-run',
    load: order,
  },
  resume: {
    does: 'ends early whatever was asked for a gateway: pin, hold, protection, extra CLBs, drains',
    takes: [],
    options: [...CLOUD, ...PERSON, 'gateway'],
    example: '--gateway ingressgateway --reason "the sale is over"',
    load: order,
  },
  freeze: {
    does: 'stops every write, until unfreeze or for a while',
    takes: [],
    options: [...CLOUD, ...ENDING],
    example: '--reason "the clusters are being upgraded"',
    load: order,
  },
  unfreeze: {
    does: 'allows writes again',
    takes: [],
    options: [...CLOUD, ...PERSON],
    example: '--reason done',
    load: order,
  },
  audit: {
    does: "compares gateways with the vendor's practice; exit code 2 when a check fails",
    takes: ['[CHECK,CHECK]'],
    options: [...CLOUD, ...PERSON, 'gateway', 'fix', 'yes', 'markdown'],
    example: 'replicas,clb-count --gateway ingressgateway',
    load: () => {
      const module: typeof import('./audit') = require('./audit');
      return module.audit;
    },
  },
  uninstall: {
    does: 'takes back what is ours in zones and clusters, and says what is left to do by hand; answers in DNS and replicas stay',
    takes: [],
    options: ['config', 'emulated', 'fresh', ...PERSON, 'dry-run', 'yes'],
    example: '--reason "we go back to an HPA" --dry-run',
    load: () => {
      const module: typeof import('./uninstall') = require('./uninstall');
      return module.uninstall;
    },
  },
  policy: {
    does: 'prints the rights that the functions need: RAM policies, their trust policy, manifests for the clusters',
    takes: ['[FUNCTION|trust|rbac]'],
    options: ['config', 'region', 'account', 'users'],
    example: 'scale-gateway --account 1234567890123456',
    load: () => {
      const module: typeof import('./policy') = require('./policy');
      return module.policy;
    },
  },
  alarms: {
    does: 'shows which rules of CloudMonitor the configuration implies, asks, and makes them; exit code 2 when there is something',
    takes: [],
    options: [...CLOUD, 'account', 'remove', 'yes'],
    example: '--account 1234567890123456 --yes',
    load: () => {
      const module: typeof import('./alarms') = require('./alarms');
      return module.alarms;
    },
  },
  doctor: {
    does: 'looks for whatever keeps the functions from doing their work, with the fix of each; exit code 1 when there is something',
    takes: [],
    options: [...CLOUD, 'account', 'role'],
    example: '',
    load: () => {
      const module: typeof import('./doctor') = require('./doctor');
      return module.doctor;
    },
  },
  invoke: {
    does: 'sends an event to a function and prints its answer; JSON may be @FILE, or - for the standard input',
    takes: ['FUNCTION', '[JSON|@FILE|-]'],
    options: [...CLOUD],
    example: `probe-region '{"action":"probe"}' --region cn-beijing`,
    load: () => {
      const module: typeof import('./invoke') = require('./invoke');
      return module.invoke;
    },
  },
  rehearse: {
    does: 'rehearses a day, a promotion and the loss of a region; its options are those of npm start',
    takes: [],
    options: [],
    example: '--fast --json',
    readsItself: true,
    load: () => {
      const module: typeof import('./rehearse') = require('./rehearse');
      return module.rehearsal;
    },
  },
} as const satisfies Readonly<Record<string, Entry>>;

export type CommandName = keyof typeof TABLE;
export const COMMANDS: Readonly<Record<CommandName, Entry>> = TABLE;
export const COMMAND_NAMES: readonly string[] = Object.keys(COMMANDS);

export function isCommand(name: string): name is CommandName {
  return Object.hasOwn(COMMANDS, name);
}
