import { robotOf } from '../cloud/robots';
import type { Configuration } from '../config/load';
import type { News, Notice } from '../core/notice';
import { MINUTE } from '../core/time';
import { CloudError, InvalidInput } from '../errors';
import type { Trigger } from '../event';
import { deliver } from '../notify/deliver';
import { delivered, due, type Heard, hear, type Memory, NOTHING_TOLD, undelivered } from '../notify/memory';
import type { Robot } from '../ports';
import type { Invocation } from './serve';

/** What an instance keeps of each channel, by its name. */
export type Told = Map<string, Memory>;

/** What a look came to, for people. */
export interface Tidings {
  readonly news: readonly News[];
  readonly well: Heard['well'];
  /** That the vendor gave to the writes of this invocation. */
  readonly requestIds: readonly string[];
}

/** What became of telling people, by channel, for the answer. A failing channel never stops anything. */
export interface Telling {
  /** Notices that were sent. */
  readonly notified?: Readonly<Record<string, number>>;
  readonly notifyProblems?: Readonly<Record<string, string>>;
  /** Notices that wait for a later look, since the receiver is to be left alone for a while. */
  readonly notifyWaiting?: Readonly<Record<string, number>>;
}

type Channel = Configuration['notify']['channels'][string];

/** What became of one channel. */
interface Outcome {
  readonly channel: string;
  readonly sent: number;
  readonly waiting: number;
  readonly problem: string | undefined;
}

/** Tells all channels side by side, each in one message at most. Never throws for a receiver that fails. */
export async function tellPeople(
  invocation: Invocation,
  { notify }: Configuration,
  told: Told,
  tidings: Tidings,
): Promise<Telling> {
  const heard = heardOf(invocation, tidings);
  const outcomes = await Promise.all(
    Object.entries(notify.channels).map(([name, channel]) => tellChannel(invocation, told, name, channel, heard)),
  );
  const notified = byChannel(outcomes, ({ sent }) => (sent === 0 ? undefined : sent));
  const notifyProblems = byChannel(outcomes, ({ problem }) => problem);
  const notifyWaiting = byChannel(outcomes, ({ waiting }) => (waiting === 0 ? undefined : waiting));
  return {
    ...(notified === undefined ? {} : { notified }),
    ...(notifyProblems === undefined ? {} : { notifyProblems }),
    ...(notifyWaiting === undefined ? {} : { notifyWaiting }),
  };
}

function byChannel<Value>(
  outcomes: readonly Outcome[],
  field: (outcome: Outcome) => Value | undefined,
): Readonly<Record<string, Value>> | undefined {
  const entries = outcomes.flatMap((outcome): readonly (readonly [string, Value])[] => {
    const value = field(outcome);
    return value === undefined ? [] : [[outcome.channel, value]];
  });
  return entries.length === 0 ? undefined : Object.fromEntries(entries);
}

function heardOf({ context, surroundings, trigger }: Invocation, { news, requestIds, well }: Tidings): Heard {
  const by = { who: whoAsked(trigger), requestIds: [context.requestId, ...requestIds] };
  return {
    at: surroundings.clock.now(),
    notices: news.map((each): Notice => ({ ...each, ...by, function: context.function.name })),
    well,
    by,
  };
}

function whoAsked(trigger: Trigger): string {
  switch (trigger.kind) {
    case 'timer':
      return `the timer ${trigger.name}`;
    case 'alarm':
      return `the alarm ${trigger.rule}`;
    case 'command': {
      const { command } = trigger;
      return `${'owner' in command ? command.owner : 'a person'}, who asked to ${command.action}`;
    }
    default:
      return 'nobody known';
  }
}

async function tellChannel(
  invocation: Invocation,
  told: Told,
  channel: string,
  settings: Channel,
  heard: Heard,
): Promise<Outcome> {
  const { log, surroundings } = invocation;
  const notices = settings.tells === 'everything' ? heard.notices : heard.notices.filter(({ kind }) => kind === 'held');
  const memory = hear(told.get(channel) ?? NOTHING_TOLD, { ...heard, notices });
  told.set(channel, memory);
  const robot = robotFor(invocation, channel, settings);
  if (typeof robot === 'string') {
    // Said at every look, not only when somebody should have been told.
    log.warn('notify-impossible', { channel, problem: robot });
    return { channel, sent: 0, waiting: memory.waiting.length, problem: robot };
  }
  const message = due(memory, heard.at);
  if (message === undefined) return { channel, sent: 0, waiting: memory.waiting.length, problem: undefined };
  try {
    await deliver(message, { robot, post: surroundings.post, deadline: invocation.deadline, at: heard.at });
    const after = delivered(memory, message, heard.at, robot.spacing);
    told.set(channel, after);
    return { channel, sent: message.notices.length, waiting: after.waiting.length, problem: undefined };
  } catch (error) {
    if (!(error instanceof CloudError || error instanceof InvalidInput)) throw error;
    const isThrottled = error instanceof CloudError && error.kind === 'throttled';
    told.set(channel, undelivered(memory, heard.at, isThrottled ? robot.pause : Math.min(robot.spacing, MINUTE)));
    log.error('notify-failed', { channel, notices: message.notices.length, error: error.message });
    return { channel, sent: 0, waiting: memory.waiting.length, problem: error.message };
  }
}

/** The robot, or why nobody can be told through this channel. */
function robotFor(
  { surroundings }: Invocation,
  channel: string,
  { kind, secretFrom, urlFrom }: Channel,
): Robot | string {
  // What is pasted into a console often ends with a line end.
  const secretIn = (variable: string): string => surroundings.environment(variable)?.trim() ?? '';
  const missing = [urlFrom, ...(secretFrom === undefined ? [] : [secretFrom])].find((name) => secretIn(name) === '');
  if (missing !== undefined) {
    return `nobody can be told through ${channel}: the environment variable ${missing} is not set`;
  }
  return robotOf(kind, { url: secretIn(urlFrom), secret: secretFrom === undefined ? undefined : secretIn(secretFrom) });
}
