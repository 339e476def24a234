import { reachOf } from '../../cli/emulated';
import type { Reach, Reached, World } from '../../cli/world';
import type { Cloud, FunctionSettings, FunctionSetup } from '../../rehearsal/cloud';
import { emulatedAccount } from '../../rehearsal/emulated-account';
import type { OpenApiCall } from '../../shared/cloud/seams';
import { loadConfiguration } from '../../shared/config/load';
import { CloudError, type CloudErrorKind } from '../../shared/errors';
import { blocks, document } from '../documents';
import { anAccount as anEmulatedAccount, EXAMPLE, run, words } from './a-world';

jest.setTimeout(180_000);

const A = 'cn-hangzhou';
const B = 'cn-shanghai';
const CLBS = ['lb-bp1a2b3c4d5e6f7g8h9i0', 'lb-uf6z9y8x7w6v5u4t3s2r1'];

type Answer = (address: { readonly region: string; readonly name: string }) => unknown;

/** What a function of the present version says that finds nothing wrong. */
const well: Answer = ({ name, region }) => ({
  function: name.replace('gateway-autopilot-', ''),
  region,
  message: 'all is well',
  findings: [{ id: 'egress', title: 'It gets out', severity: 'critical', outcome: 'pass', evidence: [], why: 'w' }],
});

interface Doctored {
  readonly cloud: Cloud;
  readonly calls: OpenApiCall[];
  readonly asked: object[];
  doctor(options?: string): Promise<{ readonly code: number; readonly out: string; readonly errors: string }>;
  found(options?: string): Promise<Found>;
}

interface Found {
  readonly code: number;
  readonly body: {
    readonly account: string | null;
    readonly summary: string;
    readonly groups: readonly Group[];
  };
  at(where: string, id: string): Finding;
}

interface Group {
  readonly where: string;
  readonly region?: string;
  readonly function?: string;
  readonly findings: readonly Finding[];
}

interface Finding {
  readonly id: string;
  readonly outcome: string;
  readonly severity: string;
  readonly evidence: readonly string[];
  readonly fix?: { readonly text: string; readonly patches: readonly { readonly command: string }[] };
}

/** An account in which everything is as it should be, and functions that answer. */
function anAccount({
  answer = well,
  change = (text) => text,
  environment = {},
  reached = (all) => all,
}: {
  readonly answer?: Answer;
  readonly change?: (text: string) => string;
  readonly environment?: World['environment'];
  readonly reached?: (all: Reached) => Reached;
} = {}): Doctored {
  const text = change(EXAMPLE);
  const account = emulatedAccount(loadConfiguration(text, 'autopilot.yaml'), 1);
  const { cloud } = account;
  cloud.alarms.set('r-1', { name: 'of both', state: 'OK', instances: CLBS, silence: 600 });
  const calls: OpenApiCall[] = [];
  const asked: object[] = [];
  const whole = reachOf(account);
  const reach: Reach = {
    notes: [],
    round: (work) =>
      whole.round((all) =>
        work(
          reached({
            ...all,
            functions: {
              ask: async (address, event, timeout) => {
                asked.push(event);
                return 'action' in event && event.action === 'check'
                  ? answer(address)
                  : all.functions.ask(address, event, timeout);
              },
            },
            openApi: {
              call: (call) => {
                calls.push(call);
                return all.openApi.call(call);
              },
            },
          }),
        ),
      ),
  };
  const doctor = (options = '') =>
    run(words(`doctor ${options}`), { files: { 'autopilot.yaml': text }, reach, environment });
  return {
    cloud,
    calls,
    asked,
    doctor,
    found: async (options = '') => {
      const { code, out } = await doctor(`${options} --json`);
      const body = JSON.parse(out) as Found['body'];
      return {
        code,
        body,
        at: (where, id) => {
          const group = body.groups.find((each) => each.where === where);
          const finding = group?.findings.find((each) => each.id === id);
          if (finding === undefined) throw new Error(`nothing is said of ${id} at ${where}`);
          return finding;
        },
      };
    },
  };
}

function redeploy(
  { functions }: Cloud,
  region: string,
  name: string,
  change: Partial<FunctionSettings>,
  setup: Partial<FunctionSetup> = {},
): void {
  const found = functions.settingsOf(region, `gateway-autopilot-${name}`);
  if (found?.settings === undefined) throw new Error(`there is no ${name} in ${region}`);
  functions.deploy({ ...found, ...setup, settings: { ...found.settings, ...change } });
}

function without<K extends keyof FunctionSettings>(cloud: Cloud, region: string, name: string, key: K): void {
  const found = cloud.functions.settingsOf(region, `gateway-autopilot-${name}`);
  if (found?.settings === undefined) throw new Error(`there is no ${name} in ${region}`);
  const { [key]: _, ...settings } = found.settings;
  cloud.functions.deploy({ ...found, settings: settings as FunctionSettings });
}

function timer(cronExpression: string, enable = true): Partial<FunctionSettings> {
  return { triggers: [{ name: 'timer', type: 'timer', config: { cronExpression, enable } }] };
}

const TRUST = {
  Version: '1',
  Statement: [{ Action: 'sts:AssumeRole', Effect: 'Allow', Principal: { Service: ['fc.aliyuncs.com'] } }],
};
const RECEIVER = 'gateway-autopilot-receive-alarm';

