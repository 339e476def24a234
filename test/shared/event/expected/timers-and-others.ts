import type { Trigger } from '../../../../shared/event';

/** What the fixtures say that are no alarms. */
export const TIMERS_AND_OTHERS: readonly (readonly [string, Trigger])[] = [
  [
    'console-key',
    {
      kind: 'unknown',
      why: 'the event is a JSON object of no known form (its keys: "key"); a command has an "action"',
    },
  ],
  [
    'console-key1',
    {
      kind: 'unknown',
      why: 'the event is a JSON object of no known form (its keys: "key1"); a command has an "action"',
    },
  ],
  [
    'http-command',
    {
      kind: 'unknown',
      why: 'the body of the HTTP request is no known alarm (its keys: "action", "gateway", "replicas", "owner", "reason", …); commands are not taken over HTTP',
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
  ['timer-empty', { kind: 'timer', firedAt: 1_703_576_940_000, name: 'timer-trigger' }],
  ['timer-json', { kind: 'timer', firedAt: 1_703_576_940_000, name: 'every5m', payload: '{"job":"reconcile"}' }],
  ['timer-text', { kind: 'timer', firedAt: 1_703_576_940_000, name: 'timer-trigger', payload: 'awesome-fc' }],
];
