/**
 * Like `Promise.all`, but waits for all work to end before it rejects with the first failure, so that none goes on
 * behind the back of a caller who has given up.
 */
export async function together<T extends readonly unknown[] | []>(
  work: T,
): Promise<{ -readonly [P in keyof T]: Awaited<T[P]> }> {
  try {
    return await Promise.all(work);
  } catch (error) {
    await Promise.allSettled(work);
    throw error;
  }
}
