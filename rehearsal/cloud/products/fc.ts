import { z } from 'zod';
import { coded, typed } from '../behaviour';
import type { FunctionCompute, Invocation } from '../function-compute';
import { type Reply, rawReply } from '../reply';
import { settingsOperations } from './fc-settings';
import { ApiRefusal, type CallContext, operation, type ProductModule } from './operation';
import { text } from './parameters';

const InvokeQuery = z.object({ functionName: text(), qualifier: z.string().optional() });
const Refusal = z.object({ Message: z.string() });
const ServiceInvokeQuery = z.object({ serviceName: text(), functionName: text() });

/** FC 3.0. */
export function createFunctionsApi(functions: FunctionCompute): ProductModule {
  return {
    product: 'fc',
    version: '2023-03-30',
    errorFields: 'Code',
    regionOf: ({ functionName = '' }, context) => regionTold(context) ?? functions.regionsOf(functionName)[0],
    operations: {
      InvokeFunction: operation({
        what: 'Runs a function, or queues the event with x-fc-invocation-type: Async.',
        basis: typed('aliyun/alibabacloud-typescript-sdk fc-20230330 InvokeFunctionHeaders.ts'),
        roa: { method: 'POST', path: '/2023-03-30/functions/{functionName}/invocations' },
        parameters: InvokeQuery,
        handle: ({ functionName }, context) => invoke(functions, functionName, 'x-fc-async-task-id', context),
      }),
      ...settingsOperations(functions, regionTold),
    },
  };
}

/** FC 2.0. Its requests name no action: whatever is posted to the path is this operation. */
export function createServiceFunctionsApi(functions: FunctionCompute): ProductModule {
  return {
    product: 'fc',
    version: '2016-08-15',
    errorFields: 'ErrorCode',
    operations: {
      InvokeFunction: operation({
        what: 'Runs a function of a service, or queues the event with x-fc-invocation-type: Async.',
        basis: coded('@alicloud/fc2 2.6.6 lib/client.js'),
        roa: { method: 'POST', path: '/2016-08-15/services/{serviceName}/functions/{functionName}/invocations' },
        parameters: ServiceInvokeQuery,
        handle: ({ serviceName, functionName }, context) =>
          invoke(functions, `${serviceName}/${functionName}`, 'x-fc-stateful-async-invocation-id', context),
      }),
    },
  };
}

/** The real API has an endpoint in each region; one that stands for all of them is told. */
function regionTold({ headers, region }: CallContext): string | undefined {
  return region ?? headers['x-acs-region-id'];
}

async function invoke(
  functions: FunctionCompute,
  name: string,
  taskHeader: string,
  context: CallContext,
): Promise<Reply> {
  const { headers, body } = context;
  const region = regionTold(context);
  const regions = region === undefined ? functions.regionsOf(name) : [region];
  if (regions.length > 1) {
    throw new ApiRefusal(
      400,
      'InvalidArgument',
      `'${name}' is in ${regions.join(', ')}: call the endpoint of a region`,
    );
  }
  const kind = headers['x-fc-invocation-type'] ?? 'Sync';
  if (kind !== 'Sync' && kind !== 'Async') throw new ApiRefusal(400, 'InvalidArgument', `invocation type ${kind}`);
  const options = { async: kind === 'Async', taskId: headers[taskHeader] };
  const invocation = await functions.invoke(regions[0] ?? '', name, body, options);
  if (invocation.code !== undefined) throw new ApiRefusal(invocation.status, invocation.code, refusalOf(invocation));
  return replyOf(invocation, headers['x-fc-log-type'] === 'Tail');
}

function refusalOf({ body }: Invocation): string {
  return Refusal.parse(JSON.parse(body)).Message;
}

/** Most of a log tail that is sent back. */
const LOG_TAIL = 4096;

function replyOf({ requestId, status, errorType, body, logs, latency }: Invocation, tail: boolean): Reply {
  const log = Buffer.from(logs.join('\n')).subarray(-LOG_TAIL).toString('base64');
  const contentType = errorType === undefined ? 'application/octet-stream' : 'application/json';
  const reply = rawReply(status, contentType, Buffer.from(body), {
    'x-fc-request-id': requestId,
    ...(errorType === undefined ? {} : { 'x-fc-error-type': errorType }),
    ...(tail ? { 'x-fc-log-result': log } : {}),
  });
  return latency === undefined ? reply : { ...reply, latency };
}
