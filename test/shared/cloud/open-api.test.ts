import { createOpenApi } from '../../../shared/cloud/open-api';
import type { OpenApiCall } from '../../../shared/cloud/seams';
import { InvalidInput } from '../../../shared/errors';
import { failureOf } from './failure';
import {
  CUT_SHORT,
  html,
  json,
  RESETS,
  type Reply,
  type ScriptedServer,
  SILENCES,
  serve,
  text,
} from './scripted-server';
import { timeLeft } from './virtual-clock';

const credentials = { accessKeyId: 'STS.key', accessKeySecret: 'hush', securityToken: 'token/+=' };
const READ: OpenApiCall = {
  product: 'cms',
  region: 'cn-hangzhou',
  action: 'DescribeMetricList',
  query: { Namespace: 'acs_slb_dashboard', Period: 60, Secret: "it's *(hidden)", Left: undefined },
  effect: 'read',
};
const WRITE: OpenApiCall = { ...READ, effect: 'write' };
const REMOVAL: OpenApiCall = { ...READ, effect: 'removal' };

let server: ScriptedServer;
afterEach(async () => await server.close());

async function calling(reply: Reply, call: OpenApiCall, left = 5_000) {
  server = await serve(reply);
  return await createOpenApi({ credentials, deadline: timeLeft(left), endpoint: server.url }).call(call);
}

describe('what is sent', () => {
  it('sends an RPC call as a signed POST with all parameters in the query', async () => {
    const answer = await calling(json({ RequestId: 'R1', Datapoints: '[]' }), READ);
    expect(answer).toMatchObject({ body: { RequestId: 'R1', Datapoints: '[]' }, requestId: 'R1' });
    expect(server.seen).toHaveLength(1);
    const [seen] = server.seen;
    expect(seen).toMatchObject({
      method: 'POST',
      path: '/',
      body: '',
      query: { Namespace: 'acs_slb_dashboard', Period: '60', Secret: "it's *(hidden)" },
      headers: {
        'x-acs-action': 'DescribeMetricList',
        'x-acs-version': '2019-01-01',
        'x-acs-security-token': 'token/+=',
        'x-acs-accesskey-id': 'STS.key',
        connection: 'close',
      },
    });
    expect(Object.keys(seen?.query ?? {})).toEqual(['Namespace', 'Period', 'Secret']);
    expect(seen?.headers.authorization).toMatch(/^ACS3-HMAC-SHA256 Credential=STS\.key,SignedHeaders=host;/);
  });

  it('sends a ROA call with its own method and path', async () => {
    await calling(json({ config: 'yaml' }), {
      product: 'cs',
      region: 'cn-hangzhou',
      action: 'DescribeClusterUserKubeconfig',
      roa: { method: 'GET', path: '/k8s/c%2F1/user_config' },
      query: { PrivateIpAddress: true },
      effect: 'read',
    });
    expect(server.seen).toMatchObject([
      {
        method: 'GET',
        path: '/k8s/c%2F1/user_config',
        query: { PrivateIpAddress: 'true' },
        headers: { 'x-acs-version': '2015-12-15', 'x-acs-action': 'DescribeClusterUserKubeconfig' },
      },
    ]);
  });

  it.each([
    [Date.parse('2026-11-22T00:00:50Z'), '2026-11-22T00:00:50Z'],
    [Date.parse('2026-11-22T00:00:50.999Z'), '2026-11-22T00:00:50Z'],
  ])('signs with the date that it is told: %d', async (signedAt, date) => {
    await calling(json({}), { ...REMOVAL, signedAt });
    const [seen] = server.seen;
    expect(seen?.headers['x-acs-date']).toBe(date);
    expect(seen?.headers.authorization).toMatch(/SignedHeaders=[^,]*;x-acs-date;/);
  });

  it('sends headers and a body as they are given', async () => {
    const call: OpenApiCall = {
      product: 'fc',
      region: 'cn-hangzhou',
      action: 'InvokeFunction',
      roa: { method: 'POST', path: '/2023-03-30/functions/f/invocations' },
      headers: { 'x-fc-invocation-type': 'Sync', 'content-type': 'application/octet-stream' },
      body: '{"who":"网关"}',
      effect: 'read',
    };
    await calling(json({}), call);
    const [seen] = server.seen;
    expect(seen).toMatchObject({
      body: '{"who":"网关"}',
      headers: {
        'x-fc-invocation-type': 'Sync',
        'content-type': 'application/octet-stream',
        'x-acs-region-id': 'cn-hangzhou',
        connection: 'close',
      },
    });
    // SHA-256 of the body's UTF-8, by coreutils.
    expect(seen?.headers['x-acs-content-sha256']).toBe(
      '1dc0cf94c17c86e3a9b8122af93be17ad9773b8dc3673898e4b3e9d3b62b7c7d',
    );
  });

  it('signs now unless told', async () => {
    await calling(json({}), REMOVAL);
    const date = Date.parse(String(server.seen[0]?.headers['x-acs-date']));
    expect(Math.abs(date - Date.now())).toBeLessThan(60_000);
  });

  it.each([
    ['Sun, 22 Nov 2026 00:07:30 GMT', 1_795_306_050_000],
    ['soon', undefined],
  ])('tells the date of the answer: %s', async (date, expected) => {
    expect((await calling(json({}, 200, { date }), READ)).date).toBe(expected);
  });

  it('gives every call a connection of its own, so that none outlives the invocation', async () => {
    server = await serve(json({}));
    const api = createOpenApi({ credentials, deadline: timeLeft(5_000), endpoint: server.url });
    for (let i = 0; i < 5; i += 1) await api.call(READ);
    expect(new Set(server.seen.map(({ port }) => port)).size).toBe(5);
  });

  it('sends nothing when there is no time left', async () => {
    const failure = await failureOf(calling(json({}), READ, 0));
    expect(failure.kind).toBe('deadline');
    expect(server.seen).toHaveLength(0);
  });

  it.each([
    ['the body', json({ RequestId: 'A', requestId: 'B' }), 'A'],
    ['the body of CS', json({ requestId: 'B' }), 'B'],
    ['the header', json({}, 200, { 'x-acs-request-id': 'C' }), 'C'],
    ['nowhere', json({}), ''],
  ])('takes the request id from %s', async (_, reply, expected) => {
    expect((await calling(reply, READ)).requestId).toBe(expected);
  });
});

