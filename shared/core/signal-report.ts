/** Signals in words and figures, for people. */
import { newestKnown } from './load';
import { LOAD_METRICS } from './policy';
import { recommend } from './recommendation';
import type { ScalingSnapshot, SignalReport, SignalSeen } from './scaling';
import { isoTime } from './time';

/** One signal as the decision read it. */
export function reportSignal({ signal, load }: SignalSeen, { at, policy, target }: ScalingSnapshot): SignalReport {
  const base = { metric: signal.metric, unit: LOAD_METRICS[signal.metric].unit, target: signal.target };
  if (!load.ok) return { ...base, state: 'missing', problem: load.problem };
  const last = newestKnown(load.value, at, policy.metricMaxAge);
  if (last === undefined) {
    const newest = load.value.at(-1);
    const problem = newest === undefined ? 'no data' : `newest data is of ${isoTime(newest.at)}`;
    return { ...base, state: 'missing', problem };
  }
  return {
    ...base,
    state: last.missing === 0 ? 'complete' : 'partial',
    at: last.at,
    load: last.value,
    wants: recommend(signal, policy, target.current, last.value),
    ...(last.missing === 0 ? {} : { problem: `${last.missing} load balancers have no data for this minute` }),
  };
}

/** Why signals are not usable, in words. */
export function problems(signals: readonly SignalReport[]): string {
  return signals.map(({ metric, problem }) => `${metric}: ${problem ?? 'no data'}`).join('; ');
}

/** The strongest signal in words: `newConnections 2400 connections/s is 133 % of 6 × 300`. */
export function loadMessage(report: readonly SignalReport[], current: number): string {
  const known = report.flatMap(({ metric, unit, load, target }) =>
    load === undefined ? [] : [{ metric, unit, load, target, share: load / (current * target) }],
  );
  const strongest = known.sort((a, b) => b.share - a.share)[0];
  if (strongest === undefined) return 'no signal has usable data';
  const { metric, unit, load, target, share } = strongest;
  return `${metric} ${round(load)} ${unit} is ${Math.round(share * 100)} % of ${current} × ${round(target)}`;
}

/** Three digits are enough to decide by: `4500`, `0.25`, `208M`. */
function round(value: number): string {
  if (value >= 1e9) return `${Number((value / 1e9).toPrecision(3))}G`;
  if (value >= 1e6) return `${Number((value / 1e6).toPrecision(3))}M`;
  return value >= 100 ? String(Math.round(value)) : String(Number(value.toPrecision(3)));
}
