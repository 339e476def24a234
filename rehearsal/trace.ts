import { parse } from 'csv-parse/sync';
import { type Instant, MINUTE, type Millis } from '../shared/core/time';
import { InvalidInput } from '../shared/errors';
import type { Replayed } from './demand';

/** Where a trace is not what it seems: told, never repaired in silence. */
export interface TraceFlaws {
  /** Rows for a time that another row is for, too; the last one counts. */
  readonly duplicates: number;
  /** Places where the next sample is at least half again as far as usual. */
  readonly gaps: number;
  /** The longest of them. */
  readonly longestGap: { readonly from: Instant; readonly length: Millis } | undefined;
}

export interface Trace extends Replayed {
  readonly flaws: TraceFlaws;
}

interface Sample {
  readonly at: Instant;
  readonly value: number;
}

/**
 * A recorded request rate: CSV with a header and the columns `timestamp` and `value`. Between samples, also across gaps, the
 * rate is taken as linear. Its peak is scaled to what `peakReplicas` replicas carry at their targets.
 *
 * Timestamps: ISO 8601, `YYYY-MM-DD hh:mm:ss` (taken as UTC), or seconds or milliseconds since 1970.
 *
 * @throws InvalidInput naming every unusable line (the first ten), or when fewer than two samples remain
 */
export function readTrace(name: string, csv: string, peakReplicas: number): Trace {
  const { duplicates, samples } = readSamples(name, csv);
  const first = samples[0];
  const last = samples.at(-1);
  const peak = samples.reduce((most, { value }) => Math.max(most, value), 0);
  if (first === undefined || last === undefined || first === last) {
    throw new InvalidInput(`${name}: a trace needs at least two samples`);
  }
  if (peak === 0) throw new InvalidInput(`${name}: every value is 0; there is nothing to replay`);
  const from = Math.ceil(first.at / MINUTE) * MINUTE;
  const to = Math.floor(last.at / MINUTE) * MINUTE;
  let index = 0;
  return {
    name,
    from,
    to,
    flaws: { duplicates, ...gapsOf(samples) },
    events: [],
    demand: (at) => {
      // Replays move forward, so the search goes on where it was; a look back starts again.
      if ((samples[index]?.at ?? 0) > at) index = 0;
      while ((samples[index + 1]?.at ?? Number.POSITIVE_INFINITY) <= at) index += 1;
      return (interpolate(samples[index] ?? first, samples[index + 1] ?? last, at) / peak) * peakReplicas;
    },
  };
}

function interpolate(a: Sample, b: Sample, at: Instant): number {
  if (b.at <= a.at) return a.value;
  const share = Math.min(1, Math.max(0, (at - a.at) / (b.at - a.at)));
  return a.value + (b.value - a.value) * share;
}

function readSamples(name: string, csv: string): { readonly samples: readonly Sample[]; readonly duplicates: number } {
  const rows: unknown = parseRows(name, csv);
  if (!Array.isArray(rows)) throw new InvalidInput(`${name}: not a CSV file`);
  const problems: string[] = [];
  const samples: Sample[] = [];
  for (const [index, row] of rows.entries()) {
    const sample = sampleOf(row);
    if (typeof sample === 'string') problems.push(`${name}: row ${index + 2}: ${sample}`);
    else samples.push(sample);
  }
  if (problems.length > 0) {
    throw new InvalidInput(
      `${name}: ${problems.length} unusable rows, for example:\n${problems.slice(0, 10).join('\n')}`,
      problems,
    );
  }
  const sorted = samples.sort((a, b) => a.at - b.at);
  const distinct = sorted.filter((sample, index) => sample.at !== sorted[index + 1]?.at);
  return { samples: distinct, duplicates: sorted.length - distinct.length };
}

function parseRows(name: string, csv: string): unknown {
  try {
    return parse(csv, { columns: true, bom: true, trim: true, skip_empty_lines: true });
  } catch (error) {
    throw new InvalidInput(`${name}: not a CSV file: ${error instanceof Error ? error.message : String(error)}`);
  }
}

function sampleOf(row: unknown): Sample | string {
  if (typeof row !== 'object' || row === null) return 'not a row';
  const timestamp = 'timestamp' in row ? row.timestamp : undefined;
  const value = 'value' in row ? row.value : undefined;
  if (typeof timestamp !== 'string' || typeof value !== 'string') return 'columns timestamp and value are needed';
  const at = instantOf(timestamp);
  if (at === undefined) return `"${timestamp.slice(0, 40)}" is no time`;
  const number = Number(value);
  if (value === '' || !Number.isFinite(number) || number < 0) return `"${value.slice(0, 40)}" is no rate`;
  return { at, value: number };
}

function instantOf(text: string): Instant | undefined {
  if (/^\d{10}$/.test(text)) return Number(text) * 1_000;
  if (/^\d{13}$/.test(text)) return Number(text);
  const spaced = /^(\d{4}-\d{2}-\d{2}) (\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?)$/.exec(text);
  const at = Date.parse(spaced === null ? text : `${spaced[1]}T${spaced[2]}Z`);
  return Number.isNaN(at) ? undefined : at;
}

function gapsOf(samples: readonly Sample[]): Omit<TraceFlaws, 'duplicates'> {
  const steps = samples.slice(1).map(({ at }, index) => {
    const from = samples[index]?.at ?? at;
    return { from, length: at - from };
  });
  const usual = steps.map(({ length }) => length).sort((a, b) => a - b)[Math.floor(steps.length / 2)] ?? 0;
  const gaps = steps.filter(({ length }) => length > usual * 1.5);
  const longestGap = gaps.reduce<TraceFlaws['longestGap']>(
    (longest, gap) => (longest === undefined || gap.length > longest.length ? gap : longest),
    undefined,
  );
  return { gaps: gaps.length, longestGap };
}
