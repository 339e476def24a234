import {
  type Cloud,
  type CloudOptions,
  createCloud,
  type GatewaySetup,
  type Rights,
  type ZoneSetup,
} from '../../rehearsal/cloud';
import { createStage } from '../../rehearsal/stage';
import { type Configuration, loadConfiguration } from '../../shared/config/load';
import type { FunctionName } from '../../shared/core/function-name';
import { KUBE_RIGHTS, KUBE_ROLES, type KubeRights, type Rule } from '../../shared/core/kube-rights';
import { MINUTE, SECOND } from '../../shared/core/time';

export const A = 'cn-hangzhou';
export const B = 'cn-shanghai';
/** Vantage point only. */
export const POINT = 'cn-beijing';
export const ACCOUNT = '1234567890123456';

export const CONFIGURATION = `
version: 1
regions:
  ${A}: { cluster: { id: c1 }, mesh: { id: m1 } }
  ${B}: { cluster: { id: c2 } }
gateways:
  web:
    regions: [${A}, ${B}]
    policy: web
    loadBalancers: { ${A}: [lb-a], ${B}: [lb-b] }
    alarms: { ${A}: [rule-a] }
policies:
  web:
    mode: auto
    replicas: { min: 2, max: 60 }
    signals: [{ metric: newConnections, target: 300 }]
    loadBalancers: { mode: auto, maxExtra: 2 }
names:
  www.example.com: { zone: example.com, gateway: web, publish: auto, ttl: 60s }
probes: { points: [${A}, ${B}, ${POINT}] }
notify:
  channels:
    on-call: { kind: dingtalk, urlFrom: ON_CALL_URL, secretFrom: ON_CALL_SECRET }
`;

const ENVIRONMENT = { ON_CALL_URL: 'https://canary.example/url', ON_CALL_SECRET: 'canary-secret' };

/** With what a deployment grants to all functions together: the emulated cloud has one token for all. */
function granted(place: keyof KubeRights): readonly Rule[] {
  return KUBE_ROLES.flatMap((role) => {
    const rights: KubeRights = KUBE_RIGHTS[role];
    return rights[place];
  });
}

export const CLUSTER_RIGHTS: Rights = {
  namespace: 'istio-system',
  rules: granted('namespaced'),
  clusterRules: granted('cluster'),
};
/** ASM's roles are for all namespaces. */
export const MESH_RIGHTS: Rights = { namespace: 'istio-system', rules: [], clusterRules: granted('mesh') };

export interface CheckFinding {
  readonly id: string;
  readonly outcome: string;
  readonly severity: string;
  readonly evidence: readonly string[];
  readonly fix?: {
    readonly text: string;
    readonly safe: boolean;
    readonly patches: readonly { readonly command: string }[];
  };
}

export interface CheckAnswer {
  readonly message: string;
  readonly findings: readonly CheckFinding[];
  readonly [field: string]: unknown;
}

export interface CheckStage {
  readonly cloud: Cloud;
  readonly logText: () => string;
  check(name: FunctionName, region?: string): Promise<CheckAnswer>;
  /** One finding of a fresh check. */
  finding(name: FunctionName, id: string, region?: string): Promise<CheckFinding>;
}

/** What differs from an account in which every check passes. */
export interface CheckEstate {
  readonly configuration?: string;
  /** What the functions are given in place of what the text says. */
  readonly configured?: (read: Configuration) => Configuration;
  readonly environment?: Readonly<Record<string, string>>;
  readonly cloud?: Partial<CloudOptions>;
  readonly gateway?: Partial<GatewaySetup>;
  readonly zone?: Partial<ZoneSetup>;
}

/** An account with two regions, a mesh in the first, and everything that the functions need. */
export function aCheckStage(estate: CheckEstate = {}): CheckStage {
  const cloud = createCloud({ at: Date.UTC(2026, 10, 28, 11, 30), seed: 11, accountId: ACCOUNT, ...estate.cloud });
  cloud.addCluster({ region: A, id: 'c1' });
  cloud.addMesh({ region: A, id: 'm1', clusterIds: ['c1'] });
  cloud.addCluster({ region: B, id: 'c2' });
  const gateway = { name: 'web', replicas: 4, capacityPerReplica: 430 } as const;
  cloud.addGateway({
    ...gateway,
    region: A,
    clusterId: 'c1',
    meshId: 'm1',
    owner: 'asm-left-to-us',
    loadBalancerIds: ['lb-a'],
    ...estate.gateway,
  });
  cloud.addGateway({ ...gateway, region: B, clusterId: 'c2', owner: 'deployment', loadBalancerIds: ['lb-b'] });
  const record = (region: string, id: string) =>
    ({
      rr: 'www',
      type: 'A',
      value: cloud.loadBalancers.address(id),
      ttl: 60,
      remark: `gateway-autopilot ${region}`,
    }) as const;
  cloud.dns.addZone({
    name: 'example.com',
    edition: 'ultimate',
    nameServers: [
      { host: 'ns0.alidns.example', delay: 0 },
      { host: 'ns1.alidns.example', delay: SECOND },
    ],
    records: [record(A, 'lb-a'), record(B, 'lb-b')],
    ...estate.zone,
  });
  cloud.alarms.set('rule-a', { name: 'no healthy backend', state: 'OK' });
  cloud.grant('c1', CLUSTER_RIGHTS);
  cloud.grant('c2', CLUSTER_RIGHTS);
  cloud.grant('m1', MESH_RIGHTS);
  const read = loadConfiguration(estate.configuration ?? CONFIGURATION, 'autopilot.yaml');
  const configuration = estate.configured?.(read) ?? read;
  const environment = estate.environment ?? ENVIRONMENT;
  const stage = createStage({ cloud, configuration, timers: [], environment });
  cloud.step(10 * MINUTE);
  cloud.resetCalls();

  async function check(name: FunctionName, region = A): Promise<CheckAnswer> {
    let answer: unknown;
    await stage.clock.run(async () => {
      answer = await stage.invoke(region, name, { action: 'check' });
    });
    return answer as CheckAnswer;
  }

  return {
    cloud,
    logText: () => JSON.stringify(stage.log),
    check,
    finding: async (name, id, region) => {
      const { findings } = await check(name, region);
      const found = findings.find((each) => each.id === id);
      if (found === undefined) throw new Error(`no finding ${id}`);
      return found;
    },
  };
}