describe('endpoints', () => {
  beforeEach(async () => {
    server = await serve(json({}));
  });

  it.each([
    ['http://metrics.example.com', 'must be https'],
    ['http://127.0.0.1.example.com', 'must be https'],
    ['ftp://127.0.0.1', 'must be https'],
    ['127.0.0.1:8080', 'not a URL'],
    ['localhost:8080', 'must be https'],
    ['nonsense', 'not a URL'],
  ])('refuses %s', (endpoint, message) => {
    const create = () => createOpenApi({ credentials, deadline: timeLeft(1_000), endpoint });
    expect(create).toThrow(InvalidInput);
    expect(create).toThrow(message);
  });

  it.each(['https://metrics.example.com', 'http://localhost:1', 'http://[::1]:1', 'http://127.0.0.2:1'])(
    'takes %s',
    (endpoint) => {
      expect(() => createOpenApi({ credentials, deadline: timeLeft(1_000), endpoint })).not.toThrow();
    },
  );
});

describe('answers that say no', () => {
  it.each([
    ['Throttling.User', 400, 'throttled'],
    ['ServiceIsConfiguring', 400, 'busy'],
    ['InvalidLoadBalancerId.NotFound', 404, 'not-found'],
    ['Forbidden.RAM', 403, 'permission'],
    ['SomethingNew', 503, 'unavailable'],
    ['SomethingNew', 400, 'rejected'],
  ])('names %s with status %i %s', async (Code, status, kind) => {
    const failure = await failureOf(calling(json({ Code, Message: 'No.', RequestId: 'R9' }, status), READ));
    expect(failure).toMatchObject({
      kind,
      operation: 'cms.DescribeMetricList',
      code: Code,
      status,
      requestId: 'R9',
      message: `cms.DescribeMetricList: ${Code}: No. (status ${status})`,
    });
  });

  it.each([
    [{}, 500, 'unavailable', undefined, 'refused (status 500)'],
    [{ RequestId: 'R' }, 403, 'permission', undefined, 'refused (status 403)'],
    [{ Code: null, Message: 'No.' }, 404, 'not-found', undefined, 'No. (status 404)'],
    [{ Code: '', message: 'No.' }, 429, 'throttled', undefined, 'No. (status 429)'],
    [{ Code: 503, Message: 'No.' }, 400, 'unavailable', '503', '503: No. (status 400)'],
  ])('names %p with status %i %s', async (body, status, kind, code, message) => {
    const failure = await failureOf(calling(json(body, status), READ));
    expect(failure).toMatchObject({ kind, status, message: `cms.DescribeMetricList: ${message}` });
    expect(failure.code).toBe(code);
  });

  it('reads the lower-case form of CS', async () => {
    const reply = json({ code: 'ErrorClusterNotFound', message: 'gone', requestId: 'R3' }, 404);
    expect(await failureOf(calling(reply, READ))).toMatchObject({
      kind: 'not-found',
      code: 'ErrorClusterNotFound',
      requestId: 'R3',
    });
  });

  it('never passes on credentials, the query or what was signed', async () => {
    const replies: Reply[] = [
      json({ Code: 'SignatureDoesNotMatch', Message: 'string to sign: POST\n/\nSecret=hidden' }, 400),
      json({ Code: 'InvalidParameter', Message: 'key STS.key with hush and token/+= is odd' }, 400),
      json({ Code: 'InvalidParameter', Message: 'x'.repeat(2_000) }, 400),
      html(503),
      ...Object.values(RESETS),
      SILENCES['no headers'] ?? html(500),
    ];
    for (const reply of replies) {
      const failure = await failureOf(calling(reply, READ, 100));
      await server.close();
      const shown = `${failure.message} ${JSON.stringify(failure)} ${String(failure.cause)}`;
      for (const secret of ['STS.key', 'hush', 'token/+=', 'hidden']) expect(shown).not.toContain(secret);
      expect(failure.message.length).toBeLessThan(400);
    }
  });
});

