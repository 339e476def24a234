import type { Millis } from '../core/time';
import type { FunctionAddress } from '../ports';

/** One event for one function. */
export interface Invocation {
  readonly address: FunctionAddress;
  /** JSON. */
  readonly event: string;
  /** `Sync` waits for what the function answers, `Async` for nothing but that the event was taken. */
  readonly type: 'Sync' | 'Async';
  /** Of two events with the same one the second is refused. */
  readonly taskId?: string | undefined;
  readonly limit: Millis;
  /** How a failure is named: whether it matters that the event may have been taken all the same. */
  readonly effect: 'read' | 'write';
}

/** What came back from the function, or from the queue in front of it. */
export interface Invoked {
  /** The parsed answer, or what is told of the failure; `undefined` when it is not JSON. */
  readonly answer: unknown;
  /** Set when the function failed, which the API itself counts as a success: `UnhandledInvocationError` for example. */
  readonly errorType: string | undefined;
  readonly requestId: string | undefined;
}

/** Sends an event once, signed. Throws CloudError when the API refuses it or does not answer in time. */
export interface Invoker {
  invoke(invocation: Invocation): Promise<Invoked>;
}

/** How failures of every invocation name what was done. */
export const OPERATION = 'fc.InvokeFunction';
