import { createFunctions } from '../../../shared/cloud/functions';
import { createServiceFunctions } from '../../../shared/cloud/service-functions';
import { CloudError, InvalidInput } from '../../../shared/errors';
import type { FunctionAddress } from '../../../shared/ports';
import { failureOf } from './failure';
import { scriptedApi } from './scripted-api';
import { json, type Reply, type ScriptedServer, serve } from './scripted-server';
import { deadlineOf, virtualClock } from './virtual-clock';

const REGION = 'cn-hangzhou';
const credentials = { accessKeyId: 'STS.key', accessKeySecret: 'hush', securityToken: 'token/+=' };

let server: ScriptedServer | undefined;
afterEach(async () => {
  await server?.close();
  server = undefined;
});

function functionsOn(openApi = scriptedApi('{}'), endpoint = 'http://127.0.0.1:9') {
  const clock = virtualClock();
  const functions = createFunctions({
    openApi,
    services: createServiceFunctions({ credentials, accountId: '1234567890123456', endpoint }),
    clock,
    deadline: deadlineOf(clock, 600_000),
    random: () => 1,
  });
  return { functions, openApi, clock };
}

async function asking(reply: Reply, ...more: readonly Reply[]) {
  server = await serve(reply, ...more);
  return functionsOn(undefined, server.url).functions.ask({ region: REGION, name: 'gateways/watch' }, {}, 5_000);
}

async function refusalOf(work: Promise<unknown>): Promise<Error> {
  try {
    await work;
  } catch (error) {
    if (error instanceof InvalidInput) return error;
    throw error;
  }
  throw new Error('it was not refused');
}

describe('addresses', () => {
  it.each(['watch', '_watch', 'w', 'gateway-autopilot-watch', 'gateways$watch', 'W_1'])(
    'take %s for FC 3.0',
    async (name) => {
      const { functions, openApi } = functionsOn();
      await functions.ask({ region: REGION, name }, {}, 1_000);
      expect(openApi.calls).toMatchObject([
        { region: REGION, roa: { path: `/2023-03-30/functions/${name.replace('$', '%24')}/invocations` } },
      ]);
    },
  );

  it.each(['gateways/watch', '_g-1/_w-2', 'G/w'])('take %s for FC 2.0', async (name) => {
    const reply = json({});
    server = await serve(reply);
    const { functions, openApi } = functionsOn(undefined, server.url);
    await functions.ask({ region: REGION, name }, {}, 1_000);
    expect(openApi.calls).toEqual([]);
    const [service, called] = name.split('/');
    expect(server.seen).toMatchObject([{ path: `/2016-08-15/services/${service}/functions/${called}/invocations` }]);
  });

  it.each<[string, FunctionAddress]>([
    ['no name', { region: REGION, name: '' }],
    ['a name that starts with a digit', { region: REGION, name: '1watch' }],
    ['a name that starts with a hyphen', { region: REGION, name: '-watch' }],
    ['a path', { region: REGION, name: '../watch' }],
    ['no service', { region: REGION, name: '/watch' }],
    ['no function', { region: REGION, name: 'gateways/' }],
    ['three parts', { region: REGION, name: 'a/b/c' }],
    ['a qualifier', { region: REGION, name: 'gateways.LATEST/watch' }],
    ['a query', { region: REGION, name: 'watch?qualifier=1' }],
    ['an ARN', { region: REGION, name: 'acs:fc:cn-hangzhou:1:functions/watch' }],
    ['an address', { region: REGION, name: 'https://watch' }],
    ['a name with a space', { region: REGION, name: 'gateway watch' }],
    ['a line end', { region: REGION, name: 'watch\n' }],
    ['too long a name', { region: REGION, name: 'x'.repeat(257) }],
    ['too long a service', { region: REGION, name: `${'x'.repeat(129)}/watch` }],
    ['no region', { region: '', name: 'watch' }],
    ['another host for a region', { region: 'example.com/', name: 'watch' }],
    ['a region in capitals', { region: 'CN-HANGZHOU', name: 'watch' }],
  ])('refuse %s, and ask nobody', async (_, address) => {
    const { functions, openApi } = functionsOn();
    for (const refused of [functions.ask(address, {}, 1_000), functions.tell(address, {})]) {
      const { message } = await refusalOf(refused);
      expect(message).toMatch(/^not (the name of a function|a region): /);
      expect(message.length).toBeLessThan(400);
    }
    expect(openApi.calls).toEqual([]);
  });

  it.each(['', '7', '-a', 'a.b', 'a/b', 'ä', 'a'.repeat(129)])('refuse the task id %p', async (taskId) => {
    const { functions, openApi } = functionsOn();
    const refused = await refusalOf(functions.tell({ region: REGION, name: 'watch' }, {}, taskId));
    expect(refused.message).toContain('not a task id: ');
    expect(openApi.calls).toEqual([]);
  });

  it.each(['a', '_', 'epoch-29921760_www', 'a'.repeat(128)])('take the task id %s', async (taskId) => {
    const { functions, openApi } = functionsOn();
    await functions.tell({ region: REGION, name: 'watch' }, {}, taskId);
    expect(openApi.calls).toMatchObject([{ headers: { 'x-fc-async-task-id': taskId } }]);
  });
});

