import { z } from 'zod';
import { type Instant, type Millis, SECOND } from '../../../shared/core/time';
import { ASSUMED, type Behaviour, documented } from '../behaviour';
import type { KeptRule, MetricRuleStore } from './metric-rules';

export const RINGING_BEHAVIOURS: readonly Behaviour[] = [
  {
    part: 'CloudMonitor',
    what: 'A rule rings for each of its resources when its condition holds for so many periods in a row, and again after its silence while it lasts.',
    basis: documented('https://help.aliyun.com/zh/cms/developer-reference/api-putresourcemetricrule'),
  },
  {
    part: 'CloudMonitor',
    what: 'HeathyServerCount is that of the listener with the fewest, as it is when a rule is judged; it has no history.',
    basis: ASSUMED,
  },
  { part: 'CloudMonitor', what: 'Rules are judged as soon as a period can be read.', basis: ASSUMED },
  {
    part: 'CloudMonitor',
    what: 'That a rule no longer rings is told as well, whatever the levels of a target.',
    basis: ASSUMED,
  },
  {
    part: 'CloudMonitor',
    what: 'That there is no data is told to all targets, as the level INSUFFICIENT_DATA.',
    basis: ASSUMED,
  },
  {
    part: 'CloudMonitor',
    what: 'What a rule writes to MNS has its level, its resource and its value.',
    basis: documented('https://www.alibabacloud.com/help/doc-detail/119889.htm'),
  },
];

export type Resource = Readonly<Record<string, string>>;

/** That a rule rang, or no longer does. */
export interface AlarmNotice {
  readonly at: Instant;
  readonly ruleId: string;
  readonly ruleName: string;
  readonly resource: Resource;
  readonly level: RingingLevel;
  readonly value: number | undefined;
  readonly contactGroups: readonly string[];
  readonly webhook: string | undefined;
}

export type RingingLevel = 'OK' | 'CRITICAL' | 'WARN' | 'INFO' | 'INSUFFICIENT_DATA';

export interface RingingOptions {
  readonly store: MetricRuleStore;
  readonly now: () => Instant;
  readonly accountId: string;
  /** Until a period that has ended can be read. */
  readonly delay: () => Millis;
  /** What a rule is judged by in the period that starts at `start`; `undefined` without data. */
  readonly read: (rule: RuleRead, start: Instant) => number | undefined;
  readonly publish: (arn: string, message: string) => void;
}

export interface RuleRead {
  readonly namespace: string;
  readonly metric: string;
  readonly statistic: string;
  readonly resource: Resource;
  readonly period: Millis;
}

interface Standing {
  readonly level: RingingLevel;
  readonly toldAt: Instant;
  /** Periods in a row in which the condition of a level held. */
  readonly held: Readonly<Record<string, number>>;
}

export interface Ringing {
  /** Judges what has become readable since the last time. */
  ring(): void;
  notices(): readonly AlarmNotice[];
}

const LEVELS = [
  ['Critical', 'CRITICAL'],
  ['Warn', 'WARN'],
  ['Info', 'INFO'],
] as const;

