import { type Cloud, createCloud, type GatewaySetup, type InitialRecord } from '../../rehearsal/cloud';
import { createStage } from '../../rehearsal/stage';
import type { Kube } from '../../shared/cloud/seams';
import { createZones } from '../../shared/cloud/zones';
import { loadConfiguration } from '../../shared/config/load';
import type { FunctionName } from '../../shared/core/function-name';
import { MINUTE, SECOND } from '../../shared/core/time';
import type { RecordSeen } from '../../shared/core/zone';
import { RULES } from '../kube-apiserver/objects';

export const A = 'cn-hangzhou';
export const B = 'cn-shanghai';
export const ZONE = 'example.com';
export const LEAVE = { action: 'uninstall', owner: 'li.wei', reason: 'we go back to an HPA' };

/** Two regions of which nothing is written, since the configuration only observes. */
export const OBSERVING = `
version: 1
regions:
  ${A}: { cluster: { id: c1 }, mesh: { id: m1 } }
  ${B}: { cluster: { id: c2 } }
gateways:
  web: { regions: [${A}, ${B}], policy: web, loadBalancers: { ${A}: [lb-a], ${B}: [lb-b] } }
policies:
  web:
    mode: observe
    replicas: { min: 2, max: 40 }
    signals: [{ metric: newConnections, target: 300, scaleInBelow: 240 }]
    loadBalancers: { mode: observe, maxExtra: 2 }
names:
  www.example.com: { zone: ${ZONE}, gateway: web, publish: observe, ttl: 60s, weights: even }
`;

export interface LeavingAnswer {
  readonly message: string;
  readonly outcome?: string;
  readonly problems?: readonly string[];
  readonly uninstall?: {
    readonly would: readonly string[];
    readonly done: readonly string[];
    readonly left: readonly string[];
  };
}

export interface LeavingStage {
  readonly cloud: Cloud;
  readonly address: (id: string) => string;
  /** Asks one function to take back what is ours. */
  leave(name: FunctionName, changes?: object): Promise<LeavingAnswer>;
  /** Any other event. */
  invoke(name: FunctionName, event: object): Promise<unknown>;
  /** A cluster as its admin reaches it. */
  kube(id: string): Promise<Kube>;
  records(): Promise<readonly RecordSeen[]>;
  /** What the name servers answer for www. */
  answers(): Promise<readonly string[]>;
  /** Another configuration is deployed. */
  deploy(configuration: string): void;
  pass(minutes: number): void;
}

export interface LeavingOptions {
  readonly configuration?: string;
  readonly records?: (address: (id: string) => string) => readonly InitialRecord[];
  readonly gateway?: Partial<GatewaySetup>;
  readonly prepare?: (cloud: Cloud) => void;
}

export function aLeaving(options: LeavingOptions = {}): LeavingStage {
  const cloud = createCloud({ at: Date.UTC(2026, 10, 28, 11, 30), seed: 3, tick: 15 * SECOND });
  cloud.addCluster({ region: A, id: 'c1' });
  cloud.addMesh({ region: A, id: 'm1', clusterIds: ['c1'] });
  cloud.addCluster({ region: B, id: 'c2' });
  options.prepare?.(cloud);
  const gateway = { name: 'web', replicas: 10, capacityPerReplica: 430 } as const;
  const ofA = { owner: 'asm-left-to-us', meshId: 'm1', ...options.gateway } as const;
  cloud.addGateway({ ...gateway, region: A, clusterId: 'c1', loadBalancerIds: ['lb-a'], ...ofA });
  cloud.addGateway({ ...gateway, region: B, clusterId: 'c2', loadBalancerIds: ['lb-b'], owner: 'deployment' });
  for (const server of ['c1', 'c2', 'm1']) cloud.grant(server, { namespace: 'istio-system', rules: RULES });
  const { address } = cloud.loadBalancers;
  const nameServers = [{ host: 'ns0.alidns.example', delay: 0 }];
  cloud.dns.addZone({ name: ZONE, edition: 'ultimate', nameServers, records: options.records?.(address) ?? [] });
  const configured = (text: string) => loadConfiguration(text, 'autopilot.yaml');
  const stage = createStage({ cloud, configuration: configured(options.configuration ?? OBSERVING), timers: [] });
  cloud.step(30 * MINUTE);

  async function invoke(name: FunctionName, event: object): Promise<unknown> {
    let answer: unknown;
    await stage.run(MINUTE, async () => {
      answer = await stage.invoke(A, name, event);
    });
    await stage.end();
    return answer;
  }

  return {
    cloud,
    address,
    invoke,
    leave: async (name, changes = {}) => (await invoke(name, { ...LEAVE, ...changes })) as LeavingAnswer,
    kube: async (id) => {
      cloud.grant(id, 'everything');
      const kube = await cloud
        .kubeConnector()
        .open({ of: id === 'm1' ? 'asm' : 'ack', region: A, id, privateApi: true });
      cloud.grant(id, { namespace: 'istio-system', rules: RULES });
      return kube;
    },
    records: async () => (await createZones(cloud.openApi()).records(ZONE)).records,
    answers: async () => {
      const server = { host: 'ns0.alidns.example', address: '127.0.0.1', port: 53 };
      const { records } = await cloud.dns.resolver().ask({ server, name: 'www.example.com', type: 'A' });
      return records.map(({ value }) => value).sort();
    },
    deploy: (text) => stage.deploy(configured(text)),
    pass: (minutes) => cloud.step(minutes * MINUTE),
  };
}
