import type { Outcome } from '../core/decision';
import type { ScalingDecision } from '../core/scaling';
import { isoTime } from '../core/time';
import { counted } from '../core/words';
import type { ScalingLookResult } from '../run/scale-gateways';

/** The freeze as the answer shows it. */
export function frozen(freeze: ScalingLookResult['freeze']) {
  if (freeze === undefined) return 'unknown: the cluster could not be read';
  if (!freeze.ok) return `unknown: ${freeze.problem}`;
  if (freeze.value === undefined) return 'none';
  const { until, ...who } = freeze.value;
  return { ...who, ...(until === undefined ? {} : { until: isoTime(until) }) };
}

/** One sentence on all gateways. */
export function summary(region: string, { decisions }: ScalingLookResult): string {
  const count = (outcome: ScalingDecision['outcome']): number =>
    decisions.filter((decision) => decision.outcome === outcome).length;
  const held = decisions.filter(({ outcome }) => outcome === 'hold').map(({ id, reason }) => `${id.gateway} ${reason}`);
  const total = `${counted(decisions.length, 'gateway')} in ${region}`;
  const counts = `${changedText(decisions)}, ${count('steady')} steady, ${held.length} held`;
  return `${total}: ${counts}${held.length === 0 ? '' : ` (${held.slice(0, 5).join(', ')}${held.length > 5 ? ', …' : ''})`}`;
}

/** `2 changed`; in a dry run, of which nothing is changed, `2 would be changed`. */
export function changedText(outcomes: readonly Pick<Outcome, 'dryRun' | 'outcome'>[]): string {
  const changes = outcomes.filter(({ outcome }) => outcome === 'change');
  return `${changes.length} ${changes.some(({ dryRun }) => dryRun) ? 'would be changed' : 'changed'}`;
}

/** A decision as the answer shows it: instants as text, the target as one line. */
export function reported(decision: ScalingDecision) {
  const { at, capacity, change, id, signals, withheld, ...rest } = decision;
  return {
    gateway: id.gateway,
    ...rest,
    ...(capacity === undefined ? {} : { capacity: capacityText(capacity) }),
    ...(change === undefined ? {} : { change: changeText(change) }),
    ...(withheld === undefined ? {} : { withheld: changeText(withheld) }),
    signals: signals.map((signal) => (signal.at === undefined ? signal : { ...signal, at: isoTime(signal.at) })),
  };
}

/** The record of one evaluation, as one log line: inputs, candidates, winner, limits, what was done and what it costs. */
export function logged(decision: ScalingDecision) {
  const moved = decision.change ?? decision.withheld;
  const { change, withheld: _, ...record } = reported(decision);
  return { ...record, from: moved?.from, to: moved?.to, acted: change !== undefined };
}

function capacityText({ floor, load, ...counts }: NonNullable<ScalingDecision['capacity']>) {
  return {
    ...counts,
    ...(load === undefined ? {} : { load: Math.round(load * 100) / 100 }),
    ...(floor === undefined ? {} : { floor: { ...floor, until: isoTime(floor.until) } }),
  };
}

function changeText({ from, target, to }: NonNullable<ScalingDecision['change']>) {
  return { object: `${target.kind} ${target.namespace}/${target.name}`, field: target.field.join('.'), from, to };
}
