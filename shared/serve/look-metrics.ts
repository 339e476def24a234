import type { MetricValue } from '../ports';
import type { LookCounts } from './look-tally';

/** What CloudMonitor is told of a look; its alarm rules go by these names. */
export function metricsOf(
  where: { readonly function: string; readonly region: string },
  look: LookCounts & { readonly trigger: string; readonly tookMs: number },
): readonly MetricValue[] {
  const one = (name: string, value: number, more: object = {}): MetricValue => ({
    name: `gateway_autopilot_${name}`,
    value,
    dimensions: { ...where, ...more },
  });
  // What matters most comes first: there is room for so many.
  return [
    one('heartbeat', 1),
    one('errors', look.errors),
    one('for_person', look.forPerson),
    one('latency_ms', look.tookMs),
    one('looks', 1, { trigger: look.trigger }),
    ...frequent(look.actions).map(([reason, count]) => one('actions', count, { reason })),
    ...frequent(look.holds).map(([reason, count]) => one('holds', count, { reason })),
  ];
}

/** Reasons of each kind. */
const MOST_REASONS = 5;

function frequent(counts: Readonly<Record<string, number>>): readonly (readonly [string, number])[] {
  return Object.entries(counts)
    .toSorted(([, a], [, b]) => b - a)
    .slice(0, MOST_REASONS);
}
