import { createLoadBalancers } from '../cloud/load-balancers';
import { createZones, createZoneWriter } from '../cloud/zones';
import type { Configuration } from '../config/load';
import { maintenanceAt } from '../config/maintenance';
import { namesOf, type PublishedName } from '../config/names';
import type { NameToPublish } from '../core/publication-model';
import { isoTime } from '../core/time';
import { InvalidInput } from '../errors';
import type { Command } from '../event';
import { publishNames } from '../run/publish';
import type { PublishingMemory } from '../run/publish-run';
import { tellPeople } from './notices';
import { noticesOf, reportedZone, summary } from './publish-answer';
import { type Answer, type Handler, type Invocation, serve } from './serve';
import type { Surroundings } from './surroundings';

/** Keeps the records of every configured name the addresses that serve. */
export function failoverDnsHandler(surroundings: Surroundings): Handler {
  const memory: PublishingMemory = new Map();
  return serve('failover-dns', surroundings, (invocation) => failoverDns(invocation, memory));
}

async function failoverDns(invocation: Invocation, memory: PublishingMemory): Promise<Answer> {
  const { connections, context, deadline, log, surroundings, trigger } = invocation;
  const { openApi } = connections;
  const configuration = surroundings.configuration();
  const command = trigger.kind === 'command' ? trigger.command : undefined;
  const names = chosen(configuration, command);
  if (names.length === 0) {
    const message = 'No name is configured that is published; nothing was looked at.';
    log.warn('nothing-configured', { message });
    return { message };
  }
  if (command?.action === 'adopt') {
    const { name, owner, reason } = command;
    log.info('command', { action: 'adopt', name, owner, reason, dryRun: command.dryRun === true });
  }
  const dryRun = command !== undefined && 'dryRun' in command && command.dryRun === true;
  const writes = !dryRun && names.some(({ publish }) => publish === 'auto');
  const maintenance = maintenanceAt(configuration.maintenance, surroundings.clock.now());
  const result = await publishNames({
    clock: surroundings.clock,
    deadline,
    elapsed: () => surroundings.elapsed(),
    names,
    adopt: new Set(command?.action === 'adopt' ? [command.name] : []),
    clusters: Object.fromEntries(
      Object.entries(configuration.regions).map(([region, { cluster }]) => [region, cluster.id]),
    ),
    loadBalancers: (region) => createLoadBalancers(openApi, region),
    zones: createZones(openApi),
    writer: writes ? createZoneWriter(openApi) : undefined,
    resolver: connections.resolver,
    nameServers: connections.nameServers,
    dryRun,
    maintenance,
    memory,
    failover: undefined,
    log,
  });
  const zones = result.zones.map(reportedZone);
  for (const { names: reports, ...zone } of zones)
    for (const name of reports) log.info('publication', { ...zone, ...name });
  const told = noticesOf(result, context.region, surroundings.clock.now());
  const notices = dryRun ? {} : await tellPeople(invocation, configuration, told);
  return {
    message: summary(result),
    retry: result.retry,
    dryRun,
    ...(maintenance === undefined ? {} : { maintenance: { ...maintenance, until: isoTime(maintenance.until) } }),
    zones,
    ...notices,
  };
}

/** The names that the look is about. Throws InvalidInput for a gateway or a name that is not there. */
function chosen(configuration: Configuration, command: Command | undefined): readonly NameToPublish[] {
  const names = namesOf(configuration).flatMap(published);
  switch (command?.action) {
    case undefined:
      return names;
    case 'look': {
      const { gateway } = command;
      const known = names.map((name) => name.gateway);
      if (gateway !== undefined) check(known, gateway, `no published name leads to a gateway "${gateway}"`);
      return names.filter((name) => gateway === undefined || name.gateway === gateway);
    }
    case 'adopt': {
      const known = names.map(({ name }) => name);
      check(known, command.name, `no name "${command.name}" is published`);
      return names.filter(({ name }) => name === command.name);
    }
    default:
      throw new InvalidInput(`failover-dns does not take the command ${command?.action}; it takes look and adopt`);
  }
}

function check(known: readonly string[], wanted: string, problem: string): void {
  if (known.includes(wanted)) return;
  throw new InvalidInput(`${problem}; there is: ${[...new Set(known)].join(', ') || 'none'}`);
}

function published(name: PublishedName): readonly NameToPublish[] {
  const { publish } = name;
  return publish === 'none' ? [] : [{ ...name, publish }];
}
