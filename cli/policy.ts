import { stringify } from 'yaml';
import { clusterRbac } from '../deploy/cluster-rbac';
import { failuresTopic } from '../deploy/functions';
import { ROLES, type RoleOf, ramPolicy, TRUST_POLICY } from '../deploy/ram-policies';
import type { Configuration } from '../shared/config/load';
import { nearest } from '../shared/config/suggest';
import { KUBE_ROLES, type KubeRole } from '../shared/core/kube-rights';
import type { Asked } from './commands';
import { readConfiguration } from './configuration';
import { textOf } from './options';
import { type Result, WrongUsage } from './result';
import type { World } from './world';

/** Prints the rights that the functions need for this configuration: of all of them, or of one. */
export async function policy({ options, positionals: [of] }: Asked, world: World): Promise<Result> {
  const configuration = readConfiguration(options, world);
  const account = textOf(options, 'account');
  if (account === undefined || !/^\d{1,32}$/.test(account))
    throw new WrongUsage('--account needs the id of the account');
  const region = textOf(options, 'region');
  const users = usersIn(textOf(options, 'users'));
  const failures = failuresTopic(world.environment);
  const documents = documentsOf(configuration, { account, failures, region, users });
  const chosen = of === undefined ? documents : documents.filter(({ name }) => name === of);
  if (chosen.length === 0)
    throw unknown(
      of ?? '',
      documents.map(({ name }) => name),
    );
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

interface Document {
  readonly name: string;
  readonly title: string;
  readonly document: unknown;
  readonly text: string;
}

function documentsOf(
  configuration: Configuration,
  {
    account,
    failures,
    region,
    users,
  }: {
    readonly account: string;
    readonly failures: string;
    readonly region: string | undefined;
    readonly users: ReturnType<typeof usersIn>;
  },
): readonly Document[] {
  const regions = Object.keys(configuration.regions).filter((each) => region === undefined || each === region);
  const rbac = regions.flatMap((each) => clusterRbac(configuration, each, users));
  return [
    ...ROLES.map((role) => ramDocument(role, ramPolicy(configuration, account, role, failures))),
    json('trust', 'trust policy of each of these roles', TRUST_POLICY),
    {
      name: 'rbac',
      title: `manifests for the clusters of ${regions.join(', ')}`,
      document: rbac,
      text: [...new Set(rbac.map((manifest) => stringify(manifest).trimEnd()))].join('\n---\n'),
    },
  ];
}

function ramDocument(role: RoleOf, document: ReturnType<typeof ramPolicy>): Document {
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
