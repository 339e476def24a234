import { withRetries } from '../../../shared/cloud/retry';
import type { OpenApiCall } from '../../../shared/cloud/seams';
import { CloudError, type CloudErrorKind } from '../../../shared/errors';
import { failureOf } from './failure';
import { scriptedApi } from './scripted-api';
import { deadlineOf, virtualClock } from './virtual-clock';

const READ: OpenApiCall = { product: 'cms', region: 'r', action: 'Look', effect: 'read' };
const WRITE: OpenApiCall = { ...READ, action: 'Set', effect: 'write' };
const REMOVAL: OpenApiCall = { ...READ, action: 'Delete', effect: 'removal' };

function failing(kind: CloudErrorKind): CloudError {
  return new CloudError('no', { kind, operation: 'cms.Look', code: 'C', status: 503, requestId: 'R7' });
}

function retrying(answers: readonly unknown[], { random = 1, until = 60_000, attempts = 4 } = {}) {
  const api = scriptedApi(...answers);
  const clock = virtualClock();
  const deadline = deadlineOf(clock, until);
  return { api, clock, retrying: withRetries(api, { clock, deadline, random: () => random, attempts }) };
}

it('makes a read again until it succeeds', async () => {
  const { api, clock, retrying: it } = retrying([failing('timeout'), failing('throttled'), { ok: 1 }]);
  expect(await it.call(READ)).toEqual({ body: { ok: 1 }, requestId: 'R' });
  expect(api.calls).toEqual([READ, READ, READ]);
  expect(clock.sleeps).toEqual([200, 400]);
});

it.each([
  ['read', READ, { throttled: 4, busy: 4, unavailable: 4, timeout: 4, unreadable: 4 }],
  ['write', WRITE, { throttled: 4, busy: 4 }],
  ['removal', REMOVAL, {}],
])(
  'calls a failing %s as often as its kind allows',
  async (_, call, allowed: Partial<Record<CloudErrorKind, number>>) => {
    const kinds: readonly CloudErrorKind[] = [
      'throttled',
      'busy',
      'unavailable',
      'timeout',
      'unknown-outcome',
      'permission',
      'quota',
      'arrears',
      'not-found',
      'conflict',
      'unreadable',
      'rejected',
      'deadline',
    ];
    for (const kind of kinds) {
      const { api, retrying: it } = retrying([failing(kind)]);
      expect((await failureOf(it.call(call))).kind).toBe(kind);
      expect([kind, api.calls.length]).toEqual([kind, allowed[kind] ?? 1]);
    }
  },
);

it.each([
  [1, [200, 400, 800, 1_600, 3_200, 5_000, 5_000]],
  [0.5, [100, 200, 400, 800, 1_600, 2_500, 2_500]],
  [0, [0, 0, 0, 0, 0, 0, 0]],
])('waits up to twice as long each time, never over 5 s (random %d)', async (random, sleeps) => {
  const { clock, retrying: it } = retrying([failing('busy')], { random, attempts: 8 });
  await failureOf(it.call(READ));
  expect(clock.sleeps).toEqual(sleeps);
});

it('throws the last failure with the number of attempts and all its facts', async () => {
  const last = failing('busy');
  const { retrying: it } = retrying([failing('timeout'), failing('timeout'), failing('timeout'), last]);
  const failure = await failureOf(it.call(READ));
  expect(failure).toMatchObject({
    message: 'cms.Look: no (after 4 attempts)',
    kind: 'busy',
    operation: 'cms.Look',
    code: 'C',
    status: 503,
    requestId: 'R7',
  });
  expect(failure.cause).toBe(last);
});

it('throws a first failure as it is', async () => {
  const only = failing('permission');
  expect(await failureOf(retrying([only]).retrying.call(READ))).toBe(only);
});

it.each([
  ['exactly room', 700, 2],
  ['a millisecond too little', 699, 1],
])('with %s for the wait and half a second of call', async (_, until, calls) => {
  const { api, retrying: it } = retrying([failing('busy')], { until, attempts: 2 });
  await failureOf(it.call(READ));
  expect(api.calls).toHaveLength(calls);
});

it('passes on a bug at once', async () => {
  const { api, retrying: it } = retrying([new TypeError('ours')]);
  await expect(it.call(READ)).rejects.toThrow(TypeError);
  expect(api.calls).toHaveLength(1);
});

it('takes the limit of a call for all attempts together', async () => {
  const { api, clock, retrying: it } = retrying([failing('timeout')]);
  const limit = 1_000;
  expect((await failureOf(it.call({ ...READ, limit }))).kind).toBe('timeout');
  // 200 ms of waiting, then 300 ms are left after the next wait: too little for another call.
  expect(clock.sleeps).toEqual([200]);
  expect(api.calls).toEqual([
    { ...READ, limit: 1_000 },
    { ...READ, limit: 800 },
  ]);
});
