import { COMMON_FIELDS, LOG_EVENTS, LOG_SCHEMA } from '../shared/core/log-events';
import { table } from './markdown';

/** The page on log lines for people who write queries, from the table of events. */
export function logLinesPage(): string {
  const rows = Object.entries(LOG_EVENTS).map(([event, { always, levels, means, sometimes }]) => [
    code([event]),
    levels.join(', '),
    code(always),
    code(sometimes),
    means,
  ]);
  return `# Log lines

Made by \`npm run log-lines\`; a test compares it with what the functions write.

One JSON object a line. On every line: ${code(COMMON_FIELDS)}. \`schema\` is ${LOG_SCHEMA}; it goes up when a field is renamed or
changes its meaning. \`region\` is where the function runs, \`requestId\` that of its invocation; both are missing where Function
Compute passed no context that can be used. A line beyond 30,000 characters has \`cut\`, its beginning, in place of its own fields.

${table(['event', 'level', 'fields', 'fields of some lines', 'what it says'], rows)}
`;
}

function code(words: readonly string[]): string {
  return words.map((word) => `\`${word}\``).join(', ');
}
