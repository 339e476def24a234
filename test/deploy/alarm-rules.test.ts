import { impliedRules, type Route, regionOfRule, ruleId } from '../../deploy/alarm-rules';
import { loadConfiguration } from '../../shared/config/load';

const ACCOUNT = '1234567890123456';
const TOPIC: Route = { by: 'topic', topic: 'alarms' };

const TEXT = `version: 1
regions: { cn-hangzhou: { cluster: { id: c1 } }, cn-shanghai: { cluster: { id: c2 } } }
gateways:
  web:
    regions: [cn-hangzhou, cn-shanghai]
    policy: web
    loadBalancers: { cn-hangzhou: [lb-b, lb-a] }
policies: { web: { replicas: { min: 2, max: 40 }, signals: [{ metric: newConnections, target: 300 }] } }
`;

function implied(more = '', route = TOPIC) {
  return impliedRules(loadConfiguration(TEXT + more, 'autopilot.yaml'), ACCOUNT, ['on-call'], route);
}

function ruleOf(about: string, more = '', route = TOPIC) {
  return implied(more, route).rules.find(({ rule }) => rule.name.endsWith(` ${about}`))?.rule;
}

it('a rule is about the CLBs of its gateway, and says so in its id and name', () => {
  expect(ruleOf('web newConnections')).toEqual({
    id: 'gateway-autopilot_cn-hangzhou_a63461047788',
    name: 'gateway-autopilot cn-hangzhou web newConnections',
    namespace: 'acs_slb_dashboard',
    metric: 'InstanceNewConnection',
    resources: [{ instanceId: 'lb-b' }, { instanceId: 'lb-a' }],
    period: 60,
    conditions: expect.objectContaining({ Warn: expect.objectContaining({ threshold: 5_400 }) }),
    silence: 300,
    noData: 'KEEP_LAST_STATE',
    effective: '00:00-23:59',
    contactGroups: ['on-call'],
    webhook: undefined,
    targets: [
      {
        id: 'receive-alarm',
        arn: 'acs:mns:cn-hangzhou:1234567890123456:/topics/alarms/message',
        levels: ['CRITICAL', 'INFO', 'WARN'],
      },
    ],
  });
});

it('has no two rules of one id, the same ids each time, and no rule where no CLB is known', () => {
  const { notes, rules } = implied("cloudMonitor: { customMetrics: 'on' }\n");
  const ids = rules.map(({ rule }) => rule.id);
  expect(new Set(ids).size).toBe(ids.length);
  expect(implied("cloudMonitor: { customMetrics: 'on' }\n").rules.map(({ rule }) => rule.id)).toEqual(ids);
  expect(
    rules.filter(({ region, rule }) => region === 'cn-shanghai' && rule.namespace === 'acs_slb_dashboard'),
  ).toEqual([]);
  expect(notes).toEqual([
    'no rule is about web in cn-shanghai: gateways.web.loadBalancers names no CLB there; timers look all the same',
  ]);
});

it('by a callback the address is the webhook, of each region its own, and there is no target', () => {
  const route: Route = { by: 'callback', addressOf: (region) => `https://${region}.example.com/alarm/secret` };
  expect(ruleOf('web newConnections', '', route)).toMatchObject({
    webhook: 'https://cn-hangzhou.example.com/alarm/secret',
    targets: [],
  });
});

it('silence, prefix and contact groups are those of the configuration', () => {
  const rule = ruleOf('web healthyBackends', 'alarms: { silence: 1h, prefix: staging }\n');
  expect(rule).toMatchObject({ silence: 3_600, name: 'staging cn-hangzhou web healthyBackends' });
  expect(rule?.id).toMatch(/^staging_cn-hangzhou_[0-9a-f]{12}$/);
});

describe('the heartbeat', () => {
  const ON = "cloudMonitor: { customMetrics: 'on' }\n";

  it('is a rule for each function that looks by a timer, and rings without data', () => {
    const { rules } = implied(ON);
    expect(rules.flatMap(({ region, rule }) => (rule.name.includes('heartbeat') ? [[region, rule.name]] : []))).toEqual(
      [
        ['cn-hangzhou', 'gateway-autopilot cn-hangzhou heartbeat scale-gateway'],
        ['cn-shanghai', 'gateway-autopilot cn-shanghai heartbeat scale-gateway'],
      ],
    );
    expect(ruleOf('heartbeat scale-gateway', ON)).toMatchObject({
      namespace: 'acs_customMetric_1234567890123456',
      metric: 'gateway_autopilot_heartbeat',
      resources: [{ groupId: '0', dimension: 'function=scale-gateway&region=cn-hangzhou' }],
      period: 300,
      noData: 'INSUFFICIENT_DATA',
      conditions: { Critical: { statistic: 'Average', comparison: 'LessThanThreshold', threshold: 1, times: 1 } },
    });
  });

  it('is also of attach-clb and failover-dns where they have something to look after', () => {
    const text = `${TEXT.replace('signals:', 'loadBalancers: {}, signals:')}names: { www.example.com: { zone: example.com, gateway: web, publish: observe, lines: { default: [cn-hangzhou] } } }\n${ON}`;
    const { rules } = impliedRules(loadConfiguration(text, 'autopilot.yaml'), ACCOUNT, ['on-call'], TOPIC);
    const beating = rules.filter(({ rule }) => rule.name.includes('cn-shanghai heartbeat'));
    expect(beating.map(({ rule }) => rule.name.split(' ').at(-1))).toEqual([
      'scale-gateway',
      'attach-clb',
      'failover-dns',
    ]);
  });

  it('waits for three looks where they are far apart', () => {
    expect(ruleOf('heartbeat scale-gateway', `${ON}cadence: { scaleGateway: 10m }\n`)).toMatchObject({ period: 1_800 });
  });

  it('needs the custom metrics, which is said', () => {
    expect(implied().rules.filter(({ rule }) => rule.name.includes('heartbeat'))).toEqual([]);
    expect(implied().notes).toContain(
      "nothing rings when no function looks any more: that rule needs cloudMonitor.customMetrics: 'on'",
    );
  });
});

describe('an id', () => {
  it.each([
    ['gateway-autopilot_cn-hangzhou_0123456789ab', 'cn-hangzhou'],
    ['gateway-autopilot_cn-hangzhou_0123456789abc', undefined],
    ['gateway-autopilot_cn-hangzhou', undefined],
    ['gateway-autopilot_cn_hangzhou_0123456789ab', undefined],
    ['gateway-autopilot-staging_cn-hangzhou_0123456789ab', undefined],
    ['applyTemplate344cfd42-0f32-4fd6-805a-88d7908a0000', undefined],
  ])('%s is of the region %s', (id, region) => {
    expect(regionOfRule('gateway-autopilot', id)).toBe(region);
  });

  it('is that of what it is about', () => {
    expect(ruleId('gateway-autopilot', 'cn-hangzhou', 'web newConnections')).toBe(
      'gateway-autopilot_cn-hangzhou_a63461047788',
    );
    expect(ruleId('gateway-autopilot', 'cn-hangzhou', 'web other')).not.toBe(
      'gateway-autopilot_cn-hangzhou_a63461047788',
    );
  });
});
