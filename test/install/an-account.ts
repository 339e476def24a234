import { readFileSync } from 'node:fs';
import path from 'node:path';
import { parse, parseAllDocuments } from 'yaml';
import { z } from 'zod';
import { reachOf } from '../../cli/emulated';
import type { Reach } from '../../cli/world';
import type { RamPolicy } from '../../deploy/ram-policies';
import { type Cloud, createCloud, type GatewaySetup, type InitialRecord } from '../../rehearsal/cloud';
import { emulatedAccount } from '../../rehearsal/emulated-account';
import { createStage, type Stage, type StageTimer } from '../../rehearsal/stage';
import { AUTOSCALER, CONFIG_MAP, DEPLOYMENT, ISTIO_GATEWAYS, SERVICE } from '../../shared/cloud/kinds';
import { createLoadBalancers } from '../../shared/cloud/load-balancers';
import type { Kube, OpenApi } from '../../shared/cloud/seams';
import { createZones } from '../../shared/cloud/zones';
import { calledAs, USUAL_NAMES } from '../../shared/config/functions-schema';
import { type Configuration, loadConfiguration } from '../../shared/config/load';
import { FUNCTIONS, type FunctionName } from '../../shared/core/function-name';
import { KUBE_RIGHTS, KUBE_ROLES, type KubeRole, type Rule } from '../../shared/core/kube-rights';
import { MINUTE, SECOND } from '../../shared/core/time';
import { fillIn } from '../build/stack/variables';
import { run } from '../cli/a-world';
import { createRamGate } from '../deploy/ram-gate';
import { aRam, roleNameOf } from './a-ram';
import { aShell, type Command } from './a-shell';

export const REGION = 'cn-hangzhou';
const ACCOUNT = '1234567890123456';
const NAMESPACE = 'istio-system';
const ZONE = 'example.com';
export const WWW = 'www.example.com';

/** As the file of the README's installation names them. */
interface Named {
  readonly cluster: string;
  readonly mesh: string;
  readonly clb: string;
}

/** An account that somebody installs into, by the commands of the README, and with the rights alone that these grant. */
export interface InstalledAccount {
  readonly cloud: Cloud;
  /** What stands in files, by name. */
  readonly files: Record<string, string>;
  /** Carries out a block of the README. Throws at the first command that fails. */
  script(text: string): Promise<void>;
  /** What the last command of `gateway-autopilot` printed. */
  readonly printed: () => string;
  pass(minutes: number): Promise<void>;
  /** Clients of www.example.com, in requests a second; a tenth of them open a connection. */
  load(requests: number): void;
  /** What there is in the account, without what changes by itself. */
  everything(): Promise<Everything>;
  /** Calls that RAM refused. */
  readonly missing: readonly string[];
  /** Log lines of the functions. */
  readonly log: () => Stage['log'];
  /** What is left of functions, roles, policies, RBAC and rules of CloudMonitor. */
  readonly installed: () => readonly string[];
}

/** Each thing by where it is, so that a difference can be read. */
export type Everything = Readonly<Record<string, unknown>>;

export interface AccountOptions {
  readonly named: Named;
  readonly gateway: Partial<GatewaySetup>;
  readonly records: (address: (id: string) => string) => readonly InitialRecord[];
  readonly prepare?: (cloud: Cloud) => void;
}

const Resource = z.object({
  props: z.object({
    functionName: z.string(),
    role: z.string(),
    triggers: z.array(
      z.object({ triggerType: z.string(), triggerConfig: z.looseObject({ cronExpression: z.string().optional() }) }),
    ),
  }),
});
const Stack = z.object({ resources: z.record(z.string(), Resource) });

/** As `s deploy` reads it. */
function stackOf(environment: Readonly<Record<string, string>>): z.infer<typeof Stack> {
  const text = readFileSync(path.join(__dirname, '../../s.yaml'), 'utf8');
  const needed = { AUTOPILOT_ACCOUNT_ID: ACCOUNT, AUTOPILOT_ALARM_TOKEN: 'a-secret-of-32-characters-or-more' };
  return Stack.parse(fillIn(parse(text, { merge: true }), { ...needed, ...environment }));
}

