import { type Cloud, createCloud } from '../../rehearsal/cloud';
import { SECRET_MARK } from '../../rehearsal/cloud/secret-mark';
import { deploy } from '../../rehearsal/stage';
import { rehearsedSurroundings } from '../../rehearsal/surroundings';
import { calledAs, USUAL_NAMES } from '../../shared/config/functions-schema';
import { loadConfiguration } from '../../shared/config/load';
import { MINUTE } from '../../shared/core/time';

const A = 'cn-hangzhou';
const B = 'cn-shanghai';
const TOKEN = `${SECRET_MARK}-7f3a9c1e5b2d4860`;
const NOW = Date.UTC(2026, 10, 28, 12, 0);
/** One of CloudMonitor's networks. */
const VENDOR = '106.11.225.7';
const WORKERS = ['scale-gateway', 'attach-clb', 'failover-dns'] as const;

const CONFIGURATION = `
version: 1
regions: { ${A}: { cluster: { id: c1 } }, ${B}: { cluster: { id: c2 } } }
gateways:
  web:
    regions: [${A}, ${B}]
    policy: web
    loadBalancers: { ${A}: [lb-a], ${B}: [lb-b] }
policies:
  web:
    replicas: { min: 2, max: 60 }
    signals: [{ metric: newConnections, target: 300 }]
    loadBalancers: {}
names: { www.example.com: { zone: example.com, gateway: web } }
ALARMS
`;

interface Intake {
  readonly cloud: Cloud;
  readonly lines: readonly string[];
  /** What functions were woken, as `function region`, with what they were told. */
  woken(): Promise<readonly (readonly [string, unknown])[]>;
  post(body: string, request?: Partial<Request>): Promise<Reply>;
  /** As MNS and the console invoke it. */
  invoke(event: unknown): Promise<Readonly<Record<string, unknown>>>;
}

interface Request {
  readonly path: string;
  readonly sourceIp: string;
  readonly method: string;
}

interface Reply {
  readonly status: number;
  readonly body: Readonly<Record<string, unknown>>;
}

interface Options {
  readonly alarms?: string;
  readonly environment?: Readonly<Record<string, string>>;
  readonly url?: string;
}

/** The function in cn-hangzhou, and functions that only note that they were woken. */
function anIntake({ alarms = '', environment, url }: Options = {}, cloud = aCloud()): Intake {
  const lines: string[] = [];
  const woken: [string, unknown][] = [];
  const configuration = loadConfiguration(CONFIGURATION.replace('ALARMS', alarms), 'autopilot.yaml');
  for (const region of [A, B]) {
    for (const name of WORKERS) {
      const handler = async (event: Buffer): Promise<string> => {
        woken.push([`${name} ${region}`, JSON.parse(String(event))]);
        return '{}';
      };
      cloud.functions.deploy({
        region,
        name: calledAs(USUAL_NAMES, name),
        timeout: 60,
        memory: 512,
        asyncTask: true,
        handler,
      });
    }
  }
  const surroundings = rehearsedSurroundings({
    cloud,
    configuration,
    url,
    region: A,
    environment: environment ?? { AUTOPILOT_ALARM_TOKEN: TOKEN, FC_ACCOUNT_ID: '1234567890123456' },
    writeLine: (line) => lines.push(line),
  });
  deploy(cloud, A, 'receive-alarm', surroundings);
  const call = async (event: unknown): Promise<Readonly<Record<string, unknown>>> => {
    const { body } = await cloud.functions.invoke(A, calledAs(USUAL_NAMES, 'receive-alarm'), JSON.stringify(event));
    return JSON.parse(body);
  };
  return {
    cloud,
    lines,
    woken: async () => {
      await cloud.functions.drain();
      return woken;
    },
    post: async (body, { method = 'POST', path = `/alarm/${TOKEN}`, sourceIp = VENDOR } = {}) => {
      const answer = await call(httpEvent(body, { method, path, sourceIp }));
      return { status: Number(answer['statusCode']), body: JSON.parse(String(answer['body'])) };
    },
    invoke: call,
  };
}

function aCloud(): Cloud {
  return createCloud({ at: NOW, seed: 3 });
}

