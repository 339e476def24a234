import { createCloud } from '../../../../rehearsal/cloud';
import { at } from '../../../../rehearsal/cloud/json';
import { DAY, HOUR, MINUTE, SECOND } from '../../../../shared/core/time';
import { errorOf, FACES, type Face, REGION, START, smallCloud, steady } from '../faces';

const LIST = { product: 'cms', region: REGION, action: 'DescribeMetricList', effect: 'read' } as const;
const METRIC = { Namespace: 'acs_slb_dashboard', MetricName: 'InstanceNewConnection' };
const BOTH = JSON.stringify([{ instanceId: 'lb-1' }, { instanceId: 'lb-2' }]);

function pointsOf(body: unknown) {
  return JSON.parse(String(at(body, 'Datapoints')));
}

function tokenOf(body: unknown): string | undefined {
  const token = at(body, 'NextToken');
  return token === undefined ? undefined : String(token);
}

describe.each(FACES)('CloudMonitor %s', (_, open) => {
  let face: Face;
  afterEach(() => face.close());

  it('gives averages of full minutes, split over the CLBs, with the start of the minute as timestamp', async () => {
    const cloud = smallCloud();
    const changes = [
      [90, 200],
      [105, 400],
      [115, 100],
      [Number.POSITIVE_INFINITY, 250],
    ] as const;
    cloud.setLoad(REGION, 'ingressgateway', (now) => {
      const [, requests] = changes.find(([until]) => now < START + until * SECOND) ?? [0, 0];
      return steady(requests)();
    });
    cloud.step(5 * MINUTE);
    face = await open(cloud);
    const { body } = await face.openApi.call({
      ...LIST,
      query: { ...METRIC, Dimensions: BOTH, Period: 60, StartTime: START - 1, EndTime: START + MINUTE },
    });
    expect(body).toMatchObject({ Success: true, Code: '200', Period: '60' });
    const first = { timestamp: START, userId: '1234567890123456', Average: 200, Minimum: 200, Maximum: 200 };
    const second = {
      timestamp: START + 60_000,
      userId: '1234567890123456',
      Average: 237.5,
      Minimum: 100,
      Maximum: 400,
    };
    expect(pointsOf(body)).toEqual([
      { ...first, instanceId: 'lb-1' },
      { ...first, instanceId: 'lb-2' },
      { ...second, instanceId: 'lb-1' },
      { ...second, instanceId: 'lb-2' },
    ]);
  });

  it.each([
    ['InstanceNewConnection', { Average: 60, Minimum: 60, Maximum: 60 }],
    ['InstanceActiveConnection', { Average: 300, Minimum: 300, Maximum: 300 }],
    ['InstanceTrafficRX', { Average: 30_000, Minimum: 30_000, Maximum: 30_000 }],
    ['InstanceTrafficTX', { Average: 240_000, Minimum: 240_000, Maximum: 240_000 }],
    ['InstanceDropConnection', { Average: 0, Minimum: 0, Maximum: 0 }],
    ['InstanceQps', { Average: 30 }],
  ])('has %s of an HTTP listener', async (MetricName, statistics) => {
    const cloud = smallCloud({ listeners: 'http' });
    cloud.setLoad(REGION, 'ingressgateway', steady(60));
    cloud.step(3 * MINUTE);
    face = await open(cloud);
    const Dimensions = JSON.stringify([{ instanceId: 'lb-1' }]);
    const { body } = await face.openApi.call({
      ...LIST,
      query: { ...METRIC, MetricName, Dimensions, StartTime: START - 1, EndTime: START },
    });
    expect(pointsOf(body)).toEqual([
      { timestamp: START, userId: '1234567890123456', instanceId: 'lb-1', ...statistics },
    ]);
  });

  it('has no InstanceQps for TCP listeners', async () => {
    const cloud = smallCloud();
    cloud.setLoad(REGION, 'ingressgateway', steady(60));
    cloud.step(5 * MINUTE);
    face = await open(cloud);
    const { body } = await face.openApi.call({
      ...LIST,
      query: { ...METRIC, MetricName: 'InstanceQps', Dimensions: BOTH },
    });
    expect(pointsOf(body)).toEqual([]);
  });

  it('drops new connections above what a CLB takes', async () => {
    const cloud = smallCloud();
    cloud.setLoad(REGION, 'ingressgateway', steady(120_000));
    cloud.step(3 * MINUTE);
    face = await open(cloud);
    const { body } = await face.openApi.call({
      ...LIST,
      query: {
        ...METRIC,
        MetricName: 'InstanceDropConnection',
        Dimensions: BOTH,
        StartTime: START - 1,
        EndTime: START,
      },
    });
    expect(pointsOf(body).map((point: { Average: number }) => point.Average)).toEqual([20_000, 20_000]);
  });

  it.each([
    ['the start is exclusive', START, START + 2 * MINUTE, [START + MINUTE, START + 2 * MINUTE]],
    ['the end is inclusive', START - 1, START + MINUTE, [START, START + MINUTE]],
    ['ISO times', '2026-11-22T00:00:00Z', '2026-11-22T00:01:00Z', [START + MINUTE]],
    ['local times', '2026-11-22 08:00:00', '2026-11-22 08:01:00', [START + MINUTE]],
  ])('takes a range: %s', async (_name, StartTime, EndTime, timestamps) => {
    const cloud = smallCloud();
    cloud.step(10 * MINUTE);
    face = await open(cloud);
    const Dimensions = JSON.stringify([{ instanceId: 'lb-1' }]);
    const { body } = await face.openApi.call({ ...LIST, query: { ...METRIC, Dimensions, StartTime, EndTime } });
    expect(pointsOf(body).map((point: { timestamp: number }) => point.timestamp)).toEqual(timestamps);
  });

  it('shows a minute only when the delay has passed since it ended', async () => {
    const cloud = smallCloud();
    face = await open(cloud);
    const query = {
      ...METRIC,
      Dimensions: JSON.stringify([{ instanceId: 'lb-1' }]),
      StartTime: START - 1,
      EndTime: START + HOUR,
    };
    async function newest(): Promise<number | undefined> {
      const { body } = await face.openApi.call({ ...LIST, query });
      return pointsOf(body).at(-1)?.timestamp;
    }
    cloud.step(2 * MINUTE + 29 * SECOND);
    expect(await newest()).toBeUndefined();
    cloud.step(SECOND);
    expect(await newest()).toBe(START);
    cloud.faults.metricDelay(10 * MINUTE);
    cloud.step(MINUTE);
    expect(await newest()).toBeUndefined();
  });

  it('leaves gaps out of one region, for the instances that were named', async () => {
    const cloud = smallCloud();
    cloud.faults.metricGap({ region: REGION, instanceIds: ['lb-2'], from: START + MINUTE, to: START + 2 * MINUTE });
    cloud.faults.metricGap({ region: 'cn-beijing', from: START, to: START + DAY });
    cloud.step(5 * MINUTE);
    face = await open(cloud);
    const { body } = await face.openApi.call({
      ...LIST,
      query: { ...METRIC, Dimensions: BOTH, StartTime: START, EndTime: START + 2 * MINUTE },
    });
    const seen = pointsOf(body).map((point: { timestamp: number; instanceId: string }) => [
      point.timestamp,
      point.instanceId,
    ]);
    expect(seen).toEqual([
      [START + MINUTE, 'lb-1'],
      [START + 2 * MINUTE, 'lb-1'],
      [START + 2 * MINUTE, 'lb-2'],
    ]);
  });

  it('pages through a long history without losing or repeating a point', async () => {
    const cloud = smallCloud();
    cloud.step(HOUR + 2 * MINUTE);
    face = await open(cloud);
    const query = { ...METRIC, Dimensions: BOTH, StartTime: START - 1, EndTime: START + HOUR - MINUTE, Length: 45 };
    const sizes: number[] = [];
    const seen = new Set<string>();
    let NextToken: string | undefined;
    do {
      const { body } = await face.openApi.call({ ...LIST, query: { ...query, NextToken } });
      const points = pointsOf(body);
      sizes.push(points.length);
      for (const { timestamp, instanceId } of points) seen.add(`${timestamp} ${instanceId}`);
      NextToken = tokenOf(body);
    } while (NextToken !== undefined);
    expect(sizes).toEqual([45, 45, 30]);
    expect(seen.size).toBe(120);
  });

  it('refuses a token of another query', async () => {
    const cloud = smallCloud();
    cloud.step(10 * MINUTE);
    face = await open(cloud);
    const query = { ...METRIC, Dimensions: BOTH, Length: 2 };
    const { body } = await face.openApi.call({ ...LIST, query });
    const NextToken = tokenOf(body);
    expect(NextToken).toMatch(/^[\w-]+$/);
    const error = await errorOf(
      face.openApi.call({ ...LIST, query: { ...query, MetricName: 'InstanceTrafficRX', NextToken } }),
    );
    expect(error).toMatchObject({ kind: 'rejected', code: 'InvalidParameter', status: 400 });
  });

  it('gives the newest point of each instance with DescribeMetricLast', async () => {
    const cloud = smallCloud();
    cloud.faults.metricGap({ region: REGION, instanceIds: ['lb-2'], from: START + 3 * MINUTE, to: START + HOUR });
    cloud.step(10 * MINUTE);
    face = await open(cloud);
    const { body } = await face.openApi.call({
      ...LIST,
      action: 'DescribeMetricLast',
      query: { ...METRIC, Dimensions: BOTH },
    });
    const seen = pointsOf(body).map((point: { timestamp: number; instanceId: string }) => [
      point.timestamp,
      point.instanceId,
    ]);
    expect(seen).toEqual([
      [START + 7 * MINUTE, 'lb-1'],
      [START + 2 * MINUTE, 'lb-2'],
    ]);
  });

  it('combines minutes into longer periods', async () => {
    const cloud = smallCloud();
    cloud.setLoad(REGION, 'ingressgateway', (now) => steady(now < START + 2 * MINUTE ? 100 : 200)());
    cloud.step(10 * MINUTE);
    face = await open(cloud);
    const Dimensions = JSON.stringify([{ instanceId: 'lb-1' }]);
    const { body } = await face.openApi.call({
      ...LIST,
      query: { ...METRIC, Dimensions, Period: 300, StartTime: START - 1, EndTime: START },
    });
    expect(pointsOf(body)).toEqual([
      { timestamp: START, userId: '1234567890123456', instanceId: 'lb-1', Average: 160, Minimum: 100, Maximum: 200 },
    ]);
  });

  it.each([
    ['no namespace', { Namespace: undefined }, 'MissingParameter', '"Namespace"'],
    ['no metric name', { MetricName: undefined }, 'MissingParameter', '"MetricName"'],
    ['an unknown metric', { MetricName: 'InstanceHappiness' }, 'InvalidParameter', 'InstanceHappiness'],
    ['a name from the prototype', { MetricName: 'constructor' }, 'InvalidParameter', 'constructor'],
    ['another namespace', { Namespace: 'acs_ecs_dashboard' }, 'InvalidParameter', 'acs_ecs_dashboard'],
    ['dimensions that are not JSON', { Dimensions: 'lb-1' }, 'InvalidParameter', '"Dimensions"'],
    ['dimensions without an instance', { Dimensions: '[{}]' }, 'InvalidParameter', '"Dimensions"'],
    ['an odd period', { Period: 61 }, 'InvalidParameter', '"Period"'],
    ['a page that is too long', { Length: 1441 }, 'InvalidParameter', '"Length"'],
    ['a time that is none', { StartTime: 'yesterday' }, 'InvalidParameter', '"StartTime"'],
    ['a start after the end', { StartTime: START + 1, EndTime: START }, 'InvalidParameter', '"StartTime"'],
    ['more than 31 days', { StartTime: START - 31 * DAY - 1, EndTime: START }, 'InvalidParameter', '31 days'],
    [
      '51 instances',
      { Dimensions: JSON.stringify(Array.from({ length: 51 }, (__, i) => ({ instanceId: `lb-${i}` }))) },
      'InvalidParameter',
      'At most 50',
    ],
  ])('refuses %s', async (_name, change, code, words) => {
    const cloud = smallCloud();
    face = await open(cloud);
    const error = await errorOf(face.openApi.call({ ...LIST, query: { ...METRIC, Dimensions: BOTH, ...change } }));
    expect(error).toMatchObject({ kind: 'rejected', code, status: 400 });
    expect(error.message).toContain(words);
    expect(cloud.calls()).toEqual([
      { at: START, face: 'openapi', operation: 'cms.DescribeMetricList', status: 400, code },
    ]);
  });

  it('blocks queries when the free calls of the month are used up, until the next month', async () => {
    const cloud = createCloud({ at: Date.parse('2026-11-30T15:58:00Z'), seed: 1 });
    face = await open(cloud);
    cloud.faults.metricQuota(1);
    await face.openApi.call({ ...LIST, query: METRIC });
    const error = await errorOf(face.openApi.call({ ...LIST, query: METRIC }));
    expect(error).toMatchObject({ kind: 'quota', code: 'QuotaExceeded.ApiCalls' });
    cloud.step(2 * MINUTE);
    await expect(face.openApi.call({ ...LIST, query: METRIC })).resolves.toMatchObject({ body: { Datapoints: '[]' } });
  });
});

