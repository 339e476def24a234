import { z } from 'zod';
import { CloudError } from '../errors';
import { readAnswer } from './answer';
import { kindOfAnswer } from './error-codes';
import type { OpenApiCall } from './seams';

/** What every answer of CloudMonitor begins with: it also says in the body, with HTTP status 200, that it failed. */
const Verdict = z.object({
  Success: z.union([z.boolean(), z.string()]).optional(),
  Code: z.union([z.string(), z.number()]).optional(),
  Message: z.string().optional().catch(undefined),
  RequestId: z.string().optional().catch(undefined),
});

/** Nothing beyond that verdict, for calls that are only to be done. */
export const Nothing = z.object({});

/** Reads an answer of CloudMonitor that says that it succeeded, or one of a query that says nothing of it. Throws CloudError. */
export function readSuccess<T>(schema: z.ZodType<T>, body: unknown, { action, effect }: OpenApiCall): T {
  const operation = `cms.${action}`;
  const { Code, Message, RequestId, Success } = readAnswer(Verdict, body, operation);
  const code = String(Code ?? '200');
  if (code !== '200' || String(Success ?? true).toLowerCase() !== 'true') {
    const facts = { kind: kindOfAnswer(code, 200, effect), operation, code, requestId: RequestId };
    throw new CloudError(`${code}: ${Message ?? 'no message'}`, facts);
  }
  if (effect !== 'read' && Code === undefined && Success === undefined)
    throw new CloudError('the answer does not say whether it was done', { kind: 'unreadable', operation });
  return readAnswer(schema, body, operation);
}
