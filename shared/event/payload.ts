import type { Reading, Unread } from '../core/gateway';

/**
 * What an asynchronous invocation may carry: 128 KB (fc-docs FAQ 017 and 067, 2026-08-09). No alarm, timer or command
 * comes near it. Larger events are refused unread, so that decoding takes bounded time.
 */
export const LARGEST_BYTES = 131_072;

type Payload = Reading<unknown> | TooLarge;

/** An event that was refused unread for its size. */
interface TooLarge extends Unread {
  readonly isTooLarge: true;
}

/**
 * What an event says, as far as JSON can hold it: the parsed value when it is JSON text, otherwise the text. Events are
 * bytes from Function Compute; texts and parsed values are taken too. A problem is worded to follow a subject (`is empty`).
 * Never throws.
 */
export function readPayload(event: unknown): Payload {
  if (typeof event === 'string') return readText(event);
  // Unlike `instanceof`, this runs nothing that the value brings along.
  if (ArrayBuffer.isView(event)) return readBytes(new Uint8Array(event.buffer, event.byteOffset, event.byteLength));
  return readParsed(event);
}

/** Like {@link readPayload}, for bytes. */
export function readBytes(bytes: Uint8Array): Payload {
  if (bytes.byteLength > LARGEST_BYTES) return tooLarge(`${bytes.byteLength} bytes`);
  try {
    return readText(new TextDecoder('utf-8', { fatal: true }).decode(new Uint8Array(bytes)));
  } catch {
    // The decoder throws for this one reason.
    return { ok: false, problem: 'is not UTF-8 text' };
  }
}

/** Like {@link readPayload}, for text. */
export function readText(text: string): Payload {
  if (text.length > LARGEST_BYTES) return tooLarge(`${text.length} characters`);
  if (text.trim() === '') return { ok: false, problem: 'is empty' };
  try {
    return { ok: true, value: JSON.parse(text) };
  } catch {
    return { ok: true, value: text };
  }
}

/** Letters of base64, possibly in lines. */
const BASE64 = /^[A-Za-z0-9+/\s]+={0,2}$/;

/** What a text inside of an event says: JSON or other text, or either of them in base64. */
export function readInner(text: string): unknown {
  const plain = readText(text);
  if (!plain.ok) return text;
  if (typeof plain.value !== 'string' || !BASE64.test(plain.value.trim())) return plain.value;
  const decoded = readBytes(Buffer.from(plain.value, 'base64'));
  return decoded.ok ? decoded.value : plain.value;
}

/** By way of its JSON text: what a getter, a proxy or a class would do later, it does here or not at all. */
function readParsed(event: unknown): Payload {
  try {
    const text: unknown = JSON.stringify(event);
    return typeof text === 'string' ? readText(text) : { ok: false, problem: 'is empty' };
  } catch {
    return { ok: false, problem: 'cannot be written as JSON' };
  }
}

function tooLarge(size: string): TooLarge {
  return { ok: false, isTooLarge: true, problem: `has ${size}; at most ${LARGEST_BYTES} are read` };
}
