import { z } from 'zod';
import type { AsyncSettings, FunctionSeen, TriggerSeen } from '../core/account';
import type { Reading } from '../core/gateway';
import { CloudError } from '../errors';
import type { FunctionAddress } from '../ports';
import { readAnswer } from './answer';
import type { OpenApi, OpenApiCall } from './seams';
import { parseJson } from './untyped';

/** Answers of FC 2023-03-30, by the types of the SDK fc-20230330, in which every field is optional. */
const Settings = z.object({
  runtime: z.string().nullish(),
  timeout: z.number(),
  memorySize: z.number(),
  role: z.string().nullish(),
  internetAccess: z.boolean().nullish(),
  vpcConfig: z.object({ vpcId: z.string().nullish() }).nullish(),
  logConfig: z.object({ project: z.string().nullish(), logstore: z.string().nullish() }).nullish(),
});
const Triggers = z.object({
  triggers: z
    .array(z.object({ triggerName: z.string(), triggerType: z.string(), triggerConfig: z.string().nullish() }))
    .nullish(),
  nextToken: z.string().nullish(),
});
const Timer = z.object({ cronExpression: z.string().optional(), enable: z.boolean().default(false) });
const Async = z.object({
  maxAsyncRetryAttempts: z.number().nullish(),
  maxAsyncEventAgeInSeconds: z.number().nullish(),
  asyncTask: z.boolean().nullish(),
});

/** On one page; a function may have 50 (fc-docs 01/09). */
const MOST_TRIGGERS = 100;

/**
 * How a function of FC 3.0 is deployed: three calls. What is about its triggers or asynchronous settings alone is unread by
 * itself. Throws CloudError.
 *
 * @param reading makes a failing call an answer
 */
export async function readFunction(
  openApi: OpenApi,
  { name, region }: FunctionAddress,
  reading: <T>(work: Promise<T>) => Promise<Reading<T>>,
): Promise<FunctionSeen | 'absent'> {
  const path = `/2023-03-30/functions/${encodeURIComponent(name)}`;
  function callOf(action: string, under = ''): OpenApiCall {
    return { product: 'fc', region, action, roa: { method: 'GET', path: `${path}${under}` }, effect: 'read' };
  }

  async function settings(): Promise<z.infer<typeof Settings> | 'absent'> {
    try {
      return readAnswer(Settings, (await openApi.call(callOf('GetFunction'))).body, 'fc.GetFunction');
    } catch (error) {
      if (error instanceof CloudError && error.code === 'FunctionNotFound') return 'absent';
      throw error;
    }
  }

  async function triggers(): Promise<readonly TriggerSeen[]> {
    const operation = 'fc.ListTriggers';
    const { body } = await openApi.call({ ...callOf('ListTriggers', '/triggers'), query: { limit: MOST_TRIGGERS } });
    const { nextToken, triggers: found } = readAnswer(Triggers, body, operation);
    if (nextToken) throw new CloudError('there are more triggers than one page has', { kind: 'unreadable', operation });
    return (found ?? []).map(triggerOf);
  }

  async function asyncSettings(): Promise<AsyncSettings | undefined> {
    const action = 'GetAsyncInvokeConfig';
    try {
      const { body } = await openApi.call(callOf(action, '/async-invoke-config'));
      const { asyncTask, maxAsyncEventAgeInSeconds, maxAsyncRetryAttempts } = readAnswer(Async, body, `fc.${action}`);
      return {
        retries: maxAsyncRetryAttempts ?? undefined,
        eventAge: maxAsyncEventAgeInSeconds ?? undefined,
        isTask: asyncTask ?? false,
      };
    } catch (error) {
      if (error instanceof CloudError && error.code === 'AsyncConfigNotExists') return undefined;
      throw error;
    }
  }

  const found = await settings();
  if (found === 'absent') return 'absent';
  const [allTriggers, invocation] = await Promise.all([reading(triggers()), reading(asyncSettings())]);
  const { internetAccess, logConfig, memorySize, role, runtime, timeout, vpcConfig } = found;
  return {
    runtime: runtime ?? '',
    timeout,
    memory: memorySize,
    role: role ?? '',
    vpcId: vpcConfig?.vpcId || undefined,
    internetAccess: internetAccess ?? undefined,
    logStore: logConfig?.project && logConfig.logstore ? `${logConfig.project}/${logConfig.logstore}` : undefined,
    triggers: allTriggers,
    asyncSettings: invocation,
  };
}

/** A timer whose configuration nobody can read is not enabled as far as we know. */
function triggerOf({
  triggerConfig,
  triggerName,
  triggerType,
}: {
  readonly triggerConfig?: string | null | undefined;
  readonly triggerName: string;
  readonly triggerType: string;
}): TriggerSeen {
  const read = Timer.safeParse(parseJson(triggerConfig ?? ''));
  const { cronExpression, enable } = read.success ? read.data : { cronExpression: undefined, enable: false };
  return { name: triggerName, type: triggerType, schedule: cronExpression, isEnabled: enable };
}