/** Rules that nobody put, but somebody set by hand, are not judged. */
export function createRinging(options: RingingOptions): Ringing {
  const { store } = options;
  const judged = new Map<string, Instant>();
  const standings = new Map<string, Standing>();
  const notices: AlarmNotice[] = [];

  function ring(): void {
    for (const [id, rule] of store.rules) {
      if (rule.parameters['MetricName'] === undefined || !rule.enabled) continue;
      const period = Number(rule.parameters['Period'] ?? 60) * SECOND;
      const start = Math.floor((options.now() - options.delay()) / period) * period - period;
      const before = judged.get(id);
      judged.set(id, start);
      // What was before the rule is nobody's business.
      if (before === undefined || start <= before) continue;
      const levels = resourcesOf(rule).map((resource) => judge(id, rule, resource, start, period));
      store.setState(id, stateOf(levels));
    }
  }

  function judge(id: string, rule: KeptRule, resource: Resource, start: Instant, period: Millis): RingingLevel {
    const key = `${id} ${JSON.stringify(resource)}`;
    const standing = standings.get(key) ?? { level: 'OK' as const, toldAt: 0, held: {} };
    const reading = readingOf(rule, resource, period);
    const value = options.read(reading, start);
    const { held, level } =
      value === undefined
        ? { held: {}, level: withoutData(rule, standing.level) }
        : judgedBy(rule, standing.held, value, () => options.read(reading, start - period));
    const isNews = level !== standing.level;
    const silence = Number(rule.parameters['SilenceTime'] ?? 86_400) * SECOND;
    const isDue = level !== 'OK' && options.now() - standing.toldAt >= silence;
    standings.set(key, { level, held, toldAt: isNews || isDue ? options.now() : standing.toldAt });
    if (isNews || isDue) tell(id, rule, { resource, level, value, before: standing.level });
    return level;
  }

  function tell(
    id: string,
    rule: KeptRule,
    said: {
      readonly resource: Resource;
      readonly level: RingingLevel;
      readonly value: number | undefined;
      readonly before: RingingLevel;
    },
  ): void {
    const { before, level, resource, value } = said;
    const { parameters, targets } = rule;
    notices.push({
      at: options.now(),
      ruleId: id,
      ruleName: parameters['RuleName'] ?? '',
      resource,
      level,
      value,
      contactGroups: (parameters['ContactGroups'] ?? '').split(','),
      webhook: parameters['Webhook'],
    });
    const message = JSON.stringify({
      ruleId: id,
      ruleName: parameters['RuleName'],
      curLevel: level,
      preLevel: before,
      resources: JSON.stringify(resource),
      metricData: { timestamp: options.now(), userId: options.accountId, ...resource, Average: value },
      metricName: `${parameters['MetricName']}#${parameters['Period']}`,
      namespace: parameters['Namespace'],
      period: parameters['Period'],
      time: options.now(),
      userId: options.accountId,
      eventName: level === 'OK' ? 'AlertOk' : 'AlertAlert',
      eventType: 'Alert',
      version: '1.0',
    });
    for (const { arn, level: levels } of targets.values()) {
      const isFor = level === 'OK' || level === 'INSUFFICIENT_DATA' || levels === '' || levels.includes(level);
      if (isFor) options.publish(arn, message);
    }
  }

  return { ring, notices: () => notices };
}

function readingOf({ parameters }: KeptRule, resource: Resource, period: Millis): RuleRead {
  const statistic = LEVELS.map(([level]) => parameters[`Escalations.${level}.Statistics`]).find(
    (each) => each !== undefined,
  );
  return {
    namespace: parameters['Namespace'] ?? '',
    metric: parameters['MetricName'] ?? '',
    statistic: statistic ?? 'Average',
    resource,
    period,
  };
}

const Resources = z.array(z.record(z.string(), z.string()));

function resourcesOf({ parameters }: KeptRule): readonly Resource[] {
  return Resources.parse(JSON.parse(parameters['Resources'] ?? '[]'));
}

function withoutData({ parameters }: KeptRule, level: RingingLevel): RingingLevel {
  switch (parameters['NoDataPolicy']) {
    case 'INSUFFICIENT_DATA':
      return 'INSUFFICIENT_DATA';
    case 'OK':
      return 'OK';
    default:
      return level;
  }
}

function judgedBy(
  { parameters }: KeptRule,
  before: Standing['held'],
  value: number,
  valueBefore: () => number | undefined,
): { readonly held: Standing['held']; readonly level: RingingLevel } {
  const held: Record<string, number> = {};
  let level: RingingLevel = 'OK';
  for (const [name, told] of LEVELS) {
    const comparison = parameters[`Escalations.${name}.ComparisonOperator`];
    if (comparison === undefined) continue;
    const threshold = Number(parameters[`Escalations.${name}.Threshold`]);
    if (!holds(comparison, value, threshold, valueBefore)) continue;
    const inRow = (before[name] ?? 0) + 1;
    held[name] = inRow;
    if (level === 'OK' && inRow >= Number(parameters[`Escalations.${name}.Times`])) level = told;
  }
  return { held, level };
}

function holds(comparison: string, value: number, threshold: number, valueBefore: () => number | undefined): boolean {
  switch (comparison) {
    case 'GreaterThanOrEqualToThreshold':
      return value >= threshold;
    case 'GreaterThanThreshold':
      return value > threshold;
    case 'LessThanOrEqualToThreshold':
      return value <= threshold;
    case 'LessThanThreshold':
      return value < threshold;
    case 'GreaterThanLastPeriod': {
      const before = valueBefore();
      return before !== undefined && before > 0 && value > before * (1 + threshold / 100);
    }
    default:
      throw new Error(`a rule compares by ${comparison}, which is not imitated`);
  }
}

function stateOf(levels: readonly RingingLevel[]): 'OK' | 'ALARM' | 'INSUFFICIENT_DATA' {
  if (levels.some((level) => level === 'CRITICAL' || level === 'WARN' || level === 'INFO')) return 'ALARM';
  return levels.includes('INSUFFICIENT_DATA') ? 'INSUFFICIENT_DATA' : 'OK';
}
