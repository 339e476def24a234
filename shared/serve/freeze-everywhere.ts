import { createRegionalOrders } from '../cloud/regional-orders';
import { createZones, createZoneWriter } from '../cloud/zones';
import { publishedNames } from '../config/names';
import { isoTime } from '../core/time';
import { InvalidInput } from '../errors';
import { type FreezeCommand, overrideEnd, type UnfreezeCommand } from '../event';
import { type FreezeReached, orderEverywhere } from '../run/freeze-command';
import type { Answer, Invocation } from './serve';

/** Stops every write everywhere, or allows them again: in all zones by a TXT record, in all clusters by their journal. */
export async function freezeEverywhere(
  { connections, deadline, log, surroundings }: Invocation,
  command: FreezeCommand | UnfreezeCommand,
): Promise<Answer> {
  const { clock } = surroundings;
  const { functions: names, ...configuration } = surroundings.configuration();
  const { owner, reason } = command;
  const end = command.action === 'freeze' ? overrideEnd(command, clock.now()) : undefined;
  if (end?.ok === false) throw new InvalidInput(end.problem);
  const until = end?.value === undefined ? {} : { until: isoTime(end.value) };
  log.info('command', { action: command.action, owner, reason, ...until });
  const places = await orderEverywhere(
    {
      clock,
      deadline,
      zones: createZones(connections.openApi),
      writer: createZoneWriter(connections.openApi),
      clusters: createRegionalOrders(connections.functions, names.scaleGateway),
      allZones: zonesOf(configuration),
      regions: Object.keys(configuration.regions),
      log,
    },
    {
      freeze: command.action === 'freeze' ? { owner, reason, until: end?.value } : undefined,
      command: { action: command.action, owner, reason, ...until },
    },
  );
  const text = ({ message, place }: FreezeReached): string => `${place}: ${message}`;
  const missed = places.filter(({ reached }) => !reached);
  const done = `${command.action} reached ${places.length - missed.length} of ${places.length} places`;
  return {
    ...(missed.length === 0 ? {} : { outcome: 'partly' }),
    message: missed.length === 0 ? done : `${done}; NOT ${missed.map(({ place }) => place).join(', ')}`,
    reached: places.filter(({ reached }) => reached).map(text),
    notReached: missed.map(text),
  };
}

/** Those with names that are published: in others nothing is written. */
function zonesOf(configuration: Parameters<typeof publishedNames>[0]): readonly string[] {
  return [...new Set(publishedNames(configuration).map(({ zone }) => zone))];
}
