import fc from 'fast-check';
import { decodeEvent, type Trigger } from '../../../shared/event';

const RUNS = { numRuns: 500, seed: 20_261_122 };

/** Objects made of the words that recognisers look for, so that they are met. */
const lookalikes = fc.dictionary(
  fc.constantFrom(
    ...['action', 'alertState', 'alertName', 'ruleId', 'dimensions', 'timestamp', 'curValue', 'triggerTime'],
    ...['triggerName', 'payload', 'requestContext', 'body', 'isBase64Encoded', 'gateway', 'replicas', 'owner'],
    ...['reason', 'for', 'until', 'dryRun', '__proto__', 'constructor'],
  ),
  fc.oneof(
    fc.jsonValue(),
    fc.string({ maxLength: 3_000 }),
    fc.constantFrom('look', 'scale', 'freeze', 'ALERT', '2h', '{instanceId=lb-1, a=b}', '2026-11-22T20:00:00Z'),
    fc.record({ http: fc.record({ method: fc.constant('POST'), path: fc.string({ maxLength: 3_000 }) }) }),
  ),
);

const formField = fc.tuple(
  fc.constantFrom('alertState', 'alertName', 'ruleId', 'dimensions', 'x'),
  fc.string({ maxLength: 900 }),
);
const forms = fc.array(formField).map((fields) => new URLSearchParams(fields).toString());

const WORDS = [
  ...['action', 'alertState', 'alertName', 'ruleId', 'dimensions', 'timestamp', 'transId', 'curLevel', 'ruleName'],
  ...['resources', 'metricData', 'escalation', 'statistics', 'batchId', 'time', 'name', 'product', 'content'],
  ...['eventStatus', 'eventTime', 'resourceId', 'id', 'alert', 'alertStatus', 'strategyName', 'meta', 'sysEventMeta'],
  ...['specversion', 'source', 'type', 'data', 'subject', 'alerts', 'labels', 'alertname', 'status', 'fingerprint'],
  ...[
    'severity',
    'dedupId',
    'state',
    'TopicName',
    'MessageId',
    'Message',
    'body',
    'attrs',
    'requestContext',
    '__proto__',
  ],
];

type Wrap = (inner: string) => object;

/** Whatever may be around an alarm, and an alarm of each form that has something else in it. */
const WRAPS: readonly Wrap[] = [
  (Message) => ({ TopicName: 't', MessageId: 'm', Message }),
  (body) => ({ body, attrs: {} }),
  (body) => ({ body, isBase64Encoded: false, requestContext: { http: { method: 'POST' } } }),
  (data) => ({ specversion: '1.0', id: 'i', source: 's', type: 't', data }),
  (data) => [{ specversion: '1.0', id: 'i', source: 's', type: 't', data }],
  (dimensions) => ({ alertState: 'OK', alertName: 'n', dimensions }),
  (content) => ({ name: 'n', product: 'p', content }),
  (meta) => ({ strategyName: 's', alert: { alertStatus: 'x', meta } }),
  (resources) => ({ curLevel: 'WARN', ruleName: 'r', resources }),
  (annotations) => ({ alerts: [{ status: 'firing', labels: { alertname: 'a' }, annotations }] }),
  (condition) => ({ alertName: 'n', state: 'ALERT', condition }),
  (payload) => ({ triggerTime: '2023-12-26T07:49:00Z', triggerName: 't', payload }),
];

/** Objects and arrays of all the words that recognisers look for, in each other, also as JSON text, as form and in base64. */
const { nest } = fc.letrec((tie) => ({
  nest: fc.oneof(
    { maxDepth: 5, withCrossShrink: true },
    fc.oneof(
      fc.string({ maxLength: 900, unit: 'grapheme' }),
      fc.constantFrom(
        'look',
        'ALERT',
        'OK',
        'WARN',
        'firing',
        'TRIGGERED',
        'Scheduled',
        '1.0',
        '1763868660',
        'acs:a:b:c:d/e',
      ),
      fc.integer(),
      fc.constant(null),
    ),
    fc.dictionary(fc.constantFrom(...WORDS), tie('nest'), { minKeys: 3, maxKeys: 12, noNullPrototype: true }),
    fc
      .tuple(fc.constantFrom(...WRAPS), tie('nest'), fc.dictionary(fc.constantFrom(...WORDS), tie('nest')))
      .map(([around, inner, beside]) => Object.assign(around(asText(inner)), beside)),
    fc.array(tie('nest'), { maxLength: 4 }),
    tie('nest').map((value) => JSON.stringify(value)),
    tie('nest').map((value) => Buffer.from(JSON.stringify(value)).toString('base64')),
    fc
      .dictionary(fc.constantFrom(...WORDS), tie('nest').map(asText), { noNullPrototype: true })
      .map((form) => new URLSearchParams(form).toString()),
  ),
}));

