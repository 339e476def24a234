/** What is taken back from a cluster: the minimum of autoscalers, and the journal, which goes last. Pure. */

import type { Journal, Original, Reading } from '../gateway';
import { activeFreeze } from '../limits';
import { standing } from '../standing';
import type { Instant } from '../time';
import type { Leaving } from './leaving';
import { releaseFirst } from './writing';

export type ClusterStep =
  | { readonly do: 'give-back'; readonly original: Original; readonly seen: FieldSeen }
  /** `ends`: what people asked for and what goes with it. Where only observing is configured it has no effect any more. */
  | { readonly do: 'delete-journal'; readonly ends: readonly string[] };

/** What a field holds now; `undefined` when the object does not have it. */
export interface FieldSeen {
  readonly value: number | undefined;
  /** What is taken away with it, so that nothing empty stays: its own path, or that of what holds nothing else. */
  readonly whole: readonly string[];
  readonly resourceVersion: string;
}

export interface ClusterToLeave {
  readonly at: Instant;
  readonly journal: Journal;
  /** Names of the Services of extra CLBs that are still there. */
  readonly extras: readonly string[];
  /** Keys of somebody else in its ConfigMap. */
  readonly others: readonly string[];
  /** What the fields hold now that were written, in the order of {@link originalsIn}. */
  readonly fields: readonly Reading<FieldSeen | 'gone'>[];
}

export function originalsIn({ gateways }: Journal): readonly Original[] {
  return Object.values(gateways).flatMap((entry) => (entry.ok ? entry.value.originals : []));
}

export function leaveCluster({ at, extras, fields, journal, others }: ClusterToLeave): Leaving<ClusterStep> {
  const freeze = activeFreeze(journal.freeze, at);
  const originals = originalsIn(journal).map((original, index) => judged(original, fields[index] ?? GONE));
  return {
    refusals: [
      ...(freeze === undefined ? [] : [`the cluster is frozen by ${freeze.owner}: ${freeze.reason}; unfreeze first`]),
      ...extras.map((name) => `Service ${name} of an extra CLB is still there; ${releaseFirst()}`),
      ...Object.entries(journal.gateways).flatMap(([gateway, entry]) =>
        entry.ok
          ? []
          : [`what the journal has on ${gateway} is not understood (${entry.problem}): mend or delete that key`],
      ),
      ...originals.flatMap(({ refusals }) => refusals),
    ],
    steps: [
      ...originals.flatMap(({ steps }) => steps),
      ...(isThere(journal, others) ? [{ do: 'delete-journal', ends: ending(journal, at) } as const] : []),
    ],
    left: [
      ...originals.flatMap(({ left }) => left),
      ...(others.length === 0
        ? []
        : [`the ConfigMap of the journal stays for what others keep in it: ${others.join(', ')}`]),
    ],
  };
}

/** Whether anything in the ConfigMap is ours, which is all of it where nobody else has a key there. */
function isThere({ freeze, gateways, resourceVersion }: Journal, others: readonly string[]): boolean {
  if (resourceVersion === undefined) return false;
  return others.length === 0 || freeze !== undefined || Object.keys(gateways).length > 0;
}

function judged(original: Original, seen: Reading<FieldSeen | 'gone'>): Leaving<ClusterStep> {
  const what = fieldWords(original);
  const { ours, value } = original;
  if (!seen.ok) return { ...NOTHING, refusals: [`${what} could not be read: ${seen.problem}`] };
  if (seen.value === 'gone') return NOTHING;
  const now = seen.value.value;
  if (now === value) return NOTHING;
  const was = value ?? 'not set';
  if (now === undefined) {
    return { ...NOTHING, left: [`${what} stays not set, which somebody else removed; it was ${was} before us`] };
  }
  if (!ours.includes(now)) {
    return { ...NOTHING, left: [`${what} stays ${now}, which somebody else wrote; it was ${was} before us`] };
  }
  // Nobody but us scales by it, and what is there may be what the load needs.
  if (original.field.at(-1) === 'replicaCount') {
    return { ...NOTHING, left: [`${what} stays ${now}, which is what runs; it was ${was} before us`] };
  }
  return { ...NOTHING, steps: [{ do: 'give-back', original, seen: seen.value }] };
}

const GONE = { ok: true, value: 'gone' } as const;
const NOTHING: Leaving<ClusterStep> = { refusals: [], steps: [], left: [] };

/** For example `spec.minReplicas of HorizontalPodAutoscaler istio-system/web`. */
export function fieldWords({ field, kind, name, namespace }: Original): string {
  return `${field.join('.')} of ${kind} ${namespace}/${name}`;
}

function ending({ gateways }: Journal, at: Instant): readonly string[] {
  return Object.entries(gateways).flatMap(([gateway, entry]) =>
    entry.ok ? standing(entry.value, at).map((words) => `${gateway} ${words}`) : [],
  );
}
