import { describeDimensions, parseDimensions } from '../../../shared/event/dimensions';

describe('parseDimensions', () => {
  it.each<readonly [unknown, readonly (readonly [string, string])[]]>([
    [
      '{userId=12****), instanceId=i-12****}',
      [
        ['userId', '12****'],
        ['instanceId', 'i-12****'],
      ],
    ],
    [
      '{port=10080, protocol=tcp, userId=1273****, instanceId=lb-bp1****}',
      [
        ['port', '10080'],
        ['protocol', 'tcp'],
        ['userId', '1273****'],
        ['instanceId', 'lb-bp1****'],
      ],
    ],
    [
      '{name=a=b==, instanceId=lb-1}',
      [
        ['name', 'a=b=='],
        ['instanceId', 'lb-1'],
      ],
    ],
    [
      '{instanceName=tcp，端口：80, 实例, instanceId=lb-1}',
      [
        ['instanceName', 'tcp，端口：80, 实例'],
        ['instanceId', 'lb-1'],
      ],
    ],
    [
      '{instanceName=edge (blue), instanceId=lb-1}',
      [
        ['instanceName', 'edge (blue)'],
        ['instanceId', 'lb-1'],
      ],
    ],
    ['{instanceId=lb-1, instanceId=lb-2}', [['instanceId', 'lb-1']]],
    ['  {instanceId = lb-1}', []],
    ['{instanceId=lb-1', [['instanceId', 'lb-1']]],
    ['instanceId=lb-1', [['instanceId', 'lb-1']]],
    ['{instanceId=}', [['instanceId', '']]],
    ['{__proto__=x}', [['__proto__', 'x']]],
    ['{}', []],
    ['', []],
    ['null', []],
    [
      '[{"userId":"12345","instanceId":"i-12345"}]',
      [
        ['userId', '12345'],
        ['instanceId', 'i-12345'],
      ],
    ],
    [
      '{"instanceId":"i-12345","port":80,"tags":["a"],"vip":null}',
      [
        ['instanceId', 'i-12345'],
        ['port', '80'],
      ],
    ],
    ['[{"instanceId":', []],
    ['[]', []],
    [[{ instanceId: 'i-1' }, { instanceId: 'i-2' }], [['instanceId', 'i-1']]],
    [{ instanceId: 'i-1' }, [['instanceId', 'i-1']]],
    [[], []],
    [['i-1'], []],
    [null, []],
    [5, []],
  ])('%j', (written, entries) => {
    expect(parseDimensions(written)).toEqual(new Map(entries));
  });

  it('reads 2,000 characters and nothing longer', () => {
    const value = 'x'.repeat(1_987);
    expect(parseDimensions(`{instanceId=${value}}`)).toEqual(new Map([['instanceId', value]]));
    expect(parseDimensions(`{instanceId=${value}x}`)).toEqual(new Map());
  });
});

describe('describeDimensions', () => {
  it.each([
    ['{port=443, protocol=tcp, userId=12, instanceId=lb-1}', 'instanceId=lb-1,port=443,protocol=tcp'],
    ['{instanceId=lb-1, protocol=tcp, port=443}', 'instanceId=lb-1,port=443,protocol=tcp'],
    ['{"port":443,"instanceId":"lb-1","protocol":"tcp"}', 'instanceId=lb-1,port=443,protocol=tcp'],
    ['{userId=12}', undefined],
    ['{}', undefined],
    [`{instanceId=${'x'.repeat(3_000)}}`, undefined],
  ])('%s', (written, text) => {
    expect(describeDimensions(parseDimensions(written))).toBe(text);
  });
});
