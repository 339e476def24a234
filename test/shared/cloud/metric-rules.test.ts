import { createMetricRules } from '../../../shared/cloud/metric-rules';
import type { MetricRule } from '../../../shared/core/metric-rule';
import { failureOf } from './failure';
import { scriptedApi } from './scripted-api';

const REGION = 'cn-hangzhou';
const RULE: MetricRule = {
  id: 'gateway-autopilot_cn-hangzhou_0123456789ab',
  name: 'gateway-autopilot cn-hangzhou web requests',
  namespace: 'acs_slb_dashboard',
  metric: 'InstanceQps',
  resources: [{ instanceId: 'lb-a' }],
  period: 60,
  conditions: {
    Warn: { statistic: 'Average', comparison: 'GreaterThanOrEqualToThreshold', threshold: 5_400, times: 1 },
    Info: { statistic: 'Average', comparison: 'GreaterThanLastPeriod', threshold: 50, times: 2 },
  },
  silence: 300,
  noData: 'KEEP_LAST_STATE',
  effective: '00:00-23:59',
  contactGroups: ['on-call', 'team'],
  webhook: undefined,
  targets: [],
};

/** As the vendor's pages show it. */
const ALARM = {
  RuleId: RULE.id,
  RuleName: RULE.name,
  Namespace: 'acs_slb_dashboard',
  MetricName: 'InstanceQps',
  Resources: '[{"instanceId":"lb-a"}]',
  Period: '60',
  SilenceTime: 300,
  NoDataPolicy: 'KEEP_LAST_STATE',
  EffectiveInterval: '00:00-23:59',
  ContactGroups: 'on-call,team',
  Webhook: '',
  EnableState: true,
  Escalations: {
    Critical: {},
    Warn: { Statistics: 'Average', ComparisonOperator: 'GreaterThanOrEqualToThreshold', Threshold: '5400', Times: 1 },
    Info: { Statistics: 'Average', ComparisonOperator: 'GreaterThanLastPeriod', Threshold: '50', Times: 2 },
  },
};

function list(...alarms: readonly object[]): object {
  return { Code: 200, Success: true, Total: String(alarms.length), Alarms: { Alarm: alarms } };
}

const NO_TARGETS = { Code: '200', Success: true, Targets: { Target: [] } };

async function read(alarm: object, targets: object = NO_TARGETS) {
  const [rule] = await createMetricRules(scriptedApi(list(alarm), targets), REGION).read('gateway-autopilot ', []);
  return rule;
}

it('puts a rule with everything that it is', async () => {
  const api = scriptedApi({ Code: '200', Success: true });
  await createMetricRules(api, REGION).put(RULE);
  expect(api.calls).toEqual([
    {
      product: 'cms',
      region: 'cn-hangzhou',
      action: 'PutResourceMetricRule',
      effect: 'write',
      query: {
        RuleId: 'gateway-autopilot_cn-hangzhou_0123456789ab',
        RuleName: 'gateway-autopilot cn-hangzhou web requests',
        Namespace: 'acs_slb_dashboard',
        MetricName: 'InstanceQps',
        Resources: '[{"instanceId":"lb-a"}]',
        Period: '60',
        'Escalations.Warn.Statistics': 'Average',
        'Escalations.Warn.ComparisonOperator': 'GreaterThanOrEqualToThreshold',
        'Escalations.Warn.Threshold': '5400',
        'Escalations.Warn.Times': 1,
        'Escalations.Info.Statistics': 'Average',
        'Escalations.Info.ComparisonOperator': 'GreaterThanLastPeriod',
        'Escalations.Info.Threshold': '50',
        'Escalations.Info.Times': 2,
        SilenceTime: 300,
        NoDataPolicy: 'KEEP_LAST_STATE',
        EffectiveInterval: '00:00-23:59',
        ContactGroups: 'on-call,team',
        Webhook: undefined,
      },
    },
  ]);
});

it('reads the same back', async () => {
  expect(await read(ALARM)).toEqual({ ...RULE, isOn: true });
});

describe('a rule is read, whether', () => {
  it.each<readonly [string, object, object]>([
    ['numbers come as text', { Period: 60, SilenceTime: '300' }, {}],
    [
      'the quotes of its resources are escaped once more',
      { Resources: '[{\\"instanceId\\":\\"lb-a\\"}]' },
      { resources: [{ instanceId: 'lb-a' }] },
    ],
    [
      'its resources have numbers, or are called dimensions',
      { Resources: undefined, Dimensions: '[{"groupId":0,"dimension":"a=b"}]' },
      { resources: [{ groupId: '0', dimension: 'a=b' }] },
    ],
    ['nothing says what its resources are', { Resources: '' }, { resources: [] }],
    [
      'the defaults are left out',
      { Period: undefined, SilenceTime: undefined, NoDataPolicy: undefined, EffectiveInterval: '', Webhook: undefined },
      { silence: 86_400 },
    ],
    ['it has no conditions at all', { Escalations: null }, { conditions: {} }],
    [
      'conditions are written with signs and numbers',
      { Escalations: { Warn: { Statistics: 'Average', ComparisonOperator: '>=', Threshold: 5400.0, Times: '1' } } },
      { conditions: { Warn: RULE.conditions.Warn } },
    ],
    ['it is off', { EnableState: 'false' }, { isOn: false }],
    ['it has a webhook', { Webhook: 'https://a.example.com/x' }, { webhook: 'https://a.example.com/x' }],
    ['it has no contact group', { ContactGroups: null }, { contactGroups: [] }],
  ])('%s', async (_, changes, expected) => {
    expect(await read({ ...ALARM, ...changes })).toEqual({ ...RULE, isOn: true, ...expected });
  });
});

