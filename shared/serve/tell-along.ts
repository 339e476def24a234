import type { Telling, Tidings } from './notices';

/** Tells people of the looks of one invocation while it goes on. */
export interface TellingAlong {
  /** Does not wait: what is told runs beside whatever comes next, one message of a channel after the other. */
  readonly tell: (tidings: Tidings) => void;
  /** Waits for all of it, and sends what a channel was left alone for in the meantime. */
  readonly told: () => Promise<Telling>;
}

const NOTHING: Tidings = { news: [], well: [], requestIds: [] };

/** @param one tells people of one look: `tellPeople` */
export function tellAlong(one: (tidings: Tidings) => Promise<Telling>): TellingAlong {
  let latest: Promise<Telling> = Promise.resolve({});
  const tell = (tidings: Tidings): void => {
    latest = latest.then(async (before) => together(before, await one(tidings)));
    // Who asks what was told hears of it; until then it is nobody's.
    latest.catch(() => undefined);
  };
  return {
    tell,
    told: async () => {
      if ((await latest).notifyWaiting !== undefined) tell(NOTHING);
      return latest;
    },
  };
}

/** Of two messages to the same channels. What waits is what waited last. */
function together(before: Telling, after: Telling): Telling {
  const notified = { ...before.notified };
  for (const [channel, sent] of Object.entries(after.notified ?? {}))
    notified[channel] = (notified[channel] ?? 0) + sent;
  const notifyProblems = { ...before.notifyProblems, ...after.notifyProblems };
  const { notifyWaiting } = after;
  return {
    ...(Object.keys(notified).length === 0 ? {} : { notified }),
    ...(Object.keys(notifyProblems).length === 0 ? {} : { notifyProblems }),
    ...(notifyWaiting === undefined ? {} : { notifyWaiting }),
  };
}
