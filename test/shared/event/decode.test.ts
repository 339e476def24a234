import { decodeEvent } from '../../../shared/event';

function text(content: string): Buffer {
  return Buffer.from(content);
}

function posted(body: string, isBase64Encoded: unknown = true, http: object = { method: 'POST' }): Buffer {
  return text(JSON.stringify({ version: 'v1', body, isBase64Encoded, requestContext: { http } }));
}

function callback(fields: Readonly<Record<string, string>>): Buffer {
  return text(new URLSearchParams({ alertState: 'ALERT', alertName: 'busy', ...fields }).toString());
}

function nested(levels: number): unknown {
  let value: unknown = 0;
  for (let level = 0; level < levels; level += 1) value = [value];
  return value;
}

const NO_FORM = 'the event is a JSON object of no known form; a command has an "action"';

function noForm(looks: string): string {
  return `the event is a JSON object of no known form (${looks}); a command has an "action"`;
}

const NOT_JSON = 'the event starts like JSON and is not; check its quotes, commas and brackets';
const throwing = {
  get action(): string {
    throw new Error('read');
  },
};
const hostile = new Proxy(
  {},
  {
    get: () => {
      throw new Error('get');
    },
    getPrototypeOf: () => {
      throw new Error('getPrototypeOf');
    },
    ownKeys: () => {
      throw new Error('ownKeys');
    },
  },
);
const cyclic: { self?: unknown } = {};
cyclic.self = cyclic;

