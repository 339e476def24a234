import { recogniseAlarmForm } from './alarm-form';
import { recogniseCloudEvents } from './cloud-event';
import type { AlarmTrigger } from './trigger';

/** An alarm in any form. CloudEvents are first, since their data may be of another form. */
export function recogniseAlarm(value: unknown): AlarmTrigger | undefined {
  return recogniseCloudEvents(value) ?? recogniseAlarmForm(value);
}
