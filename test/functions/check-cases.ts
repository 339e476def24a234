import type { Cloud, Rights, Rule } from '../../rehearsal/cloud';
import { rehearsedSurroundings } from '../../rehearsal/surroundings';
import { AUTOSCALER, ISTIO_GATEWAYS } from '../../shared/cloud/kinds';
import type { Kube } from '../../shared/cloud/seams';
import { loadConfiguration } from '../../shared/config/load';
import type { FunctionName } from '../../shared/core/function-name';
import { KUBE_RIGHTS } from '../../shared/core/kube-rights';
import { InvalidInput } from '../../shared/errors';
import { attachClbHandler } from '../../shared/serve/attach-clb';
import type { Networked } from '../../shared/serve/network';
import { probeRegionHandler } from '../../shared/serve/probe-region';
import { scaleGatewayHandler } from '../../shared/serve/scale-gateway';
import type { Handler } from '../../shared/serve/serve';
import type { Surroundings } from '../../shared/serve/surroundings';
import {
  A,
  B,
  type CheckEstate,
  type CheckStage,
  CLUSTER_RIGHTS,
  CONFIGURATION,
  MESH_RIGHTS,
  POINT,
} from './a-check-stage';

/** An account in which one check of one function does not pass. */
export interface CheckCase {
  readonly id: string;
  readonly of: FunctionName;
  readonly region?: string;
  readonly when: string;
  readonly estate?: CheckEstate;
  readonly breaks?: (stage: CheckStage) => void | Promise<void>;
  /** `fail` unless told. */
  readonly outcome?: string;
  readonly severity: string;
  readonly seen: readonly string[];
  readonly commands?: readonly string[];
}

const PUBLISHED = 'publish: auto, ttl: 60s';
/** Two lines, of which the free edition has one. */
const LINES =
  'publish: auto, ttl: 600s, lines: { default: [cn-hangzhou], cn_telecom_zhejiang: [cn-hangzhou] }, subnets: { default: 198.51.100.0/24, cn_telecom_zhejiang: 203.0.113.0/24 }';
const FREE = {
  edition: 'free',
  records: [{ rr: 'www', type: 'A', value: '198.18.0.9', ttl: 600 }],
} as const;
const OTHERS = { host: 'ns1.other.example', address: '192.0.2.1' };
const OWN = { host: 'ns0.alidns.example', address: '192.0.2.2' };
const POLICY = 'npx gateway-autopilot policy failover-dns --account 1234567890123456';
const granting = (name: string): string =>
  `npx gateway-autopilot policy rbac --region cn-hangzhou --account 1234567890123456 --users ${name}=ID_OF_ITS_ROLE | kubectl --context c1 apply -f -`;
const NAMES = 'autopilot.yaml: {"gateways":{"web":{"namespace":"…","deployment":"…","service":"…"}}}';
const OWN_CLBS = 'autopilot.yaml: {"gateways":{"web":{"loadBalancers":{"cn-hangzhou":["lb-a"]}}}}';
const WAY_IN =
  'by hand: Run the function in the VPC of the cluster (vpcConfig in s.yaml) and let its security group reach port 6443, or set privateApi: false.';
const DELEGATE =
  'by hand: at the registrar of example.com, or in the zone above, set its name servers to ns0.alidns.example, ns1.alidns.example';
const SEEN_IN_A = [
  'scale-gateway in cn-hangzhou: 1 gateway in cn-hangzhou: 0 changed, 0 steady, 1 held (web PartialMetrics)',
  'attach-clb in cn-hangzhou: cn-hangzhou: web: 0 extra CLBs, 0 serving (WithinTolerance)',
];
const ONE_HELD_IN_B = '1 gateway in cn-shanghai: 0 changed, 0 steady, 1 held';
const CONTROLS = ['tcp://223.5.5.5:53', 'tcp://119.29.29.29:53', 'https://www.aliyun.com/'];

function without(rights: Rights, verb: string): Rights {
  if (rights === 'everything') return rights;
  const narrowed = ({ verbs, ...rule }: Rule): Rule => ({ ...rule, verbs: verbs.filter((each) => each !== verb) });
  return { ...rights, rules: rights.rules.map(narrowed), clusterRules: rights.clusterRules?.map(narrowed) ?? [] };
}

