import type { LoadBalancerSeen, Tags } from '../../../shared/core/load-balancer';
import { unattended } from '../../../shared/run/unattended';
import { newsOfUnattended } from '../../../shared/serve/balancing-news';
import { NOON } from '../core/a-snapshot';

const OURS: Tags = {
  'managed-by': 'gateway-autopilot',
  'gateway-autopilot-gateway': 'gone',
  'gateway-autopilot-cluster': 'c1',
};

function clb(tags: Tags): LoadBalancerSeen {
  return {
    id: 'lb-9',
    name: 'gone-clb-1',
    address: '203.0.113.9',
    addressType: 'internet',
    status: 'active',
    specification: 'slb.lcu.elastic',
    bandwidth: undefined,
    zone: undefined,
    createdAt: NOON,
    deleteProtection: true,
    tags,
  };
}

function seen(tags: Tags) {
  return unattended({ attended: ['ingressgateway'], clusterId: 'c1' }, { clbs: [clb(tags)], services: [] });
}

it.each<[what: string, tags: Tags, expected: number]>([
  ['of a gateway that nobody looks after', OURS, 1],
  ['of one that somebody looks after', { ...OURS, 'gateway-autopilot-gateway': 'ingressgateway' }, 0],
  ['of another cluster, whose business it is', { ...OURS, 'gateway-autopilot-cluster': 'c2' }, 0],
  ['without our mark', { ...OURS, 'managed-by': 'somebody' }, 0],
])('an instance %s', (_, tags, expected) => {
  expect(seen(tags)).toHaveLength(expected);
});

it('a person is told which one, and why', () => {
  const result = { gateways: [], freeze: undefined, retry: false, unattended: seen(OURS) };
  expect(newsOfUnattended('cn-hangzhou', NOON, result)).toEqual([
    {
      kind: 'held',
      region: 'cn-hangzhou',
      at: NOON,
      subject: 'gone/lb-9',
      reason: 'Unattended',
      message: 'CLB lb-9 is of gateway gone, whose policy has no loadBalancers here: nobody looks after it',
    },
  ]);
});