describe('decodeEvent on what asks for nothing', () => {
  it.each<readonly [string, unknown, string]>([
    ['an empty buffer', Buffer.alloc(0), 'the event is empty'],
    ['blanks', text(' \n'), 'the event is empty'],
    ['undefined', undefined, 'the event is empty'],
    ['a function', () => 'look', 'the event is empty'],
    ['{}', text('{}'), NO_FORM],
    ['an object', text('{"key1":"value1"}'), noForm('its keys: "key1"')],
    ['plain text', text('hello'), 'the event is plain text'],
    ['a JSON string', text('"hello"'), 'the event is plain text'],
    ['half an object', text('{"action":"look"'), NOT_JSON],
    ['a trailing comma', text('{"action":"look",}'), NOT_JSON],
    ['an array', text('[{"action":"look"}]'), 'the event is a JSON array'],
    ['null', text('null'), 'the event is null'],
    ['a number', text('42'), 'the event is a JSON number'],
    ['true', text('true'), 'the event is a JSON boolean'],
    ['an action that is no text', text('{"action":{"look":true}}'), noForm('its keys: "action"')],
    ['an action in the prototype', text('{"__proto__":{"action":"look"}}'), noForm('its keys: "__proto__"')],
    ['invalid UTF-8', Buffer.from([0x7b, 0xff, 0xfe, 0x7d]), 'the event is not UTF-8 text'],
    ['a getter that throws', throwing, 'the event cannot be written as JSON'],
    ['a hostile proxy', hostile, 'the event cannot be written as JSON'],
    ['a cycle', cyclic, 'the event cannot be written as JSON'],
    ['a big integer', 1n, 'the event cannot be written as JSON'],
    ['10,000 levels as text', text(`${'['.repeat(10_000)}${']'.repeat(10_000)}`), 'the event is a JSON array'],
    ['10,000 open objects', text('{"a":'.repeat(10_000)), NOT_JSON],
    ['10,000 levels, parsed', nested(10_000), 'the event cannot be written as JSON'],
    [
      'a callback without a rule',
      text('alertState=ALERT&metricName=x'),
      'the event is plain text (it looks like a callback of a threshold rule, which has alertState and alertName or ruleId)',
    ],
    [
      'a rule without a state',
      text('{"alertName":"busy","ruleId":"r"}'),
      noForm('it looks like a webhook of CloudMonitor 2.0, which has alertName, state and severity'),
    ],
    [
      'a timer without a name',
      text('{"triggerTime":"2023-12-26T07:49:00Z"}'),
      noForm('it looks like a timer, which has triggerTime and triggerName'),
    ],
    [
      'an HTTP event of another version',
      text('{"requestContext":{"routeKey":"POST /"},"body":"alertState=OK&alertName=x"}'),
      noForm('it looks like an HTTP event of version v1, which has requestContext.http'),
    ],
    [
      'an array of what it half knows',
      text('[{"specversion":"1.0"}]'),
      'the event is a JSON array (it looks like a CloudEvent, which has specversion, id, source and type)',
    ],
    [
      'many keys, long and forged ones',
      text(JSON.stringify({ a: 1, 'b\nc': 2, [`d${'d'.repeat(99)}`]: 3, e: 4, f: 5, g: 6 })),
      noForm(`its keys: "a", "b c", "${'d'.repeat(39)}…", "e", "f", …`),
    ],
  ])('%s', (_, event, why) => {
    expect(decodeEvent(event)).toEqual({ kind: 'unknown', why });
  });

  it.each<readonly [string, Buffer, string]>([
    ['base64 garbage', posted('%%%%/w=='), 'the body of the HTTP request is not UTF-8 text'],
    ['an empty body', posted(''), 'the body of the HTTP request is empty'],
    ['text', posted('aGVsbG8='), 'the body of the HTTP request is no known alarm; commands are not taken over HTTP'],
    [
      'a form that is not said to be base64',
      posted('YWxlcnRTdGF0ZT1PSyZhbGVydE5hbWU9eA==', 'true'),
      'the body of the HTTP request is no known alarm; commands are not taken over HTTP',
    ],
    [
      'a timer',
      posted('{"triggerTime":"2023-12-26T07:49:00Z","triggerName":"t"}', false),
      'the body of the HTTP request is no known alarm (it looks like a timer, which has triggerTime and triggerName); commands are not taken over HTTP',
    ],
    ['no method', posted('alertState=OK&alertName=x', false, {}), 'an HTTP event without a method; callbacks are POST'],
    ['PUT', posted('alertState=OK&alertName=x', false, { method: 'PUT' }), 'an HTTP PUT; callbacks are POST'],
  ])('HTTP with %s', (_, event, why) => {
    expect(decodeEvent(event)).toMatchObject({ kind: 'unknown', why });
  });

  it('refuses what is larger than an asynchronous invocation may be', () => {
    expect(decodeEvent(Buffer.alloc(131_072, 'a'))).toEqual({ kind: 'unknown', why: 'the event is plain text' });
    expect(decodeEvent(Buffer.alloc(131_073, 'a'))).toEqual({
      kind: 'unknown',
      isTooLarge: true,
      why: 'the event has 131073 bytes; at most 131072 are read',
    });
    expect(decodeEvent('a'.repeat(131_073))).toEqual({
      kind: 'unknown',
      isTooLarge: true,
      why: 'the event has 131073 characters; at most 131072 are read',
    });
  });

  it.each<readonly [string, () => unknown]>([
    ['1 MB of text', () => Buffer.alloc(1_048_576, 'a')],
    ['1 MB in a command', () => text(`{"action":"look","gateway":"${'a'.repeat(1_048_576)}"}`)],
    ['1 MB of levels', () => text('['.repeat(1_048_576))],
    ['1 MB of form', () => text(`alertState=OK&alertName=x&${'a&'.repeat(524_288)}`)],
    ['1 MB in base64', () => posted(Buffer.alloc(786_432, 'a').toString('base64'))],
    ['1 MB, parsed', () => ({ action: 'look', gateway: 'a'.repeat(1_048_576) })],
  ])('refuses %s within 50 ms', (_, make) => {
    const event = make();
    // The best of five: the machine may be busy with something else.
    const times = Array.from({ length: 5 }, () => {
      const before = process.hrtime.bigint();
      const trigger = decodeEvent(event);
      const tookMs = Number(process.hrtime.bigint() - before) / 1e6;
      expect(trigger).toMatchObject({ kind: 'unknown', why: expect.stringMatching(/^the event has \d{7} /) });
      return tookMs;
    });
    expect(Math.min(...times)).toBeLessThan(50);
  });
});

