/**
 * What each function's role may do in the account: exactly the calls that it makes for a configuration. Forms of resources are
 * those of the vendor's tables of RAM actions (read 2026-11); where a service has none, or its form is not published, it is `*`.
 */

import type { FunctionNames } from '../shared/config/functions-schema';
import { namesOf, publishedNames } from '../shared/config/names';
import { gatewaysOf, regionsOf } from '../shared/config/region';
import type { Configuration, RegionConfiguration } from '../shared/config/schema';
import type { FunctionName } from '../shared/core/function-name';
import { FAILURES_TOPIC } from './functions';

export interface Statement {
  readonly Effect: 'Allow';
  readonly Action: readonly string[];
  readonly Resource: readonly string[];
}

export interface RamPolicy {
  readonly Version: '1';
  readonly Statement: readonly Statement[];
}

/**
 * @param account id of the account that everything is in
 * @param failures MNS topic that events which failed are published to
 * @returns `undefined` for a function that calls nothing
 */
export function ramPolicy(
  configuration: Configuration,
  account: string,
  role: FunctionName,
  failures: string = FAILURES_TOPIC,
): RamPolicy | undefined {
  const facts = factsOf(configuration, account, failures);
  const statements = STATEMENTS[role](facts).filter(({ Action, Resource }) => Action.length > 0 && Resource.length > 0);
  return statements.length === 0 ? undefined : { Version: '1', Statement: statements };
}

/** Whom Function Compute hands the role to (fc-docs 06/13). */
export const TRUST_POLICY = {
  Version: '1',
  Statement: [{ Action: 'sts:AssumeRole', Effect: 'Allow', Principal: { Service: ['fc.aliyuncs.com'] } }],
} as const;

interface Facts {
  readonly account: string;
  readonly failures: string;
  readonly configuration: Configuration;
  readonly regions: readonly string[];
  readonly meshes: readonly NonNullable<RegionConfiguration['mesh']>[];
  /** Regions with a gateway that has extra CLBs, and whether any may be bought or released. */
  readonly balanced: readonly string[];
  readonly buys: boolean;
  /** Regions whose zones to buy in are not configured. */
  readonly zoneless: readonly string[];
  /** Zones of all names, and of those that are published; whether any of them may be written to. */
  readonly allZones: readonly string[];
  readonly zones: readonly string[];
  readonly writesNames: boolean;
  readonly isWeighted: boolean;
  /** Regions that published names lead to. */
  readonly led: readonly string[];
  readonly hasAlarms: boolean;
  readonly failsOver: boolean;
}

function factsOf(configuration: Configuration, account: string, failures: string): Facts {
  const regions = Object.keys(configuration.regions);
  const extra = regions.map((region) => {
    const policies = gatewaysOf(configuration, region).flatMap(({ policy }) => policy.loadBalancers ?? []);
    return { region, policies };
  });
  const buying = extra.filter(({ policies }) => policies.some(({ mode }) => mode !== 'observe'));
  const names = publishedNames(configuration);
  const written = names.filter(({ publish }) => publish !== 'observe');
  return {
    account,
    failures,
    configuration,
    regions,
    meshes: Object.values(configuration.regions).flatMap(({ mesh }) => mesh ?? []),
    balanced: extra.flatMap(({ policies, region }) => (policies.length === 0 ? [] : [region])),
    buys: buying.length > 0,
    zoneless: buying.flatMap(({ region }) =>
      configuration.regions[region]?.loadBalancers.zones.length === 0 ? [region] : [],
    ),
    allZones: zonesOf(namesOf(configuration)),
    zones: zonesOf(names),
    writesNames: written.length > 0,
    isWeighted: written.some(({ weights }) => weights === 'even'),
    led: [
      ...new Set(names.flatMap((name) => [...name.lines.flatMap((line) => line.regions), ...Object.keys(name.own)])),
    ],
    hasAlarms: Object.values(configuration.gateways).some(({ alarms }) => Object.keys(alarms).length > 0),
    failsOver: names.some(({ lines }) => lines.some((line) => line.regions.length > 1)),
  };
}

