import { HOUR, type Instant, type Millis } from '../../../shared/core/time';
import type { LoadBalancer } from './instance';

/** What was true of every instance during the last hour: lists may show the past. */
export interface Register {
  /** Those that exist, in the order in which they were made. */
  present(): Iterable<LoadBalancer>;
  /** Those that existed at a moment, as they were then. */
  at(moment: Instant): readonly LoadBalancer[];
  find(id: string): LoadBalancer | undefined;
  /** Whether there is or was one of this id. */
  knows(id: string): boolean;
  put(clb: LoadBalancer, since: Instant): void;
  remove(id: string, since: Instant): void;
}

interface Entry {
  readonly since: Instant;
  /** `undefined` once it is gone. */
  readonly clb: LoadBalancer | undefined;
}

/** How far back a list may lag. */
const MEMORY: Millis = HOUR;

export function createRegister(): Register {
  const histories = new Map<string, readonly Entry[]>();
  const existing = new Map<string, LoadBalancer>();

  function note(id: string, entry: Entry): void {
    const known = histories.get(id) ?? [];
    const oldest = known.findLastIndex(({ since }) => since <= entry.since - MEMORY);
    histories.set(id, [...known.slice(Math.max(0, oldest)), entry]);
  }

  return {
    present: () => existing.values(),
    at: (moment) =>
      [...histories.values()].flatMap((history) => {
        const clb = history.findLast(({ since }) => since <= moment)?.clb;
        return clb === undefined ? [] : [clb];
      }),
    find: (id) => existing.get(id),
    knows: (id) => histories.has(id),
    put: (clb, since) => {
      existing.set(clb.id, clb);
      note(clb.id, { since, clb });
    },
    remove: (id, since) => {
      existing.delete(id);
      note(id, { since, clb: undefined });
    },
  };
}
