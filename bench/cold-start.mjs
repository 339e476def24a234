// How much time the packages of a function add to the start of Node, bundled and not.
//
//   node bench/cold-start.mjs [--runs 15] [--functions functions] [--json]
//
// Wall time of a whole process minus that of an empty one, medians of interleaved runs after one that is thrown away
// (so that files are in the page cache). Exits with 1 when a bundle is over its share of the unbundled packages.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { bundle, findFunctions, talksToKubernetes } from '../scripts/bundle.mjs';

const SHARE_WITH_KUBERNETES = 0.33;
const SHARE_WITHOUT_KUBERNETES = 0.15;
const UNBUNDLED = "require('@alicloud/openapi-client'); require('zod'); import('@kubernetes/client-node')";

const root = path.resolve(import.meta.dirname, '..');
const { values: options } = parseArgs({
  options: {
    runs: { type: 'string', default: '15' },
    functions: { type: 'string', default: 'functions' },
    json: { type: 'boolean', default: false },
  },
});
const runs = Number(options.runs);
if (!Number.isInteger(runs) || runs < 1) throw new Error(`--runs must be a whole number from 1, not ${options.runs}`);

/** Milliseconds that a process takes to run a script and end. */
function time(script) {
  const start = process.hrtime.bigint();
  const { status, stderr } = spawnSync(process.execPath, ['-e', script], { cwd: root, encoding: 'utf8' });
  const end = process.hrtime.bigint();
  if (status !== 0) throw new Error(`${script} failed: ${stderr}`);
  return Number(end - start) / 1e6;
}

function median(values) {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

function measure(scripts) {
  const times = scripts.map(() => []);
  for (let run = 0; run <= runs; run += 1) {
    for (const [i, script] of scripts.entries()) {
      const milliseconds = time(script);
      if (run > 0) times[i].push(milliseconds);
    }
  }
  return times.map(median);
}

async function measureBundles(folder) {
  const entries = [
    ...findFunctions(path.resolve(root, options.functions)),
    { name: '(without Kubernetes)', file: path.join(root, 'bench/without-kubernetes.ts') },
  ];
  const bundles = await Promise.all(entries.map((entry) => bundle(entry, { root })));
  const scripts = bundles.map(({ code }, i) => {
    const file = path.join(folder, `${i}.js`);
    writeFileSync(file, code);
    return `require(${JSON.stringify(file)})`;
  });
  const [empty, unbundled, ...bundled] = measure(['0', UNBUNDLED, ...scripts]);
  return {
    runs,
    emptyMs: empty,
    unbundledMs: unbundled - empty,
    bundles: bundles.map((built, i) => {
      const kubernetes = talksToKubernetes(built);
      const ms = bundled[i] - empty;
      const share = ms / (unbundled - empty);
      const limit = kubernetes ? SHARE_WITH_KUBERNETES : SHARE_WITHOUT_KUBERNETES;
      return { name: built.name, bytes: built.code.length, kubernetes, ms, share, limit, ok: share <= limit };
    }),
  };
}

function print({ emptyMs, unbundledMs, bundles }) {
  const width = Math.max(...bundles.map(({ name }) => name.length), 'unbundled packages'.length);
  const ms = (value) => `${value.toFixed(0)} ms`.padStart(8);
  console.log(
    `Cold start on Node ${process.versions.node}: median of ${runs} runs, over an empty process (${ms(emptyMs).trim()})`,
  );
  console.log(`${'unbundled packages'.padEnd(width)}  ${ms(unbundledMs)}`);
  for (const { name, ms: added, share, limit, kubernetes, ok } of bundles) {
    const kind = kubernetes ? 'with Kubernetes' : 'without Kubernetes';
    console.log(
      `${name.padEnd(width)}  ${ms(added)}  ${share.toFixed(2)} of that, ${ok ? 'within' : 'OVER'} ${limit} (${kind})`,
    );
  }
}

const folder = mkdtempSync(path.join(tmpdir(), 'gateway-autopilot-cold-start-'));
try {
  const figures = await measureBundles(folder);
  if (options.json) console.log(JSON.stringify(figures, undefined, 2));
  else print(figures);
  if (figures.bundles.some(({ ok }) => !ok)) process.exitCode = 1;
} finally {
  rmSync(folder, { recursive: true, force: true });
}
