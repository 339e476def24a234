import { aFront } from './a-front';
import { aStage, CONFIGURATION, only, type Stage } from './a-stage';

const REPORTING = `${CONFIGURATION}cloudMonitor: { customMetrics: 'on' }\n`;

let stage: Stage | undefined;
afterEach(async () => {
  await stage?.close();
  stage = undefined;
});

async function aReporting(configuration = REPORTING, gateways = [{}]): Promise<Stage> {
  stage = await aStage({ configuration, gateways });
  return stage;
}

function looksOf({ log }: Pick<Stage, 'log'>) {
  return log.filter(({ event }) => event === 'look');
}

function metricsOf({ cloud }: Pick<Stage, 'cloud'>) {
  return cloud.customMetrics().map(({ dimensions, name, values }) => {
    const { function: of, region, ...rest } = dimensions;
    return [name.replace('gateway_autopilot_', ''), of, region, Object.values(rest).join(), values['Sum']].join(' ');
  });
}

describe('the line at the end of each look', () => {
  it('says who made it look, how long it took and what it came to', async () => {
    const on = await aReporting(CONFIGURATION);
    await on.look();
    expect(on.log.at(-1)).toEqual({
      schema: 1,
      level: 'info',
      event: 'look',
      at: '2026-11-23T10:00:35Z',
      function: 'scale-gateway',
      region: 'cn-hangzhou',
      requestId: expect.stringMatching(/^[0-9A-F-]{36}$/),
      trigger: 'timer',
      outcome: 'done',
      tookMs: 0,
      changed: 0,
      underWay: 0,
      steady: 1,
      held: 0,
      forPerson: 0,
      errors: 0,
      actions: {},
      holds: {},
      message: '1 gateway in cn-hangzhou: 0 changed, 1 steady, 0 held',
    });
    on.load(4_500);
    on.pass(3);
    await on.look();
    expect(on.log.at(-1)).toMatchObject({ event: 'look', changed: 1, steady: 0, actions: { LoadAboveTarget: 1 } });
    expect(looksOf(on)).toHaveLength(2);
  });

  it('counts holds by reason, those for a person, and errors', async () => {
    const on = await aReporting(CONFIGURATION.replace('max: 40', 'max: 12'));
    on.load(6_000);
    on.pass(3);
    await on.look();
    on.pass(1);
    await on.look();
    const [first, second] = looksOf(on);
    expect(first).toMatchObject({ changed: 1, held: 0, forPerson: 0, actions: { LoadAboveTarget: 1 } });
    expect(second).toMatchObject({ changed: 0, held: 1, forPerson: 1, holds: { TooManyReplicas: 1 } });
    on.cloud.faults.fail({ operation: 'kube list deployments', status: 503, code: 'ServiceUnavailable' });
    await on.look();
    expect(looksOf(on).at(-1)).toMatchObject({ level: 'warn', outcome: 'retry', held: 1, holds: { ReadFailed: 1 } });
    expect(looksOf(on).at(-1)?.['errors']).toBeGreaterThan(0);
  });

  it('is written for a command, dry or refused, too', async () => {
    const on = await aReporting();
    await on.invoke({ action: 'look', dryRun: true });
    await on.invoke({ action: 'look', gateway: 'nobody' });
    expect(looksOf(on)).toMatchObject([
      { level: 'info', trigger: 'command', action: 'look', dryRun: true, outcome: 'done', steady: 1 },
      { level: 'warn', trigger: 'command', action: 'look', dryRun: false, outcome: 'refused', steady: 0 },
    ]);
  });

  it('of attach-clb and failover-dns counts gateways and names', async () => {
    const front = aFront();
    await front.look();
    await front.publish();
    expect(looksOf(front)).toMatchObject([
      { function: 'attach-clb', outcome: 'done', changed: 0, steady: 1, held: 0 },
      { function: 'failover-dns', outcome: 'done', message: expect.stringContaining('No name is configured') },
    ]);
  });
});

describe('custom metrics', () => {
  it('are not sent unless they are wanted', async () => {
    const on = await aReporting(CONFIGURATION);
    await on.look();
    expect(on.cloud.customMetrics()).toEqual([]);
  });

  it('are sent in one call at the end of a look: a heartbeat, errors, latency, and what was done', async () => {
    const on = await aReporting();
    on.load(4_500);
    on.pass(3);
    const answer = await on.look();
    expect(only(answer)).toMatchObject({ outcome: 'change' });
    expect(answer).not.toHaveProperty('metricsProblem');
    expect(metricsOf(on)).toEqual([
      'heartbeat scale-gateway cn-hangzhou  1',
      'errors scale-gateway cn-hangzhou  0',
      'for_person scale-gateway cn-hangzhou  0',
      'latency_ms scale-gateway cn-hangzhou  0',
      'looks scale-gateway cn-hangzhou timer 1',
      'actions scale-gateway cn-hangzhou LoadAboveTarget 1',
    ]);
    expect(on.cloud.customMetrics().every(({ at, isRaw }) => !isRaw && at === on.cloud.clock.now())).toBe(true);
    expect(on.cloud.calls().filter(({ operation }) => operation === 'cms.PutCustomMetric')).toHaveLength(1);
  });

  it('are not sent for a dry run', async () => {
    const on = await aReporting();
    await on.invoke({ action: 'look', dryRun: true });
    expect(on.cloud.customMetrics()).toEqual([]);
  });

  it('that are refused fail no look: the answer and the log say so', async () => {
    const on = await aReporting();
    on.cloud.faults.fail({ operation: 'cms.PutCustomMetric', status: 403, code: 'Forbidden.RAM' });
    on.load(4_500);
    on.pass(3);
    const answer = await on.look();
    expect(only(answer)).toMatchObject({ outcome: 'change', change: { from: 10, to: 15 } });
    expect(answer['metricsProblem']).toContain('Forbidden.RAM');
    expect(on.log.at(-2)).toMatchObject({ level: 'warn', event: 'metrics-not-sent', kind: 'permission' });
    expect(on.log.at(-1)).toMatchObject({ event: 'look', changed: 1, errors: 0 });
  });
});
