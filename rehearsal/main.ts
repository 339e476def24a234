import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { type Configuration, loadConfiguration } from '../shared/config/load';
import { gatewaysOf } from '../shared/config/region';
import { formatDuration } from '../shared/core/duration';
import { DAY, isoTime } from '../shared/core/time';
import { InvalidInput } from '../shared/errors';
import { parseArguments, type RehearsalArguments, USAGE } from './arguments';
import type { Score } from './comparison/score';
import { inventedDay, type Replayed } from './demand';
import { createPromotionScreen } from './promotion-screen';
import { createLossScreen } from './region-loss-screen';
import type { Minute, ReplayResult } from './replay';
import { createScreen } from './screen';
import { readTrace, type TraceFlaws } from './trace';

const OWN = path.resolve(__dirname, '../autopilot.yaml');
const EXAMPLE = path.resolve(__dirname, '../autopilot.example.yaml');
/** The made-up day: a Monday, in UTC. */
const MIDNIGHT = Date.UTC(2026, 10, 23);
const INTERRUPTED = 130;
/** Columns of a terminal that are used; a wider one is hard to read. */
const WIDEST = 120;

interface Chosen {
  readonly configuration: Configuration;
  readonly file: string;
  readonly region: string;
  readonly gateway: string;
  readonly observed: boolean;
  readonly replayed: Replayed & { readonly flaws?: TraceFlaws };
}

async function main(): Promise<number> {
  const options = parseArguments(process.argv.slice(2));
  if (options.help) {
    print(USAGE);
    return 0;
  }
  const chosen = choose(options);
  let stopped = false;
  const stop = (): void => {
    stopped = true;
  };
  process.on('SIGINT', stop).on('SIGTERM', stop);
  const startedAt = performance.now();
  const screen = options.json ? undefined : openScreen(chosen, options);
  const events = [...chosen.replayed.events];
  // Loaded only now: the SDKs take seconds to load from source, and bad input should be answered at once.
  const { replay } = await import('./replay.js');
  const result = await replay({
    configuration: chosen.configuration,
    region: chosen.region,
    gateway: chosen.gateway,
    replayed: () => chosen.replayed,
    seed: options.seed,
    metricDelay: options.metricDelay,
    startUp: options.startUp,
    targetShare: options.targetShare,
    face: options.fast ? 'in-process' : 'http',
    onListening: (url) => screen?.note(`The emulated cloud listens at ${url} until the end. Ctrl-C stops it.`),
    onMinute: (minute: Minute) => {
      while (events[0] !== undefined && events[0].at <= minute.at) {
        const event = events.shift();
        if (event !== undefined) screen?.event(event.at, event.what);
      }
      screen?.minute(minute);
    },
    stopped: () => stopped,
  });
  const seconds = (performance.now() - startedAt) / 1_000;
  screen?.end(result, seconds);
  // A recorded trace is about replicas alone, and what is asked to stop begins nothing new.
  const promotion = stopped || options.trace !== undefined ? undefined : await promotionOf(chosen, options);
  const regionLoss =
    stopped || options.trace !== undefined ? undefined : await regionLossOf(chosen, options, () => stopped);
  if (screen === undefined) {
    print(JSON.stringify({ ...asJson(result, seconds, stopped), promotion, regionLoss }, null, 2));
  }
  return stopped ? INTERRUPTED : 0;
}

async function promotionOf({ configuration, gateway, region }: Chosen, { json, seed }: RehearsalArguments) {
  const { promotionScene } = await import('./promotion-scene.js');
  const { rehearsePromotion } = await import('./promotion.js');
  const scene = promotionScene(configuration, region, gateway);
  const screen = json ? undefined : createPromotionScreen(print);
  screen?.begin(scene);
  const result = await rehearsePromotion(scene, seed, (minute) => screen?.minute(minute));
  screen?.end(result);
  return result;
}

async function regionLossOf(
  { configuration, gateway, region }: Chosen,
  { json, seed }: RehearsalArguments,
  stopped: () => boolean,
) {
  const { lossScene } = await import('./region-loss-scene.js');
  const { rehearseLoss } = await import('./region-loss.js');
  const scene = lossScene(configuration, region, gateway, seed);
  const screen = json ? undefined : createLossScreen(print);
  screen?.begin(scene);
  const result = await rehearseLoss(scene, seed, {
    event: (event) => screen?.event(event),
    minute: (minute) => screen?.minute(minute),
    stopped,
  });
  screen?.end(result);
  return result;
}

