import { jsonPatch, mergePatch } from '../../../../rehearsal/cloud/kubernetes/patches';

describe('JSON merge patch', () => {
  // The examples of RFC 7386, appendix A.
  it.each([
    ['{"a":"b"}', '{"a":"c"}', '{"a":"c"}'],
    ['{"a":"b"}', '{"b":"c"}', '{"a":"b","b":"c"}'],
    ['{"a":"b"}', '{"a":null}', '{}'],
    ['{"a":"b","b":"c"}', '{"a":null}', '{"b":"c"}'],
    ['{"a":["b"]}', '{"a":"c"}', '{"a":"c"}'],
    ['{"a":"c"}', '{"a":["b"]}', '{"a":["b"]}'],
    ['{"a":{"b":"c"}}', '{"a":{"b":"d","c":null}}', '{"a":{"b":"d"}}'],
    ['{"a":[{"b":"c"}]}', '{"a":[1]}', '{"a":[1]}'],
    ['["a","b"]', '["c","d"]', '["c","d"]'],
    ['{"a":"b"}', '["c"]', '["c"]'],
    ['{"a":"foo"}', 'null', 'null'],
    ['{"e":null}', '{"a":1}', '{"e":null,"a":1}'],
    ['[1,2]', '{"a":"b","c":null}', '{"a":"b"}'],
    ['{}', '{"a":{"bb":{"ccc":null}}}', '{"a":{"bb":{}}}'],
  ])('%s patched with %s is %s', (target, patch, result) => {
    expect(mergePatch(JSON.parse(target), JSON.parse(patch))).toEqual(JSON.parse(result));
  });

  it('takes __proto__ for a key like any other', () => {
    const merged = mergePatch({}, JSON.parse('{"__proto__":{"admin":true}}'));
    expect(Object.hasOwn(Object(merged), '__proto__')).toBe(true);
    expect(Reflect.get(Object(merged), 'admin')).toBeUndefined();
  });
});

describe('JSON patch', () => {
  it.each([
    ['adds a field', { a: 1 }, [{ op: 'add', path: '/b', value: 2 }], { a: 1, b: 2 }],
    ['adds into a list', { a: [1, 3] }, [{ op: 'add', path: '/a/1', value: 2 }], { a: [1, 2, 3] }],
    ['appends', { a: [1] }, [{ op: 'add', path: '/a/-', value: 2 }], { a: [1, 2] }],
    ['removes', { a: { b: 1, c: 2 } }, [{ op: 'remove', path: '/a/b' }], { a: { c: 2 } }],
    ['removes from a list', { a: [1, 2, 3] }, [{ op: 'remove', path: '/a/0' }], { a: [2, 3] }],
    ['replaces', { a: 1 }, [{ op: 'replace', path: '/a', value: { b: 2 } }], { a: { b: 2 } }],
    ['moves', { a: { b: 1 } }, [{ op: 'move', from: '/a/b', path: '/c' }], { a: {}, c: 1 }],
    ['copies', { a: { b: 1 } }, [{ op: 'copy', from: '/a', path: '/c' }], { a: { b: 1 }, c: { b: 1 } }],
    [
      'tests and goes on',
      { a: [1] },
      [
        { op: 'test', path: '/a', value: [1] },
        { op: 'remove', path: '/a' },
      ],
      {},
    ],
    [
      'unescapes',
      { 'x/y': 1, '~': 2 },
      [
        { op: 'remove', path: '/x~1y' },
        { op: 'remove', path: '/~0' },
      ],
      {},
    ],
    [
      'replaces the whole',
      { a: 1 },
      [
        { op: 'replace', path: '/a', value: 2 },
        { op: 'add', path: '', value: { b: 1 } },
      ],
      { b: 1 },
    ],
  ])('%s', (_, target, patch, result) => {
    const before = structuredClone(target);
    expect(jsonPatch(target, patch)).toEqual(result);
    expect(target).toEqual(before);
  });

  it.each([
    ['an object', {}, 400],
    ['a list of words', ['add'], 400],
    ['an unknown operation', [{ op: 'twist', path: '/a' }], 400],
    ['no path', [{ op: 'remove' }], 400],
    ['a path without a slash', [{ op: 'remove', path: 'a' }], 400],
    ['removing what is not there', [{ op: 'remove', path: '/b' }], 422],
    ['replacing what is not there', [{ op: 'replace', path: '/b', value: 1 }], 422],
    ['removing the whole', [{ op: 'remove', path: '' }], 422],
    ['a test that fails', [{ op: 'test', path: '/a', value: 2 }], 422],
    ['adding below a number', [{ op: 'add', path: '/a/b', value: 1 }], 422],
    ['adding beyond the end of a list', [{ op: 'add', path: '/l/2', value: 1 }], 422],
    ['moving what is not there', [{ op: 'move', from: '/b', path: '/c' }], 422],
  ])('refuses %s', (_, patch, status) => {
    expect(() => jsonPatch({ a: 1, l: [1] }, patch)).toThrow(expect.objectContaining({ status }));
  });
});
