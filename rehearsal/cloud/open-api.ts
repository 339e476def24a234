import type { Product } from '../../shared/cloud/seams';
import type { Instant } from '../../shared/core/time';
import { show } from '../shown';
import type { Exchange, Gate } from './gate';
import {
  ApiRefusal,
  type CallContext,
  type Operation,
  type Parameters,
  type ProductModule,
} from './products/operation';
import type { Regions } from './regions';
import { jsonReply, type Reply } from './reply';

/** An OpenAPI call, whatever face it came in by. */
export interface ApiRequest {
  readonly product: Product | undefined;
  /** Absent in the process, where the product is named and the version is the first of it unless told. */
  readonly version?: string;
  readonly action: string;
  readonly method: string;
  /** Decoded segments are read from it; `/` for RPC. */
  readonly path: string;
  readonly parameters: Parameters;
  readonly context: CallContext;
  /** Refuses callers that are not who they say; the in-process face has no such check. */
  readonly authenticate?: () => void;
}

/**
 * The products' operations behind one gate. Refusals become answers; anything else that is thrown is a bug.
 *
 * @param now the clock that the answers are dated by, which is the one that the dates of signatures are compared with
 */
export function createProducts(
  modules: readonly ProductModule[],
  gate: Gate,
  regions: Regions,
  now: () => Instant,
): (request: ApiRequest) => Promise<Exchange> {
  return (request) => {
    const module = modules.find(
      ({ product, version }) => (request.product ?? product) === product && (request.version ?? version) === version,
    );
    const errorFields = module?.errorFields ?? 'Code';
    const { requestId } = request.context;

    function refuse(status: number, code: string, message: string): Reply {
      return {
        ...jsonReply(status, errorBody(errorFields, requestId, code, message), headersOf(requestId, now())),
        code,
      };
    }

    async function carryOut(): Promise<Reply> {
      try {
        request.authenticate?.();
        const { operation, inPath } = find(module, request);
        const parameters = { ...request.parameters, ...inPath };
        show('call', () => Object.values(parameters).join(' '));
        const answer = await operation.answer(parameters, request.context);
        return isReply(answer)
          ? answer
          : jsonReply(200, { RequestId: requestId, ...answer }, headersOf(requestId, now()));
      } catch (thrown) {
        if (thrown instanceof ApiRefusal) return refuse(thrown.status, thrown.code, thrown.message);
        throw thrown;
      }
    }

    const name = `${module?.product ?? request.product ?? 'unknown'}.${request.action}`;
    function silent(): boolean {
      const region = module === undefined ? undefined : regionOf(module, request);
      if (region === undefined) return false;
      // Functions run on, and so does what invokes them.
      return module?.product === 'fc' ? !regions.isAlive(region) : !regions.hasControl(region);
    }

    return gate.pass({ face: 'openapi', operation: name, silent, carryOut, refuse });
  };
}

/** A call that is refused anyway is for the region of its endpoint. */
function regionOf(module: ProductModule, { action, context, parameters, path }: ApiRequest): string | undefined {
  if (module.regionOf === undefined) return undefined;
  const operation = Object.hasOwn(module.operations, action) ? module.operations[action] : undefined;
  const inPath = operation?.roa === undefined ? {} : (pathParameters(operation.roa.path, path) ?? {});
  return module.regionOf({ ...parameters, ...inPath }, context) ?? context.region;
}

function isReply(answer: object | Reply): answer is Reply {
  return 'status' in answer && 'headers' in answer && 'body' in answer;
}

function find(
  module: ProductModule | undefined,
  request: ApiRequest,
): { readonly operation: Operation; readonly inPath: Parameters } {
  if (module === undefined) {
    if (request.product === undefined)
      throw new ApiRefusal(400, 'InvalidVersion', 'Specified parameter Version is not valid.');
    throw notFound();
  }
  const { action, method, path } = request;
  const operation = Object.hasOwn(module.operations, action) ? module.operations[action] : undefined;
  if (operation === undefined) throw notFound();
  if (operation.roa === undefined) return { operation, inPath: {} };
  const inPath = pathParameters(operation.roa.path, path);
  if (method !== operation.roa.method || inPath === undefined) throw notFound();
  return { operation, inPath };
}

function notFound(): ApiRefusal {
  return new ApiRefusal(404, 'InvalidAction.NotFound', 'Specified api is not found, please check your url and method.');
}

/** Values of the `{Parameter}` places; undefined when the path is another one. */
function pathParameters(pattern: string, path: string): Parameters | undefined {
  const wanted = pattern.split('/');
  const given = path.split('/');
  if (wanted.length !== given.length) return undefined;
  const values: [string, string][] = [];
  for (const [index, part] of wanted.entries()) {
    const segment = given[index] ?? '';
    if (part.startsWith('{')) values.push([part.slice(1, -1), decodeURIComponent(segment)]);
    else if (part !== segment) return undefined;
  }
  return Object.fromEntries(values);
}

function errorBody(fields: ProductModule['errorFields'], requestId: string, code: string, message: string): object {
  if (fields === 'code') return { code, message, requestId };
  if (fields === 'ErrorCode') return { ErrorCode: code, ErrorMessage: message };
  return { RequestId: requestId, HostId: 'rehearsal', Code: code, Message: message };
}

function headersOf(requestId: string, now: Instant): Readonly<Record<string, string>> {
  return { 'x-acs-request-id': requestId, date: new Date(now).toUTCString() };
}
