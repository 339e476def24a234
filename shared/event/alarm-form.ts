import { recogniseAlertmanager } from './alertmanager';
import { recogniseCallback } from './callback';
import { recogniseCloudMonitor2 } from './cloudmonitor-2';
import { recogniseRuleTarget } from './rule-target';
import { recogniseSubscription } from './subscription';
import { recogniseSystemEvent } from './system-event';
import type { AlarmTrigger } from './trigger';

/**
 * The forms of an alarm that stands for itself, whichever way it came. Each asks for fields that no other form has, so that
 * their order matters only for what nobody sends; the form whose names are documented least is last for those.
 */
export const ALARM_FORMS: readonly ((value: unknown) => AlarmTrigger | undefined)[] = [
  recogniseCallback,
  recogniseRuleTarget,
  recogniseSubscription,
  recogniseSystemEvent,
  recogniseAlertmanager,
  recogniseCloudMonitor2,
];

export function recogniseAlarmForm(value: unknown): AlarmTrigger | undefined {
  for (const recognise of ALARM_FORMS) {
    const alarm = recognise(value);
    if (alarm !== undefined) return alarm;
  }
  return undefined;
}
