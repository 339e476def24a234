import { createLoadBalancers } from '../cloud/load-balancers';
import { createZones, createZoneWriter } from '../cloud/zones';
import type { Configuration } from '../config/load';
import { namesOf, publishedNames } from '../config/names';
import type { UninstallCommand } from '../event';
import { impatient, zoneToLeave } from '../run/uninstall-zone';
import type { Answer, Invocation } from './serve';
import { uninstalled } from './uninstall';

/** Takes our marks and TXT records out of the zones of all names, also of those that others publish by now; their answers stay. */
export function uninstallNames(
  invocation: Invocation,
  configuration: Configuration,
  command: UninstallCommand,
): Promise<Answer> {
  const { connections, deadline, surroundings } = invocation;
  const { openApi } = connections;
  const names = namesOf(configuration);
  const published = new Set(publishedNames(configuration).map(({ zone }) => zone));
  const all = [...new Set(names.map(({ zone }) => zone))];
  // Where nothing is published any more a write may be refused, which ends the round.
  const zones = [...all.filter((zone) => published.has(zone)), ...all.filter((zone) => !published.has(zone))];
  const run = {
    clock: surroundings.clock,
    deadline: impatient({ deadline, elapsed: surroundings.elapsed }),
    zones: createZones(openApi),
    writer: createZoneWriter(openApi),
    loadBalancers: (region: string) => createLoadBalancers(openApi, region),
  };
  return uninstalled(invocation, configuration, command, () =>
    Promise.all(
      zones.map((zone) =>
        zoneToLeave(
          run,
          zone,
          names.filter((name) => name.zone === zone),
        ),
      ),
    ),
  );
}
