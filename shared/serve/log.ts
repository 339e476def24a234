import type { Level, LOG_SCHEMA, LogEvent } from '../core/log-events';
import { isoTime } from '../core/time';
import type { Clock, Log } from '../ports';

/** Function Compute cuts lines at 32 KB. */
const LONGEST_LINE = 30_000;

/** Only its type is imported, so that the table of events is in no bundle. */
const SCHEMA: typeof LOG_SCHEMA = 1;

/** Where and for whom a function runs: on every line. */
export interface Origin {
  readonly function: string;
  readonly requestId?: string;
  readonly region?: string;
}

/** One JSON object a line: what every line has, which no event's own fields replace, then these. */
export function createLog(clock: Clock, writeLine: (line: string) => void, origin: Origin): Log {
  const write = (level: Level, event: LogEvent, fields: object): void => {
    const head = { schema: SCHEMA, level, event, at: isoTime(clock.now()), ...origin };
    const line = JSON.stringify({ ...head, ...fields, ...head });
    writeLine(line.length <= LONGEST_LINE ? line : JSON.stringify({ ...head, cut: line.slice(0, LONGEST_LINE / 2) }));
  };
  return {
    info: (event, fields) => write('info', event, fields),
    warn: (event, fields) => write('warn', event, fields),
    error: (event, fields) => write('error', event, fields),
  };
}
