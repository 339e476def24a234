import type { z } from 'zod';
import { CloudError } from '../errors';

/** Longest piece of a vendor's message that goes into ours. */
const MESSAGE_LENGTH = 300;

/**
 * Checks an answer against the shape that we need of it. Throws CloudError `unreadable`, naming the fields that are
 * wrong and never their values.
 *
 * @param what the thing that was read, for example `Deployment istio-system/istio-ingressgateway`
 */
export function readAnswer<T>(schema: z.ZodType<T>, answer: unknown, operation: string, what = 'the answer'): T {
  const result = schema.safeParse(answer);
  if (result.success) return result.data;
  const problems = result.error.issues.map(
    ({ path, message }) => `${path.map(String).join('.') || 'body'}: ${message}`,
  );
  throw new CloudError(shorten(`${what} cannot be read: ${problems.join('; ')}`), { kind: 'unreadable', operation });
}

/** Cuts a message that somebody else wrote to a length that fits a log line. */
export function shorten(message: string): string {
  return message.length <= MESSAGE_LENGTH ? message : `${message.slice(0, MESSAGE_LENGTH - 1)}…`;
}
