import { readFileSync } from 'node:fs';
import { userInfo } from 'node:os';
import { createInterface } from 'node:readline/promises';
import type { World } from './world';

const STANDARD_INPUT = 0;

/** The world of a process: its terminal, its files, and the cloud that it is told to reach. */
export function processWorld(): World {
  const { env, stderr, stdin, stdout } = process;
  return {
    environment: env,
    isInteractive: stdin.isTTY && stderr.isTTY,
    // https://no-color.org: whatever the value is, unless it is empty.
    hasColour: stdout.isTTY && !env['NO_COLOR'] && env['TERM'] !== 'dumb',
    out: (line) => void stdout.write(`${line}\n`),
    error: (line) => void stderr.write(`${line}\n`),
    ask: async (question) => {
      const asking = createInterface({ input: stdin, output: stderr });
      try {
        return await asking.question(question);
      } finally {
        asking.close();
      }
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
        });
      }
      const real: typeof import('./deployed') = require('./deployed');
      return real.deployedReach(env);
    },
  };
}

/** In a container the user may have no name. */
function userName(): string | undefined {
  try {
    return userInfo().username;
  } catch {
    return undefined;
  }
}
