import { CloudError } from '../errors';
import type { AlarmRules, Log } from '../ports';
import { errorFields } from './error-fields';

/** Which rules of CloudMonitor ring when a gateway's entry in a region is not well. */
export interface WatchedRules {
  readonly gateway: string;
  readonly region: string;
  readonly ruleIds: readonly string[];
}

/** Names of the rules that ring, by gateway and region. */
export type Ringing = ReadonlyMap<string, ReadonlyMap<string, string>>;

export interface AlarmSources {
  readonly rules: AlarmRules;
  readonly watched: readonly WatchedRules[];
}

/** What cannot be read rings for nobody. Does not throw for a cloud that fails. */
export async function ringingAlarms({ rules, watched }: AlarmSources, log: Log): Promise<Ringing> {
  const ids = watched.flatMap(({ ruleIds }) => ruleIds);
  if (ids.length === 0) return new Map();
  try {
    const read = await rules.read(ids);
    const missing = ids.filter((id) => !read.some((rule) => rule.id === id));
    if (missing.length > 0) log.warn('alarm-rules-missing', { ruleIds: missing });
    const ringing = new Map<string, Map<string, string>>();
    for (const { gateway, region, ruleIds } of watched) {
      const names = read.flatMap(({ id, isRinging, name }) => (isRinging && ruleIds.includes(id) ? [name] : []));
      if (names.length === 0) continue;
      ringing.set(gateway, new Map([...(ringing.get(gateway) ?? []), [region, names.join(', ')]]));
    }
    return ringing;
  } catch (error) {
    if (!(error instanceof CloudError)) throw error;
    log.warn('alarms-not-read', { ruleIds: ids, ...errorFields(error) });
    return new Map();
  }
}
