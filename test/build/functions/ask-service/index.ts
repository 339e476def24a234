import { z } from 'zod';
import { createServiceFunctions } from '../../../../shared/cloud/service-functions';

const Request = z.object({ endpoint: z.string(), service: z.string().optional() });

/** A function that asks another one of FC 2.0, if it is told to. */
export async function handler(event: Buffer): Promise<string> {
  const { endpoint, service } = Request.parse(JSON.parse(event.toString()));
  if (service === undefined) return 'nobody was asked';
  const credentials = { accessKeyId: 'STS.an-id', accessKeySecret: 'a-secret', securityToken: 'a-token' };
  const { answer } = await createServiceFunctions({ credentials, accountId: '1234567890123456', endpoint }).invoke({
    address: { region: 'cn-hangzhou', name: service },
    event: '{"a":1}',
    type: 'Sync',
    limit: 3_000,
    effect: 'read',
  });
  return JSON.stringify(answer);
}
