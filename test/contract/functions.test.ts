import { readFileSync } from 'node:fs';
import { inspect } from 'node:util';
import { type Cloud, createCloud, type FunctionHandler, type FunctionSetup } from '../../rehearsal/cloud';
import { rehearsedSurroundings } from '../../rehearsal/surroundings';
import { createFunctions } from '../../shared/cloud/functions';
import { createOpenApi } from '../../shared/cloud/open-api';
import { createServiceFunctions } from '../../shared/cloud/service-functions';
import { loadConfiguration } from '../../shared/config/load';
import { DAY, SECOND } from '../../shared/core/time';
import { InvalidInput } from '../../shared/errors';
import type { Credentials, Deadline, Functions } from '../../shared/ports';
import { type Connections, functionCompute } from '../../shared/serve/surroundings';
import { DEADLINE, errorOf, REGION, START } from '../rehearsal/cloud/faces';
import { failureOf } from '../shared/cloud/failure';

const OPERATION = 'fc.InvokeFunction';
const TIMEOUT = 5 * SECOND;
const LATE: Deadline = { left: () => 0 };

interface Face {
  readonly functions: Functions;
  close(): Promise<void>;
}

interface Caller {
  readonly deadline?: Deadline;
  readonly credentials?: Credentials;
}

function retriesOf(cloud: Cloud, { deadline = DEADLINE }: Caller) {
  return { clock: cloud.clock, random: () => 0, deadline };
}

async function overHttp(cloud: Cloud, caller: Caller = {}): Promise<Face> {
  const { credentials = cloud.credentials() } = caller;
  const { url: endpoint, close } = await cloud.listen();
  const around = retriesOf(cloud, caller);
  const functions = createFunctions({
    ...around,
    openApi: createOpenApi({ credentials, deadline: around.deadline, endpoint }),
    services: createServiceFunctions({ credentials, accountId: cloud.accountId, endpoint }),
  });
  return { functions, close };
}

async function inProcess(cloud: Cloud, caller: Caller = {}): Promise<Face> {
  const around = retriesOf(cloud, caller);
  const functions = createFunctions({
    ...around,
    openApi: cloud.openApi(),
    services: cloud.serviceFunctions(),
  });
  return { functions, close: async () => undefined };
}

