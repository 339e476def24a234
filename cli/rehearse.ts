import { spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { parseArguments } from '../rehearsal/arguments';
import { InvalidInput } from '../shared/errors';
import type { Asked } from './commands';
import { EXIT_CODES, type Outcome } from './exit-code';
import { type Result, WrongUsage } from './result';

const PROGRAM = path.resolve(__dirname, '../rehearsal/main.ts');

/** What `npm start` does, with its options, in a process of its own: it loads its parts by the half of tsx that we do without. */
export async function rehearsal({ rest }: Asked): Promise<Result> {
  checkOptions(rest);
  const tsx = pathToFileURL(require.resolve('tsx')).href;
  const child = spawn(process.execPath, ['--import', tsx, PROGRAM, ...rest], { stdio: 'inherit' });
  // It ends by them in its own time, and we after it.
  const passOn = (signal: NodeJS.Signals): void => void child.kill(signal);
  process.on('SIGINT', passOn).on('SIGTERM', passOn);
  try {
    const [code] = await once(child, 'close');
    return { outcome: outcomeOf(code), body: {}, isPrinted: true, lines: [], errors: [], notes: [] };
  } finally {
    process.off('SIGINT', passOn).off('SIGTERM', passOn);
  }
}

function outcomeOf(code: unknown): Outcome {
  if (code === EXIT_CODES.done) return 'done';
  return code === EXIT_CODES.stopped ? 'stopped' : 'failed';
}

function checkOptions(rest: readonly string[]): void {
  try {
    parseArguments(rest);
  } catch (error) {
    if (!(error instanceof InvalidInput)) throw error;
    // What follows are all its options.
    throw new WrongUsage(`${error.message.split('\n')[0]}; rehearse --help lists its options`);
  }
}
