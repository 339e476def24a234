import { z } from 'zod';
import type { Instant } from '../core/time';

/** More than any name or id of the vendor needs, and little enough for a log line of 32 KB. */
const LONGEST = 200;

/** Control characters, line separators and direction marks: what can forge a line of a report or hide part of it. */
const UNPRINTABLE = /[\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069]/gu;

const IsoTime = z.union([
  z.iso.datetime({ offset: true }),
  // People leave the seconds out.
  z.iso.datetime({ offset: true, precision: -1 }),
]);

/** The text as it may be kept and shown: at most 200 characters, without anything that does not print. */
export function kept(text: string): string {
  if (text.length <= LONGEST) return text.replace(UNPRINTABLE, ' ');
  const head = text.slice(0, LONGEST - 1).replace(/[\ud800-\udbff]$/, '');
  return `${head.replace(UNPRINTABLE, ' ')}…`;
}

/** Like {@link kept}, and nothing for a blank text or for `null`, which CloudMonitor writes out for what is absent. */
export function keptUnlessAbsent(text: string | undefined): string | undefined {
  const trimmed = text?.trim() ?? '';
  return trimmed === '' || trimmed === 'null' ? undefined : kept(trimmed);
}

/** Whether a text has something in it that {@link kept} would replace. */
export function hasUnprintable(text: string): boolean {
  return text.search(UNPRINTABLE) >= 0;
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

export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
