import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { readText } from '../../cli/configuration';

/** As a process reads it that was started in an empty folder. */
function readIn(folder: string) {
  return { read: (file: string) => readFileSync(path.resolve(folder, file), 'utf8') };
}

it.each([
  ['my.yaml', 'my.yaml cannot be read: there is no such file'],
  [
    'autopilot.yaml',
    'autopilot.yaml cannot be read: there is no such file here; begin with a copy of autopilot.example.yaml, or name yours with --config',
  ],
  ['.', '. cannot be read: it is a folder'],
])('says in plain words why %s is not read', (file, why) => {
  const folder = mkdtempSync(path.join(tmpdir(), 'gateway-autopilot-configuration-'));
  expect(() => readText(file, readIn(folder))).toThrow(why);
  rmSync(folder, { recursive: true });
});

it('repeats what is not known', () => {
  const read = (): never => {
    throw new Error('the disk is on fire');
  };
  expect(() => readText('my.yaml', { read })).toThrow('my.yaml cannot be read: the disk is on fire');
});