function httpEvent(body: string, http: Request): object {
  return {
    version: 'v1',
    rawPath: http.path,
    headers: { 'Content-Type': 'application/x-www-form-urlencoded; charset=UTF-8' },
    queryParameters: {},
    body: Buffer.from(body).toString('base64'),
    isBase64Encoded: true,
    requestContext: { accountId: '1234567890123456', http: { ...http, protocol: 'HTTP/1.1', userAgent: 'x' } },
  };
}

function form(changes: Readonly<Record<string, string>> = {}): string {
  return new URLSearchParams({
    alertName: 'many connections',
    alertState: 'ALERT',
    curValue: '97000',
    dimensions: '{userId=1234567890123456, instanceId=lb-a}',
    metricName: 'new connections',
    rawMetricName: 'InstanceNewConnection',
    namespace: 'acs_slb',
    ruleId: 'rule-1',
    timestamp: String(NOW),
    triggerLevel: 'CRITICAL',
    userId: '1234567890123456',
    ...changes,
  }).toString();
}

const OF_A = [`scale-gateway ${A}`, `attach-clb ${A}`, `failover-dns ${A}`];

describe('a callback of CloudMonitor', () => {
  it('wakes the functions that it is about, with what it says, and is answered at once', async () => {
    const intake = anIntake();
    expect(await intake.post(form())).toMatchObject({
      status: 202,
      body: { outcome: 'handed-over', message: '3 of 3 functions look, since lb-a is in front of them' },
    });
    const woken = await intake.woken();
    expect(woken.map(([who]) => who)).toEqual(OF_A);
    expect(woken[0]?.[1]).toMatchObject({ alertName: 'many connections', alertState: 'ALERT', curValue: 97_000 });
  });

  it('comes as often as it likes: each function is woken once a minute, and the rest is answered as done', async () => {
    const intake = anIntake();
    const replies = await Promise.all(
      Array.from({ length: 1_000 }, (_, index) => intake.post(form({ ruleId: `rule-${index}` }))),
    );
    expect(new Set(replies.map(({ status }) => status))).toEqual(new Set([202]));
    expect((await intake.woken()).map(([who]) => who)).toEqual(OF_A);
    intake.cloud.step(MINUTE);
    await intake.post(form());
    expect(await intake.woken()).toHaveLength(6);
  });

  it('that concerns another region wakes that one; DNS is looked at from here', async () => {
    const intake = anIntake();
    await intake.post(form({ dimensions: '{instanceId=lb-b}' }));
    expect((await intake.woken()).map(([who]) => who)).toEqual([
      `scale-gateway ${B}`,
      `attach-clb ${B}`,
      `failover-dns ${A}`,
    ]);
  });

  it('is handed over again when a function could not be woken', async () => {
    const intake = anIntake();
    intake.cloud.faults.fail({ operation: /^fc\.InvokeFunction/, times: 40, code: 'InternalServerError', status: 500 });
    expect(await intake.post(form())).toMatchObject({ status: 502, body: { outcome: 'not-handed-over' } });
    expect(await intake.woken()).toEqual([]);
  });
});