function receiver(statement: readonly object[], trust: object = TRUST) {
  return { name: RECEIVER, trust, policies: [{ name: RECEIVER, document: { Version: '1', Statement: statement } }] };
}

const INVOKING = ['scale-gateway', 'attach-clb', 'failover-dns'].map((name) => ({
  Effect: 'Allow',
  Action: 'fc:InvokeFunction',
  Resource: `acs:fc:*:1234567890123456:functions/gateway-autopilot-${name}`,
}));

describe('where all is well', () => {
  it('says so, group by group, and ends with 0', async () => {
    const { doctor } = anAccount();
    const { code, errors, out } = await doctor();
    expect([code, errors]).toEqual([0, '']);
    const lines = out.split('\n');
    expect(lines[0]).toBe('account: 0 of 12 checks fail, 0 critical');
    expect(lines).toContain('role gateway-autopilot-attach-clb: 0 of 4 checks fail, 0 critical');
    expect(lines).toContain('cn-hangzhou scale-gateway: 0 of 10 checks fail, 0 critical');
    expect(lines).toContain(
      'ok              function-deployed, function-role, function-settings, function-timer, function-cadence, function-async, function-log, function-network, function-answers, egress',
    );
    expect(lines.at(-2)).toBe('0 of 152 checks fail, 0 critical: nothing keeps the functions from their work');
  });

  it('writes nothing, asks for nothing but checks, and is remembered by nobody', async () => {
    const { asked, calls, cloud, doctor } = anAccount();
    const before = cloud.clock.now();
    await doctor();
    expect(calls.length).toBeGreaterThan(50);
    expect(calls.filter(({ effect }) => effect !== 'read')).toEqual([]);
    expect(asked).toEqual(Array.from({ length: 11 }, () => ({ action: 'check' })));
    expect(cloud.clock.now()).toBe(before);
  });

  it('asks the APIs little at once', async () => {
    let now = 0;
    let most = 0;
    const { doctor } = anAccount({
      reached: (all) => ({
        ...all,
        openApi: {
          call: async (call) => {
            now += 1;
            most = Math.max(most, now);
            await new Promise((resolve) => setImmediate(resolve));
            now -= 1;
            return all.openApi.call(call);
          },
        },
      }),
    });
    expect((await doctor()).code).toBe(0);
    // Six, and who it is that asks.
    expect(most).toBe(7);
  });

  it('looks at the functions of one region alone', async () => {
    const { asked, found } = anAccount();
    const { at, body, code } = await found(`--region ${B}`);
    expect(code).toBe(0);
    expect(new Set(body.groups.flatMap(({ region }) => region ?? []))).toEqual(new Set([B]));
    expect(at('account', 'timers-apart').outcome).toBe('not-applicable');
    expect(asked).toHaveLength(5);
  });

  it('takes roles by another prefix', async () => {
    const { cloud, found } = anAccount();
    cloud.roles.add({ name: 'ops-probe-region', trust: TRUST });
    const { at } = await found('--role ops');
    expect(at('role ops-probe-region', 'role-exists').outcome).toBe('pass');
    expect(at('role ops-scale-gateway', 'role-exists').outcome).toBe('fail');
    expect(at('cn-beijing probe-region', 'function-role')).toMatchObject({ outcome: 'fail' });
  });

  it.each([
    ['--account x', '--account needs the id of the account'],
    ['--region cn-nowhere', 'there is no region "cn-nowhere" in the configuration'],
    ["--role 'a b'", '--role needs what the names of the roles begin with'],
  ])('is asked rightly, not with %s', async (options, problem) => {
    const { code, errors } = await anAccount().doctor(options);
    expect([code, errors]).toEqual([64, expect.stringContaining(problem)]);
  });
});

interface Case {
  readonly what: string;
  readonly change: (cloud: Cloud) => void;
  readonly where: string;
  readonly id: string;
  readonly outcome?: 'fail' | 'unknown';
  /** Part of what it says. */
  readonly says: string;
  readonly fix?: string;
  readonly code?: 0 | 1;
}

