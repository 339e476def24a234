import { z } from 'zod';
import { typed } from '../behaviour';
import type { FunctionCompute, Invocation } from '../function-compute';
import { type Reply, rawReply } from '../reply';
import { ApiRefusal, type CallContext, operation, type ProductModule } from './operation';
import { text } from './parameters';

const InvokeQuery = z.object({ functionName: text(), qualifier: z.string().optional() });

export function createFunctionsApi(functions: FunctionCompute): ProductModule {
  async function invoke({ functionName }: z.infer<typeof InvokeQuery>, context: CallContext): Promise<Reply> {
    const regions = context.region === undefined ? functions.regionsOf(functionName) : [context.region];
    if (regions.length > 1) {
      throw new ApiRefusal(
        400,
        'InvalidArgument',
        `'${functionName}' is in ${regions.join(', ')}: call the endpoint of a region`,
      );
    }
    const kind = context.headers['x-fc-invocation-type'] ?? 'Sync';
    if (kind !== 'Sync' && kind !== 'Async') throw new ApiRefusal(400, 'InvalidArgument', `invocation type ${kind}`);
    const invocation = await functions.invoke(regions[0] ?? '', functionName, context.body, {
      async: kind === 'Async',
    });
    return replyOf(invocation, context.headers['x-fc-log-type'] === 'Tail');
  }

  return {
    product: 'fc',
    version: '2023-03-30',
    errorFields: 'Code',
    regionOf: ({ functionName = '' }, { region }) => region ?? functions.regionsOf(functionName)[0],
    operations: {
      InvokeFunction: operation({
        what: 'Runs a function, or queues the event with x-fc-invocation-type: Async.',
        basis: typed('aliyun/alibabacloud-typescript-sdk fc-20230330 InvokeFunctionHeaders.ts'),
        roa: { method: 'POST', path: '/2023-03-30/functions/{functionName}/invocations' },
        parameters: InvokeQuery,
        handle: invoke,
      }),
    },
  };
}

/** Most of a log tail that is sent back. */
const LOG_TAIL = 4096;

function replyOf({ requestId, status, code, errorType, body, logs }: Invocation, tail: boolean): Reply {
  const log = Buffer.from(logs.join('\n')).subarray(-LOG_TAIL).toString('base64');
  const reply = rawReply(
    status,
    code === undefined && errorType === undefined ? 'application/octet-stream' : 'application/json',
    Buffer.from(body),
    {
      'x-fc-request-id': requestId,
      ...(errorType === undefined ? {} : { 'x-fc-error-type': errorType }),
      ...(tail ? { 'x-fc-log-result': log } : {}),
    },
  );
  return code === undefined ? reply : { ...reply, code };
}
