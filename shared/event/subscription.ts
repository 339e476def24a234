import { dedupIdOf } from './dedup-id';
import { eventTime } from './event-time';
import { type Fields, isObject, objectAt, textAt } from './fields';
import { readForm } from './form';
import { readResourceName } from './resource-name';
import type { AlarmState, AlarmTrigger } from './trigger';

/**
 * What the push channel of a CloudMonitor event subscription sends: JSON, or a form whose fields are JSON texts. The
 * vendor's page shows it for webhooks and for system events; functions and threshold alarms are assumed to have the same.
 */
export function recogniseSubscription(value: unknown): AlarmTrigger | undefined {
  const fields = typeof value === 'string' ? readForm(value, 'alert') : value;
  if (!isObject(fields)) return undefined;
  const alert = objectAt(fields, 'alert');
  const status = textAt(alert, 'alertStatus');
  const subscription = objectAt(fields, 'subscription');
  const rule = textAt(fields, 'strategyName') ?? textAt(alert, 'eventName') ?? textAt(subscription, 'subscriptionUuid');
  if (status === undefined || rule === undefined) return undefined;
  return { ...alarmOf(fields, alert, status), rule, ruleId: textAt(subscription, 'subscriptionUuid') };
}

function alarmOf(fields: Fields, alert: Fields, status: string): Omit<AlarmTrigger, 'rule' | 'ruleId'> {
  const event = objectAt(objectAt(alert, 'meta'), 'sysEventMeta');
  const resource = readResourceName(textAt(alert, 'arn') ?? textAt(event, 'resourceId'));
  const time = textAt(alert, 'timestamp') ?? textAt(event, 'eventTime');
  return {
    kind: 'alarm',
    source: 'subscription',
    event: textAt(alert, 'eventName') ?? textAt(event, 'name'),
    state: stateOf(status),
    at: eventTime(time),
    namespace: textAt(alert, 'product') ?? textAt(event, 'product'),
    instanceId: resource.id,
    instanceName: textAt(event, 'instanceName'),
    region: textAt(event, 'regionId') ?? resource.region,
    accountId: textAt(alert, 'userId') ?? textAt(fields, 'userId') ?? resource.accountId,
    level: textAt(alert, 'severity') ?? textAt(fields, 'severity'),
    // An alert and its end have one `dedupId`.
    dedupId: dedupIdOf('subscription', textAt(alert, 'dedupId') ?? textAt(fields, 'batchId'), status, time),
  };
}

function stateOf(status: string): AlarmState {
  switch (status) {
    case 'TRIGGERED':
      return 'alert';
    case 'RESOLVED':
      return 'ok';
    default:
      return 'unknown';
  }
}