async function asAdmin({ cloud }: CheckStage, of: 'ack' | 'asm'): Promise<Kube> {
  const id = of === 'ack' ? 'c1' : 'm1';
  cloud.grant(id, 'everything');
  const kube = await cloud.kubeConnector().open({ of, region: A, id, privateApi: true });
  cloud.grant(id, of === 'ack' ? CLUSTER_RIGHTS : MESH_RIGHTS);
  return kube;
}

function surroundingsInB(cloud: Cloud, text = CONFIGURATION): Surroundings<Networked> {
  const configuration = loadConfiguration(text, 'autopilot.yaml');
  return rehearsedSurroundings({ cloud, configuration, url: undefined, region: B, writeLine: () => undefined });
}

function deployInB(cloud: Cloud, name: FunctionName, handler: Handler): void {
  cloud.functions.deploy({ region: B, name: `gateway-autopilot-${name}`, timeout: 60, memory: 512, handler });
}

/** An HPA on a Deployment whose replicas ASM sets. */
async function addAutoscaler(stage: CheckStage): Promise<void> {
  const [kind] = ISTIO_GATEWAYS;
  await (await asAdmin(stage, 'asm')).patch(kind, 'istio-system', 'web', { spec: { autoscaleEnabled: false } });
  const scaleTargetRef = { apiVersion: 'apps/v1', kind: 'Deployment', name: 'istio-web' };
  await (await asAdmin(stage, 'ack')).create(AUTOSCALER, 'istio-system', {
    apiVersion: 'autoscaling/v2',
    kind: 'HorizontalPodAutoscaler',
    metadata: { name: 'own' },
    spec: { scaleTargetRef, minReplicas: 2, maxReplicas: 10, metrics: [] },
  });
}

const OF_EVERY_FUNCTION: readonly CheckCase[] = [
  {
    id: 'context',
    of: 'scale-gateway',
    region: POINT,
    when: 'its region is not in the configuration',
    severity: 'critical',
    seen: [
      'scale-gateway in cn-beijing, account 1234567890123456',
      'the configuration has it in: cn-hangzhou, cn-shanghai',
    ],
    commands: ['npm run build && FC_REGION=cn-beijing s scale-gateway deploy -y'],
  },
  {
    id: 'context',
    of: 'scale-gateway',
    when: 'its credentials are refused',
    breaks: ({ cloud }) =>
      cloud.faults.fail({ operation: /^(cms|cs|servicemesh)\./, status: 400, code: 'InvalidSecurityToken.Expired' }),
    severity: 'critical',
    seen: [
      'scale-gateway in cn-hangzhou, account 1234567890123456',
      'cms.DescribeMetricList: InvalidSecurityToken.Expired: broken on purpose',
    ],
    commands: ['npx gateway-autopilot policy trust --account 1234567890123456'],
  },
  {
    id: 'context',
    of: 'scale-gateway',
    when: 'no API answers',
    breaks: ({ cloud }) => cloud.faults.cut({ operation: /^(cms|cs|servicemesh)\./ }),
    outcome: 'unknown',
    severity: 'critical',
    seen: ['scale-gateway in cn-hangzhou, account 1234567890123456', 'no API answered, so that nobody took them'],
  },
  {
    id: 'clock-skew',
    of: 'failover-dns',
    when: 'it is 40 s behind and signs removals',
    breaks: ({ cloud }) => cloud.faults.vendorClock(40_000),
    severity: 'critical',
    seen: ["40s behind the vendor's clock, more than 30s"],
    commands: ['npm run build && FC_REGION=cn-hangzhou s failover-dns deploy -y'],
  },
  {
    id: 'clock-skew',
    of: 'scale-gateway',
    when: 'it is 40 s ahead and signs none',
    breaks: ({ cloud }) => cloud.faults.vendorClock(-40_000),
    severity: 'warning',
    seen: ["39s ahead of the vendor's clock, more than 5s"],
    commands: ['npm run build && FC_REGION=cn-hangzhou s scale-gateway deploy -y'],
  },
  {
    id: 'clock-skew',
    of: 'attach-clb',
    when: 'it is 20 s behind',
    breaks: ({ cloud }) => cloud.faults.vendorClock(20_000),
    severity: 'warning',
    seen: ["20s behind the vendor's clock, more than 5s"],
    commands: ['npm run build && FC_REGION=cn-hangzhou s attach-clb deploy -y'],
  },
  {
    id: 'environment',
    of: 'scale-gateway',
    when: 'a variable is missing, and another one still a placeholder',
    estate: { environment: { ON_CALL_SECRET: 'set-AUTOPILOT_ON_CALL_SECRET' } },
    severity: 'warning',
    seen: ['ON_CALL_URL of on-call is not set', 'ON_CALL_SECRET of on-call still has the placeholder of s.yaml'],
    commands: ['npm run build && FC_REGION=cn-hangzhou ON_CALL_URL=… ON_CALL_SECRET=… s scale-gateway deploy -y'],
  },
  {
    id: 'ram-reads',
    of: 'failover-dns',
    when: 'one action is denied',
    breaks: ({ cloud }) => cloud.faults.deny('slb.DescribeHealthStatus'),
    severity: 'critical',
    seen: [
      'slb:DescribeHealthStatus on a CLB in cn-hangzhou: slb.DescribeHealthStatus: Forbidden.RAM: not authorized',
      'slb:DescribeHealthStatus on a CLB in cn-shanghai: slb.DescribeHealthStatus: Forbidden.RAM: not authorized',
      'allowed: slb:DescribeLoadBalancers, slb:DescribeLoadBalancerAttribute, slb:DescribeLoadBalancerListeners, alidns:DescribeDomainRecords, alidns:DescribeSubDomainRecords, alidns:DescribeDomainInfo, cms:DescribeMetricRuleList',
      'writes cannot be tried: compare the policy of the role with what is printed',
    ],
    commands: [POLICY],
  },
  {
    id: 'ram-reads',
    of: 'scale-gateway',
    when: 'one action does not answer',
    breaks: ({ cloud }) => cloud.faults.cut({ operation: 'cms.DescribeMetricList' }),
    outcome: 'unknown',
    severity: 'critical',
    seen: [
      'cms:DescribeMetricList on cn-hangzhou cannot be judged: cms.DescribeMetricList: the connection failed with ECONNRESET',
      'allowed: cs:DescribeClusterUserKubeconfig, servicemesh:DescribeServiceMeshKubeconfig',
      'writes cannot be tried: compare the policy of the role with what is printed',
    ],
  },
];

