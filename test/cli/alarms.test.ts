import { document } from '../documents';
import { type Account, anAccount, EXAMPLE, type Ran, type WorldOptions } from './a-world';

const ACCOUNT = '--account 1234567890123456';
const SECRET = 'a-secret-of-32-characters-or-more-0';
const CALLBACK = `https://alarms.example.com/{region}/alarm/${SECRET}`;
const TO_CALLBACK: WorldOptions = { environment: { AUTOPILOT_ALARM_CALLBACK: CALLBACK } };

/** One region and one gateway with one signal: five rules. */
const SMALL = `version: 1
regions: { cn-hangzhou: { cluster: { id: c1 } } }
gateways: { web: { regions: [cn-hangzhou], policy: web, loadBalancers: { cn-hangzhou: [lb-a] } } }
policies: { web: { replicas: { min: 2, max: 40 }, signals: [{ metric: newConnections, target: 300 }] } }
alarms: { contactGroups: [on-call] }
cloudMonitor: { customMetrics: 'on' }
`;
const NAMES = ['healthyBackends', 'droppedConnections', 'droppedTrafficIn', 'droppedTrafficOut', 'newConnections'].map(
  (what) => `gateway-autopilot cn-hangzhou web ${what}`,
);
const HEARTBEAT = 'gateway-autopilot cn-hangzhou heartbeat scale-gateway';

function errorsOf({ errors }: Ran): string {
  return errors.replaceAll(/^Note: .*\n/gm, '');
}

function idOf({ cloud }: Account, name: string): string {
  const id = cloud.alarms.ids().find((each) => cloud.alarms.find(each)?.['RuleName'] === name);
  if (id === undefined) throw new Error(`there is no rule ${name}`);
  return id;
}

/** With all its rules made. */
async function made(text = SMALL, options: WorldOptions = {}): Promise<Account> {
  const account = anAccount(text);
  const { code } = await account.run(`alarms ${ACCOUNT} --yes`, options);
  expect(code).toBe(0);
  account.cloud.resetCalls();
  return account;
}

function writes({ cloud }: Account): readonly string[] {
  return cloud
    .calls()
    .map(({ operation }) => operation)
    .filter((operation) => /^cms\.(Put(Resource|MetricRule)|Delete)/.test(operation));
}

async function json(account: Account, line: string, options: WorldOptions = {}) {
  const { code, out } = await account.run(`${line} --json`, options);
  const document = JSON.parse(out);
  expect(document.exitCode).toBe(code);
  return document;
}

