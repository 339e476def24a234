// How long clients are led to a region that died, in real time on loopback: 5 s probes, fall 2, timeout 2 s, the name server a
// second late, `LastOperationNotFinished` for 2 s after each write, the dead region's vantage point dead too.
//
//   npm run bench:failover [-- --runs 20] [--seed 1] [--log]
//
// The runs go side by side, each with a cloud, servers and functions of its own; they mostly wait.
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { parseArgs } from 'node:util';
import { createChance } from '../rehearsal/cloud/chance';
import { type Loss, type LossPlan, loseRegion } from '../rehearsal/real-time/run';
import { MINUTE, type Millis, SECOND } from '../shared/core/time';

const MEDIAN_LIMIT: Millis = 15 * SECOND;
const WORST_LIMIT: Millis = 32 * SECOND;
/** Between the beginnings of two runs, so that they do not all work at once. */
const APART: Millis = 1_300;

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      runs: { type: 'string', default: '20' },
      seed: { type: 'string', default: '1' },
      log: { type: 'boolean', default: false },
    },
  });
  const plans = plansOf(Number(values.runs), Number(values.seed));
  const delays = monitorEventLoopDelay({ resolution: 10 });
  delays.enable();
  const losses = await Promise.all(plans.map(lostInTurn));
  delays.disable();
  print('   phase  region        detected  decided    lease  written  visible   seconds from death');
  for (const loss of losses) print(row(loss));
  if (values.log) for (const loss of losses) for (const line of loss.log) print(JSON.stringify(line));
  const took = losses.map(({ visible = Number.POSITIVE_INFINITY }) => visible).toSorted((a, b) => a - b);
  const [middle, worst] = [median(took), took.at(-1) ?? Number.POSITIVE_INFINITY];
  print('');
  print(
    `median ${seconds(middle)} s (at most ${MEDIAN_LIMIT / SECOND}), worst ${seconds(worst)} s (at most ${WORST_LIMIT / SECOND})`,
  );
  const late = [50, 99, 100].map((share) => Math.max(0, delays.percentile(share) / 1e6 - 10).toFixed(0));
  print(`event loop late by ${late[0]} ms (half of the time), ${late[1]} ms (1 %), ${late[2]} ms (at most)`);
  process.exitCode = middle <= MEDIAN_LIMIT && worst <= WORST_LIMIT ? 0 : 1;
}

/** One phase in each part of the minute, by chance within it: none is left out. */
function plansOf(runs: number, seed: number): readonly LossPlan[] {
  const chance = createChance(seed);
  return Array.from({ length: runs }, (_, run) => ({
    seed: seed * 1_000 + run,
    phase: Math.floor(((run + chance.next()) / runs) * MINUTE),
    region: chance.next() < 0.5 ? 'cn-hangzhou' : 'cn-shanghai',
  }));
}

async function lostInTurn(plan: LossPlan, place: number): Promise<Loss> {
  await new Promise((resolve) => setTimeout(resolve, place * APART));
  return loseRegion(plan, Date.now());
}

function row({ decided, detected, lease, phase, region, visible, written }: Loss): string {
  const cells = [detected, decided, lease, written, visible].map((at) => seconds(at).padStart(9));
  return `${seconds(phase).padStart(8)}  ${region.padEnd(12)}${cells.join('')}`;
}

function seconds(span: Millis | undefined): string {
  return span === undefined ? '-' : Number.isFinite(span) ? (span / SECOND).toFixed(1) : 'never';
}

function median(sorted: readonly Millis[]): Millis {
  const [low, high] = [sorted[Math.ceil(sorted.length / 2) - 1], sorted[Math.floor(sorted.length / 2)]];
  return ((low ?? 0) + (high ?? 0)) / 2;
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}

main().then(
  // What the last runs have under way is nobody's any more.
  () => process.exit(),
  (error: unknown) => {
    throw error;
  },
);
