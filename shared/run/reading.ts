import type { Reading } from '../core/gateway';
import { CloudError } from '../errors';

/**
 * Makes a failing cloud an answer; anything else that fails is a bug and passes.
 *
 * @param problemOf what is said of the failure
 */
export async function reading<T>(
  work: Promise<T>,
  problemOf: (error: CloudError) => string = ({ message }) => message,
): Promise<Reading<T>> {
  try {
    return { ok: true, value: await work };
  } catch (error) {
    if (!(error instanceof CloudError)) throw error;
    return { ok: false, problem: problemOf(error), needsPerson: error.needsPerson };
  }
}
