import { decodeEvent } from '../../../shared/event';

const WRAPPER = { TopicName: 'alarms', MessageId: 'm-1', PublishTime: 1_763_868_661_250 };
const CALLBACK = '{"alertState":"OK","alertName":"busy"}';
const ORDER = '{"action":"freeze","owner":"li.wei","reason":"test"}';
const TIMER = '{"triggerTime":"2023-12-26T07:49:00Z","triggerName":"t"}';

function base64(text: string): string {
  return Buffer.from(text).toString('base64');
}

describe('decodeEvent on a message of MNS', () => {
  it('says which one it was', () => {
    expect(decodeEvent({ ...WRAPPER, Message: CALLBACK })).toEqual({
      kind: 'alarm',
      source: 'callback',
      rule: 'busy',
      state: 'ok',
      dedupId: 'message/m-1',
      message: { topic: 'alarms', id: 'm-1', publishedAt: 1_763_868_661_250 },
    });
  });

  it("keeps the alarm's own key: what is published twice has two ids", () => {
    const Message = '{"alertState":"OK","alertName":"busy","transId":"t-1"}';
    expect(decodeEvent({ ...WRAPPER, Message })).toMatchObject({ dedupId: 'callback/t-1/OK' });
    expect(decodeEvent({ ...WRAPPER, Message, MessageId: 'm-2' })).toMatchObject({ dedupId: 'callback/t-1/OK' });
  });

  it('reads base64 in lines', () => {
    const lines = base64(CALLBACK).replace(/.{20}/g, '$&\r\n');
    expect(decodeEvent({ ...WRAPPER, Message: `${lines}\n` })).toMatchObject({ kind: 'alarm', rule: 'busy' });
  });

  it.each<readonly [string, string]>([
    ['an order', ORDER],
    ['an order in base64', base64(ORDER)],
    ['a timer', TIMER],
    ['an HTTP event', JSON.stringify({ body: CALLBACK, requestContext: { http: { method: 'POST' } } })],
    ['a message', JSON.stringify({ ...WRAPPER, Message: CALLBACK })],
    ['base64 of base64', base64(base64(CALLBACK))],
    ['base64 that is no text', '/w=='],
    ['nothing', ''],
  ])('takes no %s from it, in either format', (_, text) => {
    for (const event of [
      { ...WRAPPER, Message: text },
      { body: text, attrs: { a: '1' } },
    ]) {
      expect(decodeEvent(event)).toMatchObject({
        kind: 'unknown',
        why: expect.stringMatching(/^a message of .* is no known alarm.*; commands are not taken from messages$/),
      });
    }
  });

  it.each<readonly [object]>([
    [{ ...WRAPPER, Message: CALLBACK, action: 'freeze', owner: 'a', reason: 'b' }],
    [{ body: CALLBACK, attrs: {}, action: 'freeze', owner: 'a', reason: 'b' }],
    [{ ...WRAPPER, Message: CALLBACK, alertState: 'ALERT', alertName: 'of an attribute' }],
  ])('lets no attribute speak for it: %j', (event) => {
    expect(decodeEvent(event)).toMatchObject({ kind: 'alarm', rule: 'busy', state: 'ok' });
  });

  it('takes no order that is base64 alone', () => {
    expect(decodeEvent(Buffer.from(base64(ORDER)))).toEqual({ kind: 'unknown', why: 'the event is plain text' });
  });

  it('explains what a message looks like', () => {
    expect(decodeEvent({ ...WRAPPER, Message: '{"curLevel":"WARN"}' })).toEqual({
      kind: 'unknown',
      why: 'a message of the MNS topic "alarms" is no known alarm (it looks like an alarm to the target of a threshold rule, which has curLevel and ruleName or ruleId); commands are not taken from messages',
    });
  });

  it.each([['Message'], ['MessageId'], ['TopicName']])('is unknown without its %s', (field) => {
    expect(decodeEvent({ ...WRAPPER, Message: CALLBACK, [field]: 5 })).toMatchObject({ kind: 'unknown' });
  });
});
