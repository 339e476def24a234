import { comparison } from '../../../deploy/doctor/grants';
import { covers, overlaps } from '../../../deploy/doctor/patterns';
import type { RamPolicy } from '../../../deploy/ram-policies';
import type { StatementSeen } from '../../../shared/core/account';

const CLBS = 'acs:slb:cn-hangzhou:1:loadbalancer/*';

it.each<[pattern: string, other: string, covered: boolean, met: boolean]>([
  ['slb:DescribeLoadBalancers', 'slb:DescribeLoadBalancers', true, true],
  ['slb:Describe*', 'slb:DescribeLoadBalancers', true, true],
  ['slb:DescribeLoadBalancers', 'slb:Describe*', false, true],
  ['slb:Describe*', 'slb:CreateLoadBalancer', false, false],
  ['slb:*s', 'slb:Describe*', false, true],
  ['*', 'acs:slb:*:1:loadbalancer/*', true, true],
  ['acs:slb:*:1:loadbalancer/*', CLBS, true, true],
  [CLBS, 'acs:slb:*:1:loadbalancer/*', false, true],
  [CLBS, 'acs:slb:cn-shanghai:1:loadbalancer/*', false, false],
  ['acs:slb:cn-hangzhou:1:loadbalancer/lb-?', 'acs:slb:cn-hangzhou:1:loadbalancer/lb-1', true, true],
  ['acs:slb:cn-hangzhou:1:loadbalancer/lb-?', CLBS, false, true],
  ['lb-?', 'lb-*', false, true],
  ['lb-?', 'lb-', false, false],
  ['a.c', 'abc', false, false],
  ['', '', true, true],
  ['*', '', true, true],
])('the pattern %s and %s: covers %s, overlaps %s', (pattern, other, covered, met) => {
  expect([covers(pattern, other), overlaps(pattern, other), overlaps(other, pattern)]).toEqual([covered, met, met]);
});

const READ = 'slb:DescribeLoadBalancers';
const BUY = 'slb:CreateLoadBalancer';
const WANTED: RamPolicy = { Version: '1', Statement: [{ Effect: 'Allow', Action: [READ, BUY], Resource: [CLBS] }] };

function statement(actions: readonly string[], resource: string, more: Partial<StatementSeen> = {}): StatementSeen {
  return { effect: 'Allow', actions, resources: [resource], isConditional: false, ...more };
}

const BOTH = statement([READ, BUY], CLBS);
const read = { action: READ, resource: CLBS };
const buy = { action: BUY, resource: CLBS };

it.each<[what: string, granted: readonly StatementSeen[], found: object]>([
  ['exactly what is wanted', [BOTH], {}],
  ['the same in two policies', [statement([READ], CLBS), statement([BUY], CLBS)], {}],
  ['the same in other letters', [statement(['SLB:describeloadbalancers', BUY], CLBS)], {}],
  ['nothing', [], { missing: [read, buy] }],
  ['one of two', [statement([READ], CLBS)], { missing: [buy] }],
  [
    'another region',
    [statement([READ, BUY], 'acs:slb:cn-shanghai:1:loadbalancer/*')],
    {
      missing: [read, buy],
      superfluous: [
        { action: READ, resource: 'acs:slb:cn-shanghai:1:loadbalancer/*' },
        { action: BUY, resource: 'acs:slb:cn-shanghai:1:loadbalancer/*' },
      ],
    },
  ],
  ['everything of the product', [statement(['slb:*'], '*')], { superfluous: [{ action: 'slb:*', resource: '*' }] }],
  [
    'one action more, and one instance alone of another',
    [BOTH, statement(['slb:DeleteLoadBalancer'], CLBS), statement([READ], 'acs:slb:cn-hangzhou:1:loadbalancer/lb-1')],
    { superfluous: [{ action: 'slb:DeleteLoadBalancer', resource: CLBS }] },
  ],
  ['a Deny of all of it', [BOTH, statement([BUY], '*', { effect: 'Deny' })], { denied: [buy] }],
  [
    'a Deny of one instance',
    [BOTH, statement(['slb:*'], 'acs:slb:cn-hangzhou:1:loadbalancer/lb-1', { effect: 'Deny' })],
    { unclear: [read, buy] },
  ],
  ['a Deny of something else', [BOTH, statement(['ecs:*'], '*', { effect: 'Deny' })], {}],
  [
    'a Deny under a condition',
    [BOTH, statement([BUY], '*', { effect: 'Deny', isConditional: true })],
    { unclear: [buy] },
  ],
  ['an Allow under a condition', [{ ...BOTH, isConditional: true }], { unclear: [read, buy] }],
  ['one under a condition beside one without', [{ ...BOTH, isConditional: true }, BOTH], {}],
  ['a Deny where nothing is granted', [statement([READ], '*', { effect: 'Deny' })], { denied: [read], missing: [buy] }],
])('of %s', (_, granted, found) => {
  expect(comparison(WANTED, granted)).toEqual({ missing: [], denied: [], unclear: [], superfluous: [], ...found });
});

it('takes whatever a function has that calls nothing for superfluous', () => {
  expect(comparison(undefined, [statement([READ], CLBS)])).toEqual({
    missing: [],
    denied: [],
    unclear: [],
    superfluous: [read],
  });
});
