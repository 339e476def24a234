import { createCloud } from '../../rehearsal/cloud';
import { createMetrics } from '../../shared/cloud/metrics';
import { HOUR, MINUTE } from '../../shared/core/time';
import { errorOf, FACES, type Face, REGION, START, smallCloud, steady } from '../rehearsal/cloud/faces';

const QUERY = {
  region: REGION,
  namespace: 'acs_slb_dashboard',
  metric: 'InstanceNewConnection',
  statistic: 'Average',
  instanceIds: ['lb-1', 'lb-2'],
  from: START,
  to: START + 2 * MINUTE,
} as const;

describe.each(FACES)('Metrics %s', (_, open) => {
  let face: Face;
  afterEach(() => face.close());

  it('gives each instance the minutes that end in the range', async () => {
    const cloud = smallCloud();
    cloud.setLoad(REGION, 'ingressgateway', (now) => steady(now < START + MINUTE ? 100 : 200)());
    cloud.step(10 * MINUTE);
    face = await open(cloud);
    const points = [
      { at: START + MINUTE, value: 100 },
      { at: START + 2 * MINUTE, value: 200 },
    ];
    expect([...(await createMetrics(face.openApi).history(QUERY))]).toEqual([
      ['lb-1', points],
      ['lb-2', points],
    ]);
  });

  it('gives an instance that is not known an empty list', async () => {
    face = await open(smallCloud());
    const history = await createMetrics(face.openApi).history({ ...QUERY, instanceIds: ['lb-nowhere'] });
    expect([...history]).toEqual([['lb-nowhere', []]]);
  });

  it('leaves gaps and minutes that are not there yet out', async () => {
    const cloud = smallCloud();
    cloud.faults.metricGap({ region: REGION, instanceIds: ['lb-1'], from: START + MINUTE, to: START + 2 * MINUTE });
    cloud.step(5 * MINUTE);
    face = await open(cloud);
    const history = await createMetrics(face.openApi).history({ ...QUERY, to: START + HOUR });
    const ends = [...history].map(([id, points]) => [id, points.map(({ at }) => (at - START) / MINUTE)]);
    expect(ends).toEqual([
      ['lb-1', [1, 3]],
      ['lb-2', [1, 2, 3]],
    ]);
  });

  it('asks once for 50 instances, and once more for each further 50', async () => {
    const cloud = createCloud({ at: START, seed: 1 });
    cloud.addCluster({ region: REGION, id: 'c' });
    const instanceIds = Array.from({ length: 101 }, (__, index) => `lb-${index}`);
    cloud.addGateway({
      region: REGION,
      clusterId: 'c',
      name: 'wide',
      replicas: 1,
      owner: 'deployment',
      loadBalancerIds: instanceIds,
      capacityPerReplica: 1,
    });
    cloud.setLoad(REGION, 'wide', steady(101));
    cloud.step(10 * MINUTE);
    face = await open(cloud);
    const history = await createMetrics(face.openApi).history({ ...QUERY, instanceIds });
    expect(cloud.calls().map(({ operation }) => operation)).toEqual(Array(3).fill('cms.DescribeMetricList'));
    expect(history.size).toBe(101);
    expect(history.get('lb-100')).toEqual([
      { at: START + MINUTE, value: 2 },
      { at: START + 2 * MINUTE, value: 2 },
    ]);
  });

  it('follows the pages of a long history', async () => {
    const cloud = smallCloud();
    cloud.step(13 * HOUR);
    face = await open(cloud);
    const history = await createMetrics(face.openApi).history({ ...QUERY, to: START + 12.5 * HOUR });
    expect([...history].map(([id, points]) => [id, points.length])).toEqual([
      ['lb-1', 750],
      ['lb-2', 750],
    ]);
    expect(cloud.calls()).toHaveLength(2);
  });

  it.each([
    ['an unknown metric', { metric: 'InstanceHappiness' }, 'rejected'],
    ['a range that ends before it starts', { from: START + HOUR, to: START }, 'rejected'],
  ])('throws for %s', async (_name, change, kind) => {
    face = await open(smallCloud());
    expect(await errorOf(createMetrics(face.openApi).history({ ...QUERY, ...change }))).toMatchObject({ kind });
  });

  it('throws when the free calls are used up', async () => {
    const cloud = smallCloud();
    cloud.faults.metricQuota(0);
    face = await open(cloud);
    expect(await errorOf(createMetrics(face.openApi).history(QUERY))).toMatchObject({ kind: 'quota' });
  });

  it('throws when one of several calls fails', async () => {
    const cloud = smallCloud();
    cloud.faults.fail({ operation: 'cms.DescribeMetricList', times: 1, status: 400, code: 'Throttling.User' });
    face = await open(cloud);
    const instanceIds = Array.from({ length: 51 }, (__, index) => `lb-${index}`);
    expect(await errorOf(createMetrics(face.openApi).history({ ...QUERY, instanceIds }))).toMatchObject({
      kind: 'throttled',
    });
  });
});
