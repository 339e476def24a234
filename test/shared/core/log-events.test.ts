import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { logLinesPage } from '../../../scripts/log-lines-page';
import { COMMON_FIELDS, LOG_EVENTS } from '../../../shared/core/log-events';

const ROOT = path.resolve(__dirname, '../../..');
const COMMON: readonly string[] = COMMON_FIELDS;

/** Where the code logs an event: `log.warn('lease-not-taken', …`. */
function logged(): ReadonlySet<string> {
  const shared = path.join(ROOT, 'shared');
  const files = readdirSync(shared, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.ts'));
  const text = files.map((file) => readFileSync(path.join(shared, file), 'utf8')).join('\n');
  return new Set([...text.matchAll(/\blog\.(?:info|warn|error)\('([a-z-]+)'/g)].map(([, event = '']) => event));
}

// That every line that is written is in the table is checked wherever a test writes one: test/setup/nothing-leaks.ts.
it('has every event that the code logs and no other', () => {
  expect([...logged()].sort()).toEqual(Object.keys(LOG_EVENTS).sort());
});

it('has no field that every line has already, and none twice', () => {
  for (const [event, { always, sometimes }] of Object.entries(LOG_EVENTS)) {
    const fields: readonly string[] = [...always, ...sometimes];
    expect([event, fields.filter((field) => COMMON.includes(field))]).toEqual([event, []]);
    expect([event, fields.length]).toEqual([event, new Set(fields).size]);
  }
});

it('is what the page on log lines says; npm run log-lines writes it', () => {
  expect(readFileSync(path.join(ROOT, 'docs/log-lines.md'), 'utf8')).toBe(logLinesPage());
});