const wrap = fc.constantFrom<((inner: string) => unknown)[]>(
  ...WRAPS,
  (inner) => [inner],
  (inner) => Buffer.from(inner).toString('base64'),
);

const ORDERS = [
  '{"action":"freeze","owner":"a","reason":"b"}',
  '{"action":"look"}',
  '{"action":"scale","gateway":"g","replicas":1,"owner":"a","reason":"b","for":"2h"}',
  '{"action":"scael"}',
];

function asText(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}

function textsOf(value: unknown): readonly string[] {
  if (typeof value === 'string') return [value];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(textsOf) : [];
}

function saneTrigger(trigger: Trigger): void {
  expect(['timer', 'alarm', 'command', 'invalid-command', 'unknown']).toContain(trigger.kind);
  const texts = textsOf(trigger);
  const all = texts.join('');
  expect(all.length).toBeLessThanOrEqual(4_096);
  if (trigger.kind === 'alarm') {
    expect(Math.max(...texts.map((text) => text.length))).toBeLessThanOrEqual(200);
    expect(['alert', 'ok', 'insufficient-data', 'unknown']).toContain(trigger.state);
  }
  expect(all).not.toMatch(/\p{Cc}/u);
}

describe('decodeEvent, whatever comes', () => {
  it('takes any bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 5_000 }), (bytes) => saneTrigger(decodeEvent(Buffer.from(bytes)))),
      RUNS,
    );
  });

  it('takes any value at all', () => {
    fc.assert(
      fc.property(
        fc.anything({ withBigInt: true, withDate: true, withMap: true, withNullPrototype: true, withTypedArray: true }),
        (value) => saneTrigger(decodeEvent(value)),
      ),
      RUNS,
    );
  });

  it('takes any JSON, form and mixture of known words', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.json(),
          forms,
          lookalikes.map((value) => JSON.stringify(value)),
        ),
        (written) => saneTrigger(decodeEvent(Buffer.from(written))),
      ),
      RUNS,
    );
  });

  it('takes the words of all forms in each other, and sees a command only in what is none of them', () => {
    const met = new Set<string>();
    fc.assert(
      fc.property(nest, (value) => {
        const trigger = decodeEvent(Buffer.from(asText(value)));
        saneTrigger(trigger);
        met.add(trigger.kind === 'alarm' ? trigger.source : trigger.kind);
        if (trigger.kind === 'command' || trigger.kind === 'invalid-command') {
          expect(JSON.parse(asText(value))).toEqual(expect.objectContaining({ action: expect.any(String) }));
        }
      }),
      { ...RUNS, numRuns: 3_000 },
    );
    expect([...met].sort()).toEqual([
      ...['alertmanager', 'callback', 'cloud-event', 'cloudmonitor-2', 'invalid-command'],
      ...['rule-target', 'subscription', 'system-event', 'timer', 'unknown'],
    ]);
  });

  it('takes no order out of anything, however deep it is in there', () => {
    fc.assert(
      fc.property(fc.constantFrom(...ORDERS), fc.array(wrap, { minLength: 1, maxLength: 6 }), (order, wraps) => {
        const written = wraps.reduce((inner, each) => asText(each(inner)), order);
        const trigger = decodeEvent(Buffer.from(written));
        saneTrigger(trigger);
        expect(trigger.kind).not.toMatch(/command/);
      }),
      { ...RUNS, numRuns: 2_000 },
    );
  });

  it('takes no order from beside an alarm either', () => {
    const order = fc.constantFrom(...ORDERS).map((text): object => JSON.parse(text));
    fc.assert(
      fc.property(order, fc.constantFrom(...WRAPS), fc.constantFrom(...ORDERS), (beside, around, inside) => {
        expect(decodeEvent(Object.assign(around(inside), beside)).kind).not.toMatch(/command/);
      }),
      RUNS,
    );
  });

  it('finds no command where the action is not text', () => {
    const unasked = lookalikes.filter(
      (value) => !Object.hasOwn(value, 'action') || typeof value['action'] !== 'string',
    );
    fc.assert(
      fc.property(unasked, (value) => {
        expect(decodeEvent(Buffer.from(JSON.stringify(value))).kind).not.toMatch(/command/);
      }),
      RUNS,
    );
  });

  it('says the same of bytes, text and the parsed value', () => {
    fc.assert(
      fc.property(lookalikes, (value) => {
        const text = JSON.stringify(value);
        const trigger = decodeEvent(Buffer.from(text));
        expect(decodeEvent(text)).toEqual(trigger);
        expect(decodeEvent(JSON.parse(text))).toEqual(trigger);
      }),
      RUNS,
    );
  });
});
