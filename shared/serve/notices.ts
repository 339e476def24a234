import type { Configuration } from '../config/load';
import type { News, Notice } from '../core/notice';
import { CloudError, InvalidInput } from '../errors';
import type { Trigger } from '../event';
import { delivered, due, type Heard, hear, type Memory, NOTHING_TOLD, undelivered } from '../notify/memory';
import type { ObjectEvent, ObjectEvents } from '../ports';
import { type Outlet, outletsOf } from './outlets';
import type { Invocation } from './serve';

/** What an instance keeps of each channel, by its name. */
export type Told = Map<string, Memory>;

/** What a look came to, for people. */
export interface Tidings {
  readonly news: readonly News[];
  readonly well: Heard['well'];
  /** That the vendor gave to the writes of this invocation. */
  readonly requestIds: readonly string[];
  /** Of the cluster whose objects were changed; absent where none are. */
  readonly objects?: ObjectEvents;
}

/** What became of telling people, by channel, for the answer. A failing channel never stops anything. */
export interface Telling {
  /** Notices that were sent. */
  readonly notified?: Readonly<Record<string, number>>;
  readonly notifyProblems?: Readonly<Record<string, string>>;
  /** Notices that wait for a later look, since the receiver is to be left alone for a while. */
  readonly notifyWaiting?: Readonly<Record<string, number>>;
}

/** What became of one channel. */
interface Outcome {
  readonly channel: string;
  readonly sent: number;
  readonly waiting: number;
  readonly problem: string | undefined;
}

/** Tells everybody side by side, each channel in one message at most. Never throws for a receiver that fails. */
export async function tellPeople(
  invocation: Invocation,
  { notify }: Configuration,
  told: Told,
  tidings: Tidings,
): Promise<Telling> {
  const heard = heardOf(invocation, tidings);
  const { objects } = tidings;
  const outcomes = await Promise.all([
    ...outletsOf(invocation, notify).map((outlet) => tellOne(invocation, told, outlet, heard)),
    ...(objects === undefined || !notify.kubernetesEvents ? [] : [sayOnObjects(invocation, objects, heard)]),
  ]);
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

async function tellOne(
  invocation: Invocation,
  told: Told,
  { hears, name, way }: Outlet,
  heard: Heard,
): Promise<Outcome> {
  const { log } = invocation;
  const notices = hears === 'everything' ? heard.notices : heard.notices.filter(({ kind }) => kind === 'held');
  const memory = hear(told.get(name) ?? NOTHING_TOLD, { ...heard, notices });
  told.set(name, memory);
  if (way.blocked) {
    // Said at every look, not only when somebody should have been told.
    log.warn('notify-impossible', { channel: name, problem: way.problem });
    return { channel: name, sent: 0, waiting: memory.waiting.length, problem: way.problem };
  }
  const message = due(memory, heard.at);
  if (message === undefined) return { channel: name, sent: 0, waiting: memory.waiting.length, problem: undefined };
  try {
    await way.send(message, heard.at);
    const after = delivered(memory, message, heard.at, way.spacing);
    told.set(name, after);
    return { channel: name, sent: message.notices.length, waiting: after.waiting.length, problem: undefined };
  } catch (error) {
    if (!(error instanceof CloudError || error instanceof InvalidInput)) throw error;
    const isThrottled = error instanceof CloudError && error.kind === 'throttled';
    told.set(name, undelivered(memory, heard.at, isThrottled ? way.pause : way.spacing));
    log.error('notify-failed', { channel: name, notices: message.notices.length, error: error.message });
    return { channel: name, sent: 0, waiting: memory.waiting.length, problem: error.message };
  }
}

/** No channel can have its name, which has capitals. */
const KUBERNETES = 'Kubernetes';

/** Says each change on the object that was changed. What was not said is in the log, and not said again. */
async function sayOnObjects({ log }: Invocation, events: ObjectEvents, { by, notices }: Heard): Promise<Outcome> {
  const said = notices.flatMap(({ at, from, kind, message, object, reason, to }) => {
    if (kind !== 'changed' || object === undefined) return [];
    const moved = from === undefined || to === undefined ? '' : `${from} → ${to}: `;
    return [{ object, reason, message: `${moved}${message}; for ${by.who}`, at }];
  });
  const results = await Promise.all(said.map((event) => sayOne(events, event)));
  const [problem] = results.filter((result) => result !== undefined);
  if (problem !== undefined) log.warn('notify-failed', { channel: KUBERNETES, error: problem });
  const sent = results.filter((result) => result === undefined).length;
  return { channel: KUBERNETES, sent, waiting: 0, problem };
}

async function sayOne(events: ObjectEvents, event: ObjectEvent): Promise<string | undefined> {
  try {
    await events.say(event);
    return undefined;
  } catch (error) {
    if (!(error instanceof CloudError)) throw error;
    return error.message;
  }
}