const ROLE_CASES: readonly Case[] = [
  {
    what: 'there is no role',
    change: (cloud) => cloud.roles.remove('gateway-autopilot-scale-gateway'),
    where: 'role gateway-autopilot-scale-gateway',
    id: 'role-exists',
    says: 'RAM knows no role gateway-autopilot-scale-gateway',
    fix: 'aliyun ram CreateRole --RoleName gateway-autopilot-scale-gateway --AssumeRolePolicyDocument "$(cat trust.json)"',
  },
  {
    what: 'only audits lack their role',
    change: (cloud) => cloud.roles.remove('gateway-autopilot-audit-gateway'),
    where: 'role gateway-autopilot-audit-gateway',
    id: 'role-exists',
    says: 'RAM knows no role',
    code: 0,
  },
  {
    what: 'another service is trusted instead',
    change: (cloud) =>
      cloud.roles.add(
        receiver(INVOKING, {
          Statement: [{ Action: 'sts:AssumeRole', Effect: 'Allow', Principal: { Service: ['ecs.aliyuncs.com'] } }],
        }),
      ),
    where: `role ${RECEIVER}`,
    id: 'role-trust',
    says: 'it names ecs.aliyuncs.com, and not fc.aliyuncs.com',
    fix: `aliyun ram UpdateRole --RoleName ${RECEIVER} --NewAssumeRolePolicyDocument "$(cat trust.json)"`,
  },
  {
    what: 'another service is trusted, too',
    change: (cloud) =>
      cloud.roles.add(
        receiver(INVOKING, {
          Statement: [
            {
              Action: 'sts:AssumeRole',
              Effect: 'Allow',
              Principal: { Service: ['fc.aliyuncs.com', 'ecs.aliyuncs.com'] },
            },
          ],
        }),
      ),
    where: `role ${RECEIVER}`,
    id: 'role-least-rights',
    says: 'assumed by ecs.aliyuncs.com, too',
    fix: `aliyun ram UpdateRole --RoleName ${RECEIVER}`,
  },
  {
    what: 'the service is trusted under a condition',
    change: (cloud) =>
      cloud.roles.add(
        receiver(INVOKING, {
          Statement: [{ ...TRUST.Statement[0], Condition: { IpAddress: { 'acs:SourceIp': '1.2.3.4' } } }],
        }),
      ),
    where: `role ${RECEIVER}`,
    id: 'role-trust',
    outcome: 'unknown',
    says: 'fc.aliyuncs.com is trusted under a condition only',
  },
  {
    what: 'the service is denied',
    change: (cloud) =>
      cloud.roles.add(
        receiver(INVOKING, { Statement: [...TRUST.Statement, { ...TRUST.Statement[0], Effect: 'Deny' }] }),
      ),
    where: `role ${RECEIVER}`,
    id: 'role-trust',
    says: 'fc.aliyuncs.com is denied',
  },
  {
    what: 'a right is missing',
    change: (cloud) => cloud.roles.add(receiver(INVOKING.slice(1))),
    where: `role ${RECEIVER}`,
    id: 'role-rights',
    says: 'missing: fc:InvokeFunction on acs:fc:cn-hangzhou:1234567890123456:functions/gateway-autopilot-scale-gateway, acs:fc:cn-shanghai:1234567890123456:functions/gateway-autopilot-scale-gateway',
    fix: `aliyun ram CreatePolicyVersion --PolicyName ${RECEIVER} --PolicyDocument "$(cat receive-alarm.json)" --SetAsDefault true`,
  },
  {
    what: 'no policy is attached',
    change: (cloud) => cloud.roles.add({ name: RECEIVER, trust: TRUST }),
    where: `role ${RECEIVER}`,
    id: 'role-rights',
    says: 'no policy is attached',
    fix: `aliyun ram AttachPolicyToRole --PolicyType Custom --PolicyName ${RECEIVER} --RoleName ${RECEIVER}`,
  },
  {
    what: 'a right is denied',
    change: (cloud) => cloud.roles.add(receiver([...INVOKING, { Effect: 'Deny', Action: 'fc:*', Resource: '*' }])),
    where: `role ${RECEIVER}`,
    id: 'role-rights',
    says: 'denied: fc:InvokeFunction on',
  },
  {
    what: 'rights hold under a condition',
    change: (cloud) =>
      cloud.roles.add(
        receiver(INVOKING.map((each) => ({ ...each, Condition: { Bool: { 'acs:SecureTransport': 'true' } } }))),
      ),
    where: `role ${RECEIVER}`,
    id: 'role-rights',
    outcome: 'unknown',
    says: 'only for some calls: fc:InvokeFunction',
  },
  {
    what: 'a policy is no policy',
    change: (cloud) => cloud.roles.add({ name: RECEIVER, trust: TRUST, policies: [{ name: 'odd', document: {} }] }),
    where: `role ${RECEIVER}`,
    id: 'role-rights',
    outcome: 'unknown',
    says: 'the policy odd cannot be read',
  },
  {
    what: 'there are rights beyond, in every region',
    change: (cloud) => cloud.roles.add(receiver(INVOKING)),
    where: `role ${RECEIVER}`,
    id: 'role-least-rights',
    says: 'beyond: fc:InvokeFunction on acs:fc:*:1234567890123456:functions/gateway-autopilot-scale-gateway',
  },
  {
    what: 'a policy of the vendor is attached beside',
    change: (cloud) => {
      const { policies, ...role } = receiver(INVOKING);
      const document = { Statement: [{ Effect: 'Allow', Action: 'fc:*', Resource: '*' }] };
      cloud.roles.add({ ...role, policies: [...policies, { name: 'AliyunFCFullAccess', type: 'System', document }] });
    },
    where: `role ${RECEIVER}`,
    id: 'role-least-rights',
    says: 'beyond: fc:* on *',
    fix: `aliyun ram DetachPolicyFromRole --PolicyType System --PolicyName AliyunFCFullAccess --RoleName ${RECEIVER}`,
  },
  {
    what: 'a function that calls nothing may do something',
    change: (cloud) =>
      cloud.roles.add({
        name: 'gateway-autopilot-probe-region',
        trust: TRUST,
        policies: [
          {
            name: 'AliyunSLBFullAccess',
            type: 'System',
            document: { Statement: [{ Effect: 'Allow', Action: 'slb:*', Resource: '*' }] },
          },
        ],
      }),
    where: 'role gateway-autopilot-probe-region',
    id: 'role-least-rights',
    says: 'beyond: slb:* on *',
    fix: 'aliyun ram DetachPolicyFromRole --PolicyType System --PolicyName AliyunSLBFullAccess --RoleName gateway-autopilot-probe-region',
  },
];