function zonesOf(names: readonly { readonly zone: string }[]): readonly string[] {
  return [...new Set(names.map(({ zone }) => zone))];
}

const STATEMENTS: Readonly<Record<FunctionName, (facts: Facts) => readonly Statement[]>> = {
  'scale-gateway': (facts) => [
    metrics(),
    ...clusters(facts, facts.regions),
    ...meshes(facts),
    ...telling(facts),
    ...measuring(facts),
    failing(facts, 'scale-gateway'),
  ],
  'attach-clb': attachClb,
  'failover-dns': failoverDns,
  'receive-alarm': (facts) => [
    invoking(facts, 'scaleGateway', facts.regions),
    invoking(facts, 'attachClb', facts.balanced),
    invoking(facts, 'failoverDns', facts.zones.length === 0 ? [] : facts.regions),
  ],
  'probe-region': () => [],
  'audit-gateway': auditGateway,
};

function attachClb(facts: Facts): readonly Statement[] {
  const { allZones, balanced, buys, zoneless, zones } = facts;
  if (balanced.length === 0) return [];
  const writes = ['CreateLoadBalancer', 'TagResources', 'UntagResources', 'SetLoadBalancerStatus'];
  return [
    metrics(),
    ...clusters(facts, balanced),
    allow(
      'slb',
      CLB_READS,
      balanced.map((region) => clbs(facts, region)),
    ),
    allow('slb', ['DescribeAvailableResource'], zoneless.length > 0 ? ['*'] : []),
    allow(
      'slb',
      [...writes, 'SetLoadBalancerDeleteProtection', 'DeleteLoadBalancer'],
      buys ? balanced.map((region) => clbs(facts, region)) : [],
    ),
    // Whoever publishes them: what is released must not be answered under any name.
    allow(
      'alidns',
      ZONE_READS,
      allZones.map((zone) => domain(facts, zone)),
    ),
    allow('alidns', ['DeleteDomainRecord'], buys ? zones.map((zone) => domain(facts, zone)) : []),
    ...telling(facts),
    ...measuring(facts),
    failing(facts, 'attach-clb'),
  ];
}

function failoverDns(facts: Facts): readonly Statement[] {
  const { allZones, balanced, configuration, failsOver, hasAlarms, isWeighted, led, regions, writesNames, zones } =
    facts;
  if (zones.length === 0) return [];
  const written = [
    ...['AddDomainRecord', 'UpdateDomainRecord', 'UpdateDomainRecordRemark', 'SetDomainRecordStatus'],
    ...['DeleteDomainRecord', ...(isWeighted ? ['SetDNSSLBStatus', 'UpdateDNSSLBWeight'] : [])],
  ];
  return [
    allow(
      'slb',
      CLB_READS,
      led.map((region) => clbs(facts, region)),
    ),
    allow(
      'alidns',
      [...ZONE_READS, ...(writesNames ? written : [])],
      zones.map((zone) => domain(facts, zone)),
    ),
    // Whether something of ours is left in the others, for `uninstall`.
    allow(
      'alidns',
      ['DescribeDomainRecords'],
      allZones.filter((zone) => !zones.includes(zone)).map((zone) => domain(facts, zone)),
    ),
    allow('cms', ['DescribeMetricRuleList'], hasAlarms ? ['*'] : []),
    invoking(facts, 'probeRegion', configuration.probes?.points ?? []),
    // A freeze is for all of them, whether clients are led there or not.
    invoking(facts, 'scaleGateway', regions),
    invoking(facts, 'attachClb', failsOver ? balanced : []),
    ...telling(facts),
    ...measuring(facts),
    failing(facts, 'failover-dns'),
  ];
}

