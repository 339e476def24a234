import { z } from 'zod';
import type { RuleSeen } from '../core/account';
import { CloudError } from '../errors';
import { readAnswer } from './answer';
import { kindOfAnswer } from './error-codes';
import type { OpenApi } from './seams';
import { together } from './together';
import { parseJson } from './untyped';

const OPERATION = 'cms.DescribeMetricRuleList';
const PAGE = 100;
/** Most ids in `RuleIds`. */
const IDS_PER_CALL = 20;
/** Bound against a list that never ends. */
const MOST_PAGES = 100;

const Text = z.union([z.string(), z.number(), z.boolean()]).transform(String);
const Listed = z.object({
  Success: Text.optional(),
  Code: Text.optional(),
  Message: z.string().optional().catch(undefined),
  Total: Text.optional(),
  Alarms: z
    .object({
      Alarm: z
        .array(
          z.object({
            RuleId: z.string(),
            RuleName: z.string().nullish().catch(undefined),
            EnableState: Text.nullish(),
            SilenceTime: Text.nullish(),
            Resources: z.string().nullish().catch(undefined),
            Dimensions: z.string().nullish().catch(undefined),
          }),
        )
        .nullish(),
    })
    .nullish(),
});
type Alarm = NonNullable<NonNullable<z.infer<typeof Listed>['Alarms']>['Alarm']>[number];

/** `[{"instanceId":"lb-1"}]`, and `[{"resource":"_ALL"}]` for every instance of the account. */
const Resources = z.array(z.looseObject({ instanceId: z.string().optional(), resource: z.string().optional() }));

/**
 * The rules of CloudMonitor about CLBs, and those that are named, whatever they are about, as the endpoint of a region knows
 * them: a call for each hundred, and one for each 20 names. Throws CloudError.
 */
export async function readRules(
  openApi: OpenApi,
  region: string,
  named: readonly string[],
): Promise<readonly RuleSeen[]> {
  const chunks = Array.from({ length: Math.ceil(named.length / IDS_PER_CALL) }, (_, i) =>
    named.slice(i * IDS_PER_CALL, (i + 1) * IDS_PER_CALL),
  );
  const lists = await together([
    allPages(openApi, region, { Namespace: 'acs_slb_dashboard' }),
    ...chunks.map((ids) => allPages(openApi, region, { RuleIds: ids.join(',') })),
  ]);
  return [...new Map(lists.flat().map((rule) => [rule.id, rule])).values()];
}

async function allPages(
  openApi: OpenApi,
  region: string,
  filter: Readonly<Record<string, string>>,
): Promise<readonly RuleSeen[]> {
  const rules: RuleSeen[] = [];
  for (let page = 1; page <= MOST_PAGES; page += 1) {
    const query = { ...filter, Page: page, PageSize: PAGE };
    const call = { product: 'cms', region, action: 'DescribeMetricRuleList', query, effect: 'read' } as const;
    const { Alarms, Code, Message, Success } = readAnswer(Listed, (await openApi.call(call)).body, OPERATION);
    if ((Code ?? '200') !== '200' || (Success ?? 'true').toLowerCase() !== 'true') {
      const kind = kindOfAnswer(Code ?? '', 200, 'read');
      throw new CloudError(`${Code}: ${Message ?? 'no message'}`, { kind, operation: OPERATION, code: Code });
    }
    const more = Alarms?.Alarm ?? [];
    rules.push(...more.map(ruleOf));
    if (more.length < PAGE) return rules;
  }
  throw new CloudError(`more than ${MOST_PAGES} pages`, { kind: 'unreadable', operation: OPERATION });
}

function ruleOf({ Dimensions, EnableState, Resources: about, RuleId, RuleName, SilenceTime }: Alarm): RuleSeen {
  const silence = Number(SilenceTime ?? Number.NaN);
  return {
    id: RuleId,
    name: RuleName || RuleId,
    isEnabled: (EnableState ?? 'true').toLowerCase() === 'true',
    silence: Number.isFinite(silence) ? silence : undefined,
    instances: instancesOf(about || Dimensions || ''),
  };
}

/** A rule that does not say what it is about is about nothing that we know. */
function instancesOf(text: string): RuleSeen['instances'] {
  const read = Resources.safeParse(parseJson(text));
  if (!read.success) return [];
  if (read.data.some(({ resource }) => resource === '_ALL')) return 'all';
  return read.data.flatMap(({ instanceId }) => instanceId ?? []);
}
