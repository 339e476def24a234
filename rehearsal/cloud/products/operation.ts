import type { z } from 'zod';
import type { Product } from '../../../shared/cloud/seams';
import type { Basis } from '../behaviour';
import type { Reply } from '../reply';

/** A product of the emulated cloud: a table of operations. */
export interface ProductModule {
  readonly product: Product;
  /** The date that the product calls its API version. */
  readonly version: string;
  /** How the product spells the fields of an error body. */
  readonly errorFields: 'Code' | 'code' | 'ErrorCode';
  readonly operations: Readonly<Record<string, Operation>>;
  /** The region that a call is for, where its parameters say; absent for products that are in none. */
  readonly regionOf?: (parameters: Parameters, context: CallContext) => string | undefined;
}

export interface Operation {
  /** What is imitated, in one line. */
  readonly what: string;
  readonly basis: Basis;
  /** ROA only: method and path with `{Parameter}` places. */
  readonly roa?: { readonly method: string; readonly path: string };
  /** Throws ApiRefusal. */
  answer(parameters: Parameters, context: CallContext): Promise<object | Reply> | object | Reply;
}

/** As they travel: text. */
export type Parameters = Readonly<Record<string, string>>;

export interface CallContext {
  readonly requestId: string;
  /** Region of the endpoint; undefined where one endpoint stands for all regions. */
  readonly region: string | undefined;
  /** Where the face that was called can be reached, for example `http://127.0.0.1:8080`. */
  readonly baseUrl: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

/** A refusal of an Alibaba Cloud API. */
export class ApiRefusal extends Error {
  override readonly name = 'ApiRefusal';

  constructor(
    readonly status: number,
    readonly code: string,
    message: string,
  ) {
    super(message);
  }
}

/** Makes an operation whose parameters are checked before `handle` sees them. */
export function operation<T>(definition: {
  readonly what: string;
  readonly basis: Basis;
  readonly roa?: { readonly method: string; readonly path: string };
  readonly parameters: z.ZodType<T>;
  readonly handle: (parameters: T, context: CallContext) => Promise<object | Reply> | object | Reply;
}): Operation {
  const { parameters, handle, ...shown } = definition;
  function answer(given: Parameters, context: CallContext): Promise<object | Reply> | object | Reply {
    const result = parameters.safeParse(given);
    if (result.success) return handle(result.data, context);
    const issue = result.error.issues[0];
    const name = String(issue?.path[0] ?? '');
    throw (given[name] ?? '') === '' ? missingParameter(name) : invalidParameter(name, issue?.message ?? '');
  }
  return { ...shown, answer };
}

/** Code and wording as seen from ECS (teamssix/cf issue 211, 2023-02). */
export function missingParameter(name: string): ApiRefusal {
  return new ApiRefusal(
    400,
    'MissingParameter',
    `The input parameter "${name}" that is mandatory for processing this request is not supplied.`,
  );
}

export function invalidParameter(name: string, why: string): ApiRefusal {
  return new ApiRefusal(400, 'InvalidParameter', `The specified parameter "${name}" is not valid. ${why}`);
}
