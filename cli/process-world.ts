import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { userInfo } from 'node:os';
import { createInterface } from 'node:readline/promises';
import { systemClock } from '../shared/cloud/system-clock';
import type { World } from './world';

const STANDARD_INPUT = 0;

/** The world of a process: its terminal, its files, and the cloud that it is told to reach. */
export function processWorld(): World {
  const { env, stderr, stdin, stdout } = process;
  return {
    environment: env,
    // Without a terminal it is not `false` but absent.
    isInteractive: stdin.isTTY === true && stderr.isTTY === true,
    hasColour: hasColour(stdout.isTTY, env),
    out: (line) => void stdout.write(`${line}\n`),
    error: (line) => void stderr.write(`${line}\n`),
    ask: async (question) => {
      const asking = createInterface({ input: stdin, output: stderr });
      try {
        // Ctrl-C and Ctrl-D close it, and are no answer.
        return await Promise.race([asking.question(question), once(asking, 'close').then(() => '')]);
      } finally {
        asking.close();
      }
    },
    now: systemClock().now,
    after: (delay, work) => {
      const timer = setTimeout(work, delay).unref();
      return () => clearTimeout(timer);
    },
    read: (file) => readFileSync(file, 'utf8'),
    standardInput: () => readFileSync(STANDARD_INPUT, 'utf8'),
    user: userName,
    open: async (wanted) => {
      if (wanted.isEmulated) {
        const emulated: typeof import('./emulated') = require('./emulated');
        return emulated.emulatedReach(wanted.configuration, {
          memory: emulated.memoryOf(wanted),
          isFresh: wanted.isFresh,
          isAsWritten: wanted.isAsWritten === true,
        });
      }
      const real: typeof import('./deployed') = require('./deployed');
      return real.deployedReach(env);
    },
  };
}

/** https://no-color.org: whatever the value is, unless it is empty. */
export function hasColour(isTerminal: boolean | undefined, environment: World['environment']): boolean {
  return isTerminal === true && !environment['NO_COLOR'] && environment['TERM'] !== 'dumb';
}

/** In a container the user may have no name. */
function userName(): string | undefined {
  try {
    return userInfo().username;
  } catch {
    return undefined;
  }
}
