import { printable, shortened } from '../../../shared/core/words';

describe('printable', () => {
  it('puts a space for whatever could forge a line or turn one round', () => {
    expect(printable('a\u001b[2Jb\nc\u2028d\u202ee\u2066f')).toBe('a [2Jb c d e f');
  });

  it('leaves everything else', () => {
    expect(printable('网关 → 3 pods 😀')).toBe('网关 → 3 pods 😀');
  });
});

describe('shortened', () => {
  it.each([
    ['abc', 3, 'abc'],
    ['abcd', 3, 'ab…'],
    ['a😀b', 4, 'a😀b'],
    ['a😀bc', 4, 'a😀…'],
    ['a😀bc', 3, 'a…'],
  ])('%s to %s units', (text, longest, expected) => {
    expect(shortened(text, longest)).toBe(expected);
  });
});
