import { isoTime } from '../core/time';
import type { AlarmTrigger } from '../event';

/**
 * Which alarm woke a function, as its answer and its log show it: what it says of itself, which may be forged. Of where it
 * came from over HTTP nothing is shown, since the path may hold a secret; and of MNS the topic alone.
 */
export function alarmText(alarm: AlarmTrigger) {
  const { at, count, dedupId, event, instanceId, level, message, metric, region, rule, source, state, value } = alarm;
  return {
    source,
    rule,
    ...(event === undefined || event === rule ? {} : { event }),
    state,
    level,
    ...(at === undefined ? {} : { raisedAt: isoTime(at) }),
    metric,
    value,
    instanceId,
    region,
    ...(count === undefined ? {} : { count }),
    ...(message === undefined ? {} : { topic: message.topic }),
    dedupId,
  };
}
