import { MINUTE, type Millis } from '../core/time';
import { CloudError, InvalidInput } from '../errors';
import type { FunctionAddress, Functions } from '../ports';
import { shorten } from './answer';
import { type Invocation, type Invoked, type Invoker, OPERATION } from './invocation';
import { PRODUCTS } from './products';
import { type RetryOptions, repeat, wasRefusedForNow } from './retry';
import type { OpenApi } from './seams';
import { CALL_LIMIT, shortened, timeForCall } from './time-limit';
import { failedWrite } from './unknown-outcome';
import { parseJson, textOf } from './untyped';

export interface FunctionsOptions extends RetryOptions {
  /** Asked for functions of FC 3.0. Without retries of its own. */
  readonly openApi: OpenApi;
  /** Asked for functions of FC 2.0. */
  readonly services: Invoker;
}

/** Longest that one answer is waited for, whoever asks. */
const ASK_LIMIT: Millis = MINUTE;

/**
 * Function Compute, both forms of it: a plain name is a function of FC 3.0, `service/function` one of FC 2.0.
 *
 * An event is sent again only after an answer which says that it was not taken (throttled). One with a task id may be sent
 * again after any failure that passes, since the second of two is not taken; only functions with `asyncTask` switched on
 * keep to that, all others may get an event twice in any case ("Task deduplication", Function Compute 2.0, 2023-07).
 *
 * Throws InvalidInput for names and task ids that Function Compute does not have.
 */
export function createFunctions(options: FunctionsOptions): Functions {
  const functions = createFunctionInvoker(options.openApi);

  async function ask(address: FunctionAddress, event: object, timeout: Millis): Promise<unknown> {
    const invoker = invokerFor(address);
    const around = { ...options, deadline: shortened(options.deadline, timeout) };
    const invocation = { address, event: JSON.stringify(event), type: 'Sync', effect: 'read' } as const;
    const send = async (): Promise<Invoked> =>
      invoker.invoke({ ...invocation, limit: timeForCall(around.deadline, ASK_LIMIT, OPERATION) });
    return answerOf(await repeat(send, wasRefusedForNow, around), address);
  }

  async function tell(address: FunctionAddress, event: object, taskId?: string): Promise<void> {
    const invoker = invokerFor(address);
    if (taskId !== undefined) checkTaskId(taskId);
    const effect = taskId === undefined ? 'write' : 'read';
    const invocation = { address, event: JSON.stringify(event), type: 'Async', taskId, effect } as const;
    const send = async (): Promise<Invoked> =>
      invoker.invoke({ ...invocation, limit: timeForCall(options.deadline, CALL_LIMIT, OPERATION) });
    try {
      await repeat(send, (error) => (effect === 'read' ? error.retryable : wasRefusedForNow(error)), options);
    } catch (error) {
      if (effect === 'write') throw failedWrite(error);
      if (!isTakenAlready(error)) throw error;
    }
  }

  function invokerFor({ region, name }: FunctionAddress): Invoker {
    if (!REGION.test(region)) throw new InvalidInput(`not a region: ${shorten(region)}`);
    if (FUNCTION.test(name)) return functions;
    if (SERVICE_FUNCTION.test(name)) return options.services;
    throw new InvalidInput(
      `not the name of a function: ${shorten(name)}; write the name, or service/function for one of FC 2.0`,
    );
  }

  return { ask, tell };
}

/** It becomes part of a host name. */
const REGION = /^[a-z]+(-[a-z0-9]+)+$/;
/** What the console asks of a name; `$` is in those of functions that were migrated from FC 2.0 (`service$function`). */
const FUNCTION = /^[A-Za-z_][\w$-]{0,255}$/;
const SERVICE_FUNCTION = /^[A-Za-z_][\w-]{0,127}\/[A-Za-z_][\w-]{0,127}$/;
/** As the pages of InvokeFunction have it, for both versions (2026-08). */
const TASK_ID = /^[A-Za-z_][\w-]{0,127}$/;

function checkTaskId(taskId: string): void {
  if (TASK_ID.test(taskId)) return;
  throw new InvalidInput(`not a task id: ${shorten(taskId)}; up to 128 letters, digits, _ and -, a letter or _ first`);
}

/** Status 409 in the documentation of today, 400 in that of 2022; the code as official samples look for it. */
function isTakenAlready(error: unknown): boolean {
  return error instanceof CloudError && (error.status === 409 || /AlreadyExists?$/.test(error.code ?? ''));
}

function answerOf({ answer, errorType, requestId }: Invoked, { region, name }: FunctionAddress): unknown {
  const facts = { operation: OPERATION, status: 200, requestId };
  if (errorType !== undefined) {
    const said = textOf(answer, 'errorMessage') ?? 'without a message';
    throw new CloudError(`${name} in ${region} failed: ${shorten(said)}`, {
      ...facts,
      kind: 'unavailable',
      code: errorType,
    });
  }
  if (answer !== undefined) return answer;
  throw new CloudError(`what ${name} in ${region} answered is not JSON`, { ...facts, kind: 'unreadable' });
}

function createFunctionInvoker(openApi: OpenApi): Invoker {
  async function invoke({ address, event, type, taskId, limit, effect }: Invocation): Promise<Invoked> {
    const { body, headers, requestId } = await openApi.call({
      product: 'fc',
      region: address.region,
      action: 'InvokeFunction',
      roa: {
        method: 'POST',
        path: `/${PRODUCTS.fc.version}/functions/${encodeURIComponent(address.name)}/invocations`,
      },
      headers: {
        'content-type': 'application/octet-stream',
        'x-fc-invocation-type': type,
        ...(taskId === undefined ? {} : { 'x-fc-async-task-id': taskId }),
      },
      body: event,
      answer: 'text',
      limit,
      effect,
    });
    return { answer: parseJson(body), errorType: textOf(headers, 'x-fc-error-type'), requestId };
  }

  return { invoke };
}
