import { callerIdentity } from '../../shared/cloud/caller-identity';
import { readFunction } from '../../shared/cloud/function-settings';
import { createMetricRules } from '../../shared/cloud/metric-rules';
import { readRole } from '../../shared/cloud/ram-roles';
import { reading } from '../../shared/run/reading';
import { FACES, type Face, REGION, smallCloud } from '../rehearsal/cloud/faces';
import { failureOf } from '../shared/cloud/failure';

const SETTINGS = {
  runtime: 'nodejs20',
  handler: 'index.handler',
  cpu: 0.35,
  role: 'acs:ram::1234567890123456:role/a-role',
  internetAccess: true,
  vpc: { vpcId: 'vpc-1', vSwitchIds: ['vsw-1'], securityGroupId: 'sg-1' },
  log: { project: 'p', logstore: 's' },
  triggers: [
    { name: 'every-minute', type: 'timer', config: { cronExpression: '5 * * * * *', enable: true } },
    { name: 'off', type: 'timer', config: { cronExpression: '@every 1h', enable: false } },
    { name: 'callback', type: 'http', config: { authType: 'anonymous', methods: ['POST'] } },
  ],
  asyncInvocation: { retries: 1, eventAge: 60 },
} as const;

describe.each(FACES)('what an account tells of itself %s', (_, open) => {
  let face: Face;
  afterEach(() => face.close());

  it('is who calls, and what time it is there', async () => {
    const cloud = smallCloud();
    face = await open(cloud);
    const times = [1_000, 3_000];
    const caller = await callerIdentity(face.openApi, () => times.shift() ?? 0);
    expect(caller).toMatchObject({
      account: '1234567890123456',
      arn: 'acs:ram::1234567890123456:user/operator',
      clocks: { ours: 2_000 },
    });
    expect((caller.clocks?.vendor ?? 0) % 1_000).toBe(0);
  });

  it('is a role with its policies, of the vendor too', async () => {
    const cloud = smallCloud();
    cloud.roles.add({
      name: 'a-role',
      trust: {
        Version: '1',
        Statement: [{ Action: 'sts:AssumeRole', Effect: 'Allow', Principal: { Service: ['fc.aliyuncs.com'] } }],
      },
      policies: [
        {
          name: 'a-role',
          document: { Version: '1', Statement: [{ Effect: 'Allow', Action: ['slb:Describe*'], Resource: '*' }] },
        },
        {
          name: 'AliyunLogFullAccess',
          type: 'System',
          document: { Version: '1', Statement: { Effect: 'Deny', NotAction: 'log:*', Resource: ['*'] } },
        },
      ],
    });
    face = await open(cloud);
    expect(await readRole(face.openApi, 'a-role')).toEqual({
      arn: 'acs:ram::1234567890123456:role/a-role',
      trust: {
        ok: true,
        value: [{ effect: 'Allow', actions: ['sts:AssumeRole'], services: ['fc.aliyuncs.com'], isConditional: false }],
      },
      policies: [
        {
          name: 'a-role',
          type: 'Custom',
          statements: {
            ok: true,
            value: [{ effect: 'Allow', actions: ['slb:Describe*'], resources: ['*'], isConditional: false }],
          },
        },
        {
          name: 'AliyunLogFullAccess',
          type: 'System',
          statements: { ok: true, value: [{ effect: 'Deny', actions: ['*'], resources: ['*'], isConditional: true }] },
        },
      ],
    });
    expect(await readRole(face.openApi, 'another')).toBe('absent');
    cloud.faults.deny('ram.ListPoliciesForRole');
    expect(await failureOf(readRole(face.openApi, 'a-role'))).toMatchObject({
      kind: 'permission',
      operation: 'ram.ListPoliciesForRole',
    });
  });

  it.each([
    ['GetRole', {}, 'MissingParameter'],
    ['ListPoliciesForRole', {}, 'MissingParameter'],
    ['GetPolicy', { PolicyName: 'p' }, 'MissingParameter'],
    ['GetPolicy', { PolicyName: 'p', PolicyType: 'Other' }, 'InvalidParameter'],
    ['GetPolicy', { PolicyName: 'p', PolicyType: 'Custom' }, 'EntityNotExist.Policy'],
  ])('is refused where %s is asked for %j', async (action, query, code) => {
    face = await open(smallCloud());
    const call = { product: 'ram', region: '', action, query, effect: 'read' } as const;
    expect(await failureOf(face.openApi.call(call))).toMatchObject({ code });
  });

  it('is how a function is deployed, in its region', async () => {
    const cloud = smallCloud();
    const setup = { name: 'look', timeout: 60, memory: 512, handler: () => '' };
    cloud.functions.deploy({ ...setup, region: REGION, asyncTask: true, settings: SETTINGS });
    cloud.functions.deploy({ ...setup, name: 'bare', region: REGION });
    face = await open(cloud);
    expect(await readFunction(face.openApi, { name: 'look', region: REGION }, reading)).toEqual({
      runtime: 'nodejs20',
      timeout: 60,
      memory: 512,
      role: 'acs:ram::1234567890123456:role/a-role',
      vpcId: 'vpc-1',
      internetAccess: true,
      logStore: 'p/s',
      triggers: {
        ok: true,
        value: [
          { name: 'every-minute', type: 'timer', schedule: '5 * * * * *', isEnabled: true },
          { name: 'off', type: 'timer', schedule: '@every 1h', isEnabled: false },
          { name: 'callback', type: 'http', schedule: undefined, isEnabled: false },
        ],
      },
      asyncSettings: { ok: true, value: { retries: 1, eventAge: 60, isTask: true } },
    });
    expect(await readFunction(face.openApi, { name: 'bare', region: REGION }, reading)).toEqual({
      runtime: '',
      timeout: 60,
      memory: 512,
      role: '',
      vpcId: undefined,
      internetAccess: undefined,
      logStore: undefined,
      triggers: { ok: true, value: [] },
      asyncSettings: { ok: true, value: undefined },
    });
    expect(await readFunction(face.openApi, { name: 'gone', region: REGION }, reading)).toBe('absent');
    cloud.faults.deny('fc.ListTriggers');
    expect(await readFunction(face.openApi, { name: 'look', region: REGION }, reading)).toMatchObject({
      triggers: { ok: false, problem: expect.stringContaining('Forbidden.RAM') },
      asyncSettings: { ok: true },
    });
  });

  it('is its rules of CloudMonitor, page by page, and those that are named', async () => {
    const cloud = smallCloud();
    for (let index = 0; index < 101; index += 1) cloud.alarms.set(`rule-${index}`, { name: `r${index}`, state: 'OK' });
    cloud.alarms.set('rule-of-lb', { name: 'of lb-1', state: 'OK', instances: ['lb-1'], silence: 600, enabled: false });
    face = await open(cloud);
    cloud.resetCalls();
    const rules = await createMetricRules(face.openApi, REGION).about('acs_slb_dashboard', ['rule-of-lb', 'rule-gone']);
    expect(rules).toHaveLength(102);
    expect(rules.find(({ id }) => id === 'rule-of-lb')).toMatchObject({
      name: 'of lb-1',
      isOn: false,
      silence: 600,
      resources: [{ instanceId: 'lb-1' }],
    });
    expect(rules.find(({ id }) => id === 'rule-0')).toMatchObject({ silence: 86_400, resources: [] });
    expect(cloud.calls()).toHaveLength(3);
  });
});
