import type { Instant } from '../core/time';
import type { Parts } from './parts';
import { type Path, quoted, type Spot } from './positions';

/** Something wrong with what the file says, found by its path. */
export interface Finding {
  readonly path: Path;
  readonly spot: Spot;
  /** Begins in small letters, so that it can follow the path. */
  readonly message: string;
}

/** One thing that must hold between parts of a configuration. */
export type Rule = (parts: Parts) => readonly Finding[];

/** The same for what must hold at an instant. */
export type DatedRule = (parts: Parts, now: Instant) => readonly Finding[];

/** ` did you mean "replicas"?` as the end of a message, or nothing. */
export function didYouMean(name: string | undefined): string {
  return name === undefined ? '' : `; did you mean ${quoted(name)}?`;
}
