import type { Contexts } from '../core/audit/finding';
import type { FunctionName } from '../core/function-name';
import type { GatewayNames } from '../core/gateway';
import { publishedNames } from './names';
import type { Configuration, ConfiguredPolicy, RegionConfiguration } from './schema';

/** A gateway of one region with what is wanted of it. */
export interface ConfiguredGateway {
  readonly names: GatewayNames;
  readonly policy: ConfiguredPolicy;
}

/** The gateways of a region, in the order of the file; none for a region that the configuration does not name. */
export function gatewaysOf(
  { gateways, policies }: Pick<Configuration, 'gateways' | 'policies'>,
  region: string,
): readonly ConfiguredGateway[] {
  return Object.entries(gateways)
    .filter(([, { regions }]) => regions.includes(region))
    .map(([gateway, { deployment, namespace, policy: name, service }]) => {
      const policy = policies[name];
      if (policy === undefined) throw new Error(`gateway ${gateway} names the policy ${name}, which does not exist`);
      return { names: { gateway, namespace, deployment, service }, policy };
    });
}

/** What holds the objects of a region's gateways: the IstioGateways are the mesh's, unless they are read in the cluster. */
export function contextsOf({ cluster, mesh }: RegionConfiguration): Contexts {
  return { cluster: cluster.id, mesh: mesh?.istioGateways === 'controlPlane' ? mesh.id : cluster.id };
}

/** The namespaces that hold gateways, each once. */
export function namespacesOf(gateways: readonly Pick<ConfiguredGateway, 'names'>[]): readonly string[] {
  return [...new Set(gateways.map(({ names }) => names.namespace))];
}

/**
 * The regions in which a function has something to do, in the order of the file.
 *
 * @param gateway for this one alone
 */
export function regionsOf(configuration: Configuration, name: FunctionName, gateway?: string): readonly string[] {
  const regions = Object.keys(configuration.regions);
  const isMeant = (named: string): boolean => gateway === undefined || named === gateway;
  const gatewaysIn = (region: string): readonly ConfiguredGateway[] =>
    gatewaysOf(configuration, region).filter(({ names }) => isMeant(names.gateway));
  switch (name) {
    case 'scale-gateway':
    case 'audit-gateway':
    case 'receive-alarm':
      return regions.filter((region) => gatewaysIn(region).length > 0);
    case 'attach-clb':
      return regions.filter((region) => gatewaysIn(region).some(({ policy }) => policy.loadBalancers !== undefined));
    case 'failover-dns':
      return publishedNames(configuration).some((published) => isMeant(published.gateway)) ? regions : [];
    case 'probe-region':
      return configuration.probes?.points ?? [];
  }
}
