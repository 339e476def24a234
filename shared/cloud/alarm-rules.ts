import { z } from 'zod';
import type { AlarmRule, AlarmRules } from '../ports';
import { readSuccess } from './cloud-monitor-answer';
import type { OpenApi, OpenApiCall } from './seams';
import { together } from './together';

/** Most ids in `RuleIds` (API page of DescribeMetricRuleList, read 2026-11). */
const IDS_PER_CALL = 20;

const RuleListAnswer = z.object({
  Alarms: z
    .object({
      Alarm: z
        .array(
          z.object({
            RuleId: z.string(),
            RuleName: z.string().optional().catch(undefined),
            AlertState: z.string().optional().catch(undefined),
            EnableState: z.union([z.boolean(), z.string()]).optional().catch(undefined),
          }),
        )
        .nullish(),
    })
    .nullish(),
});

/** Reads rules of CloudMonitor at the endpoint of one region; that every endpoint knows all of them is ASSUMED. */
export function createAlarmRules(openApi: OpenApi, region: string): AlarmRules {
  async function some(ids: readonly string[]): Promise<readonly AlarmRule[]> {
    const query = { RuleIds: ids.join(','), PageSize: IDS_PER_CALL };
    const call: OpenApiCall = { product: 'cms', region, action: 'DescribeMetricRuleList', query, effect: 'read' };
    const { body } = await openApi.call(call);
    const { Alarms } = readSuccess(RuleListAnswer, body, call);
    return (Alarms?.Alarm ?? []).map(({ AlertState, EnableState, RuleId, RuleName }) => ({
      id: RuleId,
      name: RuleName ?? RuleId,
      // The state of a rule that is off is that of the last time when it was on.
      isRinging: AlertState === 'ALARM' && String(EnableState ?? true).toLowerCase() === 'true',
    }));
  }

  return {
    read: async (ids) => {
      const unique = [...new Set(ids)];
      const chunks = Array.from({ length: Math.ceil(unique.length / IDS_PER_CALL) }, (_, i) =>
        unique.slice(i * IDS_PER_CALL, (i + 1) * IDS_PER_CALL),
      );
      return (await together(chunks.map(some))).flat();
    },
  };
}
