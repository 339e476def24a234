import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { parse } from 'yaml';
import { STAGE_FUNCTIONS } from '../../rehearsal/stage';
import { loadConfiguration } from '../../shared/config/load';
import { secondsBetweenRuns } from './stack/schedule';
import { Stack, stackProblems } from './stack/schema';
import { fillIn } from './stack/variables';

const ROOT = path.resolve(__dirname, '../..');
const TEXT = readFileSync(path.join(ROOT, 's.yaml'), 'utf8');
const ENVIRONMENT = {
  AUTOPILOT_ACCOUNT_ID: '1234567890123456',
  AUTOPILOT_VPC_ID: 'vpc-1',
  AUTOPILOT_VSWITCH_ID: 'vsw-1',
  AUTOPILOT_SECURITY_GROUP_ID: 'sg-1',
  AUTOPILOT_LOG_PROJECT: 'gateways',
  AUTOPILOT_ON_CALL_URL: 'https://robots.example.com/x',
  AUTOPILOT_ON_CALL_SECRET: 'made-up-1',
  AUTOPILOT_WEBHOOK_URL: 'https://hooks.example.com/x',
  AUTOPILOT_ALARM_TOKEN: '0123456789abcdef0123456789abcdef',
  AUTOPILOT_WEBHOOK_SECRET: 'made-up-2',
} as const;

const NOTIFYING = [
  'AUTOPILOT_ON_CALL_URL',
  'AUTOPILOT_ON_CALL_SECRET',
  'AUTOPILOT_WEBHOOK_URL',
  'AUTOPILOT_WEBHOOK_SECRET',
] as const;