const OF_CLUSTERS: readonly CheckCase[] = [
  {
    id: 'cluster-reach',
    of: 'scale-gateway',
    when: 'its API does not answer',
    breaks: ({ cloud }) => cloud.faults.cut({ operation: /^kube/ }),
    severity: 'critical',
    seen: [
      'cluster c1, at its private address',
      'kube create selfsubjectaccessreviews: the connection failed with ECONNRESET',
    ],
    commands: [WAY_IN],
  },
  {
    id: 'cluster-reach',
    of: 'scale-gateway',
    when: 'nobody hands out its kubeconfig',
    breaks: ({ cloud }) => cloud.faults.deny('cs.DescribeClusterUserKubeconfig'),
    outcome: 'unknown',
    severity: 'critical',
    seen: [
      'cluster c1, at its private address',
      'no kubeconfig: cs.DescribeClusterUserKubeconfig: Forbidden.RAM: not authorized',
    ],
  },
  {
    id: 'cluster-rights',
    of: 'scale-gateway',
    when: 'its Role lacks a verb',
    breaks: ({ cloud }) => cloud.grant('c1', without(CLUSTER_RIGHTS, 'patch')),
    severity: 'critical',
    seen: [
      'missing: patch deployments/scale in istio-system, patch horizontalpodautoscalers in istio-system, patch configmaps in istio-system',
      'granted: 10 of 13',
    ],
    commands: [granting('scale-gateway')],
  },
  {
    id: 'cluster-rights',
    of: 'attach-clb',
    when: 'no Role is bound',
    breaks: ({ cloud }) => cloud.grant('c1', { namespace: 'istio-system', rules: [] }),
    severity: 'critical',
    seen: [
      'missing: get services in istio-system, list services in istio-system, create services in istio-system, patch services in istio-system, delete services in istio-system, get configmaps in istio-system, create configmaps in istio-system, patch configmaps in istio-system, create events in istio-system',
      'granted: 0 of 9',
    ],
    commands: [granting('attach-clb')],
  },
  {
    id: 'cluster-rights',
    of: 'audit-gateway',
    when: 'its ClusterRole is missing',
    breaks: ({ cloud }) =>
      cloud.grant('c1', {
        ...(CLUSTER_RIGHTS === 'everything' ? { namespace: '', rules: [] } : CLUSTER_RIGHTS),
        clusterRules: [],
      }),
    severity: 'critical',
    seen: ['missing: list nodes, list services, list deployments', 'granted: 5 of 8'],
    commands: [granting('audit-gateway')],
  },
  {
    id: 'cluster-rights',
    of: 'scale-gateway',
    when: 'nobody answers what it may do',
    breaks: ({ cloud }) => cloud.faults.cut({ operation: /^kube/ }),
    outcome: 'unknown',
    severity: 'critical',
    seen: [
      '13 rights could not be asked about: kube create selfsubjectaccessreviews: the connection failed with ECONNRESET',
      'granted: 0 of 13',
    ],
  },
  ...(['scale-gateway', 'audit-gateway'] as const).map(
    (of): CheckCase => ({
      id: 'cluster-rights',
      of,
      when: 'IstioGateways are read in the cluster, where it may not read them',
      estate: { configuration: CONFIGURATION.replace('id: m1', 'id: m1, istioGateways: dataPlane') },
      severity: 'critical',
      seen:
        of === 'scale-gateway'
          ? [
              'missing: get istiogateways in istio-system, list istiogateways in istio-system, patch istiogateways in istio-system',
              'granted: 13 of 16',
            ]
          : [
              'missing: list istiogateways, list gateways, list virtualservices, list destinationrules',
              'granted: 8 of 12',
            ],
      commands: [granting(of)],
    }),
  ),
  {
    id: 'mesh-reach',
    of: 'scale-gateway',
    when: 'there is no such mesh',
    estate: { configuration: CONFIGURATION.replace('id: m1', 'id: m9') },
    severity: 'critical',
    seen: [
      'mesh m9, at its private address',
      'no kubeconfig: servicemesh.DescribeServiceMeshKubeconfig: ServiceMesh.NotFound: The service mesh m9 does not exist.',
    ],
    commands: ['by hand: look it up in the console of ASM'],
  },
  {
    id: 'mesh-rights',
    of: 'scale-gateway',
    when: 'it may not change IstioGateways',
    breaks: ({ cloud }) => cloud.grant('m1', without(MESH_RIGHTS, 'patch')),
    severity: 'critical',
    seen: ['missing: patch istiogateways in istio-system', 'granted: 2 of 3'],
    commands: ['by hand: give the RAM role of scale-gateway the role ASM administrator in the mesh m1'],
  },
  {
    id: 'mesh-rights',
    of: 'audit-gateway',
    when: 'it may not list routes',
    breaks: ({ cloud }) =>
      cloud.grant('m1', { namespace: 'istio-system', rules: [], clusterRules: KUBE_RIGHTS['scale-gateway'].mesh }),
    severity: 'critical',
    seen: ['missing: list gateways, list virtualservices, list destinationrules', 'granted: 1 of 4'],
    commands: ['by hand: give the RAM role of audit-gateway the role istio-readonly in the mesh m1'],
  },
  {
    id: 'mesh-region',
    of: 'audit-gateway',
    region: B,
    when: 'the mesh has another cluster',
    estate: { configuration: CONFIGURATION.replace('id: c2 }', 'id: c2 }, mesh: { id: m1 }') },
    severity: 'critical',
    seen: ['mesh m1 has the clusters c1', 'not c2'],
    commands: ['by hand: add the cluster c2 to the mesh m1 in the console of ASM'],
  },
  {
    id: 'mesh-region',
    of: 'scale-gateway',
    when: 'its IstioGateway is for another cluster',
    breaks: async (stage) => {
      const [kind] = ISTIO_GATEWAYS;
      await (await asAdmin(stage, 'asm')).patch(kind, 'istio-system', 'web', { spec: { clusterIds: ['c9'] } });
    },
    severity: 'critical',
    seen: ['web: IstioGateway web of mesh m1 is for c9', 'web: not for c1'],
    commands: ['autopilot.yaml: {"regions":{"cn-hangzhou":{"cluster":{"id":"…"},"mesh":{"id":"…"}}}}'],
  },
  {
    id: 'ccm-drain',
    of: 'audit-gateway',
    when: 'the cloud controller is too old',
    breaks: ({ cloud }) => cloud.clusters.upgradeController('c1', { version: 'v1.9.3', drains: false }),
    severity: 'warning',
    seen: ['cloud controller v1.9.3, which cannot drain'],
    commands: ['by hand: upgrade cloud-controller-manager among the add-ons of the cluster'],
  },
  {
    id: 'replicas-owner',
    of: 'scale-gateway',
    when: 'there is no such Deployment',
    estate: { configuration: CONFIGURATION.replace('policy: web', 'policy: web\n    deployment: other') },
    severity: 'critical',
    seen: ['web: no Deployment istio-system/other in the cluster'],
    commands: [NAMES],
  },
  {
    id: 'replicas-owner',
    of: 'scale-gateway',
    when: 'there is no such Service',
    estate: { configuration: CONFIGURATION.replace('policy: web', 'policy: web\n    service: other') },
    severity: 'critical',
    seen: [
      'web: spec.replicas of Deployment istio-system/istio-web is written, now 4; 4 of 4 pods are ready',
      'web: no Service istio-system/other',
    ],
    commands: [NAMES],
  },
  {
    id: 'replicas-owner',
    of: 'scale-gateway',
    when: 'ASM and an HPA set the same replicas',
    estate: { gateway: { owner: 'asm' } },
    breaks: addAutoscaler,
    severity: 'critical',
    seen: [
      'web: spec.replicaCount of IstioGateway istio-system/web is written, now 4; 4 of 4 pods are ready',
      'web: HorizontalPodAutoscaler own scales istio-web, and the IstioGateway does not autoscale: ASM and it set each other back',
    ],
    commands: [
      'kubectl --context m1 -n istio-system patch istiogateway web --type merge -p \'{"metadata":{"annotations":{"asm.alibabacloud.com/replicas-managed-by-asm":"false"}}}\'',
    ],
  },
  {
    id: 'replicas-owner',
    of: 'scale-gateway',
    when: 'the mesh cannot be read',
    breaks: ({ cloud }) => cloud.faults.deny('kube list istiogateways'),
    outcome: 'unknown',
    severity: 'critical',
    seen: ['web: who owns the replicas is unknown: kube list istiogateways: Forbidden: not authorized (status 403)'],
  },
  {
    id: 'replicas-range',
    of: 'scale-gateway',
    when: "the HPA's maximum is below the policy's",
    estate: { gateway: { owner: 'asm-left-to-us-hpa', hpa: { min: 2, max: 10, targetUtilization: 70 } } },
    severity: 'warning',
    seen: ['web: policy 2 to 60, maximum of HorizontalPodAutoscaler istio-system/istio-web 10'],
    commands: [
      'kubectl --context c1 -n istio-system patch horizontalpodautoscaler istio-web --type merge -p \'{"spec":{"maxReplicas":60}}\'',
    ],
  },
];

