import { judgeDelegation, othersByName } from '../../../shared/core/delegation';
import type { NameServerHost } from '../../../shared/core/zone';

function at(host: string, ...addresses: readonly string[]): NameServerHost {
  return { host, addresses };
}

const NS1 = at('ns1.dns.example', '192.0.2.1', '192.0.2.2');
const NS2 = at('ns2.dns.example', '192.0.2.3');
const FAR = at('ns1.far.example', '203.0.113.1');
const FAR2 = at('ns2.far.example', '203.0.113.2');

describe('clients are sent', () => {
  it.each<[string, readonly NameServerHost[], readonly NameServerHost[]]>([
    ['by the same names', [NS1, NS2], [NS1, NS2]],
    ['by some of them', [NS2], [NS1, NS2]],
    ['by the same name in another spelling', [at('NS1.DNS.example.')], [NS1, NS2]],
    ['by the same name, whatever its address is now', [at('ns1.dns.example', '203.0.113.9')], [NS1, NS2]],
    ['by names whose addresses could not be looked up', [at('ns1.dns.example')], [at('ns1.dns.example')]],
    ['by other names for the same addresses', [at('ns.shop.example', '192.0.2.2')], [NS1, NS2]],
    ['by other names with one of the addresses', [at('ns.shop.example', '203.0.113.9', '192.0.2.3')], [NS1, NS2]],
    ['by other names of Alidns', [at('dns9.hichina.com', '203.0.113.9')], [at('vip1.alidns.com', '192.0.2.1')]],
    ['by other names of Alidns, whose own are not known', [at('NS1.alidns.com.')], []],
  ])('here: %s', (_, delegated, own) => {
    expect(judgeDelegation('example.com', delegated, own)).toEqual({ state: 'here' });
  });

  it.each<[string, readonly NameServerHost[], readonly NameServerHost[], string]>([
    [
      'by other names and addresses',
      [FAR, FAR2],
      [NS1, NS2],
      'ns1.far.example (203.0.113.1), ns2.far.example (203.0.113.2), not to ns1.dns.example, ns2.dns.example',
    ],
    ['to a host that there is none of', [at('ns1.typo.example')], [NS1], 'ns1.typo.example, not to ns1.dns.example'],
    ['to nobody', [], [NS1], 'no name server, not to ns1.dns.example'],
    ['to nobody, without any address', [], [at('ns1.dns.example')], 'no name server, not to ns1.dns.example'],
    [
      'by a name that only ends alike',
      [at('ns.notalidns.com', '203.0.113.1')],
      [NS1],
      'ns.notalidns.com (203.0.113.1), not to ns1.dns.example',
    ],
    [
      'to more than are worth reading',
      ['a', 'b', 'c', 'd', 'e'].map((name) => at(`${name}.far.example`)),
      [NS1],
      'a.far.example, b.far.example, c.far.example, d.far.example, …, not to ns1.dns.example',
    ],
  ])('elsewhere: %s', (_, delegated, own, lists) => {
    expect(judgeDelegation('example.com', delegated, own)).toEqual({
      state: 'elsewhere',
      message: `clients of example.com are sent to ${lists}, which Alidns names for it: what is written here reaches nobody`,
    });
  });

  it('here in part, which is said', () => {
    expect(judgeDelegation('example.com', [NS1, FAR], [NS1, NS2])).toEqual({
      state: 'partly',
      message:
        'clients of example.com are sent to ns1.dns.example (192.0.2.1), ns1.far.example (203.0.113.1); what is written here reaches nobody who is answered by ns1.far.example (203.0.113.1)',
    });
    const vanity = at('ns.shop.example', '192.0.2.3');
    expect(judgeDelegation('example.com', [vanity, FAR], [NS1, NS2])).toMatchObject({ state: 'partly' });
  });

  it.each<[string, readonly NameServerHost[]]>([
    ['Alidns names no server', []],
    ['its own could not be looked up', [at('ns1.dns.example')]],
    ['one of its own could not be looked up', [NS1, at('ns2.dns.example')]],
  ])('who knows where: %s', (_, own) => {
    expect(judgeDelegation('example.com', [FAR], own)).toMatchObject({ state: 'unknown' });
  });
});

it('names are enough to tell which addresses need not be looked up', () => {
  const delegated = [at('NS1.dns.example.'), at('dns9.hichina.com'), FAR];
  expect(othersByName(delegated, ['ns1.dns.example'])).toEqual([FAR]);
});
