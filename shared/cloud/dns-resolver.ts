import { randomInt } from 'node:crypto';
import { createSocket } from 'node:dgram';
import { connect, isIPv6 } from 'node:net';
import { type Millis, SECOND } from '../core/time';
import type { DnsAnswer, DnsQuestion } from '../core/zone';
import { CloudError, type CloudErrorKind } from '../errors';
import type { Deadline, Resolver } from '../ports';
import { type Received, readAnswerOf, readMessage, writeQuestion } from './dns-message';
import { elapsed } from './system-clock';
import { timeForCall } from './time-limit';

export interface DnsResolverOptions {
  readonly deadline: Deadline;
  /** Longest time that one question may take, over UDP and TCP together; 3 s unless told. */
  readonly questionLimit?: Millis;
}

const QUESTION_LIMIT: Millis = 3 * SECOND;
/** A datagram may get lost: the question is sent again until an answer comes or the time is over. */
const RESEND_AFTER: Millis = SECOND;

/**
 * Asks a name server over UDP, and again over TCP when the answer does not fit (RFC 7766). Nothing is cached, and recursion
 * is not asked for. Every question has a port of its own and a random id, and only answers from the address that was asked,
 * with this id and the same question, count: what else arrives is passed over.
 */
export function createDnsResolver({ deadline, questionLimit = QUESTION_LIMIT }: DnsResolverOptions): Resolver {
  async function ask(question: DnsQuestion): Promise<DnsAnswer> {
    const operation = `dns ${question.type} ${question.name} @${question.server.host}`;
    const limit = timeForCall(deadline, questionLimit, operation);
    const end = elapsed() + limit;
    const id = randomInt(65_536);
    const exchange: Exchange = { question, id, message: writeQuestion(id, question), operation };
    const short = await overUdp(exchange, limit);
    if (short.kind === 'answer') return readAnswerOf(short.packet, operation, 'udp');
    const whole = await overTcp(exchange, Math.max(0, end - elapsed()));
    if (whole.kind === 'answer') return readAnswerOf(whole.packet, operation, 'tcp');
    throw new CloudError('an answer that is cut short over TCP too', { kind: 'unreadable', operation });
  }

  return { ask };
}

interface Exchange {
  readonly question: DnsQuestion;
  readonly id: number;
  readonly message: Buffer;
  readonly operation: string;
}

type Reply = Extract<Received, { readonly kind: 'answer' | 'truncated' }>;

function overUdp({ question, id, message, operation }: Exchange, limit: Millis): Promise<Reply> {
  const { address, port } = question.server;
  const socket = createSocket(isIPv6(address) ? 'udp6' : 'udp4');
  let garbled = false;
  return new Promise<Reply>((resolve, reject) => {
    let again: NodeJS.Timeout | undefined;
    const over = setTimeout(() => end(() => reject(silence(operation, limit, garbled))), limit);
    let ended = false;

    function end(settle: () => void): void {
      if (ended) return;
      ended = true;
      clearInterval(again);
      clearTimeout(over);
      socket.close();
      settle();
    }

    // A connected socket takes datagrams of this address and port only, and hears that nothing listens there.
    socket.on('error', (error) => end(() => reject(broken(error, operation))));
    socket.on('message', (bytes) => {
      const received = readMessage(bytes, id, question);
      if (received.kind === 'garbled') garbled = true;
      else if (received.kind !== 'other') end(() => resolve(received));
    });
    socket.on('connect', () => {
      socket.send(message);
      again = setInterval(() => socket.send(message), RESEND_AFTER);
    });
    socket.connect(port, address);
  });
}

function overTcp({ question, id, message, operation }: Exchange, limit: Millis): Promise<Reply> {
  const { address, port } = question.server;
  const socket = connect({ host: address, port });
  return new Promise<Reply>((resolve, reject) => {
    let bytes: Buffer = Buffer.alloc(0);
    const over = setTimeout(() => end(() => reject(silence(operation, limit, false))), limit);

    function end(settle: () => void): void {
      clearTimeout(over);
      socket.destroy();
      settle();
    }

    socket.on('error', (error) => end(() => reject(broken(error, operation))));
    socket.on('close', () =>
      end(() => reject(failure('the connection ended without an answer', 'unavailable', operation))),
    );
    socket.on('connect', () => socket.write(framed(message)));
    socket.on('data', (chunk: Buffer) => {
      bytes = Buffer.concat([bytes, chunk]);
      if (bytes.length < 2 || bytes.length < 2 + bytes.readUInt16BE()) return;
      const received = readMessage(bytes.subarray(2, 2 + bytes.readUInt16BE()), id, question);
      if (received.kind === 'answer' || received.kind === 'truncated') end(() => resolve(received));
      else end(() => reject(failure('what came is not the answer', 'unreadable', operation)));
    });
  });
}

/** Over TCP a message has its length in front, in two bytes. */
function framed(message: Buffer): Buffer {
  const length = Buffer.alloc(2);
  length.writeUInt16BE(message.length);
  return Buffer.concat([length, message]);
}

function silence(operation: string, limit: Millis, garbled: boolean): CloudError {
  return garbled
    ? failure(`only what is no DNS message came within ${Math.round(limit)} ms`, 'unreadable', operation)
    : failure(`no answer within ${Math.round(limit)} ms`, 'timeout', operation);
}

function broken(error: Error, operation: string): CloudError {
  const code = 'code' in error && typeof error.code === 'string' ? error.code : undefined;
  return new CloudError(`the name server cannot be reached (${code ?? error.name})`, {
    kind: 'unavailable',
    operation,
    code,
  });
}

function failure(message: string, kind: CloudErrorKind, operation: string): CloudError {
  return new CloudError(message, { kind, operation });
}