describe('an account without rules', () => {
  it('is shown what would be made, and nothing is written', async () => {
    const account = anAccount(SMALL);
    const ran = await account.run(`alarms ${ACCOUNT}`);
    expect(ran.code).toBe(2);
    expect(errorsOf(ran)).toBe('');
    expect(ran.out.trimEnd().split('\n').slice(-5)).toEqual([
      `create  ${NAMES[4]}`,
      '        metric: InstanceNewConnection; resources: instanceId=lb-a; Warn: Average >= 10800; Info: Average 50 % above the period before; target: acs:mns:cn-hangzhou:1234567890123456:/topics/gateway-autopilot-alarms/message',
      `create  ${HEARTBEAT}`,
      '        metric: gateway_autopilot_heartbeat; resources: dimension=function=scale-gateway&region=cn-hangzhou, groupId=0; Critical: Average < 1; target: acs:mns:cn-hangzhou:1234567890123456:/topics/gateway-autopilot-alarms/message',
      '6 changes would be made.',
    ]);
    expect(writes(account)).toEqual([]);
    expect(account.cloud.alarms.ids()).toEqual([]);
  });

  it('has them all after --yes, each with its target right behind it, and a second time there is nothing to do', async () => {
    const account = anAccount(SMALL);
    account.cloud.resetCalls();
    const ran = await account.run(`alarms ${ACCOUNT} --yes`);
    expect([ran.code, errorsOf(ran)]).toEqual([0, '']);
    expect(ran.out.trimEnd().split('\n')).toEqual([...NAMES, HEARTBEAT].map((name) => `done         create  ${name}`));
    expect(writes(account)).toEqual(
      Array.from({ length: 6 }, () => ['cms.PutResourceMetricRule', 'cms.PutMetricRuleTargets']).flat(),
    );
    account.cloud.resetCalls();
    const again = await account.run(`alarms ${ACCOUNT} --yes`);
    expect([again.code, again.out]).toEqual([0, 'Nothing would be changed.\n']);
    expect(writes(account)).toEqual([]);
    expect((await account.run(`alarms ${ACCOUNT}`)).code).toBe(0);
  });

  it('is told as one document', async () => {
    const document = await json(anAccount(SMALL), `alarms ${ACCOUNT} --yes`);
    expect(document).toMatchObject({ command: 'alarms', outcome: 'done', changes: 6, errors: [] });
    expect(document.rules[4]).toMatchObject({ kind: 'create', region: 'cn-hangzhou', name: NAMES[4] });
    expect(document.rules[4].fields).toContainEqual({ field: 'silence', from: null, to: '300 s' });
    expect(document.done.map(({ name, outcome }: { name: string; outcome: string }) => [name, outcome])).toEqual(
      [...NAMES, HEARTBEAT].map((name) => [name, 'done']),
    );
  });

  it('is asked for on a terminal, after the difference was shown', async () => {
    const account = anAccount(SMALL);
    const no = await account.run(`alarms ${ACCOUNT}`, { isInteractive: true, answer: () => 'n' });
    expect([no.code, no.out]).toEqual([2, 'Nothing was changed.\n']);
    expect(no.errors).toContain(`create  ${NAMES[0]}`);
    expect(no.errors.endsWith('6 changes would be made.\nMake these 6 changes? [y/N] \n')).toBe(true);
    expect(no.errors.match(/^Note: this is an emulated cloud/gm)).toHaveLength(1);
    expect(account.cloud.alarms.ids()).toEqual([]);
    const yes = await account.run(`alarms ${ACCOUNT}`, { isInteractive: true, answer: () => 'y' });
    expect(yes.code).toBe(0);
    expect(yes.errors.match(/^Note: this is an emulated cloud/gm)).toHaveLength(1);
    expect(account.cloud.alarms.ids()).toHaveLength(6);
  });

  it('that nobody agrees to is still to be done, notes included', async () => {
    const person = { isInteractive: true, answer: () => '' };
    const document = await json(anAccount(SMALL), `alarms ${ACCOUNT}`, person);
    expect(document).toMatchObject({ outcome: 'changes', exitCode: 2, changes: 6, done: [] });
    expect(document.notes).toContainEqual(expect.stringContaining('this is an emulated cloud'));
  });

  it('is narrowed to a region', async () => {
    const account = anAccount();
    await account.run(`alarms ${ACCOUNT} --yes --region cn-shanghai`);
    expect(new Set(account.cloud.alarms.ids().map((id) => id.split('_')[1]))).toEqual(new Set(['cn-shanghai']));
    const { changes } = await json(account, `alarms ${ACCOUNT}`);
    expect(changes).toBe(10);
  });

  it('takes the id of the account from the environment, as s.yaml does', async () => {
    const ran = await anAccount(SMALL).run('alarms', { environment: { AUTOPILOT_ACCOUNT_ID: '99' } });
    expect(ran.out).toContain('acs:mns:cn-hangzhou:99:/topics/');
  });
});

