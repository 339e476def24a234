import { CloudError, InvalidInput } from '../errors';
import type { Credentials } from '../ports';
import { readEndpoint, regionHeader } from './endpoint';
import { kindOfAnswer, kindOfSilence, kindOfSocketError, kindOfStatus } from './error-codes';
import { withHttpStatus } from './http-status';
import { type Invocation, type Invoked, type Invoker, OPERATION } from './invocation';
import { safeMessage } from './safe-message';
import { noAnswer, TimeLimitReached, within } from './time-limit';
import { parseJson, textOf } from './untyped';

export interface ServiceFunctionsOptions {
  /** The role's credentials of this invocation. They are held by the returned object and its clients only. */
  readonly credentials: Credentials;
  /** Part of every endpoint of FC 2.0. */
  readonly accountId: string | undefined;
  /** Asked instead of the account's own endpoint. Plain HTTP on loopback only. */
  readonly endpoint?: string | undefined;
}

/**
 * Functions of FC 2.0, addressed as `service/function`, through `@alicloud/fc2`. The package is loaded at the first event:
 * in what is deployed it has a file of its own, which a start without such names does not read.
 *
 * Every call has its own connection, for the reasons that `createOpenApi` has.
 */
export function createServiceFunctions({ credentials, accountId, endpoint }: ServiceFunctionsOptions): Invoker {
  const origin = endpoint === undefined ? undefined : readEndpoint(endpoint);

  async function invoke(invocation: Invocation): Promise<Invoked> {
    const { address, event, limit } = invocation;
    const [service = '', name = ''] = address.name.split('/');
    if (accountId === undefined || accountId === '') {
      throw new InvalidInput(
        `${address.name} is a function of FC 2.0, for which the environment must hold FC_ACCOUNT_ID`,
      );
    }
    const { accessKeyId, accessKeySecret, securityToken } = credentials;
    const { default: Client } = await import('@alicloud/fc2');
    const client = new Client(accountId, {
      accessKeyID: accessKeyId,
      accessKeySecret,
      region: address.region,
      secure: true,
      timeout: limit,
      // The client sends a token only for key ids that start with `STS`, of which it demands one.
      ...(securityToken === '' ? {} : { securityToken }),
      headers: {
        connection: 'close',
        ...(securityToken === '' ? {} : { 'x-fc-security-token': securityToken }),
        ...regionHeader(address.region, origin),
      },
      ...(origin === undefined ? {} : { endpoint: `${origin.protocol.toLowerCase()}://${origin.host}` }),
    });
    return await withHttpStatus(async (status) => {
      try {
        return read(await within(limit, client.invokeFunction(service, name, event, headersOf(invocation))));
      } catch (error) {
        throw named(error, status(), invocation, credentials);
      }
    });
  }

  return { invoke };
}

function headersOf({ type, taskId }: Invocation): Readonly<Record<string, string>> {
  return {
    'x-fc-invocation-type': type,
    ...(taskId === undefined ? {} : { 'x-fc-stateful-async-invocation-id': taskId }),
  };
}

function read(answer: { readonly headers: object; readonly data: unknown }): Invoked {
  const { headers, data } = answer;
  const isParsed = textOf(headers, 'content-type')?.startsWith('application/json') === true;
  return {
    answer: isParsed ? data : parseJson(data),
    errorType: textOf(headers, 'x-fc-error-type'),
    requestId: textOf(headers, 'x-fc-request-id'),
  };
}

/** What fc2 2.6.6 throws at a status that is not 2xx: its only trace of status and request id. */
const REFUSED = / failed with (\d{3})\. requestid: (.+?), message: ([\s\S]*)\.$/;

/** Names what the client threw; its messages are never passed on as they are, nor as the cause. */
function named(
  error: unknown,
  status: number | undefined,
  { effect, limit }: Invocation,
  credentials: Credentials,
): unknown {
  const operation = OPERATION;
  const name = textOf(error, 'name') ?? '';
  if (error instanceof TimeLimitReached || name === 'RequestTimeoutError') {
    return noAnswer(limit, kindOfSilence(effect, 'timeout'), operation);
  }
  const refused = REFUSED.exec(textOf(error, 'message') ?? '');
  const code = textOf(error, 'code');
  if (refused !== null) return refusal(refused, code, effect, credentials);
  if (code !== undefined) {
    const kind = kindOfSocketError(code, effect);
    return new CloudError(`the connection failed with ${code}`, { kind, operation, code });
  }
  if (status === undefined) return error;
  const kind = status >= 500 ? kindOfStatus(status, effect) : kindOfSilence(effect, 'unreadable');
  return new CloudError('an answer that says JSON and is none', { kind, operation, status });
}

/**
 * The client knows the code by `ErrorCode` alone, where the documentation writes `errorCode`: without one the status says
 * what it is, also of what something in between has answered.
 */
function refusal(
  [, statusText, requestId, said = '']: RegExpExecArray,
  code: string | undefined,
  effect: Invocation['effect'],
  credentials: Credentials,
): CloudError {
  const status = Number(statusText);
  const message = said === 'undefined' ? '' : safeMessage(code ?? '', said, credentials);
  const parts = [code ?? '', message].filter((part) => part !== '').join(': ');
  return new CloudError(`${parts === '' ? 'refused' : parts} (status ${status})`, {
    kind: status < 400 ? kindOfSilence(effect, 'unreadable') : kindOfAnswer(code ?? '', status, effect),
    operation: OPERATION,
    code,
    status,
    requestId: requestId === 'undefined' ? undefined : requestId,
  });
}