const FUNCTION_CASES: readonly Case[] = [
  {
    what: 'it has another role',
    change: (cloud) => redeploy(cloud, A, 'attach-clb', { role: 'acs:ram::1234567890123456:role/admin' }),
    where: `${A} attach-clb`,
    id: 'function-role',
    says: 'it has acs:ram::1234567890123456:role/admin, and should have acs:ram::1234567890123456:role/gateway-autopilot-attach-clb',
    fix: 'npm run build && FC_REGION=cn-hangzhou s attach-clb deploy -y',
  },
  {
    what: 'it has another runtime',
    change: (cloud) => redeploy(cloud, A, 'attach-clb', { runtime: 'nodejs18' }),
    where: `${A} attach-clb`,
    id: 'function-settings',
    says: 'the runtime should be nodejs20',
  },
  {
    what: 'it has too little time',
    change: (cloud) => redeploy(cloud, B, 'failover-dns', {}, { timeout: 60 }),
    where: `${B} failover-dns`,
    id: 'function-settings',
    says: 'the time-out should be 90 s',
  },
  {
    what: 'it has too little memory',
    change: (cloud) => redeploy(cloud, B, 'scale-gateway', {}, { memory: 256 }),
    where: `${B} scale-gateway`,
    id: 'function-settings',
    says: 'the memory should be 512 MB',
  },
  {
    what: 'it has no timer',
    change: (cloud) => redeploy(cloud, A, 'scale-gateway', { triggers: [] }),
    where: `${A} scale-gateway`,
    id: 'function-timer',
    says: 'it has no timer',
  },
  {
    what: 'its timer is off',
    change: (cloud) => redeploy(cloud, A, 'scale-gateway', timer('35 * * * * *', false)),
    where: `${A} scale-gateway`,
    id: 'function-timer',
    says: 'timer: 35 * * * * *, switched off',
  },
  {
    what: 'it looks too seldom',
    change: (cloud) => redeploy(cloud, A, 'scale-gateway', timer('35 */2 * * * *')),
    where: `${A} scale-gateway`,
    id: 'function-cadence',
    says: 'it looks every 2m; cadence says every 1m',
    fix: 'by hand: set triggers[0].triggerConfig.cronExpression of scale-gateway in s.yaml, or cadence.scaleGateway in autopilot.yaml',
  },
  {
    what: 'it looks by day only',
    change: (cloud) => redeploy(cloud, A, 'scale-gateway', timer('35 * 9-17 * * *')),
    where: `${A} scale-gateway`,
    id: 'function-cadence',
    says: 'it looks every 1m to 15h1m; cadence says every 1m',
  },
  {
    what: 'nobody can tell how often it looks',
    change: (cloud) => redeploy(cloud, A, 'scale-gateway', timer('whenever')),
    where: `${A} scale-gateway`,
    id: 'function-cadence',
    outcome: 'unknown',
    says: 'how often that is cannot be told',
  },
  {
    what: 'its asynchronous settings are the defaults of the vendor',
    change: (cloud) => without(cloud, A, 'receive-alarm', 'asyncInvocation'),
    where: `${A} receive-alarm`,
    id: 'function-async',
    says: 'none are set',
  },
  {
    what: 'late events are kept',
    change: (cloud) => redeploy(cloud, A, 'receive-alarm', { asyncInvocation: { retries: 3, eventAge: 86_400 } }),
    where: `${A} receive-alarm`,
    id: 'function-async',
    says: 'retries 3, events of 86400 s at most, asyncTask on',
  },
  {
    what: 'late events are tried once more',
    change: (cloud) => redeploy(cloud, A, 'receive-alarm', { asyncInvocation: { retries: 1, eventAge: 18_000 } }),
    where: `${A} receive-alarm`,
    id: 'function-async',
    says: 'retries 1, events of 18000 s at most, asyncTask on',
  },
  {
    what: 'repeated alarms wake it each',
    change: (cloud) => redeploy(cloud, A, 'scale-gateway', {}, { asyncTask: false }),
    where: `${A} scale-gateway`,
    id: 'function-async',
    says: 'asyncTask off',
  },
  {
    what: 'it has no log',
    change: (cloud) => without(cloud, A, 'scale-gateway', 'log'),
    where: `${A} scale-gateway`,
    id: 'function-log',
    says: 'it has no log store',
  },
  {
    what: 'its log is a placeholder',
    change: (cloud) =>
      redeploy(cloud, A, 'scale-gateway', { log: { project: 'set-AUTOPILOT_LOG_PROJECT', logstore: 's' } }),
    where: `${A} scale-gateway`,
    id: 'function-log',
    says: 'set-AUTOPILOT_LOG_PROJECT/s is a placeholder',
  },
  {
    what: 'it is not in the VPC',
    change: (cloud) => without(cloud, A, 'scale-gateway', 'vpc'),
    where: `${A} scale-gateway`,
    id: 'function-network',
    says: 'in no VPC, and the cluster is reached at its private address',
  },
  {
    what: 'a vantage point is in a VPC',
    change: (cloud) =>
      redeploy(cloud, 'cn-beijing', 'probe-region', { vpc: { vpcId: 'vpc-1', vSwitchIds: [], securityGroupId: 's' } }),
    where: 'cn-beijing probe-region',
    id: 'function-network',
    says: 'in vpc-1',
  },
  {
    what: 'it has no way out',
    change: (cloud) => redeploy(cloud, A, 'failover-dns', { internetAccess: false }),
    where: `${A} failover-dns`,
    id: 'function-network',
    says: 'without a way to the internet',
  },
  {
    what: 'its way out is its VPC',
    change: (cloud) => redeploy(cloud, A, 'scale-gateway', { internetAccess: false }),
    where: `${A} scale-gateway`,
    id: 'function-network',
    outcome: 'unknown',
    says: 'only it can tell whether the VPC has one',
  },
  {
    what: 'both watch at once',
    change: (cloud) => redeploy(cloud, B, 'failover-dns', timer('55 * * * * *')),
    where: 'account',
    id: 'timers-apart',
    says: 'cn-shanghai: 55s after each 1m',
    fix: 'npm run build && FC_REGION=cn-shanghai AUTOPILOT_DNS_SECOND=25 s failover-dns deploy -y',
  },
  {
    what: 'nobody knows when one of them watches',
    change: (cloud) => redeploy(cloud, B, 'failover-dns', timer('@every 1m')),
    where: 'account',
    id: 'timers-apart',
    outcome: 'unknown',
    says: 'cn-shanghai: cannot be told',
  },
];

