import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import { request } from 'node:https';
import { text } from 'node:stream/consumers';

export interface Answer {
  readonly status: number;
  /** Parsed JSON, or the text when it is none. */
  readonly body: unknown;
}

/** One request to an API server as it is, past the project's own client: any path, any answer. */
export async function askServer(
  { url, ca, token }: { readonly url: string; readonly ca: string; readonly token: string },
  method: string,
  path: string,
  body?: object,
): Promise<Answer> {
  const sent = body === undefined ? '' : JSON.stringify(body);
  const outgoing = request(new URL(path, url), {
    method,
    ca,
    agent: false,
    headers: {
      authorization: `Bearer ${token}`,
      accept: 'application/json',
      // Node sends a DELETE's body without its length, and so as the start of another request.
      'content-length': Buffer.byteLength(sent),
      'content-type': method === 'PATCH' ? 'application/merge-patch+json' : 'application/json',
    },
  });
  outgoing.end(sent);
  const [incoming]: IncomingMessage[] = await once(outgoing, 'response');
  if (incoming === undefined) throw new Error('no answer');
  const answer = await text(incoming);
  return { status: incoming.statusCode ?? 0, body: parsed(answer) };
}

function parsed(answer: string): unknown {
  try {
    return JSON.parse(answer);
  } catch {
    return answer;
  }
}
