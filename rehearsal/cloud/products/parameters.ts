import { z } from 'zod';

/** Parameters travel as text; these read them. */

export function text() {
  return z.string().min(1);
}

export function wholeNumber(least: number, most: number) {
  return z
    .string()
    .regex(/^\d+$/, 'It must be a whole number.')
    .transform(Number)
    .refine((value) => value >= least && value <= most, `It must be from ${least} to ${most}.`);
}

export function flag() {
  return z
    .string()
    .regex(/^(true|false)$/i, 'It must be true or false.')
    .transform((value) => value.toLowerCase() === 'true');
}

/**
 * Milliseconds, `YYYY-MM-DDThh:mm:ssZ` or `YYYY-MM-DD hh:mm:ss`; the last is read as China Standard Time, which the
 * documentation does not say.
 */
export function time() {
  return z.string().transform((value, context) => {
    if (/^\d{13}$/.test(value)) return Number(value);
    const local = /^(\d{4}-\d\d-\d\d) (\d\d:\d\d:\d\d)$/.exec(value);
    const utc = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/.test(value);
    const at = Date.parse(local === null ? (utc ? value : '') : `${local[1]}T${local[2]}+08:00`);
    if (!Number.isNaN(at)) return at;
    context.addIssue({ code: 'custom', message: 'It must be milliseconds or YYYY-MM-DDThh:mm:ssZ.' });
    return z.NEVER;
  });
}
