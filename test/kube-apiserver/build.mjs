import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync } from 'node:fs';
import path from 'node:path';

/**
 * Builds the API server that the contract tests start, once per content of this folder and version of Go, and prints
 * the path of the binary. With `--cached` nothing is built.
 *
 * AUTOPILOT_KUBE_APISERVER names a binary of this program to take instead.
 *
 * Exit codes: 0; 1 the build failed; 2 the named binary does not exist; 3 Go is not installed; 4 not built yet.
 */
const GIVEN = 'AUTOPILOT_KUBE_APISERVER';
const SOURCES = import.meta.dirname;
const CACHE = path.resolve(SOURCES, '../../.cache/kube-apiserver');
/** Compiling without what the linker leaves out anyway takes a tenth less time. */
const WITHOUT_DEBUGGING = ['-gcflags=all=-dwarf=false', '-ldflags=-s -w'];

function end(code, message) {
  process.stderr.write(`${message}\n`);
  process.exit(code);
}

function goVersion() {
  const { error, status, stdout } = spawnSync('go', ['version'], { cwd: SOURCES, encoding: 'utf8' });
  if (error?.code === 'ENOENT') end(3, `a real kube-apiserver needs Go on the PATH, or ${GIVEN} set to a binary`);
  if (status !== 0) end(1, `go version ended with ${status ?? error}`);
  return stdout;
}

function cacheKey() {
  const names = readdirSync(SOURCES).filter((name) => /^go\.(mod|sum)$|\.go$/.test(name));
  const hash = createHash('sha256').update(goVersion());
  for (const name of names.sort()) hash.update(`\0${name}\0`).update(readFileSync(path.join(SOURCES, name)));
  return hash.digest('hex').slice(0, 16);
}

/** Beside its place first, so that a build that is cut off leaves nothing that looks like a binary. */
function build(binary) {
  const started = performance.now();
  const unfinished = `${binary}.${process.pid}`;
  process.stderr.write('building kube-apiserver, which takes minutes the first time\n');
  const { status, error } = spawnSync(
    'go',
    ['build', '-mod=readonly', '-trimpath', '-buildvcs=false', ...WITHOUT_DEBUGGING, '-o', unfinished, '.'],
    { cwd: SOURCES, env: { ...process.env, CGO_ENABLED: '0', GOWORK: 'off' }, stdio: ['ignore', 2, 2] },
  );
  if (status !== 0) {
    rmSync(unfinished, { force: true });
    end(1, `go build ended with ${status ?? error}`);
  }
  renameSync(unfinished, binary);
  const megabytes = Math.round(statSync(binary).size / 1e6);
  process.stderr.write(`built in ${Math.round((performance.now() - started) / 1000)} s, ${megabytes} MB\n`);
}

function removeOthers(binary) {
  const finished = readdirSync(CACHE).filter((name) => /^kube-apiserver-[0-9a-f]+$/.test(name));
  const others = finished.map((name) => path.join(CACHE, name)).filter((other) => other !== binary);
  for (const other of others) rmSync(other, { force: true });
}

function main() {
  const given = process.env[GIVEN];
  if (given !== undefined && given !== '') {
    if (!existsSync(given)) end(2, `${GIVEN} names ${given}, which does not exist`);
    return given;
  }
  const binary = path.join(CACHE, `kube-apiserver-${cacheKey()}`);
  if (existsSync(binary)) return binary;
  if (process.argv.includes('--cached')) end(4, 'kube-apiserver is not built: run node test/kube-apiserver/build.mjs');
  mkdirSync(CACHE, { recursive: true });
  build(binary);
  removeOthers(binary);
  return binary;
}

process.stdout.write(`${main()}\n`);
