/** Signals in words and figures, for people. */
import { newestKnown } from './load';
import type { Adjustment, Step } from './policy';
import { LOAD_METRICS } from './policy';
import { wants, wantsByStep } from './recommendation';
import type { ScalingSnapshot, SignalReport, SignalSeen } from './scaling';
import { isoTime } from './time';

/** One signal as the decision read it. */
export function reportSignal({ signal, load }: SignalSeen, snapshot: ScalingSnapshot): SignalReport {
  const { at, policy } = snapshot;
  const base = {
    metric: signal.metric,
    unit: LOAD_METRICS[signal.metric].unit,
    ...('steps' in signal ? {} : { target: signal.target }),
  };
  if (!load.ok) return { ...base, state: 'missing', problem: load.problem };
  const last = newestKnown(load.value, at, policy.metricMaxAge);
  if (last === undefined) {
    const newest = load.value.at(-1);
    const problem = newest === undefined ? 'no data' : `newest data is of ${isoTime(newest.at)}`;
    return { ...base, state: 'missing', problem };
  }
  const step = 'steps' in signal ? wantsByStep(signal, snapshot, last.value).step : undefined;
  return {
    ...base,
    ...(step === undefined ? {} : { step: stepText(step) }),
    state: last.missing === 0 ? 'complete' : 'partial',
    at: last.at,
    load: last.value,
    wants: wants(signal, snapshot, last.value),
    ...(last.missing === 0 ? {} : { problem: `${last.missing} load balancers have no data for this minute` }),
  };
}

/** Why signals are not usable, in words. */
export function problems(signals: readonly SignalReport[]): string {
  return signals.map(({ metric, problem }) => `${metric}: ${problem ?? 'no data'}`).join('; ');
}

/** The signal that asks for most, in words. */
export interface StrongestSignal {
  readonly metric: string;
  /** `2400 connections/s` */
  readonly value: string;
  /** `6 × 300`, or the step that holds the value; `undefined` when none does. */
  readonly target: string | undefined;
  /** Of the target, as a fraction. */
  readonly share: number | undefined;
}

/** `undefined` when no signal has usable data. */
export function strongestSignal(report: readonly SignalReport[], current: number): StrongestSignal | undefined {
  const step = stepAsked(report);
  if (step !== undefined) {
    const { load = 0, metric, unit } = step;
    return { metric, value: `${round(load)} ${unit}`, target: `the step ${step.step}`, share: undefined };
  }
  const known = report.flatMap(({ metric, unit, load, target }) =>
    load === undefined
      ? []
      : [{ metric, unit, load, target, share: target === undefined ? 0 : load / (current * target) }],
  );
  const strongest = known.sort((a, b) => b.share - a.share)[0];
  if (strongest === undefined) return undefined;
  const { metric, unit, load, target, share } = strongest;
  const value = `${round(load)} ${unit}`;
  return target === undefined
    ? { metric, value, target: undefined, share: undefined }
    : { metric, value, target: `${current} × ${round(target)}`, share };
}

/** The strongest signal as a sentence: `newConnections 2400 connections/s is 133 % of 6 × 300`. */
export function loadMessage(report: readonly SignalReport[], current: number): string {
  const strongest = strongestSignal(report, current);
  if (strongest === undefined) return 'no signal has usable data';
  const { metric, share, target, value } = strongest;
  const what = `${metric} ${value}`;
  if (target === undefined) return `${what} is in no step`;
  return share === undefined ? `${what} is in ${target}` : `${what} is ${Math.round(share * 100)} % of ${target}`;
}

/** The step rule that asks for most, when it asks for at least as much as every other signal. */
export function stepAsked(report: readonly SignalReport[]): SignalReport | undefined {
  const most = Math.max(...report.map(({ wants: asked = 0 }) => asked));
  return report.find((signal) => signal.step !== undefined && signal.wants === most);
}

function stepText({ adjust, below, from }: Step): string {
  const range = [from === undefined ? '' : `from ${round(from)}`, below === undefined ? '' : `below ${round(below)}`];
  return `${range.filter((text) => text !== '').join(' ') || 'of every value'}: ${adjustmentText(adjust)}`;
}

function adjustmentText(adjust: Adjustment): string {
  const sign = adjust.value > 0 ? '+' : '';
  switch (adjust.type) {
    case 'Exact':
      return `exactly ${adjust.value}`;
    case 'Change':
      return `${sign}${adjust.value}`;
    case 'Percent':
      return `${sign}${adjust.value} %${adjust.atLeast > 1 ? `, at least ${adjust.atLeast}` : ''}`;
  }
}

/** Three digits are enough to decide by: `4500`, `0.25`, `208M`. */
function round(value: number): string {
  if (value >= 1e9) return `${Number((value / 1e9).toPrecision(3))}G`;
  if (value >= 1e6) return `${Number((value / 1e6).toPrecision(3))}M`;
  return value >= 100 ? String(Math.round(value)) : String(Number(value.toPrecision(3)));
}
