import { z } from 'zod';
import { ASSUMED, type Behaviour, coded, documented, typed } from '../behaviour';
import type { FunctionCompute, FunctionSetup } from '../function-compute';
import { ApiRefusal, type CallContext, type Operation, operation } from './operation';
import { text } from './parameters';

const part = 'Function Compute';
const SDK = typed('aliyun/alibabacloud-typescript-sdk fc-20230330 (2026-08)');
const TERRAFORM = coded('aliyun/terraform-provider-alicloud service_alicloud_fcv3_v2.go');

export const FUNCTION_SETTINGS_BEHAVIOURS: readonly Behaviour[] = [
  {
    part,
    what: 'A function that is not there is refused with FunctionNotFound, one without asynchronous settings with AsyncConfigNotExists.',
    basis: TERRAFORM,
  },
  { part, what: 'The status of AsyncConfigNotExists is 404.', basis: ASSUMED },
  { part, what: 'Triggers come on one page, each with its configuration as a JSON text.', basis: ASSUMED },
  {
    part,
    what: 'A function has the role, network and log store that it was deployed with; none of it changes how it runs here.',
    basis: ASSUMED,
  },
  {
    part,
    what: 'A timer has six fields, seconds first, in UTC.',
    basis: documented('https://www.alibabacloud.com/help/en/functioncompute/fc/time-triggers (2026-03-19)'),
  },
];

/** What a deployment says of a function beside how it runs here. */
export interface FunctionSettings {
  readonly runtime: string;
  readonly handler: string;
  readonly cpu: number;
  /** ARN. */
  readonly role: string;
  readonly internetAccess: boolean;
  readonly vpc?: { readonly vpcId: string; readonly vSwitchIds: readonly string[]; readonly securityGroupId: string };
  readonly log?: { readonly project: string; readonly logstore: string };
  readonly triggers: readonly { readonly name: string; readonly type: string; readonly config: object }[];
  readonly asyncInvocation?: { readonly retries: number; readonly eventAge: number };
}

const OneFunction = z.object({ functionName: text(), qualifier: z.string().optional() });

/** Reads of FC 3.0. What a function was deployed without is left out. */
export function settingsOperations(
  functions: FunctionCompute,
  regionTold: (context: CallContext) => string | undefined,
): Readonly<Record<string, Operation>> {
  function known(name: string, context: CallContext): FunctionSetup {
    const region = regionTold(context) ?? functions.regionsOf(name)[0] ?? '';
    const setup = functions.settingsOf(region, name);
    if (setup === undefined) throw new ApiRefusal(404, 'FunctionNotFound', `function '${name}' does not exist`);
    return setup;
  }

  return {
    GetFunction: operation({
      what: 'One function: runtime, sizes, role, network and log store.',
      basis: SDK,
      roa: { method: 'GET', path: '/2023-03-30/functions/{functionName}' },
      parameters: OneFunction,
      handle: ({ functionName }, context) => {
        const { memory, settings, timeout } = known(functionName, context);
        if (settings === undefined) return { functionName, timeout, memorySize: memory };
        const { cpu, handler, internetAccess, log, role, runtime, vpc } = settings;
        const sizes = { timeout, memorySize: memory, cpu, diskSize: 512, instanceConcurrency: 1 };
        return {
          functionName,
          ...sizes,
          runtime,
          handler,
          role,
          internetAccess,
          ...(vpc === undefined ? {} : { vpcConfig: vpc }),
          ...(log === undefined ? {} : { logConfig: log }),
        };
      },
    }),
    ListTriggers: operation({
      what: 'The triggers of a function.',
      basis: SDK,
      roa: { method: 'GET', path: '/2023-03-30/functions/{functionName}/triggers' },
      parameters: OneFunction,
      handle: ({ functionName }, context) => ({
        triggers: (known(functionName, context).settings?.triggers ?? []).map(({ config, name, type }) => {
          const triggerConfig = JSON.stringify(config);
          return { triggerName: name, triggerType: type, qualifier: 'LATEST', triggerConfig };
        }),
      }),
    }),
    GetAsyncInvokeConfig: operation({
      what: 'How a function takes asynchronous events.',
      basis: SDK,
      roa: { method: 'GET', path: '/2023-03-30/functions/{functionName}/async-invoke-config' },
      parameters: OneFunction,
      handle: ({ functionName }, context) => {
        const { asyncTask = false, settings } = known(functionName, context);
        const { asyncInvocation } = settings ?? {};
        if (asyncInvocation === undefined) {
          throw new ApiRefusal(404, 'AsyncConfigNotExists', `'${functionName}' has no asynchronous settings`);
        }
        const { eventAge, retries } = asyncInvocation;
        return { asyncTask, maxAsyncEventAgeInSeconds: eventAge, maxAsyncRetryAttempts: retries };
      },
    }),
  };
}
