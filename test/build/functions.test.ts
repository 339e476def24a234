import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { CANARY, type FunctionProcess, killFunctions, type Outcome, startFunction } from './function-process';
import { closeServers, httpServer } from './loopback-servers';

const ROOT = path.resolve(__dirname, '../..');
const FUNCTIONS = readdirSync(path.join(ROOT, 'functions'), { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map(({ name }) => name);
const TIMER = '{"triggerTime":"2026-11-22T07:49:00Z","triggerName":"every-minute"}';

let out: string;

/** An Alibaba Cloud that knows the caller and lets it do nothing; it counts how often it was asked. */
async function startRefusingCloud() {
  const actions: string[] = [];
  const port = await httpServer(({ headers }) => {
    actions.push(String(headers['x-acs-action']));
    return { status: 403, body: { RequestId: 'r', Code: 'Forbidden.RAM', Message: 'not authorized' } };
  });
  return {
    actions,
    environment: { AUTOPILOT_CONFIG: 'autopilot.yaml', AUTOPILOT_ENDPOINT: `http://127.0.0.1:${port}` },
  };
}

function answerOf(outcome: Outcome): Readonly<Record<string, unknown>> {
  if (!('result' in outcome) || typeof outcome.result !== 'string') throw new Error(JSON.stringify(outcome));
  return JSON.parse(outcome.result) as Readonly<Record<string, unknown>>;
}

async function expectSilentEnd(running: FunctionProcess, outcomes: readonly Outcome[]): Promise<void> {
  const { code, printed } = await running.end();
  const seen = printed + JSON.stringify(outcomes);
  for (const secret of Object.values(CANARY)) expect(seen).not.toContain(secret);
  expect(code).toBe(0);
}

beforeAll(() => {
  out = mkdtempSync(path.join(tmpdir(), 'gateway-autopilot-functions-'));
  const config = path.join(ROOT, 'autopilot.example.yaml');
  execFileSync(process.execPath, ['scripts/build.mjs', '--out', out, '--config', config], { cwd: ROOT });
}, 180_000);

afterEach(() => {
  killFunctions();
  return closeServers();
});

afterAll(() => rmSync(out, { recursive: true, force: true }));

it('there is a bundle for each function', () => {
  expect(readdirSync(out).sort()).toEqual(FUNCTIONS.toSorted());
  expect(FUNCTIONS.filter((name) => !existsSync(path.join(out, name, 'index.js')))).toEqual([]);
});

describe.each(FUNCTIONS)('%s, run as Function Compute runs it', (name) => {
  it.each([
    ['nothing', ''],
    ['an empty object', '{}'],
    ["the console's example", '{"key1":"value1"}'],
    ['text', 'hello'],
    ['bytes that are no text', Buffer.from([0xff, 0xfe, 0x00, 0x80])],
    ['keys of every object', '{"__proto__":{"action":"scale"},"constructor":{}}'],
  ])('answers %s with help and asks nobody', async (_, event) => {
    const { actions, environment } = await startRefusingCloud();
    const running = await startFunction(path.join(out, name), environment);
    const outcome = await running.invoke(event);
    expect(answerOf(outcome)).toMatchObject({ function: name, outcome: 'nothing-done', help: expect.anything() });
    expect(actions).toEqual([]);
    await expectSilentEnd(running, [outcome]);
  });

  it('answers a megabyte with its size and asks nobody', async () => {
    const { actions, environment } = await startRefusingCloud();
    const running = await startFunction(path.join(out, name), environment);
    const outcome = await running.invoke(JSON.stringify({ key: 'x'.repeat(1_000_000) }));
    const message = 'Nothing was looked at or changed: the event has 1000010 bytes; at most 131072 are read';
    expect(answerOf(outcome)).toMatchObject({ function: name, outcome: 'nothing-done', message });
    expect(actions).toEqual([]);
    await expectSilentEnd(running, [outcome]);
  });

  // Neither has anything to look at by itself.
  if (name === 'probe-region' || name === 'receive-alarm') return;

  it('looks at each call, also after it was frozen, and leaves nothing running', async () => {
    const { actions, environment } = await startRefusingCloud();
    const running = await startFunction(path.join(out, name), environment);
    const first = await running.invoke(TIMER);
    const asked = actions.length;
    expect(asked).toBeGreaterThan(0);
    await running.freeze(300);
    const second = await running.invoke(TIMER);
    // How many calls were under way when the first refusal ended the look is chance.
    expect(actions.length).toBeGreaterThan(asked);
    expect(answerOf(second)).toMatchObject({ function: name, trigger: 'timer', message: expect.any(String) });
    await expectSilentEnd(running, [first, second]);
  });
});

it.each(['scale-gateway', 'attach-clb', 'failover-dns', 'audit-gateway'])(
  '%s, run as Function Compute runs it, says which rights it lacks, and of which code it is',
  async (name) => {
    const { actions, environment } = await startRefusingCloud();
    const running = await startFunction(path.join(out, name), environment);
    const outcome = await running.invoke('{"action":"check"}');
    const { code, configuration, findings } = answerOf(outcome) as {
      readonly code: string;
      readonly configuration: string;
      readonly findings: readonly {
        readonly id: string;
        readonly outcome: string;
        readonly evidence: readonly string[];
      }[];
    };
    const [denied] = findings.filter(({ id }) => id === 'ram-reads');
    expect(denied?.outcome).toBe('fail');
    expect(denied?.evidence.some((fact) => fact.endsWith('Forbidden.RAM: not authorized (status 403)'))).toBe(true);
    expect(actions.length).toBeGreaterThan(1);
    expect(code).toMatch(/^[0-9a-f]{12}$/);
    expect(configuration).toMatch(/^[0-9a-f]{12}$/);
    await expectSilentEnd(running, [outcome]);
  },
);

it('receive-alarm, run as Function Compute runs it, hands alarms to the other functions for whoever knows the secret', async () => {
  const { actions, environment } = await startRefusingCloud();
  const token = 'canary-of-the-callback-0123456789abcdef';
  const running = await startFunction(path.join(out, 'receive-alarm'), {
    ...environment,
    AUTOPILOT_ALARM_TOKEN: token,
  });
  const post = (secret: string) =>
    running.invoke(
      JSON.stringify({
        body: Buffer.from('alertName=a&alertState=ALERT').toString('base64'),
        isBase64Encoded: true,
        requestContext: { http: { method: 'POST', path: `/alarm/${secret}`, sourceIp: '106.11.225.7' } },
      }),
    );
  const stranger = await post('canary-of-the-callback-0123456789abcdeX');
  expect(answerOf(stranger)).toMatchObject({ statusCode: 404 });
  expect(actions).toEqual([]);
  const known = await post(token);
  expect(answerOf(known)).toMatchObject({ statusCode: 502, body: expect.stringContaining('0 of 5 functions look') });
  expect(new Set(actions)).toEqual(new Set(['InvokeFunction']));
  const { code, printed } = await running.end();
  expect(printed + JSON.stringify([stranger, known])).not.toContain('canary');
  expect(code).toBe(0);
});

describe('probe-region, run as Function Compute runs it', () => {
  /** A configuration that may probe this machine, whose control target is this port. */
  function configurationFor(port: number, gatewayPort = port): string {
    const file = path.join(out, 'probe-region', 'probing.yaml');
    writeFileSync(
      file,
      `version: 1
regions: { cn-hangzhou: { cluster: { id: c1 } } }
gateways: { ingressgateway: { regions: [cn-hangzhou], policy: web, probe: { protocol: http, port: ${gatewayPort} } } }
policies: { web: { replicas: { min: 2, max: 40 }, signals: [{ metric: newConnections, target: 300 }] } }
probes: { points: [cn-hangzhou], every: 2s, timeout: 1s, fall: 1, rise: 1, controls: ["tcp://127.0.0.1:${port}"], allow: [127.0.0.1/32] }
`,
    );
    return file;
  }

  it('says at once what changed, refuses what is none of its business, and leaves nothing running', async () => {
    const { actions, environment } = await startRefusingCloud();
    const port = await httpServer(() => ({ body: 'welcome' }));
    const running = await startFunction(path.join(out, 'probe-region'), {
      ...environment,
      AUTOPILOT_CONFIG: configurationFor(port),
    });
    const outcome = await running.invoke(
      JSON.stringify({
        action: 'probe',
        targets: [
          { gateway: 'ingressgateway', address: '127.0.0.1' },
          { gateway: 'ingressgateway', address: '169.254.169.254' },
          { gateway: 'another', address: '203.0.113.7' },
        ],
        known: { '127.0.0.1': 'down' },
        for: '30s',
      }),
    );
    expect(answerOf(outcome)).toMatchObject({
      function: 'probe-region',
      point: 'cn-hangzhou',
      message: 'cn-hangzhou sees 1 up, 1 changed; 1 of 1 control target answers; 2 refused',
      isolation: { isolated: false },
      verdicts: [{ address: '127.0.0.1', state: 'up', inARow: 1, why: '' }],
      changed: [{ address: '127.0.0.1', from: 'down', to: 'up' }],
      refused: [
        { gateway: 'ingressgateway', address: '169.254.169.254', why: 'is link-local' },
        { gateway: 'another', address: '203.0.113.7', why: 'no such gateway is configured' },
      ],
    });
    expect(answerOf(outcome)['tookMs']).toBeLessThan(4_000);
    expect(actions).toEqual([]);
    await expectSilentEnd(running, [outcome]);
  });

  it.each([
    ['a timer', TIMER, 'Nothing was probed: a vantage point probes only what a command names'],
    [
      'another command',
      '{"action":"look"}',
      'probe-region takes the commands probe and check only; "look" is for scale-gateway or attach-clb or failover-dns',
    ],
  ])('probes nothing for %s', async (_, event, message) => {
    const { environment } = await startRefusingCloud();
    const running = await startFunction(path.join(out, 'probe-region'), environment);
    const outcome = await running.invoke(event);
    expect(answerOf(outcome)).toMatchObject({ message });
    await expectSilentEnd(running, [outcome]);
  });
});
