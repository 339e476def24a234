import type { AlarmRule, AlarmRules } from '../ports';
import { chunksOf } from './chunks';
import { readSuccess } from './cloud-monitor-answer';
import { IDS_PER_CALL, RuleListAnswer, ringingOf } from './metric-rule-answers';
import type { OpenApi, OpenApiCall } from './seams';
import { together } from './together';

/** Reads rules of CloudMonitor at the endpoint of one region; that every endpoint knows all of them is ASSUMED. */
export function createAlarmRules(openApi: OpenApi, region: string): AlarmRules {
  async function some(ids: readonly string[]): Promise<readonly AlarmRule[]> {
    const query = { RuleIds: ids.join(','), PageSize: IDS_PER_CALL };
    const call: OpenApiCall = { product: 'cms', region, action: 'DescribeMetricRuleList', query, effect: 'read' };
    const { body } = await openApi.call(call);
    const { Alarms } = readSuccess(RuleListAnswer, body, call);
    return (Alarms?.Alarm ?? []).map(ringingOf);
  }

  return { read: async (ids) => (await together(chunksOf([...new Set(ids)], IDS_PER_CALL).map(some))).flat() };
}
