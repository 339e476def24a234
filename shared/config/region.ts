import type { Contexts } from '../core/audit/finding';
import type { GatewayNames } from '../core/gateway';
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