describe('rules that are there', () => {
  it('are put right where a person changed them, field by field', async () => {
    const account = await made();
    account.cloud.alarms.edit(idOf(account, NAMES[4] ?? ''), {
      parameters: { 'Escalations.Warn.Threshold': '1', SilenceTime: '86400' },
    });
    const ran = await account.run(`alarms ${ACCOUNT}`);
    expect([ran.code, ran.out]).toEqual([
      2,
      `change  ${NAMES[4]}
        Warn: Average >= 1 → Average >= 10800
        silence: 86400 s → 300 s
1 change would be made.
`,
    ]);
    expect((await account.run(`alarms ${ACCOUNT} --yes`)).code).toBe(0);
    expect(account.cloud.alarms.find(idOf(account, NAMES[4] ?? ''))).toMatchObject({
      'Escalations.Warn.Threshold': '10800',
      SilenceTime: '300',
    });
    expect((await account.run(`alarms ${ACCOUNT}`)).code).toBe(0);
  });

  it('stay off where a person switched them off, which is said', async () => {
    const account = await made();
    account.cloud.alarms.edit(idOf(account, NAMES[0] ?? ''), { enabled: false });
    const ran = await account.run(`alarms ${ACCOUNT} --yes`);
    expect(ran.code).toBe(0);
    expect(ran.errors).toContain(
      `Note: ${NAMES[0]} is switched off in CloudMonitor and is left as it is; switch it on there\n`,
    );
    expect(writes(account)).toEqual([]);
  });

  it('go when the configuration no longer implies them, also those of a region that it no longer has', async () => {
    const account = await made(
      `${SMALL.replace('regions: { cn-hangzhou: { cluster: { id: c1 } }', '$&, cn-shanghai: { cluster: { id: c2 } }').replace('loadBalancers: { cn-hangzhou: [lb-a] }', 'loadBalancers: { cn-hangzhou: [lb-a], cn-shanghai: [lb-b] }').replace('regions: [cn-hangzhou]', 'regions: [cn-hangzhou, cn-shanghai]')}`,
    );
    expect(account.cloud.alarms.ids()).toHaveLength(12);
    const narrowed = await account.run(`alarms ${ACCOUNT} --region cn-hangzhou`, {
      files: { 'autopilot.yaml': SMALL },
    });
    expect([narrowed.code, narrowed.out]).toEqual([0, 'Nothing would be changed.\n']);
    account.cloud.alarms.set('mine', { name: 'gateway-autopilot cn-shanghai is mine', state: 'OK' });
    const ran = await account.run(`alarms ${ACCOUNT} --yes`, { files: { 'autopilot.yaml': SMALL } });
    expect(ran.code).toBe(0);
    expect(ran.out.match(/^done {9}delete {2}gateway-autopilot cn-shanghai /gm)).toHaveLength(6);
    expect(account.cloud.alarms.ids()).toHaveLength(7);
    expect(account.cloud.alarms.find('mine')).toMatchObject({ RuleName: 'gateway-autopilot cn-shanghai is mine' });
  });

  it('all go with --remove, those of a region first, and nothing of others', async () => {
    const account = await made(EXAMPLE);
    account.cloud.alarms.set('mine', { name: 'gateway-autopilot is mine, too', state: 'ALARM' });
    const shown = await account.run('alarms --remove');
    expect([shown.code, shown.out.match(/^delete /gm)?.length]).toEqual([2, 20]);
    expect(account.cloud.alarms.ids()).toHaveLength(21);
    expect((await account.run('alarms --remove --region cn-shanghai --yes')).code).toBe(0);
    expect(account.cloud.alarms.ids()).toHaveLength(11);
    expect((await account.run('alarms --remove --yes')).code).toBe(0);
    expect(account.cloud.alarms.ids()).toEqual(['mine']);
    expect(await account.run('alarms --remove')).toMatchObject({ code: 0, out: 'Nothing would be changed.\n' });
  });

  it('all go with --remove whatever they are called, and are seen to go', async () => {
    const account = await made();
    account.cloud.alarms.edit(idOf(account, NAMES[2] ?? ''), { parameters: { RuleName: 'drops, ask Kim' } });
    account.cloud.alarms.edit(idOf(account, HEARTBEAT), { parameters: { RuleName: 'is it alive?' } });
    const shown = await account.run('alarms --remove');
    expect([shown.code, shown.out.split('\n').filter((line) => !/ gateway-autopilot /.test(line))]).toEqual([
      2,
      ['delete  drops, ask Kim', 'delete  is it alive?', '6 changes would be made.', ''],
    ]);
    const ran = await account.run('alarms --remove --yes');
    expect([ran.code, errorsOf(ran), account.cloud.alarms.ids()]).toEqual([0, '', []]);
  });
});

