import { z } from 'zod';
import { CloudError } from '../errors';
import type { AlarmRule, AlarmRules } from '../ports';
import { readAnswer } from './answer';
import { kindOfAnswer } from './error-codes';
import type { OpenApi } from './seams';
import { together } from './together';

const OPERATION = 'cms.DescribeMetricRuleList';
/** Most ids in `RuleIds` (API page of DescribeMetricRuleList, read 2026-11). */
const IDS_PER_CALL = 20;

const RuleListAnswer = z.object({
  Success: z.union([z.boolean(), z.string()]).optional(),
  Code: z.union([z.string(), z.number()]).optional(),
  Message: z.string().optional().catch(undefined),
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
    const { body } = await openApi.call({
      product: 'cms',
      region,
      action: 'DescribeMetricRuleList',
      query,
      effect: 'read',
    });
    const { Alarms, Code, Message, Success } = readAnswer(RuleListAnswer, body, OPERATION);
    const code = String(Code ?? '200');
    if (code !== '200' || String(Success ?? true).toLowerCase() !== 'true') {
      const kind = kindOfAnswer(code, 200, 'read');
      throw new CloudError(`${code}: ${Message ?? 'no message'}`, { kind, operation: OPERATION, code });
    }
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
