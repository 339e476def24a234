import type { Reading } from '../core/gateway';
import { CloudError } from '../errors';

/** What an adapter can do without becomes a problem where it cannot be read; shared/run has the same, since neither may import the other. */
export async function reading<T>(work: Promise<T>): Promise<Reading<T>> {
  try {
    return { ok: true, value: await work };
  } catch (error) {
    if (!(error instanceof CloudError)) throw error;
    return { ok: false, problem: error.message, needsPerson: error.needsPerson };
  }
}
