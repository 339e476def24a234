import { type Instant, MINUTE, type Millis } from './time';

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
 * Sums one metric over the load balancers of a gateway, minute by minute.
 *
 * @param samples per load balancer, one-minute periods, any order
 * @param loadBalancerIds those that count; one without samples makes every minute incomplete, never zero
 * @returns minutes with at least one sample, oldest first
 */
export function sumLoad(
  samples: ReadonlyMap<string, readonly Sample[]>,
  loadBalancerIds: readonly string[],
): readonly LoadPoint[] {
  const minutes = new Map<Instant, { value: number; seen: number }>();
  for (const id of loadBalancerIds) {
    for (const { at, value } of samples.get(id) ?? []) {
      const minute = Math.round(at / MINUTE) * MINUTE;
      const sum = minutes.get(minute) ?? { value: 0, seen: 0 };
      minutes.set(minute, { value: sum.value + value, seen: sum.seen + 1 });
    }
  }
  return [...minutes]
    .map(([at, { value, seen }]) => ({ at, value, missing: loadBalancerIds.length - seen }))
    .sort((a, b) => a.at - b.at);
}

/** The minute that a decision rests on: the newest complete one, else the newest partial one, if young enough. */
export function newestUsable(points: readonly LoadPoint[], at: Instant, maxAge: Millis): LoadPoint | undefined {
  const young = points.filter((point) => point.at <= at && at - point.at <= maxAge);
  return young.findLast((point) => point.missing === 0) ?? young.at(-1);
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
