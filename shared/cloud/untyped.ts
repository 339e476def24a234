import { z } from 'zod';
import type { Instant } from '../core/time';

/** A property of a value whose shape nobody promises; undefined when there is none. */
export function fieldOf(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined;
}

/** A property that is a text with something in it. */
export function textOf(value: unknown, name: string): string | undefined {
  const field = fieldOf(value, name);
  return typeof field === 'string' && field !== '' ? field : undefined;
}

/** The JSON of a text; undefined, which no JSON text means, when it is none. */
export function parseJson(text: unknown): unknown {
  try {
    return typeof text === 'string' ? JSON.parse(text) : undefined;
  } catch {
    return undefined;
  }
}

const WithSeconds = z.iso.datetime({ offset: true });

/** An ISO 8601 time with an offset, as programs write it. */
export const Time = WithSeconds.transform((text): Instant => Date.parse(text));

/** Like {@link Time}, as people write it: they leave the seconds out. */
export const TimeOfPeople = z
  .union([WithSeconds, z.iso.datetime({ offset: true, precision: -1 })])
  .transform((text): Instant => Date.parse(text));

/** A finite number, which comes as such or as text; undefined for anything else, blank texts included. */
export function numberOf(value: unknown): number | undefined {
  const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
  return typeof number === 'number' && Number.isFinite(number) ? number : undefined;
}