describe('answers that are wanted as text', () => {
  const TEXT: OpenApiCall = { ...READ, answer: 'text' };

  it.each(['hello', '', '[1]', '{"a":1}'])('are passed on as they came: %p', async (body) => {
    const reply: Reply = (res) => res.writeHead(200, { 'x-fc-request-id': 'F1', 'x-fc-error-type': 'E' }).end(body);
    expect(await calling(reply, TEXT)).toMatchObject({
      body,
      requestId: 'F1',
      headers: { 'x-fc-error-type': 'E' },
    });
  });

  it.each([
    [json({ Code: 'FunctionNotFound', Message: 'No.' }, 404), 'not-found'],
    [html(404), 'unreadable'],
    [html(503), 'unavailable'],
    [(res: Parameters<Reply>[0]) => res.writeHead(302, { location: '/' }).end('{}'), 'unreadable'],
  ])('are so only when all went well: case %#', async (reply, kind) => {
    expect((await failureOf(calling(reply, TEXT))).kind).toBe(kind);
  });
});

describe('answers that cannot be read', () => {
  const replies: [string, Reply][] = [
    ['HTML with status 200', html(200)],
    ['HTML with status 404', html(404)],
    ['an empty body', text('')],
    ['null', text('null')],
    ['null with status 400', text('null', 400)],
    ['half of an object', text('{"a":')],
    ['a number', text('3')],
    ['a redirection', (res) => res.writeHead(302, { location: '/login' }).end('{}')],
  ];

  it.each(replies)('calls %s unreadable for a read', async (_, reply) => {
    expect((await failureOf(calling(reply, READ))).kind).toBe('unreadable');
  });

  it.each(replies)('does not know what %s means for a write', async (_, reply) => {
    expect((await failureOf(calling(reply, WRITE))).kind).toBe('unknown-outcome');
  });
});

