import { createAlarmRules } from '../../shared/cloud/alarm-rules';
import { FACES, type Face, REGION, smallCloud } from '../rehearsal/cloud/faces';

describe.each(FACES)('rules of CloudMonitor %s', (_, open) => {
  let face: Face;
  afterEach(() => face.close());

  it('are read by their ids, 20 a call; one that is off rings for nobody, and one that is gone is missing', async () => {
    const cloud = smallCloud();
    cloud.alarms.set('rule-ringing', { name: 'no healthy backend', state: 'ALARM' });
    cloud.alarms.set('rule-ok', { name: 'too slow', state: 'OK' });
    cloud.alarms.set('rule-off', { name: 'switched off', state: 'ALARM', enabled: false });
    cloud.alarms.set('rule-no-data', { name: 'no data', state: 'INSUFFICIENT_DATA' });
    const others = Array.from({ length: 20 }, (_each, index) => `other-${index}`);
    for (const id of others) cloud.alarms.set(id, { name: id, state: 'OK' });
    face = await open(cloud);
    cloud.resetCalls();
    const asked = ['rule-ringing', 'rule-ok', 'rule-off', 'rule-no-data', 'rule-gone', 'rule-ringing', ...others];
    const read = await createAlarmRules(face.openApi, REGION).read(asked);
    expect(cloud.calls().map(({ operation }) => operation)).toEqual([
      'cms.DescribeMetricRuleList',
      'cms.DescribeMetricRuleList',
    ]);
    expect(read.filter(({ id }) => id.startsWith('rule-'))).toEqual([
      { id: 'rule-ringing', name: 'no healthy backend', isRinging: true },
      { id: 'rule-ok', name: 'too slow', isRinging: false },
      { id: 'rule-off', name: 'switched off', isRinging: false },
      { id: 'rule-no-data', name: 'no data', isRinging: false },
    ]);
    expect(read).toHaveLength(24);
  });

  it('that nobody asks for cost nothing', async () => {
    const cloud = smallCloud();
    face = await open(cloud);
    expect(await createAlarmRules(face.openApi, REGION).read([])).toEqual([]);
    expect(cloud.calls()).toEqual([]);
  });
});
