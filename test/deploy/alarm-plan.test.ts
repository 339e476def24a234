import { alarmPlan, differences, maskedAddress, type SeenIn } from '../../deploy/alarm-plan';
import type { MetricRule, MetricRuleSeen } from '../../shared/core/metric-rule';

const REGION = 'cn-hangzhou';
const TARGET = {
  id: 'receive-alarm',
  arn: 'acs:mns:cn-hangzhou:1:/topics/alarms/message',
  levels: ['CRITICAL', 'INFO', 'WARN'],
};
const RULE: MetricRule = {
  id: 'gateway-autopilot_cn-hangzhou_0123456789ab',
  name: 'gateway-autopilot cn-hangzhou web newConnections',
  namespace: 'acs_slb_dashboard',
  metric: 'InstanceNewConnection',
  resources: [{ instanceId: 'lb-a' }, { instanceId: 'lb-b' }],
  period: 60,
  conditions: {
    Warn: { statistic: 'Average', comparison: 'GreaterThanOrEqualToThreshold', threshold: 5_400, times: 1 },
  },
  silence: 300,
  noData: 'KEEP_LAST_STATE',
  effective: '00:00-23:59',
  contactGroups: ['on-call', 'team'],
  webhook: undefined,
  targets: [TARGET],
};
const CALLED: MetricRule = { ...RULE, targets: [], webhook: 'https://a.example.com/alarm/the-new-secret' };

function seen(changes: Partial<MetricRuleSeen> = {}): SeenIn {
  return { region: REGION, rule: { ...RULE, isOn: true, ...changes } };
}

function plan(there: readonly SeenIn[], wanted = RULE) {
  return alarmPlan('gateway-autopilot', [{ region: REGION, rule: wanted }], there);
}

it('makes what is not there', () => {
  const { changes, notes } = plan([]);
  expect(changes).toMatchObject([{ kind: 'create', region: REGION, rule: RULE }]);
  expect(changes[0]).toMatchObject({
    fields: expect.arrayContaining([
      { field: 'Warn', from: undefined, to: 'Average >= 5400' },
      { field: 'target', from: undefined, to: 'acs:mns:cn-hangzhou:1:/topics/alarms/message' },
    ]),
  });
  expect(notes).toEqual([]);
});

it('leaves what is as it should be, in whatever order it is told', () => {
  const same = seen({
    resources: [{ instanceId: 'lb-b' }, { instanceId: 'lb-a' }],
    contactGroups: ['team', 'on-call'],
    targets: [{ ...TARGET, levels: ['WARN', 'INFO', 'CRITICAL'] }],
  });
  expect(plan([same])).toEqual({ changes: [], notes: [] });
});

describe('what a person changed is a difference', () => {
  it.each<readonly [string, Partial<MetricRuleSeen>, string | undefined, string | undefined]>([
    ['name', { name: 'mine' }, 'mine', 'gateway-autopilot cn-hangzhou web newConnections'],
    ['namespace', { namespace: 'acs_slb' }, 'acs_slb', 'acs_slb_dashboard'],
    ['metric', { metric: 'InstanceQps' }, 'InstanceQps', 'InstanceNewConnection'],
    ['resources', { resources: [{ instanceId: 'lb-a' }] }, 'instanceId=lb-a', 'instanceId=lb-a; instanceId=lb-b'],
    ['period', { period: 300 }, '300 s', '60 s'],
    [
      'Warn',
      {
        conditions: { Warn: { statistic: 'Maximum', comparison: 'GreaterThanThreshold', threshold: 9_000, times: 3 } },
      },
      'Maximum > 9000 in 3 periods in a row',
      'Average >= 5400',
    ],
    [
      'Critical',
      {
        conditions: {
          ...RULE.conditions,
          Critical: { statistic: 'Average', comparison: 'NotEqualToThreshold', threshold: 1, times: 1 },
        },
      },
      'Average NotEqualToThreshold 1',
      undefined,
    ],
    ['noData', { noData: 'OK' }, 'OK', 'KEEP_LAST_STATE'],
    ['effective', { effective: '08:00-18:00' }, '08:00-18:00', '00:00-23:59'],
    ['silence', { silence: 86_400 }, '86400 s', '300 s'],
    ['contactGroups', { contactGroups: ['others'] }, 'others', 'on-call, team'],
    ['target', { targets: [] }, undefined, 'acs:mns:cn-hangzhou:1:/topics/alarms/message'],
    [
      'target',
      { targets: [{ ...TARGET, levels: ['WARN'] }] },
      'acs:mns:cn-hangzhou:1:/topics/alarms/message (WARN)',
      'acs:mns:cn-hangzhou:1:/topics/alarms/message',
    ],
    ['webhook', { webhook: 'https://x.example.com/a/b?c=d' }, 'https://x.example.com/***', undefined],
  ])('%s of %j', (field, changes, from, to) => {
    expect(plan([seen(changes)]).changes).toMatchObject([{ kind: 'change', fields: [{ field, from, to }] }]);
  });
});

