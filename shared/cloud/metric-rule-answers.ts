import { z } from 'zod';
import {
  type Condition,
  type Conditions,
  LEVELS,
  type Level,
  type MetricRuleSeen,
  type RuleTarget,
} from '../core/metric-rule';
import type { AlarmRule } from '../ports';
import type { NumberedPage } from './numbered-pages';
import { numberOf, parseJson } from './untyped';

/**
 * Answers of CloudMonitor about threshold rules (typings of `@alicloud/cms20190101` 4.0.10). Numbers come as such or as text,
 * resources and levels as JSON text, and what is not there is absent, empty or an empty object: what is missing is taken for
 * the default that the vendor documents.
 */

/** Most ids in `RuleIds` (API page of DescribeMetricRuleList, read 2026-11). */
export const IDS_PER_CALL = 20;

const Text = z.union([z.string(), z.number()]).transform(String);
const Optional = Text.nullish().catch(undefined);

const Escalation = z
  .object({ ComparisonOperator: Optional, Statistics: Optional, Threshold: Optional, Times: Optional })
  .nullish()
  .catch(undefined);

const Alarm = z.object({
  RuleId: z.string().min(1),
  RuleName: Optional,
  Namespace: Optional,
  MetricName: Optional,
  Resources: z.unknown().optional(),
  Dimensions: z.unknown().optional(),
  Period: Optional,
  SilenceTime: Optional,
  NoDataPolicy: Optional,
  EffectiveInterval: Optional,
  ContactGroups: Optional,
  Webhook: Optional,
  AlertState: Optional,
  EnableState: z.union([z.boolean(), z.string()]).nullish().catch(undefined),
  Escalations: z.object({ Critical: Escalation, Warn: Escalation, Info: Escalation }).nullish().catch(undefined),
});

export const RuleListAnswer = z.object({
  Total: Optional,
  Alarms: z.object({ Alarm: z.array(Alarm).nullish() }).nullish(),
});

const Target = z.object({ Id: Text, Arn: z.string(), Level: z.unknown().optional() });
const Targets = z.object({ Target: z.array(Target).nullish() }).nullish();

export const RuleTargetsAnswer = z.object({ Targets });
/** Says which of the targets were not taken. */
export const PutTargetsAnswer = z.object({ FailData: z.object({ Targets }).nullish().catch(undefined) });

export const ContactGroupsAnswer = z.object({
  Total: Optional,
  ContactGroups: z.object({ ContactGroup: z.array(z.string()).nullish() }).nullish(),
});

/** Where nothing says how many there are, they are those of the page. */
export function pageOf<T>(total: string | null | undefined, items: readonly T[]): NumberedPage<T> {
  return { total: numberOf(total) ?? items.length, items };
}

const DEFAULT_PERIOD = 60;
const DEFAULT_SILENCE = 86_400;

/** @param targets are asked for by themselves */
export function ruleOf(alarm: z.infer<typeof Alarm>, targets: readonly RuleTarget[]): MetricRuleSeen {
  const { ContactGroups, EffectiveInterval, Escalations, NoDataPolicy, Webhook } = alarm;
  return {
    id: alarm.RuleId,
    name: alarm.RuleName ?? '',
    namespace: alarm.Namespace ?? '',
    metric: alarm.MetricName ?? '',
    resources: resourcesOf(alarm.Resources) ?? resourcesOf(alarm.Dimensions) ?? [],
    period: numberOf(alarm.Period) ?? DEFAULT_PERIOD,
    conditions: conditionsOf(Escalations ?? {}),
    silence: numberOf(alarm.SilenceTime) ?? DEFAULT_SILENCE,
    noData: NoDataPolicy || 'KEEP_LAST_STATE',
    effective: EffectiveInterval || '00:00-23:59',
    contactGroups: listOf(ContactGroups ?? ''),
    webhook: Webhook || undefined,
    isOn: isOn(alarm),
    targets,
  };
}

/** The state of a rule that is off is that of the last time when it was on. */
export function ringingOf(alarm: z.infer<typeof Alarm>): AlarmRule {
  const { AlertState, RuleId, RuleName } = alarm;
  return { id: RuleId, name: RuleName ?? RuleId, isRinging: AlertState === 'ALARM' && isOn(alarm) };
}

function isOn({ EnableState }: z.infer<typeof Alarm>): boolean {
  return String(EnableState ?? true).toLowerCase() === 'true';
}

export function targetOf({ Arn, Id, Level }: z.infer<typeof Target>): RuleTarget {
  return { id: Id, arn: Arn, levels: levelsOf(Level) };
}

const Resources = z.array(z.record(z.string(), Text));

/** A sample of the vendor's has the quotes of its JSON text escaped once more. */
function resourcesOf(value: unknown): z.infer<typeof Resources> | undefined {
  const parsed =
    typeof value === 'string' ? (parseJson(value) ?? parseJson(value.replaceAll('\\"', '"'))) : (value ?? undefined);
  return Resources.safeParse(parsed).data;
}

/** A JSON list in a text, a list, or one word alone; without any it is for all of them. */
function levelsOf(value: unknown): readonly string[] {
  const parsed = typeof value === 'string' ? (parseJson(value) ?? listOf(value)) : value;
  const levels = z.array(z.string()).safeParse(parsed).data ?? [];
  return levels.length === 0 ? ['CRITICAL', 'INFO', 'WARN'] : levels.map((level) => level.toUpperCase());
}

function listOf(text: string): readonly string[] {
  return text
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '');
}

function conditionsOf(escalations: Readonly<Partial<Record<Level, z.infer<typeof Escalation>>>>): Conditions {
  const found = LEVELS.flatMap((level) => {
    const condition = conditionOf(escalations[level]);
    return condition === undefined ? [] : [[level, condition] as const];
  });
  return Object.fromEntries(found);
}

/** Custom rules are written with signs. */
const SIGNS: Readonly<Record<string, string>> = {
  '>=': 'GreaterThanOrEqualToThreshold',
  '>': 'GreaterThanThreshold',
  '<=': 'LessThanOrEqualToThreshold',
  '<': 'LessThanThreshold',
};

function conditionOf(escalation: z.infer<typeof Escalation>): Condition | undefined {
  const threshold = numberOf(escalation?.Threshold);
  const comparison = escalation?.ComparisonOperator;
  if (threshold === undefined || !comparison) return undefined;
  return {
    statistic: escalation?.Statistics ?? '',
    comparison: SIGNS[comparison] ?? comparison,
    threshold,
    times: numberOf(escalation?.Times) ?? 1,
  };
}
