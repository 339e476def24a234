import { z } from 'zod';
import { scheduleProblem } from './schedule';

/**
 * The part of the fc3 component's configuration that we use, stricter than the component's own schema, which lets
 * misspelt keys and any trigger through (devsapp/fc3 src/schema.json at 4ca1c1b, 2026-05-28). Unknown keys are refused
 * at every level, and what has a default that we would not choose must be said.
 */

const REGIONS = [
  'ap-northeast-1',
  'ap-northeast-2',
  'ap-south-1',
  'ap-southeast-1',
  'ap-southeast-2',
  'ap-southeast-3',
  'ap-southeast-5',
  'ap-southeast-7',
  'cn-beijing',
  'cn-chengdu',
  'cn-hangzhou',
  'cn-heyuan-acdr-1',
  'cn-hongkong',
  'cn-huhehaote',
  'cn-qingdao',
  'cn-shanghai',
  'cn-shanghai-cloudspe',
  'cn-shanghai-finance-1',
  'cn-shenzhen',
  'cn-wulanchabu',
  'cn-zhangjiakou',
  'eu-central-1',
  'eu-west-1',
  'me-central-1',
  'us-east-1',
  'us-west-1',
] as const;

const JsonText = z.string().refine(isJson, 'must be JSON');

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

const Schedule = z.string().superRefine((expression, { addIssue }) => {
  const problem = scheduleProblem(expression);
  if (problem !== undefined) addIssue({ code: 'custom', message: problem });
});

const trigger = { triggerName: z.string().regex(/^[A-Za-z][\w-]*$/), qualifier: z.literal('LATEST') };

const TimerTrigger = z.strictObject({
  ...trigger,
  triggerType: z.literal('timer'),
  triggerConfig: z.strictObject({ cronExpression: Schedule, enable: z.boolean(), payload: z.string().optional() }),
});

const methods = z.array(z.enum(['GET', 'POST', 'PUT', 'DELETE', 'HEAD', 'PATCH', 'OPTIONS'])).nonempty();

const Jwt = z.strictObject({
  jwks: z.strictObject({ keys: z.array(z.record(z.string(), z.string())).nonempty() }),
  tokenLookup: z
    .array(
      z.strictObject({
        readPosition: z.enum(['header', 'cookie', 'query', 'form']),
        parameterName: z.string(),
        prefix: z.string().optional(),
      }),
    )
    .nonempty(),
});

const HttpTrigger = z.strictObject({
  ...trigger,
  triggerType: z.literal('http'),
  triggerConfig: z.discriminatedUnion('authType', [
    z.strictObject({
      authType: z.enum(['anonymous', 'function']),
      methods,
      disableURLInternet: z.boolean(),
    }),
    z.strictObject({ authType: z.literal('jwt'), methods, disableURLInternet: z.boolean(), authConfig: Jwt }),
  ]),
});

const TopicTrigger = z.strictObject({
  ...trigger,
  triggerType: z.literal('mns_topic'),
  sourceArn: z.string().regex(/^acs:mns:[a-z0-9-]+:\d+:\/topics\/[A-Za-z0-9][A-Za-z0-9-]*$/),
  invocationRole: z
    .string()
    .regex(/^acs:ram::\d+:role\/[a-z0-9-]+$/)
    .optional(),
  triggerConfig: z.strictObject({
    notifyContentFormat: z.enum(['JSON', 'STREAM']),
    notifyStrategy: z.enum(['BACKOFF_RETRY', 'EXPONENTIAL_DECAY_RETRY']),
    filterTag: z.string().optional(),
  }),
});

const EventBridgeTrigger = z.strictObject({
  ...trigger,
  triggerType: z.literal('eventbridge'),
  triggerConfig: z.strictObject({
    triggerEnable: z.boolean(),
    asyncInvocationType: z.boolean(),
    eventRuleFilterPattern: JsonText,
    // The component's interface asks for more fields here than its own end-to-end test gives.
    eventSourceConfig: z.strictObject({ eventSourceType: z.literal('Default') }),
  }),
});

const Trigger = z.discriminatedUnion('triggerType', [TimerTrigger, HttpTrigger, TopicTrigger, EventBridgeTrigger]);

