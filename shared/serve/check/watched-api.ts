import type { OpenApi } from '../../cloud/seams';
import { type ClockSeen, skewOf } from '../../core/check/invocation';
import { type Instant, type Millis, SECOND } from '../../core/time';
import type { Clock } from '../../ports';

/** An API whose answers tell the time, and which waits for none of them for long. */
export interface WatchedApi {
  readonly openApi: OpenApi;
  readonly clocks: readonly ClockSeen[];
  /** The vendor's clock by the answers so far; `undefined` when none said. */
  vendorNow(): Instant | undefined;
}

/** Of each reading, all of its attempts together: everything goes on side by side, and what is slow is unknown. */
const READ_LIMIT: Millis = 8 * SECOND;

export function watchedApi(openApi: OpenApi, clock: Clock): WatchedApi {
  const clocks: ClockSeen[] = [];
  return {
    openApi: {
      call: async (call) => {
        const sent = clock.now();
        const answer = await openApi.call({ limit: READ_LIMIT, ...call });
        if (answer.date !== undefined) clocks.push({ vendor: answer.date, sent, received: clock.now() });
        return answer;
      },
    },
    clocks,
    vendorNow: () => {
      const last = clocks.at(-1);
      return last === undefined ? undefined : clock.now() - skewOf(last);
    },
  };
}
