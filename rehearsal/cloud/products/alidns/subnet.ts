/** A network: the first `length` bits of an address. */
export interface Subnet {
  readonly family: 4 | 6;
  /** The address in binary digits. */
  readonly bits: string;
  readonly length: number;
}

/**
 * Reads `203.0.113.0/24` or `2001:db8::/32`; without a length it is one address. `undefined` for anything else, IPv4
 * addresses at the end of IPv6 ones (`::ffff:192.0.2.1`) included.
 */
export function parseSubnet(text: string): Subnet | undefined {
  const [, address = '', given] = /^([^/]+)(?:\/(\d{1,3}))?$/.exec(text) ?? [];
  const family = address.includes(':') ? 6 : 4;
  const bits = family === 4 ? bitsOf4(address) : bitsOf6(address);
  if (bits === undefined) return undefined;
  const length = given === undefined ? bits.length : Number(given);
  return length > bits.length ? undefined : { family, bits, length };
}

export function within(inner: Subnet, outer: Subnet): boolean {
  return (
    inner.family === outer.family &&
    inner.length >= outer.length &&
    inner.bits.slice(0, outer.length) === outer.bits.slice(0, outer.length)
  );
}

function bitsOf4(address: string): string | undefined {
  const parts = address.split('.');
  if (parts.length !== 4 || !parts.every((part) => /^\d{1,3}$/.test(part) && Number(part) < 256)) return undefined;
  return parts.map((part) => binary(Number(part), 8)).join('');
}

function bitsOf6(address: string): string | undefined {
  const [head = '', tail, more] = address.split('::');
  if (more !== undefined) return undefined;
  const first = head === '' ? [] : head.split(':');
  const last = tail === undefined || tail === '' ? [] : tail.split(':');
  const missing = 8 - first.length - last.length;
  if (tail === undefined ? missing !== 0 : missing < 1) return undefined;
  const groups = [...first, ...Array.from({ length: missing }, () => '0'), ...last];
  if (!groups.every((group) => /^[0-9a-f]{1,4}$/i.test(group))) return undefined;
  return groups.map((group) => binary(Number.parseInt(group, 16), 16)).join('');
}

function binary(value: number, digits: number): string {
  return value.toString(2).padStart(digits, '0');
}