const ACCOUNT_CASES: readonly Case[] = [
  {
    what: 'no rule watches a CLB',
    change: (cloud) => cloud.alarms.set('r-1', { name: 'of one', state: 'OK', instances: CLBS.slice(1), silence: 600 }),
    where: 'account',
    id: 'alarm-rules',
    says: 'ingressgateway, lb-bp1a2b3c4d5e6f7g8h9i0: none',
    fix: 'npx gateway-autopilot alarms --account 1234567890123456 --yes',
  },
  {
    what: 'the only rule is off',
    change: (cloud) =>
      cloud.alarms.set('r-1', { name: 'off', state: 'OK', instances: CLBS, silence: 600, enabled: false }),
    where: 'account',
    id: 'alarm-rules',
    says: 'ingressgateway, lb-uf6z9y8x7w6v5u4t3s2r1: none',
  },
  {
    what: 'a rule is silent for a day',
    change: (cloud) => cloud.alarms.set('r-2', { name: 'too slow', state: 'OK', instances: CLBS }),
    where: 'account',
    id: 'alarm-silence',
    says: 'too slow: 86400 s',
    fix: 'by hand: in the console of CloudMonitor, set the mute period of the rule too slow (r-2) to an hour or less',
  },
  {
    what: 'a rule of ours is silent for a day',
    change: (cloud) =>
      cloud.alarms.set('gateway-autopilot_cn-hangzhou_0123456789ab', { name: 'ours', state: 'OK', instances: CLBS }),
    where: 'account',
    id: 'alarm-silence',
    says: 'ours: 86400 s',
    fix: 'npx gateway-autopilot alarms --account 1234567890123456 --yes',
  },
  {
    what: 'the CLBs of the account are many',
    change: (cloud) => {
      for (let index = 0; index < 54; index += 1) cloud.loadBalancers.add({ region: A, id: `lb-other-${index}` });
    },
    where: 'account',
    id: 'clb-quota',
    says: '4 more may be bought: 61 of 60 by default',
    fix: 'by hand: open Quota Center',
  },
  {
    what: 'the CLBs of the account are many without those that we may buy',
    change: (cloud) => {
      for (let index = 0; index < 56; index += 1) {
        const tags: Record<string, string> = index < 2 ? { 'managed-by': 'gateway-autopilot' } : {};
        cloud.loadBalancers.add({ region: A, id: `lb-other-${index}`, tags });
      }
    },
    where: 'account',
    id: 'clb-quota',
    says: '2 more may be bought: 61 of 60 by default',
  },
  {
    what: 'the CLBs of the account may be many',
    change: (cloud) => {
      for (let index = 0; index < 53; index += 1) cloud.loadBalancers.add({ region: A, id: `lb-other-${index}` });
    },
    where: 'account',
    id: 'clb-quota',
    outcome: 'unknown',
    says: '4 more may be bought: 60 of 60 by default',
    code: 0,
  },
  {
    what: 'a timer uses the queries up',
    change: (cloud) => redeploy(cloud, A, 'scale-gateway', timer('*/30 * * * * *')),
    where: 'account',
    id: 'cloudmonitor-queries',
    says: 'cn-hangzhou scale-gateway: 96,360 looks × 3 = 289,080',
    fix: 'by hand: make the timers of s.yaml agree with cadence in autopilot.yaml (scale-gateway every 1m, attach-clb every 1m)',
  },
];

describe.each([
  ['a role', ROLE_CASES],
  ['a function', FUNCTION_CASES],
  ['the account', ACCOUNT_CASES],
])('of %s', (_, cases) => {
  it.each(cases)('it sees when $what', async ({ change, code = 1, fix, id, outcome = 'fail', says, where }) => {
    const { cloud, found } = anAccount();
    change(cloud);
    const seen = await found();
    const finding = seen.at(where, id);
    expect([finding.outcome, finding.evidence.join('\n')]).toEqual([outcome, expect.stringContaining(says)]);
    expect(finding.fix === undefined).toBe(outcome !== 'fail');
    if (fix !== undefined) {
      expect(finding.fix?.patches.map(({ command }) => command).join('\n')).toContain(fix);
    }
    expect(seen.code).toBe(code);
  });
});

