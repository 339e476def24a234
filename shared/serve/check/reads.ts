import { createAlarmRules } from '../../cloud/alarm-rules';
import { anyGroup } from '../../cloud/load-balancer-samples';
import { createMetrics } from '../../cloud/metrics';
import type { OpenApi, OpenApiCall } from '../../cloud/seams';
import type { Configuration } from '../../config/load';
import { namesOf, type PublishedName, publishedNames } from '../../config/names';
import { gatewaysOf } from '../../config/region';
import type { ReadTried } from '../../core/check/invocation';
import type { Tried } from '../../core/check/self-check';
import type { CommandedFunction } from '../../core/function-name';
import { MINUTE } from '../../core/time';
import type { Clock } from '../../ports';
import { tried } from '../../run/tried';

/** One harmless read by one right. Which rights a function has is written in deploy/ram-policies.ts; a test compares both. */
export interface WantedRead {
  /** As RAM has it. */
  readonly action: string;
  readonly on: string;
  /** `undefined`: nothing is known that could be asked about. */
  readonly read: (sources: ReadSources) => Promise<Tried<unknown> | undefined>;
}

export interface ReadSources {
  readonly openApi: OpenApi;
  readonly clock: Clock;
  /** A CLB of the region, whichever: found once. */
  readonly clbIn: (region: string) => Promise<string | undefined>;
}

export function tryReads(wanted: readonly WantedRead[], sources: ReadSources): Promise<readonly ReadTried[]> {
  return Promise.all(wanted.map(async ({ action, on, read }) => ({ action, on, tried: await read(sources) })));
}

/** What a function reads in the account for what it does in a region. */
export function readsOf(name: CommandedFunction, configuration: Configuration, region: string): readonly WantedRead[] {
  switch (name) {
    case 'scale-gateway':
      return [
        metricList(region),
        ...kubeconfigOfCluster(configuration, region),
        ...kubeconfigOfMesh(configuration, region),
      ];
    case 'attach-clb':
      return attachClbReads(configuration, region);
    case 'failover-dns':
      return failoverDnsReads(configuration, region);
    case 'audit-gateway':
      return auditReads(configuration, region);
    case 'probe-region':
      return [];
  }
}

function attachClbReads(configuration: Configuration, region: string): readonly WantedRead[] {
  const balanced = gatewaysOf(configuration, region).flatMap(({ policy }) => policy.loadBalancers ?? []);
  if (balanced.length === 0) return [];
  const buys = balanced.some(({ mode }) => mode !== 'observe');
  const isAnyZone = configuration.regions[region]?.loadBalancers.zones.length === 0;
  return [
    metricList(region),
    ...kubeconfigOfCluster(configuration, region),
    ...clbReads(region),
    ...(buys && isAnyZone ? [resources(region)] : []),
    ...zoneReads(configuration),
  ];
}

function failoverDnsReads(configuration: Configuration, region: string): readonly WantedRead[] {
  const names = publishedNames(configuration);
  if (names.length === 0) return [];
  const led = new Set(
    names.flatMap(({ lines, own }) => [...lines.flatMap((line) => line.regions), ...Object.keys(own)]),
  );
  const rules = Object.values(configuration.gateways).flatMap(({ alarms }) => Object.values(alarms).flat());
  return [
    ...[...led].flatMap(clbReads),
    ...zoneReads(configuration),
    ...rules.slice(0, 1).map((rule) => ruleList(region, rule)),
  ];
}

function auditReads(configuration: Configuration, region: string): readonly WantedRead[] {
  const described = configuration.regions[region];
  if (described === undefined) return [];
  const { cluster, mesh } = described;
  const ofCluster = (action: string, path: string): WantedRead => ({
    action: `cs:${action}`,
    on: `cluster ${cluster.id}`,
    read: ({ openApi }) =>
      tried(openApi.call({ product: 'cs', region, action, roa: { method: 'GET', path }, effect: 'read' })),
  });
  const path = `/clusters/${encodeURIComponent(cluster.id)}`;
  const ofMesh = [
    'DescribeServiceMeshDetail',
    'DescribeServiceMeshClusters',
    'DescribeCCMVersion',
    'DescribeNodesInstanceType',
  ];
  const names = namesOf(configuration);
  return [
    ...kubeconfigOfMesh(configuration, region),
    ...kubeconfigOfCluster(configuration, region),
    ofCluster('DescribeClusterDetail', path),
    ofCluster('ListClusterAddonInstances', `${path}/addon_instances`),
    ...(mesh === undefined
      ? []
      : ofMesh.map((action) => fixed('servicemesh', action, region, `mesh ${mesh.id}`, { ServiceMeshId: mesh.id }))),
    ...ONE_CLB.map((action) => ofClb(action, region)),
    ofClb('DescribeVServerGroups', region),
    {
      action: 'slb:DescribeVServerGroupAttribute',
      on: `a group of backends in ${region}`,
      read: async (sources) => {
        const clb = await sources.clbIn(region);
        // What lists the groups is tried by itself.
        const group = clb === undefined ? undefined : await anyGroup(sources.openApi, region, clb);
        if (group === undefined) return undefined;
        return tried(sources.openApi.call(slb('DescribeVServerGroupAttribute', region, { VServerGroupId: group })));
      },
    },
    resources(region),
    ...[...new Set(names.map(({ zone }) => zone))].map((zone) => subDomain(zone, names)),
  ];
}