describe('the secret of a callback', () => {
  it('is never shown, neither the old one nor the new one', () => {
    const { changes } = plan([seen({ targets: [], webhook: 'https://a.example.com/alarm/the-old-secret' })], CALLED);
    const fields = changes.flatMap((change) => (change.kind === 'delete' ? [] : change.fields));
    expect(fields).toEqual([
      {
        field: 'webhook',
        from: 'https://a.example.com/***',
        to: 'https://a.example.com/*** (another secret)',
      },
    ]);
    const made = differences(CALLED, undefined);
    expect(made).toContainEqual({ field: 'webhook', from: undefined, to: 'https://a.example.com/***' });
    expect(JSON.stringify([fields, made])).not.toMatch(/the-(old|new)-secret/);
  });

  it.each([
    ['https://user:secret@a.example.com:8443/x/secret?token=secret#secret', 'https://a.example.com:8443/***'],
    ['https://a.example.com/secret/', 'https://a.example.com/***'],
    ['https://a.example.com', 'https://a.example.com/***'],
    ['secret', '***'],
  ])('of %s leaves %s', (address, masked) => {
    expect(maskedAddress(address)).toBe(masked);
  });
});

it('takes our target away by a callback, and a webhook by a topic', () => {
  expect(plan([seen()], CALLED).changes).toMatchObject([
    {
      fields: [
        { field: 'webhook', from: undefined },
        { field: 'target', to: undefined },
      ],
    },
  ]);
});

it('deletes what is ours and not implied any more, and nothing of others', () => {
  const gone = seen({ id: 'gateway-autopilot_cn-beijing_aaaaaaaaaaaa', name: 'renamed' });
  const others = [
    seen({ id: 'applyTemplate01', name: 'gateway-autopilot cn-hangzhou web newConnections' }),
    seen({ id: 'gateway-autopilot-staging_cn-hangzhou_0123456789ab' }),
    seen({ id: 'gateway-autopilot_cn-hangzhou_mine' }),
  ];
  expect(plan([seen(), gone, ...others])).toEqual({
    changes: [{ kind: 'delete', region: REGION, seen: gone.rule }],
    notes: [],
  });
});

it('leaves a rule off that a person switched off, and says what differs', () => {
  expect(plan([seen({ isOn: false, silence: 600 })])).toEqual({
    changes: [],
    notes: [
      'gateway-autopilot cn-hangzhou web newConnections is switched off in CloudMonitor and is left as it is, though it differs in silence; switch it on there',
    ],
  });
  expect(alarmPlan('gateway-autopilot', [], [seen({ isOn: false })]).changes).toMatchObject([{ kind: 'delete' }]);
});

it('takes the hour that CloudMonitor makes of a shorter silence, and says so', () => {
  expect(plan([seen({ silence: 3_600 })])).toEqual({
    changes: [],
    notes: [
      'CloudMonitor keeps 3600 s of silence for gateway-autopilot cn-hangzhou web newConnections, where 300 s are asked for',
    ],
  });
  expect(plan([seen({ silence: 3_600 })], { ...RULE, silence: 7_200 }).changes).toHaveLength(1);
});

it('leaves targets of others alone, and says so', () => {
  expect(
    plan([
      seen({ targets: [TARGET, { id: '2', arn: 'acs:mns:cn-hangzhou:1:/queues/mine/message', levels: ['WARN'] }] }),
    ]),
  ).toEqual({
    changes: [],
    notes: [
      'gateway-autopilot cn-hangzhou web newConnections also writes to acs:mns:cn-hangzhou:1:/queues/mine/message (target 2), which is left alone',
    ],
  });
});
