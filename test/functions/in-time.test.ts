import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { aStage, CONFIGURATION, only, type Stage } from './a-stage';

let stage: Stage;
let receiver: Server | undefined;
afterEach(async () => {
  await stage.close();
  receiver?.closeAllConnections();
  await new Promise((resolve) => (receiver === undefined ? resolve(undefined) : receiver.close(resolve)));
  receiver = undefined;
});

async function timed<T>(work: () => Promise<T>): Promise<[T, number]> {
  const startedAt = performance.now();
  return [await work(), performance.now() - startedAt];
}

describe('an invocation in real time, over HTTP', () => {
  it('asks side by side what does not depend on each other: three rounds, kubeconfigs included', async () => {
    stage = await aStage({ face: 'http' });
    stage.cloud.faults.delay({ operation: /./, by: 300 });
    const [answer, took] = await timed(() => stage.look());
    expect(only(answer).outcome).toBe('steady');
    // Two kubeconfigs, then four lists and the journal, then the metrics: 900 ms and what the machine adds.
    expect(took).toBeGreaterThan(890);
    expect(took).toBeLessThan(1_700);
  });

  it('a cloud that does not answer: the invocation ends by itself before its time limit, and says why', async () => {
    stage = await aStage({ face: 'http', timeout: 3 });
    stage.cloud.faults.delay({ operation: 'cms.DescribeMetricList', by: 20_000 });
    const [answer, took] = await timed(() => stage.look());
    expect(only(answer)).toMatchObject({ outcome: 'hold', reason: 'MissingMetrics' });
    expect(took).toBeLessThan(3_000);
  });

  it('nothing answers at all: the invocation fails in time, to be tried again', async () => {
    stage = await aStage({ face: 'http', timeout: 3 });
    stage.cloud.faults.delay({ operation: /./, by: 20_000 });
    const [answer, took] = await timed(() => stage.look());
    expect(answer.message).toContain('UnhandledInvocationError');
    expect(answer.message).toContain('nothing could be looked at');
    expect(took).toBeLessThan(3_000);
  });
});

describe('telling people', () => {
  const configuration = `${CONFIGURATION}\nnotify:\n  webhook: { urlFrom: HOOK }\n`;

  async function listen(status: number): Promise<{ url: string; bodies: string[] }> {
    const bodies: string[] = [];
    const server = createServer((request, response) => {
      let body = '';
      request.on('data', (chunk) => {
        body += chunk;
      });
      request.on('end', () => {
        bodies.push(body);
        response.writeHead(status).end();
      });
    });
    receiver = server;
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`, bodies };
  }

  it('a hold that only a person can settle is told once, not at every look', async () => {
    const { bodies, url } = await listen(200);
    stage = await aStage({ configuration, environment: { HOOK: url }, gateways: [{ name: 'told-once' }] });
    const first = await stage.look();
    expect(first['notified']).toBe(1);
    await stage.looks(5);
    expect(bodies).toHaveLength(1);
    expect(JSON.parse(bodies[0] ?? '')).toMatchObject({
      notices: [
        { function: 'scale-gateway', region: 'cn-hangzhou', subject: 'ingressgateway', reason: 'GatewayNotFound' },
      ],
    });
  });

  it('a receiver that fails stops nothing, is reported, and its address is not', async () => {
    const { url } = await listen(500);
    stage = await aStage({
      configuration,
      environment: { HOOK: url },
      gateways: [{ owner: 'asm-left-to-us-hpa', hpa: { min: 3, max: 5, targetUtilization: 70 } }],
    });
    stage.load(9_000);
    stage.pass(3);
    const answer = await stage.look();
    expect(only(answer)).toMatchObject({ outcome: 'change', change: { from: 3, to: 5 }, needsPerson: true });
    expect(answer['notifyProblem']).toContain('500');
    expect(JSON.stringify(answer) + stage.logText()).not.toContain('/hook');
  });

  it('a variable that is not set is said', async () => {
    stage = await aStage({ configuration });
    expect((await stage.look())['notifyProblem']).toBe('nobody can be told: the environment variable HOOK is not set');
  });
});
