import { createMetricRules } from '../../shared/cloud/metric-rules';
import type { MetricRule } from '../../shared/core/metric-rule';
import { FACES, type Face, REGION, smallCloud } from '../rehearsal/cloud/faces';

const RULE: MetricRule = {
  id: 'gateway-autopilot_cn-hangzhou_0123456789ab',
  name: 'gateway-autopilot cn-hangzhou web newConnections',
  namespace: 'acs_slb_dashboard',
  metric: 'InstanceNewConnection',
  resources: [{ instanceId: 'lb-1' }, { instanceId: 'lb-2' }],
  period: 60,
  conditions: {
    Warn: { statistic: 'Average', comparison: 'GreaterThanOrEqualToThreshold', threshold: 3_500_000_000, times: 1 },
    Info: { statistic: 'Average', comparison: 'GreaterThanLastPeriod', threshold: 50, times: 1 },
  },
  silence: 300,
  noData: 'KEEP_LAST_STATE',
  effective: '00:00-23:59',
  contactGroups: ['on-call'],
  webhook: 'https://a.example.com/alarm/a+secret&of=many%characters',
  targets: [],
};
const TARGET = {
  id: 'receive-alarm',
  arn: 'acs:mns:cn-hangzhou:1234567890123456:/topics/alarms/message',
  levels: ['WARN'],
};

describe.each(FACES)('threshold rules %s', (_, open) => {
  let face: Face;
  afterEach(() => face.close());

  it('are put, read back as they are, changed, and gone', async () => {
    const cloud = smallCloud();
    cloud.alarms.addContactGroup('on-call');
    face = await open(cloud);
    const rules = createMetricRules(face.openApi, REGION);
    await rules.put(RULE);
    await rules.putTarget(RULE.id, TARGET);
    await rules.putTarget(RULE.id, { ...TARGET, id: '2' });
    expect(await rules.read('gateway-autopilot ', [])).toEqual([
      { ...RULE, isOn: true, targets: [TARGET, { ...TARGET, id: '2' }] },
    ]);
    await rules.removeTarget(RULE.id, '2');
    await rules.put({ ...RULE, silence: 600, webhook: undefined });
    expect(await rules.read('nothing of that name', [RULE.id, 'gone'])).toEqual([
      { ...RULE, isOn: true, silence: 600, webhook: undefined, targets: [TARGET] },
    ]);
    await rules.remove(RULE.id);
    expect(await rules.read('gateway-autopilot ', [RULE.id])).toEqual([]);
    expect(await rules.contactGroups()).toEqual(['on-call']);
  });

  it('are read to the last of several pages', async () => {
    const cloud = smallCloud();
    cloud.alarms.addContactGroup('on-call');
    face = await open(cloud);
    const rules = createMetricRules(face.openApi, REGION);
    for (let index = 0; index < 101; index += 1) await rules.put({ ...RULE, id: `rule-${index}` });
    const read = await rules.read('gateway-autopilot ', ['rule-100']);
    expect(read.map(({ id }) => id)).toEqual(Array.from({ length: 101 }, (_each, index) => `rule-${index}`));
  });
});
