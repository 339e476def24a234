import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { COMMAND_NAMES } from '../../cli/commands';
import { anAccount, words } from './a-world';

jest.setTimeout(180_000);

const ROOT = path.resolve(__dirname, '../..');
/** But for the installation, which is walked by test/install. */
const README = readFileSync(path.join(ROOT, 'README.md'), 'utf8').replace(/^## Installing\n.*?(?=^## )/ms, '');

/** Every `gateway-autopilot …` of the README: lines of code without their comments, and what is in the text. */
const SHOWN = [
  ...[...README.matchAll(/^(?:\$ )?npx gateway-autopilot (\S.*?)(?: +#.*)?$/gm)].map(([, line = '']) => line),
  ...[...README.matchAll(/`npx gateway-autopilot (\S[^`]*)`/g)].map(([, line = '']) => line),
];

it('shows every command', () => {
  expect([...new Set(SHOWN.map((line) => line.split(' ')[0]))].sort()).toEqual([...COMMAND_NAMES].sort());
});

it('shows commands that work, in this order, on the example', async () => {
  const account = anAccount();
  const quick = SHOWN.filter((line) => !line.startsWith('rehearse'));
  expect(quick.length).toBeGreaterThan(18);
  for (const line of quick) {
    // Nobody leaves in the middle of it.
    const isAlone = line.includes('--fresh') || line.startsWith('uninstall');
    const { run } = isAlone ? anAccount() : account;
    const { code, errors, out } = await run(line);
    const problems = errors.replaceAll(/^Note: .*\n/gm, '');
    // There is something to plan and to mend.
    const isOpen = /^(?:plan|audit)\b/.test(line) || /^alarms(?!.*--yes)/.test(line);
    const expected = isOpen ? 2 : line.startsWith('doctor') ? 1 : 0;
    expect([line, code, problems]).toEqual([line, expected, '']);
    // In an emulated account the channels have nobody behind them.
    if (line.startsWith('doctor'))
      expect(new Set(out.match(/(?<=^FAIL {2}\w+ +)[\w-]+/gm))).toEqual(new Set(['environment']));
  }
});

it('shows what they print', async () => {
  const [, line = '', printed = ''] = /^\$ npx gateway-autopilot (plan .*)\n((?:.+\n)+?)```/m.exec(README) ?? [];
  const { out } = await anAccount().run(line);
  expect(out).toBe(printed);
});

it('shows a rehearsal that begins, and ends by Ctrl-C', async () => {
  const [line = ''] = SHOWN.filter((each) => each.startsWith('rehearse'));
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