const OF_LOAD_BALANCERS: readonly CheckCase[] = [
  {
    id: 'load-balancers',
    of: 'attach-clb',
    when: 'a configured one is not there',
    estate: { configuration: CONFIGURATION.replace('[lb-a]', '[lb-z]') },
    severity: 'critical',
    seen: ['web: configured but not in cn-hangzhou: lb-z'],
    commands: [OWN_CLBS],
  },
  {
    id: 'load-balancers',
    of: 'attach-clb',
    when: "a configured one is somebody else's",
    estate: { configuration: CONFIGURATION.replace('[lb-a]', '[lb-a, lb-z]') },
    breaks: ({ cloud }) => cloud.loadBalancers.add({ region: A, id: 'lb-z' }),
    severity: 'critical',
    seen: ['web: configured but not bound to its Services: lb-z', 'web: bound: lb-a'],
    commands: [OWN_CLBS],
  },
  {
    id: 'zones-on-sale',
    of: 'attach-clb',
    when: 'no zone has any',
    breaks: ({ cloud }) => {
      for (const zone of ['a', 'b', 'c']) cloud.loadBalancers.stock(`${A}-${zone}`, false);
    },
    severity: 'warning',
    seen: ['no zone of cn-hangzhou sells public CLBs paid by LCU'],
    commands: ['by hand: buy CLBs in cn-hangzhou and tag them for the pool'],
  },
  {
    id: 'marked-load-balancers',
    of: 'attach-clb',
    when: 'one is for a gateway that is not there',
    breaks: ({ cloud }) =>
      cloud.loadBalancers.add({
        region: A,
        id: 'lb-z',
        tags: { 'managed-by': 'gateway-autopilot', 'gateway-autopilot-gateway': 'gone' },
      }),
    severity: 'warning',
    seen: ['1 CLB with our mark, 0 of the warm pool', 'lb-z is for "gone", which is not looked after here'],
    commands: ['by hand: find out whether lb-z is in use, then delete it'],
  },
];

