import type { Instant, Millis } from '../../shared/core/time';
import { SECOND } from '../../shared/core/time';
import { InvalidInput } from '../../shared/errors';
import { ASSUMED, type Behaviour } from './behaviour';
import type { DnsAccount } from './products/alidns/account';
import { parseSubnet } from './products/alidns/subnet';
import type { Destinations } from './traffic';

export const DNS_CLIENT_BEHAVIOURS: readonly Behaviour[] = [
  {
    part: 'DNS clients',
    what: 'Clients are behind resolvers that ask a name server when what they keep has expired, and send all of them to one of the addresses.',
    basis: ASSUMED,
  },
  {
    part: 'DNS clients',
    what: 'A few resolvers keep answers for longer than their TTL; connections that are open stay until they are made anew.',
    basis: ASSUMED,
  },
];

/** The clients of one name. */
export interface DnsClientsSetup {
  /** In lower case, without a dot at the end. */
  readonly name: string;
  readonly populations: readonly DnsPopulation[];
  /** Of each population; 40 unless told. */
  readonly resolvers?: number;
  /** How many of the resolvers keep answers for longer, and how much longer; one in twenty, twice as long unless told. */
  readonly stretching?: { readonly share: number; readonly factor: number };
}

/** Clients that ask from one network and so belong to one line. */
export interface DnsPopulation {
  /** For example `203.0.113.0/24`. */
  readonly subnet: string;
  /** Of the load, by weight. */
  readonly share: number;
}

/** Where clients go that get no address: to nobody. */
export const NOWHERE = 'no answer';

/** A resolver that got no answer asks again after this long. */
const RETRY: Millis = 5 * SECOND;

interface CachingResolver {
  readonly client: NonNullable<ReturnType<typeof parseSubnet>>;
  readonly weight: number;
  readonly stretch: number;
  /** Its place among all, by which it starts and chooses. */
  readonly place: number;
  asked: number;
  address: string;
  expires: Instant;
}

/**
 * Clients that cache by TTL, for `sendTo`: which addresses they go to at an instant, by weight. What there is no answer for goes
 * to `NOWHERE`. Resolvers are spread evenly over the TTL, so that a change reaches the first at once and the last after one.
 *
 * @throws InvalidInput
 */
export function createDnsClients(dns: DnsAccount, setup: DnsClientsSetup): (at: Instant) => Destinations {
  const { name, populations, resolvers: count = 40, stretching = { share: 0.05, factor: 2 } } = setup;
  const resolvers = populations.flatMap(({ share, subnet }) => {
    const client = parseSubnet(subnet);
    if (client === undefined) throw new InvalidInput(`not a network: ${subnet}`);
    return Array.from(
      { length: count },
      (_, place): CachingResolver => ({
        client,
        weight: share / count,
        stretch: place >= count - Math.round(count * stretching.share) ? stretching.factor : 1,
        place,
        asked: 0,
        address: NOWHERE,
        expires: Number.NEGATIVE_INFINITY,
      }),
    );
  });

  function refresh(resolver: CachingResolver, at: Instant): void {
    const { addresses, ttl } = ask(dns, name, resolver);
    resolver.address = addresses[(resolver.place + resolver.asked) % Math.max(1, addresses.length)] ?? NOWHERE;
    // The first answers are of different ages, as if clients had always been there.
    const age = resolver.asked === 0 ? (resolver.place + 1) / count : 1;
    resolver.expires = at + Math.max(1, ttl * resolver.stretch * age);
    resolver.asked += 1;
  }

  return (at) => {
    const destinations: Record<string, number> = {};
    for (const resolver of resolvers) {
      if (at >= resolver.expires) refresh(resolver, at);
      destinations[resolver.address] = (destinations[resolver.address] ?? 0) + resolver.weight;
    }
    return destinations;
  };
}

/** One name server after the other, as resolvers do; `ttl` in milliseconds. */
function ask(
  dns: DnsAccount,
  name: string,
  { asked, client, place }: CachingResolver,
): { readonly addresses: readonly string[]; readonly ttl: Millis } {
  const hosts = dns.zoneOf(name)?.nameServers.map(({ host }) => host) ?? [];
  for (let tried = 0; tried < hosts.length; tried += 1) {
    const host = hosts[(place + asked + tried) % hosts.length];
    if (host === undefined) continue;
    const served = dns.serve(host, { name, type: 'A', client });
    if (served.kind !== 'answer') continue;
    const records = served.records.filter(({ type }) => type === 'A');
    if (records.length === 0) return { addresses: [], ttl: Math.min(served.soa.ttl, served.soa.minimum) * SECOND };
    const ttl = Math.min(...records.map((record) => record.ttl)) * SECOND;
    return { addresses: records.map(({ value }) => value), ttl };
  }
  return { addresses: [], ttl: RETRY };
}
