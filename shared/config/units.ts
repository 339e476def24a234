import { NEVER, number, string } from 'zod';
import { formatDuration, parseDuration } from '../core/duration';
import type { Millis } from '../core/time';

/** A name that Kubernetes takes for a Service (RFC 1035 label); policies, schedules and calendars are named by the same rule. */
export const Name = string().regex(/^[a-z]([a-z0-9-]{0,61}[a-z0-9])?$/, {
  error: 'must be 1 to 63 small letters, digits and hyphens, begin with a letter and not end with a hyphen',
});

/** Alibaba Cloud adds regions all the time, so only the form is checked; one that is not known is a warning. */
export const RegionId = string().regex(/^[a-z]{2}-[a-z0-9]+(-[a-z0-9]+)*$/, {
  error: 'is not a region id such as cn-hangzhou',
});

/** A count as Kubernetes keeps it: 32 bits. */
export const Count = number().int().min(1).max(2_147_483_647);

/** What a duration looks like; {@link parseDuration} decides, this is for editors. */
const DURATION_FORM = '^(?=\\d)(\\d{1,6}d)?(\\d{1,6}h)?(\\d{1,6}m)?(\\d{1,6}s)?$';

/** A length of time with units, such as `90s`, `5m`, `1h30m` or `2d`, within limits; used as milliseconds. */
export function duration(limits: { readonly atLeast: Millis; readonly atMost: Millis }) {
  return string({ error: ({ input }) => (typeof input === 'number' ? `add a unit, for example ${input}s` : undefined) })
    .transform((text, context): Millis => {
      const millis = parseDuration(text);
      const message = millis === undefined ? unreadableDuration(text) : outside(millis, limits);
      if (millis === undefined || message !== undefined) {
        context.issues.push({ code: 'custom', input: text, message });
        return NEVER;
      }
      return millis;
    })
    .meta({
      pattern: DURATION_FORM,
      description: `A duration with units, from ${formatDuration(limits.atLeast)} to ${formatDuration(limits.atMost)}.`,
    });
}

function unreadableDuration(text: string): string {
  return /^\d+$/.test(text)
    ? `add a unit, for example ${text}s`
    : 'is not a duration; write days, hours, minutes and seconds in this order, for example 90s, 5m, 1h30m or 2d';
}

function outside(millis: Millis, { atLeast, atMost }: { atLeast: Millis; atMost: Millis }): string | undefined {
  if (millis < atLeast) return `must be at least ${formatDuration(atLeast)}`;
  if (millis > atMost) return `must be at most ${formatDuration(atMost)}`;
  return undefined;
}

/** As {@link Percentage}, up to 1000%. */
export const PercentageOver = string({
  error: ({ input }) => (typeof input === 'number' ? `add the percent sign, for example ${input}%` : undefined),
})
  .regex(/^\d{1,3}(\.\d{1,4})?%$|^1000%$/, { error: 'is not a percentage; write for example 100% or 130%' })
  .transform((text) => Number(text.slice(0, -1)) / 100)
  .refine((share) => share > 0, { error: 'must be more than 0%' });

const PERCENTAGE_FORM = /^\d{1,3}(\.\d{1,4})?%$/;

/** A share such as `10%` or `12.5%`, less than 100 %; used as a fraction, 0.1 for `10%`. */
export const Percentage = string({
  error: ({ input }) => (typeof input === 'number' ? `add the percent sign, for example ${input}%` : undefined),
})
  .regex(PERCENTAGE_FORM, { error: 'is not a percentage; write for example 10% or 12.5%' })
  .transform((text) => Number(text.slice(0, -1)) / 100)
  .refine((share) => share < 1, { error: 'must be less than 100%' });
