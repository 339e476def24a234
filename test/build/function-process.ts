import { type ChildProcess, spawn } from 'node:child_process';
import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { SECRET_MARK } from '../../rehearsal/cloud/secret-mark';
import { show } from '../../rehearsal/shown';

/** Values of the context that must never be printed. */
export const CANARY = {
  accessKeyId: `${SECRET_MARK}-id`,
  accessKeySecret: `${SECRET_MARK}-secret`,
  securityToken: `${SECRET_MARK}-token`,
} as const;

/** The context of an invocation, as Function Compute 3.0 documents it (fc-docs 109). */
export const CONTEXT = {
  requestId: '1-6745c1f0-15a1b2c3-0123456789ab',
  credentials: CANARY,
  function: { name: 'under-test', handler: 'index.handler', memory: 512, timeout: 60 },
  service: { logProject: 'project', logStore: 'store', qualifier: 'LATEST', versionId: '' },
  region: 'cn-hangzhou',
  accountId: '1234567890123456',
} as const;

export type Outcome =
  | { readonly result: unknown }
  | { readonly error: { readonly name: string; readonly message: string } };

/** A fresh Node process with one function in it, in a folder of its own from which no `node_modules` can be reached. */
export interface FunctionProcess {
  /** @param context what Function Compute passes; {@link CONTEXT} unless told */
  invoke(event: string | Buffer, context?: object): Promise<Outcome>;
  /** Stops every thread of the process, as Function Compute does between invocations, for some milliseconds. */
  freeze(milliseconds: number): Promise<void>;
  /** Waits for the process to end by itself; everything that it printed, and its exit code. */
  end(): Promise<{ readonly code: number | null; readonly printed: string }>;
}

const running = new Set<ChildProcess>();

/** Kills what a test that failed left running; for `afterEach`. */
export function killFunctions(): void {
  for (const child of running) child.kill('SIGKILL');
}

function exitOf(child: ChildProcess): Promise<number | null> {
  return new Promise((resolve) => child.once('close', resolve));
}

/** @param built folder of one function, as the build writes it */
export async function startFunction(built: string, environment: Record<string, string> = {}): Promise<FunctionProcess> {
  const folder = await mkdtemp(path.join(tmpdir(), 'gateway-autopilot-function-'));
  await cp(built, path.join(folder, 'code'), { recursive: true });
  await cp(path.join(__dirname, 'fixtures/invoke.cjs'), path.join(folder, 'invoke.cjs'));
  const { PATH } = process.env;
  const child = spawn(process.execPath, ['invoke.cjs', path.join(folder, 'code'), 'index.handler'], {
    cwd: folder,
    env: { PATH, TZ: 'UTC', ...environment },
    stdio: ['pipe', 'pipe', 'pipe', 'pipe'],
  });
  let printed = '';
  child.stdout?.on('data', (chunk: Buffer) => {
    printed += chunk.toString();
  });
  child.stderr?.on('data', (chunk: Buffer) => {
    printed += chunk.toString();
  });
  const outcomes = createInterface({ input: child.stdio[3] as Readable })[Symbol.asyncIterator]();
  running.add(child);
  const exit = exitOf(child).finally(() => running.delete(child));
  return {
    async invoke(event, context = CONTEXT) {
      const line = { event: Buffer.from(event).toString('base64'), context };
      child.stdin?.write(`${JSON.stringify(line)}\n`);
      const { value, done } = await outcomes.next();
      if (done === true) throw new Error(`the function's process ended: ${printed}`);
      show('answer', value);
      return JSON.parse(value) as Outcome;
    },
    async freeze(milliseconds) {
      child.kill('SIGSTOP');
      await new Promise((resolve) => setTimeout(resolve, milliseconds));
      child.kill('SIGCONT');
    },
    async end() {
      child.stdin?.end();
      const timer = setTimeout(() => child.kill('SIGKILL'), 5_000);
      const code = await exit;
      clearTimeout(timer);
      await rm(folder, { recursive: true, force: true });
      for (const line of printed.split('\n')) show(line.startsWith('{') ? 'log line' : 'output', line);
      return { code, printed };
    },
  };
}