describe('what is sent to FC 3.0', () => {
  const address = { region: REGION, name: 'watch' };

  it.each([
    [1_000, 1_000],
    [60_000, 60_000],
    [90_000, 60_000],
  ])('waits %d ms for an answer by a limit of %d ms', async (timeout, limit) => {
    const { functions, openApi } = functionsOn();
    await functions.ask(address, { a: 'ñ' }, timeout);
    expect(openApi.calls).toEqual([
      {
        product: 'fc',
        region: REGION,
        action: 'InvokeFunction',
        roa: { method: 'POST', path: '/2023-03-30/functions/watch/invocations' },
        headers: { 'content-type': 'application/octet-stream', 'x-fc-invocation-type': 'Sync' },
        body: '{"a":"ñ"}',
        answer: 'text',
        limit,
        effect: 'read',
      },
    ]);
  });

  it('is a write, for ten seconds, when it tells', async () => {
    const { functions, openApi } = functionsOn();
    await functions.tell(address, {});
    expect(openApi.calls).toMatchObject([
      { headers: { 'x-fc-invocation-type': 'Async' }, effect: 'write', limit: 10_000 },
    ]);
    expect(openApi.calls[0]?.headers).not.toHaveProperty('x-fc-async-task-id');
  });

  it.each([
    [409, 'ANewCode', 'taken'],
    [400, 'StatefulAsyncInvocationAlreadyExists', 'taken'],
    [400, 'InvalidArgument', 'refused'],
    [404, 'FunctionNotFound', 'refused'],
  ])('is a task that was taken before, or is refused: %d %s is %s', async (status, code, outcome) => {
    const refused = new CloudError('no', { kind: 'rejected', operation: 'fc.InvokeFunction', status, code });
    const { functions } = functionsOn(scriptedApi(refused));
    const told = functions.tell(address, {}, 'task').then(
      () => 'taken',
      () => 'refused',
    );
    expect(await told).toBe(outcome);
  });

  it('is under what is left of the time that it was told, when it is sent again', async () => {
    const clock = virtualClock();
    const refused = new CloudError('no', { kind: 'throttled', operation: 'fc.InvokeFunction' });
    const openApi = scriptedApi(refused, refused, '{"a":1}');
    const deadline = deadlineOf(clock, 600_000);
    const services = createServiceFunctions({ credentials, accountId: undefined });
    const functions = createFunctions({ openApi, services, clock, deadline, random: () => 1 });
    expect(await functions.ask(address, {}, 2_000)).toEqual({ a: 1 });
    expect(openApi.calls.map(({ limit }) => limit)).toEqual([2_000, 1_800, 1_400]);
  });
});

