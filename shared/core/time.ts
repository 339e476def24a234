/** Milliseconds since 1970-01-01T00:00:00Z. Decisions receive it; they never read a clock. */
export type Instant = number;
/** A length of time in milliseconds. */
export type Millis = number;

export const SECOND: Millis = 1_000;
export const MINUTE: Millis = 60 * SECOND;
export const HOUR: Millis = 60 * MINUTE;
export const DAY: Millis = 24 * HOUR;

/** `2026-11-22T20:51:00Z`, without the milliseconds that nobody needs in a report. */
export function isoTime(at: Instant): string {
  return new Date(at).toISOString().replace(/\.\d{3}Z$/, 'Z');
}
