import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

const DIRECTORY = path.join(__dirname, '../../fixtures/events');

/** An event as it was recorded or documented. */
export interface Fixture {
  /** Where it is from, and what of it is made up. */
  readonly source: string;
  readonly event: unknown;
}

export function fixture(name: string): Fixture {
  return JSON.parse(readFileSync(path.join(DIRECTORY, `${name}.json`), 'utf8'));
}

export function fixtureNames(): readonly string[] {
  return readdirSync(DIRECTORY).map((file) => path.basename(file, '.json'));
}

/** As it is written: a form as it is, anything else as JSON. */
export function textOf(event: unknown): string {
  return typeof event === 'string' ? event : JSON.stringify(event);
}
