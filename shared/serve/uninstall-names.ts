import { createLoadBalancers } from '../cloud/load-balancers';
import { createZones, createZoneWriter } from '../cloud/zones';
import type { Configuration } from '../config/load';
import { namesOf } from '../config/names';
import type { UninstallCommand } from '../event';
import { impatient, zoneToLeave } from '../run/uninstall-zone';
import type { Answer, Invocation } from './serve';
import { uninstalled } from './uninstall';

/** Takes our marks and TXT records out of the zones of all names that are published; their answers stay. */
export function uninstallNames(
  invocation: Invocation,
  configuration: Configuration,
  command: UninstallCommand,
): Promise<Answer> {
  const { connections, deadline, surroundings } = invocation;
  const { openApi } = connections;
  const names = namesOf(configuration);
  // Of others nothing may be read: the role ends at the zones that are published.
  const zones = [...new Set(names.filter(({ publish }) => publish !== 'none').map(({ zone }) => zone))];
  const unseen = [...new Set(names.map(({ zone }) => zone))].filter((zone) => !zones.includes(zone));
  const run = {
    clock: surroundings.clock,
    deadline: impatient({ deadline, elapsed: surroundings.elapsed }),
    zones: createZones(openApi),
    writer: createZoneWriter(openApi),
    loadBalancers: (region: string) => createLoadBalancers(openApi, region),
  };
  return uninstalled(invocation, configuration, command, async () => [
    ...(await Promise.all(
      zones.map((zone) =>
        zoneToLeave(
          run,
          zone,
          names.filter((name) => name.zone === zone),
        ),
      ),
    )),
    ...unseen.map((zone) => ({
      place: `zone ${zone}`,
      refusals: [],
      works: [],
      left: [
        `zone ${zone} was not looked at, since its names say publish: none; say observe if we ever published there`,
      ],
    })),
  ]);
}
