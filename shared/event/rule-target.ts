import { dedupIdOf } from './dedup-id';
import { describeDimensions, parseDimensions } from './dimensions';
import { instantOfTimestamp } from './event-time';
import { type Fields, isObject, keptUnlessAbsent, numberOf, objectAt, textAt } from './fields';
import type { AlarmState, AlarmTrigger } from './trigger';

/**
 * What a CloudMonitor threshold rule sends to its targets (`PutMetricRuleTargets`): documented for MNS (document 119889 of
 * the vendor's help), and assumed to be the same for a function, which no page shows.
 */
export function recogniseRuleTarget(value: unknown): AlarmTrigger | undefined {
  if (!isObject(value)) return undefined;
  const level = textAt(value, 'curLevel');
  const rule = textAt(value, 'ruleName', 'ruleId');
  if (level === undefined || rule === undefined) return undefined;
  return { ...alarmOf(value, level), rule };
}

function alarmOf(fields: Fields, level: string): Omit<AlarmTrigger, 'rule'> {
  const dimensions = parseDimensions(fields['resources']);
  const data = objectAt(fields, 'metricData');
  const escalation = objectAt(fields, 'escalation');
  const time = textAt(fields, 'time') ?? textAt(data, 'timestamp');
  const ruleId = textAt(fields, 'ruleId');
  return {
    kind: 'alarm',
    source: 'rule-target',
    ruleId,
    state: stateOf(level),
    at: instantOfTimestamp(time),
    // `memory_actualusedspace#60`: the metric and its period.
    metric: textAt(fields, 'metricName')?.replace(/#\d+$/, ''),
    namespace: textAt(fields, 'namespace'),
    instanceId: keptUnlessAbsent(dimensions.get('instanceId')) ?? textAt(data, 'instanceId'),
    instanceName: textAt(fields, 'instanceName'),
    region:
      keptUnlessAbsent(dimensions.get('regionId') ?? dimensions.get('region')) ?? textAt(data, 'regionId', 'region'),
    accountId: textAt(fields, 'userId') ?? textAt(data, 'userId'),
    value: numberOf(textAt(data, textAt(escalation, 'statistics') ?? 'Average')),
    level,
    expression: expressionOf(escalation),
    // The batch is described as an aid to tracing, not as a key, so it does not stand alone.
    dedupId: dedupIdOf('rule-target', textAt(fields, 'batchId') ?? ruleId, describeDimensions(dimensions), level, time),
  };
}

/** Only the level says it: the vendor's sample pairs the `eventName` AlertOk with the level WARN. */
function stateOf(level: string): AlarmState {
  switch (level) {
    case 'CRITICAL':
    case 'WARN':
    case 'INFO':
      return 'alert';
    case 'OK':
      return 'ok';
    // Flashduty, which reads these levels, knows NODATA; the vendor's pages do not.
    case 'NODATA':
    case 'INSUFFICIENT_DATA':
      return 'insufficient-data';
    default:
      return 'unknown';
  }
}

function expressionOf(escalation: Fields): string | undefined {
  const parts = ['statistics', 'comparisonOperator', 'threshold'].map((name) => textAt(escalation, name));
  return keptUnlessAbsent(parts.filter((part) => part !== undefined).join(' '));
}
