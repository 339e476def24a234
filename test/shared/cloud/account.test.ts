import { callerIdentity } from '../../../shared/cloud/caller-identity';
import { readFunction } from '../../../shared/cloud/function-settings';
import { readRole } from '../../../shared/cloud/ram-roles';
import { reading } from '../../../shared/run/reading';
import { failureOf } from './failure';
import { scriptedApi } from './scripted-api';

const FUNCTION = { region: 'cn-hangzhou', name: 'look' };

function role(trust: string, document: string) {
  return scriptedApi(
    { Role: { Arn: 'acs:ram::1:role/r', AssumeRolePolicyDocument: trust } },
    { Policies: { Policy: [{ PolicyName: 'p', PolicyType: 'Custom' }] } },
    { DefaultPolicyVersion: { PolicyDocument: document } },
  );
}

const TRUST = '{"Statement":[{"Action":["sts:AssumeRole"],"Effect":"Allow","Principal":{"RAM":["acs:ram::1:root"]}}]}';

it.each<[what: string, document: string, statement: object]>([
  [
    'a condition',
    '{"Statement":[{"Effect":"Allow","Action":"a:B","Resource":"*","Condition":{"IpAddress":{"acs:SourceIp":"1.2.3.4"}}}]}',
    { actions: ['a:B'], isConditional: true },
  ],
  [
    'an empty condition',
    '{"Statement":[{"Effect":"Allow","Action":"a:B","Resource":"*","Condition":{}}]}',
    { isConditional: false },
  ],
  [
    'resources that are left out',
    '{"Statement":[{"Effect":"Allow","Action":["a:B"],"NotResource":["x"]}]}',
    { resources: ['*'], isConditional: true },
  ],
])('reads a policy with %s', async (_, document, statement) => {
  expect(await readRole(role(TRUST, document), 'r')).toMatchObject({
    trust: { ok: true, value: [{ services: [] }] },
    policies: [{ statements: { ok: true, value: [statement] } }],
  });
});

it.each(['no JSON', '{"Statement":[{"Effect":"Maybe","Action":"a:B","Resource":"*"}]}', '{}'])(
  'says of a document that nobody can read that it is so: %s',
  async (document) => {
    expect(await readRole(role(document, document), 'r')).toMatchObject({
      trust: { ok: false, problem: expect.stringContaining('its trust policy cannot be read') },
      policies: [{ statements: { ok: false, problem: expect.stringContaining('the policy p cannot be read') } }],
    });
  },
);

it('takes no answer for one', async () => {
  expect(await failureOf(callerIdentity(scriptedApi({}), () => 0))).toMatchObject({ kind: 'unreadable' });
  expect(await failureOf(readFunction(scriptedApi({ runtime: 'nodejs20' }), FUNCTION, reading))).toMatchObject({
    kind: 'unreadable',
  });
});

it('knows no clock where the vendor does not say', async () => {
  const caller = await callerIdentity(scriptedApi({ AccountId: '1', Arn: 'acs:ram::1:root' }), () => 0);
  expect(caller.clocks).toBeUndefined();
});

it('takes a timer whose configuration cannot be read for one that is not known to go off', async () => {
  const triggers = [
    { triggerName: 'a', triggerType: 'timer', triggerConfig: 'no JSON' },
    { triggerName: 'b', triggerType: 'timer' },
  ];
  const seen = await readFunction(scriptedApi({ timeout: 60, memorySize: 512 }, { triggers }, {}), FUNCTION, reading);
  expect(seen).toMatchObject({
    triggers: {
      ok: true,
      value: [
        { isEnabled: false, schedule: undefined },
        { isEnabled: false, schedule: undefined },
      ],
    },
  });
});

it('takes half a list of triggers for none', async () => {
  const answer = { triggers: [], nextToken: 'more' };
  const seen = await readFunction(scriptedApi({ timeout: 60, memorySize: 512 }, answer, {}), FUNCTION, reading);
  expect(seen).toMatchObject({ triggers: { ok: false } });
});
