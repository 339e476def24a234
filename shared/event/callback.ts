import type { Instant } from '../core/time';
import { parseDimensions } from './dimensions';
import { isObject, kept, keptUnlessAbsent, numberOf } from './fields';
import type { AlarmState, AlarmTrigger } from './trigger';

/** The fields of a callback by name, from a form or from JSON; `undefined` where there is none. */
type Fields = (name: string) => unknown;

/**
 * The webhook of a CloudMonitor threshold rule: a form (document 60714 of the vendor's help, 2026-06-04, and captured
 * bodies), or JSON with the same names as before 2019. It carries a signature that nobody can verify, since neither its
 * key nor what it signs is documented.
 */
export function recogniseCallback(value: unknown): AlarmTrigger | undefined {
  const fields = fieldsOf(value);
  if (fields === undefined || typeof fields('alertState') !== 'string') return undefined;
  const name = textOf(fields, 'alertName');
  const ruleId = textOf(fields, 'ruleId');
  const rule = name ?? ruleId;
  return rule === undefined ? undefined : { ...alarmOf(fields), rule, ruleId };
}

function alarmOf(fields: Fields): Omit<AlarmTrigger, 'rule' | 'ruleId'> {
  const dimensions = parseDimensions(fields('dimensions'));
  return {
    kind: 'alarm',
    source: 'callback',
    state: stateOf(textOf(fields, 'alertState')),
    at: instantOfTimestamp(textOf(fields, 'timestamp')),
    // `metricName` is in the language of the console; captured bodies have the id beside it.
    metric: textOf(fields, 'rawMetricName') ?? textOf(fields, 'metricName'),
    namespace: textOf(fields, 'namespace') ?? textOf(fields, 'metricProject'),
    instanceId: keptUnlessAbsent(dimensions.get('instanceId')),
    instanceName: textOf(fields, 'instanceName'),
    // A captured body has `regionId=null` and the region among its dimensions.
    region: textOf(fields, 'regionId') ?? keptUnlessAbsent(dimensions.get('region')),
    accountId: textOf(fields, 'userId') ?? keptUnlessAbsent(dimensions.get('userId')),
    value: numberOf(textOf(fields, 'curValue')),
    level: textOf(fields, 'triggerLevel'),
    expression: textOf(fields, 'expression'),
  };
}

function fieldsOf(value: unknown): Fields | undefined {
  if (isObject(value)) return (name) => value[name];
  // Looking for the name first spares every other text the parsing.
  if (typeof value !== 'string' || !value.includes('alertState=')) return undefined;
  const form = new URLSearchParams(value.trim());
  return (name) => form.get(name) ?? undefined;
}

function textOf(fields: Fields, name: string): string | undefined {
  const value = fields(name);
  if (typeof value === 'number') return kept(String(value));
  return typeof value === 'string' ? keptUnlessAbsent(value) : undefined;
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

/** The vendor's sample is in seconds (10 digits), captured bodies in milliseconds (13 digits). */
function instantOfTimestamp(written: string | undefined): Instant | undefined {
  if (written === undefined || !/^(?:\d{10}|\d{13})$/.test(written)) return undefined;
  return written.length === 10 ? Number(written) * 1_000 : Number(written);
}
