import { holdsMark } from '../../rehearsal/cloud/secret-mark';
import { watchShown } from '../../rehearsal/shown';
import { CloudError, InvalidInput } from '../../shared/errors';
import { oddIn } from './log-lines';

/**
 * A test in which a secret shows, in a log line, an answer, a card or the message of an error, fails; so does one that writes a log
 * line which the table of events does not know.
 */
const found = new Set<string>();

function look(where: string, text: string): void {
  if (holdsMark(text)) found.add(`a secret shows in ${where}: ${text.slice(0, 1_000)}`);
}

watchShown(({ as, text }) => {
  look(`a ${as}`, text);
  if (as !== 'log line') return;
  for (const odd of oddIn(text)) found.add(odd);
});

/** `super()` goes to whatever the class is derived from at that moment. */
class WatchedError extends Error {
  constructor(message?: string, options?: ErrorOptions) {
    super(message, options);
    look('the message of an error', message ?? '');
  }
}
for (const type of [CloudError, InvalidInput]) Object.setPrototypeOf(type, WatchedError);

/** What was found since it was asked last. */
export function takeFindings(): readonly string[] {
  const findings = [...found];
  found.clear();
  return findings;
}

afterEach(() => {
  const findings = takeFindings();
  if (findings.length > 0) throw new Error(`${findings.length} times, first:\n${findings.slice(0, 3).join('\n')}`);
});