describe('decodeEvent on the largest that it reads', () => {
  const half = '{"curLevel":"WARN","ruleName":"r","resources":"{';
  const fill = (before: string, middle: string, after: string): string =>
    before + middle.repeat(Math.floor((131_072 - before.length - after.length) / middle.length)) + after;

  it.each<readonly [string, string, string]>([
    ['alerts without anything', fill('{"alerts":[', '{},', '{}]}'), 'unknown'],
    [
      'alerts',
      fill('{"receiver":"r","alerts":[', '{"labels":{},"status":"x"},', '{"labels":{},"status":"x"}]}'),
      'alarm',
    ],
    ['CloudEvents', fill('[', '{"specversion":"1","id":"i","source":"s","type":"t"},', '{}]'), 'alarm'],
    ['objects', fill('[', '{},', '{}]'), 'unknown'],
    ['base64', fill('', 'AAAA', ''), 'unknown'],
    ['base64 with an end that is none', fill('', 'A A ', '!'), 'unknown'],
    ['blanks in a message', fill('{"TopicName":"t","MessageId":"m","Message":"', ' ', '!"}'), 'unknown'],
    ['dimensions', fill(half, 'a=,', '"}'), 'alarm'],
    ['fields of a form', fill('alertState=OK&alertName=x&', 'alert=&', 'x'), 'alarm'],
    ['fields of a form without a rule', fill('alertState=OK&', 'alerts=&', 'x'), 'unknown'],
    ['one name', fill('{"name":"', ':', '","product":"p","content":{}}'), 'alarm'],
    ['one type', fill('{"specversion":"1","id":"i","source":"s","type":"', ':a', '"}'), 'alarm'],
    ['one resource', fill('{"name":"n","product":"p","content":{},"resourceId":"acs', ':/', '"}'), 'alarm'],
    ['levels', fill('{"alert":', '{"alert":', ''), 'unknown'],
  ])('%s: within 100 ms', (_, written, kind) => {
    const event = text(written);
    expect(event.byteLength).toBeGreaterThan(130_900);
    // The best of five: the machine may be busy with something else.
    const times = Array.from({ length: 5 }, () => {
      const before = process.hrtime.bigint();
      expect(decodeEvent(event).kind).toBe(kind);
      return Number(process.hrtime.bigint() - before) / 1e6;
    });
    expect(Math.min(...times)).toBeLessThan(100);
  });
});

describe('decodeEvent on a timer', () => {
  it.each([
    ['2023-12-26T07:49:00Z', 1_703_576_940_000],
    ['2023-12-26T15:49:00+08:00', 1_703_576_940_000],
    ['2023-12-26 07:49:00', undefined],
    ['', undefined],
  ])('reads its time %j', (triggerTime, firedAt) => {
    expect(decodeEvent({ triggerTime, triggerName: 'minute' })).toEqual({ kind: 'timer', firedAt, name: 'minute' });
  });

  it('takes no order from its payload, nor from an action beside it', () => {
    const event = {
      triggerTime: '2023-12-26T07:49:00Z',
      triggerName: 't',
      payload: '{"action":"look"}',
      action: 'look',
    };
    expect(decodeEvent(event)).toEqual({
      kind: 'timer',
      firedAt: 1_703_576_940_000,
      name: 't',
      payload: '{"action":"look"}',
    });
  });

  it.each([[5], [null], [{ a: 1 }]])('does without a payload of %j', (payload) => {
    const event = { triggerTime: '2023-12-26T07:49:00Z', triggerName: 't', payload };
    expect(decodeEvent(event)).toEqual({ kind: 'timer', firedAt: 1_703_576_940_000, name: 't' });
  });
});

