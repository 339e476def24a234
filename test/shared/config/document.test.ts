import { checkConfiguration, loadConfiguration, problemText } from '../../../shared/config/load';
import { InvalidInput } from '../../../shared/errors';
import { SMALLEST, smallestWith } from './a-configuration';

function problemsOf(text: string): readonly string[] {
  return checkConfiguration(text, 'a.yaml').problems.map(problemText);
}

function readAsUtf8(text: string, encoding: 'utf16le' | 'utf16be'): string {
  const bytes = Buffer.from(text, 'utf16le');
  return (encoding === 'utf16le' ? bytes : bytes.swap16()).toString('utf8');
}

describe('a text that is no configuration', () => {
  it.each([
    ['an empty file', '', ['a.yaml:1:1 is empty; a mapping of keys to values is expected']],
    ['blanks', ' \n\n ', ['a.yaml:1:1 is empty; a mapping of keys to values is expected']],
    ['a comment', '# later\n', ['a.yaml:1:1 is empty; a mapping of keys to values is expected']],
    ['a byte order mark alone', '\uFEFF', ['a.yaml:1:1 is empty; a mapping of keys to values is expected']],
    ['a list', '\n- version: 1\n', ['a.yaml:2:1 must be a mapping of keys to values']],
    ['a word', 'version', ['a.yaml:1:1 must be a mapping of keys to values']],
    ...(['utf16le', 'utf16be'] as const).flatMap((encoding) =>
      [SMALLEST, `\uFEFF${SMALLEST}`, '\uFEFF丁\n'].map((text): [string, string, string[]] => [
        `${JSON.stringify(text.slice(0, 2))} in ${encoding}, read as UTF-8`,
        readAsUtf8(text, encoding),
        ['a.yaml:1:1 the file is UTF-16; save it as UTF-8'],
      ]),
    ),
    ['NUL characters', '\0\0\0', ['a.yaml:1:1 must be a mapping of keys to values']],
    [
      'a tab',
      'version: 1\nregions:\n\tcn-hangzhou: {}\n',
      ['a.yaml:3:1 a tab indents this line; YAML is indented with spaces'],
    ],
    [
      'a second document',
      `${SMALLEST}---\n${SMALLEST}`,
      ['a.yaml:14:1 a second document starts here; a configuration is one document'],
    ],
    [
      'an unclosed bracket',
      'version: [1\nregions: 2\n',
      ['a.yaml:2:1 Flow sequence in block collection must be sufficiently indented and end with a ]'],
    ],
    ['an unclosed quote', 'version: "1\n', ['a.yaml:2:1 Missing closing "quote']],
    ['uneven indentation', 'a:\n    b: 1\n  c: 2\n', ['a.yaml:3:1 All mapping items must start at the same column']],
    [
      'a reserved character',
      'version: @1\n',
      ['a.yaml:1:10 Plain value cannot start with reserved character @; put the value in quotes'],
    ],
    ['a tag', 'version: !secret 1\n', ['a.yaml:1:10 tags (words that start with !) have no meaning here']],
    [
      'a tag of YAML 1.1',
      'version: !!binary aGk=\n',
      ['a.yaml:1:10 tags (words that start with !) have no meaning here'],
    ],
    ['a list as a key', '[a]: 1\n', ['a.yaml:1:1 a key is plain text, not a list, a mapping or an alias']],
    ['an alias without an anchor', 'version: *one\n', ['a.yaml:1:10 no anchor &one comes before the alias *one']],
    ['an alias before its anchor', 'a: *one\nb: &one 1\n', ['a.yaml:1:4 no anchor &one comes before the alias *one']],
    [
      'an alias inside its anchor',
      'a: &one\n  b: *one\n',
      ['a.yaml:2:6 the alias *one stands inside what it stands for'],
    ],
    [
      'more than there can be',
      '#'.repeat(1_000_000),
      ['a.yaml:1:1 the file has 1000000 characters; at most 131072 are read'],
    ],
    ['nothing but brackets', '['.repeat(10_000), ['a.yaml:1:1 is nested too deeply']],
    ['nothing but braces', '{'.repeat(10_000), ['a.yaml:1:1 is nested too deeply']],
    ['nothing but dashes', '- '.repeat(5_000), ['a.yaml:1:1 is nested too deeply']],
  ])('such as %s has one clear problem', (_, text, problems) => {
    expect(problemsOf(text).map((problem) => problem.replace(/:1:\d{2,}(?= is nested)/, ':1:1'))).toEqual(problems);
    expect(() => loadConfiguration(text, 'a.yaml')).toThrow(InvalidInput);
  });

  it('names duplicate keys beside everything else', () => {
    expect(problemsOf(`${SMALLEST}version: 2\nregion: 1\n"version": 3\n`)).toEqual([
      'a.yaml:14:1 the key "version" is already there; each key may stand once',
      'a.yaml:15:1 region: unknown key; did you mean "regions"?',
      'a.yaml:16:1 the key "version" is already there; each key may stand once',
      'a.yaml:16:12 version: must be 1',
    ]);
  });

  it.each([
    ['version: 1', '__proto__: { version: 1 }\nversion: 1', 1, 1],
    ['  cn-hangzhou:\n', '  __proto__: { cluster: { id: x } }\n  cn-hangzhou:\n', 3, 3],
    ['{ id: c1 }', '{ id: c1, "__proto__": 1 }', 4, 24],
    ['  web:\n', '  __proto__: {}\n  web:\n', 10, 3],
  ])('refuses __proto__ wherever it stands: %j as %j', (piece, by, line, column) => {
    expect(problemsOf(smallestWith(piece, by))).toContain(
      `a.yaml:${line}:${column} the key "__proto__" is not allowed`,
    );
    expect(Object.hasOwn(Object.prototype, 'version')).toBe(false);
  });

  it('refuses aliases that stand for billions of values', () => {
    const levels = ['b', 'c', 'd', 'e', 'f', 'g', 'h', 'i', 'j'].map((name, index) => {
      const below = `*${'abcdefghi'.charAt(index)}`;
      return `${name}: &${name} [${Array(9).fill(below).join(', ')}]`;
    });
    expect(problemsOf(['a: &a [1, 1, 1, 1, 1, 1, 1, 1, 1]', ...levels].join('\n'))).toEqual([
      'a.yaml:1:1 an anchor stands for more than 1000 values by its aliases',
    ]);
  });

  it('keeps YAML 1.2 under a directive for YAML 1.1', () => {
    expect(problemsOf(`%YAML 1.1\n---\n${smallestWith('{ id: c1 }', '{ id: c1, privateApi: no }')}`)).toEqual([
      'a.yaml:6:36 regions.cn-hangzhou.cluster.privateApi: must be true or false',
    ]);
  });

  it('does not repeat what stands where nothing is expected', () => {
    const problems = problemsOf('notify: "x" https://hooks.example.com/secret-token\n');
    expect(problems).toEqual(['a.yaml:1:13 is not expected here']);
  });

  it('shortens keys that are long or hold control characters', () => {
    expect(problemsOf(`${SMALLEST}"\\e[31mred\\n": 1\n${'k'.repeat(500)}: 1\n`)).toEqual([
      expect.stringMatching(/^a\.yaml:14:1 "\\u001b\[31mred\\n": unknown key; known here are version, /),
      expect.stringMatching(/^a\.yaml:15:1 "k{61}\.\.\.": unknown key; known here are version, /),
    ]);
  });
});

