import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { COMMAND_NAMES } from '../../cli/commands';
import { blocks, DOCUMENTS, document, section } from '../documents';
import { anAccount, words } from './a-world';

jest.setTimeout(180_000);

const ROOT = path.resolve(__dirname, '../..');

/** Every `gateway-autopilot …` of a page: lines of code without their comments, and what is in the text. */
function shownBy(page: string): readonly string[] {
  // What test/install walks is left out.
  const walked = page === 'README.md' ? ['Installing', 'Leaving it'].map(section) : [];
  const text = walked.reduce((rest, each) => rest.replace(each, ''), document(page));
  return [
    ...[...text.matchAll(/^(?:\$ )?npx gateway-autopilot (\S.*?)(?: +#.*)?$/gm)].map(([, line = '']) => line),
    ...[...text.matchAll(/`npx gateway-autopilot (\S[^`]*)`/g)].map(([, line = '']) => line),
  ];
}

const SHOWN = [...DOCUMENTS.keys()]
  .map((page) => [page, shownBy(page)] as const)
  .filter(([, lines]) => lines.length > 0);
const EVERY_LINE = SHOWN.flatMap(([, lines]) => lines);

it('shows every command', () => {
  expect([...new Set(EVERY_LINE.map((line) => line.split(' ')[0]))].sort()).toEqual([...COMMAND_NAMES].sort());
});

it('names no command that there is not', () => {
  const named = [...DOCUMENTS.values()].flatMap((text) => [...text.matchAll(/`gateway-autopilot ([a-z]+)/g)]);
  const names: readonly string[] = COMMAND_NAMES;
  expect(named.length).toBeGreaterThan(2);
  expect(named.flatMap(([, name = '']) => (names.includes(name) ? [] : [name]))).toEqual([]);
});

it.each(SHOWN)('%s shows commands that work, in its order, on the example', async (_, lines) => {
  const account = anAccount();
  for (const [index, line] of lines.entries()) {
    if (line.startsWith('rehearse')) continue;
    // Nobody leaves in the middle of it.
    const isAlone = line.includes('--fresh') || line.startsWith('uninstall');
    const { run } = isAlone ? anAccount() : account;
    const { code, errors, out } = await run(line);
    const problems = errors.replaceAll(/^Note: .*\n/gm, '');
    // There is something to plan and to mend.
    const isOpen = /^(?:plan|audit)\b/.test(line) || /^alarms(?!.*--yes)/.test(line);
    const expected = isOpen ? 2 : line.startsWith('doctor') ? 1 : 0;
    expect([line, code, problems]).toEqual([line, expected, '']);
    if (!line.startsWith('doctor')) continue;
    // In an emulated account the channels have nobody behind them, and there are no rules before they are made.
    const isRinging = lines.slice(0, index).some((each) => /^alarms .*--yes/.test(each));
    const wrong = isRinging ? ['environment'] : ['alarm-rules', 'environment'];
    const [, functions, extra] = /functions (\S+), and up to (\S+) for extra CLBs/.exec(out) ?? [];
    expect(document('README.md')).toContain(`functions for ${functions}, `);
    expect(document('README.md')).toContain(`up to ${extra} for extra CLBs`);
    expect([...new Set(out.match(/(?<=^FAIL {2}\w+ +)[\w-]+/gm))].sort()).toEqual(wrong);
  }
});

it('shows what they print', async () => {
  const every = [...DOCUMENTS.values()].flatMap((text) => blocks(text, ''));
  const printing = every.flatMap((block) => [...block.matchAll(/^\$ npx gateway-autopilot (.*)\n((?:.+\n)+)$/g)]);
  expect(printing.length).toBeGreaterThan(0);
  for (const [, line = '', printed = ''] of printing) {
    const { out } = await anAccount().run(line);
    expect([line, out]).toEqual([line, printed]);
  }
});

it('shows scripts of npm that there are', () => {
  const { scripts } = JSON.parse(readFileSync(path.join(ROOT, 'package.json'), 'utf8'));
  const text = [...DOCUMENTS.values()].join('\n');
  const shown = [...text.matchAll(/npm (?:run (?:--silent )?([\w:-]+)|(start|test)\b)/g)].map(
    ([, script, short]) => script ?? short ?? '',
  );
  expect(shown.length).toBeGreaterThan(8);
  expect(shown.filter((script) => scripts[script] === undefined)).toEqual([]);
});

it('shows a rehearsal that begins, and ends by Ctrl-C', async () => {
  const [line = ''] = EVERY_LINE.filter((each) => each.startsWith('rehearse'));
  const program = path.join(ROOT, 'cli/gateway-autopilot.mjs');
  const child = spawn(process.execPath, [program, ...words(line)], { cwd: ROOT, stdio: ['ignore', 'pipe', 'pipe'] });
  let out = '';
  child.stdout.on('data', (chunk) => {
    if (out === '') child.kill('SIGINT');
    out += chunk;
  });
  const [code] = await once(child, 'close');
  expect(code).toBe(130);
  expect(out).toContain('Rehearsal of ingressgateway in cn-hangzhou');
});
