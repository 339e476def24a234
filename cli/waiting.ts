import { formatDuration } from '../shared/core/duration';
import { type Millis, SECOND } from '../shared/core/time';
import { shown } from './paint';
import type { Reach, Reached, World } from './world';

/** Functions answer sooner, cold ones too; whoever waits longer wants to know for what. */
const SOON: Millis = 8 * SECOND;

interface Wait {
  readonly what: string;
  readonly atMost: Millis;
}

/** Says on the standard error which functions have not answered soon, and how long they are waited for. */
export function saidToWait(reach: Reach, world: Pick<World, 'after' | 'error'>): Reach {
  return {
    ...reach,
    round: (work) => reach.round(({ functions, ...rest }) => work({ ...rest, functions: noticing(functions, world) })),
  };
}

/** Those that are asked side by side are one sentence. */
function noticing(
  functions: Reached['functions'],
  { after, error }: Pick<World, 'after' | 'error'>,
): Reached['functions'] {
  const waits = new Set<Wait>();
  let cancel: (() => void) | undefined;
  const say = (): void => {
    cancel = undefined;
    error(shown(sentence([...waits])));
    waits.clear();
  };
  return {
    ask: async (address, event, timeout) => {
      const wait = { what: `${address.name} in ${address.region}`, atMost: timeout };
      waits.add(wait);
      cancel ??= after(SOON, say);
      try {
        return await functions.ask(address, event, timeout);
      } finally {
        waits.delete(wait);
        if (waits.size === 0) {
          cancel?.();
          cancel = undefined;
        }
      }
    },
  };
}

function sentence(waits: readonly Wait[]): string {
  const longest = Math.max(...waits.map(({ atMost }) => atMost));
  return `Waiting for ${waits.map(({ what }) => what).join(', ')}: no answer yet, given up after ${formatDuration(longest)}.`;
}
