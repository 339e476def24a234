import http from 'node:http';
import https from 'node:https';
import type { Millis } from '../core/time';
import { CloudError, InvalidInput } from '../errors';
import { isLoopback } from './loopback';

const OPERATION = 'webhook.POST';
/** Whether a message was taken is said in a few bytes; more than this is not waited for. */
const LARGEST_ANSWER_BYTES = 65_536;

/** An answer, its body as text and no longer than 64 kB. Nobody knows what of the request it repeats. */
export interface WebhookAnswer {
  readonly status: number;
  readonly body: string;
}

/**
 * Posts a body and resolves with the answer once it has been read to its end, or to 64 kB. `timeoutMs` covers
 * everything from the name lookup to the last byte. Redirects are answers like any other. Every call has a connection of
 * its own, since an instance of Function Compute is frozen between invocations.
 *
 * Throws InvalidInput for a URL that is not https (or http on this machine), CloudError `timeout` when time is up and
 * `unavailable` when the connection fails. No error holds the URL, which is a secret, nor a cause, which might name it.
 */
export async function postJson(
  url: string,
  body: string,
  headers: Readonly<Record<string, string>>,
  timeoutMs: Millis,
): Promise<WebhookAnswer> {
  const request = requestTo(targetOf(url), { ...headers, 'content-length': String(Buffer.byteLength(body)) });
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => fail(tooLate(timeoutMs)), timeoutMs);
    function fail(error: CloudError): void {
      clearTimeout(timer);
      request.destroy();
      reject(error);
    }
    function answered(status: number, chunks: readonly Buffer[]): void {
      clearTimeout(timer);
      request.destroy();
      const body = Buffer.concat(chunks).subarray(0, LARGEST_ANSWER_BYTES).toString('utf8');
      resolve({ status, body });
    }
    request.on('error', (error) => fail(broken(error)));
    request.on('response', (response) => {
      const status = response.statusCode ?? 0;
      const chunks: Buffer[] = [];
      let bytes = 0;
      response.on('data', (chunk: Buffer) => {
        chunks.push(chunk);
        bytes += chunk.length;
        if (bytes >= LARGEST_ANSWER_BYTES) answered(status, chunks);
      });
      response.on('end', () => answered(status, chunks));
      response.on('error', (error) => fail(broken(error)));
    });
    request.end(body);
  });
}

function requestTo(target: URL, headers: Readonly<Record<string, string>>): http.ClientRequest {
  const client = target.protocol === 'https:' ? https : http;
  // `agent: false`: a new agent, and so a new connection, for this request alone.
  return client.request(target, { method: 'POST', headers, agent: false });
}

/** Checked before it is parsed, since the error of `new URL` holds its input. */
function targetOf(url: string): URL {
  if (!URL.canParse(url)) throw new InvalidInput('the webhook is not a URL');
  const target = new URL(url);
  if (target.protocol === 'https:') return target;
  if (target.protocol === 'http:' && isLoopback(target.hostname)) return target;
  throw new InvalidInput('the webhook must be an https URL; http is taken on this machine only');
}

function tooLate(timeoutMs: Millis): CloudError {
  return new CloudError(`no complete answer within ${timeoutMs} ms`, { kind: 'timeout', operation: OPERATION });
}

function broken(error: Error): CloudError {
  const code = 'code' in error && typeof error.code === 'string' ? error.code : undefined;
  return new CloudError('the connection failed', { kind: 'unavailable', operation: OPERATION, code });
}
