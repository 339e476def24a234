import { COMMAND_NAMES } from '../../cli/commands';
import { anAccount, run } from './a-world';

it('says what there is to whoever says nothing', async () => {
  const { code, errors, out } = await run([]);
  expect([code, errors]).toEqual([0, '']);
  for (const name of COMMAND_NAMES) expect(out).toMatch(new RegExp(`^  ${name} `, 'm'));
  expect(out).toContain(
    '2 something is to be done and was not (plan, alarms, audit, or you said no); 3 a function refused; 64 wrong usage',
  );
});

it('says the version', async () => {
  expect(await run(['--version'])).toEqual({ code: 0, out: '0.1.0\n', errors: '' });
});

it.each(COMMAND_NAMES.filter((name) => name !== 'rehearse'))('%s --help has an example that works', async (name) => {
  const { code, out } = await run([name, '--help']);
  expect(code).toBe(0);
  const example = /^For example: gateway-autopilot (.*)$/m.exec(out)?.[1] ?? '';
  expect(example.startsWith(name)).toBe(true);
  const account = anAccount();
  // There must be something to end.
  if (name === 'resume') await account.run('hold --gateway ingressgateway --reason x --for 1h');
  if (name === 'unfreeze') await account.run('freeze --reason x');
  const ran = await account.run(example);
  // There is something to plan and to mend; and the example's CLBs have no alarm rules.
  const expected = name === 'plan' || name === 'audit' ? 2 : name === 'doctor' ? 1 : 0;
  expect([ran.code, ran.errors.replaceAll(/^Note: .*\n/gm, '')]).toEqual([expected, '']);
});

it('says of apply and audit when they take a reason, as it is', async () => {
  const [apply, audit] = [await run(['apply', '--help']), await run(['audit', '--help'])];
  const when = 'needed, but of apply only with --plan and of audit only with --yes';
  expect(apply.out).toContain('to which --owner, --reason and --name belong.');
  for (const { out } of [apply, audit]) expect(out).toMatch(new RegExp(`^ {2}--reason TEXT .*; ${when}$`, 'm'));
  const account = anAccount();
  const line = '--gateway ingressgateway --region cn-hangzhou';
  expect((await account.run(`apply --yes --reason x ${line}`)).code).toBe(64);
  expect((await account.run(`apply --plan abc ${line}`)).errors).toContain('--reason is needed');
  expect((await account.run(`audit replicas ${line}`)).code).toBe(0);
  expect((await account.run(`audit replicas --fix --yes ${line}`)).errors).toContain('--reason is needed');
});
