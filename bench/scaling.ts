// How the scaling decision compares with what people use today, on one recorded load.
//
//   npm run bench:scaling -- --trace requests.csv [--policy NAME=VALUE]… [--sweep] [--metrics instants|minutes] [--json]
//
// The pure decisions run in a small model instead of the emulated cloud, so that 14 days take seconds: peak served by 20
// replicas, bounds 2 and 40, metrics 150 s late, 120 s until a replica is ready.
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { compareRivals } from '../rehearsal/comparison/compare';
import { horizontalAutoscaler } from '../rehearsal/comparison/horizontal-autoscaler';
import { type MetricModel, sampleLoad } from '../rehearsal/comparison/load';
import { scalingCore } from '../rehearsal/comparison/scaling-core';
import { lostPercent } from '../rehearsal/comparison/score';
import { type Compared, LEGEND, scoreTable } from '../rehearsal/comparison/table';
import { TUNED, type Tuning, tunedPolicy } from '../rehearsal/comparison/tuning';
import { simulate, type World } from '../rehearsal/comparison/world';
import { readTrace } from '../rehearsal/trace';
import { formatDuration, parseDuration } from '../shared/core/duration';
import type { RatePolicy } from '../shared/core/policy';
import { MINUTE, SECOND } from '../shared/core/time';
import { InvalidInput } from '../shared/errors';

const PEAK_REPLICAS = 20;
/** The HPA at 70 % with a window of 900 s: the mark to reach, at no more replica-hours. */
const PATIENT = 'HPA 70 %, 900 s';

const METRICS: Readonly<Record<string, MetricModel>> = {
  instants: { show: 'instants', delay: 150 * SECOND },
  // Averages of minutes that began 150 to 210 s ago: what CloudMonitor shows, of about the same age.
  minutes: { show: 'minutes', delay: 90 * SECOND },
};

const SETTERS: Readonly<Record<string, (tuning: Tuning, value: string) => Tuning>> = {
  target: (tuning, value) => ({ ...tuning, target: share(value) }),
  scaleInBelow: (tuning, value) => ({ ...tuning, scaleInBelow: share(value) }),
  upTolerance: (tuning, value) => ({ ...tuning, upTolerance: share(value) }),
  downWindow: (tuning, value) => ({ ...tuning, downWindow: duration(value) }),
  downCooldown: (tuning, value) => ({ ...tuning, downCooldown: duration(value) }),
  up: (tuning, value) => ({ ...tuning, up: rates(value) }),
  down: (tuning, value) => ({ ...tuning, down: rates(value) }),
};

function main(): void {
  const { values } = parseArgs({
    options: {
      trace: { type: 'string' },
      policy: { type: 'string', multiple: true, default: [] },
      metrics: { type: 'string', default: 'instants' },
      sweep: { type: 'boolean', default: false },
      json: { type: 'boolean', default: false },
    },
  });
  if (values.trace === undefined) throw new InvalidInput('--trace FILE is needed: CSV with columns timestamp,value');
  const metrics = Object.hasOwn(METRICS, values.metrics) ? METRICS[values.metrics] : undefined;
  if (metrics === undefined) throw new InvalidInput(`--metrics is one of ${Object.keys(METRICS).join(', ')}`);
  const tuning = values.policy.reduce(overridden, TUNED);
  const world = worldOf(values.trace, metrics);
  const rivals = [...compareRivals(world, undefined), ...moreRivals(world)];
  const tuned = { name: `gateway-autopilot ${inWords(tuning)}`, score: run(world, tuning) };
  const found = values.sweep ? sweep(world, tuning, rivals) : [];
  if (values.json) print(JSON.stringify({ tuning, rows: [tuned, ...rivals], found }, null, 2));
  else for (const line of report(tuned, rivals, found)) print(line);
}

function worldOf(file: string, metrics: MetricModel): World {
  const trace = readTrace(path.basename(file), readText(file), PEAK_REPLICAS);
  return {
    load: sampleLoad(trace),
    min: 2,
    max: 2 * PEAK_REPLICAS,
    capacity: 1,
    requestsPerDemand: 1,
    startUp: 120 * SECOND,
    metrics,
    replicas: 2,
  };
}

function readText(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw new InvalidInput(`${file} cannot be read: ${error instanceof Error ? error.message : String(error)}`);
  }
}

