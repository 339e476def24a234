import { stringify } from 'yaml';
import { clusterRbac } from '../deploy/cluster-rbac';
import { failuresTopic } from '../deploy/functions';
import { ramPolicy, TRUST_POLICY } from '../deploy/ram-policies';
import type { Configuration } from '../shared/config/load';
import { nearest } from '../shared/config/suggest';
import { FUNCTIONS, type FunctionName } from '../shared/core/function-name';
import { KUBE_ROLES, type KubeRole } from '../shared/core/kube-rights';
import { neededAccountOf } from './account';
import type { Asked } from './commands';
import { readConfiguration } from './configuration';
import { textOf } from './options';
import { type Result, WrongUsage } from './result';
import type { World } from './world';

/** Prints the rights that the functions need for this configuration: of all of them, or of one. */
export async function policy({ options, positionals: [of] }: Asked, world: World): Promise<Result> {
  const configuration = readConfiguration(options, world);
  const region = textOf(options, 'region');
  if (region !== undefined && configuration.regions[region] === undefined)
    throw new WrongUsage(
      `there is no cluster in "${region}"; regions are: ${Object.keys(configuration.regions).join(', ')}`,
    );
  const users = usersIn(textOf(options, 'users'));
  const names = of === undefined ? NAMES : NAMES.filter((name) => name === of);
  if (names.length === 0) throw unknown(of ?? '', NAMES);
  const failures = failuresTopic(world.environment);
  const account = () => neededAccountOf(options, world);
  const chosen = names.map((name) => documentOf(name, configuration, { account, failures, region, users }));
  return {
    outcome: 'done',
    body: Object.fromEntries(chosen.map(({ document, name }) => [name, document])),
    // One alone can be piped into a file.
    lines: chosen.flatMap(({ name, text, title }) => (of === undefined ? [`# ${name}: ${title}`, text, ''] : [text])),
    errors: [],
    notes: [],
  };
}

/** Ids that are to be filled in, unless they are told. Throws WrongUsage. */
function usersIn(written: string | undefined): Readonly<Partial<Record<KubeRole, string>>> {
  if (written === undefined)
    return Object.fromEntries(KUBE_ROLES.map((role) => [role, `set-ID-OF-gateway-autopilot-${role}`]));
  const pairs = written.split(',').map((pair) => pair.split('='));
  for (const [role = '', id = ''] of pairs) {
    if (!KUBE_ROLES.some((each) => each === role) || id === '')
      throw new WrongUsage(`--users takes FUNCTION=ID, with a comma; functions are: ${KUBE_ROLES.join(', ')}`);
  }
  return Object.fromEntries(pairs);
}

const NAMES = [...FUNCTIONS, 'trust', 'rbac'] as const;

interface Document {
  readonly name: string;
  readonly title: string;
  readonly document: unknown;
  readonly text: string;
}

interface About {
  /** Only the policies of roles name it. Throws WrongUsage. */
  readonly account: () => string;
  /** MNS topic of what failed. */
  readonly failures: string;
  readonly region: string | undefined;
  readonly users: ReturnType<typeof usersIn>;
}

function documentOf(name: (typeof NAMES)[number], configuration: Configuration, about: About): Document {
  switch (name) {
    case 'trust':
      return json(name, 'trust policy of each of these roles', TRUST_POLICY);
    case 'rbac':
      return rbacDocument(configuration, about);
    default:
      return ramDocument(name, ramPolicy(configuration, about.account(), name, about.failures));
  }
}

function rbacDocument(configuration: Configuration, { region, users }: About): Document {
  const regions = Object.keys(configuration.regions).filter((each) => region === undefined || each === region);
  const rbac = regions.flatMap((each) => clusterRbac(configuration, each, users));
  return {
    name: 'rbac',
    title: `manifests for the clusters of ${regions.join(', ')}`,
    document: rbac,
    text: [...new Set(rbac.map((manifest) => stringify(manifest).trimEnd()))].join('\n---\n'),
  };
}

function ramDocument(role: FunctionName, document: ReturnType<typeof ramPolicy>): Document {
  return document === undefined
    ? { name: role, title: 'calls nothing, and needs a role without any policy', document: null, text: '{}' }
    : json(role, 'RAM policy of its role', document);
}

function json(name: string, title: string, document: unknown): Document {
  return { name, title, document, text: JSON.stringify(document, null, 2) };
}

function unknown(word: string, known: readonly string[]): WrongUsage {
  const near = nearest(word, known);
  const meant = near === undefined ? '' : `; did you mean "${near}"?`;
  return new WrongUsage(`there are no rights of "${word}"${meant}; there is: ${known.join(', ')}`);
}