const FUNCTIONS = readdirSync(path.join(ROOT, 'functions'), { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map(({ name }) => name)
  .sort();

function stack(environment: Readonly<Record<string, string>> = ENVIRONMENT): unknown {
  // The parser of Serverless Devs (js-yaml 4) merges by default.
  return fillIn(parse(TEXT, { merge: true }), environment);
}

/** The configuration that is the example for operators, which s.yaml must fit. */
const EXAMPLE = loadConfiguration(
  readFileSync(path.join(ROOT, 'autopilot.example.yaml'), 'utf8'),
  'autopilot.example.yaml',
);

type Loose = Record<string, unknown>;

/** `scaleGateway` → `scale-gateway`. */
function kebab(name: string): string {
  return name.replace(/[A-Z]/g, (capital) => `-${capital.toLowerCase()}`);
}

/** The stack with the properties of one function changed. */
function changed(change: (props: Loose) => void): unknown {
  const copy = structuredClone(stack()) as { resources: Record<string, { props: Loose }> };
  const resource = copy.resources['scale-gateway'];
  if (resource === undefined) throw new Error('s.yaml has no scale-gateway');
  change(resource.props);
  return copy;
}

/** The problems of the stack when scale-gateway has just this trigger. */
function triggerProblems(trigger: Loose): readonly string[] {
  const prefix = 'resources.scale-gateway.props.triggers.0';
  const problems = stackProblems(
    changed((props) => {
      props['triggers'] = [{ triggerName: 'a', qualifier: 'LATEST', ...trigger }];
    }),
  );
  return problems.map((problem) => problem.replace(prefix, '').replace(/^\./, ''));
}

describe('s.yaml', () => {
  it('is what the fc3 component expects', () => {
    expect(stackProblems(stack())).toEqual([]);
  });

  it('names each function once, built where the build puts it', () => {
    const { resources } = Stack.parse(stack());
    const deployed = Object.entries(resources).map(([resource, { props }]) => [
      resource,
      props.functionName,
      props.code,
    ]);
    expect(deployed.sort()).toEqual(FUNCTIONS.map((name) => [name, `gateway-autopilot-${name}`, `./dist/${name}`]));
  });

  it('is refused with its placeholders in it, each of them', () => {
    expect(stackProblems(stack({})).map((problem) => problem.split(': ')[0])).toEqual([
      ...['scale-gateway', 'attach-clb'].flatMap((name) => [
        `resources.${name}.props.role`,
        ...NOTIFYING.map((variable) => `resources.${name}.props.environmentVariables.${variable}`),
        `resources.${name}.props.vpcConfig.vpcId`,
        `resources.${name}.props.vpcConfig.vSwitchIds.0`,
        `resources.${name}.props.vpcConfig.securityGroupId`,
        `resources.${name}.props.logConfig.project`,
      ]),
      'resources.failover-dns.props.role',
      ...NOTIFYING.map((variable) => `resources.failover-dns.props.environmentVariables.${variable}`),
      'resources.failover-dns.props.logConfig.project',
      'resources.probe-region.props.role',
      'resources.probe-region.props.logConfig.project',
      'resources.receive-alarm.props.role',
      'resources.receive-alarm.props.logConfig.project',
      'resources.receive-alarm.props.triggers.0.sourceArn',
      'resources.receive-alarm.props.triggers.0.invocationRole',
      'resources.audit-gateway.props.role',
      ...NOTIFYING.map((variable) => `resources.audit-gateway.props.environmentVariables.${variable}`),
      'resources.audit-gateway.props.vpcConfig.vpcId',
      'resources.audit-gateway.props.vpcConfig.vSwitchIds.0',
      'resources.audit-gateway.props.vpcConfig.securityGroupId',
      'resources.audit-gateway.props.logConfig.project',
    ]);
  });

  it('looks as often as the example configuration says', () => {
    const { resources } = Stack.parse(stack());
    const timers = Object.entries(resources).flatMap(([name, { props }]) =>
      props.triggers.flatMap((trigger) =>
        trigger.triggerType === 'timer' && trigger.triggerConfig.enable
          ? [[name, secondsBetweenRuns(trigger.triggerConfig.cronExpression)]]
          : [],
      ),
    );
    const cadence = Object.entries(EXAMPLE.cadence).map(([name, milliseconds]) => [kebab(name), milliseconds / 1000]);
    // Audits are no looks: what they read changes by people's hands.
    expect(timers).toEqual([...cadence, ['audit-gateway', 24 * 3600]]);
  });

  it('hands each function the variables that the example configuration names', () => {
    const { resources } = Stack.parse(stack());
    const named = Object.values(EXAMPLE.notify.channels).flatMap(({ secretFrom, urlFrom }) => [urlFrom, secretFrom]);
    expect(named).toEqual(NOTIFYING);
    const given = Object.entries(resources).map(([name, { props }]) => [name, Object.keys(props.environmentVariables)]);
    expect(given).toEqual([
      ['scale-gateway', ['AUTOPILOT_CONFIG', ...NOTIFYING]],
      ['attach-clb', ['AUTOPILOT_CONFIG', ...NOTIFYING]],
      ['failover-dns', ['AUTOPILOT_CONFIG', ...NOTIFYING]],
      // Tells nobody.
      ['probe-region', ['AUTOPILOT_CONFIG']],
      // By a topic it needs no secret.
      ['receive-alarm', ['AUTOPILOT_CONFIG']],
      ['audit-gateway', ['AUTOPILOT_CONFIG', ...NOTIFYING]],
    ]);
  });

  it('has receive-alarm triggered by the topic that the example configuration names, and by nothing public', () => {
    const { resources } = Stack.parse(stack());
    expect(EXAMPLE.alarms.route).toBe('topic');
    expect(resources['receive-alarm']?.props.triggers).toMatchObject([
      { triggerType: 'mns_topic', sourceArn: `acs:mns:cn-hangzhou:1234567890123456:/topics/${EXAMPLE.alarms.topic}` },
    ]);
    const kinds = Object.values(resources).flatMap(({ props }) => props.triggers.map(({ triggerType }) => triggerType));
    expect(new Set(kinds)).toEqual(new Set(['timer', 'mns_topic']));
  });

  it('has the callback as a comment, which is what the fc3 component expects in the place of the topic', () => {
    const [begin = '', rest = ''] = TEXT.split(/^ {8}- triggerName: alarms\n(?: {10}.*\n)*/m);
    const text = (begin + rest).replaceAll(
      /^( +)# (- triggerName: callback| {2,}\S.*|AUTOPILOT_ALARM_TOKEN: .*)$/gm,
      '$1$2',
    );
    const called: unknown = fillIn(parse(text, { merge: true }), ENVIRONMENT);
    expect(stackProblems(called)).toEqual([]);
    const { environmentVariables, triggers } = Stack.parse(called).resources['receive-alarm']?.props ?? {};
    expect(environmentVariables).toMatchObject({ [EXAMPLE.alarms.tokenFrom]: ENVIRONMENT.AUTOPILOT_ALARM_TOKEN });
    expect(triggers).toMatchObject([
      { triggerType: 'http', triggerConfig: { authType: 'anonymous', disableURLInternet: false, methods: ['POST'] } },
    ]);
  });

  it('gives each function a role of its own', () => {
    const { resources } = Stack.parse(stack());
    const roles = Object.entries(resources).map(([name, { props }]) => [name, props.role]);
    expect(roles).toEqual(
      Object.keys(resources).map((name) => [name, `acs:ram::1234567890123456:role/gateway-autopilot-${name}`]),
    );
  });

  it('gives each function the time that rehearsals give it', () => {
    const { resources } = Stack.parse(stack());
    const given = Object.entries(resources).map(([name, { props }]) => [name, props.timeout]);
    expect(given).toEqual(Object.entries(STAGE_FUNCTIONS).map(([name, { timeout }]) => [name, timeout]));
  });

  it('has vantage points look from the internet, for whoever asks, under the name that is configured', () => {
    const props = Stack.parse(stack()).resources['probe-region']?.props;
    expect(props).toMatchObject({ internetAccess: true, triggers: [], timeout: 60 });
    expect(props?.vpcConfig).toBeUndefined();
    expect(props?.functionName).toBe(EXAMPLE.functions.probeRegion);
  });

  it('goes to the region that FC_REGION names', () => {
    const { resources } = Stack.parse(stack({ ...ENVIRONMENT, FC_REGION: 'cn-shanghai' }));
    const props = resources['scale-gateway']?.props;
    expect(props?.region).toBe('cn-shanghai');
    expect(props?.asyncInvokeConfig.destinationConfig?.onFailure.destination).toBe(
      'acs:mns:cn-shanghai::/topics/gateway-autopilot-failures/messages',
    );
  });
});

describe('the check of a stack refuses', () => {
  it.each<[string, (props: Loose) => void, string]>([
    ['another runtime', (props) => Object.assign(props, { runtime: 'nodejs22' }), 'runtime: '],
    ['memory in quotes', (props) => Object.assign(props, { memorySize: '512' }), 'memorySize: '],
    ['memory between the steps', (props) => Object.assign(props, { memorySize: 500 }), 'memorySize: '],
    [
      'too little memory for the CPU',
      (props) => Object.assign(props, { cpu: 1 }),
      'cpu: 1 to 4 GB for each vCPU, not 0.50',
    ],
    [
      'too much memory for the CPU',
      (props) => Object.assign(props, { cpu: 0.1 }),
      'cpu: 1 to 4 GB for each vCPU, not 5.00',
    ],
    ['CPU between the steps', (props) => Object.assign(props, { cpu: 0.33 }), 'cpu: '],
    ['another disk', (props) => Object.assign(props, { diskSize: 1024 }), 'diskSize: '],
    ['no time', (props) => Object.assign(props, { timeout: 0 }), 'timeout: '],
    ['more than a day', (props) => Object.assign(props, { timeout: 86_401 }), 'timeout: '],
    ['a misspelt key', (props) => Object.assign(props, { memorysize: 512 }), ': Unrecognized key: "memorysize"'],
    ['no function name', (props) => delete props['functionName'], 'functionName: '],
    ['no code', (props) => delete props['code'], 'code: '],
    ['a region without Function Compute', (props) => Object.assign(props, { region: 'cn-guangzhou' }), 'region: '],
    ['another handler', (props) => Object.assign(props, { handler: 'index.main' }), 'handler: '],
    [
      'a role with capitals',
      (props) => Object.assign(props, { role: 'acs:ram::1234567890123456:role/Mine' }),
      'role: ',
    ],
    ['concurrency 2', (props) => Object.assign(props, { instanceConcurrency: 2 }), 'instanceConcurrency: '],
    [
      'a function switched off',
      (props) => Object.assign(props, { concurrencyConfig: { reservedConcurrency: 0 } }),
      'concurrencyConfig.reservedConcurrency: ',
    ],
    [
      'a misspelt VPC key',
      (props) => Object.assign(props, { vpcConfig: { vpcId: 'vpc-1', vSwitchId: 'vsw-1', securityGroupId: 'sg-1' } }),
      'vpcConfig.vSwitchIds: ',
    ],
    [
      'a reserved variable',
      (props) => Object.assign(props, { environmentVariables: { FC_REGION: 'x' } }),
      'environmentVariables',
    ],
    [
      'too many variables',
      (props) => Object.assign(props, { environmentVariables: { X: 'x'.repeat(4090) } }),
      'environmentVariables: must be 4 KB in all at most',
    ],
    [
      'no failure destination',
      (props) => deleteIn(props, 'asyncInvokeConfig', 'destinationConfig'),
      'asyncInvokeConfig.',
    ],
    [
      'no event age',
      (props) => deleteIn(props, 'asyncInvokeConfig', 'maxAsyncEventAgeInSeconds'),
      'asyncInvokeConfig.',
    ],
    ['no log store', (props) => deleteIn(props, 'logConfig', 'logstore'), 'logConfig.logstore: '],
  ])('%s', (_, change, problem) => {
    expect(stackProblems(changed(change))).toContainEqual(
      expect.stringContaining(`resources.scale-gateway.props${problem.startsWith(':') ? '' : '.'}${problem}`),
    );
  });

  it('a misspelt key of the stack', () => {
    expect(stackProblems({ ...(stack() as Loose), resource: {} })).toEqual([': Unrecognized key: "resource"']);
  });

  it('two triggers of one name', () => {
    const timer = {
      triggerName: 'a',
      qualifier: 'LATEST',
      triggerType: 'timer',
      triggerConfig: { cronExpression: '@every 1m', enable: true },
    };
    expect(stackProblems(changed((props) => Object.assign(props, { triggers: [timer, timer] })))).toEqual([
      'resources.scale-gateway.props.triggers: two triggers have the same name',
    ]);
  });
});

function deleteIn(props: Loose, key: string, inner: string): void {
  delete (props[key] as Loose)[inner];
}

describe('a trigger', () => {
  const timer = { cronExpression: '@every 1m', enable: true };
  const http = { authType: 'anonymous', methods: ['POST'], disableURLInternet: false };
  const topic = { notifyContentFormat: 'JSON', notifyStrategy: 'BACKOFF_RETRY' };
  const bridge = {
    triggerEnable: true,
    asyncInvocationType: true,
    eventRuleFilterPattern: '{"source":["acs.ecs"]}',
    eventSourceConfig: { eventSourceType: 'Default' },
  };
  const sourceArn = 'acs:mns:cn-hangzhou:1234567890123456:/topics/alarms';

  it.each([
    ['timer', { triggerType: 'timer', triggerConfig: { ...timer, payload: 'x' } }],
    ['http', { triggerType: 'http', triggerConfig: http }],
    ['mns_topic', { triggerType: 'mns_topic', sourceArn, triggerConfig: topic }],
    ['eventbridge', { triggerType: 'eventbridge', triggerConfig: bridge }],
  ])('of kind %s passes', (_, trigger) => {
    expect(triggerProblems(trigger)).toEqual([]);
  });

  it.each([
    [
      'timer without enable',
      { triggerType: 'timer', triggerConfig: { cronExpression: '@every 1m' } },
      'triggerConfig.enable: ',
    ],
    [
      'timer with another key',
      { triggerType: 'timer', triggerConfig: { ...timer, cron: 'x' } },
      'triggerConfig: Unrecognized key: "cron"',
    ],
    [
      'timer of five fields',
      { triggerType: 'timer', triggerConfig: { ...timer, cronExpression: '* * * * *' } },
      'triggerConfig.cronExpression: must have six fields',
    ],
    [
      'http without methods',
      { triggerType: 'http', triggerConfig: { authType: 'anonymous', disableURLInternet: false } },
      'triggerConfig.methods: ',
    ],
    [
      'http with no method',
      { triggerType: 'http', triggerConfig: { ...http, methods: [] } },
      'triggerConfig.methods: ',
    ],
    [
      'http with an unknown authType',
      { triggerType: 'http', triggerConfig: { ...http, authType: 'basic' } },
      'triggerConfig.authType: ',
    ],
    [
      'http with JWT and no keys',
      { triggerType: 'http', triggerConfig: { ...http, authType: 'jwt' } },
      'triggerConfig.authConfig: ',
    ],
    [
      'http that does not say whether it is public',
      { triggerType: 'http', triggerConfig: { authType: 'anonymous', methods: ['POST'] } },
      'triggerConfig.disableURLInternet: ',
    ],
    ['topic without its ARN', { triggerType: 'mns_topic', triggerConfig: topic }, 'sourceArn: '],
    [
      'topic with another format',
      { triggerType: 'mns_topic', sourceArn, triggerConfig: { ...topic, notifyContentFormat: 'XML' } },
      'triggerConfig.notifyContentFormat: ',
    ],
    [
      'event bus with a filter that is not JSON',
      { triggerType: 'eventbridge', triggerConfig: { ...bridge, eventRuleFilterPattern: '{' } },
      'triggerConfig.eventRuleFilterPattern: must be JSON',
    ],
    ['of a kind that we do not use', { triggerType: 'oss', triggerConfig: {} }, 'triggerType: '],
    [
      'with the settings of another kind',
      { triggerType: 'timer', triggerConfig: http },
      'triggerConfig.cronExpression: ',
    ],
  ])('is refused: %s', (_, trigger, problem) => {
    expect(triggerProblems(trigger)).toContainEqual(expect.stringContaining(problem));
  });
});
