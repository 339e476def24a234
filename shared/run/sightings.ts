import type { AddressState, AddressVerdict, Isolation, Thresholds } from '../core/probe';
import { disregarded, judged, noted, type ProbeSeen, unprobed } from '../core/probing';
import type { Instant } from '../core/time';

/** An address whose state is another than the asker knows. */
export interface StateChange {
  readonly address: string;
  readonly from: AddressState;
  readonly to: AddressState;
  /** Of the last probe; empty when it went well. */
  readonly why: string;
}

/** What one watch has seen so far. What is seen while isolated counts nothing. */
export interface Sightings {
  /** @param beganAt when the probe did */
  see(address: string, seen: ProbeSeen, beganAt: Instant): void;
  /** Takes what a round of control targets said. */
  hear(isolation: Isolation, at: Instant): void;
  isIsolated(): boolean;
  /** Whether an address is no longer what was known of it or, when nothing was, what it was found to be first. */
  hasNews(): boolean;
  verdicts(): readonly AddressVerdict[];
  changes(): readonly StateChange[];
}

/** @param failed failures in a row that were seen right before */
export function createSightings(
  addresses: readonly string[],
  known: ReadonlyMap<string, AddressState>,
  thresholds: Thresholds,
  failed: ReadonlyMap<string, number> = new Map(),
): Sightings {
  const knownOf = (address: string): AddressState => known.get(address) ?? 'unknown';
  const verdicts = new Map(
    addresses.map((address) => [address, unprobed(address, knownOf(address), failed.get(address))]),
  );
  const found = new Map<string, AddressState>();
  let isolated = false;
  /** A probe that began before may have failed for the isolation alone. */
  let trustedFrom: Instant = Number.NEGATIVE_INFINITY;
  const all = (): readonly AddressVerdict[] => [...verdicts.values()];

  return {
    see: (address, seen, beganAt) => {
      const before = verdicts.get(address);
      if (before === undefined) throw new Error(`${address} is not watched`);
      const counts = !isolated && beganAt >= trustedFrom;
      const verdict = counts ? judged(before, seen, thresholds) : noted(before, seen);
      verdicts.set(address, verdict);
      const isFirst = knownOf(address) === 'unknown' && !found.has(address);
      if (isFirst && verdict.state !== 'unknown') found.set(address, verdict.state);
    },
    hear: (isolation, at) => {
      if (isolated && !isolation.isolated) trustedFrom = at;
      isolated = isolation.isolated;
      if (!isolated) return;
      found.clear();
      for (const verdict of all()) verdicts.set(verdict.address, disregarded(verdict, knownOf(verdict.address)));
    },
    isIsolated: () => isolated,
    hasNews: () => all().some(({ address, state }) => state !== (found.get(address) ?? knownOf(address))),
    verdicts: all,
    changes: () =>
      all().flatMap(({ address, state: to, why }) => {
        const from = knownOf(address);
        return from === to ? [] : [{ address, from, to, why }];
      }),
  };
}
