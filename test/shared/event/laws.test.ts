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

function textsOf(value: unknown): readonly string[] {
  if (typeof value === 'string') return [value];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(textsOf) : [];
}

function saneTrigger(trigger: Trigger): void {
  expect(['timer', 'alarm', 'command', 'invalid-command', 'unknown']).toContain(trigger.kind);
  const all = textsOf(trigger).join('');
  expect(all.length).toBeLessThanOrEqual(4_096);
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
