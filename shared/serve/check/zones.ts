import type { ServerTried, ZoneTried } from '../../core/check/names';
import type { Tried } from '../../core/check/self-check';
import type { NameToPublish } from '../../core/publication-model';
import { isAddress, type ZoneInfo } from '../../core/zone';
import type { FenceSeen } from '../../core/zone-lease';
import { CloudError } from '../../errors';
import type { Zones } from '../../ports';
import { measureFence } from '../../run/read-zone';
import { reading } from '../../run/reading';
import { tried } from '../../run/tried';
import { judged } from '../../run/zone-delegation';
import type { Networked } from '../network';
import type { Invocation } from '../serve';
import type { WatchedApi } from './watched-api';

/** Everything that is to be known of one zone, each part by itself. */
export async function zoneTried(
  { connections }: Invocation<Networked>,
  api: WatchedApi,
  zones: Zones,
  zone: string,
  names: readonly NameToPublish[],
): Promise<ZoneTried> {
  const { delegations } = connections;
  const delegated = reading(delegations.of(zone));
  const info = await tried(zones.info(zone));
  const [delegation, servers, fence] = await Promise.all([
    tried(judged({ delegations }, zone, delegated, info)),
    askServers(connections, zone, info, names),
    tried(measured(api, zones, zone)),
  ]);
  return { zone, names, info, delegation, servers, fence };
}

async function measured(api: WatchedApi, zones: Zones, zone: string): Promise<FenceSeen> {
  const now = api.vendorNow();
  if (now !== undefined) return measureFence(zones, zone, now);
  throw new CloudError('no answer said what time it is', { kind: 'unreadable', operation: `alidns ${zone}` });
}

async function askServers(
  { nameServers, resolver }: Invocation<Networked>['connections'],
  zone: string,
  info: Tried<ZoneInfo>,
  names: readonly NameToPublish[],
): Promise<Tried<readonly ServerTried[]>> {
  if (!info.ok) return info;
  const servers = await tried(nameServers(info.value.nameServers));
  if (!servers.ok) return servers;
  const [subnet] = names.flatMap(({ subnets }) => Object.values(subnets));
  const name = names[0]?.name ?? zone;
  const asked = servers.value.map(async (server): Promise<ServerTried> => {
    const question = { server, name, type: 'A', ...(subnet === undefined ? {} : { subnet }) } as const;
    const answer = await tried(resolver.ask(question));
    if (!answer.ok) return { host: server.host, answer };
    const { authoritative, scope } = answer.value;
    return {
      host: server.host,
      answer: { ok: true, value: { authoritative, tellsSubnetsApart: scope !== undefined } },
    };
  });
  return { ok: true, value: await Promise.all(asked) };
}

/** An address that a name answers, and whose it is. */
export interface AnsweredAddress {
  readonly gateway: string;
  readonly address: string;
}

/** More than there are in front of most gateways; each is probed for a second. */
const MOST_ADDRESSES = 100;

/** What the names answer now, by their enabled records. */
export function addressesIn(zones: Zones, names: readonly NameToPublish[]): Promise<Tried<readonly AnsweredAddress[]>> {
  return tried(
    Promise.all(names.map(({ rr, zone }) => zones.recordsOf(zone, rr))).then((sets) => {
      const found = new Map<string, AnsweredAddress>();
      for (const [index, { records }] of sets.entries()) {
        for (const { value } of records.filter((record) => record.enabled && isAddress(record))) {
          found.set(value, { gateway: names[index]?.gateway ?? '', address: value });
        }
      }
      return [...found.values()].slice(0, MOST_ADDRESSES);
    }),
  );
}