describe.each([
  ['FC 3.0, over HTTP through the SDK', overHttp, 'watch'],
  ['FC 2.0, over HTTP through the SDK', overHttp, 'gateways/watch'],
  ['FC 3.0, in the process', inProcess, 'watch'],
  ['FC 2.0, in the process', inProcess, 'gateways/watch'],
] as const)('Functions of %s', (_, open, name) => {
  const address = { region: REGION, name };
  let face: Face | undefined;
  afterEach(() => face?.close());

  function cloudWith(handler: FunctionHandler, setup: Partial<FunctionSetup> = {}): Cloud {
    const cloud = createCloud({ at: START, seed: 1 });
    cloud.functions.deploy({ region: REGION, name, handler, timeout: 10, memory: 256, ...setup });
    return cloud;
  }

  async function functionsOf(cloud: Cloud, caller: Caller = {}): Promise<Functions> {
    face = await open(cloud, caller);
    return face.functions;
  }

  const answersOf = (cloud: Cloud) => cloud.calls().map(({ operation, status }) => [operation, status]);

  /** What handlers of the queued events got. */
  async function delivered(cloud: Cloud, seen: readonly string[]): Promise<readonly string[]> {
    await cloud.functions.drain();
    return seen;
  }

  it.each([
    ['an object', { healthy: true }],
    ['text of JSON', '{"healthy":true}'],
  ])('asks and gets what was answered: %s', async (__, answer) => {
    const cloud = cloudWith(() => answer);
    expect(await (await functionsOf(cloud)).ask(address, { look: 1 }, TIMEOUT)).toEqual({ healthy: true });
    expect(answersOf(cloud)).toEqual([[OPERATION, 200]]);
  });

  it.each([
    ['[1,2]', [1, 2]],
    ['null', null],
    ['"text"', 'text'],
    ['0', 0],
  ])('takes any JSON for an answer: %s', async (answer, value) => {
    expect(await (await functionsOf(cloudWith(() => answer))).ask(address, {}, TIMEOUT)).toEqual(value);
  });

  it('carries every character both ways', async () => {
    const event = { who: '网关 “默认” ñ 🚦', odd: "it's *(100 %) +&=\n" };
    const cloud = cloudWith((got) => got.toString());
    expect(await (await functionsOf(cloud)).ask(address, event, TIMEOUT)).toEqual(event);
  });

  it('says that the function failed, with its message cut', async () => {
    const cloud = cloudWith(() => Promise.reject(new Error(`no view of the gateway: ${'x'.repeat(1_000)}`)));
    const failure = await failureOf((await functionsOf(cloud)).ask(address, {}, TIMEOUT));
    expect(failure).toMatchObject({ kind: 'unavailable', code: 'UnhandledInvocationError', operation: OPERATION });
    expect(failure.message).toContain(`${name} in ${REGION} failed: no view of the gateway: xxx`);
    expect(failure.message.length).toBeLessThan(400);
    expect(failure.requestId).toMatch(/^[0-9A-F-]{36}$/);
    expect(answersOf(cloud)).toEqual([[OPERATION, 200]]);
  });

  it('says that the function was cut off at its own time limit', async () => {
    const cloud = cloudWith(() => new Promise(() => undefined), { timeout: 0.05 });
    expect(await failureOf((await functionsOf(cloud)).ask(address, {}, TIMEOUT))).toMatchObject({
      kind: 'unavailable',
      code: 'FunctionTimeout',
      message: `${OPERATION}: ${name} in ${REGION} failed: Function timed out after 0.05 seconds`,
    });
  });

  it('waits no longer than it was told, and does not ask again', async () => {
    let runs = 0;
    const handler = () => {
      runs += 1;
      return {};
    };
    const cloud = cloudWith(handler, { latency: 30 * SECOND });
    const failure = await failureOf((await functionsOf(cloud)).ask(address, {}, 250));
    expect(failure).toMatchObject({ kind: 'timeout', message: `${OPERATION}: no answer within 250 ms` });
    expect(runs).toBe(1);
  });

  it('gets an answer that is held back for less', async () => {
    const cloud = cloudWith(() => ({ slow: true }), { latency: 200 });
    expect(await (await functionsOf(cloud)).ask(address, {}, TIMEOUT)).toEqual({ slow: true });
  });

  it('tells regions apart', async () => {
    const cloud = cloudWith(() => ({ from: 'here' }));
    const there = { region: 'cn-beijing', name };
    cloud.functions.deploy({ ...there, handler: () => ({ from: 'there' }), timeout: 1, memory: 256 });
    const { ask } = await functionsOf(cloud);
    expect(await ask(address, {}, TIMEOUT)).toEqual({ from: 'here' });
    expect(await ask(there, {}, TIMEOUT)).toEqual({ from: 'there' });
  });

  it.each([
    ['of another name', { region: REGION, name: `${name}-absent` }],
    ['in another region', { region: 'cn-beijing', name }],
  ])('knows no function %s', async (__, absent) => {
    const cloud = cloudWith(() => ({}));
    const functions = await functionsOf(cloud);
    for (const attempt of [functions.ask(absent, {}, TIMEOUT), functions.tell(absent, {})]) {
      expect(await failureOf(attempt)).toMatchObject({ kind: 'not-found', status: 404, code: 'FunctionNotFound' });
    }
    expect(cloud.calls()).toHaveLength(2);
  });

  it('asks again after it was refused for the moment', async () => {
    const cloud = cloudWith(() => ({ at: 'last' }));
    cloud.faults.fail({ operation: OPERATION, times: 2, status: 429, code: 'ResourceExhausted' });
    expect(await (await functionsOf(cloud)).ask(address, {}, TIMEOUT)).toEqual({ at: 'last' });
    expect(cloud.calls()).toHaveLength(3);
  });

  it('gives up when it is refused each time', async () => {
    const cloud = cloudWith(() => ({}), { reservedConcurrency: 0 });
    expect(await failureOf((await functionsOf(cloud)).ask(address, {}, TIMEOUT))).toMatchObject({
      kind: 'throttled',
      status: 429,
      code: 'ResourceExhausted',
      message: expect.stringContaining('(after 4 attempts)'),
    });
    expect(cloud.calls()).toHaveLength(4);
  });

  it.each([
    [403, 'AccessDenied', 'permission'],
    [500, 'InternalServerError', 'unavailable'],
    [503, 'ServiceUnavailable', 'unavailable'],
    [400, 'InvalidArgument', 'rejected'],
  ])('asks once when it is refused with %d %s, which is %s', async (status, code, kind) => {
    const cloud = cloudWith(() => ({}));
    cloud.faults.fail({ operation: OPERATION, status, code, message: 'No.' });
    expect(await failureOf((await functionsOf(cloud)).ask(address, {}, TIMEOUT))).toMatchObject({ kind, status, code });
    expect(cloud.calls()).toHaveLength(1);
  });

  it('asks once when the connection is cut', async () => {
    const cloud = cloudWith(() => ({}));
    cloud.faults.cut({ operation: OPERATION, afterEffect: true });
    expect(await failureOf((await functionsOf(cloud)).ask(address, {}, TIMEOUT))).toMatchObject({
      kind: 'unavailable',
      code: 'ECONNRESET',
    });
    expect(cloud.calls()).toHaveLength(1);
  });

  it('names an error page of something in between by its status', async () => {
    const cloud = cloudWith(() => ({}));
    cloud.faults.garble({ operation: OPERATION, status: 502 });
    const failure = await failureOf((await functionsOf(cloud)).ask(address, {}, TIMEOUT));
    expect(failure).toMatchObject({ kind: 'unavailable', status: 502 });
  });

  it.each(['hello', '', '{"half":'])('cannot read an answer that is not JSON: %p', async (answer) => {
    const cloud = cloudWith(() => answer);
    expect(await failureOf((await functionsOf(cloud)).ask(address, {}, TIMEOUT))).toMatchObject({
      kind: 'unreadable',
      message: `${OPERATION}: what ${name} in ${REGION} answered is not JSON`,
    });
    expect(cloud.calls()).toHaveLength(1);
  });

  it('sends nothing when there is no time left', async () => {
    const cloud = cloudWith(() => ({}));
    const functions = await functionsOf(cloud, { deadline: LATE });
    for (const attempt of [functions.ask(address, {}, TIMEOUT), functions.tell(address, {})]) {
      expect(await failureOf(attempt)).toMatchObject({ kind: 'deadline' });
    }
    expect(cloud.calls()).toEqual([]);
  });

  it('tells, and waits for nothing but that the event was taken', async () => {
    const seen: string[] = [];
    const cloud = cloudWith((event) => seen.push(event.toString()));
    await (await functionsOf(cloud)).tell(address, { who: '网关' });
    expect(answersOf(cloud)).toEqual([[OPERATION, 202]]);
    expect(seen).toEqual([]);
    expect(await delivered(cloud, seen)).toEqual(['{"who":"网关"}']);
  });

  it('tells a task once a day', async () => {
    const seen: string[] = [];
    const cloud = cloudWith((event) => seen.push(event.toString()), { asyncTask: true });
    const functions = await functionsOf(cloud);
    await functions.tell(address, { n: 1 }, 'epoch-7_www');
    await functions.tell(address, { n: 2 }, 'epoch-7_www');
    await functions.tell(address, { n: 3 }, 'epoch-8_www');
    expect(await delivered(cloud, seen)).toEqual(['{"n":1}', '{"n":3}']);
    expect(answersOf(cloud)).toEqual([
      [OPERATION, 202],
      [OPERATION, 409],
      [OPERATION, 202],
    ]);
  });

  it('tells a task again when it is not known whether it was taken', async () => {
    const seen: string[] = [];
    const cloud = cloudWith((event) => seen.push(event.toString()), { asyncTask: true });
    cloud.faults.cut({ operation: OPERATION, times: 1, afterEffect: true });
    await (await functionsOf(cloud)).tell(address, { n: 1 }, 'epoch-7');
    expect(await delivered(cloud, seen)).toEqual(['{"n":1}']);
    expect(cloud.calls()).toMatchObject([{ code: 'ECONNRESET' }, { status: 409 }]);
  });

  it.each([
    ['a cut', (cloud: Cloud) => cloud.faults.cut({ operation: OPERATION, afterEffect: true })],
    [
      'an error of the vendor',
      (cloud: Cloud) =>
        cloud.faults.fail({ operation: OPERATION, status: 500, code: 'InternalServerError', afterEffect: true }),
    ],
  ])('leaves open whether anything else was taken after %s, and does not tell it again', async (__, fault) => {
    const seen: string[] = [];
    const cloud = cloudWith((event) => seen.push(event.toString()));
    fault(cloud);
    expect(await failureOf((await functionsOf(cloud)).tell(address, { n: 1 }))).toMatchObject({
      kind: 'unknown-outcome',
    });
    expect(await delivered(cloud, seen)).toEqual(['{"n":1}']);
  });

  it('does not take a conflict of an event without a task for one that was taken', async () => {
    const cloud = cloudWith(() => ({}));
    cloud.faults.fail({ operation: OPERATION, status: 409, code: 'ConcurrentUpdateError' });
    expect(await failureOf((await functionsOf(cloud)).tell(address, {}))).toMatchObject({ status: 409 });
  });

  it('refuses an event that is too large to be queued', async () => {
    const cloud = cloudWith(() => ({}));
    expect(await failureOf((await functionsOf(cloud)).tell(address, { text: 'x'.repeat(131_072) }))).toMatchObject({
      kind: 'rejected',
      code: 'EntityTooLarge',
    });
  });
});

