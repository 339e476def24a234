import { readArguments } from '../../cli/arguments';
import { run, words } from './a-world';

describe('what is written', () => {
  it('may be in any order, with values beside or behind an equals sign', () => {
    const { command, options, positionals } = readArguments(
      words('--json scale --region=cn-shanghai 12 --gateway web --reason "5 degrees"'),
    );
    expect([command, positionals]).toEqual(['scale', ['12']]);
    expect(Object.fromEntries(options)).toEqual({
      json: true,
      region: 'cn-shanghai',
      gateway: 'web',
      reason: '5 degrees',
    });
  });

  it('is left to the rehearsal as it is', () => {
    expect(readArguments(['rehearse', '--fast', '--seed', '7'])).toMatchObject({
      command: 'rehearse',
      rest: ['--fast', '--seed', '7'],
    });
  });
});

it.each([
  ['paln', 'there is no command "paln"; did you mean "plan"?; --help lists them'],
  ['zzz', 'there is no command "zzz"; --help lists them'],
  ['plan --gatway web', 'there is no option --gatway; did you mean "--gateway"?; "web" is too much: plan'],
  ['plan --yes', 'plan takes no --yes'],
  ['plan --gateway', '--gateway needs a value: --gateway NAME'],
  ['plan --gateway --region', '--gateway needs a value; one that begins with a hyphen is written --gateway=--region'],
  ['plan --json=yes', '--json takes no value'],
  ['plan here', '"here" is too much: plan'],
  ['scale', 'REPLICAS is missing: scale REPLICAS'],
  ['validate a.yaml b.yaml', '"b.yaml" is too much: validate [FILE]'],
  ['validate autopilot.yaml --config autopilot.yaml', 'the file is named twice, by itself and by --config'],
  ['plan --fresh', '--fresh is about the emulated cloud; say --emulated, too'],
  [
    'plan --region cn-hangzou',
    'there is no region "cn-hangzou" in the configuration; did you mean "cn-hangzhou"?; there is: cn-hangzhou, cn-shanghai, cn-beijing',
  ],
  [
    'plan --gateway ingresgateway',
    'there is no gateway "ingresgateway" in the configuration; did you mean "ingressgateway"?; there is: ingressgateway, api-gateway',
  ],
  ['plan --region cn-beijing', 'no function in cn-beijing looks after this'],
  ['plan --region cn-shanghai --gateway api-gateway', 'no function in cn-shanghai looks after api-gateway'],
  ['hold --reason x --for 1h', '--gateway is needed; there is: ingressgateway, api-gateway'],
  [
    'scale many --gateway ingressgateway --for soon',
    'the command cannot be sent: replicas must be a whole number; --reason is missing; --for must be a duration such as "90s", "30m", "1h30m"',
  ],
  [
    'hold sideways --gateway ingressgateway --reason x',
    'the command cannot be sent: direction must be "all", "in" or "out"; exactly one of for and until is needed, so that it ends by itself',
  ],
  [
    'drain mars --gateway ingressgateway --reason x --for 1h',
    'there is no region "mars"; there is: cn-hangzhou, cn-shanghai',
  ],
  [
    'invoke scale-gatway',
    'there is no function "scale-gatway"; did you mean "scale-gateway"?; there is: scale-gateway, attach-clb, failover-dns, probe-region, audit-gateway',
  ],
  [
    'invoke recieve-alarm',
    'there is no function "recieve-alarm"; did you mean "receive-alarm"?; there is: scale-gateway, attach-clb, failover-dns, probe-region, audit-gateway',
  ],
  [
    "invoke receive-alarm '{}'",
    `receive-alarm takes alarms and no commands; to make a function look, say: invoke scale-gateway '{"action":"look"}'; to try the way of an alarm, send one with Serverless Devs: FC_REGION=cn-hangzhou s receive-alarm invoke -e '{"alertName":"a test","alertState":"ALERT"}'`,
  ],
  ["invoke scale-gateway '{'", "the event is not JSON: Expected property name or '}' in JSON at position 1"],
  ["invoke scale-gateway '[1]'", 'the event is no JSON object'],
  ['invoke attach-clb --region cn-beijing', 'attach-clb is not deployed in cn-beijing'],
  ['apply', 'there is no terminal to ask on; say --yes'],
  ['apply --owner li.wei --yes', '--owner is for apply --plan HASH'],
  ['apply --plan abc --reason x', '--plan needs either --gateway or --name'],
  ['apply --plan abc --gateway ingressgateway', '--reason is needed: whoever comes after you wants to know'],
])('%s: exit code 64 and why, and no function is asked', async (line, why) => {
  const { code, errors, out } = await run(words(line));
  expect([code, out, errors.trim()]).toEqual([64, '', `Error: ${why}`]);
});

it('sends no event that is larger than what is read', async () => {
  const input = `{"reason":"${'x'.repeat(131_060)}"}`;
  expect(await run(['invoke', 'scale-gateway', '-'], { input })).toEqual({
    code: 64,
    out: '',
    errors: 'Error: the event has 131073 bytes; at most 131072 are read by the functions\n',
  });
});

it('says it as JSON, too', async () => {
  const { code, errors, out } = await run(['--json']);
  expect([code, errors]).toEqual([64, '']);
  expect(JSON.parse(out)).toEqual({
    command: null,
    outcome: 'wrong-usage',
    exitCode: 64,
    errors: [{ message: 'which command? --help lists them' }],
    notes: [],
  });
});

it('asks who somebody is whom the system does not know', async () => {
  const { code, errors } = await run(words('freeze --reason x'), { user: undefined });
  expect([code, errors]).toEqual([64, 'Error: --owner is needed: this system does not know who you are\n']);
});
