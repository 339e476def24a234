import { z } from 'zod';
import { calledAs, type FunctionNames } from '../shared/config/functions-schema';
import type { CommandedFunction } from '../shared/core/function-name';
import { MINUTE, type Millis, SECOND } from '../shared/core/time';
import { CloudError } from '../shared/errors';
import type { Functions } from '../shared/ports';
import type { Failure } from './result';
import { Room } from './room';
import type { Target } from './route';
import type { Reach } from './world';

/** What every answer of our functions has. */
const Envelope = z.looseObject({
  function: z.string(),
  message: z.string(),
  outcome: z.string().optional(),
  /** What became of a command, beside what the look that followed it says. */
  command: z.string().optional(),
  problems: z.array(z.string()).optional(),
  /** Of a freeze or its end: where it is in force, and where that could not be said. */
  reached: z.array(z.string()).optional(),
  notReached: z.array(z.string()).optional(),
  /** What a move asks of the other regions. */
  room: z.array(Room).optional(),
  /** What would be taken back, what was, and what stays. */
  uninstall: z
    .object({
      would: z.array(z.string()),
      done: z.array(z.string()),
      left: z.array(z.string()),
      /** What must be done first, and what is to be set and deployed after that. */
      blockers: z.array(z.string()).optional(),
      settings: z.array(z.string()).optional(),
    })
    .optional(),
});
export type Envelope = z.infer<typeof Envelope>;

export interface Reply {
  readonly function: CommandedFunction;
  readonly region: string;
  readonly answer: Envelope;
}

export interface Replies {
  /** In the order of the targets. */
  readonly answers: readonly Reply[];
  /** Regions that did not answer, or answered what nobody can read. */
  readonly failures: readonly Failure[];
  /** Those that another region stood in for. */
  readonly notes: readonly string[];
}

/** Looks that write wait for name servers; a look without writes is answered sooner, also by a cold function. */
const LONG: Millis = MINUTE;
const SHORT: Millis = 30 * SECOND;

/** Sends an event to all targets side by side. Every command may be sent twice, so that another region may be asked after a silent one. */
export async function send(
  reach: Reach,
  named: FunctionNames,
  targets: readonly Target[],
  event: object,
): Promise<Replies> {
  const limit = 'dryRun' in event && event.dryRun === true ? SHORT : LONG;
  const all = await reach.round(({ functions }) => {
    const asking = (name: CommandedFunction, region: string) =>
      askOne(functions, named, { name, region }, event, limit);
    return Promise.all(
      targets.map((target) => (target.ask === 'each' ? fromEach(target, asking) : fromFirst(target, asking))),
    );
  });
  return {
    answers: all.flatMap(({ answers }) => answers),
    failures: all.flatMap(({ failures }) => failures),
    notes: all.flatMap(({ notes }) => notes),
  };
}

type Asking = (name: CommandedFunction, region: string) => Promise<Reply | Failure>;

async function fromEach(target: Target, asking: Asking): Promise<Replies> {
  const all = await Promise.all(target.regions.map((region) => asking(target.function, region)));
  return {
    answers: all.flatMap((each) => (isReply(each) ? [each] : [])),
    failures: all.flatMap((each) => (isReply(each) ? [] : [each])),
    notes: [],
  };
}

async function fromFirst(target: Target, asking: Asking): Promise<Replies> {
  const failures: Failure[] = [];
  for (const region of target.regions) {
    const reply = await asking(target.function, region);
    if (!isReply(reply)) {
      failures.push(reply);
      continue;
    }
    const notes = failures.map(
      ({ message, region: silent = '' }) => `${target.function} was asked in ${region}, since in ${silent}: ${message}`,
    );
    return { answers: [reply], failures: [], notes };
  }
  return { answers: [], failures, notes: [] };
}

async function askOne(
  functions: Pick<Functions, 'ask'>,
  named: FunctionNames,
  { name, region }: { readonly name: CommandedFunction; readonly region: string },
  event: object,
  limit: Millis,
): Promise<Reply | Failure> {
  const failed = (message: string): Failure => ({ function: name, region, message });
  try {
    const body = await functions.ask({ region, name: calledAs(named, name) }, event, limit);
    const answer = Envelope.safeParse(body);
    if (!answer.success)
      return failed(`what ${calledAs(named, name)} answered is no answer of ours; is that its name?`);
    return { function: name, region, answer: answer.data };
  } catch (error) {
    if (!(error instanceof CloudError)) throw error;
    return failed(error.message);
  }
}

function isReply(each: Reply | Failure): each is Reply {
  return 'answer' in each;
}

/** Whether a function did not do what it was asked for: it refused, or understood nothing of it. */
export function isRefusal({ answer }: Reply): boolean {
  return answer.outcome === 'refused' || answer.outcome === 'nothing-done';
}

export function refusalOf({ answer, function: name, region }: Reply): Failure {
  const { message, problems } = answer;
  return { function: name, region, message, ...(problems === undefined || problems.length === 0 ? {} : { problems }) };
}