const ONE_CLB = ['DescribeLoadBalancerAttribute', 'DescribeLoadBalancerListeners', 'DescribeHealthStatus'] as const;

function clbReads(region: string): readonly WantedRead[] {
  return [
    fixed('slb', 'DescribeLoadBalancers', region, region, { RegionId: region, PageNumber: 1, PageSize: 1 }),
    ...ONE_CLB.map((action) => ofClb(action, region)),
  ];
}

function ofClb(action: string, region: string): WantedRead {
  return {
    action: `slb:${action}`,
    on: `a CLB in ${region}`,
    read: async ({ clbIn, openApi }) => {
      const id = await clbIn(region);
      if (id === undefined) return undefined;
      // Listeners are listed for several instances at once.
      const key = action === 'DescribeLoadBalancerListeners' ? 'LoadBalancerId.1' : 'LoadBalancerId';
      return tried(openApi.call(slb(action, region, { [key]: id })));
    },
  };
}

function resources(region: string): WantedRead {
  return fixed('slb', 'DescribeAvailableResource', region, region, { RegionId: region });
}

function slb(action: string, region: string, query: NonNullable<OpenApiCall['query']>): OpenApiCall {
  return { product: 'slb', region, action, query: { RegionId: region, ...query }, effect: 'read' };
}

/** CloudMonitor also refuses in the body of an answer that is well, which its adapters know. */
function metricList(region: string): WantedRead {
  return {
    action: 'cms:DescribeMetricList',
    on: region,
    read: async ({ clbIn, clock, openApi }) => {
      const to = Math.floor(clock.now() / MINUTE) * MINUTE;
      // Of an instance that is not there it has no data, which is an answer.
      const instanceIds = [(await clbIn(region)) ?? 'none'];
      const query = {
        region,
        namespace: 'acs_slb_dashboard',
        metric: 'InstanceNewConnection',
        statistic: 'Average',
      } as const;
      return tried(createMetrics(openApi).history({ ...query, instanceIds, from: to - MINUTE, to }));
    },
  };
}

function ruleList(region: string, ruleId: string): WantedRead {
  return {
    action: 'cms:DescribeMetricRuleList',
    on: `rule ${ruleId}`,
    read: ({ openApi }) => tried(createAlarmRules(openApi, region).read([ruleId])),
  };
}

function kubeconfigOfCluster({ regions }: Configuration, region: string): readonly WantedRead[] {
  const cluster = regions[region]?.cluster;
  if (cluster === undefined) return [];
  const path = `/k8s/${encodeURIComponent(cluster.id)}/user_config`;
  // The shortest that there is.
  const query = { PrivateIpAddress: cluster.privateApi, TemporaryDurationMinutes: 15 };
  const action = 'DescribeClusterUserKubeconfig';
  return [
    {
      action: `cs:${action}`,
      on: `cluster ${cluster.id}`,
      read: ({ openApi }) =>
        tried(openApi.call({ product: 'cs', region, action, roa: { method: 'GET', path }, query, effect: 'read' })),
    },
  ];
}

function kubeconfigOfMesh({ regions }: Configuration, region: string): readonly WantedRead[] {
  const mesh = regions[region]?.mesh;
  if (mesh?.istioGateways !== 'controlPlane') return [];
  const query = { ServiceMeshId: mesh.id, PrivateIpAddress: mesh.privateApi };
  return [fixed('servicemesh', 'DescribeServiceMeshKubeconfig', region, `mesh ${mesh.id}`, query)];
}

function zoneReads(configuration: Configuration): readonly WantedRead[] {
  const names = publishedNames(configuration);
  return [...new Set(names.map(({ zone }) => zone))].flatMap((zone) => [
    fixed('alidns', 'DescribeDomainRecords', '', `zone ${zone}`, { DomainName: zone, PageNumber: 1, PageSize: 1 }),
    subDomain(zone, names),
    fixed('alidns', 'DescribeDomainInfo', '', `zone ${zone}`, { DomainName: zone }),
  ]);
}

function subDomain(zone: string, names: readonly Pick<PublishedName, 'rr' | 'zone'>[]): WantedRead {
  const rr = names.find((name) => name.zone === zone)?.rr ?? '@';
  const query = { DomainName: zone, SubDomain: `${rr}.${zone}`, PageNumber: 1, PageSize: 1 };
  return fixed('alidns', 'DescribeSubDomainRecords', '', `zone ${zone}`, query);
}

function fixed(
  product: OpenApiCall['product'],
  action: string,
  region: string,
  on: string,
  query: NonNullable<OpenApiCall['query']>,
): WantedRead {
  return {
    action: `${product}:${action}`,
    on,
    read: ({ openApi }) => tried(openApi.call({ product, region, action, query, effect: 'read' })),
  };
}

/**
 * Finds a CLB to ask about: a configured one, else whatever `others` finds.
 *
 * @param others of a region, for example one that is bound to its Services; none unless told
 */
export function clbFinder(
  { gateways }: Configuration,
  others: (region: string) => Promise<string | undefined> = async () => undefined,
): ReadSources['clbIn'] {
  const known = new Map<string, Promise<string | undefined>>();
  return (region) => {
    const configured = Object.values(gateways).flatMap(({ loadBalancers }) => loadBalancers[region] ?? []);
    const found = known.get(region) ?? (configured[0] === undefined ? others(region) : Promise.resolve(configured[0]));
    known.set(region, found);
    return found;
  };
}
