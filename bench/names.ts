// What a quiet look at many names costs: calls, time and memory of failover-dns.
//
//   npm run bench:names [-- --zones 3 --names 100 --round-trip 20]
//
// The emulated cloud and the function are processes of their own, so that the memory is the function's. It runs from its sources, which
// makes it larger than its bundle is.

import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { manyNames, REGIONS } from '../rehearsal/many-names';
import { failoverDnsHandler } from '../shared/serve/failover-dns';
import { internet } from '../shared/serve/network';
import { functionCompute } from '../shared/serve/surroundings';

const [REGION] = REGIONS;
const LOOKS = 3;

interface Looked {
  readonly message: string;
  readonly milliseconds: number;
  readonly megabytes: number;
}

async function cloud(zones: number, names: number, roundTrip: number): Promise<void> {
  const world = manyNames({ zones, shared: names, standby: 0, probes: false });
  const listening = await world.cloud.listen();
  const directory = mkdtempSync(path.join(tmpdir(), 'names-'));
  try {
    writeFileSync(path.join(directory, 'autopilot.yaml'), world.text);
    world.cloud.faults.delay({ operation: /./, by: roundTrip });
    world.cloud.resetCalls();
    const looks = await looksOf(directory, listening.url, JSON.stringify(world.cloud.credentials()));
    print(`${zones * names} names in ${zones} zones, ${REGIONS.length} regions, ${roundTrip} ms to the cloud and back`);
    print(`calls of ${LOOKS} looks: ${world.cloud.calls().length}`);
    for (const { megabytes, message, milliseconds } of looks) {
      print(`${Math.round(milliseconds)} ms, ${Math.round(megabytes)} MB resident: ${message}`);
    }
  } finally {
    rmSync(directory, { recursive: true });
    await listening.close();
  }
}

function looksOf(directory: string, url: string, credentials: string): Promise<readonly Looked[]> {
  const child = spawn(process.execPath, ['--import', 'tsx', path.resolve('bench/names.ts'), '--function', directory], {
    env: { ...process.env, AUTOPILOT_ENDPOINT: url, BENCH_CREDENTIALS: credentials },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let text = '';
  child.stdout.on('data', (chunk) => {
    text += String(chunk);
  });
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) => {
      if (code === 0) resolve(JSON.parse(text));
      else reject(new Error(`the function ended with ${code}: ${text}`));
    });
  });
}

/** The function: one instance that looks a few times. */
async function instance(directory: string): Promise<void> {
  const handler = failoverDnsHandler({ ...functionCompute(directory, internet), writeLine: () => undefined });
  const context = {
    requestId: 'bench',
    region: REGION,
    accountId: '1234567890',
    credentials: JSON.parse(process.env['BENCH_CREDENTIALS'] ?? '{}'),
    function: { name: 'failover-dns', handler: 'index.handler', memory: 512, timeout: 90 },
  };
  const looks: Looked[] = [];
  for (let look = 1; look <= LOOKS; look += 1) {
    const startedAt = performance.now();
    const answer = await handler(Buffer.from(JSON.stringify({ action: 'look' })), context);
    const milliseconds = performance.now() - startedAt;
    looks.push({ message: JSON.parse(answer).message, milliseconds, megabytes: process.memoryUsage.rss() / 2 ** 20 });
  }
  print(JSON.stringify(looks));
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      zones: { type: 'string', default: '3' },
      names: { type: 'string', default: '100' },
      'round-trip': { type: 'string', default: '20' },
      function: { type: 'string' },
    },
  });
  const { names, zones, function: directory, 'round-trip': roundTrip } = values;
  if (directory === undefined) await cloud(Number(zones), Number(names), Number(roundTrip));
  else await instance(directory);
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`);
  process.exitCode = 1;
});