const OF_NAMES: readonly CheckCase[] = [
  {
    id: 'zone-edition',
    of: 'failover-dns',
    when: 'its smallest TTL is longer than what is asked for',
    estate: { zone: FREE },
    severity: 'warning',
    seen: [
      'example.com: edition mianfei, smallest TTL 600 s, 7 lines',
      'example.com: www.example.com asks for 60 s, and gets 600 s',
    ],
    commands: ['autopilot.yaml: {"names":{"www.example.com":{"ttl":"600s"}}}'],
  },
  {
    id: 'zone-edition',
    of: 'failover-dns',
    when: 'it lacks a line',
    estate: { zone: FREE, configuration: CONFIGURATION.replace(PUBLISHED, LINES) },
    severity: 'critical',
    seen: [
      'example.com: edition mianfei, smallest TTL 600 s, 7 lines',
      'example.com: www.example.com has the line cn_telecom_zhejiang, which the edition has not',
    ],
    commands: ['by hand: take the line cn_telecom_zhejiang out of the names, or buy an edition with it'],
  },
  {
    id: 'zone-delegation',
    of: 'failover-dns',
    when: 'clients are sent elsewhere',
    breaks: ({ cloud }) => cloud.dns.delegate('example.com', [OTHERS]),
    severity: 'critical',
    seen: [
      'example.com: clients of example.com are sent to ns1.other.example (192.0.2.1), not to ns0.alidns.example, ns1.alidns.example, which Alidns names for it: what is written here reaches nobody',
    ],
    commands: [DELEGATE],
  },
  {
    id: 'zone-delegation',
    of: 'failover-dns',
    when: 'some clients are sent elsewhere',
    breaks: ({ cloud }) => cloud.dns.delegate('example.com', [OTHERS, OWN]),
    severity: 'warning',
    seen: [
      'example.com: clients of example.com are sent to ns1.other.example (192.0.2.1), ns0.alidns.example (198.51.100.3); what is written here reaches nobody who is answered by ns1.other.example (192.0.2.1)',
    ],
    commands: [DELEGATE],
  },
  {
    id: 'name-servers-reach',
    of: 'failover-dns',
    when: 'one does not answer',
    breaks: ({ cloud }) => cloud.dns.breakServer('ns1.alidns.example', 'silent'),
    severity: 'warning',
    seen: [
      'example.com: ns0.alidns.example answers',
      'example.com: ns1.alidns.example dns A www.example.com @ns1.alidns.example: no answer',
    ],
    commands: [
      'by hand: take vpcConfig away from failover-dns, or open UDP and TCP 53 in its security group and NAT gateway',
    ],
  },
  {
    id: 'signature-age',
    of: 'failover-dns',
    when: 'old signatures are taken',
    breaks: ({ cloud }) => cloud.dns.ignoreDates(true),
    severity: 'warning',
    seen: ['example.com: signed 15 min 5 s ago: taken', 'example.com: signed 14 min 50 s ago: taken'],
    commands: ['by hand: set enable: false for the timer of failover-dns in all regions but one'],
  },
  {
    id: 'signature-age',
    of: 'failover-dns',
    when: 'the zone cannot be asked',
    breaks: ({ cloud }) => cloud.faults.deny('alidns.DescribeDomainInfo'),
    outcome: 'unknown',
    severity: 'warning',
    seen: ['example.com: alidns.DescribeDomainInfo: Forbidden.RAM: not authorized'],
  },
];