describe('error pages of something in between', () => {
  const replies: [string, Reply, number, string, string][] = [
    ['HTML', html(503), 503, 'unavailable', 'unavailable'],
    ['HTML', html(504), 504, 'timeout', 'unknown-outcome'],
    ['an empty body', text('', 500), 500, 'unavailable', 'unavailable'],
    ['an array', text('[]', 502), 502, 'unavailable', 'unavailable'],
  ];

  it.each(replies)(
    'names %s by its status: %p %i is %s for a read, %s for a write',
    async (_, reply, status, ...kinds) => {
      const failures = [];
      for (const call of [READ, WRITE]) {
        failures.push(await failureOf(calling(reply, call)));
        await server.close();
      }
      expect(failures).toMatchObject(kinds.map((kind) => ({ kind, status })));
      expect(failures[0]?.message).toBe('cms.DescribeMetricList: an error answer that is not a JSON object');
    },
  );

  it('tells the statuses of calls side by side apart', async () => {
    server = await serve((res, seen) => html(Number(seen.query['Status']))(res, seen));
    const api = createOpenApi({ credentials, deadline: timeLeft(5_000), endpoint: server.url });
    const failures = [502, 404, 504, 500].map((Status) => failureOf(api.call({ ...READ, query: { Status } })));
    expect((await Promise.all(failures)).map(({ status }) => status)).toEqual([502, 404, 504, 500]);
  });
});

describe('answers that do not come', () => {
  it.each(Object.entries(SILENCES))('ends in time at %s', async (_, reply) => {
    const started = performance.now();
    const failure = await failureOf(calling(reply, READ, 300));
    const took = performance.now() - started;
    expect(failure).toMatchObject({ kind: 'timeout', message: 'cms.DescribeMetricList: no answer within 300 ms' });
    expect(took).toBeGreaterThan(250);
    expect(took).toBeLessThan(1_500);
  });

  it('keeps to the limit of one call when the deadline is far', async () => {
    server = await serve(SILENCES['no headers'] ?? html(500));
    const api = createOpenApi({ credentials, deadline: timeLeft(60_000), endpoint: server.url, callLimit: 200 });
    expect((await failureOf(api.call(READ))).message).toContain('within 200 ms');
  });

  it.each([
    [{ limit: 250 }, 5_000],
    [{ limit: 60_000 }, 250],
  ])('keeps to the limit that a call brings, and to the deadline: %p, %d ms', async (change, left) => {
    const failure = await failureOf(calling(SILENCES['no headers'] ?? html(500), { ...READ, ...change }, left));
    expect(failure).toMatchObject({ kind: 'timeout', message: 'cms.DescribeMetricList: no answer within 250 ms' });
  });

  it('waits longer than usual where a call says so', async () => {
    server = await serve((res) => void setTimeout(() => res.end('{}'), 400));
    const api = createOpenApi({ credentials, deadline: timeLeft(60_000), endpoint: server.url, callLimit: 100 });
    expect((await api.call({ ...READ, limit: 5_000 })).body).toEqual({});
  });

  it('times out the second call as well as the first', async () => {
    server = await serve(json({}), (res) => void setTimeout(() => res.end('{}'), 1_000));
    const api = createOpenApi({ credentials, deadline: timeLeft(300), endpoint: server.url });
    await api.call(READ);
    const started = performance.now();
    expect((await failureOf(api.call(READ))).kind).toBe('timeout');
    expect(performance.now() - started).toBeLessThan(1_500);
  });

  it.each([...Object.entries(SILENCES), ...Object.entries(RESETS)])(
    'does not know the outcome of a write or removal after %s',
    async (_, reply) => {
      for (const call of [WRITE, REMOVAL]) {
        expect((await failureOf(calling(reply, call, 200))).kind).toBe('unknown-outcome');
        await server.close();
      }
    },
  );

  it.each([...Object.entries(RESETS), ['a body cut short', CUT_SHORT] as const])(
    'calls %s unavailable for a read',
    async (_, reply) => {
      expect(await failureOf(calling(reply, READ))).toMatchObject({ kind: 'unavailable', code: 'ECONNRESET' });
    },
  );

  it.each(['read', 'write', 'removal'] as const)('knows that a refused connection sent nothing: %s', async (effect) => {
    server = await serve(json({}));
    await server.close();
    const api = createOpenApi({ credentials, deadline: timeLeft(1_000), endpoint: server.url });
    expect(await failureOf(api.call({ ...READ, effect }))).toMatchObject({ kind: 'unavailable', code: 'ECONNREFUSED' });
    server = await serve(json({}));
  });
});