describe('decodeEvent on a callback', () => {
  it.each([
    ['ALERT', 'alert'],
    ['ALARM', 'alert'],
    ['OK', 'ok'],
    ['INSUFFICIENT_DATA', 'insufficient-data'],
    ['RESOLVED', 'unknown'],
    ['ok', 'unknown'],
    ['null', 'unknown'],
    ['', 'unknown'],
  ])('state %j is %s', (alertState, state) => {
    expect(decodeEvent(callback({ alertState }))).toEqual({ kind: 'alarm', source: 'callback', rule: 'busy', state });
  });

  it.each([
    ['1508136760', 1_508_136_760_000],
    ['1685646149981', 1_685_646_149_981],
    ['150813676', undefined],
    ['15081367600', undefined],
    ['2023-12-26T07:49:00Z', undefined],
    ['-508136760', undefined],
    ['null', undefined],
  ])('timestamp %s is %s', (timestamp, at) => {
    expect(decodeEvent(callback({ timestamp }))).toMatchObject({ kind: 'alarm' });
    expect(decodeEvent(callback({ timestamp }))).toEqual({
      kind: 'alarm',
      source: 'callback',
      rule: 'busy',
      state: 'alert',
      at,
    });
  });

  it.each([
    ['97.39', 97.39],
    ['0', 0],
    ['-1.5', -1.5],
    ['null', undefined],
    ['', undefined],
    ['Infinity', undefined],
    ['NaN', undefined],
    ['12 %', undefined],
  ])('value %j is %s', (curValue, value) => {
    expect(decodeEvent(callback({ curValue }))).toEqual({
      kind: 'alarm',
      source: 'callback',
      rule: 'busy',
      state: 'alert',
      value,
    });
  });

  it.each<readonly [Readonly<Record<string, string>>, object]>([
    [{ rawMetricName: 'InstanceQps', metricName: '每秒请求数' }, { metric: 'InstanceQps' }],
    [{ rawMetricName: 'null', metricName: '每秒请求数' }, { metric: '每秒请求数' }],
    [{ namespace: 'null', metricProject: 'acs_slb' }, { namespace: 'acs_slb' }],
    [{ regionId: 'cn-hangzhou', dimensions: '{region=cn-shenzhen}' }, { region: 'cn-hangzhou' }],
    [{ regionId: 'null', dimensions: '{region=cn-shenzhen}' }, { region: 'cn-shenzhen' }],
    [{ dimensions: '{userId=12****), instanceId=null}' }, { accountId: '12****' }],
    [
      { alertName: 'null', ruleId: 'alarmRule_1' },
      { rule: 'alarmRule_1', ruleId: 'alarmRule_1' },
    ],
    [{ instanceName: 'a\u0000b\r\nc\u202ed' }, { instanceName: 'a b  c d' }],
    [{ dimensions: `{instanceId=${'x'.repeat(3_000)}}` }, {}],
  ])('%j', (fields, expected) => {
    expect(decodeEvent(callback(fields))).toEqual({
      kind: 'alarm',
      source: 'callback',
      rule: 'busy',
      state: 'alert',
      ...expected,
    });
  });

  it('cuts what it keeps to 200 characters', () => {
    const trigger = decodeEvent(callback({ alertName: 'x'.repeat(5_000), instanceName: '😀'.repeat(150) }));
    expect(trigger).toEqual({
      kind: 'alarm',
      source: 'callback',
      rule: `${'x'.repeat(199)}…`,
      state: 'alert',
      instanceName: `${'😀'.repeat(99)}…`,
    });
  });

  it('takes numbers where JSON has them', () => {
    const event = { alertState: 'ALERT', alertName: 'busy', timestamp: 1_685_646_149_981, curValue: 9.5, userId: true };
    expect(decodeEvent(event)).toEqual({
      kind: 'alarm',
      source: 'callback',
      rule: 'busy',
      state: 'alert',
      at: 1_685_646_149_981,
      value: 9.5,
    });
  });

  it('reads malformed percent signs as they are', () => {
    expect(decodeEvent(text('alertState=ALERT&alertName=90%+full%ZZ'))).toEqual({
      kind: 'alarm',
      source: 'callback',
      rule: '90% full%ZZ',
      state: 'alert',
    });
  });

  it('takes the first of a repeated field', () => {
    expect(decodeEvent(text('alertState=OK&alertName=a&alertState=ALERT&alertName=b'))).toEqual({
      kind: 'alarm',
      source: 'callback',
      rule: 'a',
      state: 'ok',
    });
  });

  it('finds JSON in base64, too', () => {
    const body = Buffer.from('{"alertState":"OK","alertName":"busy"}').toString('base64');
    expect(decodeEvent(posted(body, true, { method: 'POST', sourceIp: '106.11.225.9' }))).toEqual({
      kind: 'alarm',
      source: 'callback',
      rule: 'busy',
      state: 'ok',
      http: { sourceIp: '106.11.225.9', method: 'POST' },
    });
  });

  it('takes no order from an action inside it', () => {
    const event = { alertState: 'ALERT', alertName: 'busy', action: 'scale' };
    expect(decodeEvent(event)).toMatchObject({ kind: 'alarm' });
  });
});

