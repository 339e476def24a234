import { BlockList, isIP } from 'node:net';
import { createNetworks, familyOf } from './networks';

/** Says why an address may not be probed; `undefined` when it may. */
export type AddressGuard = (address: string) => string | undefined;

type Networks = readonly (readonly [network: string, prefix: number, what: string])[];

/**
 * IANA's registries of special-purpose addresses (RFC 6890 and its successors, read 2026-11), but for the networks of
 * documentation, where nobody is.
 */
const REFUSED_IPV4: Networks = [
  ['0.0.0.0', 8, 'of this host'],
  ['10.0.0.0', 8, 'private'],
  // Alibaba Cloud has its metadata service at 100.100.100.200, and its internal endpoints around it.
  ['100.64.0.0', 10, "shared with the provider's own network"],
  ['127.0.0.0', 8, 'a loopback address'],
  ['169.254.0.0', 16, 'link-local'],
  ['172.16.0.0', 12, 'private'],
  ['192.0.0.0', 24, 'reserved for protocols'],
  ['192.88.99.0', 24, 'a relay'],
  ['192.168.0.0', 16, 'private'],
  ['198.18.0.0', 15, 'for benchmarks'],
  ['224.0.0.0', 4, 'a multicast address'],
  ['240.0.0.0', 4, 'reserved'],
];

/** Of IPv6 only 2000::/3 is assigned as global unicast; in it, what is not. */
const REFUSED_IPV6: Networks = [
  ['2001::', 23, 'reserved for protocols'],
  ['fc00::', 7, 'private'],
  ['fe80::', 10, 'link-local'],
  ['ff00::', 8, 'a multicast address'],
];

/** What leads to an IPv4 address, whose own network would have to be looked at: whoever means that writes it as such. */
const DISGUISES: Networks = [
  ['::', 96, 'of this host, or IPv4 in disguise'],
  ['::ffff:0:0', 96, 'IPv4 in disguise'],
  ['64:ff9b::', 96, 'IPv4 in disguise'],
  ['2002::', 16, 'IPv4 in disguise'],
];

/**
 * Whoever can name addresses must not learn from here what answers inside: only public addresses are probed, and those of
 * the networks that the operator allows.
 *
 * @param allow such as `10.0.0.0/8`; they are valid
 */
export function createAddressGuard(allow: readonly string[]): AddressGuard {
  const isAllowed = createNetworks(allow);
  const global = new BlockList();
  global.addSubnet('2000::', 3, 'ipv6');
  const disguise = finder(DISGUISES);
  const special = { ipv4: finder(REFUSED_IPV4), ipv6: finder(REFUSED_IPV6) };

  return (address) => {
    // Node reads neither 127.1 nor 0177.0.0.1 nor 2130706433 as an address; nobody else may get to read it either.
    if (isIP(address) === 0) return 'is not an IP address';
    if (address.includes('%')) return 'is an address of one network interface';
    const family = familyOf(address);
    const disguised = family === 'ipv6' ? disguise(address) : undefined;
    if (disguised !== undefined) return `is ${disguised}`;
    if (isAllowed(address)) return undefined;
    const what = special[family](address);
    if (what !== undefined) return `is ${what}`;
    return family === 'ipv6' && !global.check(address, family) ? 'is not a public address' : undefined;
  };
}

/** Says which of some networks of one family an address of it is in. */
function finder(networks: Networks): (address: string) => string | undefined {
  const lists = networks.map(([network, prefix, what]) => {
    const list = new BlockList();
    list.addSubnet(network, prefix, familyOf(network));
    return { list, what };
  });
  return (address) => lists.find(({ list }) => list.check(address, familyOf(address)))?.what;
}
