/** Whether what is written in a zone reaches anybody: its parent decides which name servers clients are sent to. Pure. */
import { canonicalHost, type NameServerHost } from './zone';

export type Delegation =
  | { readonly state: 'here' }
  /** Some of the servers are others: clients of those get other answers. */
  | { readonly state: 'partly'; readonly message: string }
  | { readonly state: 'elsewhere'; readonly message: string }
  /** Never a reason to stop anything. */
  | { readonly state: 'unknown'; readonly why: string };

/**
 * What the names of Alidns's own hosts end with (help pages of DescribeDomainNs and ModifyHichinaDomainDNS, 2025-12). A change of
 * edition gives a zone other ones of them, and those that it had may stay in its delegation: that is not elsewhere.
 */
const VENDOR: readonly string[] = ['alidns.com', 'hichina.com'];

/** Those that are not the zone's own by their names alone. */
export function othersByName(delegated: readonly NameServerHost[], own: readonly string[]): readonly NameServerHost[] {
  const names = own.map(canonicalHost);
  return delegated.filter(({ host }) => !names.includes(canonicalHost(host)) && !isOfVendor(host));
}

/**
 * Name servers under names of one's own (vanity) have the addresses of the vendor's.
 *
 * @param delegated as the parent has it
 * @param own as Alidns names them; those without any address could not be looked up
 */
export function judgeDelegation(
  zone: string,
  delegated: readonly NameServerHost[],
  own: readonly NameServerHost[],
): Delegation {
  const names = own.map(({ host }) => host);
  const addresses = new Set(own.flatMap((server) => server.addresses));
  const others = othersByName(delegated, names).filter(
    (server) => !server.addresses.some((each) => addresses.has(each)),
  );
  const sent = `clients of ${zone} are sent to ${listed(delegated.map(withAddress))}`;
  const notTo = `${listed(names)}, which Alidns names for it`;
  if (delegated.length > 0 && others.length === 0) return { state: 'here' };
  if (names.length === 0) return { state: 'unknown', why: `Alidns names no server for ${zone}` };
  if (others.length < delegated.length) {
    const strange = listed(others.map(withAddress));
    return { state: 'partly', message: `${sent}; what is written here reaches nobody who is answered by ${strange}` };
  }
  if (delegated.length > 0 && own.some((server) => server.addresses.length === 0)) {
    return { state: 'unknown', why: `${sent}; whether these are ${notTo}, cannot be seen by their addresses` };
  }
  return { state: 'elsewhere', message: `${sent}, not to ${notTo}: what is written here reaches nobody` };
}

function isOfVendor(host: string): boolean {
  return VENDOR.some((domain) => canonicalHost(host).endsWith(`.${domain}`));
}

function withAddress({ addresses: [address], host }: NameServerHost): string {
  return address === undefined ? host : `${host} (${address})`;
}

/** A zone may have a dozen, and not all of them are worth reading. */
const SHOWN = 4;

function listed(hosts: readonly string[]): string {
  if (hosts.length === 0) return 'no name server';
  return `${hosts.slice(0, SHOWN).join(', ')}${hosts.length > SHOWN ? ', …' : ''}`;
}