describe('CloudMonitor', () => {
  it('does not block an account that pays for metrics', async () => {
    const cloud = createCloud({ at: START, seed: 1, paidMetrics: true });
    cloud.faults.metricQuota(0);
    await expect(cloud.openApi().call({ ...LIST, query: METRIC })).resolves.toMatchObject({ body: { Success: true } });
  });

  it('knows at a regional endpoint the instances of that region only', async () => {
    const cloud = smallCloud();
    cloud.step(5 * MINUTE);
    const { body } = await cloud
      .openApi()
      .call({ ...LIST, region: 'cn-beijing', query: { ...METRIC, Dimensions: BOTH } });
    expect(pointsOf(body)).toEqual([]);
  });

  it('has the average of the part of a minute that it has seen', async () => {
    const cloud = createCloud({ at: START + 1_234, seed: 1 });
    cloud.addCluster({ region: REGION, id: 'c' });
    cloud.addGateway({
      region: REGION,
      clusterId: 'c',
      name: 'g',
      replicas: 1,
      owner: 'deployment',
      loadBalancerIds: ['lb-1'],
      capacityPerReplica: 1,
    });
    cloud.setLoad(REGION, 'g', steady(10));
    for (let step = 0; step < 100; step += 1) cloud.step(3_333);
    const { body } = await cloud
      .openApi()
      .call({ ...LIST, query: { ...METRIC, StartTime: START - 1, EndTime: START + MINUTE } });
    expect(pointsOf(body)).toMatchObject([
      { timestamp: START, Average: 20 },
      { timestamp: START + MINUTE, Average: 20 },
    ]);
  });

  it('forgets data after 31 days', async () => {
    const cloud = createCloud({ at: START, seed: 1, tick: MINUTE });
    cloud.addCluster({ region: REGION, id: 'c' });
    cloud.addGateway({
      region: REGION,
      clusterId: 'c',
      name: 'g',
      replicas: 1,
      owner: 'deployment',
      loadBalancerIds: ['lb-1'],
      capacityPerReplica: 1,
    });
    cloud.step(31 * DAY + 10 * MINUTE);
    const { body } = await cloud
      .openApi()
      .call({ ...LIST, query: { ...METRIC, StartTime: START - 1, EndTime: START + 11 * MINUTE } });
    expect(pointsOf(body).map((point: { timestamp: number }) => point.timestamp)).toEqual([
      START + 10 * MINUTE,
      START + 11 * MINUTE,
    ]);
  });
});
