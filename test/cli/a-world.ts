import { readFileSync } from 'node:fs';
import path from 'node:path';
import { reachOf } from '../../cli/emulated';
import { main } from '../../cli/main';
import type { Reach, Wanted, World } from '../../cli/world';
import type { Cloud } from '../../rehearsal/cloud';
import { emulatedAccount } from '../../rehearsal/emulated-account';
import { loadConfiguration } from '../../shared/config/load';

export const EXAMPLE = readFileSync(path.join(__dirname, '../../autopilot.example.yaml'), 'utf8');

export interface Ran {
  readonly code: number;
  readonly out: string;
  readonly errors: string;
}

export interface WorldOptions {
  readonly files?: Readonly<Record<string, string>>;
  readonly reach?: Reach | ((wanted: Wanted) => Reach | Promise<Reach>);
  readonly isInteractive?: boolean;
  readonly hasColour?: boolean;
  readonly input?: string;
  readonly environment?: World['environment'];
  readonly user?: string | undefined;
  /** Whether it is later; by default it never is. */
  readonly after?: World['after'];
  /** What the person says who is asked. */
  readonly answer?: () => string;
}

/** Runs one command line in this process. */
export async function run(args: readonly string[], options: WorldOptions = {}): Promise<Ran> {
  const {
    after = () => () => undefined,
    answer,
    environment = {},
    files = { 'autopilot.yaml': EXAMPLE },
    hasColour = false,
    input = '',
    isInteractive = false,
    reach,
  } = options;
  const out: string[] = [];
  const errors: string[] = [];
  const world: World = {
    environment,
    isInteractive,
    hasColour,
    out: (line) => out.push(`${line}\n`),
    error: (line) => errors.push(`${line}\n`),
    ask: async (question) => {
      errors.push(`${question}\n`);
      if (answer === undefined) throw new Error('nobody is to be asked');
      return answer();
    },
    after,
    now: () => Date.UTC(2026, 10, 24),
    read: (file) => {
      const text = files[file];
      if (text === undefined) throw new Error('no such file');
      return text;
    },
    standardInput: () => input,
    user: () => ('user' in options ? options.user : 'li.wei'),
    open: async (wanted) => {
      if (reach === undefined) throw new Error('no function is to be asked');
      return typeof reach === 'function' ? reach(wanted) : reach;
    },
  };
  const code = await main(args, world);
  return { code, out: out.join(''), errors: errors.join('') };
}

export interface Account {
  readonly cloud: Cloud;
  /** Runs one command line against the account, which keeps what earlier ones did. */
  readonly run: (args: string, options?: WorldOptions) => Promise<Ran>;
}

/** @param text of autopilot.yaml */
export function anAccount(text = EXAMPLE): Account {
  const account = emulatedAccount(loadConfiguration(text, 'autopilot.yaml'), 1);
  const acting = reachOf(account);
  const reach = ({ isAsWritten }: Wanted): Reach => (isAsWritten === true ? reachOf(account, { isAsWritten }) : acting);
  return {
    cloud: account.cloud,
    run: (line, options = {}) => run(words(line), { files: { 'autopilot.yaml': text }, reach, ...options }),
  };
}

/** As a shell takes a line apart that has plain words and quotes only. */
export function words(line: string): readonly string[] {
  return [...line.matchAll(/(?:[^\s"']+|"[^"]*"|'[^']*')+/g)].map(([word]) =>
    word.replaceAll(/"([^"]*)"|'([^']*)'/g, '$1$2'),
  );
}
