import { DAY, type Instant, MINUTE, type Millis } from '../../shared/core/time';

export type Statistic = 'Average' | 'Minimum' | 'Maximum';

/** What one CLB instance carries at an instant; undefined where the metric has no data for its listeners. */
export interface ClbSample {
  readonly newConnections: number;
  readonly activeConnections: number;
  /** Inactive ones included. */
  readonly openConnections: number;
  readonly trafficIn: number;
  readonly trafficOut: number;
  readonly droppedConnections: number;
  readonly requests: number | undefined;
  readonly serverErrors: number | undefined;
  readonly responseTime: number | undefined;
}

const EVERY: readonly Statistic[] = ['Average', 'Minimum', 'Maximum'];

/** The metrics of `acs_slb_dashboard` that are kept, by CloudMonitor's names. */
export const CLB_METRICS: Readonly<
  Record<string, { readonly field: keyof ClbSample; readonly statistics: readonly Statistic[] }>
> = {
  InstanceNewConnection: { field: 'newConnections', statistics: EVERY },
  InstanceActiveConnection: { field: 'activeConnections', statistics: EVERY },
  InstanceMaxConnection: { field: 'openConnections', statistics: EVERY },
  InstanceTrafficRX: { field: 'trafficIn', statistics: EVERY },
  InstanceTrafficTX: { field: 'trafficOut', statistics: EVERY },
  InstanceDropConnection: { field: 'droppedConnections', statistics: EVERY },
  InstanceQps: { field: 'requests', statistics: ['Average'] },
  InstanceStatusCode5xx: { field: 'serverErrors', statistics: ['Average'] },
  InstanceRt: { field: 'responseTime', statistics: ['Average'] },
};

const FIELDS: readonly (keyof ClbSample)[] = [
  'newConnections',
  'activeConnections',
  'openConnections',
  'trafficIn',
  'trafficOut',
  'droppedConnections',
  'requests',
  'serverErrors',
  'responseTime',
];
const STATISTICS = EVERY.length;
const WIDTH = FIELDS.length * STATISTICS;
const MINUTES_A_DAY = DAY / MINUTE;
/** One-minute data is kept for 31 days. */
export const RETENTION: Millis = 31 * DAY;

/**
 * One-minute statistics of CLB instances. A day of one instance takes 156 KB: 32-bit floats, whose seven digits are
 * more than the two decimals that are shown.
 */
export interface MetricHistory {
  /** Regions of the instances known, in the order in which they were added. */
  readonly instances: ReadonlyMap<string, { readonly region: string }>;
  addInstance(id: string, region: string): void;
  /** The load from `from` to `to`, which must be within one minute and follow the last call. */
  record(id: string, sample: ClbSample, from: Instant, to: Instant): void;
  /** There is no data for the minute of the slice that ends at `to`, whatever the rest of it brings. */
  skip(id: string, to: Instant): void;
  /** The statistic of the minute that starts at `start`; undefined when there is no data. */
  read(id: string, field: keyof ClbSample, statistic: Statistic, start: Instant): number | undefined;
}

interface Series {
  readonly region: string;
  readonly days: Map<number, Float32Array>;
  readonly minute: Float64Array;
  covered: Millis;
  /** Whether a part of the minute has no data. */
  broken: boolean;
}

export function createMetricHistory(): MetricHistory {
  const instances = new Map<string, Series>();

  function addInstance(id: string, region: string): void {
    if (instances.has(id)) return;
    instances.set(id, { region, days: new Map(), minute: new Float64Array(WIDTH), covered: 0, broken: false });
  }

  function record(id: string, sample: ClbSample, from: Instant, to: Instant): void {
    const series = instances.get(id);
    if (series === undefined) throw new Error(`no CLB instance ${id}`);
    accumulate(series, sample, to - from);
    if (to % MINUTE !== 0) return;
    if (!series.broken) store(series, to - MINUTE);
    begin(series);
  }

  function skip(id: string, to: Instant): void {
    const series = instances.get(id);
    if (series === undefined) throw new Error(`no CLB instance ${id}`);
    series.broken = true;
    if (to % MINUTE === 0) begin(series);
  }

  function read(id: string, field: keyof ClbSample, statistic: Statistic, start: Instant): number | undefined {
    const day = instances.get(id)?.days.get(Math.floor(start / DAY));
    const minute = Math.floor((start % DAY) / MINUTE);
    const value = day?.[minute * WIDTH + FIELDS.indexOf(field) * STATISTICS + EVERY.indexOf(statistic)];
    return value === undefined || Number.isNaN(value) ? undefined : Math.round(value * 100) / 100;
  }

  return { instances, addInstance, record, skip, read };
}

function accumulate(series: Series, sample: ClbSample, duration: Millis): void {
  const { minute } = series;
  const first = series.covered === 0;
  for (let field = 0; field < FIELDS.length; field += 1) {
    const name = FIELDS[field];
    const value = (name === undefined ? undefined : sample[name]) ?? Number.NaN;
    const average = field * STATISTICS;
    const low = average + 1;
    const high = average + 2;
    minute[average] = (first ? 0 : (minute[average] ?? 0)) + value * duration;
    minute[low] = first ? value : Math.min(minute[low] ?? value, value);
    minute[high] = first ? value : Math.max(minute[high] ?? value, value);
  }
  series.covered += duration;
}

function store(series: Series, start: Instant): void {
  const number = Math.floor(start / DAY);
  let day = series.days.get(number);
  if (day === undefined) {
    day = new Float32Array(MINUTES_A_DAY * WIDTH).fill(Number.NaN);
    series.days.set(number, day);
    series.days.delete(number - RETENTION / DAY - 1);
  }
  const { minute } = series;
  for (let field = 0; field < FIELDS.length; field += 1) {
    const average = field * STATISTICS;
    minute[average] = (minute[average] ?? 0) / series.covered;
  }
  day.set(minute, Math.floor((start % DAY) / MINUTE) * WIDTH);
}

function begin(series: Series): void {
  series.covered = 0;
  series.broken = false;
}
