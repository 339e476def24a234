import { dedupIdOf } from './dedup-id';
import { eventTime } from './event-time';
import { type Fields, isObject, objectAt, textAt } from './fields';
import { readResourceName } from './resource-name';
import type { AlarmState, AlarmTrigger } from './trigger';

/**
 * An event of a product, by a CloudMonitor event rule (`PutEventRuleTargets`): documented by ECS for MNS, and assumed to be
 * the same for a function. `content` may be JSON text (captured). The events of `SendDryRunSystemEvent` have neither `id`
 * nor `eventTime`.
 */
export function recogniseSystemEvent(value: unknown): AlarmTrigger | undefined {
  if (!isObject(value)) return undefined;
  const event = textAt(value, 'name');
  const product = textAt(value, 'product');
  const { content } = value;
  if (event === undefined || product === undefined || !(isObject(content) || typeof content === 'string'))
    return undefined;
  return alarmOf(value, { event, product });
}

function alarmOf(
  fields: Fields,
  { event, product }: { readonly event: string; readonly product: string },
): AlarmTrigger {
  const content = objectAt(fields, 'content');
  const resource = readResourceName(textAt(fields, 'resourceId'));
  const status = textAt(content, 'eventStatus') ?? textAt(fields, 'status');
  return {
    kind: 'alarm',
    source: 'system-event',
    rule: event,
    event,
    state: stateOfEvent(status),
    at: eventTime(textAt(fields, 'eventTime')),
    namespace: product,
    instanceId: textAt(content, 'instanceId') ?? resource.id,
    instanceName: textAt(fields, 'instanceName'),
    region: textAt(fields, 'regionId') ?? resource.region,
    accountId: textAt(fields, 'userId') ?? resource.accountId,
    level: textAt(fields, 'level'),
    // What follows an event has the id of the event and another status; in the vendor's sample even the name stays.
    dedupId: dedupIdOf('system-event', textAt(fields, 'id'), status),
  };
}

/**
 * The stages of an ECS system event (`DescribeInstanceHistoryEvents`, 2026-01-28). Other products have words of their own,
 * and `Failed` is over without being well: those are unknown.
 */
export function stateOfEvent(status: string | undefined): AlarmState {
  switch (status) {
    case 'Inquiring':
    case 'Scheduled':
    case 'Executing':
      return 'alert';
    case 'Avoided':
    case 'Executed':
    case 'Canceled':
      return 'ok';
    default:
      return 'unknown';
  }
}
