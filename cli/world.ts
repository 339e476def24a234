import type { OpenApi } from '../shared/cloud/seams';
import type { Configuration } from '../shared/config/load';
import type { Instant, Millis } from '../shared/core/time';
import type { Delegations, Functions } from '../shared/ports';

/** What the command touches outside itself. */
export interface World {
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Whether a person can be asked. */
  readonly isInteractive: boolean;
  readonly hasColour: boolean;
  out(line: string): void;
  error(line: string): void;
  ask(question: string): Promise<string>;
  now(): Instant;
  /** Does something later, unless the command has ended by then. @returns what keeps it from being done */
  after(delay: Millis, work: () => void): () => void;
  /** Throws what the file system throws. */
  read(file: string): string;
  standardInput(): string;
  /** Of the operating system; `undefined` where it has none. */
  user(): string | undefined;
  open(wanted: Wanted): Promise<Reach>;
}

/** Which functions are to be reached. */
export interface Wanted {
  readonly configuration: Configuration;
  readonly isEmulated: boolean;
  /** Whether the emulated cloud forgets what earlier commands did. */
  readonly isFresh: boolean;
  /** Whether emulated functions do what the configuration says; else what only observes is allowed to act there. */
  readonly isAsWritten?: boolean;
}

/** The account, real or emulated. */
export interface Reach {
  readonly notes: readonly string[];
  /** One round of asking: everything in `work` goes on side by side. */
  round<T>(work: (reached: Reached) => Promise<T>): Promise<T>;
}

export interface Reached {
  /** The deployed functions, which act with rights of their own. */
  readonly functions: Pick<Functions, 'ask'>;
  /** The account itself, with the rights of whoever runs the command; retries are done. */
  readonly openApi: OpenApi;
  /** Whom the zones above delegate to, seen from here. */
  readonly delegations: Delegations;
  /** Time of this machine, which requests are signed with. */
  now(): Instant;
}