describe('of the account', () => {
  it('it sees that the credentials are of another one', async () => {
    const seen = await anAccount().found('--account 99');
    expect(seen.at('account', 'credentials')).toMatchObject({
      outcome: 'fail',
      evidence: ['acs:ram::1234567890123456:user/operator is of the account 1234567890123456, and not of 99'],
    });
    expect([seen.code, seen.body.account]).toEqual([1, '99']);
  });

  it('it takes which one it should be from the environment, as s.yaml does', async () => {
    const seen = await anAccount({ environment: { AUTOPILOT_ACCOUNT_ID: '98' } }).found();
    expect(seen.at('account', 'credentials').evidence).toEqual([
      'acs:ram::1234567890123456:user/operator is of the account 1234567890123456, and not of 98',
    ]);
    expect([seen.code, seen.body.account]).toEqual([1, '98']);
  });

  it.each([
    [-61_000, 'fail', '1m1s slow'],
    [61_000, 'fail', '1m1s fast'],
    [59_000, 'pass', '59s fast'],
  ])('it sees a clock that is %d ms off', async (off, outcome, says) => {
    const { found } = anAccount({ reached: (all) => ({ ...all, now: () => all.now() + off }) });
    expect((await found()).at('account', 'clock-skew')).toMatchObject({ outcome, evidence: [says] });
  });

  it('it sees a clock that is so wrong that nothing is answered', async () => {
    const { cloud, found } = anAccount();
    cloud.faults.fail({ operation: 'sts.GetCallerIdentity', status: 400, code: 'InvalidTimeStamp.Expired' });
    const seen = await found();
    expect(seen.at('account', 'credentials').outcome).toBe('unknown');
    expect(seen.at('account', 'clock-skew')).toMatchObject({
      outcome: 'fail',
      evidence: [expect.stringContaining('InvalidTimeStamp.Expired')],
    });
    expect(seen.at('role gateway-autopilot-scale-gateway', 'role-rights')).toMatchObject({
      outcome: 'unknown',
      evidence: ['the account is not known: say --account'],
    });
    expect(seen.at(`${A} scale-gateway`, 'function-role').outcome).toBe('unknown');
    expect(seen.body.account).toBeNull();
  });

  it('it sees rules that the configuration names and nobody made, or that are off', async () => {
    const named = '    alarms: { cn-hangzhou: [r-here, r-gone, r-off] }\n    # Rules of CloudMonitor';
    const { cloud, found } = anAccount({ change: (text) => text.replace('    # Rules of CloudMonitor', named) });
    cloud.alarms.set('r-here', { name: 'here', state: 'OK', silence: 600 });
    cloud.alarms.set('r-off', { name: 'one', state: 'OK', silence: 600, enabled: false });
    const seen = await found();
    expect(seen.at('account', 'alarms-exist')).toMatchObject({
      outcome: 'fail',
      evidence: ['r-here: here', 'r-gone: no such rule', 'r-off: one, switched off'],
    });
    // One that is named watches nothing either while it is off.
    cloud.alarms.set('r-1', { name: 'of one', state: 'OK', instances: CLBS.slice(1), silence: 600 });
    cloud.alarms.set('r-off', { name: 'one', state: 'OK', instances: CLBS, silence: 600, enabled: false });
    expect((await found()).at('account', 'alarm-rules').outcome).toBe('fail');
    cloud.alarms.set('r-off', { name: 'one', state: 'OK', silence: 600 });
    cloud.alarms.set('r-gone', { name: 'gone', state: 'OK', silence: 600 });
    expect((await found()).at('account', 'alarms-exist').outcome).toBe('pass');
  });

  it('it sees policies whose replicas no CLB takes', async () => {
    const seen = await anAccount({ change: (text) => text.replace('max: 40', 'max: 201') }).found();
    expect(seen.at('account', 'clb-backends')).toMatchObject({
      outcome: 'fail',
      evidence: expect.arrayContaining(['web: up to 201 replicas; 200 backends by default']),
    });
  });
});

describe('where something cannot be read', () => {
  it.each<[operation: string, where: string, id: string]>([
    ['ram.GetRole', 'role gateway-autopilot-scale-gateway', 'role-exists'],
    ['ram.ListPoliciesForRole', 'role gateway-autopilot-scale-gateway', 'role-rights'],
    ['ram.GetPolicy', 'role gateway-autopilot-scale-gateway', 'role-rights'],
    ['fc.GetFunction', `${A} scale-gateway`, 'function-deployed'],
    ['fc.ListTriggers', `${A} scale-gateway`, 'function-timer'],
    ['fc.GetAsyncInvokeConfig', `${A} scale-gateway`, 'function-async'],
    ['cms.DescribeMetricRuleList', 'account', 'alarm-rules'],
    ['slb.DescribeLoadBalancers', 'account', 'clb-quota'],
    ['alidns.DescribeDomainInfo', 'account', 'zone-records'],
    ['alidns.DescribeSubDomainRecords', 'account', 'zone-records'],
  ])('the right to %s is named, and nothing else is lost', async (operation, where, id) => {
    const { cloud, found } = anAccount();
    cloud.faults.deny(operation);
    const seen = await found();
    expect(seen.at(where, id)).toMatchObject({
      outcome: 'unknown',
      evidence: expect.arrayContaining([
        expect.stringContaining(
          `Forbidden.RAM: not authorized; whoever runs this needs the right ${operation.replace('.', ':')}`,
        ),
      ]),
    });
    expect(seen.at('account', 'credentials').outcome).toBe('pass');
    expect(seen.at(`${B} scale-gateway`, 'function-answers').outcome).toBe('pass');
    expect(seen.code).toBe(1);
  });

  it('a region that is dead is unknown, and the other one is looked at', async () => {
    const { cloud, found } = anAccount();
    cloud.regions.die(A);
    const seen = await found();
    expect(seen.at(`${A} scale-gateway`, 'function-deployed').outcome).toBe('unknown');
    expect(seen.at(`${B} scale-gateway`, 'function-deployed').outcome).toBe('pass');
    expect(seen.code).toBe(1);
  });
});

