import { anyClb } from '../../cloud/load-balancer-samples';
import { createLoadBalancers } from '../../cloud/load-balancers';
import type { OpenApi } from '../../cloud/seams';
import type { Configuration, RegionConfiguration } from '../../config/load';
import { type ConfiguredGateway, gatewaysOf, namespacesOf } from '../../config/region';
import type { Finding } from '../../core/audit/finding';
import { CLUSTER_CHECKS, grantingRole } from '../../core/check/cluster';
import { FRONT_CHECKS, type FrontGateway } from '../../core/check/fronts';
import { judge, type Tried } from '../../core/check/self-check';
import type { ServiceSeen } from '../../core/gateway';
import { servicesInFront } from '../../core/scale-target';
import { tried } from '../../run/tried';
import { openFronts } from '../cluster';
import type { Networked } from '../network';
import type { Answer, Invocation } from '../serve';
import { type OwnFindings, selfCheck } from './answer';
import { clusterApi, clusterRights, reached } from './cluster';
import { clbFinder, readsOf, tryReads } from './reads';
import { watchedApi } from './watched-api';

export function checkAttachClb(invocation: Invocation<Networked>): Promise<Answer> {
  return selfCheck('attach-clb', invocation, (configuration) => examine(invocation, configuration));
}

async function examine(invocation: Invocation<Networked>, configuration: Configuration): Promise<OwnFindings> {
  const { connections, context, surroundings } = invocation;
  const { region } = context;
  const { clocks, openApi } = watchedApi(connections.openApi, surroundings.clock);
  const clbIn = clbFinder(configuration, (where) => anyClb(openApi, where));
  const described = configuration.regions[region];
  const gateways = balancedIn(configuration, region);
  const isNeeded = described !== undefined && gateways.length > 0;
  const [reads, findings] = await Promise.all([
    tryReads(readsOf('attach-clb', configuration, region), { openApi, clock: surroundings.clock, clbIn }),
    isNeeded ? inRegion(invocation, configuration, described, openApi) : [],
  ]);
  return { tellsPeople: true, signsRemovals: true, reads, clocks, findings };
}

function balancedIn(configuration: Configuration, region: string): readonly ConfiguredGateway[] {
  return gatewaysOf(configuration, region).filter(({ policy }) => policy.loadBalancers !== undefined);
}

async function inRegion(
  { connections: { clusters }, context }: Invocation<Networked>,
  configuration: Configuration,
  described: RegionConfiguration,
  openApi: OpenApi,
): Promise<readonly Finding[]> {
  const { accountId: account, region } = context;
  const gateways = balancedIn(configuration, region);
  const namespaces = namespacesOf(gateways);
  const loadBalancers = createLoadBalancers(openApi, region);
  const ids = gateways.flatMap(({ names }) => configuration.gateways[names.gateway]?.loadBalancers[region] ?? []);
  const { zones } = described.loadBalancers;
  const buys = gateways.some(({ policy }) => policy.loadBalancers?.mode !== 'observe');
  const rights = clusterRights('attach-clb', described, namespaces);
  const [cluster, services, configured, ours, onSale] = await Promise.all([
    reached(clusters, clusterApi(region, described), rights),
    tried(openFronts(clusters, region, described, namespaces).then((opened) => opened.services.list())),
    tried(loadBalancers.byIds(ids)),
    tried(loadBalancers.ours()),
    buys && zones.length === 0 ? tried(loadBalancers.zones('internet')) : undefined,
  ]);
  const whose = { function: 'attach-clb', region, account };
  return [
    ...judge(CLUSTER_CHECKS, {
      ...whose,
      cluster,
      mesh: undefined,
      granting: grantingRole(whose, described.cluster.id),
    }),
    ...judge(FRONT_CHECKS, {
      region,
      clusterId: described.cluster.id,
      gateways: gateways.map((gateway) => frontOf(gateway, configuration, region, services)),
      configured,
      ours,
      zones,
      onSale,
    }),
  ];
}

function frontOf(
  { names }: ConfiguredGateway,
  { gateways }: Configuration,
  region: string,
  services: Tried<readonly ServiceSeen[]>,
): FrontGateway {
  const { gateway, namespace, service } = names;
  const bound = services.ok
    ? {
        ok: true as const,
        value: servicesInFront(names, services.value).flatMap(({ loadBalancerId }) => loadBalancerId ?? []),
      }
    : services;
  return { gateway, service: `${namespace}/${service}`, ids: gateways[gateway]?.loadBalancers[region] ?? [], bound };
}
