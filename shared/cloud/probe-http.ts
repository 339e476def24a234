import { type ClientRequest, type IncomingMessage, request as sendHttp } from 'node:http';
import { isIPv6, type Socket } from 'node:net';
import type { ProbeSpec, ProbeTarget } from '../core/probe';
import { FailedProbe, failureOf } from './probe-failure';

/** No healthy answer has more of them; Node's parser refuses what is longer. */
const MOST_HEADER_BYTES = 16 * 1024;
/** So much of a body is looked through. */
const MOST_BODY_BYTES = 64 * 1024;

/** Asks for a path over a connection that is open, as a client of the host would, and closes it. */
export interface Asking {
  readonly target: ProbeTarget;
  readonly path: string;
  readonly socket: Socket;
}

/**
 * What answered: a redirection that the probe may follow, or `undefined` when it is healthy.
 *
 * @param redirectsLeft how many may still be followed; with `redirects: 0` a redirection is an answer like any other
 * @returns the path to ask for next
 */
export async function askOnce(asking: Asking, redirectsLeft: number): Promise<string | undefined> {
  const { spec } = asking.target;
  const response = await answerOf(asking);
  const status = response.statusCode ?? 0;
  const { location } = response.headers;
  if (spec.redirects > 0 && status >= 300 && status < 400 && location !== undefined) {
    if (redirectsLeft === 0) throw new FailedProbe('redirect', `is redirected more than ${spec.redirects} times`);
    return placeOf(location, asking);
  }
  if (!spec.status.some(({ from, to }) => status >= from && status <= to)) {
    throw new FailedProbe('status', `status ${status}, not ${spec.status.map(rangeText).join(', ')}`);
  }
  if (spec.contains !== undefined) await findText(response, spec.contains);
  return undefined;
}

function rangeText({ from, to }: ProbeSpec['status'][number]): string {
  return from === to ? String(from) : `${from}-${to}`;
}

/** The path of a redirection that stays where it is. */
function placeOf(location: string, { target, path }: Asking): string {
  const here = new URL(path, originOf(target));
  if (!URL.canParse(location, here.href)) throw new FailedProbe('redirect', 'is redirected to what is no URL');
  const there = new URL(location, here);
  if (there.origin !== here.origin) throw new FailedProbe('redirect', `is redirected to ${there.origin}`);
  return `${there.pathname}${there.search}`;
}

function originOf({ address, spec }: ProbeTarget): string {
  return `${spec.protocol}://${hostOf(spec.host ?? address)}:${spec.port}`;
}

function hostOf(name: string): string {
  return isIPv6(name) ? `[${name}]` : name;
}

/** As `URL` has it: a port that the protocol implies is left out. */
function hostHeader(target: ProbeTarget): string {
  return new URL(originOf(target)).host;
}

function answerOf({ path, socket, target }: Asking): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    // Without an agent there is no proxy, no waiting for a free socket and no connection that outlives the answer.
    const request: ClientRequest = sendHttp({
      createConnection: () => socket,
      method: 'GET',
      path,
      setHost: false,
      maxHeaderSize: MOST_HEADER_BYTES,
      headers: {
        host: hostHeader(target),
        'user-agent': 'gateway-autopilot',
        accept: '*/*',
        'accept-encoding': 'identity',
        connection: 'close',
      },
    });
    request.on('error', (error) => reject(failureOf(error)));
    request.on('response', resolve);
    // Left alone, Node would hand the socket over and wait for ever.
    request.on('upgrade', () => reject(new FailedProbe('protocol', 'answers with another protocol')));
    request.end();
  });
}

function findText(response: IncomingMessage, text: string): Promise<void> {
  const wanted = Buffer.from(text);
  return new Promise((resolve, reject) => {
    let body: Buffer = Buffer.alloc(0);
    const missing = (): void =>
      reject(new FailedProbe('body', `the first ${body.length} bytes do not hold the text that is expected`));
    response.on('error', (error) => reject(failureOf(error)));
    response.on('end', missing);
    response.on('data', (chunk: Buffer) => {
      body = Buffer.concat([body, chunk]).subarray(0, MOST_BODY_BYTES);
      if (body.includes(wanted)) resolve();
      else if (body.length === MOST_BODY_BYTES) missing();
    });
  });
}
