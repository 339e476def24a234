import type { z } from 'zod';
import type { Reading } from '../core/gateway';
import { shortened } from '../core/words';
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
  const reading = readPart(schema, answer, what);
  if (reading.ok) return reading.value;
  throw new CloudError(reading.problem, { kind: 'unreadable', operation });
}

/**
 * Like {@link readAnswer}, for a part of an answer whose other parts are good without it. What somebody wrote wrongly
 * stays so until a person corrects it.
 */
export function readPart<T>(schema: z.ZodType<T>, part: unknown, what: string): Reading<T> {
  const result = schema.safeParse(part);
  if (result.success) return { ok: true, value: result.data };
  const problems = result.error.issues.map(
    ({ path, message }) => `${path.map(String).join('.') || 'body'}: ${message}`,
  );
  return { ok: false, problem: shorten(`${what} cannot be read: ${problems.join('; ')}`), needsPerson: true };
}

/** Cuts a message that somebody else wrote to a length that fits a log line. */
export function shorten(message: string): string {
  return shortened(message, MESSAGE_LENGTH);
}
