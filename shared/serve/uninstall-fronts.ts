import { createLoadBalancers } from '../cloud/load-balancers';
import type { Configuration, RegionConfiguration } from '../config/load';
import { gatewaysOf, namespacesOf } from '../config/region';
import { leaveFronts } from '../core/uninstall/fronts';
import type { UninstallCommand } from '../event';
import { openFronts } from './cluster';
import type { Answer, Invocation } from './serve';
import { uninstalled } from './uninstall';

/** Says whether every extra CLB is released. It deletes none itself: that is what `release` is for, which cuts nobody off. */
export function uninstallFronts(
  invocation: Invocation,
  configuration: Configuration,
  region: RegionConfiguration,
  command: UninstallCommand,
): Promise<Answer> {
  const { connections, context } = invocation;
  const namespaces = namespacesOf(gatewaysOf(configuration, context.region));
  return uninstalled(invocation, configuration, command, async () => {
    const fronts = await openFronts(connections.clusters, context.region, region, namespaces);
    const services = (await fronts.services.list()).flatMap(({ intent, name }) =>
      intent === undefined ? [] : [{ name, gateway: intent.gateway }],
    );
    const clbs = await createLoadBalancers(connections.openApi, context.region).ours();
    const { left, refusals } = leaveFronts({ clusterId: region.cluster.id, services, clbs });
    const place = `CLBs of ${context.region}`;
    return [{ place, refusals: refusals.map((words) => `${place}: ${words}`), works: [], left }];
  });
}
