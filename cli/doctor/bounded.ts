import type { OpenApi } from '../../shared/cloud/seams';

/** RAM and Function Compute throttle whoever asks much at once; with less than this nobody waits noticeably longer. */
const AT_ONCE = 6;

/** At most so many calls at a time; the others wait for their turn. */
export function bounded(openApi: OpenApi): OpenApi {
  const waiting: (() => void)[] = [];
  let free = AT_ONCE;

  async function turn(): Promise<void> {
    if (free > 0) {
      free -= 1;
      return;
    }
    await new Promise<void>((resolve) => waiting.push(resolve));
  }

  function next(): void {
    const first = waiting.shift();
    if (first === undefined) free += 1;
    else first();
  }

  return {
    call: async (wanted) => {
      await turn();
      try {
        return await openApi.call(wanted);
      } finally {
        next();
      }
    },
  };
}
