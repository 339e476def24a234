import { createCustomMetrics } from '../../../shared/cloud/custom-metrics';
import type { MetricValue } from '../../../shared/ports';
import { failureOf } from './failure';
import { scriptedApi } from './scripted-api';

const AT = 1_795_348_800_000;
const ERRORS: MetricValue = {
  name: 'gateway_autopilot_errors',
  value: 2,
  dimensions: { function: 'scale-gateway', region: 'cn-hangzhou' },
};

it('puts each value as the aggregate of one sample of a minute, which is free', async () => {
  const api = scriptedApi({ Code: '200', Message: 'success' });
  await createCustomMetrics(api, 'cn-hangzhou').put([ERRORS], AT);
  expect(api.calls).toEqual([
    {
      product: 'cms',
      region: 'cn-hangzhou',
      action: 'PutCustomMetric',
      effect: 'write',
      limit: 2_000,
      query: {
        'MetricList.1.MetricName': 'gateway_autopilot_errors',
        'MetricList.1.Dimensions': '{"function":"scale-gateway","region":"cn-hangzhou"}',
        'MetricList.1.Values': '{"Sum":2,"Average":2,"Maximum":2,"Minimum":2,"SampleCount":1}',
        'MetricList.1.Type': '1',
        'MetricList.1.Period': '60',
        'MetricList.1.GroupId': '0',
        'MetricList.1.Time': '1795348800000',
      },
    },
  ]);
});

it('makes one call, with the first sixteen values', async () => {
  const api = scriptedApi({ Code: '200', Message: 'success' });
  const values = Array.from({ length: 20 }, (_, index) => ({ ...ERRORS, name: `metric_${index}` }));
  await createCustomMetrics(api, 'cn-hangzhou').put(values, AT);
  expect(api.calls).toHaveLength(1);
  const names = Object.entries(api.calls[0]?.query ?? {}).filter(([name]) => name.endsWith('MetricName'));
  expect(names.map(([, value]) => value)).toEqual(Array.from({ length: 16 }, (_, index) => `metric_${index}`));
});

it.each([
  [
    { Code: '403', Message: 'no right', RequestId: 'R1' },
    { kind: 'permission', code: '403', requestId: 'R1', message: 'cms.PutCustomMetric: 403: no right' },
  ],
  [{ Code: 'Throttling.User' }, { kind: 'throttled', code: 'Throttling.User' }],
  [
    { Code: '200', Success: false, Message: 'full' },
    { kind: 'rejected', message: 'cms.PutCustomMetric: 200: full' },
  ],
  [{ Message: 'success' }, { kind: 'unreadable' }],
])('fails on %j', async (answer, failure) => {
  expect(await failureOf(createCustomMetrics(scriptedApi(answer), 'cn-hangzhou').put([ERRORS], AT))).toMatchObject(
    failure,
  );
});
