import { z } from 'zod';
import { InvalidInput } from '../errors';
import type { Credentials } from '../ports';

/**
 * What Function Compute passes beside the event (Node.js runtime, FC 3.0); only what we need. Credentials are those of the
 * function's role, fresh at each invocation.
 */
export const InvocationContext = z.object({
  requestId: z.string(),
  credentials: z.object({
    accessKeyId: z.string().min(1),
    accessKeySecret: z.string().min(1),
    securityToken: z.string().min(1),
  }),
  function: z.object({
    name: z.string(),
    /** Seconds. */
    timeout: z.number().positive(),
    /** MB. Not in every runtime's context, and nothing but a check needs it. */
    memory: z.number().positive().optional().catch(undefined),
  }),
  region: z.string().min(1),
  /** Of the account. As `memory`. */
  accountId: z.string().min(1).optional().catch(undefined),
});
const Origin = InvocationContext.pick({ requestId: true, region: true });
export type InvocationContext = z.infer<typeof InvocationContext> & { readonly credentials: Credentials };

/** What every log line says of an invocation; nothing where its context cannot be used. */
export function originOf(context: unknown): { readonly requestId?: string; readonly region?: string } {
  const { data } = Origin.safeParse(context);
  return data ?? {};
}

/** @throws InvalidInput naming the fields that are missing, never their values: some of them are secret */
export function parseContext(context: unknown): InvocationContext {
  const parsed = InvocationContext.safeParse(context);
  if (parsed.success) return parsed.data;
  const fields = parsed.error.issues.map(({ path }) => path.join('.') || 'context');
  throw new InvalidInput(
    `the invocation has no usable context (${fields.join(', ')}); does the function have a role?`,
    fields,
  );
}
