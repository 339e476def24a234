import { createMetrics } from '../../../shared/cloud/metrics';
import type { MetricQuery } from '../../../shared/ports';
import { failureOf } from './failure';
import { scriptedApi } from './scripted-api';

const MINUTE = 60_000;
const QUERY: MetricQuery = {
  region: 'cn-hangzhou',
  namespace: 'acs_slb_dashboard',
  metric: 'InstanceNewConnection',
  statistic: 'Average',
  instanceIds: ['lb-1', 'lb-2'],
  from: 0,
  to: 100 * MINUTE,
};

function answer(points: readonly object[], more: object = {}): object {
  return { Success: true, Code: '200', RequestId: 'R', Datapoints: JSON.stringify(points), ...more };
}

function at(minute: number, instanceId: string, Average: unknown): object {
  return { timestamp: minute * MINUTE, userId: '1', instanceId, Average, Maximum: 99, Minimum: 0 };
}

async function history(body: unknown, query = QUERY) {
  return [...(await createMetrics(scriptedApi(body)).history(query))];
}

it('asks for whole minutes that end in the span', async () => {
  const api = scriptedApi(answer([]));
  await createMetrics(api).history({ ...QUERY, from: 10 * MINUTE, to: 20 * MINUTE });
  expect(api.calls).toEqual([
    {
      product: 'cms',
      region: 'cn-hangzhou',
      action: 'DescribeMetricList',
      query: {
        Namespace: 'acs_slb_dashboard',
        MetricName: 'InstanceNewConnection',
        Period: 60,
        StartTime: 540_000,
        EndTime: 1_140_000,
        Dimensions: '[{"instanceId":"lb-1"},{"instanceId":"lb-2"}]',
        Length: 1440,
        NextToken: undefined,
      },
      effect: 'read',
    },
  ]);
});

it('gives each instance its points in order, at the end of their minute; an instance without any an empty list', async () => {
  expect(await history(answer([at(3, 'lb-1', 30), at(1, 'lb-1', 10), at(2, 'lb-1', 20)]))).toEqual([
    [
      'lb-1',
      [
        { at: 2 * MINUTE, value: 10 },
        { at: 3 * MINUTE, value: 20 },
        { at: 4 * MINUTE, value: 30 },
      ],
    ],
    ['lb-2', []],
  ]);
});

it.each([
  ['Average', 7],
  ['Maximum', 99],
  ['Minimum', 0],
] as const)('reads the statistic %s', async (statistic, value) => {
  const seen = await history(answer([at(1, 'lb-1', 7)]), { ...QUERY, statistic, instanceIds: ['lb-1'] });
  expect(seen).toEqual([['lb-1', [{ at: 2 * MINUTE, value }]]]);
});

it('lets the last of two points of a minute win, across pages', async () => {
  const api = scriptedApi(answer([at(1, 'lb-1', 1)], { NextToken: 'n' }), answer([at(1, 'lb-1', 2)]));
  const seen = await createMetrics(api).history({ ...QUERY, instanceIds: ['lb-1'] });
  expect([...seen]).toEqual([['lb-1', [{ at: 2 * MINUTE, value: 2 }]]]);
  expect(api.calls.map(({ query }) => query?.['NextToken'])).toEqual([undefined, 'n']);
});

it('drops what is not a value of an instance asked for, and never counts it as zero', async () => {
  const seen = await history(
    answer([
      at(1, 'lb-1', -1),
      at(2, 'lb-1', null),
      at(3, 'lb-1', 'much'),
      at(4, 'lb-1', ''),
      { timestamp: 5 * MINUTE, instanceId: 'lb-1', Maximum: 5 },
      { instanceId: 'lb-1', Average: 6 },
      { timestamp: 7 * MINUTE, Average: 7 },
      at(8, 'lb-other', 8),
      at(-1, 'lb-1', 9),
      at(100, 'lb-1', 10),
      at(99, 'lb-1', 11),
      at(12, 'lb-1', '12.5'),
      at(13, 'lb-1', 0),
      { timestamp: '840000', instanceId: 'lb-1', Average: 14 },
    ]),
    { ...QUERY, instanceIds: ['lb-1'] },
  );
  expect(seen).toEqual([
    [
      'lb-1',
      [
        { at: 13 * MINUTE, value: 12.5 },
        { at: 14 * MINUTE, value: 0 },
        { at: 15 * MINUTE, value: 14 },
        { at: 100 * MINUTE, value: 11 },
      ],
    ],
  ]);
});