function choose(options: RehearsalArguments): Chosen {
  const file = options.config ?? path.relative(process.cwd(), existsSync(OWN) ? OWN : EXAMPLE);
  const configuration = loadConfiguration(readText(file), file);
  const region = options.region ?? Object.keys(configuration.regions)[0];
  if (region === undefined || configuration.regions[region] === undefined) {
    throw new InvalidInput(`no region ${region}; there is: ${Object.keys(configuration.regions).join(', ')}`);
  }
  const gateways = gatewaysOf(configuration, region);
  const gateway =
    options.gateway === undefined ? gateways[0] : gateways.find(({ names }) => names.gateway === options.gateway);
  if (gateway === undefined) {
    throw new InvalidInput(
      `no gateway ${options.gateway ?? ''} in ${region}; there is: ${gateways.map(({ names }) => names.gateway).join(', ') || 'none'}`,
    );
  }
  const { mode, replicas } = gateway.policy;
  return {
    configuration,
    file,
    region,
    gateway: gateway.names.gateway,
    observed: mode === 'observe',
    replayed: replayedOf(options, replicas.max),
  };
}

function replayedOf({ peakReplicas, seed, targetShare, trace }: RehearsalArguments, most: number): Chosen['replayed'] {
  if (trace === undefined) return inventedDay(MIDNIGHT, seed, most);
  return readTrace(path.basename(trace), readText(trace), (peakReplicas ?? most / 2) / targetShare);
}

function openScreen({ file, gateway, observed, region, replayed }: Chosen, options: RehearsalArguments) {
  const screen = createScreen({
    write: print,
    most: peak(replayed) * 1_000 * 1.15,
    long: replayed.to - replayed.from > 2 * DAY,
    width: process.stdout.isTTY ? Math.min(WIDEST, process.stdout.columns) : Number.POSITIVE_INFINITY,
  });
  const { flaws } = replayed;
  screen.begin(`Rehearsal of ${gateway} in ${region} (${file}): ${replayed.name}`, [
    options.fast
      ? 'The real handler against the emulated cloud in this process, virtual time.'
      : 'The real handler and SDKs against the emulated cloud over HTTP, signed calls.',
    ...(observed ? ['The policy only observes; the rehearsal acts as if its mode were auto.'] : []),
    ...(flaws === undefined ? [] : traceNotes(flaws, options)),
    `A replica's targets are taken to be ${Number((options.targetShare * 100).toFixed(2))} % of what it can serve. It is ready ${formatDuration(options.startUp)} after it is wanted,`,
    `and CloudMonitor shows a minute ${formatDuration(options.metricDelay)} after its end.`,
  ]);
  return screen;
}

function traceNotes(flaws: TraceFlaws, { peakReplicas }: RehearsalArguments): readonly string[] {
  const { duplicates, gaps, longestGap } = flaws;
  const serves = peakReplicas === undefined ? 'half of the maximum serves' : `${peakReplicas} replicas serve`;
  return [
    `The trace is scaled: its peak is what ${serves} when saturated.`,
    ...(longestGap === undefined
      ? []
      : [
          `Gaps taken as linear: ${gaps}, the longest of ${formatDuration(longestGap.length)} from ${isoTime(longestGap.from)}.`,
        ]),
    ...(duplicates === 0 ? [] : [`Rows for a time that had one already: ${duplicates}; the last one counts.`]),
  ];
}

function peak({ demand, from, to }: Replayed): number {
  let most = 0;
  for (let at = from; at <= to; at += 60_000) most = Math.max(most, demand(at));
  return most;
}

function asJson(result: ReplayResult, seconds: number, stopped: boolean) {
  const { autopilot, from, rivals, to, ...rest } = result;
  return {
    autopilot: rounded(autopilot),
    rivals: rivals.map(({ name, score }) => ({ name, ...rounded(score) })),
    from: new Date(from).toISOString(),
    to: new Date(to).toISOString(),
    stopped,
    seconds,
    ...rest,
  };
}

/** Requests whole, everything else to four digits behind the point. */
function rounded(score: Score) {
  const short = Object.entries(score).map(([name, value]) => [name, Math.round(value * 1e4) / 1e4]);
  return { ...Object.fromEntries(short), offered: Math.round(score.offered), lost: Math.round(score.lost) };
}

function readText(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw new InvalidInput(`${file} cannot be read: ${error instanceof Error ? error.message : String(error)}`);
  }
}

/** Whoever reads has gone away, as `| head` does: nothing is left to say, and nothing is wrong. */
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(0);
  throw error;
});

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}

main().then(
  (code) => {
    process.exitCode = code;
  },
  (error: unknown) => {
    if (!(error instanceof InvalidInput)) throw error;
    process.stderr.write(`${error.message}\n${error.problems.map((problem) => `  ${problem}\n`).join('')}`);
    process.exitCode = 2;
  },
);
