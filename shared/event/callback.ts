import { dedupIdOf } from './dedup-id';
import { describeDimensions, parseDimensions } from './dimensions';
import { instantOfTimestamp } from './event-time';
import { type Fields, isObject, keptUnlessAbsent, numberOf, textAt } from './fields';
import { readForm } from './form';
import type { AlarmState, AlarmTrigger } from './trigger';

/**
 * The webhook of a CloudMonitor threshold rule: a form (document 60714 of the vendor's help, 2026-06-04, and captured
 * bodies), or JSON with the same names as before 2019. It carries a signature that nobody can verify, since neither its
 * key nor what it signs is documented.
 */
export function recogniseCallback(value: unknown): AlarmTrigger | undefined {
  const fields = typeof value === 'string' ? readForm(value, 'alertState') : value;
  if (!isObject(fields) || typeof fields['alertState'] !== 'string') return undefined;
  const rule = textAt(fields, 'alertName', 'ruleId');
  return rule === undefined ? undefined : { ...alarmOf(fields), rule };
}

function alarmOf(fields: Fields): Omit<AlarmTrigger, 'rule'> {
  const dimensions = parseDimensions(fields['dimensions']);
  return {
    kind: 'alarm',
    source: 'callback',
    ruleId: textAt(fields, 'ruleId'),
    state: stateOf(textAt(fields, 'alertState')),
    at: instantOfTimestamp(textAt(fields, 'timestamp')),
    // `metricName` is in the language of the console; captured bodies have the id beside it.
    metric: textAt(fields, 'rawMetricName', 'metricName'),
    namespace: textAt(fields, 'namespace', 'metricProject'),
    instanceId: keptUnlessAbsent(dimensions.get('instanceId')),
    instanceName: textAt(fields, 'instanceName'),
    // A captured body has `regionId=null` and the region among its dimensions.
    region: textAt(fields, 'regionId') ?? keptUnlessAbsent(dimensions.get('region')),
    accountId: textAt(fields, 'userId') ?? keptUnlessAbsent(dimensions.get('userId')),
    value: numberOf(textAt(fields, 'curValue')),
    level: textAt(fields, 'triggerLevel'),
    expression: textAt(fields, 'expression'),
    dedupId: dedupIdOfCallback(fields, describeDimensions(dimensions)),
  };
}

/** `transId` comes second: that it stays the same when a callback is sent again is documented nowhere. */
function dedupIdOfCallback(fields: Fields, dimensions: string | undefined): string | undefined {
  const state = textAt(fields, 'alertState');
  const level = textAt(fields, 'triggerLevel') ?? '';
  return (
    dedupIdOf('callback', textAt(fields, 'ruleId'), dimensions, state, level, textAt(fields, 'timestamp')) ??
    dedupIdOf('callback', textAt(fields, 'transId'), state)
  );
}

const STATES = { alert: 'ALERT', ok: 'OK', 'insufficient-data': 'INSUFFICIENT_DATA', unknown: 'UNKNOWN' } as const;

/** An alarm of any form as one function hands it to another: what a callback would have said, without where it came from. */
export function callbackOf(alarm: AlarmTrigger): object {
  const { accountId, at, expression, instanceId, instanceName, level, metric, namespace, region, rule, ruleId } = alarm;
  return {
    alertName: rule,
    ruleId,
    alertState: STATES[alarm.state],
    timestamp: at === undefined ? undefined : String(at).padStart(13, '0'),
    rawMetricName: metric,
    namespace,
    dimensions: instanceId === undefined ? [] : [{ instanceId }],
    instanceName,
    regionId: region,
    userId: accountId,
    curValue: alarm.value,
    triggerLevel: level,
    expression,
  };
}

/** The console and old pages say `ALARM` where callbacks say `ALERT`. */
function stateOf(written: string | undefined): AlarmState {
  switch (written) {
    case 'ALERT':
    case 'ALARM':
      return 'alert';
    case 'OK':
      return 'ok';
    case 'INSUFFICIENT_DATA':
      return 'insufficient-data';
    default:
      return 'unknown';
  }
}
