import { EXAMPLE, run } from './a-world';

const TEN_MISTAKES = `version: 2
cadense: {}
regions:
  cn-hangzhou: { cluster: { id: C1 } }
gateways:
  web:
    regions: [cn-hangzou]
    policy: wbe
policies:
  web:
    mode: automatic
    replicas: { min: 50, max: 40 }
    signals:
      - { metric: newConections, target: 300 }
    scaleDown: { cooldown: 2h }
names:
  www.example.com: { zone: example.org, gateway: web, publish: none }
`;

it('lists ten mistakes, each at its line', async () => {
  const { code, errors, out } = await run(['validate'], { files: { 'autopilot.yaml': TEN_MISTAKES } });
  expect([code, errors]).toEqual([1, '']);
  const lines = out.trimEnd().split('\n');
  expect(lines.at(-1)).toBe('autopilot.yaml cannot be used: 10 problems');
  expect(lines.slice(0, -1)).toEqual([
    'autopilot.yaml:1:10 version: must be 1',
    'autopilot.yaml:2:1 cadense: unknown key; did you mean "cadence"?',
    'autopilot.yaml:4:33 regions.cn-hangzhou.cluster.id: must be an id of small letters, digits and hyphens',
    'autopilot.yaml:7:15 gateways.web.regions[0]: there is no region "cn-hangzou" under regions; did you mean "cn-hangzhou"?',
    'autopilot.yaml:8:13 gateways.web.policy: there is no policy "wbe"; did you mean "web"?',
    'autopilot.yaml:11:11 policies.web.mode: must be one of observe, propose, auto',
    'autopilot.yaml:12:22 policies.web.replicas.min: 50 is over the max of 40',
    expect.stringMatching(
      /^autopilot\.yaml:14:19 policies\.web\.signals\[0\]\.metric: .*did you mean "newConnections"\?$/,
    ),
    'autopilot.yaml:15:28 policies.web.scaleDown.cooldown: must be at most 30m',
    expect.stringMatching(/^autopilot\.yaml:17:\d+ names\."www\.example\.com"/),
  ]);
});

it('says the same as JSON, by stable names', async () => {
  const { code, out } = await run(['validate', '--json'], { files: { 'autopilot.yaml': TEN_MISTAKES } });
  const { problems, ...rest } = JSON.parse(out);
  expect(code).toBe(1);
  expect(rest).toEqual({
    command: 'validate',
    outcome: 'failed',
    exitCode: 1,
    file: 'autopilot.yaml',
    warnings: [],
    errors: [],
    notes: [],
  });
  expect(problems).toHaveLength(10);
  expect(problems[1]).toEqual({
    rule: 'schema',
    file: 'autopilot.yaml',
    line: 2,
    column: 1,
    path: 'cadense',
    message: 'unknown key; did you mean "cadence"?',
  });
});

it('says what is in a file that can be used', async () => {
  const files = { 'my.yaml': EXAMPLE };
  const said = { code: 0, out: 'my.yaml can be used: 2 regions, 2 gateways, 2 policies, 1 name\n', errors: '' };
  expect(await run(['validate', 'my.yaml'], { files })).toEqual(said);
  expect(await run(['validate', '--config', 'my.yaml'], { files })).toEqual(said);
});

it('shows warnings and uses the file all the same', async () => {
  const odd = EXAMPLE.replace('calendars:\n', 'calendars:\n  forgotten: [every 12-25]\n');
  const { code, out } = await run(['validate'], { files: { 'autopilot.yaml': odd } });
  const [warning, verdict] = out.split('\n');
  expect(code).toBe(0);
  expect(warning).toMatch(/^autopilot\.yaml:\d+:3 calendars\.forgotten: .* \(a warning\)$/);
  expect(verdict).toMatch(/^autopilot\.yaml can be used/);
});

it('names the file as it was named, and what is odd in JSON, too', async () => {
  const odd = EXAMPLE.replaceAll('cn-shanghai', 'cn-shanghei').replace(
    'sales:\n',
    'black-friday: [2025-11-28]\n  sales:\n',
  );
  const files = { 'config/my.yaml': odd };
  const plain = await run(['validate', 'config/my.yaml'], { files });
  expect([plain.code, plain.errors]).toEqual([0, '']);
  expect(plain.out).toMatch(
    /^config\/my\.yaml:\d+:3 regions\.cn-shanghei: .*; did you mean "cn-shanghai"\? \(a warning\)$/m,
  );
  expect(plain.out).toMatch(
    /^config\/my\.yaml:\d+:3 calendars\.black-friday: all of its days are over, the last on 2025-11-28 \(a warning\)$/m,
  );
  expect(plain.out).toContain('\nconfig/my.yaml can be used: ');
  const json = JSON.parse((await run(['validate', '--config', 'config/my.yaml', '--json'], { files })).out);
  expect(json).toMatchObject({ exitCode: 0, file: 'config/my.yaml', problems: [] });
  expect(json.warnings).toContainEqual(
    expect.objectContaining({ rule: 'unlistedRegion', file: 'config/my.yaml', path: 'regions.cn-shanghei' }),
  );
  expect(json.warnings).toContainEqual(
    expect.objectContaining({ rule: 'calendarOver', path: 'calendars.black-friday' }),
  );
  const broken = { 'config/my.yaml': 'version: 2\n' };
  expect((await run(['plan', '--config', 'config/my.yaml'], { files: broken })).errors).toContain(
    '\n  config/my.yaml:1:10 version: must be 1\n',
  );
});

it.each([
  ['a.yaml', 'a.yaml can be used'],
  // As an export without a value leaves it.
  ['', 'autopilot.yaml can be used'],
])('takes the file of AUTOPILOT_CONFIG, %j', async (named, said) => {
  const environment = { AUTOPILOT_CONFIG: named };
  const { out } = await run(['validate'], { environment, files: { 'a.yaml': EXAMPLE, 'autopilot.yaml': EXAMPLE } });
  expect(out).toContain(said);
});

it('says that a file is not there', async () => {
  expect(await run(['validate', 'my.yaml'])).toEqual({
    code: 1,
    out: '',
    errors: 'Error: my.yaml cannot be read: no such file\n',
  });
});

it('prints the schema alone, whether as JSON or not', async () => {
  const plain = await run(['schema']);
  const json = await run(['schema', '--json']);
  expect([plain.code, json.code]).toEqual([0, 0]);
  expect(JSON.parse(plain.out)).toMatchObject({ title: 'Configuration of gateway-autopilot', type: 'object' });
  expect(json.out).toBe(plain.out);
});
