import { main } from './main';
import { processWorld } from './process-world';

/** The program. */
export function enter(): void {
  // Whoever reads has gone away, as `| head` does: nothing is left to say, and nothing is wrong.
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') process.exit(0);
    throw error;
  });
  main(process.argv.slice(2), processWorld()).then(
    (code) => {
      process.exitCode = code;
    },
    (error: unknown) => {
      throw error;
    },
  );
}
