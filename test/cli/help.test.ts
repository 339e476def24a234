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
