import type { Instant } from '../core/time';
import { instantOf } from './fields';

const BASIC_ISO = /^(\d{4})(\d{2})(\d{2})T(\d{2})(\d{2})(\d{2})(\.\d{1,9})?(?:Z|([+-]\d{2}):?(\d{2}))$/;

/**
 * A time as the forms of alarms write it: seconds (the vendor's sample of a callback) or milliseconds since 1970 (captured
 * callbacks, MNS), ISO 8601 with an offset (EventBridge, Alertmanager), or ISO 8601 without separators (system events).
 * `undefined` for anything else, and for the year 1, with which Go programs write that there is no time.
 */
export function eventTime(written: string | undefined): Instant | undefined {
  if (written === undefined) return undefined;
  const at = instantOfTimestamp(written) ?? instantOf(written) ?? instantOfBasicIso(written);
  return at === undefined || at < 0 ? undefined : at;
}

/** 10 digits are seconds, 13 digits milliseconds. */
export function instantOfTimestamp(written: string | undefined): Instant | undefined {
  if (written === undefined || !/^(?:\d{10}|\d{13})$/.test(written)) return undefined;
  return written.length === 10 ? Number(written) * 1_000 : Number(written);
}

/** `20190409T121826.922+0800`: neither `Date` nor zod reads it. */
function instantOfBasicIso(written: string): Instant | undefined {
  const [whole, year, month, day, hour, minute, second, fraction = '', offsetHours, offsetMinutes] =
    BASIC_ISO.exec(written) ?? [];
  if (whole === undefined) return undefined;
  const offset = offsetHours === undefined ? 'Z' : `${offsetHours}:${offsetMinutes}`;
  return instantOf(`${year}-${month}-${day}T${hour}:${minute}:${second}${fraction}${offset}`);
}
