import type { Configuration, RegionConfiguration } from '../config/load';
import { gatewaysOf, namespacesOf } from '../config/region';
import type { UninstallCommand } from '../event';
import { clusterToLeave } from '../run/uninstall-cluster';
import { openUndoing } from './cluster';
import type { Answer, Invocation } from './serve';
import { uninstalled } from './uninstall';

/** Gives back what autoscalers and IstioGateways held before us, and deletes the journal. Replicas stay as they are. */
export function uninstallGateways(
  invocation: Invocation,
  configuration: Configuration,
  region: RegionConfiguration,
  command: UninstallCommand,
): Promise<Answer> {
  const { connections, context, surroundings } = invocation;
  const namespaces = namespacesOf(gatewaysOf(configuration, context.region));
  return uninstalled(invocation, configuration, command, async () => {
    const ports = await openUndoing(connections.clusters, context.region, region, namespaces);
    return [await clusterToLeave({ at: surroundings.clock.now(), region: context.region, ...ports })];
  });
}
