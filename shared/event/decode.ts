import { recogniseAlarm } from './alarm';
import { recogniseCommand } from './command-event';
import { recogniseHttp } from './http';
import { recogniseEncodedMessage, recogniseMessage } from './message';
import { readPayload } from './payload';
import { recogniseTimer } from './timer';
import type { Recogniser, Trigger } from './trigger';
import { resemblance } from './unknown-form';

/**
 * In this order, the first that knows the value has it. The forms of an event have no field in common to tell them by.
 * What is wrapped around others is before what it may hold: HTTP events hold anything but timers and commands, MNS messages
 * hold alarms and put attributes of any name beside them, CloudEvents hold other alarms. Commands are last: what has the
 * structure of an event is never taken for an order.
 */
const RECOGNISERS: readonly Recogniser[] = [
  recogniseTimer,
  recogniseHttp,
  recogniseMessage,
  recogniseAlarm,
  recogniseEncodedMessage,
  recogniseCommand,
];

/**
 * Says why Function Compute invoked the handler. `event` is what the runtime hands over, normally a `Buffer`; text and
 * parsed values are taken too. Never throws; whatever is not known is `unknown`, with the reason. Everything kept from the
 * event is cut to 200 characters.
 */
export function decodeEvent(event: unknown): Trigger {
  const payload = readPayload(event);
  if (!payload.ok) {
    const why = `the event ${payload.problem}`;
    return 'isTooLarge' in payload ? { kind: 'unknown', why, isTooLarge: true } : { kind: 'unknown', why };
  }
  for (const recognise of RECOGNISERS) {
    const trigger = recognise(payload.value);
    if (trigger !== undefined) return trigger;
  }
  return { kind: 'unknown', why: whyUnknown(payload.value) };
}

function whyUnknown(value: unknown): string {
  const looks = resemblance(value);
  if (typeof value === 'string') {
    return /^\s*[{[]/.test(value)
      ? 'the event starts like JSON and is not; check its quotes, commas and brackets'
      : `the event is plain text${looks}`;
  }
  if (Array.isArray(value)) return `the event is a JSON array${looks}`;
  return typeof value === 'object' && value !== null
    ? `the event is a JSON object of no known form${looks}; a command has an "action"`
    : `the event is ${value === null ? 'null' : `a JSON ${typeof value}`}`;
}
