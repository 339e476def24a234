import { LEVELS, type MetricRule, type MetricRuleSeen, type RuleTarget } from '../core/metric-rule';
import { CloudError } from '../errors';
import { chunksOf } from './chunks';
import { Nothing, readSuccess } from './cloud-monitor-answer';
import {
  ContactGroupsAnswer,
  IDS_PER_CALL,
  PutTargetsAnswer,
  pageOf,
  RuleListAnswer,
  RuleTargetsAnswer,
  ruleOf,
  targetOf,
} from './metric-rule-answers';
import { numberedPages } from './numbered-pages';
import type { OpenApi, OpenApiCall, Scalar } from './seams';
import { together } from './together';

/** The threshold rules of CloudMonitor at the endpoint of one region; that every endpoint knows all of them is ASSUMED. */
export interface MetricRules {
  /** Rules whose name contains the text, and those of these ids, with their targets. */
  read(name: string, ids: readonly string[]): Promise<readonly MetricRuleSeen[]>;
  /** Rules of a namespace, and those of these ids, whatever they are about; nobody asks for their targets. */
  about(namespace: string, ids: readonly string[]): Promise<readonly MetricRuleSeen[]>;
  /** Makes a rule, or changes the one of its id; its targets are put by themselves. */
  put(rule: MetricRule): Promise<void>;
  putTarget(ruleId: string, target: RuleTarget): Promise<void>;
  removeTarget(ruleId: string, targetId: string): Promise<void>;
  remove(ruleId: string): Promise<void>;
  /** Names of the account's contact groups. */
  contactGroups(): Promise<readonly string[]>;
}

/** Rules on a page: more than 100 is not said to be refused, nor allowed. */
const PAGE = 100;
/** Rules whose targets are asked for at a time: the vendor allows 50 calls a second of most operations. */
const TARGETS_AT_A_TIME = 10;

export function createMetricRules(openApi: OpenApi, region: string): MetricRules {
  function callOf(
    action: string,
    effect: OpenApiCall['effect'],
    query: Readonly<Record<string, Scalar | undefined>> = {},
  ): OpenApiCall {
    return { product: 'cms', region, action, query, effect };
  }

  async function carryOut(call: OpenApiCall): Promise<void> {
    const { body } = await openApi.call(call);
    readSuccess(Nothing, body, call);
  }

  async function list(query: Readonly<Record<string, string>>): Promise<readonly MetricRuleSeen[]> {
    const call = callOf('DescribeMetricRuleList', 'read', query);
    const readPage = (body: unknown) => {
      const { Alarms, Total } = readSuccess(RuleListAnswer, body, call);
      return pageOf(
        Total,
        (Alarms?.Alarm ?? []).map((alarm) => ruleOf(alarm, [])),
      );
    };
    return await numberedPages(openApi, call, PAGE, readPage, ({ id }) => id, 'Page');
  }

  async function withTargets(rule: MetricRuleSeen): Promise<MetricRuleSeen> {
    const call = callOf('DescribeMetricRuleTargets', 'read', { RuleId: rule.id });
    const { body } = await openApi.call(call);
    const { Targets } = readSuccess(RuleTargetsAnswer, body, call);
    return { ...rule, targets: (Targets?.Target ?? []).map(targetOf) };
  }

  async function listed(
    query: Readonly<Record<string, string>>,
    ids: readonly string[],
  ): Promise<readonly MetricRuleSeen[]> {
    const lists = await together([
      list(query),
      ...chunksOf([...new Set(ids)], IDS_PER_CALL).map((some) => list({ RuleIds: some.join(',') })),
    ]);
    return [...new Map(lists.flat().map((rule) => [rule.id, rule])).values()];
  }

  return {
    about: (namespace, ids) => listed({ Namespace: namespace }, ids),
    read: async (name, ids) => {
      const complete: MetricRuleSeen[] = [];
      for (const some of chunksOf(await listed({ RuleName: name }, ids), TARGETS_AT_A_TIME)) {
        complete.push(...(await together(some.map(withTargets))));
      }
      return complete;
    },
    put: (rule) => carryOut(callOf('PutResourceMetricRule', 'write', ruleParameters(rule))),
    putTarget: async (ruleId, { arn, id, levels }) => {
      const call = callOf('PutMetricRuleTargets', 'write', {
        RuleId: ruleId,
        'Targets.1.Id': id,
        'Targets.1.Arn': arn,
        'Targets.1.Level': JSON.stringify(levels),
      });
      const { body } = await openApi.call(call);
      const { FailData } = readSuccess(PutTargetsAnswer, body, call);
      if ((FailData?.Targets?.Target ?? []).length === 0) return;
      const operation = 'cms.PutMetricRuleTargets';
      throw new CloudError(`the target ${arn} was not taken`, { kind: 'rejected', operation });
    },
    removeTarget: (ruleId, targetId) =>
      carryOut(callOf('DeleteMetricRuleTargets', 'removal', { RuleId: ruleId, 'TargetIds.1': targetId })),
    remove: (ruleId) => carryOut(callOf('DeleteMetricRules', 'removal', { 'Id.1': ruleId })),
    contactGroups: () => {
      const call = callOf('DescribeContactGroupList', 'read');
      const readPage = (body: unknown) => {
        const { ContactGroups, Total } = readSuccess(ContactGroupsAnswer, body, call);
        return pageOf(Total, ContactGroups?.ContactGroup ?? []);
      };
      return numberedPages(openApi, call, PAGE, readPage, (name) => name);
    },
  };
}

/** A webhook that is left out is none: that the rule is replaced as a whole is ASSUMED. */
function ruleParameters(rule: MetricRule): Readonly<Record<string, Scalar | undefined>> {
  const escalations = LEVELS.flatMap((level) => {
    const condition = rule.conditions[level];
    if (condition === undefined) return [];
    const { comparison, statistic, threshold, times } = condition;
    return [
      [`Escalations.${level}.Statistics`, statistic],
      [`Escalations.${level}.ComparisonOperator`, comparison],
      [`Escalations.${level}.Threshold`, String(threshold)],
      [`Escalations.${level}.Times`, times],
    ];
  });
  return {
    RuleId: rule.id,
    RuleName: rule.name,
    Namespace: rule.namespace,
    MetricName: rule.metric,
    Resources: JSON.stringify(rule.resources),
    Period: String(rule.period),
    ...Object.fromEntries(escalations),
    SilenceTime: rule.silence,
    NoDataPolicy: rule.noData,
    EffectiveInterval: rule.effective,
    ContactGroups: rule.contactGroups.join(','),
    Webhook: rule.webhook,
  };
}
