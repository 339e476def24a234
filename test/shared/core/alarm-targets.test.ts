import {
  type AlarmedGateway,
  type AlarmFacts,
  type AlarmRoute,
  alarmTargets,
} from '../../../shared/core/alarm-targets';

const A = 'cn-hangzhou';
const B = 'cn-shanghai';
const HERE = 'cn-beijing';

function gateway(name: string, region: string, rest: Partial<AlarmedGateway> = {}): AlarmedGateway {
  return { gateway: name, region, functions: ['scaleGateway'], ruleIds: [], loadBalancerIds: [], ...rest };
}

const GATEWAYS = [
  gateway('web', A, {
    functions: ['scaleGateway', 'attachClb', 'failoverDns'],
    ruleIds: ['rule-1'],
    loadBalancerIds: ['lb-a'],
  }),
  gateway('web', B, { functions: ['scaleGateway', 'attachClb', 'failoverDns'], loadBalancerIds: ['lb-b'] }),
  gateway('api', A, { loadBalancerIds: ['lb-c'] }),
];

const ROUTES: readonly AlarmRoute[] = [
  { rule: 'web slow', gateway: 'web', regions: undefined, functions: ['failoverDns'] },
  { rule: 'api *', gateway: 'api', regions: undefined, functions: undefined },
  { rule: 'rule-9', gateway: 'web', regions: [B], functions: undefined },
];

const OF_WEB_IN_A = ['scaleGateway cn-hangzhou', 'attachClb cn-hangzhou', 'failoverDns cn-beijing'];

describe('an alarm wakes', () => {
  it.each<[string, AlarmFacts, readonly string[], string]>([
    ['whom its rule is of', { rule: 'x', ruleId: 'rule-1' }, OF_WEB_IN_A, 'its rule is one of theirs'],
    ['whom its CLB is in front of', { rule: 'x', instanceId: 'lb-a' }, OF_WEB_IN_A, 'lb-a is in front of them'],
    [
      'all of its region, where its CLB is an extra one',
      { rule: 'x', instanceId: 'lb-extra', region: A },
      OF_WEB_IN_A,
      'it is of cn-hangzhou',
    ],
    [
      'everybody, where nobody can tell',
      { rule: 'x', instanceId: 'i-1', region: 'us-west-1' },
      [
        'scaleGateway cn-hangzhou',
        'attachClb cn-hangzhou',
        'failoverDns cn-beijing',
        'scaleGateway cn-shanghai',
        'attachClb cn-shanghai',
      ],
      'nobody can tell whose it is',
    ],
    [
      'whom the operator names',
      { rule: 'web slow', instanceId: 'lb-c' },
      ['failoverDns cn-beijing'],
      'alarms.rules says so of web slow',
    ],
    [
      'whom the operator names by the start of its name',
      { rule: 'api errors' },
      ['scaleGateway cn-hangzhou'],
      'alarms.rules says so of api *',
    ],
    [
      'whom the operator names by its id, in some regions',
      { rule: 'x', ruleId: 'rule-9' },
      ['scaleGateway cn-shanghai', 'attachClb cn-shanghai', 'failoverDns cn-beijing'],
      'alarms.rules says so of rule-9',
    ],
    [
      'everybody, where several came together and one is told',
      { rule: 'web slow', instanceId: 'lb-c', count: 2 },
      [
        'scaleGateway cn-hangzhou',
        'attachClb cn-hangzhou',
        'failoverDns cn-beijing',
        'scaleGateway cn-shanghai',
        'attachClb cn-shanghai',
      ],
      'nobody can tell whose it is',
    ],
  ])('%s', (_, alarm, targets, because) => {
    const found = alarmTargets(alarm, { gateways: GATEWAYS, routes: ROUTES, here: HERE });
    expect(found.targets.map((target) => `${target.function} ${target.region}`)).toEqual(targets);
    expect(found.because).toBe(because);
  });
});
