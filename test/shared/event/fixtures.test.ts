import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { decodeEvent, type Trigger } from '../../../shared/event';

const DIRECTORY = path.join(__dirname, '../../fixtures/events');
const CALLBACK_ORIGIN = { sourceIp: '47.74.206.10', method: 'POST', path: '/alarm/****' };

const VENDOR_SAMPLE: Trigger = {
  kind: 'alarm',
  source: 'callback',
  rule: 'Basic monitoring-ECS-memory usage',
  ruleId: 'applyTemplateee147e59-664f-4033-a1be-e9595746****',
  state: 'alert',
  at: 1_508_136_760_000,
  metric: 'Host.mem.usedutilization',
  namespace: 'acs_ecs',
  instanceId: 'i-12****',
  instanceName: 'instance-name-****',
  accountId: '12****',
  value: 97.39,
  level: 'WARN',
  expression: '$Average>=95',
};

const EXPECTED: readonly (readonly [string, Trigger])[] = [
  [
    'callback-alert',
    {
      kind: 'alarm',
      source: 'callback',
      rule: 'API网关_...',
      ruleId: 'alarmRule_uuid_bf58****',
      state: 'alert',
      at: 1_685_646_149_981,
      metric: 'code5XX_stage',
      namespace: 'acs_apigateway',
      region: 'cn-shenzhen',
      accountId: '1273****',
      value: 9,
      level: 'INFO',
      expression: '$Value >= 5',
      http: CALLBACK_ORIGIN,
    },
  ],
  [
    'callback-insufficient-data',
    {
      kind: 'alarm',
      source: 'callback',
      rule: 'gateway silent',
      ruleId: 'alarmRule_uuid_91b0****',
      state: 'insufficient-data',
      at: 1_685_646_149_981,
      metric: 'InstanceNewConnection',
      namespace: 'acs_slb',
      instanceId: 'lb-bp1****',
      accountId: '1273****',
      expression: '$Average>=95',
    },
  ],
  [
    'callback-legacy-json',
    {
      kind: 'alarm',
      source: 'callback',
      rule: 'putNewAlarm_group_a37cd898-ea6b-4b7b-a8a8-de017a8327f6',
      state: 'alert',
      at: 1_508_136_760_000,
      metric: 'CPUUtilization',
      namespace: 'acs_ecs_dashboard',
      instanceId: 'i-12345',
      accountId: '12345',
      value: 95,
      expression: '[{"expression":"$Average>90","level":4,"times":2}]',
    },
  ],
  [
    'callback-recovery',
    {
      kind: 'alarm',
      source: 'callback',
      rule: 'API网关_...',
      ruleId: 'alarmRule_uuid_c041****',
      state: 'ok',
      at: 1_685_646_269_981,
      metric: 'code4XX_stage',
      namespace: 'acs_apigateway',
      region: 'cn-shenzhen',
      accountId: '1273****',
      value: 2,
      level: 'OK',
      expression: '$Value >= 5',
      http: CALLBACK_ORIGIN,
    },
  ],
  [
    'callback-slb-port',
    {
      kind: 'alarm',
      source: 'callback',
      rule: 'gateway connections',
      ruleId: 'alarmRule_uuid_77aa****',
      state: 'alert',
      at: 1_571_212_800_000,
      metric: '端口活跃连接数',
      namespace: 'acs_slb',
      instanceId: 'lb-bp1****',
      instanceName: 'tcp，端口：10080，实例：lb-****(a=b, c)',
      region: 'cn-hangzhou',
      accountId: '1273****',
      value: 1200,
      level: 'CRITICAL',
      expression: '$Value>=1000',
    },
  ],
  ['callback-vendor-sample', VENDOR_SAMPLE],
  ['callback-vendor-sample-http', { ...VENDOR_SAMPLE, http: CALLBACK_ORIGIN }],
  ['console-key', { kind: 'unknown', why: 'the event is a JSON object of no known form; a command has an "action"' }],
  ['console-key1', { kind: 'unknown', why: 'the event is a JSON object of no known form; a command has an "action"' }],
  [
    'http-command',
    {
      kind: 'unknown',
      why: 'the body of the HTTP request is no known alarm; commands are not taken over HTTP',
      http: { sourceIp: '203.0.113.7', method: 'POST', path: '/alarm/****' },
    },
  ],
  [
    'http-get',
    {
      kind: 'unknown',
      why: 'an HTTP GET; callbacks are POST',
      http: { sourceIp: '203.0.113.7', method: 'GET', path: '/alarm/****' },
    },
  ],
  ['mns-alarm', { kind: 'unknown', why: 'the event is a JSON object of no known form; a command has an "action"' }],
  ['timer-empty', { kind: 'timer', firedAt: 1_703_576_940_000, name: 'timer-trigger' }],
  ['timer-json', { kind: 'timer', firedAt: 1_703_576_940_000, name: 'every5m', payload: '{"job":"reconcile"}' }],
  ['timer-text', { kind: 'timer', firedAt: 1_703_576_940_000, name: 'timer-trigger', payload: 'awesome-fc' }],
];

interface Fixture {
  readonly source: string;
  readonly event: unknown;
}

function fixture(name: string): Fixture {
  return JSON.parse(readFileSync(path.join(DIRECTORY, `${name}.json`), 'utf8')) as Fixture;
}

function bytesOf(event: unknown): Buffer {
  return Buffer.from(typeof event === 'string' ? event : JSON.stringify(event));
}

describe('recorded and documented events', () => {
  it('all have an expected trigger here and say where they come from', () => {
    const names = readdirSync(DIRECTORY).map((file) => path.basename(file, '.json'));
    expect(names.sort()).toEqual(EXPECTED.map(([name]) => name));
    for (const name of names) expect(fixture(name).source).toMatch(/\w{3}/);
  });

  it.each(EXPECTED)('%s, as bytes', (name, expected) => {
    expect(decodeEvent(bytesOf(fixture(name).event))).toEqual(expected);
  });

  it.each(EXPECTED)('%s, already parsed', (name, expected) => {
    expect(decodeEvent(fixture(name).event)).toEqual(expected);
  });
});
