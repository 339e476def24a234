import { type Millis, SECOND } from '../core/time';
import { CloudError } from '../errors';
import { FOR_A_CALL, sleepInTime, type Waiting } from './time-left';

/** The vendor makes writes to one zone wait for each other, 2 to 5 s by what its clients have seen (`LastOperationNotFinished`). */
export const BUSY: Millis = 2 * SECOND;
const ATTEMPTS = 5;

/** Whether an answer says that nothing was done because something else is under way. */
export function isBusy({ kind }: CloudError): boolean {
  return kind === 'busy' || kind === 'throttled';
}

/**
 * Does work whose writes may be refused because the zone is busy, again after a while. Only for what may be repeated from its
 * start: additions with their preconditions, never removals.
 */
export async function whenFree<T>(waiting: Waiting, work: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await work();
    } catch (error) {
      const again = error instanceof CloudError && isBusy(error) && attempt < ATTEMPTS;
      if (!again || !(await sleepInTime(waiting, BUSY, FOR_A_CALL))) throw error;
    }
  }
}
