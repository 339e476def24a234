import { dedupIdOf } from './dedup-id';
import { parseDimensions } from './dimensions';
import { eventTime } from './event-time';
import { type Fields, isObject, keptUnlessAbsent, numberOf, objectAt, textAt } from './fields';
import type { AlarmState, AlarmTrigger } from './trigger';

/**
 * The webhook or function action of CloudMonitor 2.0. Its templates can be edited and their default is not documented. What
 * is read are the names that a third party's parser knows (`alertName`, `state`, `condition`, `dimensions`, …) and those
 * of an event in the SDK (`CmsEventForView` of cms-20240330: `subject`, `status`, `severity`, `dedupId`, `labels`, …).
 */
export function recogniseCloudMonitor2(value: unknown): AlarmTrigger | undefined {
  if (!isObject(value)) return undefined;
  const rule = ruleOf(value);
  const state = textAt(value, 'state', 'status');
  return rule === undefined || state === undefined ? undefined : alarmOf(value, rule, state);
}

/** An object with a name and a state may be anything: something else of an alarm has to be there, too. */
function ruleOf(fields: Fields): string | undefined {
  const name = textAt(fields, 'alertName');
  if (name !== undefined)
    return ['severity', 'condition', 'metricName'].some((also) => also in fields) ? name : undefined;
  const isEvent = textAt(fields, 'severity') !== undefined && ['dedupId', 'sourcetype'].some((also) => also in fields);
  return isEvent ? (textAt(objectAt(fields, 'labels'), 'alertname') ?? textAt(fields, 'subject')) : undefined;
}

function alarmOf(fields: Fields, rule: string, state: string): AlarmTrigger {
  const dimensions = parseDimensions(fields['dimensions'] ?? fields['labels']);
  const time = textAt(fields, 'time', 'timestamp', 'startTime');
  return {
    kind: 'alarm',
    source: 'cloudmonitor-2',
    rule,
    ruleId: textAt(fields, 'ruleId', 'alertRuleId'),
    state: stateOf(state),
    at: eventTime(time),
    metric: textAt(fields, 'metricName'),
    namespace: textAt(fields, 'namespace'),
    instanceId: keptUnlessAbsent(dimensions.get('instanceId')),
    region: textAt(fields, 'regionId') ?? keptUnlessAbsent(dimensions.get('regionId') ?? dimensions.get('region')),
    accountId: textAt(fields, 'userId') ?? keptUnlessAbsent(dimensions.get('userId')),
    value: numberOf(textAt(fields, 'curValue', 'value')),
    level: textAt(fields, 'severity'),
    expression: textAt(fields, 'condition', 'expression'),
    dedupId: dedupIdOf('cloudmonitor-2', textAt(fields, 'dedupId', 'id'), state, time),
  };
}

/** The words of the vendor's other forms, since those of this one are not documented, in any case. */
function stateOf(state: string): AlarmState {
  switch (state.toUpperCase()) {
    case 'ALERT':
    case 'ALARM':
    case 'TRIGGERED':
    case 'FIRING':
      return 'alert';
    case 'OK':
    case 'RESOLVED':
      return 'ok';
    case 'NODATA':
    case 'INSUFFICIENT_DATA':
      return 'insufficient-data';
    default:
      return 'unknown';
  }
}