describe.each([
  ['FC 3.0', 'watch'],
  ['FC 2.0', 'gateways/watch'],
])('credentials for %s', (_, name) => {
  const address = { region: REGION, name };
  let face: Face;
  afterEach(() => face.close());

  function refusing(change: Partial<Credentials>) {
    const cloud = createCloud({ at: START, seed: 1 });
    cloud.functions.deploy({ region: REGION, name, handler: () => ({}), timeout: 1, memory: 256 });
    return { cloud, credentials: { ...cloud.credentials(), ...change } };
  }

  it.each([
    ['secret', { accessKeySecret: 'a-wrong-secret' }],
    ['key', { accessKeyId: 'STS.unknown' }],
    ['token', { securityToken: 'a-wrong-token' }],
    ['key of a user, which has no token', { accessKeyId: 'LTAIunknown', securityToken: '' }],
  ])('are refused for a wrong %s, and never quoted', async (__, change) => {
    const { cloud, credentials } = refusing(change);
    face = await overHttp(cloud, { credentials });
    const failures = [
      await failureOf(face.functions.ask(address, {}, TIMEOUT)),
      await failureOf(face.functions.tell(address, {}, 'task')),
    ];
    expect(failures).toMatchObject([{ kind: 'permission' }, { kind: 'permission' }]);
    for (const secret of Object.values(credentials).filter((value) => value !== '')) {
      expect(inspect(failures, { depth: 10, showHidden: true })).not.toContain(secret);
    }
    expect(cloud.calls()).toHaveLength(2);
  });

  it('are in no error that comes of what others answer', async () => {
    const { cloud, credentials } = refusing({});
    const secrets = Object.values(credentials);
    face = await overHttp(cloud, { credentials });
    const failures: unknown[] = [];
    const attempt = async () => failures.push(await errorOf(face.functions.ask(address, { token: 'event' }, 300)));
    cloud.faults.fail({ operation: OPERATION, status: 400, code: 'InvalidArgument', message: secrets.join(' ') });
    await attempt();
    cloud.faults.clear();
    cloud.faults.cut({ operation: OPERATION });
    await attempt();
    cloud.faults.clear();
    cloud.faults.delay({ operation: OPERATION, by: 10 * SECOND });
    await attempt();
    expect(failures).toHaveLength(3);
    for (const secret of [...secrets, '{"token":"event"}']) {
      expect(inspect(failures, { depth: 10, showHidden: true })).not.toContain(secret);
    }
  });
});

