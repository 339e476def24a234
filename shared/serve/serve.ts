import { isoTime } from '../core/time';
import { InvalidInput } from '../errors';
import { commandHelp, decodeEvent, type Trigger } from '../event';
import type { Deadline, Log } from '../ports';
import { alarmText } from './alarm-answer';
import { type InvocationContext, originOf, parseContext } from './context';
import { createLog } from './log';
import type { Connections, Surroundings } from './surroundings';

/** What Function Compute calls. The answer is JSON text. */
export type Handler = (event: unknown, context: unknown) => Promise<string>;

/** What is opened for one invocation and closed at its end. */
export interface Closing {
  close(): void;
}

/** One invocation, as a function's own code sees it. */
export interface Invocation<Reach extends Closing = Connections> {
  readonly trigger: Trigger;
  readonly context: InvocationContext;
  readonly deadline: Deadline;
  readonly connections: Reach;
  readonly surroundings: Surroundings<Reach>;
  readonly log: Log;
}

/** What a function answers; more fields are its own. */
export interface Answer {
  /** One sentence for the person who reads the console. */
  readonly message: string;
  /** Set when nothing could be looked at for a reason that may pass, so that an asynchronous invocation is tried again. */
  readonly retry?: boolean;
  readonly [field: string]: unknown;
}

/** Time kept back for the answer, so that the runtime never cuts an invocation off in the middle. */
const MARGIN_MS = 1_500;

/**
 * Makes a handler: decode the event, take the credentials from the context, hold the deadline, log, answer. Events that ask
 * for nothing we know are answered with help and touch nothing. Throws only what a retry can mend.
 */
export function serve<Reach extends Closing>(
  name: string,
  surroundings: Surroundings<Reach>,
  run: (invocation: Invocation<Reach>) => Promise<Answer>,
): Handler {
  return async (event, rawContext) => {
    const startedAt = surroundings.clock.now();
    const trigger = decodeEvent(event);
    const head = { function: name, at: isoTime(startedAt) };
    const log = createLog(surroundings.clock, surroundings.writeLine, { function: name, ...originOf(rawContext) });
    if (trigger.kind === 'unknown' || trigger.kind === 'invalid-command') {
      const why = trigger.kind === 'unknown' ? trigger.why : trigger.problems.join('; ');
      log.warn('not-understood', { why });
      return answerText({ ...head, ...help(trigger) });
    }
    try {
      return await invoked(name, surroundings, trigger, rawContext, async (invocation) => {
        const { requestId, region } = invocation.context;
        const alarm = trigger.kind === 'alarm' ? { alarm: alarmText(trigger) } : undefined;
        if (alarm !== undefined) invocation.log.info('woken-by-alarm', alarm);
        const answer = await run(invocation);
        const tookMs = surroundings.clock.now() - startedAt;
        if (answer.retry === true && trigger.kind !== 'command') {
          throw new Error(`nothing could be looked at: ${answer.message}`);
        }
        return answerText({ ...head, requestId, region, trigger: trigger.kind, ...alarm, tookMs, ...answer });
      });
    } catch (error) {
      if (!(error instanceof InvalidInput)) throw error;
      const { message, problems } = error;
      log.error('invalid-input', { message, problems });
      return answerText({ ...head, outcome: 'refused', message, problems });
    }
  };
}

/** Opens what one invocation has, and closes it at its end. Throws InvalidInput for a context that cannot be used. */
export async function invoked<Reach extends Closing, Result>(
  name: string,
  surroundings: Surroundings<Reach>,
  trigger: Trigger,
  rawContext: unknown,
  run: (invocation: Invocation<Reach>) => Promise<Result>,
): Promise<Result> {
  const context = parseContext(rawContext);
  const { requestId, region } = context;
  const log = createLog(surroundings.clock, surroundings.writeLine, { function: name, requestId, region });
  const deadline = deadlineOf(surroundings, context.function.timeout);
  const connections = surroundings.connect(context.credentials, deadline);
  try {
    return await run({ trigger, context, deadline, connections, surroundings, log });
  } finally {
    connections.close();
  }
}

function help(trigger: Extract<Trigger, { kind: 'unknown' | 'invalid-command' }>) {
  if (trigger.kind === 'unknown') {
    const message = `Nothing was looked at or changed: ${trigger.why}`;
    return { outcome: 'nothing-done', message, ...(trigger.isTooLarge === true ? {} : { help: commandHelp() }) };
  }
  return {
    outcome: 'refused',
    message: 'The command cannot be used; nothing was changed.',
    problems: trigger.problems,
    help: commandHelp(),
  };
}

function answerText(answer: object): string {
  return JSON.stringify(answer, null, 2);
}

function deadlineOf(surroundings: Pick<Surroundings, 'elapsed'>, timeoutSeconds: number): Deadline {
  const total = timeoutSeconds * 1_000;
  const end = surroundings.elapsed() + total - Math.min(MARGIN_MS, total / 2);
  return { left: () => Math.max(0, end - surroundings.elapsed()) };
}
