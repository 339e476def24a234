import { z } from 'zod';
import type { Instant } from '../core/time';
import { printable, shortened } from '../core/words';

/** More than any name or id of the vendor needs, and little enough for a log line of 32 KB. */
const LONGEST = 200;

const IsoTime = z.union([
  z.iso.datetime({ offset: true }),
  // People leave the seconds out.
  z.iso.datetime({ offset: true, precision: -1 }),
]);

/** The text as it may be kept and shown: at most 200 characters, or fewer, without anything that does not print. */
export function kept(text: string, longest = LONGEST): string {
  return printable(shortened(text, longest));
}

/** Like {@link kept}, and nothing for a blank text or for `null`, which CloudMonitor writes out for what is absent. */
export function keptUnlessAbsent(text: string | undefined): string | undefined {
  const trimmed = text?.trim() ?? '';
  return trimmed === '' || trimmed === 'null' ? undefined : kept(trimmed);
}

/** Whether a text has something in it that {@link kept} would replace. */
export function hasUnprintable(text: string): boolean {
  return printable(text) !== text;
}

/** An ISO 8601 time with an offset, `2026-11-22T20:51:00+08:00`; seconds may be left out. `undefined` for anything else. */
export function instantOf(text: string): Instant | undefined {
  return IsoTime.safeParse(text).success ? Date.parse(text) : undefined;
}

/** A decimal number. `undefined` for anything else, blank and infinite included. */
export function numberOf(text: string | undefined): number | undefined {
  if (text === undefined || text.trim() === '') return undefined;
  const value = Number(text);
  return Number.isFinite(value) ? value : undefined;
}

/** An object of an event that others made: any name may be missing, and anything may be under it. */
export type Fields = Readonly<Record<string, unknown>>;

export function isObject(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The first text or number under one of the names, as {@link keptUnlessAbsent} keeps it. */
export function textAt(fields: Fields, ...names: readonly string[]): string | undefined {
  for (const name of names) {
    const value = fields[name];
    const text = typeof value === 'number' ? String(value) : value;
    const found = typeof text === 'string' ? keptUnlessAbsent(text) : undefined;
    if (found !== undefined) return found;
  }
  return undefined;
}

/** The object under a name, also one that is written as JSON text, which the vendor does in several forms; else an empty one. */
export function objectAt(fields: Fields, name: string): Fields {
  const value = fields[name];
  if (typeof value !== 'string') return isObject(value) ? value : {};
  try {
    const parsed: unknown = JSON.parse(value);
    return isObject(parsed) ? parsed : {};
  } catch {
    // Not JSON after all. What is missed is missing from the report, and nothing else depends on it.
    return {};
  }
}
