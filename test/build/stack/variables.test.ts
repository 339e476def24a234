// biome-ignore-all lint/suspicious/noTemplateCurlyInString: Serverless Devs writes its variables so
import { fillIn } from './variables';

describe('variables', () => {
  it.each([
    ["${env('A')}", 'a'],
    ["x ${env('A', 'b')} y", 'x a y'],
    ["${env('NONE', 'b')}", 'b'],
    ["${env('EMPTY', 'b')}", 'b'],
    ['${vars.first}', 'first'],
    ['${vars.second}', 'first and second'],
  ])('fill %s with %s', (text, value) => {
    const vars = { first: 'first', second: '${vars.first} and second' };
    expect(fillIn({ vars, at: { depth: [text, 1, true] } }, { A: 'a', EMPTY: '' })).toMatchObject({
      at: { depth: [value, 1, true] },
    });
  });

  it.each([
    ["${env('NONE')}", 'NONE is not set'],
    ["${env('NONE', '')}", 'NONE is not set'],
    ['${vars.none}', 'vars.none is not set'],
    ["${file('./x')}", 'a form of variable that is not known here'],
    ['${env(A)}', 'a form of variable that is not known here'],
  ])('fail on %s', (text, reason) => {
    expect(() => fillIn({ at: text }, {})).toThrow(reason);
  });
});