function failing(kind: CloudErrorKind, code: string): Answer {
  return () => {
    throw new CloudError(code, { kind, operation: 'fc.InvokeFunction', code });
  };
}

describe('a function that does not answer is a finding', () => {
  it.each<[what: string, answer: Answer, outcome: string, says: string, fix: string]>([
    [
      'is of an older version',
      () => ({
        function: 'scale-gateway',
        outcome: 'refused',
        message: 'no',
        problems: ['action "check" is not known', 'the actions are look'],
      }),
      'fail',
      'it does not know the command check, and is of an older version: action "check" is not known',
      'npm run build && FC_REGION=cn-hangzhou s scale-gateway deploy -y',
    ],
    [
      'answers as if it were asked to look',
      () => ({ function: 'scale-gateway', message: 'a look', gateways: [] }),
      'fail',
      'it does not know the command check, and is of an older version: a look',
      's scale-gateway deploy',
    ],
    ['is something else', () => 'hello', 'fail', 'is that its name?', 'by hand: set functions in autopilot.yaml'],
    [
      'is another function',
      () => ({ function: 'attach-clb', findings: [] }),
      'fail',
      'gateway-autopilot-scale-gateway is attach-clb',
      'by hand: set functions',
    ],
    ['is not there', failing('not-found', 'FunctionNotFound'), 'fail', 'FunctionNotFound', 's scale-gateway deploy'],
    [
      'may not be invoked',
      failing('permission', 'AccessDenied'),
      'fail',
      'whoever runs this needs the right fc:InvokeFunction',
      `aliyun ram CreatePolicy --PolicyName gateway-autopilot-operator --PolicyDocument '{"Version":"1","Statement":[{"Effect":"Allow","Action":"fc:InvokeFunction","Resource":["acs:fc:*:1234567890123456:functions/gateway-autopilot-scale-gateway","acs:fc:*:1234567890123456:functions/gateway-autopilot-attach-clb","acs:fc:*:1234567890123456:functions/gateway-autopilot-failover-dns","acs:fc:*:1234567890123456:functions/gateway-autopilot-probe-region","acs:fc:*:1234567890123456:functions/gateway-autopilot-audit-gateway"]}]}'\naliyun ram AttachPolicyToUser --UserName operator --PolicyType Custom --PolicyName gateway-autopilot-operator`,
    ],
    [
      'is silent',
      failing('timeout', 'ETIMEDOUT'),
      'fail',
      'ETIMEDOUT',
      'by hand: open the log of gateway-autopilot-scale-gateway in cn-hangzhou',
    ],
    ['is throttled', failing('throttled', 'Throttling.User'), 'unknown', 'Throttling.User', ''],
    [
      'says what nobody can read',
      () => ({ function: 'scale-gateway', findings: [{ id: 'egress' }, well({ region: A, name: 'scale-gateway' })] }),
      'unknown',
      '2 of its 2 findings cannot be read; is it of another version?',
      '',
    ],
  ])('that %s', async (_, answer, outcome, says, fix) => {
    const { found } = anAccount({
      answer: (address) =>
        address.region === A && address.name.endsWith('scale-gateway') ? answer(address) : well(address),
    });
    const seen = await found();
    const finding = seen.at(`${A} scale-gateway`, 'function-answers');
    expect([finding.outcome, finding.severity, finding.evidence.join('\n')]).toEqual([
      outcome,
      'critical',
      expect.stringContaining(says),
    ]);
    expect((finding.fix?.patches ?? []).map(({ command }) => command).join('\n')).toContain(fix);
    expect(seen.at(`${B} scale-gateway`, 'function-answers').outcome).toBe('pass');
    expect(seen.code).toBe(1);
  });

  it('of which one without audits is advice', async () => {
    const { found } = anAccount({
      answer: (address) =>
        address.name.endsWith('audit-gateway') ? failing('not-found', 'FunctionNotFound')(address) : well(address),
    });
    const seen = await found();
    expect(seen.at(`${A} audit-gateway`, 'function-answers')).toMatchObject({ outcome: 'fail', severity: 'advice' });
    expect(seen.code).toBe(0);
  });

  it('of which one that is not deployed is told as that alone', async () => {
    const { asked, cloud, found } = anAccount();
    cloud.faults.fail({ operation: 'fc.GetFunction', status: 404, code: 'FunctionNotFound', times: 1 });
    const seen = await found();
    expect(seen.at(`${A} scale-gateway`, 'function-deployed')).toMatchObject({
      outcome: 'fail',
      evidence: ['there is no function gateway-autopilot-scale-gateway in cn-hangzhou'],
    });
    expect(seen.at(`${A} scale-gateway`, 'function-timer').outcome).toBe('not-applicable');
    expect(seen.at(`${A} scale-gateway`, 'function-answers').outcome).toBe('not-applicable');
    expect(asked).toHaveLength(10);
    expect(seen.code).toBe(1);
  });

  it('and one of FC 2.0 is asked, and not looked at', async () => {
    const named = 'functions: { scaleGateway: gateways/scale }\npolicies:';
    const answer: Answer = (address) =>
      address.name === 'gateways/scale' ? { function: 'scale-gateway', findings: [] } : well(address);
    const { found } = anAccount({ answer, change: (text) => text.replace('\npolicies:', `\n${named}`) });
    const seen = await found();
    expect(seen.at(`${A} scale-gateway`, 'function-deployed').outcome).toBe('not-applicable');
    expect(seen.at(`${A} scale-gateway`, 'function-answers')).toMatchObject({
      outcome: 'pass',
      evidence: ['0 checks'],
    });
  });
});

