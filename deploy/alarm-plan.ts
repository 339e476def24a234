/** What is to be done so that the rules of CloudMonitor are as they are wanted, field by field. Pure. */

import { LEVELS, type Level, type MetricRule, type MetricRuleSeen, type RuleTarget } from '../shared/core/metric-rule';
import { type RuleOf, regionOfRule, TARGET_ID } from './alarm-rules';

export interface FieldChange {
  readonly field: string;
  /** As they may be shown; `undefined` where there is none. */
  readonly from: string | undefined;
  readonly to: string | undefined;
}

export type RuleChange =
  | {
      readonly kind: 'create';
      readonly region: string;
      readonly rule: MetricRule;
      readonly fields: readonly FieldChange[];
    }
  | {
      readonly kind: 'change';
      readonly region: string;
      readonly rule: MetricRule;
      readonly seen: MetricRuleSeen;
      readonly fields: readonly FieldChange[];
    }
  | { readonly kind: 'delete'; readonly region: string; readonly seen: MetricRuleSeen };

export interface SeenIn {
  /** Whose endpoint knows it. */
  readonly region: string;
  readonly rule: MetricRuleSeen;
}

export interface AlarmPlan {
  readonly changes: readonly RuleChange[];
  /** What stays although it is not as the configuration implies, and why. */
  readonly notes: readonly string[];
}

/** The vendor's older pages call this the shortest silence, newer ones and Terraform 300 s. */
export const OLDER_SHORTEST_SILENCE = 3_600;

/**
 * Rules of others are not in it, whatever they are called. One of ours that is switched off was switched off by a person: it
 * stays off and as it is, since whether a write switches it on again is not documented, and the notes say so.
 *
 * @param seen rules whose region is among those that the command is about
 */
export function alarmPlan(prefix: string, wanted: readonly RuleOf[], seen: readonly SeenIn[]): AlarmPlan {
  const ours = new Map(
    seen.flatMap((each) => (regionOfRule(prefix, each.rule.id) === undefined ? [] : [[each.rule.id, each] as const])),
  );
  const ids = new Set(wanted.map(({ rule }) => rule.id));
  const notes: string[] = [];
  const changes = wanted.flatMap(({ region, rule }): readonly RuleChange[] => {
    const there = ours.get(rule.id)?.rule;
    if (there === undefined) return [{ kind: 'create', region, rule, fields: differences(rule, undefined) }];
    notes.push(...keptOf(rule, there));
    const fields = differences(rule, there);
    if (!there.isOn) notes.push(offNote(rule, fields));
    return fields.length === 0 || !there.isOn ? [] : [{ kind: 'change', region, rule, seen: there, fields }];
  });
  const gone = [...ours.values()].filter(({ rule }) => !ids.has(rule.id));
  return {
    changes: [...changes, ...gone.map(({ region, rule }) => ({ kind: 'delete' as const, region, seen: rule }))],
    notes,
  };
}

function offNote({ name }: MetricRule, fields: readonly FieldChange[]): string {
  const differs = fields.length === 0 ? '' : `, though it differs in ${fields.map(({ field }) => field).join(', ')}`;
  return `${name} is switched off in CloudMonitor and is left as it is${differs}; switch it on there`;
}

function keptOf(rule: MetricRule, seen: MetricRuleSeen): readonly string[] {
  const others = seen.targets.filter(({ id }) => id !== TARGET_ID);
  return [
    ...(isOlderSilence(rule, seen)
      ? [`CloudMonitor keeps ${seen.silence} s of silence for ${rule.name}, where ${rule.silence} s are asked for`]
      : []),
    ...others.map(({ arn, id }) => `${rule.name} also writes to ${arn} (target ${id}), which is left alone`),
  ];
}

function isOlderSilence(wanted: MetricRule, seen: MetricRule): boolean {
  return wanted.silence < OLDER_SHORTEST_SILENCE && seen.silence === OLDER_SHORTEST_SILENCE;
}

/** Fields that are not as they are wanted, as they may be shown. Of the targets only ours counts. */
export function differences(wanted: MetricRule, seen: MetricRule | undefined): readonly FieldChange[] {
  const to = fieldsOf(wanted);
  const from = seen === undefined ? undefined : fieldsOf(seen);
  return [...to].flatMap(([field, value]) => {
    const before = from?.get(field);
    if (before === value) return [];
    if (field === 'silence' && seen !== undefined && isOlderSilence(wanted, seen)) return [];
    return [{ field, ...shown(field, before, value) }];
  });
}

function shown(field: string, from: string | undefined, to: string | undefined): Pick<FieldChange, 'from' | 'to'> {
  if (field !== 'webhook') return { from, to };
  const masked = [from, to].map((address) => (address === undefined ? undefined : maskedAddress(address)));
  const [before, after] = masked;
  return before !== undefined && before === after
    ? { from: before, to: `${after} (another secret)` }
    : { from: before, to: after };
}

/** An address without its path: its last part is the secret of a callback, and others have theirs in the middle. */
export function maskedAddress(address: string): string {
  if (!URL.canParse(address)) return '***';
  const { host, protocol } = new URL(address);
  return `${protocol}//${host}/***`;
}

type Fields = ReadonlyMap<string, string | undefined>;

function fieldsOf(rule: MetricRule): Fields {
  const target = rule.targets.find(({ id }) => id === TARGET_ID);
  return new Map<string, string | undefined>([
    ['name', rule.name],
    ['namespace', rule.namespace],
    ['metric', rule.metric],
    ['resources', rule.resources.map(resourceText).sort().join('; ')],
    ['period', `${rule.period} s`],
    ...LEVELS.map((level) => [level, conditionText(rule, level)] as const),
    ['noData', rule.noData],
    ['effective', rule.effective],
    ['silence', `${rule.silence} s`],
    ['contactGroups', [...rule.contactGroups].sort().join(', ')],
    ['webhook', rule.webhook],
    ['target', target === undefined ? undefined : targetText(target)],
  ]);
}

function resourceText(resource: Readonly<Record<string, string>>): string {
  return Object.entries(resource)
    .map(([name, value]) => `${name}=${value}`)
    .sort()
    .join(', ');
}

/** CloudMonitor's words for comparisons, as people write them; others are shown as they are. */
const COMPARISONS: Readonly<Record<string, string>> = {
  GreaterThanOrEqualToThreshold: '>=',
  GreaterThanThreshold: '>',
  LessThanOrEqualToThreshold: '<=',
  LessThanThreshold: '<',
};

function conditionText({ conditions }: MetricRule, level: Level): string | undefined {
  const condition = conditions[level];
  if (condition === undefined) return undefined;
  const { comparison, statistic, threshold, times } = condition;
  const how =
    comparison === 'GreaterThanLastPeriod'
      ? `${threshold} % above the period before`
      : `${COMPARISONS[comparison] ?? comparison} ${threshold}`;
  return `${statistic} ${how}${times === 1 ? '' : ` in ${times} periods in a row`}`;
}

function targetText({ arn, levels }: RuleTarget): string {
  const all = [...levels].sort().join(', ');
  return all === 'CRITICAL, INFO, WARN' ? arn : `${arn} (${all})`;
}
