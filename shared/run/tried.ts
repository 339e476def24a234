import type { Tried, Untried } from '../core/check/self-check';
import { CloudError } from '../errors';

/** As `reading`, with what it says of whoever was asked; anything else that fails is a bug and passes. */
export async function tried<T>(work: Promise<T>): Promise<Tried<T>> {
  try {
    return { ok: true, value: await work };
  } catch (error) {
    if (!(error instanceof CloudError)) throw error;
    const { code, message } = error;
    return { ok: false, why: whyOf(error), problem: message, code };
  }
}

function whyOf({ kind, status }: CloudError): Untried['why'] {
  switch (kind) {
    case 'permission':
      return 'denied';
    case 'not-found':
      return 'absent';
    case 'timeout':
      return 'silent';
    case 'unavailable':
      // With a status somebody answered, if only that they cannot.
      return status === undefined ? 'silent' : 'failed';
    default:
      return 'failed';
  }
}
