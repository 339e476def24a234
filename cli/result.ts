import type { Outcome } from './exit-code';

/** What a command tells. `body` is the JSON document but for what all of them have; `lines` say the same to people. */
export interface Result {
  readonly outcome: Outcome;
  readonly body: Readonly<Record<string, unknown>>;
  /** Whether `body` is the whole of the document. */
  readonly isWhole?: true;
  /** Whether the command has printed all of it by itself. */
  readonly isPrinted?: true;
  readonly lines: readonly string[];
  readonly errors: readonly Failure[];
  /** Whether a person has read the notes already, before a question. */
  readonly isNoted?: boolean;
  /** What somebody should know who reads the result: silent regions that another one stood in for, an emulated cloud. */
  readonly notes: readonly string[];
}

/** Something that did not work, and where. */
export interface Failure {
  readonly message: string;
  readonly function?: string;
  readonly region?: string;
  readonly problems?: readonly string[];
}

/** The command was written wrong, and nothing was done. */
export class WrongUsage extends Error {
  override readonly name = 'WrongUsage';

  constructor(
    message: string,
    readonly problems: readonly string[] = [],
  ) {
    super(message);
  }
}

export function failureText({ function: name, message, region }: Failure): string {
  const where = [name, region].filter((part) => part !== undefined).join(' in ');
  return where === '' ? message : `${where}: ${message}`;
}
