import fc from 'fast-check';
import { createAddressGuard } from '../../../shared/cloud/address-guard';

const guard = createAddressGuard([]);

it.each([
  '8.8.8.8',
  '223.5.5.5',
  '203.0.113.7',
  '100.63.255.255',
  '100.128.0.0',
  '9.255.255.255',
  '11.0.0.0',
  '172.15.255.255',
  '172.32.0.0',
  '169.253.255.255',
  '223.255.255.255',
  '2400:3200::1',
  '2001:db8::1',
  '2606:4700:4700::1111',
  '2001:200::1',
])('lets %s be probed', (address) => {
  expect(guard(address)).toBeUndefined();
});

it.each([
  ['0.0.0.0', 'is of this host'],
  ['10.1.2.3', 'is private'],
  ['127.0.0.1', 'is a loopback address'],
  ['127.255.255.254', 'is a loopback address'],
  ['169.254.169.254', 'is link-local'],
  ['100.100.100.200', "is shared with the provider's own network"],
  ['100.64.0.0', "is shared with the provider's own network"],
  ['172.16.0.1', 'is private'],
  ['172.31.255.255', 'is private'],
  ['192.0.0.192', 'is reserved for protocols'],
  ['192.168.0.1', 'is private'],
  ['198.19.255.255', 'is for benchmarks'],
  ['224.0.0.1', 'is a multicast address'],
  ['239.255.255.255', 'is a multicast address'],
  ['255.255.255.255', 'is reserved'],
  ['::', 'is of this host, or IPv4 in disguise'],
  ['::1', 'is of this host, or IPv4 in disguise'],
  ['0:0:0:0:0:0:0:1', 'is of this host, or IPv4 in disguise'],
  ['::127.0.0.1', 'is of this host, or IPv4 in disguise'],
  ['::ffff:127.0.0.1', 'is IPv4 in disguise'],
  ['::ffff:7f00:1', 'is IPv4 in disguise'],
  ['::FFFF:10.0.0.1', 'is IPv4 in disguise'],
  ['0:0:0:0:0:ffff:a9fe:a9fe', 'is IPv4 in disguise'],
  ['::ffff:8.8.8.8', 'is IPv4 in disguise'],
  ['64:ff9b::a00:1', 'is IPv4 in disguise'],
  ['64:ff9b:1::1', 'is not a public address'],
  ['2002:7f00:1::', 'is IPv4 in disguise'],
  ['2001:0:4136:e378:8000:63bf:3fff:fdd2', 'is reserved for protocols'],
  ['fc00::1', 'is private'],
  ['fdff:ffff::1', 'is private'],
  ['fe80::1', 'is link-local'],
  ['FE80::1', 'is link-local'],
  ['fe80::1%eth0', 'is an address of one network interface'],
  ['::1%1', 'is an address of one network interface'],
  ['fec0::1', 'is not a public address'],
  ['ff02::1', 'is a multicast address'],
  ['100::1', 'is not a public address'],
  ['4000::1', 'is not a public address'],
])('does not let %s be probed', (address, why) => {
  expect(guard(address)).toBe(why);
});

it.each([
  '',
  'localhost',
  '127.1',
  '127.0.1',
  '2130706433',
  '0x7f000001',
  '0x7f.0.0.1',
  '0177.0.0.1',
  '010.0.0.1',
  '127.0.0.1.',
  '127.0.0.1 ',
  ' 127.0.0.1',
  '127.0.0.1\n',
  '127.0.0.1:80',
  '127.0.0.1/8',
  '[::1]',
  '１２７.0.0.1',
  '127。0。0。1',
  '256.0.0.1',
  '8.8.8.8.nip.io',
  '::ffff:127.1',
  'www.example.com',
])('takes %j for no address', (address) => {
  expect(guard(address)).toBe('is not an IP address');
});

describe('with networks that the operator allows', () => {
  const allowing = createAddressGuard(['10.0.0.0/8', '127.0.0.1/32', 'fd00:1::/32']);

  it.each(['10.1.2.3', '127.0.0.1', 'fd00:1::7', '8.8.8.8'])('lets %s be probed', (address) => {
    expect(allowing(address)).toBeUndefined();
  });

  it.each([
    ['127.0.0.2', 'is a loopback address'],
    ['192.168.0.1', 'is private'],
    ['fd00:2::7', 'is private'],
    ['::ffff:10.1.2.3', 'is IPv4 in disguise'],
    ['2002:a01:203::', 'is IPv4 in disguise'],
    ['10.1.2', 'is not an IP address'],
  ])('does not let %s be probed', (address, why) => {
    expect(allowing(address)).toBe(why);
  });
});

it('lets no IPv6 address outside 2000::/3 be probed', () => {
  fc.assert(
    fc.property(fc.ipV6(), (address) => {
      if (!/^[23][0-9a-f]{3}:/i.test(address)) expect(guard(address)).toBeDefined();
    }),
  );
});