describe('what fails', () => {
  it('keeps no other rule waiting, and is reported', async () => {
    const account = anAccount(SMALL);
    account.cloud.faults.fail({ operation: 'cms.PutResourceMetricRule', status: 403, code: 'Forbidden.RAM', times: 1 });
    const ran = await account.run(`alarms ${ACCOUNT} --yes`);
    expect(ran.code).toBe(1);
    expect(ran.out.split('\n').slice(0, 2)).toEqual([
      `failed       create  ${NAMES[0]}`,
      `done         create  ${NAMES[1]}`,
    ]);
    expect(errorsOf(ran)).toMatch(
      new RegExp(`^Error: cn-hangzhou: ${NAMES[0]}: cms.PutResourceMetricRule: Forbidden.RAM.*\\n$`),
    );
    expect(account.cloud.alarms.ids()).toHaveLength(5);
    expect((await account.run(`alarms ${ACCOUNT} --yes`)).code).toBe(0);
    expect(account.cloud.alarms.ids()).toHaveLength(6);
  });

  it('between a rule and its target is made good the next time', async () => {
    const account = anAccount(SMALL);
    account.cloud.faults.fail({
      operation: 'cms.PutMetricRuleTargets',
      status: 400,
      code: 'InvalidParameter',
      times: 1,
    });
    expect((await account.run(`alarms ${ACCOUNT} --yes`)).code).toBe(1);
    const ran = await account.run(`alarms ${ACCOUNT} --yes`);
    expect([ran.code, ran.out]).toEqual([0, `done         change  ${NAMES[0]}\n`]);
    expect((await account.run(`alarms ${ACCOUNT}`)).code).toBe(0);
  });

  it('is NotVerified where the rule is not as wanted when it is read again', async () => {
    const account = await made();
    account.cloud.alarms.edit(idOf(account, NAMES[0] ?? ''), { parameters: { NoDataPolicy: 'OK' } });
    account.cloud.faults.before({ operation: 'cms.PutMetricRuleTargets' }, () =>
      account.cloud.alarms.edit(idOf(account, NAMES[0] ?? ''), { parameters: { NoDataPolicy: 'INSUFFICIENT_DATA' } }),
    );
    const ran = await account.run(`alarms ${ACCOUNT} --yes`);
    expect([ran.code, ran.out]).toEqual([1, `NotVerified  change  ${NAMES[0]}\n`]);
    expect(errorsOf(ran)).toBe(
      `Error: cn-hangzhou: ${NAMES[0]}: NotVerified: noData is INSUFFICIENT_DATA and not KEEP_LAST_STATE; run the command again to see what is there\n`,
    );
  });

  it('is NotVerified where the rules cannot be read again', async () => {
    const account = await made();
    account.cloud.alarms.edit(idOf(account, NAMES[0] ?? ''), { parameters: { NoDataPolicy: 'OK' } });
    account.cloud.faults.before({ operation: 'cms.PutResourceMetricRule', times: 1 }, () =>
      account.cloud.faults.deny('cms.DescribeMetricRuleList'),
    );
    const ran = await account.run(`alarms ${ACCOUNT} --yes`);
    expect([ran.code, ran.out]).toEqual([1, `NotVerified  change  ${NAMES[0]}\n`]);
    expect(errorsOf(ran)).toContain(`${NAMES[0]}: NotVerified: cms.DescribeMetricRuleList: `);
  });

  it('without an answer counts as done where it was', async () => {
    const account = anAccount(SMALL);
    account.cloud.faults.cut({ operation: 'cms.PutMetricRuleTargets', times: 1, afterEffect: true });
    const ran = await account.run(`alarms ${ACCOUNT} --yes`);
    expect([ran.code, ran.out.split('\n')[0]]).toEqual([0, `done         create  ${NAMES[0]}`]);
  });

  it('in one region leaves the others their rules, and nothing is made or deleted where nothing is known', async () => {
    const account = await made(EXAMPLE);
    account.cloud.regions.die('cn-hangzhou');
    const ran = await account.run('alarms --remove --yes');
    expect(ran.code).toBe(1);
    expect(errorsOf(ran)).toMatch(/^Error: cn-hangzhou: cms\.DescribeMetricRuleList: .*\n$/);
    expect(new Set(account.cloud.alarms.ids().map((id) => id.split('_')[1]))).toEqual(new Set(['cn-hangzhou']));
  });

  it('for a silence that is too short is asked for again with an hour, which then counts', async () => {
    const account = anAccount(SMALL);
    account.cloud.alarms.shortestSilence(3_600);
    expect((await account.run(`alarms ${ACCOUNT} --yes`)).code).toBe(0);
    expect(account.cloud.alarms.find(idOf(account, HEARTBEAT))?.['SilenceTime']).toBe('3600');
    const again = await account.run(`alarms ${ACCOUNT}`);
    expect(again.code).toBe(0);
    expect(again.errors).toContain(
      `Note: CloudMonitor keeps 3600 s of silence for ${HEARTBEAT}, where 300 s are asked for`,
    );
  });
});

