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

/** Reads an answer of CloudMonitor that says that it succeeded. Throws CloudError. */
export function readSuccess<T>(schema: z.ZodType<T>, body: unknown, { action, effect }: OpenApiCall): T {
  const operation = `cms.${action}`;
  const { Code, Message, RequestId, Success } = readAnswer(Verdict, body, operation);
  const code = String(Code ?? '200');
  if (code !== '200' || String(Success ?? true).toLowerCase() !== 'true') {
    const facts = { kind: kindOfAnswer(code, 200, effect), operation, code, requestId: RequestId };
    throw new CloudError(`${code}: ${Message ?? 'no message'}`, facts);
  }
  return readAnswer(schema, body, operation);
}