it('asks for 50 instances a call, side by side, each once', async () => {
  const ids = Array.from({ length: 101 }, (_, i) => `lb-${i}`);
  const asked: number[] = [];
  let running = 0;
  let most = 0;
  const api = {
    call: async ({ query }: { query?: Readonly<Record<string, unknown>> }) => {
      running += 1;
      most = Math.max(most, running);
      asked.push(JSON.parse(String(query?.['Dimensions'])).length);
      await new Promise(setImmediate);
      running -= 1;
      return { body: answer([]), requestId: '' };
    },
  };
  const seen = await createMetrics(api).history({ ...QUERY, instanceIds: [...ids, 'lb-0', 'lb-100'] });
  expect(seen.size).toBe(101);
  expect(asked).toEqual([50, 50, 1]);
  expect(most).toBe(3);
});

it('asks nothing about no instances', async () => {
  const api = scriptedApi(answer([]));
  expect([...(await createMetrics(api).history({ ...QUERY, instanceIds: [] }))]).toEqual([]);
  expect(api.calls).toEqual([]);
});

it.each([
  ['numbers and booleans', { Success: true, Code: 200 }],
  ['texts', { Success: 'true', Code: '200' }],
  ['neither', { Success: undefined, Code: undefined }],
  ['no points at all', { Datapoints: undefined }],
  ['null points', { Datapoints: null }],
  ['empty points', { Datapoints: '' }],
  ['an empty token', { NextToken: '' }],
])('takes %s for a success', async (_, more) => {
  expect(await history(answer([], more))).toEqual([
    ['lb-1', []],
    ['lb-2', []],
  ]);
});

it.each([
  [{ Success: false, Code: '500', Message: 'oops' }, 'unavailable', 'cms.DescribeMetricList: 500: oops'],
  [{ Success: true, Code: 404, Message: 'gone' }, 'not-found', 'cms.DescribeMetricList: 404: gone'],
  [{ Success: 'false', Code: '200' }, 'rejected', 'cms.DescribeMetricList: 200: no message'],
  [{ Code: 'Throttling.User', Message: 'slow' }, 'throttled', 'cms.DescribeMetricList: Throttling.User: slow'],
  [{ Datapoints: 'nonsense' }, 'unreadable', 'Datapoints'],
  [{ Datapoints: '{}' }, 'unreadable', 'Datapoints'],
  [{ Datapoints: 'null' }, 'unreadable', 'Datapoints'],
  [{ Datapoints: '[1]' }, 'unreadable', 'Datapoints'],
  [{ Datapoints: [] }, 'unreadable', 'Datapoints'],
])('throws for %p', async (more, kind, message) => {
  const failure = await failureOf(createMetrics(scriptedApi(answer([], more))).history(QUERY));
  expect(failure.kind).toBe(kind);
  expect(failure.message).toContain(message);
  expect(failure.operation).toBe('cms.DescribeMetricList');
});

it('fails as a whole when one call of several fails', async () => {
  const ids = Array.from({ length: 60 }, (_, i) => `lb-${i}`);
  const api = scriptedApi(answer([]), answer([], { Success: false, Code: '503' }));
  expect((await failureOf(createMetrics(api).history({ ...QUERY, instanceIds: ids }))).kind).toBe('unavailable');
});

it('waits for all calls before it fails, with what failed first', async () => {
  const ids = Array.from({ length: 150 }, (_, i) => `lb-${i}`);
  const [slow, slower] = [pending(), pending()];
  const api = scriptedApi(slow.promise, slower.promise, answer([], { Code: '503' }));
  let ended = false;
  const failing = failureOf(createMetrics(api).history({ ...QUERY, instanceIds: ids })).finally(() => {
    ended = true;
  });
  slower.resolve(answer([], { Code: '403' }));
  await new Promise(setImmediate);
  expect(ended).toBe(false);
  slow.resolve(answer([]));
  expect((await failing).kind).toBe('unavailable');
});

function pending() {
  let resolve: (value: unknown) => void = () => undefined;
  const promise = new Promise((done) => {
    resolve = done;
  });
  return { promise, resolve };
}
