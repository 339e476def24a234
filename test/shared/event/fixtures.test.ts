import { type AlarmTrigger, callbackOf, decodeEvent, type Trigger } from '../../../shared/event';
import { ALARM_FORMS } from '../../../shared/event/alarm-form';
import { fixture, fixtureNames, textOf } from './a-fixture';
import { CALLBACKS } from './expected/callbacks';
import { CLOUD_EVENTS } from './expected/cloud-events';
import { MESSAGES } from './expected/messages';
import { RULE_TARGETS } from './expected/rule-targets';
import { SUBSCRIPTIONS } from './expected/subscriptions';
import { SYSTEM_EVENTS } from './expected/system-events';
import { TIMERS_AND_OTHERS } from './expected/timers-and-others';
import { ALERTMANAGERS, CLOUDMONITORS_2 } from './expected/webhooks';

const EXPECTED: readonly (readonly [string, Trigger])[] = [
  ...ALERTMANAGERS,
  ...CALLBACKS,
  ...CLOUD_EVENTS,
  ...CLOUDMONITORS_2,
  ...MESSAGES,
  ...RULE_TARGETS,
  ...SUBSCRIPTIONS,
  ...SYSTEM_EVENTS,
  ...TIMERS_AND_OTHERS,
];

/** Alarms that came bare: neither over HTTP nor in a message. */
const BARE = EXPECTED.flatMap(([name, trigger]): (readonly [string, AlarmTrigger])[] =>
  trigger.kind === 'alarm' && trigger.http === undefined && !name.startsWith('message-') ? [[name, trigger]] : [],
);

function bytesOf(event: unknown): Buffer {
  return Buffer.from(textOf(event));
}

function base64(text: string): string {
  return Buffer.from(text).toString('base64');
}

function posted(body: string, isBase64Encoded: boolean): unknown {
  return { version: 'v1', body, isBase64Encoded, requestContext: { http: { method: 'POST', path: '/a' } } };
}

function message(text: string): unknown {
  return { TopicName: 'alarms', MessageId: 'm-1', Message: text, action: 'freeze' };
}

describe('recorded and documented events', () => {
  it('all have an expected trigger here and say where they come from', () => {
    expect([...fixtureNames()].sort()).toEqual(EXPECTED.map(([name]) => name).sort());
    for (const name of fixtureNames()) expect(fixture(name).source).toMatch(/\w{3}/);
  });

  it.each(EXPECTED)('%s, as bytes', (name, expected) => {
    expect(decodeEvent(bytesOf(fixture(name).event))).toEqual(expected);
  });

  it.each(EXPECTED)('%s, already parsed', (name, expected) => {
    expect(decodeEvent(fixture(name).event)).toEqual(expected);
  });
});

describe('an alarm in any form', () => {
  it.each(BARE)('%s, over HTTP', (name, expected) => {
    const written = textOf(fixture(name).event);
    for (const event of [posted(written, false), posted(base64(written), true)]) {
      expect(decodeEvent(bytesOf(event))).toEqual({ ...expected, http: { method: 'POST', path: '/a' } });
    }
  });

  it.each(BARE)('%s, in a message of MNS', (name, expected) => {
    const written = textOf(fixture(name).event);
    const wrapped = {
      ...expected,
      dedupId: expected.dedupId ?? 'message/m-1',
      message: { topic: 'alarms', id: 'm-1' },
    };
    for (const event of [message(written), message(base64(written))]) {
      expect(decodeEvent(bytesOf(event))).toEqual(wrapped);
    }
    for (const event of [{ body: written, attrs: {} }, { body: base64(written), attrs: {} }, base64(written)]) {
      expect(decodeEvent(bytesOf(event))).toEqual(expected);
    }
  });

  it.each(BARE)('%s, in a message that MNS posts', (name, expected) => {
    const event = posted(textOf(message(textOf(fixture(name).event))), false);
    expect(decodeEvent(bytesOf(event))).toMatchObject({ kind: 'alarm', rule: expected.rule, state: expected.state });
  });

  it.each(BARE.filter(([name]) => !name.startsWith('cloud-event')))('%s is of one form alone', (name) => {
    const { event } = fixture(name);
    expect(ALARM_FORMS.filter((recognise) => recognise(event) !== undefined)).toHaveLength(1);
  });
});

describe('an alarm that one function hands to another', () => {
  it.each(EXPECTED.flatMap(([name, trigger]) => (trigger.kind === 'alarm' ? [[name, trigger] as const] : [])))(
    '%s is the same alarm, as a callback',
    (_, alarm) => {
      const { count, dedupId, event, http, message: __, source, ...same } = alarm;
      const received = decodeEvent(bytesOf(callbackOf(alarm)));
      expect(received).toMatchObject({ ...JSON.parse(JSON.stringify(same)), source: 'callback' });
      expect(received).not.toHaveProperty('http', expect.anything());
    },
  );
});
