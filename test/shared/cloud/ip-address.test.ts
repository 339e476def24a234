import { canonicalAddress } from '../../../shared/cloud/ip-address';
import { loadBalancerOf } from '../../../shared/cloud/load-balancer-answers';
import { recordOf } from '../../../shared/cloud/zone-answers';

it.each([
  ['2408:4005:3ff:0:0:0:0:1', '2408:4005:3ff::1'],
  ['2408:4005:03FF::0001', '2408:4005:3ff::1'],
  ['2408:4005:3ff::1', '2408:4005:3ff::1'],
  ['::ffff:192.0.2.1', '::ffff:192.0.2.1'],
  ['fe80::1%eth0', 'fe80::1%eth0'],
  ['192.0.2.1', '192.0.2.1'],
  ['www.Example.com', 'www.Example.com'],
  ['', ''],
])('%s is spelt %s', (text, spelt) => {
  expect(canonicalAddress(text)).toBe(spelt);
});

it('the record of an address and the CLB that has it are told to be the same, however each is spelt', () => {
  const listed = { RecordId: 'r1', RR: 'www', Type: 'AAAA', Value: '2408:4005:3FF:0::1', Line: 'default', TTL: 60 };
  const { value } = recordOf({ ...listed, Status: 'enable' });
  const instance = { LoadBalancerId: 'lb-1', Address: '2408:4005:3ff:0:0:0:0:1', AddressType: 'internet' as const };
  expect([value, loadBalancerOf(instance).address]).toEqual(['2408:4005:3ff::1', '2408:4005:3ff::1']);
});