function moreRivals(world: World): readonly Compared[] {
  const hpa = (target: number, downWindow: number): Compared => ({
    name: `HPA ${Math.round(target * 100)} %, ${downWindow} s`,
    score: simulate(world, horizontalAutoscaler({ ...world, target, downWindow: downWindow * SECOND })),
  });
  return [hpa(0.5, 300), hpa(0.7, 1_800)];
}

function run(world: World, tuning: Tuning) {
  return simulate(world, scalingCore(tunedPolicy(tuning, world)));
}

/** Tunings around the given one that cost no more than the mark and that no other beats in losses and changes alike. */
function sweep(world: World, around: Tuning, rivals: readonly Compared[]): readonly Compared[] {
  const most = rivals.find(({ name }) => name === PATIENT)?.score.replicaHours ?? 0;
  const tunings = [0.7, 0.75, 0.8, 0.85].flatMap((target) =>
    [0.4, 0.5, 0.6, 0.7].flatMap((gap) =>
      [8, 10, 12, 15].flatMap((minutes) =>
        [0.1, 0.2].map((upTolerance) => ({
          ...around,
          target,
          scaleInBelow: Math.round(target * gap * 1_000) / 1_000,
          downWindow: minutes * MINUTE,
          upTolerance,
        })),
      ),
    ),
  );
  const rows = tunings.map((tuning, index) => {
    if (index % 16 === 0) process.stderr.write(`${index} of ${tunings.length} tunings\n`);
    return { name: inWords(tuning), score: run(world, tuning) };
  });
  const affordable = rows.filter(({ score }) => score.replicaHours <= most);
  return affordable
    .filter((row) => !affordable.some((other) => beats(other, row)))
    .sort((a, b) => lostPercent(a.score) - lostPercent(b.score));
}

function beats({ score: a }: Compared, { score: b }: Compared): boolean {
  const [lessLost, fewerChanges] = [lostPercent(b) - lostPercent(a), b.changes - a.changes];
  return lessLost >= 0 && fewerChanges >= 0 && lessLost + fewerChanges > 0;
}

function report(tuned: Compared, rivals: readonly Compared[], found: readonly Compared[]): readonly string[] {
  const ideal = tuned.score.idealHours.toFixed(0);
  const [heading = '', ...rows] = scoreTable([{ ...tuned, name: 'gateway-autopilot' }, ...rivals]);
  return [
    tuned.name,
    '',
    heading,
    ...rows,
    '',
    ...LEGEND,
    `The fewest replicas that serve the load would take ${ideal} replica-hours.`,
    ...(found.length === 0
      ? []
      : ['', `No dearer than ${PATIENT}, and beaten by none in losses and changes:`, ...scoreTable(found)]),
  ];
}

function overridden(tuning: Tuning, text: string): Tuning {
  const [name = '', value = ''] = text.split('=');
  const set = Object.hasOwn(SETTERS, name) ? SETTERS[name] : undefined;
  if (set === undefined)
    throw new InvalidInput(`--policy ${text}: use NAME=VALUE with ${Object.keys(SETTERS).join(', ')}`);
  return set(tuning, value);
}

function share(text: string): number {
  const percent = /^(\d+(?:\.\d+)?)%$/.exec(text)?.[1];
  if (percent === undefined) throw new InvalidInput(`"${text}" is no share such as 80%`);
  return Number(percent) / 100;
}

function duration(text: string): number {
  const value = parseDuration(text);
  if (value === undefined) throw new InvalidInput(`"${text}" is no duration such as 10m`);
  return value;
}

/** `100%/1m+4/1m`: 100 percent or 4 pods in any minute. */
function rates(text: string): readonly RatePolicy[] {
  return text.split('+').map((part) => {
    const [, value, percent, period] = /^(\d+)(%?)\/(\w+)$/.exec(part) ?? [];
    if (value === undefined || period === undefined) throw new InvalidInput(`"${part}" is no rate such as 25%/1m`);
    return { type: percent === '%' ? 'Percent' : 'Pods', value: Number(value), period: duration(period) };
  });
}

function inWords({ downCooldown, downWindow, scaleInBelow, target, upTolerance }: Tuning): string {
  const [high, low, band] = [target, scaleInBelow, upTolerance].map((value) => `${Number((value * 100).toFixed(1))}%`);
  return `target ${high}, in below ${low}, tolerance ${band}, window ${formatDuration(downWindow)}, cooldown ${formatDuration(downCooldown)}`;
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}

try {
  main();
} catch (error) {
  if (!(error instanceof InvalidInput)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 2;
}
