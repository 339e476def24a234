import { AsyncLocalStorage } from 'node:async_hooks';
import { subscribe } from 'node:diagnostics_channel';
import { fieldOf } from './untyped';

interface Status {
  last: number | undefined;
}

const call = new AsyncLocalStorage<Status>();

// Node's channel for every answer to a request of `node:http`, published before its body is read (nodejs.org, v20).
subscribe('http.client.response.finish', (message) => {
  const status = fieldOf(fieldOf(message, 'response'), 'statusCode');
  const running = call.getStore();
  if (running !== undefined && typeof status === 'number') running.last = status;
});

/**
 * Does work that makes HTTP requests somewhere inside and tells the status of the last answer, which a library may lose:
 * the Alibaba Cloud SDK does when an error answer is not JSON (openapi-client 0.4).
 *
 * @param work gets a function that gives the status, `undefined` before there is one
 */
export function withHttpStatus<T>(work: (status: () => number | undefined) => Promise<T>): Promise<T> {
  const status: Status = { last: undefined };
  return call.run(status, () => work(() => status.last));
}
