import { readFileSync } from 'node:fs';
import path from 'node:path';
import { type Cloud, createCloud, type GatewaySetup, type Load } from '../../rehearsal/cloud';
import { rehearsedSurroundings } from '../../rehearsal/surroundings';
import type { Kube } from '../../shared/cloud/seams';
import { loadConfiguration } from '../../shared/config/load';
import { MINUTE, SECOND } from '../../shared/core/time';
import { scaleGatewayHandler } from '../../shared/serve/scale-gateway';
import { RULES } from '../kube-apiserver/objects';

export const REGION = 'cn-hangzhou';
/** A Monday, ten in the morning UTC. */
export const TEN = Date.UTC(2026, 10, 23, 10, 0);

/** One gateway in one region, 2 to 40 replicas, 300 new connections a second each. */
export const CONFIGURATION = `
version: 1
regions:
  cn-hangzhou:
    cluster: { id: c1 }
    mesh: { id: m1 }
gateways:
  ingressgateway: { regions: [cn-hangzhou], policy: web }
policies:
  web:
    mode: auto
    replicas: { min: 2, max: 40 }
    signals:
      - { metric: newConnections, target: 300, scaleInBelow: 240 }
`;

export interface Stage {
  readonly cloud: Cloud;
  /** The cluster as its admin reaches it; the functions have the rights of the README alone. */
  kube(): Promise<Kube>;
  /** Log lines of all invocations, parsed. */
  readonly log: readonly Readonly<Record<string, unknown>>[];
  /** Everything that was written to the log, as text. */
  readonly logText: () => string;
  /** Sets what arrives at the gateway, in new connections a second, from now on. */
  load(newConnections: number, gateway?: string): void;
  /** Lets minutes pass without anybody looking. */
  pass(minutes: number): void;
  /** Invokes the function and gives its answer. */
  invoke(event: unknown): Promise<Answer>;
  /** What the timer sends. */
  look(): Promise<Answer>;
  /** A look a minute. */
  looks(minutes: number): Promise<Answer>;
  replicas(gateway?: string): number;
  writes(): readonly string[];
  close(): Promise<void>;
}

/** The answer of the function: `gateways` has one entry each. */
export interface Answer {
  readonly message: string;
  readonly outcome?: string;
  readonly gateways?: readonly GatewayAnswer[];
  readonly [field: string]: unknown;
}

export interface GatewayAnswer {
  readonly gateway: string;
  readonly outcome: string;
  readonly reason: string;
  readonly message: string;
  readonly current: number;
  readonly change?: { readonly object: string; readonly field: string; readonly from: number; readonly to: number };
  readonly withheld?: { readonly from: number; readonly to: number };
  readonly needsPerson: boolean;
}

export interface StageOptions {
  readonly face?: 'http' | 'in-process';
  readonly configuration?: string;
  readonly gateways?: readonly Partial<GatewaySetup>[];
  readonly environment?: Readonly<Record<string, string>>;
  /** Seconds that an invocation may take. */
  readonly timeout?: number;
}

const RIGHTS = { namespace: 'istio-system', rules: RULES } as const;
const FUNCTION = { name: 'scale-gateway', timeout: 60, memory: 512, reservedConcurrency: 3 } as const;
export const TIMER = { triggerTime: '2026-11-23T10:00:00Z', triggerName: 'every-minute', payload: '' };

/** An account with a cluster, a mesh and gateways of ten ready replicas under a load of 3,000 new connections a second. */
export async function aStage(options: StageOptions = {}): Promise<Stage> {
  const cloud = createCloud({ at: TEN - 40 * MINUTE, seed: 1 });
  cloud.addCluster({ region: REGION, id: 'c1' });
  cloud.addMesh({ region: REGION, id: 'm1', clusterIds: ['c1'] });
  for (const gateway of options.gateways ?? [{}]) cloud.addGateway(aGateway(gateway));
  for (const server of ['c1', 'm1']) cloud.grant(server, RIGHTS);
  const server = options.face === 'http' ? await cloud.listen() : undefined;
  const lines: string[] = [];
  const surroundings = rehearsedSurroundings({
    cloud,
    configuration: loadConfiguration(options.configuration ?? CONFIGURATION, 'autopilot.yaml'),
    url: server?.url,
    writeLine: (line) => lines.push(line),
    ...(options.environment === undefined ? {} : { environment: options.environment }),
  });
  const { timeout = FUNCTION.timeout } = options;
  cloud.functions.deploy({ region: REGION, ...FUNCTION, timeout, handler: scaleGatewayHandler(surroundings) });
  const stage: Stage = {
    cloud,
    kube: async () => {
      cloud.grant('c1', 'everything');
      const kube = await cloud.kubeConnector().open({ of: 'ack', region: REGION, id: 'c1', privateApi: true });
      cloud.grant('c1', RIGHTS);
      return kube;
    },
    get log() {
      return lines.map((line) => JSON.parse(line) as Record<string, unknown>);
    },
    logText: () => lines.join('\n'),
    load: (newConnections, gateway = 'ingressgateway') => {
      cloud.setLoad(REGION, gateway, () => loadOf(newConnections));
    },
    pass: (minutes) => cloud.step(minutes * MINUTE),
    invoke: async (event) => {
      const payload = Buffer.isBuffer(event)
        ? event
        : Buffer.from(typeof event === 'string' ? event : JSON.stringify(event));
      const invocation = await cloud.functions.invoke(REGION, FUNCTION.name, payload);
      if (invocation.status !== 200 || invocation.errorType !== undefined) {
        return { message: `${invocation.code ?? invocation.errorType}: ${invocation.body}`, outcome: 'failed' };
      }
      return JSON.parse(invocation.body) as Answer;
    },
    look: () => stage.invoke(TIMER),
    looks: async (minutes) => {
      let answer = await stage.look();
      for (let minute = 0; minute < minutes; minute += 1) {
        stage.pass(1);
        answer = await stage.look();
      }
      return answer;
    },
    replicas: (gateway = 'ingressgateway') => cloud.stats(REGION, gateway).specReplicas,
    writes: () =>
      cloud
        .calls()
        .flatMap(({ operation }) => (/^kube (patch|create|delete) (?!events)/.test(operation) ? [operation] : [])),
    close: async () => server?.close(),
  };
  for (const { name = 'ingressgateway' } of options.gateways ?? [{}]) stage.load(3_000, name);
  cloud.step(40 * MINUTE + 35 * SECOND);
  cloud.resetCalls();
  return stage;
}

function aGateway(changes: Partial<GatewaySetup>): GatewaySetup {
  return {
    region: REGION,
    clusterId: 'c1',
    meshId: 'm1',
    name: 'ingressgateway',
    replicas: 10,
    owner: 'asm-left-to-us',
    loadBalancerIds: ['lb-1'],
    capacityPerReplica: 430,
    ...changes,
  };
}

function loadOf(newConnections: number): Load {
  return {
    newConnections,
    activeConnections: newConnections * 20,
    trafficIn: newConnections * 8_000,
    trafficOut: newConnections * 80_000,
    requests: newConnections,
  };
}

/** The first gateway of an answer. */
export function only({ gateways, message }: Answer): GatewayAnswer {
  const [gateway] = gateways ?? [];
  if (gateway === undefined) throw new Error(`no gateway in the answer: ${message}`);
  return gateway;
}

/** A recorded event of `test/fixtures/events`. */
export function recorded(name: string): unknown {
  const file = path.join(__dirname, '../fixtures/events', `${name}.json`);
  return (JSON.parse(readFileSync(file, 'utf8')) as { event: unknown }).event;
}