it.each<[what: string, differs: object, outcome: string, evidence: readonly string[]]>([
  ['the same', {}, 'pass', ['configuration 11 × aaa']],
  [
    'another configuration',
    { configuration: 'bbb' },
    'fail',
    ['configuration 10 × aaa, 1 × bbb', 'cn-shanghai scale-gateway: bbb'],
  ],
  ['other code', { code: 'other' }, 'fail', ['configuration 11 × aaa', 'code of scale-gateway: 1 × c, 1 × other']],
])('sees when one region is deployed with %s', async (_, differs, outcome, evidence) => {
  const { found } = anAccount({
    answer: (address) => {
      const isOdd = address.region === B && address.name.endsWith('scale-gateway');
      return Object.assign({ configuration: 'aaa', code: 'c' }, well(address), isOdd ? differs : {});
    },
  });
  const seen = await found();
  expect(seen.at('account', 'same-deployment')).toMatchObject({
    outcome,
    evidence: expect.arrayContaining([...evidence]),
  });
  expect(seen.code).toBe(outcome === 'pass' ? 0 : 1);
});

it('shows what functions find beside what it finds, with their fixes', async () => {
  const finding = {
    id: 'ram-reads',
    title: 'Its role reads what it must',
    severity: 'critical',
    outcome: 'fail',
    evidence: ['slb.DescribeHealthStatus: Forbidden.RAM\nFAIL  forged\u001b[2J'],
    why: 'w',
    source: { page: 'https://example.com', date: '2026-11-22' },
    fix: { text: 'Grant it.', safe: false, patches: [{ kind: 'command', command: 'aliyun ram X' }] },
    new: 'of a later version',
  };
  const { doctor, found } = anAccount({
    answer: (address) =>
      address.region === A && address.name.endsWith('attach-clb')
        ? { function: 'attach-clb', findings: [finding] }
        : well(address),
  });
  const { code, out } = await doctor();
  expect(code).toBe(1);
  expect(out).toContain(
    [
      'cn-hangzhou attach-clb: 1 of 10 checks fail, 1 critical',
      'FAIL  critical  ram-reads: Its role reads what it must',
      '                slb.DescribeHealthStatus: Forbidden.RAM FAIL  forged [2J',
      '                why: w (https://example.com, 2026-11-22)',
      '                fix: Grant it.',
      '                  aliyun ram X',
      'ok              function-deployed, ',
    ].join('\n'),
  );
  const { at, body } = await found();
  expect(at(`${A} attach-clb`, 'ram-reads')).toEqual(finding);
  expect(body.summary).toBe('1 of 152 checks fail, 1 critical');
});

it('prints what its page shows', async () => {
  const [block = ''] = blocks(document('docs/doctor.md'), '');
  const parts = block.split('…').map((part) => part.trim());
  expect(parts.filter((part) => part !== '')).toHaveLength(2);
  const { cloud, doctor } = anAccount();
  redeploy(cloud, B, 'failover-dns', timer('55 * * * * *'));
  const regional = ['attach-clb', 'failover-dns'].map((name) => ({
    Effect: 'Allow',
    Action: ['fc:InvokeFunction'],
    Resource: [A, B].map((region) => `acs:fc:${region}:1234567890123456:functions/gateway-autopilot-${name}`),
  }));
  cloud.roles.add(receiver(regional));
  const { out } = await doctor();
  for (const part of parts) expect(out).toContain(part);
});

it('uses exactly the rights that its page asks for', async () => {
  const told = [...document('docs/doctor.md').matchAll(/`([a-z]+:[A-Z]\w+)`/g)].map(([, right]) => right);
  const { calls, doctor } = anAccount();
  await doctor();
  const used = new Set(calls.map(({ action, product }) => `${product}:${action}`));
  expect(told.toSorted()).toEqual([...used, 'fc:InvokeFunction'].toSorted());
});

it('takes next to no time in the emulated cloud', async () => {
  const { cloud, run: line } = anEmulatedAccount();
  const before = cloud.clock.now();
  expect((await line('doctor')).code).toBe(1);
  // What the vantage points probe for; in milliseconds.
  expect(cloud.clock.now()).toBeLessThan(before + 2_000);
});
