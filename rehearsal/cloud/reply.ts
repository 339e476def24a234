import type { Millis } from '../../shared/core/time';

/** An answer as it goes over the wire, or as the in-process face reads it. */
export interface Reply {
  readonly status: number;
  /** The vendor's error code or the Kubernetes reason; absent when all went well. */
  readonly code?: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: ReplyBody;
  /** For how long it is held back. */
  readonly latency?: Millis;
}

export type ReplyBody =
  | { readonly type: 'json'; readonly value: object }
  | { readonly type: 'raw'; readonly contentType: string; readonly bytes: Buffer };

export function jsonReply(status: number, value: object, headers: Readonly<Record<string, string>> = {}): Reply {
  return { status, headers, body: { type: 'json', value } };
}

export function rawReply(
  status: number,
  contentType: string,
  bytes: Buffer,
  headers: Readonly<Record<string, string>> = {},
): Reply {
  return { status, headers, body: { type: 'raw', contentType, bytes } };
}
