import { dedupIdOf } from './dedup-id';
import { eventTime } from './event-time';
import { type Fields, isObject, objectAt, textAt } from './fields';
import { tellOne } from './several';
import type { AlarmState, AlarmTrigger } from './trigger';

/**
 * The webhook of ARMS with the template `$content` or `$alertmanager_content` (the vendor's pages of 2026-03-10 and 11),
 * which is that of Prometheus' Alertmanager: a group of alerts.
 */
export function recogniseAlertmanager(value: unknown): AlarmTrigger | undefined {
  if (!isObject(value) || !Array.isArray(value['alerts'])) return undefined;
  return tellOne(value['alerts'].flatMap((alert: unknown) => alarmsOf(value, alert)));
}

function alarmsOf(group: Fields, alert: unknown): readonly AlarmTrigger[] {
  if (!isObject(alert) || !isObject(alert['labels'])) return [];
  const { labels } = alert;
  const rule =
    textAt(labels, 'alertname') ?? textAt(objectAt(group, 'commonLabels'), 'alertname') ?? textAt(group, 'receiver');
  const status = textAt(alert, 'status');
  if (rule === undefined || status === undefined) return [];
  const startsAt = textAt(alert, 'startsAt');
  return [
    {
      kind: 'alarm',
      source: 'alertmanager',
      rule,
      state: stateOf(status),
      at: eventTime(status === 'resolved' ? textAt(alert, 'endsAt') : startsAt),
      instanceId: textAt(labels, 'instanceId', 'instance_id', 'instance'),
      region: textAt(labels, 'regionId', 'region_id', 'region'),
      level: textAt(labels, 'severity'),
      // The fingerprint is that of the labels, so it is the same each time that the alert comes back.
      dedupId: dedupIdOf('alertmanager', textAt(alert, 'fingerprint'), status, startsAt),
    },
  ];
}

function stateOf(status: string): AlarmState {
  switch (status) {
    case 'firing':
      return 'alert';
    case 'resolved':
      return 'ok';
    default:
      return 'unknown';
  }
}
