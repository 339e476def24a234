import { formatDuration } from '../shared/core/duration';
import { type Instant, type Millis, SECOND } from '../shared/core/time';
import { shown } from './paint';
import type { Reach, World } from './world';

/** Functions answer sooner, cold ones too; whoever waits longer wants to know for what. */
const SOON: Millis = 8 * SECOND;
/** What is asked for within it is told in one sentence. */
const TOGETHER: Millis = SECOND;

/** Says on the standard error what has not answered soon, functions and APIs, and how long functions are waited for. */
export function saidToWait(reach: Reach, world: Pick<World, 'after' | 'error' | 'now'>): Reach {
  const waited = waiting(world);
  return {
    ...reach,
    round: (work) =>
      reach.round(({ functions, openApi, ...rest }) =>
        work({
          ...rest,
          functions: {
            ask: (address, event, atMost) =>
              waited({ what: `${address.name} in ${address.region}`, atMost }, () =>
                functions.ask(address, event, atMost),
              ),
          },
          openApi: {
            call: (call) =>
              waited({ what: `${call.product}.${call.action} in ${call.region}` }, () => openApi.call(call)),
          },
        }),
      ),
  };
}

interface Wait {
  readonly what: string;
  /** Absent where it depends on how often it is tried. */
  readonly atMost?: Millis;
}

/** What was asked for at one time and has not answered. */
interface Batch {
  readonly begun: Instant;
  readonly waits: Set<Wait>;
  readonly cancel: () => void;
}

function waiting({ after, error, now }: Pick<World, 'after' | 'error' | 'now'>) {
  let latest: Batch | undefined;

  function begin(): Batch {
    const waits = new Set<Wait>();
    const cancel = after(SOON, () => {
      latest = undefined;
      error(shown(sentence([...waits])));
    });
    return { begun: now(), waits, cancel };
  }

  return async <T>(wait: Wait, work: () => Promise<T>): Promise<T> => {
    const batch = latest !== undefined && now() - latest.begun < TOGETHER ? latest : begin();
    latest = batch;
    batch.waits.add(wait);
    try {
      return await work();
    } finally {
      batch.waits.delete(wait);
      if (batch.waits.size === 0) {
        batch.cancel();
        if (latest === batch) latest = undefined;
      }
    }
  };
}

function sentence(waits: readonly Wait[]): string {
  const what = [...new Set(waits.map((wait) => wait.what))].join(', ');
  const limits = waits.flatMap(({ atMost }) => atMost ?? []);
  const end = limits.length < waits.length ? '' : `, given up after ${formatDuration(Math.max(...limits))}`;
  return `Waiting for ${what}: no answer yet${end}.`;
}