describe('what is not from CloudMonitor, or not for us', () => {
  it.each<[string, Partial<Request>]>([
    ['another secret', { path: `/alarm/${SECRET_MARK}-7f3a9c1e5b2d4861` }],
    ['no secret', { path: '/' }],
    ['the secret in the middle', { path: `/alarm/${TOKEN}/` }],
    ['another network', { sourceIp: '203.0.113.9' }],
    ['no network', { sourceIp: 'unknown' }],
  ])('%s: as if there was nothing', async (_, request) => {
    const intake = anIntake();
    expect(await intake.post(form(), request)).toEqual({ status: 404, body: { message: 'not found' } });
    expect(await intake.woken()).toEqual([]);
    expect(intake.lines.map((line) => JSON.parse(line))).toEqual([
      expect.objectContaining({ event: 'intake', outcome: 'refused' }),
    ]);
  });

  it.each<[string, string, Partial<Request>, number, string]>([
    ['another method', form(), { method: 'GET' }, 400, 'not-understood'],
    ['nonsense', 'x=1', {}, 400, 'not-understood'],
    ['an order', JSON.stringify({ action: 'freeze', owner: 'a', reason: 'b' }), {}, 400, 'not-understood'],
    ['nothing', '', {}, 400, 'not-understood'],
    ['an alarm of another account', form({ userId: '999' }), {}, 403, 'foreign'],
    ['an old alarm', form({ timestamp: String(NOW - 16 * MINUTE) }), {}, 200, 'stale'],
  ])('%s wakes nobody and says why', async (_, body, request, status, outcome) => {
    const intake = anIntake();
    expect(await intake.post(body, request)).toMatchObject({ status, body: { outcome } });
    expect(await intake.woken()).toEqual([]);
    expect(JSON.parse(intake.lines[0] ?? '')).toMatchObject({ event: 'intake', outcome });
  });

  it('a secret that is missing or too short closes the door, and says so', async () => {
    for (const environment of [{}, { AUTOPILOT_ALARM_TOKEN: 'short' }]) {
      const intake = anIntake({ environment });
      expect(await intake.post(form(), { path: '/alarm/short' })).toMatchObject({ status: 404 });
      expect(JSON.parse(intake.lines[0] ?? '')).toMatchObject({
        event: 'intake-closed',
        problem: 'the environment variable AUTOPILOT_ALARM_TOKEN must hold 32 characters or more',
      });
    }
  });

  it('the secret is nowhere in what is answered or logged', async () => {
    const intake = anIntake();
    const replies = [
      await intake.post(form()),
      await intake.post('nonsense'),
      await intake.post(form(), { sourceIp: '203.0.113.9' }),
      await intake.post(form({ userId: '999' })),
    ];
    expect(JSON.stringify([replies, intake.lines])).not.toContain('canary');
  });

  it('networks, accounts and rules are the operator’s', async () => {
    const alarms = `alarms:
  sources: [203.0.113.0/24]
  accounts: ["999"]
  rules: { "many *": { gateway: web, regions: [${B}], functions: [scaleGateway] } }`;
    const intake = anIntake({ alarms });
    expect(await intake.post(form({ userId: '999' }), { sourceIp: '203.0.113.9' })).toMatchObject({ status: 202 });
    expect((await intake.woken()).map(([who]) => who)).toEqual([`scale-gateway ${B}`]);
    expect(await intake.post(form({ userId: '999' }))).toMatchObject({ status: 404 });
  });
});

describe('an alarm from an MNS topic', () => {
  const message = (text: string) => ({
    TopicOwner: '1',
    Message: text,
    Subscriber: '1',
    PublishTime: NOW,
    SubscriptionName: 's',
    MessageMD5: 'x',
    TopicName: 'alarms',
    MessageId: 'ABC',
  });

  it('needs no secret, since only MNS may invoke the function', async () => {
    const intake = anIntake({ environment: {} });
    expect(await intake.invoke(message(form()))).toMatchObject({ outcome: 'handed-over', trigger: 'alarm' });
    expect((await intake.woken()).map(([who]) => who)).toEqual(OF_A);
  });

  it('fails when nobody could be woken, so that it is sent again', async () => {
    const intake = anIntake();
    intake.cloud.faults.fail({ operation: /^fc\.InvokeFunction/, times: 40, code: 'InternalServerError', status: 500 });
    expect(await intake.invoke(message(form()))).toMatchObject({ errorMessage: expect.stringContaining('0 of 3') });
  });

  it('orders are not taken: those are for the functions themselves', async () => {
    const intake = anIntake();
    expect(await intake.invoke({ action: 'look' })).toMatchObject({
      outcome: 'refused',
      message: 'receive-alarm takes alarms, and not a command',
    });
    expect(await intake.woken()).toEqual([]);
  });
});

it('is answered in well under 300 ms over the real SDK when it is warm, 99 times of 100', async () => {
  const cloud = aCloud();
  const listening = await cloud.listen();
  try {
    const intake = anIntake({ url: listening.url }, cloud);
    const took: number[] = [];
    for (let round = 0; round < 120; round += 1) {
      const startedAt = performance.now();
      expect((await intake.post(form())).status).toBe(202);
      if (round >= 20) took.push(performance.now() - startedAt);
    }
    expect(took.sort((a, b) => a - b)[98]).toBeLessThan(300);
  } finally {
    await listening.close();
  }
}, 180_000);