describe('what is sent to FC 2.0', () => {
  it('is signed in its own way, with the token, on a connection of its own', async () => {
    server = await serve(json({ ok: true }));
    const { functions } = functionsOn(undefined, server.url);
    await functions.tell({ region: REGION, name: 'gateways/watch' }, { a: 'ñ' }, 'task');
    await functions.ask({ region: REGION, name: 'gateways/watch' }, {}, 1_000);
    const [told, asked] = server.seen;
    expect(told).toMatchObject({
      method: 'POST',
      body: '{"a":"ñ"}',
      headers: {
        connection: 'close',
        'content-type': 'application/octet-stream',
        'x-fc-account-id': '1234567890123456',
        'x-fc-security-token': 'token/+=',
        'x-fc-invocation-type': 'Async',
        'x-fc-stateful-async-invocation-id': 'task',
      },
    });
    expect(told?.headers.authorization).toMatch(/^FC STS\.key:[A-Za-z0-9+/]{43}=$/);
    expect(asked?.headers).toMatchObject({ 'x-fc-invocation-type': 'Sync' });
    expect(asked?.headers).not.toHaveProperty('x-fc-stateful-async-invocation-id');
    expect(asked?.port).not.toBe(told?.port);
  });

  it.each(['http://fc.example.com', 'ftp://127.0.0.1', 'nonsense'])('never goes to %s', (endpoint) => {
    expect(() => createServiceFunctions({ credentials, accountId: '1', endpoint })).toThrow(InvalidInput);
  });
});

describe('answers of FC 2.0', () => {
  const raw =
    (body: string, type: string, status = 200): Reply =>
    (res) =>
      res.writeHead(status, { 'content-type': type }).end(body);

  it.each([
    ['text', raw('"[1]"', 'application/octet-stream'), '[1]'],
    ['JSON', raw('"[1]"', 'application/json'), '[1]'],
    ['JSON with its alphabet', raw('{"a":"ñ"}', 'application/json; charset=utf-8'), { a: 'ñ' }],
  ])('are parsed once: %s', async (_, reply, answer) => {
    expect(await asking(reply)).toEqual(answer);
  });

  it.each([
    ['an error as it is documented', json({ errorCode: 'AccessDenied', errorMessage: 'No.' }, 403), 'permission', 403],
    [
      'an error as its client reads it',
      json({ ErrorCode: 'ServiceNotFound', ErrorMessage: 'No.' }, 404),
      'not-found',
      404,
    ],
    ['an error of FC 3.0', json({ Code: 'AccessDenied', Message: 'No.' }, 403), 'permission', 403],
    ['machines used up', json({ ErrorCode: 'ResourceThrottled', ErrorMessage: 'No.' }, 503), 'throttled', 503],
    ['null', raw('null', 'application/json', 500), 'unavailable', 500],
    ['half of an object', raw('{"a', 'application/json', 502), 'unavailable', 502],
    ['an error page', raw('<html>', 'text/html', 503), 'unavailable', 503],
    ['a gateway that gave up', raw('<html>', 'text/html', 504), 'timeout', 504],
    ['a redirection', raw('', 'text/html', 302), 'unreadable', 302],
    ['an answer that says JSON and is none', raw('{"a', 'application/json'), 'unreadable', 200],
  ])('are named: %s', async (_, reply, kind, status) => {
    expect(await failureOf(asking(reply))).toMatchObject({ kind, status });
  });

  it.each([
    ['headers that do not come', () => undefined],
    ['a body that stalls', (res: Parameters<Reply>[0]) => void res.writeHead(200).write('{')],
    [
      'a body that drips',
      (res: Parameters<Reply>[0]) => {
        const drip = setInterval(() => res.write(' '), 20);
        res.on('close', () => clearInterval(drip));
      },
    ],
  ])('are not waited for longer than told: %s', async (_, reply) => {
    server = await serve(reply);
    const { functions } = functionsOn(undefined, server.url);
    const started = performance.now();
    const failure = await failureOf(functions.ask({ region: REGION, name: 'gateways/watch' }, {}, 250));
    expect(failure).toMatchObject({ kind: 'timeout', message: 'fc.InvokeFunction: no answer within 250 ms' });
    expect(performance.now() - started).toBeLessThan(1_500);
  });

  it('do not come from where nothing listens', async () => {
    server = await serve(json({}));
    const { functions } = functionsOn(undefined, server.url);
    await server.close();
    expect(await failureOf(functions.tell({ region: REGION, name: 'gateways/watch' }, {}))).toMatchObject({
      kind: 'unavailable',
      code: 'ECONNREFUSED',
    });
    server = undefined;
  });
});
