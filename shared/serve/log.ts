import { isoTime } from '../core/time';
import type { Clock, Log, LogFields } from '../ports';

/** Function Compute cuts lines at 32 KB. */
const LONGEST_LINE = 30_000;

/** One JSON object a line: `level`, `event`, `at`, the fields that every line of the invocation carries, then its own. */
export function createLog(clock: Clock, writeLine: (line: string) => void, common: LogFields): Log {
  const write = (level: string, event: string, fields: LogFields): void => {
    const head = { level, event, at: isoTime(clock.now()), ...common };
    const line = JSON.stringify({ ...head, ...fields });
    writeLine(line.length <= LONGEST_LINE ? line : JSON.stringify({ ...head, cut: line.slice(0, LONGEST_LINE / 2) }));
  };
  return {
    info: (event, fields) => write('info', event, fields),
    warn: (event, fields) => write('warn', event, fields),
    error: (event, fields) => write('error', event, fields),
  };
}