it('forgets a task after a day', async () => {
  const cloud = createCloud({ at: START, seed: 1 });
  const seen: string[] = [];
  const handler: FunctionHandler = (event) => seen.push(event.toString());
  cloud.functions.deploy({ region: REGION, name: 'watch', handler, timeout: 1, memory: 256, asyncTask: true });
  const { functions } = await inProcess(cloud);
  await functions.tell({ region: REGION, name: 'watch' }, { n: 1 }, 'task');
  cloud.step(DAY);
  await functions.tell({ region: REGION, name: 'watch' }, { n: 2 }, 'task');
  await cloud.functions.drain();
  expect(seen).toEqual(['{"n":1}', '{"n":2}']);
});

describe('what a handler is given', () => {
  const configuration = loadConfiguration(readFileSync('autopilot.example.yaml', 'utf8'), 'autopilot.example.yaml');
  const writeLine = () => undefined;

  function cloudWithBoth(): Cloud {
    const cloud = createCloud({ at: START, seed: 1 });
    for (const name of ['watch', 'gateways/watch']) {
      cloud.functions.deploy({ region: REGION, name, handler: () => ({ name }), timeout: 1, memory: 256 });
    }
    return cloud;
  }

  async function answersOf({ functions, close }: Connections): Promise<readonly unknown[]> {
    const names = ['watch', 'gateways/watch'];
    const answers = await Promise.all(names.map((name) => functions.ask({ region: REGION, name }, {}, TIMEOUT)));
    close();
    return answers;
  }

  it.each([true, false])('reaches functions in a rehearsal, over HTTP or not: %p', async (listens) => {
    const cloud = cloudWithBoth();
    const server = listens ? await cloud.listen() : undefined;
    const surroundings = rehearsedSurroundings({ cloud, configuration, url: server?.url, writeLine });
    const connections = surroundings.connect(cloud.credentials(), DEADLINE);
    expect(await answersOf(connections)).toEqual([{ name: 'watch' }, { name: 'gateways/watch' }]);
    await server?.close();
  });

  it('reaches functions in Function Compute, whose environment names the account', async () => {
    const cloud = cloudWithBoth();
    const server = await cloud.listen();
    const environment = { ...process.env };
    process.env = { ...environment, AUTOPILOT_ENDPOINT: server.url, FC_ACCOUNT_ID: cloud.accountId };
    try {
      const connections = functionCompute('.', () => ({})).connect(cloud.credentials(), DEADLINE);
      expect(await answersOf(connections)).toEqual([{ name: 'watch' }, { name: 'gateways/watch' }]);
    } finally {
      process.env = environment;
      await server.close();
    }
  });
});

it('needs the account for a function of FC 2.0, and for no other', async () => {
  const cloud = createCloud({ at: START, seed: 1 });
  cloud.functions.deploy({ region: REGION, name: 'watch', handler: () => ({ ok: true }), timeout: 1, memory: 256 });
  const { url: endpoint, close } = await cloud.listen();
  const credentials = cloud.credentials();
  const around = retriesOf(cloud, {});
  const { ask } = createFunctions({
    ...around,
    openApi: createOpenApi({ credentials, deadline: DEADLINE, endpoint }),
    services: createServiceFunctions({ credentials, accountId: undefined, endpoint }),
  });
  expect(await ask({ region: REGION, name: 'watch' }, {}, TIMEOUT)).toEqual({ ok: true });
  const refused = await errorOf(ask({ region: REGION, name: 'gateways/watch' }, {}, TIMEOUT));
  expect(refused).toBeInstanceOf(InvalidInput);
  expect(refused.message).toContain('FC_ACCOUNT_ID');
  await close();
});
