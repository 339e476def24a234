import { once } from 'node:events';
import http, { type IncomingMessage } from 'node:http';
import https from 'node:https';
import { text } from 'node:stream/consumers';

export interface Answer {
  readonly status: number;
  /** Parsed JSON, or the text when it is none. */
  readonly body: unknown;
}

/** Where an API is, and who asks. */
export interface Asked {
  /** Without a slash at its end. */
  readonly url: string;
  /** PEM; needed for https. */
  readonly ca?: string | undefined;
  readonly token: string;
}

const MERGE_PATCH = 'application/merge-patch+json';

/**
 * One request to an API server as it is, past the project's own client: any path, any answer.
 *
 * @param contentType without one, a PATCH is a JSON merge patch and everything else plain JSON
 */
export async function askServer(
  { url, ca, token }: Asked,
  method: string,
  path: string,
  body?: unknown,
  contentType = method === 'PATCH' ? MERGE_PATCH : 'application/json',
): Promise<Answer> {
  const sent = body === undefined ? '' : JSON.stringify(body);
  const options = {
    method,
    agent: false,
    headers: {
      authorization: `Bearer ${token}`,
      accept: 'application/json',
      // Node sends a DELETE's body without its length, and so as the start of another request.
      'content-length': Buffer.byteLength(sent),
      'content-type': contentType,
    },
  } as const;
  const at = `${url}${path}`;
  const outgoing = url.startsWith('https:') ? https.request(at, { ...options, ca }) : http.request(at, options);
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