it.each<readonly [string, unknown, readonly string[]]>([
  ['as a list in a text', '["WARN","CRITICAL"]', ['WARN', 'CRITICAL']],
  ['as a list', ['INFO'], ['INFO']],
  ['as one word', 'Warn', ['WARN']],
  ['not at all, which is all of them', undefined, ['CRITICAL', 'INFO', 'WARN']],
])('reads levels of a target %s', async (_, Level, levels) => {
  const targets = {
    Code: 200,
    Targets: { Target: [{ Id: 1, Arn: 'acs:mns:cn-hangzhou:1:/topics/a/message', Level }] },
  };
  expect((await read(ALARM, targets))?.targets).toEqual([
    { id: '1', arn: 'acs:mns:cn-hangzhou:1:/topics/a/message', levels },
  ]);
});

it('asks for rules by their name, page by page, and by 20 ids a call', async () => {
  const api = scriptedApi(
    { ...list(ALARM), Total: '2' },
    list(),
    list(),
    { ...list({ ...ALARM, RuleId: 'other' }), Total: '2' },
    NO_TARGETS,
  );
  const ids = Array.from({ length: 21 }, (_, index) => `id-${index}`);
  const rules = await createMetricRules(api, REGION).read('gateway-autopilot ', [...ids, ...ids]);
  expect(rules.map(({ id }) => id)).toEqual([RULE.id, 'other']);
  const lists = api.calls.filter(({ action }) => action === 'DescribeMetricRuleList').map(({ query }) => query);
  expect(lists).toEqual([
    { RuleName: 'gateway-autopilot ', Page: 1, PageSize: 100 },
    { RuleIds: ids.slice(0, 20).join(','), Page: 1, PageSize: 100 },
    { RuleIds: 'id-20', Page: 1, PageSize: 100 },
    { RuleName: 'gateway-autopilot ', Page: 2, PageSize: 100 },
  ]);
});

it('takes one page for all where nothing says how many there are, and none for none', async () => {
  const untold = { Code: 200, Success: true, Alarms: { Alarm: [ALARM] } };
  expect(await createMetricRules(scriptedApi(untold, NO_TARGETS), REGION).read('x', [])).toHaveLength(1);
  expect(await createMetricRules(scriptedApi({ Code: 200, Success: true }), REGION).read('x', [])).toEqual([]);
});

it('takes a failure in an answer of 200 for one, and a target that was not taken', async () => {
  const refused = { Success: false, Code: 'Forbidden.RAM', Message: 'not authorized', RequestId: 'R1' };
  expect(await failureOf(createMetricRules(scriptedApi(refused), REGION).put(RULE))).toMatchObject({
    kind: 'permission',
    code: 'Forbidden.RAM',
    message: 'cms.PutResourceMetricRule: Forbidden.RAM: not authorized',
    requestId: 'R1',
  });
  const target = { id: 'receive-alarm', arn: 'acs:mns:cn-hangzhou:1:/topics/a/message', levels: ['WARN'] };
  const failed = { Code: '200', FailData: { Targets: { Target: [{ Id: 'receive-alarm', Arn: target.arn }] } } };
  expect(await failureOf(createMetricRules(scriptedApi(failed), REGION).putTarget(RULE.id, target))).toMatchObject({
    kind: 'rejected',
    message: 'cms.PutMetricRuleTargets: the target acs:mns:cn-hangzhou:1:/topics/a/message was not taken',
  });
});

it('removes with calls that are never sent twice', async () => {
  const api = scriptedApi({ Code: '200', Success: true });
  const rules = createMetricRules(api, REGION);
  await rules.remove('a');
  await rules.removeTarget('a', 'receive-alarm');
  expect(api.calls.map(({ action, effect, query }) => [action, effect, query])).toEqual([
    ['DeleteMetricRules', 'removal', { 'Id.1': 'a' }],
    ['DeleteMetricRuleTargets', 'removal', { RuleId: 'a', 'TargetIds.1': 'receive-alarm' }],
  ]);
});

it('reads the names of contact groups', async () => {
  const api = scriptedApi(
    { Code: '200', Success: true, Total: 2, ContactGroups: { ContactGroup: ['on-call'] } },
    { Code: '200', Success: true, Total: 2, ContactGroups: { ContactGroup: ['team'] } },
  );
  expect(await createMetricRules(api, REGION).contactGroups()).toEqual(['on-call', 'team']);
});
