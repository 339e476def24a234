import { z } from 'zod';
import { recogniseAlarm } from './alarm';
import { dedupIdOf } from './dedup-id';
import { eventTime } from './event-time';
import { isObject, kept, keptUnlessAbsent, textAt } from './fields';
import { readInner } from './payload';
import type { AlarmTrigger, UnknownTrigger } from './trigger';
import { resemblance } from './unknown-form';

/** The event of an MNS topic trigger with the format JSON (fc-docs 140 and 149, 2026-08-09); attributes are further keys. */
const Message = z.object({ Message: z.string(), MessageId: z.string(), TopicName: z.string() });

/** The same with the format STREAM, where the message has attributes; without attributes it comes bare. */
const Streamed = z.object({ body: z.string(), attrs: z.record(z.string(), z.unknown()) });

/**
 * An alarm in a message of an MNS topic, as text or as base64: whether CloudMonitor encodes what it writes to MNS is not
 * documented. Anything else in a message is unknown, orders too. A bare message cannot be told from an event of its own.
 */
export function recogniseMessage(value: unknown): AlarmTrigger | UnknownTrigger | undefined {
  const message = Message.safeParse(value);
  if (message.success) return wrapped(message.data, isObject(value) ? textAt(value, 'PublishTime') : undefined);
  const streamed = Streamed.safeParse(value);
  return streamed.success ? alarmIn(streamed.data.body, 'an MNS topic') : undefined;
}

/** A bare message in base64: the format STREAM without attributes. */
export function recogniseEncodedMessage(value: unknown): AlarmTrigger | undefined {
  return typeof value === 'string' ? recogniseAlarm(readInner(value)) : undefined;
}

function wrapped(message: z.infer<typeof Message>, publishedAt: string | undefined): AlarmTrigger | UnknownTrigger {
  const topic = kept(message.TopicName);
  const inner = alarmIn(message.Message, `the MNS topic ${JSON.stringify(topic)}`);
  if (inner.kind === 'unknown') return inner;
  const id = keptUnlessAbsent(message.MessageId);
  return {
    ...inner,
    message: { topic, id, publishedAt: eventTime(publishedAt) },
    // What is published twice has two ids of messages, so the alarm's own key is the better one.
    dedupId: inner.dedupId ?? dedupIdOf('message', id),
  };
}

function alarmIn(text: string, where: string): AlarmTrigger | UnknownTrigger {
  const inner = readInner(text);
  const alarm = recogniseAlarm(inner);
  if (alarm !== undefined) return alarm;
  const why = `a message of ${where} is no known alarm${resemblance(inner)}; commands are not taken from messages`;
  return { kind: 'unknown', why };
}
