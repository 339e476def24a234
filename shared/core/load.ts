import { type Instant, MINUTE, type Millis } from './time';

/**
 * A load that falls to half may be an outage before everybody comes back at once (Netflix, "Scryer", 2013); this long it
 * is no reason to take anything away.
 */
export const DROP_REMEMBERED: Millis = 10 * MINUTE;

/** The load of a gateway in one minute, summed over its load balancers. */
export interface LoadPoint {
  /** End of the minute. */
  readonly at: Instant;
  readonly value: number;
  /** How many of the load balancers had no sample for this minute; the value is then a lower bound. */
  readonly missing: number;
}

export interface Sample {
  readonly at: Instant;
  readonly value: number;
}

/**
 * One metric of the load balancers of a gateway together, minute by minute: their sum, or the highest of them.
 *
 * @param samples per load balancer, one-minute periods, any order
 * @param loadBalancerIds those that count; one without samples makes every minute incomplete, never zero
 * @param unknown load balancers that carry load but whose ids are not known, so that no minute is complete
 * @returns minutes with at least one sample, oldest first
 */
export function combineLoad(
  samples: ReadonlyMap<string, readonly Sample[]>,
  loadBalancerIds: readonly string[],
  unknown = 0,
  combine: 'sum' | 'max' = 'sum',
): readonly LoadPoint[] {
  const minutes = new Map<Instant, Map<string, number>>();
  for (const id of loadBalancerIds) {
    for (const { at, value } of samples.get(id) ?? []) {
      const minute = Math.round(at / MINUTE) * MINUTE;
      const values = minutes.get(minute) ?? new Map<string, number>();
      minutes.set(minute, values.set(id, value));
    }
  }
  return [...minutes]
    .map(([at, values]) => ({
      at,
      value: [...values.values()].reduce((all, value) => (combine === 'sum' ? all + value : Math.max(all, value)), 0),
      missing: loadBalancerIds.length - values.size + unknown,
    }))
    .sort((a, b) => a.at - b.at);
}

/** The newest minute that is complete and young enough: the only kind that a scale-in may rest on. */
export function newestComplete(points: readonly LoadPoint[], at: Instant, maxAge: Millis): LoadPoint | undefined {
  return young(points, at, maxAge).findLast((point) => point.missing === 0);
}

/**
 * The minute that a scale-out rests on: the newest complete one, or a later partial one where even the load balancers that
 * are known already carry more.
 */
export function newestKnown(points: readonly LoadPoint[], at: Instant, maxAge: Millis): LoadPoint | undefined {
  const complete = newestComplete(points, at, maxAge);
  const later = young(points, at, maxAge).filter((point) => point.at > (complete?.at ?? Number.NEGATIVE_INFINITY));
  const heavier = later.filter((point) => point.value > (complete?.value ?? Number.NEGATIVE_INFINITY));
  return complete === undefined ? later.at(-1) : (heavier.at(-1) ?? complete);
}

function young(points: readonly LoadPoint[], at: Instant, maxAge: Millis): readonly LoadPoint[] {
  return points.filter((point) => point.at <= at && at - point.at <= maxAge);
}

/** The points of the window that ends with `newest`; a window of 0 is that point alone. */
export function windowOf(points: readonly LoadPoint[], newest: LoadPoint, window: Millis): readonly LoadPoint[] {
  return points.filter((point) => point.at <= newest.at && point.at > newest.at - Math.max(window, MINUTE));
}

/** Whether every minute of the window that ends with `newest` is there and complete. */
export function isComplete(points: readonly LoadPoint[], newest: LoadPoint, window: Millis): boolean {
  const minutes = Math.ceil(Math.max(window, MINUTE) / MINUTE);
  return windowOf(points, newest, window).filter((point) => point.missing === 0).length >= minutes;
}

/** Enough minutes that the longest window still fits behind the latest sample that counts as young. */
export function historyNeeded(policy: {
  readonly metricMaxAge: Millis;
  readonly scaleUp: { readonly stabilizationWindow: Millis };
  readonly scaleDown: { readonly stabilizationWindow: Millis };
}): Millis {
  const { metricMaxAge, scaleDown, scaleUp } = policy;
  return Math.max(scaleDown.stabilizationWindow, scaleUp.stabilizationWindow, DROP_REMEMBERED) + metricMaxAge;
}
