import type { AlarmTrigger } from './trigger';

/**
 * Of several alarms that came as one event the first that is in alert, else the first, and how many they are. One is enough
 * for the report, and whoever reads it wants to know what is wrong; a look covers everything anyway. Together they have no
 * `dedupId`: the next event may repeat some of them beside others that are new.
 */
export function tellOne(alarms: readonly AlarmTrigger[]): AlarmTrigger | undefined {
  const told = alarms.find(({ state }) => state === 'alert') ?? alarms[0];
  return told === undefined || alarms.length === 1 ? told : { ...told, count: alarms.length, dedupId: undefined };
}