describe('contact groups', () => {
  it('must be there before anything is written', async () => {
    const account = anAccount(SMALL);
    const other = SMALL.replace('[on-call]', '[on-call, nobody]');
    const ran = await account.run(`alarms ${ACCOUNT} --yes`, { files: { 'autopilot.yaml': other } });
    expect([ran.code, errorsOf(ran)]).toEqual([
      1,
      'Error: CloudMonitor has no contact group "nobody" (alarms.contactGroups); there is: on-call\n',
    ]);
    expect(account.cloud.alarms.ids()).toEqual([]);
  });

  it('that may not be read are not known, and stop nothing', async () => {
    const account = anAccount(SMALL);
    account.cloud.faults.deny('cms.DescribeContactGroupList');
    const ran = await account.run(`alarms ${ACCOUNT} --yes`);
    expect(ran.code).toBe(0);
    expect(ran.errors).toContain(
      'Note: whether the contact groups are there is not known: cms.DescribeContactGroupList',
    );
  });

  it('must be configured', async () => {
    const text = SMALL.replace('alarms: { contactGroups: [on-call] }\n', '');
    const ran = await anAccount(text).run(`alarms ${ACCOUNT}`);
    expect([ran.code, errorsOf(ran)]).toEqual([
      1,
      'Error: alarms.contactGroups names no contact group, and CloudMonitor takes no rule without one\n',
    ]);
  });
});