export function anInstalledAccount(options: AccountOptions): InstalledAccount {
  const { named } = options;
  const cloud = createCloud({ at: Date.UTC(2026, 10, 28, 1, 0), seed: 11, accountId: ACCOUNT, paidMetrics: true });
  cloud.addCluster({ region: REGION, id: named.cluster });
  cloud.addMesh({ region: REGION, id: named.mesh, clusterIds: [named.cluster] });
  options.prepare?.(cloud);
  cloud.addGateway({
    ...{ region: REGION, clusterId: named.cluster, meshId: named.mesh, name: 'ingressgateway', replicas: 4 },
    ...{ owner: 'asm-left-to-us', loadBalancerIds: [named.clb], capacityPerReplica: 4_300 },
    ...{ specification: 'slb.s1.small' },
    ...options.gateway,
  });
  const nameServers = [{ host: 'ns0.alidns.example', delay: 2 * SECOND }];
  cloud.dns.addZone({
    name: ZONE,
    edition: 'ultimate',
    nameServers,
    records: options.records(cloud.loadBalancers.address),
  });
  cloud.alarms.addContactGroup('gateway-on-call');
  const manifests = new Map<string, Manifest>();
  grant();

  const ram = aRam(cloud.roles);
  const policies = new Map<FunctionName, RamPolicy | undefined>();
  const gate = createRamGate(policies, ACCOUNT);
  const files: Record<string, string> = {};
  const deployed = new Set<string>();
  let built: Configuration | undefined;
  let stage: Stage | undefined;
  let last = '';
  let demand = 0;

  function through(name: FunctionName, openApi: OpenApi): OpenApi {
    policies.set(name, ram.policyOf(roleNameOf(name)));
    return gate.through(name, openApi);
  }

  function deploy(environment: Readonly<Record<string, string>>): void {
    if (built === undefined) throw new Error('nothing is built');
    const { resources } = stackOf(environment);
    const timers: StageTimer[] = [];
    for (const [resource, { props }] of Object.entries(resources)) {
      const name = FUNCTIONS.find((each) => each === resource);
      if (name === undefined) throw new Error(`no function ${resource}`);
      expect(props.functionName).toBe(calledAs(USUAL_NAMES, name));
      ram.policyOf(props.role.replace(/^.*:role\//, ''));
      deployed.add(props.functionName);
      for (const { triggerConfig, triggerType } of props.triggers) {
        const second = /^(\d+) \* \* \* \* \*$/.exec(triggerConfig.cronExpression ?? '')?.[1];
        // Audits are once a day, and nobody rings here.
        if (triggerType === 'timer' && second !== undefined)
          timers.push({ region: REGION, function: name, second: Number(second) });
      }
    }
    for (const role of FUNCTIONS) policies.set(role, ram.policyOf(roleNameOf(role)));
    if (stage === undefined) stage = createStage({ cloud, configuration: built, timers, through });
    else stage.deploy(built);
  }

  function reach({
    configuration,
    isEmulated,
  }: {
    readonly configuration: Configuration;
    readonly isEmulated: boolean;
  }): Reach {
    if (isEmulated) return reachOf(emulatedAccount(configuration, 1));
    if (stage === undefined) throw new Error('no function is deployed');
    return reachOf({ ...stage, configuration, written: configuration, notes: [] });
  }

  async function program({ args, environment, program: name }: Command): Promise<string> {
    switch (name) {
      case 'npx': {
        const ran = await run(args.slice(1), { files, reach });
        last = ran.out;
        // A plan with changes has a code of its own.
        if (ran.code !== 0 && ran.code !== 2)
          throw new Error(`${args.join(' ')}: ${ran.code}\n${ran.errors}${ran.out}`);
        return ran.out;
      }
      case 'npm':
        built = loadConfiguration(files['autopilot.yaml'] ?? '', 'autopilot.yaml');
        return '';
      case 's':
        if (args[0] === 'deploy') deploy(environment);
        else if (args[0] === 'remove') deployed.clear();
        else throw new Error(`s does not know ${args.join(' ')}`);
        return '';
      case 'aliyun':
        return args[0] === 'ram' ? ram.call(args[1] ?? '', optionsOf(args.slice(2))) : alidns(args);
      case 'kubectl':
        return kubectl(args);
      default:
        throw new Error(`there is no ${name}`);
    }
  }

  /** With the rights of whoever runs it. */
  async function alidns([product = '', action = '', ...args]: readonly string[]): Promise<string> {
    if (product !== 'alidns') throw new Error(`no call of ${product} is expected`);
    const call = { product, region: '', action, query: optionsOf(args), effect: 'removal' } as const;
    return JSON.stringify((await cloud.openApi().call(call)).body);
  }

  function kubectl([, context = '', ...args]: readonly string[]): string {
    if (args[0] === 'apply') {
      for (const each of parseAllDocuments(files[args[2] ?? ''] ?? '')) {
        const manifest = Manifest.parse(each.toJS());
        manifests.set(idOf(manifest.kind, manifest.metadata.namespace, manifest.metadata.name), manifest);
      }
      expect(boundIn(manifests)).toEqual(
        Object.fromEntries(KUBE_ROLES.map((role) => [role, ram.roleId(roleNameOf(role))])),
      );
    } else {
      const namespace = args[0] === '-n' ? args[1] : undefined;
      const [verb, kinds = '', ...names] = namespace === undefined ? args : args.slice(2);
      if (verb !== 'delete' || names.pop() !== '--ignore-not-found') throw new Error(`kubectl ${args.join(' ')}`);
      for (const kind of kinds.split(',')) for (const name of names) manifests.delete(idOf(kind, namespace, name));
    }
    expect(context).toBe(named.cluster);
    grant();
    return '';
  }

  /** To all functions together: the emulated cluster knows one token. What the mesh allows is given in ASM's console. */
  function grant(): void {
    const rulesOf = (kind: string): readonly Rule[] =>
      [...manifests.values()].flatMap((manifest) => (manifest.kind === kind ? (manifest.rules ?? []) : []));
    cloud.grant(named.cluster, { namespace: NAMESPACE, rules: rulesOf('Role'), clusterRules: rulesOf('ClusterRole') });
    const mesh = [...KUBE_RIGHTS['scale-gateway'].mesh, ...KUBE_RIGHTS['audit-gateway'].mesh];
    cloud.grant(named.mesh, { namespace: NAMESPACE, rules: [], clusterRules: mesh });
  }

  async function asAdmin(of: 'ack' | 'asm', id: string): Promise<Kube> {
    cloud.grant(id, 'everything');
    const kube = await cloud.kubeConnector().open({ of, region: REGION, id, privateApi: true });
    grant();
    return kube;
  }

  async function everything(): Promise<Everything> {
    const cluster = await asAdmin('ack', named.cluster);
    const mesh = await asAdmin('asm', named.mesh);
    const found: Record<string, unknown> = {};
    for (const kind of [DEPLOYMENT, AUTOSCALER, SERVICE, CONFIG_MAP]) {
      for (const object of await cluster.list(kind, NAMESPACE)) add(found, kind.kind, object);
    }
    for (const object of await mesh.list(ISTIO_GATEWAYS[0], NAMESPACE)) add(found, 'IstioGateway', object);
    const loadBalancers = createLoadBalancers(cloud.openApi(), REGION);
    for (const { id } of await loadBalancers.all()) found[`CLB ${id}`] = await loadBalancers.read(id);
    for (const { updatedAt: _, ...record } of (await createZones(cloud.openApi()).records(ZONE)).records) {
      found[`record ${record.rr} ${record.type} ${record.value}`] = record;
    }
    return found;
  }

  cloud.sendName({
    name: WWW,
    gateway: 'ingressgateway',
    populations: [{ subnet: '203.0.113.0/24', share: 1 }],
    load: () => ({
      requests: demand,
      newConnections: demand / 10,
      activeConnections: demand,
      trafficIn: demand * 1e3,
      trafficOut: demand * 1e4,
    }),
  });
  cloud.step(30 * MINUTE);
  return {
    cloud,
    files,
    script: aShell(program, files).script,
    printed: () => last,
    pass: async (minutes) => {
      if (stage === undefined || deployed.size === 0) cloud.step(minutes * MINUTE);
      else await stage.run(minutes * MINUTE);
    },
    load: (requests) => {
      demand = requests;
    },
    everything,
    missing: gate.missing,
    log: () => stage?.log ?? [],
    installed: () => [...deployed, ...ram.names(), ...manifests.keys(), ...cloud.alarms.ids()],
  };
}

type Manifest = z.infer<typeof Manifest>;
const Manifest = z.looseObject({
  kind: z.string(),
  metadata: z.object({ name: z.string(), namespace: z.string().optional() }),
  rules: z
    .array(
      z.strictObject({
        apiGroups: z.array(z.string()),
        resources: z.array(z.string()),
        resourceNames: z.array(z.string()).exactOptional(),
        verbs: z.array(z.string()),
      }),
    )
    .optional(),
  subjects: z.array(z.object({ name: z.string() })).optional(),
});

function idOf(kind: string, namespace: string | undefined, name: string): string {
  return [kind.toLowerCase(), ...(namespace === undefined ? [] : [namespace]), name].join(' ');
}

/** Whom the Role of each function is bound to. */
function boundIn(manifests: ReadonlyMap<string, Manifest>): Readonly<Partial<Record<KubeRole, string>>> {
  return Object.fromEntries(
    KUBE_ROLES.map((role) => [
      role,
      manifests.get(idOf('rolebinding', NAMESPACE, `gateway-autopilot-${role}`))?.subjects?.[0]?.name,
    ]),
  );
}

function optionsOf(args: readonly string[]): Readonly<Record<string, string>> {
  return Object.fromEntries(
    args.flatMap((arg, index) => (arg.startsWith('--') ? [[arg.slice(2), args[index + 1] ?? '']] : [])),
  );
}

/** Without what every write or controller changes: versions, times and status. */
function add(found: Record<string, unknown>, kind: string, object: unknown): void {
  const { metadata, spec, data } = Stored.parse(object);
  const { annotations, finalizers, labels, name } = metadata;
  found[`${kind} ${name}`] = { annotations, finalizers, labels, spec, data };
}

const Stored = z.object({
  metadata: z.looseObject({
    name: z.string(),
    annotations: z.unknown().optional(),
    labels: z.unknown().optional(),
    finalizers: z.unknown().optional(),
  }),
  spec: z.unknown().optional(),
  data: z.unknown().optional(),
});