describe('garbage', () => {
  const LENGTH = 16_384;

  function noise(from: number, kinds: number): string {
    // A multiplicative generator (MINSTD), so that each run sees the same noise.
    let state = 1;
    return Array.from({ length: LENGTH }, () => {
      state = (state * 48_271) % 2_147_483_647;
      return String.fromCharCode(from + (state % kinds));
    }).join('');
  }

  it.each([
    ['letters', noise(32, 95)],
    ['bytes', noise(0, 256)],
    ['UTF-16 with lone surrogates', noise(0xd7_00, 0x09_00)],
    ['lines', 'a:\n'.repeat(LENGTH / 4)],
    ['quotes', '"'.repeat(LENGTH)],
    ['closing brackets', ']'.repeat(LENGTH)],
    ['commas', `[${','.repeat(LENGTH - 1)}`],
    ['anchors', '&a '.repeat(LENGTH / 4)],
    ['aliases', `a: &a x\nb: [${'*a,'.repeat(LENGTH / 4)}]`],
    ['aliases of aliases', `a: [${Array.from({ length: 1_000 }, (_, index) => `&a${index} 1, *a${index}`).join()}]`],
    ['keys up to the greatest length', Array.from({ length: 11_900 }, (_, index) => `k${index}: 1`).join('\n')],
    ['list items', '-\n'.repeat(LENGTH / 2)],
    ['nested mappings', Array.from({ length: 500 }, (_, depth) => `${' '.repeat(depth)}a:`).join('\n')],
  ])('of %s is refused, not crashed upon', (_, text) => {
    const { configuration, problems } = checkConfiguration(text, 'a.yaml');
    expect(configuration).toBeUndefined();
    expect(problems.length).toBeGreaterThan(0);
    for (const { column, line, message } of problems.slice(0, 50)) {
      expect(line).toBeGreaterThanOrEqual(1);
      expect(column).toBeGreaterThanOrEqual(1);
      expect(message.length).toBeLessThan(300);
    }
  });
});