const Vpc = z.strictObject({
  vpcId: z.string().startsWith('vpc-'),
  vSwitchIds: z.array(z.string().startsWith('vsw-')).nonempty(),
  securityGroupId: z.string().startsWith('sg-'),
});

const Destination = z.strictObject({
  destination: z.string().regex(/^acs:(mns:.+:\/topics\/.+\/messages|fc:.+:functions\/.+)$/),
});

const AsyncInvoke = z.strictObject({
  maxAsyncRetryAttempts: z.int().min(0).max(8),
  // The documentation's ceiling; the component's schema says 2,592,000.
  maxAsyncEventAgeInSeconds: z.int().min(1).max(604_800),
  asyncTask: z.literal(true),
  destinationConfig: z.strictObject({ onFailure: Destination }).optional(),
});

const Variables = z
  .record(
    z.string().regex(/^(?!FC_)[A-Z][A-Z0-9_]*$/, 'names are capitals, and FC_ is reserved'),
    z.string().regex(/^(?!set-)/),
  )
  .refine((variables) => JSON.stringify(variables).length <= 4096, 'must be 4 KB in all at most');

const FunctionProps = z
  .strictObject({
    region: z.enum(REGIONS),
    functionName: z.string().regex(/^[a-z][a-z0-9-]*$/),
    description: z.string(),
    runtime: z.literal('nodejs20'),
    handler: z.literal('index.handler'),
    code: z.string(),
    // The component lower-cases the ARN.
    role: z.string().regex(/^acs:ram::\d{16}:role\/[a-z0-9-]+$/),
    cpu: z.number().min(0.05).max(16).multipleOf(0.05),
    memorySize: z.int().min(128).max(32_768).multipleOf(64),
    diskSize: z.literal([512, 10_240]),
    timeout: z.int().min(1).max(86_400),
    // More than one is for custom runtimes only.
    instanceConcurrency: z.literal(1),
    environmentVariables: Variables,
    vpcConfig: Vpc.optional(),
    internetAccess: z.boolean(),
    // 0 would switch the function off.
    concurrencyConfig: z.strictObject({ reservedConcurrency: z.int().min(1) }),
    asyncInvokeConfig: AsyncInvoke,
    logConfig: z.strictObject({
      project: z.string().regex(/^(?!set-)[a-z0-9-]+$/),
      logstore: z.string().regex(/^[a-z0-9_-]+$/),
      enableRequestMetrics: z.boolean(),
      enableInstanceMetrics: z.boolean(),
      logBeginRule: z.enum(['DefaultRegex', 'None']),
    }),
    triggers: z.array(Trigger),
  })
  .superRefine(({ asyncInvokeConfig, cpu, memorySize, triggers }, { addIssue }) => {
    if (
      triggers.some(({ triggerType }) => triggerType === 'timer') &&
      asyncInvokeConfig.destinationConfig === undefined
    )
      addIssue({
        code: 'custom',
        path: ['asyncInvokeConfig', 'destinationConfig'],
        message: 'somebody must hear of looks that fail',
      });
    const gigabytesPerCpu = memorySize / 1024 / cpu;
    if (gigabytesPerCpu < 1 || gigabytesPerCpu > 4) {
      addIssue({
        code: 'custom',
        path: ['cpu'],
        message: `1 to 4 GB for each vCPU, not ${gigabytesPerCpu.toFixed(2)}`,
      });
    }
    const names = triggers.map(({ triggerName }) => triggerName);
    if (new Set(names).size < names.length) {
      addIssue({ code: 'custom', path: ['triggers'], message: 'two triggers have the same name' });
    }
  });

export const Stack = z.strictObject({
  edition: z.literal('3.0.0'),
  name: z.literal('gateway-autopilot'),
  access: z.string(),
  vars: z.record(z.string(), z.string()),
  resources: z.record(z.string(), z.strictObject({ component: z.literal('fc3'), props: FunctionProps })),
});
export type Stack = z.infer<typeof Stack>;

/** Everything that is wrong with a stack whose variables are filled in, as `path: sentence`. */
export function stackProblems(stack: unknown): readonly string[] {
  const { error } = Stack.safeParse(stack);
  return (error?.issues ?? []).map(({ path, message }) => `${path.join('.')}: ${message}`);
}
