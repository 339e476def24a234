import { COMMON_FIELDS, LOG_EVENTS, type LogEvent } from '../../shared/core/log-events';

const COMMON: readonly string[] = COMMON_FIELDS;
/** Missing where there is no context. */
const OPTIONAL = ['requestId', 'region'];

interface Entry {
  readonly levels: readonly string[];
  readonly always: readonly string[];
  readonly sometimes: readonly string[];
}

export function isEvent(name: string): name is LogEvent {
  return Object.hasOwn(LOG_EVENTS, name);
}

/** What the table of events does not say of a line. */
export function oddIn(line: string): readonly string[] {
  const fields: Readonly<Record<string, unknown>> = JSON.parse(line);
  const { event, level } = fields;
  if (typeof event !== 'string' || !isEvent(event)) return [`${event} is no event of the table: ${line}`];
  const { always, levels, sometimes }: Entry = LOG_EVENTS[event];
  const known = [...COMMON, ...always, ...sometimes];
  const missing = [...COMMON.filter((field) => !OPTIONAL.includes(field)), ...always].filter(
    (field) => !Object.hasOwn(fields, field),
  );
  const others = Object.keys(fields).filter((field) => !known.includes(field));
  return [
    ...(levels.some((each) => each === level) ? [] : [`${event} is logged at level ${level}`]),
    ...('cut' in fields ? [] : missing.map((field) => `${event} lacks ${field}`)),
    ...others.filter((field) => field !== 'cut').map((field) => `${event} has ${field}, which the table lacks`),
  ];
}
