import { isIPv6, SocketAddress } from 'node:net';

/** One spelling of each IPv6 address, that of RFC 5952, so that equal ones are equal as text. What is no such address stays. */
export function canonicalAddress(text: string): string {
  return isIPv6(text) && !text.includes('%') ? new SocketAddress({ address: text, family: 'ipv6' }).address : text;
}