const OF_REACH: readonly CheckCase[] = [
  {
    id: 'vantage-points',
    of: 'failover-dns',
    when: 'one is isolated',
    breaks: ({ cloud }) => cloud.regions.isolate(POINT, true),
    severity: 'critical',
    seen: [
      'cn-hangzhou: 3 of 3 control targets answer',
      'cn-hangzhou: its clock is ours',
      'cn-shanghai: 3 of 3 control targets answer',
      'cn-shanghai: its clock is ours',
      `cn-beijing: isolated: 0 of 3 control targets answer, not ${CONTROLS.join(', ')}`,
    ],
    commands: ['by hand: look at the network of probe-region in cn-beijing, or choose other controls under probes'],
  },
  {
    id: 'vantage-points',
    of: 'failover-dns',
    when: 'the region of one is dead',
    breaks: ({ cloud }) => cloud.regions.die(B),
    outcome: 'unknown',
    severity: 'critical',
    seen: [
      'cn-hangzhou: 3 of 3 control targets answer',
      'cn-hangzhou: its clock is ours',
      'cn-shanghai: fc.InvokeFunction: no answer within 10000 ms',
      'cn-beijing: 3 of 3 control targets answer',
      'cn-beijing: its clock is ours',
    ],
  },
  ...(
    [
      [15_000, '15s ahead'],
      [-15_000, '14s behind'],
    ] as const
  ).map(
    ([off, said]): CheckCase => ({
      id: 'vantage-points',
      of: 'failover-dns',
      when: `the clock of one is ${said}`,
      breaks: ({ cloud }) => {
        const configuration = loadConfiguration(CONFIGURATION, 'autopilot.yaml');
        const surroundings = rehearsedSurroundings({
          ...{ cloud, configuration, url: undefined, region: POINT },
          writeLine: () => undefined,
        });
        const clock = { now: () => cloud.clock.now() + off, sleep: cloud.clock.sleep };
        const handler = probeRegionHandler({ ...surroundings, clock });
        const name = 'gateway-autopilot-probe-region';
        cloud.functions.deploy({ region: POINT, name, timeout: 60, memory: 512, handler });
      },
      severity: 'critical',
      seen: [
        'cn-hangzhou: 3 of 3 control targets answer',
        'cn-hangzhou: its clock is ours',
        'cn-shanghai: 3 of 3 control targets answer',
        'cn-shanghai: its clock is ours',
        'cn-beijing: 3 of 3 control targets answer',
        `cn-beijing: its clock is ${said}`,
      ],
      commands: ['npm run build && FC_REGION=cn-beijing s probe-region deploy -y'],
    }),
  ),
  {
    id: 'probe-targets',
    of: 'failover-dns',
    when: 'a private address is answered',
    estate: { zone: { records: [{ rr: 'www', type: 'A', value: '10.0.0.1', ttl: 60 }] } },
    severity: 'warning',
    seen: ['cn-hangzhou: 10.0.0.1 is private', 'cn-shanghai: 10.0.0.1 is private', 'cn-beijing: 10.0.0.1 is private'],
    commands: ['autopilot.yaml: {"probes":{"allow":["10.0.0.1/32"]}}'],
  },
  {
    id: 'functions-reach',
    of: 'failover-dns',
    when: 'it may not invoke them',
    breaks: ({ cloud }) => cloud.faults.deny('fc.InvokeFunction'),
    severity: 'critical',
    seen: [
      'scale-gateway in cn-hangzhou: fc.InvokeFunction: Forbidden.RAM: not authorized',
      'attach-clb in cn-hangzhou: fc.InvokeFunction: Forbidden.RAM: not authorized',
      'scale-gateway in cn-shanghai: fc.InvokeFunction: Forbidden.RAM: not authorized',
      'attach-clb in cn-shanghai: fc.InvokeFunction: Forbidden.RAM: not authorized',
    ],
    commands: [POLICY],
  },
  {
    id: 'functions-reach',
    of: 'failover-dns',
    when: 'they are not deployed',
    breaks: ({ cloud }) =>
      cloud.faults.fail({
        operation: 'fc.InvokeFunction',
        status: 404,
        code: 'FunctionNotFound',
        message: 'no function',
      }),
    severity: 'critical',
    seen: [
      'scale-gateway in cn-hangzhou: fc.InvokeFunction: FunctionNotFound: no function',
      'attach-clb in cn-hangzhou: fc.InvokeFunction: FunctionNotFound: no function',
      'scale-gateway in cn-shanghai: fc.InvokeFunction: FunctionNotFound: no function',
      'attach-clb in cn-shanghai: fc.InvokeFunction: FunctionNotFound: no function',
    ],
    commands: [
      'npm run build && FC_REGION=cn-hangzhou s scale-gateway deploy -y',
      'npm run build && FC_REGION=cn-hangzhou s attach-clb deploy -y',
      'npm run build && FC_REGION=cn-shanghai s scale-gateway deploy -y',
      'npm run build && FC_REGION=cn-shanghai s attach-clb deploy -y',
    ],
  },
  {
    id: 'functions-reach',
    of: 'failover-dns',
    when: 'what answers is another function',
    estate: {
      configuration: `${CONFIGURATION}functions: { scaleGateway: gateway-autopilot-attach-clb }\n`,
    },
    severity: 'critical',
    seen: [
      'scale-gateway in cn-hangzhou: gateway-autopilot-attach-clb of cn-hangzhou: what answers is no scale-gateway of ours',
      'attach-clb in cn-hangzhou: cn-hangzhou: web: 0 extra CLBs, 0 serving (WithinTolerance)',
      'scale-gateway in cn-shanghai: gateway-autopilot-attach-clb of cn-shanghai: what answers is no scale-gateway of ours',
      'attach-clb in cn-shanghai: cn-shanghai: web: 0 extra CLBs, 0 serving (WithinTolerance)',
    ],
    commands: [
      'npm run build && FC_REGION=cn-hangzhou s scale-gateway deploy -y',
      'npm run build && FC_REGION=cn-shanghai s scale-gateway deploy -y',
    ],
  },
  {
    id: 'functions-reach',
    of: 'failover-dns',
    when: 'one refuses, since its configuration cannot be used',
    breaks: ({ cloud }) => {
      const refusing = (): never => {
        throw new InvalidInput('autopilot.yaml cannot be used: 1 problem', ['autopilot.yaml:1:1 regions: is missing']);
      };
      deployInB(cloud, 'scale-gateway', scaleGatewayHandler({ ...surroundingsInB(cloud), configuration: refusing }));
    },
    severity: 'critical',
    seen: [
      ...SEEN_IN_A,
      'scale-gateway in cn-shanghai: refused: autopilot.yaml cannot be used: 1 problem',
      'scale-gateway in cn-shanghai: autopilot.yaml:1:1 regions: is missing',
      'attach-clb in cn-shanghai: cn-shanghai: web: 0 extra CLBs, 0 serving (WithinTolerance)',
    ],
    commands: ['npm run build && FC_REGION=cn-shanghai s scale-gateway deploy -y'],
  },
  {
    id: 'functions-reach',
    of: 'failover-dns',
    when: 'one has another configuration, in which the gateway has no extra CLBs',
    breaks: ({ cloud }) => {
      const text = CONFIGURATION.replace('    loadBalancers: { mode: auto, maxExtra: 2 }\n', '');
      deployInB(cloud, 'attach-clb', attachClbHandler(surroundingsInB(cloud, text)));
    },
    severity: 'critical',
    seen: [
      ...SEEN_IN_A,
      `scale-gateway in cn-shanghai: ${ONE_HELD_IN_B} (web PartialMetrics)`,
      'attach-clb in cn-shanghai: nothing of web: No policy of a gateway in cn-shanghai has loadBalancers; nothing was looked at.',
    ],
    commands: ['npm run build && FC_REGION=cn-shanghai s attach-clb deploy -y'],
  },
  {
    id: 'functions-reach',
    of: 'failover-dns',
    when: 'those of a region may not read its cluster',
    breaks: ({ cloud }) => cloud.grant('c2', { namespace: 'istio-system', rules: [], clusterRules: [] }),
    outcome: 'unknown',
    severity: 'critical',
    seen: [
      ...SEEN_IN_A,
      `scale-gateway in cn-shanghai: ${ONE_HELD_IN_B} (web ReadFailed)`,
      'scale-gateway in cn-shanghai: kube list deployments: Forbidden: deployments.apps is forbidden: User "user" cannot list resource "deployments" in API group "apps" in the namespace "istio-system" (status 403)',
      'attach-clb in cn-shanghai: cn-shanghai: web: 0 extra CLBs, 0 serving (ReadFailed)',
      'attach-clb in cn-shanghai: kube list services: Forbidden: services is forbidden: User "user" cannot list resource "services" in API group "" in the namespace "istio-system" (status 403)',
    ],
  },
  {
    id: 'egress',
    of: 'probe-region',
    region: POINT,
    when: 'nothing answers it',
    breaks: ({ cloud }) => cloud.regions.isolate(POINT, true),
    severity: 'critical',
    seen: [
      '0 of 3 control targets answer',
      ...CONTROLS.map((control) => `${control}: timeout (no answer within 2000 ms)`),
    ],
    commands: ['by hand: look at internetAccess and vpcConfig of probe-region, and at probes.controls'],
  },
  {
    id: 'vantage-point',
    of: 'probe-region',
    region: B,
    when: 'nobody asks it',
    estate: { configuration: CONFIGURATION.replace(`[${A}, ${B}, ${POINT}]`, `[${A}, ${POINT}, cn-shenzhen]`) },
    severity: 'warning',
    seen: ['cn-shanghai is none of cn-hangzhou, cn-beijing, cn-shenzhen'],
    commands: ['autopilot.yaml: {"probes":{"points":["cn-hangzhou","cn-beijing","cn-shenzhen","cn-shanghai"]}}'],
  },
];

export const CASES: readonly CheckCase[] = [
  ...OF_EVERY_FUNCTION,
  ...OF_CLUSTERS,
  ...OF_LOAD_BALANCERS,
  ...OF_NAMES,
  ...OF_REACH,
];
