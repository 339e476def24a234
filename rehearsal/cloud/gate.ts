import type { Instant, Millis } from '../../shared/core/time';
import type { Clock } from '../../shared/ports';
import type { CallFaults } from './faults';
import { type Reply, rawReply } from './reply';

/** One API call that the cloud has seen, on either face. */
export interface CallRecord {
  readonly at: Instant;
  readonly face: 'openapi' | 'kube';
  /** For example `cms.DescribeMetricList` or `kube list deployments`. */
  readonly operation: string;
  /** HTTP status; 0 when no answer came, because the connection was cut or the region is silent. */
  readonly status: number;
  /** The vendor's error code or the Kubernetes reason. */
  readonly code?: string;
}

/** What a caller gets. */
export interface Exchange {
  readonly reply: Reply | 'cut';
  /** Infinite when no answer ever comes. */
  readonly delay: Millis;
}

export interface Call {
  readonly face: CallRecord['face'];
  readonly operation: string;
  /** Whether what it is for does not answer, and does nothing, at the moment of the call. */
  readonly silent: () => boolean;
  readonly carryOut: () => Promise<Reply>;
  /** The shape of an error on this face. */
  readonly refuse: (status: number, code: string, message: string) => Reply;
}

/** Where every call passes: it is recorded, and broken where that was asked for or its region does not answer. */
export interface Gate {
  pass(call: Call): Promise<Exchange>;
  calls(): readonly CallRecord[];
  reset(): void;
}

const HTML = Buffer.from('<html><head><title>Bad gateway</title></head><body></body></html>');

const NEVER: Exchange = { reply: 'cut', delay: Number.POSITIVE_INFINITY };

export function createGate(clock: Clock, faults: CallFaults): Gate {
  let calls: CallRecord[] = [];

  async function pass(call: Call): Promise<Exchange> {
    const at = clock.now();
    const { delay, before, failure } = faults.next(call.operation);
    for (const act of before) await act();
    if (call.silent()) {
      calls.push({ at, face: call.face, operation: call.operation, status: 0, code: 'ETIMEDOUT' });
      return NEVER;
    }
    const carriedOut = failure === undefined || failure.afterEffect ? await call.carryOut() : undefined;
    // A region that died meanwhile does not say any more what it did.
    if (call.silent()) {
      calls.push({ at, face: call.face, operation: call.operation, status: 0, code: 'ETIMEDOUT' });
      return NEVER;
    }
    const reply = failure === undefined ? carriedOut : broken(call, failure);
    if (reply === undefined) throw new Error(`${call.operation} has neither an answer nor a failure`);
    calls.push({ at, face: call.face, operation: call.operation, ...outcome(reply) });
    return { reply, delay: delay + (reply === 'cut' ? 0 : (reply.latency ?? 0)) };
  }

  return {
    pass,
    calls: () => calls,
    reset: () => {
      calls = [];
    },
  };
}

function broken(call: Call, failure: NonNullable<ReturnType<CallFaults['next']>['failure']>): Reply | 'cut' {
  switch (failure.kind) {
    case 'fail':
      return call.refuse(failure.status, failure.code, failure.message);
    case 'cut':
      return 'cut';
    case 'garble':
      return rawReply(failure.status, 'text/html', HTML);
  }
}

function outcome(reply: Reply | 'cut'): Pick<CallRecord, 'status' | 'code'> {
  if (reply === 'cut') return { status: 0, code: 'ECONNRESET' };
  return { status: reply.status, ...(reply.code === undefined ? {} : { code: reply.code }) };
}