describe('what a callback has in common with itself when it is sent again', () => {
  const CALLBACK = {
    ruleId: 'r-1',
    dimensions: '{userId=12, port=443, instanceId=lb-1}',
    triggerLevel: 'WARN',
    timestamp: '1685646149981',
    transId: 't-1',
  };
  const KEY = 'callback/r-1/instanceId=lb-1,port=443/ALERT/WARN/1685646149981';

  it('is its rule, resource, state, level and time', () => {
    expect(decodeEvent(callback(CALLBACK))).toMatchObject({ dedupId: KEY });
    const again = { ...CALLBACK, transId: 't-2', curValue: '7', dimensions: '{instanceId=lb-1, port=443, userId=12}' };
    expect(decodeEvent(callback(again))).toMatchObject({ dedupId: KEY });
  });

  it.each([
    [{ ruleId: 'r-2' }, 'callback/r-2/instanceId=lb-1,port=443/ALERT/WARN/1685646149981'],
    [{ dimensions: '{instanceId=lb-1, port=80}' }, 'callback/r-1/instanceId=lb-1,port=80/ALERT/WARN/1685646149981'],
    [{ alertState: 'OK' }, 'callback/r-1/instanceId=lb-1,port=443/OK/WARN/1685646149981'],
    [{ triggerLevel: 'CRITICAL' }, 'callback/r-1/instanceId=lb-1,port=443/ALERT/CRITICAL/1685646149981'],
    [{ triggerLevel: 'null' }, 'callback/r-1/instanceId=lb-1,port=443/ALERT//1685646149981'],
    [{ timestamp: '1685646209981' }, 'callback/r-1/instanceId=lb-1,port=443/ALERT/WARN/1685646209981'],
  ])('differs with %j', (fields, dedupId) => {
    expect(decodeEvent(callback({ ...CALLBACK, ...fields }))).toMatchObject({ dedupId });
  });

  it.each([
    [{ timestamp: '' }, 'callback/t-1/ALERT'],
    [{ ruleId: '' }, 'callback/t-1/ALERT'],
    [{ dimensions: '{}', alertState: 'OK' }, 'callback/t-1/OK'],
    [{ dimensions: `{instanceId=${'x'.repeat(200)}}` }, 'callback/t-1/ALERT'],
    [{ timestamp: '', transId: 'null' }, undefined],
    [{ timestamp: '', transId: 't'.repeat(300) }, undefined],
  ])('is the id of the notice, or nothing, with %j', (fields, dedupId) => {
    expect(decodeEvent(callback({ ...CALLBACK, ...fields }))).toEqual(expect.objectContaining({ dedupId }));
  });
});

describe('decodeEvent and prototypes', () => {
  it('leaves Object.prototype alone, whatever the keys', () => {
    const before = Object.getOwnPropertyNames(Object.prototype);
    for (const form of [
      '{"__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":1}}}',
      '{"action":"look","__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":1}}}',
      '{"triggerTime":"x","triggerName":"t","__proto__":{"polluted":1}}',
      '{"alertState":"OK","alertName":"x","__proto__":{"polluted":1},"dimensions":[{"__proto__":"polluted"}]}',
      'alertState=OK&alertName=x&__proto__=polluted&dimensions={__proto__=polluted, constructor=polluted}',
      '{"requestContext":{"__proto__":{"polluted":1},"http":{"method":"POST","__proto__":{"polluted":1}}},"body":"x"}',
    ]) {
      decodeEvent(text(form));
    }
    expect(Object.getOwnPropertyNames(Object.prototype)).toEqual(before);
    expect({}).not.toHaveProperty('polluted');
  });

  it('refuses such keys in a command', () => {
    expect(decodeEvent(text('{"action":"look","__proto__":{"dryRun":true},"constructor":1}'))).toEqual({
      kind: 'invalid-command',
      problems: ['key "__proto__" is not known', 'key "constructor" is not known'],
    });
  });

  it.each(['__proto__', 'constructor', 'toString', 'hasOwnProperty'])('knows no action %s', (action) => {
    expect(decodeEvent(text(`{"action":"${action}"}`))).toEqual({
      kind: 'invalid-command',
      problems: [
        `action "${action}" is not known`,
        'the actions are look, plan, apply, scale, hold, protect, attach, release, expect, drain, pin, adopt, resume, freeze, unfreeze, uninstall, probe, audit, check',
      ],
    });
  });
});
