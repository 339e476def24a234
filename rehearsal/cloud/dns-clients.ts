import type { Instant, Millis } from '../../shared/core/time';
import { SECOND } from '../../shared/core/time';
import { InvalidInput } from '../../shared/errors';
import { ASSUMED, type Behaviour, documented } from './behaviour';
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
  {
    part: 'DNS clients',
    what: '8.74 % of resolvers were found to lengthen TTLs.',
    basis: documented('https://ttl-violation-study.github.io (PAM 2023, 8,524 resolvers)'),
  },
  {
    part: 'DNS clients',
    what: 'They keep an answer for 600 s or more, and they are as busy as the others.',
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
  /** How many of the resolvers keep answers for longer; one in twenty, twice as long unless told. */
  readonly stretching?: Stretching;
}

/** By how much some resolvers lengthen TTLs: by a factor, to a least length, or both. */
export interface Stretching {
  readonly share: number;
  /** 1 unless told. */
  readonly factor?: number;
  readonly atLeast?: Millis;
}

/** Those that were measured; that they keep an answer for 600 s is a guess, and 9 of 103 resolvers are that share. */
export const MEASURED_STRETCHING: Stretching = { share: 0.0874, atLeast: 600 * SECOND };
export const MEASURED_RESOLVERS = 103;

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
  readonly stretches: boolean;
  /** Age of its first answer as a part of its time; resolvers with a time of their own are spread over that. */
  readonly firstAge: number;
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
    const prompt = count - Math.round(count * stretching.share);
    return Array.from(
      { length: count },
      (_, place): CachingResolver => ({
        client,
        weight: share / count,
        stretches: place >= prompt,
        firstAge:
          place < prompt || stretching.atLeast === undefined
            ? (place + 1) / count
            : (place - prompt + 1) / (count - prompt),
        place,
        asked: 0,
        address: NOWHERE,
        expires: Number.NEGATIVE_INFINITY,
      }),
    );
  });

  function refresh(resolver: CachingResolver, at: Instant): void {
    const { addresses, ttl: given } = ask(dns, name, resolver);
    const ttl = resolver.stretches ? stretched(given, stretching) : given;
    resolver.address = addresses[(resolver.place + resolver.asked) % Math.max(1, addresses.length)] ?? NOWHERE;
    // The first answers are of different ages, as if clients had always been there.
    const age = resolver.asked === 0 ? resolver.firstAge : 1;
    resolver.expires = at + Math.max(1, ttl * age);
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

function stretched(ttl: Millis, { atLeast = 0, factor = 1 }: Stretching): Millis {
  return Math.max(atLeast, ttl * factor);
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