describe('by a callback', () => {
  const BY_CALLBACK = SMALL.replace('contactGroups:', 'route: callback, contactGroups:');

  it('each region has its own address, and nothing that is printed has its secret', async () => {
    const account = anAccount(BY_CALLBACK);
    const ran: Ran[] = [];
    for (const line of [`alarms ${ACCOUNT}`, `alarms ${ACCOUNT} --json`, `alarms ${ACCOUNT} --yes --json`])
      ran.push(await account.run(line, TO_CALLBACK));
    expect(ran.map(({ code }) => code)).toEqual([2, 2, 0]);
    expect(ran[0]?.out).toContain('webhook: https://alarms.example.com/***');
    expect(JSON.stringify(ran)).not.toContain(SECRET);
    const rule = account.cloud.alarms.find(idOf(account, HEARTBEAT));
    expect(rule?.['Webhook']).toBe(`https://alarms.example.com/cn-hangzhou/alarm/${SECRET}`);
    expect(writes(account)).not.toContain('cms.PutMetricRuleTargets');
    expect((await account.run(`alarms ${ACCOUNT}`, TO_CALLBACK)).code).toBe(0);
  });

  it('another secret is a difference that shows neither', async () => {
    const account = await made(BY_CALLBACK, TO_CALLBACK);
    const other = `https://alarms.example.com/{region}/alarm/${'x'.repeat(40)}`;
    const ran = await account.run(`alarms ${ACCOUNT}`, { environment: { AUTOPILOT_ALARM_CALLBACK: other } });
    expect(ran.out).toContain(
      'webhook: https://alarms.example.com/*** → https://alarms.example.com/*** (another secret)',
    );
    expect(ran.out + ran.errors).not.toMatch(new RegExp(`${SECRET}|xxxxxx`));
  });

  it('has a made-up address in the emulated cloud, which writes down what it is asked', async () => {
    const account = anAccount(BY_CALLBACK);
    const ran = await account.run(`alarms ${ACCOUNT} --yes --emulated`, TO_CALLBACK);
    expect(ran.errors).toContain('Note: the callback has a made-up address in the emulated cloud\n');
    expect(account.cloud.alarms.find(idOf(account, HEARTBEAT))?.['Webhook']).toMatch(
      /^https:\/\/callback\.example\.com\/cn-hangzhou\/alarm\//,
    );
  });

  it('what the vendor says of an address is not repeated', async () => {
    const account = anAccount(BY_CALLBACK);
    const message = `The specified parameter "Webhook" is not valid: https://alarms.example.com/cn-hangzhou/alarm/${SECRET}`;
    account.cloud.faults.fail({
      operation: 'cms.PutResourceMetricRule',
      status: 400,
      code: 'InvalidParameter',
      message,
    });
    const ran = await account.run(`alarms ${ACCOUNT} --yes`, TO_CALLBACK);
    expect(ran.code).toBe(1);
    expect(errorsOf(ran).split('\n')[0]).toMatch(
      new RegExp(`^Error: cn-hangzhou: ${NAMES[0]}: cms.PutResourceMetricRule: InvalidParameter, request [0-9A-F-]+$`),
    );
    expect(ran.out + ran.errors).not.toContain(SECRET);
  });

  it('and back to a topic: the other way is taken away once the new one is there', async () => {
    const account = await made(SMALL);
    const toCallback = await account.run(`alarms ${ACCOUNT} --yes`, {
      ...TO_CALLBACK,
      files: { 'autopilot.yaml': BY_CALLBACK },
    });
    expect(toCallback.code).toBe(0);
    expect(writes(account).slice(0, 2)).toEqual(['cms.PutResourceMetricRule', 'cms.DeleteMetricRuleTargets']);
    account.cloud.resetCalls();
    expect((await account.run(`alarms ${ACCOUNT} --yes`)).code).toBe(0);
    expect(writes(account).slice(0, 3)).toEqual([
      'cms.PutMetricRuleTargets',
      'cms.PutResourceMetricRule',
      'cms.PutMetricRuleTargets',
    ]);
    expect(account.cloud.alarms.find(idOf(account, HEARTBEAT))).not.toHaveProperty('Webhook');
  });

  it.each([
    [undefined, 'must hold the address of the callback, https://…/alarm/<secret>'],
    [`http://alarms.example.com/${SECRET}`, 'holds no address that begins with https://'],
    [SECRET, 'holds no address that begins with https://'],
    ['https://alarms.example.com/short', 'holds an address whose last part, the secret, has fewer than 32 characters'],
  ])('%s is no address', async (address, problem) => {
    const ran = await anAccount(BY_CALLBACK).run(`alarms ${ACCOUNT}`, {
      environment: { AUTOPILOT_ALARM_CALLBACK: address },
    });
    expect([ran.code, ran.out, ran.errors]).toEqual([
      1,
      '',
      `Error: the environment variable AUTOPILOT_ALARM_CALLBACK ${problem}\n`,
    ]);
  });
});

it('calls exactly what its page asks rights for', async () => {
  const [, rights = ''] = /^\| `alarms` \| (.*) \|$/m.exec(document('docs/command-line.md')) ?? [];
  const account = anAccount(SMALL);
  account.cloud.resetCalls();
  const byCallback = { 'autopilot.yaml': SMALL.replace('contactGroups:', 'route: callback, contactGroups:') };
  await account.run(`alarms ${ACCOUNT} --yes`);
  await account.run(`alarms ${ACCOUNT} --yes`, { ...TO_CALLBACK, files: byCallback });
  await account.run('alarms --remove --yes');
  const functions = ['cms.DescribeMetricList', 'cms.PutCustomMetric'];
  const made = account.cloud.calls().map(({ operation }) => operation);
  const ours = new Set(made.filter((operation) => operation.startsWith('cms.') && !functions.includes(operation)));
  const asked = [...rights.matchAll(/`(cms:\w+)`/g)].map(([, action = '']) => action.replace(':', '.'));
  expect(asked.toSorted()).toEqual([...ours].toSorted());
});

it.each([
  ['alarms', '--account needs the id of the account'],
  ['alarms --account me', '--account needs the id of the account'],
  [`alarms ${ACCOUNT} --region cn-hangzou`, 'there is no region "cn-hangzou" in the configuration'],
  [`alarms ${ACCOUNT} --gateway web`, 'alarms takes no --gateway'],
])('%s is no way to ask for it', async (line, problem) => {
  const ran = await anAccount(SMALL).run(line);
  expect([ran.code, ran.errors]).toEqual([64, expect.stringContaining(problem)]);
});