function auditGateway(facts: Facts): readonly Statement[] {
  const { configuration, regions } = facts;
  const reads = ['DescribeLoadBalancerAttribute', 'DescribeLoadBalancerListeners', 'DescribeHealthStatus'];
  const all = regions.map((region) => clbs(facts, region));
  const isWritten = Object.values(configuration.policies).some(({ mode }) => mode !== 'observe');
  const ofMesh = ['DescribeServiceMeshDetail', 'DescribeServiceMeshClusters', 'DescribeCCMVersion'];
  return [
    ...meshes(facts),
    allow(
      'cs',
      ['DescribeClusterUserKubeconfig', 'DescribeClusterDetail', 'ListClusterAddonInstances'],
      clusterIds(facts, regions),
    ),
    allow('servicemesh', [...ofMesh, 'DescribeNodesInstanceType'], facts.meshes.length > 0 ? ['*'] : []),
    allow('slb', [...reads, 'DescribeVServerGroups', 'DescribeVServerGroupAttribute'], all),
    allow('slb', ['DescribeAvailableResource'], ['*']),
    allow('slb', ['SetLoadBalancerDeleteProtection'], isWritten ? all : []),
    allow(
      'alidns',
      ['DescribeSubDomainRecords'],
      facts.allZones.map((zone) => domain(facts, zone)),
    ),
    ...telling(facts),
    failing(facts, 'audit-gateway'),
  ];
}

const CLB_READS = [
  'DescribeLoadBalancers',
  'DescribeLoadBalancerAttribute',
  'DescribeLoadBalancerListeners',
  'DescribeHealthStatus',
];
const ZONE_READS = ['DescribeDomainRecords', 'DescribeSubDomainRecords', 'DescribeDomainInfo'];

function metrics(): Statement {
  return allow('cms', ['DescribeMetricList'], ['*']);
}

function clusters(facts: Facts, regions: readonly string[]): readonly Statement[] {
  return [allow('cs', ['DescribeClusterUserKubeconfig'], clusterIds(facts, regions))];
}

function clusterIds({ account, configuration }: Facts, regions: readonly string[]): readonly string[] {
  return regions.flatMap((region) => {
    const id = configuration.regions[region]?.cluster.id;
    return id === undefined ? [] : [`acs:cs:${region}:${account}:cluster/${id}`];
  });
}

/** Where the mesh's own API is asked. The form of a mesh as a resource is not published (2026-11). */
function meshes({ meshes: configured }: Facts): readonly Statement[] {
  const isAsked = configured.some(({ istioGateways }) => istioGateways === 'controlPlane');
  return [allow('servicemesh', ['DescribeServiceMeshKubeconfig'], isAsked ? ['*'] : [])];
}

function telling({ configuration }: Facts): readonly Statement[] {
  return [allow('cms', ['PutCustomEvent'], configuration.notify.cloudMonitor === 'nothing' ? [] : ['*'])];
}

function measuring({ configuration }: Facts): readonly Statement[] {
  return [allow('cms', ['PutCustomMetric'], configuration.cloudMonitor.customMetrics === 'off' ? [] : ['*'])];
}

/** Function Compute publishes what failed in the role's name (`onFailure` in s.yaml; fc-docs 064). */
function failing({ account, configuration, failures }: Facts, role: FunctionName): Statement {
  const regions = regionsOf(configuration, role);
  return allow(
    'mns',
    ['PublishMessage'],
    regions.map((region) => `acs:mns:${region}:${account}:/topics/${failures}/messages`),
  );
}

function clbs({ account }: Facts, region: string): string {
  return `acs:slb:${region}:${account}:loadbalancer/*`;
}

/** By name as policies in use have it; the vendor's page of 2026-02 has the zone's id in that place. */
function domain({ account }: Facts, zone: string): string {
  return `acs:alidns:*:${account}:domain/${zone}`;
}

function invoking({ account, configuration }: Facts, name: keyof FunctionNames, regions: readonly string[]): Statement {
  const [service, ofService] = configuration.functions[name].split('/');
  const path = ofService === undefined ? `functions/${service}` : `services/${service}.*/functions/${ofService}`;
  return allow(
    'fc',
    ['InvokeFunction'],
    regions.map((region) => `acs:fc:${region}:${account}:${path}`),
  );
}

function allow(product: string, actions: readonly string[], resources: readonly string[]): Statement {
  return { Effect: 'Allow', Action: actions.map((action) => `${product}:${action}`), Resource: resources };
}
