import { z } from 'zod';
import type { Reading } from '../core/gateway';
import { recogniseAlarm } from './alarm';
import { kept, keptUnlessAbsent } from './fields';
import { recogniseMessage } from './message';
import { readBytes, readText } from './payload';
import type { AlarmTrigger, HttpOrigin, UnknownTrigger } from './trigger';
import { resemblance } from './unknown-form';

const OptionalText = z.string().optional().catch(undefined);

/** The event of an HTTP trigger, `version` v1 (fc-docs 055, 2026-08-09). */
const HttpEvent = z.object({
  body: OptionalText,
  isBase64Encoded: z.boolean().optional().catch(undefined),
  requestContext: z.object({
    http: z.object({ method: OptionalText, path: OptionalText, sourceIp: OptionalText }),
  }),
});
type HttpEvent = z.infer<typeof HttpEvent>;

/** What may come over HTTP. Never commands: an address on the internet must not be a way to give orders. */
const BODIES: readonly ((value: unknown) => AlarmTrigger | UnknownTrigger | undefined)[] = [
  recogniseMessage,
  recogniseAlarm,
];

/** An alarm that came through an HTTP trigger; any other HTTP event is unknown. */
export function recogniseHttp(value: unknown): AlarmTrigger | UnknownTrigger | undefined {
  const event = HttpEvent.safeParse(value);
  return event.success ? { ...triggerOf(event.data), http: originOf(event.data) } : undefined;
}

function triggerOf(event: HttpEvent): AlarmTrigger | UnknownTrigger {
  const { method } = event.requestContext.http;
  if (method !== 'POST') return unknown(`an HTTP ${kept(method ?? 'event without a method')}; callbacks are POST`);
  const body = bodyOf(event);
  if (!body.ok) return unknown(`the body of the HTTP request ${body.problem}`);
  for (const recognise of BODIES) {
    const alarm = recognise(body.value);
    if (alarm !== undefined) return alarm;
  }
  const looks = resemblance(body.value);
  return unknown(`the body of the HTTP request is no known alarm${looks}; commands are not taken over HTTP`);
}

/** A form comes as base64, since its type is not on the list of types that Function Compute keeps as text (fc-docs 055). */
function bodyOf({ body = '', isBase64Encoded = false }: HttpEvent): Reading<unknown> {
  return isBase64Encoded ? readBytes(Buffer.from(body, 'base64')) : readText(body);
}

function originOf(event: HttpEvent): HttpOrigin {
  const { method, path, sourceIp } = event.requestContext.http;
  return { sourceIp: keptUnlessAbsent(sourceIp), method: keptUnlessAbsent(method), path: keptUnlessAbsent(path) };
}

function unknown(why: string): UnknownTrigger {
  return { kind: 'unknown', why };
}
