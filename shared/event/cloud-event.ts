import { recogniseAlarmForm } from './alarm-form';
import { dedupIdOf } from './dedup-id';
import { eventTime } from './event-time';
import { type Fields, isObject, objectAt, textAt } from './fields';
import { readInner } from './payload';
import { readResourceName } from './resource-name';
import { tellOne } from './several';
import { stateOfEvent } from './system-event';
import type { AlarmTrigger } from './trigger';

/** The end of a type such as `ecs:CloudMonitor:Instance[SystemMaintenance.Redeploy:Avoided]`. */
const STATUS_IN_TYPE = /:(\w+)\]?$/;

/**
 * What EventBridge hands over: one CloudEvents object, or an array of them from a stream (fc-docs 033 and 140, 2026-08-09).
 * Whether threshold alarms come this way is not documented; an alarm of another form is looked for in the `data`.
 */
export function recogniseCloudEvents(value: unknown): AlarmTrigger | undefined {
  if (!Array.isArray(value)) return recogniseCloudEvent(value);
  return tellOne(value.map(recogniseCloudEvent).filter((alarm) => alarm !== undefined));
}

function recogniseCloudEvent(value: unknown): AlarmTrigger | undefined {
  if (!isObject(value) || textAt(value, 'specversion') === undefined) return undefined;
  const type = textAt(value, 'type');
  const source = textAt(value, 'source');
  const id = textAt(value, 'id');
  if (type === undefined || source === undefined || id === undefined) return undefined;
  return withInner(eventOf(value, type, dedupIdOf('cloud-event', source, id)), value['data']);
}

function eventOf(fields: Fields, type: string, dedupId: string | undefined): AlarmTrigger {
  const data = objectAt(fields, 'data');
  const resource = readResourceName(textAt(fields, 'subject'));
  return {
    kind: 'alarm',
    source: 'cloud-event',
    rule: type,
    event: type,
    state: stateOfEvent(textAt(data, 'eventStatus') ?? STATUS_IN_TYPE.exec(type)?.[1]),
    at: eventTime(textAt(fields, 'time', 'aliyunpublishtime')),
    namespace: textAt(fields, 'source'),
    instanceId: textAt(data, 'instanceId') ?? resource.id,
    region: textAt(fields, 'aliyunregionid') ?? resource.region,
    accountId: textAt(fields, 'aliyunoriginalaccountid', 'aliyunaccountid') ?? resource.accountId,
    // The id is unique within the source (CloudEvents 1.0).
    dedupId,
  };
}

/** The alarm in the data knows more; the event around it fills its gaps. */
function withInner(event: AlarmTrigger, data: unknown): AlarmTrigger {
  const inner = recogniseAlarmForm(typeof data === 'string' ? readInner(data) : data);
  if (inner === undefined) return event;
  return {
    ...inner,
    event: inner.event ?? event.event,
    at: inner.at ?? event.at,
    region: inner.region ?? event.region,
    accountId: inner.accountId ?? event.accountId,
    dedupId: inner.dedupId ?? event.dedupId,
  };
}
