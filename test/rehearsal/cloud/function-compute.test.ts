import type { FunctionContext, FunctionHandler, FunctionSetup } from '../../../rehearsal/cloud';
import { createOpenApi } from '../../../shared/cloud/open-api';
import { DAY } from '../../../shared/core/time';
import { smallCloud } from './faces';

const SETUP = { region: 'cn-hangzhou', name: 'f', timeout: 1, memory: 256 };

function deployed(handler: FunctionHandler, change: Partial<FunctionSetup> = {}) {
  const { functions } = smallCloud();
  functions.deploy({ ...SETUP, handler, ...change });
  return functions;
}

describe('Function Compute', () => {
  it('gives the handler a Buffer and a context with credentials of its own', async () => {
    const seen: FunctionContext[] = [];
    const events: unknown[] = [];
    const functions = deployed((event, context) => {
      events.push(event);
      seen.push(context);
    });
    const first = await functions.invoke('cn-hangzhou', 'f', '{"a":1}');
    await functions.invoke('cn-hangzhou', 'f', Buffer.alloc(0));
    expect(events).toEqual([Buffer.from('{"a":1}'), Buffer.alloc(0)]);
    expect(first).toEqual({ requestId: seen[0]?.requestId, status: 200, body: '', logs: [] });
    expect(seen[0]).toMatchObject({
      function: { name: 'f', handler: 'index.handler', memory: 256, timeout: 1 },
      service: { qualifier: 'LATEST' },
      region: 'cn-hangzhou',
      accountId: '1234567890123456',
    });
    expect(seen[0]?.credentials.accessKeyId).toMatch(/^STS\./);
    expect(seen[1]?.credentials).not.toEqual(seen[0]?.credentials);
    expect(seen[1]?.requestId).not.toEqual(seen[0]?.requestId);
  });

  it.each([
    ['an object', { ok: true }, '{"ok":true}'],
    ['text', 'done', 'done'],
    ['bytes', Buffer.from('bytes'), 'bytes'],
    ['nothing', undefined, ''],
    ['null', null, 'null'],
  ])('answers with %s', async (_, result, body) => {
    const functions = deployed(async () => result);
    expect(await functions.invoke('cn-hangzhou', 'f', '')).toMatchObject({ status: 200, body });
  });

  it.each([
    [
      'throws',
      () => {
        throw new RangeError('too far');
      },
      'too far',
      'RangeError',
    ],
    ['rejects', () => Promise.reject(new Error('no')), 'no', 'Error'],
    ['rejects with what is no error', () => Promise.reject('words'), 'words', 'Error'],
  ])('says in the answer, with status 200, that a handler %s', async (_, handler, errorMessage, errorType) => {
    const invocation = await deployed(handler).invoke('cn-hangzhou', 'f', '');
    expect(invocation).toMatchObject({ status: 200, errorType: 'UnhandledInvocationError' });
    expect(JSON.parse(invocation.body)).toMatchObject({ errorMessage, errorType });
  });

  it('ends at the time limit', async () => {
    const functions = deployed(() => new Promise(() => undefined), { timeout: 0.05 });
    const invocation = await functions.invoke('cn-hangzhou', 'f', '');
    expect(invocation).toMatchObject({ status: 200, errorType: 'FunctionTimeout' });
    expect(invocation.body).toBe('{"errorMessage":"Function timed out after 0.05 seconds"}');
  });

  it('keeps what a handler logs', async () => {
    const functions = deployed((_event, { logger }) => {
      logger.info('looked', { replicas: 3 });
      logger.error('failed');
    });
    const { logs, requestId } = await functions.invoke('cn-hangzhou', 'f', '');
    expect(logs).toEqual([`${requestId} [info] looked {"replicas":3}`, `${requestId} [error] failed`]);
  });

  it('refuses invocations beyond the reserved concurrency, and frees it when one ends', async () => {
    const ends: (() => void)[] = [];
    const functions = deployed(() => new Promise<void>((resolve) => ends.push(resolve)), { reservedConcurrency: 2 });
    const running = [functions.invoke('cn-hangzhou', 'f', ''), functions.invoke('cn-hangzhou', 'f', '')];
    expect(await functions.invoke('cn-hangzhou', 'f', '')).toMatchObject({ status: 429, code: 'ResourceExhausted' });
    for (const end of ends) end();
    expect(await Promise.all(running)).toMatchObject([{ status: 200 }, { status: 200 }]);
    const next = functions.invoke('cn-hangzhou', 'f', '');
    ends.at(-1)?.();
    expect(await next).toMatchObject({ status: 200 });
  });

  it.each([
    ['an unknown name', 'cn-hangzhou', 'g', '', {}, 404, 'FunctionNotFound'],
    ['another region', 'cn-beijing', 'f', '', {}, 404, 'FunctionNotFound'],
    [
      'an asynchronous event above 128 KB',
      'cn-hangzhou',
      'f',
      'x'.repeat(131_073),
      { async: true },
      400,
      'EntityTooLarge',
    ],
    ['a synchronous event above 32 MB', 'cn-hangzhou', 'f', Buffer.alloc(33_554_433), {}, 400, 'EntityTooLarge'],
  ])('refuses %s', async (_, region, name, payload, options, status, code) => {
    const functions = deployed(() => 'never');
    expect(await functions.invoke(region, name, payload, options)).toMatchObject({ status, code });
  });

  it('queues asynchronous events, and delivers them in order when asked to', async () => {
    const events: string[] = [];
    const functions = deployed((event) => events.push(event.toString()));
    for (const payload of ['a', 'b']) {
      expect(await functions.invoke('cn-hangzhou', 'f', payload, { async: true })).toMatchObject({
        status: 202,
        body: '',
      });
    }
    expect(events).toEqual([]);
    expect(await functions.drain()).toMatchObject([
      { name: 'f', tries: [{ status: 200 }] },
      { tries: [{ status: 200 }] },
    ]);
    expect(events).toEqual(['a', 'b']);
    expect(await functions.drain()).toEqual([]);
  });

  it.each([
    [undefined, 4],
    [0, 1],
    [8, 9],
  ])('tries a failing event again: asyncRetries %s gives %s tries', async (asyncRetries, tries) => {
    const functions = deployed(
      () => Promise.reject(new Error('no')),
      asyncRetries === undefined ? {} : { asyncRetries },
    );
    await functions.invoke('cn-hangzhou', 'f', '', { async: true });
    const [delivery] = await functions.drain();
    expect(delivery?.tries).toHaveLength(tries);
  });

  it('stops trying when a try succeeds, always with the request id of the event', async () => {
    const ids: string[] = [];
    const functions = deployed((_event, { requestId }) => {
      ids.push(requestId);
      if (ids.length < 3) throw new Error('not yet');
    });
    const { requestId } = await functions.invoke('cn-hangzhou', 'f', '', { async: true });
    await functions.drain();
    expect(ids).toEqual([requestId, requestId, requestId]);
  });

  it('delivers an event twice when told to', async () => {
    let runs = 0;
    const functions = deployed(() => {
      runs += 1;
    });
    functions.duplicate(1);
    await functions.invoke('cn-hangzhou', 'f', '', { async: true });
    await functions.invoke('cn-hangzhou', 'f', '', { async: true });
    await functions.drain();
    expect(runs).toBe(3);
  });

  it('delivers what handlers queue while events are delivered', async () => {
    const seen: string[] = [];
    const functions = deployed(async (event) => {
      seen.push(event.toString());
      if (event.toString() === 'first') await functions.invoke('cn-hangzhou', 'f', 'second', { async: true });
    });
    await functions.invoke('cn-hangzhou', 'f', 'first', { async: true });
    await functions.drain();
    expect(seen).toEqual(['first', 'second']);
  });

  it('gives credentials that the cloud accepts over HTTP', async () => {
    const cloud = smallCloud();
    const server = await cloud.listen();
    cloud.functions.deploy({
      ...SETUP,
      handler: async (_event, { credentials }) => {
        const deadline = { left: () => 5_000 };
        const { body } = await createOpenApi({ credentials, deadline, endpoint: server.url }).call({
          product: 'cms',
          region: 'cn-hangzhou',
          action: 'DescribeMetricLast',
          query: { Namespace: 'acs_slb_dashboard', MetricName: 'InstanceNewConnection' },
          effect: 'read',
        });
        return body;
      },
    });
    const { body } = await cloud.functions.invoke('cn-hangzhou', 'f', '');
    expect(JSON.parse(body)).toMatchObject({ Success: true });
    await server.close();
  });

  it('refuses the second event of a task, for a day', async () => {
    const cloud = smallCloud();
    cloud.functions.deploy({ ...SETUP, handler: () => 'done', asyncTask: true });
    const invoke = (taskId: string) => cloud.functions.invoke('cn-hangzhou', 'f', '', { async: true, taskId });
    expect(await invoke('a')).toMatchObject({ status: 202 });
    expect(await invoke('a')).toMatchObject({ status: 409, code: 'StatefulAsyncInvocationAlreadyExists' });
    expect(await invoke('b')).toMatchObject({ status: 202 });
    cloud.step(DAY);
    expect(await invoke('a')).toMatchObject({ status: 202 });
    expect(await cloud.functions.drain()).toHaveLength(3);
  });

  it.each(['', '1', 'a.b', 'a'.repeat(129)])('refuses the task id %p', async (taskId) => {
    const functions = deployed(() => '', { asyncTask: true });
    expect(await functions.invoke('cn-hangzhou', 'f', '', { async: true, taskId })).toMatchObject({
      status: 400,
      code: 'InvalidArgument',
    });
  });

  it('takes every event of a function whose tasks are not switched on, and every synchronous one', async () => {
    const [off, on] = [deployed(() => ''), deployed(() => '', { asyncTask: true })];
    for (const status of [202, 202]) {
      expect(await off.invoke('cn-hangzhou', 'f', '', { async: true, taskId: 'a' })).toMatchObject({ status });
    }
    for (const status of [200, 200]) {
      expect(await on.invoke('cn-hangzhou', 'f', '', { taskId: 'a' })).toMatchObject({ status });
    }
  });

  it('tells for how long an answer is held back, and of nothing else', async () => {
    const functions = deployed(() => '', { latency: 300, asyncRetries: 0 });
    expect(await functions.invoke('cn-hangzhou', 'f', '')).toMatchObject({ status: 200, latency: 300 });
    expect(await functions.invoke('cn-hangzhou', 'f', '', { async: true })).not.toHaveProperty('latency');
    expect(await functions.invoke('cn-hangzhou', 'g', '')).not.toHaveProperty('latency');
  });

  it('does not deploy a function without a time limit', () => {
    expect(() => deployed(() => '', { timeout: 0 })).toThrow('the timeout must be above 0 seconds');
  });
});
