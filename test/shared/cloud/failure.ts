import { CloudError } from '../../../shared/errors';

/** The CloudError that a promise rejects with; anything else fails the test. */
export async function failureOf(work: Promise<unknown>): Promise<CloudError> {
  try {
    await work;
  } catch (error) {
    if (error instanceof CloudError) return error;
    throw error;
  }
  throw new Error('it did not fail');
}
