import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { z } from 'zod';
import { type EmulatedAccount, emulatedAccount } from '../rehearsal/emulated-account';
import { createFunctions } from '../shared/cloud/functions';
import { withRetries } from '../shared/cloud/retry';
import type { OpenApiCall } from '../shared/cloud/seams';
import { HOUR, isoTime, MINUTE, type Millis } from '../shared/core/time';
import { counted } from '../shared/core/words';
import { InvalidInput } from '../shared/errors';
import { isObject } from '../shared/event/fields';
import type { FunctionAddress } from '../shared/ports';
import type { Reach, Reached, Wanted } from './world';

/** A function that was asked. */
const Ask = z.object({
  region: z.string(),
  name: z.string(),
  event: z.record(z.string(), z.unknown()),
  timeout: z.number(),
});
/** An API that was called past the functions. */
const Call = z.custom<OpenApiCall>((value) => isObject(value) && typeof value['action'] === 'string');
/** The functions were deployed as the configuration has them, and not as they may act. */
const AS_WRITTEN = z.object({ deployed: z.literal('as written') });
/** What was done in one round and may have changed something. */
const Round = z.array(z.union([Ask, z.object({ call: Call }), AS_WRITTEN]));
type Round = z.infer<typeof Round>;
const Memory = z.object({ rounds: z.array(Round) });

/** Time that passes there after a round that may have changed something: new pods are ready, and records are everywhere. */
const AFTERWARDS: Millis = 3 * MINUTE;
const SEED = 1;

export interface EmulatedOptions {
  /** A file that remembers earlier commands; the cloud is the same after the same commands. */
  readonly memory: string | undefined;
  readonly isFresh: boolean;
  readonly isAsWritten: boolean;
}

/**
 * A cloud in this process, with the real handlers deployed in it. It is made anew for each command: what earlier ones changed
 * is done again first, which takes less than to keep it.
 *
 * @throws InvalidInput for a configuration that cannot be furnished
 */
export async function emulatedReach(
  configuration: Wanted['configuration'],
  { isAsWritten, isFresh, memory }: EmulatedOptions,
): Promise<Reach> {
  if (isFresh && memory !== undefined) rmSync(memory, { force: true });
  const account = emulatedAccount(configuration, SEED);
  const rounds = [...remembered(memory)];
  for (const round of rounds) await again(account, round);
  return reachOf(account, { rounds, memory, isAsWritten });
}

export interface EmulatedReach {
  readonly rounds?: Round[];
  readonly memory?: string | undefined;
  readonly isAsWritten?: boolean;
}

/** Asks the functions of an account, and lets time pass there after what may have changed something. */
export function reachOf(
  account: EmulatedAccount,
  { isAsWritten = false, memory, rounds = [] }: EmulatedReach = {},
): Reach {
  const reached = reachedIn(account);
  if (isAsWritten) account.deploy(account.written);
  return {
    notes: [
      `this is an emulated cloud, where it is ${isoTime(account.cloud.clock.now())}${after(rounds)}`,
      ...(isAsWritten ? [] : account.notes),
    ],
    round: async (work) => {
      const done: Round = [];
      const result = await account.clock.run(() => work(noting(reached, done)));
      if (done.length === 0) return result;
      await account.run(AFTERWARDS);
      rounds.push(isAsWritten ? [{ deployed: 'as written' }, ...done] : done);
      if (memory !== undefined) remember(memory, rounds);
      return result;
    },
  };
}

function after({ length }: readonly Round[]): string {
  if (length === 0) return '';
  return `, after ${counted(length, 'earlier command')} (--fresh forgets them)`;
}

/** Named after what the configuration says: another one is another cloud. */
export function memoryOf({ configuration }: Pick<Wanted, 'configuration'>): string {
  const name = createHash('sha256').update(JSON.stringify(configuration)).digest('hex').slice(0, 16);
  return path.resolve(__dirname, '../.cache/emulated', `${name}.json`);
}

function reachedIn({ clock, cloud }: EmulatedAccount): Reached {
  const around = { clock, deadline: { left: () => HOUR }, random: () => 0.5 };
  return {
    functions: createFunctions({ openApi: cloud.openApi(), services: cloud.serviceFunctions(), ...around }),
    openApi: withRetries(cloud.openApi(), around),
    delegations: cloud.dns.delegations(),
    now: clock.now,
  };
}

async function again(account: EmulatedAccount, round: Round): Promise<void> {
  const { functions, openApi } = reachedIn(account);
  if (round.some((done) => 'deployed' in done)) account.deploy(account.written);
  await account.clock.run(() =>
    // What was refused or failed then does so again.
    Promise.allSettled(
      round.map((done) => {
        if ('deployed' in done) return undefined;
        return 'call' in done ? openApi.call(done.call) : functions.ask(done, done.event, done.timeout);
      }),
    ),
  );
  await account.run(AFTERWARDS);
}

function noting({ functions, openApi, ...rest }: Reached, done: Round): Reached {
  return {
    ...rest,
    functions: {
      ask: ({ name, region }: FunctionAddress, event: object, timeout: Millis) => {
        if (mayChange(event)) done.push({ region, name, event: { ...event }, timeout });
        return functions.ask({ region, name }, event, timeout);
      },
    },
    openApi: {
      call: (call) => {
        if (call.effect !== 'read') done.push({ call });
        return openApi.call(call);
      },
    },
  };
}

/** What writes nothing need not be remembered. */
function mayChange(event: object): boolean {
  const { action, dryRun, fix }: Readonly<Record<string, unknown>> = { ...event };
  const isReading = action === 'probe' || action === 'check' || (action === 'audit' && fix === undefined);
  return dryRun !== true && !isReading;
}

/** A file that is not there, or that nobody can read any more, remembers nothing. */
function remembered(memory: string | undefined): readonly Round[] {
  if (memory === undefined) return [];
  try {
    return Memory.parse(JSON.parse(readFileSync(memory, 'utf8'))).rounds;
  } catch {
    return [];
  }
}

/** Throws InvalidInput. */
function remember(memory: string, rounds: readonly Round[]): void {
  try {
    mkdirSync(path.dirname(memory), { recursive: true });
    writeFileSync(memory, JSON.stringify({ rounds }));
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new InvalidInput(`the emulated cloud cannot remember the command: ${why}`);
  }
}
